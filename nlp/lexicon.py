"""The catalogue as the parser sees it: immutable, in memory, cheap to extend.

A ``Lexicon`` is a base index plus at most one small overlay, so that a learned alias or a new product counts in the
next message without indexing 20,000 products again. Terms live in plain dictionaries looked up by their first two
characters: against an Aho-Corasick automaton this costs nothing to build, shares its strings with the postings, and a
message is short enough for the look-ups not to matter.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from nlp import terms, units
from nlp.text import fold_key, is_han

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
    if value is None or value == "":
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


@dataclass(slots=True)
class _Index:
    """One catalogue's worth of postings. Product numbers start at ``offset``."""

    offset: int = 0
    products: list[Product] = field(default_factory=list)
    sources: list[list[int]] = field(default_factory=list)  # source number -> products whose text it is
    by_sku: dict[str, int] = field(default_factory=dict)
    terms: dict[str, int | list[int]] = field(default_factory=dict)  # term -> source numbers
    exact: dict[str, list[int]] = field(default_factory=dict)  # full name, alias, sku, barcode -> product numbers
    parties: dict[str, list[Party]] = field(default_factory=dict)
    weak_parties: dict[str, list[Party]] = field(default_factory=dict)
    starts: dict[str, int] = field(default_factory=dict)  # first two characters -> longest term beginning so
    unit_words: set[str] = field(default_factory=set)
    kinds: list[str] = field(default_factory=list)  # source number -> name, spec or alias
    _source_of: dict[tuple[str, str], int] = field(default_factory=dict)
    _units_seen: dict[tuple[tuple[str, str], ...], dict[str, Decimal]] = field(default_factory=dict)

    def _source(self, kind: str, text: str) -> list[int]:
        """Products listed under one source string; its terms are cut only the first time it is seen."""
        number = self._source_of.get((kind, text))
        if number is None:
            number = len(self.sources)
            self._source_of[kind, text] = number
            self.sources.append([])
            cut = terms.spec_terms(text) if kind == "spec" else terms.name_terms(text)
            index = self.terms
            self.kinds.append(kind)
            for term in cut:
                known = index.get(term)
                if known is None:
                    index[term] = number
                elif isinstance(known, int):
                    index[term] = [known, number]
                else:
                    known.append(number)
        return self.sources[number]

    def _exact(self, key: str, product: int) -> None:
        if len(key) < 2:
            return
        known = self.exact.setdefault(key, [])
        if not known or known[-1] != product:
            known.append(product)

    def _units(self, raw: Mapping[str, Any], base: str) -> dict[str, Decimal]:
        key = tuple(sorted((str(k), str(v)) for k, v in raw.items()))
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
        sku = str(raw["sku"])
        base = fold_key(str(raw.get("base_unit") or "个"))
        name, spec = fold_key(str(raw.get("name") or "")), fold_key(str(raw.get("spec") or ""))
        sizes = self._units(raw.get("units") or {}, base)
        default = fold_key(str(raw.get("default_unit") or base))
        self.by_sku[sku] = number
        self.products.append(
            Product(sku, str(raw.get("name") or ""), str(raw.get("spec") or ""), base,
                    default if default in sizes else base, sizes, _decimal(raw.get("list_price")),
                    str(raw.get("category") or ""))
        )  # fmt: skip
        self._source("name", name).append(number)
        self._exact(terms.full_key(name), number)
        if spec:
            self._source("spec", spec).append(number)
            self._exact(terms.full_key(name + spec), number)
        for code in (sku, raw.get("barcode")):
            key = terms.full_key(fold_key(str(code))) if code else ""
            if len(key) >= 3:
                self._exact(key, number)
        for alias in raw.get("aliases") or ():
            key = fold_key(str(alias))
            if len(key) < 2:
                continue  # a single character names nothing by itself
            self._source("alias", key).append(number)
            self._exact(terms.full_key(key), number)

    def add_party(self, raw: Mapping[str, Any], kind: str) -> None:
        """Index a customer or supplier by its full name, its aliases and, weakly, its name without frame words."""
        party = Party(str(raw["id"]), str(raw.get("name") or ""), kind)
        full = terms.full_key(fold_key(party.name))
        for text in (full, *(terms.full_key(fold_key(str(a))) for a in raw.get("aliases") or ())):
            if len(text) >= 2:
                bucket = self.parties.setdefault(text, [])
                if party not in bucket:
                    bucket.append(party)
        for short in party_short_names(full):
            bucket = self.weak_parties.setdefault(short, [])
            if party not in bucket:
                bucket.append(party)

    def finish(self) -> None:
        """Note how far a look-up has to reach from any two characters."""
        starts = self.starts
        for table in (self.terms, self.exact, self.parties, self.weak_parties):
            for key in table:
                head, length = key[:2], len(key)
                if starts.get(head, 0) < length:
                    starts[head] = length
        self._source_of = {}


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


