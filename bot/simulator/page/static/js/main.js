// Start: two people's clients side by side, the wire, the feed.

import { h, icon } from "/static/console/js/dom.js";
import { get, listen } from "./api.js";
import { Pane } from "./pane.js";
import { state } from "./state.js";
import { WirePane } from "./wire.js";

const frame = document.getElementById("panes");
const views = document.getElementById("views");
const live = document.getElementById("live");
const banner = document.getElementById("banner");
const wireToggle = document.getElementById("wire-toggle");
const themeButton = document.getElementById("theme");

const remember = (name, value) => {
  try {
    localStorage.setItem(`danju.simulate.${name}`, JSON.stringify(value));
  } catch {
    // Private windows may refuse storage; the page works without a memory.
  }
};
const recall = (name) => {
  try {
    return JSON.parse(localStorage.getItem(`danju.simulate.${name}`));
  } catch {
    return null;
  }
};

const dark = matchMedia("(prefers-color-scheme: dark)");
function applyTheme() {
  const theme = recall("theme") ?? (dark.matches ? "dark" : "light");
  document.documentElement.dataset.theme = theme;
  themeButton.replaceChildren(icon(theme === "dark" ? "sun" : "moon"));
  themeButton.setAttribute("aria-label", theme === "dark" ? "换成浅色" : "换成深色");
}
themeButton.addEventListener("click", () => {
  remember("theme", document.documentElement.dataset.theme === "dark" ? "light" : "dark");
  applyTheme();
});
dark.addEventListener("change", applyTheme);
applyTheme();

function connected(on) {
  live.className = on ? "live on" : "live off";
  live.lastElementChild.textContent = on ? "已连接" : "已断开";
  banner.hidden = on;
  banner.textContent = "和模拟器的连接断了，正在重连";
}

async function start() {
  let data;
  try {
    data = await get("state");
  } catch (error) {
    banner.textContent = error.message;
    banner.hidden = false;
    setTimeout(() => location.reload(), 3000);
    return;
  }
  state.take(data);
  document.getElementById("console").href = data.console;
  const wire = new WirePane();
  const known = (name) => state.people.find((person) => person.name === name);
  const first = known(recall("left")?.who) ?? state.people.find((one) => one.words.includes("销售")) ?? state.people[0];
  const second = known(recall("right")?.who) ?? state.people.find((one) => one.words.includes("主管")) ?? state.people[1];
  const trace = (message) => {
    showWire(true);
    show("wire");
    if (!wire.find(message.ref)) wire.list.scrollTop = wire.list.scrollHeight;
  };
  const platform = (side) => (state.platforms.some((one) => one.id === recall(side)?.platform) ? recall(side).platform : "feishu");
  const panes = { left: new Pane("left", first, platform("left"), trace), right: new Pane("right", second, platform("right"), trace) };
  let active = "left";

  function show(id) {
    active = id;
    for (const node of frame.children) node.classList.toggle("active", node.dataset.pane === id);
    drawViews();
  }

  function drawViews() {
    const tab = (id, words) => h("button.view", { type: "button", role: "tab", "aria-selected": String(id === active), onclick: () => show(id) }, words);
    views.replaceChildren(tab("left", panes.left.person.name), tab("right", panes.right.person.name), tab("wire", "报文"));
  }

  function showWire(on) {
    wire.node.classList.toggle("folded", !on);
    wireToggle.setAttribute("aria-pressed", String(on));
    remember("wire", on);
  }

  frame.append(panes.left.node, panes.right.node, wire.node);
  for (const [side, pane] of Object.entries(panes)) {
    pane.node.addEventListener("chosen", () => {
      remember(side, { who: pane.person.name, platform: pane.platform });
      drawViews();
    });
  }
  wireToggle.addEventListener("click", () => showWire(wire.node.classList.contains("folded")));
  showWire(recall("wire") ?? true);
  show("left");

  listen(data.run, {
    message: (message) => {
      state.put(message);
      if (!knowsChat(message)) refresh();
    },
    wire: (exchange) => state.addWire(exchange),
    state: connected,
    again: () => location.reload(),
  });
}

const knowsChat = (message) =>
  state.groups.some((group) => Object.values(group.chats).includes(message.chat)) || state.people.some((one) => Object.values(one.chats).includes(message.chat));

async function refresh() {
  state.take(await get("state"));
}

start();
