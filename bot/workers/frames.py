"""Frames on a worker's pipe: four bytes of length, big-endian, then one JSON object in UTF-8.

JSON and not pickle: a child reads files that strangers sent, and nothing it answers may run code in the service.
"""

from __future__ import annotations

import asyncio
import json
import struct
from typing import IO, Any

LIMIT = 256 * 1024 * 1024  # bytes; an import of 20,000 products is about 10 MB
_HEADER = struct.Struct(">I")


def encode(value: dict[str, Any]) -> bytes:
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    return _HEADER.pack(len(body)) + body


def decode(body: bytes) -> dict[str, Any]:
    value = json.loads(body.decode("utf-8", "surrogatepass"))
    if not isinstance(value, dict):
        raise ValueError("a frame holds one object")
    return value


def read_blocking(stream: IO[bytes]) -> dict[str, Any] | None:
    """The next frame, or None at the end of the stream."""
    header = stream.read(_HEADER.size)
    if len(header) < _HEADER.size:
        return None
    (length,) = _HEADER.unpack(header)
    body = stream.read(length)
    return decode(body) if len(body) == length else None


async def read(stream: asyncio.StreamReader) -> dict[str, Any]:
    """The next frame.

    Raises:
        asyncio.IncompleteReadError: the other end is gone.
        ValueError: the frame is larger than ``LIMIT`` or not an object.
    """
    (length,) = _HEADER.unpack(await stream.readexactly(_HEADER.size))
    if length > LIMIT:
        raise ValueError(f"frame of {length} bytes")
    return decode(await stream.readexactly(length))
