"""The Feishu webhook over real HTTP: what is trusted, what is refused and how."""

from __future__ import annotations

import asyncio
import gzip
import json
import socket
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.feishu import crypto, webhook
from bot.settings import Settings

KEY = "an encrypt key"
TOKEN = "a verification token"
APP = "cli_0123456789abcdef"

Json = dict[str, Any]


def settings(key: str = KEY) -> Settings:
    return Settings(
        feishu_app_id=APP,
        feishu_encrypt_key=SecretStr(key),
        feishu_verification_token=SecretStr(TOKEN),
    )


class Taken:
    """What the webhook passed on, and what it is told."""

    def __init__(self) -> None:
        self.envelopes: list[Json] = []
        self.answer: Json = {}
        self.error: Exception | None = None
        self.hangs = False

    async def __call__(self, envelope: Json) -> Json:
        self.envelopes.append(envelope)
        if self.hangs:
            await asyncio.Event().wait()
        if self.error is not None:
            raise self.error
        return self.answer


@pytest.fixture
def taken() -> Taken:
    return Taken()


@pytest.fixture
async def post(taken: Taken, aiohttp_client: Any) -> Callable[..., Awaitable[tuple[int, Json]]]:
    app = web.Application()
    app.add_routes(webhook.routes(settings(), taken))
    client: TestClient[Any, Any] = await aiohttp_client(TestServer(app))

    async def send(body: bytes, headers: dict[str, str] | None = None) -> tuple[int, Json]:
        async with client.post(webhook.PATH, data=body, headers=headers) as answer:
            return answer.status, await answer.json()

    return send


def event(**header: Any) -> Json:
    base = {"event_id": "e1", "event_type": "im.message.receive_v1", "token": TOKEN, "app_id": APP}
    return {"schema": "2.0", "header": base | header, "event": {}}


def sealed(envelope: Any, key: str = KEY) -> bytes:
    plain = envelope if isinstance(envelope, bytes) else json.dumps(envelope).encode()
    return json.dumps({"encrypt": crypto.encrypt(key, plain)}).encode()


def headers(body: bytes, key: str = KEY, timestamp: str = "1700000000") -> dict[str, str]:
    return {
        "X-Lark-Request-Timestamp": timestamp,
        "X-Lark-Request-Nonce": "nonce",
        "X-Lark-Signature": crypto.signature(timestamp, "nonce", key, body),
    }


def challenge(**fields: Any) -> Json:
    return {"type": "url_verification", "challenge": "echo me", "token": TOKEN} | fields


async def test_a_signed_event_is_passed_on_and_answered(post: Any, taken: Taken) -> None:
    taken.answer = {"toast": {"type": "info", "content": "好"}}
    body = sealed(event())
    assert await post(body, headers(body)) == (200, taken.answer)
    assert taken.envelopes == [event()]


async def test_age_of_a_delivery_and_its_content_type_do_not_matter(post: Any, taken: Taken) -> None:
    body = sealed(event())
    assert (await post(body, headers(body, timestamp="1") | {"Content-Type": "text/plain"}))[0] == 200
    assert (await post(body, headers(body) | {"Content-Type": "nonsense; ; ="}))[0] == 200
    assert len(taken.envelopes) == 2


async def test_the_challenge_is_echoed_unsigned_and_signed_without_the_store(post: Any, taken: Taken) -> None:
    body = sealed(challenge())
    assert await post(body) == (200, {"challenge": "echo me"})
    assert await post(body, headers(body)) == (200, {"challenge": "echo me"})
    assert await post(json.dumps(challenge()).encode()) == (200, {"challenge": "echo me"})
    assert taken.envelopes == []


async def test_without_a_verification_token_only_an_encrypted_challenge_is_echoed(
    taken: Taken, aiohttp_client: Any
) -> None:
    app = web.Application()
    app.add_routes(webhook.routes(Settings(feishu_app_id=APP, feishu_encrypt_key=SecretStr(KEY)), taken))
    client: TestClient[Any, Any] = await aiohttp_client(TestServer(app))
    for body, status in ((sealed(challenge()), 200), (json.dumps(challenge()).encode(), 401)):
        async with client.post(webhook.PATH, data=body) as answer:
            assert answer.status == status


REFUSED_ALIKE = {
    "wrong token": sealed(challenge(token="another")),
    "no token": sealed({"type": "url_verification", "challenge": "x"}),
    "token is a number": sealed(challenge(token=1)),
    "challenge is an object": sealed(challenge(challenge={})),
    "plain challenge with another token": json.dumps(challenge(token="another")).encode(),
    "plain event": json.dumps(event()).encode(),
    "another key": sealed(challenge(), key="another"),
    "an unsigned event": sealed(event()),
    "no base64": b'{"encrypt":"***"}',
    "broken block": json.dumps({"encrypt": "A" * 64}).encode(),
    "encrypt is a list": b'{"encrypt":[]}',
    "nothing": b"",
    "no json": b"hello",
    "long": sealed(challenge(challenge="x" * 20_000)),
    "old card": json.dumps({"open_id": "ou_1", "token": "c-1", "action": {"value": {}}}).encode(),
}


