"""Short answers and words that point at a document."""

from __future__ import annotations

import pytest

from nlp.intents import sayings
from nlp.intents.sayings import means_last_order, name_in, points_at_rows, refs_in


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


@pytest.mark.parametrize(
    ("said", "whose"),
    [
        ("确认东风的", "东风"),
        ("确认一下东风机电那单", "东风机电"),
        ("东风机电的确认", "东风机电"),
        ("东风那张确认了", "东风"),
        ("确认", None),
        ("确认草稿3", None),
        ("确认XS-0012", None),
        ("请把数量改成5盒", None),
    ],
)
def test_whose_order_is_confirmed(said: str, whose: str | None) -> None:
    assert sayings.confirms_of(said) == whose


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("东风机电", "东风机电"),
        ("东风机电下单：", "东风机电"),
        ("客户是东风", "东风"),
        ("东风要货", "东风"),
        ("东风机电 生料带5卷", None),
        ("下单", None),
        ("谢谢师傅", None),
        ("发票什么时候开", None),
    ],
)
def test_the_name_at_the_head_of_an_order(said: str, name: str | None) -> None:
    assert sayings.heads_order(said) == name


@pytest.mark.parametrize(
    ("said", "rest"),
    [
        ("开单", ""),
        ("麻烦录一下这个，谢谢", ""),
        ("帮我下单吧", ""),
        ("东风机电 开单", "东风机电"),
        ("生料带5卷 开单", None),
        ("改成5盒", None),
        ("", None),
    ],
)
def test_a_message_that_only_takes_down_what_it_quotes(said: str, rest: str | None) -> None:
    assert sayings.takes_down(said) == rest


@pytest.mark.parametrize(
    ("said", "points"),
    [
        ("这个改成9卷", True),
        ("不要了", True),
        ("改成8盒", True),
        ("第1行改成8盒", False),
        ("螺母改成8盒", False),
        ("好的", False),
    ],
)
def test_words_about_what_is_quoted(said: str, points: bool) -> None:
    assert sayings.points_at_quote(said) is points


@pytest.mark.parametrize(
    ("said", "all_said"), [("就这些", True), ("没了。", True), ("没了吗", False), ("就这些螺栓", False)]
)
def test_somebody_has_said_all(said: str, all_said: bool) -> None:
    assert sayings.is_all(said) is all_said
