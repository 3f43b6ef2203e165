// The one drawer at the right: a trace or the list of problems.

import { h, icon } from "./dom.js";

const drawer = document.getElementById("drawer");
const veil = document.getElementById("veil");
let closed = null; // what to do when it closes
let opener = null;

/** Open it with a title; returns the body to fill. `onClose` runs once. */
export function openDrawer(title, { broad = false, onClose = null } = {}) {
  closeDrawer();
  closed = onClose;
  opener = document.activeElement;
  const body = h("div.drawer-body");
  const close = h("button.icon-button", { type: "button", title: "关闭", onclick: closeDrawer }, icon("close"));
  drawer.replaceChildren(h("div.drawer-head", {}, h("h2", {}, title), close), body);
  drawer.classList.toggle("broad", broad);
  drawer.setAttribute("aria-label", title);
  drawer.hidden = veil.hidden = false;
  close.focus();
  return body;
}

export function closeDrawer() {
  if (drawer.hidden) return;
  drawer.hidden = veil.hidden = true;
  closed?.();
  closed = null;
  opener?.focus?.();
}

veil.addEventListener("click", closeDrawer);
document.addEventListener("keydown", (event) => event.key === "Escape" && !document.querySelector("dialog[open]") && closeDrawer());
