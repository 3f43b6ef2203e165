"""What people also ask a clerk: how this works, what runs short, returns, money, reports."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.chat import Firm, fresh_firm


@pytest.fixture
def shop() -> Iterator[Firm]:
    yield from fresh_firm()


@pytest.mark.parametrize("words", ["怎么用？", "你会干什么呀", "怎么开单"])
def test_how_it_works_is_shown_by_examples(shop: Firm, words: str) -> None:
    assert shop.say("小周", words).kind == "answered"
    assert "直接说话就行" in shop.texts("小周")[-1]


@pytest.mark.parametrize("words", ["哪些货快没了", "有什么缺货的吗", "要补什么货？", "低库存"])
def test_what_runs_short_is_listed(shop: Firm, words: str) -> None:
    assert shop.say("小周", words).kind == "answered"
    assert "最低线" in shop.texts("小周")[-1]


@pytest.mark.parametrize(
    ("words", "part"),
    [
        ("东风要退2盒外六角怎么弄", "退货我还不会开"),
        ("东风还欠我们多少钱", "收款、欠款"),
        ("这个月卖了多少", "统计和报表"),
    ],
)
def test_what_cannot_be_done_yet_is_said_so(shop: Firm, words: str, part: str) -> None:
    shop.say("小周", words)
    assert part in shop.texts("小周")[-1]


def test_an_order_that_speaks_of_money_stays_an_order(shop: Firm) -> None:
    assert shop.say("小周", "东风 M8*30外六角螺栓 5盒 月底付款").kind == "drafted"
    assert shop.say("小周", "东风 生料带 20卷，货款月结").kind == "drafted"
