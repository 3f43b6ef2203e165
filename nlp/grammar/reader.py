"""The line grammar: tokens in, entries out. One pass from left to right; a quantity goes to the items that wait
for one, else waits for the next item; a price goes to the line it follows. What finds no place is reported as
unused, and an unused number becomes a question.
"""

from __future__ import annotations

from nlp.catalogue.resolve import is_head
from nlp.grammar.breakdown import parted
from nlp.grammar.entries import Entry, Reading
from nlp.grammar.headings import Headings
from nlp.grammar.lending import AGAIN, again, by_measure_alone, contrasted, of_one_name
from nlp.grammar.phrases import ITEM_KINDS
from nlp.grammar.revising import revised, turned
from nlp.grammar.sameparty import PER_FIRM, copied, named_behind, shared
from nlp.grammar.trailing import from_heading, reached, settle, share_units
from nlp.layout import titles
from nlp.passes.asides import provisos
from nlp.quotes import settle as quotesettle
from nlp.scanning import cues as c
from nlp.scanning.tokens import T, Token

_ROUGHLY = frozenset(
    (
        "大概",
        "大约",
        "约",
        "差不多",
        "将近",
        "估计",
        "大致",
        "接近",
        "不到",
        "不超过",
        "起码",
        "至少",
        "最少",
        "最多",
        "不低于",
        "不少于",
    )
)


_ONCE = ("份", "套", "组", "批", "样")
_TO_WHOM = ("他", "她", "它", "你", "您", "他们", "你们", "人家")


