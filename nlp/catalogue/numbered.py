"""Goods by the bare numbers in their name and spec: which of them come in 42, in 110, in 64."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import Any

from nlp.catalogue.lexicon import Lexicon, Product
from nlp.catalogue.terms import full_key
from nlp.scanning.numbers import plain
from nlp.scanning.text import fold_key

_MOST = 400  # products looked through for a number
_NUMBER = re.compile(r"(?<![\d.])(\d{1,5}(?:\.\d{1,3})?)(?![\d.])([^\d]?)")
_PACKED = re.compile(r"(?<=[a-z\u4e00-\u9fff])\*\d{1,3}(?![\d.a-z*])")
_KEPT = 2000  # look-ups remembered
_KIN = 60  # names whose whole families are looked up


def having(number: Decimal, base: frozenset[int], lexicon: Lexicon, *, alone: bool = False) -> frozenset[int]:
    """Products of ``base`` with this number in spec or name, standing by itself. ``alone``: not behind a letter either,
    so that the 5 of A5 is none."""
    if not base or len(base) > _MOST:
        return frozenset()
    key = (number, base, alone)
    known = lexicon.numbered.get(key)
    if known is None:
        known = _remember(lexicon, key, _having(number, base, lexicon, alone=alone))
    return known


def _remember(lexicon: Lexicon, key: tuple[Any, ...], found: frozenset[int]) -> frozenset[int]:
    if len(lexicon.numbered) > _KEPT:
        lexicon.numbered.clear()
    lexicon.numbered[key] = found
    return found


def _having(number: Decimal, base: frozenset[int], lexicon: Lexicon, *, alone: bool) -> frozenset[int]:
    written = plain(number)
    pattern = _written_so(written, alone)
    found = [*(base & lexicon.postings(written))]  # 425 of an alias 425水泥
    for n in base:
        text = described(lexicon.product(n), number)
        if written in text and pattern.search(text):
            found.append(n)
    if not found and not alone and number == int(number) and 100 <= number < 1000:
        below = _written_so(f"0.{written}", alone)  # 光膜914 of one of 0.914m
        found = [n for n in base if below.search(described(lexicon.product(n), number))]
    told = frozenset(found)
    if told == base and 1 < len(base) <= _KIN:
        told = _telling(base, pattern, lexicon) or told
    return told


@lru_cache(maxsize=1024)
def _written_so(written: str, alone: bool) -> re.Pattern[str]:
    zeros = "0{0,2}" if "." in written else r"(?:\.0{1,2})?"  # 4 of 4.0Ah
    return re.compile(rf"(?<![\d.{'a-z' if alone else ''}]){re.escape(written)}{zeros}(?![\d.])")


@lru_cache(maxsize=1024)
def _by_itself(written: str) -> re.Pattern[str]:
    # neither the 20 of 20*1/2 nor the 500 of a set of 500ml+120ml
    return re.compile(rf"(?<![\d.*/+a-z-]){re.escape(written)}(?:\.0{{1,2}})?(?![\d.*/+-]|[a-z]{{1,2}}\+\d)")


@lru_cache(maxsize=1024)
def _leading(written: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\d.*/a-z-]){re.escape(written)}(?:\.0{{1,2}})?\*\d")


def _telling(base: frozenset[int], pattern: re.Pattern[str], lexicon: Lexicon) -> frozenset[int]:
    """50 of SPF50 50ml and SPF30 50ml: where all have a number, those that have it in a part of their own."""
    parts = {n: fold_key(lexicon.product(n).spec).split() for n in base}
    if len({lexicon.product(n).name for n in base}) > 1:
        return frozenset()
    common = set.intersection(*(set(words) for words in parts.values()))
    found = frozenset(n for n, words in parts.items() if any(pattern.search(w) for w in words if w not in common))
    return found if found < base else frozenset()


def described(product: Product, number: Decimal) -> str:
    """Spec and name, in which a number may say which; the 6 of 750ml*6 only says how many are in a box."""
    text = fold_key(f"{product.spec} {product.name}")
    return _PACKED.sub(" ", text) if number in product.units.values() else text


def kin(base: frozenset[int], lexicon: Lexicon) -> frozenset[int]:
    """All products that share a name with one of ``base``: black shoes lead to the shoes of every colour."""
    known = lexicon.numbered.get(("kin", base))
    if known is not None:
        return known
    names = {full_key(fold_key(lexicon.product(n).name)) for n in list(base)[:_MOST]}
    if len(names) > _KIN:
        return base
    found = base
    for name in names:
        found |= lexicon.exact(name)
    return _remember(lexicon, ("kin", base), found)


def all_having(number: Decimal, base: frozenset[int], lexicon: Lexicon) -> frozenset[int]:
    """Products with this number among ``base`` and their kin, so that the next colour may lend the number; empty when
    no product of ``base`` itself has it."""
    return having(number, kin(base, lexicon), lexicon) if having(number, base, lexicon) else frozenset()


def plainly(number: Decimal, found: frozenset[int], lexicon: Lexicon) -> frozenset[int]:
    """三通50 is the plain one, not the 110*50: those that have the number by itself, when some do and others only have
    it beside another."""
    if not 1 < len(found) <= _KIN:
        return found
    alone = _by_itself(plain(number))
    by_itself = frozenset(n for n in found if alone.search(fold_key(lexicon.product(n).spec)))
    if by_itself:
        return by_itself
    leads = _leading(plain(number))
    first = frozenset(n for n in found if leads.search(fold_key(lexicon.product(n).spec)))
    return first or found  # 狗笼60 is the 60*42 one, not the 90*60


def having_text(text: str, base: frozenset[int], lexicon: Lexicon) -> frozenset[int]:
    """Products of ``base`` and their kin with these numbers in their spec as they stand, 10*10 in 10*10cm; empty when
    none of ``base`` has them."""
    if not base or len(base) > _MOST:
        return frozenset()
    pattern = re.compile(rf"(?<![\d.*]){re.escape(text)}(?![\d.*])")

    def has(n: int) -> bool:
        return bool(pattern.search(fold_key(lexicon.product(n).spec)))

    return frozenset(n for n in kin(base, lexicon) if has(n)) if any(has(n) for n in base) else frozenset()


def sizes_between(low: Decimal, high: Decimal, base: frozenset[int], lexicon: Lexicon) -> list[Decimal]:
    """The numbers from ``low`` to ``high`` that goods of ``base`` have where one of them has ``low``, in order."""
    specs = [fold_key(lexicon.product(n).spec) for n in list(base)[:_MOST]]
    first = re.compile(rf"(?<![\d.]){re.escape(plain(low))}(?![\d.])([^\d]?)")
    measures = {match[1] for spec in specs if (match := first.search(spec))}
    found: set[Decimal] = set()
    for spec in specs:
        for number, measure in _NUMBER.findall(spec):
            if measure in measures and low <= Decimal(number) <= high:
                found.add(Decimal(number))
    return sorted(found)
