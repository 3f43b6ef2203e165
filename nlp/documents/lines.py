"""From an entry to a line: product, unit and price checked against the catalogue. Whatever does not fit becomes a
doubt, never a nearest guess.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from nlp.catalogue.lexicon import Lexicon, Product
from nlp.catalogue.plainest import plainest, plainly_named
from nlp.catalogue.resolve import by_unit, candidates, near
from nlp.catalogue.terms import full_key
from nlp.findings import Line
from nlp.grammar.entries import Entry
from nlp.quotes.pricelists import about_costs
from nlp.scanning.numbers import plain
from nlp.scanning.text import Folded, fold_key

# A stated price further from the list price than this is asked about (list price is never a stated price).
_ABSURD, _ABSURD_COST = (Decimal("0.3"), Decimal(3)), (Decimal("0.1"), Decimal(3))
_PLAUSIBLE, _PLAUSIBLE_COST = (Decimal("0.45"), Decimal("2.2")), (Decimal("0.25"), Decimal("1.6"))


@dataclass(frozen=True, slots=True)
class Chosen:
    """Outcome of resolving an item."""

    sku: str | None
    choices: tuple[str, ...]
    doubt: str | None


def choose(entry: Entry, lexicon: Lexicon, within: Collection[str] = (), *, quoted: bool = False) -> Chosen:
    """The product of an entry. ``within``: skus of the draft, which decide when only one of them fits."""
    item = entry.item
    if item.known:
        found = item.found
        if within and len(found) > 1:
            inside = frozenset(n for n in found if lexicon.product(n).sku in within)
            if len(inside) == 1:
                found = inside
        if lexicon.listened:
            found = lexicon.usual(full_key(fold_key(item.text)), found)
        found = by_unit(found, entry.unit, lexicon)
        if not quoted and entry.price_unit is not None and not within:
            found = by_unit(found, entry.price_unit, lexicon)  # 铁观音10箱78/袋: those that come in 袋
        if quoted:
            found = about_costs(entry, by_unit(found, entry.price_unit, lexicon), lexicon)
        found = found if within else plainly_named(item, plainest(item, found, lexicon), lexicon)
        if len(found) == 1:
            return Chosen(lexicon.product(next(iter(found))).sku, (), None)
        return Chosen(None, candidates(found, lexicon), "sku_ambiguous")
    return Chosen(None, candidates(near(item, lexicon), lexicon), "sku_unknown")


def _below_zero(entry: Entry, folded: Folded, original: str) -> bool:
    """A dash that stands alone before the quantity and clings to it is a minus sign, not a separator: "螺栓 -5盒"."""
    if "qty" not in entry.spans:
        return False
    before = original[: folded.span(*entry.spans["qty"])[0]]
    return before[-1:] in ("-", "－", "−") and (len(before) == 1 or before[-2].isspace())


def finish(
    entry: Entry, lexicon: Lexicon, folded: Folded, original: str, *, needs_qty: bool, buying: bool = False,
    within: Collection[str] = (),
) -> Line:  # fmt: skip
    """The finished line with its doubts."""
    chosen = choose(entry, lexicon, within, quoted=buying and not needs_qty)
    doubts = list(entry.doubts)
    if needs_qty and entry.tiers and entry.qty is not None and not entry.approx:
        _step_reached(entry, lexicon.by_sku(chosen.sku))
    if chosen.doubt:
        doubts.append(chosen.doubt)
    product = lexicon.by_sku(chosen.sku)
    qty, unit = entry.qty, entry.unit
    if entry.approx or _below_zero(entry, folded, original):
        qty = None
        doubts.append("qty_approximate")
    elif qty is None and needs_qty:
        doubts.append("qty_missing")
    if product is not None and qty is not None:
        qty, unit, doubt = measured(product, qty, unit)
        if doubt:
            doubts.append(doubt)
        elif qty * 4 != int(qty * 4) and "kg" not in product.units and (product.factor(unit or "") or 1) == 1:
            doubts.append("conflict")  # 0.72 of a piece is a price that lost its way
    elif product is not None and unit is not None:
        unit = product.unit_named(unit) or unit
    if buying and not needs_qty and entry.price is None and not entry.tiers and not entry.gift:
        doubts.append("price_missing")
    if buying and not needs_qty and qty is not None and not entry.gift:
        doubts.append("conflict")  # nobody who tells prices tells how many
    price_unit = entry.price_unit
    if entry.price is not None and product is not None:
        price_unit, absurd = price_per(product, entry.price, entry.price_unit, unit, buying=buying)
        if absurd and not entry.gift:
            doubts.append("price_abnormal")
    spans = {name: folded.span(*span) for name, span in entry.spans.items()}
    if entry.item.words or entry.item.strange:
        spans["sku"] = folded.span(entry.item.start, entry.item.end)
    own = [span for name, span in spans.items() if name != "tiers"]  # those may be said of many lines, far away
    said = original[min(s for s, _ in own) : max(e for _, e in own)] if own else ""
    return Line(
        sku=chosen.sku,
        candidates=chosen.choices,
        qty=None if qty is None else plain(qty),
        unit=unit,
        unit_price=None if entry.price is None else plain(entry.price),
        price_unit=price_unit if entry.price is not None else None,
        tax_incl=entry.tax,
        gift=entry.gift,
        tiers=tuple(entry.tiers),
        note=original[slice(*spans["note"])] if "note" in spans else None,
        said=said[:200],
        spans=spans,
        doubts=tuple(dict.fromkeys(doubts)),
    )


def _step_reached(entry: Entry, product: Product | None) -> None:
    """满10箱46,不到49,这次12箱: the price from that many on is what this order costs."""
    if product is None or entry.qty is None:
        return
    size = product.factor(entry.unit or product.default_unit)
    reached: list[tuple[Decimal, Decimal, str | None]] = []
    for step in entry.tiers:
        least = product.factor(step.unit) if step.unit else size
        if size is None or least is None:
            return
        if Decimal(step.min_qty) * least <= entry.qty * size:
            reached.append((Decimal(step.min_qty) * least, Decimal(step.price), step.unit))
    if reached:
        entry.price = max(reached, key=lambda step: step[0])[1]
        entry.price_unit = None if entry.price_unit is None else entry.price_unit
        entry.tiers = []


def measured(product: Product, qty: Decimal, unit: str | None) -> tuple[Decimal, str | None, str | None]:
    """Quantity and unit in the product's own terms, and a doubt when it is not sold that way."""
    if unit is None:
        return qty, product.default_unit, None
    if unit == "对" and product.unit_named("对") not in ("对", "双"):
        return qty * 2, product.base_unit, None
    named = product.unit_named(unit)
    if named is not None:
        return qty, named, None
    if product.factor(unit) is not None:
        return qty, unit, None
    return qty, unit, "unit_unknown"


