// The small part of markdown that the platforms' messages show: headings, bold, code, quotes, lists, rules, links as words.

import { h } from "/static/console/js/dom.js";

const INLINE = /\*\*(.+?)\*\*|`([^`]+)`|\[([^\]]*)\]\((https?:[^)\s]+)\)|<font color="?[\w'#-]+"?>(.*?)<\/font>/g;

function inline(text) {
  const parts = [];
  let last = 0;
  for (const match of text.matchAll(INLINE)) {
    parts.push(text.slice(last, match.index));
    const [whole, bold, code, label, address, coloured] = match;
    if (bold !== undefined) parts.push(h("b", {}, inline(bold)));
    else if (code !== undefined) parts.push(h("code", {}, code));
    else if (address !== undefined) parts.push(h("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, label || address));
    else parts.push(h("span", {}, inline(coloured)));
    last = match.index + whole.length;
  }
  parts.push(text.slice(last));
  return parts;
}

export function markdown(text) {
  const box = h("div.markdown");
  for (const line of text.split("\n")) {
    const heading = /^(#{1,6})\s+(.*)$/.exec(line);
    if (heading) box.append(h("b.heading", {}, inline(heading[2])));
    else if (/^\s*(-{3,}|\*{3,})\s*$/.test(line)) box.append(h("hr"));
    else if (line.startsWith(">")) box.append(h("blockquote", {}, inline(line.replace(/^>\s?/, ""))));
    else if (/^\s*[-*]\s+/.test(line)) box.append(h("div.item", {}, "• ", inline(line.replace(/^\s*[-*]\s+/, ""))));
    else box.append(h("div.line", {}, line ? inline(line) : "\u00a0"));
  }
  return box;
}
