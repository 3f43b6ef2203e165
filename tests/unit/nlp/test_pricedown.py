"""便宜2毛 of a draft that shows a price, and amounts with a bare price behind them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from nlp import Lexicon, understand
from nlp.findings import Context, Understanding

CATALOG = json.loads((Path(__file__).parents[2] / "corpus" / "medical" / "catalog.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon.build(CATALOG)


def line(number: int, sku: str, qty: str | None, price: str | None, unit: str = "盒") -> dict[str, Any]:
    return {
        "line_no": number, "sku": sku, "qty": qty, "unit": unit if qty else None, "unit_price": price,
        "price_unit": unit if price else None, "gift": False, "tiers": [], "note": None, "tax_incl": None,
    }  # fmt: skip


def said(text: str, lexicon: Lexicon, lines: list[dict[str, Any]], intent: str = "sales_order") -> Understanding:
    draft = {
        "doc_no": "草稿3",
        "intent": intent,
        "party": "S12" if intent == "supplier_quote" else "C101",
        "lines": lines,
    }
    role = "buyer" if intent == "supplier_quote" else "sales"
    return understand(text, Context(sender_role=role, datetime="2026-11-24T10:00:00+08:00", draft=draft), lexicon)


ONE = [line(1, "SY5", "10", "29")]
TWO = [*ONE, line(2, "SY25", "5", "26")]
QUOTE = [line(1, "SY5", None, "0.28", "支")]


@pytest.mark.parametrize(
    ("text", "lines", "prices"),
    [
        ("便宜2块", ONE, ["27"]),
        ("再降2块", ONE, ["27"]),
        ("涨1块", ONE, ["30"]),
        ("每盒便宜2块", ONE, ["27"]),
        ("每支便宜1分", ONE, ["28"]),
        ("第2行便宜5毛", TWO, ["29", "25.5"]),
        ("5ml便宜2块", TWO, ["27", "26"]),
        ("注射器便宜1块", TWO, ["28", "25"]),
        ("都便宜1块", TWO, ["28", "25"]),
    ],
)
def test_a_price_that_is_shown_goes_down_by_so_much(
    text: str, lines: list[dict[str, Any]], prices: list[str], lexicon: Lexicon
) -> None:
    found = said(text, lexicon, lines)
    assert [one.unit_price for one in found.docs[0].lines] == prices
    assert not found.ask
    assert {one.price_unit for one in found.docs[0].lines} == {"盒"}


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("便宜2块", TWO),  # which of them?
        ("便宜30块", ONE),  # more than it costs
        ("便宜2块", [line(1, "SY5", "10", None)]),  # from which price?
    ],
)
def test_what_nobody_can_know_is_asked(text: str, lines: list[dict[str, Any]], lexicon: Lexicon) -> None:
    found = said(text, lexicon, lines)
    assert found.ask
    assert [one.unit_price for one in found.docs[0].lines] == [one["unit_price"] for one in lines]


@pytest.mark.parametrize(("text", "price"), [("便宜2分", "0.26"), ("第1行单价便宜1分", "0.27"), ("涨1分", "0.29")])
def test_an_open_quote_too(text: str, price: str, lexicon: Lexicon) -> None:
    found = said(text, lexicon, QUOTE, "supplier_quote")
    assert [one.unit_price for one in found.docs[0].lines] == [price]
    assert not found.ask


@pytest.mark.parametrize("text", ["再加10ml带针的50盒 36", "再加10ml带针注射器50盒 36", "再加50盒10ml带针的 36"])
def test_a_bare_number_behind_an_amount_is_its_price(text: str, lexicon: Lexicon) -> None:
    added = said(text, lexicon, ONE).docs[0].lines[-1]
    assert (added.sku, added.qty, added.unit, added.unit_price) == ("SY10", "50", "盒", "36")


def test_an_amount_beside_a_price_is_not_lost(lexicon: Lexicon) -> None:
    assert said("5ml注射器12盒 单价25", lexicon, TWO).ask  # so many now, or so many more?
    row = said("第1行12盒 25元", lexicon, TWO).docs[0].lines[0]
    assert (row.qty, row.unit_price) == ("12", "25")


@pytest.mark.parametrize("text", ["要10的", "都不是，要10的"])
def test_an_attributive_number_says_which_and_never_how_many(text: str, lexicon: Lexicon) -> None:
    found = said(text, lexicon, [line(1, "XT8", "20", "0.75", "根")])
    assert (found.docs[0].lines[0].sku, found.docs[0].lines[0].qty) in (("XT10", "20"), ("XT8", "20"))
    assert found.ask or found.docs[0].lines[0].sku == "XT10"
