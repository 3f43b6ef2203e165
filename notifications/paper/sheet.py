"""What stands on a printed document, as words: one model for the PDF, the page and the plain text, so that they agree.

A sheet holds finished text only. Nothing that is hidden is in it: with prices off there is no price, amount or sum
anywhere.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from inventory_core.views import DocumentView, Kind, LineView, State
from notifications import supplier_card
from notifications.paper.capital import LIMIT, capital
from notifications.paper.options import Paper

UNPRINTABLE = "□"
_BUYING = (Kind.GOODS_RECEIPT, Kind.PURCHASE_ORDER, Kind.SUPPLIER_QUOTE)
_MAX_UNITS = 5  # in the sum of quantities; more units than this say nothing to anybody


class Column(Enum):
    """The columns of the table, in order; the value is the heading."""

    NO = "序号"
    NAME = "品名"
    SPEC = "规格"
    QTY = "数量"
    UNIT = "单位"
    PRICE = "单价"
    AMOUNT = "金额"
    NOTE = "备注"


@dataclass(frozen=True, slots=True)
class Row:
    """One line. ``cells`` follows the sheet's columns; ``fen`` is 0 without an amount and whenever prices are off."""

    cells: tuple[str, ...]
    fen: int = 0


@dataclass(frozen=True, slots=True)
class Mark:
    """A word across the paper: pale and large under the text, or (``stamp``) a framed stamp upon it."""

    text: str
    stamp: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """A document ready to be laid out."""

    firm: str
    firm_line: str  # address and phone of the firm
    title: str
    label: str  # XS-0012, 草稿3
    code: str | None  # what the QR code says; None for a document without a number
    revision: str  # small print that tells an old print from a new one
    party: tuple[tuple[str, str], ...]  # whom it concerns: (label, value)
    facts: tuple[tuple[str, str], ...]  # number, dates, where it comes from
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    count: str  # 12行  5箱 300个
    adjustments: tuple[tuple[str, str], ...]  # between the sum of the lines and the total
    total: str  # 1,234.50, empty when prices are off
    words: str  # the total in words, empty when prices are off or something is missing
    notes: tuple[tuple[str, str], ...]
    signatures: tuple[tuple[str, str], ...]  # (label, who is known already)
    mark: Mark | None


def sheet(view: DocumentView, paper: Paper) -> Sheet:
    """Lay the document's facts out as text for this paper."""
    if not paper.prices and supplier_card.is_one(view):
        view = supplier_card.without_prices(view)
    columns = _columns(view, paper)
    draft = view.state in (State.DRAFT, State.EXPIRED)
    known = [line.amount for line in view.lines if line.amount is not None]
    lines_sum = sum(known)
    terms, mixed_tax = _tax(view) if paper.prices else ("", False)
    return Sheet(
        firm=clean(paper.firm),
        firm_line="　".join(part for part in (clean(paper.address), _prefixed("电话：", paper.phone)) if part),
        title=view.kind.label,
        label=clean(view.label),
        code=clean(view.number) if view.number else None,
        revision="" if view.kind is Kind.SHIPMENT or view.number is None else f"版本{view.version}",
        party=_party(view),
        facts=_facts(view),
        columns=columns,
        rows=tuple(_row(line, columns, paper, mixed_tax=mixed_tax, draft=draft) for line in view.lines),
        count=_count(view),
        adjustments=_adjustments(view, lines_sum) if paper.prices else (),
        total=_total(view, draft) if paper.prices and Column.AMOUNT in columns else "",
        words=_words(view.total) if paper.prices and Column.AMOUNT in columns else "",
        notes=_notes(view, paper, terms),
        signatures=_signatures(view),
        mark=_mark(view.state),
    )


def _columns(view: DocumentView, paper: Paper) -> tuple[Column, ...]:
    """What has a column: a supplier's quote counts nothing, so it has neither quantities nor amounts."""
    hidden: set[Column] = set() if paper.prices else {Column.PRICE, Column.AMOUNT}
    if view.kind is Kind.SUPPLIER_QUOTE:
        hidden.add(Column.AMOUNT)
        if all(line.qty is None for line in view.lines):
            hidden.add(Column.QTY)
    return tuple(column for column in Column if column not in hidden)


