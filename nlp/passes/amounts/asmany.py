"""As many as of other goods: 120的跟130一样多. The amount said of those; where none was, it is asked."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from nlp.scanning.tokens import T, Token

_LIKE = ("跟", "和", "与", "同", "像")
_WORDS = (T.ITEM, T.MEASURE, T.SPEC, T.NUM)
_AS_MANY = ("一样多", "同样多", "一样的数量", "一样数量", "数量一样", "数量相同", "一个数", "一个数量")
_OF = ("的", "那个", "那种")


def fold(tokens: list[Token]) -> list[Token]:
    """Tokens in which such words are the amount they mean."""
    if not any(t.text in _LIKE for t in tokens):
        return tokens
    result: list[Token] = []
    at = 0
    while at < len(tokens):
        said, end = _clause(tokens, at)
        if not end:
            result.append(tokens[at])
            at += 1
            continue
        amount = _amount_of(said, result)
        start, stop = tokens[at].start, tokens[end - 1].end
        if amount is None:
            result.append(Token(T.QTY, start, stop, "一样多", value=Decimal(0), approx=True))
        else:
            result.append(replace(amount, start=start, end=stop, used=False))
        at = end
    return result


def _clause(tokens: list[Token], at: int) -> tuple[str, int]:
    """The goods named as the measure, and where the words end: 跟130一样多."""
    if tokens[at].text not in _LIKE:
        return "", 0
    end, said = at + 1, ""
    while end < len(tokens) and (tokens[end].kind in _WORDS or tokens[end].text in _OF) and end - at < 8:
        said += tokens[end].text if tokens[end].kind in _WORDS else ""
        end += 1
    if not said:
        return "", 0
    told, stop = "", end
    while stop < len(tokens) and len(told) < 5 and stop - end < 3:
        told += tokens[stop].text
        stop += 1
        if told in _AS_MANY:
            return said, stop
    return "", 0


def _amount_of(said: str, before: list[Token]) -> Token | None:
    """The amount right behind the goods when they were named before."""
    run = ""
    for token in before:
        if token.kind in _WORDS:
            run += token.text
        elif token.kind is T.QTY and run.endswith(said) and not token.approx:
            return token
        elif token.kind is not T.GAP and token.text not in _OF:
            run = ""
    return None
