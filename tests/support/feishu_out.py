"""A Feishu that answers what a test tells it to, request by request, and what the out-bound half needs to run alone."""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
from aiohttp import web

from bot.channel import Outgoing
from inventory_core.errors import NotFound

SECRET = "very-secret-0123456789"
APP = "cli_0123456789abcdef"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40
T0 = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


@dataclass
class Asked:
    """One request as it came."""

    method: str
    path: str
    query: dict[str, str]
    token: str
    body: Any
    raw: bytes


@dataclass
class Say:
    """One answer. ``after``: seconds before it; ``hang_up``: the connection is cut instead."""

    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    hang_up: bool = False


def error(code: int, msg: str = "no", status: int = 400, **headers: str) -> Say:
    """An answer in the platform's envelope."""
    found = {name.replace("_", "-"): value for name, value in headers.items()}
    return Say({"code": code, "msg": msg}, status, {"X-Tt-Logid": "LOG7", **found})


class ScriptedFeishu:
    """Answers with ``script`` first, then as if all were well. Tokens are counted and can be made worthless."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.script: list[Say] = []
        self.token_script: list[Say] = []
        self.token_requests = 0
        self.good_tokens: set[str] | None = None  # None: every one
        self.url = ""
        self._numbers = itertools.count(1)
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_route("*", "/{rest:.*}", self._handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        raw = await request.read()
        if request.path.endswith("/tenant_access_token/internal"):
            self.token_requests += 1
            await asyncio.sleep(0.01)  # long enough that fifty callers are waiting
            answer = {"code": 0, "msg": "ok", "tenant_access_token": f"t-{self.token_requests}", "expire": 7200}
            return self._reply(request, self.token_script.pop(0) if self.token_script else Say(answer))
        body = json.loads(raw) if request.content_type == "application/json" and raw else None
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        self.asked.append(Asked(request.method, request.path, dict(request.query), token, body, raw))
        if self.good_tokens is not None and token not in self.good_tokens:
            return self._reply(request, error(99991663, "Invalid access token"))
        number = next(self._numbers)
        fine = Say({"code": 0, "data": {"message_id": f"om_{number}", "image_key": "img_1", "file_key": "file_1"}})
        return self._reply(request, self.script.pop(0) if self.script else fine)

    @staticmethod
    def _reply(request: web.Request, say: Say) -> web.StreamResponse:
        if say.hang_up:
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        if say.raw is not None:
            return web.Response(body=say.raw, status=say.status, headers=say.headers)
        return web.json_response(say.body, status=say.status, headers=say.headers)


class HandClock:
    """A clock set by hand, in both forms."""

    def __init__(self) -> None:
        self.now = T0

    def __call__(self) -> datetime:
        return self.now

    def seconds(self) -> float:
        return self.now.timestamp()

    def pace(self) -> float:
        return (self.now - T0).total_seconds()

    def go(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


class Shelf:
    """Attachments in memory."""

    def __init__(self) -> None:
        self.held: dict[str, bytes] = {}

    def put(self, data: bytes) -> str:
        name = hashlib.sha256(data).hexdigest()
        self.held[name] = data
        return name

    def get(self, name: str) -> bytes:
        if name not in self.held:
            raise NotFound("这个附件不在了，请重新发一次")
        return self.held[name]


def session() -> aiohttp.ClientSession:
    """A session like the service's."""
    return aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=100))


def item(kind: str = "text", body: str = "好的", *, key: str = "in1.0", chat: str = "oc_chat", **more: Any) -> Outgoing:
    """One row of the outbox."""
    return Outgoing(1, key, chat, kind, body, created_at=T0, **more)
