"""Which of several parties a shared name means, told by words of its full name beside it (周姐的砂锅城), and a party
named only by the address goods go to."""

from __future__ import annotations

from dataclasses import replace

from nlp.catalogue.lexicon import Lexicon, Party
from nlp.scanning.text import fold_key, is_han
from nlp.scanning.tokens import T, Token

_BETWEEN = ("的", "那边", "那个", "那里", "家", "(", " ", "他们")
_AFTER = (")", "的", "那边", "那里")
_WAYS = "路街道巷弄镇乡村区县市桥湖河江岸湾里"
_REACH = 8  # characters of a name looked through beside the shared one


def fold(tokens: list[Token]) -> list[Token]:
    """Tokens in which a shared name and the words that tell whose it is are one."""
    if not any(t.kind is T.PARTY and len({p.id for p in t.parties}) > 1 for t in tokens):
        return tokens
    result: list[Token] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if token.kind is T.PARTY and len({p.id for p in token.parties}) > 1:
            told = _behind(tokens, at)
            if told is None and result:
                told = _before(result, token, at)
            if told is not None:
                party, end = told
                result.append(replace(token, parties=(party,), end=tokens[end - 1].end))
                at = end
                continue
        result.append(token)
        at += 1
    return result


def _behind(tokens: list[Token], at: int) -> tuple[Party, int] | None:
    """The one of its parties whose full name has the words behind it, and where they end."""
    start = at + 1
    while start < len(tokens) and tokens[start].text in _BETWEEN:
        start += 1
    best: tuple[Party, int] | None = None
    said = ""
    for end in range(start, min(len(tokens), start + _REACH)):
        piece = tokens[end]
        if piece.kind not in (T.UNKNOWN, T.ITEM, T.CUE, T.PARTY) or not all(is_han(char) for char in piece.text):
            break
        said += piece.text
        found = _having(said, tokens[at].parties)
        if len(found) == 1 and len(said) > 1:
            best = found[0], end + 1
        if not found:
            break
    if best is not None and best[1] < len(tokens) and tokens[best[1]].text in _AFTER:
        return best[0], best[1] + 1
    return best


def _before(result: list[Token], token: Token, at: int) -> tuple[Party, int] | None:
    """砂锅城的周姐: the words in front of it; they are taken out of what was read."""
    place = len(result)
    while place and result[place - 1].text in _BETWEEN:
        place -= 1
    said, best = "", None
    for first in range(place - 1, max(-1, place - 1 - _REACH), -1):
        piece = result[first]
        if piece.kind not in (T.UNKNOWN, T.ITEM, T.CUE) or not all(is_han(char) for char in piece.text):
            break
        said = piece.text + said
        found = _having(said, token.parties)
        if len(found) == 1 and len(said) > 1:
            best = found[0], first
        if not found:
            break
    if best is None:
        return None
    del result[best[1] :]
    return best[0], at + 1


def _having(said: str, parties: tuple[Party, ...]) -> list[Party]:
    return [party for party in parties if said in fold_key(party.name)]


def of_address(text: str, kind: str, lexicon: Lexicon) -> Token | None:
    """The one party of a kind whose name stands in a folded address: 临港路88号云栖假日酒店负一楼.

    A name that is also that of a street is none, nor is a short one.
    """
    found: dict[str, Token] = {}
    at = 0
    while at < len(text):
        step = 1
        for length in range(min(24, len(text) - at), 2, -1):
            parties = tuple(p for p in lexicon.parties(text[at : at + length]) if p.kind == kind)
            if not parties:
                continue
            full = any(fold_key(p.name) == text[at : at + length] for p in parties)
            if len({p.id for p in parties}) == 1 and (full or text[at + length : at + length + 1] not in tuple(_WAYS)):
                found[parties[0].id] = Token(T.PARTY, at, at + length, text[at : at + length], parties=parties)
            step = length
            break
        at += step
    return next(iter(found.values())) if len(found) == 1 else None