@pytest.mark.parametrize("name", REFUSED_ALIKE)
async def test_everything_unsigned_is_refused_alike(post: Any, taken: Taken, name: str) -> None:
    body = REFUSED_ALIKE[name]
    wanted = (401, {"msg": "signature missing or wrong"})
    assert await post(body) == wanted
    assert await post(body, headers(body, key="forged")) == wanted
    assert taken.envelopes == []


async def test_the_signature_is_over_the_raw_bytes(post: Any, taken: Taken) -> None:
    body = sealed(event())
    assert (await post(body.replace(b": ", b":"), headers(body)))[0] == 401
    assert (await post(body + b" ", headers(body)))[0] == 401
    assert taken.envelopes == []


@pytest.mark.parametrize(
    ("envelope", "status"),
    [
        (event(token="another"), 403),
        (event(token=None), 403),
        (event(token=["a"]), 403),
        (event(app_id="cli_another"), 403),
        (event(app_id=5), 400),
        ({"schema": "2.0"}, 400),
        ({"schema": "2.0", "header": []}, 400),
        ({"uuid": "u", "token": TOKEN, "type": "event_callback", "event": {"type": "message"}}, 400),
        ({"open_id": "ou_1", "action": {"value": {}}}, 400),
        (b"[1]", 400),
        (b"\xff", 400),
        (b"", 400),
        (b'{"a":' * 3000, 400),
        (challenge(token="another"), 401),
    ],
)
async def test_signed_but_not_for_us(post: Any, taken: Taken, envelope: Any, status: int) -> None:
    body = sealed(envelope)
    assert (await post(body, headers(body)))[0] == status
    assert taken.envelopes == []


async def test_too_large_and_broken_bodies(post: Any, taken: Taken) -> None:
    assert (await post(b"x" * (webhook.BODY_LIMIT + 1)))[0] == 413
    bomb = gzip.compress(b"x" * (webhook.BODY_LIMIT * 4))
    assert (await post(bomb, {"Content-Encoding": "gzip"}))[0] == 413
    assert (await post(b"no gzip at all", {"Content-Encoding": "gzip"}))[0] == 400


async def test_what_is_not_stored_is_to_be_sent_again(post: Any, taken: Taken, monkeypatch: Any) -> None:
    body = sealed(event())
    taken.error = OSError(28, "no space")
    assert (await post(body, headers(body)))[0] == 503
    taken.error = RuntimeError("a bug")
    assert (await post(body, headers(body)))[0] == 503
    taken.error = crypto.BadEvent("message_id is no id")
    assert await post(body, headers(body)) == (400, {"msg": "message_id is no id"})
    monkeypatch.setattr(webhook, "ANSWER_SECONDS", 0.01)
    taken.hangs = True
    assert (await post(body, headers(body)))[0] == 503


async def test_a_body_that_never_ends_is_given_up(taken: Taken, monkeypatch: Any, aiohttp_server: Any) -> None:
    monkeypatch.setattr(webhook, "BODY_SECONDS", 0.05)
    app = web.Application()
    app.add_routes(webhook.routes(settings(), taken))
    server = await aiohttp_server(app)
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port, family=socket.AF_INET)
    writer.write(f"POST {webhook.PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc".encode())
    assert b" 408 " in await reader.readline()
    writer.close()


def test_without_an_encrypt_key_it_does_not_start(taken: Taken) -> None:
    with pytest.raises(webhook.NotConfigured, match="DANJU_FEISHU_ENCRYPT_KEY"):
        webhook.routes(settings(key=""), taken)


async def _statuses(bodies: list[bytes]) -> set[int]:
    taken = Taken()
    app = web.Application()
    app.add_routes(webhook.routes(settings(), taken))
    found = set()
    async with TestServer(app) as server, aiohttp.ClientSession() as http:
        for body in bodies:
            for signed in ({}, headers(body)):
                async with http.post(server.make_url(webhook.PATH), data=body, headers=signed) as answer:
                    found.add(answer.status)
    return found


@given(st.lists(st.one_of(st.binary(max_size=200), st.binary(max_size=200).map(sealed)), max_size=20))
@hypothesis_settings(max_examples=25)
def test_no_bytes_make_it_fail(bodies: list[bytes]) -> None:
    assert asyncio.run(_statuses(bodies)) <= {400, 401}
