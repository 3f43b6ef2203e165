"""Second thoughts about lines already counted: in another kind (尿素小颗粒3吨,改大颗粒), taken back by a plainer name
(花泥砖1箱,花泥不要了), at the price of the line before that is found only later."""

from __future__ import annotations

from itertools import pairwise

from nlp.catalogue.numbered import kin
from nlp.catalogue.resolve import Said, is_head, meaning
from nlp.grammar.entries import Entry
from nlp.grammar.phrases import ITEM_KINDS
from nlp.grammar.wholelist import WholeList
from nlp.scanning.text import fold_key
from nlp.scanning.tokens import T, Token

_INSTEAD = ("要不", "要么", "干脆", "那就", "还是", "那", "就", "算了", "要不然", "不如")
_EXCHANGES = ("改", "换", "改成", "换成", "改要", "改拿", "改为", "换为")


class SecondThoughts(WholeList):
    """The part of the grammar that comes back to lines before."""

    def _exchanged(self, at: int) -> bool:
        """尿素小颗粒3吨,改大颗粒: the line before in another kind."""
        if self._exchange_named(at):
            return False
        last = self.out.entries[-1] if self.out.entries and not self.pending else None
        after = self._next(at, (T.GAP, T.CUE)) if self._text(at) in _EXCHANGES else None
        before = self._previous(at)
        while before is not None and before.text in _INSTEAD:
            before = self._previous(before.at)  # 要不换DOT3吧
        if last is None or after is None or after.kind not in ITEM_KINDS or last.segment != self.segment:
            return False
        if before is None or before.kind not in (T.COMMA, T.QTY) or last.qty is None or len(last.item.found) != 1:
            return False
        other = meaning(after, self.lexicon) & kin(last.item.found, self.lexicon)
        changed = bool(other) and not last.item.found <= other
        self.restating = self.restating or changed
        return changed

    def _exchange_named(self, at: int) -> bool:
        """球泡暖光3箱,…暖光换成白光: the line named once more, in another kind."""
        named = self.pending[-1] if self.pending else None
        if self._text(at) not in _EXCHANGES or named is None or named.qty is not None or named.segment != self.segment:
            return False
        after = self._next(at, (T.GAP, T.CUE))
        if after is None or after.kind not in ITEM_KINDS or not named.item.known:
            return False
        other = meaning(after, self.lexicon) & kin(named.item.found, self.lexicon)
        lines = [
            e for e in self.out.entries if e is not named and e.qty is not None and e.item.found <= named.item.found
        ]
        if len(lines) != 1 or not other or lines[0].item.found <= other:
            return False
        self.pending.remove(named)
        self.out.entries.remove(named)
        self.exchanged, self.restating = lines[0], True
        self.last_item = lines[0].item
        return True

    def _named_wider(self, unwanted: list[Said], entries: list[Entry]) -> frozenset[int]:
        """花泥砖1箱,花泥不要了: the one line before that a plain name can mean."""
        found: frozenset[int] = frozenset()
        for item in unwanted:
            if item.strange or item.clash or len(item.words) != 1 or len(item.text) < 2:
                continue
            if item.lent or not self._calls(item.words[0], item.found):
                continue
            counted = [e for e in entries if e.qty is not None and not e.gift and e.item.found <= item.found]
            if len(counted) == 1 and len(counted[0].item.found) == 1 and counted[0].item.end <= item.start:
                found |= counted[0].item.found
        return found

    def _priced_alike(self, entries: list[Entry]) -> list[Entry]:
        """红扶郎7块5 … 来20扎, 黄的10扎同价: the price that was found for the line before."""
        for before, entry in pairwise(entries) if self.costs_alike else ():
            if entry in self.costs_alike and entry.price is None and before.price is not None:
                entry.price, entry.price_unit = before.price, before.price_unit or before.unit
                entry.spans["unit_price"] = before.spans["unit_price"]
        return entries

    def _calls(self, word: Token, found: frozenset[int]) -> bool:
        """Whether a word names goods: a head, or a piece of what people call them that no spec has."""
        if is_head(word, self.lexicon):
            return True
        plain = word.kind is T.ITEM and len(word.text) > 1
        return plain and not any(word.text in fold_key(self.lexicon.product(n).spec) for n in list(found)[:40])
