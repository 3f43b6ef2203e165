// Messages set aside after three failures, and answers that could not be sent.

import { get, post } from "./api.js";
import { clock, h, icon } from "./dom.js";
import { openDrawer } from "./drawer.js";
import { state } from "./state.js";
import { openTrace } from "./trace.js";

let body = null;
let badge = null;
const button = document.getElementById("problems-open");

/** Put the button to work and look every now and then whether something was set aside. */
export function startProblems() {
  badge = h("span.badge", { hidden: true });
  button.append(icon("warn"), badge);
  button.setAttribute("aria-label", "搁置的消息");
  button.addEventListener("click", openProblems);
  let soon = null;
  state.addEventListener("message", () => {
    soon ??= setTimeout(() => {
      soon = null;
      refresh();
    }, 2500);
  });
  setInterval(refresh, 20_000);
  refresh();
}

export function openProblems() {
  body = openDrawer("搁置的消息", {
    broad: true,
    onClose: () => {
      body = null;
      if (location.pathname.endsWith("/problems")) history.replaceState(null, "", "/console/");
    },
  });
  refresh();
}

async function refresh() {
  if (document.visibilityState !== "visible") return;
  let rows;
  try {
    rows = (await get("problems")).problems;
  } catch (error) {
    body?.replaceChildren(h("p.bad-text", {}, error.message));
    return;
  }
  badge.textContent = rows.length > 99 ? "99+" : rows.length;
  badge.hidden = rows.length === 0;
  if (!body) return;
  if (!rows.length) {
    body.replaceChildren(h("div.all-well", {}, icon("check"), "没有搁置的消息，也没有发不出去的回复"));
    return;
  }
  body.replaceChildren(...rows.map(problemElement));
}

function problemElement(row) {
  const retry = h("button.button.primary", { type: "button" }, "重试");
  const said = h("span.muted", { role: "status" });
  retry.addEventListener("click", async () => {
    retry.disabled = true;
    try {
      said.textContent = (await post("problems/retry", { source: row.source, id: row.id })).toast;
    } catch (error) {
      said.textContent = error.message;
    }
    setTimeout(refresh, 1200);
  });
  const inbox = row.source === "inbox";
  return h(
    "section.problem",
    {},
    h(
      "div.problem-head",
      {},
      h(`span.tag.${inbox ? "warn" : "bad"}`, {}, inbox ? "没处理成的消息" : "没发出去的回复"),
      h("b", {}, row.who),
      h("small", {}, `${clock(new Date(row.at))} · 试了 ${row.attempts} 次 · #${row.id}`),
    ),
    h("p", {}, row.text),
    h("div.error", {}, row.error),
    h(
      "div.buttons",
      {},
      retry,
      row.ref && h("button.button", { type: "button", onclick: () => openTrace(Number(row.ref), null) }, "看轨迹"),
      said,
    ),
  );
}
