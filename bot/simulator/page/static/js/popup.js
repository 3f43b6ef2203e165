// The question a platform's client asks before a tap is sent.

import { add, h } from "/static/console/js/dom.js";

export function popup(title, text, { yes = "确定", no = "取消" } = {}) {
  return new Promise((resolve) => {
    const dialog = h("dialog.ask", {
      onclose: () => {
        dialog.remove();
        resolve(dialog.returnValue === "yes");
      },
    });
    add(dialog, [
      title && h("h3", {}, title),
      h("p", {}, text),
      h(
        "div.buttons",
        {},
        h("button.button", { type: "button", onclick: () => dialog.close("no") }, no),
        h("button.button.primary", { type: "button", onclick: () => dialog.close("yes") }, yes),
      ),
    ]);
    document.body.append(dialog);
    dialog.showModal();
  });
}
