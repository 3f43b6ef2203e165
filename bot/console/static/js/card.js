// The neutral card, whole: fields, table, notes, choices, inputs, buttons with their questions, picture, link and hint.

import { fileUrl } from "./api.js";
import { ask, h } from "./dom.js";

const KNOWN = new Set([
  "title", "tone", "subtitle", "fields", "table", "notes", "choices", "inputs", "buttons", "picture", "link", "hint",
]);
const MOST_CHIPS = 5; // up to so many options stand open; more fold into a select
const NUMBER_COLUMNS = /^(数量|单价|价格|金额|合计|小计|库存|可发|已发|在库|可用|占用|差额|件数)$/;

/** Element of a card. `click(token, values, button)` sends a click and resolves when it was answered. */
export function cardElement(card, click) {
  const body = h("div.card-body");
  const node = h(
    `article.card.${card.tone ?? "neutral"}`,
    {},
    h("header.card-head", {}, h("h3", {}, card.title), card.subtitle && h("p", {}, card.subtitle)),
    body,
  );
  const press = async (token, values, pressed, question, danger) => {
    if (node.classList.contains("busy")) return;
    if (question && !(await ask(question, { danger }))) return;
    node.classList.add("busy");
    pressed?.classList.add("pressed");
    const controls = [...node.querySelectorAll("button, select")];
    for (const control of controls) control.disabled = true;
    try {
      await click(token, values);
    } finally {
      // An update of the card replaces this element; without one it can be used again.
      node.classList.remove("busy");
      pressed?.classList.remove("pressed");
      for (const control of controls) control.disabled = false;
    }
  };
  const inputs = (card.inputs ?? []).map(inputElement);
  const values = () => Object.fromEntries([...node.querySelectorAll("input")].map((input) => [input.name, input.value.trim()]));
  body.append(
    ...[
      card.fields?.length && fieldsElement(card.fields),
      card.picture && pictureElement(card.picture, card.title),
      card.table && tableElement(card.table),
      card.notes?.length && h("div.notes", {}, card.notes.map((note) => h(`div.note.${note.tone ?? "neutral"}`, {}, note.text))),
      ...(card.choices ?? []).map((choice) => choiceElement(choice, press)),
      inputs.length && h("div.inputs", {}, inputs),
      card.buttons?.length &&
        h("div.buttons", {}, card.buttons.map((button) => buttonElement(button, (node_) =>
          press(button.token, values(), node_, button.confirm, button.style === "danger" || button.style === "plain"),
        ))),
      safeLink(card.link) && h("a.link", { href: card.link, target: "_blank", rel: "noopener noreferrer" }, "打开详情"),
      card.hint && h("p.hint", {}, card.hint),
      ...Object.keys(card).filter((name) => !KNOWN.has(name)).map((name) => h("div.oddity", {}, `这张卡片里有不认识的部分：${name}`)),
    ].filter(Boolean),
  );
  if (!body.childNodes.length) node.classList.add("bare");
  return node;
}

/** What was typed into a card stays when the card is drawn anew, as long as the same inputs are there. */
export function keepTyped(before, after) {
  for (const old of before.querySelectorAll("input")) {
    if (old.value === old.defaultValue) continue;
    const now = [...after.querySelectorAll("input")].find((input) => input.name === old.name);
    if (now) now.value = old.value;
  }
}

function fieldsElement(fields) {
  const wide = (text) => [...text].reduce((sum, letter) => sum + (letter > "\u2e80" ? 2 : 1), 0) > 20;
  return h(
    "dl.fields",
    {},
    fields.map((field) =>
      h(
        `div${wide(field.value) ? ".wide" : ""}`,
        {},
        h("dt", {}, field.label),
        h(`dd.${field.tone ?? "neutral"}-text`, {}, field.value),
      ),
    ),
  );
}

function tableElement(table) {
  const kinds = table.columns.map((column, place) => {
    if (NUMBER_COLUMNS.test(column)) return "number";
    return table.rows.some((row) => [...(row[place] ?? "")].length > 6) ? "words" : "short";
  });
  return h(
    "div.table-box",
    { tabIndex: 0, role: "region", "aria-label": "明细" },
    h(
      "table",
      {},
      h("thead", {}, h("tr", {}, table.columns.map((column, place) => h(`th.${kinds[place]}`, {}, column)))),
      h(
        "tbody",
        {},
        table.rows.map((row, number) =>
          h(`tr.${table.tones?.[number] ?? "neutral"}`, {}, row.map((cell, place) => h(`td.${kinds[place] ?? "short"}`, {}, cell))),
        ),
      ),
    ),
  );
}

function choiceElement(choice, press) {
  const pick = (value, node) => press(choice.token, { [choice.name]: value }, node);
  const label = h("legend.label", {}, choice.label);
  if (choice.options.length <= MOST_CHIPS) {
    return h(
      "fieldset.choice",
      {},
      label,
      h(
        "div.options",
        {},
        choice.options.map((option) =>
          h(
            "button.option",
            {
              type: "button",
              "aria-pressed": String(option.value === choice.selected),
              onclick: (event) => pick(option.value, event.currentTarget),
            },
            option.label,
          ),
        ),
      ),
    );
  }
  const select = h("select", { "aria-label": choice.label });
  if (choice.selected === undefined) select.append(h("option", { value: "", disabled: true, selected: true }, "请选择…"));
  for (const option of choice.options) {
    select.append(h("option", { value: option.value, selected: option.value === choice.selected }, option.label));
  }
  select.addEventListener("change", () => pick(select.value, null));
  return h("fieldset.choice", {}, label, select);
}

function inputElement(input) {
  return h(
    "label.input",
    {},
    h("span.label", {}, input.label),
    h("input", {
      name: input.name,
      placeholder: input.placeholder ?? "",
      defaultValue: input.value ?? "",
      maxLength: 500,
      autocomplete: "off",
    }),
  );
}

function buttonElement(button, press) {
  return h(
    `button.button.${button.style ?? "plain"}`,
    { type: "button", onclick: (event) => press(event.currentTarget) },
    button.label,
  );
}

function pictureElement(sha256, title) {
  const url = fileUrl({ sha256, name: title });
  return h("a.pic-link", { href: url, target: "_blank", rel: "noopener" }, h("img.pic", { src: url, alt: title, loading: "lazy" }));
}

function safeLink(link) {
  if (!link) return false;
  try {
    return ["http:", "https:"].includes(new URL(link, location.href).protocol);
  } catch {
    return false;
  }
}
