"""Words of goods that no product has: 5平方电线红的2卷 where wires come in 2.5 and 4, 消毒水 where only 消毒液 is sold.
They are a word nobody knows beside the goods, so that it is asked about; never an amount or goods of their own."""

from __future__ import annotations

from dataclasses import replace

from nlp.catalogue.lexicon import Lexicon
from nlp.catalogue.resolve import is_head, meaning, narrow
from nlp.catalogue.terms import MEASURES
from nlp.scanning.tokens import T, Token

_ITEMS = (T.ITEM, T.SPEC, T.MEASURE)
_LIGHT = ("的", "那种", "那个", "要", "来")
_REACH = 8
_MOST = 400


def fold(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """Tokens with such words as words nobody knows."""
    result = list(tokens)
    for at, token in enumerate(tokens):
        if (token.kind is T.QTY and _measures_none(tokens, at, lexicon)) or _other_head(tokens, at, lexicon):
            result[at] = replace(token, kind=T.UNKNOWN, found=frozenset(), value=None, unit=None)
    return result


def _measures_none(tokens: list[Token], at: int, lexicon: Lexicon) -> bool:
    """Whether an amount is a measure glued to goods that are counted by something else behind them."""
    token = tokens[at]
    if token.unit not in MEASURES or at + 1 >= len(tokens) or tokens[at + 1].kind is not T.ITEM:
        return False
    before = next((t for t in reversed(tokens[max(0, at - 3) : at]) if t.kind is not T.GAP), None)
    if before is not None and before.kind in _ITEMS and _sold_by(before, token.unit or "", lexicon):
        return False  # 黑胡椒粒5公斤孜然粉4袋: how much of what stands in front
    goods: list[Token] = []
    for other in tokens[at + 1 : at + 1 + _REACH]:
        if other.kind in _ITEMS:
            goods.append(other)
        elif other.kind is T.QTY:
            found = narrow(goods, lexicon)
            headed = any(is_head(word, lexicon) for word in goods)
            if not headed or not 0 < len(found) <= _MOST or other.unit is None or other.unit in MEASURES:
                return False
            return all(lexicon.product(n).factor(token.unit or "") is None for n in found)
        elif other.kind is not T.GAP and other.text not in _LIGHT:
            return False
    return False


def _sold_by(word: Token, unit: str, lexicon: Lexicon) -> bool:
    """Whether all goods a word names are sold by a unit."""
    found = meaning(word, lexicon)
    return 0 < len(found) <= _MOST and all(lexicon.product(n).factor(unit) is not None for n in found)


def _other_head(tokens: list[Token], at: int, lexicon: Lexicon) -> bool:
    """Whether one character ends a name whose first word no goods have with it: the 水 of 消毒水."""
    token = tokens[at]
    if not at or token.kind is not T.ITEM or len(token.text) != 1 or at + 1 >= len(tokens):
        return False
    first = tokens[at - 1]
    if first.kind is not T.ITEM or len(first.text) != 2 or first.end != token.start or tokens[at + 1].kind is not T.QTY:
        return False
    alone = at == 1 or tokens[at - 2].kind not in _ITEMS
    if not alone:
        return False
    return bool(meaning(first, lexicon)) and not narrow([first, token], lexicon)
