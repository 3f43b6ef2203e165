"""What a line of the draft shares with another: 价格同C16, 跟黑的一个价, 数量跟水一样; and a part of a line that
becomes other goods: 可乐3箱换成雪碧, 一半换雪碧."""

from __future__ import annotations

import re
from decimal import Decimal

from nlp.catalogue.resolve import Said, group
from nlp.corrections.asides import Asides
from nlp.corrections.draft import DraftLine, lines_of
from nlp.corrections.saying import Clause
from nlp.scanning import cues as c
from nlp.scanning.tokens import T, Token

_LIKE = ("同", "跟", "和", "与", "按", "照", "参照", "比照")
_SAME_AS = re.compile(
    r"(.{0,16}?)(?:单?价格?|价钱)(?:也|都|就)?(?:同|跟|和|与|按|照|参照|比照)(.{1,20}?)(?:的)?(?:单?价格?)?"
    r"(?:一样|相同|一致|一个价|走|算|来)?(?:的)?(?:[,都是]{0,2}\d{1,5}(?:\.\d{1,4})?(?:元|块)?)?[吧了啊]?"
)
_SAME_PRICE = re.compile(
    r"(.{0,16}?)(?:单?价格?|价钱)?(?:也|都|就)?(?:同|跟|和|与|按|照|参照)(.{1,20}?)(?:的)?"
    r"(?:一个价|同价|一样价|一样的价格?|一个价钱|(?:单?价格?|价钱)(?:也)?(?:一样|相同))(?:的)?[吧了啊]?"
)
_AS_MANY = re.compile(
    r".{0,16}?(?:的)?(?:数量|个数|箱数|件数|包数|盒数)(?:也|都|就)?(?:改成|改为|改|要)?(?:跟|和|与|同).{1,16}?"
    r"(?:的)?(?:一样多?|同样多|相同|一致)(?:就行|就好|的)?[吧了啊]?"
    r"|.{0,16}?(?:也|就)?(?:要|来|拿|改成)?(?:跟|和|与|同).{1,16}?(?:的)?(?:数量)?(?:一样多|同样多)(?:就行|就好|的)?[吧了啊]?"
)
_ALIKE = ("一样", "相同", "一致", "都是", "都", "一个价")
_WORDS = (T.ITEM, T.MEASURE, T.SPEC)


def tells_likeness(text: str) -> bool:
    """Whether a clause says only what a line shares with another."""
    if not any(word in text for word in _LIKE):
        return False
    patterns = (_AS_MANY,) if "价" not in text else (_SAME_AS, _SAME_PRICE)
    return any(pattern.fullmatch(text) for pattern in patterns)


def _told_price(tokens: list[Token]) -> tuple[list[Token], Decimal | None]:
    """价跟蒜蓉一样31: the clause without the price it tells besides whose it is, and that price."""
    last = tokens[-1]
    if last.kind in (T.NUM, T.PRICE) and len(tokens) > 1 and tokens[-2].text in _ALIKE:
        return tokens[:-1], last.value
    return tokens, None