class Lexicon:
    """Immutable. Build with :meth:`build`; extend with :meth:`with_overlay`."""

    __slots__ = (
        "_base", "_cache", "_changes", "_gone_parties", "_heads", "_hidden", "_overlay", "_replaced_parties",
        "unit_words", "version",
    )  # fmt: skip

    def __init__(self, base: _Index, changes: Mapping[str, Any], version: int) -> None:
        self._base = base
        self._changes = changes
        self._overlay: _Index | None = None
        self._hidden: frozenset[int] = frozenset()
        self._gone_parties = frozenset(map(str, changes.get("removed_parties") or ()))
        self._replaced_parties = frozenset(
            str(party["id"]) for kind in ("customers", "suppliers") for party in changes.get(kind) or ()
        )
        self._cache: dict[str, frozenset[int]] = {}
        self._heads: dict[str, bool] = {}
        self.version = version
        if changes:
            self._apply(changes)
        words = set(units.COMMON)
        for index in self._indexes():
            words |= index.unit_words
        self.unit_words = frozenset(words)

    @classmethod
    def build(cls, catalog: Mapping[str, Any]) -> Lexicon:
        """Index a catalogue of the specification's shape (products, customers, suppliers; ``version`` optional)."""
        index = _Index()
        collecting = gc.isenabled()
        gc.disable()  # nothing built here is garbage; collecting while building costs a third of the time
        try:
            for product in catalog.get("products") or ():
                index.add_product(product)
        finally:
            if collecting:
                gc.enable()
        for raw in catalog.get("customers") or ():
            index.add_party(raw, CUSTOMER)
        for raw in catalog.get("suppliers") or ():
            index.add_party(raw, SUPPLIER)
        index.finish()
        return cls(index, {}, _count(catalog.get("version"), 0))

    def with_overlay(self, changes: Mapping[str, Any]) -> Lexicon:
        """A new lexicon that shares this one's base. ``changes``: products, customers, suppliers (whole entries,
        added or replacing by sku or id), ``removed`` (skus), ``removed_parties`` (ids), ``aliases``
        ([{sku|party, alias}]), ``version``. Cost grows with the changes, not with the catalogue."""
        merged: dict[str, Any] = {
            key: {str(e["sku" if key == "products" else "id"]): e for e in self._changes.get(key) or ()}
            for key in ("products", "customers", "suppliers")
        }
        for key, entries in merged.items():
            entries.update({str(e["sku" if key == "products" else "id"]): e for e in changes.get(key) or ()})
        result: dict[str, Any] = {key: list(entries.values()) for key, entries in merged.items()}
        for key in ("removed", "removed_parties", "aliases"):
            result[key] = [*(self._changes.get(key) or ()), *(changes.get(key) or ())]
        back = {str(p["sku"]) for p in changes.get("products") or ()}
        result["removed"] = [sku for sku in result["removed"] if str(sku) not in back]
        return Lexicon(self._base, result, _count(changes.get("version"), self.version + 1))

    def _apply(self, changes: Mapping[str, Any]) -> None:
        overlay = _Index(offset=len(self._base.products))
        replaced = {str(p["sku"]) for p in changes.get("products") or ()} | set(map(str, changes.get("removed") or ()))
        base = self._base.by_sku
        self._hidden = frozenset(base[sku] for sku in replaced if sku in base)
        for product in changes.get("products") or ():
            overlay.add_product(product)
        gone = set(map(str, changes.get("removed_parties") or ()))
        for key, kind in (("customers", CUSTOMER), ("suppliers", SUPPLIER)):
            for raw in changes.get(key) or ():
                overlay.add_party(raw, kind)
        for entry in changes.get("aliases") or ():
            key = fold_key(str(entry.get("alias") or ""))
            if len(key) < 2:
                continue
            sku = str(entry.get("sku"))
            number = overlay.by_sku.get(sku, base.get(sku))
            if number is not None and number not in self._hidden:
                overlay._source("alias", key).append(number)
                overlay._exact(terms.full_key(key), number)
            party = next((p for ps in self._base.parties.values() for p in ps if p.id == entry.get("party")), None)
            if party is not None and party.id not in gone:
                overlay.parties.setdefault(terms.full_key(key), []).append(party)
        overlay.finish()
        self._overlay = overlay

    def _indexes(self) -> Sequence[_Index]:
        return (self._base,) if self._overlay is None else (self._base, self._overlay)

    # ------------------------------------------------------------------ products

    def __len__(self) -> int:
        return sum(len(index.by_sku) for index in self._indexes()) - len(self._hidden)

    def product(self, number: int) -> Product:
        """The product with a number out of a posting set."""
        base = self._base.products
        if number < len(base):
            return base[number]
        assert self._overlay is not None
        return self._overlay.products[number - self._overlay.offset]

    def number(self, sku: str) -> int | None:
        """The number of a sku, None when the catalogue has no such product."""
        for index in reversed(self._indexes()):
            number = index.by_sku.get(sku)
            if number is not None and number not in self._hidden:
                return number
        return None

    def by_sku(self, sku: str | None) -> Product | None:
        """The product with this sku."""
        number = self.number(sku) if sku else None
        return None if number is None else self.product(number)

    def skus(self, numbers: Iterable[int]) -> tuple[str, ...]:
        """Skus of posting numbers, in catalogue order."""
        return tuple(self.product(n).sku for n in sorted(numbers))

    def reach(self, head: str) -> int:
        """Length of the longest known string that begins with these two characters, 0 when there is none."""
        reach = self._base.starts.get(head, 0)
        return max(reach, self._overlay.starts.get(head, 0)) if self._overlay is not None else reach

    def postings(self, term: str) -> frozenset[int]:
        """Numbers of all products whose name, spec or an alias contains ``term``."""
        known = self._cache.get(term)
        if known is not None:
            return known
        found: set[int] = set()
        for index in self._indexes():
            sources = index.terms.get(term)
            if sources is None:
                continue
            for source in (sources,) if isinstance(sources, int) else sources:
                found.update(index.sources[source])
        result = frozenset(found - self._hidden if self._hidden else found)
        if len(self._cache) > 4000:
            self._cache.clear()
        self._cache[term] = result
        return result

    def exact(self, key: str) -> frozenset[int]:
        """Numbers of products with exactly this name, name and spec, alias, sku or barcode."""
        found: list[int] = []
        for index in self._indexes():
            found += index.exact.get(key, ())
        return frozenset(found) - self._hidden

    def has_term(self, term: str) -> bool:
        """Whether any product answers to this term."""
        return any(term in index.terms or term in index.exact for index in self._indexes())

    def is_head(self, term: str) -> bool:
        """Whether a word says what a thing is (it comes from names) rather than which one (it comes from specs)."""
        if not is_han(term[-1]):
            return False
        known = self._heads.get(term)
        if known is None:
            kinds: set[str] = set()
            for index in self._indexes():
                sources = index.terms.get(term)
                if sources is not None:
                    kinds.update(index.kinds[n] for n in ((sources,) if isinstance(sources, int) else sources))
            if len(self._heads) > 4000:
                self._heads.clear()
            self._heads[term] = known = "name" in kinds and "spec" not in kinds
        return known

    # ------------------------------------------------------------------ parties

    def parties(self, key: str) -> tuple[Party, ...]:
        """Parties with this name or alias; when there is none, those whose shortened name it is."""
        if not any(key in index.parties or key in index.weak_parties for index in self._indexes()):
            return ()
        gone, replaced = self._gone_parties, self._replaced_parties
        for table in ("parties", "weak_parties"):
            found: list[Party] = []
            for index in self._indexes():
                for party in getattr(index, table).get(key, ()):
                    if party.id in gone or (index is self._base and party.id in replaced) or party in found:
                        continue
                    found.append(party)
            if found:
                return tuple(found)
        return ()

    def party(self, party_id: str | None) -> Party | None:
        """The party with this id."""
        if party_id is None:
            return None
        for index in reversed(self._indexes()):
            for bucket in index.parties.values():
                for party in bucket:
                    if party.id == party_id:
                        return party
        return None


def _count(value: Any, otherwise: int) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else otherwise
