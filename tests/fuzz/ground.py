"""The real service the cases are let loose on, and the oracle that watches it.

Real: the web application on the server's own protocol, the channels, the guards, the inbox and the database. Held back:
what was accepted is mostly not understood (that would be a thousand times slower), only every so-manieth message is;
clicks are always carried out. Sends succeed at once; what platforms answer is another set of cases.
"""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import resource
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from pydantic import SecretStr
from sqlmodel import Session

from bot import inbox, logs
from bot.channel import Outgoing
from bot.feishu.channel import FeishuChannel
from bot.feishu.long import LongConnection
from bot.inbound import Inbound, InboundKind
from bot.inbox import Accepted, Waiting
from bot.service import Service
from bot.settings import Settings
from bot.wecom.app import WecomAppChannel
from bot.wecom.bot import WecomBotChannel
from bot.workers import frames
from inventory_core.sql import run, value
from tests.fuzz.wire import Line
from tests.support.platforms_service import account, bind_people
from tests.support.wecom_crypto import AGENT, CORP, KEY, TOKEN

APP = "cli_0123456789abcdef"
SECRETS = {
    "feishu_app_secret": "FuzzSecretOfFeishuApp0001",
    "feishu_encrypt_key": "FuzzEncryptKeyOfFeishu002",
    "feishu_verification_token": "FuzzVerificationToken0003",
    "wecom_secret": "FuzzSecretOfWecomApp00004",
    "wecom_token": TOKEN,
    "wecom_aes_key": KEY,
    "wecom_bot_secret": "FuzzSecretOfWecomBot00006",
}
ENCRYPT_KEY, VERIFICATION = SECRETS["feishu_encrypt_key"], SECRETS["feishu_verification_token"]
BOT = "fuzz-bot"
PEOPLE = 4
NOWHERE = "127.0.0.1:9"  # nobody listens there

#: Accounts bound to people of the firm; everybody else is a stranger.
FEISHU_PEOPLE = tuple(account("feishu", number) for number in range(PEOPLE))
WECOM_PEOPLE = tuple(account("wecom", number) for number in range(PEOPLE))


class Fault(AssertionError):
    """The oracle's verdict."""


@dataclass(slots=True)
class Case:
    """What is true about the case in hand. ``may``: it was validly signed by whoever may, so it may be accepted."""

    name: str
    may: bool = False


CURRENT: ContextVar[Case | None] = ContextVar("case", default=None)

#: Said at error level about what was foreseen.
_FORESEEN = ("wecom_bot_offline", "feishu_card_refused")


class Watch(logging.Handler):
    """Reads every line the log would have: no error nobody foresaw, no secret."""

    def __init__(self, formatter: logging.Formatter) -> None:
        super().__init__()
        self.setFormatter(formatter)
        self.lines = 0
        self.faults: list[str] = []
        self.secrets = tuple(SECRETS.values())

    def emit(self, record: logging.LogRecord) -> None:
        line = self.format(record)
        self.lines += 1
        case = CURRENT.get()
        name = case.name if case is not None else "between cases"
        if any(secret in line for secret in self.secrets if len(secret) > 6):
            self.faults.append(f"{name}: a secret in the log: {line[:2000]}")
        if record.levelno >= logging.ERROR and not any(word in line for word in _FORESEEN):
            self.faults.append(f"{name}: {line[:200]} … {line[-500:]}")