def clean(text: str) -> str:
    """One line of visible text: breaks and controls become blanks, invisible marks (direction, joiners) go, NFC."""
    kept = []
    for char in unicodedata.normalize("NFC", text):
        category = unicodedata.category(char)
        if category == "Cf" or "\ufe00" <= char <= "\ufe0f":
            continue
        if category in ("Cs", "Co"):
            kept.append(UNPRINTABLE)
        else:
            kept.append(" " if category in ("Cc", "Zl", "Zp") else char)
    return " ".join("".join(kept).split())


def money(fen: int) -> str:
    """Fen as yuan: 123450 → 1,234.50."""
    sign = "-" if fen < 0 else ""
    yuan, cents = divmod(abs(fen), 100)
    return f"{sign}{yuan:,}.{cents:02d}"


def quantity(value: Decimal) -> str:
    """A quantity without an exponent or idle zeros: 1E+3 → 1000, 2.50 → 2.5."""
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def price(value: Decimal) -> str:
    """A unit price: every decimal that was said, two at least."""
    whole, _, decimals = quantity(value).partition(".")
    return f"{whole}.{decimals.ljust(2, '0')}"


def _prefixed(prefix: str, text: str) -> str:
    text = clean(text)
    return prefix + text if text else ""


def _party(view: DocumentView) -> tuple[tuple[str, str], ...]:
    partner = view.partner
    supplier = partner.kind == "supplier" if partner is not None else view.kind in _BUYING
    name = partner.name if partner is not None else view.partner_said
    if partner is None and not name and view.kind is Kind.OPENING:
        return ()
    contact = view.contact or (partner.contact if partner else "")
    phone = view.phone or (partner.phone if partner else "")
    address = view.address or (partner.address if partner else "")
    return (
        ("供应商" if supplier else "客户", clean(name) or "（未填）"),
        ("联系人" if contact else "电话", clean(f"{contact} {phone}")),
        ("地址" if supplier else "送货地址", clean(address)),
    )


def _facts(view: DocumentView) -> tuple[tuple[str, str], ...]:
    facts = [("单号", clean(view.label)), ("日期", view.business_date.isoformat())]
    if view.source_number:
        label = "冲销" if view.kind is Kind.REVERSAL else "订单号" if view.kind is Kind.SHIPMENT else "来源"
        facts.append((label, clean(view.source_number)))
    if view.delivery_date is not None:
        facts.append(("到货日期" if view.kind in _BUYING else "送货日期", view.delivery_date.isoformat()))
    if view.valid_from is not None:
        facts.append(("生效日期", view.valid_from.isoformat()))
    if view.valid_until is not None:
        facts.append(("有效期到", view.valid_until.isoformat()))
    return tuple(facts)


def _row(line: LineView, columns: tuple[Column, ...], paper: Paper, *, mixed_tax: bool, draft: bool) -> Row:
    if line.product is not None:
        name, spec = line.product.name, line.product.spec
    else:
        # What somebody said may hold a price ("螺丝3块"), so it stays out where prices do.
        name, spec = (line.said if paper.prices else "") or "（货品未定）", ""
    unit = line.unit if line.qty is not None or line.price is None else line.price_unit
    cells = {
        Column.NO: str(line.line_no),
        Column.NAME: clean(name),
        Column.SPEC: clean(spec),
        Column.QTY: "" if line.qty is None else quantity(line.qty),
        Column.UNIT: clean(unit or ""),
        Column.PRICE: _price(line, unit, draft),
        Column.AMOUNT: "" if line.amount is None else money(line.amount),
        Column.NOTE: _remark(line, gift=line.gift and not paper.prices, mixed_tax=mixed_tax, prices=paper.prices),
    }
    return Row(tuple(cells[column] for column in columns), (line.amount or 0) if paper.prices else 0)


def _price(line: LineView, unit: str | None, draft: bool) -> str:
    if line.gift:
        return "赠品"
    if line.price is None:
        return "待定" if draft and not line.tiers else ""
    other = line.price_unit if line.price_unit and line.price_unit != unit else None
    return price(line.price) + (f"/{clean(other)}" if other else "")


