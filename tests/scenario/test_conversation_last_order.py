"""Words without a number never reach past the last order to an older one of somebody else."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest

from inventory_core.views import State
from tests.support.chat import Firm, fresh_firm, labels


@pytest.fixture
def shop() -> Iterator[Firm]:
    yield from fresh_firm()


@pytest.fixture
def two_orders(shop: Firm) -> Firm:
    """An older order still waiting, and a newer one already shipped."""
    for text in ("海棠门窗 M8*40外六角螺栓 3盒", "东风机电 M8*30外六角螺栓 5盒"):
        shop.say("销售", text)
        shop.say("销售", "确认")
        shop.later(minutes=5)
    shop.say("仓管", "发货 XS-0002")
    shop.later(minutes=5)
    return shop


def test_undo_without_a_number_asks_about_the_last_order(two_orders: Firm) -> None:
    assert two_orders.say("销售", "撤销").kind == "asked"
    assert labels(two_orders.card("销售").card) == ["XS-0002"]
    assert two_orders.document("XS-0001").state is State.APPROVED
    assert two_orders.document("XS-0002").state is State.POSTED


def test_the_answer_to_that_question_undoes_it(shop: Firm) -> None:
    shop.say("销售", "海棠门窗 M8*40外六角螺栓 3盒")
    shop.say("销售", "确认")
    shop.later(minutes=5)
    shop.say("销售", "撤销")
    shop.press("销售", "XS-0001")
    assert shop.document("XS-0001").state is State.VOID


def test_more_for_the_last_order_does_not_go_to_an_older_one(two_orders: Firm) -> None:
    two_orders.say("销售", "刚才那单再加两盒M8*40外六角螺栓")
    older = two_orders.document("XS-0001")
    assert [(line.qty, line.unit) for line in older.lines] == [(Decimal(3), "盒")]
    assert "XS-0002" in "".join(two_orders.texts("销售"))


def test_a_keeper_takes_back_todays_shipment_but_not_last_weeks(two_orders: Firm) -> None:
    two_orders.say("仓管", "撤销 SH-0001")
    assert two_orders.document("SH-0001").state is State.REVERSED
    two_orders.say("仓管", "发货 XS-0002")
    two_orders.later(days=7)
    two_orders.say("仓管", "撤销 SH-0002")
    assert two_orders.document("SH-0002").state is State.POSTED
    assert "不是今天的单" in two_orders.texts("仓管")[-1]
    two_orders.say("主管", "撤销 SH-0002")
    assert two_orders.document("SH-0002").state is State.REVERSED
