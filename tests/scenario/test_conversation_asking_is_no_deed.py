"""Who asks about a document, or puts off what is to be done with it, has done nothing to it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from inventory_core import firm
from nlp.intents import sayings
from tests.support.chat import Firm, fresh_firm


@pytest.fixture
def shop() -> Iterator[Firm]:
    yield from fresh_firm()


@pytest.fixture
def waiting(shop: Firm) -> Firm:
    firm.set_setting(shop.session, "order_limit", "100", None, shop.now)
    shop.say("销售", "大成装饰 M8*30外六角螺栓 30盒")
    shop.press("销售", "确认")
    return shop


@pytest.mark.parametrize(
    "said",
    [
        "为什么要审批",
        "谁审批",
        "等等再批",
        "先别驳回",
        "不驳回了",
        "客户同意了",
        "这个单客户已经同意了",
        "XS-0001 为什么要审批",
        "XS-0001 谁同意的",
        "XS-0001为什么被驳回",
        "驳回了吗",
        "行不行",
    ],
)
def test_a_question_is_no_verdict(waiting: Firm, said: str) -> None:
    waiting.say("主管", said)
    assert waiting.document("XS-0001").state_label == "待审核"
    assert waiting.card("主管").card.title == "销售单 XS-0001 · 待审核"


@pytest.mark.parametrize("said", ["同意", "同意吧", "审批通过", "XS-0001 同意，下不为例", "客户急，同意", "行，批了"])
def test_a_verdict_stays_one(waiting: Firm, said: str) -> None:
    assert waiting.say("主管", said).kind == "approved"


@pytest.mark.parametrize("said", ["驳回 XS-0001 为什么没写单价", "驳回，价格太低", "XS-0001 不同意，怎么这么低"])
def test_a_reason_may_ask(waiting: Firm, said: str) -> None:
    waiting.say("主管", said)
    assert waiting.document("XS-0001").state_label == "已驳回"


def test_among_several_the_list(waiting: Firm) -> None:
    waiting.say("销售", "东风机电 M8*30外六角螺栓 10盒")
    waiting.press("销售", "确认")
    waiting.say("主管", "为什么要审批")
    assert waiting.texts("主管")[-1].startswith("等审批的有2张")


@pytest.mark.parametrize("said", ["XS-0001发货了吗", "XS-0001 发货没有", "XS-0001什么时候发货？", "XS-0001 发货了没"])
def test_who_asks_whether_goods_have_left_ships_nothing(shop: Firm, said: str) -> None:
    shop.say("销售", "大成装饰 M8*30外六角螺栓 3盒")
    shop.press("销售", "确认")
    for who in ("仓管", "销售"):
        shop.say(who, said)
        assert shop.document("XS-0001").state_label == "已审核"
        assert shop.card(who).card.title == "销售单 XS-0001 · 已审核"


@pytest.mark.parametrize("said", ["发货 XS-0001", "XS-0001 发货了", "发货 XS-0001 第1行 2盒"])
def test_who_ships_ships(shop: Firm, said: str) -> None:
    shop.say("销售", "大成装饰 M8*30外六角螺栓 3盒")
    shop.press("销售", "确认")
    assert shop.say("仓管", said).kind == "shipped"


def test_words_that_ask() -> None:
    assert sayings.only_asks("确认了吗")
    assert not sayings.only_asks("确认")
    assert not sayings.only_asks("发货 XS-0001 没有破损")


def test_a_discount_asked_for_is_not_given(shop: Firm) -> None:
    shop.say("小周", "东风 M8*30外六角螺栓 5盒")
    before = shop.card("小周").card
    assert shop.say("小周", "85折行不行").kind == "asked"
    assert "打9折" in shop.texts("小周")[-1]
    shop.say("小周", "草稿1")
    assert shop.card("小周").card.fields == before.fields
