"""Numbers that name goods or measure them where a price would be read."""

from __future__ import annotations

import re

from nlp.catalogue import terms
from nlp.catalogue.lexicon import Lexicon
from nlp.catalogue.terms import MEASURE
from nlp.scanning.text import is_han

_LONG_CODE = re.compile(r"\d{4,6}[一1]")
_CODE_AND_ONE = re.compile(r"(\d{3,6})[ ]?[一1](?![\d.])")
_CODE_AND_NUMBER = re.compile(r"(\d{3,13})[ \t]{1,3}\d")


def is_code(text: str, at: int, end: int, lexicon: Lexicon) -> bool:
    """报价:958 31: 958 is what the goods are called, and its price follows."""
    if text[end - 1] == "圆" and (lexicon.run_at(text, end - 1) >= 2 or lexicon.has_term("圆")):
        return True  # 8801圆领 is no 8801 yuan, 300圆的 of round lamps no 300
    if not text[at].isdigit() and _alias_begins(text, at, end, lexicon):
        return True
    if text[at].isdigit() or not (match := _CODE_AND_NUMBER.search(text, at, min(len(text), end + 12))):
        return False
    return match.end(1) == end and lexicon.is_exact(match[1])


def _alias_begins(text: str, at: int, end: int, lexicon: Lexicon) -> bool:
    """报价:75酒精100ml: the number begins what goods are called."""
    number = next((n for n in range(at, end) if text[n].isdigit()), end)
    if any(lexicon.is_exact(text[number:stop]) for stop in range(end + 1, min(end + 7, len(text) + 1))):
        return True
    size = text[number : end + 2]  # 报价 1加仑六毛五: the size of the goods, whose price follows
    return end + 2 < len(text) and size[-2:].isalpha() and is_han(size[-1]) and lexicon.has_term(size)


def one_of_code(text: str, at: int, lexicon: Lexicon) -> bool:
    """605一件 of goods that are called 605."""
    apart = at > 0 and (text[at - 1] in "、," or is_han(text[at - 1]))  # behind a blank it is what they cost
    apart = apart or bool(_LONG_CODE.match(text, at))
    match = _CODE_AND_ONE.match(text, at) if apart else None
    return match is not None and lexicon.is_exact(match[1])


def is_watts(text: str, at: int, lexicon: Lexicon) -> bool:
    """12w一打 of a bulb of 12W is no 120,000 for a dozen."""
    match = MEASURE.match(text, at) if text[at].isdigit() else None
    return match is not None and match[2] in ("w", "k") and lexicon.has_term(terms.measure_key(match[1], match[2]))
