"""Of several open drafts the one whose card was just shown is meant; long after, or where several came at once, it is
asked about."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from notifications import delivery
from tests.support.chat import Firm, fresh_firm, labels, lines


@pytest.fixture
def shop() -> Iterator[Firm]:
    yield from fresh_firm()


@pytest.fixture
def two(shop: Firm) -> Firm:
    shop.say("销售", "东风机电 M8*30外六角螺栓 5盒")
    shop.later(seconds=40)
    shop.say("销售", "海棠门窗 M8平垫 6盒")
    shop.later(seconds=40)
    return shop


def test_a_sentence_changes_the_card_just_shown(two: Firm) -> None:
    assert two.say("销售", "第1行改成8盒").kind == "corrected"
    assert (lines(two, "草稿1"), lines(two, "草稿2")) == ([("LS0830", 5)], [("PD08", 8)])


def test_confirmed_is_the_card_just_shown(two: Firm) -> None:
    assert two.say("销售", "确认").kind == "confirmed"
    assert two.document("XS-0001").partner_said == "海棠门窗"
    assert two.document("草稿1").number is None


def test_then_the_other_one_is_the_only_one(two: Firm) -> None:
    two.say("销售", "确认")
    assert two.say("销售", "确认").kind == "confirmed"
    assert two.document("XS-0002").partner_said == "东风机电"


def test_what_was_taken_up_again_is_meant(two: Firm) -> None:
    two.later(minutes=20)
    two.say("销售", "继续 草稿1")
    assert two.say("销售", "第1行改成8盒").kind == "corrected"
    assert two.say("销售", "确认").kind == "confirmed"
    assert two.document("XS-0001").partner_said == "东风机电"


def test_just_now_is_what_was_just_shown(two: Firm) -> None:
    two.say("销售", "确认")
    two.say("销售", "继续 草稿1")
    assert two.say("销售", "刚才那单再加两盒M8螺母").kind == "corrected"
    assert lines(two, "草稿1") == [("LS0830", 5), ("LM08", 2)]


@pytest.mark.parametrize("said", ["确认", "取消", "第1行改成8盒", "怎么看出来的"])
def test_long_after_it_is_asked(two: Firm, said: str) -> None:
    two.later(minutes=10)
    assert two.say("销售", said).kind == "asked"
    assert labels(two.card("销售").card) == ["草稿2", "草稿1"]


@pytest.mark.parametrize("said", ["确认", "取消", "第1行改成8盒"])
def test_several_that_came_at_once_are_asked_about(shop: Firm, said: str) -> None:
    shop.say("销售", "东风机电 M8*30外六角螺栓 5盒\n海棠门窗 M8平垫 6盒")
    assert lines(shop, "草稿2") == [("PD08", 6)]
    assert shop.say("销售", said).kind == "asked"


def test_words_written_before_the_card_came_are_asked_about(two: Firm) -> None:
    assert two.say("销售", "确认", ago=timedelta(minutes=1)).kind == "asked"
    assert two.document("草稿2").number is None


def test_who_else_looks_at_a_draft_puts_it_before_nobodys_eyes(two: Firm) -> None:
    count = len(two.said_to("销售"))
    two.say("主管", "草稿1")
    assert len(two.said_to("销售")) == count, "a card that says the same is not sent again"
    assert two.say("销售", "确认").kind == "confirmed"
    assert two.document("XS-0001").partner_said == "海棠门窗"


def test_what_somebody_else_changes_meanwhile_is_not_what_was_shown(two: Firm) -> None:
    two.say("主管", "草稿1 第1行改成8盒")
    assert [one.kind for one in two.said_to("销售")[-2:]] == ["card_update", "text"], "it changes where it stands"
    assert two.say("销售", "确认").kind == "confirmed"
    assert two.document("XS-0001").partner_said == "海棠门窗"


def test_a_card_that_had_to_come_anew_is_asked_about(two: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a platform cannot change it any more, what somebody else did puts it below the one just shown."""
    monkeypatch.setattr(two, "deliver", lambda: None)
    two.say("主管", "草稿1 第1行改成8盒")
    monkeypatch.undo()
    [row] = [one for one in delivery.due(two.session, two.now) if one.chat == two.chat_of("销售")]
    assert delivery.claim(two.session, row.id, two.now)
    assert delivery.reissue(two.session, row.id, "no code left")
    two.deliver()
    assert [one.kind for one in two.said_to("销售")[-2:]] == ["card", "text"]
    assert two.say("销售", "确认").kind == "asked"


def test_a_number_answers_the_card_just_shown(shop: Firm) -> None:
    shop.say("销售", "东风机电 外六角螺栓 5盒")
    shop.later(seconds=40)
    shop.say("销售", "海棠门窗 外六角螺栓 6盒")
    assert shop.say("销售", "2").kind == "answered"
    assert (lines(shop, "草稿1"), lines(shop, "草稿2")) == ([("?", 5)], [("LS0840", 6)])
