"""A document as plain words, to paste to a customer or a supplier. It knows no audience: whoever asks for the words of
a paper that tells what the firm pays has been checked before."""

from __future__ import annotations

from inventory_core.documents.sheet import ARRANGED
from inventory_core.views import DocumentView, Kind, LineView
from notifications import supplier_card, texts


def plain_text(view: DocumentView, firm: str, *, prices: bool = True) -> str:
    """The document line by line. ``prices`` off leaves prices and total out."""
    rows = [f"【{firm}】{view.kind.label} {view.label}"]
    if view.partner is not None:
        rows.append(f"{texts.partner_word(view.kind)}：{view.partner.name}")
    for line in view.lines:
        row = f"{line.line_no}. {texts.line_brief(line)}"
        if line.gift:
            row += "（赠）"
        elif prices and view.kind in ARRANGED:
            row += _arranged(line, mixed_tax=not supplier_card.tax_words(view))
        elif prices and line.price is not None and line.amount is not None:
            unit = line.price_unit or line.unit or ""
            row += f"，{texts.number(line.price)}元{'/' + unit if unit else ''}，{texts.money(line.amount)}元"
        if line.note:
            row += f"（{line.note}）"
        rows.append(row)
    if prices and view.total is not None and view.kind is not Kind.SUPPLIER_QUOTE:
        rows.append(f"合计：{texts.money(view.total)}元")
    if view.delivery_date is not None:
        rows.append(
            f"{'到货' if view.kind in ARRANGED else '送货'}：{texts.day(view.delivery_date, view.business_date)}"
        )
    if held := supplier_card.days(view):
        rows.append(f"有效：{held}")
    if prices and view.kind in ARRANGED and (tax := supplier_card.tax_words(view)):
        rows.append(f"价税：{tax}")
    place = " ".join(part for part in (view.contact, view.phone, view.address) if part)
    if place:
        rows.append(f"收货：{place}")
    if view.note:
        rows.append(f"备注：{view.note}")
    return "\n".join(rows)


def _arranged(line: LineView, *, mixed_tax: bool) -> str:
    """Price per unit, amount and tiers, as far as they are known."""
    parts = [supplier_card.price(line, yuan="元", mixed_tax=mixed_tax)] if line.price is not None else []
    if line.amount is not None:
        parts.append(f"{texts.money(line.amount)}元")
    return "".join(f"，{part}" for part in (*parts, *map(supplier_card.tier_words, line.tiers)))
