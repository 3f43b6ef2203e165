"""The same requests to the service's real endpoints and to what the vendors and wechatpy offer for receiving them:
accepted or refused alike, but for the deviations that are named here with their reason."""

from __future__ import annotations

import asyncio
import base64
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import aiohttp
import pytest
import structlog

from bot.simulator.feishu import FeishuConfig
from tests.support import peers
from tests.support.node_peer import node
from tests.support.peer_service import running
from tests.support.processes import ROOT
from tests.support.verdicts import Case, Comparison, compare
from tests.support.verdicts_feishu import CLICK, ENTERED, MENU, MESSAGE, RECALLED, requests

pytestmark = pytest.mark.node

NODE_SDK, LARK_OAPI = "node-sdk", "lark-oapi"
_UNASKED = "answers 200 to whatever it has no handler for, also to what is no event"
_HANDS_ON = "hands on what it does not look into; we refuse what we could not read"
_BOTH = (NODE_SDK, LARK_OAPI)
#: (family, receiver) → why it judges some of the family otherwise than we do.
FEISHU: dict[tuple[str, str], str] = {
    ("JSON written otherwise", NODE_SDK): "signs JSON.stringify of the parsed body instead of the bytes that came",
    ("event nobody registered", LARK_OAPI): "500 for what has no handler, so that Feishu sends it four times more",
    ("click whose value is a text", LARK_OAPI): "its model of an action takes an object only",
    **{("plain though there is a key", one): "takes plain events beside an Encrypt Key" for one in _BOTH},
    ("body in another encoding", LARK_OAPI): "json.loads of bytes guesses the encoding; Feishu sends UTF-8",
    **{("base64 written otherwise", one): "leaves out what is not base64; we take it as it is signed" for one in _BOTH},
    ("broken UTF-8 inside", NODE_SDK): "puts U+FFFD where the UTF-8 is broken",
    ("bit of the cipher text, signed anew", NODE_SDK): "U+FFFD again, and " + _UNASKED,
    ("number of 5000 digits", NODE_SDK): "JavaScript reads it as infinite",
    ("number JSON has not", LARK_OAPI): "Python's json takes NaN and Infinity",
    **{("nested 200 levels", one): _HANDS_ON for one in _BOTH},
    **{("above the limit", one): "has no limit" for one in _BOTH},
    **{("event of another app", one): "does not compare the app id" for one in _BOTH},
    ("token wrong", NODE_SDK): "does not look at the verification token of a sealed event",
    **{("token null", one): "does not miss the verification token of a sealed event" for one in _BOTH},
    **{("schema odd", one): "any schema is version 2" for one in _BOTH},
    ("event of version 1", NODE_SDK): _UNASKED,
    ("event type odd", NODE_SDK): _UNASKED,
    ("header odd", NODE_SDK): _UNASKED,
    ("no object inside", NODE_SDK): _UNASKED,
    ("object without anything known", NODE_SDK): _UNASKED,
    **{("event odd", one): _HANDS_ON for one in _BOTH},
    **{("field of another type", one): _HANDS_ON for one in _BOTH},
    ("challenge with another token", NODE_SDK): "echoes every challenge that opens, or is plain",
    **{("challenge that is no text", one): "echoes what is no text too" for one in _BOTH},
    **{("challenge above the limit", one): "has no limit for what comes unsigned" for one in _BOTH},
}


async def verdicts(url: str, cases: Sequence[Case]) -> dict[str, bool]:
    """Danju's. Nothing may end otherwise than taken or refused."""
    found = {}
    async with aiohttp.ClientSession() as session:
        for case in cases:
            asked = session.request(case.method, url, data=case.body, headers=case.headers, params=case.query)
            async with asked as answer:
                await answer.read()
                assert answer.status == 200 or 400 <= answer.status < 500, (case.name, answer.status)
                found[case.name] = answer.status == 200
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
    cases = requests(config)
    assert len(cases) >= 200
    with structlog.testing.capture_logs():
        async with running(tmp_path, feishu_config=config) as danju:
            ours = await verdicts(danju.feishu_url, cases)
            await danju.rest()
    theirs = {NODE_SDK: await node_sdk(config, cases), LARK_OAPI: await lark_oapi(config, cases)}
    report("Feishu", compare(cases, ours, theirs, FEISHU))
