"""Lines and brackets among the rows of a list that are no row: headings over them, what a list is about, remarks that
stand behind a row in brackets."""

from __future__ import annotations

import re
from itertools import pairwise

from nlp.grammar.entries import Entry
from nlp.grammar.partyreader import PartyReader
from nlp.layout.numbering import CHAPTER
from nlp.scanning import cues as c
from nlp.scanning.tokens import T, Token, lines_of, within

_STEERING = (c.GIFT, c.DROP, c.KEEP, c.CHANGE, c.SWAP, c.TAX_IN, c.TAX_EX, c.LAST_PRICE, c.FIX, c.IF, c.INSTRUCT)
_LEADS = re.compile(
    r"哪[种个款样]|什么样|如下|这样|这些|以下|问清|定[了下]|清单|分别|明细|规格|型号|颜色|尺[寸码]|要求|[用要]的"
)
_TELLING = (c.DROP, c.KEEP, c.SWAP, c.TAX_IN, c.TAX_EX, c.LAST_PRICE, c.FIX, c.IF, c.INSTRUCT, c.SAME_PRICE)
_PLACE = re.compile(
    r"(?:给|放|送|卸|搬|留|挂|装|摆)?(?:到|在)?[\u4e00-\u9fff]{0,6}?(?:[\da-h#]{1,3}号?)?[\u4e00-\u9fff]{0,4}"
    r"(?:房|间|部|室|处|楼|台|组|库|区|店|线|班|厅|场|棚|院|科|口|工地|柜|层|栋|期|队|食堂|餐厅|用|那边|里面|[上里外边]|备用|自用|样品)"
    r"(?:要的|用的|要用|的|要|用|专用)?"
    r"|[\u4e00-\u9fff]{0,4}(?:柜|库|区|架|房|层|楼|仓|台|门|线|位|桌)[a-z]?\d{1,3}(?:号|#|层)?[位区柜]?"
)
_OF_ROWS = re.compile(r":(?:第)?\d{1,2}(?:[和、,跟及与]\d{1,2})*(?:号|行|项)?(?:都|要|的)?(?:送|放|卸|到|给|发|是|用)")
_LABELS = ("备注", "注", "说明", "注意", "要求", "附注", "其他要求", "特别说明")
_GIVEN = frozenset(("送", "送的", "赠", "赠送", "赠品", "免费", "免费送", "白送", "算送的", "不要钱", "不算钱"))


def _told(entry: Entry) -> bool:
    """Whether a line says how many or what they cost."""
    return entry.qty is not None or entry.price is not None


