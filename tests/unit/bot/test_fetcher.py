"""A file that cannot be had keeps nobody waiting for long, and its sender learns why."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import wording
from bot.attachments import Attachments
from bot.channel import LOST_PICTURE, Outgoing, SendFailed
from bot.fetcher import Fetcher
from bot.inbound import Inbound, InboundFile, InboundKind
from bot.inbox import Waiting
from bot.store import Store
from inventory_core.sql import run

T0 = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


class Shelf:
    """A channel whose files are what the test says; a list is what its next tries give."""

    platform = "shelf"

    def __init__(self) -> None:
        self.files: dict[str, list[bytes | Exception]] = {}
        self.tries = 0

    async def send(self, item: Outgoing) -> str:
        raise AssertionError("nothing is sent here")

    async def fetch(self, ref: str) -> bytes:
        self.tries += 1
        found = self.files[ref]
        answer = found.pop(0) if len(found) > 1 else found[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


class Desk:
    def __init__(self, path: Path) -> None:
        self.shelf = Shelf()
        self.store = Store(path / "a.db")
        self.store.write_sync(
            lambda session: run(session, "CREATE TABLE inbox (id INTEGER PRIMARY KEY, body TEXT) STRICT")
        )
        self.fetcher = Fetcher(self.store, {"shelf": self.shelf}, Attachments(path / "files"))

    async def bring(self, *files: InboundFile, text: str = "") -> Inbound:
        inbound = Inbound("shelf", "k", InboundKind.TEXT, "a", "a", T0, text=text, files=files)
        return (await self.fetcher.finished(Waiting(1, inbound, T0))).inbound


@pytest.fixture
async def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    monkeypatch.setattr("bot.fetcher.PAUSE_SECONDS", 0.001)
    monkeypatch.setattr("bot.fetcher.LONGEST_PAUSE_SECONDS", 0.01)
    desk = Desk(tmp_path)
    yield desk
    desk.store.close()


async def test_a_busy_platform_is_asked_again(desk: Desk) -> None:
    desk.shelf.files["p"] = [SendFailed("busy", retry_after=60), SendFailed("busy"), b"picture"]
    [file] = (await desk.bring(InboundFile("p"))).files
    assert (file.sha256 is not None, file.problem, desk.shelf.tries) == (True, "", 3)


async def test_after_some_tries_its_sender_is_asked_for_it_again(desk: Desk) -> None:
    desk.shelf.files["p"] = [SendFailed("busy")]
    [file] = (await desk.bring(InboundFile("p"))).files
    assert (file.sha256, file.problem) == (None, wording.NOT_FETCHED)


async def test_what_will_never_come_is_not_asked_for_again(desk: Desk) -> None:
    desk.shelf.files["p"] = [SendFailed("这张图片已经过期，请再发一次", permanent=True)]
    [file] = (await desk.bring(InboundFile("p"))).files
    assert (file.problem, desk.shelf.tries) == ("这张图片已经过期，请再发一次", 1)


async def test_what_is_known_not_to_come_is_not_asked_for(desk: Desk) -> None:
    [file] = (await desk.bring(InboundFile("", problem="一次最多看50张图"))).files
    assert (file.problem, desk.shelf.tries) == ("一次最多看50张图", 0)


async def test_words_that_were_fetched_become_the_text(desk: Desk) -> None:
    desk.shelf.files["words"] = [f"张三 10:01\nM8*30 5盒\n{LOST_PICTURE}".encode()]
    found = await desk.bring(InboundFile("words", kind="words"), text="看这个")
    assert found.text.startswith("看这个\n张三 10:01\nM8*30 5盒")
    assert [file.problem for file in found.files] == [wording.LOST_PICTURE]
