"""Words of a correction that only the open draft gives a meaning: 推后两天 (from the day it has), 2.5的 (the lines with
that number), 价格同C16 (what that line costs), 价一样 (what the line cost before its goods were exchanged)."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from nlp.catalogue.resolve import Said, by_number, group, is_head
from nlp.catalogue.terms import full_key
from nlp.corrections.dayshifts import SHIFT, by
from nlp.corrections.draft import DraftLine, lines_of, retained
from nlp.corrections.othersize import compared
from nlp.corrections.saying import Clause
from nlp.corrections.transfers import Transfers
from nlp.scanning import cues as c
from nlp.scanning.numbers import plain
from nlp.scanning.text import fold_key
from nlp.scanning.tokens import T, Token

_AS_BEFORE = re.compile(
    r"(?:也|还)?(?:是)?(?:一样|同样)的?(?:价格?|单价|价钱)[吧了啊哈]?|"
    r"(?:数量|个数)?(?:和|跟|与)?(?:单价|价格|价钱|价)(?:数量)?(?:也|还|都|就)?(?:是)?(?:一样|不变|没变|不动|不改|照原来的?|按原来的?|照样)的?[吧了啊哈]?"
)
_WORDS = (T.ITEM, T.MEASURE, T.SPEC)
_NAMING = ("的", "那个", "那款", "那种", "那行", "那条", "规格")
_LIGHT = ("是", "要", "要的是", "款", "种", "就", "那", "这", "个", "吧", "哦", "啊", "尺寸", "型号", "颜色")
_CHANGES = (c.CHANGE, c.DROP)
_ACTS = (c.CHANGE, c.DROP, c.ADD, c.LESS, c.SWAP, c.ALL, c.TIMES, c.PRICE, c.KEEP)
_NUMBER = re.compile(r"\d{1,4}(?:\.\d{1,3})?")
_ZEROS = r"(?:\.0+)?"


class DraftSays(Transfers):
    """Makes such words plain before a clause is read."""

    moved: timedelta | None = None  # how far the day has been moved
    dropped: dict[int, tuple[Decimal, str | None]]  # by identity of a line: its price before other goods took its place

    def _clause(self, tokens: list[Token]) -> None:
        spoken = [t for t in tokens if t.kind is not T.GAP]
        if not 0 < len(spoken) <= 40:
            super()._clause(tokens)
            return
        spoken = self._shifted(spoken)
        spoken = self._follows(spoken) if spoken else spoken
        if not spoken:
            return
        text = "".join(t.text for t in spoken)
        if _AS_BEFORE.fullmatch(text) and self._restore():
            return
        if self._like_another(text, spoken):
            return
        if self._split(spoken) or self._transferred(spoken):
            return
        if self.added is not None and self.added in self.lines and self._completed(spoken, self.added):
            return
        if self.raised is not None and self._of_another_kind(spoken, *self.raised):
            return
        spoken, unclear = compared(spoken, self.lines, self.lexicon)
        if unclear:
            self.doubts.append("sku_ambiguous")  # 换小瓶的, and there are two smaller ones
            return
        super()._clause(self._by_numbers(self._beside_kin(self._sized_lines(spoken))))

    # ---------------------------------------------------------------- days

    def _shifted(self, tokens: list[Token]) -> list[Token]:
        """The clause without 推后两天, the day moved; a draft without a day has nothing to be moved."""
        start, end = tokens[0].start, tokens[-1].end
        match = SHIFT.search(self.folded.text, start, end)
        if match is None:
            return tokens
        inside = [t for t in tokens if t.start >= match.start() and t.end <= match.end()]
        if not inside or inside[0].start != match.start() or inside[-1].end != match.end():
            return tokens
        if any(t.kind in (*_WORDS, T.PARTY, T.PRICE) for t in inside):
            return tokens
        rest = [t for t in tokens if t not in inside and not t.has(c.DELIVER)]
        moved = by(match)
        if moved is None:
            return tokens
        if self.moved == moved:
            return rest  # 要晚三天到,日期往后挪三天: the same once more
        said = self.updates.get("delivery_date") or self.draft.get("delivery_date")
        try:
            day = date.fromisoformat(str(said))
        except ValueError:
            self.doubts.append("date_ambiguous")
            return rest
        self.moved = moved
        self.updates["delivery_date"] = (day + moved).isoformat()
        self.spans["delivery_date"] = self.folded.span(match.start(), match.end())
        self.changed = True
        return rest

    # ---------------------------------------------------------------- numbers that name lines

    def _completed(self, tokens: list[Token], line: DraftLine) -> bool:
        """加2箱锡纸,45的那种: an attribute alone, said behind the goods just added."""
        words = [t for t in tokens if t.kind in (*_WORDS, T.NUM)]
        light = all(t in words or t.text in _NAMING or t.text in _LIGHT for t in tokens)
        if not words or not light or any(is_head(t, self.lexicon) for t in words):
            return False
        numbers = [t for t in words if t.kind is T.NUM]
        if not numbers:
            items = group(words, self.lexicon)
            return len(items) == 1 and self._set_product(line, items[0])
        skus = [line.sku] if line.sku is not None else list(line.candidates)
        old = self.lexicon.by_sku(skus[0]) if skus else None
        if len(words) > 1 or old is None or numbers[0].value is None:
            return False
        kin = Said([], self.lexicon.exact(full_key(fold_key(old.name))))
        if not by_number(kin, numbers[0].value, self.lexicon):
            return False
        found = retained(old, kin.found, self.lexicon)
        return len(found) == 1 and self._become(line, found, (words[0].start, words[0].end))

    def _of_another_kind(
        self, tokens: list[Token], line: DraftLine, qty: Decimal | None, unit: str | None, amount: Token
    ) -> bool:
        """再加2件文化衫,白的: not of the red ones in the draft but new goods of that name."""
        words = [t for t in tokens if t.kind in _WORDS]
        light = all(t in words or t.text in _NAMING or t.text in _LIGHT for t in tokens)
        old = self.lexicon.by_sku(line.sku)
        if not words or not light or old is None or any(is_head(t, self.lexicon) for t in words):
            return False
        items = group(words, self.lexicon)
        if len(items) != 1 or items[0].strange or items[0].clash or lines_of(items[0], [line], self.lexicon):
            return False
        found = frozenset(n for n in items[0].found if self.lexicon.product(n).name == old.name)
        if not found:
            return False
        line.qty, line.unit = qty, unit
        self._add([replace(items[0], found=found)], amount)
        return True

    def _by_numbers(self, tokens: list[Token]) -> list[Token]:
        """2.5的都改成200一卷: a bare number in front that the spec of some lines has and no quantity is."""
        result, counting = list(tokens), False
        priced: list[int] = []
        for at, token in enumerate(tokens):
            after = tokens[at + 1] if at + 1 < len(tokens) else None
            if token.has(c.CHANGE, c.ADD, c.LESS) and token.text != "要":
                counting = True
            counting = counting and token.kind not in (T.QTY, T.PRICE)
            if counting:
                continue  # 30的加5盒 40的少5盒: what follows a verb is its number
            if token.kind is not T.NUM or token.value is None:
                continue
            kept = at > 0 and tokens[at - 1].has(c.KEEP, c.DROP)  # 只留700的, 不要502
            if after is None and not kept:
                continue
            named = after is None or after.text in _NAMING or (after.has(*_ACTS) and token.value != int(token.value))
            strange = all(line.qty != token.value for line in self.lines)  # 502换20g的, 圆盒700换黑的: no quantity
            if after is not None and not named:
                inside = at > 0 and tokens[at - 1].kind is T.ITEM and after.kind is T.ITEM  # 圆盒700白换成黑的
                listed = after.kind is T.NUM or after.has(c.ALL, c.EACH)  # 螺栓30 40都换成…
                if not strange or not (inside or listed or (after.has(*_CHANGES, c.PRICE) and after.text != "要")):
                    continue
            if not kept and not any(t.has(*_ACTS) for t in tokens[at + 1 :]):
                continue
            found = frozenset(
                n for line in self.lines if (n := self.lexicon.number(line.sku or "")) is not None
                and self._has_number(n, token.value)
            )  # fmt: skip
            found = self._written_so(found, token) or found
            if found:
                result[at] = replace(token, kind=T.SPEC, found=found)
            rows = tuple(line.line_no or 0 for line in self.lines if line.price == token.value)
            every = any(t.has(c.ALL, c.EACH) for t in tokens)
            if not found and strange and (len(rows) == 1 or (rows and every)):
                result[at] = replace(token, kind=T.ROW, rows=rows)
                priced.append(at + 1)
        for at in reversed(priced):  # 22的都改成21
            result.insert(at, replace(tokens[at - 1], kind=T.CUE, text="价", cues=(c.PRICE,)))
        return result

    def _sized_lines(self, tokens: list[Token]) -> list[Token]:
        """快充不要了,4.0的谈到125: a number that heads a clause names the one line that writes it so, whatever was
        spoken of before it."""
        head, after = tokens[0], tokens[1].text if len(tokens) > 1 else ""
        if head.kind is not T.SPEC or _NUMBER.fullmatch(head.text) is None or after not in _NAMING:
            return tokens
        numbers = {n for line in self.lines if (n := self.lexicon.number(line.sku or "")) is not None}
        found = self._written_so(frozenset(numbers), head)
        return [replace(head, found=found), *tokens[1:]] if len(found) == 1 else tokens

    def _beside_kin(self, tokens: list[Token]) -> list[Token]:
        """再加一盒3.2的: goods of the one name in the draft that has such a number."""
        said = [t for t in tokens if t.kind is T.NUM]
        counts = [t for t in tokens if t.kind is T.QTY]
        if len(said) != 1 or len(counts) != 1 or any(t.kind in _WORDS or t.has(c.GIFT) for t in tokens):
            return tokens
        if not any(t.has(c.ADD) for t in tokens) or said[0].value is None:
            return tokens
        at = tokens.index(said[0])
        named = at + 1 < len(tokens) and tokens[at + 1].text in _NAMING
        if not named and said[0].value == int(said[0].value):
            return tokens
        names = {product.name for line in self.lines if (product := self.lexicon.by_sku(line.sku)) is not None}
        found: set[int] = set()
        for name in names:
            kin = Said([], self.lexicon.exact(full_key(fold_key(name))))
            if by_number(kin, said[0].value, self.lexicon):
                found |= kin.found
        if len(found) != 1:
            return tokens
        return [*tokens[:at], replace(said[0], kind=T.SPEC, found=frozenset(found)), *tokens[at + 1 :]]

    def _has_number(self, number: int, value: Decimal) -> bool:
        product = self.lexicon.product(number)
        said = re.compile(rf"(?<![\d.]){re.escape(plain(value))}{_ZEROS if value == int(value) else ''}(?![\d.])")
        return said.search(fold_key(f"{product.spec} {product.name}")) is not None

    def _written_so(self, found: frozenset[int], token: Token) -> frozenset[int]:
        """4.0的, beside 4A: of goods with a number those that write it as it was said."""
        said = re.compile(rf"(?<![\d.]){re.escape(token.text)}(?![\d.])")
        products = {n: self.lexicon.product(n) for n in found}
        return frozenset(n for n, one in products.items() if said.search(fold_key(f"{one.spec} {one.name}")))

    def _describes(self, amount: Token, line: DraftLine) -> bool:
        """Whether a bare number is no quantity of a line but stands in its spec."""
        number = self.lexicon.number(line.sku or "")
        if amount.unit is not None or amount.value is None or amount.value == line.qty or number is None:
            return False
        return self._has_number(number, amount.value)

    def _numbered_in_place(self, says: Clause) -> bool:
        """鞋不要40,要41: the same goods with another number, in the place of the line just taken out."""
        amount = says.amount
        if self.lost is None or amount is None or amount.unit is not None or amount.value is None:
            return False
        place, line = self.lost
        old = self.lexicon.by_sku(line.sku)
        if old is None:
            return False
        kin = Said([], self.lexicon.exact(full_key(fold_key(old.name))))
        found = retained(old, kin.found, self.lexicon) if by_number(kin, amount.value, self.lexicon) else frozenset()
        if len(found) != 1:
            self.doubts.append("target_ambiguous")
            return True
        self.lost = None
        self.lines.insert(min(place, len(self.lines)), line)
        return self._become(line, found, (amount.start, amount.end))

    # ---------------------------------------------------------------- prices of other lines

    def _restore(self) -> bool:
        """价一样, said of goods that took the place of others or were added beside some of the same name."""
        lines = [line for line in self.lines if id(line) in self.dropped and line.price is None]
        for line in lines:
            line.price, line.price_unit = self.dropped[id(line)]
        added = self.added if self.added in self.lines else None
        product = self.lexicon.by_sku(added.sku) if added is not None and added.price is None else None
        if lines or added is None or product is None:
            return bool(lines)
        named = [(line, self.lexicon.by_sku(line.sku)) for line in self.lines if line.price is not None]
        kin = [line for line, one in named if one is not None and one.name == product.name]
        if len({(line.price, line.price_unit) for line in kin}) != 1:
            return False
        added.price, added.price_unit, self.changed = kin[0].price, kin[0].price_unit, True
        return True
