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
