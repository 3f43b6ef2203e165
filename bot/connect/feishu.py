"""Checking a Feishu app: credentials, bot, scopes, long connection, our own webhook address. Nothing is sent to
anybody, and nothing that arrives meanwhile is acknowledged, so Feishu sends it again to the service."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from bot.channel import NotYet, SendFailed
from bot.connect.checks import URL_SECONDS, Check, attempt, session
from bot.feishu import crypto
from bot.feishu.api import FeishuApi
from bot.feishu.long import CONNECTED, REFUSED, WAITING, LongConnection
from bot.feishu.webhook import PATH
from bot.lines import trouble
from bot.settings import Settings

CONNECT_SECONDS = 75.0  # the SDK's import alone takes seconds
NO_BOT = "应用还没有机器人。到开放平台“添加应用能力”里添加“机器人”，再创建并发布一个版本"
TABS = "“事件与回调”里的“事件配置”和“回调配置”两个标签都要选“使用长连接接收”，保存后发布版本"
TABS_URL = "“事件与回调”里的“事件配置”和“回调配置”两个标签都要填这个地址"


async def check(settings: Settings) -> list[Check]:
    """Credentials, bot and scopes; each only when the one before is good."""
    async with session() as http:
        api = FeishuApi(
            settings.feishu_base_url, settings.feishu_app_id, settings.feishu_app_secret.get_secret_value(), http
        )
        try:
            found = [await attempt("飞书凭证", api.check(), "App ID 和 App Secret 正确")]
            if found[0].good:
                found.append(await _bot(api))
                found.append(await _scopes(api))
            return found
        finally:
            await api.close()


async def _bot(api: FeishuApi) -> Check:
    try:
        open_id = await api.bot_open_id()
    except NotYet as failure:
        return Check("飞书机器人", None, str(failure))
    except SendFailed as failure:
        return Check("飞书机器人", False, f"{NO_BOT}（{failure}）", later=True)
    return Check("飞书机器人", bool(open_id), "机器人已启用" if open_id else NO_BOT, later=True)


async def _scopes(api: FeishuApi) -> Check:
    """Asking for a message that does not exist is refused for the missing scope before it is looked for."""
    try:
        await api.messages("om_danju_check")
    except NotYet as failure:
        return Check("飞书权限", None, str(failure))
    except SendFailed as failure:
        if "缺权限" in str(failure):
            return Check("飞书权限", False, str(failure), later=True)
    return Check("飞书权限", True, "消息权限已开通")


@asynccontextmanager
async def held(settings: Settings) -> AsyncIterator[Check]:
    """A long connection while the block runs: Feishu's console saves that mode only while a client is connected."""

    async def refuse(_envelope: dict[str, Any]) -> dict[str, Any]:
        raise crypto.BadEvent("only a check: not taken")

    async def note(_key: str, _value: str) -> None:
        """There is no service to note it for."""

    connection = LongConnection(settings, refuse, note)
    await connection.start()
    try:
        yield await _settled(connection)
    finally:
        await connection.stop()


async def _settled(connection: LongConnection) -> Check:
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            while connection.state.name not in (CONNECTED, REFUSED, WAITING):  # noqa: ASYNC110  it tells no event
                await asyncio.sleep(0.1)
    except TimeoutError:
        return Check("飞书长连接", False, "等了一分多钟还没连上。请检查这台电脑能不能上网，再试一次")
    if connection.state.name == CONNECTED:
        return Check("飞书长连接", True, f"连上了。{TABS}")
    return Check("飞书长连接", False, connection.state.problem)


def webhook_url(base: str) -> str:
    """Where Feishu has to send events."""
    return base.rstrip("/") + PATH


async def own_url(settings: Settings, base: str) -> Check:
    """Ask our own address for an encrypted challenge, as Feishu does when the URL is saved."""
    name, url = "飞书回调地址", webhook_url(base)
    challenge = secrets.token_hex(8)
    asked = {
        "challenge": challenge,
        "token": settings.feishu_verification_token.get_secret_value(),
        "type": "url_verification",
    }
    key = settings.feishu_encrypt_key.get_secret_value()
    if not key:
        return Check(name, False, "还没有 Encrypt Key。在“事件与回调 → 加密策略”里生成，再运行 danju setup feishu")
    sealed = json.dumps({"encrypt": crypto.encrypt(key, json.dumps(asked).encode())}, separators=(",", ":"))
    try:
        async with (
            session() as http,
            http().post(
                url,
                data=sealed,
                headers={"Content-Type": "application/json"},
                timeout=aiohttp.ClientTimeout(total=URL_SECONDS),
            ) as response,
        ):
            answer = await response.text()
            status = response.status
    except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
        return Check(name, False, f"{url} 打不开（{trouble(error)}）。先 danju serve，再检查域名和反向代理")
    if status == 401:
        return Check(name, False, f"{url} 不认：服务用的 Encrypt Key 或 Verification Token 不是这一个，重启服务再试")
    try:
        good = status == 200 and json.loads(answer).get("challenge") == challenge
    except (ValueError, AttributeError):
        good = False
    if not good:
        return Check(name, False, f"{url} 回的不是我们的服务（HTTP {status}）。请检查反向代理转到了 {PATH}")
    return Check(name, True, f"{url} 通了。{TABS_URL}")
