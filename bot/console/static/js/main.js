// Start: the firm's people, their panes, the feed.

import { listen } from "./api.js";
import { avatar, h, icon } from "./dom.js";
import { Pane } from "./pane.js";
import { openProblems, startProblems } from "./problems.js";
import { state } from "./state.js";

const FIRST = ["sales", "supervisor", "keeper"]; // whose panes stand open at the first visit
const bar = document.getElementById("people");
const frame = document.getElementById("panes");
const banner = document.getElementById("banner");
const live = document.getElementById("live");
const narrow = matchMedia("(max-width: 720px)");
const panes = new Map(); // person id -> Pane
let open = []; // ids of the people whose panes are open, in the firm's order
let active = null; // on a phone: the one person shown

const remember = (name, value) => {
  try {
    localStorage.setItem(`danju.console.${name}`, JSON.stringify(value));
  } catch {
    // Private windows may refuse storage; the page works without a memory.
  }
};
const recall = (name) => {
  try {
    return JSON.parse(localStorage.getItem(`danju.console.${name}`));
  } catch {
    return null;
  }
};

// ---- light and dark

const themeButton = document.getElementById("theme");
const dark = matchMedia("(prefers-color-scheme: dark)");

function applyTheme() {
  const theme = recall("theme") ?? (dark.matches ? "dark" : "light");
  document.documentElement.dataset.theme = theme;
  themeButton.replaceChildren(icon(theme === "dark" ? "sun" : "moon"));
  themeButton.setAttribute("aria-label", theme === "dark" ? "换成浅色" : "换成深色");
}

themeButton.addEventListener("click", () => {
  remember("theme", document.documentElement.dataset.theme === "dark" ? "light" : "dark");
  applyTheme();
});
dark.addEventListener("change", applyTheme);
applyTheme();

// ---- people and panes

function pane(id) {
  if (!panes.has(id)) {
    const made = new Pane(state.person(id), () => toggle(id));
    panes.set(id, made);
  }
  return panes.get(id);
}

function toggle(id) {
  if (narrow.matches) {
    active = id;
    if (!open.includes(id)) open.push(id);
  } else if (open.includes(id)) {
    open = open.filter((other) => other !== id);
  } else {
    open.push(id);
  }
  open.sort((one, other) => state.person(one).index - state.person(other).index);
  if (!open.includes(active)) active = open[0] ?? null;
  remember("open", open);
  remember("active", active);
  draw(id);
}

function draw(changed = null) {
  const wanted = open.map((id) => pane(id).node);
  for (const node of [...frame.children]) if (!wanted.includes(node)) node.remove();
  wanted.forEach((node, place) => frame.children[place] !== node && frame.insertBefore(node, frame.children[place] ?? null));
  if (!wanted.length) frame.append(h("div.nobody", {}, "点上面的人，打开他的窗口"));
  for (const id of open) pane(id).node.classList.toggle("active", id === active);
  if (changed !== null && open.includes(changed)) {
    pane(changed).open();
    pane(changed).node.scrollIntoView({ inline: "nearest", block: "nearest" });
  }
  drawPeople();
}

function drawPeople() {
  const focused = document.activeElement?.dataset?.id;
  bar.replaceChildren(
    ...state.people.map((person) => {
      const shown = narrow.matches ? person.id === active : open.includes(person.id);
      const count = state.unreadOf(person);
      return h(
        "button.person",
        {
          type: "button",
          "data-id": person.id,
          "aria-pressed": String(shown),
          title: `${person.name}（${person.words.join("、")}）`,
          onclick: () => toggle(person.id),
        },
        avatar(person, person.index, state.bot),
        h("span", {}, person.name, h("small", {}, person.words[0] ?? "")),
        !shown && count > 0 && h("span.badge", {}, count > 99 ? "99+" : count),
      );
    }),
  );
  bar.querySelector('[aria-pressed="true"]')?.scrollIntoView?.({ inline: "nearest", block: "nearest" });
  if (focused) bar.querySelector(`[data-id="${CSS.escape(focused)}"]`)?.focus();
}

function connected(on) {
  live.className = on ? "live on" : "live off";
  live.lastElementChild.textContent = on ? "已连接" : "已断开";
  banner.hidden = on;
  banner.textContent = "和服务的连接断了，正在重连；这段时间发的消息会留在这里，可以重发";
}

async function start() {
  let seq;
  try {
    seq = await state.load();
  } catch (error) {
    banner.textContent = error.message;
    banner.hidden = false;
    setTimeout(() => location.reload(), 4000);
    return;
  }
  document.getElementById("firm").textContent = state.firm;
  document.title = `${state.firm} · 单据控制台`;
  state.startReading(Number.MAX_SAFE_INTEGER);
  const known = (id) => Boolean(state.person(id));
  open = (recall("open") ?? []).filter(known);
  if (!open.length) {
    open = FIRST.map((role) => state.people.find((person) => person.roles.includes(role))?.id).filter(known);
    if (!open.length) open = state.people.slice(0, 3).map((person) => person.id);
    open = [...new Set(open)].sort((one, other) => state.person(one).index - state.person(other).index);
  }
  active = known(recall("active")) ? recall("active") : open[0];
  if (active !== undefined && !open.includes(active)) open.push(active);
  draw();
  await Promise.all([...state.rooms.keys()].map((room) => state.loadRoom(room).catch(() => undefined)));
  for (const id of open) pane(id).open();
  let last = 0;
  for (const seqs of state.order.values()) last = Math.max(last, seqs.at(-1) ?? 0);
  state.startReading(last);
  state.addEventListener("unread", drawPeople);
  narrow.addEventListener("change", () => draw());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible") return;
    for (const id of open) if (pane(id).visible) state.markRead(state.person(id), pane(id).room.id);
  });
  startProblems();
  listen(seq, {
    message: (message) => state.put(message),
    state: connected,
    reset: () => location.reload(),
  });
  if (location.pathname.endsWith("/problems")) openProblems();
}

start();
