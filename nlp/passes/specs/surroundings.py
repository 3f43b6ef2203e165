"""What stands around a bare number: a quantity behind it or in front of its goods, a price, pieces
of what is sold so."""

from __future__ import annotations

from decimal import Decimal

from nlp.catalogue.lexicon import Lexicon
from nlp.catalogue.numbered import having, kin
from nlp.catalogue.resolve import is_head, meaning
from nlp.scanning import cues as c
from nlp.scanning.numbers import plain
from nlp.scanning.text import fold_key
from nlp.scanning.tokens import T, Token

_ITEMS = (T.ITEM, T.MEASURE, T.SPEC)
AND = ("和", "与", "跟", "、", "/", "及", "还有")
_MOST = 60
_COUNTLESS = 50  # a number so high behind goods in a list with prices counts nothing
_LEADING = ("=", "-", ":", ">", "_")  # between goods and how many


class Surroundings:
    """Questions about the tokens beside one; no answer changes them."""

    def __init__(self, tokens: list[Token], lexicon: Lexicon) -> None:
        self.tokens = tokens
        self.lexicon = lexicon
        self.run: list[Token] = []  # item words right before
        self.paired: list[Token] = []  # sizes of a list of sizes and prices, or amounts

    def _text(self, at: int) -> str:
        return self.tokens[at].text if 0 <= at < len(self.tokens) else ""

    def _after(self, at: int) -> int:
        while at < len(self.tokens) and self.tokens[at].kind is T.GAP:
            at += 1
        return at

    def _counted_before(self, at: int) -> bool:
        """10支口红101: how many is said in front of the goods the number clings to."""
        place = at - 1
        if place < 0 or self.tokens[place].kind not in (T.ITEM, T.SPEC):
            return False
        if self.tokens[place].end < self.tokens[at].start:
            return False
        while place >= 0 and self.tokens[place].kind in _ITEMS:
            place -= 1
        counted = self.tokens[place] if place >= 0 else None
        if counted is None or counted.kind is not T.QTY or counted.end != self.tokens[place + 1].start:
            return False
        before = self.tokens[place - 1] if place else None
        return before is None or before.kind not in _ITEMS

    def _price_behind(self, at: int, base: frozenset[int], *, counted: bool) -> bool:
        """Whether a price behind a number leaves it to say which one."""
        value = self.tokens[at - 1].value or self.tokens[at - 2].value
        if self._pieces(at, base):
            return True
        if value is not None and not counted and self._apart(value, base) and "块" in self.tokens[at].text:
            return True  # 线管16 2块6
        if not counted and value is not None and value >= _COUNTLESS and self._set_apart(at, value, base):
            return True  # 牛肉375 5.6/罐
        return not counted and value is not None and value != int(value)  # 水泥42.5 报价480一吨

    def _asked_before_count(self, token: Token, at: int) -> bool:
        """哑膜1.27有货就给我3卷, 光膜914照旧要两卷: a number that clings to its goods, and words of wanting before how
        many."""
        if token.value is None or not (token.value >= 100 or token.value != int(token.value)):
            return False
        if self.tokens[at - 1].end != token.start or self.tokens[at - 1].kind not in _ITEMS:
            return False
        end = at + 1
        while end < len(self.tokens) and end < at + 7 and self.tokens[end].kind in (T.CUE, T.GAP):
            if self.tokens[end].has(c.PRICE, c.QUOTE, c.GIFT, c.DROP, c.TOTAL, c.EACH, c.MUCH):
                return False
            end += 1
        following = self.tokens[end] if at + 1 < end < len(self.tokens) else None
        return following is not None and following.kind is T.QTY and following.unit is not None

    def _set_apart(self, at: int, value: Decimal, base: frozenset[int]) -> bool:
        """Whether a number that clings to its goods tells them apart, and the price behind it is set apart."""
        if at < 3 or self.tokens[at - 1].kind is not T.GAP or self.tokens[at].unit is None:
            return False
        number, before = self.tokens[at - 2], self.tokens[at - 3]
        clings = before.kind in _ITEMS and before.end == number.start
        if not clings or not having(value, base, self.lexicon):
            return False
        family = kin(base, self.lexicon)
        return having(value, family, self.lexicon) < family

    def _pieces(self, at: int, base: frozenset[int]) -> bool:
        """锂电池6.0 2块180: pieces of what is sold by the 块, with a price behind them."""
        after = self.tokens[at + 1] if at + 1 < len(self.tokens) else None
        said = self.tokens[at]
        if not said.text.endswith("块") or not base:
            return False
        listed = [p for n in list(base)[:_MOST] if (p := self.lexicon.product(n).list_price)]
        cheap = said.value is not None and bool(listed) and said.value * 4 < min(listed)  # 电池4.0 3块 of 128 each
        priced = cheap or (after is not None and after.kind in (T.NUM, T.PRICE))
        return priced and all("块" in self.lexicon.product(n).units for n in list(base)[:_MOST])

    def _starred(self, at: int, base: frozenset[int]) -> bool:
        """蓝盖瓶 250*12 / 500*12 / 1000*6: sizes, and how many of each."""
        sizes: list[Token] = []
        joints: list[Token] = []
        place = at
        while place < len(self.tokens) and self.tokens[place].kind is T.NUM:
            star = self._after(place + 1)
            count = self._after(star + 1)
            if self._text(star) != "*" or count >= len(self.tokens) or self.tokens[count].kind not in (T.NUM, T.QTY):
                break
            sizes.append(self.tokens[place])
            place = self._after(count + 1)
            if self._text(place) in ("/", "、", ",", "+", "|"):
                joints.append(self.tokens[place])
                place = self._after(place + 1)
        if len(sizes) < 2 or not all(having(size.value or Decimal(0), base, self.lexicon) for size in sizes):
            return False
        self.paired = [*self.paired, *sizes[1:]]
        for joint in joints[: len(sizes) - 1]:
            joint.kind, joint.text = T.COMMA, "、"
        return True

    def _paired(self, at: int, base: frozenset[int]) -> bool:
        """热水管20 2.6 25 3.95 32 6.5: sizes and what each costs by turns."""
        numbers: list[Token] = []
        for token in self.tokens[at : at + 24]:
            priced = token.kind is T.PRICE and len(numbers) % 2
            if priced or (token.kind in (T.NUM, T.SPEC) and bare_value(token) is not None):
                numbers.append(token)
            elif token.kind is not T.GAP and token.text not in ("的", ",", "、"):
                break
        sizes, prices = numbers[::2], numbers[1::2]
        if len(numbers) < 4 or len(numbers) % 2:
            return False
        known = [having(bare_value(size) or Decimal(0), base, self.lexicon) for size in sizes]
        told = [n for n in prices if not having(bare_value(n) or Decimal(0), base, self.lexicon)]
        if not all(known) or len(told) < len(prices) or len(set(known)) < len(known):
            return False
        self.paired = sizes
        return True

    def _times(self, at: int) -> bool:
        """角磨机100*2台: a quantity behind a sign of multiplication."""
        following = self._after(at + 1)
        return following < len(self.tokens) and self.tokens[following].kind is T.QTY

    def _says_more(self, at: int, base: frozenset[int]) -> bool:
        """Whether a word that clings to the number before it says more about which of these goods it is, and a
        number set apart is the rest of the row."""
        token = self.tokens[at]
        clings = at > 0 and self.tokens[at - 1].end == token.start
        if not clings or token.kind not in (T.ITEM, T.SPEC) or is_head(token, self.lexicon):
            return False
        return bool(base & meaning(token, self.lexicon)) and self._ends_row(at + 1)

    def _ends_row(self, at: int) -> bool:
        """Whether a number set apart is all that is left of a row."""
        following = self._after(at)
        ends = self._after(following + 1)
        if following == at or following >= len(self.tokens) or self.tokens[following].kind is not T.NUM:
            return False
        return ends >= len(self.tokens) or self.tokens[ends].kind in (T.STOP, T.COMMA)

    def _other_sizes(self, at: int) -> bool:
        """Whether other goods with a number of their own follow, and so much of each."""
        at = self._after(at)
        if at >= len(self.tokens) or not is_head(self.tokens[at], self.lexicon):
            return False
        sized = False
        for token in self.tokens[at + 1 : at + 10]:
            if token.has(c.EACH):
                return sized
            sized = sized or bare_value(token) is not None
            if token.kind not in (*_ITEMS, T.NUM, T.GAP) and token.text not in ("的", "和", "跟", "与", "、", "及"):
                return False
        return False

    def _counts_bare(self, at: int, base: frozenset[int]) -> bool:
        """炒锅28 *6: which one clings to its goods, and how many behind the sign, set apart; a number that could be
        what one costs counts nothing."""
        number = self.tokens[at - 2] if at > 2 and self.tokens[at - 1].kind is T.GAP else None
        place = self._after(at + 1)
        told = self.tokens[place] if place < len(self.tokens) else None
        if number is None or told is None or told.kind is not T.NUM or told.value is None or number.value is None:
            return False
        if self.tokens[at - 3].kind not in _ITEMS or self.tokens[at - 3].end != number.start:
            return False
        found = having(number.value, base, self.lexicon)
        after = self._after(place + 1)
        last = after >= len(self.tokens) or self.tokens[after].kind in (T.STOP, T.COMMA)
        listed = [p for n in list(found)[:_MOST] if (p := self.lexicon.product(n).list_price)]
        return 0 < len(found) < len(base) and last and not any(p <= told.value * 3 <= p * 6 for p in listed)

    def _multiplied(self, at: int) -> bool:
        """42*10 43*5 双: one more size of such a list, and how many."""
        listed = at > 1 and self.tokens[at - 1].kind in (T.GAP, T.COMMA) and "*" in self.tokens[at - 2].text
        return listed and self._text(at + 1) == "*" and self._times(at + 1)

    def _apart(self, value: Decimal, base: frozenset[int]) -> bool:
        """Whether a number tells goods apart as a part of their spec all by itself: 16 of 16 白色, not of 16kg."""
        found = [n for n in list(base)[:_MOST] if plain(value) in fold_key(self.lexicon.product(n).spec).split()]
        return 0 < len(found) < len(base)

    def _grade(self, token: Token, at: int, base: frozenset[int], found: frozenset[int]) -> bool:
        """角阀 304 and nothing more: a grade that tells the goods apart is no quantity."""
        if token.kind is not T.NUM or token.value is None or not self.run or not found < base:
            return False
        following = self._after(at + 1)
        last = following >= len(self.tokens) or self.tokens[following].kind in (T.STOP, T.COMMA)
        compared = not last and self._text(following) in (
            "跟",
            "和",
            "与",
            "差",
            "比",
            "还是",
            "相差",
            "差多少",
            "差价",
            "贵",
            "便宜",
        )
        last = last or (compared and any(t.has(c.ASK_PRICE, c.ASK_STOCK, c.MUCH) for t in self.tokens))
        return last and (token.value >= 100 or token.value != int(token.value))

    def _told_price(self, at: int) -> bool:
        """菜油222的30桶: 的 behind a number and an amount behind it; AEO7换成9的 says which."""
        changed = any(t.has(c.CHANGE) and t.text != "要" for t in self.tokens[max(0, at - 2) : at])
        return self._text(at + 1) == "的" and not changed

    def _free(self, at: int) -> bool:
        """Whether nothing but that it costs nothing is said behind a number."""
        following = self._after(at + 1)
        return following < len(self.tokens) and self.tokens[following].has(c.FREE)

    def _joined(self, at: int) -> bool:
        """24和18各5支: one more size in the list of them."""
        following = self._after(at + 1)
        if following < len(self.tokens) and self.tokens[following].text[-1:] in ("样", "种", "款"):
            following = self._after(following + 1)  # 16、20、25三样各2捆
        each = following < len(self.tokens) and self.tokens[following].has(c.EACH)
        return each and at > 0 and self.tokens[at - 1].text in AND

    def _raised(self, at: int) -> bool:
        """五年陈500涨到130一箱: a price that is told as a change."""
        told = self._after(at)
        following = self._after(told + 1)
        return (
            told < len(self.tokens) and self.tokens[told].has(c.CHANGE) and following < len(self.tokens)
            and self.tokens[following].kind is T.PRICE
        )  # fmt: skip

    def _counted_next(self, at: int) -> bool:
        """39 3双 after 38 2双: the size, then how many."""
        following = self._leads(at + 1)
        if self._text(following) in ("要", "再要", "还要", "再来"):
            following = self._after(following + 1)  # 43要两双
        elif self._told_of_it(following):
            following = self._after(following + 1)  # 1.27改成12卷, 1.52是153
            if self.tokens[following].kind is not T.QTY:
                return True
        if following < len(self.tokens) and self.tokens[following].has(c.DROP):
            return following == at + 1  # 450的32付,500不要了
        return (
            following < len(self.tokens)
            and self.tokens[following].kind is T.QTY
            and (following > at + 1 or not self.tokens[following].text[0].isascii())
        )

    def _told_of_it(self, at: int) -> bool:
        """Whether a word that changes an amount, or says what it costs, stands between a number and another one."""
        following = self._after(at + 1)
        if at >= len(self.tokens) or following >= len(self.tokens):
            return False
        token, told = self.tokens[at], self.tokens[following]
        if told.kind is T.QTY:
            return token.has(c.CHANGE, c.LESS, c.ADD)
        return token.text in ("是", "要", "卖", "得") and told.kind in (T.NUM, T.PRICE)

    def _leads(self, at: int) -> int:
        """托底轨350 = 40付, 欧松15 —— 12张: where the signs that lead to an amount end; where they began when it is
        none."""
        end = at
        while end < len(self.tokens) and (self.tokens[end].kind is T.GAP or self.tokens[end].text in _LEADING):
            end += 1
        counted = end < len(self.tokens) and self.tokens[end].kind is T.QTY and self.tokens[end].unit is not None
        return end if counted else self._after(at)

    def _no_prices(self, at: int) -> bool:
        """Whether a message says no price anywhere else."""
        others = (t for n, t in enumerate(self.tokens) if n != at)
        return not any(t.kind is T.PRICE or t.has(c.PRICE, c.QUOTE, c.TOTAL) for t in others)

    def _all_counted(self, at: int) -> bool:
        """Whether the lines around it say how many, and what follows does not count this one."""
        following = self._after(at + 1)
        last = following >= len(self.tokens) or self.tokens[following].kind in (T.COMMA, T.STOP, T.ITEM)
        if not last and self.tokens[following].kind in (T.NUM, T.PRICE):
            return self.tokens[following].unit is None  # 角磨机125 1台 185: what it costs is said behind
        return last and sum(t.kind is T.QTY and t.value != 1 for t in self.tokens) > 0

    def _counted_goods(self, at: int) -> bool:
        """Whether goods with a quantity behind them follow right here."""
        if at >= len(self.tokens) or self.tokens[at].kind is not T.ITEM:
            return False
        while at < len(self.tokens) and self.tokens[at].kind in (*_ITEMS, T.GAP):
            at += 1
        return at < len(self.tokens) and self.tokens[at].kind is T.QTY


def bare_value(token: Token) -> Decimal | None:
    """The number a token is, whether or not it has been found to be a spec."""
    if token.value is not None:
        return token.value
    return Decimal(token.text) if token.text.isascii() and token.text.isdigit() and len(token.text) < 7 else None
