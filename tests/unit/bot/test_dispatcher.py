"""Order within a conversation, nothing waits for a sick message, clicks overtake, nothing accepted is lost."""

from __future__ import annotations

import asyncio
import errno
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session

from bot import inbox
from bot.dispatcher import AT_ONCE, FAILED_TOAST, Dispatcher, Later
from bot.inbound import Inbound, InboundFile, InboundKind
from bot.inbox import Waiting
from bot.metrics import Metrics
from bot.store import Store
from bot.tables import ConversationRow, InboxRow
from handlers.turn import ClickResult, Outcome
from inventory_core.sql import run

T0 = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


class FakeTurns:
    """Notes in which order messages were acted on; ``trouble`` makes some of them fail."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.acted: list[str] = []
        self.set_aside: list[str] = []
        self.trouble: dict[str, Callable[[], None]] = {}
        self.gates: dict[str, asyncio.Event] = {}

    async def take(self, item: Waiting, *, spawn: Later) -> Outcome | None:
        text = item.inbound.text
        if text in self.gates:
            await self.gates[text].wait()
        if text in self.trouble:
            self.trouble[text]()

        def unit(session: Session) -> Outcome | None:
            if not inbox.still_new(session, item.id):
                return None
            late = inbox.is_late(session, item)
            outcome = Outcome("late" if late else "acted", document_id=None if late else 1)
            inbox.done(session, item, outcome, now=T0)
            return outcome

        outcome = await self.store.write(unit)
        if outcome is not None:
            self.acted.append(f"{text}!" if outcome.kind == "late" else text)
        return outcome

    def blame(self, session: Session, item: Waiting, error: str, now: datetime) -> int | None:
        attempts = inbox.failed(session, item.id, error)
        if attempts < inbox.MAX_ATTEMPTS:
            return attempts
        inbox.set_aside(session, item.id, now)
        self.set_aside.append(item.inbound.text)
        return None


class FakeClicks:
    def __init__(self, store: Store) -> None:
        self.store = store
        self.carried_out = 0
        self.gate: asyncio.Event | None = None

    async def take(self, item: Waiting) -> ClickResult | None:
        if self.gate is not None:
            await self.gate.wait()

        def unit(session: Session) -> ClickResult | None:
            if not inbox.still_new(session, item.id):
                return None
            inbox.done(session, item, Outcome("confirmed", note="已确认"), now=T0)
            return ClickResult("已确认", "good", Outcome("confirmed"))

        result = await self.store.write(unit)
        self.carried_out += result is not None
        return result


class NoFiles:
    def begin(self, item: Waiting) -> None:
        raise AssertionError("no files here")

    async def finished(self, item: Waiting) -> Waiting:
        return item


class Bench:
    """A dispatcher over a real store with fake turns."""

    def __init__(self, path: Path) -> None:
        self.store = Store(path)
        self.effects = 0
        self.boot()

    def boot(self) -> None:
        self.turns = FakeTurns(self.store)
        self.clicks = FakeClicks(self.store)
        self.dispatcher = Dispatcher(
            self.store, self.turns, self.clicks, NoFiles(), Metrics(), on_effect=self._effect, clock=lambda: T0
        )

    def _effect(self) -> None:
        self.effects += 1

    async def say(self, text: str, second: float = 0, sender: str = "小李") -> int:
        return await self.dispatcher.accept(message(text, second, sender))

    def states(self) -> dict[str, str]:
        rows = self.store.read_sync(lambda s: run(s, "SELECT body, state FROM inbox"))
        return {Inbound.from_json(body).text: state for body, state in rows}


def message(text: str, second: float = 0, sender: str = "小李", kind: InboundKind = InboundKind.TEXT) -> Inbound:
    return Inbound("test", f"{sender}:{text}", kind, "chat", sender, T0 + timedelta(seconds=second), text=text)


def make_tables(session: Session) -> None:
    for table in (InboxRow, ConversationRow):
        table.metadata.tables[str(table.__tablename__)].create(session.connection())


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    bench = Bench(tmp_path / "a.db")
    bench.store.write_sync(make_tables)
    yield bench
    await bench.dispatcher.stop(1)
    bench.store.close()


async def test_the_same_event_five_times_in_parallel_is_one_message(bench: Bench) -> None:
    ids = await asyncio.gather(*(bench.say("十盒螺栓") for _ in range(5)))
    await bench.dispatcher.idle()
    assert len(set(ids)) == 1
    assert bench.turns.acted == ["十盒螺栓"]


async def test_messages_of_one_conversation_are_applied_in_the_order_they_were_sent(bench: Bench) -> None:
    bench.turns.gates["first"] = asyncio.Event()
    await bench.say("first", 0)
    for second in (4, 2, 3, 1):
        await bench.say(f"s{second}", second)
    bench.turns.gates["first"].set()
    await bench.dispatcher.idle()
    assert bench.turns.acted == ["first", "s1", "s2", "s3", "s4"]


async def test_a_message_that_arrives_after_a_later_one_was_applied_is_late(bench: Bench) -> None:
    await bench.say("second", 10)
    await bench.dispatcher.idle()
    await bench.say("first", 5)
    await bench.say("other person", 1, sender="小王")
    await bench.dispatcher.idle()
    assert bench.turns.acted == ["second", "first!", "other person"]


async def test_a_sick_message_is_set_aside_after_three_failures_and_nobody_waits(bench: Bench) -> None:
    def fail() -> None:
        raise RuntimeError("boom")

    bench.turns.trouble["sick"] = fail
    await bench.say("sick", 0)
    await bench.say("after", 1)
    await bench.say("elsewhere", 0, sender="小王")
    await bench.dispatcher.idle()
    assert bench.turns.acted == ["elsewhere", "after"]
    assert bench.turns.set_aside == ["sick"]
    assert bench.states() == {"sick": "poison", "after": "done", "elsewhere": "done"}


async def test_trouble_of_the_machine_is_not_the_messages_fault(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    left = [5]

    def full() -> None:
        if left[0]:
            left[0] -= 1
            error = sqlite3.OperationalError("database or disk is full")
            error.sqlite_errorcode = sqlite3.SQLITE_FULL
            raise error

    bench.turns.trouble["order"] = full
    monkeypatch.setattr("bot.dispatcher.TROUBLE_SECONDS", (0.01,))
    await bench.say("order")
    await bench.dispatcher.idle()
    assert bench.turns.acted == ["order"]
    assert bench.states() == {"order": "done"}


async def test_what_a_former_run_left_is_taken_up_at_start(bench: Bench) -> None:
    bench.turns.gates["stuck"] = asyncio.Event()
    await bench.say("stuck", 0)
    await bench.say("behind", 1)
    await bench.dispatcher.stop(0.05)
    bench.boot()
    await bench.dispatcher.start()
    await bench.dispatcher.idle()
    assert bench.turns.acted == ["stuck", "behind"]


async def test_a_retried_message_is_handled_again(bench: Bench) -> None:
    def fail() -> None:
        raise RuntimeError("boom")

    bench.turns.trouble["sick"] = fail
    inbox_id = await bench.say("sick")
    await bench.dispatcher.idle()
    bench.turns.trouble.clear()
    await bench.store.write(lambda s: inbox.retry(s, inbox_id))
    await bench.dispatcher.retry(inbox_id)
    await bench.dispatcher.idle()
    assert bench.turns.acted == ["sick"]


async def test_the_same_click_five_times_in_parallel_is_carried_out_once_and_answered_five_times(bench: Bench) -> None:
    inbound = message("", kind=InboundKind.CLICK)
    results = await asyncio.gather(*(bench.dispatcher.click(inbound) for _ in range(5)))
    later = await bench.dispatcher.click(inbound)
    assert {result.toast for result in [*results, later]} == {"已确认"}
    assert bench.clicks.carried_out == 1


async def test_a_click_that_takes_long_is_answered_in_time_and_still_carried_out(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.dispatcher.CLICK_SECONDS", 0.05)
    bench.clicks.gate = asyncio.Event()
    result = await bench.dispatcher.click(message("", kind=InboundKind.CLICK))
    assert "处理中" in result.toast
    bench.clicks.gate.set()
    await bench.dispatcher.idle()
    assert bench.clicks.carried_out == 1


async def test_a_click_overtakes_its_conversation(bench: Bench) -> None:
    bench.turns.gates["slow picture"] = asyncio.Event()
    await bench.say("slow picture")
    result = await bench.dispatcher.click(message("", 1, kind=InboundKind.CLICK))
    assert result.toast == "已确认"
    assert bench.turns.acted == []
    bench.turns.gates["slow picture"].set()
    await bench.dispatcher.idle()


async def test_an_event_whose_caller_gave_up_is_taken_up_all_the_same(bench: Bench) -> None:
    gate = threading.Event()
    busy = asyncio.create_task(bench.store.write(lambda _session: gate.wait(5)))
    await asyncio.sleep(0.05)
    caller = asyncio.create_task(bench.say("given up"))
    await asyncio.sleep(0.05)
    caller.cancel()
    gate.set()
    await busy
    with pytest.raises(asyncio.CancelledError):
        await caller
    await bench.say("given up")  # the platform sends it again: no news, and acknowledged
    await bench.dispatcher.idle()
    assert bench.turns.acted == ["given up"]


async def test_a_message_that_cannot_even_be_blamed_does_not_end_its_conversation(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def blame(session: Session, item: Waiting, error: str, now: datetime) -> int | None:
        raise ValueError("cannot be written down")

    def fail() -> None:
        raise ValueError("sick")

    monkeypatch.setattr(bench.turns, "blame", blame)
    bench.turns.gates["sick"] = asyncio.Event()
    bench.turns.trouble["sick"] = fail
    await bench.say("sick", 0)
    await bench.say("next", 1)
    bench.turns.gates["sick"].set()
    await bench.dispatcher.idle()
    assert bench.turns.acted == ["next"]
    assert bench.states() == {"sick": "new", "next": "done"}


async def test_files_that_take_long_keep_only_their_own_conversations_waiting(bench: Bench) -> None:
    gate = asyncio.Event()

    class SlowFiles(NoFiles):
        def begin(self, item: Waiting) -> None:
            pass

        async def finished(self, item: Waiting) -> Waiting:
            await gate.wait()
            return item

    vars(bench.dispatcher)["_fetcher"] = SlowFiles()
    for number in range(AT_ONCE + 1):
        picture = message(f"p{number}", 0, f"sender{number}", InboundKind.PICTURE)
        await bench.dispatcher.accept(replace(picture, files=(InboundFile("ref"),)))
    await bench.say("words", 0, "other")
    for _ in range(500):
        if bench.turns.acted:
            break
        await asyncio.sleep(0.01)
    assert bench.turns.acted == ["words"]
    gate.set()
    await bench.dispatcher.idle()
    assert len(bench.turns.acted) == AT_ONCE + 2


async def test_a_disk_too_full_for_a_picture_blames_no_message(bench: Bench) -> None:
    times = 0

    def full() -> None:
        nonlocal times
        times += 1
        if times < 3:
            raise OSError(errno.ENOSPC, "No space left on device")

    bench.turns.trouble["picture"] = full
    await bench.say("picture")
    await bench.dispatcher.idle()
    assert bench.turns.acted == ["picture"]
    assert bench.store.read_sync(lambda s: run(s, "SELECT attempts FROM inbox")) == [(0,)]


async def test_a_click_that_was_set_aside_says_so_when_it_comes_again(bench: Bench) -> None:
    click = message("确认", kind=InboundKind.CLICK)
    await bench.dispatcher.click(click)
    await bench.dispatcher.idle()
    await bench.store.write(lambda s: run(s, "UPDATE inbox SET state = 'poison', note = NULL"))
    assert await bench.dispatcher.click(click) == FAILED_TOAST
