"""The open draft while a sentence changes it: lines that can be found by what is said about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from nlp.catalogue.lexicon import Lexicon, Product
from nlp.catalogue.resolve import Said, by_number
from nlp.catalogue.terms import full_key
from nlp.findings import Line, Span, Tier
from nlp.scanning.numbers import plain
from nlp.scanning.text import fold_key


def number(value: Any) -> Decimal | None:
    """Decimal of a draft's number text; None for nothing or nonsense."""
    if value is None or value == "":
        return None
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


@dataclass(slots=True, eq=False)
class DraftLine:
    """One line being edited."""

    line_no: int | None
    sku: str | None
    candidates: tuple[str, ...] = ()
    qty: Decimal | None = None
    unit: str | None = None
    price: Decimal | None = None
    price_unit: str | None = None
    tax: bool | None = None
    gift: bool = False
    tiers: tuple[Tier, ...] = ()
    note: str | None = None
    said: str = ""
    words: str = ""  # what a line that is new was called
    learns: str = ""
    doubts: list[str] = field(default_factory=list)
    spans: dict[str, Span] = field(default_factory=dict)

    @property
    def open(self) -> bool:
        """Whether something about it is still to be answered."""
        return self.sku is None or self.qty is None

    def line(self) -> Line:
        """The line as a finding."""
        doubts = list(self.doubts)
        if self.sku is None and not doubts:
            doubts.append("sku_ambiguous" if self.candidates else "sku_unknown")
        if self.qty is None:
            doubts.append("qty_missing")
        return Line(
            sku=self.sku, candidates=() if self.sku else self.candidates,
            qty=None if self.qty is None else plain(self.qty), unit=self.unit,
            unit_price=None if self.price is None else plain(self.price),
            price_unit=self.price_unit if self.price is not None else None,
            tax_incl=self.tax, gift=self.gift, tiers=self.tiers, note=self.note, line_no=self.line_no,
            said=self.said, words=self.words, learns=self.learns, spans=self.spans, doubts=tuple(dict.fromkeys(doubts)),
        )  # fmt: skip


def read_lines(draft: Mapping[str, Any]) -> list[DraftLine]:
    """The lines of a draft of the specification's shape."""
    found = []
    for at, raw in enumerate(draft.get("lines") or (), 1):
        tiers = tuple(Tier(str(t["min_qty"]), str(t["price"]), t.get("unit")) for t in raw.get("tiers") or ())
        found.append(
            DraftLine(
                line_no=int(raw.get("line_no") or at), sku=raw.get("sku"),
                candidates=tuple(raw.get("candidates") or ()),
                qty=number(raw.get("qty")), unit=raw.get("unit"), price=number(raw.get("unit_price")),
                price_unit=raw.get("price_unit"), tax=raw.get("tax_incl"), gift=bool(raw.get("gift")), tiers=tiers,
                note=raw.get("note"), said=str(raw.get("said") or ""),
            )
        )  # fmt: skip
    return found


def lines_of(item: Said, lines: list[DraftLine], lexicon: Lexicon) -> list[DraftLine]:
    """Lines an item word can mean: resolved ones among its products, else open ones whose choices it meets."""
    numbers = item.found
    skus = {lexicon.product(n).sku for n in numbers}
    hit = [line for line in lines if line.sku is not None and line.sku in skus and not line.gift]
    if not hit:
        hit = [line for line in lines if line.sku is not None and line.sku in skus]
    if hit:
        return _ending_so(item, hit, lexicon) if len(hit) > 1 else hit
    return [line for line in lines if line.sku is None and skus.intersection(line.candidates)]


def of_kind(item: Said, lines: list[DraftLine], lexicon: Lexicon) -> list[DraftLine]:
    """Lines of the category whose name begins with the only word said, when no goods are called just so."""
    word = item.text
    if len(word) < 2 or item.clash or any(w.exact for w in item.words):
        return []
    found = []
    for line in lines:
        product = lexicon.by_sku(line.sku)
        parts = fold_key(product.category).split("/") if product is not None else []
        if any(part.startswith(word) or part.endswith(word) for part in parts) and not line.gift:
            found.append(line)
    return found


