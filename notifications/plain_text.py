"""A document as plain words, to paste to a customer. Selling documents only: nothing here could show a cost."""

from __future__ import annotations

from inventory_core.views import DocumentView
from notifications import texts


def plain_text(view: DocumentView, firm: str, *, prices: bool = True) -> str:
    """The document line by line. ``prices`` off leaves prices and total out."""
    rows = [f"【{firm}】{view.kind.label} {view.label}"]
    if view.partner is not None:
        rows.append(f"客户：{view.partner.name}")
    for line in view.lines:
        row = f"{line.line_no}. {texts.line_brief(line)}"
        if line.gift:
            row += "（赠）"
        elif prices and line.price is not None and line.amount is not None:
            unit = line.price_unit or line.unit or ""
            row += f"，{texts.number(line.price)}元{'/' + unit if unit else ''}，{texts.money(line.amount)}元"
        if line.note:
            row += f"（{line.note}）"
        rows.append(row)
    if prices and view.total is not None:
        rows.append(f"合计：{texts.money(view.total)}元")
    if view.delivery_date is not None:
        rows.append(f"送货：{texts.day(view.delivery_date, view.business_date)}")
    place = " ".join(part for part in (view.contact, view.phone, view.address) if part)
    if place:
        rows.append(f"收货：{place}")
    if view.note:
        rows.append(f"备注：{view.note}")
    return "\n".join(rows)
