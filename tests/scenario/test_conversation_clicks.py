"""Every click is answered, and none does harm."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from handlers.clicks import click
from handlers.turn import Click
from inventory_core import people, products
from inventory_core.views import Role
from tests.support.chat import PLATFORM, Firm, fresh_firm, labels


@pytest.fixture
def shop() -> Iterator[Firm]:
    yield from fresh_firm()


@pytest.fixture
def drafted(shop: Firm) -> Firm:
    shop.say("销售", "东风机电 M8*30外六角螺栓 10盒")
    return shop


def test_the_same_click_five_times_confirms_once(drafted: Firm) -> None:
    card = drafted.card("销售")
    results = [drafted.press("销售", "确认", card=card, deliver=False) for _ in range(5)]
    assert [one.outcome.kind for one in results] == ["confirmed", *["repeated"] * 4]
    assert results[1].toast == "XS-0001 已经是“已审核”了"
    assert drafted.available("LS0830") == 4000
    drafted.deliver()
    assert len([one for one in drafted.said_to("销售") if one.kind != "text"]) == 2


def test_a_click_on_an_old_card_says_so_and_shows_the_new_one(drafted: Firm) -> None:
    old = drafted.card("销售")
    drafted.later(minutes=5)
    drafted.say("销售", "第1行改成5盒")
    result = drafted.press("销售", "确认", card=old)
    assert result.toast == "单子刚更新过，请看最新的卡片"
    assert drafted.document("草稿1").number is None
    assert drafted.card("销售").ref != old.ref
    assert drafted.press("销售", "确认").outcome.kind == "confirmed"


def test_a_click_on_another_s_draft_is_refused(shop: Firm) -> None:
    people.add_person(shop.session, "小钱", (Role.SALES,), shop.now)
    shop.say("销售", "东风机电 生料带 10卷", chat="group:all")
    card = shop.card("group:all")
    result = shop.press("小钱", "确认", card=card)
    assert result.outcome.kind == "refused"
    assert "小周" in result.toast
    assert shop.document("草稿1").number is None


def test_a_click_without_the_right_is_refused_and_the_card_comes_again(shop: Firm) -> None:
    shop.say("销售", "东风机电 生料带 10卷", chat="group:all")
    shop.press("销售", "确认", card=shop.card("group:all"))
    before = shop.count()
    result = shop.press("采购", "发货", card=shop.card("group:all"))
    assert (result.tone, result.outcome.kind) == ("warn", "refused")
    assert shop.count() > before
    assert shop.document("XS-0001").state.value == "approved"


def test_an_unknown_token_is_answered(shop: Firm) -> None:
    person = shop.person("销售")
    result = click(shop.session, Click(1, PLATFORM, "1", "1", person, "deadbeef", {}, shop.now, "b1"))
    assert result.tone == "warn"


def test_a_choice_that_was_not_offered_is_refused(shop: Firm) -> None:
    for number in range(9):  # more kinds than there are buttons
        products.add_product(shop.session, name="圆钉", spec=f"{number + 1}寸", base_unit="斤", now=shop.now)
    shop.say("销售", "东风机电 圆钉 5斤")
    card = shop.card("销售")
    choice = card.card.choices[0]
    for value in ("", "abc", "999999", str(shop.product("SLD").id)):
        click(
            shop.session,
            Click(
                99,
                PLATFORM,
                card.chat,
                "1",
                shop.person("销售"),
                choice.token,
                {choice.name: value},
                shop.now,
                card.ref,
            ),
        )
    assert shop.document("草稿1").lines[0].product is None


def test_a_question_answered_twice_counts_once(drafted: Firm) -> None:
    drafted.later(minutes=5)
    drafted.say("销售", "第1行改成9盒", late=True)
    card = drafted.card("销售")
    drafted.press("销售", "加进去", card=card)
    assert drafted.press("销售", "加进去", card=card).outcome.kind == "repeated"
    assert drafted.document("草稿1").version == 2
    assert labels(drafted.card("销售").card) == ["确认", "改", "取消"]


def test_another_person_cannot_answer_for_the_author(drafted: Firm) -> None:
    drafted.later(minutes=5)
    drafted.say("销售", "第1行改成9盒", late=True)
    assert drafted.press("老板", "加进去", card=drafted.card("销售")).outcome.kind == "refused"
    assert drafted.document("草稿1").version == 1


def test_change_tells_how(drafted: Firm) -> None:
    assert "第2行改成5箱" in drafted.press("销售", "改").toast


def test_a_change_from_another_chat_sent_before_the_order_it_would_hit_is_a_question(shop: Firm) -> None:
    shop.say("销售", "东风机电 M8*30外六角螺栓 10盒")
    shop.press("销售", "确认")
    held_up = shop.say("销售", "刚才那单第1行改成3盒", chat="group:all", to_bot=True, ago=timedelta(minutes=1))
    assert held_up.kind == "asked"
    assert shop.document("XS-0001").lines[0].qty == 10
    shop.press("销售", "加进去", card=shop.card("group:all"))
    assert shop.document("XS-0001").lines[0].qty == 3


def test_a_line_named_without_its_order_is_of_the_order_above_not_of_another_chat(shop: Firm) -> None:
    shop.say("销售", "东风机电 M8*30外六角螺栓 10盒")
    shop.press("销售", "确认")
    shop.later(minutes=5)
    shop.say("销售", "东风机电 生料带 10卷", chat="group:all", to_bot=True)
    shop.press("销售", "确认", card=shop.card("group:all"))
    shop.later(minutes=5)
    assert shop.say("销售", "第1行改成3盒").kind == "corrected"
    assert shop.document("XS-0001").lines[0].qty == 3
    assert shop.document("XS-0002").lines[0].qty == 10