def _ending_so(item: Said, lines: list[DraftLine], lexicon: Lexicon) -> list[DraftLine]:
    """机油 is an oil, not the 机油滤芯 beside it: lines whose names end with the only word said, else all."""
    word = item.words[0].text if len(item.words) == 1 else ""
    if len(word) < 2:
        return lines
    ending = []
    for line in lines:
        product = lexicon.by_sku(line.sku)
        if product is not None and fold_key(product.name).endswith(word):
            ending.append(line)
    return ending or lines


def add_amount(line: DraftLine, amount: Decimal, unit: str | None, product: Product | None, sign: int) -> str | None:
    """Raise or lower a quantity, converting units over the base unit. Returns a doubt when that cannot be done."""
    if line.qty is None:
        line.qty, line.unit = (amount, unit or line.unit) if sign > 0 else (None, line.unit)
        return None if line.qty is not None else "qty_missing"
    if unit is None or unit == line.unit or product is None:
        line.qty += sign * amount
    else:
        said, own = product.factor(unit), product.factor(line.unit or product.default_unit)
        if said is None or own is None:
            return "unit_unknown"
        total = line.qty * own + sign * amount * said
        if product.unit_named(unit) == line.unit or total % own == 0:
            line.qty = total / own
        else:
            line.qty, line.unit = total, product.base_unit
    return "conflict" if line.qty < 0 else None


def with_number(line: DraftLine, number: Decimal, lexicon: Lexicon) -> frozenset[int]:
    """Goods of a line's own name that have another number in their spec, as much like it as can be; empty for none."""
    old = lexicon.by_sku(line.sku)
    if old is None:
        return frozenset()
    kin = Said([], lexicon.exact(full_key(fold_key(old.name))))
    if not by_number(kin, number, lexicon):
        return frozenset()
    found = retained(old, kin.found, lexicon)
    return frozenset(n for n in found if lexicon.product(n).sku != old.sku)


def retained(target: Product, found: frozenset[int], lexicon: Lexicon) -> frozenset[int]:
    """Of the products that fit what a line is to become, those that keep most of what it was: same name, then the most
    spec words in common. Used only when one of them stands alone."""
    same = frozenset(n for n in found if lexicon.product(n).name == target.name) or found
    if len(same) <= 1:
        return same
    old = set(target.spec.lower().split())
    scored = {n: len(old & set(lexicon.product(n).spec.lower().split())) for n in same}
    best = max(scored.values())
    return frozenset(n for n, score in scored.items() if score == best)


def changes_unsaid(old: Product, number: int, said_words: list[str], lexicon: Lexicon) -> bool:
    """Whether goods of the same name that a line is to become differ from it in a part of their spec nobody spoke of,
    although the old goods come in both: 1.8 grey into 2.0, which is white only. 高枕 850g into 低枕 650g is none."""
    new = lexicon.product(number)
    parts, theirs = fold_key(old.spec).split(), fold_key(new.spec).split()
    if new.name != old.name or len(parts) != len(theirs) or len(parts) < 2:
        return False
    words = [fold_key(word).rstrip("的") for word in said_words]
    differing = [at for at, (one, other) in enumerate(zip(parts, theirs, strict=True)) if one != other]
    said = [at for at in differing if any(word in theirs[at] for word in words if word)]
    if not said or len(said) == len(differing):
        return False
    specs = {tuple(fold_key(lexicon.product(n).spec).split()) for n in lexicon.exact(full_key(fold_key(old.name)))}
    return any((*parts[:at], theirs[at], *parts[at + 1 :]) in specs for at in differing if at not in said)


def had_in(draft: Mapping[str, Any], line: DraftLine) -> Decimal | None:
    """How much of a line the draft had before the message changed it."""
    for row in draft.get("lines") or ():
        if row.get("line_no") == line.line_no and line.line_no is not None:
            return number(row.get("qty"))
    return None
