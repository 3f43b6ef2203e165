// The way of one message: received → understood → drafted → sent, with times, outcome, understanding and outbox rows.

import { get } from "./api.js";
import { h, precise } from "./dom.js";
import { closeDrawer, openDrawer } from "./drawer.js";
import { state } from "./state.js";

const OUTBOX = {
  new: ["等待发送", "info"],
  sending: ["正在发送", "info"],
  sent: ["已发出", "good"],
  dead: ["发不出去", "bad"],
  superseded: ["被更新的取代", ""],
};
const KINDS = { text: "文字", card: "卡片", card_update: "更新卡片", file: "文件" };
const OUTCOMES = {
  drafted: "建了草稿", extended: "并入草稿", corrected: "改了单据", confirmed: "已确认", decided: "已审批", approved: "已同意",
  rejected: "已驳回", shipped: "已发货", received: "已入库", cancelled: "已取消", voided: "已撤销", reopened: "已重新打开",
  expired: "已过期", created: "新建了资料", printed: "已打印", answered: "已回答", asked: "反问", kept: "已留存",
  ignored: "与单据无关", dropped: "没有执行", refused: "没有执行", stale: "单据已变，没有执行", repeated: "重复，没有再做",
  stranger: "不认识的人", clicked: "点了按钮", processing: "处理中", failed: "没处理成", poison: "已搁置",
};

/** Show the trace of message `seq`, as seen in `pane`; it follows along until everything is done. */
export function openTrace(seq, pane) {
  let timer = null;
  let open = true;
  const body = openDrawer("消息轨迹", {
    onClose: () => {
      open = false;
      clearTimeout(timer);
    },
  });
  const load = async () => {
    let trace = null;
    let sentence = "";
    try {
      trace = await get(`trace/${seq}`);
    } catch (error) {
      sentence = error.message;
    }
    if (!open) return;
    body.replaceChildren(excerpt(seq), trace ? traceElement(trace, pane) : h("p.muted", {}, sentence));
    if (!trace?.done) timer = setTimeout(load, 1000);
  };
  body.replaceChildren(excerpt(seq));
  load();
}

function excerpt(seq) {
  const message = state.messages.get(seq);
  const words = state.brief(seq);
  return h("div.excerpt", {}, message && h("small", {}, `第 ${seq} 条 · ${precise(new Date(message.at))}`), words);
}

function traceElement(trace, pane) {
  const start = trace.steps.find((step) => step.at)?.at;
  const tone = { poison: "bad", failed: "bad", dead: "bad" }[trace.state] ?? (trace.done ? "good" : "info");
  return h(
    "div",
    {},
    h("ol.steps", {}, trace.steps.map((step) => stepElement(step, start))),
    h("h4", {}, "结果"),
    h(
      "div.tags",
      {},
      h(`span.tag.${tone}`, {}, OUTCOMES[trace.outcome] ?? (trace.outcome || (trace.state === "poison" ? "已搁置" : "处理中"))),
      trace.document && h("span.tag.info", {}, trace.document),
      trace.attempts > 1 && h("span.tag.warn", {}, `试了 ${trace.attempts} 次`),
      h("span.tag", {}, `收件 #${trace.inbox_id}`),
    ),
    trace.outcome_note && trace.outcome_note !== trace.document && h("p.muted", {}, trace.outcome_note),
    trace.error && h("p.bad-text", {}, trace.error),
    h("h4", {}, "发出的消息"),
    trace.outbox.length ? h("div.rows", {}, trace.outbox.map((row) => outboxRow(row, pane))) : h("p.muted", {}, "没有"),
    h("h4", {}, "理解"),
    trace.understanding
      ? h("pre.json", { tabIndex: 0 }, JSON.stringify(trace.understanding, null, 2))
      : h("p.muted", {}, "这条消息不需要理解"),
  );
}

function stepElement(step, start) {
  const at = step.at && new Date(step.at);
  const late = at && start ? Math.max(0, at - new Date(start)) : 0;
  const gap = late >= 1000 ? `+${(late / 1000).toFixed(1)} s` : late ? `+${late} ms` : "";
  return h(
    `li${at ? "" : ".ahead"}${step.name === "failed" ? ".bad" : ""}`,
    {},
    h("div", {}, h("b", {}, step.label), step.note && h("small", {}, OUTCOMES[step.note] ?? step.note)),
    h("time", {}, gap && h("small", {}, gap, " "), at ? precise(at) : ""),
  );
}

function outboxRow(row, pane) {
  const [word, tone] = OUTBOX[row.state] ?? [row.state, ""];
  const room = state.rooms.get(row.chat);
  const owner = room?.kind === "direct" ? state.nameOf(room.members[0]) : room?.name;
  const content = [
    h("small", {}, `#${row.id}`),
    h("span", {}, `${KINDS[row.kind] ?? row.kind} → ${owner ?? row.chat}`, row.attempts > 1 && h("small", {}, `　试了 ${row.attempts} 次`)),
    h(`span.tag${tone ? `.${tone}` : ""}`, {}, row.sent_at ? `${word} ${precise(new Date(row.sent_at))}` : word),
    row.error && h("span.error", {}, row.error),
  ];
  const here = row.ref && pane?.rooms.some((other) => other.id === row.chat);
  if (!here) return h("div.row", {}, content);
  const go = () => {
    closeDrawer();
    pane.show(Number(row.ref));
  };
  return h("button.row", { type: "button", title: "看这条消息", onclick: go }, content);
}
