"""The seven ways a long connection ends: the bot comes back or says what is wrong, and nothing that reached us is lost.

The whole service over the sample company, with a small WeCom gateway on loopback in the place of the real one.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlmodel import Session

from bot import channels
from bot import kit as kits
from bot.service import Service
from bot.settings import Settings
from bot.wecom.bot import WecomBotChannel
from bot.wecom.endings import Pace, State
from inventory_core import people
from inventory_core.sql import run
from inventory_core.views import Role
from tests.support.aibot_gateway import AibotGateway
from tests.support.firm import Clock

FAST = Pace(
    ping=0.15,
    connect=2.0,
    subscribe=2.0,
    answer=2.0,
    first_pause=0.05,
    longest_pause=0.2,
    steady=30.0,
    bad_secret=0.2,
    evicted=0.4,
    evicted_again=3600.0,
    patience=0.2,
    not_subscribed=0.05,
    close=0.2,
    finish=5.0,
)
LONG_SECONDS = 30.0


@dataclass
class Shop:
    """The service, its bot and the platform it talks to."""

    service: Service
    channel: WecomBotChannel
    platform: AibotGateway

    def words(self) -> list[str]:
        """Everything the bot said that arrived."""
        found = []
        for body in self.platform.shown:
            card = body.get("template_card")
            found.append(body["markdown"]["content"] if card is None else str(card))
        return found

    async def answered(self, *, since: int) -> list[str]:
        await self.platform.until(lambda: len(self.platform.shown) > since, LONG_SECONDS)
        return self.words()[since:]

    async def ask(self, text: str) -> list[str]:
        """Say something and wait for what comes back."""
        since = len(self.platform.shown)
        await self.platform.say("zhangwei", text)
        return await self.answered(since=since)

    async def handled(self) -> dict[str, str]:
        """Message id → state, of everything that reached the inbox."""
        await self.service.dispatcher.idle()

        def read(session: Session) -> dict[str, str]:
            rows = run(session, "SELECT event_key, state FROM inbox WHERE platform = 'wecombot'")
            return {row[0].rpartition(":")[2]: row[1] for row in rows}

        return await self.service.store.read(read)

    async def notes(self) -> dict[str, str]:
        found = await self.service.store.read(lambda session: kits.notes(session, "wecombot"))
        return {key: value for key, (value, _at) in found.items()}

    async def until_noted(self, holds: Callable[[str], bool]) -> str:
        """Wait until the error on record is such a one."""
        async with asyncio.timeout(LONG_SECONDS):
            while not holds(error := (await self.notes()).get("error", "")):  # noqa: ASYNC110  it is in the books only
                await asyncio.sleep(0.02)
        return error


@asynccontextmanager
async def shop(data: Path, platform: AibotGateway, pace: Pace = FAST, secret: str = "s3cret") -> AsyncIterator[Shop]:
    settings = Settings(
        data_dir=data,
        port=0,
        log_level="WARNING",
        wecom_bot_id="bot-1",
        wecom_bot_secret=SecretStr(secret),
        wecom_bot_url=platform.url,
    )
    clock = Clock()
    service = Service(settings, demo=True, clock=clock)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(channels, "_wecom_bot", lambda kit: WecomBotChannel(kit, pace=pace))
        await service.start()
    channel = service.channels["wecombot"]
    assert isinstance(channel, WecomBotChannel)
    try:
        await service.wait_ready()

        def bind(session: Session) -> None:
            seller = people.add_person(session, "张伟", frozenset({Role.SALES}), clock())
            people.bind(session, seller.id, "wecombot", "zhangwei", clock())

        await service.store.write(bind)
        yield Shop(service, channel, platform)
    finally:
        await service.stop()


@pytest.fixture
async def platform() -> AsyncIterator[AibotGateway]:
    gateway = AibotGateway()
    await gateway.start()
    yield gateway
    await gateway.stop()


async def _through(data: Path, platform: AibotGateway, fail: Callable[[], object]) -> None:
    """Said before the end: handled. Said after the bot came back: answered."""
    async with shop(data, platform) as here:
        await platform.subscribed(1)
        assert await here.ask("帮助")
        since = len(platform.shown)
        last = await platform.say("zhangwei", "库存 M8*40镀锌螺丝")
        broken = fail()
        if asyncio.iscoroutine(broken):
            await broken
        await platform.subscribed(2)
        await here.answered(since=since)
        assert (await here.handled())[last] == "done"
        assert await here.ask("草稿")
        assert set((await here.handled()).values()) == {"done"}
        assert here.channel.gateway.state is State.LIVE
        assert await here.until_noted(lambda error: not error) == ""


@pytest.mark.parametrize("code", [1000, 1001])
async def test_closed_in_good_order(code: int, data: Path, platform: AibotGateway) -> None:
    """The published SDKs stay dead after these two."""
    await _through(data, platform, lambda: platform.close(code))


async def test_torn_off(data: Path, platform: AibotGateway) -> None:
    async def fail() -> None:
        await asyncio.sleep(0.05)  # an abort throws away what is not sent yet, and that never reached us
        platform.abort()

    await _through(data, platform, fail)


async def test_pings_unanswered(data: Path, platform: AibotGateway) -> None:
    async def fail() -> None:
        platform.pongs = False
        await platform.until(lambda: platform.tries >= 2)
        platform.pongs = True

    await _through(data, platform, fail)


async def test_wrong_secret_is_reported_and_mended_without_a_restart(data: Path, platform: AibotGateway) -> None:
    platform.secret = "another"
    async with shop(data, platform) as here:
        error = await here.until_noted(lambda error: "853000" in error)
        assert "Secret" in error
        assert "danju setup wecom" in error
        assert here.channel.gateway.state in (State.BAD_SECRET, State.CONNECTING)
        assert "s3cret" not in error
        platform.secret = "s3cret"  # somebody put the right one into the console
        await platform.subscribed(1)
        assert await here.ask("帮助")
        assert await here.until_noted(lambda error: not error) == ""


async def test_evicted_waits_and_tries_once(data: Path, platform: AibotGateway) -> None:
    """Two programs with one bot never throw each other out for ever: the second eviction ends the quarrel."""
    async with shop(data, platform) as here:
        await platform.subscribed(1)
        assert await here.ask("帮助")
        await platform.evict()
        error = await here.until_noted(lambda error: "顶下线" in error)
        assert "请停掉另一处" in error
        await platform.subscribed(2)
        assert await here.ask("草稿")
        await platform.evict()
        error = await here.until_noted(lambda error: "一直在别处" in error)
        tries = platform.tries
        await asyncio.sleep(5 * FAST.evicted)
        assert platform.tries == tries == 2
        assert here.channel.gateway.state is State.EVICTED
        told = "SELECT 1 FROM outbox WHERE body LIKE '%顶下线%'"
        assert await here.service.store.read(lambda session: run(session, told)), "no administrator was told"


async def test_refused_at_start(data: Path, platform: AibotGateway) -> None:
    """The service starts all the same, says why, and connects as soon as somebody is there."""
    port = platform.port
    await platform.stop()
    async with shop(data, platform) as here:
        error = await here.until_noted(lambda error: "连不上" in error)
        assert "会一直重试" in error
        await platform.start(port)
        await platform.subscribed(1)
        assert await here.ask("帮助")
        assert await here.until_noted(lambda error: not error) == ""


async def test_what_was_to_be_said_meanwhile_is_said_after_the_reconnect(data: Path, platform: AibotGateway) -> None:
    """An answer that finds no connection waits for one, and is not called 补发: it never went out."""
    async with shop(data, platform, replace(FAST, first_pause=1.0, longest_pause=1.0)) as here:
        await platform.subscribed(1)
        assert await here.ask("帮助")
        since = len(platform.shown)
        platform.accepts_connections = False
        await platform.say("zhangwei", "草稿")
        await platform.close(1001)
        await platform.until(lambda: platform.tries >= 2)
        await here.handled()
        platform.accepts_connections = True
        answers = await here.answered(since=since)
        assert not any("补发" in words for words in answers)


async def test_an_answer_nobody_confirmed_is_said_again_as_such(data: Path, platform: AibotGateway) -> None:
    """The platform recognises nothing, so the second try says what it is."""
    async with shop(data, platform, replace(FAST, answer=0.3)) as here:
        await platform.subscribed(1)
        platform.silent["aibot_send_msg"] = 1
        since = len(platform.shown)
        await platform.say("zhangwei", "草稿")
        await platform.until(lambda: len(platform.shown) >= since + 2, LONG_SECONDS)
        first, second = here.words()[since : since + 2]
        assert "补发" not in first
        assert "补发" in second
