"""One REST call from socket to answer: body, token, faults, envelope, wire log."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import BodyPartReader, web

from bot.simulator.faults import CallFate, Faults
from bot.simulator.feishu.answers import Refused, Reply, bad_parameter, new_log_id, too_many
from bot.simulator.feishu.wiring import blanked
from bot.simulator.feishu.world import World
from bot.simulator.parts import Exchange, WireLog

MAX_BODY = 40 * 1024 * 1024


@dataclass(slots=True)
class Part:
    """One part of a multipart body."""

    data: bytes
    filename: str = ""

    @property
    def text(self) -> str:
        return self.data.decode("utf-8", "replace")


@dataclass(slots=True)
class Call:
    """A call that passed the door."""

    params: dict[str, str]
    query: dict[str, str]
    body: dict[str, Any] = field(default_factory=dict)
    form: dict[str, Part] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

    def text(self, name: str, *, required: bool = True) -> str:
        """A string of the body.

        Raises:
            Refused: 230001 when it is missing or no string.
        """
        value = self.body.get(name)
        if value is None and not required:
            return ""
        if not isinstance(value, str) or (required and not value):
            raise bad_parameter(f"{name} is required")
        return value


Endpoint = Callable[[Call], Awaitable[Reply]]


class Api:
    """Turns endpoints into handlers."""

    def __init__(self, world: World, faults: Faults, wire: WireLog) -> None:
        self._world = world
        self._faults = faults
        self._wire = wire

    def route(self, method: str, path: str, endpoint: Endpoint, *, token: bool = True) -> web.RouteDef:
        """``token`` False: the call that gets a token; it needs none and has no faults."""

        async def handler(request: web.Request) -> web.StreamResponse:
            return await self._handle(request, endpoint, token)

        return web.route(method, path, handler)

    async def _handle(self, request: web.Request, endpoint: Endpoint, token: bool) -> web.StreamResponse:
        log_id = new_log_id()
        fate = self._faults.call() if token else CallFate.OK
        call = Call(dict(request.match_info), dict(request.query), headers=dict(request.headers))
        try:
            if token:
                self._authorise(request.headers.get("Authorization", ""))
            await self._read(request, call)
            if fate is CallFate.TOO_MANY:
                raise too_many(1)
            reply = await endpoint(call)
        except Refused as refused:
            reply = refused.reply(log_id)
        silent = fate is CallFate.TIMEOUT and reply.status == 200
        self._note(request, call, reply, silent)
        if silent:
            await asyncio.sleep(self._world.config.silence_seconds)
            if request.transport is not None:
                request.transport.abort()
        headers = {"X-Tt-Logid": log_id, **reply.headers}
        if reply.raw is not None:
            return web.Response(body=reply.raw, status=reply.status, headers=headers)
        return web.json_response(reply.body, status=reply.status, headers=headers)

    def _authorise(self, header: str) -> None:
        kind, _, token = header.partition(" ")
        if kind != "Bearer" or not token:
            raise Refused(
                99991661, "Missing access token for authorization. Please make a request with token attached."
            )
        if not token.startswith(("t-", "u-")):
            raise Refused(99991671, "Invalid access token for authorization. It should start with t- or u-.")
        if token.startswith("u-"):
            raise Refused(
                99991668, "Invalid access token for authorization. Please make a request with token attached."
            )
        if not self._world.token_works(token, self._faults.profile.revoke_token_seconds):
            raise Refused(
                99991663, "Invalid access token for authorization. Please make a request with token attached."
            )

    @staticmethod
    async def _read(request: web.Request, call: Call) -> None:
        if request.content_type == "multipart/form-data":
            try:
                reader = await request.multipart()
                async for part in reader:
                    if isinstance(part, BodyPartReader):
                        call.form[part.name or ""] = Part(bytes(await part.read(decode=True)), part.filename or "")
            except (ValueError, AssertionError) as error:
                raise Refused(234001, "Invalid request param.") from error
        elif request.can_read_body:
            try:
                body = json.loads(await request.read())
            except (ValueError, RecursionError) as error:
                raise Refused(9499, "Bad Request: invalid JSON") from error
            if not isinstance(body, dict):
                raise Refused(9499, "Bad Request: not an object")
            call.body = body

    def _note(self, request: web.Request, call: Call, reply: Reply, silent: bool) -> None:
        asked: dict[str, Any] = {"query": call.query, "body": blanked(call.body, keep=frozenset({"token"}))}
        if call.form:
            asked["body"] = {
                name: {"filename": part.filename, "bytes": len(part.data)} if part.filename else part.text
                for name, part in call.form.items()
            }
        answer = blanked(reply.raw if reply.raw is not None else reply.body)
        self._wire.add(
            Exchange(
                platform="feishu",
                direction="out",
                what=f"{request.method} {request.path}",
                request=asked,
                answer={"lost on the way": answer} if silent else answer,
                status=0 if silent else reply.status,
            )
        )
