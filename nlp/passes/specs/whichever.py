"""Kinds that all cost the same (0.5的笔芯不管黑蓝统一3毛1); words that only ask for a number (DA25的数)."""

from __future__ import annotations

from dataclasses import replace

from nlp.scanning import cues as c
from nlp.scanning.tokens import T, Token

_WHICHEVER = ("不管", "不论", "无论", "甭管")
_JOINS = ("、", "还是", "或", "或者", "的", "和", "跟", "是")
_OF = ("的", "有", "还有")


def fold(tokens: list[Token]) -> list[Token]:
    """Tokens in which such words say nothing."""
    result: list[Token] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if result and result[-1].kind is T.ITEM and (end := _spans(tokens, at, _WHICHEVER)) and _all_cost(tokens, end):
            result.append(Token(T.GAP, token.start, tokens[end - 1].end, " "))
            at = end
            continue
        asked = token.kind is T.UNKNOWN and token.text == "数" and at and tokens[at - 1].text in _OF
        result.append(replace(token, kind=T.CUE, cues=(c.FILLER,)) if asked else token)
        at += 1
    return result


def _spans(tokens: list[Token], at: int, words: tuple[str, ...]) -> int:
    """Where one of the words that begins here ends, at the end of a token; 0 when none does."""
    said = ""
    for end in range(at, min(at + 4, len(tokens))):
        said += tokens[end].text
        after = tokens[end + 1].text if end + 1 < len(tokens) else ""
        if said in words and said + after not in words:
            return end + 1
    return 0


def _all_cost(tokens: list[Token], at: int) -> bool:
    """Whether two kinds or more follow and then what they all cost."""
    kinds = 0
    for token in tokens[at : at + 10]:
        if token.has(c.ALL) or token.kind is T.PRICE:
            return kinds > 1
        kinds += token.kind is T.ITEM
        if token.kind not in (T.ITEM, T.GAP, T.COMMA) and token.text not in _JOINS:
            return False
    return False
