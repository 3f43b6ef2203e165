"""Numbers as people write and say them, on Decimal: 12, 1,200, 1.5万, 三十二, 廿, 俩, 两百五, 壹拾, 2k, 半."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

_DIGITS = {
    char: value
    for value, chars in enumerate(
        ("零〇", "一壹幺", "二两贰俩", "三叁仨", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖")
    )
    for char in chars
}
_TENS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_BIG = {"万": 10_000, "亿": 100_000_000}
HAN_NUMERALS = frozenset(_DIGITS) | frozenset(_TENS) | frozenset(_BIG) | {"廿", "卅", "半"}
_ARABIC = re.compile(r"(?:\d{1,3}(?:,\d{3}){1,3}(?![\d/*])|\d{1,12})(?:\.\d{1,6})?")
MAX_RUN = 24
_MEASURED = frozenset("公千斤克吨升毫厘米平方立元块折倍箱件桶包袋盒寸万")  # what stands behind a fraction said in words


@lru_cache(maxsize=4096)
def han_number(run: str) -> Decimal | None:
    """Value of a run of Chinese numerals (``两百五`` is 250); None when it is no well-formed number."""
    if run == "半":
        return Decimal("0.5")
    if any(char in "俩仨" for char in run[:-1]):
        return None
    if all(char in _DIGITS for char in run):
        if len(run) == 1:
            return Decimal(_DIGITS[run])
        return None if "两" in run or run[-1] in "俩仨" else Decimal("".join(str(_DIGITS[char]) for char in run))
    counter = _Counter()
    return Decimal(counter.result()) if all(counter.take(char) for char in run) else None


class _Counter:
    """Adds up a number said in digits and scales, one character at a time."""

    def __init__(self) -> None:
        self.total = self.section = 0
        self.digit: int | None = None
        self.scale = 1
        self.big = 0  # the last of 万 and 亿
        self.zero = False

    def take(self, char: str) -> bool:
        """Take the next character; False when it cannot stand there."""
        if char in _DIGITS:
            if self.digit:
                return False
            self.digit = _DIGITS[char]
            self.zero = self.zero or self.digit == 0
            return True
        if char in _TENS:
            if _TENS[char] != 10 and not self.digit:
                return False
            self.section += (self.digit or 1) * _TENS[char]
            self.scale = _TENS[char]
        elif char in "廿卅":
            if self.digit is not None or self.section % 100:
                return False
            self.section += 20 if char == "廿" else 30
            self.scale = 10
        elif char in _BIG:
            if self.digit is None and not self.section:
                return False
            here = self.section + (self.digit or 0)
            if self.big > _BIG[char]:
                self.total += here * _BIG[char]  # 三亿五千万
            elif self.big == _BIG[char]:
                return False
            else:
                self.total = (self.total + here) * _BIG[char]
            self.big = _BIG[char]
            self.section, self.scale = 0, _BIG[char]
        else:
            return False
        self.digit, self.zero = None, False
        return True

    def result(self) -> int:
        """The number. A last digit without a scale counts one scale lower (两百五), unless a zero says no."""
        below = self.scale // 10 if self.scale >= 100 and not self.zero else 1
        return self.total + self.section + (self.digit or 0) * below


def number_at(text: str, at: int) -> tuple[int, Decimal] | None:
    """The longest number that begins at ``at``: (end, value), or None."""
    char = text[at] if at < len(text) else ""
    if char.isascii() and char.isdigit():
        match = _ARABIC.match(text, at)
        if match is None:
            return None
        end, value = match.end(), Decimal(match[0].replace(",", ""))
        if end < len(text):
            scale = {"万": 10_000, "千": 1000, "百": 100, "w": 10_000, "k": 1000, "亿": 100_000_000}.get(text[end])
            after = text[end + 1 : end + 2]
            if scale and (text[end] not in "wk" or not (after.isascii() and after.isalnum())):
                if text[end] in "千" and after in ("克", "瓦", "米"):
                    return end, value
                return end + 1, value * scale
        return end, value
    if char not in HAN_NUMERALS:
        return None
    end = at
    while end < len(text) and end - at < MAX_RUN and text[end] in HAN_NUMERALS:
        end += 1
    if end - at > 1 and text[end - 1] == "半":
        end -= 1
    if text[end - 1] == "千" and text[end : end + 1] in ("克", "瓦", "米") and end - at > 1:
        end -= 1
    while end > at:
        value_or_none = han_number(text[at:end])
        if value_or_none is not None:
            return _with_fraction(text, at, end, value_or_none)
        end -= 1
    return None


def _with_fraction(text: str, at: int, end: int, value: Decimal) -> tuple[int, Decimal]:
    """一点五公斤: digits behind 点 count only in front of a measure, else 点 is the hour (三点二十); no clock says
    二点零 or 零点二二."""
    stop = end + 1
    if text[end : end + 1] != "点" or text[end - 1] == "半":
        return end, value
    while stop < len(text) and text[stop] in _DIGITS and stop - end < 5:
        stop += 1
    digits = text[end + 1 : stop]
    if not digits or any(char in "两贰俩叁仨" for char in digits):
        return end, value
    if text[stop : stop + 1] not in _MEASURED and digits != "零" and value:
        return end, value
    return stop, value + Decimal("0." + "".join(str(_DIGITS[char]) for char in digits))


def plain(value: Decimal) -> str:
    """Decimal text without exponent or trailing zeros."""
    text = format(value.normalize(), "f")
    return "0" if text == "-0" else text
