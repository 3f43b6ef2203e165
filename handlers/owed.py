"""Goods arrived that were owed to customers: whoever took the order hears that it can be made whole."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlmodel import Session

from handlers import sql
from inventory_core import documents
from inventory_core.sql import ids
from inventory_core.views import DocumentView, LineView
from notifications import outbox, texts


def tell_arrival(session: Session, receipt: DocumentView, inbox_id: int | None, now: datetime) -> int:
    """Tell the authors of orders that wait for what this receipt brought; returns how many orders."""
    arrived = {line.product.id for line in receipt.lines if line.product is not None}
    told = 0
    for (document_id,) in sql.run(session, sql.WAITING_FOR, ids=ids(arrived)):
        order = documents.get(session, document_id)
        goods = [
            _goods(line) for line in order.lines if line.product and line.product.id in arrived and _free(line) > 0
        ]
        place = outbox.home(session, order.id) or outbox.place_of(session, order.author_id)
        if not goods or place is None:
            continue
        text = texts.OWED_ARRIVED.format(
            receipt=receipt.label,
            customer=order.partner.name if order.partner else "",
            order=order.label,
            goods="、".join(goods),
        )
        key = f"owed:{receipt.id}:{order.id}"
        outbox.say(session, *place, text, key=key, inbox_id=inbox_id, person_id=order.author_id, now=now)
        told += 1
    return told


def _owed(line: LineView) -> Decimal:
    """What is neither shipped nor held for this line, in base units."""
    return (line.base_qty or Decimal(0)) - line.shipped - line.reserved


def _free(line: LineView) -> Decimal:
    """How much of that could be sent now: what is free for this order beyond what it holds already."""
    return min(_owed(line), (line.available or Decimal(0)) - line.reserved)


def _goods(line: LineView) -> str:
    assert line.product is not None
    return texts.OWED_GOODS.format(
        product=line.product.label, owed=texts.in_unit(_owed(line), line), free=texts.in_unit(_free(line), line)
    )
