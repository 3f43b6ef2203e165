"""From the inbox to its effect: in order within a conversation, many conversations at once.

Memory holds only a schedule; the inbox table is the truth. A message is understood outside any transaction and acted
upon in one; what the understanding relied on is compared inside that transaction, and when it moved the message is
understood again, three times at most. Clicks need no understanding and overtake.
"""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Protocol

import structlog
from sqlmodel import Session

from bot import inbox
from bot.clock import Clock, utc_now
from bot.failures import describe, is_machine_trouble
from bot.inbound import Inbound, InboundKind
from bot.inbox import Waiting
from bot.intake import Intake
from bot.metrics import Metrics
from bot.store import Store, StoreClosed
from handlers.turn import ClickResult, Outcome

log = structlog.get_logger(__name__)

CLICK_SECONDS = 2.0
RETRY_SECONDS = (0.2, 1.0)
TROUBLE_SECONDS = (0.2, 1.0, 5.0)
AT_ONCE = 8  # conversations worked on at the same time

BUSY_TOAST = ClickResult("处理中，结果马上发到这里", "info", Outcome("processing"))
FAILED_TOAST = ClickResult("这一步没有成功，已经记下来。请稍后再点一次，或直接打字说", "bad", Outcome("failed"))


class Fetcher(Protocol):
    """Stores a message's attachments right after its acknowledgement."""

    def begin(self, item: Waiting) -> None: ...

    async def finished(self, item: Waiting) -> Waiting: ...


Later = Callable[[Callable[[], Awaitable[Outcome | None]], Waiting], None]


class TurnTaker(Protocol):
    """Carries a message to its effect; ``bot.turns.Turns``."""

    async def take(self, item: Waiting, *, spawn: Later) -> Outcome | None: ...

    def blame(self, session: Session, item: Waiting, error: str, now: datetime) -> int | None: ...


class ClickTaker(Protocol):
    """Carries a click to its effect; ``bot.turns.Clicks``."""

    async def take(self, item: Waiting) -> ClickResult | None: ...


@dataclass(slots=True)
class _Conversation:
    """What waits in one conversation, by the platform's send time, then arrival."""

    heap: list[tuple[datetime, int, Waiting]] = field(default_factory=list)
    running: bool = False


