"""Documents that move goods: shipments, receipts, opening stock, and their mirrored reversals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from sqlmodel import Session

from inventory_core.stock import OpeningItem
from inventory_core.views import DocumentView


def ship(
    session: Session, order_id: int, actor_id: int, now: datetime, lines: Mapping[int, Decimal] | None = None
) -> DocumentView:
    """Ship an order, or (line_no → base units) a part of it; returns the shipment."""
    raise NotImplementedError


def post_opening(
    session: Session, items: Sequence[OpeningItem], actor_id: int, now: datetime, note: str = ""
) -> DocumentView:
    raise NotImplementedError
