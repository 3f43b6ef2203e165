"""The unit behind a row of numbers (2/6/4条, 10/5/5/5 瓶, 66/65/41/40每筒), although other goods are called so."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from nlp.catalogue.lexicon import Lexicon
from nlp.scanning.cues import FILLER
from nlp.scanning.tokens import T, Token

_WORDS = (T.ITEM, T.SPEC, T.UNKNOWN)
_ENDS = (T.COMMA, T.STOP, T.GAP, T.COLON)


def fold(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """Tokens in which such a word is the unit of the last number, or 每筒 behind a price what the price is for."""
    result: list[Token] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if token.text == "每" and (per := _per(tokens, at, lexicon)):
            result += per
            at += 2
            continue
        unit = _unit(tokens, at, lexicon)
        if unit:
            row = result[-1] if result[-1].kind is T.NUM else result[-2]
            if row is not result[-1]:
                result.pop()
            result[-1] = replace(row, kind=T.QTY, end=token.end, text=row.text + token.text, unit=token.text)
        else:
            result.append(token)
        at += 1
    return result


def _unit(tokens: list[Token], at: int, lexicon: Lexicon) -> bool:
    """Whether a word is the unit of a row of bare numbers right before it."""
    token = tokens[at]
    said = token.kind in _WORDS or token.cues == (FILLER,)
    if not said or len(token.text) > 2 or token.text not in lexicon.unit_words or at < 3:
        return False
    last = at - 1 if tokens[at - 1].kind is not T.GAP else at - 2
    row = tokens[last].kind is T.NUM and tokens[last - 1].text == "/" and tokens[last - 2].kind is T.NUM
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    return row and (after is None or after.kind in _ENDS or after.text in ("的", ")"))


def _per(tokens: list[Token], at: int, lexicon: Lexicon) -> list[Token]:
    """每筒 behind a price as the one it is for; nothing when something is told of each."""
    unit = tokens[at + 1] if at + 1 < len(tokens) else None
    if unit is None or unit.kind not in _WORDS or unit.text not in lexicon.unit_words:
        return []
    before = next((t for t in reversed(tokens[max(0, at - 2) : at]) if t.kind is not T.GAP), None)
    after = tokens[at + 2] if at + 2 < len(tokens) else None
    ends = after is None or after.kind in _ENDS or after.text == ")"
    if before is None or before.kind not in (T.NUM, T.PRICE) or before.unit is not None or not ends:
        return []
    said = tokens[at].text + unit.text
    return [Token(T.QTY, tokens[at].start, unit.end, said, value=Decimal(1), unit=unit.text)]
