"""``danju setup`` and ``danju doctor`` against the simulated platforms."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pydantic import SecretStr
from typer.testing import CliRunner

from bot.cli.app import app
from bot.connect import feishu, health, wecom
from bot.settings import Settings
from bot.simulator.feishu.config import FeishuConfig
from bot.simulator.feishu.platform import FeishuSim
from bot.simulator.server import Simulator
from bot.simulator.wecom.app import WecomSim
from bot.simulator.wecom.bot import BotSim
from bot.simulator.wecom.gateway import PATH
from bot.store.migrate import migrate
from inventory_core.errors import DanjuError


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    running = Simulator(FeishuSim(FeishuConfig()), WecomSim(users={"zhang": "张三"}), BotSim())
    await running.start()
    yield running
    await running.stop()


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DANJU_CONFIG", str(tmp_path / "danju.toml"))
    monkeypatch.setenv("DANJU_DATA_DIR", str(tmp_path / "data"))
    return tmp_path


async def danju(*words: str, typed: str = "") -> tuple[int, str]:
    def run() -> tuple[int, str]:
        result = CliRunner().invoke(app, list(words), input=typed)
        words_of_error = str(result.exception) if isinstance(result.exception, DanjuError) else ""
        assert result.exception is None or isinstance(result.exception, DanjuError | SystemExit), result.exception
        return result.exit_code, result.output + words_of_error

    return await asyncio.to_thread(run)


def bot_url(simulator: Simulator) -> str:
    return simulator.url.replace("http", "ws", 1) + PATH


async def test_feishu_from_nothing_to_a_connection(simulator: Simulator, place: Path) -> None:
    config = simulator.feishu.config
    words = ("--app-id", config.app_id, "--app-secret", config.app_secret, "--base-url", simulator.url)
    code, told = await danju("setup", "feishu", *words, "--yes")
    assert code == 0, told
    for good in ("App ID 和 App Secret 正确", "机器人已启用", "消息权限已开通", "连上了"):
        assert good in told
    assert "回调配置" in told
    assert config.app_secret not in told
    kept = (place / "danju.toml").read_text("utf-8")
    assert config.app_id in kept
    assert config.app_secret not in kept
    settings = Settings()
    assert settings.feishu_app_secret.get_secret_value() == config.app_secret
    again, told = await danju("setup", "feishu", "--yes", "--offline")
    assert again == 0, told


async def test_a_wrong_secret_is_told_and_not_kept(simulator: Simulator, place: Path) -> None:
    words = ("--app-id", simulator.feishu.config.app_id, "--app-secret", "wrong", "--base-url", simulator.url)
    code, told = await danju("setup", "feishu", *words, "--yes")
    assert code == 1
    assert "没有保存" in told
    assert not (place / "danju.toml").exists()
    assert not (place / "data" / "secrets").exists()


async def test_feishu_asks_for_what_is_missing_and_never_shows_it(simulator: Simulator) -> None:
    config = simulator.feishu.config
    typed = f"{config.app_id}\n{config.app_secret}\n\n"
    code, told = await danju("setup", "feishu", "--base-url", simulator.url, typed=typed)
    assert code == 0, told
    assert "按回车" in told
    assert config.app_secret not in told


async def test_wecom_bot_and_app(simulator: Simulator) -> None:
    assert isinstance(simulator.wecom, WecomSim)
    assert isinstance(simulator.bot, BotSim)
    one, two = simulator.wecom.config, simulator.bot.config
    bot = ("--bot-id", two.bot_id, "--bot-secret", two.secret, "--bot-url", bot_url(simulator))
    own = ("--corp-id", one.corp_id, "--agent-id", one.agent_id, "--secret", one.secret, "--token", one.token)
    code, told = await danju(
        "setup", "wecom", *bot, *own, "--aes-key", one.aes_key, "--base-url", simulator.url, "--yes"
    )
    assert code == 0, told
    for good in ("长连接订阅成功", "43 个字符", "企业 ID 和应用 Secret 正确", "接受这台电脑"):
        assert good in told
    for hidden in (one.secret, one.token, one.aes_key, two.secret):
        assert hidden not in told
    settings = Settings()
    assert settings.has_wecom_app
    assert settings.has_wecom_bot
    assert settings.wecom_aes_key.get_secret_value() == one.aes_key


async def test_an_untrusted_address_is_named(simulator: Simulator) -> None:
    assert isinstance(simulator.wecom, WecomSim)
    simulator.wecom.desk.untrusted_ip = "203.0.113.9"
    config = simulator.wecom.config
    settings = Settings(
        wecom_corp_id=config.corp_id,
        wecom_agent_id=config.agent_id,
        wecom_secret=SecretStr(config.secret),
        wecom_base_url=simulator.url,
    )
    found = await wecom.app(settings)
    assert [check.good for check in found] == [True, False]
    assert "203.0.113.9" in found[1].text
    own = ("--corp-id", config.corp_id, "--agent-id", config.agent_id, "--secret", config.secret)
    sealed = ("--token", config.token, "--aes-key", config.aes_key, "--base-url", simulator.url)
    code, told = await danju("setup", "wecom", *own, *sealed, "--yes")
    assert code == 1
    assert "203.0.113.9" in told
    assert Settings().wecom_corp_id == config.corp_id  # kept: the address can be added only once these are in use


async def test_wrong_shapes_and_secrets_of_wecom(simulator: Simulator) -> None:
    code, told = await danju("setup", "wecom", "--corp-id", "ww1", "--agent-id", "1", "--secret", "s", "--token", "t",
                             "--aes-key", "short", "--yes")  # fmt: skip
    assert code == 1
    assert "43" in told
    settings = Settings(wecom_bot_id="nobody", wecom_bot_secret=SecretStr("no"), wecom_bot_url=bot_url(simulator))
    check = await wecom.bot(settings)
    assert check.good is False
    assert "Secret" in check.text


async def test_a_group_webhook_is_kept_and_says_hello(simulator: Simulator) -> None:
    assert isinstance(simulator.wecom, WecomSim)
    simulator.wecom.config.webhooks["仓库群"] = "key-1"
    code, told = await danju(
        "setup",
        "wecom",
        "--group",
        "仓库群=https://x/send?key=key-1",
        "--say-hello",
        "--base-url",
        simulator.url,
        "--yes",
    )
    assert code == 0, told
    assert "key-1" not in told
    assert Settings().group_webhooks == {"仓库群": "key-1"}


async def test_a_demo_is_refused(place: Path) -> None:
    data = place / "data"
    data.mkdir()
    migrate(data / "danju.db", before=lambda: None)
    import sqlite3

    with sqlite3.connect(data / "danju.db") as database:
        database.execute("INSERT INTO setting (key, value) VALUES ('demo', '1')")
    code, told = await danju("setup", "feishu", "--app-id", "cli_1", "--app-secret", "s", "--yes")
    assert code == 1
    assert "演示数据" in told


def note(data: Path, platform: str, **values: str) -> None:
    import sqlite3
    import time

    with sqlite3.connect(data / "danju.db") as database:
        for key, value in values.items():
            row = (platform, key, value, int(time.time() * 1e6))
            database.execute("INSERT OR REPLACE INTO channel_note (platform, key, value, at) VALUES (?, ?, ?, ?)", row)


def test_doctor_says_what_broke_and_how_to_mend_it(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = place / "data"
    data.mkdir()
    migrate(data / "danju.db", before=lambda: None)
    monkeypatch.setattr(health, "running_service", lambda _directory: object())
    settings = Settings(
        feishu_app_id="cli_1",
        wecom_corp_id="ww1",
        wecom_agent_id="1",
        wecom_bot_id="b",
        wecom_group_webhooks=SecretStr("群=k"),
    )
    note(data, "feishu", connection="refused", problem="飞书不认 App ID 或 App Secret")
    note(data, "wecombot", connected="1", error="机器人被别处挤下线了")
    note(data, "wecom", error="60020：把 203.0.113.9 加进可信 IP", callback_signature="Token 不对")
    found = {check.name: check for check in health.examine(settings)}
    assert found["飞书长连接"].text == "飞书不认 App ID 或 App Secret"
    assert "两个标签" in found["飞书收消息"].text
    assert "203.0.113.9" in found["企业微信应用"].text
    assert "Token 不对" in found["企业微信回调"].text
    assert found["企业微信群"].good
    assert found["管理员"].good is False
    note(data, "feishu", connection="connected", problem="", inbound="ok")
    found = {check.name: check for check in health.examine(settings)}
    assert found["飞书长连接"].good
    assert found["飞书收消息"].good


def test_doctor_is_silent_about_what_is_not_configured(place: Path) -> None:
    assert health.examine(Settings(data_dir=place / "none")) == []


async def test_our_own_addresses_are_asked_as_the_platforms_do(place: Path) -> None:
    from aiohttp import web
    from aiohttp.test_utils import TestServer

    from bot.feishu import webhook
    from bot.wecom.callback import Callback
    from bot.wecom.guards import Guard

    key = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
    settings = Settings(
        feishu_app_id="cli_1",
        feishu_mode="webhook",
        feishu_encrypt_key=SecretStr("key"),
        feishu_verification_token=SecretStr("token"),
        wecom_corp_id="ww1",
        wecom_agent_id="1",
        wecom_token=SecretStr("QDG6eK"),
        wecom_aes_key=SecretStr(key),
    )

    async def nothing(*_what: object) -> dict[str, object]:
        return {}

    async def take(_fields: dict[str, object]) -> None:
        """Nothing comes."""

    async def write(_key: str, _value: str) -> None:
        """Nothing is noted."""

    site = web.Application()
    site.add_routes(webhook.routes(settings, nothing))
    Callback(Guard(token="QDG6eK", aes_key=key, corp_id="ww1", agent_id="1"), take, write).mount(site)
    async with TestServer(site) as server:
        base = str(server.make_url("")).rstrip("/")
        assert (await feishu.own_url(settings, base)).good
        assert (await wecom.own_url(settings, base)).good
        other = settings.model_copy(update={"wecom_corp_id": "ww2"})
        assert (await wecom.own_url(other, base)).good is False
    assert (await feishu.own_url(settings, base)).good is False
