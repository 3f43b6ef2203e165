"""Texts as WeCom takes them: 2048 bytes and not one more (the rest is cut without a word), links only where meant."""

from __future__ import annotations

import re

TEXT_BYTES = 2000  # of 2048; the rest is for the mark of a part or of a repetition

_ANCHOR = re.compile(r"<(?=\s*/?\s*(?:a\b|@))", re.IGNORECASE)


def harmless(text: str) -> str:
    """The text without anchors and mentions: WeCom would make links and calls of what strangers wrote."""
    return _ANCHOR.sub("＜", text)


def split(text: str, limit: int = TEXT_BYTES) -> list[str]:
    """Pieces of at most ``limit`` UTF-8 bytes, cut between lines where possible, never inside a character."""
    pieces: list[str] = []
    current, size = "", 0
    for line in text.splitlines(keepends=True):
        for part in _short(line, limit):
            length = len(part.encode("utf-8", "replace"))
            if current and size + length > limit:
                pieces.append(current)
                current, size = "", 0
            current += part
            size += length
    if current:
        pieces.append(current)
    return [piece.rstrip("\r\n") for piece in pieces if piece.strip()] or [text[:1]]


def _short(line: str, limit: int) -> list[str]:
    if len(line.encode("utf-8", "replace")) <= limit:
        return [line]
    parts: list[str] = []
    current, size = "", 0
    for letter in line:
        length = len(letter.encode("utf-8", "replace"))
        if size + length > limit:
            parts.append(current)
            current, size = "", 0
        current += letter
        size += length
    return [*parts, current]


def parts(text: str, mark: str = "") -> list[str]:
    """The messages a text becomes. Several bear their number, for WeCom swallows equal ones; ``mark`` is put at the end
    of each."""
    pieces = split(harmless(text))
    if len(pieces) == 1:
        return [pieces[0] + mark]
    return [f"（{number}/{len(pieces)}）\n{piece}{mark}" for number, piece in enumerate(pieces, 1)]
