"""Kinds that all cost the same (0.5的笔芯不管黑蓝统一3毛1); words that only ask for a number (DA25的数)."""

from __future__ import annotations

from dataclasses import replace

from nlp.scanning import cues as c
from nlp.scanning.tokens import T, Token

_WHICHEVER = ("不管", "不论", "无论", "甭管")
_ANY_KIND = ("不管", "不论", "无论", "甭管", "不分", "不限", "不管什么", "不论什么", "不管哪个", "不管哪种")
SAID = frozenset(word[0] for word in (*_WHICHEVER, *_ANY_KIND)) | {"数"}  # without one of these there is nothing to do
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
        if end := _no_matter(tokens, at):
            text = "".join(t.text for t in tokens[at:end])
            result.append(Token(T.CUE, token.start, tokens[end - 1].end, text, cues=(c.ALL,)))
            at = end
            continue
        asked = token.kind is T.UNKNOWN and token.text == "数" and at and tokens[at - 1].text in _OF
        result.append(replace(token, kind=T.CUE, cues=(c.FILLER,)) if asked else token)
        at += 1
    return result


def _no_matter(tokens: list[Token], at: int) -> int:
    """不分段1188一箱, 不论大小都3块: where the words end that make a price everybody's; 0 when there are none."""
    end = _spans(tokens, at, _ANY_KIND)
    first = end
    while end and end < len(tokens) and end < first + 4 and tokens[end].kind in (T.ITEM, T.UNKNOWN, T.CUE):
        if tokens[end].has(c.ALL) or len(tokens[end].text) > 2:
            break
        end += 1
    if not end or end == first or sum(len(t.text) for t in tokens[first:end]) > 4:
        return 0
    if end < len(tokens) and tokens[end].has(c.ALL):
        return end + 1 if end + 1 < len(tokens) and tokens[end + 1].kind in (T.PRICE, T.NUM) else 0
    return end if end < len(tokens) and tokens[end].kind is T.PRICE else 0


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
