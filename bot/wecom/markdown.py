"""Plain words as markdown that shows exactly these words: the intelligent bot can be sent no plain text."""

from __future__ import annotations

import re

from bot.wecom.cards import harmless

MAX_BYTES = 20_480

_GUARD = "\u200b"  # takes no room, and no line that begins with it is a list, a rule, a quote or a heading
_LINE = re.compile(r"^(?=[ \t]*(?:[-+=:>#]|\d{1,9}[.)](?:\s|$)))", re.MULTILINE)
_INDENT = re.compile(r"^(?:[ ]{4}|[ ]{0,3}\t)", re.MULTILINE)
_ENTITY = re.compile(r"&(?=#?\w{1,32};)")


def plain(text: str) -> str:
    """``text`` so that nothing in it turns into formatting, a link behind other words, or a mention."""
    text = harmless(text.replace("\r\n", "\n").replace("\r", "\n"), "markdown")
    text = _ENTITY.sub("＆", text)
    text = _LINE.sub(_GUARD, text)
    return _INDENT.sub(lambda found: _GUARD + found[0], text)


def pieces(text: str, most: int = MAX_BYTES) -> list[str]:
    """``text`` in pieces of at most ``most`` bytes, cut between lines where that is possible."""
    if len(text.encode()) <= most:
        return [text] if text.strip() else []
    found: list[str] = []
    held, size = "", 0
    for line in text.splitlines(keepends=True):
        for part in _bits(line, most):
            length = len(part.encode())
            if size + length > most:
                found.append(held)
                held, size = "", 0
            held += part
            size += length
    return [piece for piece in (*(piece.rstrip("\n") for piece in found), held) if piece.strip()]


def _bits(line: str, most: int) -> list[str]:
    data = line.encode()
    bits: list[str] = []
    while len(data) > most:
        bit = data[:most].decode("utf-8", "ignore")
        bits.append(bit)
        data = data[len(bit.encode()) :]
    return [*bits, data.decode()]
