"""media/upload and media/get, and the pictures users send."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

from aiohttp import BodyPartReader, web

from bot.simulator.wecom.desk import SAID, Refused
from bot.simulator.wecom.media import MEGABYTE, Media, looks_like, refusal

_WHOLE = 20 * MEGABYTE
_RANGE = re.compile(r"bytes=(\d+)-(\d*)\Z")


async def take_upload(request: web.Request, media: Media, kinds: tuple[str, ...] = ()) -> dict[str, Any]:
    """The multipart field ``media`` with its file name. ``kinds``: the types taken here; empty: all."""
    kind = request.query.get("type", "")
    if kinds and kind not in kinds:
        raise Refused(40004, "invalid media type")
    if not request.content_type.startswith("multipart/"):
        raise Refused(41005, "missing media data")
    reader = await request.multipart()
    async for part in reader:
        if not isinstance(part, BodyPartReader) or part.name != "media":
            continue
        if not part.filename:
            raise Refused(41005, "missing media data: no filename")
        data = bytes(await part.read())
        problem = refusal(kind, part.filename, len(data))
        if problem:
            raise Refused(*problem)
        request[SAID] = {"type": kind, "filename": part.filename, "bytes": len(data)}
        medium = media.add(kind, part.filename, data)
        created = str(int(medium.born))
        return {"errcode": 0, "errmsg": "ok", "type": kind, "media_id": medium.media_id, "created_at": created}
    raise Refused(41005, "missing media data")


async def give(request: web.Request, media: Media) -> web.Response:
    """The bytes, or a part of them."""
    medium = media.get(request.query.get("media_id", ""))
    if medium is None:
        raise Refused(40007, "invalid media_id")
    ascii_name = medium.name.encode("ascii", "replace").decode().replace('"', "'")
    headers = {
        "Content-Type": looks_like(medium.data),
        "Content-Disposition": f"attachment; filename=\"{ascii_name}\"; filename*=utf-8''{quote(medium.name)}",
        "Accept-Ranges": "bytes",
    }
    wanted = _RANGE.match(request.headers.get("Range", ""))
    if wanted is None:
        if len(medium.data) > _WHOLE:
            raise Refused(830002, "media too large: use Range")
        return web.Response(body=medium.data, headers=headers)
    first = int(wanted[1])
    last = min(int(wanted[2] or first + _WHOLE - 1), len(medium.data) - 1, first + _WHOLE - 1)
    if first > last:
        return web.Response(status=416, headers={"Content-Range": f"bytes */{len(medium.data)}"})
    headers["Content-Range"] = f"bytes {first}-{last}/{len(medium.data)}"
    return web.Response(status=206, body=medium.data[first : last + 1], headers=headers)
