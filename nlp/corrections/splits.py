"""A line parted among goods of its own name: 拆成黑蓝各一半, 分成200的10副300的10副, 改成一半红的一半蓝的."""

from __future__ import annotations

from decimal import Decimal

from nlp.catalogue.lexicon import Lexicon
from nlp.catalogue.resolve import Said, by_number, group, is_head
from nlp.catalogue.terms import full_key
from nlp.corrections.alike import Alike
from nlp.corrections.draft import DraftLine, lines_of, retained
from nlp.scanning import cues as c
from nlp.scanning.text import fold_key
from nlp.scanning.tokens import T, Token

_BECOMES = ("改成", "改为", "换成", "换为", "变成", "改", "换", "要")
_HALVES = ("各一半", "各半", "一半一半", "一半", "对半", "对半分", "平分", "均分", "各占一半", "一样一半", "半")
_HALF_CHARS = frozenset("各一半对分平均占样")
_WORDS = (T.ITEM, T.MEASURE, T.SPEC)
_LIGHT = (
    "的",
    "色",
    "和",
    "跟",
    "与",
    "、",
    "两种",
    "两个",
    "两色",
    "颜色",
    "规格",
    "来",
    "吧",
    "了",
    "就行",
    "就好",
    "个",
    "款",
    "要",
    "都",
    "把",
)
_MOST = 5  # parts of one line


