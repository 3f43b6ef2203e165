"""Everything out again: master data in the very form the import reads, stock and documents for reading.

``collect`` runs on a reader and gives plain rows; ``build`` makes the zip of workbooks in a worker process. What comes
out of 资料.xlsx and goes in again changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from sqlmodel import Session

from bot.importing import layout
from bot.importing import sql as statements
from bot.importing.conversions import format_conversions
from bot.importing.workbooks import Cell, book, zipped
from inventory_core import firm, people, sql, states
from inventory_core.views import Kind, Role, State

Rows = list[list[Cell]]
MASTER, PAPERS = "资料.xlsx", "单据.xlsx"

_DOCUMENTS = """
SELECT d.id, d.number, d.draft_no, d.kind, d.state, d.business_date, coalesce(p.code, ''),
  coalesce(p.name, d.partner_said), a.name, d.total, d.delivery_date, d.note, s.number
FROM document d LEFT JOIN partner p ON p.id = d.partner_id JOIN person a ON a.id = d.author_id
LEFT JOIN document s ON s.id = d.source_id ORDER BY d.id"""

_LINES = """
SELECT coalesce(d.number, '草稿' || d.draft_no), l.line_no, coalesce(p.sku, ''), coalesce(p.name, l.said),
  coalesce(p.spec, ''), l.qty, l.unit, l.price, l.price_unit, l.amount, l.gift, l.note
