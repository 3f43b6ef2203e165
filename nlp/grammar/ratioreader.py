"""What comes free with so much of something: 买10送1, 满4箱送1包鸡米花."""

from __future__ import annotations

import re
from decimal import Decimal

from nlp.grammar.entries import Entry
from nlp.grammar.packsandpieces import once_more
from nlp.grammar.pricereader import PriceReader
from nlp.scanning.tokens import T, Token, within

# 半盖1000只一样的送法
_LIKEWISE = re.compile(
    r"(?:一样|同样|照样|同)的?(?:送法|送|赠法)|送法(?:也)?(?:一样|相同|同上)|也(?:是)?(?:这么|这样|照这个|按这个)送"
)


def _counted_twin(entry: Entry, entries: list[Entry]) -> Entry | None:
    """平衡块3盒,…,平衡块买3送1: the line of the goods named again."""
    same = [e for e in entries if e is not entry and e.item.found == entry.item.found and e.qty and not e.gift]
    return same[0] if len(same) == 1 and same[0].section == entry.section else None


class RatioReader(PriceReader):
    """The part of the grammar that deals with goods given along."""

    def _with_ratios(self, entries: list[Entry]) -> list[Entry]:
        """What comes free, behind the line it belongs to: the one before the ratio, else the next."""
        for ratio, entry, place in self.ratios:
            given = next((e for e in self.out.entries[place : place + 1] if e in entries and e.gift), None)
            following = next((e for e in self.out.entries[place:] if e in entries and e is not given), None)
            line = entry if entry is not None and entry in entries else following
            if entry is not None and entry.qty is None and (twin := _counted_twin(entry, entries)) is not None:
                entries[:] = [e for e in entries if e is not entry]
                line = twin
            every, free = ratio.value, ratio.price
            if self.pricing and line is not None and line.price is not None and line.qty is None:
                continue  # 买10送1 of a price list orders nothing
            if line is None or every is None or free is None:
                self.out.unused.append(ratio)
                continue
            if line.qty is None and not ratio.exact:
                line.qty, line.unit = every, ratio.unit
            if line.qty is None:
                continue
            held = self._in_units_of(ratio, line)
            if held is None:
                line.doubts.append("conflict")
                continue
            count, unit = (held // every) * free, ratio.term or ratio.unit or line.unit
            if given is not None:
                self._given_along(given, count, ratio)
                if not given.qty:
                    entries.remove(given)
            elif count:
                gift = Entry(line.item, section=line.section, segment=line.segment, gift=True)
                gift.qty, gift.unit = count, unit
                gift.spans["qty"] = (ratio.start, ratio.end)
                entries.insert(entries.index(line) + 1, gift)
            if given is None:
                self._of_all_alike(ratio, line, every, free, entries)
        return self._likewise(entries)

    def _of_all_alike(self, ratio: Token, line: Entry, every: Decimal, free: Decimal, entries: list[Entry]) -> None:
        """90平皿20箱 60平皿10箱,每10箱送1箱: said apart, behind several lines of one name, it holds for each."""
        before, after = self._previous(ratio.at), self._next(ratio.at)
        apart = (T.COMMA, T.COLON, T.STOP)
        ahead = ratio.start < line.item.start and after is not None and after.kind in apart  # 每10双送1双,41码20双
        if not ahead and (before is None or before.kind is not T.COMMA):
            return
        names = {self.lexicon.product(n).name for n in list(line.item.found)[:20]}
        place = next(at for at, e in enumerate(entries) if e is line)
        for other in [e for e in (entries[place + 1 :] if ahead else entries[:place]) if not e.gift]:
            alike = {self.lexicon.product(n).name for n in list(other.item.found)[:20]} == names
            held = self._in_units_of(ratio, other)
            own = any(e.gift and e.item is other.item for e in entries)
            same = (
                (ahead or other.segment == line.segment) and other.section == line.section and other.unit == line.unit
            )
            if not (alike and same) or own or held is None or held < every:
                continue
            gift = Entry(other.item, section=other.section, segment=other.segment, gift=True)
            gift.qty, gift.unit = (held // every) * free, ratio.term or ratio.unit or other.unit
            gift.spans["qty"] = (ratio.start, ratio.end)
            entries.insert(entries.index(other) + 1, gift)

    def _in_units_of(self, ratio: Token, line: Entry) -> Decimal | None:
        """How many of a ratio's unit a line has: a box of 100 is ten times 每10个送1个; None when nobody can tell."""
        if line.qty is None or ratio.unit is None or line.unit in (None, ratio.unit):
            return line.qty
        sizes: set[Decimal] = set()
        for n in line.item.found:
            product = self.lexicon.product(n)
            own, said = product.factor(line.unit or ""), product.factor(ratio.unit)
            if own is None or not said:
                return None
            sizes.add(own / said)
        return line.qty * sizes.pop() if len(sizes) == 1 else None

    def _likewise(self, entries: list[Entry]) -> list[Entry]:
        """半盖1000只一样的送法: as many in proportion as came free with the line before."""
        kept: list[Entry] = []
        share: Decimal | None = None  # given for each of the line before
        for at, entry in enumerate(entries):
            kept.append(entry)
            last = entries[at - 1] if at else None
            if entry.gift and last is not None and last.item.found == entry.item.found and last.unit == entry.unit:
                share = entry.qty / last.qty if entry.qty and last.qty else None
            if entry.gift or share is None or not entry.qty or "qty" not in entry.spans:
                continue
            begin = entry.spans["qty"][1]
            behind = entries[at + 1].item.start if at + 1 < len(entries) else self.tokens[-1].end
            said = "".join(t.text for t in within(self.tokens, begin, max(begin, behind)))
            if _LIKEWISE.search(said):
                gift = Entry(entry.item, section=entry.section, segment=entry.segment, gift=True)
                gift.qty, gift.unit, gift.spans["qty"] = entry.qty * share, entry.unit, entry.spans["qty"]
                gift.approx = gift.qty != int(gift.qty)
                kept.append(gift)
        return kept

    @staticmethod
    def _given_along(gift: Entry, count: Decimal, ratio: Token) -> None:
        """满4箱送1包鸡米花: other goods come free with a line; what was said of their number has to agree."""
        if gift.qty is None:
            gift.qty, gift.unit = count, ratio.term
            gift.spans["qty"] = (ratio.start, ratio.end)
        elif gift.qty != count:
            gift.doubts.append("conflict")

    def _more(self, last: Entry, token: Token, at: int) -> bool:
        """散酒50斤,再来2桶: a line more of the goods counted last."""
        if not once_more(self.tokens, at, last, self.lexicon):
            return False
        more = Entry(last.item, section=last.section, segment=last.segment)
        more.count(token)
        self.out.entries.append(more)
        return True
