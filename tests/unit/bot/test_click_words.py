"""Where a platform shows no toast, clicks are answered in words: refusals always, the rest where needed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlmodel import Session

from bot.inbound import Inbound, InboundKind
from bot.inbox import Waiting
from bot.replies import say_toast
from handlers.turn import ClickResult, Outcome
from inventory_core.sql import run
from notifications import outbox
from tests.support.database import empty_database

T0 = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
GOOD = ClickResult("已确认：XS-0001", "good", Outcome("confirmed"))
REFUSED = ClickResult("这张单要主管来点", "warn", Outcome("refused"))


@pytest.fixture
def session() -> Session:
    return empty_database()


def click(*, toasts: bool = False, chat: str = "zhang", chat_kind: str = "direct") -> Waiting:
    inbound = Inbound("wecom", "k", InboundKind.CLICK, chat, "zhang", T0, chat_kind=chat_kind, token="t", toasts=toasts)
    return Waiting(7, inbound, T0)


def said(session: Session) -> list[tuple[str, str]]:
    return [(row[0], row[1]) for row in run(session, "SELECT chat, body FROM outbox WHERE kind = 'text' ORDER BY id")]


def test_a_refusal_is_said_once(session: Session) -> None:
    for _ in range(2):
        say_toast(session, click(), REFUSED, T0)
    assert said(session) == [("zhang", REFUSED.toast)]


def test_a_platform_with_toasts_hears_nothing(session: Session) -> None:
    say_toast(session, click(toasts=True), REFUSED, T0)
    assert said(session) == []


def test_success_is_said_where_no_card_follows(session: Session) -> None:
    say_toast(session, click(), GOOD, T0)
    assert said(session) == [("zhang", GOOD.toast)]


def test_success_that_a_card_shows_is_not_said(session: Session) -> None:
    outbox.say(session, "wecom", "zhang", "the card", inbox_id=7, now=T0)
    say_toast(session, click(), GOOD, T0)
    assert said(session) == [("zhang", "the card")]


def test_a_click_on_what_was_done_before_is_answered_beside_the_card(session: Session) -> None:
    outbox.say(session, "wecom", "zhang", "the card as it is now", inbox_id=7, now=T0)
    say_toast(session, click(), ClickResult("XS-0001 已经是“已审核”了", "info", Outcome("repeated")), T0)
    assert said(session)[-1] == ("zhang", "XS-0001 已经是“已审核”了")


def test_a_refusal_in_a_group_goes_to_the_person_who_can_be_reached(session: Session) -> None:
    say_toast(session, click(chat="group", chat_kind="group"), REFUSED, T0)
    outbox.see_chat(session, "wecom", "zhang", "direct", None, T0)
    run(session, "DELETE FROM outbox")
    say_toast(session, click(chat="group", chat_kind="group"), REFUSED, T0)
    assert said(session) == [("zhang", REFUSED.toast)]
