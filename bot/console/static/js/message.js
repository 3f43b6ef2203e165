// One message in one person's pane.

import { fileUrl } from "./api.js";
import { cardElement } from "./card.js";
import { avatar, h, icon, size } from "./dom.js";
import { state } from "./state.js";

const SAME_BREATH = 3 * 60 * 1000; // messages of one sender within 3 minutes stand together

/** Whether `message` follows `before` closely enough to go without name and avatar. */
export function follows(message, before) {
  return Boolean(before) && !before.recalled && before.from === message.from && Date.parse(message.at) - Date.parse(before.at) < SAME_BREATH;
}

/** `pane` offers: person, room, click, quote, recall, trace, show. */
export function messageElement(message, pane, before) {
  if (message.recalled) {
    const mine = message.from === pane.person.id;
    return h("div.recalled", { id: `m${pane.person.id}-${message.seq}` }, `${mine ? "你" : state.nameOf(message.from)}撤回了一条消息`);
  }
  const mine = message.from === pane.person.id;
  const sender = message.from === null ? null : state.person(message.from);
  const classes = ["msg"];
  if (mine) classes.push("mine");
  if (message.kind === "card") classes.push("has-card");
  if (follows(message, before)) classes.push("again");
  const group = pane.room.kind === "group";
  return h(
    `div.${classes.join(".")}`,
    { id: `m${pane.person.id}-${message.seq}`, onclick: pickOnTouch },
    !mine && avatar(sender, sender?.index ?? 0, state.bot),
    h(
      "div.stack",
      {},
      !mine && group && h("span.who", {}, state.nameOf(message.from)),
      message.quoted && quotedElement(message.quoted, pane),
      ...content(message, pane),
    ),
    actions(message, pane, mine),
  );
}

/** A message on its way: shown at once, replaced by the real one. */
export function pendingElement(pending, retry, drop) {
  return h(
    "div.msg.mine" + (pending.error ? "" : ".sending"),
    {},
    h(
      "div.stack",
      {},
      pending.text && h("div.bubble", {}, pending.text),
      pending.files.map((file) => h("div.bubble", {}, file.name)),
      pending.error &&
        h(
          "div.failed",
          { role: "alert" },
          `没发出去：${pending.error}`,
          h("button", { type: "button", onclick: retry }, "重发"),
          h("button", { type: "button", onclick: drop }, "不发了"),
        ),
    ),
  );
}

function content(message, pane) {
  if (message.kind === "card") {
    return [cardElement(message.card, (token, values) => pane.click(message, token, values))];
  }
  const long = message.text.length > 600 || message.text.split("\n").length > 24;
  return [
    message.text && h(`div.bubble${long ? ".long" : ""}`, long ? { tabIndex: 0 } : {}, message.text),
    ...message.files.map(fileElement),
  ];
}

function fileElement(file) {
  const url = fileUrl(file);
  if (file.kind === "picture") {
    return h("a.pic-link", { href: url, target: "_blank", rel: "noopener" }, h("img.pic", { src: url, alt: file.name }));
  }
  return h(
    "a.file",
    { href: url, target: "_blank", rel: "noopener" },
    icon("file"),
    h("span", {}, h("b", {}, file.name), h("small", {}, size(file.size))),
  );
}

function quotedElement(seq, pane) {
  return h("button.quoted", { type: "button", onclick: () => pane.show(seq) }, state.brief(seq));
}

function actions(message, pane, mine) {
  const act = (name, words, run) => h("button", { type: "button", onclick: run }, icon(name), words);
  return h(
    "div.acts",
    {},
    act("quote", "引用", () => pane.quote(message.seq)),
    mine && act("recall", "撤回", () => pane.recall(message.seq)),
    act("trace", "轨迹", () => pane.trace(message.seq)),
  );
}

/** Without a mouse a tap on a message shows what can be done with it. */
function pickOnTouch(event) {
  if (matchMedia("(hover: hover)").matches || event.target.closest("button, a, input, select")) return;
  const node = event.currentTarget;
  const picked = node.classList.contains("picked");
  for (const other of document.querySelectorAll(".msg.picked")) other.classList.remove("picked");
  node.classList.toggle("picked", !picked);
}
