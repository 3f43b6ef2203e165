"""Checking WeCom's three doors: the intelligent bot, the self-built app with its callback, the group webhooks."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import re
import secrets
import time
from typing import Any

import aiohttp

from bot.channel import NotYet, SendFailed
from bot.connect.checks import URL_SECONDS, Check, attempt, session
from bot.lines import trouble
from bot.settings import Settings
from bot.wecom import errors
from bot.wecom.api import WecomApi, Wire
from bot.wecom.callback import PATH
from bot.wecom.endings import State
from bot.wecom.errors import Refusal
from bot.wecom.gateway import Gateway
from bot.wecom.guards import key_problem

LIVE_SECONDS = 20.0
_TOKEN = re.compile(r"[A-Za-z0-9]{1,32}", re.ASCII)


async def _no_note(_key: str, _value: str) -> None:
    """There is no service to note it for."""


async def _no_frame(_frame: dict[str, Any]) -> None:
    """Only a check: what comes is left alone."""


# -- the intelligent bot -----------------------------------------------------------------------------------------------


async def bot(settings: Settings) -> Check:
    """Subscribe once and leave. Only while no service holds this bot: a second subscription evicts the first."""
    async with session() as http:
        gateway = Gateway(
            settings.wecom_bot_url,
            settings.wecom_bot_id,
            settings.wecom_bot_secret.get_secret_value(),
            http,
            _no_frame,
            _no_frame,
            _no_note,
        )
        await gateway.start()
        try:
            async with asyncio.timeout(LIVE_SECONDS):
                while gateway.state is not State.LIVE and not gateway.trouble:  # noqa: ASYNC110  it tells no event
                    await asyncio.sleep(0.05)
        except TimeoutError:
            return Check("智能机器人", False, "企业微信没有回答。请检查这台电脑能不能上网，再试一次")
        finally:
            trouble = gateway.trouble
            await gateway.stop()
    if trouble:
        return Check("智能机器人", False, trouble)
    return Check("智能机器人", True, "长连接订阅成功，Bot ID 和 Secret 正确")


# -- the self-built app ------------------------------------------------------------------------------------------------


def shapes(settings: Settings) -> list[Check]:
    """What can be seen without asking anybody: the key's 43 characters and the token's form."""
    problem = key_problem(settings.wecom_aes_key.get_secret_value())
    token = settings.wecom_token.get_secret_value()
    good = _TOKEN.fullmatch(token) is not None
    return [
        Check("EncodingAESKey", problem is None, problem or "43 个字符，对"),
        Check("Token", good, "格式对" if good else "Token 要 1–32 个字母或数字；请从“接收消息”页面重新复制"),
    ]


async def app(settings: Settings) -> list[Check]:
    """Secret, then a harmless question that the trusted-IP rule applies to."""
    async with session() as http:
        api = WecomApi(
            http,
            settings.wecom_base_url,
            corp_id=settings.wecom_corp_id,
            secret=settings.wecom_secret.get_secret_value(),
            note=_no_note,
        )
        found = [await attempt("企业微信凭证", api.tokens.get(), "企业 ID 和应用 Secret 正确")]
        if found[0].good:
            found.append(await _allowed(api))
        return found


async def _allowed(api: WecomApi) -> Check:
    name = "可信 IP"
    try:
        await api.get("user/get", {"userid": "danju-check"})
    except NotYet as failure:
        return Check(name, None, str(failure))
    except Refusal as refusal:
        if refusal.code == 60020:  # WeCom takes a trusted address only after the URL was verified
            return Check(name, False, f"{refusal}。要先在“接收消息”页面保存 URL，才能加可信 IP", later=True)
        if refusal.code in errors.SETTINGS:
            return Check(name, False, str(refusal))
    except SendFailed as failure:
        return Check(name, None, str(failure))
    return Check(name, True, "企业微信接受这台电脑的请求")


def callback_url(base: str) -> str:
    """Where WeCom has to send messages."""
    return base.rstrip("/") + PATH


async def own_url(settings: Settings, base: str) -> Check:
    """Ask our own address for a signed echostr, as WeCom does when the URL is saved."""
    from wechatpy.enterprise.crypto import PrpCrypto

    name, url = "企业微信回调地址", callback_url(base)
    problem = key_problem(settings.wecom_aes_key.get_secret_value())
    if problem is not None:
        return Check(name, False, problem)
    said = str(secrets.randbelow(10**18))
    cipher = PrpCrypto(base64.b64decode(settings.wecom_aes_key.get_secret_value() + "="))
    sealed = cipher.encrypt(said, settings.wecom_corp_id)
    echostr = sealed.decode() if isinstance(sealed, bytes) else str(sealed)
    query = {"timestamp": str(int(time.time())), "nonce": secrets.token_hex(6), "echostr": echostr}
    words = sorted([settings.wecom_token.get_secret_value(), *query.values()])
    query["msg_signature"] = hashlib.sha1("".join(words).encode()).hexdigest()  # noqa: S324  WeCom's own scheme
    try:
        async with (
            session() as http,
            http().get(url, params=query, timeout=aiohttp.ClientTimeout(total=URL_SECONDS)) as response,
        ):
            answer, status = await response.text(), response.status
    except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
        return Check(name, False, f"{url} 打不开（{trouble(error)}）。先 danju serve，再检查域名和反向代理")
    if status == 403:
        return Check(name, False, f"{url} 不认：服务用的 Token、EncodingAESKey 或企业 ID 不是这一套，重启服务再试")
    if status != 200 or answer != said:
        return Check(name, False, f"{url} 回的不是我们的服务（HTTP {status}）。请检查反向代理转到了 {PATH}")
    return Check(name, True, f"{url} 通了，可以在“接收消息”页面保存了")


# -- group webhooks ----------------------------------------------------------------------------------------------------


async def group(settings: Settings, name: str, text: str) -> Check:
    """Say one line in a group: there is no harmless call, so only who asked for it gets it."""
    key = settings.group_webhooks[name]
    body = json.dumps({"msgtype": "text", "text": {"content": text}}, ensure_ascii=False).encode()
    async with session() as http:
        said = Wire(http, settings.wecom_base_url).ask("webhook/send", {"key": key}, body)
        return await attempt(f"群 {name}", said, "测试消息发出去了，请到群里看一眼")
