"""What a number costs: which of the lines a price is for, and which bare numbers are prices, totals or neither."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from nlp.catalogue.resolve import is_head, narrow
from nlp.grammar.entries import Entry, listed_alike, names_of
from nlp.grammar.phrases import ITEM_KINDS
from nlp.grammar.steps import StepReader
from nlp.scanning import cues as c
from nlp.scanning.tokens import T, Token, within

MAX_KINDS = 24  # products a price for all of a name is written out for
_BETWEEN = ("的", "*", ",", "个", "另", "另外", "再", "然后", "还要", "还有", "外加", "和", "加")
_BREAKS = (T.STOP, T.COMMA, T.COLON)
_TO_PLACE = ("送到", "发到", "寄到", "拉到", "卸到", "送去", "发往")  # what follows is a place


class PriceReader(StepReader):
    """The part of the grammar that deals with money."""

    def _item_follows(self, at: int) -> bool:
        for token in self.tokens[at + 1 : at + 40]:
            if token.kind is T.UNKNOWN:
                if token.at + 1 < len(self.tokens) and self.tokens[token.at + 1].kind is T.UNKNOWN:
                    return True
                continue  # one character nobody knows is no item
            if token.kind in ITEM_KINDS:
                return True
            if token.kind in _BREAKS or token.kind in (T.QTY, T.PARTY) or token.text in _TO_PLACE:
                return False
        return False

    def _total_before(self, at: int) -> bool:
        """Whether a word for a total governs this number: nothing but numbers stands between them."""
        for token in reversed(self.tokens[max(0, at - 12) : at]):
            if token.has(c.TOTAL):
                return True
            if token.kind not in (T.GAP, T.COLON, T.NUM, T.QTY, T.PRICE, T.SIGN) and token.text not in ("是", "为"):
                return False
        return False

    def _said_as_price(self, at: int) -> bool:
        """Whether what stands before a bare number makes it money: a tier, a tax word, 统一, or a quote."""
        before = self._previous(at)
        ordered = bool(self.out.entries)
        if self.tier is not None or (before is not None and before.has(c.TAX_IN, c.TAX_EX) and ordered):
            return True
        after = self._next(at)
        taxed = after is not None and after.has(c.TAX_IN, c.TAX_EX)
        if taxed and ordered and not self.pending and self.out.entries[-1].qty is not None:
            return self.out.entries[-1].price is None  # 十罐,165含票
        uniform = before is not None and before.has(c.ALL) and not self.pending and not self._item_follows(at)
        if uniform and ordered and self.out.entries[-1].qty is not None:
            return True  # 统一19.5
        return self.pricing and bool(self.pending or self.out.entries) and not self.gift

    def _closes_line(self, token: Token, at: int) -> bool:
        """24寸雨刷5支14 18寸雨刷…: a number that clings to a quantity, a gap behind it, and costs what it should;
        黑笔10盒*11.8 says so."""
        times = at > 1 and self.tokens[at - 1].text == "*" and self.tokens[at - 2].kind is T.QTY
        if times and self.out.entries and self.out.entries[-1].qty is not None and not self.pending:
            return self.out.entries[-1].price is None
        last = self.out.entries[-1] if self.out.entries else None
        if last is None or last.qty is None or last.price is not None or last.segment != self.segment or last.gift:
            return False
        before = self._previous(at)
        if before is None or self.pending or not (before.kind is T.QTY or self._counted_first(last, before)):
            return False
        if self._counted_later(at) and self._may_cost(last, token):
            return True  # 4条 310 225/45R17 2条 480: what follows has a quantity of its own
        apart = at + 1 < len(self.tokens) and self.tokens[at + 1].kind is T.GAP
        return apart and self._prices(last, token)

    @staticmethod
    def _counted_first(last: Entry, before: Token) -> bool:
        """50盒丁腈L 26.5: the goods, with their quantity in front of them, end right before a number."""
        counted = "qty" in last.spans and bool(last.item.words) and last.spans["qty"][0] < last.item.start
        return counted and before.kind in ITEM_KINDS and before.end == last.item.end

    def _counted_later(self, at: int) -> bool:
        """Whether the goods that follow a number have a quantity of their own."""
        goods = False
        for token in self.tokens[at + 1 : at + 24]:
            if token.kind in (T.ITEM, T.SPEC, T.UNKNOWN) or (token.kind is T.MEASURE and (token.exact or not goods)):
                goods = True
            elif token.kind is T.QTY or (token.kind in (T.NUM, T.MEASURE) and goods):
                return goods
            elif token.kind is not T.GAP and token.text not in _BETWEEN and not token.has(c.GIFT):
                return False
        return False

    def _prices(self, last: Entry, token: Token) -> bool:
        """Whether a number right behind a quantity is what the list leads one to expect for a price."""
        if len(last.item.found) != 1 or token.value is None or self.tokens[token.at - 1].kind is not T.QTY:
            return False
        product = self.lexicon.product(next(iter(last.item.found)))
        factor = product.factor(last.unit or product.default_unit)
        if product.list_price is None or not factor or product.list_price <= 0:
            return False
        told = token.value / product.list_price
        if Decimal("0.6") <= told / factor <= Decimal("1.6"):
            return True
        # 18厘暖白5托单价82,胡桃木2托88: what one of them costs, as was said before
        return any(e.price is not None for e in self.out.entries) and Decimal("0.6") <= told <= Decimal("1.6")

    def _prices_nearly(self, last: Entry, token: Token) -> bool:
        """Whether a number is nearly what the list has for one of the last of several lines."""
        if len(last.item.found) != 1 or token.value is None or not last.item.lent:
            return False
        product = self.lexicon.product(next(iter(last.item.found)))
        factor = product.factor(product.default_unit)
        if not product.list_price or not factor:
            return False
        return Decimal("0.8") <= token.value / (product.list_price * factor) <= Decimal("1.25")

    def _alike(self, last: Entry, at: int) -> list[Entry]:
        """The lines a bare price right behind a quantity is for: those counted together, those of one name when it is
        the only price and ends what is said of them (红10卷黄5卷 1.8), else the last."""
        if last in self.together and all(entry.price is None for entry in self.together):
            return self._with_rows_before(last, self.together)
        after = self._next(at)
        ends = after is None or after.kind is T.STOP
        if not ends or not last.item.lent:
            return [last]
        alone = all(entry.price is None for entry in self.out.entries)
        return self._siblings(last) if alone else self._shades(last)

    def _sums_up(self, at: int) -> bool:
        """2包=160: what a line comes to, no price, when nothing said what one costs."""
        before = self._previous(at)
        last = self.out.entries[-1] if self.out.entries else None
        return before is not None and before.text == "=" and last is not None and last.price is None

    def _comes_to(self, token: Token, at: int) -> bool:
        """2台*385=770 钻头…: what a line comes to, although goods follow."""
        before = self._previous(at)
        last = self.out.entries[-1] if self.out.entries else None
        if before is None or before.text != "=" or last is None or last.price is None or self.pending:
            return False
        token.used = self._line_total(last, token)
        if not token.used:
            self.out.unused.append(token)
        return True

    def _line_total(self, last: Entry, token: Token) -> bool:
        """Whether a number is what the last line comes to, or the lines that share its quantity and price."""
        if token.value is None:
            return False
        sums = [
            sum((self._comes(e) for e in lines), Decimal(0))
            for lines in ([last], self.together if last in self.together else [last])
        ]
        return last.price is not None and any(abs(total - token.value) <= Decimal("0.05") for total in sums)

    def _comes(self, entry: Entry) -> Decimal:
        """What a line comes to: 5卷 at 0.6/米 of 200 metres each is 600."""
        if entry.qty is None or entry.price is None:
            return Decimal(0)
        factor: Decimal | None = Decimal(1)
        if len(entry.item.found) == 1 and entry.price_unit not in (None, entry.unit):
            product = self.lexicon.product(next(iter(entry.item.found)))
            pack, one = product.factor(entry.unit or product.default_unit), product.factor(entry.price_unit or "")
            factor = pack / one if pack and one else factor
        return entry.qty * entry.price * (factor or Decimal(1))

    def _price(self, token: Token) -> None:
        if self._total_before(token.at):
            token.used = True
            self.out.totals.append(token)
            return
        if self._counts_blocks(token):
            token.kind = T.QTY
            token.unit = "块"
            self._quantity(token, token.at)
            return
        if self.tier is not None:
            self._tiered(self.tier, token)
            return
        if (self.pricing and self._goes_on(token)) or self._dearer(token):
            return
        if self.price_waiting is None and self._leads(token):
            self.price_waiting = token
            return
        every = self.all and self.pricing
        if every:
            self._with_that(self.pending[-1:])
        self.per = token.unit
        targets = self._priced()
        if targets and targets[0].price is None:
            for entry in targets:
                entry.cost(token)
                if every:
                    entry.every = True
                    self._of_all_kinds(entry)
        elif targets and self.fix:
            targets[-1].cost(token)
            self.fix = False
        elif not targets and self.price_waiting is None:
            self.price_waiting = token
            self.leading = self.pricing
        elif targets and self._line_total(targets[-1], token):
            token.used = True
        else:
            self.out.unused.append(token)

    def _rest_costs(self, at: int) -> int:
        """黑的95其余97: what the lines cost that were not named; where the price ends, else 0."""
        price = self._next(at, (T.GAP, T.CUE, T.COLON))
        if price is None or price.kind not in (T.NUM, T.PRICE) or price.value is None or self.rest is not None:
            return 0
        between = self.tokens[at + 1 : price.at]
        if any(t.has(c.LAST_PRICE, c.DROP, c.CHANGE, c.GIFT, c.FEE) and not t.has(c.ALL) for t in between):
            return 0
        lines = [e for e in self.out.entries if (e.qty is not None or self.pricing) and e.price is None and not e.gift]
        after = self._next(price.at)
        counts = after is not None and after.kind is T.QTY
        if len(lines) < 2 or counts or not any(self._may_cost(entry, price) for entry in lines):
            return 0
        self.rest, price.used = price, True
        return price.at + 1

    def _cost_rest(self, entries: list[Entry]) -> None:
        """Give the lines without a price the one that was said for the rest."""
        price = self.rest
        for entry in entries if price is not None else ():
            before = "qty" not in entry.spans or price is None or entry.spans["qty"][0] < price.start
            if price is not None and entry.price is None and not entry.gift and not entry.dropped and before:
                entry.cost(price)

    def _leads(self, token: Token) -> bool:
        """46一桶大豆油,62一桶菜籽油: the first price stood before its goods, and so does this one."""
        if not self.leading or any(e.price is None for e in self.pending):
            return False
        before, after = self._previous(token.at), self._next(token.at, (T.GAP, T.CUE))
        opens = before is None or before.kind in (T.COMMA, T.STOP, T.ITEM)
        return opens and after is not None and after.kind is T.ITEM

    def _dearer(self, token: Token) -> bool:
        """红笔贵5毛: so much more than the line before, which has a price; no price by itself."""
        before = self._previous(token.at)
        if before is None or before.text not in ("贵", "贵了", "贵个") or self.pricing or token.value is None:
            return False
        line = self.pending[-1] if self.pending else self.out.entries[-1] if self.out.entries else None
        section = len(self.out.sections) - 1
        told = [e for e in self.out.entries if e is not line and e.price is not None and e.section == section]
        if line is None or line.price is not None or not told:
            self.out.unused.append(token)
            return True
        line.cost(token)
        last = told[-1]
        assert last.price is not None
        line.price, line.price_unit = last.price + token.value, last.price_unit or last.unit
        line.tax = line.tax if line.tax is not None else last.tax
        return True

    def _dearer_row(self, token: Token) -> bool:
        """T5白光0.3/0.6/0.9米4.6/5.8/7,暖光每支贵两毛: the row before in what is named now, each so much dearer."""
        words = [t for t in self.tokens[max(0, token.at - 5) : token.at] if t.kind is not T.GAP]
        told = words and words[-1].text in ("贵", "贵了", "加", "多", "便宜", "便宜了", "少", "再加")
        if not told or token.value is None or not self.row or any(e.price is None for e in self.row):
            return False
        lines = self.row
        made = self._row_named_again(len(lines))
        for entry, line in zip(made, lines, strict=True) if made else ():
            assert line.price is not None
            entry.cost(token)
            less = words[-1].text in ("便宜", "便宜了", "少")
            entry.price, entry.price_unit = line.price + (-token.value if less else token.value), line.price_unit
        return bool(made)

    def _with_that(self, last: list[Entry]) -> None:
        """带滤芯的都20 behind several sizes: every one of the name that has it, not that of the size said last."""
        entry = last[0] if last else None
        if entry is None or len(self.row) < 2 or len(entry.item.found) != 1 or not entry.item.known or entry.qty:
            return
        names = {self.lexicon.product(n).name for e in self.row for n in list(e.item.found)[:3]}
        if len(names) != 1 or any(is_head(word, self.lexicon) for word in entry.item.words):
            return
        own = narrow(entry.item.words, self.lexicon)
        own = frozenset(n for n in list(own)[:MAX_KINDS] if self.lexicon.product(n).name in names)
        if entry.item.found < own:
            entry.item.found = own

    def _of_all_kinds(self, entry: Entry) -> None:
        """黑膜统一38.5 of a quote: a line for each product of that name."""
        per = entry.price_unit
        sold = [n for n in sorted(entry.item.found) if per and self.lexicon.product(n).factor(per)]
        found = sold or sorted(entry.item.found)
        names = {self.lexicon.product(n).name for n in found[:MAX_KINDS]}
        if not 1 < len(found) <= MAX_KINDS or len(names) != 1 or not entry.item.known or entry.qty is not None:
            return
        listed = [p for n in found if (p := self.lexicon.product(n).list_price) is not None]
        if listed and max(listed) > min(listed) * Decimal("1.6"):
            return  # one price for the small and the large pack: which of them is it?
        place = self.out.entries.index(entry)
        self.pending = [e for e in self.pending if e is not entry]
        self.out.entries[place : place + 1] = [
            replace(entry, item=replace(entry.item, found=frozenset((n,))), spans=dict(entry.spans), tiers=[])
            for n in found
        ]

    def _priced(self) -> list[Entry]:
        """The lines a price is said for."""
        free = [e for e in self.out.entries if e.price is None and not e.gift]
        if self.all or self.each:
            self.all = self.each = False
            if named := self._of_those_named(free):
                return named
            return [e for e in free if e.segment == self.segment] or free
        last = self.out.entries[-1] if self.out.entries else None
        here = last is not None and last.segment == self.segment and last.qty is not None and not last.gift
        if self.pending and not (here and self.pending[-1].segment != self.segment):
            return self._of_one_kind() if self.pricing else self.pending[-1:]
        if not self.out.entries or self.out.entries[-1].gift:
            return free[-1:]
        targets = self.out.entries[-1:]
        if targets[0].price is None:
            alone = not any(t.price is not None for t in self.out.entries)
            targets = self._siblings(targets[0]) if alone else self._shades(targets[0])
        if targets[0] in self.together and all(e.price is None for e in self.together):
            return self._with_rows_before(targets[0], self.together)
        return targets

    def _shades(self, last: Entry) -> list[Entry]:
        """大的一盒,小的一盒,12.5一副 behind other prices: those before a line that only says how it differs."""
        alike: list[Entry] = [last]
        names = names_of(last, self.lexicon)
        for entry in reversed(self.out.entries[:-1]):
            near = entry.segment == last.segment and entry.section == last.section and not entry.gift
            if not alike[-1].item.lent or not near or entry.price is not None or names_of(entry, self.lexicon) != names:
                break
            if (entry.unit != last.unit and self.per is None) or not listed_alike(entry, last, self.lexicon):
                break
            alike.append(entry)
        return alike

    def _with_rows_before(self, last: Entry, row: list[Entry]) -> list[Entry]:
        """粉110 120各5套 蓝110 120各3套 48一套: the only price said, behind the last of several rows of one name."""
        if any(entry.price is not None for entry in self.out.entries):
            return row
        alike = self._siblings(last)
        return alike if len(alike) > len(row) and all(entry in alike for entry in row) else row

    def _of_those_named(self, free: list[Entry]) -> list[Entry]:
        """海米统一50一斤 behind 海米大号30斤,干贝10斤: the price of the goods named again, nobody else's."""
        if len(self.pending) != 1 or self.pending[0].qty is not None or self.pricing:
            return []
        named = self.pending[0].item
        own = [e for e in free if e.qty is not None and e.item.found and e.item.found <= named.found]
        others = any(e.qty is not None and not e.item.found <= named.found for e in free)
        return self.pending[:] if named.known and own and others else []

    def _of_one_kind(self) -> list[Entry]:
        """2XL 3XL 6.5 of a quote: goods of one name without a price each share the one behind them."""
        last = self.pending[-1]
        kin: list[Entry] = [last]
        for entry in reversed(self.pending[:-1]):
            if (
                names_of(entry, self.lexicon) != names_of(last, self.lexicon)
                or entry.price is not None
                or entry.segment != last.segment
            ):
                break
            if not listed_alike(entry, last, self.lexicon):
                break
            kin.append(entry)
        return kin

    def _counts_blocks(self, token: Token) -> bool:
        """两万块 of bricks that are sold by 块 is a quantity."""
        if self.pricing and self.pending and self._may_cost(self.pending[-1], token):
            return False  # 48孔5块, of plates that are sold by the 块
        if not token.text.endswith("块") or "元" in token.text or not self.pending or self.pending[-1].qty is not None:
            return False
        found = list(self.pending[-1].item.found)[:50]
        return bool(found) and all("块" in self.lexicon.product(n).units for n in found)

    def _siblings(self, last: Entry) -> list[Entry]:
        """Lines of one name in one breath (蓝的10条粉的10条 6.5一条): the only price said is everybody's."""
        kin: list[Entry] = []
        below = self.segment > last.segment  # 38一副 in a line of its own, under lines of one name
        for entry in reversed(self.out.entries):
            same = names_of(entry, self.lexicon) == names_of(last, self.lexicon)
            same = (same or self._in_one_list(entry, kin[-1] if kin else None)) and listed_alike(
                entry, last, self.lexicon
            )
            if (
                not same
                or (entry.segment != last.segment and not (below and entry.section == last.section))
                or (entry.unit != last.unit and self.per is None)
                or entry.gift
            ):
                break
            kin.append(entry)
        return kin or [last]

    def _in_one_list(self, entry: Entry, following: Entry | None) -> bool:
        """扁铁5吨、角铁3吨,4400一吨: goods put side by side, as far as they cost about the same."""
        if following is None or self.per is None or "qty" not in entry.spans or entry.unit != self.per:
            return following is None
        between = within(self.tokens, entry.spans["qty"][1], following.item.start)
        joints = [t for t in between if t.kind is not T.GAP]
        return bool(joints) and all(t.text in ("、", "和", "跟", "与", "及") for t in joints)
