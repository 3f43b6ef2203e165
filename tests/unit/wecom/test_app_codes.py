"""The one-use codes, in any order of sends, clicks, redeliveries and updates: none is ever used twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from bot.channel import Outgoing
from bot.wecom import codes, outgoing
from bot.wecom.outgoing import Step
from inventory_core.sql import run
from tests.support.database import empty_database

NOW = datetime(2026, 11, 24, 2, 30, tzinfo=UTC)

STEPS = st.lists(
    st.tuples(st.sampled_from(["click", "again", "spend", "back", "wait"]), st.integers(0, 5)), max_size=30
)


def arrive(session: Session, number: int, now: datetime) -> None:
    """A click as the channel takes it: its code first, then the inbox."""
    key = f"click{number}"
    codes.card_clicked(session, "t", "ZhangWei", f"code{number}", key, now)
    run(
        session,
        "INSERT INTO inbox (event_key, platform, kind, conversation, chat, sender, message_ref, sent_at, received_at,"
        " body, state, attempts, again) VALUES (:key, 'wecom', 'click', '', '', '', 't', 0, 0, '', 'new', 0, 0)"
        " ON CONFLICT DO NOTHING",
        key=key,
    )


@given(STEPS)
def test_no_code_is_used_twice(steps: list[tuple[str, int]]) -> None:
    now = NOW
    used: list[str] = []
    issued: dict[str, datetime] = {"sent": now}
    clicks = 0
    with empty_database() as session:
        codes.card_sent(session, "t", "ZhangWei", "sent", now)
        for what, number in steps:
            if what == "click":
                clicks += 1
                issued[f"code{clicks}"] = now
                arrive(session, clicks, now)
            elif what == "again" and clicks:
                arrive(session, 1 + number % clicks, now)
            elif what == "wait":
                now += timedelta(hours=number * 10)
            elif what in ("spend", "back"):
                usable = codes.usable(session, "t", now)
                spent = codes.spend(session, "t", now)
                assert usable == (spent is not None)
                if spent is None:
                    continue
                assert spent.account == "ZhangWei"
                assert now - issued[spent.code] < timedelta(hours=72)
                if what == "back":
                    codes.give_back(session, "t", spent)
                else:
                    used.append(spent.code)
    assert len(used) == len(set(used))


def test_old_cards_are_forgotten() -> None:
    with empty_database() as session:
        codes.card_sent(session, "old", "ZhangWei", "a", NOW)
        codes.card_sent(session, "new", "ZhangWei", "b", NOW + timedelta(days=91))
        assert run(session, "SELECT task_id FROM wecom_card") == [("new",)]


WORDS = st.text(alphabet=st.characters(blacklist_categories=["Cs"]), max_size=40)


@given(st.lists(st.builds(Step, path=st.just("message/send"), body=WORDS, task=WORDS), min_size=1, max_size=5))
def test_a_wire_is_kept_to_the_byte(steps: list[Step]) -> None:
    assert outgoing.load(outgoing.dump(steps)) == steps


def test_a_task_id_is_the_same_in_every_try_and_in_no_other_row() -> None:
    item = Outgoing(1, "k", "c", "card", "", created_at=NOW)
    restored = Outgoing(1, "k", "c", "card", "", created_at=NOW + timedelta(microseconds=1))
    assert outgoing.task_id(item) == outgoing.task_id(Outgoing(9, "k", "d", "text", "x", created_at=NOW))
    assert outgoing.task_id(item) != outgoing.task_id(restored)
    assert len(outgoing.task_id(item)) <= 128
