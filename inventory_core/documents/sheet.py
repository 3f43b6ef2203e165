"""What a document says, resolved: products, units, prices and amounts. Pure values between database rows and views."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from inventory_core import prices, units
from inventory_core.columns import dumps, plain
from inventory_core.views import DraftContent, DraftLine, Kind, PartnerView, PriceSource, PriceTier, ProductView, State

#: Larger quantities (10^-scale base units) and amounts (fen) are slips of the finger, and would not fit the books.
MAX_BASE_QTY = 10**12
MAX_AMOUNT = 10**14

SALES = frozenset({Kind.SALES_ORDER, Kind.SHIPMENT})
#: What is arranged with a supplier before any goods move: prices on these are said, never looked up unasked.
ARRANGED = frozenset({Kind.PURCHASE_ORDER, Kind.SUPPLIER_QUOTE})


@dataclass(frozen=True, slots=True)
class Line:
    """One resolved line. Quantities in 10^-qty_scale base units, ``amount`` fen; None where it is still open."""

    line_no: int
    id: int | None = None
    said: str = ""
    product: ProductView | None = None
    candidates: tuple[int, ...] = ()
    qty: Decimal | None = None
    unit: str | None = None
    ratio: tuple[int, int] | None = None
    base_qty: int | None = None
    price: Decimal | None = None
    price_unit: str | None = None
    price_ratio: tuple[int, int] | None = None
    price_source: PriceSource | None = None
    price_cmp: int | None = None
    tax_incl: bool | None = None
    amount: int | None = None
    gift: bool = False
    note: str | None = None
    doubts: tuple[str, ...] = ()
    shipped: int = 0
    source_line_id: int | None = None
    tiers: tuple[PriceTier, ...] = ()

    @property
    def label(self) -> str:
        """The product's name and spec, or what was said."""
        return self.product.label if self.product else self.said


@dataclass(frozen=True, slots=True)
class Sheet:
    """The content of one version."""

    kind: Kind
    partner: PartnerView | None = None
    partner_said: str = ""
    partner_candidates: tuple[int, ...] = ()
    lines: tuple[Line, ...] = ()
    delivery_date: date | None = None
    tax_rate: Decimal | None = None
    discount_rate: Decimal | None = None
    use_last_price: bool = False
    address: str | None = None
    phone: str | None = None
    contact: str | None = None
    note: str | None = None
    doubts: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_until: date | None = None

    @property
    def total(self) -> int | None:
        """Fen, the sum of the rounded lines; None while one is open or there is none."""
        amounts = [line.amount for line in self.lines]
        return None if not amounts or None in amounts else sum(amount for amount in amounts if amount is not None)

    def product_ids(self) -> set[int]:
        return {line.product.id for line in self.lines if line.product}


@dataclass(frozen=True, slots=True)
class Paper:
    """A stored document: its identity and where it stands, around its sheet."""

    id: int
    sheet: Sheet
    draft_no: int | None
    number: str | None
    version: int
    state: State
    author_id: int
    author: str
    platform: str
    chat: str
    hash: str
    business_date: date
    created_at: datetime
    updated_at: datetime
    expires_at: datetime | None = None
    source_id: int | None = None
    source_number: str | None = None
    changes: tuple[str, ...] = field(default=())

    @property
    def kind(self) -> Kind:
        return self.sheet.kind

    @property
    def label(self) -> str:
        return self.number or f"草稿{self.draft_no}"


def resolve(
    content: DraftContent,
    partner: PartnerView | None,
    products: Mapping[int, ProductView],
    deals: Mapping[int, prices.Deal],
) -> Sheet:
    """Units, base quantities, prices and amounts of understood content. What stays open stays None."""
    return Sheet(
        kind=content.kind,
        partner=partner,
        partner_said=content.partner_said,
        partner_candidates=content.partner_candidates,
        lines=tuple(
            _line(number, line, content, products, deals) for number, line in enumerate(content.lines, start=1)
        ),
        delivery_date=content.delivery_date,
        tax_rate=content.tax_rate,
        discount_rate=content.discount_rate,
        use_last_price=content.use_last_price,
        address=content.address,
        phone=content.phone,
        contact=content.contact,
        note=content.note,
        doubts=content.doubts,
        unused=content.unused,
        valid_from=content.valid_from,
        valid_until=content.valid_until,
    )


def _line(
    number: int,
    line: DraftLine,
    content: DraftContent,
    products: Mapping[int, ProductView],
    deals: Mapping[int, prices.Deal],
) -> Line:
    product = products.get(line.product_id) if line.product_id is not None else None
    qty = line.qty if line.qty is not None and line.qty.is_finite() else None
    resolved = Line(
        line_no=number,
        id=line.line_id,
        said=line.said,
        product=product,
        candidates=line.candidates,
        qty=qty,
        unit=line.unit,
        tax_incl=line.tax_incl,
        gift=line.gift,
        note=line.note,
        doubts=line.doubts,
        tiers=tuple(sorted(line.tiers, key=lambda tier: tier.min_qty)),
    )
    said_price = line.price if line.price is not None and line.price.is_finite() else None
    if product is None:
        # Nothing can be worked out, but what was said must survive until the product is chosen.
        source = None if said_price is None else PriceSource.SAID
        return replace(resolved, price=said_price, price_unit=line.price_unit, price_source=source)
    unit = units.find(product, line.unit)
    if unit is not None:
        base = None if qty is None else units.to_base(qty, unit, product.qty_scale)
        if base is not None and not 0 < base <= MAX_BASE_QTY:
            base = None
        resolved = replace(resolved, unit=unit.name, ratio=(unit.num, unit.den), base_qty=base)
    return _priced(resolved, line, said_price, product, unit, content, deals.get(product.id))


