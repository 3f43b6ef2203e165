"""Supplier quotes: the days their prices hold, and sentences that correct one that is still open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from nlp import Lexicon, understand
from nlp.findings import Context, Intent, Line, Understanding


def _pen(sku: str, name: str, *aliases: str) -> dict[str, Any]:
    units = {"支": "1", "盒": "12"}
    return {
        "sku": sku, "name": name, "spec": "0.5mm", "barcode": "", "base_unit": "支", "default_unit": "盒",
        "units": units, "category": "笔", "aliases": list(aliases), "list_price": "1.2",
    }  # fmt: skip


LEXICON = Lexicon.build(
    {
        "products": [
            _pen("P1", "黑色中性笔", "黑笔"),
            _pen("P2", "蓝色中性笔", "蓝笔"),
            {
                **_pen("B1", "作业本"),
                "spec": "A5",
                "base_unit": "本",
                "units": {"本": "1", "包": "10"},
                "default_unit": "包",
            },
        ],
        "customers": [],
        "suppliers": [
            {"id": "S1", "name": "晨光文具厂", "aliases": ["晨光"]},
            {"id": "S2", "name": "富春纸品厂", "aliases": ["富春"]},
        ],
    }
)


def _line(no: int, sku: str, price: str = "0.82", *steps: tuple[str, str]) -> dict[str, Any]:
    return {
        "line_no": no, "sku": sku, "candidates": [], "said": "", "qty": None, "unit": "盒", "unit_price": price,
        "price_unit": "支", "price_said": True, "tax_incl": False, "gift": False, "note": None,
        "tiers": [{"min_qty": least, "price": each, "unit": "盒"} for least, each in steps],
    }  # fmt: skip


ONE = (_line(1, "P1", "0.82", ("100", "0.79")),)
TWO = (*ONE, _line(2, "P2", "0.82", ("100", "0.79")))


def said(text: str, *lines: Mapping[str, Any]) -> Understanding:
    draft = {"doc_no": "草稿1", "intent": "supplier_quote", "party": "S1", "lines": list(lines)} if lines else None
    return understand(text, Context("buyer", "2026-11-24T10:00:00+08:00", draft=draft), LEXICON)


def prices(lines: tuple[Line, ...]) -> list[tuple[str | None, str | None, str | None, list[tuple[str, str]]]]:
    return [(line.sku, line.unit_price, line.price_unit, [(t.min_qty, t.price) for t in line.tiers]) for line in lines]


@pytest.mark.parametrize(
    ("words", "start", "end"),
    [
        ("12月1日起执行", "2026-12-01", None),
        ("从下周一开始", "2026-11-30", None),
        ("有效期到12月31日", None, "2026-12-31"),
        ("有效期至12月底", None, "2026-12-31"),
        ("有效期7天", None, "2026-12-01"),
        ("报价一周内有效", None, "2026-12-01"),
        ("有效期：一个月", None, "2026-12-24"),
        ("本月有效", None, "2026-11-30"),
        ("本周内有效", None, "2026-11-29"),
        ("今天有效", None, "2026-11-24"),
        ("12月15日前有效", None, "2026-12-15"),
        ("价格保持到月底", None, "2026-11-30"),
        ("执行日期12月1日，截止12月31日", "2026-12-01", "2026-12-31"),
        ("有效期12月1日到12月31日", "2026-12-01", "2026-12-31"),
        ("1月5日起执行，1月底前有效", "2027-01-05", "2027-01-31"),
        ("长期有效", None, None),
    ],
)
def test_how_long_the_prices_hold(words: str, start: str | None, end: str | None) -> None:
    for text in (f"晨光报价 黑笔0.82一支，{words}", f"晨光报价，{words}\n黑笔0.82一支"):
        found = said(text)
        assert (found.intent, found.ask) == (Intent.SUPPLIER_QUOTE, False), (text, found.unused)
        [doc] = found.docs
        assert (doc.valid_from, doc.valid_until, doc.delivery_date) == (start, end, None), text
        assert prices(doc.lines) == [("P1", "0.82", "支", [])]


def test_where_the_days_were_said() -> None:
    text = "晨光报价 黑笔0.82一支，12月1日起执行，有效期到12月31日"
    spans = said(text).docs[0].spans
    assert text[slice(*spans["valid_from"])] == "12月1日起执行"
    assert text[slice(*spans["valid_until"])] == "有效期到12月31日"


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("晨光报价 黑笔0.82一支，月底前有效；富春报价 作业本9.5一包", ["2026-11-30", None]),
        ("晨光报价 黑笔0.82一支；富春报价 作业本9.5一包，月底前有效", [None, "2026-11-30"]),
        ("晨光报价 黑笔0.82一支；富春报价 作业本9.5一包，以上报价月底前有效", ["2026-11-30", "2026-11-30"]),
        ("本月有效：晨光报价 黑笔0.82一支；富春报价 作业本9.5一包", ["2026-11-30", "2026-11-30"]),
    ],
)
def test_of_several_suppliers_each_has_its_own_days(text: str, days: list[str | None]) -> None:
    assert [doc.valid_until for doc in said(text).docs] == days


def test_an_order_keeps_its_day() -> None:
    found = said("向晨光采购黑笔10盒 12月1日到货")
    assert found.docs[0].delivery_date == "2026-12-01"
    assert found.docs[0].valid_until is None


BLACK = ("P1", "0.82", "支", [("100", "0.79")])
BLUE = ("P2", "0.82", "支", [("100", "0.79")])


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("第2行单价改成0.8", [BLACK, ("P2", "0.8", "支", [("100", "0.79")])]),
        ("第2行改成0.8", [BLACK, ("P2", "0.8", "支", [("100", "0.79")])]),
        ("蓝笔0.85", [BLACK, ("P2", "0.85", "支", [("100", "0.79")])]),
        ("黑笔0.85蓝笔0.9", [("P1", "0.85", "支", [("100", "0.79")]), ("P2", "0.9", "支", [("100", "0.79")])]),
        ("都涨到0.9", [("P1", "0.9", "支", [("100", "0.79")]), ("P2", "0.9", "支", [("100", "0.79")])]),
        ("黑笔是0.83，不是0.82", [("P1", "0.83", "支", [("100", "0.79")]), BLUE]),
        ("第1行500盒起0.75", [("P1", "0.82", "支", [("100", "0.79"), ("500", "0.75")]), BLUE]),
        ("黑笔100盒以上0.78", [("P1", "0.82", "支", [("100", "0.78")]), BLUE]),
        ("第1行阶梯改成200盒起0.78", [("P1", "0.82", "支", [("200", "0.78")]), BLUE]),
        ("黑笔改成0.85，100盒起0.8，500盒起0.78", [("P1", "0.85", "支", [("100", "0.8"), ("500", "0.78")]), BLUE]),
        ("黑笔0.85 100盒起0.8", [("P1", "0.85", "支", [("100", "0.8")]), BLUE]),
        ("都改成100盒起0.78", [("P1", "0.82", "支", [("100", "0.78")]), ("P2", "0.82", "支", [("100", "0.78")])]),
        ("不要阶梯", [("P1", "0.82", "支", []), ("P2", "0.82", "支", [])]),
        ("黑笔的阶梯不要了", [("P1", "0.82", "支", []), BLUE]),
        ("第2行不要了", [BLACK]),
        ("再加作业本 9.5一包 50包起9", [BLACK, BLUE, ("B1", "9.5", "包", [("50", "9")])]),
        ("第1行按盒报 9.84一盒", [("P1", "9.84", "盒", [("100", "9.48")]), BLUE]),
    ],
)
def test_a_sentence_corrects_the_quote(text: str, wanted: list[Any]) -> None:
    found = said(text, *TWO)
    assert (found.intent, found.ask) == (Intent.CORRECTION, False), found.ask_about
    assert prices(found.docs[0].lines) == wanted
    assert [line.qty for line in found.docs[0].lines] == [None] * len(wanted)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("0.85", ("P1", "0.85", "支", [("100", "0.79")])),
        ("0.82改成0.85", ("P1", "0.85", "支", [("100", "0.79")])),
        ("100盒起改成0.78", ("P1", "0.82", "支", [("100", "0.78")])),
        ("再加一档500盒起0.75", ("P1", "0.82", "支", [("100", "0.79"), ("500", "0.75")])),
    ],
)
def test_the_only_line_needs_no_name(text: str, wanted: Any) -> None:
    assert prices(said(text, *ONE).docs[0].lines) == [wanted]


@pytest.mark.parametrize("text", ["单价改成0.8", "100盒起改成0.78", "再加一档500盒起0.75", "0.82改成0.85", "0.8一支"])
def test_which_line_is_asked_when_several_fit(text: str) -> None:
    found = said(text, *TWO)
    assert "target_ambiguous" in found.ask_about
    assert prices(found.docs[0].lines) == [BLACK, BLUE]


def test_a_day_that_is_no_term_of_the_quote_is_asked_about() -> None:
    found = said("明天送", *TWO)
    assert found.ask
    assert found.docs[0].delivery_date is None


@pytest.mark.parametrize(("text", "included"), [("不含税改含税", True), ("改成含税", True), ("都不含税", False)])
def test_tax_of_the_whole_quote(text: str, included: bool) -> None:
    assert [line.tax_incl for line in said(text, *TWO).docs[0].lines] == [included, included]


def test_the_days_of_an_open_quote() -> None:
    found = said("有效期改到12月底", *TWO)
    assert (found.intent, found.ask, found.docs[0].valid_until) == (Intent.CORRECTION, False, "2026-12-31")


@pytest.mark.parametrize("who", ["富春", "晨光"])
def test_a_supplier_named_with_goods_begins_a_quote_of_its_own(who: str) -> None:
    found = said(f"{who}报价 作业本9.5一包", *TWO)
    assert found.intent is Intent.SUPPLIER_QUOTE
    assert prices(found.docs[0].lines) == [("B1", "9.5", "包", [])]


@pytest.mark.parametrize(
    "words", ["向晨光采购 黑笔60盒 0.8一支", "采购黑笔 60盒", "向恒利采购黑笔60盒 0.8一支 12月1号到"]
)
def test_buying_is_no_correction_of_the_quote_that_is_open(words: str) -> None:
    found = said(words, *TWO)
    assert found.intent is Intent.PURCHASE_ORDER
    assert [(line.sku, line.qty) for line in found.docs[0].lines] == [("P1", "60")]


@pytest.mark.parametrize("intent", ["sales_order", "purchase_order"])
@pytest.mark.parametrize("role", ["buyer", "boss", "sales"])
def test_what_a_supplier_offers_changes_no_order_that_is_open(intent: str, role: str) -> None:
    lines = [{**ONE[0], "qty": "5", "tiers": []}]
    draft = {"doc_no": "草稿1", "intent": intent, "party": "S1", "lines": lines}
    text = "晨光报价 黑笔0.8一支"
    found = understand(text, Context(role, "2026-11-24T10:00:00+08:00", draft=draft), LEXICON)
    assert found.intent is Intent.SUPPLIER_QUOTE
