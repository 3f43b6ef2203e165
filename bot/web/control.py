"""The door for command lines: POST /control/COMMAND with the secret of ``service.json``, which only this user can
read."""

from __future__ import annotations

import hmac
import inspect
from collections.abc import Callable
from typing import Any

from aiohttp import web

from bot import commands
from bot.commands import Operations
from bot.console import wire
from inventory_core.errors import DanjuError

HEADER = "X-Danju-Secret"

# What a command may ask for, as its signature writes it, and the JSON types that will do.
_TYPES: dict[str, tuple[type, ...]] = {
    "int": (int,),
    "str": (str,),
    "str | None": (str, type(None)),
    "dict[str, str] | None": (dict, type(None)),
}


def routes(secret: Callable[[], str], operations: Callable[[], Operations]) -> list[web.RouteDef]:
    async def run(request: web.Request) -> web.Response:
        given = request.headers.get(HEADER, "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(given, secret().encode()):
            return _error("not allowed", 403)
        command = commands.COMMANDS.get(request.match_info["command"])
        if command is None:
            return _error("no such command", 404)
        try:
            parameters = await wire.read_json(request)
        except wire.Wrong as error:
            return _error(error.sentence, error.status)
        if not _fit(command, parameters):
            return _error("wrong parameters", 400)
        try:
            return web.json_response(await command(operations(), **parameters))
        except DanjuError as error:
            return _error(str(error), 409)

    return [web.post("/control/{command}", run)]


def _fit(command: Callable[..., Any], given: dict[str, Any]) -> bool:
    """Whether the parameters are the command's own, all there, and of types and sizes the database can take."""
    _operations, *wanted = inspect.signature(command).parameters.values()
    names = {one.name for one in wanted}
    needed = {one.name for one in wanted if one.default is inspect.Parameter.empty}
    if not needed <= given.keys() <= names:
        return False
    return all(_fits(str(one.annotation), given[one.name]) for one in wanted if one.name in given)


def _fits(annotation: str, value: object) -> bool:
    if type(value) not in _TYPES[annotation]:
        return False
    if isinstance(value, int):
        return 0 <= value <= wire.BIGGEST_INT
    words = [word for pair in value.items() for word in pair] if isinstance(value, dict) else [value]
    return value is None or all(isinstance(word, str) and wire.storable(word) for word in words)


def _error(sentence: str, status: int) -> web.Response:
    return web.json_response({"error": sentence}, status=status)
