"""Measures of the two papers, in points, and the columns' shares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from notifications.paper.flow import Track
from notifications.paper.options import Size
from notifications.paper.sheet import Column

MM = 72 / 25.4


@dataclass(frozen=True, slots=True)
class Form:
    """Where things stand on one kind of paper."""

    width: float
    height: float
    left: float
    right: float  # margin on the right, outside the table
    top: float
    bottom: float
    firm_size: float  # type sizes
    title_size: float
    body: float
    small: float
    line: float  # height of one line of body text
    pad_y: float  # above and below a cell's text together
    pad_x: float  # on either side of a cell's text
    most_lines: int  # in one cell
    note_lines: int  # under the table, all notes together
    party_lines: int  # of one fact about the customer
    facts: float  # width of the block with number and dates
    qr: float  # side of the QR code without its quiet zone
    signature: float  # height kept for signing
    foot: float  # height of the small print
    mark_size: float
    ink_only: bool  # one colour without greys: outlines instead of shades

    @property
    def table_width(self) -> float:
        return self.width - self.left - self.right


FORMS: Mapping[Size, Form] = {
    Size.A4: Form(
        width=210 * MM, height=297 * MM, left=13 * MM, right=13 * MM, top=12 * MM, bottom=9 * MM,
        firm_size=17, title_size=15, body=10, small=8.5, line=4.5 * MM, pad_y=2.4 * MM, pad_x=1.3 * MM,
        most_lines=12, note_lines=10, party_lines=3, facts=58 * MM, qr=17 * MM, signature=15 * MM, foot=5 * MM,
        mark_size=96, ink_only=False,
    ),
    # The tractor strips take 12.7 mm on either side; 6 mm at top and bottom keep clear of the fold. Type of 10 pt is
    # about the least a 24-pin head still prints sharply through three plies.
    Size.FORM_241: Form(
        width=241 * MM, height=140 * MM, left=15 * MM, right=21 * MM, top=6 * MM, bottom=5.5 * MM,
        firm_size=15, title_size=14, body=10, small=9, line=4.3 * MM, pad_y=1.1 * MM, pad_x=1.2 * MM,
        most_lines=8, note_lines=3, party_lines=2, facts=46 * MM, qr=15 * MM, signature=8.5 * MM, foot=4.5 * MM,
        mark_size=72, ink_only=True,
    ),
}  # fmt: skip

# Least and most width in millimetres, and the share of what is left over. All mosts of the columns without a share plus
# all leasts of those with one stay below the table's width on either paper.
_SHARES: Mapping[Column, tuple[float, float, float]] = {
    Column.NO: (9, 12, 0),
    Column.NAME: (34, 110, 3),
    Column.SPEC: (18, 60, 2),
    Column.QTY: (13, 24, 0),
    Column.UNIT: (10, 14, 0),
    Column.PRICE: (17, 28, 0),
    Column.AMOUNT: (21, 32, 0),
    Column.NOTE: (18, 60, 1.6),
}

RIGHT_ALIGNED = frozenset((Column.QTY, Column.PRICE, Column.AMOUNT))
CENTRED = frozenset((Column.NO, Column.UNIT))


def track(column: Column, natural: float) -> Track:
    """A column's wishes, given the width of its widest text with padding."""
    least, most, greed = _SHARES[column]
    return Track(natural, least * MM, most * MM, greed)
