"""In a group the bot speaks only when it is spoken to."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.chat import Firm, fresh_firm


@pytest.fixture
def shop() -> Iterator[Firm]:
    yield from fresh_firm()


ROOM = "group:all"


def test_talk_among_people_is_left_alone(shop: Firm) -> None:
    for text in ("中午吃什么", "螺栓有点不好卖", "可以", "确认", "取消", "发货了吗", "M8的螺母还有多少", "今天谁值班"):
        shop.say("销售", text, chat=ROOM)
    assert shop.said_to(ROOM) == []


def test_a_clear_order_in_a_group_gets_its_card_there(shop: Firm) -> None:
    assert shop.say("销售", "海棠门窗 生料带 5卷", chat=ROOM).kind == "drafted"
    assert shop.card(ROOM).card.title == "销售单 草稿1 · 待确认"


def test_named_the_bot_answers(shop: Firm) -> None:
    assert shop.say("销售", "库存 M8*30", chat=ROOM, to_bot=True).kind == "answered"


def test_drafts_of_two_people_in_one_group_stay_apart(shop: Firm) -> None:
    shop.say("销售", "海棠门窗 生料带 5卷", chat=ROOM)
    shop.later(seconds=10)
    shop.say("老板", "东风机电 生料带 7卷", chat=ROOM)
    shop.later(seconds=10)
    shop.say("销售", "六角螺母M8 2盒", chat=ROOM)
    assert [len(shop.document(ref).lines) for ref in ("草稿1", "草稿2")] == [2, 1]


def test_a_draft_of_the_group_is_not_changed_from_elsewhere(shop: Firm) -> None:
    shop.say("销售", "海棠门窗 生料带 5卷", chat=ROOM)
    shop.later(seconds=10)
    shop.say("销售", "六角螺母M8 2盒")
    assert len(shop.document("草稿1").lines) == 1


def test_a_question_is_answered_by_whom_it_asks(shop: Firm) -> None:
    for said in ("东风 M8*30螺栓 5盒", "大成 平垫片 2盒"):
        shop.say("销售", said, chat="group:all", to_bot=True)
        shop.later(minutes=10)
    assert shop.say("销售", "第1行改成8盒", chat="group:all", to_bot=True).kind == "asked"
    asked = shop.card("group:all")
    assert shop.press("主管", "草稿1", card=asked).toast == "这是问小周的，请本人来答"
    assert shop.document("草稿1").lines[0].qty == 5
    shop.press("销售", "草稿1", card=asked)
    assert shop.document("草稿1").lines[0].qty == 8
    assert shop.press("主管", "草稿1", card=asked).toast == "这个已经答过了"


def test_who_changes_or_drops_anothers_paper_tells_its_author(shop: Firm) -> None:
    shop.say("销售", "东风 平垫片 3盒")
    shop.say("销售", "确认")
    shop.say("主管", "XS-0001 第1行改成2盒")
    assert shop.texts("销售")[-1] == "吴主管改了 XS-0001：第1行 3盒 → 2盒"
    shop.say("主管", "撤销 XS-0001")
    assert shop.texts("销售")[-1] == "吴主管撤销了 XS-0001"
    shop.say("采购", "永固报价 M8*30螺栓 11.77一盒")
    shop.say("主管", "草稿2 第1行单价10")
    assert shop.texts("采购")[-1] == "吴主管改了 草稿2：请看卡片"
    count = len(shop.texts("采购"))
    shop.say("采购", "取消")
    assert len(shop.texts("采购")) == count
