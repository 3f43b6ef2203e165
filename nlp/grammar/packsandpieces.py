"""Amounts in two units: 两盒零六支, 3箱5瓶, 一箱外加5瓶 of the same goods are one amount in the smaller unit; more
of the goods counted last, by another unit, is a line of its own (散酒50斤,再来2桶)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from nlp.catalogue.lexicon import Lexicon
from nlp.grammar.entries import Entry
from nlp.scanning import cues as c
from nlp.scanning.tokens import T, Token

_JOINS = frozenset(c.words("零 又 外加 另加 加 再加 和 零散 零头 散 另 另外 再 带 多 散的 来 要 再来 再要 还要 +"))
_OF = ("的", "那种", "装")
_AGAIN = ("再来", "再要", "再拿", "再加", "另加", "还要", "外加", "另外再来", "再给", "再发", "再订")


def adjoins(tokens: Sequence[Token], at: int) -> bool:
    """Whether nothing but words that join stands between an amount and the line before it, and nothing clings to it
    that says it is of something else."""
    before = at - 1
    while before > 0 and (tokens[before].kind in (T.GAP, T.COMMA) or tokens[before].text in _JOINS):
        before -= 1
    while before > 0 and tokens[before].text in _OF:
        before -= 1
    if before < 0 or tokens[before].kind not in (T.QTY, T.ITEM, T.SPEC, T.MEASURE):
        return False
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    apart = (T.COMMA, T.STOP, T.GAP, T.DATE, T.PARTY)
    said = after is not None and after.has(c.GIFT, c.DELIVER, c.FILLER) and after.text not in ("大", "小", "中")
    return after is None or after.kind in apart or said


def put_together(entry: Entry, token: Token, lexicon: Lexicon) -> bool:
    """Add pieces said behind packs to a line; False when they are no part of one amount."""
    if entry.qty is None or entry.unit is None or token.value is None or token.unit is None or entry.approx:
        return False
    if len(entry.item.found) != 1 or token.approx or entry.price is not None or entry.gift:
        return False
    product = lexicon.product(next(iter(entry.item.found)))
    pack, piece = product.factor(entry.unit), product.factor(token.unit)
    if pack is None or piece is None or piece >= pack or token.value * piece >= pack:
        return False
    if entry.qty != int(entry.qty) or pack % piece:
        return False
    start = entry.spans.get("qty", (token.start, token.end))[0]
    entry.qty, entry.unit = entry.qty * (pack / piece) + token.value, token.unit
    entry.spans["qty"] = (start, token.end)
    token.used = True
    return entry.qty > Decimal(0)


def comes_to(entry: Entry, token: Token, lexicon: Lexicon) -> bool:
    """半箱15条: the same amount once more, in the other unit."""
    if entry.qty is None or token.value is None or entry.unit in (None, token.unit) or len(entry.item.found) != 1:
        return False
    product = lexicon.product(next(iter(entry.item.found)))
    one, other = product.factor(entry.unit or ""), product.factor(token.unit or "")
    return one is not None and other is not None and not token.approx and entry.qty * one == token.value * other


def once_more(tokens: Sequence[Token], at: int, last: Entry, lexicon: Lexicon) -> bool:
    """散酒50斤,18一公斤,再来2桶: more of the same goods, counted by another unit."""
    token, before = tokens[at], tokens[at - 1] if at else None
    if before is None or before.text not in _AGAIN or last.gift or last.qty is None or token.unit in (None, last.unit):
        return False
    if token.approx or len(last.item.found) != 1 or not last.item.known:
        return False
    after = next((t for t in tokens[at + 1 :] if t.kind is not T.GAP), None)
    ends = after is None or after.kind in (T.COMMA, T.STOP)
    return ends and token.unit in lexicon.product(next(iter(last.item.found))).units
