"""First contact as people see it on the simulated platforms, through the real channels and their cards."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot import logs
from bot.service import Service
from bot.settings import Settings
from bot.simulator.feishu.config import FeishuConfig
from bot.simulator.feishu.platform import FeishuSim
from bot.simulator.parts import Message, Platform
from bot.simulator.server import Simulator
from bot.simulator.wecom.app import WecomSim
from bot.simulator.wecom.bot import BotSim
from bot.simulator.wecom.gateway import PATH
from inventory_core import people
from inventory_core.sql import value
from inventory_core.views import PersonView, Role

PATIENCE = 20.0  # a hang must end the test; nothing is measured by it


class House:
    """A service with all three doors, and the people at them. ``ou_admin`` and ``admin`` are the administrator."""

    def __init__(self, service: Service, simulator: Simulator) -> None:
        self.service = service
        self.simulator = simulator

    async def until(self, look: Callable[[], Awaitable[Any] | Any]) -> Any:
        async with asyncio.timeout(PATIENCE):
            while True:
                found = look()
                if isinstance(found, Awaitable):
                    found = await found
                if found:
                    return found
                await asyncio.sleep(0.05)

    async def message(self, platform: Platform, chat: str, *words: str) -> Message:
        """The newest message of the bot in a chat that bears all these words."""

        def look() -> Message | None:
            shown = [one for one in platform.shown.of_chat(chat) if one.sender == "bot"]
            for one in reversed(shown):
                text = json.dumps(one.body, ensure_ascii=False)
                if all(word in text for word in words):
                    return one
            return None

        try:
            found: Message = await self.until(look)
        except TimeoutError:
            said = [json.dumps(one.body, ensure_ascii=False)[:300] for one in platform.shown.of_chat(chat)]
            raise AssertionError(f"nobody showed {words} there, only {said}") from None
        return found

    async def owner(self, platform: str, account: str) -> PersonView | None:
        return await self.service.store.read(lambda session: people.person_of(session, platform, account))

    async def token(self, action: str) -> str:
        """The newest button of this kind."""
        query = "SELECT token FROM card_action WHERE action = :action ORDER BY created_at DESC, rowid DESC LIMIT 1"
        return str(await self.service.store.read(lambda session: value(session, query, action=action)))


@asynccontextmanager
async def open_house(data: Path) -> AsyncIterator[House]:
    feishu = FeishuSim(FeishuConfig(mode="webhook"), users={"ou_admin": "何经理", "ou_fang": "王芳"})
    wecom = WecomSim(users={"admin": "何经理", "lilei": "李雷"})
    bot = BotSim(users={"lilei": "李雷", "admin": "何经理"})
    simulator = Simulator(feishu, wecom, bot)
    await simulator.start()
    settings = Settings(
        data_dir=data,
        port=0,
        log_level="WARNING",
        feishu_mode="webhook",
        feishu_app_id=feishu.config.app_id,
        feishu_app_secret=SecretStr(feishu.config.app_secret),
        feishu_encrypt_key=SecretStr(feishu.config.encrypt_key),
        feishu_verification_token=SecretStr(feishu.config.verification_token),
        feishu_base_url=simulator.url,
        wecom_corp_id=wecom.config.corp_id,
        wecom_agent_id=wecom.config.agent_id,
        wecom_secret=SecretStr(wecom.config.secret),
        wecom_token=SecretStr(wecom.config.token),
        wecom_aes_key=SecretStr(wecom.config.aes_key),
        wecom_base_url=simulator.url,
        wecom_bot_id=bot.config.bot_id,
        wecom_bot_secret=SecretStr(bot.config.secret),
        wecom_bot_url=simulator.url.replace("http", "ws", 1) + PATH,
    )
    logs.configure(settings.log_level, settings.logs_dir, terminal=False)
    service = Service(settings)
    try:
        await service.start()
        feishu.config.callback_url = f"{service.url}/feishu/events"
        wecom.config.callback_url = f"{service.url}/wecom/callback"
        await service.wait_ready()
        now = service.clock()

        def administrator(session: Any) -> None:
            person = people.with_role(session, Role.ADMIN)[0]
            people.bind(session, person.id, "feishu", "ou_admin", now)
            people.bind(session, person.id, "wecom", "admin", now)

        await service.store.write(administrator)
        yield House(service, simulator)
    finally:
        await service.stop()
        await simulator.stop()


@pytest.fixture
async def house(data: Path) -> AsyncIterator[House]:
    async with open_house(data) as found:
        yield found


async def test_on_feishu_a_card_with_inputs_binds_and_the_first_words_are_done(house: House) -> None:
    feishu = house.simulator.feishu
    admin, fang = feishu.direct_chat("ou_admin"), feishu.direct_chat("ou_fang")
    await feishu.say("ou_admin", "帮助")
    await house.message(feishu, admin, "开单助手")
    await feishu.say("ou_fang", "库存 M8*30螺栓")
    await house.message(feishu, fang, "还不认识您")
    card = await house.message(feishu, admin, "有人要登记", "王芳", "飞书")
    token = await house.token("contact_bind")
    answer = await feishu.click("ou_admin", card.ref, token, {"name": "王芳", "role": "销售"})
    assert answer.error == ""
    assert "已绑定：王芳（销售）" in answer.toast
    await house.message(feishu, fang, "登记好了，您是王芳（销售）")
    await house.message(feishu, fang, "可发")
    assert (await house.message(feishu, admin, "已绑定：王芳")).ref == card.ref


async def test_on_wecom_it_is_typed_and_counts_at_the_other_door_too(house: House) -> None:
    wecom, bot = house.simulator.wecom, house.simulator.bot
    assert wecom is not None
    assert bot is not None
    await wecom.say("admin", "帮助")
    await house.message(wecom, "admin", "开单助手")
    await wecom.say("lilei", "库存 M8*30螺栓")
    told = await house.message(wecom, "lilei", "还不认识您")
    code = next(word for word in str(told.body).replace("'", " ").split() if word.isdigit() and len(word) == 4)
    await house.message(wecom, "admin", "有人要登记", code)
    await wecom.say("admin", f"绑定 {code} 李雷 销售")
    await house.message(wecom, "admin", "已绑定：李雷（销售）")
    await house.message(wecom, "lilei", "登记好了")
    await house.message(wecom, "lilei", "可发")
    await bot.say("lilei", "库存 M8*30螺栓")
    await house.message(bot, "lilei", "可发")
    at_bot = await house.owner("wecombot", "lilei")
    assert at_bot is not None
    assert at_bot.name == "李雷"


async def test_one_draft_on_feishu_and_wecom(house: House) -> None:
    feishu, wecom = house.simulator.feishu, house.simulator.wecom
    assert wecom is not None
    admin = feishu.direct_chat("ou_admin")
    await feishu.say("ou_admin", "永固五金 M8*30螺栓 5盒")
    first = await house.message(feishu, admin, "销售单 草稿", "5盒")
    await wecom.say("admin", "第1行改成7盒")
    await house.message(wecom, "admin", "销售单 草稿", "7盒")
    assert (await house.message(feishu, admin, "销售单 草稿", "7盒")).ref == first.ref
