"""Lines taken out, kept, given away or exchanged with one another."""

from __future__ import annotations

from dataclasses import replace

from nlp.catalogue.resolve import Said, is_head
from nlp.corrections.draft import DraftLine, had_in, lines_of
from nlp.corrections.saying import Clause
from nlp.corrections.signs import counts_in
from nlp.corrections.takebacks import TakeBacks
from nlp.scanning import cues as c
from nlp.scanning.tokens import T, Token

_TAKEN_OFF = ("掉", "取消", "撤", "砍", "删", "减", "拿走", "扣")


class OutAndIn(TakeBacks):
    """Operations on whole lines."""

    def _change(self, says: Clause) -> None:
        raise NotImplementedError

    def _drop(self, says: Clause) -> None:
        if any(t.has(c.HOLD) for t in self.tokens) and says.verb_text.endswith(("送", "发", "送了", "发了")):
            self.doubts.append("target_ambiguous")  # 先别送,我再问问: out of it, or later?
            return
        items = self._named_out(says)
        rows = says.rows + says.rows_after
        if not items and not rows and self.hinted and self.target in self.lines and self.target is not None:
            rows, self.hinted = [self.target.line_no or 0], False  # 灯泡他们自己有,不要了
        if not items and not rows:
            if says.amount is not None and says.verb_text.endswith(_TAKEN_OFF) and self._taken_off(says, [], []):
                return
            if not says.settled:  # 明天先别送: about the day
                self.doubts.append("target_ambiguous")
            return
        if self.kept is not None and items and not rows and self._not_kept(items):
            return  # 只要底托,盒子先不订了: said once more
        if says.amount is not None and says.verb_text.endswith(_TAKEN_OFF) and self._taken_off(says, items, rows):
            return
        gone = self._gone(says, items, rows)
        gone = list(dict.fromkeys(gone))  # 自封袋不要5号: one line, said twice
        if gone:
            self.lost = (self.lines.index(gone[0]), gone[0]) if len(gone) == 1 else None
            self.lines = [line for line in self.lines if line not in gone]
            self.changed = True

    def _named_out(self, says: Clause) -> list[Said]:
        """The goods a clause takes out."""
        items = says.before + says.after
        if len(says.before) == len(says.after) == 1:  # 自封袋不要5号: the one of them that is 5号
            both = [line for line in lines_of(items[0], self.lines, self.lexicon)
                    if line in lines_of(items[1], self.lines, self.lexicon)]  # fmt: skip
            alone = len(lines_of(items[0], self.lines, self.lexicon)) == 1 == len(both)
            more = any(t.start >= items[1].end and t.kind in (T.ITEM, T.SPEC, T.MEASURE, T.NUM) for t in self.tokens)
            if alone and not more and says.amount is None and not any(is_head(w, self.lexicon) for w in items[1].words):
                self.doubts.append("target_ambiguous")  # 角磨机不要拨动的: none at all, or another one?
            items = [says.after[0]] if len(both) == 1 == len(lines_of(items[1], self.lines, self.lexicon)) else items
            if len(both) == 1 and len(items) == 2:
                items = [replace(says.after[0], found=frozenset({self.lexicon.number(both[0].sku or "") or 0}))]
        return items

    def _gone(self, says: Clause, items: list[Said], rows: list[int]) -> list[DraftLine]:
        """The lines that rows and goods mean; what means none or several is a doubt."""
        gone: list[DraftLine] = []
        for row in rows:
            named = self._one([], [row])
            if named is None:
                continue
            if says.amount is not None and says.amount.value != named.qty and not self._describes(says.amount, named):
                self.doubts.append("target_ambiguous")  # 第2行不要3盒: three fewer, or none?
            else:
                gone.append(named)
        for item in items:
            hit = lines_of(item, self.lines, self.lexicon)
            if len(hit) == 1 and says.amount is not None and self._describes(says.amount, hit[0]):
                gone += hit  # 鞋不要40: the number is its size
            elif len(hit) == 1 and says.amount is not None and says.amount.value != hit[0].qty:
                self.doubts.append("target_ambiguous")  # 别要那么多 1盒: none of it, or so many?
            elif len(hit) == 1 or (hit and self._every_one(says, item)):
                gone += hit
            else:
                self.doubts.append("target_ambiguous" if hit else "target_missing")
        return gone

    def _not_kept(self, items: list[Said]) -> bool:
        """Whether all the lines that items name are out already because others are to be kept."""
        hits = [lines_of(item, self.lines, self.lexicon) for item in items]
        return all(hit and not any(line in (self.kept or ()) for line in hit) for hit in hits)

    def _taken_off(self, says: Clause, items: list[Said], rows: list[int]) -> bool:
        """洗洁精砍掉20箱 of 80: so many fewer; False when it is all of the line, or no quantity."""
        assert says.amount is not None
        hits = [line for line in self.lines if line.line_no in rows]
        hits += [] if rows or len(items) != 1 else lines_of(items[0], self.lines, self.lexicon)
        if not rows and not items:
            hits = [self.target] if self.target in self.lines and self.target is not None else self.lines[:]
        if len(hits) != 1 or any(item.strange or item.clash for item in items) or says.amount.approx:
            return False
        line, off = hits[0], self._in_units_of(hits[0], says.amount)
        if off is None or line.qty is None or self._describes(says.amount, line) or not 0 < off < line.qty:
            return False
        self._raise(line, says.amount, -1)
        return True

    @staticmethod
    def _every_one(says: Clause, item: Said) -> bool:
        """龙头都去掉: all lines a plain word names; which of them nobody has to say."""
        alone = len(says.before) + len(says.after) == 1 and not says.rows and not says.rows_after
        return says.all and alone and says.amount is None and not item.strange and not item.clash

    def _keep(self, says: Clause) -> None:
        if says.before and says.amount is not None and not says.after:
            self._change(says)  # 八联管只要6盒: so many of it, and the other lines as they are
            return
        kept = self.kept if self.kept is not None else []
        for row in says.rows + says.rows_after:
            named = self._one([], [row])
            if named is not None:
                kept.append(named)
        for item in says.before + says.after:
            hit = lines_of(item, self.lines, self.lexicon)
            if len(hit) > 1 and says.amount is None and not item.strange and not item.clash:
                kept += hit  # 只留筒灯: all of them
            elif len(hit) == 1:
                kept += hit
                if says.amount is not None:
                    self._set_amount(hit[0], says.amount)
            else:
                self.doubts.append("target_ambiguous" if hit else "target_missing")
        if kept and not self.doubts:
            self.kept = kept
            self.changed = True

    def _swap(self, says: Clause) -> bool:
        items = says.before + says.after
        rows = says.rows + says.rows_after
        items = self._without_name_of_all(items)
        both = lines_of(items[0], self.lines, self.lexicon) if len(items) == 1 and not rows else []
        if len(both) == 2 and not items[0].strange and not items[0].clash:  # 两种三节轨数量搞反了
            lines: list[DraftLine | None] = [*both]
        else:
            items = self._of_one_name(items)
            lines = [self._one([], [row]) for row in rows] + [self._one([item], []) for item in items]
        pair = [line for line in lines if line is not None]
        if self.swapped and not items and not rows:
            return True  # 写反了,对调一下: said once more
        put = self.said is not None and any(t.has(c.CHANGE) for t in self.said)
        if "反" in says.verb_text and not items and not rows and put and len(self.lines) > 2:
            return True  # 黑啤15改51,打反了: why it is changed
        if "反" in says.verb_text and not items and not rows and self._both_set():
            return True  # 10公斤的6只,15公斤的10只,我写反了
        if not pair and len(self.lines) == 2 and not items and not rows:
            pair = list(self.lines)
        if len(pair) != 2 or pair[0] is pair[1]:
            if not self.doubts:
                self.doubts.append("target_ambiguous")
            return True
        self.swapped = True
        first, second = pair
        if says.price_cue:  # 3段的价格跟1段的对调一下
            first.price, second.price = second.price, first.price
            first.price_unit, second.price_unit = second.price_unit, first.price_unit
            self.changed = True
            return True
        first.qty, second.qty = second.qty, first.qty
        own = "反" in says.verb_text  # 写反了: the numbers alone, unless a unit of the other is its own as well
        if self._sold_by(first, second.unit, own=own) or self._sold_by(second, first.unit, own=own):
            first.unit, second.unit = second.unit, first.unit
            for line in pair:
                if not self._sold_by(line, line.unit):
                    line.doubts.append("unit_unknown")
        self.changed = True
        return True

    def _reversed(self) -> bool:
        """黑鞋3双,黄鞋5双,我写反了: what is said is how it should be."""
        counted = sum(t.kind is T.QTY for t in self.tokens)
        return counted > 1 and any(t.has(c.SWAP) and "反" in t.text for t in self.tokens)

    def _both_set(self) -> bool:
        """Whether two lines have other amounts than in the draft already."""
        return sum(line.line_no is not None and line.qty != had_in(self.draft, line) for line in self.lines) > 1

    def _of_one_name(self, items: list[Said]) -> list[Said]:
        """1.27的和1.52的写反了, beside other goods of 1.27: those that have the name of the other."""
        hits = [lines_of(item, self.lines, self.lexicon) for item in items]
        if len(items) != 2 or sorted(min(len(hit), 2) for hit in hits) != [1, 2]:
            return items
        single = next(hit[0] for hit in hits if len(hit) == 1)
        one = self.lexicon.by_sku(single.sku)
        result: list[Said] = []
        for item, hit in zip(items, hits, strict=True):
            kin = [
                line for line in hit if one is not None and (p := self.lexicon.by_sku(line.sku)) and p.name == one.name
            ]
            number = self.lexicon.number(kin[0].sku or "") if len(hit) > 1 and len(kin) == 1 else None
            alike = number is not None and kin[0] is not single
            result.append(replace(item, found=frozenset((number,))) if alike and number is not None else item)
        return result

    def _without_name_of_all(self, items: list[Said]) -> list[Said]:
        """成人儿童两款每日坚果写反了: the name of both of them, said besides what tells them apart."""
        hits = [lines_of(item, self.lines, self.lexicon) for item in items]
        single = {id(hit[0]) for hit in hits if len(hit) == 1}
        return [
            item for item, hit in zip(items, hits, strict=True)
            if len(hit) != 2 or len(single) != 2 or {id(line) for line in hit} != single
        ]  # fmt: skip

    def _sold_by(self, line: DraftLine, unit: str | None, *, own: bool = False) -> bool:
        """Whether a line's product can be counted in a unit; when neither of two can, only their numbers change
        places."""
        product = self.lexicon.by_sku(line.sku)
        if product is None or unit is None:
            return True
        return product.factor(unit) is not None and (not own or unit in (product.base_unit, *product.units))

    def _gift(self, says: Clause) -> None:
        named = says.before or says.after or says.rows
        if says.amount is None and not named and self.added in self.lines and self._free_already():
            return  # 送气泡袋2包,不要钱
        self._give_away(says)

    def _give_away(self, says: Clause) -> None:
        self._made_whole(says, 1)  # 肉松再送1袋原味的
        items = says.before + says.after
        if says.amount is None:
            free = self._each(items if not says.rows else [], says.rows, every=says.all)
            if not items and not says.rows and (default := self._default_target(says)) is not None:
                free = [default]
            for each in free:
                each.gift, each.price, each.price_unit = True, None, None
                self.changed, self.target = True, each
            return
        named = any(lines_of(item, self.lines, self.lexicon) for item in items)
        if named or says.rows or (says.all and not items):  # 每行都打九折再送两盒封板膜: new goods
            hits = self._given_each(says, items)
            if len(hits) > 1:
                for one in hits:
                    self._give(one.sku, says.amount)
                return
        if says.rows:
            source = self._one([], says.rows)
            if source is not None:
                self._give(source.sku, says.amount)
            return
        if items:
            hit = lines_of(items[0], self.lines, self.lexicon)
            sku = hit[0].sku if len({line.sku for line in hit}) == 1 else None
            if len(hit) == 1 and self._that_many(hit[0], says.amount):
                hit[0].gift, hit[0].price, hit[0].price_unit, self.changed = True, None, None, True
                self.target = hit[0]
                return
            if sku is None:
                line = self._add(items[:1], says.amount)
                if line is not None:
                    line.gift = True
                return
        else:
            source = self._default_target(says)
            if source is None:
                return
            sku = source.sku
        self._give(sku, says.amount)

    def _free_already(self) -> bool:
        return self.added is not None and self.added.gift

    def _given_each(self, says: Clause, items: list[Said]) -> list[DraftLine]:
        """两种猫条各送1桶: the lines whose goods are given, each so many."""
        if not says.all:
            return []
        if not items and not says.rows:
            return [line for line in self.lines if not line.gift]
        return self._each(items if not says.rows else [], says.rows, every=True)

    def _give(self, sku: str | None, amount: Token) -> None:
        number = max((line.line_no or 0 for line in self.lines), default=0) + 1
        gift = DraftLine(line_no=number, sku=sku, gift=True)
        self.lines.append(gift)
        self.added = gift
        self._set_amount(gift, amount)

    def _that_many(self, line: DraftLine, amount: Token) -> bool:
        """实心鱼丸那两袋算送的: the amount points at the line as it is, and counts no gift beside it."""
        points = self.folded.text[max(0, amount.start - 1) : amount.start] in ("那", "这")
        free = self.folded.text[amount.end : amount.end + 3].startswith(
            ("算送", "当送", "算赠", "不收", "免费", "算是送")
        )
        return (points or free) and line.qty == amount.value and counts_in(line, amount.unit, self.lexicon)
