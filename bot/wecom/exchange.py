"""Requests over a long connection and the answers to them, matched by ``req_id``."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Mapping
from typing import Any

from inventory_core.errors import DanjuError

Frame = dict[str, Any]


class NotConnected(DanjuError):
    """Nothing was sent: there is no live connection."""


class NoAnswer(DanjuError):
    """It was sent and no answer came: what became of it is unknown."""


class Declined(DanjuError):
    """The platform answered with an error code; nothing took effect."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(f"{code} {message}")
        self.code = code
        self.message = message


class Requests:
    """What has been asked on one connection and is not answered yet."""

    def __init__(self) -> None:
        self._open: dict[str, asyncio.Future[Frame]] = {}

    def __len__(self) -> int:
        return len(self._open)

    def begin(self, req_id: str) -> asyncio.Future[Frame]:
        """Expect an answer. A request of the same id that is still open is given up: its answer could not be told
        apart."""
        earlier = self._open.pop(req_id, None)
        if earlier is not None and not earlier.done():
            earlier.set_exception(NoAnswer("asked again"))
        future: asyncio.Future[Frame] = asyncio.get_running_loop().create_future()
        self._open[req_id] = future
        return future

    def forget(self, req_id: str, future: asyncio.Future[Frame]) -> None:
        """Nobody waits for this answer any more."""
        if self._open.get(req_id) is future:
            del self._open[req_id]

    def answered(self, req_id: str, frame: Frame) -> bool:
        """An answer came; False when nobody asked (any more)."""
        future = self._open.pop(req_id, None)
        if future is None or future.done():
            return False
        future.set_result(frame)
        return True

    def lost(self) -> None:
        """The connection is gone: no answer will come."""
        for future in self._open.values():
            if not future.done():
                future.set_exception(NoAnswer("the connection was lost"))
                future.exception()  # taken here as well, for whoever asked may have given up waiting
        self._open.clear()


def new_id(cmd: str) -> str:
    return f"{cmd}_{uuid.uuid4().hex}"


def req_id_of(frame: Mapping[str, Any]) -> str:
    """The frame's ``req_id``; empty when it has none worth the name."""
    headers = frame.get("headers")
    found = headers.get("req_id") if isinstance(headers, dict) else None
    return found if isinstance(found, str) else ""


def verdict(frame: Mapping[str, Any]) -> Frame:
    """The body of an answer.

    Raises:
        Declined: its ``errcode`` is not 0, or there is none.
    """
    code = frame.get("errcode")
    if not isinstance(code, int) or isinstance(code, bool):
        raise Declined(-1, "answer without errcode")
    if code != 0:
        message = frame.get("errmsg")
        raise Declined(code, message[:300] if isinstance(message, str) else "")
    body = frame.get("body")
    return body if isinstance(body, dict) else {}
