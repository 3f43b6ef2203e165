"""A number of goods and what it is made of: 干红10箱(赤霞珠6梅洛4). The parts are the lines when they add up to it."""

from __future__ import annotations

from decimal import Decimal

from nlp.grammar.entries import Entry

_MOST = 24


def parted(entries: list[Entry]) -> list[Entry]:
    """Entries without those whose amount the entries behind them say part by part."""
    kept: list[Entry] = []
    for at, entry in enumerate(entries):
        parts = _parts(entry, entries[at + 1 : at + 1 + _MOST])
        if parts:
            for part in parts:
                part.item.found = part.item.found & entry.item.found
                part.unit = part.unit or entry.unit
                if part.price is None and entry.price is not None:
                    part.price, part.price_unit = entry.price, entry.price_unit
                    part.spans["unit_price"] = entry.spans["unit_price"]
                part.tax = part.tax if part.tax is not None else entry.tax
        else:
            kept.append(entry)
    return kept


def _parts(whole: Entry, following: list[Entry]) -> list[Entry]:
    """The entries right behind one that are kinds of it and come to its amount; empty when there are none."""
    if whole.qty is None or whole.gift or whole.approx or len(whole.item.found) < 2 or not whole.item.known:
        return []
    parts: list[Entry] = []
    total = Decimal(0)
    for entry in following:
        joint = entry.item.found & whole.item.found
        fits = (
            entry.item.known and joint and (joint == entry.item.found or entry.item.lent) and joint < whole.item.found
        )
        if not fits or entry.qty is None or entry.gift or entry.approx or entry.unit not in (None, whole.unit):
            return []
        if entry.section != whole.section:
            return []
        parts.append(entry)
        total += entry.qty
        if total >= whole.qty:
            break
    return parts if total == whole.qty and len(parts) > 1 else []