@dataclass
class Ground:
    service: Service
    watch: Watch
    feishu: FeishuChannel
    wecom: WecomAppChannel
    bot: WecomBotChannel
    long: LongConnection
    orders: dict[int, dict[str, Any]] = field(default_factory=dict)  # what the long connection told its child
    accepted: Counter[str] = field(default_factory=Counter)
    loop_faults: list[str] = field(default_factory=list)
    take_one_in: int = 400  # messages that are really understood
    _held: int = 0
    _clicks: set[str] = field(default_factory=set)

    @property
    def port(self) -> int:
        return self.service.port

    def line(self) -> Line:
        """A connection of somebody new."""
        runner = self.service._runner
        assert runner is not None
        assert runner.server is not None
        return Line(runner.server, self.port)

    def faults(self) -> list[str]:
        found = [*self.watch.faults, *self.loop_faults]
        self.watch.faults.clear()
        self.loop_faults.clear()
        return found

    # -- hooks ---------------------------------------------------------------------------------------------------------

    def hook(self, loop: asyncio.AbstractEventLoop) -> None:
        loop.set_exception_handler(self._on_loop_trouble)
        dispatcher = self.service.dispatcher
        take_in, take_up = dispatcher._take_in, dispatcher._take_up

        async def watched(inbound: Inbound) -> Accepted:
            case = CURRENT.get()
            if case is not None:
                if case.may:
                    self._clicks.update([inbound.event_key] if inbound.kind is InboundKind.CLICK else ())
                elif inbound.event_key not in self._clicks:  # whoever says a click's answer asks by the click itself
                    self.loop_faults.append(f"{case.name}: accepted without a valid signature: {inbound!r}"[:3000])
            problem = unfit(inbound)
            if problem:
                self.loop_faults.append(f"{case.name if case else ''}: {problem}: {inbound!r}"[:3000])
            self.accepted[inbound.platform] += 1
            return await take_in(inbound)

        def sometimes(item: Waiting) -> None:
            self._held += 1
            if item.inbound.kind is InboundKind.CLICK or self._held % self.take_one_in == 0:
                take_up(item)

        vars(dispatcher)["_take_in"] = watched
        vars(dispatcher._intake)["_take_up"] = sometimes
        vars(self.long)["_order"] = self._order
        for channel in (self.feishu, self.wecom, self.bot):
            vars(channel)["send"] = _sent
            vars(channel)["fetch"] = Attached()

    def handle_all(self) -> None:
        """From now on everything accepted is handled."""
        self.take_one_in = 1

    def _order(self, op: str, **fields: Any) -> None:
        frames.encode({"op": op, **fields})  # as the pipe would have it
        if op == "answer":
            self.orders[fields["n"]] = fields

    def _on_loop_trouble(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        self.loop_faults.append(f"unhandled: {context.get('message')}: {context.get('exception')!r}")

    # -- between batches -----------------------------------------------------------------------------------------------

    async def tidy(self) -> None:
        """Forget what is held, so that millions of cases need no disk."""

        def forget(session: Session) -> int:
            found = value(session, "SELECT COUNT(*) FROM inbox WHERE state = 'poison'")
            run(session, "DELETE FROM inbox WHERE state = 'new' AND kind <> 'click' AND id % :n <> 0", n=97)
            return int(found or 0)

        poison = await self.service.store.write(forget)
        if poison:
            rows = await self.service.store.read(lambda session: inbox.listing(session, "poison", 3))
            raise Fault(f"messages were set aside: {[(row.kind, row.text[:200], row.error) for row in rows]}")
        if self.service.dispatcher.in_work > 3000:
            raise Fault(f"{self.service.dispatcher.in_work} messages in work: nothing is finished")

    async def settle(self) -> None:
        async with asyncio.timeout(120):
            await self.service.dispatcher.idle()


class Attached:
    """What an announced attachment turns out to be: rarely what it says."""

    HEADS = (b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"PK\x03\x04", b"%PDF-1.7\n", b"", b"\0", b"<a>", b"{}", b"BM")

    def __init__(self) -> None:
        self._chance = Random(1)

    async def __call__(self, _ref: str) -> bytes:
        chance = self._chance
        return chance.choice(self.HEADS) + chance.randbytes(chance.choice((0, 1, 40, 5000)))


async def _sent(item: Outgoing) -> str:
    json.dumps([item.chat, item.body])
    return f"sent-{item.id}"


def unfit(inbound: Inbound) -> str:
    """What no channel may let through; empty when it is fit."""
    if inbound.sent_at.tzinfo is None:
        return "a time without a zone"
    if not inbound.chat or not (inbound.sender or inbound.kind is InboundKind.RECALL):
        return "nobody said it"
    if inbound.kind is InboundKind.CLICK and not inbound.token:
        return "a click on nothing"
    if len(inbound.event_key) > 600 or len(inbound.chat) > 300 or len(inbound.sender) > 300:
        return "an endless id"
    body = inbound.to_json()
    if len(body) > 3_000_000:
        return "an endless message"
    return "" if Inbound.from_json(body) == inbound else "does not survive being stored"


def rss() -> float:
    """MB in memory now."""
    with Path("/proc/self/statm").open() as file:
        return int(file.read().split()[1]) * resource.getpagesize() / 1e6


@asynccontextmanager
async def ground(data: Path, *, console: bool = True) -> AsyncIterator[Ground]:
    """A service over a fresh data directory with all channels configured, until the block ends."""
    given: dict[str, Any] = {name: SecretStr(secret) for name, secret in SECRETS.items()}
    settings = Settings(
        data_dir=data,
        port=0,
        log_level="WARNING",
        feishu_mode="webhook",
        feishu_app_id=APP,
        feishu_base_url=f"http://{NOWHERE}",
        wecom_corp_id=CORP,
        wecom_agent_id=AGENT,
        wecom_base_url=f"http://{NOWHERE}",
        wecom_bot_id=BOT,
        wecom_bot_url=f"ws://{NOWHERE}",
        **given,
    )
    logs.configure("WARNING", settings.logs_dir, terminal=False)
    root = logging.getLogger()
    formatter = root.handlers[-1].formatter
    assert formatter is not None
    watch = Watch(formatter)
    root.handlers[:] = [watch]
    service = Service(settings, demo=console)
    await service.start()
    try:
        await service.wait_ready()
        await service.store.write(lambda session: bind_people(session, PEOPLE, service))
        channels: dict[str, Any] = dict(service.channels)
        feishu = channels["feishu"]
        kit = service.kit()
        long = LongConnection(settings, feishu.receive, lambda key, value: kit.note("feishu", key, value))
        made = Ground(service, watch, feishu, channels["wecom"], channels["wecombot"], long)
        made.hook(asyncio.get_running_loop())
        gc.collect()
        yield made
    finally:
        await service.stop()
        root.removeHandler(watch)
