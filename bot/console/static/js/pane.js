// One person: their rooms, the messages of the open one, and what they do.

import { newKey, post, upload } from "./api.js";
import { keepTyped } from "./card.js";
import { Composer } from "./composer.js";
import { ask, avatar, clock, h, icon } from "./dom.js";
import { follows, messageElement, pendingElement } from "./message.js";
import { state } from "./state.js";
import { openTrace } from "./trace.js";

const PAUSE = 5 * 60 * 1000; // a pause this long gets the time written above what follows
// What an empty private room says, by the person's first role.
const WELCOME = {
  sales: "客户的订单，发到这里就行",
  buyer: "到货了、要补货，说一声就行",
  keeper: "要发的货会送到这里",
  supervisor: "要审批的单子会送到这里",
  finance: "想查哪张单据，直接问",
  boss: "要您点头的事会送到这里",
};

export class Pane {
  #shown = new Map(); // seq -> element
  #pending = [];
  #following = true; // the end was in sight; pictures grow after they were put there

  constructor(person, close) {
    this.person = person;
    this.rooms = state.roomsOf(person);
    this.room = this.rooms[0];
    this.list = h("div.list", { role: "log", "aria-label": "消息", onscroll: () => this.#scrolled() });
    this.list.addEventListener("load", () => this.#following && this.toEnd(), true); // load does not bubble
    this.waiting = h("div");
    this.tabs = h("div.rooms", { role: "tablist" });
    this.toasts = h("div.toasts", { role: "status", "aria-live": "polite" });
    this.composer = new Composer(this);
    this.drop = h("div.drop", { hidden: true }, "松手就发到这里");
    this.node = h(
      "section.pane",
      { "aria-label": person.name, "data-person": person.id },
      h(
        "header.pane-head",
        {},
        avatar(person, person.index, state.bot),
        h("div.pane-name", {}, h("b", {}, person.name), h("span", {}, person.words.join("、"))),
        h("button.icon-button.pane-close", { type: "button", title: `收起${person.name}`, onclick: close }, icon("close")),
      ),
      this.tabs,
      this.list,
      this.composer.node,
      this.toasts,
      this.drop,
    );
    this.#acceptDrops();
    state.addEventListener("message", (event) => this.#message(event.detail));
    state.addEventListener("room", (event) => event.detail === this.room.id && this.#drawAll());
    state.addEventListener("unread", () => this.#drawTabs());
    this.#drawTabs();
  }

  /** Whether the person is looking: only then is what arrives read. */
  get visible() {
    return this.node.isConnected && this.node.offsetParent !== null && document.visibilityState === "visible";
  }

  async open(room = this.room) {
    this.room = room;
    this.composer.roomChanged();
    this.#drawTabs();
    this.#drawAll();
    try {
      await state.loadRoom(room.id);
    } catch (error) {
      this.toast(error.message, "bad");
    }
    this.toEnd();
  }

  toEnd() {
    this.#following = true;
    this.list.scrollTop = this.list.scrollHeight;
    this.composer.down.hidden = true;
    if (this.visible) state.markRead(this.person, this.room.id);
  }

  // ---- what the person does

  async send({ text, files, quote }) {
    const pending = { text, files, quote, room: this.room, key: newKey(), stored: null, error: null };
    this.#pending.push(pending);
    await this.#deliver(pending);
  }

  async #deliver(pending) {
    pending.error = null;
    this.#drawPending();
    this.toEnd();
    try {
      pending.stored ??= pending.files.length ? await upload(pending.files) : [];
      await post("messages", {
        as: this.person.id,
        room: pending.room.id,
        text: pending.text,
        key: pending.key,
        files: pending.stored.map(({ sha256, name }) => ({ sha256, name })),
        ...(pending.quote ? { quote: pending.quote } : {}),
      });
      this.#pending = this.#pending.filter((other) => other !== pending);
    } catch (error) {
      pending.error = error.message;
    }
    this.#drawPending();
    this.toEnd();
  }

  async click(message, token, values) {
    try {
      const answer = await post("clicks", { as: this.person.id, room: message.room, message: message.seq, token, values });
      if (answer.toast) this.toast(answer.toast, answer.tone);
    } catch (error) {
      this.toast(error.message, "bad");
    }
  }

  quote(seq) {
    this.composer.quote(seq);
  }

  async recall(seq) {
    if (!(await ask("撤回这条消息？", { yes: "撤回" }))) return;
    try {
      await post("recall", { as: this.person.id, message: seq });
    } catch (error) {
      this.toast(error.message, "bad");
    }
  }

  trace(seq) {
    openTrace(seq, this);
  }

  /** Scroll to a message and point at it. */
  async show(seq) {
    const message = state.messages.get(seq);
    if (message && message.room !== this.room.id) {
      const room = this.rooms.find((other) => other.id === message.room);
      if (!room) return;
      await this.open(room);
    }
    const node = this.#shown.get(seq);
    if (!node) return;
    node.scrollIntoView({ block: "center", behavior: "smooth" });
    node.classList.remove("found");
    requestAnimationFrame(() => node.classList.add("found"));
  }

  toast(text, tone = "info") {
    const node = h(`div.toast.${tone}`, {}, text);
    this.toasts.append(node);
    setTimeout(() => node.remove(), tone === "bad" || tone === "warn" ? 6000 : 3500);
  }

  // ---- drawing

  #message({ message, fresh, live }) {
    if (message.room !== this.room.id) return;
    if (message.key && this.#pending.some((pending) => pending.key === message.key)) {
      this.#pending = this.#pending.filter((pending) => pending.key !== message.key);
      this.#drawPending();
    }
    if (!live) return; // a page of the past is drawn at once, when it is whole
    const atEnd = this.#following || this.#atEnd();
    const old = this.#shown.get(message.seq);
    const seqs = state.order.get(message.room);
    if (!fresh && old) {
      const node = this.#element(message, seqs.indexOf(message.seq));
      keepTyped(old, node);
      old.replaceWith(node);
      this.#shown.set(message.seq, node);
    } else if (seqs.at(-1) === message.seq && this.#shown.size) {
      this.#append(message, seqs.length - 1);
    } else {
      this.#drawAll();
    }
    if (atEnd || message.from === this.person.id) this.toEnd();
    else if (fresh) this.composer.down.hidden = false;
  }

  #drawAll() {
    const height = this.list.scrollHeight - this.list.scrollTop;
    this.#shown.clear();
    this.list.replaceChildren();
    const seqs = state.order.get(this.room.id) ?? [];
    if (state.more.get(this.room.id)) {
      this.list.append(h("button.older", { type: "button", onclick: () => state.loadRoom(this.room.id, true) }, "更早的消息"));
    }
    if (!seqs.length && state.more.has(this.room.id)) this.list.append(this.#empty());
    this.list.append(this.waiting);
    seqs.forEach((seq, place) => this.#append(state.messages.get(seq), place));
    this.#drawPending();
    this.list.scrollTop = this.list.scrollHeight - height;
  }

  #append(message, place) {
    const before = state.messages.get(state.order.get(message.room)[place - 1]);
    const at = new Date(message.at);
    if (!before || at - new Date(before.at) > PAUSE) this.waiting.before(h("div.when", {}, clock(at)));
    const node = this.#element(message, place);
    this.#shown.set(message.seq, node);
    this.waiting.before(node);
  }

  #element(message, place) {
    const before = state.messages.get(state.order.get(message.room)[place - 1]);
    return messageElement(message, this, follows(message, before) ? before : undefined);
  }

  #empty() {
    if (this.room.kind === "group") return h("div.empty", {}, h("b", {}, this.room.name), "还没有人说话");
    const words = ["帮助", "草稿"].map((word) => h("button", { type: "button", onclick: () => this.send({ text: word, files: [], quote: null }) }, word));
    return h(
      "div.empty",
      {},
      avatar(null, 0, state.bot),
      h("b", {}, WELCOME[this.person.roles[0]] ?? "有事直接说"),
      h("span", {}, "像平时聊天那样写，图片和文件也可以拖进来"),
      h("div.try", {}, words),
    );
  }

  #drawPending() {
    this.waiting.replaceChildren(
      ...this.#pending
        .filter((pending) => pending.room.id === this.room.id)
        .map((pending) =>
          pendingElement(
            pending,
            () => this.#deliver(pending),
            () => {
              this.#pending = this.#pending.filter((other) => other !== pending);
              this.#drawPending();
            },
          ),
        ),
    );
  }

  #drawTabs() {
    this.tabs.replaceChildren(
      ...this.rooms.map((room) => {
        const count = room.id === this.room.id && this.visible ? 0 : state.unread(this.person, room.id);
        return h(
          "button.room",
          { type: "button", role: "tab", "aria-selected": String(room.id === this.room.id), onclick: () => this.open(room) },
          room.name,
          count > 0 && h("span.badge", {}, count > 99 ? "99+" : count),
        );
      }),
    );
  }

  #atEnd() {
    return this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < 60;
  }

  #scrolled() {
    this.#following = this.#atEnd();
    if (!this.#following) return;
    this.composer.down.hidden = true;
    if (this.visible) state.markRead(this.person, this.room.id);
  }

  #acceptDrops() {
    let depth = 0;
    const files = (event) => event.dataTransfer?.types.includes("Files");
    const show = (on) => (this.drop.hidden = !on);
    this.node.addEventListener("dragenter", (event) => files(event) && show(++depth > 0));
    this.node.addEventListener("dragleave", (event) => files(event) && show(--depth > 0));
    this.node.addEventListener("dragover", (event) => files(event) && event.preventDefault());
    this.node.addEventListener("drop", (event) => {
      depth = 0;
      show(false);
      if (!event.dataTransfer?.files.length) return;
      event.preventDefault();
      this.composer.addFiles([...event.dataTransfer.files]);
    });
  }
}
