"""Uploads over the bot's connection: init, pieces of at most 512 KB, finish."""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets
from dataclasses import dataclass, field
from typing import Any

from bot.simulator.parts import Pace
from bot.simulator.wecom.desk import Refused
from bot.simulator.wecom.media import Media, refusal
from bot.simulator.wecom.quota import Quota

PIECE_BYTES = 512 * 1024
MOST_PIECES = 100
_RULES = ((30, 60.0), (1000, 3600.0))


@dataclass(slots=True)
class _Upload:
    kind: str
    name: str
    size: int
    count: int
    md5: str | None
    pieces: dict[int, bytes] = field(default_factory=dict)


class Uploads:
    """Pieces are counted from 0, as the vendor's client does, or from 1, as its comment says: whichever the upload
    began with, all of them must be there."""

    def __init__(self, media: Media, pace: Pace) -> None:
        self.media, self.pace = media, pace
        self._open: dict[str, _Upload] = {}
        self._quota = Quota(_RULES)

    def init(self, body: dict[str, Any]) -> dict[str, Any]:
        kind, name, size, count = (body.get(key) for key in ("type", "filename", "total_size", "total_chunks"))
        if not isinstance(kind, str) or not isinstance(name, str) or not name or not isinstance(size, int):
            raise Refused(40058, "invalid Request Parameter: type, filename and total_size are needed")
        problem = refusal(kind, name, size)
        if problem:
            raise Refused(*problem)
        if not isinstance(count, int) or not 1 <= count <= MOST_PIECES or size > count * PIECE_BYTES:
            raise Refused(40058, f"invalid Request Parameter: total_chunks, 1 to {MOST_PIECES} of {PIECE_BYTES} bytes")
        if self.pace.limits and not self._quota.spend(""):
            raise Refused(45009, "api freq out of limit")
        upload_id, md5 = secrets.token_urlsafe(24), body.get("md5")
        self._open[upload_id] = _Upload(kind, name, size, count, md5 if isinstance(md5, str) else None)
        return {"upload_id": upload_id}

    def _upload(self, body: dict[str, Any]) -> _Upload:
        found = self._open.get(str(body.get("upload_id")))
        if found is None:
            raise Refused(40058, "invalid Request Parameter: upload_id")
        return found

    def piece(self, body: dict[str, Any]) -> dict[str, Any]:
        upload, index = self._upload(body), body.get("chunk_index")
        if not isinstance(index, int) or not 0 <= index <= upload.count:
            raise Refused(40058, "invalid Request Parameter: chunk_index")
        try:
            data = base64.b64decode(str(body.get("base64_data")), validate=True)
        except binascii.Error as error:
            raise Refused(40058, "invalid Request Parameter: base64_data") from error
        if not 0 < len(data) <= PIECE_BYTES:
            raise Refused(40058, f"invalid Request Parameter: a piece has 1 to {PIECE_BYTES} bytes")
        upload.pieces[index] = data
        return {}

    def finish(self, body: dict[str, Any]) -> dict[str, Any]:
        upload = self._upload(body)
        first = min(upload.pieces, default=0)
        wanted = range(first, first + upload.count)
        if first > 1 or sorted(upload.pieces) != list(wanted):
            raise Refused(40058, "invalid Request Parameter: pieces are missing")
        data = b"".join(upload.pieces[index] for index in wanted)
        if len(data) != upload.size:
            raise Refused(40006, "invalid file size: not total_size")
        if upload.md5 is not None and hashlib.md5(data, usedforsecurity=False).hexdigest() != upload.md5:
            raise Refused(40058, "invalid Request Parameter: md5")
        del self._open[str(body["upload_id"])]
        medium = self.media.add(upload.kind, upload.name, data)
        return {"type": upload.kind, "media_id": medium.media_id, "created_at": str(int(medium.born))}
