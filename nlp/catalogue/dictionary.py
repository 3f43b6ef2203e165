"""Words of everyday Chinese: those of jieba's dictionary. Its segmentation is not used, which knows no M6*30."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from nlp.scanning.cues import CUES

LONGEST = 4
# A word of the dictionary that was counted ten times at least, and the letters of its part of speech.
_WORD = re.compile(rf"^(\S{{2,{LONGEST}}}) \d{{2,}} ([a-z])([a-z]?)", re.MULTILINE)
_THINGS = frozenset("nabzqmjx")  # parts of speech that goods and what they are like can be called by
_NAMES = frozenset(("nr", "ns", "nt"))  # people, places, bodies


@lru_cache(maxsize=1)
def words() -> dict[str, bool]:
    """Everyday words of two to four characters; the value is whether goods may be called so or be like that."""
    package = find_spec("jieba")  # importing it would cost more than reading its words
    if package is None or package.origin is None:
        raise ModuleNotFoundError("jieba")
    text = Path(package.origin).with_name("dict.txt").read_text(encoding="utf-8")
    return {
        word: kind in _THINGS and kind + kin not in _NAMES
        for word, kind, kin in _WORD.findall(text)
        if word not in CUES
    }
