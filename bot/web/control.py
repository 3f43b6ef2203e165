"""The door for command lines: POST /control/COMMAND with the secret of ``service.json``, which only this user can
read."""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable

from aiohttp import web

from bot import commands
from bot.commands import Operations
from inventory_core.errors import DanjuError

HEADER = "X-Danju-Secret"


def routes(secret: Callable[[], str], operations: Callable[[], Operations]) -> list[web.RouteDef]:
    async def run(request: web.Request) -> web.Response:
        given = request.headers.get(HEADER, "")
        if not hmac.compare_digest(given.encode(), secret().encode()):
            return web.json_response({"error": "not allowed"}, status=403)
        try:
            parameters = await request.json()
        except (json.JSONDecodeError, UnicodeDecodeError):
            parameters = None
        name = request.match_info["command"]
        if not isinstance(parameters, dict) or name not in commands.COMMANDS:
            return web.json_response({"error": "no such command"}, status=400)
        try:
            answer = await commands.COMMANDS[name](operations(), **parameters)
        except DanjuError as error:
            return web.json_response({"error": str(error)}, status=409)
        except TypeError:
            return web.json_response({"error": "wrong parameters"}, status=400)
        return web.json_response(answer)

    return [web.post("/control/{command}", run)]
