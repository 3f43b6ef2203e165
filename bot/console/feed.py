"""What is new, pushed to the page: Server-Sent Events, resumed by the number of the last change seen."""

from __future__ import annotations

import asyncio
import json
from functools import partial

import structlog
from aiohttp import web
from sqlalchemy.exc import OperationalError

from bot.console import messages, wire
from bot.console.hub import Hub
from bot.console.ports import StorePort
from inventory_core.errors import DanjuError

HEARTBEAT_SECONDS = 15
MOST_FEEDS = 64
BATCH = 200  # messages read at once
log = structlog.get_logger(__name__)


class Feed:
    """The handler of ``GET api/feed``. Events: ``hello`` {seq}, ``message`` (id = changed_seq), ``beat``, and
    ``reset`` when the page has seen changes this database has not (the demo data was made anew)."""

    def __init__(self, store: StorePort, hub: Hub) -> None:
        self._store = store
        self._hub = hub
        self._open = 0

    async def handle(self, request: web.Request) -> web.StreamResponse:
        after = _after(request)
        if self._hub.closed or self._open >= MOST_FEEDS:
            raise wire.Wrong("打开的页面太多，请关掉几个再刷新", 503)
        response = web.StreamResponse(
            headers={
                "Content-Type": "text/event-stream; charset=utf-8",
                "Cache-Control": "no-store",
                "X-Accel-Buffering": "no",
            }
        )
        self._open += 1
        try:
            await response.prepare(request)
            await self._run(response, after)
        except ConnectionResetError:
            pass  # the page went away; it will come back with the number it has seen
        except (DanjuError, OperationalError) as error:
            # Too late for another answer: the stream has begun. It ends, and the page comes back by itself.
            log.warning("console_feed_ended", reason=str(error))
        finally:
            self._open -= 1
        return response

    async def _run(self, response: web.StreamResponse, after: int) -> None:
        last = await self._store.read(messages.last_change)
        await response.write(b"retry: 1000\n" + _event("hello", {"seq": last}))
        if after > last:
            await response.write(_event("reset", {"seq": last}))
            after = last
        while not self._hub.closed:
            ticket = self._hub.ticket()
            rows = await self._store.read(partial(messages.changed_after, after=after, limit=BATCH))
            for row in rows:
                await response.write(_event("message", row.public(), row.changed_seq))
                after = row.changed_seq
            if rows:
                continue
            try:
                await asyncio.wait_for(ticket.wait(), HEARTBEAT_SECONDS)
            except TimeoutError:
                await response.write(b"event: beat\ndata: {}\n\n")


def _after(request: web.Request) -> int:
    text = request.headers.get("Last-Event-ID") or request.query.get("after", "0")
    return wire.query_number(text, "after")


def _event(name: str, data: object, number: int | None = None) -> bytes:
    mark = "" if number is None else f"id: {number}\n"
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return f"{mark}event: {name}\ndata: {text}\n\n".encode()
