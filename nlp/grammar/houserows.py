"""Rows of a list that begin with a place of one customer and say only how many: the goods stood in the heading or in
the row before."""

from __future__ import annotations

from nlp.grammar.entries import Entry
from nlp.grammar.kindcounts import KindCounts
from nlp.layout import houses
from nlp.scanning import cues as c
from nlp.scanning.tokens import T, Token

SAME_GOODS = ("同款", "同上", "同样的", "一样的", "同样")


class HouseRows(KindCounts):
    """The part of the grammar that deals with such rows."""

    def _over_counted(self, at: int) -> bool:
        """奶粉 in a line of its own over lines that were counted waits for none of their amounts."""
        heading = self.pending[-1] if self.pending else None
        before = self._previous(at)
        if heading is None or heading.segment == self.segment or before is None or before.kind is T.STOP:
            return False
        place = self.out.entries.index(heading) if heading in self.out.entries else len(self.out.entries)
        return any(e.qty is not None and e.segment > heading.segment for e in self.out.entries[place + 1 :])

    def _of_house(self, token: Token, at: int) -> bool:
        """1. 骥江店 12条 / 2. 人民路店 20条 under the goods, 城西店 同款3盒: the same for the next place of a list."""
        first = at
        while first and self.tokens[first - 1].kind in (T.GAP, T.CUE, T.COLON, T.UNKNOWN):
            first -= 1
        marks = [n for n in range(first, at) if self.tokens[n].text == houses.MARK]
        if not marks or self.shared is None:
            return False
        if self.pending and self.pending[-1].segment < self.segment and any(
            e.segment == self.segment and e.item is self.shared for e in self.out.entries[-4:]
        ):  # fmt: skip
            self.pending.clear()  # 奶粉 over 安芽1段大罐:龙溪店6罐、爱山店12罐
        if self.pending:
            return False
        if self._item_follows(at) and not self._counted_later(at):
            return False
        between = [t for t in self.tokens[marks[-1] : at] if t.kind is not T.GAP]
        said = "".join(t.text for t in between)
        if any(t.kind is T.UNKNOWN for t in between) and not said.startswith(SAME_GOODS):
            return False
        if any(t.has(c.LESS, c.DROP) for t in between):
            return False
        entry = Entry(self.shared, section=len(self.out.sections) - 1, segment=self.segment)
        entry.count(token)
        self.out.entries.append(entry)
        return True
