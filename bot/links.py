"""Links to a document's page: short-lived, for one person, rights looked up again when they are opened.

A link is ``base64url(document.person.expiry) + "." + base64url(hmac-sha256)``. Its expiry is rounded up to a day, so
that the same card gives the same link all day and stays a pure function of what it shows.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from inventory_core.errors import Refused

LIFE = timedelta(days=3)
KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class Link:
    document_id: int
    person_id: int


def load_key(path: Path) -> bytes:
    """The key of this data directory's links, made at the first start and readable by the owner only.

    A file that a kill left empty or short is no key: anybody could sign with it. It is made anew.
    """
    with contextlib.suppress(FileNotFoundError, ValueError):
        key = bytes.fromhex(path.read_text(encoding="ascii"))
        if len(key) == KEY_BYTES:
            return key
    key = secrets.token_bytes(KEY_BYTES)
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(key.hex())
    return key


def make(key: bytes, document_id: int, person_id: int, now: datetime) -> str:
    """The token of a link."""
    day = timedelta(days=1)
    expiry = int((now + LIFE).timestamp() // day.total_seconds() + 1) * int(day.total_seconds())
    payload = f"{document_id}.{person_id}.{expiry}".encode()
    return f"{_encode(payload)}.{_encode(_sign(key, payload))}"


def read(key: bytes, token: str, now: datetime) -> Link:
    """What a token names.

    Raises:
        Refused: forged, damaged or expired.
    """
    try:
        left, right = token.split(".")
        payload = _decode(left)
        genuine = hmac.compare_digest(_sign(key, payload), _decode(right))
        document_id, person_id, expiry = (int(part) for part in payload.decode("ascii").split("."))
    except ValueError:
        raise Refused("这个链接不完整，请回到聊天里重新点开") from None
    if not genuine:
        raise Refused("这个链接不对，请回到聊天里重新点开")
    if now.timestamp() > expiry:
        raise Refused("这个链接过期了，请在聊天里回复单号，会给新的")
    return Link(document_id, person_id)


def _sign(key: bytes, payload: bytes) -> bytes:
    return hmac.new(key, payload, hashlib.sha256).digest()[:18]


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _decode(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
