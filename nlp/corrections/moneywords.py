"""Numbers of a correction that are money though no word says so: 便宜2分, 再加这种50盒 23."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from nlp.scanning.tokens import T, Token

if TYPE_CHECKING:
    from nlp.corrections.saying import Clause

_ITEMS = (T.ITEM, T.MEASURE, T.SPEC)
SMALL = {"厘": 1000, "分": 100}
_FEN = re.compile(r"(\d{1,3}(?:\.\d{1,2})?)([分厘])")


def money_of(says: Clause, token: Token, words: list[Token]) -> Token:
    """The token as a price, where only what stands before it (``words``: goods just named) shows that it is one."""
    fen = _FEN.fullmatch(token.text) if says.relative and token.kind in (*_ITEMS, T.QTY) else None
    if fen is not None:
        return replace(token, kind=T.PRICE, value=Decimal(fen[1]) / SMALL[fen[2]], unit=None)  # 便宜2分 is no pipe
    if token.kind is T.NUM and _priced_by(says, token, words):
        return replace(token, kind=T.PRICE)  # 再加这种50盒 23: two amounts of one thing nobody says
    return token


def _priced_by(says: Clause, token: Token, words: list[Token]) -> bool:
    """Whether a bare number stands behind a counted amount of goods, as their price does."""
    amount = says.amount
    if amount is None or amount.unit is None or says.price is not None or token.value is None or says.times is not None:
        return False
    goods = bool(words or says.before or says.after or says.rows or says.rows_after)
    return goods and says.amount_before is None and token.start >= amount.end and not says.gift
