"""Everyday words that hold a character of some goods by chance: 新郎 where the catalogue has 新, 服务中心 where it has
中. Known as one word, they are no goods. The words are those of jieba's dictionary; its segmentation is not used."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files

from nlp.catalogue.lexicon import Lexicon
from nlp.catalogue.terms import MEASURES, SINGLE
from nlp.scanning.cues import CUES, FILLER
from nlp.scanning.numbers import HAN_NUMERALS
from nlp.scanning.tokens import T, Token

_LEAST = 10
_LONGEST = 4
_THINGS = ("n", "a", "b", "z", "q", "m", "j", "x")  # parts of speech that goods and what they are like can be called by
_COST = 1.2


@lru_cache(maxsize=1)
def words() -> dict[str, bool]:
    """Everyday words of two to four characters; the value is whether goods may be called so or be like that."""
    found: dict[str, bool] = {}
    with files("jieba").joinpath("dict.txt").open(encoding="utf-8") as lines:
        for line in lines:
            word, count, kind = line.split(" ")
            if 2 <= len(word) <= _LONGEST and int(count) >= _LEAST and word not in CUES:
                found[word] = kind[0] in _THINGS and kind[:2] not in ("nr", "ns", "nt")
    return found


def everyday_at(text: str, at: int, lexicon: Lexicon) -> Iterator[tuple[float, Token]]:
    """Words at a place that hold a character of the catalogue and none of its longer pieces: what they cost on the way
    through the lattice, and their tokens."""
    known = words()
    if at and (text[at - 1].isdigit() or text[at - 1] in HAN_NUMERALS):
        return  # 18.9升水: a unit and goods
    for length in range(min(_LONGEST, len(text) - at), 1, -1):
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
