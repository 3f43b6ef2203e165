"""A firm's WeCom channels against the simulated platform, over real HTTP, with a real store and a door that records."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer
from pydantic import SecretStr

from bot.attachments import Attachments
from bot.channel import Outgoing
from bot.inbound import Inbound
from bot.kit import Kit, notes
from bot.metrics import Metrics
from bot.settings import Settings
from bot.simulator.faults import Faults
from bot.simulator.wecom import WecomConfig, WecomSim
from bot.store import Store
from bot.store.tables import METADATA
from bot.wecom.app import WecomAppChannel
from bot.wecom.group import WecomGroupChannel
from handlers.turn import ClickResult, Outcome

NOW = datetime(2026, 11, 24, 2, 30, tzinfo=UTC)
HOOK = "693axxx6-7aoc-4bc4-97a0-0ec2sifa5aaa"


class Door:
    """Takes events in as the dispatcher does, keyed; a click's answer is what the test says."""

    def __init__(self) -> None:
        self.taken: dict[str, Inbound] = {}
        self.result = ClickResult("已确认", "good", Outcome("confirmed"))
        self.trouble: Exception | None = None

    async def accept(self, inbound: Inbound) -> int:
        if self.trouble is not None:
            raise self.trouble
        self.taken.setdefault(inbound.event_key, inbound)
        return list(self.taken).index(inbound.event_key) + 1

    async def click(self, inbound: Inbound) -> ClickResult:
        await self.accept(inbound)
        return self.result

    async def retry(self, inbox_id: int) -> None:
        raise AssertionError("nothing is set aside here")


class Shop:
    """``async with Shop(tmp_path) as shop``. ``shop.now`` is the channels' clock."""

    def __init__(self, directory: Path, *, faults: Faults | None = None, **settings: Any) -> None:
        self.now = NOW
        self.door = Door()
        config = WecomConfig(webhooks={"仓库群": HOOK})
        self.sim = WecomSim(config, users={"ZhangWei": "张伟", "LiNa": "李娜"}, faults=faults)
        self._directory = directory
        self._settings = settings
        self._rows = 0

    async def __aenter__(self) -> Shop:
        platform = web.Application(client_max_size=64 * 1024 * 1024)
        platform.add_routes(self.sim.routes())
        self.platform = TestServer(platform)
        await self.platform.start_server()
        config = self.sim.config
        self.settings = Settings(
            data_dir=self._directory,
            wecom_corp_id=config.corp_id,
            wecom_agent_id=config.agent_id,
            wecom_secret=SecretStr(config.secret),
            wecom_token=SecretStr(config.token),
            wecom_aes_key=SecretStr(config.aes_key),
            wecom_group_webhooks=SecretStr(f"仓库群={HOOK},没有的群=none"),
            wecom_base_url=str(self.platform.make_url("")),
            **self._settings,
        )
        self.store = Store(self._directory / "danju.db")
        self.store.write_sync(lambda session: METADATA.create_all(session.connection()))
        self.http = aiohttp.ClientSession()
        self.attachments = Attachments(self._directory / "files")
        self.kit = Kit(
            settings=self.settings,
            door=self.door,
            store=self.store,
            attachments=self.attachments,
            clock=lambda: self.now,
            metrics=Metrics(),
            http=lambda: self.http,
        )
        self.app = WecomAppChannel(self.kit)
        self.group = WecomGroupChannel(self.kit)
        ours = web.Application()
        self.app.mount(ours)
        self.group.mount(ours)
        self.danju = TestServer(ours)
        await self.danju.start_server()
        config.callback_url = str(self.danju.make_url("/wecom/callback"))
        await self.sim.start()
        await self.app.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.app.stop()
        await self.sim.stop()
        await self.danju.close()
        await self.platform.close()
        await self.http.close()
        self.store.close()

    def item(self, kind: str, body: str, chat: str = "ZhangWei", **more: Any) -> Outgoing:
        """A fresh row of the outbox."""
        self._rows += 1
        return Outgoing(self._rows, f"row{self._rows}", chat, kind, body, **({"created_at": self.now} | more))

    def seen(self, chat: str = "ZhangWei") -> list[Any]:
        """What a person or group sees from the bot."""
        return [message.body for message in self.sim.shown.of_chat(chat) if message.sender == "bot"]

    def put(self, data: bytes) -> str:
        self.attachments.put(data)
        return hashlib.sha256(data).hexdigest()

    async def notes(self, platform: str = "wecom") -> dict[str, str]:
        found = await self.store.read(lambda session: notes(session, platform))
        return {key: value for key, (value, _at) in found.items()}

    def later(self, **span: float) -> None:
        self.now += timedelta(**span)