class Alike(Asides):
    """Prices and amounts taken from another line."""

    def _like_another(self, text: str, tokens: list[Token]) -> bool:
        """Whether a clause said only that, and it has been applied or is asked about."""
        if not any(word in text for word in _LIKE) or any(t.has(c.SWAP) for t in tokens):
            return False
        if "价" not in text:
            return _AS_MANY.fullmatch(text) is not None and self._as_many(tokens)
        return (_SAME_AS.fullmatch(text) or _SAME_PRICE.fullmatch(text)) is not None and self._costs_as(tokens)

    def _pair(self, tokens: list[Token]) -> tuple[DraftLine | None, list[DraftLine]] | None:
        """The line spoken of (before 跟, else the one of the clause before) and the lines it is compared with."""
        place = next((n for n in range(len(tokens) - 1, -1, -1) if tokens[n].text.endswith(_LIKE)), -1)
        if place < 0 or any(t.kind in (T.PRICE, T.NUM, T.QTY) for t in tokens):
            return None  # 单价按20.5
        while place and not any(t.kind in (*_WORDS, T.ROW) for t in tokens[place:]):
            place -= 1
        own, other = tokens[:place], tokens[place:]
        others = self._meant(other)
        if not others:
            return None
        target = self.added if self.added in self.lines else self.target
        if any(t.kind in (*_WORDS, T.ROW) for t in own):
            meant = self._meant(own)
            target = meant[0] if len(meant) == 1 else None
        if target is None or target not in self.lines:
            return None, others
        others = [line for line in others if line is not target]
        old = self.lexicon.by_sku(target.sku)
        if len(others) > 1 and old is not None:  # 跟黑的一个价: of its own name
            others = [o for o in others if (one := self.lexicon.by_sku(o.sku)) is not None and one.name == old.name]
        return target, others

    def _meant(self, tokens: list[Token]) -> list[DraftLine]:
        rows = self._rows(*tokens)
        found = [line for line in self.lines if line.line_no in rows]
        for item in group([t for t in tokens if t.kind in _WORDS], self.lexicon)[:1]:
            if not item.strange and not item.clash:
                found += lines_of(item, self.lines, self.lexicon)
        return list(dict.fromkeys(found))

    def _costs_as(self, tokens: list[Token]) -> bool:
        """价格同C16: the line just spoken of costs what that one costs."""
        said, told = _told_price(tokens)
        pair = self._pair(said)
        if pair is None:
            return False
        target, others = pair
        if told is not None:  # 价跟蒜蓉一样31: of several, the one that costs so much
            others = [line for line in others if line.price == told]
        if target is None or len(others) != 1 or others[0].price is None:
            self.doubts.append("target_ambiguous")
            return True
        other, product = others[0], self.lexicon.by_sku(target.sku)
        if product is not None and other.price_unit is not None and product.factor(other.price_unit) is None:
            self.doubts.append("unit_unknown")
            return True
        target.price, target.price_unit, self.changed = other.price, other.price_unit, True
        target.tax = other.tax if target.tax is None else target.tax
        target.spans["unit_price"] = self.folded.span(tokens[0].start, tokens[-1].end)
        return True

    def _as_many(self, tokens: list[Token]) -> bool:
        """生抽的数量跟水一样."""
        pair = self._pair(tokens)
        if pair is None:
            return False
        target, others = pair
        if target is None or len(others) != 1 or others[0].qty is None:
            self.doubts.append("target_ambiguous")
            return True
        other, product = others[0], self.lexicon.by_sku(target.sku)
        theirs, unit = self.lexicon.by_sku(other.sku), other.unit
        if product is not None and unit is not None and unit not in product.units:
            if theirs is None or theirs.unit_named(unit) != theirs.base_unit:
                self.doubts.append("unit_unknown")
                return True
            unit = product.base_unit  # as many pieces as pieces
        target.qty, target.unit, self.changed = other.qty, unit, True
        target.spans["qty"] = self.folded.span(tokens[0].start, tokens[-1].end)
        return True

    # ---------------------------------------------------------------- parts of a line

    def _said_before(self, line: DraftLine, says: Clause) -> Decimal | None:
        """The amount before the verb in the line's own unit: 可乐3箱换成雪碧; None when there is none to compare."""
        token = says.amount_before
        if token is None or token.value is None or line.qty is None:
            return None
        return line.qty / 2 if token.text == "一半" else self._in_units_of(line, token)

    def _in_units_of(self, line: DraftLine, token: Token) -> Decimal | None:
        """An amount in the unit of a line."""
        if token.value is None:
            return None
        product, unit = self.lexicon.by_sku(line.sku), token.unit
        if unit in (None, line.unit) or product is None:
            return token.value
        said, own = product.factor(unit or ""), product.factor(line.unit or product.default_unit)
        return token.value * said / own if said and own else None

    def _part(self, line: DraftLine, says: Clause, part: Decimal, item: Said) -> None:
        """Make a part of a line other goods; the rest stays."""
        assert line.qty is not None
        whole = part == int(part) or line.qty != int(line.qty)
        number = max((one.line_no or 0 for one in self.lines), default=0) + 1
        new = DraftLine(
            line_no=number, sku=line.sku, qty=part, unit=line.unit, price=line.price, price_unit=line.price_unit,
            tax=line.tax,
        )  # fmt: skip
        if not whole or part <= 0:
            self.doubts.append("target_ambiguous")
            return
        self.lines.append(new)
        self._set_product(new, item)
        line.qty -= part
        self.changed, self.target = True, new
