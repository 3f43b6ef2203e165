// A WeCom template card, drawn as WeCom draws it. `act(key, values)` sends a tap and resolves when it was answered.

import { h } from "/static/console/js/dom.js";

const COLOURS = ["grey", "black", "red", "green"];

export function wecomCard(card, act) {
  const title = card.main_title ?? {};
  const grey = card.replace_text;
  const node = h("article.wx-card", { "aria-label": title.title ?? "" });
  if (grey) node.classList.add("grey");
  const press = async (control, key) => {
    if (node.classList.contains("busy")) return;
    node.classList.add("busy");
    control.classList.add("pressed");
    control.setAttribute("aria-busy", "true");
    const values = {};
    for (const select of node.querySelectorAll("select")) values[select.name] = select.value;
    const ticked = [...node.querySelectorAll(".wx-vote input:checked")];
    if (ticked.length) values[ticked[0].name] = ticked.map((one) => one.value).join("|");
    try {
      await act(key, values);
    } finally {
      node.classList.remove("busy");
      control.classList.remove("pressed");
      control.removeAttribute("aria-busy");
    }
  };
  const rows = card.horizontal_content_list ?? [];
  const parts = [
    card.source?.desc && h(`div.wx-source.k-${COLOURS[card.source.desc_color ?? 0]}`, {}, card.source.desc),
    card.action_menu && menu(card.action_menu, press),
    h("h3", {}, title.title ?? ""),
    title.desc && h("p.wx-desc", {}, title.desc),
    card.emphasis_content && h("div.wx-big", {}, h("b", {}, card.emphasis_content.title ?? ""), h("span", {}, card.emphasis_content.desc ?? "")),
    card.quote_area && h("div.wx-quote", {}, card.quote_area.title && h("b", {}, card.quote_area.title), card.quote_area.quote_text ?? ""),
    card.sub_title_text && h("p.wx-sub", {}, card.sub_title_text),
    rows.length && h("dl.wx-rows", {}, rows.map((row) => h("div", {}, h("dt", {}, row.keyname), h("dd", {}, link(row.url, row.value ?? ""))))),
    ...(card.vertical_content_list ?? []).map((row) => h("div.wx-vertical", {}, h("b", {}, row.title), h("span", {}, row.desc ?? ""))),
    card.checkbox && vote(card.checkbox),
    card.button_selection && question(card.button_selection),
    ...(card.select_list ?? []).map(question),
    ...(card.jump_list ?? []).map((jump) => h("div.wx-jump", {}, link(jump.url, jump.title))),
    grey ? h("div.wx-replaced", {}, grey) : buttons(card, press),
    card.card_action?.url && h("div.wx-open", {}, link(card.card_action.url, "查看详情")),
  ];
  node.append(...parts.filter(Boolean));
  return node;
}

function link(url, words) {
  if (!url || !/^https?:/.test(url)) return words;
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, words);
}

function buttons(card, press) {
  const list = [...(card.button_list ?? [])];
  if (card.submit_button) list.push({ ...card.submit_button, style: 1 });
  if (!list.length) return null;
  return h(
    `div.wx-buttons.n${Math.min(list.length, 4)}`,
    {},
    list.map((button) =>
      button.type === 1
        ? link(button.url, button.text)
        : h(`button.wx-button.s${button.style ?? 1}`, { type: "button", onclick: (event) => press(event.currentTarget, button.key) }, button.text),
    ),
  );
}

function question(asked) {
  const select = h("select", { name: asked.question_key, disabled: asked.disable, "aria-label": asked.title ?? "请选择" });
  asked.option_list.forEach((option, place) =>
    select.append(h("option", { value: option.id, selected: asked.selected_id ? option.id === asked.selected_id : place === 0 }, option.text)),
  );
  return h("label.wx-select", {}, h("span", {}, asked.title ?? ""), select);
}

function vote(asked) {
  return h(
    "div.wx-vote",
    {},
    asked.option_list.map((option) =>
      h(
        "label",
        {},
        h("input", { type: asked.mode === 1 ? "checkbox" : "radio", name: asked.question_key, value: option.id, checked: option.is_checked, disabled: asked.disable }),
        option.text,
      ),
    ),
  );
}

function menu(given, press) {
  return h(
    "details.wx-menu",
    {},
    h("summary", { "aria-label": given.desc ?? "更多" }, "⋯"),
    given.action_list.map((action) => h("button", { type: "button", onclick: (event) => press(event.currentTarget, action.key) }, action.text)),
  );
}
