"""The control API under ``/sim/``: what another process does as the platforms' users, and what it may look at.

All bodies are JSON objects with ``platform`` (feishu|wecom|wecombot; feishu when left out). Errors are 4xx with
``{"error": …}``.
"""

from __future__ import annotations

import base64
import binascii
import dataclasses
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol, runtime_checkable
from urllib.parse import urlsplit

from aiohttp import web

from bot.simulator.faults import EVERYTHING, PERFECT, Faults, Profile
from bot.simulator.parts import Platform, WireLog

PROFILES = {"everything": EVERYTHING, "perfect": PERFECT}
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_Body = dict[str, Any]


@runtime_checkable
class Connected(Protocol):
    """A platform with long connections."""

    async def connections(self, do: str, code: int) -> int:
        """``do``: close (with ``code``), abort, silent, speak, evict, refuse (with ``code``; 0: no longer), count.
        Returns how many connections were concerned."""
        ...


@runtime_checkable
class CalledBack(Protocol):
    """A platform that pushes to an address."""

    def set_callback(self, url: str) -> None: ...


@runtime_checkable
class Recalls(Protocol):
    async def recall(self, account: str, ref: str) -> None: ...


class BadRequest(ValueError):
    """The request cannot be done; its text says why."""


class Control:
    def __init__(self, platforms: Mapping[str, Platform], wire: WireLog) -> None:
        self._platforms = platforms
        self._wire = wire

    def routes(self) -> list[web.RouteDef]:
        posts = {
            "say": self._say,
            "file": self._file,
            "click": self._click,
            "recall": self._recall,
            "group": self._group,
            "profile": self._profile,
            "connections": self._connections,
            "callback": self._callback,
        }
        gets = {
            "shown": self._shown,
            "acknowledged": self._acknowledged,
            "lost": self._lost,
            "pending": self._pending,
            "users": self._users,
            "wire": self._wires,
        }
        return [web.post(f"/sim/{name}", _handler(do)) for name, do in posts.items()] + [
            web.get(f"/sim/{name}", _handler(do)) for name, do in gets.items()
        ]

    def _platform(self, body: _Body) -> Platform:
        name = body.get("platform") or "feishu"
        platform = self._platforms.get(name) if isinstance(name, str) else None
        if platform is None:
            raise BadRequest(f"platform is one of {sorted(self._platforms)}")
        return platform

    # ---------------------------------------------------------------- what people do

    async def _say(self, body: _Body) -> Any:
        chat, quote = _text(body, "chat", None), _text(body, "quote", None)
        return {"ref": await self._platform(body).say(_need(body, "account"), _need(body, "text"), chat, quote)}

    async def _file(self, body: _Body) -> Any:
        try:
            data = base64.b64decode(_need(body, "data"), validate=True)
        except (binascii.Error, ValueError) as error:
            raise BadRequest("data is base64") from error
        platform, chat = self._platform(body), _text(body, "chat", None)
        return {"ref": await platform.send_file(_need(body, "account"), _need(body, "name"), data, chat)}

    async def _click(self, body: _Body) -> Any:
        values = body.get("values") or {}
        if not isinstance(values, dict):
            raise BadRequest("values is an object")
        answer = await self._platform(body).click(
            _need(body, "account"),
            _need(body, "ref"),
            _need(body, "token"),
            {str(k): str(v) for k, v in values.items()},
        )
        return dataclasses.asdict(answer)

    async def _recall(self, body: _Body) -> Any:
        platform = self._platform(body)
        if not isinstance(platform, Recalls):
            raise BadRequest(f"{platform.name} tells nobody of recalls")
        await platform.recall(_need(body, "account"), _need(body, "ref"))
        return {}

    async def _group(self, body: _Body) -> Any:
        """A new group of ``members``; answers its chat id."""
        add = getattr(self._platform(body), "add_group", None)
        members = body.get("members")
        if add is None or not isinstance(members, list) or not all(isinstance(one, str) for one in members):
            raise BadRequest("a platform with groups, and members as a list of accounts")
        return {"chat": add(_need(body, "name"), members)}

    # ---------------------------------------------------------------- how the platform behaves

    async def _profile(self, body: _Body) -> Any:
        """``name`` (everything|perfect), or single shares to change; all platforms unless one is named."""
        chosen = [self._platform(body)] if body.get("platform") else list(self._platforms.values())
        named = body.get("name")
        if named is not None and named not in PROFILES:
            raise BadRequest(f"name is one of {sorted(PROFILES)}")
        fields = {field.name for field in dataclasses.fields(Profile)}
        changes = {key: value for key, value in body.items() if key not in ("platform", "name")}
        if changes.keys() - fields:
            raise BadRequest(f"unknown share {sorted(changes.keys() - fields)}; there are {sorted(fields)}")
        if "hold_back_seconds" in changes:
            low, high = changes["hold_back_seconds"]
            changes["hold_back_seconds"] = (float(low), float(high))
        set_to: Profile = PERFECT
        for platform in chosen:
            faults = getattr(platform, "faults", None)
            if isinstance(faults, Faults):
                faults.profile = dataclasses.replace(PROFILES[named] if named else faults.profile, **changes)
                set_to = faults.profile
        return dataclasses.asdict(set_to)

    async def _connections(self, body: _Body) -> Any:
        platform = self._platform(body)
        if not isinstance(platform, Connected):
            raise BadRequest(f"{platform.name} has no long connection")
        code = body.get("code", 1000)
        if not isinstance(code, int):
            raise BadRequest("code is a number")
        return {"connections": await platform.connections(_need(body, "do"), code)}

    async def _callback(self, body: _Body) -> Any:
        """Where this platform pushes to from now on."""
        platform, url = self._platform(body), _need(body, "url")
        config: Any = getattr(platform, "config", None)
        if urlsplit(url).hostname not in _LOOPBACK:
            raise BadRequest("a url on this machine")
        if isinstance(platform, CalledBack):
            platform.set_callback(url)
        elif hasattr(config, "callback_url"):
            config.callback_url = url
        else:
            raise BadRequest(f"{platform.name} pushes to no address")
        return {}

    # ---------------------------------------------------------------- what can be seen

    async def _shown(self, body: _Body) -> Any:
        found = self._platform(body).shown.to_json()
        chat = body.get("chat")
        return {"messages": [message for message in found if chat in (None, message["chat"])]}

    async def _acknowledged(self, body: _Body) -> Any:
        return {"keys": sorted(self._platform(body).acknowledged())}

    async def _lost(self, body: _Body) -> Any:
        """Keys given up after the last redelivery."""
        return {"keys": list(getattr(self._platform(body), "lost", ()))}

    async def _pending(self, body: _Body) -> Any:
        each = {name: platform.pending() for name, platform in self._platforms.items()}
        return {"pending": sum(each.values()), "platforms": each}

    async def _users(self, body: _Body) -> Any:
        return {"users": dict(self._platform(body).users)}

    async def _wires(self, body: _Body) -> Any:
        return {"exchanges": [dataclasses.asdict(exchange) for exchange in self._wire.exchanges]}


