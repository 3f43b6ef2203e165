"""What every API call of the platform passes first: token, trusted address, frequency, and the seeded faults."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from bot.simulator.faults import CallFate, Faults
from bot.simulator.parts import Exchange, Pace, WireLog
from bot.simulator.wecom.quota import Quota

TOKEN_SECONDS = 7200
#: Per company and API (facts 2.3): calls, seconds.
_PER_API = ((10_000, 60.0), (150_000, 3600.0))
_SECRET_PARAMETERS = frozenset({"access_token", "corpsecret", "key"})
_SECRET_FIELDS = frozenset({"access_token", "secret", "corpsecret", "aeskey"})
BLANK = "***"
#: What a call said, as the wire log shows it.
SAID: web.RequestKey[dict[str, Any]] = web.RequestKey("said", dict)

Work = Callable[[web.Request], Awaitable[dict[str, Any] | web.Response]]


class Refused(Exception):
    """The platform's answer is an error: HTTP 200 with this errcode."""

    def __init__(self, code: int, text: str, **more: Any) -> None:
        super().__init__(text)
        self.code = code
        self.more = more

    @property
    def answer(self) -> dict[str, Any]:
        return {"errcode": self.code, "errmsg": str(self), **self.more}


class Tokens:
    """One access token at a time for the app's secret; asking again while it lives gives the same one."""

    def __init__(self, pace: Pace, faults: Faults) -> None:
        self.pace, self.faults = pace, faults
        self._born: dict[str, float] = {}
        self._newest = ""
        self._revoked_at = time.monotonic()
        self._complaints = 0

    def issue(self) -> tuple[str, int]:
        """A token and for how many seconds it is said to live."""
        life = self.pace.seconds(TOKEN_SECONDS)
        age = time.monotonic() - self._born.get(self._newest, -life)
        if age >= life:
            self._newest, age = secrets.token_urlsafe(64), 0.0
            self._born[self._newest] = time.monotonic()
        return self._newest, max(1, int(life - age))

    def revoke(self) -> None:
        """From now on no token issued so far is good, whatever was said about its life."""
        self._born = dict.fromkeys(self._born, -float("inf"))
        self._newest = ""
        self._revoked_at = time.monotonic()

    def check(self, token: str) -> None:
        """Raises Refused: 41001 without a token, 40014 for an unknown one, 40014 and 42001 in turn for a dead one."""
        every = self.faults.profile.revoke_token_seconds
        if every and time.monotonic() - self._revoked_at >= every:
            self.revoke()
        if not token:
            raise Refused(41001, "access_token missing")
        if token not in self._born:
            raise Refused(40014, "invalid access_token")
        if time.monotonic() - self._born[token] >= self.pace.seconds(TOKEN_SECONDS):
            self._complaints += 1
            raise Refused(
                *((42001, "access_token expired") if self._complaints % 2 else (40014, "invalid access_token"))
            )


def blanked(value: Any) -> Any:
    """A JSON value with its secrets blanked and long Base64 shortened, for the wire log."""
    if isinstance(value, dict):
        return {name: BLANK if name in _SECRET_FIELDS else blanked(item) for name, item in value.items()}
    if isinstance(value, list):
        return [blanked(item) for item in value]
    if isinstance(value, str) and len(value) > 4000:
        return f"{value[:200]}… ({len(value)} characters)"
    return value


class Desk:
    """Wraps the work of each API path. ``untrusted_ip`` set: 60020 with that address. ``refuse`` maps a path to
    (errcode, errmsg) that it answers until taken out, for tests."""

    def __init__(self, platform: str, pace: Pace, faults: Faults, wire: WireLog) -> None:
        self.platform, self.pace, self.faults, self.wire = platform, pace, faults, wire
        self.tokens = Tokens(pace, faults)
        self.untrusted_ip: str | None = None
        self.refuse: dict[str, tuple[int, str]] = {}
        self.calls: dict[str, int] = {}
        self.base_url = ""  # how the caller reaches us, as it did last
        self._per_api = Quota(_PER_API)

    def route(self, method: str, path: str, work: Work, *, token: bool = True) -> web.RouteDef:
        """``token`` False: gettoken and the group webhooks, which no trusted address guards either."""

        async def handle(request: web.Request) -> web.StreamResponse:
            return await self._handle(request, path, work, token)

        return web.route(method, path, handle)

    def _admit(self, request: web.Request, path: str, token: bool) -> CallFate:
        self.base_url = f"{request.scheme}://{request.host}"
        self.calls[path] = self.calls.get(path, 0) + 1
        if path in self.refuse:
            raise Refused(*self.refuse[path])
        if token:
            self.tokens.check(request.query.get("access_token", ""))
            if self.untrusted_ip:
                raise Refused(60020, f"not allow to access from your ip, from ip: {self.untrusted_ip}")
        if self.pace.limits and not self._per_api.spend(path):
            raise Refused(45009, "api freq out of limit")
        fate = self.faults.call()
        if fate is CallFate.TOO_MANY:
            raise Refused(45009, "api freq out of limit")
        return fate

    async def _handle(self, request: web.Request, path: str, work: Work, token: bool) -> web.StreamResponse:
        query = {name: BLANK if name in _SECRET_PARAMETERS else value for name, value in request.query.items()}
        exchange = Exchange(self.platform, "out", f"{request.method} {path}", {"query": query})
        fate = CallFate.OK
        try:
            fate = self._admit(request, path, token)
            answer = await work(request)
        except Refused as refused:
            answer = refused.answer
        if SAID in request:
            exchange.request = {"query": query, "body": blanked(request[SAID])}
        exchange.status = 200
        if isinstance(answer, web.Response):
            exchange.answer = {"bytes": len(answer.body) if isinstance(answer.body, bytes) else 0}
        else:
            exchange.answer = blanked(answer)
        if fate is CallFate.TIMEOUT:
            exchange.status, exchange.answer = 0, {"lost": exchange.answer}
            self.wire.add(exchange)
            if request.transport is not None:
                request.transport.abort()  # it took effect, and nobody will ever hear of it
            return web.Response(status=504)
        self.wire.add(exchange)
        if isinstance(answer, web.Response):
            return answer
        return web.json_response(answer, dumps=lambda value: json.dumps(value, ensure_ascii=False))


async def body_of(request: web.Request) -> tuple[bytes, dict[str, Any]]:
    """The raw body and its JSON object; kept on the request for the wire log.

    Raises:
        Refused: 47001, not a JSON object.
    """
    raw = await request.read()
    try:
        body = json.loads(raw)
    except ValueError as error:
        raise Refused(47001, "data format error") from error
    if not isinstance(body, dict):
        raise Refused(47001, "data format error")
    request[SAID] = body
    return raw, body
