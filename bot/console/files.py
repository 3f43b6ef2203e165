"""What an uploaded or sent file is, judged by its first bytes and never by what its sender calls it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from bot.inbound import InboundFile

NAME_LENGTH = 120  # characters kept of a file's name

_PICTURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"BM", "image/bmp"),
)


@dataclass(frozen=True, slots=True)
class Described:
    """A stored file as messages carry it. ``size`` in bytes."""

    sha256: str
    name: str
    kind: str  # picture|file
    size: int

    def public(self) -> dict[str, Any]:
        return asdict(self)

    def inbound(self) -> InboundFile:
        return InboundFile(ref=self.sha256, name=self.name, kind=self.kind, sha256=self.sha256)


def media_type(content: bytes) -> str | None:
    """The type a browser may show in place: a picture or a PDF. All else (SVG and HTML too) is only downloaded."""
    for magic, kind in _PICTURES:
        if content.startswith(magic):
            return kind
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    if content.startswith(b"%PDF-"):
        return "application/pdf"
    return None


def describe(sha256: str, name: str, content: bytes) -> Described:
    """How a message carries the stored bytes ``content``."""
    kind = media_type(content) or ""
    return Described(sha256, clean_name(name), "picture" if kind.startswith("image/") else "file", len(content))


def clean_name(name: str) -> str:
    """A file name without folders, control characters and excess length; never empty."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(letter for letter in last if letter.isprintable()).strip(" .")
    if len(kept) > NAME_LENGTH:
        stem, dot, ending = kept.rpartition(".")
        tail = dot + ending if stem and len(ending) <= 8 else ""
        kept = kept[: NAME_LENGTH - len(tail)] + tail
    return kept or "文件"
