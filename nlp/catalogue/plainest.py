"""Of goods of one name the one without anything special: 五孔插座白色 is the white one, not the white one with USB; of
several names the one that is a maker's mark and the word said: 牙刷 is 齿享牙刷, not 齿享儿童牙刷."""

from __future__ import annotations

from nlp.catalogue.lexicon import SUPPLIER, Lexicon
from nlp.catalogue.resolve import MAX_CANDIDATES, Said
from nlp.scanning.text import fold_key
from nlp.scanning.tokens import T

_LONGEST_MARK = 4
_MANY = 200  # goods looked through for a mark


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


def plainly_named(item: Said, found: frozenset[int], lexicon: Lexicon) -> frozenset[int]:
    """Those whose name is the word said behind nothing but a maker's mark, when the others are called something more;
    all of them when there are none or several marks."""
    if not 1 < len(found) <= MAX_CANDIDATES:
        return found
    names = {n: fold_key(lexicon.product(n).name) for n in found}
    if len(set(names.values())) < 2:
        return found
    for word in item.words:
        said = word.term or word.text
        if word.kind is not T.ITEM or len(said) < 2:
            continue
        plain = {n: name for n, name in names.items() if name.endswith(said) and _is_mark(name[: -len(said)], lexicon)}
        if plain and len(set(plain.values())) == 1 and len(plain) < len(found):
            mark = next(iter(plain.values()))[: -len(said)]
            if all(name.startswith(mark) for name in names.values()):
                return frozenset(plain)
    return _without_more(names) or found


def _without_more(names: dict[int, str]) -> frozenset[int]:
    """羊奶三段 is 禾禧乐羊奶粉, not 禾禧乐羊奶粉试用装: the goods whose whole name all others go on from."""
    least = min(names.values(), key=len)
    longer = {name for name in names.values() if name != least}
    if not all(name.startswith(least) and len(name) > len(least) + 1 for name in longer):
        return frozenset()
    return frozenset(n for n, name in names.items() if name == least)


def _is_mark(front: str, lexicon: Lexicon) -> bool:
    """Whether the front of a name is a maker's mark: a supplier is called so, or many goods begin with it."""
    if not 2 <= len(front) <= _LONGEST_MARK:
        return False
    if any(party.kind == SUPPLIER for party in lexicon.parties(front)):
        return True
    if not lexicon.only_names(front):
        return False
    names = {fold_key(lexicon.product(n).name) for n in list(lexicon.postings(front))[:_MANY]}
    ends = {name[-2:] for name in names if name.startswith(front)}
    return len(ends) > 2 and all(name.startswith(front) for name in names)
