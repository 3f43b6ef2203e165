"""What is new, pushed to the page as Server-Sent Events, resumed by the number of the last change seen."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from aiohttp import web

from bot.console import wire
from bot.simulator.parts import Message
from bot.simulator.session import Session

_HEARTBEAT_SECONDS = 15
_MOST_FEEDS = 32
_LONGEST = 6000  # characters of one string in the wire pane
_DEEPEST = 12


class Feed:
    """``GET api/feed?after=``. Events: ``hello``, ``message``, ``wire`` (id = number of the change), ``beat``."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._open = 0

    async def handle(self, request: web.Request) -> web.StreamResponse:
        board = self._session.board
        after = wire.query_number(request.headers.get("Last-Event-ID") or request.query.get("after", "0"), "after")
        if board.closed or self._open >= _MOST_FEEDS:
            raise wire.Wrong("打开的页面太多，请关掉几个再刷新", 503)
        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-store"}
        )
        self._open += 1
        try:
            await response.prepare(request)
            await response.write(b"retry: 1000\n" + _event("hello", {"run": self._session.run}))
            while not board.closed:
                ticket = board.ticket()
                news = self._news(after)
                for number, name, data in news:
                    await response.write(_event(name, data, number))
                    after = number
                if news:
                    continue
                try:
                    await asyncio.wait_for(ticket.wait(), _HEARTBEAT_SECONDS)
                except TimeoutError:
                    await response.write(b"event: beat\ndata: {}\n\n")
        except ConnectionResetError:
            pass  # the page went away; it comes back with the number it has seen
        finally:
            self._open -= 1
        return response

    def _news(self, after: int) -> list[tuple[int, str, dict[str, Any]]]:
        board = self._session.board
        found = [
            (number, "message", public(self._session, platform, message))
            for number, platform, message in board.messages_after(after)
        ]
        found += [(number, "wire", clipped(exchange)) for number, exchange in board.exchanges_after(after)]
        return sorted(found, key=lambda one: one[0])


def public(session: Session, platform: str, message: Message) -> dict[str, Any]:
    """A message for the page. ``views``: what single people of a group see instead of ``body``."""
    users = session.platforms[platform].users
    views = {}
    if platform == "wecombot":
        seen = session.bot.replies.views
        views = {users.get(who, who): card for (ref, who), card in seen.items() if ref == message.ref}
    return {
        "platform": platform,
        "ref": message.ref,
        "chat": message.chat,
        "from": None if message.sender == "bot" else users.get(message.sender, message.sender),
        "kind": message.kind,
        "body": message.body,
        "views": views,
        "at": message.at,
        "quote": message.reply_to,
        "recalled": message.recalled,
        "repeats": message.hidden_repeats,
        "version": len(message.versions),
        "order": message.seq,
    }


def clipped(value: Any, depth: int = 0) -> Any:
    """The same value with long strings cut and bytes told by their number: a page cannot show megabytes."""
    if isinstance(value, str):
        return value if len(value) <= _LONGEST else f"{value[:_LONGEST]}…（共{len(value)}字）"
    if isinstance(value, bytes):
        return f"（{len(value)} 字节）"
    if depth >= _DEEPEST:
        return "…"
    if isinstance(value, dict):
        return {str(name): clipped(inner, depth + 1) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [clipped(inner, depth + 1) for inner in value]
    if isinstance(value, int) and abs(value) > wire.BIGGEST_INT:
        return str(value)  # a browser would round WeCom's MsgId
    return value if value is None or isinstance(value, int | float) else str(value)


def _event(name: str, data: object, number: int | None = None) -> bytes:
    mark = "" if number is None else f"id: {number}\n"
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return f"{mark}event: {name}\ndata: {text}\n\n".encode("utf-8", "replace")
