"""A platform that compares requests: the same bytes in every try, and other bytes for what is another message."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session

from bot.channel import CardGone, NotYet, Outgoing, SendFailed
from bot.metrics import Metrics
from bot.sender import Sender, _moving, late
from bot.store import Store
from inventory_core.sql import run
from notifications import card_json, outbox, sql
from notifications.card import Card
from notifications.tables import OutboxRow

T0 = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


class Desk:
    """A channel that prepares. ``answers`` are what its next sends raise or return."""

    platform = "desk"
    window_seconds = 3600.0

    def __init__(self) -> None:
        self.prepared: list[str] = []
        self.sent: list[Outgoing] = []
        self.answers: list[Exception | str] = []
        self.remembered: list[tuple[str, datetime]] = []

    async def prepare(self, item: Outgoing) -> str:
        self.prepared.append(item.key)
        return json.dumps([item.key, item.kind, item.body, len(self.prepared)], ensure_ascii=False)

    async def send(self, item: Outgoing) -> str:
        self.sent.append(item)
        answer = self.answers.pop(0) if self.answers else f"ref{len(self.sent)}"
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def fetch(self, ref: str) -> bytes:
        raise AssertionError("nothing to fetch")

    def remember(self, sends: Iterable[tuple[str, datetime]]) -> None:
        self.remembered = list(sends)


async def _no_printer(_body: dict[str, Any]) -> str:
    raise AssertionError("nothing to print")


class Clock:
    def __init__(self) -> None:
        self.now = T0

    def __call__(self) -> datetime:
        return self.now


class Post:
    def __init__(self, path: Path) -> None:
        self.clock = Clock()
        self.desk = Desk()
        self.store = Store(path)
        self.store.write_sync(self._make_tables)
        self.sender = self.new_sender()

    def new_sender(self) -> Sender:
        return Sender(self.store, {"desk": self.desk}, _no_printer, Metrics(), self.clock)

    @staticmethod
    def _make_tables(session: Session) -> None:
        for table in ("outbox", "known_chat", "card_copy"):
            OutboxRow.metadata.tables[table].create(session.connection())

    def say(self, text: str) -> None:
        self.store.write_sync(lambda session: outbox.say(session, "desk", "a", text, now=self.clock()))

    def rows(self, columns: str) -> list[tuple[Any, ...]]:
        return self.store.read_sync(
            lambda session: [tuple(row) for row in run(session, f"SELECT {columns} FROM outbox ORDER BY id")]
        )

    async def tried(self) -> None:
        """Wait for the first send."""
        for _ in range(1000):
            if self.desk.sent:
                return
            await asyncio.sleep(0.01)
        raise AssertionError("nothing was sent")

    async def all_sent(self) -> None:
        """Let time pass until every row is out."""
        for _ in range(1000):
            if all(row[0] == "sent" for row in self.rows("state")):
                return
            self.clock.now += timedelta(seconds=1)
            self.sender.wake()
            await asyncio.sleep(0.01)
        raise AssertionError(self.rows("state, error"))

    async def drain_or_rest(self) -> None:
        """Wait until the row waits for its next try."""
        for _ in range(1000):
            if self.rows("state") == [("new",)]:
                return
            await asyncio.sleep(0.01)
        raise AssertionError(self.rows("state, error"))

    async def drain(self) -> None:
        async with asyncio.timeout(10):
            await self.sender.idle()


@pytest.fixture
async def post(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Post]:
    monkeypatch.setattr("bot.sender.PAUSES", (0,))
    post = Post(tmp_path / "a.db")
    yield post
    await post.sender.stop(1)
    post.store.close()


async def test_every_try_sends_the_same_bytes_and_prepares_once(post: Post) -> None:
    post.desk.answers = [SendFailed("timeout"), SendFailed("timeout"), "r"]
    post.say("好的")
    await post.sender.start()
    await post.drain()
    assert len(post.desk.prepared) == 1
    assert len({item.wire for item in post.desk.sent}) == 1
    assert len(post.desk.sent) == 3
    assert post.rows("state, attempts, platform_ref") == [("sent", 3, "r")]


async def test_a_try_that_fails_while_the_outbox_is_asked_is_seen(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is due again a moment after the question was put is not taken for nothing to do."""
    post.desk.answers = [SendFailed("timeout", retry_after=0.05), "r"]
    read = post.store.read
    asked: list[Any] = []

    async def slow_read(unit: Any) -> Any:
        if getattr(unit, "func", None) is _moving and not asked:
            asked.append(unit)
            await post.tried()
            await post.drain_or_rest()
            await asyncio.sleep(0.1)
        return await read(unit)

    monkeypatch.setattr(post.store, "read", slow_read)
    post.say("好的")
    drained = asyncio.create_task(post.drain())
    await asyncio.sleep(0)
    await post.sender.start()
    await drained
    assert asked
    assert len(post.desk.sent) == 2


