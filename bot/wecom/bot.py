"""The intelligent bot (智能机器人) as a channel, over its long connection."""

from __future__ import annotations

import asyncio
import json
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

import structlog
from aiohttp import web

from bot.channel import CardGone, NotYet, Outgoing, SendFailed
from bot.failures import is_machine_trouble
from bot.inbound import Inbound, InboundKind
from bot.kit import Kit
from bot.limits import Limiter, Rule
from bot.store import StoreClosed
from bot.upkeep import tell_admins
from bot.wecom import cards
from bot.wecom.bot_desk import UNKNOWN, UPDATE, Desk, asked, digest
from bot.wecom.bot_inbound import PLATFORM, VIDEO, BotName, translate
from bot.wecom.click_window import ClickWindow
from bot.wecom.download import Downloads
from bot.wecom.endings import REAL, Pace, State
from bot.wecom.exchange import Declined, Frame, NoAnswer, NotConnected, req_id_of
from bot.wecom.gateway import Gateway

log = structlog.get_logger(__name__)

T = TypeVar("T")

RULES = (Rule(25, 60.0), Rule(900, 3600.0))  # the platform's: 30 a minute and 1000 an hour per conversation
QUIET_SECONDS = (5.0, 20.0, 60.0)  # after the platform's own 45009, which our limit should have kept away
STORE_PAUSES = (0.2, 1.0, 5.0)

WELCOME = "aibot_respond_welcome_msg"
WELCOME_BYTES = 2000  # of text; longer ones go as a message of their own


