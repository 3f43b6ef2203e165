"""The same requests to the service's real endpoints and to what the vendors and wechatpy offer for receiving them:
accepted or refused alike, but for the deviations that are named here with their reason."""

from __future__ import annotations

import asyncio
import base64
import importlib
import json
import sys
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import aiohttp
import pytest
import structlog

from bot.simulator.feishu import FeishuConfig
from bot.simulator.wecom import WecomConfig
from tests.support import peers
from tests.support.line_peer import node
from tests.support.peer_service import Running, running
from tests.support.processes import ROOT
from tests.support.verdicts import Case, Comparison, compare
from tests.support.verdicts_feishu import CLICK, ENTERED, MENU, MESSAGE, RECALLED
from tests.support.verdicts_feishu import requests as feishu_requests
from tests.support.verdicts_wecom import OUTER
from tests.support.verdicts_wecom import requests as wecom_requests

pytestmark = pytest.mark.node

NODE_SDK, LARK_OAPI = "node-sdk", "lark-oapi"
WECHATPY, WECOM_CRYPTO = "wechatpy", "@wecom/crypto"
_UNASKED = "answers 200 to whatever it has no handler for, also to what is no event"
_HANDS_ON = "hands on what it does not look into; we refuse what we could not read"
_NO_XML = "no XML is read there; and nothing that stands in it is compared"
_LAYOUT = "checks neither padding nor layout"
#: Family, how many of it are judged otherwise by each of the two receivers, and why.
Table = tuple[tuple[str, int, int, str], ...]
FEISHU: Table = (  # node-sdk, lark-oapi
    ("JSON written otherwise", 5, 0, "signs JSON.stringify of the parsed body instead of the bytes that came"),
    ("event nobody registered", 0, 3, "500 for what has no handler: Feishu sends it four times more"),
    ("click whose value is a text", 0, 1, "its model of an action takes an object only"),
    ("plain though there is a key", 2, 2, "takes plain events beside an Encrypt Key"),
    ("body in another encoding", 0, 4, "json.loads of bytes guesses the encoding; Feishu sends UTF-8"),
    ("base64 written otherwise", 4, 3, "leaves out what is not base64; we want what Feishu writes"),
    ("broken UTF-8 inside", 1, 0, "puts U+FFFD where the UTF-8 is broken"),
    ("bit of the cipher text, signed anew", 1, 0, "puts U+FFFD where the UTF-8 is broken"),
    ("number of 5000 digits", 1, 0, "JavaScript reads it as infinite"),
    ("number JSON has not", 0, 2, "Python's json takes NaN and Infinity"),
    ("nested 200 levels", 1, 1, _HANDS_ON),
    ("above the limit", 1, 1, "has no limit"),
    ("event of another app", 4, 4, "does not compare the app id"),
    ("token wrong", 3, 0, "does not look at the verification token of a sealed event"),
    ("token null", 1, 1, "does not miss the verification token of a sealed event"),
    ("schema odd", 5, 2, "any schema is version 2"),
    ("event of version 1", 2, 0, _UNASKED),
    ("event type odd", 4, 0, _UNASKED),
    ("header odd", 5, 0, _UNASKED),
    ("no object inside", 3, 0, _UNASKED),
    ("object without anything known", 3, 0, _UNASKED),
    ("event odd", 5, 2, _HANDS_ON),
    ("field of another type", 10, 9, _HANDS_ON),
    ("challenge with another token", 6, 0, "echoes every challenge that opens, or is plain"),
    ("challenge that is no text", 3, 3, "echoes what is no text too"),
    ("challenge above the limit", 1, 1, "has no limit for what comes unsigned"),
)
WECOM: Table = (  # wechatpy, @wecom/crypto; the second is not asked about odd outer documents
    ("outer document odd", 8, 0, "xmltodict passes DTDs, attributes, instructions, any depth and any length"),
    ("inner document odd", 7, 13, "the same, and a list of what comes twice; " + _NO_XML),
    ("no message inside", 0, 8, _NO_XML),
    ("no MsgType", 0, 1, _NO_XML),
    ("no MsgId", 1, 1, _HANDS_ON),
    ("no FromUserName", 1, 1, _HANDS_ON),
    ("no CreateTime", 1, 1, _HANDS_ON),
    ("field of another form", 11, 11, _HANDS_ON),
    ("for somebody else", 4, 4, "compares neither ToUserName nor AgentID"),
    ("another firm", 0, 4, "gives the receive id back; comparing it is its caller's"),
    ("parameter twice", 3, 3, "is given the first of two"),
    ("plus not escaped", 1, 1, "does not mend a plus sign that became a blank"),
    ("base64 written otherwise", 3, 4, "leaves out what is not base64; we want what WeCom writes"),
    ("padding", 2, 6, "looks at the last byte only; the second takes one above 32 for no padding at all"),
    ("another key", 0, 1, _LAYOUT),
    ("length", 0, 5, "cuts where the length says, and has no receive id to miss"),
    ("cut", 0, 2, _LAYOUT),
    ("bit of the cipher text, signed anew", 0, 40, _LAYOUT),
)


def known(table: Table, first: str, second: str) -> dict[tuple[str, str], tuple[int, str]]:
    found = {(family, first): (count, why) for family, count, _other, why in table if count}
    return found | {(family, second): (count, why) for family, _other, count, why in table if count}


