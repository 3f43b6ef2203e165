"""The service as an intelligent bot on the simulated WeCom: talked to, tapped, sent files, cut off and disturbed."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from pydantic import SecretStr
from sqlmodel import Session

from bot import channels
from bot.inbound import Inbound
from bot.service import Service
from bot.settings import Settings
from bot.simulator.faults import EVERYTHING, Faults
from bot.simulator.parts import Message
from bot.simulator.parts import Pace as SimPace
from bot.simulator.wecom import BotConfig, BotSim
from bot.wecom.bot import WecomBotChannel
from bot.wecom.endings import Pace, State
from inventory_core import people
from inventory_core.sql import run
from inventory_core.views import Role
from tests.support.console import PNG

USERS = {"ZhangWei": "张伟", "LiNa": "李娜"}
FAST = Pace(
    ping=0.2,
    answer=1.0,
    first_pause=0.05,
    longest_pause=0.2,
    bad_secret=0.2,
    evicted=0.3,
    patience=0.3,
    not_subscribed=0.05,
    close=0.2,
)
LONG_SECONDS = 60.0
ORDER = "永兴 M8*30镀锌螺丝 10盒"


@dataclass
class Shop:
    service: Service
    channel: WecomBotChannel
    sim: BotSim

    async def quiet(self) -> None:
        """Wait until everything is delivered, handled and sent."""
        async with asyncio.timeout(LONG_SECONDS):
            while self.sim.pending():  # noqa: ASYNC110  the simulator calls nobody
                await asyncio.sleep(0.02)
            await self.service.dispatcher.idle()
            await self.service.sender.idle()
            waiting = "SELECT 1 FROM outbox WHERE platform = 'wecombot' AND state IN ('new', 'sending') LIMIT 1"
            while await self.rows(waiting):  # noqa: ASYNC110
                await asyncio.sleep(0.02)

    async def rows(self, statement: str) -> list[tuple[Any, ...]]:
        return await self.service.store.read(lambda session: [tuple(row) for row in run(session, statement)])

    async def say(self, account: str, text: str, chat: str | None = None, quote: str | None = None) -> list[Message]:
        """Say something; returns what the bot said to it."""
        seen = {message.ref for message in self.said()}
        await self.sim.say(account, text, chat, quote)
        await self.quiet()
        return [message for message in self.said() if message.ref not in seen]

    def said(self, chat: str | None = None) -> list[Message]:
        found = [one for one in self.sim.shown.messages.values() if one.sender == "bot"]
        return [one for one in found if chat is None or one.chat == chat]

    async def live(self) -> None:
        await self.channel.gateway.wait_live(LONG_SECONDS)

    async def inbound(self) -> list[Inbound]:
        found = await self.rows("SELECT body FROM inbox WHERE platform = 'wecombot' ORDER BY id")
        return [Inbound.from_json(row[0]) for row in found]


def button(message: Message, label: str) -> str:
    found = [str(one["key"]) for one in message.body["button_list"] if label in one["text"]]
    assert found, f"no {label} on {message.body}"
    return found[0]


Open = Callable[..., Any]


@pytest.fixture
async def shop(data: Path) -> AsyncIterator[Shop]:
    async with _shop(data) as here:
        yield here


@asynccontextmanager
async def _shop(data: Path, faults: Faults | None = None, pace: Pace = FAST) -> AsyncIterator[Shop]:
    sim = BotSim(BotConfig(keep_seconds=60.0), users=USERS, faults=faults, pace=SimPace(limits=False))
    app = web.Application()
    app.add_routes(sim.routes())
    server = TestServer(app)
    await server.start_server()
    settings = Settings(
        data_dir=data,
        port=0,
        log_level="WARNING",
        wecom_bot_id=sim.config.bot_id,
        wecom_bot_secret=SecretStr(sim.config.secret),
        wecom_bot_url=str(server.make_url("/aibot")).replace("http", "ws", 1),
    )
    service = Service(settings, demo=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(channels, "_wecom_bot", lambda kit: WecomBotChannel(kit, pace=pace))
        await service.start()
    try:
        await service.wait_ready()

        def bind(session: Session) -> None:
            now = service.clock()
            for account, name in USERS.items():
                role = Role.SALES if account == "ZhangWei" else Role.KEEPER
                people.bind(
                    session, people.add_person(session, name, frozenset({role}), now).id, "wecombot", account, now
                )

        await service.store.write(bind)
        channel = service.channels["wecombot"]
        assert isinstance(channel, WecomBotChannel)
        here = Shop(service, channel, sim)
        await here.live()
        yield here
    finally:
        await service.stop()
        await server.close()


async def test_an_order_is_confirmed_on_its_card(shop: Shop) -> None:
    """The click changes the card in place, within the five seconds."""
    answers = await shop.say("ZhangWei", ORDER)
    (card,) = [one for one in answers if one.kind == "card"]
    assert "草稿" in str(card.body)
    answer = await shop.sim.click("ZhangWei", card.ref, button(card, "确认"))
    assert answer.error == ""
    await shop.quiet()
    assert re.search(r"XS-\d+", str(shop.sim.shown.messages[card.ref].body))
    assert len(card.versions) >= 2


async def test_a_question_is_answered_by_choosing(shop: Shop) -> None:
    """The select comes back with the click, and the same card asks on or shows the order."""
    (card,) = [one for one in await shop.say("ZhangWei", "永兴 钻头 10支") if one.kind == "card"]
    select = card.body["button_selection"]
    chosen = next(one for one in select["option_list"] if one["id"].isdecimal())
    answer = await shop.sim.click("ZhangWei", card.ref, button(card, "选好了"), {select["question_key"]: chosen["id"]})
    assert answer.error == ""
    await shop.quiet()
    assert shop.sim.shown.messages[card.ref].body.get("button_selection") != select
    assert [row[0] for row in await shop.rows("SELECT state FROM inbox")] == ["done", "done"]


async def test_a_group_is_answered_in_the_group(shop: Shop) -> None:
    group = shop.sim.add_group("销售群", ["ZhangWei", "LiNa"])
    answers = await shop.say("ZhangWei", f"@单据 {ORDER}", chat=group)
    assert {one.chat for one in answers} == {group}
    (inbound,) = await shop.inbound()
    assert (inbound.text, inbound.chat_kind, inbound.to_bot) == (ORDER, "group", True)


async def test_who_may_not_is_told_in_words(shop: Shop) -> None:
    group = shop.sim.add_group("销售群", ["ZhangWei", "LiNa"])
    (card,) = [one for one in await shop.say("ZhangWei", f"@单据 {ORDER}", chat=group) if one.kind == "card"]
    before = {one.ref for one in shop.said()}
    await shop.sim.click("LiNa", card.ref, button(card, "确认"))
    await shop.quiet()
    said = [one for one in shop.said() if one.ref not in before]
    assert said
    assert all(one.kind == "markdown" for one in said)


async def test_who_never_spoke_is_greeted_on_entering(shop: Shop) -> None:
    assert await shop.sim.enter("ZhangWei")
    async with asyncio.timeout(LONG_SECONDS):
        while not shop.said("ZhangWei"):  # noqa: ASYNC110  the simulator calls nobody
            await asyncio.sleep(0.02)
    assert [one.kind for one in shop.said("ZhangWei")] == ["text"]


async def test_files_are_stored_readable_and_named(shop: Shop) -> None:
    await shop.sim.send_file("ZhangWei", "发票.png", PNG)
    await shop.sim.send_file("ZhangWei", "价目表.pdf", b"%PDF-1.7 hello")
    await shop.quiet()
    files = [file for inbound in await shop.inbound() for file in inbound.files]
    assert [file.name for file in files][1] == "价目表.pdf"
    stored = [await asyncio.to_thread(shop.service.attachments.get, str(file.sha256)) for file in files]
    assert stored == [PNG, b"%PDF-1.7 hello"]


async def test_a_picture_whose_address_expired_is_asked_for_again(shop: Shop) -> None:
    give_out = shop.sim.addresses.give_out

    def expired(name: str, data: bytes) -> dict[str, str]:
        part = give_out(name, data)
        shop.sim.addresses.expire()
        return part

    vars(shop.sim.addresses)["give_out"] = expired
    await shop.sim.send_file("ZhangWei", "发票.png", PNG)
    await shop.quiet()
    assert any("重新发" in str(one.body) for one in shop.said("ZhangWei"))


@pytest.mark.parametrize(("do", "code"), [("close", 1000), ("close", 1001), ("abort", 0), ("silent", 0), ("evict", 0)])
async def test_cut_off_and_back(do: str, code: int, shop: Shop) -> None:
    """What is said while nobody is connected arrives afterwards, once."""
    assert await shop.say("ZhangWei", "帮助")
    before = shop.sim.courier.subscriptions
    await shop.sim.connections(do, code)
    await shop.sim.say("ZhangWei", "草稿")
    async with asyncio.timeout(LONG_SECONDS):
        while shop.sim.courier.subscriptions == before:  # noqa: ASYNC110  the simulator calls nobody
            await asyncio.sleep(0.02)
    await shop.live()
    await shop.quiet()
    assert [one.text for one in await shop.inbound()] == ["帮助", "草稿"]
    assert shop.sim.lost == []
    assert shop.channel.gateway.state is State.LIVE


@pytest.mark.parametrize("code", [503, 853000])
async def test_refused_and_back(code: int, shop: Shop) -> None:
    await shop.sim.connections("refuse", code)
    await shop.sim.connections("close", 1001)
    async with asyncio.timeout(LONG_SECONDS):
        while shop.channel.gateway.state not in (State.WAITING, State.BAD_SECRET):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    await shop.sim.connections("refuse", 0)
    await shop.live()
    assert await shop.say("ZhangWei", "帮助")


async def test_under_everything_at_once_nothing_is_lost_and_nothing_doubled(data: Path) -> None:
    """Duplicates, reordering, answers that never come and refusals for too much: each order becomes one draft."""
    faults = Faults(7, replace(EVERYTHING, revoke_token_seconds=0.0, too_many=0.0, drop_connection=0.05))
    async with _shop(data, faults, replace(FAST, answer=0.3)) as here:
        goods = ("M8*40", "M6*30", "M8*30", "M10*40", "M6*20", "M12*50")
        for number, size in enumerate(goods):
            account = "ZhangWei" if number % 2 else "LiNa"
            await here.sim.say(account, f"库存 {size}镀锌螺丝")
            await asyncio.sleep(0.1)
        await here.quiet()
        keys = {row[0] for row in await here.rows("SELECT event_key FROM inbox WHERE state = 'done'")}
        assert here.sim.acknowledged() <= keys
        assert len(keys) == len(goods)
        assert here.sim.lost == []
        bodies = [str(one.body) for one in here.said()]
        assert len([body for body in bodies if "补发" not in body]) == len(goods)
