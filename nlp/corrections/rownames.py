"""Lines of a document named by their place: 第2行, 第1、3行, 最后两样, 倒数第二个, 前三行, 中间那款."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import pairwise

from nlp.scanning.numbers import number_at
from nlp.scanning.tokens import T, Token

_N = r"[一二两三四五六七八九十\d]{1,3}"
_KIND = r"(?:行|条|项|样|款|种|个(?!月|星期|礼拜|小时|钟|半))"
_NTH = re.compile(
    rf"第({_N})(?:{_KIND})?(?:(?:到|至|-)第?({_N}){_KIND}|((?:(?:[、,和跟及与]第?|第){_N}){{1,8}}){_KIND})|第({_N}){_KIND}"
)
_ALONE = re.compile(r"第([一二三四五六七八九十]|\d{1,2})(?=[改换删去不要加减的那]|[ ]?(?:[,。;!\n]|$))")
_LAST = re.compile(
    rf"(?:倒数|倒)第?({_N}){_KIND}|最(?:后|末|末尾)(?:面|头)?(?:那|的|这)?({_N})?{_KIND}|最后(?:面|头)?那({_N})?{_KIND}|末尾(?:那|的)?({_N})?{_KIND}|末行"
)
# Said of a document that lies open; elsewhere they count something else.
_FIRST_FEW = re.compile(rf"(?:最?前面?|最?上面|开头|打头|头)(?:的|那|这)?({_N}){_KIND}|首行")
_LAST_FEW = re.compile(rf"(?:后面?|最?下面|末了)(?:的|那|这)?({_N}){_KIND}")
_PAIR = re.compile(
    r"(?<![\d.第])(\d{1,2})[、,和跟与](\d{1,2})(?:[、,和跟与](\d{1,2}))?[两]?(?:行|条(?=[都各改换删加减不互对]))"
    r"|([一二三四五六七八九])([一二三四五六七八九])行(?=[都各改换删加减不互对的数量全])"
)
_PLAIN = re.compile(r"(?<![\d.第a-z])(\d{1,2})(?:行(?=[改换删去取不要加减的单价数撤])|号行)")
_MIDDLE = re.compile(rf"(?:中间|当中)(?:的|那|这)一?{_KIND}")
_STARTS = frozenset("第倒最末前头上开打首后下中当")
_HAN_DIGITS = "一二三四五六七八九"
_MOST = 60
MIDDLE = 0  # stands for the line in the middle


def row_at(text: str, at: int, *, open_draft: bool) -> tuple[int, tuple[int, ...], bool] | None:
    """Where a name of lines ends, the lines (from 1, negative from the end), and whether these are places rather than
    line numbers. ``open_draft``: words that name lines only of a document that lies open are read too."""
    if open_draft and (text[at].isdigit() or text[at] in _HAN_DIGITS) and (match := _PAIR.match(text, at)):
        rows = tuple(_number(said) for said in match.groups() if said)
        ascending = all(a < b for a, b in pairwise(rows))
        return (match.end(), rows, False) if ascending else None
    if open_draft and text[at].isdigit() and (match := _PLAIN.match(text, at)):
        return match.end(), (_number(match[1]),), False
    if text[at] not in _STARTS:
        return None
    if match := _NTH.match(text, at):
        rows = _listed(match)
        return (match.end(), rows, False) if rows else None
    if match := _LAST.match(text, at):
        counted = match[2] or match[3] or match[4]
        if match[1]:
            number = _number(match[1])
            return (match.end(), (-number,), True) if number else None
        number = _number(counted) if counted else 1
        return (match.end(), tuple(range(-number, 0)), True) if number else None
    if not open_draft:
        return None
    if match := _ALONE.match(text, at):
        number = _number(match[1])
        return (match.end(), (number,), False) if number else None
    if match := _FIRST_FEW.match(text, at):
        number = _number(match[1]) if match[1] else 1
        return (match.end(), tuple(range(1, number + 1)), True) if number else None
    if match := _LAST_FEW.match(text, at):
        number = _number(match[1])
        return (match.end(), tuple(range(-number, 0)), True) if number else None
    if match := _MIDDLE.match(text, at):
        return match.end(), (MIDDLE,), True
    return None


def row_token(at: int, text: str, end: int, rows: tuple[int, ...], places: bool) -> Token:
    """The name of lines found at ``at`` as a token."""
    return Token(T.ROW, at, end, text[at:end], value=Decimal(rows[0]), rows=rows, places=places)


def _number(said: str) -> int:
    found = number_at(said, 0)
    if found is None or found[0] != len(said) or found[1] != int(found[1]) or not 0 < found[1] <= _MOST:
        return 0
    return int(found[1])


def _numbers(said: str) -> list[int]:
    """One number, or several said without a break: 一二 of 第一二行."""
    if len(said) > 1 and all(char in _HAN_DIGITS for char in said):
        return [_HAN_DIGITS.index(char) + 1 for char in said]
    return [_number(said)]


def _listed(match: re.Match[str]) -> tuple[int, ...]:
    if match[4]:
        rows = _numbers(match[4])
    elif match[2]:
        first, last = _number(match[1]), _number(match[2])
        rows = list(range(first, last + 1)) if 0 < first < last else [0]
    else:
        rows = _numbers(match[1])
        for said in re.findall(_N, match[3]):
            rows += _numbers(said)
    return tuple(rows) if all(rows) else ()


def placed(rows: tuple[int, ...], numbers: list[int]) -> list[int]:
    """Line numbers of places; one that is not there is the number after the last, which no line has."""
    missing = max(numbers, default=0) + 1
    found = []
    for row in rows:
        if row == MIDDLE:
            found.append(numbers[len(numbers) // 2] if len(numbers) % 2 and len(numbers) > 1 else missing)
        elif row > 0:
            found.append(numbers[row - 1] if row <= len(numbers) else missing)
        else:
            found.append(numbers[row] if -row <= len(numbers) else missing)
    return found
