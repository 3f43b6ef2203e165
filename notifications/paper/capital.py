"""人民币大写: an amount in words, the way it stands on Chinese cheques, invoices and delivery notes.

Rules followed (支付结算办法, annex on filling in bills): 整 closes an amount that ends in yuan or jiao, never one that
ends in fen; one 零 stands for any run of zeros between two digits, and before 分 when there is no jiao. Where the rules
leave a choice (a zero in the yuan or ten-thousands place followed by a digit) no 零 is written. Negative amounts begin
with 负.
"""

from __future__ import annotations

LIMIT = 10**18
"""Amounts below this many fen (one 万万亿 yuan) can be written."""

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿")


def capital(fen: int) -> str:
    """The amount in words: 10705 → 壹佰零柒元零伍分. ValueError at or beyond ``LIMIT``."""
    if abs(fen) >= LIMIT:
        raise ValueError(f"amount too large to write in words: {fen} fen")
    sign = "负" if fen < 0 else ""
    yuan, cents = divmod(abs(fen), 100)
    jiao, rest = divmod(cents, 10)
    words = f"{_integer(yuan)}元" if yuan else ""
    if jiao:
        words += f"{_DIGITS[jiao]}角"
    elif rest and yuan:
        words += "零"
    if rest:
        return f"{sign}{words}{_DIGITS[rest]}分"
    return f"{sign}{words or '零元'}整"


def _integer(value: int) -> str:
    """A positive integer below 10^16, in groups of four digits."""
    words = ""
    gap = False  # zeros were passed since the last word
    for power in range(3, -1, -1):
        group = value // 10000**power % 10000
        if group == 0:
            gap = bool(words)
            continue
        if words and (gap or group < 1000):
            words += "零"
        words += _group(group) + _unit(value, power)
        gap = False
    return words


def _unit(value: int, power: int) -> str:
    """The word after a group; 万亿 shortens to 万 when the 亿 group follows and carries the 亿 itself."""
    if power == 3 and value // 10**8 % 10000:
        return "万"
    return _GROUPS[power]


def _group(value: int) -> str:
    """1 to 9999, without leading zeros."""
    words = ""
    gap = False
    for place in range(3, -1, -1):
        digit = value // 10**place % 10
        if digit == 0:
            gap = bool(words)
            continue
        words += ("零" if gap else "") + _DIGITS[digit] + _PLACES[place]
        gap = False
    return words
