"""The same requests to our endpoint and to both vendors' dispatchers: the same verdict, but for what is named."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from pydantic import SecretStr

from bot.feishu import inbound, webhook
from bot.settings import Settings
from tests.support import peers
from tests.support.feishu_verdicts import APP, KEY, TOKEN, TYPES, requests
from tests.support.processes import ROOT

Json = dict[str, Any]


async def ours() -> dict[str, bool]:
    """Our endpoint's verdicts, over HTTP and through translation."""

    async def receive(envelope: Json) -> Json:
        inbound.translate(envelope, app_id=APP, bot_open_id="ou_bot")
        return {}

    key, token = SecretStr(KEY), SecretStr(TOKEN)
    settings = Settings(feishu_app_id=APP, feishu_encrypt_key=key, feishu_verification_token=token)
    app = web.Application()
    app.add_routes(webhook.routes(settings, receive))
    verdicts = {}
    async with TestClient(TestServer(app)) as client:
        for asked in requests():
            async with client.post(webhook.PATH, data=asked.body, headers=asked.headers) as answer:
                assert answer.status == 200 or 400 <= answer.status < 500
                verdicts[asked.name] = answer.status == 200
    return verdicts


def differences(mine: dict[str, bool], theirs: dict[str, bool]) -> set[str]:
    assert mine.keys() == theirs.keys()
    return {name for name, verdict in mine.items() if theirs[name] is not verdict}


def test_there_are_enough_and_of_both_kinds() -> None:
    names = [asked.name for asked in requests()]
    assert len(names) == len(set(names)) >= 200


async def test_lark_oapi_says_the_same() -> None:
    command = [sys.executable, "-m", "tests.support.feishu_verdicts"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=True)  # noqa: ASYNC221
    verdicts = await ours()
    assert differences(verdicts, json.loads(done.stdout.splitlines()[-1])) == set()
    assert sum(verdicts.values()) == 62  # 30 messages, 10 recalls, 10 clicks, 10 old ones, 2 challenges


@pytest.mark.node
async def test_node_sdk_says_the_same() -> None:
    about = json.dumps({"key": KEY, "token": TOKEN, "types": TYPES})
    lines = "\n".join([about, *(asked.to_json() for asked in requests())]) + "\n"
    command = peers.command("feishu_verdicts.cjs")
    done = subprocess.run(  # noqa: ASYNC221
        command, input=lines, cwd=ROOT, env=peers.environment(), capture_output=True, text=True, timeout=60, check=True
    )
    answers = [json.loads(line) for line in done.stdout.splitlines() if line.startswith('{"taken"')]
    names = [asked.name for asked in requests()]
    theirs = {name: said["taken"] or said["echoed"] is not None for name, said in zip(names, answers, strict=True)}
    # It echoes any challenge that decrypts, or is plain; we want the verification token.
    wanted = {
        f"challenge {token}{form}" for token in ("without token", "with another token") for form in ("", ", plain")
    }
    assert differences(await ours(), theirs) == wanted
