"""Sends what the outbox holds: in order per chat, several chats at once, again after a failure, never two of a chat
together.

At-least-once with a stable key. A row is taken in one transaction and reported in another; what was under way when the
process died goes out again under the same key, which the platform recognises. What exactly is sent is written down
before the first try (``prepare``), so that every other try is the same to the byte; past the time for which the
platform recognises it, it says 补发.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, cast

import aiohttp
import structlog
from sqlmodel import Session

from bot.channel import CardGone, Channel, NotYet, Outgoing, PreparingChannel, SendFailed
from bot.clock import Clock, Steady, utc_now
from bot.failures import describe, is_machine_trouble
from bot.metrics import Metrics
from bot.store import Store, StoreClosed
from bot.workers import JobFailed
from inventory_core import people
from inventory_core.errors import Refused
from inventory_core.sql import run, value
from notifications import card_json, delivery, texts

log = structlog.get_logger(__name__)

AT_ONCE = 32
SEND_SECONDS = 15.0
PREPARE_SECONDS = 90.0  # the largest upload over a slow line
POLL_SECONDS = 1.0
PAUSES = (1, 2, 5, 15, 60, 300, 900, 3600)  # seconds before the next try; then every hour
TROUBLE_SECONDS = 1.0  # between tries while our own disk or database is sick
GIVE_UP_AFTER = timedelta(days=1)  # a wrong secret or an untrusted address may be mended only the next morning
LEAST_TRIES = 5  # also when the row lay here for a day because we were off
OWN_TRIES = 3  # where the fault is ours and not the network's

Taken = tuple[delivery.Waiting, int]
MakeFile = Callable[[dict[str, Any]], Awaitable[str]]
MakeLink = Callable[[int, int], str]  # document id, person id → address of the document's page for that person

_READER = """
SELECT o.document_id, o.platform, o.chat, coalesce(k.kind, 'direct'), k.person_id FROM outbox AS o
LEFT JOIN known_chat AS k ON k.platform = o.platform AND k.chat = o.chat
WHERE o.id = :id AND o.document_id IS NOT NULL
"""


def reader(session: Session, outbox_id: int) -> tuple[int, int] | None:
    """The document of an outbox row and the one person who reads it there; None for groups and strangers.

    Who has never written has no known chat yet: a direct chat then bears its owner's account as its name.
    """
    rows = run(session, _READER, id=outbox_id)
    if not rows or rows[0][3] != "direct":
        return None
    document_id, platform, chat, _, person_id = rows[0]
    if person_id is None:
        owner = people.person_of(session, platform, chat)
        person_id = None if owner is None else owner.id
    return None if person_id is None else (int(document_id), int(person_id))


def with_link(body: str, address: str) -> str:
    """A card's body with this address. A card that only points to a newer one stays bare: one way on is enough."""
    card = card_json.loads(body)
    if card.table is None and not card.buttons:
        return body
    return card_json.dumps(replace(card, link=address))


def late(kind: str, body: str) -> str:
    """The body of a message whose first try may or may not have arrived."""
    if kind == "text":
        return body if body.startswith(texts.SENT_AGAIN.format(text="")) else texts.SENT_AGAIN.format(text=body)
    if kind == "file":
        return body
    card = card_json.loads(body)
    if card.title.endswith(texts.SENT_AGAIN_TITLE.format(title="")):
        return body
    return card_json.dumps(replace(card, title=texts.SENT_AGAIN_TITLE.format(title=card.title)))


