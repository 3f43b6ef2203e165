"""Supervising the child: how long it waits, and children that die, hang, talk nonsense or are silent."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from typing import Any

import psutil
import pytest
from pydantic import SecretStr

from bot.feishu import long, refusals
from bot.feishu.long import LongConnection, Pace
from bot.settings import Settings

PATIENCE = 30.0
DIES = "pass"
HANGS = "import time; time.sleep(3600)"
NONSENSE = "import sys, time; sys.stdout.buffer.write(b'\\xff' * 100); sys.stdout.flush(); time.sleep(3600)"
NO_OP = (
    "import sys, time; from bot.workers import frames;"
    "sys.stdout.buffer.write(frames.encode({'hello': 1})); sys.stdout.flush(); time.sleep(3600)"
)
NEVER_CONNECTS = (
    "import sys, time; from bot.workers import frames;"
    "sys.stdout.buffer.write(frames.encode({'op': 'ready'})); sys.stdout.flush(); time.sleep(3600)"
)


async def receive(_envelope: dict[str, Any]) -> dict[str, Any]:
    return {}


class Notes:
    def __init__(self, error: Exception | None = None) -> None:
        self.written: list[tuple[str, str]] = []
        self.error = error

    async def __call__(self, key: str, value: str) -> None:
        if self.error is not None:
            raise self.error
        self.written.append((key, value))


def connection(notes: Notes, pace: Pace) -> LongConnection:
    settings = Settings(feishu_app_id="cli_1", feishu_app_secret=SecretStr("s"), feishu_base_url="http://127.0.0.1:1")
    return LongConnection(settings, receive, notes, pace)


@pytest.fixture
def spawned(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], list[int]]:
    """Let every child run some other code; the list gets their process ids."""

    def use(code: str) -> list[int]:
        pids: list[int] = []

        async def spawn(self: LongConnection) -> asyncio.subprocess.Process:
            pipe = asyncio.subprocess.PIPE
            process = await asyncio.create_subprocess_exec(sys.executable, "-c", code, stdin=pipe, stdout=pipe)
            pids.append(process.pid)
            return process

        monkeypatch.setattr(LongConnection, "_spawn", spawn)
        return pids

    return use


async def until(reached: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not reached():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("code", [DIES, HANGS, NONSENSE, NO_OP, NEVER_CONNECTS], ids=range(5))
async def test_a_child_that_is_of_no_use_is_replaced(spawned: Callable[[str], list[int]], code: str) -> None:
    pids = spawned(code)
    notes = Notes()
    opened = connection(notes, Pace(first=0.01, longest=0.05, load=0.5, connect=0.2))
    await opened.start()
    await until(lambda: len(pids) >= 3)
    await opened.stop()
    assert ("problem", refusals.CHILD_GONE) in notes.written
    assert not any(psutil.pid_exists(pid) for pid in pids)


async def test_stopping_does_not_wait_for_a_child_that_is_loading(spawned: Callable[[str], list[int]]) -> None:
    pids = spawned(HANGS)
    opened = connection(Notes(), Pace(stop=3600.0))
    await opened.start()
    await until(lambda: bool(pids) and opened.pid is not None)
    await opened.stop()
    assert not psutil.pid_exists(pids[0])
    assert opened.state == long.State(long.STOPPED)


async def test_stopping_at_once_and_twice(spawned: Callable[[str], list[int]]) -> None:
    pids = spawned(HANGS)
    opened = connection(Notes(), Pace())
    await opened.stop()
    await opened.start()
    await opened.stop()
    await opened.stop()
    assert not any(psutil.pid_exists(pid) for pid in pids)


async def test_notes_that_cannot_be_written_cost_nothing(spawned: Callable[[str], list[int]]) -> None:
    pids = spawned(DIES)
    opened = connection(Notes(OSError(28, "no space")), Pace(first=0.01, longest=0.05))
    await opened.start()
    await until(lambda: len(pids) >= 3)
    await opened.stop()


def test_pauses_double_up_to_a_minute_with_jitter() -> None:
    opened = connection(Notes(), Pace())
    for wanted in (1, 2, 4, 8, 16, 32, 60, 60, 60):
        assert wanted / 2 <= opened._next_pause() <= wanted


async def test_a_connection_that_held_begins_the_count_anew() -> None:
    opened = connection(Notes(), Pace(settled=10.0))
    for held, pause in ((1.0, 4.0), (11.0, 1.0)):
        opened._failures = 2
        opened._connected_at = opened._now() - held
        opened._settle()
        assert pause / 2 <= opened._next_pause() <= pause
