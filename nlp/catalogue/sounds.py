"""Slips of the keyboard: words written with other characters of the same sound. Only for head words, never for specs or
numbers. The pronunciation table takes 50 ms to load; building a lexicon loads it, so that no message has to."""

from __future__ import annotations

import os
from functools import lru_cache


def warm() -> None:
    """Load the table of pronunciations (10 MB) if it is not loaded yet."""
    syllables("一")


@lru_cache(maxsize=4096)
def syllables(char: str) -> frozenset[str]:
    """Ways a character is read, without tones and without the pairs that input methods and dialects mix up."""
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")  # single characters are enough, the phrase table is 20 MB
    from pypinyin import Style, pinyin

    return frozenset(map(_blurred, pinyin(char, style=Style.NORMAL, heteronym=True)[0]))


def _blurred(sound: str) -> str:
    for wide in ("zh", "ch", "sh"):
        if sound.startswith(wide):
            return _blurred(wide[0] + sound[2:])
    if sound.startswith("n"):
        return _blurred("l" + sound[1:])  # 尼农 of 尼龙
    return sound[:-1] if sound.endswith(("ang", "eng", "ing")) else sound


def sounds_like(said: str, name: str) -> bool:
    """Whether ``said`` is a piece of ``name`` with other characters of the same sound (see ``heard``)."""
    return heard(said, name) is not None


def slip(said: str, piece: str) -> bool:
    """Whether two words of one length differ in one or two characters of the same sound, one character being kept."""
    count = len(said)
    if len(piece) != count or said == piece:
        return False
    wrong = [at for at in range(count) if said[at] != piece[at]]
    return len(wrong) <= 2 and len(wrong) < count and all(syllables(said[at]) & syllables(piece[at]) for at in wrong)


def heard(said: str, name: str) -> str | None:
    """The piece of ``name`` that ``said`` is with at most two characters replaced by ones of the same sound, at least
    one character kept as it is."""
    count = len(said)
    if not 2 <= count <= len(name) or not any(char in name for char in said):
        return None
    for start in range(len(name) - count + 1):
        piece = name[start : start + count]
        if slip(said, piece):
            return piece
    return None
