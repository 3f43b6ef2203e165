"""Where quantities and prices of a message go: to the lines that wait for them, one by one, or to all of them. What
finds no place is reported as unused, and an unused number becomes a question.
"""

from __future__ import annotations

from decimal import Decimal

from nlp.catalogue.firms import is_branch
from nlp.grammar import relative
from nlp.grammar.entries import Entry
from nlp.grammar.houserows import SAME_GOODS, HouseRows
from nlp.grammar.lending import lend_to_list, row_again, share_back
from nlp.grammar.packsandpieces import adjoins, comes_to, put_together
from nlp.grammar.phrases import ITEM_KINDS
from nlp.grammar.revising import restated, said_again
from nlp.scanning import cues as c
from nlp.scanning.numbers import number_at
from nlp.scanning.tokens import T, Token

_PAID = ("已付", "已收")
_ALSO = ("也", "也要", "也来")
_CARRYING = ("运费", "运输费", "装卸费", "快递费", "搬运费", "上楼费")
_HANDED = ("付了", "收了", "转了", "打了", "已付", "已收", "付过", "收到")
_CHEAPER = ("下浮", "优惠", "让利", "便宜", "降", "降价", "减", "返", "返点", "返利", "让")
_MONEY_PARTS = ("定金", "订金", "预付", "首付", "预付款", "损耗", "损耗率", "佣金", "提成", "尾款", "预付:", "定金:")
_SHARES = (*_CHEAPER, *_MONEY_PARTS, "上浮", "涨", "涨价", "上调", "下调", "涨了", "降了")
_TAX_RATES = (1, 3, 6, 9, 13)
_UP_TO = ("补到", "凑到", "凑够", "凑足", "补足", "补够", "加到", "加够", "拿够", "备够", "凑成", "凑满", "补满")
_WAIT = ("等等", "等一下", "等下", "等会", "不", "不不")


