"""Sizes as they are spoken. What holds so many 斤 is said of goods the catalogue has by gram or litre: 半斤装 of 250ml,
5斤装的 of 2.5kg; among liquids a 斤 is half a litre. 7号半 is 7.5号."""

from __future__ import annotations

from decimal import Decimal

from nlp.catalogue.lexicon import Lexicon
from nlp.catalogue.terms import measure_key
from nlp.scanning.numbers import HAN_NUMERALS, number_at, plain
from nlp.scanning.tokens import T, Token


def jin_at(text: str, at: int, lexicon: Lexicon) -> Token | None:
    """The word for how much a pack holds that begins here; None when no goods come in it."""
    found = number_at(text, at)
    if found is None or text[found[0] : found[0] + 1] != "斤" or not 0 < found[1] <= 100:
        return None
    end = found[0] + 1
    if text.startswith("装", end):
        end += 1
    elif not text.startswith("的", end):
        return None
    grams = found[1] * 500
    terms = (f"{plain(grams)}ml", f"{plain(grams / 1000)}l", f"{plain(grams)}g", f"{plain(grams / 1000)}kg")
    goods: frozenset[int] = frozenset()
    for term in terms:
        if lexicon.has_term(term):
            goods |= lexicon.postings(term)
    own = f"{plain(found[1])}斤"
    if not goods or lexicon.has_term(own) or lexicon.has_term(own + "装"):
        return None
    return Token(T.SPEC, at, end, text[at:end], found=goods)


def half_at(text: str, at: int, lexicon: Lexicon) -> Token | None:
    """7号半 of gloves that come in 7.5号."""
    found = number_at(text, at)
    if found is None or text[found[0] : found[0] + 2] not in ("号半", "码半", "寸半"):
        return None
    term = measure_key(plain(found[1] + Decimal("0.5")), text[found[0]])
    end = found[0] + 2
    return Token(T.MEASURE, at, end, text[at:end], term=term, exact=True) if lexicon.has_term(term) else None


def jin_liang_at(text: str, at: int, words: frozenset[str]) -> Token | None:
    """8斤8两, 三斤二两: one weight in two units."""
    found = number_at(text, at)
    if found is None or text[found[0] : found[0] + 1] != "斤" or "斤" not in words or found[1] != int(found[1]):
        return None
    rest = number_at(text, found[0] + 1)
    if rest is None or text[rest[0] : rest[0] + 1] != "两" or not 0 < rest[1] < 10 or rest[1] != int(rest[1]):
        return None
    return Token(T.QTY, at, rest[0] + 1, text[at : rest[0] + 1], value=found[1] + rest[1] / 10, unit="斤")


def liang_at(text: str, at: int, words: frozenset[str]) -> Token | None:
    """二两, 八两: tenths of a 斤; 三两个 is two or three."""
    found = number_at(text, at)
    if found is None or text[found[0] : found[0] + 1] != "两" or "斤" not in words or not 0 < found[1] < 20:
        return None
    end = found[0] + 1
    if text[end : end + 1] in words or text[end : end + 1] in HAN_NUMERALS or text[at - 1 : at] in HAN_NUMERALS:
        return None
    return Token(T.QTY, at, end, text[at:end], value=found[1] / 10, unit="斤")
