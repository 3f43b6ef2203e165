// The wire pane: every exchange with request, decrypted event and answer.

import { h, precise } from "/static/console/js/dom.js";
import { state } from "./state.js";

const NAMES = { feishu: "飞书", wecom: "企微应用", wecombot: "企微机器人" };
const MOST = 400;

export class WirePane {
  #only = "";

  constructor() {
    this.list = h("div.list.wire-list", { role: "log", "aria-label": "报文", tabIndex: 0 });
    this.filter = h(
      "select.who-select",
      { "aria-label": "看哪个平台的", onchange: () => ((this.#only = this.filter.value), this.redraw()) },
      h("option", { value: "" }, "所有平台"),
      Object.entries(NAMES).map(([id, name]) => h("option", { value: id }, name)),
    );
    const clear = h("button.tool", { type: "button", onclick: () => (state.wires.splice(0), this.redraw()) }, "清空");
    this.node = h("section.pane.wire", { "aria-label": "报文", "data-pane": "wire" }, h("header.pane-head", {}, h("div.pane-name", {}, h("b", {}, "报文"), h("span", {}, "密钥和令牌已遮住")), this.filter, clear), this.list);
    state.addEventListener("wire", (event) => this.#add(event.detail));
    this.redraw();
  }

  redraw() {
    this.list.replaceChildren();
    for (const wire of state.wires) this.#add(wire);
    if (!state.wires.length) this.list.append(h("div.empty", {}, "说句话，这里就有请求、解密后的事件和答复"));
  }

  /** Open what carries this message's id, and go there. */
  find(ref) {
    const found = [...this.list.querySelectorAll("details")].filter((node) => node.wire && JSON.stringify(node.wire).includes(ref));
    for (const node of found) node.open = true;
    found.at(-1)?.scrollIntoView({ block: "nearest" });
    found.at(-1)?.querySelector("summary").focus();
    return found.length;
  }

  #add(wire) {
    if (this.#only && wire.platform !== this.#only) return;
    this.list.querySelector(".empty")?.remove();
    const end = this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < 80;
    const inward = wire.direction === "in";
    const bad = wire.status >= 400 || (wire.answer && typeof wire.answer === "object" && (wire.answer.errcode || wire.answer.code));
    const node = h(
      "details.exchange",
      {},
      h(
        "summary",
        {},
        h(`span.way.${inward ? "in" : "out"}`, { title: inward ? "平台 → 单据" : "单据 → 平台" }, inward ? "→ 单据" : "单据 →"),
        h("b", {}, wire.what),
        h(`span.tag${bad ? ".bad" : ""}`, {}, wire.status ? String(wire.status) : NAMES[wire.platform]),
        h("time", {}, `${NAMES[wire.platform]} ${precise(new Date(wire.at * 1000))}`),
      ),
    );
    node.wire = wire;
    node.addEventListener("toggle", () => node.open && node.childElementCount === 1 && fill(node, wire), { once: false });
    this.list.append(node);
    while (this.list.childElementCount > MOST) this.list.firstElementChild.remove();
    if (end) this.list.scrollTop = this.list.scrollHeight;
  }
}

function fill(node, wire) {
  const part = (name, value) => value !== null && value !== undefined && value !== "" && [h("h4", {}, name), h("pre.json", { tabIndex: 0 }, typeof value === "string" ? value : JSON.stringify(opened(value), null, 2))];
  node.append(h("div.exchange-body", {}, [part("请求", wire.request), part("解密后的事件", wire.event), part("答复", answered(wire))].filter(Boolean).flat()));
}

/** What came back; an empty answer is one too. */
function answered(wire) {
  if (wire.answer !== null && wire.answer !== undefined && wire.answer !== "") return wire.answer;
  return wire.status ? `HTTP ${wire.status}，没有正文` : null;
}

/** JSON inside strings of JSON opened, so that it can be read. */
function opened(value) {
  if (Array.isArray(value)) return value.map(opened);
  if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, opened(inner)]));
  if (typeof value === "string" && /^[[{]/.test(value)) {
    try {
      return opened(JSON.parse(value));
    } catch {
      return value;
    }
  }
  return value;
}
