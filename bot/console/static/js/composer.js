// Writing: text, files (chosen, pasted or dragged in), a quote. Enter sends, Shift+Enter makes a new line.

import { add, h, icon, size } from "./dom.js";
import { state } from "./state.js";

const FILE_LIMIT = 20 * 1024 * 1024;
const MOST_FILES = 9;

export class Composer {
  #files = []; // [{file, url}]
  #quote = null;

  /** `pane` offers: room, send({text, files, quote}), toast. */
  constructor(pane) {
    this.pane = pane;
    this.above = h("div.above");
    this.area = h("textarea", {
      rows: 1,
      "aria-label": "说点什么",
      oninput: () => this.#changed(),
      onkeydown: (event) => this.#key(event),
      onpaste: (event) => this.#paste(event),
    });
    this.picker = h("input", { type: "file", multiple: true, hidden: true, onchange: () => this.#picked() });
    this.mention = h("button.icon-button", { type: "button", title: `@${state.bot}`, onclick: () => this.#at() }, icon("at"));
    this.button = h("button.icon-button.send", { type: "button", title: "发送（回车）", onclick: () => this.#send() }, icon("send"));
    this.down = h("button.down", { type: "button", hidden: true, onclick: () => pane.toEnd() }, icon("down"), "新消息");
    this.node = h(
      "div.composer",
      {},
      this.down,
      this.above,
      h(
        "div.write",
        {},
        h(
          "button.icon-button",
          { type: "button", title: "图片或文件（也可以拖进来）", onclick: () => this.picker.click() },
          icon("attach"),
        ),
        this.mention,
        this.area,
        this.button,
        this.picker,
      ),
    );
    this.roomChanged();
    this.#changed();
  }

  /** Another room is shown: what was quoted belongs to the old one. */
  roomChanged() {
    this.#quote = null;
    const group = this.pane.room.kind === "group";
    this.mention.hidden = !group;
    this.area.placeholder = group ? `发到${this.pane.room.name}` : `发给${state.bot}`;
    this.#drawAbove();
  }

  quote(seq) {
    this.#quote = seq;
    this.#drawAbove();
    this.area.focus();
  }

  write(text) {
    this.area.value = text;
    this.#changed();
    this.area.focus();
  }

  addFiles(files) {
    for (const file of files) {
      if (this.#files.length >= MOST_FILES) {
        this.pane.toast(`一次最多 ${MOST_FILES} 个文件`, "warn");
        break;
      }
      if (file.size > FILE_LIMIT) this.pane.toast(`${file.name} 超过 20 MB，发不了`, "bad");
      else if (file.size === 0) this.pane.toast(`${file.name} 是空的`, "bad");
      else this.#files.push({ file, url: file.type.startsWith("image/") ? URL.createObjectURL(file) : null });
    }
    this.#drawAbove();
    this.#changed();
    this.area.focus();
  }

  #send() {
    const text = this.area.value.trim();
    if (!text && !this.#files.length) return;
    const files = this.#files.map((item) => item.file);
    this.pane.send({ text, files, quote: this.#quote });
    for (const item of this.#files) if (item.url) URL.revokeObjectURL(item.url);
    this.#files = [];
    this.#quote = null;
    this.area.value = "";
    this.#drawAbove();
    this.#changed();
  }

  #key(event) {
    // While an input method composes, Enter picks a word (229: some browsers report it so).
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    this.#send();
  }

  #paste(event) {
    const files = [...event.clipboardData.files];
    if (!files.length) return;
    event.preventDefault();
    this.addFiles(files);
  }

  #picked() {
    this.addFiles([...this.picker.files]);
    this.picker.value = "";
  }

  #at() {
    if (!this.area.value.includes(`@${state.bot}`)) this.area.value = `@${state.bot} ${this.area.value}`;
    this.#changed();
    this.area.focus();
  }

  #changed() {
    this.button.classList.toggle("ready", Boolean(this.area.value.trim() || this.#files.length));
    this.area.style.height = "auto";
    // Not on the page yet: nothing to measure, one row by itself.
    if (this.area.scrollHeight) this.area.style.height = `${Math.min(this.area.scrollHeight, 168)}px`;
  }

  #drawAbove() {
    const off = (run) => h("button.icon-button", { type: "button", title: "去掉", onclick: run }, icon("close"));
    this.above.replaceChildren();
    add(this.above, [
      this.#quote &&
        h("div.chip.quote", {}, h("span", {}, state.brief(this.#quote)), off(() => {
          this.#quote = null;
          this.#drawAbove();
        })),
      this.#files.map((item) =>
        h(
          "div.chip",
          {},
          item.url ? h("img", { src: item.url, alt: "" }) : icon("file"),
          h("span", {}, item.file.name || "图片", " ", h("small", {}, size(item.file.size))),
          off(() => {
            if (item.url) URL.revokeObjectURL(item.url);
            this.#files = this.#files.filter((other) => other !== item);
            this.#drawAbove();
            this.#changed();
          }),
        ),
      ),
    ]);
  }
}
