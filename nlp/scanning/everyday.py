"""Everyday words that hold a character of some goods by chance: 新郎 where the catalogue has 新, 服务中心 where it has
中. Known as one word, they are no goods."""

from __future__ import annotations

from collections.abc import Iterator

from nlp.catalogue.dictionary import LONGEST, words
from nlp.catalogue.lexicon import Lexicon
from nlp.catalogue.terms import MEASURES, SINGLE
from nlp.scanning.cues import CUES, FILLER
from nlp.scanning.numbers import HAN_NUMERALS
from nlp.scanning.tokens import T, Token

_COST = 1.2


def everyday_at(text: str, at: int, lexicon: Lexicon) -> Iterator[tuple[float, Token]]:
    """Words at a place that hold a character of the catalogue and none of its longer pieces: what they cost on the way
    through the lattice, and their tokens."""
    known = words()
    if at and (text[at - 1].isdigit() or text[at - 1] in HAN_NUMERALS):
        return  # 18.9升水: a unit and goods
    for length in range(min(LONGEST, len(text) - at), 1, -1):
        word = text[at : at + length]
        thing = known.get(word)
        if thing is None or not any(lexicon.has_term(char) for char in word):
            continue
        if all(char in SINGLE for char in word) or any(_steers(char) for char in word):
            continue  # 红蓝 is two colours; 加送 gives something
        if word[-1] in MEASURES or word[-1] in lexicon.unit_words or lexicon.has_term(f"1{word[-1]}"):
            continue  # 分段 of goods in 1段
        if any(lexicon.run_at(text, place) > 1 for place in range(at, at + length)):
            continue
        if thing and any(lexicon.has_term(char) and (char in SINGLE or lexicon.is_head(char)) for char in word):
            continue  # 红酒, 纸箱: what goods are called, and what they are like
        yield _COST, Token(T.UNKNOWN, at, at + length, word)


def _steers(char: str) -> bool:
    return any(kind != FILLER for kind in CUES.get(char, ()))
