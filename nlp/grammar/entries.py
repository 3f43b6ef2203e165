"""Lines while they are being read."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from nlp.catalogue.resolve import Said
from nlp.findings import Span, Tier
from nlp.scanning.tokens import Token


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
