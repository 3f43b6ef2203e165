"""Clauses that go on with what the one before has done: 管子换六分的,接头也跟着; 还是防爆."""

from __future__ import annotations

import re

from nlp.catalogue.resolve import group, is_head
from nlp.corrections.splits import Splits
from nlp.scanning import cues as c
from nlp.scanning.tokens import T, Token

_TOO = re.compile(
    r".{1,12}?(?:也|都|得|要)?(?:跟着|一起|同样|一并|一块儿?|也|照样)(?:要|得)?(?:换|改|变|一样|是|这样|跟着)?(?:换|改|变)?[了吧的啊哦]*"
)
_STILL = ("还是", "仍是", "仍然是", "依旧是", "还要", "还用", "都要", "都是", "一样是", "照样是")
_WORDS = (T.ITEM, T.MEASURE, T.SPEC)


def goes_along(text: str) -> bool:
    """Whether a clause says only that other goods are changed as well: 接头也是."""
    return ("也" in text or "跟着" in text) and _TOO.fullmatch(text) is not None


class Follows(Splits):
    """Such clauses, before they are read by themselves."""

    said: list[Token] | None

    def _follows(self, tokens: list[Token]) -> list[Token]:
        """The clause in words of its own; empty when there is nothing left of it to be done."""
        if tokens[0].text in _STILL and self._still(tokens[1:]):
            return []
        text = "".join(t.text for t in tokens)
        if not ("也" in text or "跟着" in text or "一起" in text) or _TOO.fullmatch(text) is None:
            return tokens
        own = [t for t in tokens if t.kind in (*_WORDS, T.ROW)]
        rest = [t for t in tokens if t not in own]
        verb = next((n for n, t in enumerate(self.said or ()) if t.has(c.CHANGE)), None)
        if not own or verb is None or self.said is None or any(t.kind not in (T.CUE, T.UNKNOWN, T.GAP) for t in rest):
            return tokens
        words = [t for t in self.said[verb + 1 :] if t.kind in _WORDS]
        if not words or any(t.kind in (T.QTY, T.NUM, T.PRICE) for t in self.said[verb + 1 :]):
            return tokens
        if any(is_head(t, self.lexicon) and len(t.text) > 1 for t in words):
            return tokens
        return [*own, self.said[verb], *words]

    def _still(self, rest: list[Token]) -> bool:
        """还是防爆, of goods just exchanged that are so: nothing more to do."""
        words = [t for t in rest if t.kind in _WORDS]
        if not words or any(t.kind not in _WORDS and t.text not in ("的", "款", "那种", "吧", "哦") for t in rest):
            return False
        items = group(words, self.lexicon)
        if len(items) != 1 or items[0].strange or items[0].clash:
            return False
        skus = {self.lexicon.product(n).sku for n in items[0].found}
        return any(id(line) in self.exchanged and line.sku in skus for line in self.lines)
