"""The name first, then every kind of it behind its amount: 一次性口罩 10盒成人 5盒儿童."""

from __future__ import annotations

from nlp.catalogue.resolve import is_head, meaning
from nlp.grammar.entries import Entry
from nlp.grammar.packreader import PackReader
from nlp.scanning.tokens import T


class KindCounts(PackReader):
    """The part of the grammar that deals with such amounts."""

    def _heads_counts(self, at: int) -> bool:
        """一次性口罩 10盒成人 5盒儿童: the name, then every kind of it behind its amount."""
        if len(self.pending) != 1 or self.each or self.all or self.fix or self.gift or self.waiting is not None:
            return False
        entry, token = self.pending[0], self.tokens[at]
        if len(entry.item.found) < 2 or not entry.item.known or token.approx or entry is not self.out.entries[-1]:
            return False
        steps, place = 0, at
        while place < len(self.tokens) and self.tokens[place].kind is T.QTY:
            before, kind = self.tokens[place - 1], self._kind_at(place + 1, entry)
            apart = not steps or before.kind in (T.GAP, T.COMMA)
            if not apart or not kind:
                return False
            steps += 1
            place = kind
            while place < len(self.tokens) and self.tokens[place].kind in (T.GAP, T.COMMA):
                place += 1
        if steps < 2:
            return False
        self.pending = []
        self.out.entries.remove(entry)
        self.waiting = token
        return True

    def _kind_at(self, at: int, entry: Entry) -> int:
        """Where the one word for a kind of the goods ends that clings to an amount; 0 when there is none."""
        if at >= len(self.tokens) or self.tokens[at].start != self.tokens[at - 1].end:
            return 0
        word = self.tokens[at]
        if word.kind not in (T.ITEM, T.MEASURE, T.SPEC) or is_head(word, self.lexicon):
            return 0
        found = meaning(word, self.lexicon) & entry.item.found
        after = self.tokens[at + 1] if at + 1 < len(self.tokens) else None
        ends = after is None or after.kind in (T.GAP, T.COMMA, T.STOP)
        return at + 1 if found and found < entry.item.found and ends else 0