def price_per(
    product: Product, price: Decimal, said: str | None, ordered: str | None, *, buying: bool = False
) -> tuple[str | None, bool]:
    """The unit a price is for, and whether the price is absurd.

    Nothing said: the ordered unit, unless only another unit makes the price plausible against the list price.
    ``buying``: what goods cost lies below the list price by any trade's margin, and is absurd only when wildly off.
    """
    listed = product.list_price
    absurd, plausible = (_ABSURD_COST, _PLAUSIBLE_COST) if buying else (_ABSURD, _PLAUSIBLE)
    if said is not None:
        whole = ordered if ordered is not None and ordered != said and ordered.endswith(said) else None
        if whole and listed and _within(price, listed, product.factor(whole), plausible):
            said = whole  # 吨桶10个 1050一桶
        unit, factor = product.unit_named(said) or said, product.factor(said)
        return unit, factor is None or not _within(price, listed, factor, absurd)  # per what is never sold: what price?
    ordered = ordered or product.default_unit
    if listed is None or listed <= 0:
        return ordered, False
    if _within(price, listed, product.factor(ordered), plausible):
        return ordered, False
    fitting = [u for u in product.units if u != ordered and _within(price, listed, product.units[u], plausible)]
    if fitting:
        return min(fitting, key=lambda u: abs(price / (listed * product.units[u]) - 1)), False
    return ordered, not _within(price, listed, product.factor(ordered), absurd)


def _within(price: Decimal, listed: Decimal | None, factor: Decimal | None, bounds: tuple[Decimal, Decimal]) -> bool:
    """Whether a price over the list price lies between the bounds; true when there is nothing to compare with."""
    if listed is None or listed <= 0 or factor is None:
        return True
    return bounds[0] <= price / (listed * factor) <= bounds[1]
