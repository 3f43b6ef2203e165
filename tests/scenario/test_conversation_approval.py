"""An order above the limit goes to the supervisor first."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from handlers import jobs
from inventory_core import firm, people
from tests.support.chat import Firm, fresh_firm, labels


@pytest.fixture
def shop() -> Iterator[Firm]:
    yield from fresh_firm()


@pytest.fixture
def strict(shop: Firm) -> Firm:
    firm.set_setting(shop.session, "order_limit", "100000", None, shop.now)
    shop.say("销售", "大成装饰 M8*30外六角螺栓 30盒")
    shop.press("销售", "确认")
    return shop


def test_the_supervisor_gets_the_card_and_agrees(strict: Firm) -> None:
    assert strict.card("销售").card.title == "销售单 XS-0001 · 待审核"
    assert strict.available("LS0830") == 2000  # spoken for while it waits
    assert labels(strict.card("主管").card) == ["同意", "驳回", "撤销"]
    assert "同意" not in labels(strict.card("销售").card)
    assert strict.press("主管", "同意").toast == "已同意 XS-0001"
    assert strict.card("销售").card.title == "销售单 XS-0001 · 已审核"
    assert strict.texts("销售") == ["吴主管同意了 XS-0001，可以发货了"]
    assert "发货" in labels(strict.card("仓管").card)
    assert strict.card("老板").card.title == "销售单 XS-0001 · 已审核"


def test_a_rejection_needs_a_reason_and_frees_the_stock(strict: Firm) -> None:
    assert strict.press("主管", "驳回").tone == "warn"
    strict.press("主管", "驳回", values={"reason": "价格不对"})
    assert strict.available("LS0830") == 5000
    assert strict.texts("销售")[-1].startswith("吴主管驳回了 XS-0001：价格不对")


def test_a_rejected_order_is_put_right_and_asked_for_again(strict: Firm) -> None:
    strict.press("主管", "驳回", values={"reason": "太多"})
    assert strict.say("销售", "第1行改成25盒").kind == "corrected"
    assert strict.press("销售", "确认").toast == "已确认：XS-0001，等审批"
    assert strict.card("主管").card.title == "销售单 XS-0001 · 待审核"


def test_verdicts_in_words(strict: Firm) -> None:
    assert strict.say("老板", "同意 XS-0001").kind == "approved"


def test_a_bare_verdict_means_the_only_order_that_waits(strict: Firm) -> None:
    assert strict.say("主管", "同意").kind == "approved"


def test_the_same_word_from_a_salesperson_means_nothing(strict: Firm) -> None:
    strict.say("销售", "同意")
    assert strict.document("XS-0001").state.value == "pending"


def test_a_boss_alone_approves_by_a_second_tap(shop: Firm) -> None:
    for setting, value in (("order_limit", "100000"), ("self_approval", "1")):
        firm.set_setting(shop.session, setting, value, None, shop.now)
    supervisor = shop.person("主管")
    people.deactivate(shop.session, supervisor.id, None, shop.now)
    shop.say("老板", "大成装饰 M8*30外六角螺栓 30盒")
    shop.press("老板", "确认")
    order = shop.card("老板")
    assert shop.press("老板", "同意", card=order).tone == "warn"
    assert shop.document("XS-0001").state.value == "pending"
    assert shop.press("老板", "同意").toast == "已同意 XS-0001"


def test_an_edit_voids_the_approval(strict: Firm) -> None:
    strict.press("主管", "同意")
    strict.later(minutes=1)
    assert strict.say("销售", "XS-0001 第1行改成40盒").kind == "corrected"
    assert strict.document("XS-0001").state.value == "pending"
    assert labels(strict.card("主管").card)[:2] == ["同意", "驳回"]


def test_a_waiting_approval_is_reminded_of_once(strict: Firm) -> None:
    strict.later(hours=3)
    assert jobs.remind_approvals(strict.session, strict.now) == 2
    assert jobs.remind_approvals(strict.session, strict.now) == 0
    strict.deliver()
    assert "还在等您审批" in strict.texts("主管")[-1]


def many(shop: Firm, count: int) -> None:
    """So many orders that wait for an approval, of two customers by turns."""
    for number in range(count):
        shop.say("销售", f"{'东风机电' if number % 2 else '海棠门窗'} 平垫片 {number % 3 + 1}盒 单价3")
        assert shop.say("销售", "确认").kind == "confirmed"
        shop.later(minutes=4)


def test_of_many_none_is_forgotten(shop: Firm) -> None:
    """A boss who is away for days decides on nothing: what comes later is still spoken of."""
    many(shop, 11)
    shop.later(hours=3)
    for _ in range(3):
        jobs.remind_approvals(shop.session, shop.now)
    shop.deliver()
    reminded = [text for text in shop.texts("主管") if "还在等您审批" in text]
    assert len(reminded) == len(set(reminded)) == 11
    assert jobs.remind_approvals(shop.session, shop.now) == 0


def test_of_many_the_first_are_listed_and_all_are_counted(shop: Firm) -> None:
    many(shop, 11)
    shop.say("主管", "待审批")
    assert shop.texts("主管")[-1].startswith("等审批的有11张：")
    assert shop.texts("主管")[-1].count("· ") == 10
    assert shop.say("主管", "同意").kind == "asked"
    assert shop.texts("主管")[-1].count("· ") == 10
    shop.say("销售", "大成装饰 平垫片 3盒 单价3")
    shop.say("销售", "确认")
    assert shop.say("主管", "同意大成那单").kind == "approved"


def test_of_many_to_ship_all_are_counted(shop: Firm) -> None:
    for number in range(21):
        shop.say("销售", f"东风机电 生料带 {number % 3 + 1}卷")
        assert shop.say("销售", "确认").kind == "confirmed"
        shop.later(minutes=4)
    shop.say("仓管", "待发货")
    assert shop.texts("仓管")[-1].startswith("等发货的有21张：")
    assert shop.texts("仓管")[-1].count("· ") == 10


def test_what_waits_for_me_is_another_thing_for_each_of_us(strict: Firm) -> None:
    strict.say("主管", "待办")
    assert strict.card("主管").card.title == "销售单 XS-0001 · 待审核"
    strict.press("主管", "同意")
    strict.say("仓管", "待办。")
    assert strict.card("仓管").card.title == "销售单 XS-0001 · 已审核"
    assert "发货" in labels(strict.card("仓管").card)
    strict.say("销售", "我的待办")
    assert "草稿" in strict.texts("销售")[-1]
