"""A slow message goes on by itself, and what went wrong with it is really tried again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from bot import turns
from bot.inbound import Inbound, InboundKind
from bot.inbox import Waiting
from bot.turns import Found, Prepared, Turns
from bot.workers import WorkerDied
from handlers.turn import Basis, Outcome
from inventory_core.errors import Stale
from inventory_core.views import PersonView
from nlp.findings import Context, Intent, Understanding

T0 = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
ITEM = Waiting(1, Inbound("test", "m1", InboundKind.TEXT, "chat", "sender", T0, text="十盒螺栓"), T0)


class DyingParser:
    """Its child dies under the first job, later than a turn waits."""

    def __init__(self) -> None:
        self.jobs = 0

    async def understand(self, text: str, context: Context) -> Found:
        self.jobs += 1
        if self.jobs == 1:
            await asyncio.sleep(0.1)
            raise WorkerDied("killed")
        return Understanding(intent=Intent.NONE), 1

    def want(self, version: int) -> None:
        pass


class SlowParser:
    """It takes longer than a turn waits."""

    async def understand(self, text: str, context: Context) -> Found:
        await asyncio.sleep(0.05)
        return Understanding(intent=Intent.NONE), 1

    def want(self, version: int) -> None:
        pass


class QuietStore:
    async def write(self, unit: Callable[[Any], Any]) -> Any:
        return None


class Shortened(Turns):
    """Without what comes before and after understanding."""

    async def _prepare(self, item: Waiting) -> Prepared:
        said = turns._said(item)
        person = PersonView(1, "小周", frozenset(), True)
        return Prepared(said, person, Context(), Basis(), 1)

    async def _act(self, *_arguments: Any, slow: bool = False) -> Outcome | None:
        return Outcome("slow" if slow else "acted")


async def test_a_slow_message_whose_worker_died_is_understood_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "SLOW_SECONDS", 0.01)
    parser = DyingParser()
    taker = Shortened(cast(Any, QuietStore()), cast(Any, parser), cast(Any, None), lambda: T0)
    works: list[Callable[[], Awaitable[Outcome | None]]] = []
    assert await taker.take(replace(ITEM), spawn=lambda work, _item: works.append(work)) is None
    [work] = works
    with pytest.raises(WorkerDied):
        await work()
    assert await work() == Outcome("slow")
    assert parser.jobs == 2


class Leaver(Shortened):
    """Whose account becomes nobody's while a slow message is read."""

    met = 0
    gone = False

    async def _prepare(self, item: Waiting) -> Prepared:
        prepared = await super()._prepare(item)
        return replace(prepared, person=None) if self.gone else prepared

    async def _act(self, *arguments: Any, slow: bool = False) -> Outcome | None:
        assert arguments[1].person is not None
        self.gone = True
        raise Stale("rights end at once")

    async def _meet(self, item: Waiting) -> Outcome | None:
        self.met += 1
        return Outcome("stranger")


async def test_a_slow_message_of_somebody_who_left_meanwhile_is_a_strangers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "SLOW_SECONDS", 0.01)
    taker = Leaver(cast(Any, QuietStore()), cast(Any, SlowParser()), cast(Any, None), lambda: T0)
    works: list[Callable[[], Awaitable[Outcome | None]]] = []
    assert await taker.take(replace(ITEM), spawn=lambda work, _item: works.append(work)) is None
    [work] = works
    assert await work() == Outcome("stranger")
    assert taker.met == 1