def _handler(do: Callable[[_Body], Awaitable[Any]]) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def handle(request: web.Request) -> web.StreamResponse:
        refused = _foreign(request)
        if refused:
            return web.json_response({"error": refused}, status=403)
        try:
            if request.method == "GET":
                body: Any = dict(request.query)
            else:
                body = json.loads(await request.read() or b"{}")
            if not isinstance(body, dict):
                raise BadRequest("the body is a JSON object")
            answer = await do(body)
        except (LookupError, PermissionError) as error:
            return web.json_response({"error": f"{type(error).__name__}: {error}"}, status=404)
        except (ValueError, TypeError) as error:
            return web.json_response({"error": str(error)}, status=400)
        return web.json_response(answer)

    return handle


def _foreign(request: web.Request) -> str:
    """Why a request is not from this machine's own programs; empty when it is. A page of another site open in a browser
    could otherwise act as everybody here."""
    host = urlsplit(f"//{request.host}").hostname
    if host not in _LOOPBACK:
        return "loopback only"
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).hostname not in _LOOPBACK:
        return "not from another site"
    return ""


def _text(body: _Body, name: str, otherwise: str | None) -> str | None:
    value = body.get(name, otherwise)
    if value is not None and not isinstance(value, str):
        raise BadRequest(f"{name} is a string")
    return value


def _need(body: _Body, name: str) -> str:
    value = _text(body, name, None)
    if not value:
        raise BadRequest(f"{name} is missing")
    return value
