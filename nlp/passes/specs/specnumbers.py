"""Bare numbers that say which one, not how many: 螺纹钢12的3吨, 16的5吨, 330可乐, 石膏板9.5和12各50张.

A number is part of the spec when the goods it stands with have it in their name or spec and something else in the same
breath is the quantity, or 的 makes an attribute of it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from decimal import Decimal

from nlp.catalogue.lexicon import Lexicon
from nlp.catalogue.numbered import all_having, having, kin, plainly
from nlp.catalogue.resolve import is_head, meaning, narrow
from nlp.passes.specs.gluedspecs import closed, counted_once, glued, prices_one, size_times, times
from nlp.passes.specs.sizeruns import Run
from nlp.passes.specs.specdays import of_goods
from nlp.passes.specs.surroundings import AND, Surroundings, bare_value
from nlp.scanning import cues as c
from nlp.scanning.text import fold_key
from nlp.scanning.tokens import T, Token

_SLASHED = re.compile(r"\d+(?:\.\d+)?(?:/\d+(?:\.\d+)?)+")
_ITEMS = (T.ITEM, T.MEASURE, T.SPEC)
_WANTS = c.words("要 来 拿 订 要个 来个 再来 再要 再拿 还要 再订 另要 补 加 再加 再补")
_MOST = 60
_OF = ("的", "那种", "那个", "那款", "款", "规格", "型")


class Marker(Surroundings):
    """One pass over the tokens of a message."""

    def __init__(self, tokens: list[Token], lexicon: Lexicon) -> None:
        super().__init__(tokens, lexicon)
        self.run: list[Token] = []  # item words right before
        self.heads: frozenset[int] = frozenset()  # goods named last, for 16的 after 螺纹钢12的
        self.earlier: list[frozenset[int]] = []  # goods named before those
        self.listed = 0  # items since the last quantity
        self.before = self.row = 0  # items that quantity was for; sizes of the last 1.5/1.8
        self.passed = 0  # where the last run that was no list ended
        self.eached = False  # the quantity said last was one for each
        self.sized: frozenset[int] = frozenset()  # goods told apart by the number marked last
        self.landmarks: list[int] | None = None  # where sentences end and where goods are named

    def walk(self) -> list[Token]:
        """The tokens, numbers that describe goods turned into spec words."""
        result: list[Token] = []
        skip = 0
        for at, token in enumerate(self.tokens):
            if at < skip:
                continue
            if (run := self._run_at(token, at)) is not None:
                for piece in run.pieces:
                    result.append(piece)
                    self._follow(piece)
                skip, self.sized = run.end, run.base
                continue
            if pieces := self._cut(token, at):
                for piece in pieces:
                    result.append(piece)
                    self._follow(piece)
                continue
            if token.kind is T.RATE and token.text.endswith("%"):
                self._percent(token, at)
            if token.kind is T.DATE and (self.run or self.heads):
                of_goods(self.tokens, at, self._goods(at) if self.run else self.heads, self.lexicon)
            slashed = token.kind in (T.SPEC, T.DATE) and _SLASHED.fullmatch(token.text)
            if slashed and not self.lexicon.has_term(token.text):
                result += self._split(token, at)
                continue
            if token.kind is T.NUM or (token.kind is T.QTY and token.unit == "个" and self._text(at + 1) == "的"):
                self._number(token, at)
            elif token.kind is T.SPEC and token.found and token.text.isdigit() and self.run:
                base = kin(self._goods(at), self.lexicon)  # 天然水550 20一箱 380 18
                self.sized = base if self._paired(at, base) else self.sized
            result.append(token)
            self._follow(token)
        return result

    def _run_at(self, token: Token, at: int) -> Run | None:
        """A list of sizes that begins here."""
        numeric = token.kind in (T.NUM, T.SPEC) or token.text.endswith(("码", "号"))
        if not numeric or at < self.passed or (token.kind is T.MEASURE and token.exact) or self._cued(at):
            return None
        base = self._goods(at)
        if not base:
            return None
        run = Run(self.tokens, base, self.lexicon)
        if not run.read(at) and not self.run and (ahead := self._ahead(at)):
            run = Run(self.tokens, ahead, self.lexicon)
            run.read(at)
        if not run.values and len(base) == 1:
            run = Run(self.tokens, kin(base, self.lexicon), self.lexicon)  # 黑膜80 90 120各4件
            return run if run.read(at) and run.shared() else None
        if not run.values or not run.listed():
            self.passed = max(self.passed, run.end - 1)  # what was no list here is none further on in it
            return None
        if not self.run and not run.named and not run.shared() and not self.sized:
            return None
        return run

    def _goods(self, at: int) -> frozenset[int]:
        """The goods named right before, among those named last when only a colour is said; else those named last."""
        if not self.run:
            return self.sized or self.heads or self._ahead(at)
        base = narrow(self.run, self.lexicon) or self._of_each(self.run)
        if not any(is_head(word, self.lexicon) for word in self.run) and self.heads & base:
            return self.heads & base
        return base

    def _of_each(self, run: list[Token]) -> frozenset[int]:
        """牛仔裤深蓝黑色30到32: words that exclude each other leave the goods, and the last of them."""
        heads = [word for word in run if is_head(word, self.lexicon)]
        if not heads or len(run) < 2:
            return frozenset()
        own = run[-1:] if is_head(run[-1], self.lexicon) else []  # 葡萄苹果芒果450各1件
        return narrow([*heads, run[-1]], self.lexicon) or narrow(own, self.lexicon)

    def _ahead(self, at: int) -> frozenset[int]:
        """40码10双 41码5双 解放鞋: the goods named behind all their sizes."""
        if self.landmarks is None:  # found once: a message of numbers asks for each of them
            self.landmarks = [n for n, t in enumerate(self.tokens) if t.kind is T.STOP or is_head(t, self.lexicon)]
        for place in self.landmarks[bisect_right(self.landmarks, at) :]:
            token = self.tokens[place]
            if token.kind is T.STOP or place >= at + 60:
                break
            first = place
            while first > at + 1 and self.tokens[first - 1].kind in _ITEMS:
                first -= 1
            end = place
            while end < len(self.tokens) and (self.tokens[end].kind in _ITEMS or self._text(end) == "的"):
                end += 1
            following = self._after(end)
            last = following >= len(self.tokens) or self.tokens[following].kind not in (*_ITEMS, T.QTY, T.NUM)
            words = [t for t in self.tokens[first:end] if t.kind in _ITEMS and meaning(t, self.lexicon)]
            return narrow(words, self.lexicon) or meaning(token, self.lexicon) if last else frozenset()
        return frozenset()

    def _cut(self, token: Token, at: int) -> list[Token]:
        """The pieces of a word that says two things, nothing when it is one."""
        if token.kind is T.SPEC:
            base = narrow(self.run, self.lexicon) if self.run else self.sized or self.heads
            counted = any(t.kind is T.QTY for t in self.tokens[self._after(at + 1) :][:1])
            pieces = times(token, base, self.lexicon, counted=counted)
            if pieces:
                self.sized = base
            pieces = pieces or glued(token, base, self.lexicon)
            after = self.tokens[self._after(at + 1) : self._after(at + 1) + 1]
            counted = any(t.kind in (T.QTY, T.NUM, T.MEASURE) for t in after)
            return pieces if pieces or counted or not self.run else size_times(token, base, self.lexicon)
        alone = at == 0 or not self.tokens[at - 1].has(c.ALL)  # 统一70一瓶
        said_as_price = "元" in token.text or "/" in token.text or not alone  # 74元/块 counts nothing
        if token.kind is T.PRICE and not said_as_price and (self.run or self.sized or self.heads):
            base = self._goods(at)
            counted = self._all_counted(at)
            pieces = counted_once(
                token, base, self.lexicon, counted=counted, sized=bool(self.sized) and self._no_prices(at)
            )
            if pieces:
                self.sized = base
            return pieces
        return []

    def _percent(self, token: Token, at: int) -> None:
        """多菌灵80%: a content, where the goods it stands with have one; else a tax rate or a share."""
        before = next((t for t in reversed(self.tokens[max(0, at - 4) : at]) if t.kind is not T.GAP), None)
        after = self._after(at + 1)
        if before is not None and (before.has(c.TAX_IN, c.TAX_EX, c.FEE, c.TOTAL) or before.text.endswith("税")):
            return
        if self._text(after)[:1] in ("税", "票", "专", "增"):
            return
        key = token.text.replace("个", "")
        follows = self.tokens[after] if after < len(self.tokens) and self.tokens[after].kind is T.ITEM else None
        bases = [self._goods(at), meaning(follows, self.lexicon) if follows is not None else frozenset()]
        if self.run:
            bases = bases[:1]
        known = self.lexicon.postings(key) | self._named(key, bases)
        contained = any("%" in self.lexicon.product(n).spec for base in bases for n in list(base)[:_MOST])
        if contained or any(base & known for base in bases):
            token.kind, token.term, token.value, token.unit = T.MEASURE, key, None, None
            token.exact = bool(known)
            token.found = None if self.lexicon.postings(key) else known or None

    def _named(self, key: str, bases: list[frozenset[int]]) -> frozenset[int]:
        """75%酒精: a content the name itself begins with."""
        goods = [n for base in bases for n in list(base)[:_MOST]]
        return frozenset(n for n in goods if key in fold_key(self.lexicon.product(n).name))

    def _follow(self, token: Token) -> None:
        if token.kind in _ITEMS:
            if not self.run:
                self.listed += 1
                self.eached = False
            if len(self.run) < _MOST:
                self.run.append(token)
            if is_head(token, self.lexicon):
                found = meaning(token, self.lexicon)
                if self.heads and len(self.earlier) < _MOST:
                    self.earlier.append(self.heads)
                self.heads = kin(found, self.lexicon) if len(found) == 1 or token.exact else found
        elif token.kind in (T.QTY, T.STOP, T.PRICE, T.PARTY):
            self._of_one_name()
            self.run = []
            self.before, self.listed = self.listed or self.before, 0
        elif token.kind is not T.GAP and token.text not in (*_OF, "(", "["):
            self._of_one_name()
            self.run = []
            self.eached = self.eached or token.has(c.EACH)

    def _of_one_name(self) -> None:
        """6204-2RS 30套: a spec alone names the goods when only goods of one name have it."""
        if not self.run or any(is_head(word, self.lexicon) for word in self.run):
            return
        base = narrow(self.run, self.lexicon)
        if 0 < len(base) <= _MOST and len({self.lexicon.product(n).name for n in base}) == 1 and not base & self.heads:
            self.heads = kin(base, self.lexicon)

    def _of_the_list(self, at: int) -> bool:
        """11的15的各两盒: one more size, and so much of each."""
        following = self._after(at + 1)
        each = self._after(following + 1)
        return (
            at > 0 and self._text(at - 1) == "的" and self._text(following) == "的"
            and each < len(self.tokens) and self.tokens[each].has(c.EACH)
        )  # fmt: skip

    def _number(self, token: Token, at: int) -> None:
        if token.value is None or self._cued(at):
            return
        if token in self.paired:
            self._describes(token, self.sized or self.heads)
            return
        base = self._base(at) or self._listed_before(at)
        if not self.run and base and base == self.heads and not having(token.value, base, self.lexicon):
            base = self._named_earlier(token.value, at) or base
        if self._of_the_list(at) and (found := having(token.value, kin(base, self.lexicon), self.lexicon)):
            self._describes(token, kin(base, self.lexicon))
            return
        if (
            not base
            and token.kind is T.NUM
            and (self._counted_next(at) or self._joined(at) or self._text(at + 1) == "呢" or self._multiplied(at))
        ):
            base = self.sized or self.heads
            found = having(token.value, base, self.lexicon)
            if found and (self.sized or found < base):
                self._describes(token, base)
                self._price_told(at, found)
            elif base and not found and (found := closed(token.text, self.lexicon)):
                token.kind, token.found = T.SPEC, found  # 1956515四条
            return
        found = having(token.value, base, self.lexicon)
        found = found or self._in_metres(token, base)
        if not found and len(base) == 1 and self._text(at + 1) in _OF and self.run and self.run[-1].found:
            base = kin(base, self.lexicon)  # 麻花钻6的8的: one more size
            found = having(token.value, base, self.lexicon)
        if found and (
            self._paired(at, base)
            or self._starred(at, base)
            or (token.kind is T.NUM and found < base and self._counted_before(at))
            or self._elsewhere(at + 1, base, counted=token.kind is T.QTY)
            or self._grade(token, at, base, found)
            or (found < base and self._row(token, at))
            or (found < base and self.run and self._asked_before_count(token, at))
            or (found < base and self.run and self._free(at))  # 搭一桶5公斤84算送的
        ):
            self.sized = base
            self._describes(token, base)
        elif found and token.kind is T.NUM and self._style(token.value, base, found):
            self._describes(token, base)
        elif token.kind is T.NUM and (found := closed(token.text, self.lexicon, base or self.sized or self.heads)):
            token.kind, token.found = T.SPEC, found
        elif not found and token.kind is T.NUM and self._told_price(at) and prices_one(token, base, self.lexicon):
            token.kind = T.PRICE  # 菜油222的30桶
        elif not found and token.kind is T.NUM and self._clings(token, at):
            token.kind, token.term = T.SPEC, token.text

    def _in_metres(self, token: Token, base: frozenset[int]) -> frozenset[int]:
        """光膜914 of a film of 0.914: the number in millimetres; the token has it as the goods do then."""
        assert token.value is not None
        metres = token.value / 1000
        found = having(metres, base, self.lexicon) if token.kind is T.NUM and token.value >= 100 else frozenset()
        if not found or not found < base:
            return frozenset()
        token.value = metres
        return found

    def _style(self, value: Decimal, base: frozenset[int], found: frozenset[int]) -> bool:
        """卫衣6602: the number of a style, which the name itself says."""
        if not self.run or value < 100 or not found < base:
            return False
        number = re.compile(rf"(?<!\d){value}(?!\d)")
        return all(number.search(self.lexicon.product(n).name) for n in found)

    def _clings(self, token: Token, at: int) -> bool:
        """郑麦366 4吨: a number that belongs to a name nobody has, with a quantity of its own behind it."""
        before, gap = self.tokens[at - 1] if at else None, at + 1
        if self.run and self._text(gap) == "的" and self._after(gap + 1) < len(self.tokens):
            counted = self.tokens[self._after(gap + 1)]
            return counted.kind is T.QTY and counted.unit is not None  # 螺纹钢14的2吨
        if before is None or before.end != token.start or before.kind not in (T.ITEM, T.UNKNOWN):
            return False
        following = self.tokens[self._after(gap)] if self._after(gap) < len(self.tokens) else None
        return (
            self.tokens[gap : gap + 1] != [] and self.tokens[gap].kind is T.GAP and not before.text.isascii()
            and following is not None and following.kind is T.QTY and following.unit is not None
        )  # fmt: skip

    def _describes(self, token: Token, base: frozenset[int]) -> None:
        """Make a spec word of a number."""
        assert token.value is not None
        token.kind, token.unit = T.SPEC, None
        found = all_having(token.value, base, self.lexicon)
        token.found = plainly(token.value, found, self.lexicon) if found else found

    def _listed_before(self, at: int) -> frozenset[int]:
        """12、16、20螺纹钢: the goods behind a list of numbers that are all sizes of theirs."""
        values: list[Decimal] = []
        for _ in range(16):
            token = self.tokens[at] if at < len(self.tokens) else None
            if token is None or token.kind not in (T.NUM, T.SPEC) or not (value := bare_value(token)):
                break
            values.append(value)
            at = self._after(at + 1)
            if self._text(at) in (*AND, "的"):
                at = self._after(at + 1)
        run: list[Token] = []
        while at < len(self.tokens) and self.tokens[at].kind is T.ITEM and len(run) < 6:
            run.append(self.tokens[at])
            at += 1
        base = narrow(run, self.lexicon) if run and len(values) > 1 else frozenset()
        return base if base and all(having(value, base, self.lexicon) for value in values) else frozenset()

    def _named_earlier(self, value: Decimal, at: int) -> frozenset[int]:
        """80的少要一箱, when other goods were named since: those named before that come in 80."""
        place = self._after(at + 1)
        place = self._after(place + 1) if self._text(place) in _OF else place
        if place >= len(self.tokens) or not self.tokens[place].has(c.LESS, c.CHANGE, c.DROP):
            return frozenset()
        found = {base for base in self.earlier if having(value, base, self.lexicon)}
        return found.pop() if len(found) == 1 else frozenset()

    def _price_told(self, at: int, found: frozenset[int]) -> None:
        """1.52是153: what is said of the goods is what they cost."""
        told = self._after(self._after(at + 1) + 1)
        if self._text(self._after(at + 1)) in ("是", "卖", "得") and told < len(self.tokens):
            token = self.tokens[told]
            if token.kind is T.NUM and token.unit is None and prices_one(token, found, self.lexicon):
                token.kind = T.PRICE

    def _row(self, token: Token, at: int) -> bool:
        """天然水550  30 in a row of its own: what clings to the goods is theirs, what is set apart counts."""
        before, following = self.tokens[at - 1] if at else None, self._after(at + 1)
        if token.kind is not T.NUM or before is None or not self.run:
            return False
        column = following - at > 2 and before.kind is T.GAP  # PPR直接 25      80
        if not column and (before.kind not in _ITEMS or before.end != token.start):
            return False
        if following == at + 1 or following >= len(self.tokens) or self.tokens[following].kind is not T.NUM:
            return bool(self._raised(at + 1))
        ends = self._after(following + 1)
        return ends >= len(self.tokens) or self.tokens[ends].kind in (T.STOP, T.COMMA, T.NUM, T.ITEM)

    def _cued(self, at: int) -> bool:
        """A price, a total or a sign of multiplication stands before it."""
        before = at - 1
        while before >= 0 and self.tokens[before].kind is T.GAP:
            before -= 1
        if before < 0:
            return False
        token = self.tokens[before]
        if token.text in ("送", "给", "再送") and self._counted_goods(at + 1):
            return False  # 给我家送86明盒30只
        return token.has(c.PRICE, c.TOTAL, c.GIFT, c.TAX_IN, c.TAX_EX) or token.text in ("*", "=", "@", "¥")

    def _base(self, at: int) -> frozenset[int]:
        """The goods a number stands with: those before it, else those after it, else those named last."""
        if self.run:
            return self._goods(at)
        after = self._after(at + 1)
        if self._text(after) in _OF:
            after = self._after(after + 1)
        run: list[Token] = []
        while after < len(self.tokens) and self.tokens[after].kind in (T.ITEM, T.MEASURE) and len(run) < 6:
            if self.tokens[after].kind is T.MEASURE and not self.tokens[after].exact:
                break
            run.append(self.tokens[after])
            after += 1
        if run and any(word.kind is T.ITEM for word in run):
            joint = narrow(run, self.lexicon)
            return joint or meaning(run[-1], self.lexicon)
        if self._text(self._after(at + 1)) not in (*_OF, *AND):
            return frozenset()
        return self.heads or self._ahead(at)

    def _elsewhere(self, at: int, base: frozenset[int], *, counted: bool) -> bool:
        """Whether what follows a number leaves it no quantity: a quantity of its own, 的, 各, or a question."""
        for _ in range(12):
            at = self._leads(at) if not counted else self._after(at)
            if at >= len(self.tokens):
                return False
            token = self.tokens[at]
            told = token.text in ("数量", "件数") or (token.text in AND and self._other_sizes(at + 1))
            told = told and not counted  # 规格:450 数量:24
            told = told or (not counted and bool(self.run) and self._says_more(at, base))  # 容量瓶100棕  10
            if told or token.kind is T.QTY or token.has(c.EACH, c.ASK_PRICE, c.ASK_STOCK, c.MUCH):
                return True
            if token.text == "呢" or (token.text == "*" and not counted):
                return token.text == "呢" or self._times(at) or self._counts_bare(at, base)  # 口红102还有吗 103呢
            if self._passed_over(token, at) and not counted:
                at += 1
                continue  # 解放鞋40 账上还有多少
            if token.text in _OF:
                return not counted or any(t.kind in (T.QTY, T.MEASURE) for t in self.tokens[at + 1 : at + 6])
            if token.kind is T.MEASURE and token.exact and base & meaning(token, self.lexicon):
                at += 1
                continue  # 304 4分 3盒: a spec more
            if token.kind is T.PRICE:
                return self._price_behind(at, base, counted=counted)
            if token.kind is T.MEASURE:
                return token.unit is not None and not token.exact
            if token.text in AND:
                at = self._after(at + 1) + 1
                more = self._one_more(self.tokens[at - 1], base) if at <= len(self.tokens) else False
                if more is not None:
                    return more
                continue
            if token.kind is T.ITEM:
                return not self.run
            if token.text == "\n":  # 商品:水泥32.5 / 数量:80袋
                following = self._after(at + 1)
                return self._text(following) in ("数量", "件数")
            return False
        return False

    def _passed_over(self, token: Token, at: int) -> bool:
        """What says nothing between a number and the quantity: 账上, 要 in front of a digit, the end of a bracket."""
        counts = at + 1 < len(self.tokens) and self.tokens[at + 1].kind is T.QTY
        if (token.has(c.IF) and token.text[0] in "有够没") or token.text in ("照旧", "给我", "给咱"):
            return True  # 1.27有货就给我3卷
        wants = token.text in _WANTS and (counts or self._text(at + 1)[:1].isdigit())
        said_alone = token.cues == (c.FILLER,) and token.text not in (*_OF, *AND)
        return said_alone or wants or token.has(c.PARALLEL) or token.text in (")", "]")

    def _one_more(self, token: Token, base: frozenset[int]) -> bool | None:
        """What stands behind 和 in a list of sizes: one size more (None: look on), or the answer."""
        known = token.kind is T.ITEM or (token.kind is T.MEASURE and token.exact)
        if known and token.text[:1].isdigit() and base & kin(meaning(token, self.lexicon), self.lexicon):
            return None  # 1、2段: in its full spelling
        if token.value is None or not having(token.value, base, self.lexicon):
            return False
        return None if token.kind is T.NUM else token.kind is T.SPEC

    def _split(self, token: Token, at: int) -> list[Token]:
        """12/16/20 after goods that come in these sizes: one spec each; after as many goods: a number for each."""
        parts = token.text.split("/")
        base = narrow(self.run, self.lexicon) if self.run else self._base(at)
        sizes = [plainly(Decimal(p), having(Decimal(p), base, self.lexicon), self.lexicon) for p in parts]
        sized = all(sizes)
        following = self.tokens[self._after(at + 1)] if self._after(at + 1) < len(self.tokens) else None
        each = following is not None and following.kind is T.QTY and following.value == 1  # 11/28 一袋
        money = self.eached and not self.run and token.kind is T.SPEC  # M L各3盒 28/30
        money = money or (all("." in part for part in parts) and len(parts) < self.listed)  # X、L/XL 6.2/6.2
        money = money or (token.kind is T.SPEC and not any(sizes) and all("." in part for part in parts))
        behind = bool(self.before) and not self.run and token.kind is T.SPEC  # 5桶菜油3桶 52/68: as many as lines?
        led = self.tokens[max(0, at - 2) : at]  # 单价:500/420, 每盒95/84
        told = any(t.has(c.PARALLEL, c.PRICE) or (t.kind is T.PRICE and led[-1].text == "/") for t in led)
        told = not sized and (told or (bool(led) and led[-1].kind is T.TIER))
        kinds = sum(not is_head(word, self.lexicon) for word in self.run)  # 电饭煲3L 4L 5L 89/109/129
        money = money or ((told or (kinds == len(parts) > 1 and not any(sizes))) and token.kind is T.SPEC)
        money = money or (not sized and len(parts) == self.row and token.kind is T.SPEC)  # 蚊帐1.5/1.8 36/42
        self.row = len(parts) if sized or len(parts) in (self.row, self.listed) else 0  # and of the next 38/45
        if (not sized and len(parts) not in (self.listed, self.before) and not money and not behind) or (
            token.kind is T.DATE and not sized and not each and not self._cued(at)
        ):
            self._follow(token)
            return [token]
        loose = not sized and not money and len(parts) not in (self.listed, self.before)
        self.listed = self.listed + len(parts) - 1 if sized else 0  # each row of numbers is for the goods before it
        pieces: list[Token] = []
        start = token.start
        for place, (part, found) in enumerate(zip(parts, sizes, strict=True)):
            if place:
                kind = T.COMMA if sized else T.GAP if loose else T.SIGN
                pieces.append(Token(kind, start, (start := start + 1), "、" if sized else " " if loose else "/"))
            kind = T.SPEC if sized else T.NUM
            pieces.append(Token(kind, start, start + len(part), part, value=Decimal(part), found=found or None))
            start += len(part)
        return pieces


def mark(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """Tokens in which numbers that describe goods are spec words."""
    kinds = (T.NUM, T.SPEC, T.DATE, T.MEASURE, T.RATE, T.PRICE)
    if not any(token.kind in kinds or token.unit == "个" for token in tokens):
        return tokens
    return Marker(tokens, lexicon).walk()
