"""Numbers as people write and say them, on Decimal: 12, 1,200, 1.5万, 三十二, 廿, 俩, 两百五, 壹拾, 2k, 半."""

from __future__ import annotations

import re
from decimal import Decimal

_DIGITS = dict(zip("零〇一二两三四五六七八九壹贰叁肆伍陆柒捌玖俩仨幺", map(int, "0012234567891234567892 3 1".replace(" ", "")),
                   strict=True))  # fmt: skip
_TENS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_BIG = {"万": 10_000, "亿": 100_000_000}
HAN_NUMERALS = frozenset(_DIGITS) | frozenset(_TENS) | frozenset(_BIG) | {"廿", "卅", "半"}
_ARABIC = re.compile(r"(?:\d{1,3}(?:,\d{3}){1,3}(?!\d)|\d{1,12})(?:\.\d{1,6})?")
MAX_RUN = 16


def han_number(run: str) -> Decimal | None:
    """Value of a run of Chinese numerals; None when it is no well-formed number. ``两百五`` is 250."""
    if run == "半":
        return Decimal("0.5")
    if all(char in _DIGITS for char in run):
        if len(run) == 1:
            return Decimal(_DIGITS[run])
        if any(char in "两俩仨" for char in run):
            return None
        return Decimal("".join(str(_DIGITS[char]) for char in run))
    total = section = 0
    digit: int | None = None
    last_scale = 1
    zero = False
    for at, char in enumerate(run):
        if char in _DIGITS:
            if digit is not None and digit != 0:
                return None
            digit = _DIGITS[char]
            zero = zero or digit == 0
        elif char in ("廿", "卅"):
            if digit is not None or section % 100:
                return None
            section += 20 if char == "廿" else 30
            last_scale = 10
        elif char in _TENS:
            scale = _TENS[char]
            if digit is None and scale != 10:
                return None
            if digit == 0 and scale != 10:
                return None
            section += (digit or 1) * scale
            digit, last_scale, zero = None, scale, False
        elif char in _BIG:
            if digit is None and not section:
                return None
            total = (total + section + (digit or 0)) * _BIG[char]
            section, digit, last_scale, zero = 0, None, _BIG[char], False
        else:
            return None
        if char in ("俩", "仨") and at != len(run) - 1:
            return None
    if digit:
        # 两百五 is 250, 一万二 is 12000; 一百零五 and 二十五 are plain.
        section += digit * (last_scale // 10 if last_scale >= 100 and not zero else 1)
    return Decimal(total + section)


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
            return end, value_or_none
        end -= 1
    return None


def plain(value: Decimal) -> str:
    """Decimal text without exponent or trailing zeros."""
    text = format(value.normalize(), "f")
    return "0" if text == "-0" else text
