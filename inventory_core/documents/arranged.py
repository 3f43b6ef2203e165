"""What is asked about prices agreed with a supplier: on a quote one is needed, on a purchase order it may come later.

The goods are told by our own price list: a purchase price far off it is a slip of the finger or of the unit.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from inventory_core import prices, units
from inventory_core.columns import plain
from inventory_core.documents.sheet import Line, Sheet
from inventory_core.views import Kind, PriceTier, Problem, ProductView

#: Larger quantities and prices of a step are slips of the finger.
MAX_STEP = Decimal(10**9)


def price_problems(sheet: Sheet, line: Line, product: ProductView, row: str) -> list[Problem]:
    """What stands against the price of a line and its tiers; ``row`` is how the line is called: 第2行."""
    if line.gift:
        return []
    found = _tiers(line, product, row)
    if line.price is None:
        return found + _missing(sheet, line, product, row)
    if line.price <= 0:
        return [*found, Problem("price_abnormal", f"{row} 单价要大于0，请改单价", line.line_no)]
    if line.price_ratio is None:
        text = f"{row} 价格按「{line.price_unit}」算不了，可用：{'、'.join(product.units)}"
        return [*found, Problem("unit_unknown", text, line.line_no)]
    if line.price_cmp is None:
        return [*found, Problem("price_abnormal", f"{row} 金额太大了，请核对单价和数量", line.line_no)]
    return found + _against_list(line, product, row)


def _missing(sheet: Sheet, line: Line, product: ProductView, row: str) -> list[Problem]:
    if sheet.use_last_price:
        return [Problem("price_missing", f"{row} {product.label}没有上次的进价，请写单价", line.line_no)]
    if sheet.kind is Kind.SUPPLIER_QUOTE and not line.tiers:
        return [Problem("price_missing", f"{row} {product.label}报价多少？请写单价", line.line_no)]
    return []


def _against_list(line: Line, product: ProductView, row: str) -> list[Problem]:
    """Compared with what we sell it for: ten times off is surely wrong, above it is worth a look."""
    if product.list_price is None or product.list_price <= 0 or line.price is None or line.price_ratio is None:
        return []
    listed = prices.comparing(product.list_price, 1, 1)
    said = prices.comparing(line.price, *line.price_ratio)
    num, den = line.price_ratio
    ours = f"{plain(round(product.list_price * num / den, 4))}元/{line.price_unit}"
    text = f"{row} 进价{plain(line.price)}元/{line.price_unit}，售价是{ours}"
    if said > listed * prices.ABSURD_RATIO or said * prices.ABSURD_RATIO < listed:
        return [Problem("price_abnormal", f"{text}，差太多，请核对单价和单位", line.line_no)]
    if said > listed:
        return [Problem("price_abnormal", f"{text}，进价更高，请看一眼", line.line_no, blocking=False)]
    return []


def _tiers(line: Line, product: ProductView, row: str) -> list[Problem]:
    found: list[Problem] = []
    steps: list[tuple[Fraction, PriceTier]] = []
    for tier in line.tiers:
        if tier.price <= 0 or tier.min_qty <= 0:
            found.append(Problem("price_abnormal", f"{row} 阶梯的数量和单价都要大于0，请改一下", line.line_no))
            continue
        if tier.price > MAX_STEP or tier.min_qty > MAX_STEP:
            found.append(Problem("price_abnormal", f"{row} 阶梯的数字太大了，请核对", line.line_no))
            continue
        unit = units.find(product, tier.unit or line.price_unit)
        if unit is None:
            text = f"{row} 阶梯按「{tier.unit}」算不了，可用：{'、'.join(product.units)}"
            found.append(Problem("unit_unknown", text, line.line_no))
            continue
        steps.append((Fraction(tier.min_qty) * unit.num / unit.den, tier))
    steps.sort(key=lambda step: step[0])
    before: tuple[Fraction, Decimal] | None = None if line.price is None else (Fraction(0), line.price)
    for base, tier in steps:
        words = tier_words(tier)
        if before is not None and base == before[0] and tier.price != before[1]:
            found.append(Problem("conflict", f"{row} {words}说了两个价，请写一个", line.line_no))
        elif before is not None and tier.price > before[1]:
            text = f"{row} {words}，买得多反而贵，请看一眼"
            found.append(Problem("price_abnormal", text, line.line_no, blocking=False))
        before = (base, tier.price)
    return found


def tier_words(tier: PriceTier) -> str:
    """100盒起0.79."""
    return f"{units.amount(tier.min_qty, tier.unit)}起{plain(tier.price)}"
