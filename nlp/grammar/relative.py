"""Prices told by another: 扁铁、角铁4400一吨,角铁贵一百. What something costs is the price before it,
more or less so much."""

from __future__ import annotations

from collections.abc import Sequence

from nlp.grammar.entries import Entry
from nlp.scanning.tokens import T, Token

_DEARER = ("贵", "贵了", "高", "加价", "要贵", "还贵")
_CHEAPER = ("便宜", "便宜了", "低", "要便宜", "少", "降")


_BESIDE = {"贵": 1, "贵了": 1, "要贵": 1, "还贵": 1, "便宜": -1, "要便宜": -1, "便宜了": -1}


def _among_prices(tokens: Sequence[Token], before: Token, token: Token, named: Entry, entries: list[Entry]) -> bool:
    """尿素小颗粒1850一吨,大颗粒贵40 of a list of prices: so much more than the goods told before it."""
    sign = _BESIDE.get(before.text)
    told_before = [e for e in entries if e is not named and e.price is not None]
    if sign is None or not told_before or any(e.qty is not None for e in entries) or named.price is not None:
        return False
    last = told_before[-1]
    if last.price is None or token.value is None or token.value * 2 >= last.price or last.segment != named.segment:
        return False
    named.cost(token)
    named.price, named.price_unit = last.price + sign * token.value, last.price_unit
    named.tax = named.tax if named.tax is not None else last.tax
    token.used = True
    return True


def told(tokens: Sequence[Token], at: int, entries: list[Entry], pending: list[Entry]) -> bool:
    """Whether the number at ``at`` says by how much the goods named before it cost more or less than the price before;
    their line takes what comes out."""
    before = next((t for t in reversed(tokens[max(0, at - 3) : at]) if t.kind is not T.GAP), None)
    token = tokens[at]
    unpriced = [e for e in pending if e.price is None]
    if before is not None and len(unpriced) == 1 and _among_prices(tokens, before, token, unpriced[0], entries):
        return True
    if before is None or token.value is None or before.text not in (*_DEARER, *_CHEAPER) or len(pending) != 1:
        return False
    named = pending[-1]
    lines = [e for e in entries if e is not named and e.qty is not None and not e.gift]
    own = [e for e in lines if e.item.found and e.item.found <= named.item.found]
    price = next((e.price for e in reversed(lines) if e.price is not None), None)
    if len(own) != 1 or price is None or named.qty is not None or not named.item.known:
        return False
    line = own[0]
    priced = next(e for e in reversed(lines) if e.price is not None)
    changed = price + token.value if before.text in _DEARER else price - token.value
    if changed <= 0:
        return False
    line.price, line.price_unit = changed, priced.price_unit
    line.spans["unit_price"] = (token.start, token.end)
    token.used = True
    entries.remove(named)
    pending.pop()
    return True
