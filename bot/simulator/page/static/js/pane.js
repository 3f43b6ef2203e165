// One person's client: who, which platform, which room, the messages there, and what they do.

import { avatar, clock, h } from "/static/console/js/dom.js";
import { post, sendFile } from "./api.js";
import { Composer } from "./composer.js";
import { messageElement } from "./message.js";
import { popup } from "./popup.js";
import { state } from "./state.js";

const PAUSE = 300; // seconds; a pause this long gets the time written above what follows
const FOR_TONE = { success: "good", info: "info", warning: "warn", error: "bad" };

export class Pane {
  #typed = new Map(); // room of a person -> what stands unsent

  constructor(id, person, platform, onTrace) {
    this.id = id;
    this.person = person;
    this.platform = platform;
    this.room = state.rooms(person, platform)[0];
    this.trace = onTrace;
    this.head = h("header.pane-head");
    this.tabs = h("div.rooms", { role: "tablist", "aria-label": "会话" });
    this.list = h("div.list", { role: "log", "aria-label": "消息", tabIndex: 0 });
    this.list.addEventListener("load", () => this.toEnd(), true);
    this.toasts = h("div.toasts", { role: "status", "aria-live": "polite" });
    this.composer = new Composer(this);
    this.node = h("section.pane", { "data-pane": id }, this.head, this.tabs, this.list, this.composer.node, this.toasts);
    state.addEventListener("message", (event) => this.#message(event.detail.message));
    state.addEventListener("firm", () => this.#rooms());
    this.#draw();
  }

  // ---- who, where

  choose({ person = this.person, platform = this.platform, room = this.room.name }) {
    this.#typed.set(this.#key, this.composer.text);
    this.person = person;
    this.platform = platform;
    const rooms = state.rooms(person, platform);
    this.room = rooms.find((one) => one.name === room) ?? rooms[0];
    this.#draw();
    this.composer.text = this.#typed.get(this.#key) ?? "";
    this.node.dispatchEvent(new Event("chosen"));
  }

  get #key() {
    return `${this.person.name}/${this.room.name}`;
  }

  #draw() {
    const people = h(
      "select.who-select",
      { "aria-label": "看谁的", onchange: () => this.choose({ person: state.person(people.value), room: this.room.name }) },
      state.people.map((person) => h("option", { value: person.name, selected: person.name === this.person.name }, `${person.name} · ${person.words.join("、")}`)),
    );
    const shift = (by) => {
      const place = state.platforms.findIndex((one) => one.id === this.platform);
      const next = state.platforms[(place + by + state.platforms.length) % state.platforms.length];
      this.choose({ platform: next.id });
      this.head.querySelector('[aria-checked="true"]').focus();
    };
    this.head.replaceChildren(
      avatar(this.person, this.person.index, state.bot),
      people,
      h(
        "div.switch",
        { role: "radiogroup", "aria-label": "平台", onkeydown: (event) => ({ ArrowRight: 1, ArrowLeft: -1 })[event.key] && shift({ ArrowRight: 1, ArrowLeft: -1 }[event.key]) },
        state.platforms.map((one) => {
          const on = one.id === this.platform;
          return h(
            `button.p-${one.id}`,
            { type: "button", role: "radio", "aria-checked": String(on), tabIndex: on ? 0 : -1, title: one.name, onclick: () => this.choose({ platform: one.id }) },
            { feishu: "飞书", wecom: "企微应用", wecombot: "企微机器人" }[one.id],
          );
        }),
      ),
    );
    this.node.setAttribute("aria-label", this.person.name);
    this.node.dataset.platform = this.platform;
    this.node.dataset.person = this.person.name;
    this.#rooms();
    this.redraw();
    this.composer.placeChanged();
  }

  #rooms() {
    const open = (room) => () => this.choose({ room: room.name });
    this.tabs.replaceChildren(
      ...state.rooms(this.person, this.platform).map((room) =>
        h("button.room", { type: "button", role: "tab", "aria-selected": String(room.name === this.room.name), onclick: open(room) }, room.label),
      ),
      h("button.room.new-group", { type: "button", title: "拉一个群", onclick: () => this.#newGroup() }, "＋群"),
    );
  }

  async #newGroup() {
    const number = state.groups.length + 1;
    try {
      await post("group", { name: `新群${number}`, members: state.people.filter((one) => one.known).map((one) => one.name) });
    } catch (error) {
      this.toast(error.message, "bad");
    }
  }

  // ---- messages

  redraw() {
    this.list.replaceChildren();
    if (!this.room.chat) {
      this.list.append(h("div.empty", {}, h("b", {}, "自建应用进不了群"), h("span", {}, "群里请看机器人或飞书")));
      return;
    }
    const all = state.messages(this.platform, this.room.chat);
    if (!all.length) this.list.append(h("div.empty", {}, avatar(null, 0, state.bot), h("b", {}, this.room.name || "有事直接说"), h("span", {}, "这里还没有消息")));
    let before = 0;
    for (const message of all) {
      if (message.at - before > PAUSE) this.list.append(h("div.when", {}, clock(new Date(message.at * 1000))));
      before = message.at;
      this.list.append(messageElement(message, this));
    }
    this.toEnd();
  }

  #message(message) {
    if (message.platform !== this.platform || message.chat !== this.room.chat) return;
    const old = document.getElementById(`${this.id}-${message.ref}`);
    if (!old) {
      this.list.querySelector(".empty")?.remove();
      this.list.append(messageElement(message, this));
      this.toEnd();
      return;
    }
    const fresh = messageElement(message, this);
    for (const input of old.querySelectorAll("input")) {
      const now = [...fresh.querySelectorAll("input")].find((one) => one.name === input.name);
      if (now && input.value !== input.defaultValue && input.type === "text") now.value = input.value;
    }
    const end = this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < 60;
    old.replaceWith(fresh);
    if (end) this.toEnd();
    if (!message.recalled && message.version > 1) fresh.classList.add("found");
  }

  toEnd() {
    this.list.scrollTop = this.list.scrollHeight;
  }

  show(ref) {
    const node = document.getElementById(`${this.id}-${ref}`);
    node?.scrollIntoView({ block: "center" });
    node?.classList.add("found");
  }

  toast(text, tone = "info") {
    const node = h(`div.toast.${tone}`, {}, text);
    this.toasts.append(node);
    setTimeout(() => node.remove(), 4200);
  }

  // ---- what the person does

  get place() {
    return { who: this.person.name, platform: this.platform, room: this.room.name };
  }

  async send({ text, files, quote }) {
    const place = this.place;
    try {
      for (const file of files) await sendFile(place, file);
      if (text) await post("say", { ...place, text, ...(quote ? { quote } : {}) });
      return true;
    } catch (error) {
      this.toast(error.message, "bad");
      return false;
    }
  }

  async click(message, token, values) {
    try {
      const answer = await post("click", { ...this.place, ref: message.ref, token, values });
      if (answer.toast) this.toast(answer.toast, FOR_TONE[answer.tone] ?? "info");
      if (answer.error && answer.error !== "client") this.toast(`客户端报错：${answer.error}`, "bad");
    } catch (error) {
      this.toast(error.message, "bad");
    }
  }

  quote(ref) {
    this.composer.quote(ref);
  }

  async recall(ref) {
    if (!(await popup("", "撤回这条消息？", { yes: "撤回" }))) return;
    try {
      await post("recall", { ...this.place, ref });
    } catch (error) {
      this.toast(error.message, "bad");
    }
  }
}

