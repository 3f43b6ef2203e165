"""Stock that has fallen to its minimum: the buyers hear of it once, and again only after it had recovered."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session

from handlers import sql
from inventory_core import firm, people, stock
from inventory_core.columns import plain
from inventory_core.sql import ids
from inventory_core.views import Role
from notifications import outbox, texts

QUIET_FROM, QUIET_TO = 21, 8  # hours of the firm's day in which nothing goes out by itself
_MOST = 20


def quiet(session: Session, now: datetime) -> bool:
    """Whether it is night in the firm's zone."""
    hour = now.astimezone(firm.firm(session).tz).hour
    return hour >= QUIET_FROM or hour < QUIET_TO


def low_stock(session: Session, product_ids: Iterable[int] | None, now: datetime) -> int:
    """Tell the buyers what has newly fallen to its minimum, among the given products or all; returns how many products.

    In quiet hours nothing is told and nothing is noted, so the morning's round finds it.
    """
    wanted = None if product_ids is None else set(product_ids)
    if wanted is not None and not wanted:
        return 0
    low = {product_id for product_id, _free in stock.free_below_minimum(session, wanted)}
    told = {row[0] for row in sql.run(session, sql.ALERTED)}
    recovered = told - low if wanted is None else (told - low) & wanted
    if recovered:
        sql.run(session, sql.UNALERT, ids=ids(recovered))
    fresh = sorted(low - told)
    if not fresh or quiet(session, now):
        return 0
    places = outbox.places_of(session, [person.id for person in people.with_role(session, Role.BUYER)])
    if not places:
        return 0
    lines = [
        texts.LOW_LINE.format(
            product=item.product.label,
            available=f"{plain(item.available)}{item.product.base_unit}",
            minimum=f"{plain(item.min_qty)}{item.product.base_unit}",
        )
        for item in stock.below_minimum(session, fresh[:_MOST])
    ]
    if len(fresh) > _MOST:
        lines.append(texts.LOW_MORE.format(count=len(fresh) - _MOST))
    text = "\n".join([texts.LOW_HEAD, *lines, texts.LOW_FOOT])
    for place in dict.fromkeys(places):
        outbox.say(session, *place, text, key=f"low:{place[0]}:{place[1]}:{sql.micros(now)}", now=now)
    sql.run(session, sql.ALERT, ids=ids(fresh), now=sql.micros(now))
    return len(fresh)
