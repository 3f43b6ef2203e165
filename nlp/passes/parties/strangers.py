"""Rows of a list of customers that begin with a name nobody knows: 好邻居:黑笔2盒 / 福满园:黑笔3盒. Whose they are is
to be asked; they are never put on the customer before."""

from __future__ import annotations

from nlp.scanning.text import is_han
from nlp.scanning.tokens import T, Token, joined, lines_of

_LEAST, _MOST = 2, 8  # characters of such a name


def fold(tokens: list[Token]) -> list[Token]:
    """Tokens in which such names are parties nobody knows."""
    if not any(t.kind is T.PARTY and t.parties for t in tokens) or not any(t.kind is T.COLON for t in tokens):
        return tokens
    lines = lines_of(tokens)
    if not any(_signed(line) for line in lines):
        return tokens
    return joined([_named(line) for line in lines])


def _spoken(line: list[Token]) -> list[Token]:
    return [t for t in line if t.kind is not T.GAP]


def _signed(line: list[Token]) -> bool:
    """好邻居:黑笔2盒"""
    said = _spoken(line)
    return (
        len(said) > 3
        and said[0].kind is T.PARTY
        and bool(said[0].parties)
        and said[1].kind is T.COLON
        and _counts(said)
    )


def _counts(said: list[Token]) -> bool:
    return any(t.kind is T.ITEM for t in said) and any(t.kind in (T.QTY, T.NUM) for t in said)


def _named(line: list[Token]) -> list[Token]:
    said = _spoken(line)
    size = next((n for n, t in enumerate(said) if t.kind is not T.UNKNOWN), 0)
    name = "".join(t.text for t in said[:size])
    if not size or said[size].kind is not T.COLON or not _LEAST <= len(name) <= _MOST or not _counts(said[size:]):
        return line
    if not all(map(is_han, name)) or said[size - 1].end - said[0].start != len(name):
        return line
    stranger = Token(T.PARTY, said[0].start, said[size - 1].end, name)
    return [stranger, *(t for t in line if t.start >= stranger.end)]