class AmountReader(HouseRows):
    """The part of the grammar that deals with numbers."""

    def _amount(self, token: Token, at: int) -> None:
        kind = token.kind
        if kind is T.PRICE and self.pricing and self._dearer_row(token):
            return
        if kind in (T.NUM, T.PRICE) and relative.told(self.tokens, at, self.out.entries, self.pending):
            return
        if kind in (T.NUM, T.PRICE) and self.tier is None and (money := self._beside_goods(at)):
            near = (*self.tokens[max(0, at - 3) : at], *self.tokens[at + 1 : at + 2])
            paid = money in _PAID or any(t.text in _HANDED for t in near)
            if self.pricing and money in _CARRYING:
                token.used = True  # 另加运费160左右: beside the prices
            elif paid and any(e.qty is not None for e in self.out.entries):
                token.used = True  # 已付280: it changes nothing about what is ordered
            else:
                self.out.unused.append(token)
            return
        if kind is T.QTY:
            self._quantity(token, at)
        elif kind is T.NUM and token.text != "零":  # 2箱零4桶
            self._number(token, at)
        elif kind is T.PRICE:
            self._price(token)
        elif kind is T.TIER:
            self.tier = token
        elif kind is T.RATIO:
            here = [e for e in self.out.entries[-1:] if e.segment == self.segment]
            self.ratios.append((token, here[0] if here else None, len(self.out.entries)))
            self.giving = self._names_gift(at)
        elif kind is T.RATE:
            self._rate(token)

    def _each_again(self, token: Token) -> bool:
        """童套装110/120/130粉各3套蓝各2套: the row counted just before, in the colour said now."""
        if not self.each or self.all or len(self.pending) != 1 or self.tokens[token.at - 1].text != "各":
            return False
        made = row_again(self.pending[0], self.together, self.out.entries, self.lexicon)
        for entry in made:
            entry.count(token)
        if made:
            self.out.entries.remove(self.pending.pop())
            self.out.entries += made
            self.together, self.each = made, False
        return bool(made)

    def _names_gift(self, at: int) -> bool:
        """满4箱送1包鸡米花: goods behind a ratio that have no quantity of their own."""
        named = False
        for token in self.tokens[at + 1 : at + 12]:
            if token.kind in ITEM_KINDS:
                named = True
            elif token.kind is not T.GAP:
                return named and token.kind not in (T.QTY, T.NUM)
        return named

    def _quantity(self, token: Token, at: int) -> None:
        if token is self.packed or self._totals(token, at) or self._of_house(token, at):
            return
        if self.rough == self.segment:
            token.approx, self.rough = True, -1
        if self._no_line(token, at):
            return
        if self._corrected(token) or self._heads_counts(at) or self._each_again(token):
            return
        self._passed_on(at)
        earlier = bool(self.pending) and self.pending[-1].segment != self.segment
        if self.pending and not (earlier and self.out.entries[-1].qty is not None and self._item_follows(at)):
            if self.parallel and len(self.pending) > 1:
                self.pending.pop(0).count(token)
                return
            if self._one_of_quote(token, at):
                return
            here = self._listed_last()
            targets = here if self.each or self.all else self.pending[-1:]
            if self.each and len(targets) > 1:
                lend_to_list([entry.item for entry in targets], self.lexicon)
            share_back(targets, self.lexicon)
            for entry in targets:
                entry.count(token)
                again = said_again(entry, self.out.entries, self.tokens) if self.restating else ""
                entry.revised = restated(self.tokens, at) or again
                self._of_a_line(entry)
            self.together = list(targets) if len(targets) > 1 else []
            self.pending = [e for e in self.pending if e not in targets] if self.each or self.all else self.pending[:-1]
            self.each = self.all = False
            return
        named = self.tokens[at - 1].kind is T.PARTY and self._shares_item(token, at)  # 豆芽1箱270: hers, and its price
        if named or self._one_costs(token, at) or self._shares_item(token, at) or self._waits(token, at):
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
        elif not self._said_again(last, token):
            self.out.unused.append(token)

    def _said_again(self, last: Entry, token: Token) -> bool:
        """An amount and the same amount again, in this unit or another, with nothing but words that steer between them;
        20只,铜的也要20只 is about other goods."""
        if (last.qty, last.unit) != (token.value, token.unit) and not comes_to(last, token, self.lexicon):
            return False
        behind = last.spans["qty"][1] if "qty" in last.spans else 0
        between = [t for t in self.tokens[: token.at] if t.start >= behind]
        token.used = all(t.kind in (T.GAP, T.COMMA, T.SIGN, T.CUE, T.STOP) and t.text not in _ALSO for t in between)
        return token.used

    def _and_some(self, token: Token, at: int) -> bool:
        """1箱零3瓶: a pack and some pieces of the same goods."""
        if not self.out.entries or self.pending or self.waiting is not None:
            return False
        last = self.out.entries[-1]
        if last.segment != self.segment or (self._item_follows(at) and not self._counted_later(at)):
            return False
        return (adjoins(self.tokens, at) and put_together(last, token, self.lexicon)) or self._more(last, token, at)

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

    def _one_of_quote(self, token: Token, at: int) -> bool:
        """金鲳一条15块8 of a quote: what one costs."""
        following, last = self._next(at), self.pending[-1]
        if not self.pricing or token.value != 1:
            return False
        if last.price is not None:
            last.price_unit, token.used = last.price_unit or token.unit, True
            return True
        if token.unit is None:
            return False
        if following is None or following.kind not in (T.PRICE, T.NUM) or following.unit is not None:
            return False
        following.unit, following.kind, token.used = token.unit, T.PRICE, True
        return True

    def _one_costs(self, token: Token, at: int) -> bool:
        """黑笔10盒 一盒11块8 订书机…: the price of one of what was just counted."""
        following = self._next(at)
        if token.value != 1 or not self.out.entries or following is None or following.kind not in (T.PRICE, T.NUM):
            return False
        last = self.out.entries[-1]
        if last.qty is None or last.price is not None or last.segment != self.segment or following.unit is not None:
            return False
        if following.kind is T.NUM:  # 3箱 一箱450 and the next goods
            following.unit = token.unit
            if not self._may_cost(last, following):
                following.unit = None
                return False
            following.kind = T.PRICE
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
        same = "".join(t.text for t in between if t.kind is not T.GAP).startswith(SAME_GOODS)
        again = same or any(t.text in ("也", "也要", "同样", "一样", "也来", "也拿") for t in between)
        again = again or (not party.parties and is_branch(party.text))  # 河滨店 8扎: of a list of branches
        allowed = (T.GAP, T.CUE, T.COLON, T.COMMA) if again else (T.GAP, T.CUE, T.COLON)
        if not same and any(t.kind not in allowed for t in between):
            return False
        more = any(t.has(c.ADD, c.LESS) or t.text in ("多", "少") for t in between)  # 学府店多一袋
        if not (again or self.headed or (not more and self._one_kind_before(token, number))):
            return False
        if any(e.section == number for e in self.out.entries if not e.dropped):
            return False
        entry = Entry(self.shared, section=number, segment=self.segment)
        entry.count(token)
        self.out.entries.append(entry)
        return True

    def _passed_on(self, at: int) -> None:
        """晨光的牛奶还没送吧?晨光牛奶5箱,云栖湾3箱: what was only spoken of before other goods were counted waits for
        nothing when another customer's amount comes; nor does what is gone when goods follow the amount."""
        if self._over_counted(at):
            self.pending.pop()
        if self.pending and self.pending[-1].gone and self._item_follows(at):
            self.pending.pop()  # 丁腈M快断了 要200箱丁腈M
        if self.pending and self.tokens[at - 1].kind is T.PARTY and self.out.entries[-1].qty is not None:
            self.pending = [e for e in self.pending if e.segment == self.segment or e is self.out.entries[-1]]

    def _one_kind_before(self, token: Token, number: int) -> bool:
        """半夏淡奶油2箱,豆芽1箱: who is named next wants of the same, where the one before wants nothing else."""
        before = [e for e in self.out.entries if e.section < number and not e.dropped]
        if not before or before[-1].section == number or self.pending or self.drop or self.fix or self.giving:
            return False
        lines = [e for e in before if e.section == before[-1].section]
        kinds = {e.item.found for e in lines}
        found = self.shared.found if self.shared is not None else frozenset()
        if len(kinds) != 1 or kinds != {found} or lines[-1].qty is None or lines[-1].gift:
            return False
        if token.unit is None:
            return lines[-1].unit is None
        return any(self.lexicon.product(n).factor(token.unit) is not None for n in list(found)[:40])

    def _corrected(self, token: Token) -> bool:
        """10盒,哦不,12盒: the amount of the line before once more."""
        last = self.out.entries[-1] if self.out.entries else None
        here = last is not None and last.qty is not None and last.segment == self.segment
        waiting = any(e.segment == self.segment or not (here and self.fix) for e in self.pending)
        if last is None or waiting:
            return False
        if not (self.fix or self._stopped(token) or self._then(token) or self._filled_up(token)):
            return False
        self.out.entries[-1].count(token)
        self.fix = False
        return True

    def _filled_up(self, token: Token) -> bool:
        """35包片碱,补到一整吨: so much in all, of the only goods there are."""
        before, lines = self._previous(token.at), [e for e in self.out.entries if not e.gift and not e.dropped]
        led = before is not None and before.text in _UP_TO
        return led and len(lines) == 1 and not self._item_follows(token.at)

    def _then(self, token: Token) -> bool:
        """那2箱吧, in a line of its own behind an order for three: so many instead."""
        last, before = self.out.entries[-1], self._previous(token.at)
        lead = before is not None and before.text in ("那", "那就", "那先", "那要", "就")
        opens = (
            before is not None and (first := self._previous(before.at)) is not None and first.kind in (T.STOP, T.COLON)
        )
        after = self._next(token.at)
        ends = after is not None and after.text in ("吧", "好了", "算了", "就好", "就行")
        same = last.qty is not None and last.unit == token.unit and last.segment < self.segment
        return lead and opens and ends and same

    def _stopped(self, token: Token) -> bool:
        """20箱…等下,15箱: nothing between the word that stops and the other amount, and no goods behind it."""
        before = [t for t in self.tokens[max(0, token.at - 6) : token.at] if t.kind is not T.GAP]
        while before and before[-1].kind in (T.COMMA, T.SIGN):
            before.pop()
        after = self._next(token.at)
        ends = after is None or after.kind in (T.COMMA, T.STOP)
        last = self.out.entries[-1]
        return bool(before) and before[-1].text in _WAIT and ends and last.unit == token.unit and last.qty is not None

    def _no_line(self, token: Token, at: int) -> bool:
        """Quantities that order nothing by themselves: a part of a delivery, a gift, what it is not, a packing."""
        if self._packing(token, at):
            return True
        if self._and_some(token, at):
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

    def _beside_goods(self, at: int) -> str:
        """运费30, 优惠20元: money for something else than the goods; the word that says so."""
        for token in reversed(self.tokens[max(0, at - 5) : at]):
            if token.has(c.FEE):
                return token.text
            if token.kind not in (T.GAP, T.COLON, T.UNKNOWN, T.CUE) or token.has(c.PRICE):
                return ""
        return ""

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

    def _from_here(self, at: int) -> bool:
        """Whether a number begins a range: 40到43码."""
        joint = self._next(at)
        after = self._next(joint.at) if joint is not None and joint.text in ("到", "至", "~", "-") else None
        return after is not None and after.kind in (T.NUM, T.MEASURE, T.SPEC, T.QTY, T.ITEM)

    def _number(self, token: Token, at: int) -> None:
        if token.text == "一" and self._text(at + 2) == "就" and self.tokens[at + 1].start == token.end:
            return  # 一切就断
        if self.pricing and self._from_here(at):
            self.out.unused.append(token)  # 绝缘鞋40到43码75: which of them is not clear, but 40 is no price
            return
        if self._total_before(at):
            token.used = True
            self.out.totals.append(token)
        elif self._comes_to(token, at) or self._taxed_at(token, at):
            pass
        elif self._said_as_price(at):
            self._price(token)
        elif self.gift:
            self._gift(token, at)
        else:
            self._plain_number(token, at)

    def _taxed_at(self, token: Token, at: int) -> bool:
        """含税13 behind a price: the rate of the tax."""
        before, after = self._previous(at), self._next(at)
        told = before is not None and before.has(c.TAX_IN) and before.text[-1] in "税票" and token.value in _TAX_RATES
        ends = after is None or after.kind in (T.COMMA, T.STOP, T.DATE)
        priced = bool(self.out.entries) and self.out.entries[-1].price is not None
        if not (told and ends and priced and token.value is not None):
            return False
        self.out.tax_rate, token.used = token.value / 100, True
        return True

    def _plain_number(self, token: Token, at: int) -> None:
        """A bare number that no word in front of it explains."""
        if self.tokens[at - 1].kind is T.PARTY and not self.pending and self._shares_item(token, at):
            return
        after = self._next(at)
        given = after is not None and after.has(c.GIFT) and bool(self.out.entries) and not self.pending
        if given and self._closes_line(token, at):
            self.out.entries[-1].cost(token)  # 3位20个 18.5 送2个
            return
        if given:
            self.out.unused.append(token)  # the first number of 10送1; _gift takes it back
            return
        if self.pending or (self.fix and self.out.entries):
            self._quantity(token, at)
            return
        if self.out.entries and not self._item_follows(at):
            last = self.out.entries[-1]
            apart = self.tokens[at - 1].kind in (T.GAP, T.SIGN) and not self._sums_up(at)
            gap = apart or "." in token.text or self._prices(last, token) or self._also_costs(last, token, at)
            if last.qty is not None and last.price is None and last.segment == self.segment and gap:
                for entry in self._alike(last, at):
                    entry.cost(token)
                return
            if self._line_total(last, token) or last.price == token.value:
                token.used = True  # 角铁贵一百,4500
                return
        if self._sums_up(at):
            token.used = True
            self.out.totals.append(token)
            return
        if self._closed_by(token, at):
            return
        if self._item_follows(at) and self.waiting is None:
            self._quantity(token, at)
            return
        following = self.tokens[at + 1] if at + 1 < len(self.tokens) else None
        if token.text == "一" and following is not None and following.kind is T.UNKNOWN:
            return  # 说一声, 一律: part of a word that counts nothing
        self.out.unused.append(token)

    def _also_costs(self, last: Entry, token: Token, at: int) -> bool:
        """炭烧的20斤也31: a number that another line has for its price."""
        before = self._previous(at)
        also = before is not None and before.text in ("也", "也是", "也按", "也要", "都", "还是", "同样", "一样")
        return also and (any(e.price == token.value for e in self.out.entries) or self._may_cost(last, token))

    def _closed_by(self, token: Token, at: int) -> bool:
        """Whether a bare number is the price of the lines before it, which take it."""
        lines = self.out.entries[-1:] if self._closes_line(token, at) else []
        if self._said_alone(token, at):
            lines = self._with_rows_before(self.out.entries[-1], self._alike(self.out.entries[-1], at))
        for entry in lines:
            entry.cost(token)
        return bool(lines)

    def _said_alone(self, token: Token, at: int) -> bool:
        """红蓝各一卷,220: a number alone between commas that is what the line before may cost."""
        before, after = self._previous(at), self._next(at)
        apart = before is not None and before.kind is T.COMMA and (after is None or after.kind in (T.COMMA, T.STOP))
        last = self.out.entries[-1] if self.out.entries else None
        if not apart or last is None or last.qty is None or last.price is not None or last.gift or self.pending:
            return False
        if last.unit is None and not self._prices_nearly(last, token):
            return False  # M5 L10,45: pieces, unless it is what one of them costs
        return last.segment == self.segment and self._may_cost(last, token)

    def _rate(self, token: Token) -> None:
        before = self.tokens[token.at - 1] if token.at else None
        if before is not None and before.text in ("含", "加") and not token.text.endswith("折"):
            self._tax(before.text == "含")  # 含13个点
        if self._share(token):
            return
        digits = token.text.rstrip("折点%个")
        found = number_at(digits, 0)
        token.used = True
        if token.text.endswith("折"):
            run = "".join(str(number_at(ch, 0)[1]) for ch in digits) if not digits.isascii() else digits  # type: ignore[index]
            value = Decimal(run)
            while value >= 1:
                value /= 10
            if self.tier is not None and any(e.price is not None for e in self.out.entries):
                self._tiered_rate(self.tier, value, token)
                return
            self.out.discount = value
        elif found is not None:
            self.out.tax_rate = found[1] / 100

    def _share(self, token: Token) -> bool:
        """下浮3%, 定金30%: a share of the price or of the money, no tax."""
        lead = "".join(t.text for t in self.tokens[max(0, token.at - 4) : token.at] if t.kind is not T.GAP)
        if token.text.endswith("折") or not lead.endswith(_SHARES):
            return False
        found = number_at(token.text, 0)
        cheaper = lead.endswith(_CHEAPER) and found is not None
        if (
            cheaper
            and found is not None
            and self.tier is not None
            and any(e.price is not None for e in self.out.entries)
        ):
            self._tiered_rate(self.tier, 1 - found[1] / 100, token)
        elif not lead.endswith(_MONEY_PARTS):
            self.out.unused.append(token)
        token.used = token.used or lead.endswith(_MONEY_PARTS)
        return True
