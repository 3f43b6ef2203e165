"""The catalogue as the parser sees it: immutable, in memory, cheap to extend.

A ``Lexicon`` is a base index plus at most one small overlay, so that a learned alias or a new product counts in the
next message without indexing 20,000 products again. Terms are looked up by their first two characters: against an
Aho-Corasick automaton this costs little to build, shares its strings with the postings, and a message is short enough
for the look-ups not to matter.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from nlp.catalogue import dictionary, sounds, terms, units
from nlp.catalogue.index import CUSTOMER, SUPPLIER, Index, Party, Product
from nlp.catalogue.ownwords import PartyWords
from nlp.scanning.text import fold_key, is_han

__all__ = ["CUSTOMER", "SUPPLIER", "Lexicon", "Party", "Product"]


MAX_FAMILY_WORD, MAX_FAMILY = 6, 60  # characters of a word that stands for all goods of a name; how many they may be


class Lexicon:
    """Immutable. Build with :meth:`build`; extend with :meth:`with_overlay`."""

    __slots__ = (
        "_base", "_cache", "_called", "_changes", "_every", "_exacts", "_gone_parties", "_heads", "_heard", "_hidden",
        "_meanings", "_of_category", "_overlay", "_own", "_party_words", "_replaced_parties", "_runs", "_terms",
        "_usual", "category_words", "listened", "long_units", "numbered", "unit_words", "version",
    )  # fmt: skip

    def __init__(
        self, base: Index, changes: Mapping[str, Any], version: int, party_words: PartyWords | None = None
    ) -> None:
        self._base = base
        self._every: tuple[Index, ...] = (base,)
        self._terms: dict[str, bool] = {}  # words asked for
        self._runs: tuple[str, dict[int, int]] = ("", {})  # of the text read last
        self._changes = changes
        self._overlay: Index | None = None
        self._hidden: frozenset[int] = frozenset()
        self._gone_parties = frozenset(map(str, changes.get("removed_parties") or ()))
        self._replaced_parties = frozenset(
            str(party["id"]) for kind in ("customers", "suppliers") for party in changes.get(kind) or ()
        )
        self._cache: dict[str, frozenset[int]] = {}
        self._called: dict[str, tuple[tuple[str, str], ...]] = {}  # by kind of party, once asked for
        self._heads: dict[str, bool] = {}
        self._exacts: dict[str, frozenset[int]] = {}
        self._party_words = party_words or PartyWords({})
        self._heard: dict[tuple[str, ...], Lexicon] = {}
        self.numbered: dict[tuple[Any, ...], frozenset[int]] = {}  # what nlp.catalogue.numbered has looked through once
        self._own: Index | None = None  # words of the parties a message is about
        self._meanings: Mapping[str, frozenset[int]] = {}  # of those words
        self._usual: Mapping[str, frozenset[int]] = {}
        self.listened: tuple[str, ...] = ()
        self.version = version
        if changes:
            self._apply(changes)
        words = set(units.COMMON)
        for index in self._indexes():
            words |= index.unit_words
        self.unit_words = frozenset(words)
        packs = (word for word in words - units.COMMON if len(word) > 1 and all(map(is_han, word)))
        self.long_units = tuple(sorted(packs, key=len, reverse=True))
        self.category_words = self._category_words()
        self._of_category: dict[str, frozenset[int]] = {}  # by word, once asked for

    @classmethod
    def build(cls, catalog: Mapping[str, Any]) -> Lexicon:
        """Index a catalogue of the specification's shape (products, customers, suppliers; ``version`` optional; also
        ``partner_aliases``: {party id: {words: sku}}, what only that party says, and ``learned`` words of a product,
        which count as a whole only)."""
        index = Index()
        collecting = gc.isenabled()
        gc.disable()  # nothing built here is garbage; collecting while building costs a third of the time
        try:
            dictionary.words()  # read once, before the first message waits for it
            for product in catalog.get("products") or ():
                index.add_product(product)
        finally:
            if collecting:
                gc.enable()
                gc.freeze()  # else the next collection walks all of it, 200 ms on some message
        for raw in catalog.get("customers") or ():
            index.add_party(raw, CUSTOMER)
        for raw in catalog.get("suppliers") or ():
            index.add_party(raw, SUPPLIER)
        index.finish()
        sounds.warm()
        own = PartyWords(catalog.get("partner_aliases") or {})
        return cls(index, {}, _count(catalog.get("version"), 0), own)

    def with_overlay(self, changes: Mapping[str, Any]) -> Lexicon:
        """A new lexicon that shares this one's base. ``changes``: products, customers, suppliers (whole entries,
        added or replacing by sku or id), ``removed`` (skus), ``removed_parties`` (ids), ``aliases``
        ([{sku|party, alias}]), ``partner_aliases`` (all of them, instead of those before), ``version``. Cost grows with
        the changes, not with the catalogue."""
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
        own = self._party_words
        if (said := changes.get("partner_aliases")) is not None and said != own.raw:
            own = PartyWords(said)
        return Lexicon(self._base, result, _count(changes.get("version"), self.version + 1), own)

    def _apply(self, changes: Mapping[str, Any]) -> None:
        overlay = Index(offset=len(self._base.products))
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
                overlay.source("alias", key).append(number)
                overlay.list_exact(terms.full_key(key), number)
            party = next((p for ps in self._base.parties.values() for p in ps if p.id == entry.get("party")), None)
            if party is not None and party.id not in gone:
                overlay.parties.setdefault(terms.full_key(key), []).append(party)
        overlay.finish()
        self._overlay = overlay
        self._every = (self._base, overlay)

    def _category_words(self) -> frozenset[str]:
        """Words for kinds of goods (五金, 板材) that are in no product's name: they name no goods by themselves."""
        written = {part for index in self._indexes() for category in index.categories for part in category.split("/")}
        words = {w for part in written if 2 <= len(w := fold_key(part)) <= 5 and all(map(is_han, w))}
        words = {w for w in words if w[1:] != "装" or w == "服装"}  # 袋装, 散装: how goods come
        # 邮政箱 may be short for 邮政纸箱
        return frozenset(w for w in words if not any(self.has_term(w[at : at + 2]) for at in range(len(w) - 1)))

    def category_goods(self, word: str) -> frozenset[int]:
        """The goods of the narrowest categories of this name, when it is a word that stands in no product's own name
        (蓄电池 of 电器/电瓶 are also called 电瓶) and they are few."""
        if word not in self.category_words:
            return frozenset()
        known = self._of_category.get(word)
        if known is None:
            found: set[int] = set()
            for index in self._indexes():
                for category, numbers in index.categories.items():
                    if fold_key(category.rpartition("/")[2]) == word:
                        found.update(numbers)
            found -= self._hidden
            known = self._of_category[word] = frozenset(found) if len(found) <= MAX_FAMILY else frozenset()
        return known

    def _indexes(self) -> Sequence[Index]:
        return self._every

    # ------------------------------------------------------------------ what single parties say

    def speakers(self, text: str) -> set[str]:
        """Codes of parties one of whose own words stands in a folded text."""
        return self._party_words.speakers(text)

    def own_words(self, code: str) -> Mapping[str, str]:
        """What one party says: folded words without blanks -> sku."""
        return self._party_words.by_code.get(code, {})

    def heard_from(self, codes: tuple[str, ...]) -> Lexicon:
        """This lexicon with the own words of these parties; it shares everything else.

        Words that other goods are called by as well (螺栓, 蓝笔) are not listed: they decide among the candidates only
        where an item is called by them alone (:meth:`usual`).
        """
        known = self._heard.get(codes)
        if known is not None:
            return known
        heard = object.__new__(Lexicon)
        for slot in Lexicon.__slots__:
            setattr(heard, slot, getattr(self, slot))
        own, usual = Index(), dict[str, frozenset[int]]()
        meanings: dict[str, frozenset[int]] = {}
        for key, skus in self._party_words.of(codes).items():
            numbers = frozenset(n for n in map(self.number, skus) if n is not None)
            if not numbers:
                continue
            named = frozenset(n for n in self.exact(key) if not self._is_learned(key, n))
            if numbers <= self.postings(key) or (not self.exact(key) and self._spells(key)):
                usual[key] = numbers
                continue
            meanings[key] = numbers | named  # a word learned from everybody gives way to one's own
            for number in numbers:
                own.list_exact(key, number)
        own.finish()
        heard._own, heard._usual, heard.listened = own, usual, codes
        heard._meanings, heard._exacts, heard._heads, heard._heard = meanings, dict(meanings), {}, {}
        heard._every, heard._terms, heard._runs = (*(i for i in self._every if i is not self._own), own), {}, ("", {})
        heard.numbered = {}
        if len(self._heard) > 200:
            self._heard.clear()
        self._heard[codes] = heard
        return heard

    def _spells(self, key: str) -> bool:
        """Whether a word is made of nothing but words of the catalogue: 蓝笔 of 蓝 and 笔, but not 老蓝."""
        reached = {0}
        for at in range(len(key)):
            if at in reached:
                reached.update(end for end in range(at + 1, len(key) + 1) if self.has_term(key[at:end]))
        return len(key) in reached

    def usual(self, key: str, found: frozenset[int]) -> frozenset[int]:
        """Which of the products an item fits the parties listened to mean by its word alone: all when nobody knows, and
        those as well where they mean something else, so that it is asked."""
        own = self._usual.get(key)
        if own is None:
            return found
        return own if own <= found else own | found

    def is_learned(self, key: str) -> bool:
        """Whether a word names goods only because somebody said so, not by the catalogue."""
        if self._own is not None and key in self._own.exact:
            return True
        return any(key in index.learned for index in self._indexes())

    def _is_learned(self, key: str, number: int) -> bool:
        return any(number in index.learned.get(key, ()) for index in self._indexes())

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
        base = self._base.products
        count = len(base)
        return tuple(base[n].sku if n < count else self.product(n).sku for n in sorted(numbers))

    def lengths(self, head: str) -> int:
        """A bit for each length of the known strings that begin with these two characters."""
        lengths = self._base.starts.get(head, 0)
        for index in (self._overlay, self._own):
            if index is not None:
                lengths |= index.starts.get(head, 0)
        return lengths

    def reach(self, head: str) -> int:
        """Length of the longest known string that begins with these two characters, 0 when there is none."""
        return max(self.lengths(head).bit_length() - 1, 0)

    def postings(self, term: str) -> frozenset[int]:
        """Numbers of all products whose name, spec or an alias contains ``term``."""
        known = self._cache.get(term)
        if known is not None:
            return known
        found: set[int] = set()
        for index in self._indexes():
            for source in index.sources_of(term):
                found.update(index.sources[source])
        result = frozenset(found - self._hidden if self._hidden else found)
        if 1 < len(term) <= MAX_FAMILY_WORD and 0 < len(result) <= MAX_FAMILY and is_han(term[-1]):
            result |= self._family_of(term)
        if len(self._cache) > 4000:
            self._cache.clear()
        self._cache[term] = result
        return result

    def _family_of(self, term: str) -> frozenset[int]:
        """Every product of the name when the word is what is left of an alias without its own spec: EP管 of 0.6EP管 and
        棕色EP管 names all tubes of that name, though some of them carry no alias; but 铁封 of 6204铁封 is none of those
        that are called 胶封."""
        names: set[str] = set()
        for index in self._indexes():
            for source in index.sources_of(term):
                if index.kinds[source] != "alias":
                    return frozenset()
                for number in index.sources[source]:
                    product = self.product(number) if number not in self._hidden else None
                    if product is not None and terms.says_spec(index.texts[source], term, fold_key(product.spec)):
                        names.add(product.name)
        found: set[int] = set()
        for name in names:
            found |= self.exact(terms.full_key(fold_key(name)))
        if len(found) > MAX_FAMILY:
            return frozenset()
        if any(set(term) <= set(fold_key(self.product(number).name)) for number in found):
            return frozenset(found)  # 锂基脂 is what 锂基润滑脂 is called for short
        own = {number: self._nicknames(number, len(term)) for number in found}
        alike = {term}.union(*(said for said in own.values() if term in said))  # 胶盖 beside 胶封 of one product
        return frozenset(number for number, said in own.items() if not said or said & alike)

    def _nicknames(self, number: int, length: int) -> frozenset[str]:
        """The words of a length by which aliases call a product beside its own spec: 胶封 of 6204胶封; none that only
        repeat its name."""
        product = self.product(number)
        spec, name = fold_key(product.spec), fold_key(product.name)
        aliases = [alias for index in self._indexes() for alias in index.aliases_of(number)]
        ends = {alias[-length:] for alias in aliases if terms.says_spec(alias, alias[-length:], spec)}
        return frozenset(end for end in ends if end not in name)

    def exact(self, key: str) -> frozenset[int]:
        """Numbers of products with exactly this name, name and spec, alias, sku or barcode."""
        known = self._exacts.get(key)
        if known is None:
            found: list[int] = []
            for index in self._indexes():
                found += index.exact.get(key, ())
                found += index.whole.get(key, ())
            if len(self._exacts) > 4000:
                self._exacts.clear()
                self._exacts.update(self._meanings)
            self._exacts[key] = known = frozenset(found) - self._hidden
        return known

    def is_exact(self, key: str) -> bool:
        """Whether a string is all of some product's name, name and spec, alias, sku or barcode."""
        for index in self._every:
            if key in index.exact or key in index.whole:
                return not self._hidden or bool(self.exact(key))
        return False

    def has_term(self, term: str) -> bool:
        """Whether any product answers to this term."""
        known = self._terms.get(term)
        if known is None:
            if len(self._terms) > 8000:
                self._terms.clear()
            known = self._terms[term] = any(
                term in index.terms or term in index.exact or bool(index.sources_of(term)) for index in self._every
            )
        return known

    def listed(self, term: str) -> bool:
        """Whether a term is listed as it is, not only as a piece of a Chinese run."""
        base, over, own = self._base, self._overlay, self._own
        if term in base.terms or term in base.exact:
            return True
        if own is not None and term in own.exact:
            return True
        return over is not None and (term in over.terms or term in over.exact)

    def run_at(self, text: str, at: int) -> int:
        """Length of the longest piece of any name, alias or spec in Chinese characters that begins at ``at``."""
        if not is_han(text[at]):
            return 0
        read, runs = self._runs
        if read is not text:
            runs = {}
            self._runs = (text, runs)
        known = runs.get(at)
        if known is None:
            limit = len(text) - at
            known = runs[at] = max([index.run_at(text, at, limit) for index in self._every])
        return known

    def names_goods(self, text: str, at: int) -> bool:
        """Whether a word of at least two characters for some product begins at ``at``."""
        if self.run_at(text, at) >= 2:
            return True
        reach = min(self.reach(text[at : at + 2]), len(text) - at)
        return any(self.has_term(text[at : at + length]) for length in range(2, reach + 1))

    def is_head(self, term: str) -> bool:
        """Whether a word can open an item: it says what a thing is (it comes from names) rather than which one (it
        comes from specs), or it is all of a name, an alias or a code."""
        known = self._heads.get(term)
        if known is None:
            kinds: set[str] = set()
            if is_han(term[-1]):
                for index in self._indexes():
                    kinds.update(index.kinds[source] for source in index.sources_of(term))
            if len(self._heads) > 4000:
                self._heads.clear()
            known = ("name" in kinds and "spec" not in kinds) or bool(self.exact(terms.full_key(term)))
            known = known or (kinds == {"alias"} and self._names_family(term)) or bool(self.category_goods(term))
            self._heads[term] = known
        return known

    def _names_family(self, term: str) -> bool:
        """Whether a piece of aliases stands for all products of a name."""
        own = {n for index in self._indexes() for source in index.sources_of(term) for n in index.sources[source]}
        if not 1 < len(term) <= MAX_FAMILY_WORD or not 0 < len(own) <= MAX_FAMILY:
            return False
        return bool(self._family_of(term))

    def only_names(self, term: str) -> bool:
        """Whether a term stands in names or aliases and in no spec."""
        kinds = {index.kinds[source] for index in self._indexes() for source in index.sources_of(term)}
        return "name" in kinds and "spec" not in kinds

    def heard_as(self, said: str) -> str | None:
        """The one name or alias, or head of one, that a word nobody knows sounds like; None when there are several."""
        found: set[str] = set()
        for index in self._indexes():
            for tail in index.tails_near(said):
                piece = tail[-len(said) :]
                if piece not in found and sounds.slip(said, piece):
                    found.add(piece)
        return found.pop() if len(found) == 1 else None

    # ------------------------------------------------------------------ parties

    def parties(self, key: str) -> tuple[Party, ...]:
        """Parties with this name or alias; when there is none, those whose shortened name it is."""
        base, over = self._base, self._overlay
        if (
            key not in base.parties
            and key not in base.weak_parties
            and (over is None or (key not in over.parties and key not in over.weak_parties))
        ):
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

    def called(self, kind: str) -> Sequence[tuple[str, str]]:
        """Every name and alias of the parties of one kind, folded, with the party's id."""
        known = self._called.get(kind)
        if known is None:
            known = self._called[kind] = tuple(
                (name, party.id)
                for index in self._indexes()
                for name, bucket in index.parties.items()
                for party in bucket
                if party.kind == kind and party.id not in self._gone_parties
            )
        return known

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
