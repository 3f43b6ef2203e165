"""Names of goods that were mistyped or misheard, put right by their sound."""

from __future__ import annotations

from nlp.catalogue.lexicon import Lexicon
from nlp.catalogue.numbered import kin
from nlp.catalogue.resolve import Said, meaning
from nlp.grammar.entries import Entry
from nlp.scanning.text import fold_key, is_han
from nlp.scanning.tokens import T, Token


class Mending:
    """The part of the grammar that looks words up by their sound; it takes a while, so only a few of a message."""

    tokens: list[Token]
    lexicon: Lexicon
    slips: int
    pending: list[Entry]
    last_item: Said | None

    def _heard(self, words: list[Token]) -> list[Token]:
        """味晶 for 味精: a word nobody knows that sounds like exactly one head of a name."""
        said = "".join(word.text for word in words)
        self.slips += 1
        if self.slips > 3 or not 2 <= len(said) <= 6 or not all(is_han(char) for char in said):
            return words
        piece = self.lexicon.heard_as(said)
        if piece is None:
            return words
        return [Token(T.ITEM, words[0].start, words[-1].end, said, term=piece, exact=bool(self.lexicon.exact(piece)))]

    def _mended(self, words: list[Token]) -> list[Token]:
        """洗结精 for 洗洁精: a foreign character in a word that sounds like exactly one end of a name."""
        at = next((i for i, w in enumerate(words) if w.kind is T.UNKNOWN and is_han(w.text[0])), None)
        if at is None or self.slips > 2:
            return words
        first = last = at
        while first and self._clings(words[first - 1], words[first]):
            first -= 1
        while last + 1 < len(words) and self._clings(words[last], words[last + 1]):
            last += 1
        spans = [(a, b) for a in range(first, at + 1) for b in range(at, last + 1)]
        spans = [(a, b) for a, b in spans if 2 <= sum(len(w.text) for w in words[a : b + 1]) <= 6]
        self.slips += 1
        for a, b in sorted(spans, key=lambda span: span[0] - span[1])[:10]:
            said = "".join(w.text for w in words[a : b + 1])
            piece = self.lexicon.heard_as(said)
            if piece is not None:
                exact = bool(self.lexicon.exact(piece))
                mended = Token(T.ITEM, words[a].start, words[b].end, said, term=piece, exact=exact)
                return [*words[:a], mended, *words[b + 1 :]]
        return words

    @staticmethod
    def _clings(one: Token, other: Token) -> bool:
        return one.end == other.start and all(is_han(t.text[0]) and t.kind in (T.UNKNOWN, T.ITEM) for t in (one, other))

    def _one_character(self, words: list[Token], end: int) -> list[Token]:
        """硫酸钾要粒的10袋: one character with 的 says which of the goods just named, whatever else ends so."""
        word = words[0]
        goods = self.pending[-1].item if self.pending else self.last_item
        if len(words) > 1 or word.kind is not T.ITEM or len(word.text) > 1 or word.exact or goods is None:
            return words
        base = kin(goods.found, self.lexicon)
        if self.tokens[end - 1].text != "的" or not base or len(base) > 60 or base & meaning(word, self.lexicon):
            return words
        found = frozenset(n for n in base if word.text in fold_key(self.lexicon.product(n).spec))
        return [Token(T.SPEC, word.start, word.end, word.text, found=found)] if found and found < base else words
