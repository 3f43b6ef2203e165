"""Everyday words that hold a character of some goods."""

from __future__ import annotations

import pytest

from nlp import Context, Lexicon, understand
from nlp.findings import Intent
from nlp.scanning.everyday import everyday_at
from nlp.scanning.tokens import T

_LEXICON = Lexicon.build(
    {
        "products": [
            {"sku": sku, "name": name, "spec": spec, "base_unit": "扎", "units": {"扎": "1"}, "default_unit": "扎"}
            for sku, name, spec in (
                ("R-A", "红玫瑰", "A级"),
                ("R-B", "红玫瑰", "B级"),
                ("N-M", "新娘捧花", "中号"),
                ("N-L", "新娘捧花", "大号"),
                ("S-1", "园艺剪", "不锈钢"),
            )
        ],
        "customers": [{"id": "C1", "name": "春江花店", "aliases": ["春江"]}],
        "suppliers": [],
    }
)


def test_a_word_with_a_character_of_goods_is_one_word() -> None:
    assert [(token.kind, token.text) for _, token in everyday_at("裁剪留长一点", 0, _LEXICON)] == [(T.UNKNOWN, "裁剪")]


@pytest.mark.parametrize("text", ["红蓝", "捧花", "新娘捧"])
def test_colours_and_pieces_of_goods_are_none(text: str) -> None:
    assert not list(everyday_at(text, 0, _LEXICON))


def test_a_word_beside_an_order_asks_nothing() -> None:
    said = "红玫瑰A级3扎，缎带裁剪长一点再送"
    context = Context(sender_role="customer", chat_customer="C1", datetime="2026-11-24T09:30:00+08:00")
    read = understand(said, context, _LEXICON)
    assert read.intent is Intent.SALES_ORDER
    assert not read.ask, read.question
    assert [line.sku for doc in read.docs for line in doc.lines] == ["R-A"]
