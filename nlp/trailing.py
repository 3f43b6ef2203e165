"""Prices said behind the list they belong to: 皮带18,帽子7块; 黑的48一卷 白的52一卷."""

from __future__ import annotations

from decimal import Decimal

from nlp.entries import Entry
from nlp.lexicon import Lexicon

_COSTS = (Decimal("0.5"), Decimal(2))  # of the list price


def settle(entries: list[Entry], lexicon: Lexicon) -> list[Entry]:
    """Entries without those that only say what lines before or after them cost."""
    left = list(entries)
    for entry in entries:
        if entry.gift or not entry.item.known or entry.tiers:
            continue
        lines = [e for e in left if _may_cost(entry, e)]
        if not lines:
            continue
        if entry.price is not None and entry.qty is None:
            _spread(entry, lines)
            left.remove(entry)
        elif entry.price is None and _bare_price(entry, lines, entries, lexicon):
            entry.price, entry.price_unit = entry.qty, None
            entry.spans["unit_price"] = entry.spans["qty"]
            _spread(entry, lines)
            left.remove(entry)
    return left


def _may_cost(entry: Entry, line: Entry) -> bool:
    """Whether a line waits for a price and is one of the goods an entry names."""
    return (
        line is not entry and line.qty is not None and line.price is None and not line.gift
        and line.section == entry.section and len(line.item.found) == 1 and line.item.known
        and line.item.found <= entry.item.found
    )  # fmt: skip


def _spread(entry: Entry, lines: list[Entry]) -> None:
    for line in lines:
        line.price, line.price_unit = entry.price, entry.price_unit
        line.spans["unit_price"] = entry.spans["unit_price"]
        line.tax = line.tax if line.tax is not None else entry.tax


def _bare_price(entry: Entry, lines: list[Entry], entries: list[Entry], lexicon: Lexicon) -> bool:
    """皮带18 behind 皮带110 120 130各20条: a number without a unit, for goods ordered with one: what they cost."""
    if entry.qty is None or entry.unit is not None or entry.approx:
        return False
    place = entries.index(entry)
    if any(entries.index(line) > place or line.unit is None for line in lines):
        return False
    for line in lines:
        product = lexicon.product(next(iter(line.item.found)))
        factor = product.factor(line.unit or product.default_unit)
        if not product.list_price or not factor:
            return False
        share = entry.qty / product.list_price
        if not any(_COSTS[0] <= share / size <= _COSTS[1] for size in {factor, Decimal(1)}):
            return False
    return True
