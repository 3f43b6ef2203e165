"""Words that only one customer uses, and words everybody was heard to use."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp import Lexicon, Understanding, understand, wire
from nlp.catalogue.itemwords import key_of, refusal
from nlp.findings import Context, Line

_PEN: dict[str, Any] = {"base_unit": "支", "units": {"支": "1", "盒": "12", "箱": "144"}, "default_unit": "盒"}
_CATALOG: dict[str, Any] = {
    "products": [
        {"sku": "P0", "name": "中性笔", "spec": "蓝 0.7", "list_price": "1", **_PEN},
        {"sku": "P1", "name": "中性笔", "spec": "蓝 0.5", "list_price": "1", **_PEN},
        {"sku": "P2", "name": "中性笔", "spec": "黑 0.5", "list_price": "1", **_PEN},
        {"sku": "P3", "name": "外六角螺栓", "spec": "M8*30 镀锌", "base_unit": "个",
         "units": {"个": "1", "盒": "100", "箱": "2000"}, "default_unit": "盒", "list_price": "0.3"},
    ],
    "customers": [
        {"id": "C1", "name": "李记五金", "aliases": ["李记"]},
        {"id": "C2", "name": "王家文具", "aliases": ["王家"]},
    ],
    "suppliers": [],
}  # fmt: skip
_OWN = {"C1": {"老蓝": "P1", "小强王": "P3", "中性笔": "P2"}, "C2": {"小黑": "P2"}}


def _lexicon(own: dict[str, dict[str, str]] | None = None) -> Lexicon:
    return Lexicon.build({**_CATALOG, "partner_aliases": own or {}})


def _read(text: str, lexicon: Lexicon, **context: Any) -> Understanding:
    return understand(text, Context(datetime="2026-11-24T10:00:00+08:00", **context), lexicon)


def _lines(understanding: Understanding) -> list[tuple[str | None, str | None, str | None]]:
    return [(line.sku, line.qty, line.unit) for doc in understanding.docs for line in doc.lines]


@pytest.mark.parametrize(
    "text", ["李记 来5箱老蓝", "李记 老蓝5箱", "李记五金要5箱老蓝", "李记\n1. 老蓝 5箱", "给李记送五箱老蓝"]
)
def test_a_customers_word_is_read_for_that_customer(text: str) -> None:
    found = _read(text, _lexicon(_OWN))
    assert _lines(found) == [("P1", "5", "箱")]
    assert not found.ask


def test_nobody_elses_message_is_read_with_it() -> None:
    found = _read("王家 来5箱老蓝", _lexicon(_OWN))
    assert found.ask
    assert [line.sku for doc in found.docs for line in doc.lines] == [None]
    asked = _read("来3盒小强王", _lexicon(_OWN))
    assert asked.ask
    assert _lines(asked) == [(None, "3", "盒")]


def test_in_one_message_for_two_customers_the_others_line_is_asked() -> None:
    found = _read("李记\n小强王 5盒\n\n王家\n小强王 3盒", _lexicon(_OWN))
    assert [(doc.party, doc.lines[0].sku, doc.lines[0].candidates) for doc in found.docs] == [
        ("C1", "P3", ()),
        ("C2", None, ("P3",)),
    ]
    assert found.ask
    assert found.question


def test_two_customers_each_with_words_of_their_own() -> None:
    found = _read("李记\n老蓝 5盒\n\n王家\n小黑 3盒", _lexicon(_OWN))
    assert [(doc.party, doc.lines[0].sku) for doc in found.docs] == [("C1", "P1"), ("C2", "P2")]


def test_the_open_drafts_customer_is_listened_to() -> None:
    draft = {"doc_no": "草稿1", "intent": "sales_order", "party": "C1",
             "lines": [{"line_no": 1, "sku": "P2", "qty": "1", "unit": "盒"}]}  # fmt: skip
    found = _read("再来3盒小强王", _lexicon(_OWN), draft=draft)
    assert _lines(found) == [("P2", "1", "盒"), ("P3", "3", "盒")]


def test_a_shared_noun_decides_only_when_it_stands_alone() -> None:
    assert _lines(_read("李记 中性笔2盒", _lexicon(_OWN))) == [("P2", "2", "盒")]
    assert _lines(_read("李记 中性笔0.7 2盒", _lexicon(_OWN))) == [("P0", "2", "盒")]
    assert _read("王家 中性笔2盒", _lexicon(_OWN)).ask


def test_a_usual_word_with_more_said_is_read_by_the_catalogue() -> None:
    lexicon = _lexicon({"C1": {"蓝笔": "P1"}})
    assert _lines(_read("李记 蓝笔2盒", lexicon)) == [("P1", "2", "盒")]
    assert _lines(_read("李记 蓝笔0.7 2盒", lexicon)) == [("P0", "2", "盒")]


def test_a_usual_word_against_the_catalogue_is_asked() -> None:
    found = _read("李记 黑笔2盒", _lexicon({"C1": {"黑笔": "P1"}}))
    assert found.ask
    assert set(found.docs[0].lines[0].candidates) == {"P1", "P2"}


def test_changes_bring_words_and_take_them_away() -> None:
    base = _lexicon()
    assert _read("李记 来5箱老蓝", base).ask
    taught = base.with_overlay({"partner_aliases": _OWN})
    assert _lines(_read("李记 来5箱老蓝", taught)) == [("P1", "5", "箱")]
    kept = taught.with_overlay({"products": [_CATALOG["products"][3]]})
    assert _lines(_read("李记 来5箱老蓝", kept)) == [("P1", "5", "箱")]
    assert _read("李记 来5箱老蓝", kept.with_overlay({"partner_aliases": {}})).ask


def test_a_word_of_all_customers_counts_as_a_whole_only() -> None:
    pen = {**_CATALOG["products"][1], "learned": ["老款蓝"]}
    lexicon = _lexicon().with_overlay({"products": [pen]})
    assert _lines(_read("王家 老款蓝5箱", lexicon)) == [("P1", "5", "箱")]
    assert lexicon.postings("老款") == frozenset()
    assert not lexicon.has_term("老款")


def test_a_customers_own_word_goes_before_everybodys() -> None:
    pen = {**_CATALOG["products"][0], "learned": ["老蓝"]}
    lexicon = _lexicon(_OWN).with_overlay({"products": [pen]})
    assert _lines(_read("李记 老蓝5箱", lexicon)) == [("P1", "5", "箱")]
    assert _lines(_read("王家 老蓝5箱", lexicon)) == [("P0", "5", "箱")]


def test_a_word_that_became_the_name_of_other_goods_is_asked() -> None:
    other = {"sku": "P9", "name": "老蓝", "spec": "", "list_price": "1", **_PEN}
    found = _read("李记 老蓝5箱", _lexicon(_OWN).with_overlay({"products": [other]}))
    assert found.ask
    assert set(found.docs[0].lines[0].candidates) == {"P1", "P9"}


def test_a_learned_word_stands_for_no_other_size() -> None:
    for size in ("黑", "0.7"):
        assert [sku for sku, _, _ in _lines(_read(f"李记 老蓝{size} 2盒", _lexicon(_OWN)))] != ["P0"]


@pytest.mark.parametrize(
    ("text", "words", "learns"),
    [
        ("王家 来5箱老蓝", "老蓝", "name"),
        ("王家要老蓝5箱", "老蓝", "name"),
        ("王家 中性笔5箱", "中性笔", "group"),
        ("王家 蓝笔5箱", "蓝笔", "group"),
        ("王家 2盒中性笔黑", "中性笔黑", ""),
        ("王家 中性笔0.7 2盒", "中性笔0.7", ""),
        ("王家 红中性笔2盒", "红中性笔", ""),
        ("王家 老中性笔2盒", "老中性笔", "group"),
        ("王家 老款中性笔2盒", "老款中性笔", "name"),
        ("王家 M8*35螺栓2盒", "M8*35螺栓", ""),
    ],
)
def test_the_words_of_an_item_are_told(text: str, words: str, learns: str) -> None:
    line = _read(text, _lexicon()).docs[0].lines[0]
    assert (line.words, line.learns) == (words, learns)


def test_a_word_that_is_known_teaches_nothing_more() -> None:
    line = _read("李记 老蓝5箱", _lexicon(_OWN)).docs[0].lines[0]
    assert (line.words, line.learns) == ("老蓝", "")


def test_words_lent_from_another_item_are_not_told() -> None:
    for line in _read("王家 黑色、蓝色中性笔各2盒", _lexicon()).docs[0].lines:
        assert line.words in ("黑色", "蓝色中性笔", "")


def test_words_cross_the_pipe() -> None:
    line = Line(sku="P1", said="5箱老蓝", words="老蓝", learns="name")
    assert wire.line_from_wire(wire.line_to_wire(line)) == line


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("老蓝", None), ("502胶", None), ("三通", None), ("得力老款", None), ("ab胶", None),
        ("蓝", "short"), ("", "short"), ("x", "short"), ("老" * 21, "long"), ("老\n蓝", "odd"), ("老，蓝", "odd"),
        ("30", "spec"), ("M8*30", "spec"), ("m8×30", "spec"), ("5公斤", "spec"), ("50%", "spec"), ("#10", "spec"),
        ("DN20", "spec"), ("1/2", "spec"), ("二十", "number"), ("5箱", "number"), ("两箱", "number"), ("3块", "number"),
        ("明天", "number"), ("星期三", "number"), ("谢谢", "language"), ("不要", "language"), ("确认", "language"),
    ],
)  # fmt: skip
def test_what_can_never_be_a_name(words: str, code: str | None) -> None:
    assert refusal(words) == code


@given(st.from_regex(r"[A-Za-z]{0,3}[0-9]{1,4}([*x×/.\-][0-9]{1,3}){0,2}[%#]?", fullmatch=True))
def test_no_spec_or_number_is_ever_a_name(words: str) -> None:
    assert refusal(words) is not None


@given(st.text(max_size=30))
def test_any_text_gets_a_verdict(words: str) -> None:
    verdict = refusal(words)
    if verdict is None:
        assert 2 <= len(key_of(words)) <= 20
        assert not key_of(words).isdigit()
