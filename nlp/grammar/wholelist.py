"""What is said once about all lines of a list: in which unit they are counted (单位都是箱), how many they are
(两个都含税); and what stands among them without being a line."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from functools import cached_property

from nlp.catalogue.firms import is_branch
from nlp.catalogue.numbered import having
from nlp.catalogue.resolve import is_head
from nlp.grammar.dropreader import DropReader
from nlp.grammar.entries import Entry
from nlp.scanning import cues as c
from nlp.scanning.text import is_han
from nlp.scanning.tokens import T, Token

_STEERS = (c.DROP, c.KEEP, c.ASK_STOCK, c.ASK_PRICE, c.MUCH, c.FIX, c.SWAP, c.LESS, c.INSTRUCT)
_WANTS = c.words(
    """
    来 要 加 拿 订 再来 再要 再加 再拿 还要 另要 补 加上 想要 需要 来点 要点 拿点 给我来 再补 再订 买 给我 配 和 跟
    还有 、
    """
)
_EARLIER = re.compile(
    r"(?:上次|上回|上批|上一批|以前|之前)(?:那|的|这|拿|买|要|来|发|用)[^要再来加]*(?:不|没|太|差|好|快|慢|可以|一般|贵)"
)
_KINDS = ("个", "种", "样", "款", "项", "品")
_PRICED_BY = re.compile(
    r"(?:以上|上面|上述)?(?:价格?|单价|报价)?(?:全部|全都|都|均|全)?(?:是|为|按|算)?(?:每一?|一|元/|/)(?P<unit>[\u4e00-\u9fff]{1,2}?|kg)(?:的)?(?:价格?|单价|价钱)?(?:算|计)?"
    r"|(?:以上|上面|上述)?(?:全部|全都|都|均|全)(?:是|为|按)(?P<unit2>[\u4e00-\u9fff]|kg)(?:价|的价|计价|算价)"
)
_OF_UNITS = ("单位", "都是", "都按", "按", "都", "是", "全", "全是", "全部", "为", "以上", "上面", "统一", "均为")


class WholeList(DropReader):
    """The part of the grammar that looks at the lines read so far."""

    def _counts_lines(self, at: int, token: Token) -> bool:
        """两个都含税 behind two lines: how many they are."""
        after = self._next(at)
        said = token.unit in _KINDS and after is not None and after.text in ("都", "均", "全", "全部")
        return said and not self.pending and token.value == len([e for e in self.out.entries if not e.gift])

    def _size_costs(self, at: int, token: Token) -> int:
        """档案盒35的30个75的16个,35的6.3 75的8.5: what the line of that size costs; where the price ends, else 0."""
        told = [t for t in self.tokens[at + 1 : at + 5] if t.kind is not T.GAP][:2]
        if self.pricing or len(told) < 2 or told[0].text not in ("的", "那种", "那个") or token.value is None:
            return 0
        price = told[1]
        if price.kind not in (T.NUM, T.PRICE) or price.value is None or self.pending or self.waiting is not None:
            return 0
        lines = [e for e in self.out.entries if e.qty is not None and e.price is None and len(e.item.found) == 1]
        sized = [e for e in lines if having(token.value, e.item.found, self.lexicon)]
        if len(sized) != 1:
            return 0
        sized[0].cost(price)
        return price.at + 1

    def _free(self) -> None:
        """三件,不收钱算送的: the line before is a gift."""
        if not self._given_after_all() and self.out.entries and not self.pending and self.out.entries[-1].price is None:
            self.out.entries[-1].gift = True

    def _given_after_all(self) -> bool:
        """抛光机1台配羊毛球10个,球算送的: the line named again is a gift."""
        named = self.pending[-1] if self.pending else None
        if named is None or named.qty is not None or named.segment != self.segment:
            return False
        lines = [e for e in self.out.entries if e.qty is not None and e.item.found and e.item.found <= named.item.found]
        if len(lines) != 1 or lines[0].price is not None:
            return False
        lines[0].gift = True
        self.pending.pop()
        self.out.entries.remove(named)
        return True

    def _unit_line(self, at: int) -> int:
        """单位都是箱 as a sentence of its own behind a list: where it ends, 0 when it is none."""
        before = self._previous(at)
        if end := self._price_unit_line(at):
            return end
        end = at
        while end < len(self.tokens) and self.tokens[end].kind not in (T.STOP, T.COMMA):
            end += 1
        opens = before is not None and before.kind in (T.STOP, T.COMMA)
        return end if opens and end - at <= 6 and self._unit_of_all(self.tokens[at:end], at) else 0

    def _price_unit_line(self, at: int) -> int:
        """都是每公斤, 以上都是一箱的价: what all the prices said so far are for; where the clause ends, else 0."""
        before = self._previous(at)
        if before is None or before.kind not in (T.STOP, T.COMMA, T.SIGN) or not self.out.entries:
            return 0
        end = at
        while end < len(self.tokens) and self.tokens[end].kind not in (T.STOP, T.COMMA) and self._text(end) != ")":
            end += 1
        match = _PRICED_BY.fullmatch("".join(t.text.strip() for t in self.tokens[at:end])) if end - at <= 10 else None
        if match is None:
            return 0
        unit = match["unit"] or match["unit2"]
        lines = [e for e in self.out.entries if e.price is not None and e.price_unit is None and not e.gift]
        known = unit in self.lexicon.unit_words or unit in ("公斤", "千克", "斤", "吨")
        if not lines or not known:
            return 0
        for entry in lines:
            entry.price_unit = unit
        for token in self.tokens[at:end]:
            token.used = True
        return end

    def _unit_of_all(self, inner: list[Token], at: int) -> bool:
        """S2 M3 L5 (箱), or (单位:箱): what bare numbers before it count; on a line of its own, of the whole list."""
        words = [t for t in inner if t.kind not in (T.GAP, T.COLON) and t.text not in _OF_UNITS]
        if len(words) != 1 or words[0].text not in self.lexicon.unit_words:
            return False
        before = self._previous(at)
        every = before is not None and before.kind in (T.STOP, T.COMMA)
        bare = [
            e for e in self.out.entries
            if e.qty is not None and e.unit is None and (e.segment == self.segment or every)
            and e.section == len(self.out.sections) - 1
        ]  # fmt: skip
        for entry in bare:
            entry.unit = words[0].text
        return bool(bare)

    @staticmethod
    def _of_a_sentence(entry: Entry, entries: list[Entry]) -> bool:
        """野外采样, 外箱写上编号: one character of some goods in a word nobody knows, beside known lines."""
        words, strange = entry.item.words, entry.item.strange
        if entry.qty is not None or entry.price is not None or entry.approx or len(words) != 1 or not strange:
            return False
        if (
            len(words[0].text) != 1
            or words[0].exact
            or not any(e.qty is not None or e.price is not None for e in entries)
        ):
            return False
        return any(t.end == words[0].start or t.start == words[0].end for t in strange)

    def _says_which_one(self, entry: Entry, entries: list[Entry]) -> bool:
        """针筒5ml 10ml各2盒,10ml要带针的: which of the goods counted before, once for the line it is about."""
        found = entry.item.found
        bare = entry.qty is None and entry.price is None and not (entry.approx or entry.gift or entry.tiers)
        if not bare or not entry.item.known or any(is_head(w, self.lexicon) for w in entry.item.words):
            return False
        open_lines = [
            e for e in entries
            if e is not entry and e.qty is not None and e.item.start < entry.item.start and e.section == entry.section
            and e.segment == entry.segment and found < e.item.found
        ]  # fmt: skip
        if len(open_lines) != 1:
            return False
        open_lines[0].item.found = found
        return True

    def _in_passing(self, entry: Entry, entries: list[Entry]) -> bool:
        """水表1只,客房没水了: one character of some goods inside a sentence, beside lines that say how many."""
        words = entry.item.words
        if entry.qty is not None or entry.price is not None or entry.approx or entry.tiers:
            return False
        if self._last_time(entry, entries):
            return True
        if entry.item.lent:
            return False  # 白的呢: which one of the goods named before
        if entry.item.strange:
            return self._among_strange(entry, entries)
        if len(words) != 1:
            return False
        word = words[0]
        counted = any(e.qty is not None or (self.pricing and e.price is not None) for e in entries)
        if len(word.text) != 1 or word.exact or not counted:
            return False
        beside = [t for t in self.tokens if t.end == word.start or t.start == word.end]
        return any(t.kind in (T.CUE, T.UNKNOWN) for t in beside)

    def _among_strange(self, entry: Entry, entries: list[Entry]) -> bool:
        """送服务中心, 催我确认主桌花: single characters of some goods among words nobody knows, in a clause
        that counts, prices, wants and asks nothing; beside goods that are known."""
        item = entry.item
        strange = [t for t in item.strange if is_han(t.text[0])]
        if not strange or len(strange) < len(item.strange):
            return False
        if any(w.exact or (len(w.text) > 1 and self._ends_names(w)) for w in item.words):
            return False
        known = [e for e in entries if e is not entry and e.item.known and any(len(w.text) > 1 for w in e.item.words)]
        asked = any(t.has(c.ASK_STOCK, c.ASK_PRICE, c.MUCH) for t in self.tokens)
        if not any(e.qty is not None or asked or (self.pricing and e.price is not None) for e in known):
            return False
        first, last = self._clause_of(item.start, item.end)
        clause = [t for t in self.tokens[first:last] if t not in item.words and t not in item.strange]
        if any(t.kind in (T.QTY, T.NUM, T.PRICE, T.TIER) or t.has(*_STEERS) for t in clause):
            return False
        before = next((t for t in reversed(clause) if t.end <= item.start and t.kind is not T.GAP), None)
        counted = any(t.kind in (T.QTY, T.NUM) and t.value != 1 for t in self.tokens)
        return before is None or before.text not in _WANTS or (asked and not counted)

    def _last_time(self, entry: Entry, entries: list[Entry]) -> bool:
        """再来两吨大颗粒,上次那个小颗粒不好使: what was last time, beside what is ordered."""
        if not any(e.qty is not None and e is not entry for e in entries):
            return False
        first, last = self._clause_of(entry.item.start, entry.item.end)
        clause = [t for t in self.tokens[first:last] if t.kind is not T.GAP]
        said = "".join(t.text for t in clause)
        steers = any(t.kind in (T.QTY, T.NUM, T.PRICE) or t.has(*_STEERS, c.ADD, c.SAME, c.LAST_PRICE) for t in clause)
        return not steers and _EARLIER.match(said) is not None

    def _clause_of(self, start: int, end: int) -> tuple[int, int]:
        """Places of the tokens between the commas around a stretch of text."""
        before, behind = bisect_right(self._breaks, (start,)), bisect_left(self._breaks, (end,))
        first = self._breaks[before - 1][1] + 1 if before else 0
        return first, self._breaks[behind][1] if behind < len(self._breaks) else len(self.tokens)

    @cached_property
    def _breaks(self) -> list[tuple[int, int]]:
        """Where the commas and stops stand in the text, and their places among the tokens."""
        return [(t.start, n) for n, t in enumerate(self.tokens) if t.kind in (T.COMMA, T.STOP) and t.text != "、"]

    def _headline(self, at: int) -> None:
        """年底毛巾价格给你更新一下: over a list of prices: what kinds of goods they are for, no line of its own."""
        before = self._previous(at)
        here = [e for e in self.pending if e.segment == self.segment]
        bare = all(e.qty is None and e.price is None and len(e.item.found) > 1 for e in here)
        headed = self.pricing and before is not None and before.kind is T.COLON
        if headed and here and bare and here == self.out.entries:
            self.pending, self.out.entries = [], []

    def _shares_each(self, token: Token) -> bool:
        """糖粉2袋东门店学府店各1袋: the first of several who get so much each, not the one the goods before are for."""
        following = [
            t for t in self.tokens[token.at + 1 : token.at + 8] if t.kind is not T.GAP and t.text not in "、和跟与,"
        ]
        parties = next((n for n, t in enumerate(following) if t.kind is not T.PARTY), len(following))
        return 0 < parties < len(following) and following[parties].has(c.EACH)

    def _next_house(self, token: Token) -> bool:
        """骥江店12条 人民路店20条: the next house of a list, with its own amount."""
        before, after = self._previous(token.at), self._next(token.at, (T.GAP, T.COLON))
        counted = before is not None and before.kind in (T.QTY, T.STOP, T.COMMA)
        return counted and is_branch(token.text) and after is not None and after.kind is T.QTY

    def _one_kind_each(self, at: int, token: Token) -> bool:
        """西柚青柠一样2箱: of several goods that wait for an amount, so much each."""
        after = self._next(at)
        waiting = [e for e in self.pending if e.segment == self.segment and e.qty is None]
        return token.text == "一样" and len(waiting) > 1 and after is not None and after.kind in (T.QTY, T.NUM)