class Headings(PartyReader):
    """The part of the grammar that tells them apart from lines."""

    def _leads_to(self, at: int) -> None:
        """水管到底要哪种问清了: in front of what is wanted: what it is about, no line."""
        first = self.out.entries[0] if self.out.entries else None
        if first is None or self.pending != [first] or len(first.item.found) < 2 or first.segment != self.segment:
            return
        between = [t for t in self.tokens[:at] if t.start >= first.item.end]
        said = "".join(t.text for t in between)
        plain = all(t.kind in (T.CUE, T.UNKNOWN, T.GAP, T.COMMA) for t in between)
        if plain and _LEADS.search(said) is not None and not self._value_after(at + 1):
            first.dropped = True
            self.pending = []

    def _remarked(self, entries: list[Entry]) -> list[Entry]:
        """Entries without those of a remark: 备注:9厘的靠外放 under the goods counts nothing."""
        lines = [e for e in entries if e.qty is not None]
        starts = [t.start for t in self.tokens if t.text in _LABELS and self._labels(t)]
        if not lines or not starts:
            return entries
        ends = [next((t.start for t in self.tokens if t.text == "\n" and t.start > at), at + 400) for at in starts]

        def remark(entry: Entry) -> bool:
            bare = entry.qty is None and entry.price is None and not (entry.approx or entry.tiers or entry.gift)
            said = any(a < entry.item.start < b for a, b in zip(starts, ends, strict=True))
            about = any(entry.item.found & e.item.found for e in lines)
            return bare and said and (about or bool(entry.item.strange))

        self._numbers_of_rows(starts, ends)
        return [e for e in entries if not remark(e)]

    def _numbers_of_rows(self, starts: list[int], ends: list[int]) -> None:
        """备注:2和4送3号楼: the numbers of rows a remark is about."""
        for start, end in zip(starts, ends, strict=True):
            said = within(self.tokens, start, end)
            words = "".join(t.text for t in said if t.kind is not T.GAP)
            if _OF_ROWS.search(words) is not None and not any(t.kind in (T.QTY, T.ITEM, T.PRICE) for t in said):
                for token in said:
                    token.used = token.used or token.kind is T.NUM

    def _labels(self, token: Token) -> bool:
        before, after = self._previous(token.at), self._next(token.at)
        return (before is None or before.kind is T.STOP) and after is not None and after.kind is T.COLON

    def _without_heads(self, entries: list[Entry]) -> list[Entry]:
        """Entries without headings. Where one line by itself is a heading, so are the others that could be several
        things and stand by themselves over a counted line: 啤酒 / 清爽330 3箱 / 饮料 / 冰红茶 4箱."""
        rows = [e.segment for e in entries]
        alone = [rows.count(e.segment) == 1 for e in entries]
        heads = {at for at, e in enumerate(entries) if self._heads(e, entries[at + 1 : at + 2], alone=alone[at])}
        if any(alone[at] for at in heads):
            heads |= {
                at for at, (e, row) in enumerate(pairwise(entries))
                if alone[at] and e.qty is None and e.price is None and not e.approx and len(e.item.words) == 1
                and len(e.item.found) > 1 and _told(row) and row.segment > e.segment
            }  # fmt: skip
        heads |= self._titles(entries)
        chapters = self._chapters() if entries else set()
        heads |= {
            at for at, (e, row) in enumerate(pairwise(entries))
            if chapters and alone[at] and e.qty is None and e.price is None and not e.approx
            and len(e.item.words) == 1 and not e.item.words[0].exact and not e.item.strange
            and _told(row) and row.segment > e.segment
        }  # fmt: skip
        self._narrowed(entries, heads)
        return [e for at, e in enumerate(entries) if at not in heads]

    def _narrowed(self, entries: list[Entry], heads: set[int]) -> None:
        """绵贝儿L 4包 under 纸尿裤: what could be several things is what the heading over it says."""
        said: Entry | None = None
        for at, entry in enumerate(entries):
            if at in heads:
                said = entry
            elif said is not None and entry.section == said.section and len(entry.item.found) > 1 and entry.item.known:
                entry.item.found = entry.item.found & said.item.found or entry.item.found

    def _titles(self, entries: list[Entry]) -> set[int]:
        """Entries of a line that was numbered as a part of the list (一、电动工具) and counts nothing."""
        parts = [
            (line[0].start, line[-1].end) for line in lines_of(self.tokens)
            if any(t.text == CHAPTER for t in line) and not any(t.kind in (T.QTY, T.NUM, T.PRICE) for t in line)
        ]  # fmt: skip
        return {
            at for at, e in enumerate(entries[:-1])
            if not _told(e) and not e.approx and any(a <= e.item.start < b for a, b in parts)
        }  # fmt: skip

    def _chapters(self) -> set[int]:
        """Lines of a short word nobody knows, alone between counted lines: 叶材 over 栀子叶 10把."""
        lines = [[t for t in line if t.kind not in (T.GAP, T.STOP)] for line in lines_of(self.tokens)]
        found: set[int] = set()
        for at in range(1, len(lines) - 1):
            said = "".join(t.text for t in lines[at])
            bare = bool(lines[at]) and all(t.kind is T.UNKNOWN or t.cues == (c.FILLER,) for t in lines[at])
            around = all(any(t.kind in (T.QTY, T.NUM) for t in lines[n]) for n in (at - 1, at + 1))
            if (
                bare
                and around
                and 1 < len(said) <= 5
                and said.isalpha()
                and any(t.kind is T.UNKNOWN for t in lines[at])
            ):
                found.add(at)
        return found

    @staticmethod
    def _heads(entry: Entry, following: list[Entry], *, alone: bool) -> bool:
        """劳保鞋 黑色 over lines that say only a size and how many is a heading, no line of its own; so is 机油 in a
        line by itself (``alone``) over a kind of it."""
        if entry.qty is not None or entry.approx or entry.price is not None or len(entry.item.found) < 2:
            return False
        return any(
            _told(e) and e.segment > entry.segment and e.item.found < entry.item.found
            and (alone or any(word in entry.item.words for word in e.item.lent))
            for e in following
        )  # fmt: skip

    def _remark(self, at: int) -> int:
        """(要新日期的) behind a line says how, not what: where it ends, or 0 when it is no remark."""
        if not self.out.entries or self.pending or self.waiting is not None:
            return 0
        end = at + 1
        while end < min(len(self.tokens), at + 24) and self.tokens[end].text != ")":
            end += 1
        inner = self.tokens[at + 1 : end]
        if end >= len(self.tokens) or self.tokens[end].text != ")" or not inner:
            return 0
        if "".join(t.text for t in inner) in _GIVEN and self.out.entries[-1].qty is not None:
            self.out.entries[-1].gift = True  # 小毛巾1包(送的)
            return end + 1
        if self._unit_of_all(inner, at):
            return end + 1
        if self._for_place(inner):
            self.out.entries[-1].spans["note"] = (inner[0].start, inner[-1].end)
            return end + 1
        labelled = inner[0].kind is T.UNKNOWN  # (印字:三部)
        plain_words = all(
            t.kind in (T.UNKNOWN, T.GAP, T.COMMA) or (t.kind is T.CUE and (t.text == "要" or not t.has(*_STEERING)))
            or (t is inner[0] and t.has(c.DROP))  # (别拿破袋的)
            or (t.kind in (T.ITEM, T.SPEC) and len(t.text) == 1) or (labelled and t.kind in (T.COLON, T.NUM))
            for t in inner
        )  # fmt: skip
        if not plain_words or not any(t.kind is T.UNKNOWN for t in inner):
            return 0
        self.out.entries[-1].spans["note"] = (inner[0].start, inner[-1].end)
        return end + 1

    def _for_place(self, inner: list[Token]) -> bool:
        """(洗车房), (车间用,送里面): where or what for the goods of the line before are."""
        if any(t.kind in (T.QTY, T.PRICE, T.PARTY, T.DATE, T.RATE) or t.has(*_TELLING) for t in inner):
            return False
        said = "".join(t.text for t in inner if t.kind is not T.GAP)
        if not all(map(_PLACE.fullmatch, said.split(","))):
            return False
        open_line = len(self.out.entries[-1].item.found) != 1
        told = [t for t in inner if t.kind in (T.ITEM, T.SPEC, T.MEASURE)]
        return not (open_line and told) and any(t.kind in (T.UNKNOWN, T.CUE) for t in inner)
