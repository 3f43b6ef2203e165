"""The whole service on the simulated platform: an order from a text to its confirmed card, in fair weather and foul."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer
from pydantic import SecretStr
from sqlmodel import Session

from bot.service import Service
from bot.settings import Settings
from bot.simulator.faults import Faults, Profile
from bot.simulator.parts import Pace
from bot.simulator.wecom import WecomConfig, WecomSim
from inventory_core import people
from inventory_core.sql import run
from inventory_core.views import Role

LONG_SECONDS = 60.0
ORDER = "红星修配厂 M8*30镀锌螺丝 10盒"


class Shop:
    def __init__(self, service: Service, sim: WecomSim) -> None:
        self.service = service
        self.sim = sim

    def seen(self, account: str = "ZhangWei") -> list[Any]:
        return [message.body for message in self.sim.shown.of_chat(account) if message.sender == "bot"]

    def words(self, account: str = "ZhangWei") -> str:
        return json.dumps(self.seen(account), ensure_ascii=False)

    def card(self) -> dict[str, Any]:
        """The newest card."""
        found: dict[str, Any] = [body for body in self.seen() if isinstance(body, dict) and "card_type" in body][-1]
        return found

    async def until(self, holds: Callable[[], object]) -> None:
        async with asyncio.timeout(LONG_SECONDS):
            while not holds():  # noqa: ASYNC110  what users see has no event
                await asyncio.sleep(0.02)

    async def rest(self) -> None:
        """Until everything has been handled and sent."""
        async with asyncio.timeout(LONG_SECONDS):
            await self.sim.settled()
            await self.service.dispatcher.idle()
            await self.service.sender.idle()

    async def states(self, table: str) -> set[str]:
        return {
            row[0] for row in await self.service.store.read(lambda s: run(s, f"SELECT DISTINCT state FROM {table}"))
        }


@asynccontextmanager
async def shop(data: Path, faults: Faults | None = None) -> AsyncIterator[Shop]:
    sim = WecomSim(
        WecomConfig(redelivery_seconds=0.3), users={"ZhangWei": "张伟"}, faults=faults, pace=Pace(limits=False)
    )
    platform = web.Application()
    platform.add_routes(sim.routes())
    server = TestServer(platform)
    await server.start_server()
    settings = Settings(
        data_dir=data,
        port=0,
        log_level="WARNING",
        wecom_corp_id=sim.config.corp_id,
        wecom_agent_id=sim.config.agent_id,
        wecom_secret=SecretStr(sim.config.secret),
        wecom_token=SecretStr(sim.config.token),
        wecom_aes_key=SecretStr(sim.config.aes_key),
        wecom_base_url=str(server.make_url("")),
    )
    service = Service(settings, demo=True)
    await service.start()
    try:
        await service.wait_ready()

        def bind(session: Session) -> None:
            if people.person_of(session, "wecom", "ZhangWei") is None:
                seller = people.add_person(session, "张伟", frozenset({Role.SALES}), service.clock())
                people.bind(session, seller.id, "wecom", "ZhangWei", service.clock())

        await service.store.write(bind)
        sim.config.callback_url = f"{service.url}/wecom/callback"
        await sim.start()
        yield Shop(service, sim)
    finally:
        await sim.stop()
        await service.stop()
        await server.close()


def button(card: dict[str, Any], text: str) -> str:
    return next(str(one["key"]) for one in card["button_list"] if text in one["text"])


async def test_an_order_from_a_text_to_its_number(tmp_path: Path) -> None:
    async with shop(tmp_path) as here:
        assert await here.sim.verify_callback() == ""
        await here.sim.say("ZhangWei", ORDER)
        await here.rest()
        card = here.card()
        assert "红星修配厂" in here.words()
        await here.sim.click("ZhangWei", card["task_id"], button(card, "改"))
        await here.until(lambda: "直接发一句话就能改" in here.words())  # what a toast would say is said
        await here.sim.say("ZhangWei", "第1行改成12盒")
        await here.rest()
        newer = here.card()
        assert newer["task_id"] != card["task_id"]
        assert "12盒" in json.dumps(newer, ensure_ascii=False)
        assert "看下面那张卡片" in json.dumps(here.seen()[0], ensure_ascii=False)  # its code came with the first click
        await here.sim.click("ZhangWei", newer["task_id"], button(newer, "散客"))
        await here.rest()
        assert here.card()["task_id"] == newer["task_id"]
        last = here.card()
        await here.sim.click("ZhangWei", last["task_id"], button(last, "确认"))
        await here.rest()
        assert "XS-" in json.dumps(here.card(), ensure_ascii=False)
        assert await here.states("outbox") <= {"sent", "superseded"}
        assert await here.states("inbox") == {"done"}


async def test_foul_weather(tmp_path: Path) -> None:
    """Doubled and late events, answers that never come, dead tokens: everything is answered, nothing twice."""
    faults = Faults(7, Profile(duplicate=0.2, reorder=0.1, timeout_after_effect=0.1))
    async with shop(tmp_path, faults) as here:
        for number in range(12):
            await here.sim.say("ZhangWei", f"库存 M{number + 3}*40")
            if number % 4 == 0:
                here.sim.desk.tokens.revoke()
        faults.profile = Profile()
        await here.rest()
        assert await here.states("inbox") == {"done"}
        assert await here.states("outbox") <= {"sent", "superseded"}
        assert len(here.seen()) == 12
        assert not here.sim.lost
