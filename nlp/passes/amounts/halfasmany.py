"""Half as many as of the goods before: 底盒暗的200个,明的要一半; 蓝的30条粉的减半; 3号的一半数量就行."""

from __future__ import annotations

from decimal import Decimal

from nlp.scanning import cues as c
from nlp.scanning.tokens import T, Token

_GOODS = (T.ITEM, T.MEASURE, T.SPEC)
_LEADS = ("要", "的", "来", "是", "只要", "就", "拿", "给", "发", "数量", "就要", "也", "再来")
_HALVES = ("一半", "减半", "减一半", "少一半", "砍半", "砍一半", "半数", "对半", "少要一半", "少拿一半")


def fold(tokens: list[Token]) -> list[Token]:
    """Tokens in which such words are the amount they come to."""
    result: list[Token] = []
    counted: Token | None = None  # the amount said last
    goods = False  # goods without an amount stand before
    at = 0
    while at < len(tokens):
        token = tokens[at]
        end = _half(tokens, at)
        if end and goods and counted is not None and counted.value is not None and not counted.approx:
            half = counted.value / Decimal(2)
            if half == int(half):
                token = Token(T.QTY, token.start, tokens[end - 1].end, "一半", value=half, unit=counted.unit)
                at = end - 1
        result.append(token)
        if token.kind in _GOODS:
            goods = True
        elif token.kind is T.QTY:
            counted, goods = token, False
        elif token.kind is T.STOP:
            counted, goods = None, False
        elif token.kind is T.COMMA or (token.kind is not T.GAP and token.text not in _LEADS):
            goods = False
        at += 1
    return result


def _half(tokens: list[Token], at: int) -> int:
    """Where 一半 that begins here ends; 0 when it does not, or when something is said to be half of it."""
    said, end = "", at
    while end < min(len(tokens), at + 4) and len(said) < 4:
        said += tokens[end].text
        end += 1
        if said in _HALVES:
            after = next((t for t in tokens[end : end + 2] if t.kind is not T.GAP), None)
            ends = after is None or after.kind in (T.COMMA, T.STOP, T.DATE) or after.has(c.ENOUGH, c.FILLER, c.FORM)
            before = tokens[at - 1] if at else None
            return end if ends and not (before is not None and before.has(c.EACH)) else 0
    return 0
