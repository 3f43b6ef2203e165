"""The cards people see most, built from documents as the service builds them; for golden files."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from inventory_core.views import (
    ApprovalView,
    DocumentView,
    Kind,
    LineView,
    PartnerView,
    PriceSource,
    PriceTier,
    Problem,
    ProductView,
    State,
)
from notifications.asking import Names
from notifications.card import Card
from notifications.document_card import Audience, document_card

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
REGENERATE = "DANJU_WRITE_GOLDEN"  # set it to write the files anew, then look at them


def _product(key: int, name: str, spec: str) -> ProductView:
    return ProductView(key, f"LS{key}", name, spec, "个", "盒", {"个": (1, 1), "盒": (100, 1)})


_GOODS = {
    1: _product(1, "外六角螺栓", "M8*30 镀锌"),
    2: _product(2, "六角螺母", "M8"),
    3: _product(3, "六角法兰面螺母", "M10 不锈钢304 带齿"),
    4: _product(4, "平垫圈", "M8*16*1.6"),
}


def _line(no: int, product: int | None, qty: int, price: str | None) -> LineView:
    each = None if price is None else Decimal(price)
    return LineView(
        id=no * 10,
        line_no=no,
        said="螺母",
        product=None if product is None else _GOODS[product],
        candidates=(),
        qty=Decimal(qty),
        unit="盒",
        base_qty=None if product is None else Decimal(qty * 100),
        price=each,
        price_unit=None if each is None else "盒",
        price_source=None if each is None else PriceSource.LIST,
        tax_incl=None,
        amount=None if each is None else int(each * qty * 100),
        gift=False,
        note=None,
        available=None if product is None else Decimal(3000),
        reserved=Decimal(0),
        shipped=Decimal(0),
    )


_DRAFT = DocumentView(
    id=7,
    kind=Kind.SALES_ORDER,
    draft_no=3,
    number=None,
    version=1,
    state=State.DRAFT,
    state_label="草稿",
    author_id=1,
    author="小周",
    partner=PartnerView(1, "C0001", "永固五金", "customer"),
    partner_said="永固",
    lines=(_line(1, 1, 5, "50"), _line(2, None, 3, None)),
    total=None,
    delivery_date=date(2026, 11, 25),
    business_date=date(2026, 11, 24),
    created_at=NOW,
    updated_at=NOW,
    problems=(Problem("sku_ambiguous", "第2行“螺母”有2种，请选一种", 2, (2, 3)),),
)
_MANY = tuple(_line(n, 1 + n % 4, n, "12.5") for n in range(1, 9))
_PENDING = replace(
    _DRAFT,
    number="XS-20261124-0012",
    state=State.PENDING,
    state_label="待审核",
    lines=_MANY,
    total=sum(line.amount or 0 for line in _MANY),
    problems=(),
    approval=ApprovalView(1, 1, "pending", ("合计超过400元", "第3行比价目低5%")),
)
_SHIPPED = replace(
    _DRAFT,
    number="XS-20261124-0012",
    state=State.POSTED,
    state_label="已出库",
    lines=tuple(
        replace(line, shipped=line.base_qty or Decimal(0)) for line in (_line(1, 1, 5, "50"), _line(2, 2, 3, "8"))
    ),
    total=27400,
    problems=(),
    shipments=("SH-20261124-0007",),
    contact="陈师傅",
    phone="13800000000",
    address="城东建材市场三区十八号仓库",
)


def _offered(line: LineView, price: str, *tiers: tuple[int, str]) -> LineView:
    """The line as a supplier offers it: a price per piece, no quantity."""
    return replace(
        line,
        qty=None,
        base_qty=None,
        price=Decimal(price),
        price_unit="个",
        price_source=PriceSource.SAID,
        tax_incl=False,
        amount=None,
        available=None,
        tiers=tuple(PriceTier(Decimal(least), Decimal(each), "盒") for least, each in tiers),
    )


_SUPPLIER = PartnerView(9, "S0001", "永固紧固件厂", "supplier")
_QUOTE = replace(
    _DRAFT,
    kind=Kind.SUPPLIER_QUOTE,
    author="阿芳",
    partner=_SUPPLIER,
    lines=(
        _offered(_line(1, 1, 5, None), "0.42", (100, "0.4"), (500, "0.385")),
        _offered(_line(2, 2, 3, None), "0.15"),
    ),
    delivery_date=None,
    valid_from=date(2026, 12, 1),
    valid_until=date(2026, 12, 31),
    tax_rate=Decimal("0.13"),
    problems=(),
)
_PURCHASE = replace(
    _DRAFT,
    kind=Kind.PURCHASE_ORDER,
    number="CG-0007",
    state=State.APPROVED,
    state_label="已确认",
    author="阿芳",
    partner=_SUPPLIER,
    lines=tuple(
        replace(one, available=None, price_source=one.price_source and PriceSource.SAID, tax_incl=True)
        for one in (_line(1, 1, 20, "36"), _line(2, 2, 30, None))
    ),
    delivery_date=date(2026, 12, 1),
    problems=(),
)


def _token(document_id: int, version: int, action: str, **args: str | int) -> str:
    return f"{document_id}.{version}.{action}" + "".join(f".{value}" for value in args.values())


def typical() -> dict[str, Card]:
    """Name of the golden file → the card."""
    names = Names(_GOODS)
    return {
        "draft_with_question": document_card(_DRAFT, _token, names),
        "pending_approval": document_card(_PENDING, _token, names),
        "shipped": document_card(_SHIPPED, _token, names),
        "supplier_quote": document_card(_QUOTE, _token, names),
        "supplier_quote_without_prices": document_card(_QUOTE, _token, names, Audience(cost=False)),
        "purchase_order": document_card(_PURCHASE, _token, names),
    }


def golden(path: Path, made: dict[str, Any]) -> tuple[str, str]:
    """(what the file says, what was made), as text. With the variable set the file is written first."""
    text = json.dumps(made, ensure_ascii=False, indent=1) + "\n"
    if os.environ.get(REGENERATE):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return path.read_text(encoding="utf-8"), text
