"""The line grammar: tokens in, entries out. One pass from left to right; a quantity goes to the items that wait
for one, else waits for the next item; a price goes to the line it follows. What finds no place is reported as
unused, and an unused number becomes a question.
"""

from __future__ import annotations

from decimal import Decimal

from nlp import cues as c
from nlp.entries import Entry, Reading, Section
from nlp.findings import Tier
from nlp.numbers import number_at, plain
from nlp.phrases import ITEM_KINDS, PhraseReader
from nlp.tokens import T, Token

_BREAKS = (T.STOP, T.COMMA, T.COLON)


class Reader(PhraseReader):
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
        if kind in (T.NUM, T.PRICE) and self.out.entries and (end := self._parallel(at)):
            return end
        if kind is T.QTY:
            self._quantity(token, at)
        elif kind is T.NUM:
            self._number(token, at)
        elif kind is T.PRICE:
            self._price(token)
        elif kind is T.TIER:
            self.tier = token
        elif kind is T.CUE:
            return self._cue(at, token)
        elif kind is T.PARTY:
            self._party(token)
        elif kind is T.DATE:
            self.out.dates.append(token)
        elif kind is T.PHONE:
            self.out.phone = self.out.phone or token
        elif kind is T.RATE:
            self._rate(token)
        elif kind is T.STOP:
            self._stop()
        elif kind is T.COMMA:
            self.gift = self.drop = self.giving = False
        return at + 1

    def _stop(self) -> None:
        self.segment += 1
        self.each = self.all = self.gift = self.drop = self.giving = False
        if self.waiting is not None and not self.waiting_each:
            self.out.unused.append(self.waiting)
        self.waiting, self.waiting_each = None, False

    def _quantity(self, token: Token, at: int) -> None:
        if token.value is not None and self._total_before(at):
            token.used = True
            self.out.totals.append(token)
            return
        if self.gift:
            self._gift(token, at)
            return
        if self.fix and self.out.entries and not self.pending:
            self.out.entries[-1].count(token)
            self.fix = False
            return
        if self.pending:
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
        after = self._item_follows(at)
        if after or not self.out.entries:
            if self.waiting is not None:
                self.out.unused.append(self.waiting)
            self.waiting, self.waiting_each = token, self.each
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

    def _item_follows(self, at: int) -> bool:
        for token in self.tokens[at + 1 : at + 40]:
            if token.kind in ITEM_KINDS:
                return True
            if token.kind in _BREAKS or token.kind in (T.QTY, T.PARTY):
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

    def _parallel(self, at: int) -> int:
        """Prices said in parallel (25、17 or 24/16块), one for each of the last lines; returns where they end, or 0."""
        numbers: list[Token] = []
        end = at
        slashed = False
        while end < len(self.tokens):
            token = self.tokens[end]
            expects_number = len(numbers) == 0 or self.tokens[end - 1].kind not in (T.NUM, T.PRICE)
            if token.kind in (T.NUM, T.PRICE) and expects_number and token.value is not None:
                numbers.append(token)
            elif token.text in ("/", "、", "和") and not expects_number:
                slashed = slashed or token.text == "/"
            else:
                break
            end += 1
        free = [entry for entry in self.out.entries if entry.price is None and not entry.gift]
        count = len(numbers)
        cued = slashed or self.each or self.pricing or any(t.kind is T.PRICE for t in numbers)
        counted = all(entry.qty is not None for entry in free[-count:]) or self.pricing
        if count < 2 or len(free) < count or not cued or not counted:
            return 0
        for entry, token in zip(free[-count:], numbers, strict=True):
            entry.cost(token)
            if token.unit is None and numbers[-1].unit is not None:
                entry.price_unit = numbers[-1].unit
        self.each = False
        return end

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
        before = self._previous(at)
        taxed = before is not None and before.has(c.TAX_IN, c.TAX_EX) and self.out.entries
        if self.tier is not None or taxed:
            self._price(token)
            return
        if self.pricing and (self.pending or self.out.entries) and not self.gift:
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
            gap = self.tokens[at - 1].kind in (T.GAP, T.SIGN) or "." in token.text
            if last.qty is not None and last.price is None and last.segment == self.segment and gap:
                last.cost(token)
                return
            if self._line_total(last, token):
                token.used = True
                return
        if self._item_follows(at) and self.waiting is None:
            self._quantity(token, at)
            return
        self.out.unused.append(token)

    def _line_total(self, last: Entry, token: Token) -> bool:
        return (
            last.qty is not None
            and last.price is not None
            and token.value is not None
            and abs(last.qty * last.price - token.value) <= Decimal("0.05")
        )

    def _price(self, token: Token) -> None:
        if self._total_before(token.at):
            token.used = True
            self.out.totals.append(token)
            return
        if self.tier is not None:
            tier = Tier(plain(self.tier.value or Decimal(0)), plain(token.value or Decimal(0)), self.tier.unit)
            priced = [entry for entry in self.out.entries if entry.segment == self.segment] or self.out.entries[-1:]
            for entry in priced:
                entry.tiers.append(tier)
            token.used = self.tier.used = True
            self.tier = None
            return
        free = [e for e in self.out.entries if e.price is None and not e.gift]
        if self.all or self.each:
            targets = [e for e in free if e.segment == self.segment] or free
            self.all = self.each = False
        elif self.pending:
            targets = self.pending[-1:]
        elif self.out.entries and not self.out.entries[-1].gift:
            targets = self.out.entries[-1:]
            if not any(t.price is not None for t in self.out.entries) and targets[0].price is None:
                targets = self._siblings(targets[0])
            if targets[0] in self.together and all(e.price is None for e in self.together):
                targets = self.together
        else:
            targets = free[-1:]
        if targets and targets[0].price is None:
            for entry in targets:
                entry.cost(token)
        elif targets and self.fix:
            targets[-1].cost(token)
            self.fix = False
        elif not targets and self.price_waiting is None:
            self.price_waiting = token
        elif targets and self._line_total(targets[-1], token):
            token.used = True
        else:
            self.out.unused.append(token)

    def _siblings(self, last: Entry) -> list[Entry]:
        """Lines of one name in one breath (蓝的10条粉的10条 6.5一条): the only price said is everybody's."""
        kin: list[Entry] = []
        for entry in reversed(self.out.entries):
            same = {self.lexicon.product(n).name for n in list(entry.item.found)[:50]} == {
                self.lexicon.product(n).name for n in list(last.item.found)[:50]
            }
            if not same or entry.segment != last.segment or entry.unit != last.unit or entry.gift:
                break
            kin.append(entry)
        return kin or [last]

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

    def _party(self, token: Token) -> None:
        """A party opens its own section; before any line the last one said at the head of a line counts. A firm nobody
        knows opens one as well, so that its goods are never put on another's account."""
        self.out.parties.append(token)
        if token.parties and self.party_kind and not any(p.kind == self.party_kind for p in token.parties):
            return
        section = self.out.sections[-1]
        ids = {p.id for p in token.parties}
        if section.party is not None and (
            ids & {p.id for p in section.party.parties} or section.party.text == token.text
        ):
            return
        if any(entry.section == len(self.out.sections) - 1 for entry in self.out.entries):
            if section.party is None and not self._opens_line(token):
                section.party = token
                return
            if not ids and not self._opens_line(token) and not self._item_follows(token.at):
                return  # behind the goods a strange name is a place to bring them to
            self.out.sections.append(Section(token, token.start))
            self.last_item = None
        elif section.party is None or (self._opens_line(token) and ids):
            section.party = token

    def _opens_line(self, token: Token) -> bool:
        before = self._previous(token.at)
        return before is None or before.kind is T.STOP

    def _cue(self, at: int, token: Token) -> int:
        if token.has(c.EACH):
            self.each = True
        elif token.has(c.ALL):
            self.all = True
        elif token.has(c.FIX) and self.out.entries:
            self.fix = token.text not in ("应该", "等等", "等一下") or self.fix
        elif token.has(c.DROP):
            self._dropping(at)
        elif token.has(c.GIFT) and not self._brings(at, token):
            after = self._next(at, (T.GAP, T.CUE, T.COLON) if token.text != "送" else (T.GAP,))
            self.gift = after is not None and after.kind in (T.QTY, T.NUM)
            self.giving = after is not None and after.kind in ITEM_KINDS
        if token.has(c.INSTRUCT):
            self.out.unused.append(token)
        if token.has(c.TAX_IN, c.TAX_EX):
            self._tax(token.has(c.TAX_IN))
        if token.has(c.LAST_PRICE):
            self.out.last_price = True
        if token.has(c.IF):
            self.out.conditional = True
        if token.has(c.APPROX) and token.text in ("左右", "上下", "差不多") and self.out.entries:
            self.out.entries[-1].approx = True
        if token.has(c.APPROX) and token.text in ("大概", "大约", "约", "差不多", "将近", "估计"):
            after = self._next(at)
            if after is not None and after.kind is T.QTY:
                after.approx = True
        return at + 1

    def _brings(self, at: int, token: Token) -> bool:
        """送 brings goods to somebody, unless something was bought that the gift comes on top of."""
        if not token.text.endswith("送") or token.text in ("赠送", "白送", "附送", "搭送"):
            return False
        if not any(e.qty is not None and e.section == len(self.out.sections) - 1 for e in self.out.entries):
            return self.waiting is None
        for other in reversed(self.tokens[max(0, at - 6) : at]):
            if other.kind in (T.COMMA, T.STOP, T.QTY, T.PRICE, *ITEM_KINDS):
                return False
            if other.kind in (T.PARTY, T.DATE):
                return True
        return False

    def _tax(self, included: bool) -> None:
        open_lines = [e for e in self.out.entries if e.tax is None and not e.gift]
        if not open_lines:
            self.out.tax = included
        for entry in open_lines:
            entry.tax = included

    def _dropping(self, at: int) -> None:
        """蓝笔不要了 drops what was just named; 不要蓝笔 what is named next."""
        if self.pending and self.pending[-1].qty is None and self.pending[-1].segment == self.segment:
            entry = self.pending.pop()
            self.out.entries.remove(entry)
            self.out.dropped.append(entry)
            return
        after = self._next(at, (T.GAP, T.CUE))
        self.drop = after is not None and after.kind in ITEM_KINDS

    def _finish(self) -> None:
        self._stop()
        if self.tier is not None and not self.tier.used:
            self.out.unused.append(self.tier)
        if self.price_waiting is not None:
            self.out.unused.append(self.price_waiting)
        entries = [entry for entry in self.out.entries if not entry.dropped]
        if self.out.tax is not None:
            for entry in entries:
                if entry.tax is None and not entry.gift:
                    entry.tax = self.out.tax
        # A price that names its item after the list belongs to the line already there.
        for entry in list(entries):
            if entry.qty is None and entry.price is not None and len(entry.item.found) == 1:
                twin = next((e for e in entries if e is not entry and e.qty is not None and e.price is None
                             and not e.gift and e.item.found == entry.item.found), None)  # fmt: skip
                if twin is not None:
                    twin.price, twin.price_unit = entry.price, entry.price_unit
                    twin.tax = twin.tax if twin.tax is not None else entry.tax
                    entries.remove(entry)
        gone = {n for e in self.out.dropped for n in e.item.found if len(e.item.found) == 1}
        self.out.entries = [e for e in entries if not (len(e.item.found) == 1 and e.item.found <= gone)]
