"""Chat that happens to hold a character of the goods and a number: 哪天约一场球, 月季剪到三分之一就行."""

from __future__ import annotations

from collections.abc import Sequence

from nlp.grammar.entries import Entry
from nlp.scanning.text import is_han
from nlp.scanning.tokens import T, Token

_MOST_KNOWN = 0.34  # of what is said in words
_FEW = 4  # characters nobody knows


def small_talk(tokens: Sequence[Token], entries: Sequence[Entry], text: str) -> bool:
    """Whether the goods of a message are single characters out of their names, and no number of it counts goods."""
    strange = sum(len(t.text) for t in tokens if t.kind is T.UNKNOWN and is_han(t.text[0]))
    named = [t for t in tokens if t.kind in (T.ITEM, T.MEASURE, T.SPEC)]
    if not named or strange < _FEW or any(t.kind in (T.PARTY, T.PRICE) for t in tokens):
        return False
    if any(t.exact or len(t.text) > 1 or not is_han(t.text[0]) for t in named):
        return False
    if len(named) > _MOST_KNOWN * (strange + len(named)):
        return False
    return not any(_counts(tokens, t, text) for t in tokens if t.kind in (T.QTY, T.NUM))


def _counts(tokens: Sequence[Token], number: Token, text: str) -> bool:
    """Whether a number counts something: it has a unit, or nothing clings to it that could be one."""
    if number.kind is T.QTY:
        return number.unit is not None
    after = text[number.end : number.end + 1]
    before = text[number.start - 2 : number.start]
    return not (before == "分之" or (after and is_han(after)))
