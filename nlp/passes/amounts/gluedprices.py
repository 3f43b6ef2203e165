"""A part of a spec that reads like a price with the amount behind it: 3芯2.5一卷 is one roll of 3*2.5."""

from __future__ import annotations

import re
from decimal import Decimal

from nlp.scanning.numbers import number_at
from nlp.scanning.tokens import T, Token

_ONCE = re.compile(r"(\d{1,3}(?:\.\d{1,2})?)([一1][^\d.]{1,3})")


def fold(tokens: list[Token]) -> list[Token]:
    """Tokens in which such a price, clinging to a measure nobody has by itself, is a number and an amount."""
    result: list[Token] = []
    for token in tokens:
        before = result[-1] if result else None
        match = _ONCE.fullmatch(token.text) if token.kind is T.PRICE else None
        clings = before is not None and before.end == token.start and before.kind is T.MEASURE and not before.exact
        if match is None or not clings or token.unit is None:
            result.append(token)
            continue
        middle = token.start + len(match[1])
        found = number_at(match[1], 0)
        assert found is not None
        result.append(Token(T.NUM, token.start, middle, match[1], value=found[1]))
        result.append(Token(T.QTY, middle, token.end, match[2], value=Decimal(1), unit=token.unit))
    return result
