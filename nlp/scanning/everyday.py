"""Everyday words that hold a character of some goods by chance: 新郎 where the catalogue has 新, 服务中心 where it has
中. Known as one word, they are no goods."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlp.catalogue.dictionary import LONGEST, words
from nlp.catalogue.lexicon import Lexicon
from nlp.catalogue.terms import MEASURES, SINGLE, ends_emptily
from nlp.scanning.cues import CUES, FILLER
from nlp.scanning.numbers import HAN_NUMERALS
from nlp.scanning.tokens import T, Token

_COST = 1.2
# 打九八折, 多打一联: what is done, though 苏打 ends with it.
_DONE = re.compile(
    r"打(?:(?=([\d.一二三四五六七八九]{1,4}折))|[一两]?(?:联|份|张|个|遍|次|声)|好?包|好?托|电话|木架|款|钱|单|印|了|在|上|进|到)"
)


def done_at(text: str, at: int) -> int:
    """Where a verb ends whose character could be the last of some goods, and what it is done to; 0 when none begins."""
    match = _DONE.match(text, at) if text[at] == "打" else None
    return 0 if match is None else at + 1 if match[1] else match.end()


def everyday_at(text: str, at: int, lexicon: Lexicon) -> Iterator[tuple[float, Token]]:
    """Words at a place that hold a character of the catalogue and none of its longer pieces: what they cost on the way
    through the lattice, and their tokens."""
    if end := done_at(text, at):
        yield 0.9, Token(T.CUE, at, end, text[at:end], cues=(FILLER,))
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
        if length == 2 and ends_emptily(word[0], word[1]) and lexicon.is_head(word[0]):
            continue  # 盖子 of a 杯盖
        if any(lexicon.run_at(text, place) > 1 for place in range(at, at + length)):
            continue
        if thing and any(lexicon.has_term(char) and (char in SINGLE or lexicon.is_head(char)) for char in word):
            continue  # 红酒, 纸箱: what goods are called, and what they are like
        yield _COST, Token(T.UNKNOWN, at, at + length, word)


def _steers(char: str) -> bool:
    return any(kind != FILLER for kind in CUES.get(char, ()))
