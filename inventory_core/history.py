"""What changed between two versions, in the words people use: "第2行 3箱 → 5箱"."""

from __future__ import annotations

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
    _differ(found, "送货日期", _day(before), _day(after))
    _differ(found, "折扣", _rate(before.discount_rate), _rate(after.discount_rate))
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


def _day(sheet: Sheet) -> str | None:
    return f"{sheet.delivery_date.month}月{sheet.delivery_date.day}日" if sheet.delivery_date else None


def _rate(value: Decimal | None) -> str | None:
    return None if value is None else f"{plain(value * 100)}%"


def _qty(line: Line) -> str:
    return "没写数量" if line.qty is None else amount(line.qty, line.unit)


def _price(line: Line) -> str:
    return "没有价格" if line.price is None else f"{plain(line.price)}元/{line.price_unit or line.unit or '?'}"


def _lines(found: list[str], before: Sheet, after: Sheet) -> None:
    kept = {line.id: line for line in after.lines if line.id is not None}
    known = {line.id for line in before.lines}
    for line in before.lines:
        current = None if line.id is None else kept.get(line.id)
        if current is None:
            found.append(f"不要 {line.label}")
        else:
            _line(found, line, current)
    found.extend(
        f"加 {line.label} {_qty(line)}{'（赠）' if line.gift else ''}" for line in after.lines if line.id not in known
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
    _differ(found, f"{row} 备注", before.note, after.note)
