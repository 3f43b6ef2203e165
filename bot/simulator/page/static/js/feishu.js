// A Feishu card, JSON 2.0, drawn as Feishu draws it. `act(token, values)` sends a tap and resolves when it was answered.

import { h } from "/static/console/js/dom.js";
import { imageUrl } from "./api.js";
import { markdown } from "./markdown.js";
import { popup } from "./popup.js";

const words = (text) => text?.content ?? "";
const tokenOf = (part) => {
  const value = part.behaviors?.find((one) => one.type === "callback")?.value;
  return (typeof value === "string" ? value : value?.token) ?? part.name ?? "";
};

export function feishuCard(card, act) {
  const header = card.header;
  const node = h("article.fs-card", { "aria-label": words(header?.title) });
  const context = { node, act, form: null };
  if (header) {
    node.append(
      h(
        `header.fs-head.t-${header.template ?? "default"}`,
        {},
        h(
          "h3",
          {},
          words(header.title),
          (header.text_tag_list ?? []).map((tag) => h(`span.fs-tag.c-${tag.color ?? "neutral"}`, {}, words(tag.text))),
        ),
        header.subtitle && h("p", {}, words(header.subtitle)),
      ),
    );
  }
  node.append(h("div.fs-body", {}, elements(card.body?.elements, context)));
  return node;
}

const elements = (list, context) => (list ?? []).map((part) => (DRAW[part.tag] ?? unknown)(part, context));
const unknown = (part) => h("div.oddity", {}, `模拟器不会画的组件：${part.tag}`);

async function tap(context, control, token, values, confirm) {
  const { node } = context;
  if (node.classList.contains("busy")) return false;
  if (confirm && !(await popup(words(confirm.title), words(confirm.text)))) return false;
  node.classList.add("busy");
  control.classList.add("pressed");
  control.setAttribute("aria-busy", "true");
  try {
    await context.act(token, values);
  } finally {
    node.classList.remove("busy");
    control.classList.remove("pressed");
    control.removeAttribute("aria-busy");
  }
  return true;
}

function styled(text) {
  const classes = ["fs-text"];
  if (text.text_color) classes.push(`k-${text.text_color}`);
  if (text.text_size === "notation") classes.push("small");
  if (text.tag === "lark_md") return h(`div.${classes.join(".")}`, {}, markdown(words(text)));
  return h(`div.${classes.join(".")}`, {}, words(text));
}

const DRAW = {
  markdown: (part) => h("div.fs-text", {}, markdown(part.content ?? "")),
  div: (part) =>
    h("div.fs-div", {}, part.text && styled(part.text), part.fields?.length && h("div.fs-fields", {}, part.fields.map((field) => styled(field.text)))),
  hr: () => h("hr"),
  img: (part) => h("img.fs-img", { src: imageUrl(part.img_key), alt: words(part.alt) }),
  column_set: (part, context) =>
    h(
      `div.fs-columns.${part.flex_mode ?? "none"}`,
      {},
      (part.columns ?? []).map((column) => h(`div.fs-column.${column.width === "auto" ? "auto" : "wide"}`, {}, elements(column.elements, context))),
    ),
  form: (part, context) => {
    const form = h("form.fs-form", { onsubmit: (event) => event.preventDefault() });
    form.append(...elements(part.elements, { ...context, form }));
    return form;
  },
  input: (part) =>
    h(
      "label.fs-input",
      {},
      part.label && h("span", {}, words(part.label), part.required && h("i", {}, " *")),
      h("input", {
        name: part.name,
        placeholder: words(part.placeholder) || "请输入",
        defaultValue: part.default_value ?? "",
        maxLength: part.max_length ?? 1000,
        disabled: part.disabled,
        autocomplete: "off",
      }),
    ),
  select_static: (part, context) => {
    const select = h("select.fs-select", { name: part.name ?? "", "aria-label": words(part.placeholder) || "请选择", disabled: part.disabled });
    if (!part.initial_option) select.append(h("option", { value: "", disabled: true, selected: true }, words(part.placeholder) || "请选择"));
    for (const option of part.options ?? []) {
      select.append(h("option", { value: option.value, selected: option.value === part.initial_option }, words(option.text)));
    }
    if (!context.form) {
      select.addEventListener("change", async () => {
        const done = await tap(context, select, tokenOf(part), { [part.name || "option"]: select.value }, part.confirm);
        if (!done) select.value = part.initial_option ?? "";
      });
    }
    return select;
  },
  button: (part, context) => {
    const link = part.behaviors?.find((one) => one.type === "open_url")?.default_url;
    const classes = `fs-button.b-${part.type ?? "default"}`;
    if (link && /^https?:/.test(link)) return h(`a.${classes}`, { href: link, target: "_blank", rel: "noopener noreferrer" }, words(part.text));
    const press = (event) => {
      const values = {};
      if (context.form && part.form_action_type === "submit") {
        for (const field of context.form.querySelectorAll("input, select")) if (field.name) values[field.name] = field.value.trim();
      }
      tap(context, event.currentTarget, tokenOf(part), values, part.confirm);
    };
    return h(`button.${classes}`, { type: "button", disabled: part.disabled, onclick: press }, words(part.text));
  },
  table: (part) => tableElement(part),
  collapsible_panel: (part, context) =>
    h("details.fs-panel", { open: part.expanded }, h("summary", {}, words(part.header?.title)), elements(part.elements, context)),
};

/** The native table: pages of `page_size` rows, cells as text or as coloured options. */
function tableElement(table) {
  const body = h("tbody");
  const size = table.page_size ?? 5;
  const pages = Math.max(1, Math.ceil((table.rows ?? []).length / size));
  let page = 0;
  const told = h("span", {});
  const turn = (by) => {
    page = Math.min(pages - 1, Math.max(0, page + by));
    told.textContent = `${page + 1} / ${pages}`;
    body.replaceChildren(
      ...table.rows.slice(page * size, (page + 1) * size).map((row) => h("tr", {}, table.columns.map((column) => h("td", {}, cell(row[column.name], column))))),
    );
  };
  turn(0);
  const pager = h(
    "div.fs-pager",
    {},
    h("button", { type: "button", "aria-label": "上一页", onclick: () => turn(-1) }, "‹"),
    told,
    h("button", { type: "button", "aria-label": "下一页", onclick: () => turn(1) }, "›"),
  );
  return h(
    "div.fs-table",
    { tabIndex: 0, role: "region", "aria-label": "明细" },
    h("table", {}, h("thead", {}, h("tr", {}, table.columns.map((column) => h("th", {}, column.display_name ?? column.name)))), body),
    pages > 1 && pager,
  );
}

function cell(value, column) {
  if (column.data_type === "options" || Array.isArray(value)) {
    return (Array.isArray(value) ? value : [{ text: value }]).map((one) => h(`span.fs-tag.c-${one.color ?? "neutral"}`, {}, one.text ?? one));
  }
  if (["lark_md", "markdown"].includes(column.data_type)) return [markdown(String(value ?? ""))];
  return [String(value ?? "")];
}
