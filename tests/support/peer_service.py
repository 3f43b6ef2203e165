"""The real service with its Feishu webhook and its WeCom callback, beside both simulated platforms: what a peer that
plays a platform posts to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

from pydantic import SecretStr

from bot.service import Service
from bot.settings import Settings
from bot.simulator.feishu import FeishuConfig, FeishuSim
from bot.simulator.parts import Pace
from bot.simulator.server import Simulator
from bot.simulator.wecom import WecomConfig, WecomSim
from inventory_core.sql import run

SECONDS = 60.0


class Running(NamedTuple):
    """``feishu`` and ``wecom`` know the credentials; nothing is pushed by them unless a test has them do so."""

    service: Service
    feishu: FeishuSim
    wecom: WecomSim

    @property
    def feishu_url(self) -> str:
        return f"{self.service.url}/feishu/events"

    @property
    def wecom_url(self) -> str:
        return f"{self.service.url}/wecom/callback"

    async def inbox(self, platform: str) -> list[str]:
        """The event keys of everything taken in, oldest first."""
        sql = "SELECT event_key FROM inbox WHERE platform = :platform ORDER BY id"
        return [row[0] for row in await self.service.store.read(lambda session: run(session, sql, platform=platform))]

    async def rest(self) -> None:
        """Until everything has been handled and sent."""
        async with asyncio.timeout(SECONDS):
            await self.service.dispatcher.idle()
            await self.service.sender.idle()


@asynccontextmanager
async def running(
    data: Path, feishu_config: FeishuConfig | None = None, wecom_config: WecomConfig | None = None
) -> AsyncIterator[Running]:
    """Without configurations: invented ones, anew each time."""
    pace = Pace(limits=False)
    feishu = FeishuSim(feishu_config or FeishuConfig(mode="webhook"), users={"ou_li": "李雷"}, pace=pace)
    wecom = WecomSim(wecom_config or WecomConfig(), users={"LiNa": "李娜"}, pace=pace)
    simulator = Simulator(feishu, wecom)
    url = await simulator.start()
    settings = Settings(
        data_dir=data,
        port=0,
        log_level="ERROR",
        feishu_mode="webhook",
        feishu_app_id=feishu.config.app_id,
        feishu_app_secret=SecretStr(feishu.config.app_secret),
        feishu_encrypt_key=SecretStr(feishu.config.encrypt_key),
        feishu_verification_token=SecretStr(feishu.config.verification_token),
        feishu_base_url=url,
        wecom_corp_id=wecom.config.corp_id,
        wecom_agent_id=wecom.config.agent_id,
        wecom_secret=SecretStr(wecom.config.secret),
        wecom_token=SecretStr(wecom.config.token),
        wecom_aes_key=SecretStr(wecom.config.aes_key),
        wecom_base_url=url,
    )
    service = Service(settings, demo=True)
    try:
        await service.start()
        await service.wait_ready()
        yield Running(service, feishu, wecom)
    finally:
        await service.stop()
        await simulator.stop()
