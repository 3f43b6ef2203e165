"""The real service with its real channels and both simulated platforms, all in this process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from bot import logs
from bot.service import Service
from bot.settings import Settings
from bot.simulator.feishu.platform import FeishuSim
from bot.simulator.parts import Message, Platform
from bot.simulator.server import Simulator
from bot.simulator.wecom.app import WecomSim
from bot.simulator.wecom.bot import BotSim
from tests.support.firm import Clock
from tests.support.platforms_audit import buttons
from tests.support.platforms_service import account, bind_people

WAIT_SECONDS = 30.0  # a hang must end the test; nothing is measured by it


@dataclass
class Connected:
    """One firm on both platforms; ``person(platform, n)`` are salespeople bound there."""

    service: Service
    clock: Clock
    feishu: FeishuSim
    wecom: WecomSim
    bot: BotSim

    def sim(self, platform: str) -> Platform:
        sims: dict[str, Platform] = {"feishu": self.feishu, "wecom": self.wecom, "wecombot": self.bot}
        return sims[platform]

    def person(self, platform: str, number: int = 0) -> str:
        return account(platform, number)

    def answers(self, platform: str) -> list[Message]:
        """What the bot shows there, oldest first."""
        return [message for message in self.sim(platform).shown.messages.values() if message.sender == "bot"]

    async def rest(self) -> None:
        """Until nothing is on its way."""
        async with asyncio.timeout(WAIT_SECONDS):
            calm = 0
            while calm < 3:
                pending = sum(self.sim(name).pending() for name in ("feishu", "wecom", "wecombot"))
                busy = pending + self.service.dispatcher.in_work + self.service.sender.busy
                calm = 0 if busy else calm + 1
                await asyncio.sleep(0.03)

    async def until(self, met: Callable[[], Any]) -> None:
        """Until something is so."""
        async with asyncio.timeout(WAIT_SECONDS):
            for _ in iter(lambda: bool(met()), True):
                await asyncio.sleep(0.02)

    def button(self, platform: str, label: str) -> tuple[str, str]:
        """(card, token) of the newest button with this label."""
        for message in reversed(self.answers(platform)):
            token = dict(buttons(message.body)).get(label)
            if token is not None:
                return message.ref, token
        raise AssertionError(f"no {label} on {platform}")


@asynccontextmanager
async def connected(data: Path, *, mode: str = "webhook", people: int = 2) -> AsyncIterator[Connected]:
    """A service over a data directory of the sample company, on both platforms, until the block ends."""
    feishu, wecom, bot = FeishuSim(), WecomSim(), BotSim()
    feishu.config.mode = "ws" if mode == "ws" else "webhook"
    simulator = Simulator(feishu, wecom, bot)
    await simulator.start()
    clock = Clock()
    settings = Settings(data_dir=data, port=0, log_level="WARNING", **addresses(simulator, feishu, wecom, bot))
    logs.configure(settings.log_level, settings.logs_dir, terminal=False)
    service = Service(settings, demo=True, clock=clock)
    try:
        await service.start()
        await service.wait_ready()
        await service.store.write(partial(bind_people, count=people, service=service))
        feishu.config.callback_url = f"{service.url}/feishu/events"
        wecom.config.callback_url = f"{service.url}/wecom/callback"
        firm = Connected(service, clock, feishu, wecom, bot)
        await firm.until(lambda: bot.courier.live is not None and (mode != "ws" or feishu.gateway.connections))
        yield firm
    finally:
        await service.stop()
        await simulator.stop()


def addresses(simulator: Simulator, feishu: FeishuSim, wecom: WecomSim, bot: BotSim) -> dict[str, Any]:
    """Danju's settings for the three simulated platforms."""
    return {
        "feishu_mode": feishu.config.mode,
        "feishu_app_id": feishu.config.app_id,
        "feishu_app_secret": feishu.config.app_secret,
        "feishu_encrypt_key": feishu.config.encrypt_key,
        "feishu_verification_token": feishu.config.verification_token,
        "feishu_base_url": simulator.url,
        "wecom_corp_id": wecom.config.corp_id,
        "wecom_agent_id": wecom.config.agent_id,
        "wecom_secret": wecom.config.secret,
        "wecom_token": wecom.config.token,
        "wecom_aes_key": wecom.config.aes_key,
        "wecom_base_url": simulator.url,
        "wecom_bot_id": bot.config.bot_id,
        "wecom_bot_secret": bot.config.secret,
        "wecom_bot_url": simulator.url.replace("http", "ws", 1) + "/aibot",
    }