class WecomBotChannel:
    """Implements RunningChannel, PreparingChannel, KnowsNames and Limited.

    Everything is sent with ``aibot_send_msg``: a reply by the callback's own req_id would need the very connection the
    callback came on, and what is sent here answers people who have spoken, which is all that pushes ask for.
    """

    platform = PLATFORM
    redelivers_seconds = 10.0
    window_seconds = 0.0  # the platform recognises nothing: a send whose result is unknown goes out again as 补发

    def __init__(self, kit: Kit, *, pace: Pace = REAL) -> None:
        settings = kit.settings
        self._kit = kit
        self._bot_id = settings.wecom_bot_id
        self._name = BotName()
        self._clicks = ClickWindow()
        # Whoever has just opened the chat may not have spoken yet: only a welcome reaches them.
        self._enters = ClickWindow()
        self._limiter = Limiter(RULES, kit.clock)
        self._downloads = Downloads(kit.http)
        self._limited: dict[str, int] = {}  # chats the platform has just called too busy, and how often in a row
        self._progress: OrderedDict[str, int] = OrderedDict()  # how many parts of a row are known to be out
        self.gateway = Gateway(
            settings.wecom_bot_url,
            settings.wecom_bot_id,
            settings.wecom_bot_secret.get_secret_value(),
            kit.http,
            self._message,
            self._event,
            self._note,
            pace=pace,
        )
        self._desk = Desk(kit.attachments, self.gateway)

    # -- life ----------------------------------------------------------------------------------------------------------

    def mount(self, app: web.Application) -> None:
        """No routes: nothing comes in but over the connection."""

    async def start(self) -> None:
        """Begin to connect."""
        await self.gateway.start()

    async def stop(self) -> None:
        """Close the connection; what came in before is committed first."""
        await self.gateway.stop()

    def remember(self, sends: Iterable[tuple[str, datetime]]) -> None:
        """Count what was sent before this start."""
        self._limiter.remember(sends)

    async def name_of(self, account: str) -> str:
        """The bot may not ask who somebody is."""
        return ""

    async def _note(self, key: str, value: str) -> None:
        await self._kit.note(PLATFORM, key, value)
        if key == "error" and self.gateway.state in (State.EVICTED, State.BAD_SECRET):
            # Nobody may be looking at the doctor, and it does not mend itself. Who is on another platform hears it now.
            unit = partial(tell_admins, key=f"{PLATFORM}-{self.gateway.state}", text=value, now=self._kit.clock())
            await self._kit.store.write(unit)

    # -- coming in -----------------------------------------------------------------------------------------------------

    async def _message(self, frame: Frame) -> None:
        inbound = self._translated(frame)
        if inbound is not None:
            await _committed(lambda: self._kit.door.accept(inbound))

    async def _event(self, frame: Frame) -> None:
        inbound = self._translated(frame)
        if inbound is None:
            return
        if inbound.kind is not InboundKind.CLICK:
            self._enters.opened(inbound.chat, req_id_of(frame))
            await _committed(lambda: self._kit.door.accept(inbound))
            return
        self._clicks.opened(inbound.message_ref, req_id_of(frame))
        await _committed(lambda: self._kit.door.accept(replace(inbound, toasts=False)))

    def _translated(self, frame: Frame) -> Inbound | None:
        inbound = translate(frame, bot_id=self._bot_id, now=self._kit.clock(), name=self._name, tapped=cards.tapped)
        if inbound is None:
            log.info("wecom_bot_frame_for_nobody", cmd=str(frame.get("cmd"))[:60])
        return inbound

    async def fetch(self, ref: str) -> bytes:
        """The decrypted bytes of a picture or file.

        Raises:
            SendFailed: as the port says.
        """
        if not ref:
            raise SendFailed(VIDEO, permanent=True)
        return await self._downloads.fetch(ref)

    def name_of_file(self, ref: str) -> str:
        """What a fetched file is called; its message does not say. Empty when nobody did."""
        return self._downloads.name(ref)

    # -- going out -----------------------------------------------------------------------------------------------------

    async def prepare(self, item: Outgoing) -> str:
        """What exactly will be sent; see ``Desk.prepare``."""
        return await self._desk.prepare(item)

    async def send(self, item: Outgoing) -> str:
        """Send what was prepared; returns a card's task_id, or the platform's id of the last message when it tells one.

        Raises:
            SendFailed: as the port says. A send whose answer did not come is no_effect=False: nobody knows.
        """
        wire = json.loads(item.wire if item.wire is not None else await self.prepare(item))
        if not wire["parts"]:
            raise SendFailed("nothing to send", permanent=True, no_effect=True)
        if item.kind == "card_update" and not self._clicks.alive(wire["ref"]):
            raise CardGone("not within five seconds of a click")
        key = digest(item)
        answer: dict[str, Any] = {}
        for number, (cmd, body) in enumerate(wire["parts"]):
            if number < self._progress.get(key, 0):
                continue
            if cmd == UPDATE:
                answer = await self._update(wire["ref"], body)
            else:
                answer = await self._push(item, cmd, body)
            self._progress[key] = number + 1
        self._progress.pop(key, None)
        while len(self._progress) > 1000:
            self._progress.popitem(last=False)
        found = answer.get("msgid")
        return wire["ref"] or (found if isinstance(found, str) and found else f"sent-{key[:32]}")

    async def _push(self, item: Outgoing, cmd: str, body: dict[str, Any]) -> dict[str, Any]:
        if (seconds := self._limiter.wait(item.chat)) > 0:
            raise NotYet(seconds)
        self._limiter.spend(item.chat)
        if (answer := await self._welcome(item, body)) is not None:
            return answer
        try:
            answer = await asked(self.gateway.ask(cmd, body))
        except NotYet as limit:
            if isinstance(limit.__cause__, Declined):
                times = self._limited[item.chat] = self._limited.get(item.chat, 0) + 1
                raise NotYet(QUIET_SECONDS[min(times, len(QUIET_SECONDS)) - 1], str(limit)) from limit
            raise
        self._limited.pop(item.chat, None)
        return answer

    async def _welcome(self, item: Outgoing, body: dict[str, Any]) -> dict[str, Any] | None:
        """Say it as the welcome to somebody who opened the chat within the last seconds; None when that cannot be."""
        if item.kind == "text" and len(item.body.encode()) <= WELCOME_BYTES:
            welcome = {"msgtype": "text", "text": {"content": item.body}}
        elif body["msgtype"] == "template_card":
            welcome = {"msgtype": "template_card", "template_card": body["template_card"]}
        else:
            return None
        entered = self._enters.take(item.chat)
        if entered is None:
            return None
        try:
            return await self.gateway.ask(WELCOME, welcome, req_id=entered.req_id, seconds=entered.seconds_left)
        except (NotConnected, Declined) as error:
            log.info("wecom_bot_no_welcome", reason=str(error))  # it had no effect: said as any other message
            return None
        except NoAnswer as error:
            raise SendFailed(f"{UNKNOWN}（{error}）") from error

    async def _update(self, task_id: str, body: dict[str, Any]) -> dict[str, Any]:
        """Change a card in place, once per click. Whatever goes wrong, a new card is the way out."""
        click = self._clicks.take(task_id)
        if click is None:
            raise CardGone("not within five seconds of a click")
        try:
            return await self.gateway.ask(UPDATE, body, req_id=click.req_id, seconds=click.seconds_left)
        except (NotConnected, NoAnswer, Declined) as error:
            raise CardGone(f"the card did not change: {error}") from error


async def _committed(unit: Callable[[], Awaitable[T]]) -> T | None:
    """Put an event through the door, through trouble of the machine: nobody will send it again. None when the store is
    closed."""
    trouble = 0
    while True:
        try:
            return await unit()
        except StoreClosed:
            log.warning("wecom_bot_event_not_stored")
            return None
        except Exception as error:  # boundary: only trouble of the machine is waited out
            if not is_machine_trouble(error):
                raise
            await asyncio.sleep(STORE_PAUSES[min(trouble, len(STORE_PAUSES) - 1)])
            trouble += 1