class Reader(Headings):
    """Reads one message. ``pricing``: bare numbers are prices (a quote), not quantities."""

    def read(self) -> Reading:
        """Walk the tokens once."""
        at = 0
        while at < len(self.tokens):
            token = self.tokens[at]
            if token.kind in ITEM_KINDS and self._as_party(token):
                at += 1
            elif token.kind in ITEM_KINDS:
                at = self._phrase(at)
            else:
                at = self._other(at, token)
        self._finish()
        return self.out

    def _as_party(self, token: Token) -> bool:
        """A name that is both a party and a product word is a party when the kind fits and it stands alone."""
        if not token.parties or not any(p.kind == self.party_kind for p in token.parties):
            return False
        at = token.at
        after = self._next(at)
        follows = after is not None and after.kind in (T.QTY, T.NUM)
        if follows or (token.exact and self.out.parties):
            return False
        token.kind = T.PARTY
        self._party(token)
        return True

    def _other(self, at: int, token: Token) -> int:
        kind = token.kind
        if kind is T.QTY and self._counts_lines(at, token):
            return at + 1
        if kind is T.NUM and (end := self._size_costs(at, token)):
            return end
        if token.text in (
            "单位",
            "都是",
            "都",
            "全",
            "以上",
            "每",
            "均",
            "价格",
            "单价",
            "报价",
            "都按",
            "元",
            "上面",
        ) and (end := self._unit_line(at)):
            return end
        open_lines = len(self.pending) > 1 and not (self.pricing and self.pending[0].price is not None)
        open_lines = open_lines or (len(self.row) > 1 and len(self.pending) == 1 and self.pending[0].qty is None)
        if kind in (T.NUM, T.QTY) and open_lines and (end := self._quantities(at)):
            return end
        numeric = kind in (T.NUM, T.PRICE) or (kind is T.QTY and self.parallel)
        if numeric and self.out.entries and (end := self._steps(at) or self._parallel(at) or self._row(at)):
            return end
        if kind is T.CUE:
            return (token.has(c.REST) and self._rest_costs(at)) or self._cue(at, token)
        if kind is T.SIGN and token.text == "(" and (end := self._remark(at)):
            return end
        if kind in (T.QTY, T.NUM, T.PRICE, T.TIER, T.RATIO, T.RATE):
            self._amount(token, at)
        elif kind is T.PARTY:
            self._party(token)
        elif kind is T.DATE:
            self._day(token, at)
        elif kind is T.PHONE:
            self.out.phone = self.out.phone or token
        else:
            self._break(at, kind)
        return at + 1

    def _break(self, at: int, kind: T) -> None:
        if kind is T.STOP:
            self._headline(at)
            self._stop()
        elif kind is T.COLON:
            self._leads_to(at)
        elif kind is T.COMMA:
            self.gift = self.drop = self.giving = False

    def _day(self, token: Token, at: int) -> None:
        """Note a day; 当天 of 12/9发车当天到 is the one said before."""
        before = (t for t in reversed(self.tokens[max(0, at - 8) : at]) if t.kind in (T.STOP, T.DATE))
        last = next(before, None) if token.text in ("当天", "当日") else None
        if last is None or last.kind is T.STOP:
            self.out.dates.append(token)

    def _stop(self) -> None:
        self.segment += 1
        self.each = self.all = self.gift = self.drop = self.giving = self.parallel = False
        if self.waiting is not None and not self.waiting_each:
            self.out.unused.append(self.waiting)
        self.waiting, self.waiting_each = None, False

    @staticmethod
    def _only_mentioned(entry: Entry, beside: list[Entry]) -> bool:
        """有味精的话再来2袋味精: goods that are named again right away, with how many."""
        if entry.qty is not None or entry.approx or entry.price is not None or entry.tiers or not entry.item.known:
            return False
        return any(e.qty is not None and e.price is None and e.item.known and e.item.found == entry.item.found
                   and e.segment == entry.segment and not e.gift for e in beside)  # fmt: skip

    def _spoken_of_again(self, entry: Entry, entries: list[Entry]) -> bool:
        """角磨片5盒 / 要几号的 / 100的: one that was counted before, named once more to say which."""
        if entry.qty is not None or entry.approx or entry.tiers or entry.dropped:
            return False
        if entry.price is not None:
            return self._costs_after_all(entry, entries)
        if not entry.item.known:
            return False
        first = min(t.at for t in entry.item.words)
        if any(t.has(c.ADD) or t.text in ("也", "再", "还", "另") for t in self.tokens[max(0, first - 3) : first]):
            return False
        found = entry.item.found
        return any(
            e.qty is not None and e.item.known and e.section == entry.section and not e.gift
            and (
                (e.item.found == found and e.segment < entry.segment)
                or (e.item.found <= found and e.segment > entry.segment)  # M8的螺栓有没 / 镀锌的来5盒
            )
            for e in entries
        )  # fmt: skip

    @staticmethod
    def _costs_after_all(entry: Entry, entries: list[Entry]) -> bool:
        """五香6块6 / 五香6块5: the price said last of goods that were counted and priced before."""
        lines = [e for e in entries if e.qty is not None and e.item.found == entry.item.found and not e.gift
                 and e.price is not None and e.segment < entry.segment and e.section == entry.section]  # fmt: skip
        if len(lines) != 1 or not entry.item.known or entry.price_unit not in (None, lines[0].price_unit):
            return False
        lines[0].price, lines[0].price_unit = entry.price, entry.price_unit or lines[0].price_unit
        lines[0].spans["unit_price"] = entry.spans["unit_price"]
        return True

    def _cue(self, at: int, token: Token) -> int:
        if (token.has(c.EACH) and not token.text.startswith(PER_FIRM)) or self._one_kind_each(at, token):
            self.each = True
        elif token.has(c.ALL) or (token.text == "全" and self._text(at + 1) and self.tokens[at + 1].kind is T.ITEM):
            self.all = True
            after = self._next(at)
            told = after is not None and after.kind in (T.COMMA, T.COLON) and len(self.pending) > 1
            self.announced = list(self.pending) if told else []
        elif token.has(c.FIX) and self.out.entries:
            self.fix = token.text not in ("应该", "等等", "等一下", "等下", "等会") or self.fix
            self.restating = self.restating or self.fix
        elif token.has(c.DROP):
            self._dropping(at)
        elif token.has(c.GIFT) and not self._brings(at, token):
            skipped = (T.GAP, T.CUE, T.COLON) if token.text != "送" or self._text(at + 1) in _TO_WHOM else (T.GAP,)
            after = self._next(at, skipped)
            counts = after is not None and self._text(after.at + 1) not in ("次", "趟", "回", "车", "遍")  # 每天送一次
            self.gift = after is not None and after.kind in (T.QTY, T.NUM) and counts
            self.giving = after is not None and after.kind in ITEM_KINDS
        if token.text in AGAIN and not self._counts_next(at) and self._again(at):
            return at + 1
        asked = (
            any(t.has(c.ASK_STOCK, c.MUCH) for t in self.tokens[max(0, at - 8) : at]) if token.has(c.GONE) else False
        )
        if token.has(c.GONE) and not asked and self.pending and self.pending[-1].segment == self.segment:
            self.pending[-1].gone = True  # 油没了,大豆油来4桶; but 味精没了来两袋
        self.restating = self.restating or token.text.endswith(("反了", "反啦"))
        self._flags(token)
        if token.has(c.FREE):
            self._free()
        if token.has(c.TAX_IN, c.TAX_EX):
            self._tax(token.has(c.TAX_IN))
        if token.has(c.SAME_PRICE):
            self._same_price(across="价" in token.text)
        if token.has(c.SAME_AS):
            self._same_as(token)
        if token.has(c.LAST_PRICE):
            self.out.last_price = True
        if token.has(c.IF):
            self.out.conditional = True
        self._roughly(at, token)
        return at + 1

    def _counts_next(self, at: int) -> bool:
        """低粉同样的2袋: how many is said."""
        after = self._next(at + 1 if self._text(at + 1) == "的" else at)
        return after is not None and after.kind is T.QTY

    def _again(self, at: int) -> bool:
        """哈衣白66 73各60件 黄的一样: the lines before once more."""
        if not self.pending or self.pending[-1].segment != self.segment or self.pending[-1].qty is not None:
            return False
        pending = self.pending[-1]
        before = [e for e in self.out.entries if e is not pending and e.section == pending.section and not e.gift]
        lines = (
            self.together if self.together and before[-1:] == self.together[-1:] else of_one_name(before, self.lexicon)
        )
        made = again(pending, lines, self.lexicon)
        if made:
            self.pending.pop()
            self.out.entries.remove(pending)
            self.out.entries += made
            self.together = made if len(made) > 1 else []
            once = next(
                (t for t in self.tokens[at + 1 : at + 5] if t.kind is not T.GAP and t.cues != (c.FILLER,)), None
            )
            if once is not None and once.kind is T.QTY and once.value == 1 and once.unit in _ONCE:
                once.kind, once.cues, once.used = T.CUE, (c.FILLER,), True  # 白色同样来一份
        return bool(made)

    def _roughly(self, at: int, token: Token) -> None:
        """Words that make an amount no number: behind it, in front of it, or instead of it."""
        before = self._previous(at)
        about = before is not None and before.kind is T.DATE  # 20号左右要: the day, not the amount
        if (
            token.has(c.APPROX)
            and token.text in ("左右", "上下", "差不多")
            and self.out.entries
            and not (about or self._fee_before(at))
        ):
            self.out.entries[-1].approx = True
        if token.has(c.ANY) and self._text(at + 1) not in ("个", "辆", "车", "台"):
            for entry in self.pending:
                entry.approx = True
            self.out.doubts.append("qty_approximate")
        if token.text in _ROUGHLY and not self.pricing:
            after = self._next(at, (T.GAP, T.CUE))
            if after is not None and after.kind in (T.QTY, *ITEM_KINDS):
                self.rough = self.segment  # 大概要黑笔10盒: said of the amount wherever it stands

    def _fee_before(self, at: int) -> bool:
        """运费160左右: the money beside the goods is only roughly so much."""
        return any(t.has(c.FEE) for t in self.tokens[max(0, at - 5) : at])

    def _flags(self, token: Token) -> None:
        """Words that change how what follows is read."""
        self.fix = self.fix or self._exchanged(token.at)
        if token.has(c.UNEVEN) and self.out.entries:
            self.out.doubts.append("delivery_uneven")
            self.splitting = True
        if (
            token.text in ("换成", "改成", "换为", "改为")
            and (after := self._next(token.at))
            and after.kind is T.UNKNOWN
        ):
            self.out.unused.append(token)  # 10盒换成箱: something is to change, nobody can tell into what
        if token.has(c.PARALLEL):
            self.parallel = True
        if token.has(c.INSTRUCT) or token.text in ("除了", "除开"):
            self.out.unused.append(token)  # 除了红笔: not that one, and what else?

    def _brings(self, at: int, token: Token) -> bool:
        """送 brings goods to somebody, unless something was bought that the gift comes on top of."""
        if not token.text.endswith("送") or token.text in ("赠送", "白送", "附送", "搭送"):
            return False
        if not any(e.qty is not None and e.section == len(self.out.sections) - 1 for e in self.out.entries):
            self.brought = self.brought or (token.text == "送" and self.waiting is None)
            return self.waiting is None
        if self.brought and token.text == "送" and self._previous(at) is not None:
            return True  # 麻烦送20卷8cm绷带,10cm的送15卷
        for other in reversed(self.tokens[max(0, at - 6) : at]):
            if other.kind in (T.COMMA, T.STOP, T.QTY, T.PRICE, *ITEM_KINDS):
                return False
            if other.kind in (T.PARTY, T.DATE) or other.text == "先":
                return True
        return False

    def _tax(self, included: bool) -> None:
        open_lines = [e for e in self.out.entries if e.tax is None and not e.gift and not e.dropped]
        if not open_lines:
            self.out.tax = included
        for entry in open_lines:
            entry.tax = included

    def _same_price(self, *, across: bool = False) -> None:
        """粉色10包也一样: the price of the line before, when it is sold the same way; ``across``: 一样的价, also of
        another customer's."""
        if len(self.out.entries) < 2:
            return
        last = self.out.entries[-1]
        group = self.together if last in self.together else [last]  # S、L各50箱同价
        earlier = [e for e in self.out.entries if e not in group and not e.gift and not e.dropped]
        before = earlier[-1] if earlier else None
        if across and before is not None and before.price is None:
            self.costs_alike += group  # what that one costs is said elsewhere
        for entry in group:
            if entry.price is not None or before is None or before.price is None:
                continue
            if across or entry.section == before.section:
                entry.price, entry.price_unit = before.price, before.price_unit or before.unit
                entry.tax = entry.tax if entry.tax is not None else before.tax
                entry.spans["unit_price"] = before.spans["unit_price"]

    def _join_sections(self) -> None:
        """What one party says in several places of a record is one order."""
        first: dict[frozenset[str], int] = {}
        for number, section in enumerate(self.out.sections):
            ids = frozenset(p.id for p in section.party.parties) if section.party is not None else frozenset()
            place = first.setdefault(ids, number) if ids else number
            if place != number:
                for entry in self.out.entries:
                    entry.section = place if entry.section == number else entry.section
        served = {
            party.id
            for number in {entry.section for entry in self.out.entries}
            if (token := self.out.sections[number].party) is not None
            for party in token.parties
        }
        for token in self.out.parties:  # 切割片5盒 三建的 角磨片2盒 老周的: whose is what?
            own = [p.id for p in token.parties if p.kind == self.party_kind]
            after = self._next(token.at)
            if own and served and not served.intersection(own) and after is not None and after.text in ("的", "要的"):
                self.out.doubts.append("party_ambiguous")
        for pair in self.joined:  # 甲店和乙店各5桶: two orders, or one of them for both?
            unserved = not all(served.intersection(p.id for p in token.parties) for token in pair)
            if unserved and not shared(self.out, *pair):
                self.out.doubts.append("party_ambiguous")

    def _least(self, tier: Token) -> bool:
        """都要一箱起: the least that is sold, behind the prices of a quote."""
        priced = any(e.price is not None for e in self.out.entries)
        return self.pricing and priced and tier.text.endswith(("起", "起订", "起批", "起步"))

    def _finish(self) -> None:
        self._stop()
        said = [e.item.found for e in self.out.entries]
        self.out.entries += [e for e in self.restated if not any(found <= e.item.found for found in said)]
        named_behind(self.out, self.party_kind)
        copied(self.out, self.party_kind)
        self._join_sections()
        if self.tier is not None and not self.tier.used and not self._least(self.tier):
            self.out.unused.append(self.tier)
        if self.price_waiting is not None:
            self.out.unused.append(self.price_waiting)
        entries = [e for e in self.out.entries if not e.dropped and not (e.gone and e.qty is None and not e.approx)]
        entries = [
            e for at, e in enumerate(entries)
            if not self._only_mentioned(e, [*entries[max(0, at - 1) : at], *entries[at + 1 : at + 2]])
        ]  # fmt: skip
        if self.out.tax is not None:
            for entry in entries:
                if entry.tax is None and not entry.gift:
                    entry.tax = self.out.tax
        entries = [e for e in entries if not self._in_passing(e, entries)]
        entries = self._priced_alike(parted(settle(entries, self.lexicon, self.tokens)))
        self._cost_rest(entries)
        share_units(entries, self.lexicon)
        contrasted(entries, self.lexicon)
        nobodys = {n for n, s in enumerate(self.out.sections) if s.party is None}
        entries = titles.told_of_all(entries, self.tokens, self.lexicon)
        entries = titles.headed(from_heading(entries, nobodys), self.tokens)
        entries = titles.without(entries, nobodys, self.tokens, self.out)
        entries = [e for e in entries if not self._of_a_sentence(e, entries)]
        entries = self._without_heads(self._remarked(entries))
        if any(e.qty == 0 for e in entries) and sum(bool(e.qty) for e in entries) > 1:
            # rows of a template that were left open, beside others filled in with 0
            entries = [e for e in entries if e.qty is not None or e.approx or e.price is not None]
        entries = [e for e in entries if not self._says_which_one(e, entries)]
        entries = [e for e in entries if not self._spoken_of_again(e, entries)]
        entries, doubts = revised(entries)
        doubts += turned(entries, self.tokens)
        by_measure_alone(entries, self.lexicon)
        self.out.doubts += doubts
        if not self.pricing:
            reached(entries, self.lexicon)
        else:
            entries = quotesettle.settled(entries, self.tokens, self.lexicon)
        entries = self._with_ratios(entries)
        dropped = [e for e in self.out.dropped if not e.item.strange]  # 别拿破袋的 is no word about what comes in 袋
        gone = {n for e in dropped for n in e.item.found if len(e.item.found) == 1}
        unwanted = [e.item for e in dropped if len(e.item.found) > 1]
        gone |= self._named_wider(unwanted, entries)
        for entry in entries:
            if len(entry.item.found) > 1 and entry.qty is not None:
                for item in unwanted:  # 可乐5箱,要罐的,不要无糖
                    if entry.item.found - item.found and not any(is_head(w, self.lexicon) for w in item.words):
                        entry.item.found = entry.item.found - item.found
            if (
                len(entry.item.found) > 1
                and entry.item.found - gone
                and entry.item.found & gone
                and entry.qty is not None
            ):
                entry.item.found = entry.item.found - gone  # N95口罩10盒,头戴不要
        if self.out.conditional:
            provisos.settle(self.tokens, entries)
            entries = [e for e in entries if not e.dropped]
        self.out.entries = [e for e in entries if not (len(e.item.found) == 1 and e.item.found <= gone)]
