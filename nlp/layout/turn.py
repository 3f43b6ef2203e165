"""One turn of a talk, and what stands in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from nlp.catalogue.lexicon import Lexicon

COUNTED = re.compile(r"\d|[一二两三四五六七八九十百半]{1,3}[箱件盒袋包瓶桶条支个卷张板罐只双套斤吨米根副把块打]")


@dataclass(frozen=True, slots=True)
class Turn:
    """What one speaker says: where the heading begins, where the words begin and end."""

    start: int
    begin: int
    end: int
    name: str
    ours: bool


def goods_in(text: str, begin: int, end: int, lexicon: Lexicon) -> list[tuple[int, int]]:
    """Where words of goods stand in a turn."""
    found: list[tuple[int, int]] = []
    at = begin
    while at < end:
        size = lexicon.run_at(text, at)
        if size > 1 and lexicon.names_goods(text, at):
            found.append((at, min(at + size, end)))
            at += size
        else:
            at += 1
    return found


def value(said: str) -> Decimal:
    """14块8, 14.8元, 15 as a number."""
    whole, _, tenths = re.sub(r"[元¥ ]", "", said).partition("块")
    return Decimal(f"{whole}.{tenths or 0}" if "." not in whole else whole)


def blank(text: str, start: int, end: int) -> str:
    """A stretch of the text as spaces, lines kept."""
    return text[:start] + "".join("\n" if char == "\n" else " " for char in text[start:end]) + text[end:]
