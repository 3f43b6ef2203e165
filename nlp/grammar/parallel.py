"""Amounts said side by side for goods said side by side: 米白/驼色/黑色 10/8/6件 单价52/52/50."""

from __future__ import annotations

from decimal import Decimal

from nlp.catalogue.lexicon import Lexicon
from nlp.grammar.entries import Entry, listed_alike, names_of
from nlp.grammar.lending import lend_to_list, row_again, share_back
from nlp.grammar.phrases import PhraseReader
from nlp.scanning import cues as c
from nlp.scanning.tokens import T, Token

_REACH = 120  # tokens looked through for numbers side by side; nobody lists more
_NEAR = (Decimal("0.5"), Decimal(2))  # of the list price
_NEARER = (Decimal("0.7"), Decimal("1.4"))  # 80袋,1950: what a ton of it costs


class ParallelReader(PhraseReader):
    """The part of the grammar that deals with as many numbers as there are lines."""

    def _parallel(self, at: int) -> int:
        """Prices said in parallel (25、17 or 24/16块), one for each of the last lines; returns where they end, or 0."""
        numbers: list[Token] = []
        end = at
        slashed = False
        apart = self.pricing and self._prices_apart(at)
        while end < min(len(self.tokens), at + _REACH):
            token = self.tokens[end]
            expects_number = len(numbers) == 0 or self.tokens[end - 1].kind not in (T.NUM, T.PRICE)
            if token.kind in (T.NUM, T.PRICE) and expects_number and token.value is not None:
                numbers.append(token)
            elif token.text in ("/", "、", "和") and not expects_number and not (slashed and token.text != "/"):
                slashed = slashed or token.text == "/"
            elif token.kind is T.GAP and numbers and not slashed and (self.parallel or apart):
                pass  # 分别14.2 21, 直接20 25 32 六毛 九毛 一块六
            else:
                break
            end += 1
        count = len(numbers)
        if count < 2:
            return 0
        if self._priced_group(numbers) or self._priced_by_name(numbers):
            return end
        self._row_named_again(count)
        free = [entry for entry in self.out.entries if entry.price is None and not entry.gift]
        cued = (
            slashed or self.each or self.pricing or self.parallel or any(t.kind is T.PRICE for t in numbers)
            or (len(self.together) == count and free[-count:] == self.together)
        )  # fmt: skip
        counted = all(entry.qty is not None for entry in free[-count:]) or self.pricing
        counted = counted or (slashed and self.pending == free[-count:])
        if len(free) < count or not cued or not counted:
            return 0
        lines = free[-count:]
        if (
            self.each
            and not self.pricing
            and all(e.qty is None for e in lines)
            and all(t.kind is T.NUM and not self._may_cost(e, t) for e, t in zip(lines, numbers, strict=True))
        ):
            for entry, token in zip(lines, numbers, strict=True):
                entry.count(token)  # 30/31/32/33各5/10/10/5
            self.pending = [e for e in self.pending if e not in lines]
            self.each = self.parallel = False
            return end
        for entry, token in zip(lines, numbers, strict=True):
            entry.cost(token)
            entry.price_unit = token.unit or numbers[-1].unit or numbers[0].unit
        self.each = self.parallel = False
        self.row = lines
        after = self._next(end - 1)
        if after is not None and after.kind is T.QTY and after.value == 1 and slashed:
            for entry in free[-count:]:
                entry.price_unit = entry.price_unit or after.unit
            after.used = True
            return after.at + 1
        return end

    def _prices_apart(self, at: int) -> bool:
        """Whether as many prices, with nothing but blanks between them, as goods wait for one in this breath follow."""
        waiting = [e for e in self.pending if e.price is None and e.qty is None and e.segment == self.segment]
        spoken = [t for t in self.tokens[at : at + 2 * len(waiting) + 1] if t.kind is not T.GAP]
        row = spoken[: len(waiting)]
        if len(waiting) < 2 or len(row) < len(waiting) or any(t.kind not in (T.NUM, T.PRICE) for t in row):
            return False
        ends = len(spoken) == len(row) or spoken[len(row)].kind not in (T.NUM, T.PRICE)
        return ends and all(self._may_cost(e, t) for e, t in zip(waiting, row, strict=True))

    def _row_named_again(self, count: int) -> list[Entry]:
        """大豆被200*230的4/6/8斤 52/66/79,220*240的60/76/90: the sizes of the row before, of what is named now."""
        waiting = [entry for entry in self.pending if entry.price is None and entry.qty is None]
        waiting = [entry for entry in waiting if entry.segment == self.segment]
        if len(self.row) != count or len(waiting) != 1 or waiting[0] is not self.out.entries[-1]:
            return []
        made = row_again(waiting[0], self.row, self.out.entries, self.lexicon, apart=True)
        if made:
            self.out.entries.remove(waiting[0])
            self.pending = [entry for entry in self.pending if entry is not waiting[0]] + made * self.pricing
            self.out.entries += made
        return made

    def _priced_group(self, numbers: list[Token]) -> bool:
        """杯子每个4毛二和5毛: a name for lines said before, with a price for each of them."""
        heading = self.out.entries[-1]
        open_ones = [entry for entry in self.pending if entry.price is None]  # 三件套6块,水枪15.5和8块2
        if open_ones != [heading] or heading.qty is not None or heading.price is not None or not heading.item.known:
            return False
        lines = [
            e for e in self.out.entries[:-1]
            if e.section == heading.section and e.price is None and e.qty is not None and not e.gift
            and e.item.found and e.item.found <= heading.item.found
        ]  # fmt: skip
        if len(lines) != len(numbers):
            return False
        for token in numbers:
            token.unit = token.unit or numbers[-1].unit or numbers[0].unit
        if not all(self._may_cost(entry, token) for entry, token in zip(lines, numbers, strict=True)):
            return False
        for entry, token in zip(lines, numbers, strict=True):
            entry.cost(token)
        self.out.entries.remove(heading)
        self.pending = [entry for entry in self.pending if entry is not heading]
        return True

    def _priced_by_name(self, numbers: list[Token]) -> bool:
        """PX201 40码30双 41码80双 PX305 42码50双 单价82、109: a price for each kind, not for the last lines."""
        if not self.out.entries:
            return False
        here = self.out.entries[-1].section
        lines = [e for e in self.out.entries if e.section == here and not e.gift]
        if len(lines) <= len(numbers) or any(e.price is not None or e.qty is None for e in lines):
            return False
        kinds: list[list[Entry]] = []
        for entry in lines:
            last = kinds[-1][-1] if kinds else None
            alike = last is not None and _alike(last, entry, self.lexicon)
            if alike:
                kinds[-1].append(entry)
            else:
                kinds.append([entry])
        if len(kinds) != len(numbers):
            return False
        for token in numbers:
            token.unit = token.unit or numbers[-1].unit or numbers[0].unit
        pairs = [(entry, token) for kind, token in zip(kinds, numbers, strict=True) for entry in kind]
        if not all(self._may_cost(entry, token) for entry, token in pairs):
            return False
        for entry, token in pairs:
            entry.cost(token)
        return True

    def _row(self, at: int) -> int:
        """9块 7块, 15和13, 4000 3900: prices behind the lines, as many as wait for one, each what its line may cost;
        returns where they end, or 0."""
        numbers: list[Token] = []
        end = stop = at
        while end < min(len(self.tokens), at + _REACH):
            token = self.tokens[end]
            following = self.tokens[end + 1] if end + 1 < len(self.tokens) else None
            counts = following is not None and following.kind is T.UNKNOWN and following.start == token.end
            if token.kind in (T.NUM, T.PRICE) and token.value is not None and not (token.kind is T.NUM and counts):
                numbers.append(token)
                stop = end + 1
            elif token.kind not in (T.GAP, T.COMMA) and token.text not in ("/", "和", "还有", "另一个"):
                break
            end += 1
        if len(numbers) < 2:
            return 0
        if self._priced_group(numbers):
            return stop
        waiting = [e for e in self.out.entries if e.price is None and e.qty is not None and not e.gift]
        lines = [e for e in waiting if e.segment == self.segment] or waiting
        if len(numbers) < 2 or len(numbers) != len(lines) or self.pending or self.waiting is not None or self.gift:
            return 0
        if not all(self._may_cost(entry, token) for entry, token in zip(lines, numbers, strict=True)):
            return 0
        for entry, token in zip(lines, numbers, strict=True):
            entry.cost(token)
        return stop

    def _may_cost(self, entry: Entry, token: Token) -> bool:
        """Whether a number is near what the list has for an entry, in one of its units."""
        if len(entry.item.found) != 1 or token.value is None:
            return False
        product = self.lexicon.product(next(iter(entry.item.found)))
        units = [token.unit] if token.unit else [entry.unit or product.default_unit, product.base_unit]
        if not product.list_price:
            return token.kind is T.PRICE
        factors = [factor for unit in units if (factor := product.factor(unit))]
        if any(_NEAR[0] <= token.value / (product.list_price * factor) <= _NEAR[1] for factor in factors):
            return True
        others = [] if token.unit else [factor for unit, factor in product.units.items() if unit not in units]
        return any(_NEARER[0] <= token.value / (product.list_price * factor) <= _NEARER[1] for factor in others)

    def _quantities(self, at: int) -> int:
        """Quantities side by side, one for each of the lines that wait: returns where they end, or 0."""
        numbers: list[Token] = []
        end = stop = at
        between = joint = ""
        while end < min(len(self.tokens), at + _REACH):
            token = self.tokens[end]
            expected = len(numbers) == 0 or bool(between)
            whole = bool(numbers) and numbers[-1].kind is T.QTY and token.kind is T.QTY  # 5包 3包
            if token.kind in (T.NUM, T.QTY) and (expected or whole) and token.value is not None and not token.approx:
                numbers.append(token)
                between, stop = "", end + 1
            elif token.text in ("/", "、", ",", ":", "比") and not between and numbers and joint in ("", token.text):
                between = token.text
                joint = "/" if token.text == "/" else ""  # 7.2/7.8/8.2,20到26寸…
            elif token.kind is T.GAP and numbers and not between and not joint and numbers[-1].kind is T.NUM:
                between = " "  # 米白驼色黑色 3 2 2件
            elif token.kind is not T.GAP or not numbers:
                break
            end += 1
        waiting = [entry for entry in self.pending if entry.qty is None and entry.segment == self.segment]
        kinds = {t.kind for t in numbers[:-1]}
        if len(numbers) < 2 or (T.QTY in kinds and (T.NUM in kinds or numbers[-1].kind is T.NUM)):
            return 0
        ends = numbers[-1].kind is T.QTY or self._ends(stop) or self._second_row(stop, waiting, len(numbers))
        if not self.pricing and len(waiting) == 1 and ends and (again := self._row_named_again(len(numbers))):
            waiting = again
        costs = self.pricing and len(numbers) == len(waiting) and all(
            t.kind is T.NUM and self._may_cost(e, t) for e, t in zip(waiting, numbers, strict=True)
        )  # fmt: skip
        if costs or len(numbers) != len(waiting) or not ends:
            return 0
        if self.each and (T.QTY in kinds or numbers[-1].kind is T.NUM):  # but 41/42/43各5/10/5双
            return 0
        lend_to_list([entry.item for entry in waiting], self.lexicon)
        share_back(waiting, self.lexicon)
        for entry, token in zip(waiting, numbers, strict=True):
            token.unit = token.unit or numbers[-1].unit
            entry.count(token)
        self.pending = [entry for entry in self.pending if entry not in waiting]
        self.together = self.row = waiting  # 黑/青/红 10/5/5瓶 单价74
        self.each = self.parallel = False
        return stop

    def _second_row(self, at: int, lines: list[Entry], count: int) -> bool:
        """50/30/20 12.5/16.5/25: whether another row of as many numbers follows, each what its line may cost."""
        while at < len(self.tokens) and (self.tokens[at].kind in (T.GAP, T.COMMA) or self.tokens[at].has(c.PRICE)):
            at += 1
        row = [t for t in self.tokens[at : at + 2 * count] if t.kind in (T.NUM, T.PRICE)]
        if self.pricing or len(row) != count or len(lines) != count:
            return False
        joined = all(t.text == "/" for t in self.tokens[at + 1 : at + 2 * count - 1 : 2])
        return joined and all(self._may_cost(e, t) for e, t in zip(lines, row, strict=True))

    def _ends(self, at: int) -> bool:
        """Whether nothing that counts or costs follows in this breath, so that bare numbers can be quantities."""
        for token in self.tokens[at : at + 40]:
            if token.kind is T.STOP:
                return True
            if token.kind in (T.QTY, T.NUM) or token.has(c.EACH):
                return False
        return not self.pricing


def _alike(one: Entry, other: Entry, lexicon: Lexicon) -> bool:
    return names_of(one, lexicon) == names_of(other, lexicon) and listed_alike(one, other, lexicon)
