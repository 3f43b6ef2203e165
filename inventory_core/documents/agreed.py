"""What a confirmed document teaches about prices."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from inventory_core import prices
from inventory_core.documents.sheet import SALES, Paper
from inventory_core.views import PriceSource


def record_deals(session: Session, paper: Paper, now: datetime) -> None:
    """Remember the prices of a confirmed document, after discount; gifts and 散客 teach nothing."""
    partner = paper.sheet.partner
    if partner is None or partner.walk_in:
        return
    agreed: dict[int, prices.Price] = {}
    for line in paper.sheet.lines:
        if line.gift or line.product is None or line.price is None or line.price_ratio is None or not line.price:
            continue
        discount = paper.sheet.discount_rate
        value = line.price if discount is None else line.price * discount
        agreed[line.product.id] = prices.Price(
            value, line.price_unit or line.product.base_unit, *line.price_ratio, PriceSource.LAST, line.tax_incl
        )
    prices.record_deals(session, paper.id, partner.id, "sale" if paper.kind in SALES else "purchase", agreed, now)
