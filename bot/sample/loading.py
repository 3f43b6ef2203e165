"""Loading the sample company in small units. Interrupted at any point, the next call goes on where it stopped: the
firm's name is set last, so a database without one is not ready yet."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlmodel import Session

from bot.importing.run import run_sync
from bot.importing.steps import Progress, Read, Report, Steps, Write, import_steps, recover_steps
from bot.sample import history
from bot.sample.company import FIRM, NAME, company
from inventory_core import firm, sql

_COUNTER = "sample history"

AsyncWriter = Callable[[Callable[[Session], Any]], Awaitable[Any]]
SyncWriter = Callable[[Callable[[Session], Any]], Any]


async def load(write: AsyncWriter, now: datetime) -> None:
    """Load the sample company through ``store.write``. Takes about two seconds of processor time."""
    steps = _steps(now)
    answer: Any = None
    while True:
        try:
            step = steps.send(answer)
        except StopIteration:
            return
        answer = None if isinstance(step, Progress) else await write(step.fn)


def load_sync(write: SyncWriter, now: datetime) -> None:
    """The same through ``store.write_sync``, for command lines and tests."""
    run_sync(write, write, _steps(now))


def _steps(now: datetime) -> Steps:
    before = now - timedelta(days=history.DAYS + 1)
    yield Write(partial(_settings, FIRM, now))
    yield from recover_steps(lambda: before)
    rows = company()
    yield from import_steps(rows, "示例公司", lambda: before)
    yield from _history(history.events(rows, now))
    yield Write(partial(_settings, {"name": NAME}, now))
    return Report()


def _history(events: list[history.Event]) -> Generator[Read | Write | Progress, Any, None]:
    done: int = yield Read(lambda session: sql.value(session, _DONE, name=_COUNTER) or 0)
    for start in range(done, len(events), history.EVENTS_A_UNIT):
        yield Write(partial(_play, events[start : start + history.EVENTS_A_UNIT]))
        yield Progress("示例单据", start, len(events))


_DONE = "SELECT value FROM counter WHERE name = :name"
_COUNT = """
INSERT INTO counter (name, value) VALUES (:name, :count) ON CONFLICT (name) DO UPDATE SET value = value + :count"""


def _play(events: list[history.Event], session: Session) -> None:
    for event in events:
        event.play(session)
    sql.run(session, _COUNT, name=_COUNTER, count=len(events))


def _settings(values: dict[str, str], now: datetime, session: Session) -> None:
    for key, value in values.items():
        firm.set_setting(session, key, value, None, now)
