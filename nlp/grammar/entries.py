"""Lines while they are being read."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from nlp.catalogue.lexicon import Lexicon
from nlp.catalogue.resolve import Said
from nlp.findings import Span, Tier
from nlp.scanning.tokens import Token

_MOST = 50  # goods looked at


@dataclass(slots=True, eq=False)
class Entry:
    """One line under construction; spans are folded offsets until the line is finished."""

    item: Said
    qty: Decimal | None = None
    unit: str | None = None
    approx: bool = False
    price: Decimal | None = None
    price_unit: str | None = None
    tax: bool | None = None
    gift: bool = False
    tiers: list[Tier] = field(default_factory=list)
    note: str | None = None
    doubts: list[str] = field(default_factory=list)
    spans: dict[str, Span] = field(default_factory=dict)
    section: int = 0
    segment: int = 0
    dropped: bool = False
    revised: str = ""  # how an amount stands to the one said before of the same goods: "=" instead of it, "-" less
    every: bool = False  # the price is said for all of its kinds
    gone: bool = False  # said to have run out: a line only when an amount follows

    def count(self, token: Token) -> None:
        """Take a quantity token."""
        self.qty, self.unit, self.approx = token.value, token.unit, token.approx
        self.spans["qty"] = (token.start, token.end)
        token.used = True

    def cost(self, token: Token) -> None:
        """Take a price token."""
        self.price, self.price_unit = token.value, token.unit
        self.spans["unit_price"] = (token.start, token.end)
        token.used = True


@dataclass(slots=True)
class Section:
    """What one party's part of a message says besides its lines."""

    party: Token | None = None
    start: int = 0


@dataclass(slots=True)
class Reading:
    """Everything read off the tokens of a message, before anyone decides what it is for."""

    tokens: list[Token]
    entries: list[Entry] = field(default_factory=list)
    parties: list[Token] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    dates: list[Token] = field(default_factory=list)
    totals: list[Token] = field(default_factory=list)
    unused: list[Token] = field(default_factory=list)
    dropped: list[Entry] = field(default_factory=list)
    stranger: Token | None = None  # words at the head of a line that look like a firm nobody knows
    phone: Token | None = None
    discount: Decimal | None = None
    tax_rate: Decimal | None = None
    last_price: bool = False
    tax: bool | None = None
    conditional: bool = False
    doubts: list[str] = field(default_factory=list)

    def cues(self) -> set[str]:
        """All steering words of the message."""
        return {cue for token in self.tokens for cue in token.cues}


def names_of(entry: Entry, lexicon: Lexicon) -> set[str]:
    """The names of the goods a line may be."""
    return {lexicon.product(n).name for n in list(entry.item.found)[:_MOST]}


def listed_alike(one: Entry, other: Entry, lexicon: Lexicon) -> bool:
    """Whether two lines cost about the same in the catalogue, so that one price may be meant for both."""
    known = [_list_prices(entry, lexicon) for entry in (one, other)]
    if not all(known):
        return True
    return max(*known[0], *known[1]) <= min(*known[0], *known[1]) * Decimal("1.1")


def _list_prices(entry: Entry, lexicon: Lexicon) -> set[Decimal]:
    """What the goods a line may be cost; with a unit said, those that are sold by it."""
    found = [lexicon.product(n) for n in list(entry.item.found)[:_MOST]]
    sold = [product for product in found if entry.unit is not None and product.factor(entry.unit) is not None]
    return {product.list_price for product in sold or found if product.list_price}
