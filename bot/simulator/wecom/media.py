"""Temporary media: what was uploaded, and what users send; three days."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field

from bot.simulator.parts import Pace

LIFE = 3 * 86_400.0
MEGABYTE = 1024 * 1024
#: Largest size in bytes by type (facts 2; the intelligent bot's page names the same).
LARGEST = {"image": 10 * MEGABYTE, "voice": 2 * MEGABYTE, "video": 10 * MEGABYTE, "file": 20 * MEGABYTE}
_ENDINGS = {"image": (".jpg", ".jpeg", ".png"), "voice": (".amr",), "video": (".mp4",)}


@dataclass(frozen=True, slots=True)
class Medium:
    media_id: str
    kind: str
    name: str
    data: bytes
    born: float = field(default_factory=time.time)


class Media:
    """What is stored, until it is too old."""

    def __init__(self, pace: Pace) -> None:
        self.pace = pace
        self._stored: dict[str, Medium] = {}

    def add(self, kind: str, name: str, data: bytes) -> Medium:
        medium = Medium(f"3{secrets.token_urlsafe(36)}", kind, name, data)
        self._stored[medium.media_id] = medium
        return medium

    def get(self, media_id: str) -> Medium | None:
        """None: never there, or older than three days."""
        medium = self._stored.get(media_id)
        if medium is not None and time.time() - medium.born > self.pace.seconds(LIFE):
            self.expire(media_id)
            return None
        return medium

    def expire(self, media_id: str) -> None:
        self._stored.pop(media_id, None)


def refusal(kind: str, name: str, size: int) -> tuple[int, str] | None:
    """Why an upload is not taken: the platform's code and text; None when it is."""
    if kind not in LARGEST:
        return 40004, "invalid media type"
    if size <= 5:
        return 40006, "invalid file size: at least 6 bytes"
    if size > LARGEST[kind]:
        return {"image": 40009, "voice": 40010, "video": 40011}.get(kind, 40006), "media size out of limit"
    endings = _ENDINGS.get(kind)
    if endings and not name.lower().endswith(endings):
        return 40004, f"invalid {kind} format"
    return None


def looks_like(data: bytes) -> str:
    """``image/png``, ``image/jpeg`` … by the first bytes."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith(b"#!AMR"):
        return "audio/amr"
    return "application/octet-stream"
