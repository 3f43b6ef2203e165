"""Days of the month that are none: 留置针22号Y型 of needles in 22G."""

from __future__ import annotations

import re
from decimal import Decimal

from nlp.catalogue.lexicon import Lexicon
from nlp.catalogue.numbered import all_having, having
from nlp.catalogue.resolve import meaning
from nlp.scanning.tokens import T, Token

_DAY = re.compile(r"(\d{1,2})号")
_ITEMS = (T.ITEM, T.MEASURE, T.SPEC)


def of_goods(tokens: list[Token], at: int, base: frozenset[int], lexicon: Lexicon) -> None:
    """Make a spec word of a day among words of goods (``base``) that come in such a number."""
    token = tokens[at]
    match = _DAY.fullmatch(token.text)
    following = tokens[at + 1] if at + 1 < len(tokens) else None
    clings = at > 0 and tokens[at - 1].end == token.start and tokens[at - 1].kind in _ITEMS
    clings = clings or (bool(base) and _one_more(tokens, at, base, lexicon))
    if match is None or not clings or following is None or following.start != token.end:
        return
    if following.kind not in (*_ITEMS, T.QTY) and following.text != "的":
        return
    found = having(Decimal(match[1]), base, lexicon)
    if found and (found < base or following.kind is T.ITEM):
        token.kind, token.day, token.value = T.SPEC, None, Decimal(match[1])
        token.found = all_having(token.value, base, lexicon)


def _one_more(tokens: list[Token], at: int, base: frozenset[int], lexicon: Lexicon) -> bool:
    """24G的2盒,22号的直型4盒: one more of the goods named before, with what else tells them apart behind it."""
    place = at + 1
    while place < len(tokens) and (tokens[place].text == "的" or tokens[place].kind is T.GAP):
        place += 1
    word = tokens[place] if place < len(tokens) else None
    counted = any(t.kind is T.QTY for t in tokens[place : place + 4])
    return word is not None and word.kind in (T.ITEM, T.SPEC) and counted and bool(base & meaning(word, lexicon))
