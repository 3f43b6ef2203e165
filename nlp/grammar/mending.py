"""Names of goods that were mistyped or misheard, put right by their sound."""

from __future__ import annotations

from nlp.catalogue.lexicon import Lexicon
from nlp.scanning.text import is_han
from nlp.scanning.tokens import T, Token


class Mending:
    """The part of the grammar that looks words up by their sound; it takes a while, so only a few of a message."""

    lexicon: Lexicon
    slips: int

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