async def danju(cases: Sequence[Case], service: AbstractAsyncContextManager[Running], where: str) -> dict[str, bool]:
    """The service's own verdicts, over HTTP. Nothing may end otherwise than taken or refused."""
    found = {}
    async with service as here, aiohttp.ClientSession() as session:
        url = getattr(here, where)
        for case in cases:
            asked = session.request(case.method, url, data=case.body, headers=case.headers, params=case.query)
            async with asked as answer:
                await answer.read()
                assert answer.status == 200 or 400 <= answer.status < 500, (case.name, answer.status)
                found[case.name] = answer.status == 200
        await here.rest()
    return found


async def node_sdk(config: FeishuConfig, cases: Sequence[Case]) -> dict[str, bool]:
    types = [MESSAGE, CLICK, RECALLED, MENU, ENTERED]
    found = {}
    async with node("lark_client.cjs") as peer:
        await peer.ask("register", encrypt_key=config.encrypt_key, token=config.verification_token, types=types)
        for case in cases:
            answer = await peer.ask("judge", body=base64.b64encode(case.body).decode(), headers=case.headers)
            found[case.name] = answer["accepted"]
    return found


async def lark_oapi(config: FeishuConfig, cases: Sequence[Case]) -> dict[str, bool]:
    asked: list[object] = [{"key": config.encrypt_key, "token": config.verification_token}]
    asked += [{"body": base64.b64encode(case.body).decode(), "headers": case.headers} for case in cases]
    text = "".join(json.dumps(line) + "\n" for line in asked)
    command = [sys.executable, "-m", "tests.support.verdicts_lark"]
    process = await asyncio.create_subprocess_exec(
        *command, cwd=ROOT, env=peers.environment(), stdin=-1, stdout=-1, stderr=-1
    )
    async with asyncio.timeout(60):
        out, complaints = await process.communicate(text.encode())
    assert process.returncode == 0, complaints.decode()[-2000:]
    answers = [int(line) for line in out.splitlines() if line.isdigit()]
    return {case.name: status == 200 for case, status in zip(cases, answers, strict=True)}


def wechatpy(config: WecomConfig, cases: Sequence[Case]) -> dict[str, bool]:
    """What its own crypto and parser say; whatever they raise is a refusal."""
    crypto = importlib.import_module("wechatpy.enterprise.crypto")
    parser = importlib.import_module("wechatpy.enterprise.parser")
    judge = crypto.WeChatCrypto(config.token, config.aes_key, config.corp_id)

    def accepts(case: Case) -> bool:
        signed = [case.first(name) for name in ("msg_signature", "timestamp", "nonce")]
        try:
            if case.method == "GET":
                return bool(judge.check_signature(*signed, case.first("echostr")))
            return parser.parse_message(judge.decrypt_message(case.body, *signed)) is not None
        except Exception:  # noqa: BLE001  boundary: it raises a dozen families of errors on odd input
            return False

    return {case.name: accepts(case) for case in cases}


async def wecom_crypto(config: WecomConfig, cases: Sequence[Case]) -> dict[str, bool]:
    found = {}
    async with node("wecom_crypto.cjs") as peer:
        for case in cases:
            if case.family in OUTER:
                continue  # it reads no XML
            params = {name: case.first(name) for name, _value in case.query}
            body = case.body.decode("utf-8", "replace")
            answer = await peer.ask("judge", token=config.token, key=config.aes_key, params=params, body=body)
            found[case.name] = answer["accepted"]
    return found


def report(title: str, found: Comparison) -> None:
    print(f"\n{title}, " + "\n".join(found.lines))  # noqa: T201
    assert not found.complaints, "\n" + "\n".join(found.complaints)


async def test_feishu_is_judged_alike(tmp_path: Path) -> None:
    config = FeishuConfig(
        app_id="cli_0123456789abcdef",
        encrypt_key="an encrypt key",
        verification_token="a token",
        tenant_key="a tenant",
        mode="webhook",
    )
    cases = feishu_requests(config)
    assert len(cases) >= 200
    with structlog.testing.capture_logs():
        async with asyncio.TaskGroup() as group:
            ours = group.create_task(danju(cases, running(tmp_path, feishu_config=config), "feishu_url"))
            first, second = group.create_task(node_sdk(config, cases)), group.create_task(lark_oapi(config, cases))
    theirs = {NODE_SDK: first.result(), LARK_OAPI: second.result()}
    report("Feishu", compare(cases, ours.result(), theirs, known(FEISHU, NODE_SDK, LARK_OAPI)))


async def test_wecom_is_judged_alike(tmp_path: Path) -> None:
    config = WecomConfig(
        corp_id="ww0123456789abcdef", token="aToken", aes_key="jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
    )
    cases = wecom_requests(config)
    assert len(cases) >= 200
    with structlog.testing.capture_logs():
        async with asyncio.TaskGroup() as group:
            ours = group.create_task(danju(cases, running(tmp_path, wecom_config=config), "wecom_url"))
            second = group.create_task(wecom_crypto(config, cases))
    theirs = {WECHATPY: wechatpy(config, cases), WECOM_CRYPTO: second.result()}
    report("WeCom", compare(cases, ours.result(), theirs, known(WECOM, WECHATPY, WECOM_CRYPTO)))
