"""What may go out goes out; what cannot keeps nobody else waiting."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session

from bot.channel import Outgoing
from bot.metrics import Metrics
from bot.sender import Sender
from bot.store import Store
from bot.workers import JobFailed
from inventory_core.sql import run
from notifications import outbox
from notifications.tables import OutboxRow

T0 = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


class Wall:
    """A channel that keeps what it is sent; ``broken`` words make it fail as no channel should."""

    platform = "wall"

    def __init__(self) -> None:
        self.shown: list[str] = []
        self.broken: set[str] = set()

    async def send(self, item: Outgoing) -> str:
        if item.body in self.broken:
            raise KeyError(item.body)
        self.shown.append(item.body)
        return str(len(self.shown))

    async def fetch(self, ref: str) -> bytes:
        raise AssertionError("nothing to fetch")


async def _no_printer(_body: dict[str, Any]) -> str:
    raise JobFailed("no such paper")


class Post:
    """A sender over a real store."""

    def __init__(self, path: Path) -> None:
        self.store = Store(path)
        self.store.write_sync(self._make_table)
        self.wall = Wall()
        self.sender = Sender(self.store, {"wall": self.wall}, _no_printer, Metrics())

    @staticmethod
    def _make_table(session: Session) -> None:
        for table in ("outbox", "known_chat"):
            OutboxRow.metadata.tables[table].create(session.connection())

    def say(self, text: str) -> None:
        self.store.write_sync(lambda session: outbox.say(session, "wall", "a", text, now=T0))

    def states(self) -> list[tuple[str, int]]:
        rows = self.store.read_sync(lambda session: run(session, "SELECT state, attempts FROM outbox ORDER BY id"))
        return [(str(row[0]), int(row[1])) for row in rows]


@pytest.fixture
async def post(tmp_path: Path) -> AsyncIterator[Post]:
    post = Post(tmp_path / "a.db")
    yield post
    await post.sender.stop(1)
    post.store.close()


async def test_what_cannot_be_printed_does_not_silence_its_chat(post: Post) -> None:
    put = """INSERT INTO outbox(key, platform, chat, kind, body, state, attempts, next_at, created_at)
             VALUES('f', 'wall', 'a', 'file', '{"name":"a.pdf","document_id":1}', 'new', 0, 0, 0)"""
    post.store.write_sync(lambda session: run(session, put))
    post.say("next")
    await post.sender.start()
    async with asyncio.timeout(10):
        await post.sender.idle()
    assert post.wall.shown == ["next"]
    assert post.states() == [("dead", 1), ("sent", 1)]


async def test_a_send_that_fails_by_our_own_fault_is_given_up_after_three_tries(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.sender.PAUSES", (0,))
    post.wall.broken = {"broken"}
    post.say("broken")
    post.say("next")
    await post.sender.start()
    async with asyncio.timeout(10):
        await post.sender.idle()
    assert post.wall.shown == ["next"]
    assert post.states() == [("dead", 3), ("sent", 1)]


async def test_stopping_does_not_wait_for_a_database_that_does_not_answer(post: Post) -> None:
    post.say("held up")
    stranger = sqlite3.connect(post.store.path, isolation_level=None)
    stranger.execute("BEGIN IMMEDIATE")
    vars(post.sender)["_loop"] = asyncio.create_task(post.sender._run())  # start() itself would wait
    await asyncio.sleep(0.1)
    try:
        async with asyncio.timeout(10):
            await post.sender.stop(0.2)
    finally:
        stranger.execute("ROLLBACK")
        stranger.close()
