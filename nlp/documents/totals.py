"""Totals people state beside their lines, checked against what the lines come to. A total that can be confirmed says
nothing; one that disagrees, or that nothing confirms, is a doubt.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from nlp.catalogue.lexicon import Lexicon
from nlp.findings import Line
from nlp.grammar.entries import Reading
from nlp.scanning.tokens import T, Token

MISMATCH = "total_mismatch"
UNCHECKED = "total_unchecked"
_SLACK = Decimal("0.5")  # yuan; people round a total
_KINDS = ("样", "种", "款", "项", "行", "个品种")


def check(
    totals: Sequence[Token], own: Sequence[Line], every: Sequence[Line], reading: Reading, lexicon: Lexicon
) -> list[str]:
    """Doubts about the totals said with the lines of one document; ``every``: the lines of all documents of the
    message, for a total that closes a list of several customers."""
    doubts = []
    for token in totals:
        doubt = _doubt(token, own, reading, lexicon)
        if doubt is not None and len(every) > len(own):
            doubt = _doubt(token, every, reading, lexicon)
        if doubt is not None:
            doubts.append(doubt)
    return doubts


def _doubt(token: Token, lines: Sequence[Line], reading: Reading, lexicon: Lexicon) -> str | None:
    assert token.value is not None
    if token.kind is T.QTY:
        return _count_doubt(token, lines, lexicon)
    said, stated = amount(lines, lexicon, listed=False), True
    if said is None:
        said, stated = amount(lines, lexicon, listed=True), False
    fits = [] if said is None else _variants(said, reading)
    if token.kind is not T.PRICE:
        counts = [Decimal(line.qty) for line in lines if line.qty is not None]
        if len(counts) == len(lines):
            fits += [sum(counts, Decimal(0)), Decimal(len(lines))]
    if any(abs(total - token.value) <= _SLACK for total in fits):
        return None
    return MISMATCH if said is not None and stated else UNCHECKED


def _variants(total: Decimal, reading: Reading) -> list[Decimal]:
    """What a total may be called: as it is, with the discount said, with the tax said on top."""
    found = [total]
    if reading.discount is not None:
        found.append(total * reading.discount)
    if reading.tax_rate is not None:
        found += [amount * (1 + reading.tax_rate) for amount in list(found)]
    return found


def _count_doubt(token: Token, lines: Sequence[Line], lexicon: Lexicon) -> str | None:
    assert token.value is not None
    if token.unit in _KINDS:
        return None if token.value == len(lines) else MISMATCH
    counted = [(Decimal(line.qty), line) for line in lines if line.qty is not None]
    if not counted:
        return UNCHECKED
    same = [(qty, line) for qty, line in counted if line.unit == token.unit]
    fits = [
        sum((qty for qty, line in some if paid or not line.gift), Decimal(0))
        for some in (same, counted)
        for paid in (True, False)
    ]
    if token.value in fits or token.value in _in_unit(token.unit, counted, lexicon):
        return None
    return MISMATCH if len(same) == len(lines) else UNCHECKED


def _in_unit(unit: str | None, counted: Sequence[tuple[Decimal, Line]], lexicon: Lexicon) -> list[Decimal]:
    """三箱半,共105瓶: how many it is by another unit of the same goods."""
    total = Decimal(0)
    for qty, line in counted:
        product = lexicon.by_sku(line.sku)
        if product is None or unit is None or line.unit is None:
            return []
        one, many = product.factor(unit), product.factor(line.unit)
        if not one or not many:
            return []
        total += qty * many / one
    return [total]


def amount(lines: Sequence[Line], lexicon: Lexicon, *, listed: bool) -> Decimal | None:
    """What the lines cost at the prices said; with ``listed``, the catalogue's list price where none was said. None
    when a price, a quantity or a unit is missing."""
    paid = [line for line in lines if not line.gift]
    total = Decimal(0)
    for line in paid:
        product = lexicon.by_sku(line.sku)
        if product is None or line.unit is None or line.qty is None:
            return None
        ordered = product.factor(line.unit)
        if ordered is None:
            return None
        if line.unit_price is None:
            if not listed or product.list_price is None:
                return None
            total += Decimal(line.qty) * ordered * product.list_price
            continue
        priced = product.factor(line.price_unit or line.unit)
        if priced is None:
            return None
        total += Decimal(line.qty) * ordered / priced * Decimal(line.unit_price)
    return total if paid else None