FROM document_line l JOIN document d ON d.id = l.document_id LEFT JOIN product p ON p.id = l.product_id
ORDER BY d.id, l.line_no"""

_STOCK = """
SELECT p.sku, p.name, p.spec, p.base_unit, p.qty_scale, sum(b.on_hand), sum(b.reserved), sum(b.value)
FROM balance b JOIN product p ON p.id = b.product_id WHERE b.place = 'main' GROUP BY p.id ORDER BY p.id"""


def collect(session: Session, now: datetime) -> dict[str, dict[str, Rows]]:
    """Rows by file and sheet, headings included, over one snapshot; JSON values only."""
    view = firm.firm(session)
    about: Rows = [
        ["公司", view.name],
        ["导出时间", now.astimezone(view.tz).strftime("%Y-%m-%d %H:%M")],
        ["说明", "商品、客户、供应商、人员、期初库存可以改了再导入；库存现状和单据只供查看"],
    ]
    return {
        MASTER: {
            "说明": about,
            layout.PRODUCTS.title: [list(layout.PRODUCTS.headings()), *_products(session)],
            layout.CUSTOMERS.title: [list(layout.CUSTOMERS.headings()), *_partners(session, "customer")],
            layout.SUPPLIERS.title: [list(layout.SUPPLIERS.headings()), *_partners(session, "supplier")],
            layout.PEOPLE.title: [list(layout.PEOPLE.headings()), *_people(session)],
            layout.OPENING.title: [list(layout.OPENING.headings()), *_opening(session)],
            "库存现状": [["编码", "名称", "规格", "单位", "在库", "已占用", "可用", "金额"], *_stock(session)],
        },
        PAPERS: {
            "单据": [_PAPER_HEADINGS, *_papers(session)],
            "单据明细": [_LINE_HEADINGS, *_lines(session)],
        },
    }


def build(content: dict[str, dict[str, Rows]]) -> bytes:
    """The zip of workbooks."""
    return zipped({name: book(sheets, layout.SHEETS) for name, sheets in content.items()})


_PAPER_HEADINGS: list[Cell] = [
    "单号", "类型", "状态", "日期", "客户/供应商编码", "客户/供应商", "经手人", "金额", "交货日期", "来源单号", "备注",
]  # fmt: skip
_LINE_HEADINGS: list[Cell] = [
    "单号", "行", "商品编码", "名称", "规格", "数量", "单位", "单价", "单价单位", "金额", "赠品", "备注",
]  # fmt: skip


def _products(session: Session) -> Iterator[list[Cell]]:
    found = sql.rows(
        session,
        "SELECT id, sku, name, spec, base_unit, default_unit, qty_scale, category, list_price, floor_price, min_qty"
        " FROM product WHERE active = 1 ORDER BY id",
    )
    ids = sql.ids(row["id"] for row in found)
    units: dict[int, dict[str, tuple[int, int]]] = {}
    barcodes: dict[int, list[str]] = {}
    for product_id, unit, num, den, barcode in sql.run(session, statements.UNITS, ids=ids):
        units.setdefault(product_id, {})[unit] = (num, den)
        if barcode:
            barcodes.setdefault(product_id, []).append(f"{unit}={barcode}")
    aliases: dict[int, list[str]] = {}
    for product_id, alias in sql.run(session, statements.ALIASES + " ORDER BY id", ids=ids):
        aliases.setdefault(product_id, []).append(alias)
    for row in found:
        own, base = row["id"], row["base_unit"]
        yield [
            row["sku"],
            row["name"],
            row["spec"],
            base,
            format_conversions(units.get(own, {}), base),
            row["default_unit"],
            ";".join(barcodes.get(own, ())),
            ";".join(aliases.get(own, ())),
            row["category"],
            _number(row["list_price"]),
            _number(row["floor_price"]),
            None if row["min_qty"] is None else _number(str(Decimal(row["min_qty"]).scaleb(-row["qty_scale"]))),
            row["qty_scale"],
        ]


def _partners(session: Session, kind: str) -> Iterator[list[Cell]]:
    aliases: dict[int, list[str]] = {}
    for partner_id, alias in sql.run(session, statements.PARTNER_ALIASES + " ORDER BY id"):
        aliases.setdefault(partner_id, []).append(alias)
    for row in sql.rows(session, statements.PARTNERS + " WHERE active = 1 AND walk_in = 0 ORDER BY id"):
        if row["kind"] != kind:
            continue
        cells: list[Cell] = [row["code"], row["name"], ";".join(aliases.get(row["id"], ()))]
        cells += [row["contact"], row["phone"], row["address"]]
        yield [*cells, _yuan(row["credit_limit"])] if kind == "customer" else cells


def _people(session: Session) -> Iterator[list[Cell]]:
    for view in people.people(session):
        if view.active:
            yield [view.name, ";".join(role.label for role in Role if role in view.roles)]


def _opening(session: Session) -> Iterator[list[Cell]]:
    known = sql.rows(session, "SELECT id, sku, base_unit, qty_scale FROM product WHERE active = 1 ORDER BY id")
    ids = sql.ids(row["id"] for row in known)
    opened = {own: (qty, value) for own, qty, value in sql.run(session, statements.OPENED, ids=ids)}
    for row in known:
        if row["id"] in opened:
            qty, value = opened[row["id"]]
            yield [row["sku"], _number(str(Decimal(qty).scaleb(-row["qty_scale"]))), row["base_unit"], _yuan(value)]


def _stock(session: Session) -> Iterator[list[Cell]]:
    for sku, name, spec, unit, scale, on_hand, reserved, value in sql.run(session, _STOCK):
        amounts = [_number(str(Decimal(qty).scaleb(-scale))) for qty in (on_hand, reserved, on_hand - reserved)]
        yield [sku, name, spec, unit, *amounts, _yuan(value)]


def _papers(session: Session) -> Iterator[list[Cell]]:
    for row in sql.run(session, _DOCUMENTS):
        _id, number, draft, kind, state, day, code, partner, author, total, delivery, note, source = row
        kinds = Kind(kind)
        cells: list[Cell] = [
            number or f"草稿{draft}",
            kinds.label,
            states.label(kinds, State(state)),
            day,
            code,
            partner,
        ]
        yield [*cells, author, _yuan(total), delivery, source, note]


def _lines(session: Session) -> Iterator[list[Cell]]:
    for number, line, sku, name, spec, qty, unit, price, per, amount, gift, note in sql.run(session, _LINES):
        given = "是" if gift else None
        yield [number, line, sku, name, spec, _number(qty), unit, _number(price), per, _yuan(amount), given, note]


def _yuan(fen: int | None) -> Cell:
    return None if fen is None else _number(str(Decimal(fen).scaleb(-2)))


def _number(text: str | None) -> Cell:
    """A decimal as a number the spreadsheet can add up; as text where a binary float would not give it back."""
    if text is None:
        return None
    value = Decimal(text)
    if value == value.to_integral_value() and abs(value) < 10**15:
        return int(value)
    return float(value) if Decimal(format(float(value), ".15g")) == value else text
