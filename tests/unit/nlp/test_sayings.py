"""Short answers and words that point at a document."""

from __future__ import annotations

import pytest

from nlp.sayings import means_last_order, name_in, points_at_rows, refs_in


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("城东五金", "城东五金"),
        ("客户是 永兴建材", "永兴建材"),
        ("就是老周", "老周"),
        ("供应商名称：海天塑料厂。", "海天塑料厂"),
        ("好又多超市", "好又多超市"),
        ("我爱我家建材", "我爱我家建材"),
        ("知道了", None),
        ("等一下", None),
        ("要5盒", None),
        ("明天给你", None),
        ("随便", None),
        ("你好", None),
        ("在吗", None),
        ("12345", None),
        ("OK", None),
        ("", None),
    ],
)
def test_a_name_is_told_from_talk(text: str, name: str | None) -> None:
    assert name_in(text) == name


def test_words_that_point_at_a_document() -> None:
    assert means_last_order("刚才那单加2盒")
    assert means_last_order("上一单不要了")
    assert not means_last_order("黑笔加2盒")
    assert points_at_rows("第2行改成5")
    assert points_at_rows("这单明天送")
    assert not points_at_rows("一行白鹭")
    assert refs_in("xs-0012和 草稿 3，还有XS-0012") == ["XS-0012", "草稿3"]
    assert refs_in("AXS12") == []
