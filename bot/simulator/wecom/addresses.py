"""Download addresses of what users send to the intelligent bot: encrypted with a key of their own, for five minutes."""

from __future__ import annotations

import base64
import secrets
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from aiohttp import web

from bot.simulator.parts import Pace
from bot.simulator.wecom.config import BotConfig
from bot.simulator.wecom.crypto import encrypt_file

FOLDER = "/aibot/file/"
_TOO_LATE = "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>"


@dataclass(frozen=True, slots=True)
class _Served:
    name: str
    data: bytes
    born: float


def absolute(value: Any, base_url: str) -> Any:
    """The same JSON value with whole addresses."""
    if isinstance(value, dict):
        return {name: absolute(item, base_url) for name, item in value.items()}
    if isinstance(value, list):
        return [absolute(item, base_url) for item in value]
    return f"{base_url}{value}" if isinstance(value, str) and value.startswith(FOLDER) else value


class Addresses:
    """Serves what was given out."""

    def __init__(self, config: BotConfig, pace: Pace) -> None:
        self.config, self.pace = config, pace
        self.fetched = 0
        self._served: dict[str, _Served] = {}

    def give_out(self, name: str, data: bytes) -> dict[str, str]:
        """``url`` and ``aeskey`` as they stand in a callback; the gateway puts its address before the url's path, since
        it knows it when somebody is connected."""
        key, path = secrets.token_bytes(32), secrets.token_urlsafe(24)
        self._served[path] = _Served(name, encrypt_file(data, key), time.monotonic())
        return {"url": f"{FOLDER}{path}", "aeskey": base64.b64encode(key).decode()}

    def expire(self) -> None:
        """No address given out so far is good any more."""
        self._served.clear()

    def routes(self) -> list[web.RouteDef]:
        return [web.get(FOLDER + "{path}", self._serve)]

    async def _serve(self, request: web.Request) -> web.Response:
        found = self._served.get(request.match_info["path"])
        if found is None or time.monotonic() - found.born > self.pace.seconds(self.config.address_seconds):
            return web.Response(status=403, text=_TOO_LATE)
        self.fetched += 1
        disposition = f"attachment; filename*=UTF-8''{quote(found.name)}"
        headers = {"Content-Type": "application/octet-stream", "Content-Disposition": disposition}
        return web.Response(body=found.data, headers=headers)
