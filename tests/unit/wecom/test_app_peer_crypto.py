"""Tencent's own @wecom/crypto as WeCom: what it seals and signs is taken by our callback, and what it would refuse or
could not read is refused."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from multidict import MultiDict

from bot.wecom.callback import PATH, Callback
from bot.wecom.guards import Guard, Untrusted, read_xml
from tests.support import peers
from tests.support import wecom_crypto as wx

pytestmark = pytest.mark.node

WORDS = ["", "a", "来5箱", "急😀", "a]]>b", "<xml>&amp;</xml>", "行\n行", "库" * 500]


def ask(jobs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    done = subprocess.run(
        peers.command("wecom_seal.cjs"),
        input=json.dumps({"token": wx.TOKEN, "key": wx.KEY, "jobs": jobs}),
        capture_output=True,
        check=True,
        text=True,
        timeout=120,
        env=peers.environment(),
    )
    answers: list[dict[str, Any]] = json.loads(done.stdout)
    return answers


def request(answer: dict[str, Any]) -> dict[str, str]:
    return {"msg_signature": answer["signature"], "timestamp": answer["timestamp"], "nonce": answer["nonce"]}


async def test_what_the_peer_seals_is_taken_over_http() -> None:
    texts = [*WORDS, *("库" * length for length in range(64))]
    messages = [wx.message(Content=text, MsgId=str(number + 1)) for number, text in enumerate(texts)]
    jobs: list[dict[str, Any]] = [{"seal": [message, wx.CORP]} for message in messages]
    foreign = [{"seal": [message, corp]} for message in messages[:8] for corp in ("ww0", "", wx.CORP + "0")]
    echoes = [{"seal": [str(10**18 + number), wx.CORP]} for number in range(16)]
    answers = ask([*jobs, *foreign, *echoes])
    taken: list[str] = []

    async def take(fields: dict[str, Any]) -> None:
        taken.append(fields["Content"] or "")

    async def note(_key: str, _value: str) -> None:
        return None

    guard = Guard(token=wx.TOKEN, aes_key=wx.KEY, corp_id=wx.CORP, agent_id=wx.AGENT)
    callback = Callback(guard, take, note)
    app = web.Application()
    callback.mount(app)
    async with TestServer(app) as server, aiohttp.ClientSession(server.make_url("/")) as http:

        async def post(answer: dict[str, Any], query: dict[str, str]) -> int:
            async with http.post(PATH, params=query, data=wx.outer(answer["sealed"])) as response:
                return response.status

        for answer in answers[: len(jobs)]:
            assert await post(answer, request(answer)) == 200
            assert await post(answer, request(answer) | {"nonce": "another"}) == 403
        assert taken == texts
        for answer in answers[len(jobs) : len(jobs) + len(foreign)]:
            assert await post(answer, request(answer)) == 403
        for number, answer in enumerate(answers[len(jobs) + len(foreign) :]):
            query = request(answer) | {"echostr": answer["sealed"]}
            async with http.get(PATH, params=query) as response:
                assert (response.status, await response.text()) == (200, str(10**18 + number))
        assert len(taken) == len(texts)
    await callback.close()


def test_the_verdicts_agree_on_whole_and_broken_bodies() -> None:
    """Over 200 bodies: the peer's signature and decryption, its receive id compared by us, against our guard."""
    bodies: list[tuple[str, dict[str, str]]] = []
    for number in range(60):
        message = wx.message(Content="单" * number).encode()
        sealed = wx.encrypt(message)
        half = len(sealed) // 2 // 4 * 4
        signed = {"timestamp": "1700000000", "nonce": f"n{number}"}
        good = signed | {"msg_signature": wx.sign(sealed, signed["timestamp"], signed["nonce"])}
        bodies.append((sealed, good))
        bodies.append((sealed, good | {"nonce": "other"}))
        bodies.append((sealed, good | {"msg_signature": wx.sign(sealed, "1700000000", f"n{number}", "othertoken")}))
        cut = sealed[:half]
        bodies.append((cut, good | {"msg_signature": wx.sign(cut, signed["timestamp"], signed["nonce"])}))
        other = wx.encrypt(message, corp="wwother")
        bodies.append((other, good | {"msg_signature": wx.sign(other, signed["timestamp"], signed["nonce"])}))
    answers = ask([{"open": sealed, "timestamp": q["timestamp"], "nonce": q["nonce"]} for sealed, q in bodies])
    guard = Guard(token=wx.TOKEN, aes_key=wx.KEY, corp_id=wx.CORP, agent_id=wx.AGENT)
    passed = 0
    for (sealed, query), answer in zip(bodies, answers, strict=True):
        theirs = answer.get("signature") == query["msg_signature"] and answer.get("id") == wx.CORP
        try:
            ours = guard.message(MultiDict(query), wx.outer(sealed))
        except Untrusted:
            assert not theirs
        else:
            assert theirs
            assert read_xml(answer["message"].encode())["Content"] == (ours["Content"] or "")
            passed += 1
    assert len(bodies) == 300
    assert passed == 60
