"""上次米醋5箱,这次8箱: what was bought before is told for comparison; the amount behind 这次 is the one wanted."""

from __future__ import annotations

from nlp.scanning.cues import words
from nlp.scanning.tokens import T, Token

_NOW = words("这次 这回 这趟 这批 今天 这次要 这回要 这次来 这次拿 本次")
_BEFORE = words("上次 上回 上趟 上批 前一次 上一次 上次拿 上次要")
_WANT = words("要 来 拿 给 发 订 给我 就 改 得 是 来个")
_LIGHT = (T.GAP, T.COMMA)


def fold(tokens: list[Token]) -> list[Token]:
    """Tokens without the earlier amount, and without the words for then and now."""
    kept, at = list(tokens), 0
    while at < len(kept):
        found = _told(kept, at) if kept[at].text in _BEFORE else None
        if found is None:
            at += 1
            continue
        goods, amount, now = found
        if any(t.kind in (T.ITEM, T.SPEC, T.MEASURE) for t in kept[now + 1 : now + 2]):
            at = now
            continue
        kept = kept[:at] + goods + kept[amount:]
        at += len(goods) + 1
    if len(kept) == len(tokens):
        return tokens
    for place, token in enumerate(kept):
        token.at = place
    return kept


def _told(tokens: list[Token], at: int) -> tuple[list[Token], int, int] | None:
    """The goods named behind 上次, where the amount wanted now stands and where 这次 does."""
    goods: list[Token] = []
    place, earlier = at + 1, False
    while place < len(tokens) and not _now(tokens, place):
        token = tokens[place]
        if token.kind is T.QTY:
            if earlier:
                return None
            earlier = True
        elif token.kind in (T.ITEM, T.SPEC, T.MEASURE, T.PARTY):
            if earlier:
                return None
            goods.append(token)
        elif token.kind not in _LIGHT and token.text not in _WANT and token.text not in ("的", "是", "了"):
            return None
        place += 1
    place += place < len(tokens) and tokens[place].text == "这"
    amount = place + 1
    while amount < len(tokens) and (tokens[amount].kind in _LIGHT or tokens[amount].text in _WANT):
        amount += 1
    if not (earlier and goods and amount < len(tokens) and tokens[amount].kind is T.QTY):
        return None
    return goods, amount, place


def _now(tokens: list[Token], at: int) -> bool:
    """这次, or 这回 read as two words."""
    split = tokens[at].text == "这" and at + 1 < len(tokens) and tokens[at + 1].text in ("回", "趟", "批")
    return split or tokens[at].text in _NOW
