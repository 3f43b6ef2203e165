"""Whether goods are bought from somebody who does not make them: boxes from 佳固胶带 while 丰源纸箱厂 supplies them, or
goods that bear the name of another supplier.

Only the names decide, and only together: one supplier's own names say another kind of goods, and another supplier's
say these. A supplier whose names say nothing about goods may sell everything.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from nlp.catalogue.lexicon import SUPPLIER, Lexicon
from nlp.findings import Line
from nlp.scanning.text import fold_key

_SHORTEST, _LONGEST = 2, 4
_MOST = 400  # names looked through


def unlikely(lexicon: Lexicon, party: str | None, lines: Sequence[Line]) -> bool:
    """Whether none of the goods fit what the supplier is called by, and all of them another's."""
    goods = frozenset(n for line in lines if (n := lexicon.number(line.sku or "")) is not None)
    if party is None or not goods or len(goods) < len(lines):
        return False
    made: dict[str, frozenset[int]] = {}
    brands: set[str] = set()  # whose name the goods bear
    for place, (name, owner) in enumerate(lexicon.called(SUPPLIER)):
        if place >= _MOST:
            return False
        if len(name) > 1 and any(fold_key(lexicon.product(n).name).startswith(name) for n in goods):
            brands.add(owner)
        made[owner] = made.get(owner, frozenset()) | _goods_of(name, lexicon)
    own = made.pop(party, frozenset())
    if brands and party not in brands and all(_bears(n, brands, lexicon) for n in goods):
        return True
    if not own or own & goods:
        return False
    names = [name for name, owner in lexicon.called(SUPPLIER) if owner == party]
    own = frozenset(n for n in own if _called_after(lexicon, n, names))
    return any(goods <= others for others in made.values()) or (
        bool(own) and _of_other_kind(own, goods, party, lexicon)
    )


def _of_other_kind(own: frozenset[int], goods: frozenset[int], party: str, lexicon: Lexicon) -> bool:
    """郁金香 from 沃谷农资, whose name fertilisers bear, while 云岭鲜花 says 鲜切花: goods of no kind that bears it."""
    kinds = [{lexicon.product(n).category.partition("/")[0] for n in list(some)[:_MOST]} for some in (own, goods)]
    if "" in kinds[0] | kinds[1] or kinds[0] & kinds[1]:
        return False
    sells = {owner for name, owner in lexicon.called(SUPPLIER) if all(_says(name, kind) for kind in kinds[1])}
    return bool(sells) and party not in sells


def _says(name: str, kind: str) -> bool:
    """Whether two characters side by side in a name are a kind of goods, or the kind shortened."""
    return any(0 <= kind.find(a) < kind.find(b) for a, b in pairwise(name))


def of_brand(lexicon: Lexicon, lines: Sequence[Line], text: str) -> str | None:
    """The only supplier whose name all goods bear and the message begins with: 喵悦成猫粮 20箱 is bought from 喵悦.
    Behind 采购 the name only says which goods."""
    goods = frozenset(n for line in lines if (n := lexicon.number(line.sku or "")) is not None)
    if not goods or len(goods) < len(lines):
        return None
    names = [fold_key(lexicon.product(n).name) for n in goods]
    owners = set()
    for place, (said, owner) in enumerate(lexicon.called(SUPPLIER)):
        if place >= _MOST:
            return None
        brand = _begin([said, *names])  # 岚川 of 岚川啤酒厂, which nobody calls so
        if len(brand) > 1 and text.lstrip().startswith(brand):
            owners.add(owner)
    return owners.pop() if len(owners) == 1 else None


def _begin(names: list[str]) -> str:
    """The characters all names begin with."""
    count = 0
    while all(len(name) > count and name[count] == names[0][count] for name in names):
        count += 1
    return names[0][:count]


def _bears(number: int, owners: set[str], lexicon: Lexicon) -> bool:
    name = fold_key(lexicon.product(number).name)
    return any(owner in owners and len(said) > 1 and name.startswith(said) for said, owner in lexicon.called(SUPPLIER))


def own_brand(lexicon: Lexicon, party: str | None, found: frozenset[int]) -> frozenset[int]:
    """Of goods that may be meant, those that bear the name of the firm they are bought from: 晴格复印纸 of 晴格纸业."""
    if party is None or len(found) < 2:
        return found
    for place, (name, owner) in enumerate(lexicon.called(SUPPLIER)):
        if place >= _MOST:
            return found
        if owner == party and len(name) > 1 and lexicon.has_term(name) and (own := found & lexicon.postings(name)):
            return own
    names = [name for name, owner in lexicon.called(SUPPLIER) if owner == party]
    borne = frozenset(n for n in list(found)[:_MOST] if _called_after(lexicon, n, names))
    return borne or found


def _called_after(lexicon: Lexicon, number: int, names: Sequence[str]) -> bool:
    """Whether goods are called by a word of a firm's names, 绵贝儿 of 福建绵贝儿卫生用品: one with which names of goods
    begin, and in which none has anything else."""
    called = fold_key(lexicon.product(number).name)
    for length in range(min(_LONGEST, len(called) - 1), _SHORTEST - 1, -1):
        word = called[:length]
        if any(word in name for name in names) and lexicon.only_names(word):
            others = (fold_key(lexicon.product(n).name) for n in list(lexicon.postings(word))[:_MOST])
            return all(other.startswith(word) for other in others)
    return False


def _goods_of(name: str, lexicon: Lexicon) -> frozenset[int]:
    """Products named by the words of a firm's name that are names of goods."""
    found: frozenset[int] = frozenset()
    for start in range(len(name) - _SHORTEST + 1):
        for length in range(_SHORTEST, min(_LONGEST, len(name) - start) + 1):
            word = name[start : start + length]
            if lexicon.has_term(word) and lexicon.only_names(word):
                found |= lexicon.postings(word)
    return found
