"""A party whose name was mistyped: 大母指那边要… for 大拇指. Looked for only when a message names nobody, only where a
name stands (at the head of a line, behind 给), and only when exactly one party sounds like that."""

from __future__ import annotations

import re

from nlp.catalogue import sounds
from nlp.catalogue.lexicon import Lexicon, Party
from nlp.scanning.tokens import T, Token

_PLACE = re.compile(r"(?:^|[\n,。;:])[ \t]{0,4}(?:发给|送给|卖给|给|帮|替|向|跟)?([\u4e00-\u9fff]{2,12})")
_HEAD = re.compile(r"[ \t]*([\u4e00-\u9fff]{4,10})(?=[ \t:,\n(])")
_MOST = 3_000  # names compared
_PLACES = 4


def _begun(text: str, name: str) -> tuple[int, int] | None:
    """莲塘街道 over a list, of 莲塘街道绿化管理所: how a full name begins, by itself at the head of a message."""
    match = _HEAD.match(text)
    if match is None or len(name) <= len(match[1]) + 1 or not name.startswith(match[1]):
        return None
    return match.span(1)


def find(text: str, kind: str, lexicon: Lexicon) -> Token | None:
    """The party heard, as a token over the mistyped words; None when nobody or several sound so."""
    runs = [match for match in _PLACE.finditer(text[:400]) if match[1]][:_PLACES]
    if not runs:
        return None
    found: dict[str, tuple[Party, int, int]] = {}
    for place, (name, owner) in enumerate(lexicon.called(kind)):
        if place >= _MOST:
            return None
        if (run := _begun(text, name)) is not None:
            party = next((p for p in lexicon.parties(name) if p.id == owner), None)
            if party is not None:
                found[owner] = (party, *run)
            continue
        if not 2 < len(name) <= 8:
            continue  # two characters sound like too much
        for match in runs:
            said = match[1][: len(name)]
            if said[0] != name[0] and said[-1] != name[-1]:
                continue
            if sounds.slip(said, name) and (party := next((p for p in lexicon.parties(name) if p.id == owner), None)):
                found[owner] = (party, match.start(1), match.start(1) + len(name))
    if len(found) != 1:
        return None
    party, start, end = next(iter(found.values()))
    return Token(T.PARTY, start, end, text[start:end], parties=(party,))
