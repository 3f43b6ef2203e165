"""一米二七, 两米四五: a length of two more digits, said without a point."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from nlp.scanning.tokens import T, Token

SAID = frozenset("米")
_DIGITS = "零一二三四五六七八九"


def fold(tokens: list[Token]) -> list[Token]:
    """Tokens with such a length as one number."""
    result: list[Token] = []
    at = 0
    while at < len(tokens):
        token, after = tokens[at], tokens[at + 1] if at + 1 < len(tokens) else None
        if after is not None and _joins(token, after) and token.value is not None:
            tenths = "".join(str(_DIGITS.index(char)) for char in after.text)
            value = token.value + Decimal(f"0.{tenths}")
            text = token.text + after.text
            result.append(replace(token, kind=T.NUM, end=after.end, text=text, value=value, unit=None))
            at += 2
            continue
        result.append(token)
        at += 1
    return result


def _joins(token: Token, after: Token) -> bool:
    if token.kind is not T.QTY or token.unit != "米" or token.value is None or token.value != int(token.value):
        return False
    spoken = after.kind is T.NUM and len(after.text) == 2 and all(char in _DIGITS for char in after.text)
    return spoken and token.end == after.start and token.text[0] in _DIGITS[1:] + "两"
