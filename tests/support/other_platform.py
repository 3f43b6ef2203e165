"""A second platform beside the console: events are put through the service's door, and what is sent is kept, with cards
as they look now. Its cards are the neutral ones, so tests press the buttons that a platform would draw."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from bot import logs
from bot.channel import Outgoing
from bot.console.client import ConsoleClient
from bot.inbound import Inbound, InboundFile, InboundKind
from bot.service import Service
from bot.settings import Settings
from handlers.turn import ClickResult
from notifications import card_json
from notifications.card import Card
from tests.support.firm import Clock, Firm, settings_for


@dataclass
class Platform:
    """Implements ``bot.channel.RunningChannel`` and ``KnowsNames``."""

    service: Service
    platform: str
    names: Mapping[str, str] = field(default_factory=dict)
    sent: list[tuple[str, Outgoing]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    _number: Any = field(default_factory=itertools.count)

    def mount(self, app: web.Application) -> None:
        """No routes."""

    async def start(self) -> None:
        """Nothing lives."""

    async def stop(self) -> None:
        """Nothing lives."""

    async def send(self, item: Outgoing) -> str:
        ref = item.target_ref or f"{self.platform}-{item.id}"
        self.sent.append((ref, item))
        return ref

    async def fetch(self, ref: str) -> bytes:
        return b"bytes of " + ref.encode()

    async def name_of(self, account: str) -> str:
        self.asked.append(account)
        return self.names.get(account, "")

    # -- what people do ------------------------------------------------------------------------------------------------

    def inbound(self, sender: str, text: str = "", *, key: str = "", **more: Any) -> Inbound:
        number = next(self._number)
        event = Inbound(
            platform=self.platform,
            event_key=key or f"{self.platform}:e{number}",
            kind=InboundKind.TEXT,
            chat=f"{sender}-alone",
            sender=sender,
            sent_at=self.service.clock(),
            text=text,
            message_ref=f"{self.platform}-in-{number}",
        )
        return replace(event, **more)

    async def post(self, inbound: Inbound) -> None:
        """An event, seen through to the end."""
        await self.service.dispatcher.accept(inbound)
        await self.settle()

    async def say(self, sender: str, text: str, **more: Any) -> list[str]:
        """A message; returns the texts that went out on this platform because of it."""
        before = len(self.sent)
        await self.post(self.inbound(sender, text, **more))
        return [item.body for _, item in self.sent[before:] if item.kind == "text"]

    async def picture(self, sender: str) -> None:
        file = InboundFile("key", "发票.png")
        await self.post(replace(self.inbound(sender), kind=InboundKind.PICTURE, files=(file,)))

    async def leave(self, sender: str) -> None:
        """The platform says that the account's owner has left."""
        await self.post(replace(self.inbound(sender), kind=InboundKind.LEFT, chat="", message_ref=""))

    async def click(
        self, sender: str, token: str, ref: str, values: dict[str, str] | None = None, chat: str = ""
    ) -> ClickResult:
        event = self.inbound(
            sender, kind=InboundKind.CLICK, token=token, values=values or {}, message_ref=ref, chat=chat or sender
        )
        result = await self.service.dispatcher.click(event)
        await self.settle()
        return result

    async def settle(self) -> None:
        await self.service.dispatcher.idle()
        await self.service.sender.idle()

    # -- what people see -----------------------------------------------------------------------------------------------

    def texts(self, sender: str) -> list[str]:
        """Texts to an account: to its direct chat, or to itself."""
        return [item.body for _, item in self.sent if item.kind == "text" and item.chat in (sender, f"{sender}-alone")]

    def cards(self, sender: str) -> dict[str, Card]:
        """Ref → card as it looks now, oldest first."""
        return {
            ref: card_json.loads(item.body)
            for ref, item in self.sent
            if item.kind in ("card", "card_update") and item.chat in (sender, f"{sender}-alone")
        }

    def card(self, sender: str) -> tuple[str, Card]:
        return list(self.cards(sender).items())[-1]

    async def press(self, sender: str, label: str, values: dict[str, str] | None = None) -> ClickResult:
        """The button called so on the lowest card of an account's direct chat."""
        ref, card = self.card(sender)
        token = next(button.token for button in card.buttons if button.label == label)
        return await self.click(sender, token, ref, values, chat=f"{sender}-alone")


@asynccontextmanager
async def service_with(
    data: Path, *platforms: str, settings: Settings | None = None, names: Mapping[str, str] | None = None
) -> AsyncIterator[tuple[Firm, dict[str, Platform]]]:
    """The sample firm with the console and these platforms."""
    found: dict[str, Platform] = {}

    def maker(platform: str) -> Any:
        def make(service: Service) -> Platform:
            found[platform] = Platform(service, platform, names or {})
            return found[platform]

        return make

    clock = Clock()
    settings = settings or settings_for(data)
    logs.configure(settings.log_level, settings.logs_dir, terminal=False)
    service = Service(settings, demo=True, clock=clock, extra=[maker(one) for one in platforms])
    await service.start()
    try:
        await service.wait_ready()
        async with ConsoleClient(service.url) as client, aiohttp.ClientSession() as http:
            firm = Firm(service, clock, client, http)
            await firm.enter()
            yield firm, found
    finally:
        await service.stop()
