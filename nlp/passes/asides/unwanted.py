"""What somebody names only to say that it is not wanted: 头皮针0.55 5盒,0.45先不要.

Such a number is no price and no amount; the line is as if nothing had been said.
"""

from __future__ import annotations

from dataclasses import replace

from nlp.scanning import cues as c
from nlp.scanning.tokens import T, Token

_BARE = (T.NUM, T.PRICE)  # a measure or a word says itself which goods are not wanted
_APART = (T.COMMA, T.STOP, T.GAP)


def fold(tokens: list[Token]) -> list[Token]:
    """Tokens with such numbers, and what takes them away, made fillers."""
    result = list(tokens)
    for at, token in enumerate(result):
        if not token.has(c.DROP) or not at:
            continue
        first = at - 1
        while first and result[first].text in ("的", "那个", "就", "都", "暂时"):
            first -= 1
        number = result[first]
        opens = first == 0 or result[first - 1].kind in _APART
        end = at + 1
        while end < len(result) and result[end].text in ("了", "吧", "啊", "哈"):
            end += 1
        closes = end == len(result) or result[end].kind in _APART
        if opens and closes and number.kind in _BARE:
            if first >= 2 and _names_goods(result, first):
                continue
            result[first:end] = [replace(t, kind=T.CUE, cues=(c.FILLER,), term=None) for t in result[first:end]]
    return result


def _names_goods(tokens: list[Token], at: int) -> bool:
    """Whether the goods stand right in front of the size, so that all of it is taken away: 头皮针 0.45 不要."""
    before = next((t for t in reversed(tokens[:at]) if t.kind is not T.GAP), None)
    return before is not None and before.kind is T.ITEM and tokens[at - 1].kind is T.GAP
