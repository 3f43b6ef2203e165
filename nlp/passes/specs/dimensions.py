"""Numbers that are dimensions: 4.5宽, 1米宽, 透明胶4.5*100码, 血糖试纸50片 4盒, 吸痰管8号的2包.

The catalogue writes a dimension its own way (4.5cm*100码, 50片/盒, 8Fr); people leave the unit out, say which side they
mean, or call the number 号. What matches the spec of the goods it stands with, and leaves a quantity to something else,
becomes one spec word; nothing is matched by nearness.
"""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from nlp.catalogue.lexicon import Lexicon
from nlp.catalogue.notation import initial, other_measure
from nlp.catalogue.numbered import having, having_text, kin
from nlp.catalogue.resolve import is_head, meaning, narrow
from nlp.catalogue.terms import MEASURES, spellings
from nlp.scanning import cues as c
from nlp.scanning.numbers import plain
from nlp.scanning.text import fold_key, is_han
from nlp.scanning.tokens import T, Token

_SIDES = ("宽", "长", "厚", "高", "深", "粗", "宽度", "厚度", "长度", "高度", "口径", "直径", "内径", "外径", "见方")
_ITEMS = (T.ITEM, T.MEASURE, T.SPEC)
_NUMBERS = (T.NUM, T.MEASURE, T.SPEC, T.QTY)
_TIMES = ("*", "乘", "乘以")
_OF = ("的", "那个", "那种", "款", "规格", "那款", "这种", "型")
_ROWS_OF_AMOUNTS = ("数量", "订购数量", "采购数量", "订货数量", "下单数量")
_WANTS = ("要", "来", "拿", "订", "给", "我", "个", "种", "款", "那", "这", "给我", "再来", "再要", *_ROWS_OF_AMOUNTS)
_CHAIN = re.compile(r"(\d+(?:\.\d+)?)([a-z]{1,3}|[\u4e00-\u9fff\"]{1,2})?")
_WHOLE = re.compile(
    r"\d+(?:\.\d+)?(?:[a-z]{1,3}|[\u4e00-\u9fff\"]{1,2})?(?:\*\d+(?:\.\d+)?(?:[a-z]{1,3}|[\u4e00-\u9fff\"]{1,2})?)+"
)
_TIMES_OR_DAYS = frozenset("次天趟回起样人家年月日周户单")  # 一次拿5箱: no measure of goods
_MOST = 400
_REACH = 12

_LENGTHS = ("m", "cm", "mm")
_TWO_SIDES = re.compile(r"(?<![\d.*])(\d+(?:\.\d+)?)\*\d+(?:\.\d+)?([a-z]{1,2}|[\u4e00-\u9fff]{1,2})")
_RANGE = re.compile(r"\d{1,4}(?:\.\d{1,2})?-\d{1,4}(?:\.\d{1,2})?")


