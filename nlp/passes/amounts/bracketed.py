"""Amounts put into the brackets of a form: 牙膏( 2 )箱, 牙刷[3]盒; brackets left open are a blank."""

from __future__ import annotations

from nlp.catalogue.lexicon import Lexicon
from nlp.scanning.tokens import T, Token

_PAIRS = {"(": ")", "[": "]"}


def fold(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """Tokens with such an amount and the unit behind it as one."""
    if not any(t.kind is T.SIGN and t.text in _PAIRS for t in tokens):
        return tokens
    result: list[Token] = []
    at = 0
    while at < len(tokens):
        end = _amount(tokens, at, lexicon) if tokens[at].kind is T.SIGN and tokens[at].text in _PAIRS else 0
        if end:
            number = next(t for t in tokens[at:end] if t.kind is T.NUM)
            unit, begin = tokens[end - 1], tokens[at].start
            text = number.text + unit.text
            result.append(Token(T.QTY, begin, unit.end, text, value=number.value, unit=unit.text))
            at = end
            continue
        if stop := _empty(tokens, at, lexicon):
            result.append(Token(T.GAP, tokens[at].start, tokens[stop - 1].end, " "))
            at = stop
            continue
        result.append(tokens[at])
        at += 1
    return result


def _empty(tokens: list[Token], at: int, lexicon: Lexicon) -> int:
    """Where brackets with nothing in them end, when a unit stands behind them."""
    if tokens[at].kind is not T.SIGN or tokens[at].text not in _PAIRS or not at:
        return 0
    end = at + 1
    while end < len(tokens) and tokens[end].kind is T.GAP:
        end += 1
    closed = end + 1 < len(tokens) and tokens[end].text == _PAIRS[tokens[at].text]
    return end + 1 if closed and tokens[end + 1].text in lexicon.unit_words else 0


def _amount(tokens: list[Token], at: int, lexicon: Lexicon) -> int:
    """Where the unit behind a number in brackets ends; 0 when there is none. What stands first in its line is the
    number of the line."""
    spoken: list[int] = []
    for place in range(at, min(at + 8, len(tokens))):
        if tokens[place].kind is not T.GAP:
            spoken.append(place)
        if len(spoken) == 4:
            break
    if len(spoken) < 4 or tokens[spoken[1]].kind is not T.NUM or tokens[spoken[2]].text != _PAIRS[tokens[at].text]:
        return 0
    before = next((t for t in reversed(tokens[:at]) if t.kind is not T.GAP), None)
    unit = tokens[spoken[3]]
    if before is None or before.kind in (T.STOP, T.QTY) or unit.kind is not T.UNKNOWN:
        return 0
    return spoken[3] + 1 if unit.text in lexicon.unit_words else 0
