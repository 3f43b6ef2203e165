"""The document as a page: one self-contained HTML text, printable, readable on a phone.

No scripts, and nothing is fetched.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from html import escape
from importlib import resources

import segno

from inventory_core.views import DocumentView
from notifications.paper.form import CENTRED, RIGHT_ALIGNED
from notifications.paper.options import Paper, Size
from notifications.paper.sheet import Column, Row, Sheet, sheet

# The margin boxes number the printed pages where the browser knows them (Chromium 131 and later).
_PRINT = {
    Size.A4: "@page { size: A4; margin: 12mm 13mm 14mm; %s }",
    Size.FORM_241: "@page { size: 241mm 140mm; margin: 6mm 21mm 10mm 15mm; %s }",
}
_NUMBERING = '@bottom-right { font-size: 8.5pt; content: "第" counter(page) "页 共" counter(pages) "页"; }'


def page(view: DocumentView, paper: Paper, links: Sequence[tuple[str, str]] = ()) -> str:
    """The whole page. ``links`` (label, address) stand above the paper and are not printed: another size, the PDF.

    Every piece of data is escaped. ValueError for a link that is neither a path of this site nor http(s).
    """
    content = sheet(view, paper)
    who = content.party[0][1] if content.party else ""
    title = escape(" ".join(part for part in (content.title, content.label, who) if part))
    form = paper.size is Size.FORM_241
    body = "\n".join(
        part
        for part in (
            _links(links),
            "<main>",
            _head(content),
            _who(content),
            _table(content),
            _notes(content),
            _signatures(content),
            f'<p class="copies">{escape("　".join(paper.copies))}</p>' if form and paper.copies else "",
            f'<p class="small">{escape("　".join(p for p in (content.label, content.revision) if p))}</p>',
            _mark(content),
            "</main>",
        )
        if part
    )
    return f"""<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="referrer" content="no-referrer">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>
{_css()}{_PRINT[paper.size] % _NUMBERING}
</style>
</head>
<body{' class="form"' if form else ""}>
{body}
</body>
</html>
"""


@cache
def _css() -> str:
    return resources.files(__package__).joinpath("page.css").read_text(encoding="utf-8")


def _links(links: Sequence[tuple[str, str]]) -> str:
    if not links:
        return ""
    made = []
    for label, address in links:
        local = address.startswith("/") and not address.startswith(("//", "/\\"))
        if not local and not address.startswith(("https://", "http://")):
            raise ValueError(f"not a link for a page: {address!r}")
        made.append(f'<a href="{escape(address)}">{escape(label)}</a>')
    return f"<nav>{''.join(made)}</nav>"


def _head(content: Sheet) -> str:
    code = ""
    if content.code:
        drawn = segno.make(content.code, error="m", micro=False)
        code = drawn.svg_inline(border=0, omitsize=True, svgclass=None, lineclass=None)
    firm_line = f'<p class="firm">{escape(content.firm_line)}</p>' if content.firm_line else ""
    return (
        f"<header><div><h1>{escape(content.firm)}</h1>{firm_line}<h2>{escape(content.title)}</h2></div>{code}</header>"
    )


def _who(content: Sheet) -> str:
    blocks = []
    for facts in (content.party, content.facts):
        rows = "".join(f"<div><dt>{escape(a)}</dt><dd>{escape(b)}</dd></div>" for a, b in facts if b)
        blocks.append(f"<dl>{rows}</dl>")
    return f'<div class="who">{"".join(blocks)}</div>'


def _table(content: Sheet) -> str:
    head = "".join(f"<th>{column.value}</th>" for column in content.columns)
    rows = "\n".join(_row(content.columns, row) for row in content.rows)
    return (
        f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n<tfoot>{_sums(content)}</tfoot>\n</table>"
    )


def _row(columns: tuple[Column, ...], row: Row) -> str:
    cells = []
    for column, text in zip(columns, row.cells, strict=True):
        align = " n" if column in RIGHT_ALIGNED else " c" if column in CENTRED else ""
        cells.append(f'<td class="{column.name.lower()}{align}">{escape(text)}</td>')
    return f"<tr>{''.join(cells)}</tr>"


def _sums(content: Sheet) -> str:
    count = len(content.columns)
    if Column.AMOUNT not in content.columns:
        return f'<tr><td colspan="{count}">合计　{escape(content.count)}</td></tr>'
    before = content.columns.index(Column.AMOUNT)
    total = f"¥{content.total}" if content.words else content.total
    rows = [*content.adjustments, (f"合计　{content.count}", total)]
    made = [
        f'<tr><td colspan="{before}">{escape(label)}</td><td class="n">{escape(value)}</td><td></td></tr>'
        for label, value in rows
    ]
    if content.words:
        made.append(f'<tr><td colspan="{count}">金额大写：{escape(content.words)}</td></tr>')
    return "".join(made)


def _notes(content: Sheet) -> str:
    rows = "".join(f"<p>{escape(f'{label}：{text}' if label else text)}</p>" for label, text in content.notes)
    return f'<div class="notes">{rows}</div>' if rows else ""


def _signatures(content: Sheet) -> str:
    spans = "".join(f"<span>{escape(label)}：{escape(name)}</span>" for label, name in content.signatures)
    return f'<div class="sign">{spans}</div>'


def _mark(content: Sheet) -> str:
    if content.mark is None:
        return ""
    return f'<p class="mark{" stamp" if content.mark.stamp else ""}">{escape(content.mark.text)}</p>'
