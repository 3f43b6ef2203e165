// One message in one person's pane, as the platform's client shows it.

import { avatar, h, icon, size } from "/static/console/js/dom.js";
import { fileUrl } from "./api.js";
import { feishuCard } from "./feishu.js";
import { markdown } from "./markdown.js";
import { state } from "./state.js";
import { wecomCard } from "./wecom.js";

/** `pane` offers: person, platform, room, click, quote, recall, show. */
export function messageElement(message, pane) {
  const mine = message.from === pane.person.name;
  const id = `${pane.id}-${message.ref}`;
  if (message.recalled) return h("div.recalled", { id }, `${mine ? "你" : (message.from ?? state.bot)}撤回了一条消息`);
  const sender = message.from === null ? null : (state.person(message.from) ?? { name: message.from, index: 0 });
  const classes = ["msg", message.from === null ? "bot" : "human"];
  if (mine) classes.push("mine");
  if (message.kind === "card") classes.push("has-card");
  const quoted = message.quote && state.message(message.platform, message.chat, message.quote);
  return h(
    `div.${classes.join(".")}`,
    { id, "data-ref": message.ref },
    !mine && avatar(sender, sender?.index ?? 0, state.bot),
    h(
      "div.stack",
      {},
      !mine && pane.room.name && h("span.who", {}, message.from ?? state.bot),
      message.quote && message.from !== null && h("button.quoted", { type: "button", onclick: () => pane.show(message.quote) }, state.brief(quoted)),
      content(message, pane),
    ),
    actions(message, pane, mine),
  );
}

function content(message, pane) {
  const { platform, kind, body } = message;
  if (kind === "card") {
    const seen = message.views[pane.person.name] ?? body;
    const act = (token, values) => pane.click(message, token, values);
    return platform === "feishu" ? feishuCard(seen, act) : wecomCard(seen, act);
  }
  if (kind === "image") {
    const url = fileUrl(platform, message.ref);
    return h("a.pic-link", { href: url, target: "_blank", rel: "noopener" }, h("img.pic", { src: url, alt: body.name ?? "图片" }));
  }
  if (["file", "audio", "voice", "video", "media"].includes(kind) && typeof body === "object") {
    const bytes = body.size ?? body.bytes;
    return h(
      "a.file",
      { href: fileUrl(platform, message.ref), target: "_blank", rel: "noopener" },
      icon("file"),
      h("span", {}, h("b", {}, body.name), bytes !== undefined && h("small", {}, size(bytes))),
    );
  }
  if (kind.startsWith("markdown")) return h("div.bubble", {}, markdown(String(body)));
  if (kind === "post") return h("div.bubble", {}, postText(body));
  return h("div.bubble", {}, typeof body === "string" ? body : JSON.stringify(body));
}

function postText(post) {
  const inner = Array.isArray(post.content) ? post : (Object.values(post)[0] ?? {});
  return [inner.title, ...(inner.content ?? []).map((row) => row.map((part) => part.text ?? (part.user_name ? `@${part.user_name}` : "")).join(""))]
    .filter(Boolean)
    .join("\n");
}

function actions(message, pane, mine) {
  const act = (name, words, run) => h("button", { type: "button", onclick: run }, icon(name), words);
  return h(
    "div.acts",
    {},
    pane.platform !== "wecom" && act("quote", "引用", () => pane.quote(message.ref)),
    mine && pane.platform === "feishu" && act("recall", "撤回", () => pane.recall(message.ref)),
    act("trace", "报文", () => pane.trace(message)),
  );
}
