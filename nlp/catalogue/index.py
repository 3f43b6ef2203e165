"""Postings: which products answer to which strings.

Terms live in plain dictionaries. Runs of Chinese characters are listed by pairs of neighbours and compared with the
source text, because all their pieces would be a million strings for 20,000 names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from nlp.catalogue import terms, units
from nlp.scanning.text import fold_key, is_han

CUSTOMER = "customer"
SUPPLIER = "supplier"


@dataclass(frozen=True, slots=True)
class Product:
    """One product. ``units`` maps a unit to the base units in one of it; ``list_price`` is per base unit."""

    sku: str
    name: str
    spec: str
    base_unit: str
    default_unit: str
    units: Mapping[str, Decimal]
    list_price: Decimal | None
    category: str = ""

    def factor(self, unit: str) -> Decimal | None:
        """Base units in one ``unit``, or None when the product cannot be counted that way."""
        return units.factor(self.units, self.base_unit, unit)

    def unit_named(self, said: str) -> str | None:
        """The registered unit a word means for this product."""
        return units.registered(self.units, self.base_unit, said)


@dataclass(frozen=True, slots=True)
class Party:
    """A customer or supplier."""

    id: str
    name: str
    kind: str  # customer|supplier


def _decimal(value: Any) -> Decimal | None:
    return None if value is None or value == "" else _number(str(value))


@lru_cache(maxsize=4096)
def _number(value: str) -> Decimal | None:
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


@dataclass(slots=True)
class Index:
    """One catalogue's worth of postings. Product numbers start at ``offset``."""

    offset: int = 0
    products: list[Product] = field(default_factory=list)
    sources: list[list[int]] = field(default_factory=list)  # source number -> products whose text it is
    by_sku: dict[str, int] = field(default_factory=dict)
    terms: dict[str, int | list[int]] = field(default_factory=dict)  # term -> source numbers
    exact: dict[str, list[int]] = field(default_factory=dict)  # full name, alias, sku, barcode -> product numbers
    learned: dict[str, list[int]] = field(default_factory=dict)  # of these, the words somebody taught us
    whole: dict[str, list[int]] = field(default_factory=dict)  # name with spec; met word by word, never looked for
    parties: dict[str, list[Party]] = field(default_factory=dict)
    weak_parties: dict[str, list[Party]] = field(default_factory=dict)
    starts: dict[str, int] = field(default_factory=dict)  # first two characters -> a bit for each length
    unit_words: set[str] = field(default_factory=set)
    categories: dict[str, list[int]] = field(default_factory=dict)  # as the catalogue writes them: 五金/拉手
    kinds: list[str] = field(default_factory=list)  # source number -> name, spec or alias
    texts: list[str] = field(default_factory=list)  # source number -> its folded text
    pairs: dict[str, int | list[int]] = field(default_factory=dict)  # two Chinese characters -> source numbers
    _tails: dict[tuple[int, str], set[str]] = field(default_factory=dict)  # last or last but one character -> ends
    _aliases: dict[int, list[str]] = field(default_factory=dict)  # product number -> its folded aliases
    _source_of: dict[tuple[str, str], int] = field(default_factory=dict)
    _units_seen: dict[tuple[Any, ...], dict[str, Decimal]] = field(default_factory=dict)

    def source(self, kind: str, text: str) -> list[int]:
        """Products listed under one source string; its terms are cut only the first time it is seen."""
        number = self._source_of.get((kind, text))
        if number is None:
            number = len(self.sources)
            self._source_of[kind, text] = number
            self.sources.append([])
            self.kinds.append(kind)
            self.texts.append(text)
            index = self.terms
            for term in terms.spec_terms(text) if kind == "spec" else terms.name_terms(text):
                known = index.get(term)
                if known is None:
                    index[term] = number
                elif isinstance(known, int):
                    index[term] = [known, number]
                else:
                    known.append(number)
            if not text.isascii():
                self._pair(text, number)
        return self.sources[number]

    def _pair(self, text: str, number: int) -> None:
        """List a source under every pair of neighbouring Chinese characters in it."""
        pairs = self.pairs
        for run in terms.HAN.findall(text):
            for at in range(len(run) - 1):
                pair = run[at : at + 2]
                known = pairs.get(pair)
                if known is None:
                    pairs[pair] = number
                elif isinstance(known, int):
                    pairs[pair] = [known, number]
                else:
                    known.append(number)

    def tails_near(self, said: str) -> set[str]:
        """Ends of names and aliases that share their last character or the one before with ``said``: those a slip of
        the keyboard in its head can be meant for. Listed when first asked for."""
        if not self._tails:
            for kind, text in zip(self.kinds, self.texts, strict=True):
                if kind != "spec" and len(text) > 1 and is_han(text[-1]):
                    tail = text[-6:]
                    self._tails.setdefault((1, tail[-1]), set()).add(tail)
                    self._tails.setdefault((2, tail[-2]), set()).add(tail)
        return self._tails.get((1, said[-1]), set()) | self._tails.get((2, said[-2]), set())

    def aliases_of(self, number: int) -> Sequence[str]:
        """The folded aliases of one product. Listed when first asked for."""
        if not self._aliases:
            for kind, text, numbers in zip(self.kinds, self.texts, self.sources, strict=True):
                if kind == "alias":
                    for one in numbers:
                        self._aliases.setdefault(one, []).append(text)
        return self._aliases.get(number, ())

    def paired(self, pair: str) -> Sequence[int]:
        """Sources that hold two characters side by side."""
        known = self.pairs.get(pair, ())
        return (known,) if isinstance(known, int) else known

    def sources_of(self, term: str) -> Sequence[int]:
        """Sources that answer to a term: cut as one, or holding its Chinese characters side by side."""
        known = self.terms.get(term, ())
        cut: Sequence[int] = (known,) if isinstance(known, int) else known
        if len(term) < 2 or not terms.HAN.fullmatch(term):
            return cut
        best = self.paired(term[:2])
        for at in range(1, len(term) - 1):
            if not best:
                break
            other = self.paired(term[at : at + 2])
            if len(other) < len(best):
                best = other
        if len(term) > 2:
            texts = self.texts
            best = [source for source in best if term in texts[source]]
        return best if not cut else [*cut, *best]

    def run_at(self, text: str, at: int, limit: int) -> int:
        """Length of the longest piece of a source's Chinese characters that begins at ``at``; 0 when there is none."""
        holding = self.paired(text[at : at + 2])
        if not holding:
            return 0
        length, texts = 2, self.texts
        while length < limit and is_han(text[at + length]):
            piece = text[at : at + length + 1]
            if text[at + length - 1 : at + length + 1] not in self.pairs:
                break
            holding = [source for source in holding if piece in texts[source]]
            if not holding:
                break
            length += 1
        return length

    def list_exact(self, key: str, product: int, table: dict[str, list[int]] | None = None) -> None:
        """List a product under a string that is all of its name, alias or code."""
        if len(key) < 2:
            return
        known = (self.exact if table is None else table).setdefault(key, [])
        if not known or known[-1] != product:
            known.append(product)

    def _units(self, raw: Mapping[str, Any], base: str) -> dict[str, Decimal]:
        key = (base, *raw.items())
        known = self._units_seen.get(key)
        if known is None:
            known = {}
            for unit, size in raw.items():
                number = _decimal(size)
                if number is not None and number > 0:
                    known[fold_key(str(unit))] = number
            known.setdefault(fold_key(base), Decimal(1))
            self._units_seen[key] = known
            self.unit_words.update(known)
        return known

    def add_product(self, raw: Mapping[str, Any]) -> None:
        """Index one product of the catalogue shape."""
        number = self.offset + len(self.products)
        sku, get = str(raw["sku"]), raw.get
        base = fold_key(str(get("base_unit") or "个"))
        said, detail = str(get("name") or ""), str(get("spec") or "")
        name, spec = fold_key(said), fold_key(detail)
        sizes = self._units(get("units") or {}, base)
        default = fold_key(str(get("default_unit") or base))
        self.by_sku[sku] = number
        self.products.append(
            Product(sku, said, detail, base, default if default in sizes else base, sizes,
                    _decimal(get("list_price")), str(get("category") or ""))
        )  # fmt: skip
        self.categories.setdefault(self.products[-1].category, []).append(number)
        self.source("name", name).append(number)
        full = terms.full_key(name)
        self.list_exact(full, number)
        if spec:
            self.source("spec", spec).append(number)
            self.list_exact(full + terms.full_key(spec), number, self.whole)
        for code in (sku, get("barcode")):
            key = terms.full_key(fold_key(str(code))) if code else ""
            if len(key) >= 3 or (len(key) == 2 and key.isascii() and key.isalpha()):
                self.list_exact(key, number)
        for alias in get("aliases") or ():
            key = fold_key(str(alias))
            if len(key) < 2:
                continue  # a single character names nothing by itself
            for said in dict.fromkeys((key, in_digits(key))):  # 三个十五 as 三个15
                self.source("alias", said).append(number)
                self.list_exact(terms.full_key(said), number)
                lead = said.removesuffix(name)
                if 2 < len(lead) < len(said) and lead[-1].isdigit() and is_han(lead[0]):
                    self.terms.setdefault(lead, self._source_of["alias", said])  # 三个15 of 三个15复合肥
        for words in get("learned") or ():  # as a whole only: their pieces were never confirmed
            key = terms.full_key(fold_key(str(words)))
            self.list_exact(key, number)
            self.list_exact(key, number, self.learned)

    def add_party(self, raw: Mapping[str, Any], kind: str) -> None:
        """Index a customer or supplier by its full name, its aliases and, weakly, its name without frame words."""
        party = Party(str(raw["id"]), str(raw.get("name") or ""), kind)
        full = terms.full_key(fold_key(party.name))
        for text in (full, *(terms.full_key(fold_key(str(a))) for a in raw.get("aliases") or ())):
            if len(text) >= 2:
                bucket = self.parties.setdefault(text, [])
                if party not in bucket:
                    bucket.append(party)
        known = [text for alias in raw.get("aliases") or () if len(text := terms.full_key(fold_key(str(alias)))) > 1]
        placed = {
            full[: full.find(text) + len(text)] for text in known if full.find(text) > 0
        }  # 龙泉青窑 of 龙泉青窑陶瓷厂
        for short in (party_short_names(full) | placed) - {full, *known}:
            bucket = self.weak_parties.setdefault(short, [])
            if party not in bucket:
                bucket.append(party)

    def finish(self) -> None:
        """Note how long the terms are that begin with any two characters; runs of Chinese are followed pair by pair."""
        starts = self.starts
        for table in (self.terms, self.exact, self.parties, self.weak_parties):
            for key in table:
                head = key[:2]
                starts[head] = starts.get(head, 0) | 1 << len(key)
        self._source_of = {}
        self._units_seen = {}


