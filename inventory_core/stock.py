"""What is there, what is spoken for, what may still be promised; and the stock a firm starts with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlmodel import Session

from inventory_core import products, sql, units
from inventory_core.views import DocumentView, ProductView


@dataclass(frozen=True, slots=True)
class Level:
    """Stock of one product in 10^-qty_scale base units."""

    on_hand: int
    reserved: int

    @property
    def available(self) -> int:
        return self.on_hand - self.reserved


@dataclass(frozen=True, slots=True)
class Low:
    """A product whose free stock fell to its minimum; quantities in base units."""

    product: ProductView
    available: Decimal
    min_qty: Decimal


@dataclass(frozen=True, slots=True)
class OpeningItem:
    """``qty`` in ``unit`` (the base unit when None); ``cost`` yuan per that unit, or None when nobody knows it."""

    product_id: int
    qty: Decimal
    unit: str | None = None
    cost: Decimal | None = None


NOTHING = Level(0, 0)


def levels(session: Session, product_ids: Iterable[int]) -> Mapping[int, Level]:
    """Stock of several products in the main store, in one statement; a product never seen is left out."""
    found = sql.run(session, sql.STOCK, ids=sql.ids(set(product_ids)))
    return {product_id: Level(on_hand, reserved) for product_id, on_hand, reserved in found}


def _level(session: Session, product_id: int) -> tuple[Level, int]:
    view = products.product(session, product_id)
    return levels(session, [product_id]).get(product_id, NOTHING), view.qty_scale


def on_hand(session: Session, product_id: int) -> Decimal:
    """Base units in the store."""
    level, scale = _level(session, product_id)
    return units.from_base(level.on_hand, scale)


def reserved(session: Session, product_id: int) -> Decimal:
    """Base units spoken for."""
    level, scale = _level(session, product_id)
    return units.from_base(level.reserved, scale)


def available(session: Session, product_id: int) -> Decimal:
    """Base units that may still be promised."""
    level, scale = _level(session, product_id)
    return units.from_base(level.available, scale)


def below_minimum(session: Session, product_ids: Iterable[int] | None = None) -> list[Low]:
    """Products whose free stock is at or below their minimum, among the given ones or all."""
    found = free_below_minimum(session, product_ids)
    views = products.by_ids(session, [product_id for product_id, _ in found])
    return [
        Low(
            views[product_id],
            units.from_base(free, views[product_id].qty_scale),
            views[product_id].min_qty or Decimal(0),
        )
        for product_id, free in found
    ]


def free_below_minimum(session: Session, product_ids: Iterable[int] | None = None) -> list[tuple[int, int]]:
    """The same as bare (product id, free stock as stored) pairs: cheap for a whole catalogue."""
    wanted = None if product_ids is None else sql.ids(set(product_ids))
    found = sql.run(
        session,
        """SELECT p.id, coalesce(sum(b.on_hand - b.reserved), 0) AS free
           FROM product p LEFT JOIN balance b ON b.product_id = p.id AND b.place = 'main'
           WHERE p.active = 1 AND p.min_qty IS NOT NULL
             AND (:ids IS NULL OR p.id IN (SELECT value FROM json_each(:ids)))
           GROUP BY p.id HAVING free <= p.min_qty ORDER BY p.id""",
        ids=wanted,
    )
    return [(int(product_id), int(free)) for product_id, free in found]


def post_opening(
    session: Session, items: Iterable[OpeningItem], actor_id: int, now: datetime, note: str = ""
) -> DocumentView:
    """Post the stock a firm starts with as one document QC-…; see ``documents.post_opening``."""
    from inventory_core import documents  # documents stand on stock; this is only the other door to the same room

    return documents.post_opening(session, tuple(items), actor_id, now, note)
