"""Where quantities and prices of a message go: to the lines that wait for them, one by one, or to all of them. What
finds no place is reported as unused, and an unused number becomes a question.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from nlp import cues as c
from nlp.entries import Entry
from nlp.findings import Tier
from nlp.numbers import number_at, plain
from nlp.parallel import ParallelReader
from nlp.phrases import ITEM_KINDS
from nlp.tokens import T, Token

MAX_KINDS = 24  # products a price for all of a name is written out for
_BREAKS = (T.STOP, T.COMMA, T.COLON)


class AmountReader(ParallelReader):
    """The part of the grammar that deals with numbers."""

    def _amount(self, token: Token, at: int) -> None:
        kind = token.kind
        if kind in (T.NUM, T.PRICE) and self._beside_goods(at):
            self.out.unused.append(token)
            return
        if kind is T.QTY:
            self._quantity(token, at)
        elif kind is T.NUM:
            self._number(token, at)
        elif kind is T.PRICE:
            self._price(token)
        elif kind is T.TIER:
            self.tier = token
        elif kind is T.RATIO:
            here = [e for e in self.out.entries[-1:] if e.segment == self.segment]
            self.ratios.append((token, here[0] if here else None, len(self.out.entries)))
        else:
            self._rate(token)

    def _quantity(self, token: Token, at: int) -> None:
        if token is self.packed or self._totals(token, at):
            return
        if self.rough == self.segment:
            token.approx, self.rough = True, -1
        if self._no_line(token, at):
            return
        if self._corrected(token):
            return
        earlier = bool(self.pending) and self.pending[-1].segment != self.segment
        if self.pending and not (earlier and self.out.entries[-1].qty is not None and self._item_follows(at)):
            if self.parallel and len(self.pending) > 1:
                self.pending.pop(0).count(token)
                return
            if self.pricing and self.pending[-1].price is not None and token.value == 1:
                self.pending[-1].price_unit = self.pending[-1].price_unit or token.unit
                token.used = True
                return
            targets = self.pending if self.each or self.all else self.pending[-1:]
            for entry in targets:
                entry.count(token)
            self.together = list(targets) if len(targets) > 1 else []
            self.pending = [] if self.each or self.all else self.pending[:-1]
            self.each = self.all = False
            return
        if self._one_costs(token, at) or self._shares_item(token, at) or self._waits(token, at):
            return
        last = self.out.entries[-1]
        following = self._next(at)
        costs = following is not None and following.kind in (T.NUM, T.PRICE) and following.unit is None
        if last.qty is None:
            last.count(token)
        elif costs and token.value == 1 and last.price is None:
            assert following is not None
            following.unit, following.kind = token.unit, T.PRICE  # 3箱,一箱145
            token.used = True
        elif last.qty == token.value and last.unit == token.unit:
            token.used = True
        else:
            self.out.unused.append(token)

    def _totals(self, token: Token, at: int) -> bool:
        if token.value is None or not self._total_before(at):
            return False
        token.used = True
        self.out.totals.append(token)
        return True

    def _waits(self, token: Token, at: int) -> bool:
        """3箱可乐: an amount said before its item."""
        if not self._item_follows(at) and self.out.entries:
            return False
        if self.waiting is not None:
            self.out.unused.append(self.waiting)
        self.waiting, self.waiting_each = token, self.each
        return True

    def _one_costs(self, token: Token, at: int) -> bool:
        """黑笔10盒 一盒11块8 订书机…: the price of one of what was just counted."""
        following = self._next(at)
        if token.value != 1 or not self.out.entries or following is None or following.kind is not T.PRICE:
            return False
        last = self.out.entries[-1]
        if last.qty is None or last.price is not None or last.segment != self.segment or following.unit is not None:
            return False
        following.unit = token.unit
        token.used = True
        return True

    def _shares_item(self, token: Token, at: int) -> bool:
        """米醋:海潮5箱,阿珍3箱; 海潮要米醋5箱,阿珍也要3箱: the goods of the heading, or the same again, for the next
        customer."""
        number = len(self.out.sections) - 1
        party = self.out.sections[number].party
        if party is None or self.shared is None or self._item_follows(at):
            return False
        between = self.tokens[party.at + 1 : at]
        again = any(t.text in ("也", "也要", "同样", "一样", "也来", "也拿") for t in between)
        if any(t.kind not in (T.GAP, T.CUE, T.COLON) for t in between) or not (again or self.headed):
            return False
        if any(e.section == number for e in self.out.entries if not e.dropped):
            return False
        entry = Entry(self.shared, section=number, segment=self.segment)
        entry.count(token)
        self.out.entries.append(entry)
        return True

    def _corrected(self, token: Token) -> bool:
        """10盒,哦不,12盒: the amount of the line before once more."""
        if not self.fix or not self.out.entries or self.pending:
            return False
        self.out.entries[-1].count(token)
        self.fix = False
        return True

    def _packing(self, token: Token, at: int) -> bool:
        """切割片5盒(50片一盒), 白糖两袋(50公斤的): how it is packed, when the catalogue says the same."""
        if self.pending or not self.out.entries or token.value is None or token.unit is None:
            return False
        last = self.out.entries[-1]
        if last.qty is None or last.unit is None or len(last.item.found) != 1 or token.unit == last.unit:
            return False
        product = self.lexicon.product(next(iter(last.item.found)))
        one, pack = product.factor(token.unit), product.factor(last.unit)
        following = self._next(at)
        per = following is not None and following.kind is T.QTY and following.value == 1 and following.unit == last.unit
        inside = self._text(at - 1) == "(" and following is not None and following.text in ("的", ")", "装", "/")
        if one is None or pack is None or one * token.value != pack or not (per or inside):
            return False
        token.used = True
        if per and following is not None:
            following.used = True
            self.packed = following
        return True

    def _no_line(self, token: Token, at: int) -> bool:
        """Quantities that order nothing by themselves: a part of a delivery, a gift, what it is not, a packing."""
        if self._packing(token, at):
            return True
        if self._part(token, at):
            token.used = True
            self.out.doubts.append("delivery_uneven")
            return True
        if self.gift:
            self._gift(token, at)
            return True
        if at and self.tokens[at - 1].text == "不是" and self.out.entries and not self.pending:
            if self.out.entries[-1].qty != token.value:
                self.out.unused.append(token)  # 10盒 不是20盒: so many, or not so many?
            return True
        return False

    def _part(self, token: Token, at: int) -> bool:
        """先送60袋, 周四送40袋 behind 100袋: a part of what was ordered, no further line."""
        if self.pending or self.gift or not self.out.entries or token.value is None or self._item_follows(at):
            return False
        last = self.out.entries[-1]
        if last.qty is None or token.value >= last.qty or token.unit not in (None, last.unit):
            return False
        before = self._previous(at)
        earlier = self._previous(before.at) if before is not None else None
        brings = before is not None and before.text in ("送", "发", "要", "到", "先送", "先发", "先来")
        timed = earlier is not None and (earlier.kind is T.DATE or earlier.text == "先")
        return self.splitting or (brings and (timed or (before is not None and before.text.startswith("先"))))

    def _item_follows(self, at: int) -> bool:
        for token in self.tokens[at + 1 : at + 40]:
            if token.kind is T.UNKNOWN:
                if token.at + 1 < len(self.tokens) and self.tokens[token.at + 1].kind is T.UNKNOWN:
                    return True
                continue  # one character nobody knows is no item
            if token.kind in ITEM_KINDS:
                return True
            if token.kind in _BREAKS or token.kind in (T.QTY, T.PARTY):
                return False
        return False

    def _beside_goods(self, at: int) -> bool:
        """运费30, 优惠20元: money for something else than the goods."""
        for token in reversed(self.tokens[max(0, at - 5) : at]):
            if token.has(c.FEE):
                return True
            if token.kind not in (T.GAP, T.COLON, T.UNKNOWN, T.CUE) or token.has(c.PRICE):
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

    def _gift(self, token: Token, at: int) -> None:
        """送1提: of the item that follows, else of the last line. 每10送1 counts itself."""
        self.gift = False
        if self._item_follows(at):
            self.waiting, self.gift = token, True
            return
        if self.pending:
            self.pending[-1].gift = True
            self.pending.pop().count(token)
            return
        if not self.out.entries:
            self.out.unused.append(token)
            return
        last = self.out.entries[-1]
        gift = Entry(last.item, section=last.section, segment=last.segment, gift=True)
        gift.count(token)
        if token.unit is None:
            gift.unit = last.unit
        every = next(
            (t for t in reversed(self.out.unused[-3:]) if t.end <= token.start and token.start - t.end < 4), None
        )
        if every is not None and every.value and last.qty is not None and token.value is not None:
            self.out.unused.remove(every)
            gift.qty = (last.qty // every.value) * token.value
        self.out.entries.append(gift)

    def _number(self, token: Token, at: int) -> None:
        if self._total_before(at):
            token.used = True
            self.out.totals.append(token)
            return
        if self._said_as_price(at):
            self._price(token)
            return
        if self.gift:
            self._gift(token, at)
            return
        after = self._next(at)
        if after is not None and after.has(c.GIFT) and self.out.entries and not self.pending:
            self.out.unused.append(token)  # the first number of 10送1; _gift takes it back
            return
        if self.pending or (self.fix and self.out.entries):
            self._quantity(token, at)
            return
        if self.out.entries and not self._item_follows(at):
            last = self.out.entries[-1]
            apart = self.tokens[at - 1].kind in (T.GAP, T.SIGN) and not self._sums_up(at)
            gap = apart or "." in token.text or self._prices(last, token)
            if last.qty is not None and last.price is None and last.segment == self.segment and gap:
                for entry in self._alike(last):
                    entry.cost(token)
                return
            if self._line_total(last, token):
                token.used = True
                return
        if self._sums_up(at):
            token.used = True
            self.out.totals.append(token)
            return
        if self._closes_line(token, at):
            self.out.entries[-1].cost(token)
            return
        if self._item_follows(at) and self.waiting is None:
            self._quantity(token, at)
            return
        following = self.tokens[at + 1] if at + 1 < len(self.tokens) else None
        if token.text == "一" and following is not None and following.kind is T.UNKNOWN:
            return  # 说一声, 一律: part of a word that counts nothing
        self.out.unused.append(token)

    def _said_as_price(self, at: int) -> bool:
        """Whether what stands before a bare number makes it money: a tier, a tax word, 统一, or a quote."""
        before = self._previous(at)
        ordered = bool(self.out.entries)
        if self.tier is not None or (before is not None and before.has(c.TAX_IN, c.TAX_EX) and ordered):
            return True
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
        if before is None or before.kind is not T.QTY or self.pending:
            return False
        if self._counted_later(at) and self._may_cost(last, token):
            return True  # 4条 310 225/45R17 2条 480: what follows has a quantity of its own
        apart = at + 1 < len(self.tokens) and self.tokens[at + 1].kind is T.GAP
        return apart and self._prices(last, token)

    def _counted_later(self, at: int) -> bool:
        """Whether the goods that follow a number have a quantity of their own."""
        goods = False
        for token in self.tokens[at + 1 : at + 24]:
            if token.kind in (T.ITEM, T.SPEC, T.UNKNOWN) or (token.kind is T.MEASURE and (token.exact or not goods)):
                goods = True
            elif token.kind is T.QTY or (token.kind in (T.NUM, T.MEASURE) and goods):
                return goods
            elif token.kind is not T.GAP and token.text not in ("的", "*", ",", "个"):
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
        return Decimal("0.6") <= token.value / (product.list_price * factor) <= Decimal("1.6")

    def _alike(self, last: Entry) -> list[Entry]:
        """The lines that got one quantity in common, when a price is said right behind it; else only the last."""
        shared = last in self.together and all(entry.price is None for entry in self.together)
        return self.together if shared else [last]

    def _sums_up(self, at: int) -> bool:
        """2包=160: what a line comes to, no price, when nothing said what one costs."""
        before = self._previous(at)
        last = self.out.entries[-1] if self.out.entries else None
        return before is not None and before.text == "=" and last is not None and last.price is None

    def _line_total(self, last: Entry, token: Token) -> bool:
        """Whether a number is what the last line comes to, or the lines that share its quantity and price."""
        if token.value is None:
            return False
        sums = [
            sum((e.qty * e.price for e in lines if e.qty is not None and e.price is not None), Decimal(0))
            for lines in ([last], self.together if last in self.together else [last])
        ]
        return last.price is not None and any(abs(total - token.value) <= Decimal("0.05") for total in sums)

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
        every = self.all and self.pricing
        targets = self._priced()
        if targets and targets[0].price is None:
            for entry in targets:
                entry.cost(token)
                if every:
                    self._of_all_kinds(entry)
        elif targets and self.fix:
            targets[-1].cost(token)
            self.fix = False
        elif not targets and self.price_waiting is None:
            self.price_waiting = token
        elif targets and self._line_total(targets[-1], token):
            token.used = True
        else:
            self.out.unused.append(token)

    def _of_all_kinds(self, entry: Entry) -> None:
        """黑膜统一38.5 of a quote: a line for each product of that name."""
        found = sorted(entry.item.found)
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

    def _tiered(self, tier: Token, token: Token) -> None:
        """100盒以上0.79: a price from a quantity on, for the lines of this breath."""
        said = Tier(plain(tier.value or Decimal(0)), plain(token.value or Decimal(0)), tier.unit)
        for entry in [e for e in self.out.entries if e.segment == self.segment] or self.out.entries[-1:]:
            entry.tiers.append(said)
        token.used = tier.used = True
        self.tier = None

    def _priced(self) -> list[Entry]:
        """The lines a price is said for."""
        free = [e for e in self.out.entries if e.price is None and not e.gift]
        if self.all or self.each:
            self.all = self.each = False
            return [e for e in free if e.segment == self.segment] or free
        if self.pending:
            return self._of_one_kind() if self.pricing else self.pending[-1:]
        if not self.out.entries or self.out.entries[-1].gift:
            return free[-1:]
        targets = self.out.entries[-1:]
        if not any(t.price is not None for t in self.out.entries) and targets[0].price is None:
            targets = self._siblings(targets[0])
        if targets[0] in self.together and all(e.price is None for e in self.together):
            return self.together
        return targets

    def _of_one_kind(self) -> list[Entry]:
        """2XL 3XL 6.5 of a quote: goods of one name without a price each share the one behind them."""
        last = self.pending[-1]
        kin: list[Entry] = [last]
        for entry in reversed(self.pending[:-1]):
            names = [{self.lexicon.product(n).name for n in list(e.item.found)[:50]} for e in (entry, last)]
            if names[0] != names[1] or entry.price is not None or entry.segment != last.segment:
                break
            if not self._listed_alike(entry, last):
                break
            kin.append(entry)
        return kin

    def _counts_blocks(self, token: Token) -> bool:
        """两万块 of bricks that are sold by 块 is a quantity."""
        if not token.text.endswith("块") or not self.pending or self.pending[-1].qty is not None:
            return False
        found = list(self.pending[-1].item.found)[:50]
        return bool(found) and all("块" in self.lexicon.product(n).units for n in found)

    def _siblings(self, last: Entry) -> list[Entry]:
        """Lines of one name in one breath (蓝的10条粉的10条 6.5一条): the only price said is everybody's."""
        kin: list[Entry] = []
        for entry in reversed(self.out.entries):
            same = {self.lexicon.product(n).name for n in list(entry.item.found)[:50]} == {
                self.lexicon.product(n).name for n in list(last.item.found)[:50]
            }
            same = same and self._listed_alike(entry, last)
            if not same or entry.segment != last.segment or entry.unit != last.unit or entry.gift:
                break
            kin.append(entry)
        return kin or [last]

    def _listed_alike(self, one: Entry, other: Entry) -> bool:
        """Whether two items cost about the same in the catalogue, so that one price may be meant for both."""
        known = [
            {product.list_price for n in list(entry.item.found)[:50] if (product := self.lexicon.product(n)).list_price}
            for entry in (one, other)
        ]
        if not all(known):
            return True
        return max(*known[0], *known[1]) <= min(*known[0], *known[1]) * Decimal("1.1")

    def _rate(self, token: Token) -> None:
        digits = token.text.rstrip("折点%个")
        found = number_at(digits, 0)
        token.used = True
        if token.text.endswith("折"):
            run = "".join(str(number_at(ch, 0)[1]) for ch in digits) if not digits.isascii() else digits  # type: ignore[index]
            value = Decimal(run)
            while value >= 1:
                value /= 10
            self.out.discount = value
        elif found is not None:
            self.out.tax_rate = found[1] / 100

    def _with_ratios(self, entries: list[Entry]) -> list[Entry]:
        """What comes free, behind the line it belongs to: the one before the ratio, else the next."""
        for ratio, entry, place in self.ratios:
            following = next((e for e in self.out.entries[place:] if e in entries), None)
            line = entry if entry is not None and entry in entries else following
            every, free = ratio.value, ratio.price
            if line is None or every is None or free is None:
                self.out.unused.append(ratio)
                continue
            if line.qty is None and not ratio.exact:
                line.qty, line.unit = every, ratio.unit
            if line.qty is None:
                continue
            if ratio.unit is not None and line.unit is not None and ratio.unit != line.unit:
                line.doubts.append("conflict")
                continue
            if line.qty >= every:
                gift = Entry(line.item, section=line.section, segment=line.segment, gift=True)
                gift.qty, gift.unit = (line.qty // every) * free, line.unit or ratio.unit
                gift.spans["qty"] = (ratio.start, ratio.end)
                entries.insert(entries.index(line) + 1, gift)
        return entries
