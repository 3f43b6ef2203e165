"""Feishu as a channel: events come in by webhook or long connection, messages and cards go out by the open API."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from aiohttp import web

from bot.channel import CardGone, NotYet, Outgoing, SendFailed
from bot.failures import describe, is_machine_trouble
from bot.feishu import inbound, records, resources, webhook
from bot.feishu.api import FeishuApi
from bot.feishu.desk import Desk, in_form
from bot.feishu.long import LongConnection
from bot.feishu.pacing import CardPace, Pace, keep
from bot.inbound import Inbound, InboundKind
from bot.kit import Kit
from handlers.turn import ClickResult, Outcome
from notifications import card_json, outbox

log = structlog.get_logger(__name__)

PLATFORM = inbound.PLATFORM
CLICK_SECONDS = 2.2  # for the click itself; the platform waits three for the answer
CARD_SECONDS = 0.25  # of them for the card that goes along
RECALL_PAUSES = (0.0, 0.2, 0.4, 0.8)  # of the three seconds an event may take
OK_NOTE_SECONDS = 60.0  # how often a success is written down for doctor
NAME_SECONDS = 3600.0
NO_NAME_SECONDS = 300.0
_SELF_PAUSES = (1.0, 2.0, 5.0, 15.0, 60.0, 300.0)
_BUSY = "处理中，结果马上发到这里"
_SICK = "系统这会儿太忙，没有办成，请再点一次"
_TOASTS = {"info": "info", "good": "success", "warn": "warning", "bad": "error"}

Json = dict[str, Any]


class FeishuChannel:
    """Implements ``bot.channel.RunningChannel`` with ``prepare``, ``name_of`` and ``remember``."""

    platform = PLATFORM
    redelivers_seconds = 6 * 3600  # the last of the platform's four further attempts comes six hours later
    window_seconds = 3600  # for which a uuid is known

    def __init__(self, kit: Kit, pace: Pace = time.monotonic) -> None:
        settings = kit.settings
        self._kit = kit
        self._pace = pace
        secret = settings.feishu_app_secret.get_secret_value()
        self._api = FeishuApi(settings.feishu_base_url, settings.feishu_app_id, secret, kit.http)
        self._uploads = resources.Uploads(self._api, kit.attachments)
        self._cards = CardPace(pace)
        self._desk = Desk(self._api, self._uploads, self._cards, kit.clock, pace)
        self._names: OrderedDict[str, tuple[str, float]] = OrderedDict()
        self._bot_open_id = ""
        self._long: LongConnection | None = None
        self._tasks: set[asyncio.Task[Any]] = set()
        self._note_ok_at = 0.0
        self._noted_error = ""

    # -- life ----------------------------------------------------------------------------------------------------------

    def mount(self, app: web.Application) -> None:
        """The webhook's routes, where events come that way.

        Raises:
            DanjuError: a setting is missing; says which.
        """
        if self._kit.settings.feishu_mode == "webhook":
            app.add_routes(webhook.routes(self._kit.settings, self.receive))

    async def start(self) -> None:
        self._spawn(self._learn_self(), "feishu-self")
        if self._kit.settings.feishu_mode == "ws":
            self._long = LongConnection(self._kit.settings, self.receive, partial(self._kit.note, PLATFORM))
            await self._long.start()

    async def stop(self) -> None:
        if self._long is not None:
            await self._long.stop()
            self._long = None
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._api.close()

    def remember(self, sends: Iterable[tuple[str, datetime]]) -> None:
        """What went out lately counts against the limits."""
        self._desk.remember(sends)

    # -- coming in -----------------------------------------------------------------------------------------------------

    async def receive(self, envelope: Json) -> Json:
        """Take in one decrypted event; the answer for the platform. It is on disk when this returns.

        Raises:
            BadEvent: it is none of Feishu's.
        """
        app_id = self._kit.settings.feishu_app_id
        event = inbound.translate(envelope, app_id=app_id, bot_open_id=self._bot_open_id)
        if event is None:
            return {}
        if event.kind is InboundKind.CLICK:
            return await self._click(event)
        if event.kind is InboundKind.RECALL and not event.sender:
            author = await self._author(event.message_ref)
            if author is None:
                log.info("feishu_recall_of_unknown", message=event.message_ref)
                return {}
            event = replace(event, sender=author)
        await self._kit.door.accept(event)
        return {}

    async def _author(self, message_ref: str) -> str | None:
        """Who sent it. Events overtake each other: a recall may be there a moment before its message."""
        for pause in RECALL_PAUSES:
            await asyncio.sleep(pause)
            author = await self._kit.store.read(partial(inbound.author_of, message_ref=message_ref))
            if author is not None:
                return author
        return None

    async def _click(self, event: Inbound) -> Json:
        ref = event.message_ref
        self._cards.tapped(ref)
        try:
            result = await self._carry_out(event)
            if result is None:
                return _toast(_BUSY, "info")
            answer = _toast(result.toast, result.tone)
            card = None if result.outcome.kind == "processing" else await self._inline(ref)
            return answer if card is None else answer | {"card": {"type": "raw", "data": card}}
        finally:
            self._cards.answered(ref)

    async def _carry_out(self, event: Inbound) -> ClickResult | None:
        """What came of the click; None when it takes longer than the platform waits. It is finished all the same."""
        task = self._spawn(self._kit.door.click(event), "feishu-click")
        await asyncio.wait({task}, timeout=CLICK_SECONDS)
        try:
            return task.result() if task.done() else None
        except Exception as error:  # boundary: a click is not sent again, so its person has to hear of a sick machine
            if not is_machine_trouble(error):
                raise
            return ClickResult(_SICK, "bad", Outcome("processing"))

    async def _inline(self, ref: str) -> Json | None:
        """The card as it is now, when it can be had at once. The outbox brings it in any case."""
        try:
            async with asyncio.timeout(CARD_SECONDS):
                body = await self._kit.store.read(partial(outbox.newest_for, platform=PLATFORM, ref=ref))
        except Exception as error:  # boundary: the click is done, whatever is wrong with reading
            if not (isinstance(error, TimeoutError) or is_machine_trouble(error)):
                raise
            return None
        if body is None:
            return None
        card = card_json.loads(body)
        image_key = self._uploads.known(card.picture) if card.picture else None
        if card.picture and image_key is None:
            return None
        rendered = in_form(card, image_key, replaces=False)
        return None if rendered is None or rendered.overflow else rendered.card

    # -- going out -----------------------------------------------------------------------------------------------------

    async def prepare(self, item: Outgoing) -> str:
        """What exactly will be sent; see ``Desk.prepare``."""
        return await self._desk.prepare(item)

    async def send(self, item: Outgoing) -> str:
        """Send one row; see ``Desk.send``."""
        try:
            ref = await self._desk.send(item)
        except (CardGone, NotYet):
            raise
        except SendFailed as failure:
            await self._note_error(str(failure))
            raise
        await self._note_ok()
        return ref

    # -- asking the platform -------------------------------------------------------------------------------------------

    async def fetch(self, ref: str) -> bytes:
        """The bytes behind ``{message_id}/{file_key}/{image|file}``, or the words behind ``words:{message_id}``.

        Raises:
            SendFailed: permanent with a sentence for the sender when no other try helps.
        """
        if not ref.startswith("words:"):
            return await resources.download(self._api, ref)
        message_id = ref.removeprefix("words:")
        items = await resources.patiently(lambda: self._api.messages(message_id))
        zone = ZoneInfo(self._kit.settings.timezone)
        return (await records.words(items, message_id, zone, self.name_of)).encode()

    async def name_of(self, account: str) -> str:
        """What a person is called, as far as the app may know; remembered for an hour."""
        name, until = self._names.get(account, ("", 0.0))
        if self._pace() < until:
            return name
        try:
            name = await self._api.user_name(account)
        except SendFailed as failure:
            log.info("feishu_name_unknown", reason=str(failure))
            name = ""
        keep(self._names, account, (name, self._pace() + (NAME_SECONDS if name else NO_NAME_SECONDS)))
        return name

    async def _learn_self(self) -> None:
        """The bot's own id, to know in groups whether it was named."""
        for attempt in itertools.count():
            try:
                self._bot_open_id = await self._api.bot_open_id()
            except SendFailed as failure:
                await self._note_error(str(failure))
            else:
                await self._note_ok()
                return
            await asyncio.sleep(_SELF_PAUSES[min(attempt, len(_SELF_PAUSES) - 1)])

    # -- for doctor ----------------------------------------------------------------------------------------------------

    async def _note_ok(self) -> None:
        now = self._pace()
        if self._noted_error or now >= self._note_ok_at:
            self._noted_error = ""
            self._note_ok_at = now + OK_NOTE_SECONDS
            await self._note("send_ok", "ok")

    async def _note_error(self, reason: str) -> None:
        if reason != self._noted_error:
            self._noted_error = reason
            await self._note("send_error", reason)

    async def _note(self, key: str, value: str) -> None:
        try:
            await self._kit.note(PLATFORM, key, value)
        except Exception as error:  # boundary: a note that cannot be written must not undo a send
            if not is_machine_trouble(error):
                raise
            log.warning("note_not_written", reason=describe(error))

    def _spawn(self, work: Any, name: str) -> asyncio.Task[Any]:
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.warning("feishu_task_failed", task=task.get_name(), reason=describe(error))


def _toast(words: str, tone: str) -> Json:
    return {"toast": {"type": _TOASTS.get(tone, "info"), "content": words}} if words else {}
