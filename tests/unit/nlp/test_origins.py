"""Spans of fields whose readers mark none: tax, discount, prices as last time, gifts; and the question for them."""

from __future__ import annotations

import pytest

from nlp import Lexicon, understand
from nlp.findings import Context
from nlp.intents.sayings import asks_whence

LEXICON = Lexicon.build(
    {
        "products": [
            {"sku": "B", "name": "外六角螺栓", "spec": "M8*30", "base_unit": "个", "units": {"盒": "100"}},
            {"sku": "T", "name": "生料带", "spec": "", "base_unit": "卷", "units": {}},
        ],
        "customers": [{"id": "K1", "name": "东风机电", "aliases": ["东风"]}],
    }
)


def head(said: str, name: str) -> str | None:
    (doc,) = understand(said, Context(datetime="2026-11-24T10:00:00+08:00"), LEXICON).docs
    return said[slice(*doc.spans[name])] if name in doc.spans else None


@pytest.mark.parametrize(
    ("said", "name", "words"),
    [
        ("东风 M8*30螺栓 20盒 打95折", "discount_rate", "打95折"),
        ("东风 M8*30螺栓 20盒，含税13%", "tax_rate", "含税13%"),
        ("东风 M8*30螺栓 20盒 老价格", "price_basis", "老价格"),
        ("东风 M8*30螺栓 20盒 明天送", "delivery_date", "明天"),
        ("东风 M8*30螺栓 20盒", "party", "东风"),
        ("东风 M8*30螺栓 20盒", "tax_rate", None),
    ],
)
def test_where_the_terms_of_a_document_were_said(said: str, name: str, words: str | None) -> None:
    assert head(said, name) == words


def test_tax_and_gifts_stand_at_their_own_lines() -> None:
    said = "东风 M8*30螺栓 20盒 单价45不含税，送生料带 2卷"
    (doc,) = understand(said, Context(), LEXICON).docs
    bolt, tape = doc.lines
    assert said[slice(*bolt.spans["tax_incl"])] == "不含税"
    assert "gift" not in bolt.spans
    assert said[slice(*tape.spans["gift"])] == "送"


@pytest.mark.parametrize(
    ("said", "about"),
    [
        ("怎么看出来的", ""),
        ("怎么看出来的？", ""),
        ("怎么看出来的 XS-0012", ""),
        ("XS-0012 怎么看出来的呢", ""),
        ("这是怎么看出来的", ""),
        ("第2行怎么看出来的", "第2行"),
        ("交期哪里看出来的", "交期"),
        ("单价的依据", "单价"),
        ("草稿3的原话", ""),
        ("怎么卖的", None),
        ("怎么发货", None),
        ("M8*30螺栓怎么卖", None),
        ("东风机电 生料带 5卷", None),
        ("", None),
    ],
)
def test_the_question_for_the_original_words(said: str, about: str | None) -> None:
    assert asks_whence(said) == about