def _remark(line: LineView, *, gift: bool, mixed_tax: bool, prices: bool) -> str:
    parts = ["赠品"] if gift else []
    if prices:
        parts += [f"{quantity(tier.min_qty)}{clean(tier.unit or '')}起{price(tier.price)}" for tier in line.tiers]
    if mixed_tax and line.tax_incl is not None:
        parts.append("含税" if line.tax_incl else "未税")
    if line.note:
        parts.append(clean(line.note))
    return "，".join(part for part in parts if part)


def _count(view: DocumentView) -> str:
    sums: dict[str, Decimal] = {}
    for line in view.lines:
        if line.qty is not None and line.unit:
            unit = clean(line.unit)
            sums[unit] = sums.get(unit, Decimal(0)) + line.qty
    parts = [f"共{len(view.lines)}行"]
    if 0 < len(sums) <= _MAX_UNITS:
        parts += [f"{quantity(value)}{unit}" for unit, value in sums.items()]
    return "　".join(parts)


def _tax(view: DocumentView) -> tuple[str, bool]:
    """The sentence about tax for the foot, and whether lines differ and must say it one by one."""
    kinds = {line.tax_incl for line in view.lines if line.price is not None and not line.gift}
    mixed = len(kinds) > 1
    words = []
    if kinds == {True}:
        words.append("单价含税")
    elif kinds == {False}:
        words.append("单价不含税")
    if view.tax_rate is not None:
        words.append(f"税率{quantity(view.tax_rate * 100)}%")
    return "，".join(words), mixed


def _adjustments(view: DocumentView, lines_sum: int) -> tuple[tuple[str, str], ...]:
    """Why the total is not the sum of the lines, when it is not."""
    if view.total is None or view.total == lines_sum:
        return ()
    difference = view.total - lines_sum
    if view.discount_rate is not None and view.tax_rate is None:
        label = f"折扣（按{quantity(view.discount_rate * 100)}%）"
    elif view.tax_rate is not None and view.discount_rate is None:
        label = f"税额（{quantity(view.tax_rate * 100)}%）"
    else:
        label = "折扣与税额" if view.tax_rate is not None else "调整"
    return (("小计", money(lines_sum)), (label, money(difference)))


def _total(view: DocumentView, draft: bool) -> str:
    if view.total is None:
        return "待定" if draft else ""
    return money(view.total)


def _words(total: int | None) -> str:
    return "" if total is None or abs(total) >= LIMIT else capital(total)


def _notes(view: DocumentView, paper: Paper, terms: str) -> tuple[tuple[str, str], ...]:
    notes = [("备注", clean(view.note or "")), ("价税", terms)]
    notes += [("", clean(line)) for line in paper.notes.splitlines()]
    return tuple((label, text) for label, text in notes if text)


def _signatures(view: DocumentView) -> tuple[tuple[str, str], ...]:
    author = clean(view.author)
    approved = view.approval is not None and view.approval.state == "approved"
    approver = clean(view.approval.approver or "") if view.approval is not None and approved else ""
    by_kind: dict[Kind, Iterable[tuple[str, str]]] = {
        Kind.SHIPMENT: (("制单", author), ("送货", ""), ("签收", ""), ("签收日期", "")),
        Kind.SALES_ORDER: (("制单", author), ("审核", approver), ("客户确认", "")),
        Kind.GOODS_RECEIPT: (("制单", author), ("送货", ""), ("验收", ""), ("入库", "")),
        Kind.PURCHASE_ORDER: (("制单", author), ("审核", approver), ("供应商确认", "")),
        Kind.SUPPLIER_QUOTE: (("制单", author), ("审核", approver)),
    }
    return tuple(by_kind.get(view.kind, (("制单", author), ("审核", approver), ("仓库", ""))))


def _mark(state: State) -> Mark | None:
    return {
        State.DRAFT: Mark("未确认", stamp=False),
        State.EXPIRED: Mark("未确认", stamp=False),
        State.PENDING: Mark("待审核", stamp=False),
        State.FROZEN: Mark("冻结", stamp=True),
        State.REJECTED: Mark("驳回", stamp=True),
        State.VOID: Mark("作废", stamp=True),
        State.REVERSED: Mark("已冲销", stamp=True),
    }.get(state)
