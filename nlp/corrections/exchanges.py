"""A line of the draft that becomes something else: other goods, another number of its goods, another amount or
unit."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from nlp.catalogue.resolve import Said, is_head, meaning
from nlp.corrections.draft import DraftLine, had_in, lines_of, retained
from nlp.corrections.outandin import OutAndIn
from nlp.corrections.saying import Clause
from nlp.corrections.signs import counts_in
from nlp.scanning import cues as c
from nlp.scanning.tokens import T, Token

_UP_OR_DOWN = ("降到", "涨到", "砍到", "压到", "提到", "提高到", "降至", "减到", "加到")


def _sizes(items: list[Said]) -> list[Token]:
    """The numbers by which a clause names its line: 16 of 16的板."""
    words = [word for item in items for word in item.words if word.kind in (T.SPEC, T.MEASURE)]
    return [word for word in words if any(char.isdigit() for char in word.text)]


class Exchanges(OutAndIn):
    """What 改 and 换 do to the lines a clause names."""

    def _change_all(self, says: Clause) -> None:
        """都改成5盒, 都减半."""
        lines = self.lines
        if says.amount_before is not None and says.amount is not None:  # 5盒的都改10盒
            value, unit = says.amount_before.value, says.amount_before.unit
            counted = unit in ("个", "样", "款", "种") and value == len(lines)  # 三个各改两箱
            had = [line for line in lines if line.qty == value and counts_in(line, unit, self.lexicon)]
            lines = had or (lines if counted else [])
            if not lines:
                self.doubts.append("target_missing")
        for line in lines:
            self._change_amount(line, says)

    def _change_amount(self, line: DraftLine, says: Clause) -> None:
        if says.times is not None and line.qty is not None and not line.gift:
            self._multiply(line, says.times)
        if says.amount is not None and says.verb_text in _UP_OR_DOWN and says.amount.unit is None:
            self._up_or_down(line, says)
        elif says.amount is not None:
            self._set_amount(line, says.amount)

    def _change(self, says: Clause) -> None:
        named = bool(says.before or says.rows)
        if says.all and not named and (says.amount is not None or says.times is not None):
            self._change_all(says)
            return
        if len(says.after) == 1 and says.amount is not None and (line := self._counted_anew(says)) is not None:
            self._set_amount(line, says.amount)
            return
        self._of_kin(says)
        if named:
            every = says.all or says.times is not None or self._all_become(says)  # 圆盒减半: all of them
            targets = self._each(says.before if not says.rows else [], says.rows, every=every)
        else:
            default = self._default_target(says)
            if default is not None and len(says.after) == 1 and len(self.numbers) > len(self.lines) == 1:
                old = self.lexicon.by_sku(default.sku)
                if old is not None and not self._kin(old, says.after[0].found):
                    self.doubts.append("target_ambiguous")  # 手套都不要了换乳胶的, and syringes are left
                    return
            targets = [default] if default is not None else []
        if len(says.after) > 1 or (len(targets) > 1 and says.amount_before is not None):
            self.doubts.append("target_ambiguous")
            targets = []
        for line in targets:
            self._change_line(line, replace(says, after=list(says.after)))
        self.together = targets if says.after else []

    def _all_become(self, says: Clause) -> bool:
        """安全鞋改成高帮的, of one shoe in two sizes: each has its own high one."""
        if len(says.before) != 1 or len(says.after) != 1 or says.rows or says.amount is not None:
            return False
        if says.amount_before is not None or says.before[0].strange or says.before[0].clash:
            return False
        if not says.after[0].known or any(is_head(word, self.lexicon) for word in says.after[0].words):
            return False
        olds = [self.lexicon.by_sku(line.sku) for line in lines_of(says.before[0], self.lines, self.lexicon)]
        if len({old.name for old in olds if old is not None}) != 1 or None in olds:
            return False
        found: list[int] = []
        for old in olds:
            kin = frozenset(
                n for n in says.after[0].found if old is not None and self.lexicon.product(n).name == old.name
            )
            kept = retained(old, kin, self.lexicon) if old is not None and kin else kin
            found += kept if len(kept) == 1 else []
        return len(set(found)) == len(olds) and not {p.sku for p in map(self.lexicon.product, found)}.intersection(
            old.sku for old in olds if old is not None
        )

    def _counted_anew(self, says: Clause) -> DraftLine | None:
        """改成黑笔5盒, 球泡应该是9w一箱: the line that has an amount from now on, one of those named before."""
        hits = lines_of(says.after[0], self.lines, self.lexicon)
        if not (says.before or says.rows):
            return hits[0] if len(hits) == 1 else None
        before = lines_of(says.before[0], self.lines, self.lexicon) if len(says.before) == 1 and not says.rows else []
        both = [line for line in hits if line in before]
        return both[0] if len(both) == 1 < len(before) else None

    def _of_kin(self, says: Clause) -> None:
        """鸡肉的改三文鱼, of dog food and tins with chicken: the line whose goods come so."""
        if len(says.before) != 1 or len(says.after) != 1 or says.rows or says.all:
            return
        hits = lines_of(says.before[0], self.lines, self.lexicon)
        if len(hits) < 2 or says.before[0].strange or any(is_head(word, self.lexicon) for word in says.after[0].words):
            return
        names = {self.lexicon.product(n).name for n in says.after[0].found}
        fitting = [line for line in hits if (old := self.lexicon.by_sku(line.sku)) is not None and old.name in names]
        if len(fitting) == 1 and fitting[0].line_no is not None:
            says.rows = [fitting[0].line_no]

    @staticmethod
    def _exchanges(says: Clause) -> bool:
        """换43, 拿错了要33: goods, not their number."""
        return says.verb_text.startswith("换") or (says.verb == c.FIX and "错" in says.verb_text)

    def _change_line(self, line: DraftLine, says: Clause) -> None:
        if self._was_its_price(line, says):
            self._price(Clause(rows=[line.line_no or 0], amount=says.amount, price_cue=True))
        else:
            self._change_goods(line, says)

    def _change_goods(self, line: DraftLine, says: Clause) -> None:
        said = self._said_before(line, says)
        if said is not None and line.qty is not None and said not in (line.qty, had_in(self.draft, line)):
            if says.after and says.amount is None and said < line.qty:
                self._part(line, says, said, says.after[0])
                return
            if says.amount_before is None or not self._describes(says.amount_before, line):
                self.doubts.append("target_ambiguous")  # 可乐3箱改5箱, and there are ten
                return
        if says.amount is not None and says.amount.text == "一半" and line.qty is not None:
            if says.after:
                self._part(line, says, line.qty / 2, says.after[0])  # 弯头换成45度的一半
                return
            says.amount, says.times = None, Decimal("0.5")
        sized = self._exchanges(says) or (says.verb == c.CHANGE and bool(_sizes(says.before)))  # 16的板改18
        if says.amount is not None and not says.after and sized and self._other_number(line, says):
            return
        if says.after and self._sized(line, says):
            return
        if says.after and len(says.before) == 1 and not says.before[0].strange:
            kept = says.after[0].found & says.before[0].found  # 体温计换成水银的: a 体温计 still
            kept = kept or self._of_one_word(says.before[0], says.after[0])
            says.after[0] = replace(says.after[0], found=kept) if kept else says.after[0]
        if says.after and self._leaves_size(line, says):
            self.doubts.append("sku_unknown")  # 16暖白换成胡桃木, and there is none of 16
            return
        if says.after and not self._set_product(line, says.after[0]):
            return
        self._change_amount(line, says)
        self.hinted = self.hinted or bool(says.after and says.amount is None)  # 换成500ml的,3箱
        if says.amount is None and says.unit is not None:
            product = self.lexicon.by_sku(line.sku)
            if product is not None and product.factor(says.unit) is None:
                self.doubts.append("unit_unknown")
            else:
                line.unit = product.unit_named(says.unit) or says.unit if product else says.unit
                self.changed = True
                self.hinted = True  # 全改成箱,2箱
        elif says.amount is None and not says.after and says.times is None:
            self.doubts.append("target_ambiguous")
        self.target = line

    def _of_one_word(self, before: Said, after: Said) -> frozenset[int]:
        """吉利丁片换成粉的: goods of another name that the first word named as well."""
        if any(is_head(word, self.lexicon) and len(word.text) > 1 for word in after.words) or len(before.words) < 2:
            return frozenset()
        first = min(before.words, key=lambda word: word.start)
        found = after.found & meaning(first, self.lexicon) if len(first.text) > 1 else frozenset()
        return found if len(found) == 1 else frozenset()

    @staticmethod
    def _was_its_price(line: DraftLine, says: Clause) -> bool:
        """膜40改回42: what it has cost, and not how many there are of it."""
        before, amount = says.amount_before, says.amount
        if before is None or amount is None or says.after or before.unit is not None or amount.unit is not None:
            return False
        return line.price is not None and before.value == line.price != line.qty

    def _leaves_size(self, line: DraftLine, says: Clause) -> bool:
        """Whether a size by which the line was named gets lost with the goods it is to become; where some keep it,
        only those are meant."""
        own = [item for item in says.before if line in lines_of(item, self.lines, self.lexicon)]
        sizes, old = _sizes(own), self.lexicon.by_sku(line.sku)
        if not sizes or old is None or len(says.after) != 1 or _sizes(says.after):
            return False
        if any(is_head(word, self.lexicon) for word in says.after[0].words):
            return False
        kin = self._kin(old, says.after[0].found)
        kept = kin
        for word in sizes:
            kept &= meaning(word, self.lexicon)
        says.after[0] = replace(says.after[0], found=kept or says.after[0].found)
        return bool(kin) and not kept
