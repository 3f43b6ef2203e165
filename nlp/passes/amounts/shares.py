"""Amounts told by the one before: 高粉10袋,低粉一半; 低粉也这么多; 低粉翻倍; 低粉比高粉多2袋."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from nlp.catalogue.lexicon import Lexicon
from nlp.catalogue.resolve import meaning, narrow
from nlp.scanning.tokens import T, Token

_ITEMS = (T.ITEM, T.MEASURE, T.SPEC)
_SHARE = re.compile(
    r"(?:的|也|就|要|来|拿|是|只要|给)*(?:"
    r"(?P<half>(?:要|减|来|拿)?一?半(?:的?量|的?数量)?|减一半)"
    r"|(?P<same>(?:这么|那么|一样|同样)多|同样的?(?:数量|量)|同量|数量(?:一样|相同|同上))"
    r"|(?P<twice>翻一?倍|加倍|双倍|[两2]倍))"
    r"(?:就|也)?(?:行|够|好|可以)?[了吧啊呀哈]*"
)
_REACH = 8
SAID = frozenset("半多量数倍比")  # without one of these there is nothing to do


def fold(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """Tokens in which such an amount is said in full."""
    result: list[Token] = []
    last: Token | None = None  # the amount said last
    goods: frozenset[int] = frozenset()  # what it was of
    run: list[Token] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if run and last is not None and token.kind not in (*_ITEMS, T.GAP):
            found = _share(tokens, at, last) or _compared(tokens, at, last, goods, lexicon)
            if found is not None:
                counted, at = found
                result.append(counted)
                run = []
                continue
        if token.kind in _ITEMS:
            run.append(token)
        elif token.kind is T.QTY and token.unit is not None and not token.approx and token.value:
            last, goods = token, narrow([w for w in run if meaning(w, lexicon)], lexicon) if run else goods
            run = []
        elif token.kind in (T.STOP, T.PARTY):
            last, run = (last if token.text != "\n" and token.kind is T.STOP else None), []
        elif token.kind is T.COMMA:
            run = []
        result.append(token)
        at += 1
    return result


def _share(tokens: list[Token], at: int, last: Token) -> tuple[Token, int] | None:
    """A half, as much or twice as much, with nothing else in the clause behind the goods."""
    end = next((n for n in range(at, min(at + _REACH, len(tokens))) if tokens[n].kind in (T.COMMA, T.STOP, T.GAP)), 0)
    end = end or (len(tokens) if len(tokens) - at < _REACH else 0)
    match = _SHARE.fullmatch("".join(t.text for t in tokens[at:end])) if end > at else None
    if match is None or last.value is None:
        return None
    value = last.value / 2 if match["half"] else last.value * 2 if match["twice"] else last.value
    return replace(last, start=tokens[at].start, end=tokens[end - 1].end, value=value, used=False), end


def _compared(
    tokens: list[Token], at: int, last: Token, goods: frozenset[int], lexicon: Lexicon
) -> tuple[Token, int] | None:
    """比高粉多2袋: so many more than what was said of those."""
    if tokens[at].text != "比" or last.value is None:
        return None
    end = at + 1
    while end < len(tokens) and tokens[end].kind in _ITEMS and end - at < _REACH:
        end += 1
    named = narrow([w for w in tokens[at + 1 : end] if meaning(w, lexicon)], lexicon)
    if not named & goods or end + 1 >= len(tokens) or tokens[end].text not in ("多", "少", "多要", "少要"):
        return None
    more = tokens[end + 1]
    if more.kind not in (T.QTY, T.NUM) or more.value is None or more.approx or more.unit not in (None, last.unit):
        return None
    value = last.value + more.value if tokens[end].text.startswith("多") else last.value - more.value
    if value <= Decimal(0):
        return None
    return replace(last, start=tokens[at].start, end=more.end, value=value, used=False), end + 2
