"""A list of goods, how many and a bare number, again and again (A4 400箱118 A3 60箱116): the numbers are prices."""

from __future__ import annotations

from dataclasses import replace

from nlp.scanning.tokens import T, Token

_GOODS = (T.ITEM, T.MEASURE, T.SPEC)
_BETWEEN = (T.GAP, T.COMMA, T.STOP)


def fold(tokens: list[Token]) -> list[Token]:
    """Tokens with such numbers made prices; all of them, when every amount of the message has one behind it."""
    places: list[int] = []
    for at, token in enumerate(tokens):
        if token.kind is not T.QTY:
            continue
        follows = at + 1
        while follows < len(tokens) and tokens[follows].kind is T.GAP:
            follows += 1
        if follows >= len(tokens) or tokens[follows].kind is not T.NUM or tokens[follows].value is None:
            return tokens
        after = tokens[follows + 1] if follows + 1 < len(tokens) else None
        if after is not None and after.kind not in _BETWEEN:
            return tokens
        before = tokens[at - 1] if at else None
        if before is not None and before.kind is T.GAP and at > 1:
            before = tokens[at - 2]
        if before is None or before.kind not in _GOODS:
            return tokens
        places.append(follows)
    others = sum(t.kind in (T.NUM, T.PRICE) for t in tokens)
    if len(places) < 2 or others != len(places):
        return tokens
    last = next((t for t in tokens[places[-1] + 1 :] if t.kind not in _BETWEEN), None)
    if last is not None and last.kind in _GOODS:
        return tokens
    result = list(tokens)
    for at in places:
        result[at] = replace(result[at], kind=T.PRICE)
    return result
