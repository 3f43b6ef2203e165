"""Files to WeCom over the bot's long connection, in pieces: init, chunks, finish. Facts: shared/facts/wecom.md §3.2.

Pieces are counted from 0, as the vendor's own SDK sends them; a comment in its types says from 1, and nothing here
could be tried on a live tenant.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
from typing import Any, Protocol

from bot.channel import SendFailed
from bot.inbound import storable

CHUNK_BYTES = 512 * 1024  # before base64
MAX_CHUNKS = 100
MIN_BYTES = 6  # "every file > 5 bytes"
MAX_NAME_BYTES = 256
FIRST_CHUNK = 0
CHUNK_SECONDS = 20.0  # 700 kB of base64 over a slow line

_MB = 1024 * 1024
LIMITS = {"image": 10 * _MB, "voice": 2 * _MB, "video": 10 * _MB, "file": 20 * _MB}


class Asks(Protocol):
    """The part of the gateway an upload uses."""

    async def ask(
        self, cmd: str, body: dict[str, Any], *, req_id: str | None = None, seconds: float | None = None
    ) -> dict[str, Any]: ...


def media_type(data: bytes) -> str:
    """image for what WeCom shows as a picture, else file."""
    picture = data.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"))
    return "image" if picture and len(data) <= LIMITS["image"] else "file"


def short_name(name: str) -> str:
    """The name within what WeCom takes, its ending kept."""
    name = "".join("_" if c in '/\\:*?"<>|' or ord(c) < 32 else c for c in name).strip() or "文件"
    if len(name.encode()) <= MAX_NAME_BYTES:
        return name
    stem, dot, ending = name.rpartition(".")
    tail = f"{dot}{ending}" if stem and len(ending) <= 10 else ""
    return (stem or name).encode()[: MAX_NAME_BYTES - len(tail.encode())].decode("utf-8", "ignore") + tail


async def upload(gateway: Asks, name: str, data: bytes, kind: str) -> str:
    """Upload and return the media_id (valid for 3 days).

    Raises:
        SendFailed: permanently, when the file is too large or too small.
        NotConnected, NoAnswer, Declined: as the gateway's ``ask``; an upload that broke off is begun anew.
    """
    limit = min(LIMITS[kind], CHUNK_BYTES * MAX_CHUNKS)
    if len(data) > limit:
        raise SendFailed(f"文件 {name} 有 {len(data) / _MB:.1f} MB，企业微信最多收 {limit // _MB} MB", permanent=True)
    if len(data) < MIN_BYTES:
        raise SendFailed(f"文件 {name} 是空的，企业微信不收", permanent=True)
    pieces = range(0, len(data), CHUNK_BYTES)
    begun = await gateway.ask(
        "aibot_upload_media_init",
        {
            "type": kind,
            "filename": short_name(name),
            "total_size": len(data),
            "total_chunks": len(pieces),
            "md5": await asyncio.to_thread(_md5, data),
        },
    )
    upload_id = _word(begun, "upload_id")
    for number, start in enumerate(pieces, FIRST_CHUNK):
        piece = base64.b64encode(data[start : start + CHUNK_BYTES]).decode("ascii")
        body = {"upload_id": upload_id, "chunk_index": number, "base64_data": piece}
        await gateway.ask("aibot_upload_media_chunk", body, seconds=CHUNK_SECONDS)
    return _word(await gateway.ask("aibot_upload_media_finish", {"upload_id": upload_id}), "media_id")


def _md5(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def _word(answer: dict[str, Any], key: str) -> str:
    found = answer.get(key)
    if not isinstance(found, str) or not found:
        raise SendFailed(f"企业微信的上传应答里没有 {key}", no_effect=True)
    return storable(found)
