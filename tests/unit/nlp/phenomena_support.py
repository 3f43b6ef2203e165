"""Short notation for messages and what should come out, used by the tables of phenomena.

A row is ``trade role | message | expectation``. Trades are the tuned corpora's catalogues, those of opened held-back
ones by their name (``fabric``), and one of our own; a role with ``+`` writes with the trade's draft open; ``\\n`` and
``\\t`` in a message are a newline and a tab.

Expectations: ``ask`` (``ask:code`` names the doubt), ``none``, ``price_inquiry SKU …``, ``stock_query SKU …``, or
documents separated by ``//``: ``C12: SKU*2盒@9/盒, +SKU*1盒; date=2026-11-25`` with ``buy``, ``quote`` or ``fix`` in
front of the party for other kinds than a sales order. ``+`` marks a gift, ``!t`` and ``!n`` tax included or not.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from nlp import Context, Lexicon, Understanding, understand
from nlp.findings import Doc, Line
from tests.unit.nlp import variety_catalog

NOW = "2026-11-24T09:30:00+08:00"
_CORPUS = Path(__file__).parents[2] / "corpus"
_SHELVES = Path(__file__).with_name("phenomena") / "shelves.json"  # bake, tool, cos: small catalogues of their own
_TRADES = {"d": "daily", "h": "hardware", "f": "food", "b": "building", "a": "autoparts",
           "p": "paint", "e": "electrical", "c": "apparel", "g": "agri", "k": "catering",
           "m": "medical", "q": "packaging", "n": "electronics",
           "y": "beverage", "pets": "pet"}  # fmt: skip
_KINDS = {"buy": "purchase_order", "quote": "supplier_quote", "fix": "correction"}
_LINE = re.compile(r"(\+?)([^*@!]+?)(?:\*([\d.]+)([^\d@!]+))?(?:@([\d.]+)(?:/([^!]+))?)?(!t|!n)?$")
_FIELDS = {
    "date": "delivery_date", "phone": "phone", "address": "address", "contact": "contact", "rate": "tax_rate",
    "disc": "discount_rate", "basis": "price_basis",
}  # fmt: skip


def _product(sku: str, name: str, spec: str, price: str, units: str, *aliases: str) -> dict[str, Any]:
    table = dict(pair.split("=") for pair in units.split(","))
    return {
        "sku": sku, "name": name, "spec": spec, "base_unit": next(iter(table)), "units": table, "list_price": price,
        "default_unit": next(iter(table)), "aliases": list(aliases),
    }  # fmt: skip


def _workwear() -> dict[str, Any]:
    products = [
        _product(f"SH{colour}{size}", "劳保鞋", f"{name} {size}码", "85", "双=1,箱=10", "安全鞋")
        for colour, name in (("B", "黑色"), ("Y", "黄色"))
        for size in range(38, 43)
    ]
    products += [
        _product(f"TS{code}{size}", "圆领文化衫", f"{name} {size}", "22", "件=1,包=20", "文化衫")
        for code, name in (("R", "红色"), ("U", "深蓝"), ("W", "白色"))
        for size in ("S", "M", "L", "XL")
    ]
    products += [
        _product("RC1", "分体雨衣", "均码 藏青", "48", "套=1,箱=20", "雨衣"),
        _product("VA304", "角阀", "304 4分", "26", "个=1,盒=10"),
        _product("VA201", "角阀", "201 4分", "16", "个=1,盒=10"),
        _product("FL304", "平焊法兰", "304 DN50", "62", "片=1"),
        _product("FLC50", "平焊法兰", "碳钢 DN50", "28", "片=1"),
        _product("FLC80", "平焊法兰", "碳钢 DN80", "36", "片=1"),
        _product("GL", "浸胶手套", "均码", "4", "双=1,打=12,箱=240"),
    ]
    parties = [
        {"id": "W1", "name": "海门港务工程有限公司", "aliases": ["海门港务", "港务"]},
        {"id": "W2", "name": "大宇造船厂", "aliases": ["大宇"]},
    ]
    makers = [{"id": "M1", "name": "飞达劳保用品厂", "aliases": ["飞达"]}]
    return {"products": products, "customers": parties, "suppliers": makers}


@lru_cache(maxsize=8)
def _catalog(trade: str) -> dict[str, Any]:
    if trade in "wu":
        return _workwear()
    if trade == "v":
        return variety_catalog.catalog()
    if trade in (shelves := json.loads(_SHELVES.read_text(encoding="utf-8"))):
        shelf: dict[str, Any] = shelves[trade]
        return shelf
    folder = _TRADES.get(trade, trade)
    loaded: dict[str, Any] = json.loads((_CORPUS / folder / "catalog.json").read_text(encoding="utf-8"))
    return loaded


@lru_cache(maxsize=8)
def lexicon_of(trade: str) -> Lexicon:
    return Lexicon.build(_catalog(trade))


_DRAFTS: dict[str, tuple[str, list[tuple[str, ...]]]] = {
    "d": ("C12", [("ZX05H", "3", "盒"), ("XJ2", "2", "箱")]),
    "h": ("K01", [("LS0630Z", "5", "盒"), ("QP105", "10", "盒")]),
    "f": ("R01", [("OS5", "4", "桶"), ("RD25", "3", "袋")]),
    "b": ("J01", [("CE425", "100", "袋"), ("BRK", "2000", "块")]),
    "a": ("Q01", [("O1044", "2", "箱"), ("WB24", "6", "支")]),
    "w": ("W1", [("SHB40", "5", "双"), ("TSRM", "20", "件")]),
    "p": ("P01", [("NWM18", "3", "桶"), ("MW24", "10", "卷")]),
    "e": ("K01", [("BV25R", "5", "卷")]),
    "c": ("C01", [("8801-B-M", "5", "件")]),
    "g": ("C01", []),
    "k": ("K01", [("SC01", "5", "箱"), ("LS24", "4", "把")]),
    "m": ("C101", []),
    "q": ("K01", []),
    "n": ("E01", []),
    "y": ("C01", []),
    "u": (
        "W1",
        [("SHB40", "5", "双", "85"), ("SHY42", "3", "双", "85"), ("TSRM", "20", "件", "22"), ("GL", "2", "打")],
    ),
    "cosmetics": (
        "K201",
        [("XFQ400", "5", "箱", "180"), ("XFR400", "3", "箱"), ("YS-R", "10", "盒"), ("XJJ1", "8", "箱")],
    ),
    "bakery": ("C501", [("CH-58", "6", "袋"), ("GE-S", "2", "盒"), ("RS-H", "2", "箱")]),
    "electrical": ("K01", [("BV25R", "5", "卷", "205"), ("BV25B", "5", "卷", "205"), ("BV4R", "2", "卷")]),
    "beverage": ("C01", [("BJ09", "15", "箱"), ("BJ10", "10", "箱"), ("BJ12", "5", "箱")]),
    "packaging": ("K01", [("QP1520", "40", "包"), ("QM50D", "6", "卷", "40"), ("BQ43", "1", "箱", "400")]),
    "plumbing": ("K01", [("PRH25", "40", "根"), ("PE25", "100", "个", "1.3"), ("PT25", "50", "个")]),
    "furniture": ("C01", [("SC22", "10", "盒", "48"), ("TJ100", "2", "箱"), ("SY1601", "20", "张")]),
    "stationery": (
        "C01",
        [("GP01", "20", "盒", "14.4"), ("GR01", "10", "盒"), ("NA540", "12", "包"), ("PH6", "6", "包")],
    ),
    "sports": ("C10", [("LFR-M", "12", "套"), ("LFR-L", "10", "套"), ("LFB-M", "8", "套"), ("LQ501", "2", "箱")]),
    "v": ("V1", [("XE40", "5", "双"), ("ZT80", "3", "包")]),
}


def _drafted(line_no: int, sku: str, qty: str, unit: str, price: str | None = None) -> dict[str, Any]:
    return {
        "line_no": line_no, "sku": sku, "qty": qty, "unit": unit,
        "unit_price": price, "price_unit": unit if price else None,
    }  # fmt: skip


def read(trade: str, role: str, text: str) -> Understanding:
    """Parse one message the way the table says it is written."""
    customer, lines = _DRAFTS.get(trade) or (str(_catalog(trade)["customers"][0]["id"]), [])
    draft = None
    if role.endswith("+"):
        draft = {
            "doc_no": "草稿1", "intent": "sales_order", "party": customer, "delivery_date": None,
            "lines": [_drafted(at, *line) for at, line in enumerate(lines, 1)],
        }  # fmt: skip
    writer = role.rstrip("+")
    supplier = _catalog(trade)["suppliers"][0]["id"]
    context = Context(
        sender_role=writer, datetime=NOW, draft=draft, chat_customer=customer if writer == "customer" else None,
        chat_supplier=supplier if writer == "supplier" else None,
    )  # fmt: skip
    return understand(text.replace("\\n", "\n").replace("\\t", "\t"), context, lexicon_of(trade))


def _told(line: Line, trade: str) -> str:
    """A line in base units, so that two ways to say the same amount are equal."""
    product = lexicon_of(trade).by_sku(line.sku)
    counted = product.factor(line.unit or "") if product else None
    qty = Decimal(line.qty) * (counted or 1) if line.qty else None
    size = product.factor(line.price_unit or line.unit or product.default_unit) if product else None
    price = (Decimal(line.unit_price) / (size or 1)).quantize(Decimal("0.0001")) if line.unit_price else None
    if qty is None:
        return f"{line.sku}@{price}"
    return f"{'+' if line.gift else ''}{line.sku}*{qty.normalize():f}@{price}"


def _wanted(written: str, trade: str) -> tuple[str, bool | None]:
    match = _LINE.fullmatch(written.strip())
    assert match is not None, written
    gift, sku, qty, unit, price, per, tax = match.groups()
    line = Line(sku=sku, qty=qty, unit=unit, unit_price=price, price_unit=per or unit, gift=bool(gift))
    return _told(line, trade), {"!t": True, "!n": False}.get(tax)


def _differs(doc: Doc, wanted: str, trade: str) -> str | None:
    head, _, rest = wanted.strip().partition(":")
    kind, party = head.split() if " " in head else ("", head)
    listed, *fields = rest.split(";")
    pairs = [_wanted(one, trade) for one in listed.split(",") if one.strip()]
    have = [_told(line, trade) for line in doc.lines]
    if doc.intent != _KINDS.get(kind, "sales_order") or (doc.party or "-") != party:
        return f"{doc.intent} of {doc.party}"
    if have != [told for told, _ in pairs]:
        return f"lines {have}"
    for line, (_, tax) in zip(doc.lines, pairs, strict=True):
        if tax is not None and line.tax_incl is not tax:
            return f"tax {line.tax_incl}"
    for name, value in (field.strip().split("=", 1) for field in fields):
        if str(getattr(doc, _FIELDS[name])) != value:
            return f"{name} {getattr(doc, _FIELDS[name])}"
    return None


def problem(row: str) -> str | None:
    """What is wrong with the reading of one row of a table; None when it is as expected."""
    head, text, wanted = (part.strip() for part in row.split("|", 2))
    trade, role = head.split()
    got = read(trade, role, text)
    if wanted.startswith("ask"):
        _, _, code = wanted.partition(":")
        return None if got.ask and (not code or code in got.ask_about) else f"no {wanted}: {got.intent} {got.docs}"
    if got.ask:
        return f"asks {got.ask_about}: {got.question}"
    intent, *skus = wanted.split()
    if intent in ("cancel", "approve", "reject") and skus:
        ref = got.docs[0].ref if got.docs else None
        return None if (got.intent, ref) == (intent, skus[0]) else f"{got.intent} {ref}"
    if intent in ("none", "price_inquiry", "stock_query", "cancel", "approve", "reject"):
        named = {s for doc in got.docs for ln in doc.lines for s in ([ln.sku] if ln.sku else ln.candidates)}
        return None if got.intent == intent and (not skus or named == set(skus)) else f"{got.intent} {named}"
    parts = wanted.split("//")
    if len(parts) != len(got.docs):
        return f"{len(got.docs)} documents: {[_told(ln, trade) for d in got.docs for ln in d.lines]} {got.intent}"
    return next(
        (found for doc, part in zip(got.docs, parts, strict=True) if (found := _differs(doc, part, trade))), None
    )


def rows(table: str) -> list[str]:
    """The rows of a table, comments and blank lines left out."""
    return [line for line in table.strip().splitlines() if line.strip() and not line.lstrip().startswith("#")]
