"""Of goods of one name the one without anything special: 五孔插座白色 is the white one, not the white one with USB."""

from __future__ import annotations

from nlp.catalogue.lexicon import Lexicon
from nlp.catalogue.resolve import MAX_CANDIDATES, Said
from nlp.scanning.text import fold_key


def plainest(item: Said, found: frozenset[int], lexicon: Lexicon) -> frozenset[int]:
    """The only one whose whole spec was said, when every other has all of that spec and something more."""
    if not 1 < len(found) <= MAX_CANDIDATES or len({lexicon.product(n).name for n in found}) != 1:
        return found
    parts = {n: frozenset(fold_key(lexicon.product(n).spec).split()) for n in found}
    least = min(found, key=lambda n: len(parts[n]))
    own = parts[least]
    if not own or any(not own < other for n, other in parts.items() if n != least):
        return found
    terms = {word.term or word.text for word in (*item.words, *item.lent)}
    said = all(
        any(part == term or (len(term) > 1 and term in part) or part == term + "色" for term in terms) for part in own
    )
    return frozenset((least,)) if said else found