class Splits(Alike):
    """Makes several lines of one."""

    def _split(self, tokens: list[Token]) -> bool:
        """Whether a clause parts a line; it has been parted then, or is asked about."""
        verb = _verb(tokens, self.lexicon)
        if verb is None:
            return False
        start, end, parts_only = verb
        shares = self._shares(tokens[end:])
        if shares is None:
            if parts_only:
                self.doubts.append("target_ambiguous")
            return parts_only
        wanted, halved = shares
        line = self._parted_line(tokens[:start])
        if line is None or line.qty is None or line.sku is None:
            return False
        products = [self._of_line(line, words) for words, _ in wanted]
        if any(number is None for number in products) or len(set(products)) != len(products):
            if parts_only:
                self.doubts.append("sku_unknown")
            return parts_only
        amounts: list[Decimal | None] = [line.qty / 2] * 2 if halved else []
        amounts = amounts or [self._in_units_of(line, token) for _, token in wanted if token is not None]
        known = [amount for amount in amounts if amount is not None and amount > 0]
        uneven = halved and not all(self._whole(line, amount) for amount in known)
        taken = {one.sku for one in self.lines if one is not line}
        skus = [self.lexicon.product(number).sku for number in products if number is not None]
        if len(known) != len(wanted) or uneven or (parts_only and sum(known) != line.qty) or taken.intersection(skus):
            self.doubts.append("target_ambiguous")  # three of five, or more than there are
            return True
        self._part_into(line, list(zip(wanted, skus, known, strict=True)))
        return True

    def _whole(self, line: DraftLine, amount: Decimal) -> bool:
        """Whether so much of a line is a whole number of pieces."""
        product = self.lexicon.by_sku(line.sku)
        size = product.factor(line.unit or product.default_unit) if product is not None else None
        pieces = amount * (size or 1)
        return pieces == int(pieces) or (line.qty is not None and line.qty != int(line.qty))

    def _part_into(self, line: DraftLine, parts: list[tuple[tuple[list[Token], Token | None], str, Decimal]]) -> None:
        unit, own, sku = line.unit, (line.price, line.price_unit, line.tax), line.sku
        first = next((part for part in parts if part[1] == sku), parts[0])
        for part in [first, *(part for part in parts if part is not first)]:
            (words, counted), _, amount = part
            one = line
            if part is not first:
                number = max((had.line_no or 0 for had in self.lines), default=0) + 1
                one = DraftLine(line_no=number, sku=sku, unit=unit, price=own[0], price_unit=own[1], tax=own[2])
                self.lines.append(one)
            one.qty, one.unit = amount, unit
            number_of = self.lexicon.number(part[1])
            if part[1] != one.sku and number_of is not None:
                self._become(one, frozenset((number_of,)), (words[0].start, words[-1].end))
            if counted is not None:
                one.spans["qty"] = self.folded.span(counted.start, counted.end)
        self.changed, self.target = True, line

    def _parted_line(self, before: list[Token]) -> DraftLine | None:
        rows = self._rows(*before)
        items = group([t for t in before if t.kind in _WORDS], self.lexicon)
        if rows:
            named = [line for line in self.lines if line.line_no in rows]
        elif len(items) == 1 and not items[0].strange and not items[0].clash:
            named = lines_of(items[0], self.lines, self.lexicon)
        elif items:
            return None
        else:
            named = [self.target] if self.target in self.lines and self.target is not None else self.lines
        return named[0] if len(named) == 1 else None

    def _of_line(self, line: DraftLine, words: list[Token]) -> int | None:
        """The one product of the name of a line that has an attribute."""
        old = self.lexicon.by_sku(line.sku)
        if old is None:
            return None
        kin = Said([], self.lexicon.exact(full_key(fold_key(old.name))))
        for word in words:
            if word.kind is T.NUM and (word.value is None or not by_number(kin, word.value, self.lexicon)):
                return None
        items = group([word for word in words if word.kind is not T.NUM], self.lexicon)
        if len(items) > 1 or any(item.strange or item.clash for item in items):
            return None
        found = kin.found & items[0].found if items else kin.found
        if items and not found and len(items[0].words) == 1:  # 黑色, of goods that say 黑
            said = fold_key(items[0].text).rstrip("色的")
            found = frozenset(n for n in kin.found if said in fold_key(self.lexicon.product(n).spec).split())
        found = retained(old, found, self.lexicon) if found else found
        return next(iter(found)) if len(found) == 1 else None

    def _shares(self, tokens: list[Token]) -> tuple[list[tuple[list[Token], Token | None]], bool] | None:
        """The attributes behind the verb with how much of each, and whether it is half of each; None when there are
        not two of them at least."""
        rest, halved = _without_halves(tokens)
        each = next((n for n, t in enumerate(rest) if t.has(c.EACH, c.ALL)), None)
        common: Token | None = None
        if each is not None:
            behind = [t for t in rest[each + 1 :] if t.text not in _LIGHT]
            if halved and not behind:
                pass
            elif len(behind) == 1 and behind[0].kind in (T.QTY, T.NUM):
                common = behind[0]
            else:
                return None
            rest = rest[:each]
        parts: list[tuple[list[Token], Token | None]] = []
        words: list[Token] = []
        for at, token in enumerate(rest):
            after = rest[at + 1] if at + 1 < len(rest) else None
            names = token.kind is T.NUM and (halved or common is not None or (after is not None and after.text == "的"))
            if token.kind in _WORDS or names:
                if is_head(token, self.lexicon) and len(token.text) > 1:
                    return None
                words.append(token)
            elif token.kind in (T.QTY, T.NUM) and words and not token.approx:
                parts.append((words, token))
                words = []
            elif token.kind in (T.GAP, T.COMMA) or token.text in _LIGHT:
                continue
            else:
                return None
        if words:
            if parts:
                return None
            if len(items := group(words, self.lexicon)) == len(words) or all(w.kind is T.NUM for w in words):
                parts = [([word], common) for word in words]
            else:
                parts = [(sorted(item.words, key=lambda w: w.start), common) for item in items]
        if not 2 <= len(parts) <= _MOST or (halved and len(parts) != 2):
            return None
        if not halved and any(token is None for _, token in parts):
            return None
        return parts, halved


def _verb(tokens: list[Token], lexicon: Lexicon) -> tuple[int, int, bool] | None:
    """Where the verb begins and ends, and whether it can only part something. Where half of each is said no verb is
    needed: 泳帽黑蓝各半."""
    for at, token in enumerate(tokens):
        if token.has(c.PART) or (token.has(c.CHANGE) and token.text in _BECOMES):
            return at, at + 1, token.has(c.PART)
    head = next((n for n, t in enumerate(tokens) if is_head(t, lexicon) and len(t.text) > 1), None)
    if head is None or not _without_halves(tokens[head + 1 :])[1]:
        return None
    return head + 1, head + 1, False


def _without_halves(tokens: list[Token]) -> tuple[list[Token], bool]:
    """The tokens without 各一半, 一半, and whether such words were there."""
    rest: list[Token] = []
    halved = False
    at = 0
    while at < len(tokens):
        end = at
        while end < len(tokens) and end - at < 4 and set(tokens[end].text) <= _HALF_CHARS:
            end += 1
        while end > at and "".join(t.text for t in tokens[at:end]) not in _HALVES:
            end -= 1
        if end > at:
            halved, at = True, end
            continue
        rest.append(tokens[at])
        at += 1
    return rest, halved