def _priced(
    resolved: Line,
    line: DraftLine,
    said_price: Decimal | None,
    product: ProductView,
    unit: units.Unit | None,
    content: DraftContent,
    deal: prices.Deal | None,
) -> Line:
    if line.gift:
        per = unit or units.Unit(product.base_unit, 1, 1)
        return replace(
            resolved,
            price=Decimal(0),
            price_unit=per.name,
            price_ratio=(per.num, per.den),
            price_source=PriceSource.SAID,
            price_cmp=0,
            amount=None if resolved.base_qty is None else 0,
        )
    price = prices.resolve(
        line,
        product,
        unit,
        deal,
        use_list=content.kind in SALES,
        last_only=content.use_last_price,
    )
    if price is None:
        source = None if said_price is None else PriceSource.SAID
        step = units.find(product, line.price_unit or line.unit) if line.tiers and said_price is None else None
        if step is not None:  # prices from certain quantities on only: they too are per some unit
            return replace(resolved, price_unit=step.name, price_ratio=(step.num, step.den))
        return replace(resolved, price=said_price, price_unit=line.price_unit, price_source=source)
    return amounts(
        replace(
            resolved,
            price=price.value,
            price_unit=price.unit,
            price_ratio=(price.num, price.den),
            price_source=price.source,
            tax_incl=price.tax_incl,
        ),
        content.discount_rate,
    )


def amounts(line: Line, discount: Decimal | None) -> Line:
    """The line with its comparing price and its amount worked out anew."""
    if line.product is None or line.price is None or line.price_ratio is None or line.price < 0:
        return replace(line, amount=None, price_cmp=None)
    cmp = prices.comparing(line.price, *line.price_ratio, discount)
    amount = None
    if line.base_qty is not None:
        amount = prices.line_amount(line.price, *line.price_ratio, line.base_qty, line.product.qty_scale, discount)
    if cmp > MAX_AMOUNT or (amount is not None and amount > MAX_AMOUNT):
        return replace(line, amount=None, price_cmp=None)
    return replace(line, price_cmp=cmp, amount=amount)


def _decimal(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)


def tier_rows(tiers: Iterable[PriceTier]) -> list[dict[str, str | None]]:
    """Tiers as JSON values, in decimal text."""
    return [{"min_qty": plain(tier.min_qty), "price": plain(tier.price), "unit": tier.unit} for tier in tiers]


def snapshot(sheet: Sheet) -> dict[str, Any]:
    """Everything a version says as JSON values; the hash of an approval is taken over this. What only quotes have is
    left out where it is not: the hashes of papers written before quotes existed stay what they were."""
    return _quoted(sheet) | {
        "kind": sheet.kind.value,
        "partner": sheet.partner.id if sheet.partner else None,
        "partner_said": sheet.partner_said,
        "delivery_date": sheet.delivery_date.isoformat() if sheet.delivery_date else None,
        "tax_rate": _decimal(sheet.tax_rate),
        "discount_rate": _decimal(sheet.discount_rate),
        "use_last_price": sheet.use_last_price,
        "address": sheet.address,
        "phone": sheet.phone,
        "contact": sheet.contact,
        "note": sheet.note,
        "doubts": list(sheet.doubts),
        "unused": list(sheet.unused),
        "total": sheet.total,
        "lines": [
            {
                "no": line.line_no,
                "said": line.said,
                "product": line.product.id if line.product else None,
                "label": line.label,
                "qty": _decimal(line.qty),
                "unit": line.unit,
                "base": line.base_qty,
                "price": _decimal(line.price),
                "price_unit": line.price_unit,
                "source": line.price_source.value if line.price_source else None,
                "tax_incl": line.tax_incl,
                "amount": line.amount,
                "gift": line.gift,
                "note": line.note,
                "doubts": list(line.doubts),
                **({"tiers": tier_rows(line.tiers)} if line.tiers else {}),
            }
            for line in sheet.lines
        ],
    }


def _quoted(sheet: Sheet) -> dict[str, Any]:
    days = {"valid_from": sheet.valid_from, "valid_until": sheet.valid_until}
    return {name: day.isoformat() for name, day in days.items() if day is not None}


def digest(snapshot_text: str) -> str:
    """The hash of a snapshot's canonical JSON."""
    return hashlib.sha256(snapshot_text.encode()).hexdigest()


def sealed(sheet: Sheet) -> tuple[str, str]:
    """(canonical JSON, hash) of a sheet. Labels are left out of the hash: a product may be renamed."""
    content = snapshot(sheet)
    bare = {
        **content,
        "lines": [{key: value for key, value in line.items() if key != "label"} for line in content["lines"]],
    }
    return dumps(content), digest(dumps(bare))


def renumbered(lines: Iterable[Line]) -> tuple[Line, ...]:
    """The lines numbered from 1."""
    return tuple(replace(line, line_no=number) for number, line in enumerate(lines, start=1))
