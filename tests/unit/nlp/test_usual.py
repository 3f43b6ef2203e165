"""The same again: when a message asks for it, and what it changes."""

from __future__ import annotations

import pytest

from nlp import Lexicon, understand
from nlp.findings import Context, Intent
from nlp.wire import context_from_wire, context_to_wire, understanding_from_wire, understanding_to_wire

LEXICON = Lexicon.build(
    {
        "products": [
            {"sku": "B", "name": "外六角螺栓", "spec": "M8*30", "base_unit": "个", "units": {"盒": "100"}},
            {"sku": "N", "name": "六角螺母", "spec": "M8", "base_unit": "个", "units": {"盒": "100"}},
        ],
        "customers": [{"id": "K1", "name": "东风机电", "aliases": ["东风"]}],
    }
)
LINES = [{"line_no": 1, "sku": "B", "qty": "5", "unit": "盒"}, {"line_no": 2, "sku": "N", "qty": "3", "unit": "盒"}]
USUAL = {"doc_no": "XS-0001", "intent": "sales_order", "party": "K1", "lines": LINES}
OPEN = {"doc_no": "草稿3", "intent": "sales_order", "party": "K1", "lines": LINES}


@pytest.mark.parametrize("said", ["东风老样子", "照上次再来一份", "跟上回一样", "东风机电，照旧", "再来一份，明天送"])
def test_the_same_again_is_marked_and_still_a_question_where_nobody_knows_the_last_order(said: str) -> None:
    found = understand(said, Context(datetime="2026-11-24T10:00:00+08:00"), LEXICON)
    assert (found.intent, found.same_again, found.ask) == (Intent.SALES_ORDER, True, True)
    assert "nothing_named" in found.ask_about


def test_what_is_different_this_time() -> None:
    found = understand("东风照上次再来一份，螺母多10盒", Context(usual=USUAL), LEXICON)
    assert (found.same_again, found.ask, found.docs[0].ref) == (True, False, "XS-0001")
    assert [(line.sku, line.qty) for line in found.docs[0].lines] == [("B", "5"), ("N", "13")]


def test_nothing_different_leaves_the_lines_to_the_order() -> None:
    found = understand("东风老样子", Context(usual=USUAL), LEXICON)
    assert (found.same_again, found.ask, found.docs[0].lines) == (True, False, ())


@pytest.mark.parametrize(
    "said",
    ["老价格多少", "价格照旧", "东风 M8*30螺栓5盒 照上次的价", "M8*30螺栓10盒 跟上次一样", "东风 老样子 M8*30螺栓10盒"],
)
def test_what_is_not_the_same_again(said: str) -> None:
    assert not understand(said, Context(usual=USUAL), LEXICON).same_again


@pytest.mark.parametrize("said", ["第1行改成8盒，其他照旧", "其他照旧", "照旧，螺母多10盒"])
def test_beside_an_open_draft_words_without_a_customer_are_about_the_draft(said: str) -> None:
    assert not understand(said, Context(draft=OPEN), LEXICON).same_again


def test_the_same_again_beside_an_open_draft_asks_whose() -> None:
    found = understand("老样子", Context(draft=OPEN), LEXICON)
    assert found.same_again
    assert "target_missing" in found.ask_about


def test_on_the_wire() -> None:
    context = Context(usual=USUAL)
    assert context_from_wire(context_to_wire(context)) == context
    found = understand("东风老样子", context, LEXICON)
    assert understanding_from_wire(understanding_to_wire(found)) == found
