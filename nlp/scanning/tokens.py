"""The pieces a message is cut into."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from nlp.catalogue.lexicon import Party
from nlp.scanning.cues import FILLER


class T(StrEnum):
    """Kind of token."""

    ITEM = "item"  # a word some product answers to
    MEASURE = "measure"  # number and measure: 70g, 3kg; may be a spec or a quantity
    SPEC = "spec"  # looks like a spec, no product has it
    QTY = "qty"  # number and unit
    NUM = "num"
    PRICE = "price"
    TIER = "tier"  # 100盒以上
    RATIO = "ratio"  # 每10送1
    PARTY = "party"
    DATE = "date"
    PHONE = "phone"
    REF = "ref"  # XS-0012, 草稿3
    ROW = "row"  # 第2行
    RATE = "rate"  # 九五折, 13个点
    CUE = "cue"
    GAP = "gap"  # space or tab
    COMMA = "comma"
    COLON = "colon"
    STOP = "stop"  # newline, full stop, semicolon
    SIGN = "sign"  # * = + and the like
    ID = "id"  # an account, a barcode nobody has, a plate: a number that counts nothing
    UNKNOWN = "unknown"


@dataclass(slots=True, eq=False)
class Token:
    """One piece, with offsets into the folded text."""

    kind: T
    start: int
    end: int
    text: str
    cues: tuple[str, ...] = ()
    value: Decimal | None = None
    unit: str | None = None
    term: str | None = None  # canonical catalogue term
    parties: tuple[Party, ...] = ()
    day: date | None = None
    past: bool = False
    approx: bool = False
    exact: bool = False  # a whole name, alias, sku or barcode
    price: Decimal | None = None  # when a quantity may also be money: 5块
    used: bool = field(default=False)
    found: frozenset[int] | None = None  # products a bare number describes
    rows: tuple[int, ...] = ()  # of a name of lines: which
    places: bool = False  # these are places, not line numbers
    at: int = 0  # its place among the tokens

    def has(self, *cues: str) -> bool:
        """Whether it is a cue of one of these kinds."""
        own = self.cues
        if own:
            for cue in cues:
                if cue in own:
                    return True
        return False


def lines_of(tokens: Sequence[Token]) -> list[list[Token]]:
    """Tokens by line, each with its line break at the end."""
    lines: list[list[Token]] = [[]]
    for token in tokens:
        lines[-1].append(token)
        if token.kind is T.STOP and token.text == "\n":
            lines.append([])
    return lines


def within(tokens: Sequence[Token], start: int, end: int) -> Sequence[Token]:
    """The tokens that begin between two offsets, found without looking at all of them."""
    return tokens[bisect_left(tokens, start, key=_start) : bisect_left(tokens, end, key=_start)]


def _start(token: Token) -> int:
    return token.start


def joined(lines: Sequence[Sequence[Token]]) -> list[Token]:
    """The tokens of lines or clauses in one row again."""
    return [token for line in lines for token in line]


def idle(token: Token) -> Token:
    """A token that says nothing, in the place of one."""
    return Token(T.CUE, token.start, token.end, token.text, cues=(FILLER,))
