"""Goods nobody knows that somebody wants: 小强王来3盒, 来3盒小强王.

The words become a line without a product, so that it is asked what they mean and the answer can be learned.
"""

from __future__ import annotations

from collections.abc import Sequence

from nlp.catalogue.itemwords import clings
from nlp.scanning.text import is_han
from nlp.scanning.tokens import T, Token

_WANTS = ("来", "要", "拿", "订", "再来", "再要", "再拿", "给我来", "上", "发", "补")
_PACKS = frozenset("箱件盒提桶捆扎袋包瓶罐听支双套卷斤条壶坛筐板筒") | {"公斤", "kg", "千克"}
_REACH = 6
_ENDS = (T.COMMA, T.STOP)


def wanted(tokens: Sequence[Token], start: int, end: int, *, ordered: bool) -> bool:
    """Whether the unknown words from ``start`` to ``end``, with what clings to them, are goods an amount is wanted of.
    ``ordered``: an amount waits for its goods. Only packs and weights count: 师傅来3个 is about people."""
    first, last = start, end - 1
    if any(t.kind is not T.UNKNOWN or not is_han(t.text[0]) for t in tokens[start:end]):
        return False
    while first and tokens[first - 1].end == tokens[first].start and clings(tokens[first - 1]):
        first -= 1
    while last + 1 < len(tokens) and tokens[last + 1].start == tokens[last].end and clings(tokens[last + 1]):
        last += 1
    said = sum(len(t.text) for t in tokens[first : last + 1])
    if not 2 <= said <= _REACH:
        return False
    if ordered:
        before = _spoken(tokens, first, -1)
        return before is not None and _packed(before) and _closes(tokens, last)
    after = _spoken(tokens, last, 1)
    if after is not None and after.text in _WANTS:
        after = _spoken(tokens, tokens.index(after, last), 1)
    return after is not None and _packed(after) and _opens(tokens, first)


def _spoken(tokens: Sequence[Token], at: int, step: int) -> Token | None:
    at += step
    while 0 <= at < len(tokens) and tokens[at].kind is T.GAP:
        at += step
    return tokens[at] if 0 <= at < len(tokens) else None


def _packed(token: Token) -> bool:
    return token.kind in (T.QTY, T.MEASURE) and token.unit in _PACKS


def _opens(tokens: Sequence[Token], at: int) -> bool:
    """Whether nothing but a party, an amount before it or a break stands in front."""
    before = _spoken(tokens, at, -1)
    return (
        before is None or before.kind in (*_ENDS, T.PARTY, T.QTY, T.COLON, T.DATE) or before.text in ("给", "要", "的")
    )


def _closes(tokens: Sequence[Token], at: int) -> bool:
    after = _spoken(tokens, at, 1)
    return after is None or after.kind in (*_ENDS, T.QTY, T.DATE) or after.text in ("吧", "谢谢", "啊", "哈")
