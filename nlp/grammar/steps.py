"""Prices from a quantity on: which lines a step is for, whether it says the price or how much less."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from nlp.catalogue.lexicon import Product
from nlp.findings import Tier
from nlp.grammar.entries import Entry
from nlp.grammar.parallel import ParallelReader
from nlp.scanning import cues as c
from nlp.scanning.numbers import plain
from nlp.scanning.tokens import T, Token

_OFF = c.words(
    "便宜 再便宜 减 再减 优惠 再优惠 少 降 再降 让 让利 下浮 降价 少收 立减 减价 让价 返 返现 返利 返还 返点 低 再低"
)
_SAME = Decimal("0.8")  # a step is not cheaper than that
_REACH = 40


class StepReader(ParallelReader):
    """The part of the grammar that deals with steps of prices."""

    def _steps(self, at: int) -> int:
        """满10吨分别870、1120: as many numbers behind a step as lines it is for; returns where they end, or 0."""
        tier = self.tier
        if tier is None:
            return 0
        numbers: list[Token] = []
        end = stop = at
        while end < min(len(self.tokens), at + _REACH):
            token = self.tokens[end]
            if token.kind in (T.NUM, T.PRICE) and token.value is not None:
                numbers.append(token)
                stop = end + 1
            elif token.kind is not T.GAP and token.text not in ("/", "、", "和", ","):
                break
            end += 1
        lines = self._of_step()
        if len(numbers) < 2 or len(numbers) != len(lines):
            return 0
        for entry, token in zip(lines, numbers, strict=True):
            if entry.price is not None and not entry.price * _SAME / 2 <= (token.value or 0) < entry.price:
                return 0
        for entry, token in zip(lines, numbers, strict=True):
            self._step_of(entry, tier, token.value or Decimal(0), token)
        self._stepped_down(tier)
        return stop

    def _tiered(self, tier: Token, token: Token) -> None:
        """100盒以上0.79: a price from a quantity on, for the lines of this breath or the goods named behind it."""
        price = token.value or Decimal(0)
        named = [e for e in self.pending if e.item.words and e.item.start >= tier.end]
        if named:
            for entry in named:
                self._step_of(self._again_named(entry), tier, price, token)
            self._stepped_down(tier)
            self.stepping = tier
            return
        less = any(t.text in _OFF for t in self.tokens[tier.at + 1 : token.at])
        for entry in self._for_step(tier, price, less=less):
            off = self._off_each(entry, tier, token) if less else None
            self._step_of(entry, tier, price if off is None else (entry.price or Decimal(0)) - off, token)
        token.used = True
        self._stepped_down(tier)

    def _off_each(self, entry: Entry, tier: Token, token: Token) -> Decimal:
        """每公斤便宜1块 of goods that are priced by 斤 is half of it; what cannot be converted is taken as it is."""
        off = token.value or Decimal(0)
        between = self.tokens[tier.at + 1 : token.at]
        said = [t.text for t in between]
        per = token.unit
        if per is None and "每" in said:
            named = "".join(said[said.index("每") + 1 :])
            per = next((named[:size] for size in (2, 1) if named[:size] in self.lexicon.unit_words), None)
        if per is None or entry.price is None:
            return off
        shares: set[Decimal] = set()
        for product in (self.lexicon.product(n) for n in list(entry.item.found)[:20]):
            one = product.factor(per)
            unit = entry.price_unit or self._unit_of_list(entry)
            own = product.factor(unit) if unit else self._plausible(product, entry.price)
            if one and own:
                shares.add(own / one)
        if len(shares) != 1:
            self.out.unused.append(replace(token))  # 每公斤便宜1块, of what is sold by the bag
            return off
        return off * shares.pop()

    def _unit_of_list(self, entry: Entry) -> str | None:
        """What the price said before is for: 12.5/斤, 一级10."""
        before: str | None = None
        for line in self.out.entries:
            if line is entry:
                break
            before = line.price_unit or before
        return before

    @staticmethod
    def _plausible(product: Product, price: Decimal) -> Decimal | None:
        """Base units in the unit a price without one is for: the one in which it is nearest to the list."""
        if not product.list_price:
            return product.factor(product.default_unit)
        listed = product.list_price
        return min(product.units.values(), key=lambda size: abs(price / (listed * size) - 1))

    def _tiered_rate(self, tier: Token, rate: Decimal, token: Token) -> None:
        """100箱以上九五折: of what each line costs."""
        for entry in self._of_step():
            if entry.price is not None:
                self._step_of(entry, tier, entry.price * rate, token)
        self._stepped_down(tier)

    def _goes_on(self, token: Token) -> bool:
        """满50箱三格0.88 四格1.0: goods that have their price, named again behind a step."""
        tier = self.stepping
        if tier is None or not self.pending:
            return False
        entry = self.pending[-1]
        line = self._again_named(entry, probe=True)
        if line is entry or line.price is None or token.value is None or token.value >= line.price:
            return False
        self._step_of(self._again_named(entry), tier, token.value, token)
        return True

    def _step_of(self, entry: Entry, tier: Token, price: Decimal, token: Token) -> None:
        entry.tiers.append(Tier(plain(tier.value or Decimal(0)), plain(price), tier.unit))
        entry.spans["tiers"] = (entry.spans.get("tiers", (tier.start, 0))[0], token.end)
        token.used = True

    def _stepped_down(self, tier: Token) -> None:
        tier.used = True
        self.tier = None
        self.each = self.all = self.parallel = False

    def _again_named(self, entry: Entry, *, probe: bool = False) -> Entry:
        """The line that already has a price of the goods named again; the entry itself when there is none."""
        had = [
            e for e in self.out.entries
            if e is not entry and e.section == entry.section and e.price is not None and e.item.found
            and (e.item.found <= entry.item.found or entry.item.found <= e.item.found)
        ]  # fmt: skip
        if len(had) != 1:
            return entry
        if not probe:
            self.pending = [e for e in self.pending if e is not entry]
            self.out.entries.remove(entry)
        return had[0]

    def _same_as(self, token: Token) -> None:
        """米黄的同透明的价: what the one line of those goods costs, for the lines that wait for a price."""
        had = [e for e in self.out.entries if e.price is not None and e.item.found & (token.found or frozenset())]
        waiting = [e for e in self.pending if e.price is None]
        if len({(e.price, e.price_unit) for e in had}) != 1 or not waiting:
            self.out.unused.append(token)
            return
        for entry in waiting:
            entry.price, entry.price_unit, entry.tax = had[0].price, had[0].price_unit, had[0].tax
            entry.spans["unit_price"] = (token.start, token.end)

    def _of_step(self) -> list[Entry]:
        """The lines before a step that have as many steps as the last of them: 小颗粒1820,大颗粒1850,100吨以上… ."""
        lines = [e for e in self.out.entries if e.segment == self.segment and not e.gift and not e.dropped]
        if not lines:  # a sentence of its own is about all that was said before
            lines = [
                e for e in self.out.entries if not e.gift and not e.dropped and e.section == len(self.out.sections) - 1
            ]
        had = len(lines[-1].tiers) if lines else 0
        own: list[Entry] = []
        for entry in reversed(lines):
            if len(entry.tiers) != had:
                break
            own.insert(0, entry)
        return own

    def _for_step(self, tier: Token, price: Decimal, *, less: bool) -> list[Entry]:
        """The lines one number behind a step is said for: all it may be the price of, when they cost about as much."""
        lines = self._of_step()
        every = any(t.has(c.ALL, c.EACH) for t in self.tokens[tier.at - 1 if tier.at else 0 : tier.at + 4])
        priced = [e for e in lines if e.price is not None]
        if less:
            return priced
        if every or len({e.price for e in priced}) < 2:
            return lines
        if all(e.price is not None and e.price * _SAME <= price < e.price for e in lines):
            return lines
        own = len(lines)  # 平光的21,近视的200到400度统一34,100副起33: those that cost what the last does
        while own and lines[own - 1].price == lines[-1].price and lines[own - 1].price_unit == lines[-1].price_unit:
            own -= 1
        return lines[own:]
