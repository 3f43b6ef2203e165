"""Events that arrive together are stored together, each once, and each caller hears of its own."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.clock import utc_now
from bot.inbound import Inbound, InboundKind
from bot.inbox import Waiting
from bot.intake import AT_ONCE, Intake
from bot.store import Store, open_store
from bot.store.migrate import migrate

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


def said(key: str, text: str = "库存") -> Inbound:
    return Inbound("wire", key, InboundKind.TEXT, "c1", "u1", NOW, text=text)


class Desk:
    """An intake over a real store, and what it hands on."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.taken_up: list[Waiting] = []
        self.tasks: set[asyncio.Task[Any]] = set()
        self.intake = Intake(store, utc_now, take_up=self.taken_up.append, spawn=self.spawn)

    def spawn(self, work: Coroutine[Any, Any, Any]) -> object:
        task = asyncio.create_task(work)
        self.tasks.add(task)
        return task

    def keys(self) -> list[str]:
        return [item.inbound.event_key for item in self.taken_up]


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    path = tmp_path / "danju.db"
    migrate(path, lambda: None)
    with open_store(path) as store:
        yield Desk(store)


async def test_a_hundred_at_once_are_a_few_commits_and_keep_their_order(desk: Desk) -> None:
    before = desk.store.stats.commits
    found = await asyncio.gather(*(desk.intake.take(said(f"e{n}")) for n in range(100)))
    assert [one.fresh for one in found] == [True] * 100
    assert [one.id for one in found] == sorted({one.id for one in found})
    assert desk.keys() == [f"e{n}" for n in range(100)]
    assert desk.store.stats.commits - before == -(-100 // AT_ONCE)


async def test_the_same_event_twice_in_one_group_is_taken_up_once(desk: Desk) -> None:
    await desk.intake.take(said("old"))
    found = await asyncio.gather(*(desk.intake.take(said(key)) for key in ("a", "b", "a", "old", "b")))
    assert [one.fresh for one in found] == [True, True, False, False, False]
    assert found[0].id == found[2].id
    assert found[1].id == found[4].id
    assert desk.keys() == ["old", "a", "b"]


async def test_one_that_cannot_be_stored_keeps_nobody_out(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = replace(said("broken"))
    object.__setattr__(broken, "text", "x")
    object.__setattr__(broken, "chat", 7)  # STRICT: an INTEGER is no text of the column's
    object.__setattr__(broken, "message_ref", None)  # and NULL is refused
    asked = [desk.intake.take(one) for one in (said("a"), broken, said("b"))]
    first, second, third = await asyncio.gather(*asked, return_exceptions=True)
    assert isinstance(second, sqlite3.Error)
    assert not isinstance(first, BaseException)
    assert not isinstance(third, BaseException)
    assert first.fresh
    assert third.fresh
    assert desk.keys() == ["a", "b"]


async def test_a_caller_that_gives_up_does_not_leave_its_event_behind(desk: Desk) -> None:
    impatient = asyncio.create_task(desk.intake.take(said("a")))
    await asyncio.sleep(0)
    impatient.cancel()
    with pytest.raises(asyncio.CancelledError):
        await impatient
    await asyncio.gather(*desk.tasks)
    assert desk.keys() == ["a"]
    assert not (await desk.intake.take(said("a"))).fresh


async def test_what_arrives_during_a_commit_goes_into_the_next(desk: Desk) -> None:
    hold = asyncio.Event()
    write_raw = desk.store.write_raw

    async def slow(fn: Callable[[sqlite3.Cursor], Any], *, urgent: bool = False) -> Any:
        await hold.wait()
        return await write_raw(fn, urgent=urgent)

    vars(desk.store)["write_raw"] = slow
    first = asyncio.create_task(desk.intake.take(said("a")))
    await asyncio.sleep(0)
    rest = [asyncio.create_task(desk.intake.take(said(key))) for key in ("b", "c")]
    await asyncio.sleep(0)
    before = desk.store.stats.commits
    hold.set()
    await asyncio.gather(first, *rest)
    assert desk.keys() == ["a", "b", "c"]
    assert desk.store.stats.commits - before == 2
