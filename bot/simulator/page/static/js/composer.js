// Writing: text, files (chosen, pasted or dragged in), a quote. Enter sends, Shift+Enter makes a new line.

import { add, h, icon, size } from "/static/console/js/dom.js";
import { state } from "./state.js";

const FILE_LIMIT = 20 * 1024 * 1024;

export class Composer {
  #files = [];
  #quote = null;

  constructor(pane) {
    this.pane = pane;
    this.above = h("div.above");
    this.area = h("textarea", {
      rows: 1,
      "aria-label": "说点什么",
      oninput: () => this.#changed(),
      onkeydown: (event) => this.#key(event),
      onpaste: (event) => event.clipboardData.files.length && (event.preventDefault(), this.addFiles([...event.clipboardData.files])),
    });
    this.picker = h("input", { type: "file", multiple: true, hidden: true, onchange: () => (this.addFiles([...this.picker.files]), (this.picker.value = "")) });
    this.mention = h("button.icon-button", { type: "button", title: `@${state.bot}`, onclick: () => this.#at() }, icon("at"));
    this.button = h("button.icon-button.send", { type: "button", title: "发送（回车）", onclick: () => this.#send() }, icon("send"));
    const attach = h("button.icon-button", { type: "button", title: "图片或文件", onclick: () => this.picker.click() }, icon("attach"));
    this.node = h("div.composer", {}, this.above, h("div.write", {}, attach, this.mention, this.area, this.button, this.picker));
    this.node.addEventListener("dragover", (event) => event.preventDefault());
    this.node.addEventListener("drop", (event) => (event.preventDefault(), this.addFiles([...event.dataTransfer.files])));
  }

  get text() {
    return this.area.value;
  }

  set text(value) {
    this.area.value = value;
    this.#changed();
  }

  placeChanged() {
    const { room } = this.pane;
    this.#quote = null;
    this.mention.hidden = !room.name;
    this.area.disabled = !room.chat;
    const name = { feishu: "飞书", wecom: "企业微信应用", wecombot: "企业微信机器人" }[this.pane.platform];
    this.area.placeholder = room.chat ? `在${name}里发给${room.label}` : "这里发不了";
    this.#draw();
    this.#changed();
  }

  quote(ref) {
    this.#quote = ref;
    this.#draw();
    this.area.focus();
  }

  addFiles(files) {
    for (const file of files) {
      if (file.size > FILE_LIMIT) this.pane.toast(`${file.name} 超过 20 MB，发不了`, "bad");
      else if (!file.size) this.pane.toast(`${file.name} 是空的`, "bad");
      else this.#files.push(file);
    }
    this.#draw();
    this.#changed();
    this.area.focus();
  }

  async #send() {
    const text = this.area.value.trim();
    const files = this.#files;
    if (!text && !files.length) return;
    const quote = this.#quote;
    this.#files = [];
    this.#quote = null;
    this.text = "";
    this.#draw();
    if (!(await this.pane.send({ text, files, quote })) && !this.text) {
      this.text = text;
      this.#files = files;
      this.#draw();
    }
  }

  #key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    this.#send();
  }

  #at() {
    if (!this.area.value.includes(`@${state.bot}`)) this.text = `@${state.bot} ${this.area.value}`;
    this.area.focus();
  }

  #changed() {
    this.button.classList.toggle("ready", Boolean(this.area.value.trim() || this.#files.length));
    this.area.style.height = "auto";
    if (this.area.scrollHeight) this.area.style.height = `${Math.min(this.area.scrollHeight, 140)}px`;
  }

  #draw() {
    const off = (run) => h("button.icon-button", { type: "button", title: "去掉", onclick: () => (run(), this.#draw(), this.#changed()) }, icon("close"));
    this.above.replaceChildren();
    const quoted = this.#quote && state.message(this.pane.platform, this.pane.room.chat, this.#quote);
    add(this.above, [
      this.#quote && h("div.chip.quote", {}, h("span", {}, state.brief(quoted)), off(() => (this.#quote = null))),
      this.#files.map((file) =>
        h("div.chip", {}, icon("file"), h("span", {}, file.name || "图片", " ", h("small", {}, size(file.size))), off(() => (this.#files = this.#files.filter((one) => one !== file)))),
      ),
    ]);
  }
}
