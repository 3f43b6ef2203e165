"""The document as plain words, to paste to the customer in a chat."""

from __future__ import annotations

from inventory_core.views import DocumentView
from notifications.paper.options import Paper
from notifications.paper.sheet import Column, Row, Sheet, sheet


def plain_text(view: DocumentView, paper: Paper) -> str:
    """The document line by line. A draft or a void document says so in its first line."""
    page = sheet(view, paper)
    warning = f"（{page.mark.text}）" if page.mark is not None else ""
    firm = f"【{page.firm}】" if page.firm else ""
    out = [f"{firm}{page.title} {page.label}{warning}"]
    out += [f"{label}：{value}" for label, value in page.party if value]
    out += [f"{label}：{value}" for label, value in page.facts[1:]]  # the number stands above
    out.append("")
    out += [_line(page, row) for row in page.rows]
    out.append("")
    out += [f"{label}：{value}元" for label, value in page.adjustments]
    if page.words:
        out.append(f"合计：{page.total}元（{page.words}），{page.count}")
    elif page.total:
        out.append(f"合计：{page.total}，{page.count}")
    else:
        out.append(page.count)
    out += [f"{label}：{text}" if label else text for label, text in page.notes]
    if page.firm_line:
        out.append(page.firm_line)
    return "\n".join(out)


def _line(page: Sheet, row: Row) -> str:
    cells = dict(zip(page.columns, row.cells, strict=True))
    goods = " ".join(part for part in (cells[Column.NAME], cells[Column.SPEC]) if part)
    counted = cells.get(Column.QTY, "")
    text = f"{cells[Column.NO]}. {goods}" + (f"　{counted}{cells[Column.UNIT]}" if counted else "")
    price, amount = cells.get(Column.PRICE, ""), cells.get(Column.AMOUNT, "")
    if price and not counted:
        text += f"　{price}" + (f"元/{cells[Column.UNIT]}" if price[0].isdigit() and "/" not in price else "")
    elif price and price[0].isdigit():
        text += f" × {price}"
        if amount:
            text += f" = {amount}元"
    elif price:
        text += f"　{price}"
    return text + (f"（{cells[Column.NOTE]}）" if cells[Column.NOTE] else "")
