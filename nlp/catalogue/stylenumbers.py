"""Goods called by the number their name begins with: 502咋卖, 8801多少钱一件. In a question a bare number of a name is
the goods; how many is said with a unit."""

from __future__ import annotations

import re
from dataclasses import replace

from nlp.catalogue.lexicon import Lexicon
from nlp.scanning import cues as c
from nlp.scanning.text import fold_key
from nlp.scanning.tokens import T, Token

_MOST = 60
_SMALL = ("的", "那款", "这款", "那个")
_WANT = ("要", "来", "拿", "订", "给我", "发")


def fold(tokens: list[Token], lexicon: Lexicon) -> list[Token] | None:
    """Tokens with such numbers as words of the goods; None when there are none."""
    changed = False
    result: list[Token] = []
    for token in tokens:
        found = _named(token, lexicon) if token.kind is T.NUM and len(token.text) >= 3 else frozenset()
        changed = changed or bool(found)
        result.append(replace(token, kind=T.SPEC, found=found, used=False) if found else token)
    return result if changed else None


def priced(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """Tokens of a price list in which a number of a name with a price behind it is the goods: 8816 36."""
    result: list[Token] = []
    for at, token in enumerate(tokens):
        following = next(
            (t for t in tokens[at + 1 : at + 4] if t.kind is not T.GAP and t.text not in ("的", ":")), None
        )
        told = following is not None and (following.kind in (T.NUM, T.PRICE) or following.has(c.ALL))
        found = _named(token, lexicon) if told and token.kind is T.NUM and len(token.text) >= 3 else frozenset()
        result.append(replace(token, kind=T.SPEC, found=found, used=False) if found else token)
    return result


def counted(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """Tokens of an order in which such a number at the head of a clause, counted or given to each size, is the goods:
    8801每码2件, 8801 5件."""
    result: list[Token] = []
    for at, token in enumerate(tokens):
        found: frozenset[int] = frozenset()
        if token.kind is T.NUM and len(token.text) >= 3:
            before = next((t for t in reversed(tokens[:at]) if t.kind is not T.GAP), None)
            after = next((t for t in tokens[at + 1 : at + 4] if t.kind is not T.GAP and t.text not in _SMALL), None)
            heads = before is None or before.kind in (T.COMMA, T.STOP, T.PARTY, T.COLON) or before.text in _WANT
            told = after is not None and (after.has(c.EACH) or (after.kind is T.QTY and after.unit is not None))
            found = _named(token, lexicon) if heads and told else found
        result.append(replace(token, kind=T.SPEC, found=found, used=False) if found else token)
    return result


def _named(token: Token, lexicon: Lexicon) -> frozenset[int]:
    if not token.text.isdigit() or not lexicon.has_term(token.text):
        return frozenset()
    found = lexicon.postings(token.text)
    begins = re.compile(rf"{token.text}(?!\d)")
    kept = frozenset(n for n in list(found)[:_MOST] if begins.match(fold_key(lexicon.product(n).name)))
    return found if kept and len(kept) == min(len(found), _MOST) else kept
