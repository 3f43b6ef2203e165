"""How a document is printed. Chosen by whoever prints; nothing here belongs to the document itself."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Size(StrEnum):
    """The paper in the printer."""

    A4 = "A4"  # 210 x 297 mm, laser or ink
    FORM_241 = "241"  # 241 x 140 mm half form on tractor-fed continuous paper, dot matrix, usually three plies


@dataclass(frozen=True, slots=True)
class Paper:
    """Options of one print.

    ``prices`` off leaves out every price and amount, and the sum in words; whoever lacks the right to see purchase
    prices must be given ``prices=False``. ``notes`` is printed at the foot of every document (terms of payment and the
    like), one remark per line. ``copies`` names the plies of a 241 mm form, top first; empty prints no such line.
    """

    firm: str
    size: Size = Size.A4
    prices: bool = True
    phone: str = ""
    address: str = ""
    notes: str = ""
    copies: tuple[str, ...] = ("白联存根", "红联客户", "黄联回单")