class Dimensions:
    """One pass over the tokens of a message."""

    def __init__(self, tokens: list[Token], lexicon: Lexicon) -> None:
        self.tokens = tokens
        self.lexicon = lexicon
        self.out: list[Token] = []
        self.heads: frozenset[int] = frozenset()  # goods named last
        self.told: frozenset[int] = frozenset()  # goods the last chain of numbers was one of

    def walk(self) -> list[Token]:
        """The tokens, dimensions made spec words."""
        at = 0
        while at < len(self.tokens):
            token = self.tokens[at]
            made = None
            if token.kind in _NUMBERS or (token.kind is T.DATE and token.text.endswith("号")):
                made = self._chain(at) or self._side(at) or self._packed(at) or self._numbered(at) or self._model(at)
                made = made or self._written_otherwise(at) or self._strange_unit(at) or self._contents(at)
                made = made or self._ranged(at) or self._in_other_unit(at)
            elif token.kind is T.UNKNOWN or self._elsewhere(token, at):
                made = self._initial(at)
            if made is not None:
                spec, at = made
                self._push(spec)
                continue
            self._push(token)
            at += 1
        return self.out

    def _push(self, token: Token) -> None:
        self.out.append(token)
        if token.kind is T.STOP and token.text == "\n":
            return  # the next line may leave the goods out
        if is_head(token, self.lexicon):
            found = meaning(token, self.lexicon)
            self.heads = kin(found, self.lexicon) if len(found) == 1 else found

    def _run(self) -> list[Token]:
        """The item words right before."""
        run: list[Token] = []
        for token in reversed(self.out[-_REACH:]):
            if token.kind in _ITEMS:
                run.append(token)
            elif token.kind is not T.GAP and token.text not in _OF:
                break
        return run[::-1]

    def _ahead(self, at: int) -> list[Token]:
        """The item words right behind."""
        run: list[Token] = []
        for token in self.tokens[at : at + _REACH]:
            if token.kind in _ITEMS:
                run.append(token)
            elif token.kind is not T.GAP and token.text not in _OF:
                break
        return run

    def _goods(self, at: int) -> frozenset[int]:
        """The goods a number stands with; ``at``: the place behind it."""
        for run in (self._run(), self._ahead(at)):
            known = [word for word in run if meaning(word, self.lexicon)]
            headed = [word for word in known if is_head(word, self.lexicon)]
            if headed:
                found = narrow(known, self.lexicon) or narrow(headed, self.lexicon)
                return kin(found, self.lexicon) if len(found) == 1 else found
            if known and self.heads:
                found = self.heads & narrow(known, self.lexicon)
                if found:
                    return found
        return self.heads

    def _unnamed(self, at: int) -> frozenset[int]:
        """透明4.5*100码 2.05/卷: what the words beside it fit, where nobody says what the goods are."""
        known = [word for word in (*self._run(), *self._ahead(at)) if meaning(word, self.lexicon)]
        return narrow(known, self.lexicon) if known else self.told

    def _spec(self, first: int, last: int, found: frozenset[int]) -> Token:
        """Tokens ``first`` to ``last`` as one spec word."""
        tokens = self.tokens[first : last + 1]
        text = "".join(t.text for t in tokens)
        return Token(T.SPEC, tokens[0].start, tokens[-1].end, text, value=tokens[0].value, found=found)

    def _chain(self, at: int) -> tuple[Token, int] | None:
        """4.5*100码, 50*3.5kg, 二十乘十四乘四: numbers joined by a sign of multiplication, in the order of the spec."""
        end, pieces = at, 0
        parts: list[str] = []
        while end < len(self.tokens):
            token = self.tokens[end]
            if token.kind not in _NUMBERS or token.approx or (end > at and token.start != self.tokens[end - 1].end):
                break
            if token.kind is T.SPEC:
                if token.found is not None or not _WHOLE.fullmatch(token.text):
                    break
                parts.append(token.text)
                pieces += token.text.count("*")
            elif token.value is None:
                break
            else:
                parts.append(format(token.value, "f") + self._written(token))
            end += 1
            if self._text(end) not in _TIMES:
                break
            end += 1
            pieces += 1
        if self._text(end - 1) in _TIMES:
            return None
        if not pieces or (self.tokens[at].kind is T.QTY and self.tokens[at].unit != "米"):
            return None
        said = "*".join(parts)
        if (end == at + 1 and self.lexicon.has_term(said)) or self._costs(at):
            return None
        named = self._goods(end)
        base = named or self._unnamed(end)
        if not base or len(base) > _MOST:
            return None
        chain = _numbers(said)
        found = self._of_lengths(chain, base, self.tokens[at:end])
        if found and not named and len(family := kin(found, self.lexicon)) <= _MOST:
            # 22*1.0暖白和胡桃封边条: of the goods in 胡桃 as well
            found = frozenset(n for n in family if _fits(chain, self.lexicon.product(n).spec))
        if found:
            self.told = base
            return self._spec(at, end - 1, found), end
        if end - at >= 3 and self._counted(end) and self.tokens[at].value != int(self.tokens[at].value or 0):
            return self._spec(at, end - 1, frozenset()), end  # a size nobody has is no quantity
        return None

    def _of_lengths(self, chain: list[tuple[str, str]], base: frozenset[int], tokens: list[Token]) -> frozenset[int]:
        """Goods of ``base`` with the numbers of a chain in their spec; 两米乘两米三 of 200*230."""
        found = frozenset(n for n in base if _fits(chain, self.lexicon.product(n).spec))
        if not found and all(_metres(t) for t in tokens if t.kind in _NUMBERS):
            return self._in_centimetres([number for number, _ in chain], base)
        return found

    def _in_centimetres(self, numbers: list[str], base: frozenset[int]) -> frozenset[int]:
        """Goods of ``base`` with these lengths in their spec, said in metres and written in smaller units."""
        for size in (100, 1000):
            chain = [(plain(Decimal(number) * size), "") for number in numbers]
            if found := frozenset(n for n in base if _fits(chain, self.lexicon.product(n).spec)):
                return found
        return frozenset()

    @staticmethod
    def _written(token: Token) -> str:
        """The unit of a measure as it was said."""
        return token.text.lstrip("0123456789.") if token.kind is not T.NUM and token.text[0].isascii() else ""

    def _costs(self, at: int) -> bool:
        """A word for money stands before it."""
        for token in reversed(self.out[-3:]):
            if token.kind is not T.GAP:
                return token.has(c.PRICE, c.TOTAL) or token.text in ("=", "@", "¥")
        return False

    def _side(self, at: int) -> tuple[Token, int] | None:
        """4.5宽, 1米宽, 5个厚: a number and which side of the goods it measures."""
        token, after = self.tokens[at], self._text(at + 1)
        if token.value is None or after not in _SIDES or token.approx or token.kind is T.SPEC:
            return None
        if token.kind is T.QTY and token.unit not in ("个", "米", "公分", "厘米", "丝", "毫米", "寸", "分"):
            return None
        base = self._goods(at + 2)
        found: frozenset[int] = frozenset()
        unit = MEASURES.get(self._written(token) or (token.unit if token.unit != "个" else None) or "")
        for key in spellings(token.value, unit) if unit else ():
            found = found or base & self.lexicon.postings(key)
        if unit and not found:
            found = self._one_of_two(token.value, unit, base)
        if not unit:
            found = having(token.value, base, self.lexicon)
        if len(found) > 1 and after in ("宽", "宽度", "口径", "直径"):
            found = frozenset(n for n in found if self._first(n) == token.value) or found  # 50宽 of 50cm*50m
        return (self._spec(at, at + 1, found), at + 2) if found else None

    def _first(self, number: int) -> Decimal | None:
        """The first number of a spec."""
        match = _CHAIN.search(fold_key(self.lexicon.product(number).spec))
        return Decimal(match[1]) if match is not None else None

    def _packed(self, at: int) -> tuple[Token, int] | None:
        """血糖试纸50片 4盒, 25片的2盒: how many are in one, where that tells the goods apart."""
        token = self.tokens[at]
        if token.kind is not T.QTY or token.value is None or token.unit is None or token.approx:
            return None
        after = self._counted(at + 1)
        if self._run() and self._text(at + 1) in ("*", "=", ":", "-"):
            after = after or self._counted(at + 2)  # 枸杞280粒*20公斤
        if not self._run():  # 46件套筒2套, 121件的1套, 10片10箱
            after = self._counted_goods(at + 1) or (after if self.heads else None)
        before = self.out[-1] if self.out else None
        if after is None and before is not None and before.kind is T.QTY and before.end == token.start:
            return self._contained(at) if self._text(at + 1) == "的" else None  # 送一箱5片的
        refused = at + 1 < len(self.tokens) and self.tokens[at + 1].has(c.DROP)
        if refused and after is None and self.heads and not self._run():
            return self._contained(at)  # 46件的要2箱 121件不要
        one = after is not None and after.value == 1 and self._text(at + 1) != "的"
        if (
            after is None
            or after.unit == token.unit
            or (after.unit is None and after.kind is T.QTY)
            or (one and self._counted(self.tokens.index(after, at) + 1))
        ):
            return None
        return self._contained(at)

    def _contained(self, at: int) -> tuple[Token, int] | None:
        token = self.tokens[at]
        base = self._goods(at + 1)
        number = re.compile(rf"(?<![\d.]){re.escape(format(token.value or 0, 'f'))}{re.escape(token.unit or '')}")
        found = frozenset(n for n in list(base)[:_MOST] if number.search(fold_key(self.lexicon.product(n).spec)))
        only = found == base and not any(self.lexicon.product(n).factor(token.unit or "") for n in found)
        return (self._spec(at, at, found), at + 1) if found and (found < base or only) else None

    def _ranged(self, at: int) -> tuple[Token, int] | None:
        """10-25的2盒 of goods for 10-25kg."""
        token = self.tokens[at]
        if token.kind is not T.SPEC or token.found is not None or not _RANGE.fullmatch(token.text):
            return None
        base = self._goods(at + 1)
        found = having_text(token.text, base, self.lexicon)
        return (self._spec(at, at, found), at + 1) if found and found < kin(base, self.lexicon) else None

    def _contents(self, at: int) -> tuple[Token, int] | None:
        """5片装 of a mask with 5片/盒."""
        token = self.tokens[at]
        if token.kind is not T.MEASURE or token.exact or token.value is None or not token.text.endswith("装"):
            return None
        number = re.compile(rf"(?<![\d.]){re.escape(format(token.value, 'f'))}{re.escape(token.text[-2])}")
        base = self._goods(at + 1)
        found = frozenset(n for n in list(base)[:_MOST] if number.search(fold_key(self.lexicon.product(n).spec)))
        return (self._spec(at, at, found), at + 1) if found else None

    def _strange_unit(self, at: int) -> tuple[Token, int] | None:
        """防晒50倍的2箱: a number of the spec with a word for its measure that the catalogue does not use."""
        token = self.tokens[at]
        word = self.tokens[at + 1] if at + 1 < len(self.tokens) else None
        if token.kind is not T.NUM or token.value is None or word is None:
            return None
        if word.kind is not T.UNKNOWN and word.text != "倍":
            return None
        if len(word.text) != 1 or not is_han(word.text) or word.text in _TIMES_OR_DAYS:
            return None
        if word.start != token.end or self._costs(at):
            return None
        after = self._counted(at + 2)
        if after is None or (self._text(at + 2) != "的" and after.start == word.end):
            return None
        base = self._goods(at + 2)
        found = having(token.value, base, self.lexicon)
        found = found & initial(word.text, base, self.lexicon) or found  # 留置针22直
        return (self._spec(at, at + 1, found), at + 2) if found and found < base else None

    def _counted_goods(self, at: int) -> Token | None:
        """The quantity behind the goods that follow, or behind 的 when they were named before."""
        if self._text(at) == "的":
            return self._counted(at)
        end = at
        while (
            end < len(self.tokens)
            and self.tokens[end].kind in _ITEMS
            and self.tokens[end].start == (self.tokens[end - 1].end)
        ):
            end += 1
        return self._counted(end) if end > at else None

    def _numbered(self, at: int) -> tuple[Token, int] | None:
        """吸痰管8号的2包12号的3包: the number of a size, where a day of the month would leave the goods undecided."""
        token = self.tokens[at]
        if token.kind is not T.DATE or token.text[:-1].isdigit() is False:
            return None
        after = self._counted(at + 1)
        if after is None or after.unit is None:
            return None
        base = self._goods(at + 1)
        found = having(Decimal(token.text[:-1]), base, self.lexicon)
        if not found or not (found < base) or not base & self.heads:
            return None
        return self._spec(at, at, found), at + 1

    def _model(self, at: int) -> tuple[Token, int] | None:
        """塑钢带1608 165/卷: a long number of the spec with a price behind it."""
        token = self.tokens[at]
        if token.kind is not T.NUM or token.value is None or token.value < 100 or self._costs(at):
            return None
        after = next((t for t in self.tokens[at + 1 : at + 4] if t.kind is not T.GAP), None)
        if after is None or after.kind is not T.PRICE or after.unit is None:
            return None
        base = self._goods(at + 1)
        found = having(token.value, base, self.lexicon, alone=True)
        only = found == base and len(base) == 1 and bool(self._run())  # 纸皮核桃185 18.5/公斤
        return (self._spec(at, at, found), at + 1) if found and (found < base or only) else None

    def _written_otherwise(self, at: int) -> tuple[Token, int] | None:
        """12路 of goods in 12回路, 2芯1.5 of goods in 2*1.5."""
        token = self.tokens[at]
        value = token.value
        if token.kind not in (T.MEASURE, T.QTY) or value is None:
            return None
        base = self._goods(at + 1)
        foreign = token.exact and token.term is not None and bool(base) and not base & meaning(token, self.lexicon)
        if token.kind is T.QTY:  # 铜鼻子16平方的3包: nothing that is sold by it
            sold = any(self.lexicon.product(n).factor(token.unit or "") for n in list(base)[:_MOST])
            if token.unit not in MEASURES or not base or sold or self._counted(at + 1) is None:
                return None
            token = replace(token, unit=None)
        elif (token.exact and not foreign) or token.unit is not None:
            return None
        if found := other_measure(token, base, self.lexicon):
            return self._spec(at, at, found), at + 1
        if foreign:
            return None
        following = self.tokens[at + 1] if at + 1 < len(self.tokens) else None
        if following is None or following.kind is not T.NUM or following.value is None or following.start != token.end:
            return None
        said = f"{plain(value)}*{plain(following.value)}"
        found = frozenset(n for n in list(base)[:_MOST] if fold_key(self.lexicon.product(n).spec) == said)
        return (self._spec(at, at + 1, found), at + 2) if found else None

    def _initial(self, at: int) -> tuple[Token, int] | None:
        """灯泡9W暖: the first character of a value the goods come in."""
        token = self.tokens[at]
        before = self.out[-1] if self.out else None
        clings = before is not None and before.kind in (*_ITEMS, T.NUM) and before.end == token.start
        either = before is not None and before.text in ("/", "、") and before.end == token.start
        clings = clings or (either and len(self.out) > 1 and self.out[-2].kind in _ITEMS and self._text(at + 1) != "/")
        following = self.tokens[at + 1] if at + 1 < len(self.tokens) else None
        if following is not None and following.kind is T.UNKNOWN and following.start == token.end:
            return None
        if len(token.text) != 1 or not is_han(token.text):
            return self._letter(at) if token.text.isascii() and token.text.isalpha() and len(token.text) == 1 else None
        counted = before is not None and before.kind is T.QTY and following is not None and following.kind is T.QTY
        if counted and before is not None and following is not None:
            counted = before.end == token.start and token.end == following.start
        if not (clings or counted or self._text(at + 1) == "的"):
            return None
        if following is not None and following.kind is T.ITEM and following.start == token.end:
            return None
        base = self._goods(at + 1)
        found = initial(token.text, base, self.lexicon)
        if not found and len(base) == 1:  # 9W 白暖: the other one of that name
            found = initial(token.text, kin(base, self.lexicon), self.lexicon)
        return (self._spec(at, at, found), at + 1) if found else None

    def _elsewhere(self, token: Token, at: int) -> bool:
        """暖 that only other goods are called by, beside goods that come in 暖光."""
        if token.kind is not T.ITEM or token.exact or len(token.text) != 1 or not is_han(token.text):
            return False
        base = self._goods(at + 1)
        return bool(base) and not base & meaning(token, self.lexicon)

    def _letter(self, at: int) -> tuple[Token, int] | None:
        """红玫瑰 A 12扎, B的10扎: the letter of a grade."""
        token, before = self.tokens[at], self.out[-1] if self.out else None
        following = self.tokens[at + 1] if at + 1 < len(self.tokens) else None
        for beside in (before, following):
            glued = beside is not None and (beside.end == token.start or token.end == beside.start)
            if glued and beside is not None and beside.text.isascii() and beside.text.isalnum():
                return None
        grade = re.compile(rf"(?<![a-z0-9]){re.escape(token.text)}(?:级|型|类|款|档|等|号|板)")
        base = self._goods(at + 1)
        if not 0 < len(base) <= _MOST:
            return None
        found = frozenset(n for n in base if grade.search(fold_key(self.lexicon.product(n).spec)))
        return (self._spec(at, at, found), at + 1) if found and (found < base or len(base) == 1) else None

    def _in_other_unit(self, at: int) -> tuple[Token, int] | None:
        """三防灯1米2的50支六十公分的30支: 0.6m of the goods named last, though other goods are of 60cm."""
        token = self.tokens[at]
        if token.kind is not T.MEASURE or token.value is None or token.approx or self._costs(at):
            return None
        base = self._goods(at + 1)
        said = token.text.lstrip("0123456789.一二三四五六七八九十百两半")
        unit = "m" if _metres(token) else MEASURES.get(said, "")
        if not unit or not base or len(base) > _MOST or base & meaning(token, self.lexicon):
            return None
        for key in spellings(token.value, unit):
            if found := base & self.lexicon.postings(key):
                return self._spec(at, at, found), at + 1
        found = self._one_of_two(token.value, unit, base)
        if not found and unit == "m" and (found := self._in_centimetres([plain(token.value)], base)) == base:
            return None
        return (self._spec(at, at, found), at + 1) if found else None

    def _one_of_two(self, value: Decimal, unit: str, base: frozenset[int]) -> frozenset[int]:
        """背胶1.27m of goods of 1.27*30m: the unit of a size is that of both its numbers."""
        if unit not in _LENGTHS:
            return frozenset()
        said = {_plain(format(value, "f"))}
        return frozenset(
            n for n in list(base)[:_MOST]
            for first, last in _TWO_SIDES.findall(fold_key(self.lexicon.product(n).spec))
            if _plain(first) in said and MEASURES.get(last) == unit
        )  # fmt: skip

    def _counted(self, at: int) -> Token | None:
        """The quantity that follows, with nothing but 的 between, or in the row for it."""
        end = min(len(self.tokens), at + 8)
        for place in range(at, end):
            token = self.tokens[place]
            if token.kind is T.QTY:
                return token
            if token.text == "*" and place + 1 < end and self.tokens[place + 1].kind is T.NUM and self._ends(place + 2):
                return self.tokens[place + 1]  # 60粒大颗粒×6
            if token.kind is T.STOP and self._text(place + 1).strip() in _ROWS_OF_AMOUNTS:
                continue
            if token.kind not in (T.GAP, T.COLON) and token.text not in (*_OF, *_WANTS):
                return None
        return None

    def _ends(self, at: int) -> bool:
        """Whether nothing more is said of the goods."""
        return at >= len(self.tokens) or self.tokens[at].kind in (T.STOP, T.COMMA)

    def _text(self, at: int) -> str:
        return self.tokens[at].text if 0 <= at < len(self.tokens) else ""


