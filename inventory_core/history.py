"""What changed between two versions, in the words people use: "第2行 3箱 → 5箱"."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from inventory_core.columns import plain
from inventory_core.units import amount

if TYPE_CHECKING:
    from inventory_core.documents.sheet import Line, Sheet


def changes(before: Sheet, after: Sheet) -> tuple[str, ...]:
    """Every difference a reader of the paper would see; line numbers are those of the earlier version."""
    found: list[str] = []
    who = "客户" if after.kind.value in ("sales_order", "shipment") else "供应商"
    _differ(found, who, _party(before), _party(after))
    _lines(found, before, after)
    _differ(found, "送货日期" if who == "客户" else "到货日期", _day(before.delivery_date), _day(after.delivery_date))
    _differ(found, "生效", _day(before.valid_from), _day(after.valid_from))
    _differ(found, "有效到", _day(before.valid_until), _day(after.valid_until))
    _differ(found, "折扣", _off(before.discount_rate), _off(after.discount_rate))
    _differ(found, "税率", _rate(before.tax_rate), _rate(after.tax_rate))
    if after.use_last_price and not before.use_last_price:
        found.append("价格按上次")
    _differ(found, "地址", before.address, after.address)
    _differ(found, "电话", before.phone, after.phone)
    _differ(found, "联系人", before.contact, after.contact)
    _differ(found, "备注", before.note, after.note)
    return tuple(found)


def _differ(found: list[str], name: str, before: str | None, after: str | None) -> None:
    if (before or "") == (after or ""):
        return
    if not before:
        found.append(f"{name} {after}")
    else:
        found.append(f"{name} {before} → {after or '不填'}")


def _party(sheet: Sheet) -> str:
    return sheet.partner.name if sheet.partner else sheet.partner_said


def _day(day: date | None) -> str | None:
    return None if day is None else f"{day.month}月{day.day}日"


def _off(value: Decimal | None) -> str | None:
    """0.95 → 9.5折."""
    return None if value is None else f"{plain(value * 10)}折"


def _rate(value: Decimal | None) -> str | None:
    return None if value is None else f"{plain(value * 100)}%"


def _qty(line: Line) -> str:
    return "没写数量" if line.qty is None else amount(line.qty, line.unit)


def _price(line: Line) -> str:
    return "没有价格" if line.price is None else f"{plain(line.price)}元/{line.price_unit or line.unit or '?'}"


def _tiers(line: Line) -> str:
    return "、".join(f"{amount(tier.min_qty, tier.unit)}起{plain(tier.price)}" for tier in line.tiers)


def _lines(found: list[str], before: Sheet, after: Sheet) -> None:
    kept = {line.id: line for line in after.lines if line.id is not None}
    known = {line.id for line in before.lines}
    for line in before.lines:
        current = None if line.id is None else kept.get(line.id)
        if current is None:
            found.append(f"不要 {line.label}")
        else:
            _line(found, line, current)
    quoted = after.kind.value == "supplier_quote"
    found.extend(
        f"加 {line.label} {_price(line) if quoted else _qty(line)}{'（赠）' if line.gift else ''}"
        for line in after.lines
        if line.id not in known
    )


def _line(found: list[str], before: Line, after: Line) -> None:
    row = f"第{before.line_no}行"
    swapped = (before.product and before.product.id) != (after.product and after.product.id)
    if swapped:
        found.append(f"{row} {before.label} → {after.label}")
    if _qty(before) != _qty(after):
        found.append(f"{row} {_qty(before)} → {_qty(after)}")
    if before.gift != after.gift:
        found.append(f"{row} 改为赠品" if after.gift else f"{row} 不再是赠品")
    elif _price(before) != _price(after) and not after.gift and not (swapped and after.price_source != "said"):
        found.append(f"{row} 单价 {_price(before)} → {_price(after)}")
    if before.tax_incl != after.tax_incl and after.tax_incl is not None:
        found.append(f"{row} {'含税' if after.tax_incl else '不含税'}")
    _differ(found, f"{row} 阶梯", _tiers(before), _tiers(after))
    _differ(found, f"{row} 备注", before.note, after.note)