class Dispatcher:
    """Accepts events, keeps their order and sees every one of them through."""

    def __init__(
        self,
        store: Store,
        turns: TurnTaker,
        clicks: ClickTaker,
        fetcher: Fetcher,
        metrics: Metrics,
        *,
        on_effect: Callable[[], None],
        clock: Clock = utc_now,
    ) -> None:
        self._store = store
        self._turns = turns
        self._clicks = clicks
        self._fetcher = fetcher
        self._metrics = metrics
        self._on_effect = on_effect
        self._clock = clock
        self._conversations: dict[str, _Conversation] = {}
        self._answers: dict[int, asyncio.Task[ClickResult]] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        self._at_once = asyncio.Semaphore(AT_ONCE)
        self._stopping = False
        self._intake = Intake(store, clock, take_up=self._take_up, spawn=self._spawn)

    async def start(self) -> None:
        """Take up what a former run left."""
        for item in await self._store.read(inbox.waiting):
            self._take_up(item)

    async def stop(self, seconds: float = 5.0) -> None:
        """Let running turns finish for a while; what does not stays in the inbox for the next start."""
        self._stopping = True
        if self._tasks:
            _done, left = await asyncio.wait(self._tasks, timeout=seconds)
            for task in left:
                task.cancel()
            await asyncio.gather(*left, return_exceptions=True)

    @property
    def in_work(self) -> int:
        """Messages waiting or being handled."""
        return sum(len(conversation.heap) + conversation.running for conversation in self._conversations.values())

    async def idle(self) -> None:
        """Wait until nothing is waiting or running; for tests and ``danju say``."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    # -- coming in -----------------------------------------------------------------------------------------------------

    async def accept(self, inbound: Inbound) -> int:
        """Commit an event to the inbox and schedule it; only after this returns may a channel acknowledge.

        Returns the inbox id; the same event again returns the same id and changes nothing.
        """
        return (await self._take_in(inbound)).id

    async def click(self, inbound: Inbound) -> ClickResult:
        """Commit a click, carry it out and answer within two seconds, else say that it is being worked on."""
        accepted = await self._take_in(inbound)
        task = self._answers.get(accepted.id)
        if task is None:
            row = await self._store.read(partial(inbox.show, inbox_id=accepted.id))
            if row.state == "poison":
                return FAILED_TOAST
            return ClickResult(row.note or BUSY_TOAST.toast, "info", Outcome(row.outcome or "processing"))
        try:
            return await asyncio.wait_for(asyncio.shield(task), CLICK_SECONDS)
        except TimeoutError:
            return BUSY_TOAST

    async def retry(self, inbox_id: int) -> None:
        """Take up a message that was set aside and has been put back in line."""
        item = await self._store.read(partial(inbox.one_waiting, inbox_id=inbox_id))
        if item is not None:
            self._take_up(item)

    async def _take_in(self, inbound: Inbound) -> inbox.Accepted:
        accepted = await self._intake.take(inbound)
        self._metrics.accepted(inbound.platform, inbound.kind.value, accepted.fresh)
        return accepted

    def _take_up(self, item: Waiting) -> None:
        if item.inbound.kind is InboundKind.CLICK:
            self._begin_click(item)
            return
        if item.inbound.files:
            self._fetcher.begin(item)
        key = item.inbound.conversation
        conversation = self._conversations.setdefault(key, _Conversation())
        heapq.heappush(conversation.heap, (item.inbound.sent_at, item.id, item))
        if not conversation.running and not self._stopping:
            conversation.running = True
            self._spawn(self._run_conversation(key, conversation))

    def _spawn(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    # -- messages ------------------------------------------------------------------------------------------------------

    async def _run_conversation(self, key: str, conversation: _Conversation) -> None:
        try:
            while conversation.heap and not self._stopping:
                _sent_at, _id, item = heapq.heappop(conversation.heap)
                with structlog.contextvars.bound_contextvars(message=item.id):
                    await self._see_through(item, self._handle)
        finally:
            conversation.running = False
            if not conversation.heap and self._conversations.get(key) is conversation:
                del self._conversations[key]

    async def _handle(self, item: Waiting) -> None:
        if item.inbound.files:
            item = await self._fetcher.finished(item)  # beside the others: a slow address keeps only its own chat
        async with self._at_once:
            outcome = await self._turns.take(item, spawn=self._later)
        self._after(outcome)

    def _later(self, work: Callable[[], Awaitable[Outcome | None]], item: Waiting) -> None:
        """See a slow turn through beside its conversation, which goes on."""

        async def handle(_item: Waiting) -> None:
            self._after(await work())

        self._spawn(self._see_through(item, handle))

    def _after(self, outcome: Outcome | None) -> None:
        self._on_effect()
        if outcome is not None:
            self._metrics.outcome(outcome.kind)
            if outcome.again is not None or outcome.more:
                self._spawn(self._again(*(() if outcome.again is None else (outcome.again,)), *outcome.more))

    async def _again(self, *inbox_ids: int) -> None:
        """Take up what an answer has put back in line, one after the other, through trouble of the machine."""
        left = list(inbox_ids)
        while left and not self._stopping:
            try:
                await self.retry(left[0])
            except Exception as error:  # boundary: only trouble of the machine is waited out
                if not is_machine_trouble(error):
                    raise
                await asyncio.sleep(TROUBLE_SECONDS[1])
            else:
                left.pop(0)

    async def _see_through(self, item: Waiting, handle: Callable[[Waiting], Awaitable[None]]) -> None:
        """Handle one message, through trouble of the machine and up to three failures of its own."""
        trouble = 0
        while True:
            try:
                await handle(item)
                return
            except StoreClosed:
                return  # stopping: the row stays new and is taken up at the next start
            except Exception as error:  # boundary of one message: no other may wait for it
                if is_machine_trouble(error):
                    pause = TROUBLE_SECONDS[min(trouble, len(TROUBLE_SECONDS) - 1)]
                    trouble += 1
                    log.warning("machine_trouble", error=describe(error), pause=pause)
                else:
                    log.exception("message_failed")
                    attempts = await self._blame(item, error)
                    if attempts is None:
                        return
                    pause = RETRY_SECONDS[min(attempts, len(RETRY_SECONDS)) - 1]
                if self._stopping:
                    return
                await asyncio.sleep(pause)

    async def _blame(self, item: Waiting, error: Exception) -> int | None:
        """Count a failure; at the third set the message aside, tell its sender and return None."""
        self._metrics.failure(type(error).__name__)
        unit = partial(self._turns.blame, item=item, error=describe(error), now=self._clock())
        while True:
            try:
                attempts = await self._store.write(unit)
            except StoreClosed:
                return None
            except Exception as trouble:  # boundary: the counting itself must neither lose the message nor end its chat
                if not is_machine_trouble(trouble) or self._stopping:
                    log.exception("not_set_aside")
                    return None  # it stays new and is taken up at the next start
                await asyncio.sleep(TROUBLE_SECONDS[1])
            else:
                if attempts is None:
                    self._metrics.poisoned()
                    self._on_effect()
                return attempts

    # -- clicks --------------------------------------------------------------------------------------------------------

    def _begin_click(self, item: Waiting) -> asyncio.Task[ClickResult]:
        task: asyncio.Task[ClickResult] = self._spawn(self._run_click(item))
        self._answers[item.id] = task
        task.add_done_callback(lambda _task: self._answers.pop(item.id, None))
        return task

    async def _run_click(self, item: Waiting) -> ClickResult:
        answer = FAILED_TOAST

        async def handle(item: Waiting) -> None:
            nonlocal answer
            result = await self._clicks.take(item)
            if result is not None:
                answer = result
                self._after(result.outcome)

        with structlog.contextvars.bound_contextvars(message=item.id):
            await self._see_through(item, handle)
        return answer