_TEENS = re.compile(r"([一二三四五六七八九]?)十([一二三四五六七八九]?)")
_HAN_DIGITS = "零一二三四五六七八九"


def in_digits(key: str) -> str:
    """A folded alias with its numbers from ten on in digits."""
    if "十" not in key:
        return key
    return _TEENS.sub(
        lambda m: str((_HAN_DIGITS.find(m[1]) if m[1] else 1) * 10 + max(0, _HAN_DIGITS.find(m[2]) if m[2] else 0)), key
    )


_FRAME_TAILS = tuple(
    """
    有限责任公司 股份有限公司 贸易有限公司 商贸有限公司 有限公司 分公司 公司 经营部 批发部 门市部 贸易行 商行
    商店 门市 总店 分店 工作室 个体户 后勤处 采购部 集团 工厂 厂 店 行 部
    """.split()  # noqa: SIM905 - a table of words reads better as text
)


def party_short_names(full: str) -> set[str]:
    """Shorter ways to say a firm's name: without the place in front and without the legal form behind."""
    found: set[str] = set()
    for cut in range(1, min(7, len(full))):
        if full[cut - 1] in "省市县区镇州":
            found.add(full[cut:])
    found.add(full[2:] if len(full) >= 6 and is_han(full[0]) else full)
    for name in (*found, full):
        for tail in _FRAME_TAILS:
            if name.endswith(tail) and len(name) - len(tail) >= 2:
                found.add(name[: -len(tail)])
    return {name for name in found if len(name) >= 2 and name != full}
