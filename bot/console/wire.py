"""Reading requests without trusting them: size caps, the right shape, and one Chinese sentence when it is not."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from aiohttp import web
from aiohttp.http import HttpProcessingError

JSON_LIMIT = 512 * 1024  # bytes of a JSON body
TEXT_LIMIT = 100_000  # characters of one message: 4,000 lines fit
BIGGEST_INT = 2**53 - 1  # what both SQLite and JavaScript hold exactly

_KEPT_CONTROLS = frozenset("\n\t")


class Wrong(Exception):
    """The request cannot be used; becomes an answer with this status and sentence."""

    def __init__(self, sentence: str, status: int = 400) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.status = status


async def read_json(request: web.Request) -> dict[str, Any]:
    """The request's JSON object.

    Raises:
        Wrong: 415 another content type, 413 too large, 400 no JSON object.
    """
    if request.content_type != "application/json":
        raise Wrong("请求要用 application/json", 415)
    if request.content_length is not None and request.content_length > JSON_LIMIT:
        raise Wrong("内容太大，请分几次发", 413)
    body = bytearray()
    try:
        async for chunk in request.content.iter_chunked(64 * 1024):
            body += chunk
            if len(body) > JSON_LIMIT:
                raise Wrong("内容太大，请分几次发", 413)
    except (web.RequestPayloadError, HttpProcessingError, OSError):
        raise Wrong("请求内容读不出来，请重发一次") from None  # cut off, hung up, or not packed as its header says
    try:
        data = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        raise Wrong("请求内容不是合法的 JSON") from None
    if not isinstance(data, dict):
        raise Wrong("请求内容应是一个 JSON 对象")
    return data


def integer(data: dict[str, Any], name: str) -> int:
    """A whole number a database column can hold."""
    value = data.get(name)
    if type(value) is not int or not 0 <= value <= BIGGEST_INT:
        wrong(name, "应是一个整数")
    return value


def query_number(text: str, name: str) -> int:
    """A whole number from an address or a header."""
    if not (text.isascii() and text.isdecimal() and len(text) <= 16 and int(text) <= BIGGEST_INT):
        wrong(name, "应是一个整数")
    return int(text)


def optional_integer(data: dict[str, Any], name: str) -> int | None:
    return None if data.get(name) is None else integer(data, name)


def string(data: dict[str, Any], name: str, limit: int = 200) -> str:
    """Text of at most ``limit`` characters that can be written as UTF-8."""
    value = data.get(name)
    if not isinstance(value, str):
        wrong(name, "应是文字")
    if len(value) > limit:
        wrong(name, f"太长了，最多 {limit} 个字")
    if not storable(value):
        wrong(name, "里有无法保存的字符")
    return value


def optional_string(data: dict[str, Any], name: str, limit: int = 200) -> str:
    return "" if data.get(name) is None else string(data, name, limit)


def string_map(data: dict[str, Any], name: str, *, most: int = 20, limit: int = 2_000) -> dict[str, str]:
    """A small object of texts, such as a card's inputs."""
    value = data.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict) or len(value) > most:
        wrong(name, "应是一组文字")
    if not all(storable(key) and len(key) <= 100 for key in value):
        wrong(name, "里的名称不对")
    return {key: clean_text(string(value, key, limit)) for key in value}


def objects(data: dict[str, Any], name: str, *, most: int) -> list[dict[str, Any]]:
    """A list of at most ``most`` objects."""
    value = data.get(name)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        wrong(name, "应是一个列表")
    if len(value) > most:
        wrong(name, f"最多 {most} 个")
    return value


def storable(text: str) -> bool:
    """Whether the text has no lone surrogates, which no database and no wire takes."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def clean_text(text: str) -> str:
    """One kind of line end, and no control characters but line ends and tabs."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in lines if c in _KEPT_CONTROLS or not ("\x00" <= c < "\x20" or "\x7f" <= c <= "\x9f"))


def wrong(name: str, sentence: str) -> NoReturn:
    raise Wrong(f"“{name}”{sentence}")