def _metres(token: Token) -> bool:
    """Whether a length is said in metres: 两米, 一米五."""
    return "米" in token.text[1:3] and "厘" not in token.text and "毫" not in token.text


def _numbers(text: str) -> list[tuple[str, str]]:
    """Every number of a spec with its unit in one spelling, in order."""
    found: list[tuple[str, str]] = []
    for match in _CHAIN.finditer(text):
        unit = match[2] or ""
        found.append((_plain(match[1]), MEASURES.get(unit, MEASURES.get(unit[:1], "")) if unit else ""))
    return found


def _plain(number: str) -> str:
    return number.rstrip("0").rstrip(".") if "." in number else number


def _fits(said: list[tuple[str, str]], spec: str) -> bool:
    """Whether the numbers said stand in a spec one behind the other, with the same unit where one is said."""
    have = _numbers(fold_key(spec))
    for start in range(len(have) - len(said) + 1):
        pairs = zip(said, have[start : start + len(said)], strict=True)
        if all(number == number_ and unit in ("", unit_) for (number, unit), (number_, unit_) in pairs):
            return True
    return False


def fold(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """Tokens in which dimensions are spec words."""
    if not any(t.kind in (*_NUMBERS, T.DATE, T.UNKNOWN) for t in tokens):
        return tokens
    return Dimensions(tokens, lexicon).walk()
