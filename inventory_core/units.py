"""Units of a product: exact conversion by integer ratios, the everyday synonyms, and quantities in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from inventory_core.columns import plain
from inventory_core.views import ProductView

#: Two words for one pack, when the product has only one of them.
_TWINS = (frozenset({"件", "箱"}), frozenset({"包", "袋"}))
#: Weights in grams.
_WEIGHTS: Mapping[str, Fraction] = {
    "克": Fraction(1),
    "g": Fraction(1),
    "两": Fraction(50),
    "斤": Fraction(500),
    "公斤": Fraction(1000),
    "千克": Fraction(1000),
    "kg": Fraction(1000),
    "吨": Fraction(1_000_000),
    "t": Fraction(1_000_000),
}
#: Lengths in centimetres.
_LENGTHS: Mapping[str, Fraction] = {
    "厘米": Fraction(1),
    "公分": Fraction(1),
    "cm": Fraction(1),
    "米": Fraction(100),
    "公尺": Fraction(100),
    "m": Fraction(100),
}
_MULTIPLES = {"打": 12, "对": 2, "双": 2}
#: Words for one piece; they mean the base unit where the product does not use them itself.
_PIECES = frozenset("个只支根条块片颗粒把张套付副听罐瓶枚台") | {"pcs", "pc"}


@dataclass(frozen=True, slots=True)
class Unit:
    """One ``name`` is ``num``/``den`` base units."""

    name: str
    num: int
    den: int


def find(product: ProductView, said: str | None) -> Unit | None:
    """What a unit's word means for this product; None when it means nothing. No word means the default unit.

    The word stays as it was said; only its size is looked up.
    """
    if said is None or not said.strip():
        said = product.default_unit
    said = said.strip()
    if ratio := product.units.get(said):
        return Unit(said, *ratio)
    if said == product.base_unit:
        return Unit(said, 1, 1)
    for registered, ratio in product.units.items():
        if registered.casefold() == said.casefold():
            return Unit(said, *ratio)
    for twins in _TWINS:
        if said in twins:
            (other,) = twins - {said}
            if ratio := product.units.get(other):
                return Unit(said, *ratio)
    for measures in (_WEIGHTS, _LENGTHS):
        if (size := measures.get(said.casefold())) is not None:
            return _measured(product, said, size, measures)
    measured_base = product.base_unit.casefold() in _WEIGHTS or product.base_unit.casefold() in _LENGTHS
    if measured_base:
        return None
    if multiple := _MULTIPLES.get(said):
        return Unit(said, multiple, 1)
    if said.casefold() in _PIECES:
        return Unit(said, 1, 1)
    return None


def _measured(product: ProductView, said: str, size: Fraction, measures: Mapping[str, Fraction]) -> Unit | None:
    for registered, (num, den) in product.units.items():
        if (known := measures.get(registered.casefold())) is not None:
            ratio = size / known * Fraction(num, den)
            return Unit(said, ratio.numerator, ratio.denominator)
    return None


def to_base(qty: Decimal, unit: Unit, scale: int) -> int | None:
    """Quantity in 10^-scale base units, exactly; None when it is not whole."""
    exact = Fraction(qty) * unit.num / unit.den * 10**scale
    return exact.numerator if exact.denominator == 1 else None


def from_base(base: int, scale: int) -> Decimal:
    """10^-scale base units as a decimal number of base units."""
    return Decimal(base).scaleb(-scale)


def base_int(qty: Decimal, scale: int) -> int | None:
    """A decimal number of base units as an integer of 10^-scale; None when it has more digits."""
    return to_base(qty, Unit("", 1, 1), scale)


def in_unit(base: int, unit: Unit, scale: int) -> Decimal | None:
    """A base quantity in another unit when that has an exact decimal of at most 3 places; else None."""
    exact = Fraction(base, 10**scale) * unit.den / unit.num
    thousandths = exact * 1000
    return Decimal(thousandths.numerator).scaleb(-3) if thousandths.denominator == 1 else None


def words(product: ProductView, base: int) -> str:
    """A base quantity as people say it: 30 → "1箱6件". Only whole packs of the default unit are named."""
    sign, rest = ("-", -base) if base < 0 else ("", base)
    default = find(product, product.default_unit)
    scaled = 10**product.qty_scale
    if default is None or default.den != 1 or default.num <= 1:
        return f"{sign}{plain(from_base(rest, product.qty_scale))}{product.base_unit}"
    packs, rest = divmod(rest, default.num * scaled)
    parts = f"{packs}{default.name}" if packs else ""
    if rest or not packs:
        parts += f"{plain(from_base(rest, product.qty_scale))}{product.base_unit}"
    return sign + parts


def amount(qty: Decimal, unit: str | None) -> str:
    """Quantity and unit as written on papers: 3箱."""
    return f"{plain(qty)}{unit or ''}"