class Sender:
    """One per service."""

    def __init__(
        self,
        store: Store,
        channels: Mapping[str, Channel],
        make_file: MakeFile,
        metrics: Metrics,
        clock: Clock = utc_now,
        make_link: MakeLink | None = None,
    ) -> None:
        self._store = store
        self._make_link = make_link
        self._channels = channels
        self._make_file = make_file
        self._metrics = metrics
        self._clock = clock
        self._due_by = Steady(clock)
        self._wake = asyncio.Event()
        self._sending: set[asyncio.Task[None]] = set()
        self._taken = 0
        self._loop: asyncio.Task[None] | None = None
        self._stopping = False
        self._resting = True

    @property
    def busy(self) -> int:
        """Sends under way; at least 1 while there may be rows to take."""
        return len(self._sending) or int(not self._resting or self._wake.is_set())

    async def start(self) -> None:
        """Take up what a former run was sending, then go on sending."""
        await self._store.write(delivery.release_all)
        for platform, channel in self._channels.items():
            remember = getattr(channel, "remember", None)
            if remember is not None:
                read = partial(delivery.lately_sent, platform=platform, now=self._clock())
                remember(await self._store.read(read))
        self._loop = asyncio.create_task(self._run(), name="outbox")

    def wake(self) -> None:
        """Something new may be there."""
        self._wake.set()

    async def stop(self, seconds: float = 5.0) -> None:
        """Stop taking rows; let what is under way finish for a while."""
        self._stopping = True
        self._wake.set()
        if self._loop is not None:
            await asyncio.wait({self._loop}, timeout=seconds)
            self._loop.cancel()  # still there only when the database does not answer
            await asyncio.gather(self._loop, return_exceptions=True)
        if self._sending:
            _done, left = await asyncio.wait(self._sending, timeout=seconds)
            for task in left:
                task.cancel()
            await asyncio.gather(*left, return_exceptions=True)

    async def idle(self) -> None:
        """Wait until everything that may go out now is out; for tests and ``danju say``."""
        while True:
            taken = self._taken
            moving: Callable[[Session], bool] = partial(_moving, now=self._due_by())
            still = not self._sending and not await self._store.read(moving)
            if still and taken == self._taken:  # a try made while that was read may be due again after "now"
                return
            self.wake()
            await asyncio.sleep(0.005)

    async def _run(self) -> None:
        while not self._stopping:
            self._resting = False
            self._wake.clear()
            try:
                rows = await self._take()
            except StoreClosed:
                return
            except Exception as error:  # boundary of the loop: a sick disk must not end all sending
                if not is_machine_trouble(error):
                    log.exception("outbox_failed")
                rows = []
            self._taken += len(rows)
            for row in rows:
                task = asyncio.create_task(self._send(row))
                self._sending.add(task)
                task.add_done_callback(self._finished)
            self._resting = not rows and not self._wake.is_set()
            if not rows:
                try:
                    await asyncio.wait_for(self._wake.wait(), POLL_SECONDS)
                except TimeoutError:
                    continue
            elif len(self._sending) >= AT_ONCE:
                await asyncio.wait(self._sending, return_when=asyncio.FIRST_COMPLETED)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._sending.discard(task)
        self._wake.set()

    async def _take(self) -> list[Taken]:
        room = AT_ONCE - len(self._sending)
        now = self._due_by()
        if room <= 0 or not await self._store.read(partial(delivery.due, now=now, count=1)):
            return []
        return await self._store.write(partial(_take, now=now, count=room))

    async def _send(self, taken: Taken) -> None:
        row, repeats = taken
        with structlog.contextvars.bound_contextvars(outbox=row.id):
            try:
                ref = await self._deliver(row, repeats)
            except NotYet as limit:
                await self._put_back(row, limit)
            except CardGone as gone:
                log.info("card_gone", reason=str(gone))
                self._metrics.sent(row.platform, "reissued")
                await self._report(partial(delivery.reissue, outbox_id=row.id, reason=str(gone)))
            except SendFailed as failure:
                await self._report_failure(row, failure)
            except Exception as error:  # boundary of one send: the row must not stay half sent
                sick = is_machine_trouble(error)
                if not sick:
                    log.exception("send_failed")
                pause = TROUBLE_SECONDS if sick else None
                trouble = SendFailed(describe(error), permanent=_is_hopeless(error, row.attempts), retry_after=pause)
                await self._report_failure(row, trouble, give_up=not sick)
            else:
                self._metrics.sent(row.platform, "sent")
                await self._report(partial(delivery.sent, outbox_id=row.id, platform_ref=ref, now=self._clock()))

    async def _deliver(self, row: delivery.Waiting, repeats: int) -> str:
        channel = self._channels.get(row.platform)
        if channel is None:
            raise SendFailed(f"no channel for {row.platform}", no_effect=True)
        item = Outgoing(
            row.id,
            row.key,
            row.chat,
            row.kind,
            row.body,
            row.target_ref,
            row.reply_to,
            chat_kind=row.chat_kind,
            created_at=row.created_at,
            first_try_at=row.first_try_at,
            wire=row.wire,
            repeats=repeats,
            replaces=row.replaces,
        )
        if not hasattr(channel, "prepare"):
            item = await self._finished_body(row, item)
        else:
            item = await self._prepared(cast(PreparingChannel, channel), row, item)
        async with asyncio.timeout(SEND_SECONDS):
            return await channel.send(item)

    async def _prepared(self, channel: PreparingChannel, row: delivery.Waiting, item: Outgoing) -> Outgoing:
        """The item with its wire form, which is on disk before anything is sent."""
        now = self._clock()
        tried = item.first_try_at if item.wire is not None and item.kind != "card_update" else None
        if tried is not None and (now - tried).total_seconds() > channel.window_seconds:
            body = late(item.kind, item.body)
            mark = partial(delivery.mark_late, outbox_id=row.id, body=body, now=now)
            item = replace(item, key=await self._store.write(mark), body=body, wire=None)
        if item.wire is not None:
            return item
        item = await self._finished_body(row, item)
        async with asyncio.timeout(PREPARE_SECONDS):
            wire = await channel.prepare(item)
        await self._store.write(partial(delivery.prepared, outbox_id=row.id, wire=wire))
        return replace(item, wire=wire)

    async def _finished_body(self, row: delivery.Waiting, item: Outgoing) -> Outgoing:
        if row.kind == "file":
            return replace(item, body=await self._with_file(item.body))
        if row.kind != "text" and self._make_link is not None:
            return replace(item, body=await self._with_link(row, item.body, self._make_link))
        return item

    async def _put_back(self, row: delivery.Waiting, limit: NotYet) -> None:
        """A limit: the row waits without having been tried."""
        seconds = max(limit.retry_after or 1.0, 0.05)
        until = self._due_by() + timedelta(seconds=seconds)
        self._metrics.sent(row.platform, "limited")
        if not limit.no_effect:  # its first part is out: the rest has to follow, whatever is newer by then
            await self._report(partial(delivery.failed, outbox_id=row.id, error=str(limit), retry_at=until))
            return
        await self._report(partial(delivery.deferred, outbox_id=row.id, until=until, first_try_at=row.first_try_at))
        if seconds < POLL_SECONDS:
            asyncio.get_running_loop().call_later(seconds + 0.001, self.wake)

    async def _with_file(self, body: str) -> str:
        """A file's body with the sha256 of its bytes; documents are printed now."""
        data = json.loads(body)
        if "sha256" not in data:
            data["sha256"] = await self._make_file(data)
        return json.dumps({"name": data["name"], "sha256": data["sha256"]}, ensure_ascii=False)

    async def _with_link(self, row: delivery.Waiting, body: str, make_link: MakeLink) -> str:
        """A document's card with the link of the one person who reads there; the same all day, so also on a retry."""
        found = await self._store.read(partial(reader, outbox_id=row.id))
        return body if found is None else with_link(body, make_link(*found))

    async def _report_failure(self, row: delivery.Waiting, failure: SendFailed, *, give_up: bool = True) -> None:
        """Write down when to try again. ``give_up`` False: never stop trying, for the fault is our own machine's."""
        retry_at: datetime | None = None
        hopeless = row.attempts >= LEAST_TRIES and self._clock() - row.created_at > GIVE_UP_AFTER
        if not failure.permanent and not (hopeless and give_up):
            pause = failure.retry_after or PAUSES[min(row.attempts, len(PAUSES) - 1)]
            retry_at = self._due_by() + timedelta(seconds=pause)
        self._metrics.sent(row.platform, "retry" if retry_at else "dead")
        log.warning("send_refused", reason=str(failure), retry=retry_at is not None)
        no_effect = failure.no_effect and row.first_try_at is None
        await self._report(
            partial(delivery.failed, outbox_id=row.id, error=str(failure), retry_at=retry_at, no_effect=no_effect)
        )

    async def _report(self, unit: Callable[[Session], object]) -> None:
        """Write a result down, waiting out trouble of the machine; a row left 'sending' goes out again after a
        restart."""
        while True:
            try:
                await self._store.write(unit)
                return
            except StoreClosed:
                return
            except Exception as error:  # boundary: only trouble of the machine is waited out
                if not is_machine_trouble(error):
                    raise
                await asyncio.sleep(1.0)


def _is_hopeless(error: Exception, attempts: int) -> bool:
    """Whether an error that no channel foresaw will only come again. Such a row must not keep its whole chat silent for
    as long as the network is given."""
    if is_machine_trouble(error) or isinstance(error, OSError | TimeoutError | aiohttp.ClientError):
        return False
    return isinstance(error, JobFailed | Refused) or attempts + 1 >= OWN_TRIES


def _moving(session: Session, now: datetime) -> bool:
    under_way = value(session, "SELECT 1 FROM outbox WHERE state = 'sending' LIMIT 1")
    return under_way is not None or bool(delivery.due(session, now, 1))


def _take(session: Session, now: datetime, count: int) -> list[Taken]:
    """Claim what is due; each with how often its chat was told the same lately."""
    rows = [row for row in delivery.due(session, now, count) if delivery.claim(session, row.id, now)]
    return [(row, delivery.repeats(session, row) if row.kind == "text" else 0) for row in rows]
