"""The inbox keeps everything that was ever said: what is asked of it must not go through all of that."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session

from bot import contacts, heartbeat, inbox
from bot.store import Store, open_store
from bot.store.migrate import migrate
from bot.wecom import codes
from handlers import contact_book, strangers
from handlers.turn import Outcome
from inventory_core import people
from inventory_core.sql import run
from inventory_core.views import Role

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")
LONG_AGO = 1_700_000_000_000_000
OLD = 5000
STEPS = 100  # of SQLite's machine, counted as one


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    path = tmp_path / "danju.db"
    migrate(path, lambda: None)
    with open_store(path) as store:
        yield store


def fill(session: Session) -> None:
    for number in range(OLD):
        run(
            session,
            "INSERT INTO inbox (event_key, platform, kind, conversation, chat, sender, message_ref, sent_at,"
            " received_at, body, state, attempts) VALUES (:key, 'feishu', 'text', 'c', 'c', 'u', :key, :at, :at,"
            ' \'{"text": "库存"}\', :state, 0)',
            key=f"e{number}",
            at=LONG_AGO + number,
            state="poison" if number in (7, 4000) else "done",
        )
        run(
            session,
            "INSERT INTO wecom_card (task_id, account, created_at) VALUES (:task, 'u', :at)",
            task=f"t{number}",
            at=10 * LONG_AGO + number,
        )


def steps(session: Session, what: Callable[[Session], object]) -> tuple[int, Any]:
    count = 0

    def step() -> int:
        nonlocal count
        count += 1
        return 0

    driver = session.connection().connection.driver_connection
    assert driver is not None
    driver.set_progress_handler(step, STEPS)
    found = what(session)
    driver.set_progress_handler(None, STEPS)
    return count, found


def bind(session: Session) -> Outcome:
    person = people.add_person(session, "王芳", (Role.SALES,), NOW)
    contact = contact_book.begin(session, "feishu", "u", NOW, chat="c", name="王芳")
    people.bind(session, person.id, "feishu", "u", NOW)
    return contacts.put_back(session, Outcome(strangers.BOUND, note=str(contact.id)), NOW)


def come_back(session: Session) -> int:
    heartbeat.beat(session, NOW - timedelta(hours=1))
    return heartbeat.tell_of_gap(session, {"feishu": 10.0}, SHANGHAI, NOW)


ASKED: dict[str, Callable[[Session], object]] = {
    "what waits": inbox.waiting,
    "what was set aside": partial(inbox.listing, state="poison"),
    "the newest": partial(inbox.listing, limit=10),
    "what a new colleague said": bind,
    "who wrote today": come_back,
    "a card that goes out": lambda session: codes.card_sent(session, "new", "u", "code", NOW),
}


@pytest.mark.parametrize("asked", ASKED)
def test_what_was_said_long_ago_costs_nothing(store: Store, asked: str) -> None:
    def unit(session: Session) -> tuple[int, Any]:
        fill(session)
        return steps(session, ASKED[asked])

    count, found = store.write_sync(unit)
    assert count < 40
    if asked == "what was set aside":
        assert [row.id for row in found] == [4001, 8]
    if asked == "the newest":
        assert [row.id for row in found] == list(range(OLD, OLD - 10, -1))