async def test_a_limit_is_waited_out_and_is_no_try(post: Post) -> None:
    post.desk.answers = [NotYet(0.01), NotYet(0.01), "r"]
    post.say("一")
    post.say("二")
    await post.sender.start()
    post.clock.now += timedelta(seconds=1)
    async with asyncio.timeout(10):
        await post.all_sent()
    assert post.rows("state, attempts") == [("sent", 1), ("sent", 1)]
    assert [item.body for item in post.desk.sent] == ["一", "一", "一", "二"]
    assert all(item.first_try_at is None for item in post.desk.sent)


async def test_what_is_half_out_is_not_given_up_for_something_newer(post: Post) -> None:
    half = NotYet(0.01)
    half.no_effect = False  # the list above the card is out, the card is not
    post.desk.answers = [half, "r"]
    post.store.write_sync(lambda session: _card_with_copy(session, 1))
    await post.sender.start()
    await post.tried()
    await post.drain_or_rest()
    assert post.store.write_sync(lambda session: run(session, sql.SUPERSEDE_UNSENT, copy_id=1)) == []
    await post.all_sent()
    assert len({item.wire for item in post.desk.sent}) == 1


async def test_past_the_window_an_unknown_send_says_that_it_is_sent_again(post: Post) -> None:
    post.desk.answers = [SendFailed("timeout", retry_after=0.01)]
    post.say("好的")
    await post.sender.start()
    await post.tried()
    post.clock.now += timedelta(hours=2)
    await post.all_sent()
    first, second = post.desk.sent
    assert second.body == "补发：好的"
    assert second.key != first.key
    assert second.wire != first.wire


def test_what_is_sent_again_twice_says_so_once() -> None:
    text = late("text", late("text", "好的"))
    card = card_json.loads(late("card", late("card", card_json.dumps(Card(title="销售单 XS-0001")))))
    assert (text, card.title) == ("补发：好的", "销售单 XS-0001（补发）")


async def test_a_send_known_to_have_had_no_effect_is_simply_sent_later(post: Post) -> None:
    post.desk.answers = [SendFailed("no network", retry_after=0.01, no_effect=True)]
    post.say("好的")
    await post.sender.start()
    await post.tried()
    post.clock.now += timedelta(hours=2)
    await post.all_sent()
    assert [item.body for item in post.desk.sent] == ["好的", "好的"]


async def test_what_was_said_before_in_the_same_words_is_counted(post: Post) -> None:
    for text in ("好的", "发货了", "好的", "好的"):
        post.say(text)
    post.clock.now += timedelta(hours=5)
    post.say("好的")
    await post.sender.start()
    await post.drain()
    assert [item.repeats for item in post.desk.sent] == [0, 0, 1, 2, 0]


def _card_with_copy(session: Session, live: int) -> None:
    run(
        session,
        "INSERT INTO card_copy (id, document_id, platform, chat, platform_ref, version, live, outbox_id)"
        " VALUES (1, 7, 'desk', 'a', 'old', 1, :live, 1)",
        live=live,
    )
    run(
        session,
        "INSERT INTO outbox (id, key, platform, chat, kind, body, copy_id, target_ref, document_id, document_version,"
        " state, attempts, next_at, created_at)"
        " VALUES (1, 'u', 'desk', 'a', 'card_update', :body, 1, 'old', 7, 2, 'new', 0, 0, 0)",
        body=card_json.dumps(Card(title="销售单 XS-0001")),
    )


async def test_a_card_that_can_be_changed_no_more_is_shown_anew_and_both_stay_known(post: Post) -> None:
    post.store.write_sync(lambda session: _card_with_copy(session, 1))
    post.desk.answers = [CardGone("14 days"), "new"]
    await post.sender.start()
    await post.drain()
    first, second = post.desk.sent
    assert (first.kind, second.kind, second.replaces) == ("card_update", "card", "old")
    assert first.wire != second.wire
    find = post.store.read_sync
    assert find(lambda session: outbox.document_of(session, "desk", "new")) == 7
    assert find(lambda session: outbox.document_of(session, "desk", "old")) == 7
    assert find(lambda session: outbox.stands(session, "desk", "a", 7, "new"))
    assert not find(lambda session: outbox.stands(session, "desk", "a", 7, "old"))
    assert find(lambda session: outbox.newest_for(session, "desk", "new")) is not None


async def test_a_card_nobody_follows_is_not_shown_anew(post: Post) -> None:
    post.store.write_sync(lambda session: _card_with_copy(session, 0))
    post.desk.answers = [CardGone("code is spent")]
    await post.sender.start()
    await post.drain()
    assert len(post.desk.sent) == 1
    assert post.rows("state, error") == [("superseded", "code is spent")]


async def test_a_limiter_is_told_after_a_restart_what_went_out(post: Post) -> None:
    post.say("一")
    await post.sender.start()
    await post.drain()
    await post.sender.stop(1)
    post.clock.now += timedelta(minutes=1)
    post.sender = post.new_sender()
    await post.sender.start()
    assert post.desk.remembered == [("a", T0)]
