// Building elements. Data only ever enters as text nodes and properties: there is no innerHTML in this page.

/** Create an element: h("p.note", {title: "…"}, child, "text"). Properties starting with "on" are listeners. */
export function h(selector, props = {}, ...children) {
  const [tag, ...classes] = selector.split(".");
  const node = document.createElement(tag || "div");
  if (classes.length) node.className = classes.join(" ");
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name.includes("-") || name === "role" || name === "for") node.setAttribute(name, value);
    else node[name] = value;
  }
  add(node, children);
  return node;
}

export function add(node, children) {
  for (const child of children.flat()) {
    if (child === undefined || child === null || child === false) continue;
    node.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
  return node;
}

const PATHS = {
  attach: "M20.5 11.5 12 20a5 5 0 0 1-7-7l8.6-8.6a3.3 3.3 0 0 1 4.7 4.7L9.8 17.6a1.7 1.7 0 0 1-2.4-2.4l7.8-7.8",
  send: "M12 20V5M5.5 11.5 12 5l6.5 6.5",
  quote: "M9 7 4 12l5 5M4 12h10a6 6 0 0 1 6 6v1",
  recall: "M4 4v6h6M4.6 15a8 8 0 1 0 1.3-8.6L4 10",
  trace: "M6 4v9a4 4 0 0 0 4 4h8M15 14l3 3-3 3M6 4m-2 0a2 2 0 1 0 4 0a2 2 0 1 0-4 0",
  warn: "M12 4 2.8 19.5h18.4zM12 10v4.5M12 17v.2",
  sun: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8M12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.4 1.4M17.6 17.6 19 19M5 19l1.4-1.4M17.6 6.4 19 5",
  moon: "M20 14.5A8.3 8.3 0 0 1 9.5 4a8.3 8.3 0 1 0 10.5 10.5",
  close: "M6 6l12 12M18 6 6 18",
  down: "M12 5v14M6 13l6 6 6-6",
  at: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8M16 8v5.5a2.5 2.5 0 0 0 5 0V12a9 9 0 1 0-3.6 7.2",
  file: "M14 3H7a2 2 0 0 0-2 2v14a2 2 0 0 0 2 2h10a2 2 0 0 0 2-2V8zM14 3v5h5M9 13h6M9 17h4",
  check: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M8 12.3l2.8 2.8L16 9.5",
  refresh: "M20 5v5h-5M19.4 15a8 8 0 1 1-1.3-8.6L20 10",
};

/** A line icon, decorative: whatever it stands on carries the words. */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

/** A person's or the bot's avatar. */
export function avatar(person, index, bot) {
  if (!person) return h("span.avatar.bot", { "aria-hidden": "true" }, bot.slice(0, 1));
  return h(`span.avatar.c${index % 7}`, { "aria-hidden": "true" }, [...person.name].slice(-1)[0]);
}

const TIME = new Intl.DateTimeFormat("zh-CN", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const DAY = new Intl.DateTimeFormat("zh-CN", { month: "long", day: "numeric" });

/** 14:05, or 3月2日 14:05 when it was not today. */
export function clock(date) {
  const time = TIME.format(date);
  return date.toDateString() === new Date().toDateString() ? time : `${DAY.format(date)} ${time}`;
}

/** 14:05:09.123: what the trace compares. */
export function precise(date) {
  const two = (number, width = 2) => String(number).padStart(width, "0");
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${two(date.getMilliseconds(), 3)}`;
}

export function size(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(bytes < 10240 ? 1 : 0)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

/** Ask before something that cannot be taken back; resolves to true or false. */
export function ask(question, { danger = false, yes = "确定", no = "再想想" } = {}) {
  return new Promise((resolve) => {
    const dialog = h("dialog.ask", {
      onclose: () => {
        dialog.remove();
        resolve(dialog.returnValue === "yes");
      },
    });
    add(dialog, [
      h("p", {}, question),
      h(
        "div.buttons",
        {},
        h("button.button", { type: "button", onclick: () => dialog.close("no") }, no),
        h(`button.button.${danger ? "danger.solid" : "primary"}`, { type: "button", onclick: () => dialog.close("yes") }, yes),
      ),
    ]);
    document.body.append(dialog);
    dialog.showModal();
  });
}
