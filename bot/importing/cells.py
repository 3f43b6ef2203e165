"""One cell at a time: what a spreadsheet holds into exact values. Every ValueError carries one Chinese sentence.

Spreadsheet programs store numbers as binary floats and like to turn codes into numbers and specs into dates; this
module undoes the first where it is exact and refuses the second.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from fractions import Fraction

MAX_TEXT = 200
MAX_NUMBER = Decimal(10) ** 12
PRICE_PLACES = 8

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_SPACE = re.compile(r"\s+")
_GROUPED = re.compile(r"^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$")
_PLAIN = re.compile(r"^[+-]?(\d+(\.\d*)?|\.\d+)$")
_MONEY_SIGNS = re.compile(r"^[¥￥]\s*|\s*(元|块|RMB)$", re.IGNORECASE)
_LIST = re.compile(r"[;；,，、|\n]+")
_SCIENTIFIC = re.compile(r"^\d(\.\d+)?[eE]\+?\d+$")
_ERRORS = {"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!"}


@dataclass(frozen=True, slots=True)
class Formula:
    """A cell that computes its value. Which value that is depends on the program that saved it, so it is refused."""

    text: str


Raw = str | int | float | bool | datetime | date | time | timedelta | Formula | None


def text(raw: Raw, limit: int = MAX_TEXT) -> str:
    """The cell as one line of clean text; "" when empty. Whole numbers lose their ``.0``."""
    if raw is None:
        return ""
    if isinstance(raw, Formula):
        raise ValueError("是公式，请复制这一列并“选择性粘贴为数值”再导入")
    if isinstance(raw, bool):
        return "TRUE" if raw else "FALSE"
    if isinstance(raw, datetime | date | time | timedelta):
        raise ValueError(f"被表格软件变成了日期或时间（{raw}），请把这一列的格式设为“文本”后重填")
    if isinstance(raw, int | float):
        return format(number_of(raw), "f")
    clean = _SPACE.sub(" ", _CONTROL.sub("", raw)).strip()
    if clean in _ERRORS:
        raise ValueError(f"是错误值 {clean}，请改成实际内容")
    if len(clean) > limit:
        raise ValueError(f"太长（{len(clean)} 个字），最多 {limit} 个字")
    return clean


def number_of(raw: int | float) -> Decimal:
    """A stored number as the spreadsheet program shows it: 15 significant digits, so 0.1+0.2 is 0.3."""
    if isinstance(raw, int):
        return Decimal(raw)
    value = Decimal(format(raw, ".15g"))
    return Decimal(int(value)) if value == value.to_integral_value() else value.normalize()


def number(raw: Raw) -> Decimal | None:
    """The cell as an exact number; None when empty. Text such as ``１,200.50`` or ``¥12元`` counts as the number."""
    if isinstance(raw, bool):
        raise ValueError("应是数字，现在是 TRUE/FALSE")
    if isinstance(raw, int | float):
        value = number_of(raw)
    else:
        said = _MONEY_SIGNS.sub("", unicodedata.normalize("NFKC", text(raw)).strip()).strip()
        if not said:
            return None
        if _GROUPED.match(said):
            said = said.replace(",", "")
        if not _PLAIN.match(said):
            raise ValueError(f"应是数字，现在是“{said}”")
        try:
            value = Decimal(said)
        except InvalidOperation as error:  # cannot happen after the pattern; kept so that no odd digit gets through
            raise ValueError(f"应是数字，现在是“{said}”") from error
    if abs(value) > MAX_NUMBER:
        raise ValueError("数字太大，请检查")
    return value


def not_negative(raw: Raw, places: int | None = None) -> Decimal | None:
    """A number that is not below zero, with at most ``places`` decimals."""
    value = number(raw)
    if value is None:
        return None
    if value < 0:
        raise ValueError(f"不能是负数（{value}）")
    if places is not None and value != round(value, places):
        raise ValueError(f"最多 {places} 位小数，现在是 {value}" if places else f"要是整数，现在是 {value}")
    return value


def fen(raw: Raw) -> int | None:
    """Yuan in the cell as integer fen."""
    value = not_negative(raw, places=2)
    return None if value is None else int(value * 100)


def unit_price(raw: Raw, units: dict[str, tuple[int, int]], base_unit: str) -> Decimal | None:
    """A price per base unit. ``15/盒`` is a price of that unit; the quotient is rounded half up to 8 decimals here, so
    that a thousand packs still cost what was written, to the fen."""
    unit = base_unit
    if isinstance(raw, str) and "/" in unicodedata.normalize("NFKC", raw):
        said, _, unit = (part.strip() for part in unicodedata.normalize("NFKC", raw).partition("/"))
        if unit not in units:
            raise ValueError(f"价格按“{unit}”，但这个商品没有单位“{unit}”")
        raw = said
    value = not_negative(raw)
    if value is None:
        return None
    price = Fraction(value) / Fraction(*units[unit])
    exact = Decimal(price.numerator) / Decimal(price.denominator)
    return plain(exact.quantize(Decimal(1).scaleb(-PRICE_PLACES), ROUND_HALF_UP))


def listed(raw: Raw) -> tuple[str, ...]:
    """Several values in one cell, separated by ; ， 、 or line breaks; doubles removed, order kept."""
    if isinstance(raw, str):
        pieces = [text(piece, 60) for piece in _LIST.split(raw)]
    else:
        pieces = [text(raw, 60)]
    return tuple(dict.fromkeys(piece for piece in pieces if piece))


def code(raw: Raw) -> str:
    """A code: text without inner blanks. A number that lost its last digits (over 15) is refused."""
    if isinstance(raw, int | float) and not isinstance(raw, bool) and abs(raw) >= 10**15:
        raise ValueError("是超过 15 位的数字，末尾几位已丢失，请把这一列的格式设为“文本”后重填")
    said = unicodedata.normalize("NFKC", text(raw, 40))
    if _SCIENTIFIC.match(said):
        raise ValueError(f"是科学计数（{said}），原来的数字已丢失，请把这一列的格式设为“文本”后重填")
    if " " in said:
        raise ValueError(f"“{said}”中间有空格，请去掉")
    return said


def barcode(said: str) -> str:
    """A barcode; 13 and 14 digits must carry the right check digit, other lengths are taken as the firm's own."""
    value = code(said)
    if not value.isascii() or not re.fullmatch(r"[0-9A-Za-z.\-]{4,32}", value):
        raise ValueError(f"条码“{value}”只能有数字和字母，4 到 32 位")
    if value.isdigit() and len(value) in (13, 14) and value[-1] != check_digit(value[:-1]):
        raise ValueError(f"条码 {value} 的校验位不对（末位应是 {check_digit(value[:-1])}），请核对")
    return value


def check_digit(body: str) -> str:
    """The GS1 check digit of a number without its last digit."""
    total = sum(int(digit) * (3 if index % 2 == 0 else 1) for index, digit in enumerate(reversed(body)))
    return str(-total % 10)


def plain(value: Decimal) -> Decimal:
    """The same value without trailing zeros and without an exponent."""
    return Decimal(format(value.normalize(), "f"))
