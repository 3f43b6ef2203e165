"""Quantities and prices: grammars that begin at a given place and say how far they reach. All on Decimal, all
linear.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from nlp.scanning.numbers import HAN_NUMERALS, number_at
from nlp.scanning.text import is_han

_APPROX_HEAD = re.compile(
    r"(?:[一二两三四五六七八九][二三四五六七八九](?=[十百]|[^\d一二三四五六七八九十百千万])|[好]?几十?|十来|十几|数十|若干|一两|[百千万][把来]|[上成][百千万])"
)
_HAN_DIGITS = "零一二三四五六七八九"
_RANGE = re.compile(r"[-~到至]")
_PRICE_CUES = (
    "不含税单价", "含税单价", "不含税价", "未税价", "含税价", "批发价", "出厂价", "到货价", "单价", "价格",
    "售价", "供价", "报价", "开价", "价钱", "价", "@", "按", "卖", "每", "¥", "rmb", "算",
)  # fmt: skip
_PRICE_FIRST = frozenset(word[0] for word in _PRICE_CUES)
PRICE_BEGINS = _PRICE_FIRST | HAN_NUMERALS | frozenset("0123456789")  # no price begins with anything else
_MONEY = ("元", "块钱", "块", "圆", "rmb")
_SIDES = ("宽", "长", "厚", "高", "深")
_DIGIT = "一二两三四五六七八九壹贰叁肆伍陆柒捌玖123456789"
_AFTER_DIMES = "钱一每各的半吧啊呢不含整五六七八九二三四分"
_CHANGE = "零半0" + _DIGIT
_ENDING = (",", "、", "/", "。", ";", "!", "\n", ")", "含", "不", "的", "吧", "带", "未")
_BEFORE_NUMBER = re.compile(r"[ \t]*(?:[:=]|是|为|按|给|算)?[ \t]*(?:[我你您咱]们?|他们)?[ \t]*(?:人民币|rmb|¥)?[ \t]*")
_OFF = re.compile(r"[\d.]{1,4}折|[一二三四五六七八九]{1,2}折")
_SLASH = re.compile(r"[ \t]*(?:[/每一]|1(?=[^\d.]))[ \t]*")


@dataclass(frozen=True, slots=True)
class Quantity:
    end: int
    value: Decimal
    unit: str | None
    approx: bool = False


@dataclass(frozen=True, slots=True)
class Price:
    end: int
    value: Decimal
    unit: str | None


def unit_at(text: str, at: int, words: frozenset[str]) -> str | None:
    """The longest unit word that begins at ``at``."""
    for length in (4, 3, 2, 1):
        word = text[at : at + length]
        if len(word) == length and word in words:
            if word == "付" and text[at + 1 : at + 2] in ("款", "钱", "清", "完", "了", "过", "现"):
                return None  # 600 付款月底
            if word == "打" and _OFF.match(text, at + 1):
                return None  # 84打九折
            if word.isascii():
                after = text[at + length : at + length + 1]
                if after.isascii() and after.isalnum():
                    continue
            return word
    return None


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t":
        at += 1
    return at


def _vague_at(text: str, at: int, words: frozenset[str]) -> Quantity | None:
    """七八箱, 十几个, 若干包: an amount that is no number."""
    match = _APPROX_HEAD.match(text, at)
    if match is None:
        return None
    end = match.end()
    while end < len(text) and text[end] in "十百千万来多":
        end += 1
    unit = unit_at(text, _skip(text, end), words)
    if unit == "块" and text[end + 1 : end + 2] in ("一", "每", "钱", "1"):
        return None  # 几块一米 asks for a price
    return None if unit is None else Quantity(_skip(text, end) + len(unit), Decimal(0), unit, approx=True)


def _tenths(text: str, at: int, stop: int, unit: str) -> Decimal | None:
    """三吨二 is 3.2 tons: the tenths said behind the unit, with nothing behind them that they could count."""
    digit, after = text[stop : stop + 1], text[stop + 1 : stop + 2]
    if unit not in ("吨", "米") or text[at].isascii() or not digit or digit not in _HAN_DIGITS[1:]:
        return None
    return Decimal(_HAN_DIGITS.index(digit)) / 10 if not after or after in " ,。;、!\n的" else None


def _whole(text: str, end: int, value: Decimal, words: frozenset[str]) -> int:
    """Where the number ends in front of its unit: 一整吨, 两整箱."""
    whole = text[end : end + 1] in ("整", "满") and value == int(value) and unit_at(text, end + 1, words)
    return end + 1 if whole else end


def quantities_at(text: str, at: int, words: frozenset[str]) -> Iterator[Quantity]:
    """Every reading of a quantity with a unit that begins at ``at`` (the longest unit word only)."""
    char = text[at]
    vague = None if char.isascii() else _vague_at(text, at, words)
    if vague is not None:
        yield vague
        return
    found = number_at(text, at)
    if found is None:
        return
    end, value = found
    unsure = False
    if text[end : end + 1] and text[end] in "多来余" and unit_at(text, end + 1, words):
        end, unsure = end + 1, True
    if (match := _RANGE.match(text, end)) and (second := number_at(text, match.end())) is not None:
        unit = unit_at(text, _skip(text, second[0]), words)
        if unit is not None and second[1] > value and (text[end] != "-" or second[1] < value * 4):
            yield Quantity(_skip(text, second[0]) + len(unit), second[1], unit, approx=True)
            return
    end = _whole(text, end, value, words)
    # 3箱到4箱
    start = _skip(text, end)
    unit = unit_at(text, start, words)
    if unit is None:
        return
    stop = start + len(unit)
    if unit == "大箱" or (len(unit) == 2 and unit[0] in "大小中" and unit[1] in words):
        unit = unit[1]
    elif unit == "箱子":
        unit = "箱"
    if (match := _RANGE.match(text, stop)) and (second := number_at(text, match.end())) is not None:
        again = unit_at(text, second[0], words)
        if again == unit:
            yield Quantity(second[0] + len(again), second[1], unit, approx=True)
            return
    if text[stop : stop + 1] == "半" and text[stop + 1 : stop + 2] not in ("价", "成"):
        yield Quantity(stop + 1, value + Decimal("0.5"), unit, unsure)  # two readings: 两箱半, and 两箱 半合成机油
    if (tenths := _tenths(text, at, stop, unit)) is not None and value == int(value):
        yield Quantity(stop + 1, value + tenths, unit, unsure)
    if text[stop : stop + 1] == "多":
        yield Quantity(stop + 1, value, unit, approx=True)
    yield Quantity(stop, value, unit, unsure)


def _price_lead(text: str, at: int, words: frozenset[str]) -> tuple[int, str | None, bool] | None:
    """What stands before the number of a price: (where the number begins, unit already said, whether there was a cue).
    None when 每 is followed by no unit."""
    if text[at] not in _PRICE_FIRST:
        return at, None, False
    for word in _PRICE_CUES:
        if not text.startswith(word, at):
            continue
        start, unit = at + len(word), None
        if word == "每":
            unit = unit_at(text, start, words)
            if unit is None:
                return None
            start += len(unit)
        else:
            inner = _BEFORE_NUMBER.match(text, start)
            begin = inner.end() if inner else start
            if text[begin : begin + 1] in ("每", "/") and (unit := unit_at(text, begin + 1, words)):
                start = begin + 1 + len(unit)  # 单价每箱88
        match = _BEFORE_NUMBER.match(text, start)
        return (match.end() if match else start), unit, True
    return at, None, False


def price_at(text: str, at: int, words: frozenset[str]) -> Price | None:
    """A price that begins at ``at``: 单价12, ¥3.5, 十二块五, 12元/箱, 88/箱, 0.82一支, 每提十四块八, @12."""
    led = _price_lead(text, at, words)
    if led is None:
        return None
    start, unit, cue = led
    if start >= len(text) or (text.startswith("一样", start) if cue else text[start - 1 : start] == "*"):
        return None  # 按一样; 白板60*90 1块
    value = _money_at(text, start, words)
    plain_number = False
    if value is None:
        found = number_at(text, start)
        if found is None:
            return None
        if (text[start] == "0" and text[start + 1 : start + 2].isdigit()) or text[found[0] : found[0] + 1] == "%":
            return None  # 报价 0402 10K: a size
        value, plain_number = found, True
        if text[start] in HAN_NUMERALS and not cue and found[0] - start == 1 and text[start] == "半":
            return None
    end, amount = value
    if match := _SLASH.match(text, end):
        after = _per(text, match.end(), words)
        sign = match[0].strip()
        stop = match.end() + len(after or "")
        half = sign in ("一", "1") and plain_number and not cue and text[stop : stop + 1] == "半"
        if half:
            return None  # 41 一箱半: one box and a half
        if after is not None and (
            sign in "/每" or not plain_number or cue or not text[start].isalpha() or _said_in_full(text, start, end)
        ):
            return Price(match.end() + len(after), amount, after)
    if plain_number:
        if not cue:
            return None
        if text[at] in "按算卖" and unit_at(text, end, words):
            return None
        rest = unit_at(text, end, words)
        if unit is not None and rest is not None and text[at] == "每":
            return None  # 每箱12瓶 is a packing, not a price
    return Price(end, amount, unit)


def _per(text: str, at: int, words: frozenset[str]) -> str | None:
    """The unit a price is for; 一米 of 双层39 一米宽的50 is how wide the next goods are."""
    unit = unit_at(text, at, words)
    after = text[at + len(unit or "") :][:1]
    if unit == "块" and after and after in _DIGIT + "毛半" and text[at - 2 : at] == " 一":
        return None  # 九毛 一块六: two prices
    if (
        unit is not None
        and after.isdigit()
        and text[at - 2 : at - 1] in (" ", "\t")
        and text[at - 3 : at - 2].isdigit()
    ):
        return None  # 白5 每顶14: what one costs, no price of 5
    return None if unit is not None and after in _SIDES else unit


def _said_in_full(text: str, start: int, end: int) -> bool:
    """一百六一台, 三十八一盒: a number in words that ends before the 一 of what it is for."""
    return end - start >= 2 and text[end - 1] in "二三四五六七八九" and text[end : end + 1] == "一"


def _money_at(text: str, at: int, words: frozenset[str]) -> tuple[int, Decimal] | None:
    """Money with a money word: 12元, 12块5, 十二块五毛, 六毛五, 3毛, 5分."""
    if text[at] == "¥":
        found = number_at(text, _skip(text, at + 1))
        if found is None:
            return None
        end = found[0]
        for word in _MONEY:
            if text.startswith(word, end):
                end += len(word)
                break
        return end, found[1]
    found = number_at(text, at)
    if found is None:
        return None
    end, value = found
    apart = text[end : end + 1] == " "
    if apart:
        end = _skip(text, end)
    for word in _MONEY:
        if text.startswith(word, end):
            end += len(word)
            break
    else:
        return None if apart else _dimes(text, end, value, words)  # 80 角磨片 is no eighty dimes
    if word in ("块", "元"):
        small = _small_change(text, end, value, words)
        if small is not None:
            return small
    if text.startswith(("钱", "整"), end):
        end += 1
    return end, value


def _small_change(text: str, end: int, value: Decimal, words: frozenset[str]) -> tuple[int, Decimal] | None:
    """What follows 块: 五 is five dimes, 五毛 too, 零五 five cents, 半 a half. A digit with a unit behind it counts
    something else: 30元一盒 is thirty a box, 12块5箱 twelve each and five boxes."""
    if end >= len(text) or text[end] not in _CHANGE:
        return None
    tail = number_at(text, end)
    if tail is None:
        return None
    if text[end] == "半":
        return end + 1, value + Decimal("0.5")
    if tail[1] >= 100 or tail[1] != int(tail[1]) or value != int(value):
        return None
    if text[tail[0] : tail[0] + 1] in ("元", "块"):
        return None  # 12元17元: two prices
    tail = _before_one(text, end, tail, words)
    digits = str(int(tail[1]))
    if len(digits) != tail[0] - end and text[end].isascii() and not (text[end] == "0" and tail[0] - end == 2):
        return None
    if text[tail[0] : tail[0] + 1] in ("毛", "角"):
        return _cents(text, tail[0] + 1, value + tail[1] / 10, words)
    if text[end] == "0" and tail[1] < 10 and text[end + 1 : end + 2].isdigit():
        return end + 2, value + tail[1] / 100  # 1块05
    if text[end] in "零0" and tail[1] < 10:
        return tail[0], value + tail[1] / 100
    if text[tail[0] : tail[0] + 1] in ("一", "每", "/") and text[tail[0] + 1 : tail[0] + 2] == "块":
        return None  # 电池100块36一块: a hundred of them
    if text[tail[0] : tail[0] + 1] != "一" and unit_at(text, tail[0], words):
        return None
    return tail[0], value + tail[1] / (10 if len(digits) == 1 else 100)


def _cents(text: str, at: int, value: Decimal, words: frozenset[str]) -> tuple[int, Decimal]:
    """12元5角3分, 1块4毛5一支: the cents behind the dimes, if any. A digit that something is counted with is none."""
    found = number_at(text, at) if text[at : at + 1] and text[at] in _DIGIT else None
    if found is None:
        return at, value
    end, cents = _before_one(text, at, found, words)
    after = text[end : end + 1]
    if cents >= 10 or end != at + 1:
        return at, value
    if after == "分":
        return end + 1, value + cents / 100
    one = after in ("一", "每", "/") and unit_at(text, end + 1, words) is not None
    return (end, value + cents / 100) if one or after in _ENDING or not after else (at, value)


def _before_one(text: str, at: int, tail: tuple[int, Decimal], words: frozenset[str]) -> tuple[int, Decimal]:
    """三块二一盒 is 3.2 for one box, not 3.21 of something."""
    if not text[at].isascii() and tail[0] - at == 2 and text[tail[0] - 1] == "一" and unit_at(text, tail[0], words):
        return at + 1, Decimal(int(tail[1]) // 10)
    return tail


def _dimes(text: str, at: int, value: Decimal, words: frozenset[str]) -> tuple[int, Decimal] | None:
    if text[at : at + 1] == "角" and is_han(text[at + 1 : at + 2] or "0") and text[at + 1] not in _AFTER_DIMES:
        return None  # 六角尖凿 is no sixty cents
    if text[at : at + 1] in ("毛", "角"):
        end = at + 1
        tail = number_at(text, end) if end < len(text) and text[end] in _DIGIT else None
        if tail is not None and tail[0] == end + 1 and text[end] in "一1" and unit_at(text, tail[0], words):
            return end, value / 10  # 5毛一个 is 0.5 for one
        tail = _before_one(text, end, tail, words) if tail is not None else None
        if tail is not None and tail[1] < 10:
            end = tail[0]
            if text[end : end + 1] == "分":
                end += 1
            return end, value / 10 + tail[1] / 100
        if text.startswith("钱", end):
            end += 1
        return end, value / 10
    if text.startswith("分钱", at):
        return at + 2, value / 100
    return None
