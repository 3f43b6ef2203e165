"""By how much more or less: 加2箱, 每箱便宜2块, 降到26. The line's own amount or price is what it is counted from."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from nlp.catalogue.resolve import Said, is_head
from nlp.corrections.draft import DraftLine, lines_of
from nlp.corrections.pricedown import by_so_much, goes
from nlp.corrections.saying import Clause
from nlp.corrections.says import DraftSays
from nlp.scanning import cues as c
from nlp.scanning.text import fold_key
from nlp.scanning.tokens import T, Token

_NEAR = (Decimal("0.7"), Decimal("1.4"))  # of the list price
_COSTS = (Decimal("0.4"), Decimal("2.5"))  # of its price: what lies further off is no price of it
_NEAR_QTY = (Decimal("0.3"), Decimal(3))  # of what is ordered: what lies further off is no amount
_OF_THE_WHOLE = ("整", "整单", "总", "一共", "合计", "总共")


class Steps(DraftSays):
    """Differences of amounts and prices."""

    def _plain(self, says: Clause) -> None:
        raise NotImplementedError

    def _up_or_down(self, line: DraftLine, says: Clause) -> None:
        """降到26: a price or a quantity, whichever it can be; asked about when both or neither goes that way."""
        assert says.amount is not None
        price, qty = goes(line.price, says), goes(line.qty, says)
        if price == qty and price and line.price and line.qty and says.amount.value is not None:
            by_qty, by_price = says.amount.value / line.qty, says.amount.value / line.price
            if says.verb_text[0] in "涨降提" and not _NEAR_QTY[0] <= by_qty <= _NEAR_QTY[1]:
                qty = not _NEAR[0] <= by_price <= _NEAR[1]
            elif not _COSTS[0] <= by_price <= _COSTS[1]:
                price = False  # 雨刮加到80, which cost 14.5
        if price == qty:
            self.doubts.append("target_ambiguous")
        elif price:
            self._price(replace(says, before=[], after=[], rows=[line.line_no or 0], all=False))
        else:
            self._set_amount(line, says.amount)

    def _made_whole(self, says: Clause, sign: int) -> None:
        """留置针加22的直型2盒: goods and what tells them apart around the verb."""
        if sign > 0 and not says.rows and self._completes(says.before, says.after):
            says.after = []

    def _more(self, says: Clause, sign: int) -> None:
        self._made_whole(says, sign)
        items = says.before + says.after
        amount = says.amount
        if says.all and amount is not None and amount.value is not None and not items and not says.rows:
            for each in [line for line in self.lines if not line.gift]:
                self._raise(each, amount, sign)
            return
        if amount is None or amount.value is None:
            if items and sign > 0:
                self._plain(says)
            elif not (sign > 0 and self.changed) and not self.scaled:  # 添进去, behind what was to be added; 对,都减
                self.doubts.append("qty_missing")
            return
        unknown = not items and not says.rows and len(says.strange) > 1
        if amount.approx or unknown:
            self.doubts.append("sku_unknown" if unknown else "qty_approximate")
            return
        if len(items) > 1 and not says.rows:
            self._more_each(items, says, sign)
            return
        if items and not says.rows and sign > 0 and self._of_new_goods(items, amount):
            return
        if len(says.rows) > 1 or (items and says.all and not says.rows):
            targets = self._each(items if not says.rows else [], says.rows, every=says.all)
        else:
            one = self._one(items, says.rows) if items or says.rows else self._default_target(says)
            targets = [one] if one is not None else []
        for line in targets:
            if "到" in says.verb_text:
                self._set_amount(line, amount)
            else:
                if sign > 0 and items and not says.rows and len(targets) == 1:
                    self.raised = (line, line.qty, line.unit, amount)
                self._raise(line, amount, sign)

    def _of_new_goods(self, items: list[Said], amount: Token) -> bool:
        """More of what the draft does not have; or it cannot be told whether it has it."""
        hit = lines_of(items[0], self.lines, self.lexicon)
        if not hit:
            self._add(items, amount)
        elif len(hit) == 1 and amount.start < items[0].start and self._in_other_sizes(items[0], hit[0]):
            self.doubts += ["target_ambiguous", "sku_ambiguous"]  # 加10套蓝色的, beside L in red: blue M, or blue L?
        else:
            return False
        return True

    def _in_other_sizes(self, item: Said, line: DraftLine) -> bool:
        """Whether an attribute said behind an amount fits one line, and also goods that are as another line of the
        draft but for it."""
        old = self.lexicon.by_sku(line.sku)
        if old is None or any(is_head(word, self.lexicon) for word in item.words):
            return False
        had = {one.sku for one in self.lines}
        names = [product for sku in had if (product := self.lexicon.by_sku(sku)) is not None]
        kin = [fold_key(product.spec).split() for product in names if product.name == old.name]
        words = [fold_key(word.text) for word in item.words]
        for product in (self.lexicon.product(n) for n in item.found):
            parts = fold_key(product.spec).split()
            if product.name != old.name or product.sku in had:
                continue
            if any(len(p) == len(parts) and _but_for(p, parts, words) for p in kin):
                return True
        return False

    def _priced_new(self, says: Clause) -> bool:
        """再加3台血压计,160: a bare number behind goods just added, near what they cost, is their price."""
        line, money = self.added, says.amount
        if line is None or line not in self.lines or line.price is not None or line.qty is None or money is None:
            return False
        product = self.lexicon.by_sku(line.sku)
        size = product.factor(line.unit or product.default_unit) if product is not None else None
        if product is None or not product.list_price or not size or money.unit is not None or money.value is None:
            return False
        if says.verb or not _NEAR[0] <= money.value / (product.list_price * size) <= _NEAR[1]:
            return False
        line.price, line.price_unit = money.value, line.unit or product.default_unit
        line.spans["unit_price"] = self.folded.span(money.start, money.end)
        self.changed = True
        return True

    def _more_each(self, items: list[Said], says: Clause, sign: int) -> None:
        """螺栓和生料带都加2盒: every line named; without 都 or 各 nobody can tell whose amount it is."""
        assert says.amount is not None
        hits = [lines_of(item, self.lines, self.lexicon) for item in items]
        if not any(hits) and sign > 0:
            self._add(items, says.amount)
        elif says.all and all(len(hit) == 1 for hit in hits):
            for hit in hits:
                self._raise(hit[0], says.amount, sign)
        else:
            self.doubts.append("target_ambiguous")

    def _was_priced(self, items: list[Said], says: Clause) -> DraftLine | None:
        """线给25.5的话亏了,改回31: of several lines the one with that price."""
        if says.price_before is None:
            return None
        hits = [one for one in lines_of(items[0], self.lines, self.lexicon) if one.price == says.price_before.value]
        return hits[0] if len(hits) == 1 and not items[0].strange and not items[0].clash else None

    def _found_wrong(self, says: Clause) -> bool:
        """筷子不对: which line the next clause is about; 不是四件套: what is not meant changes nothing."""
        if says.amount is not None or says.price is not None or says.times is not None or says.unit:
            return False
        if not (says.before or says.after or says.rows):
            self.fumbled = True  # 客户搞错了: the next clause says what it should be
            return True
        if says.verb_text == "不是" and says.after and not (says.before or says.rows):
            self.fumbled = True
            return True
        if says.after or says.rows_after or not (says.before or says.rows):
            return False
        hits = {id(line) for item in says.before for line in lines_of(item, self.lines, self.lexicon)}
        if len(hits) > 1 and not says.rows and self._told_later(says.before[-1].end):
            self.fumbled = True  # 主食罐口味不对,鸡肉的改三文鱼: which of them, what follows says
            return True
        line = self._one(says.before, says.rows)
        if line is not None:
            self.target, self.hinted, self.fumbled = line, True, True
        return True

    def _told_later(self, at: int) -> bool:
        """Whether goods are named behind a place and something is done to them."""
        following = [t for t in self.tokens if t.start >= at]
        goods = any(t.kind in (T.ITEM, T.SPEC, T.ROW) for t in following)
        return goods and any(t.has(c.CHANGE, c.SWAP, c.ADD, c.LESS) for t in following)

    def _stepped(self, says: Clause) -> bool:
        """Whether a clause with money says by how much a price changes: 便宜2块, 每箱加5毛 of goods in the draft."""
        if "到" in says.verb_text or "至" in says.verb_text or "成" in says.verb_text:
            return False
        if says.relative:
            return True
        if says.verb not in (c.ADD, c.LESS) or says.price is None or says.amount is not None:
            return False
        items = says.before + says.after
        return not items or bool(lines_of(items[0], self.lines, self.lexicon))

    def _dearer(self, says: Clause, money: Token) -> None:
        """Raise or lower prices the draft has; what has none, or would be halved, is asked about."""
        says.dearer = says.dearer or says.verb == c.ADD
        if not (says.before or says.after or says.rows or says.rows_after or says.all) and self.target in self.lines:
            rows: list[DraftLine | None] = [self.target]
        else:
            rows = [self._one([], [row]) for row in says.rows + says.rows_after]
        whole = any(t.has(c.TOTAL) or t.text in _OF_THE_WHOLE for t in self.tokens)
        span = self.folded.span(money.start, money.end)
        line = None if whole else by_so_much(says, rows, self.lines, money, span, self.lexicon)
        if line is None:
            self.doubts.append("unused")  # from which price? only the speaker knows
            self.left.append(money)
        self.target, self.changed = line or self.target, self.changed or line is not None


def _but_for(parts: list[str], others: list[str], words: list[str]) -> bool:
    """Whether the parts of two specs differ only in one that was said."""
    differing = [other for one, other in zip(parts, others, strict=True) if one != other]
    return len(differing) == 1 and any(word in differing[0] for word in words)
