"""Units that begin the name of goods: 110排水管 is a pipe of 110, no hundred and ten rows."""

from __future__ import annotations

from decimal import Decimal

from nlp.catalogue.lexicon import Lexicon
from nlp.catalogue.numbered import having
from nlp.scanning.numbers import HAN_NUMERALS

_SHORTEST = 3  # characters of a name; 3盒子 is three boxes


def names_size(text: str, end: int, value: Decimal, lexicon: Lexicon) -> bool:
    """Whether what stands behind a number, its seeming unit included, names goods that come in this number."""
    length = lexicon.run_at(text, end) if end < len(text) else 0
    if length < _SHORTEST:
        return False
    return bool(having(value, lexicon.postings(text[end : end + length]), lexicon))


def names_amount(text: str, at: int, lexicon: Lexicon) -> bool:
    """第一行和第二行的架数互换, 箱数写错了: what the amounts are called."""
    counted = at > 0 and (text[at - 1].isdigit() or text[at - 1] in HAN_NUMERALS)
    return text[at] in lexicon.unit_words and not counted and text[at + 2 : at + 3] not in tuple("量据码字控")
