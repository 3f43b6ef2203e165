"""Everything a person can do on the simulated Feishu, over both transports, in the neutral form."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from pydantic import SecretStr

from bot.feishu import cards, inbound, long, webhook
from bot.feishu.long import LongConnection
from bot.inbound import Inbound, InboundKind
from bot.settings import Settings
from bot.simulator.feishu.config import FeishuConfig
from bot.simulator.feishu.platform import FeishuSim
from notifications.card import Button, Card

Json = dict[str, Any]

PATIENCE = 60.0
WANG = "ou_" + "a" * 32


@asynccontextmanager
async def served(routes: list[web.RouteDef]) -> AsyncIterator[str]:
    app = web.Application()
    app.add_routes(routes)
    runner = web.AppRunner(app, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


class Came:
    """What came in, translated."""

    def __init__(self, config: FeishuConfig) -> None:
        self.config = config
        self.inbounds: list[Inbound] = []
        self.envelopes = 0

    async def receive(self, envelope: Json) -> Json:
        self.envelopes += 1
        found = inbound.translate(envelope, app_id=self.config.app_id, bot_open_id=self.config.bot_open_id)
        if found is None:
            return {}
        self.inbounds.append(found)
        return {"toast": {"type": "success", "content": "已确认"}} if found.kind is InboundKind.CLICK else {}

    async def note(self, key: str, value: str) -> None:
        """Nobody asks."""

    async def last(self, count: int) -> Inbound:
        async with asyncio.timeout(PATIENCE):
            while self.envelopes < count:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        return self.inbounds[-1]


@asynccontextmanager
async def connected(sim: FeishuSim, came: Came) -> AsyncIterator[None]:
    config = sim.config
    async with served(sim.routes()) as url:
        settings = Settings(
            feishu_app_id=config.app_id,
            feishu_app_secret=SecretStr(config.app_secret),
            feishu_encrypt_key=SecretStr(config.encrypt_key),
            feishu_verification_token=SecretStr(config.verification_token),
            feishu_base_url=url,
        )
        await sim.start()
        try:
            if config.mode == "webhook":
                async with served(webhook.routes(settings, came.receive)) as ours:
                    sim.set_callback(ours + webhook.PATH)
                    yield
            else:
                connection = LongConnection(settings, came.receive, came.note)
                await connection.start()
                async with asyncio.timeout(PATIENCE):
                    while connection.state.name != long.CONNECTED:  # noqa: ASYNC110
                        await asyncio.sleep(0.02)
                try:
                    yield
                finally:
                    await connection.stop()
        finally:
            await sim.stop()


@pytest.mark.parametrize(
    "config",
    [
        FeishuConfig(mode="webhook"),
        FeishuConfig(mode="ws", card_frames="event", fragment_bytes=300),
        FeishuConfig(mode="ws", card_frames="card"),
    ],
    ids=["webhook", "ws in fragments", "ws with card frames"],
)
async def test_what_people_do_arrives(config: FeishuConfig) -> None:
    sim = FeishuSim(config, users={WANG: "王五"})
    came = Came(config)
    async with connected(sim, came):
        direct = sim.direct_chat(WANG)
        first = await sim.say(WANG, "永兴 M8*30 5箱")
        found = await came.last(1)
        assert (found.kind, found.chat, found.sender, found.text) == (InboundKind.TEXT, direct, WANG, "永兴 M8*30 5箱")
        assert (found.message_ref, found.chat_kind, found.quoted_ref) == (first, "direct", None)

        await sim.say(WANG, "改成6箱", quote=first)
        assert (await came.last(2)).quoted_ref == first

        group = sim.add_group("销售群", [WANG])
        await sim.say(WANG, f"@{config.app_name} 5箱M8", chat=group)
        found = await came.last(3)
        assert (found.chat, found.chat_kind, found.to_bot, found.text) == (group, "group", True, "5箱M8")

        post = await sim.send_post(WANG, "永兴的送货单", [("a.png", b"\x89PNG")], title="进货")
        found = await came.last(4)
        assert (found.kind, found.text) == (InboundKind.MIXED, "进货\n永兴的送货单")
        message_id, key, kind = found.files[0].ref.split("/")
        assert (message_id, kind) == (post, "image")
        assert sim.resource(key).data == b"\x89PNG"

        await sim.send_file(WANG, "报价.xlsx", b"PK")
        found = await came.last(5)
        assert (found.kind, found.files[0].name) == (InboundKind.FILE, "报价.xlsx")
        await sim.send_file(WANG, "a.mp4", b"film")
        assert (await came.last(6)).kind is InboundKind.OTHER

        record = await sim.forward(WANG, [first, post])
        found = await came.last(7)
        assert [(file.ref, file.kind) for file in found.files] == [(f"words:{record}", "words")]

        await sim.recall(WANG, first)
        found = await came.last(8)
        assert (found.kind, found.message_ref, found.chat) == (InboundKind.RECALL, first, direct)
        await sim.enter(WANG)
        found = await came.last(9)
        assert (found.kind, found.sender, found.chat) == (InboundKind.ENTER, WANG, direct)

        card = sim.show_card(WANG, cards.render(Card("销售单", buttons=(Button("确认", "tok-1"),))).card)
        answer = await sim.click(WANG, card, "tok-1")
        assert (answer.toast, answer.tone, answer.error) == ("已确认", "success", "")
        found = await came.last(10)
        assert (found.kind, found.token, found.message_ref) == (InboundKind.CLICK, "tok-1", card)
        assert (found.chat, found.sender) == (direct, WANG)

        sim.push_other("im.message.reaction.created_v1", {"message_id": first})
        await came.last(11)
        sim.push_other("contact.user.deleted_v3", {"object": {"open_id": WANG}, "old_object": {}})
        assert (await came.last(12)).kind is InboundKind.LEFT
        await sim.settled()
        assert sim.pending() == 0
        assert {found.event_key for found in came.inbounds} <= sim.acknowledged()
        assert came.envelopes == 12
