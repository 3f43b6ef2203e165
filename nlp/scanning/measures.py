"""Measures and sizes as people write and say them: 70克, 四升, 零下25度, 一米五, 7号半, 大号.

Each yields what it costs on the way through the lattice, and its token.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from nlp.catalogue import terms
from nlp.catalogue.lexicon import Lexicon
from nlp.catalogue.terms import MEASURE, MEASURES
from nlp.scanning.amounts import unit_at
from nlp.scanning.numbers import number_at, plain
from nlp.scanning.text import is_han
from nlp.scanning.tokens import T, Token

_OF_CABLES = ("芯", "极", "回", "路")  # measures a spec may write as bare numbers
_HAN_DIGITS = "一二三四五六七八九"
_CONVERTED = ("m", "cm", "mm", "kg", "l")
_HAN_ZERO = "零一二三四五六七八九〇"
_TENTHS = re.compile(
    r"(公斤|千克|公升|厘米|毫米|米|寸|升|公分|厘|号|码|斤|匹)([半1-9一二三四五六七八九])(?![\d.米寸升千])"
)
_HUNDREDTHS = re.compile(r"(米)(\d\d(?![\d.])|[零〇一二三四五六七八九]{2})(?![米寸升])")
_MORE_NUMERALS = re.compile(r"[一二三四五六七八九十百千半]{1,3}")
_BETWEEN = re.compile(
    r"(\d{1,4})(?:[-~]|到|至)(\d{1,4})(个月|月龄|个?月大|月|周岁|岁|公斤|千克|kg|斤|码|cm|公分|厘米|mm|毫米|ml|毫升|寸|人)"
)
_SIZES = re.compile(r"(\d{2,3})(?:[-~]|到|至)(\d{2,3})(?![\d.])")
_RANGE_UNITS = ("", "g", "kg", "ml", "l", "cm", "mm", "m", "克", "斤", "两", "公斤", "码", "个", "只", "条", "头", "支")
_MONTHS = ("月", "个月", "月龄")
_SAME_RANGE = {
    "月": _MONTHS, "个月": _MONTHS, "月龄": _MONTHS, "个月大": _MONTHS, "月大": _MONTHS,
    "岁": ("周岁",), "周岁": ("岁",), "公斤": ("公斤", "千克"), "kg": ("公斤", "千克"), "千克": ("公斤",),
}  # fmt: skip
_SPOKEN_SIZE = re.compile(r"(加大|特大|大|中|小)[号码](?!码)")
_BOUND = re.compile(
    r"(\d{1,5}(?:\.\d{1,2})?)([a-z]{0,3}|[克斤寸两头厘毫米公分]{1,2})(以上|以下|以内|上|下)(?![\u4e00-\u9fff]?[午周])"
)
_BOUNDS = {
    "以上": ("以上", "+", "上", "up"),
    "上": ("以上", "上"),
    "以下": ("以下", "下"),
    "以内": ("以内", "以下"),
    "下": ("以下", "下"),
}
_BOUND_UNITS = ("", "g", "克", "kg", "斤", "cm", "mm", "ml", "寸", "头", "两")
_PEOPLE = (
    ("大人", "成人"),
    ("成年人", "成人"),
    ("小孩子", "儿童"),
    ("小孩", "儿童"),
    ("孩子", "儿童"),
    ("小朋友", "儿童"),
    ("小儿", "儿童"),
)
_SIZE_LETTERS = {"加大": "xl", "特大": "xxl", "大": "l", "中": "m", "小": "s"}


def written(text: str, at: int, lexicon: Lexicon, words: frozenset[str]) -> Iterator[tuple[float, Token]]:
    if match := MEASURE.match(text, at):
        term = terms.measure_key(match[1], match[2])
        known = lexicon.has_term(term)
        for other in () if known else terms.SPOKEN_SHORT.get(match[2], ()):
            if lexicon.has_term(match[1] + other):
                term, known = match[1] + other, True  # 60安 of a battery is 60Ah
        if not known and term.endswith("度") and lexicon.has_term("-" + term):
            term, known = "-" + term, True  # 35度 of an antifreeze for -35℃
        if match[1].isdigit():
            yield from _and_tenths(text, at, (match.end(1), Decimal(match[1])), lexicon)
        unit = match[2] if match[2] in words else None
        value = Decimal(match[1]) if "/" not in match[1] and not match[1].startswith("-") else None
        turned = match[2] + match[1]  # 84瓶装 of what is called 瓶装84
        if not known and len(turned) > len(match[1]) + 1 and lexicon.is_exact(turned):
            yield 0.8, Token(T.ITEM, at, match.end(), match[0], term=turned, exact=True)
        elif known or unit is None or match[2].isascii():
            token = Token(T.MEASURE, at, match.end(), match[0], value=value, unit=unit, term=term, exact=known)
            yield (0.88 if known else 1.15), token


def between(text: str, at: int, lexicon: Lexicon, words: frozenset[str]) -> Iterator[tuple[float, Token]]:
    """0到6个月 and 0-6月 of goods for 0-6个月, 10到25公斤 of goods for 10-25kg: a range as the catalogue writes it."""
    match = _BETWEEN.match(text, at)
    if match is None and (sizes := _SIZES.match(text, at)) and lexicon.listed(f"{sizes[1]}/{sizes[2]}"):
        joined = any(lexicon.listed(f"{sizes[1]}-{sizes[2]}{unit}") for unit in _RANGE_UNITS)  # fish of 200-300g
        if not joined and unit_at(text, sizes.end(), words) is None:  # 30-40虾仁 of shrimps of 30/40, not 30-40箱
            term = f"{sizes[1]}/{sizes[2]}"
            yield 0.75, Token(T.ITEM, at, sizes.end(), sizes[0], term=term)
        return
    if match is None or (at and text[at - 1].isascii() and (text[at - 1].isalnum() or text[at - 1] in ".-*/")):
        return
    numbers, unit = f"{match[1]}-{match[2]}", match[3]
    for written_so in (unit, *_SAME_RANGE.get(unit, ()), MEASURES.get(unit, "")):
        if written_so and lexicon.listed(numbers + written_so):
            said = text[at : match.end()]
            yield 0.75, Token(T.ITEM, at, match.end(), said, term=numbers + written_so)
            return


def bounded(text: str, at: int, lexicon: Lexicon) -> Iterator[tuple[float, Token]]:
    """220以上 and 220上 of a spec 220g以上: the bound without its unit, or with it."""
    if match := _BOUND.match(text, at):
        for unit in ("", match[2]) if match[2] else _BOUND_UNITS:
            for bound in _BOUNDS[match[3]]:
                if lexicon.listed(term := f"{match[1]}{unit}{bound}"):
                    yield 0.75, Token(T.ITEM, at, match.end(), match[0], term=term)
                    return


def below_zero(text: str, at: int, lexicon: Lexicon) -> Iterator[tuple[float, Token]]:
    """零下25度 is -25度, as the catalogue has it."""
    lead = 2 if text.startswith("零下", at) else 1
    match = MEASURE.match(text, at + lead)
    if match is not None and not match[1].startswith("-"):
        end, term = match.end(), terms.measure_key("-" + match[1], match[2])
    elif (number := number_at(text, at + lead)) is not None and lead > 1:  # 零下三十五度
        end, unit = number[0] + 1, text[number[0] : number[0] + 1]
        term = terms.measure_key("-" + plain(number[1]), unit) if unit in MEASURES else ""
    else:
        return
    if term and lexicon.has_term(term):
        yield 0.6, Token(T.MEASURE, at, end, text[at:end], term=term, exact=True)


def spoken(text: str, at: int, lexicon: Lexicon, words: frozenset[str]) -> Iterator[tuple[float, Token]]:
    """四升 of a 4L can, 二点五平方 of a 2.5平方 wire: a measure with its number in words, when the catalogue has it."""
    found = number_at(text, at)
    if found is None:
        return
    if is_han(text[found[0] : found[0] + 1] or "0") and text[found[0]] not in words:
        spelled, said = plain(found[1]) + text[found[0]], text[at : found[0] + 1]  # 一段 of a powder that comes in 1段
        if lexicon.listed(spelled) and not lexicon.has_term(said):
            yield 0.88, Token(T.ITEM, at, found[0] + 1, said, term=spelled)
        elif lexicon.listed(spelled) and not lexicon.is_exact(said):  # 三孔: a word of one spec and the 3孔 of another
            both = lexicon.postings(spelled) | lexicon.postings(said)
            yield 0.87, Token(T.ITEM, at, found[0] + 1, said, term=spelled, found=both)
    for length in range(6, 1, -1):  # 十二孔板 of goods called 12孔板
        tail = text[found[0] : found[0] + length]
        if len(tail) == length and is_han(tail[0]) and lexicon.is_exact(spelled := plain(found[1]) + tail):
            end = found[0] + length
            if not lexicon.is_exact(text[at:end]):
                yield 0.86 - 0.01 * (end - at), Token(T.ITEM, at, end, text[at:end], term=spelled, exact=True)
            break
    yield from _and_tenths(text, at, found, lexicon)
    for length in (2, 1):
        unit = text[found[0] : found[0] + length]
        if len(unit) != length or unit not in MEASURES or unit.isascii():
            continue
        spoken = text[at : found[0] + length]
        term = terms.measure_key(format(found[1], "f"), unit)
        if not lexicon.has_term(term):
            term = next((t for t in _otherwise(found[1], unit) if lexicon.has_term(t)), term)
        if not lexicon.has_term(term) and unit in _OF_CABLES and unit not in words:
            yield 1.15, Token(T.MEASURE, at, found[0] + length, spoken, value=found[1], term=term)  # 两芯1.5 of 2*1.5
        if lexicon.has_term(term) and not lexicon.has_term(spoken):
            yield 0.88, Token(T.MEASURE, at, found[0] + length, spoken, value=found[1], term=term, exact=True,
                              unit=unit if unit in words else None)  # fmt: skip


def _otherwise(value: Decimal, unit: str) -> list[str]:
    """十八厘 of a board of 18mm, 九十公分 of one of 0.9m."""
    shorter = [plain(value) + other for other in terms.SPOKEN_SHORT.get(unit, ())]
    return shorter + (terms.spellings(value, MEASURES[unit])[1:] if MEASURES[unit] in _CONVERTED else [])


def _and_tenths(text: str, at: int, number: tuple[int, Decimal], lexicon: Lexicon) -> Iterator[tuple[float, Token]]:
    """一米五 of a hose of 1.5m, 7号半 of a glove of 7.5号: a measure that goes on behind its unit."""
    end, whole = number
    if whole != int(whole) or whole > 99:
        return
    if hundredths := _HUNDREDTHS.match(text, end):
        digits = "".join(char if char.isascii() else str(_HAN_ZERO.find(char) % 10) for char in hundredths[2])
        yield from _measured(text, at, hundredths.end(), f"{int(whole)}.{digits}", hundredths[1], lexicon, 0.8)
    match = _TENTHS.match(text, end)
    if match is None:
        return
    more = _MORE_NUMERALS.match(text, match.end())
    if more and (match[2] == "半" or unit_at(text, more.end(), lexicon.unit_words) is None):
        return  # more of the number; 一米五三卷 has an amount of its own
    tenths = "5" if match[2] == "半" else str(_HAN_DIGITS.find(match[2]) + 1) if match[2] in _HAN_DIGITS else match[2]
    yield from _measured(text, at, match.end(), f"{int(whole)}.{tenths}", match[1], lexicon, 0.85)


def _measured(
    text: str, at: int, end: int, number: str, unit: str, lexicon: Lexicon, cost: float
) -> Iterator[tuple[float, Token]]:
    """A measure said in words, when the catalogue has it in one unit or the other."""
    for term in terms.spellings(Decimal(number), MEASURES.get(unit, "l")):
        if lexicon.has_term(term):
            yield cost, Token(T.MEASURE, at, end, text[at:end], value=Decimal(number), term=term, exact=True)
            return
    if unit == "米":  # 一米五 of goods of 150*200
        term = terms.measure_key(number, unit)
        yield 1.1, Token(T.MEASURE, at, end, text[at:end], value=Decimal(number), term=term)


def letter_size(text: str, at: int, lexicon: Lexicon) -> Iterator[tuple[float, Token]]:
    """大号 of goods that come in S, M and L; the catalogue's own 大号 stays meant as well."""
    match = _SPOKEN_SIZE.match(text, at)
    if match is None:
        return
    letter = _SIZE_LETTERS[match[1]]
    if sum(lexicon.has_term(one) for one in ("s", "m", "l")) < 2 or not lexicon.has_term(letter):
        return
    both = lexicon.postings(letter) | lexicon.postings(match[0]) | lexicon.postings(match[1] + "号")
    yield 0.9, Token(T.ITEM, at, match.end(), match[0], term=letter, found=both)


def spoken_kind(text: str, at: int, lexicon: Lexicon) -> Iterator[tuple[float, Token]]:
    """大人 of goods for 成人, 小孩 of goods for 儿童, when the catalogue does not say so itself."""
    for said, term in _PEOPLE:
        if text.startswith(said, at) and not lexicon.has_term(said) and lexicon.has_term(term):
            yield 0.9, Token(T.ITEM, at, at + len(said), said, term=term)
            return
