"""What the console shows: the firm, a room's past, a stored file, a message's trace, and what was set aside."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any
from urllib.parse import quote

from aiohttp import web
from sqlmodel import Session

from bot.console import files, messages, wire
from bot.console.hub import Hub
from bot.console.ports import AttachmentPort, Directory, Door, Records, StorePort
from bot.console.rooms import BOT_NAME, rooms_of
from inventory_core.errors import NotFound
from inventory_core.views import Role

PAGE = 40  # messages of a room read at once
_ROLE_ORDER = {role: place for place, role in enumerate(Role)}


class Look:
    """The GET handlers, and retrying what was set aside."""

    def __init__(
        self,
        door: Door,
        store: StorePort,
        attachments: AttachmentPort,
        directory: Directory,
        records: Records,
        hub: Hub,
        clock: Callable[[], datetime],
    ) -> None:
        self._door = door
        self._store = store
        self._attachments = attachments
        self._directory = directory
        self._records = records
        self._hub = hub
        self._clock = clock

    async def firm(self, _request: web.Request) -> web.Response:
        """``GET api/firm`` → {firm, bot, zone, seq, people [id, name, roles, words],
        rooms [id, name, kind, members]}"""

        def unit(session: Session) -> dict[str, Any]:
            firm = self._directory(session)
            return {
                "firm": firm.name,
                "bot": BOT_NAME,
                "zone": firm.zone,
                "seq": messages.last_change(session),
                "people": [
                    {
                        "id": person.id,
                        "name": person.name,
                        "roles": [role.value for role in sorted(person.roles, key=_ROLE_ORDER.__getitem__)],
                        "words": [role.label for role in sorted(person.roles, key=_ROLE_ORDER.__getitem__)],
                    }
                    for person in firm.people
                    if person.active
                ],
                "rooms": [
                    {"id": room.id, "name": room.name, "kind": room.kind, "members": sorted(room.members)}
                    for room in rooms_of(firm.people)
                ],
            }

        return _json(await self._store.read(unit))

    async def history(self, request: web.Request) -> web.Response:
        """``GET api/history?room=&before=`` → {messages, more}, oldest first."""
        room = wire.string(dict(request.query), "room", 100)
        before = wire.query_number(request.query.get("before", str(wire.BIGGEST_INT)), "before")
        rows = await self._store.read(lambda session: messages.history(session, room, before, PAGE + 1))
        shown = rows[-PAGE:]
        return _json({"messages": [row.public() for row in shown], "more": len(rows) > PAGE})

    async def file(self, request: web.Request) -> web.Response:
        """``GET api/file/{sha256}?name=``: pictures and PDFs to look at, everything else to download."""
        try:
            content = await asyncio.to_thread(self._attachments.get, request.match_info["sha256"])
        except NotFound as error:
            raise wire.Wrong(str(error), 404) from None
        name = files.clean_name(wire.clean_text(request.query.get("name", "")))
        if not wire.storable(name):
            name = "文件"
        kind = files.media_type(content)
        place = "attachment" if kind is None or request.query.get("download") else "inline"
        headers = {
            "Content-Disposition": f"{place}; filename*=UTF-8''{quote(name, safe='')}",
            "Cache-Control": "private, max-age=31536000, immutable",
        }
        if kind == "application/pdf":
            headers["Content-Security-Policy"] = "frame-ancestors 'none'"  # the browser's viewer needs its own styles
        return web.Response(body=content, content_type=kind or "application/octet-stream", headers=headers)

    async def trace(self, request: web.Request) -> web.Response:
        """``GET api/trace/{message}`` → the message's way through the service."""
        seq = request.match_info["message"]

        def unit(session: Session) -> dict[str, Any] | None:
            message = messages.get(session, int(seq))
            trace = None if message is None else self._records.trace(session, seq)
            return None if trace is None else asdict(trace)

        found = await self._store.read(unit)
        if found is None:
            raise wire.Wrong("这条消息还没有处理记录，请稍后再看", 404)
        return _json(found)

    async def problems(self, _request: web.Request) -> web.Response:
        """``GET api/problems`` → {problems: […]}: messages set aside and answers that could not be sent."""
        rows = await self._store.read(self._records.problems)
        return _json({"problems": [asdict(row) for row in rows]})

    async def retry(self, request: web.Request) -> web.Response:
        """``POST api/problems/retry`` {source, id}: put it back to waiting."""
        data = await wire.read_json(request)
        source, row_id = wire.string(data, "source", 10), wire.integer(data, "id")
        if source not in ("inbox", "outbox"):
            wire.wrong("source", "只能是 inbox 或 outbox")
        now = self._clock()
        done = await self._store.write(lambda session: self._records.retry(session, source, row_id, now))
        if not done:
            raise wire.Wrong("这一条已经不在待处理里了，请刷新", 409)
        if source == "inbox":
            await self._door.retry(row_id)
        self._hub.wake()
        return _json({"toast": "已重新排队，马上处理", "tone": "good"})


def _json(data: object) -> web.Response:
    response = web.json_response(data, dumps=_dumps)
    response.headers["Cache-Control"] = "no-store"
    return response


def _dumps(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"), default=_plain)


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"no JSON for {type(value).__name__}")
