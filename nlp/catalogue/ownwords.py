"""Who says what: words that single customers and suppliers use for products, found in a text by two characters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from nlp.catalogue.terms import full_key
from nlp.scanning.text import fold_key


class PartyWords:
    """Who says what, found in a text by the first two characters. Immutable."""

    __slots__ = ("_heads", "by_code", "raw")

    def __init__(self, raw: Mapping[str, Mapping[str, str]]) -> None:
        self.raw = raw
        self.by_code: dict[str, dict[str, str]] = {}
        self._heads: dict[str, dict[str, set[str]]] = {}
        for code, words in raw.items():
            own = self.by_code.setdefault(code, {})
            for said, sku in words.items():
                folded = fold_key(said)
                key = full_key(folded)
                if len(key) < 2:
                    continue
                own[key] = sku
                for spelt in {key, folded}:
                    self._heads.setdefault(spelt[:2], {}).setdefault(spelt, set()).add(code)

    def speakers(self, text: str) -> set[str]:
        """Codes of parties one of whose words stands in a folded text."""
        found: set[str] = set()
        heads = self._heads
        if heads:
            for at in range(len(text) - 1):
                for word, codes in heads.get(text[at : at + 2], {}).items():
                    if text.startswith(word, at):
                        found |= codes
        return found

    def of(self, codes: Iterable[str]) -> Mapping[str, set[str]]:
        """Words of these parties, each with the skus it means among them."""
        found: dict[str, set[str]] = {}
        for code in codes:
            for key, sku in self.by_code.get(code, {}).items():
                found.setdefault(key, set()).add(sku)
        return found
