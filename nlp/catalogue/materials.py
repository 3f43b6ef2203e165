"""What goods are made of, said by one character of the catalogue's word: 钢制漏勺 of 不锈钢, 铁的炒锅 of 熟铁."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from nlp.catalogue.lexicon import Lexicon
from nlp.catalogue.resolve import narrow
from nlp.scanning.text import fold_key, is_han
from nlp.scanning.tokens import T, Token

_MADE = frozenset("制质做")
_MOST = 200


def made_of(words: Sequence[Token], known: list[Token], strange: list[Token], lexicon: Lexicon) -> list[Token]:
    """The words with a foreign character that stands in the spec of the goods as a word of theirs; empty when it
    stands in none, so that it stays foreign. A word of two foreign characters is one only with 制 or 质."""
    said = "".join(t.text for t in strange)
    material = said.rstrip("制质做")
    apart = any(a.end != b.start for a, b in pairwise(strange))
    if len(material) != 1 or apart or not is_han(material) or not _MADE.issuperset(said[1:]) or material == "色":
        return []
    found = narrow(known, lexicon)
    if not found or len(found) > _MOST:
        return []
    made = frozenset(n for n in found if material in fold_key(lexicon.product(n).spec))
    if not made:
        return []
    word = Token(T.SPEC, strange[0].start, strange[-1].end, said, found=made)
    return sorted([*(w for w in words if w not in strange), word], key=lambda t: t.start)
