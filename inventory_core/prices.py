"""Prices as said, beside an integer for comparing; amounts in fen, rounded half up once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from sqlmodel import Session

from inventory_core import sql, units
from inventory_core.columns import micros, plain
from inventory_core.views import DraftLine, PriceSource, ProductView

#: ``Price.cmp`` counts micro-yuan per base unit.
MICRO = 1_000_000
#: Beyond these ratios to the list price a price is surely mistaken, or at least worth a look.
ABSURD_RATIO = 10
ODD_RATIO = 3


@dataclass(frozen=True, slots=True)
class Price:
    """``value`` yuan per ``unit`` as said; ``num``/``den`` the size of that unit in base units at that time."""

    value: Decimal
    unit: str
    num: int
    den: int
    source: PriceSource
    tax_incl: bool | None = None

    @property
    def cmp(self) -> int:
        """Micro-yuan per base unit, for comparing only."""
        return comparing(self.value, self.num, self.den)


@dataclass(frozen=True, slots=True)
class Deal:
    """The last price agreed with a partner."""

    value: Decimal
    unit: str
    cmp: int
    tax_incl: bool | None


def half_up(exact: Fraction) -> int:
    """Nearest integer, halves away from zero."""
    sign = -1 if exact < 0 else 1
    return sign * ((2 * abs(exact.numerator) + exact.denominator) // (2 * exact.denominator))


def comparing(price: Decimal, num: int, den: int, discount: Decimal | None = None) -> int:
    """Micro-yuan per base unit of a price per unit of ``num``/``den`` base units, after discount."""
    exact = Fraction(price) * den / num * MICRO
    return half_up(exact if discount is None else exact * Fraction(discount))


def line_amount(
    price: Decimal, num: int, den: int, base_qty: int, qty_scale: int, discount: Decimal | None = None
) -> int:
    """Fen of a line, rounded half up once.

    Args:
        price: yuan per unit of ``num``/``den`` base units.
        base_qty: quantity in 10^-qty_scale base units.
        discount: 0.95 for 九五折.
    """
    exact = Fraction(price) * den / num * Fraction(base_qty, 10**qty_scale) * 100
    return half_up(exact if discount is None else exact * Fraction(discount))


def last_prices(
    session: Session, partner_id: int, product_ids: Iterable[int], side: str = "sale"
) -> Mapping[int, Deal]:
    """The last deal with the partner, by product. ``side``: sale or purchase."""
    found = sql.run(session, sql.LAST_DEALS, partner_id=partner_id, side=side, ids=sql.ids(product_ids))
    return {
        product_id: Deal(Decimal(price), unit, cmp, None if tax is None else bool(tax))
        for product_id, price, unit, cmp, tax in found
    }


def last_price(session: Session, partner_id: int, product_id: int, side: str = "sale") -> Deal | None:
    """The last deal with the partner for one product."""
    return last_prices(session, partner_id, [product_id], side).get(product_id)


def resolve(
    line: DraftLine,
    product: ProductView,
    unit: units.Unit | None,
    deal: Deal | None,
    *,
    use_list: bool,
    last_only: bool = False,
) -> Price | None:
    """The price of a line: what was said, else the last deal, else the price list; None when there is none.

    Args:
        unit: what was ordered; a said price without a unit is per this unit.
        use_list: whether the price list applies (sales), or not (purchases).
        last_only: the person asked for the last price; the list is no substitute.
    """
    if line.price is not None:
        per = units.find(product, line.price_unit or (unit.name if unit else None))
        if per is None:
            return None
        return Price(line.price, per.name, per.num, per.den, PriceSource.SAID, line.tax_incl)
    if deal is not None:
        per = units.find(product, deal.unit)
        # The pack may have changed its size since: then the old price per pack says nothing any more.
        if per is not None and comparing(deal.value, per.num, per.den) == deal.cmp:
            tax = line.tax_incl if line.tax_incl is not None else deal.tax_incl
            return Price(deal.value, per.name, per.num, per.den, PriceSource.LAST, tax)
    if use_list and not last_only and product.list_price is not None:
        # Shown per ordered unit where that is exact (25元/盒 rather than 0.25元/个): people compare packs.
        if unit is not None and unit.den == 1:
            return Price(product.list_price * unit.num, unit.name, unit.num, 1, PriceSource.LIST, line.tax_incl)
        return Price(product.list_price, product.base_unit, 1, 1, PriceSource.LIST, line.tax_incl)
    return None


def yuan(fen: int) -> str:
    """Fen as yuan text with two places: 123450 → 1,234.50."""
    return f"{Decimal(fen).scaleb(-2):,.2f}"


def record_deals(
    session: Session, document_id: int, partner_id: int, side: str, agreed: Mapping[int, Price], now: datetime
) -> None:
    """Remember what was agreed, one price per product; earlier rows of the same document are replaced."""
    drop_deals(session, document_id)
    sql.many(
        session,
        "INSERT INTO deal (partner_id, product_id, side, document_id, price, price_unit, price_cmp, tax_incl, at)"
        " VALUES (:partner_id, :product_id, :side, :document_id, :price, :price_unit, :price_cmp, :tax_incl, :at)",
        [
            {
                "partner_id": partner_id,
                "product_id": product_id,
                "side": side,
                "document_id": document_id,
                "price": plain(price.value),
                "price_unit": price.unit,
                "price_cmp": price.cmp,
                "tax_incl": None if price.tax_incl is None else int(price.tax_incl),
                "at": micros(now),
            }
            for product_id, price in sorted(agreed.items())
        ],
    )


def drop_deals(session: Session, document_id: int) -> None:
    """Forget what a document agreed: it was voided or changed."""
    sql.run(session, "DELETE FROM deal WHERE document_id = :id", id=document_id)
