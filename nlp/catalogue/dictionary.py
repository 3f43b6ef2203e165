"""Words of everyday Chinese: those of jieba's dictionary. Its segmentation is not used, which knows no M6*30."""

from __future__ import annotations

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from nlp.scanning.cues import CUES

LONGEST = 4
_LEAST = 10  # occurrences in the dictionary's counts
_THINGS = ("n", "a", "b", "z", "q", "m", "j", "x")  # parts of speech that goods and what they are like can be called by


@lru_cache(maxsize=1)
def words() -> dict[str, bool]:
    """Everyday words of two to four characters; the value is whether goods may be called so or be like that."""
    package = find_spec("jieba")  # importing it would cost more than reading its words
    if package is None or package.origin is None:
        raise ModuleNotFoundError("jieba")
    found: dict[str, bool] = {}
    with Path(package.origin).with_name("dict.txt").open(encoding="utf-8") as lines:
        for line in lines:
            word, count, kind = line.split(" ")
            if 2 <= len(word) <= LONGEST and int(count) >= _LEAST and word not in CUES:
                found[word] = kind[0] in _THINGS and kind[:2] not in ("nr", "ns", "nt")
    return found
