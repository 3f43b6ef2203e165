"""Numbers in front of the items of a list: 1、 2、 3、 line by line, 1 张三 / 2 李四, 1.可乐两箱 2.雪碧一箱.

They are taken out before anything is read (offsets stay), but only where they count up one by one: 3.75酒精 is the
third item of such a list and a measure in any other message.
"""

from __future__ import annotations

import re
from itertools import pairwise

from nlp.catalogue.lexicon import Lexicon

_LINE = re.compile(r"(?m)^[ \t]{0,8}[(#]?(\d{1,2})([.、):,号]|[ \t]{1,4})(?=[^\n])")
_INLINE = re.compile(r"(?:(?<=[\s,;:。)])|^)[(]?(\d{1,2})(?:[.、)](?=[^\s])|[.、][ ](?=[^\s\d]))")
_DECIMAL = re.compile(r"\d{1,2}\.\d{1,4}(?=[\s,;、。)!]|$|元|块|/|含|不含|带)")  # DN15 1.55,DN20 2.2: prices
_COUNTED = re.compile(r"[\d一二两三四五六七八九十半]")
_ENDS_COUNTED = re.compile(
    r"[^\d\s.].{0,40}?[\d一二两三四五六七八九十半][ ]?[\u4e00-\u9fffa-z]{1,3}[ \t]*(?:$|[,。;(])"
)
_ONLY_COUNT = re.compile(r"[\d.]+[ ]?[\u4e00-\u9fff]{1,2}")
_GLUED_LEAST = 5  # lines that count up without a sign behind their number
_LEAST = 3  # items of a list in one line


_CHAPTER = re.compile(
    r"(?m)^[ \t]{0,8}(?:\(([一二三四五六七八九十]{1,2})\)[、.]?|([一二三四五六七八九十]{1,2})[、.:])[ \t]?(?=[^\s])"
)
CHAPTER = "\x1d"  # stands where such a number stood
_COUNT_UP = "一二三四五六七八九十"


def _without_chapters(text: str) -> str:
    """一、铰链 / 二、拉手 over the rows of a list: numbers in words that count its parts up."""
    found = list(_CHAPTER.finditer(text))
    numbers = [match[1] or match[2] for match in found]
    if len(found) < 2 or any(a != b for a, b in zip(numbers, _COUNT_UP, strict=False)):
        return text
    for match in found:
        end = match.end()
        text = text[: match.start()] + CHAPTER + " " * (end - match.start() - 1) + text[end:]
    return text


def blank(text: str, lexicon: Lexicon | None = None) -> str:
    """The text with the numbers of its list as blanks; inside a line an item ends where the next number stood."""
    text = _without_chapters(text)
    found = _by_line(text, lexicon)
    if found:
        for start, end in found:
            text = text[:start] + " " * (end - start) + text[end:]
        return text
    for start, end in _in_line(text):
        text = text[:start] + ";" + " " * (end - start - 1) + text[end:]
    return text


def _by_line(text: str, lexicon: Lexicon | None) -> list[tuple[int, int]]:
    """Numbers at the heads of lines that count up from one line to the next."""
    matches = list(_LINE.finditer(text))
    if len(matches) < 2:
        return _glued(text)
    numbers = [int(match[1]) for match in matches]
    loose = any(match[2].isspace() or match[2] in "号:," for match in matches)
    parted = CHAPTER in text and not loose  # each part of a list may begin with one again
    if any(after != before + 1 and not (parted and after == 1) for before, after in pairwise(numbers)):
        return []
    many = len(matches) >= _GLUED_LEAST and numbers[0] == 1
    if loose and (numbers[0] != 1 or any(not _follows(text, match, lexicon, many=many) for match in matches)):
        return []
    return [match.span() for match in matches]


def _glued(text: str) -> list[tuple[int, int]]:
    """1角磨机5台 / 2电锤3台 / … / 10手枪钻10台: numbers without a sign that count the lines up from one."""
    spans: list[tuple[int, int]] = []
    at = 0
    for line in text.split("\n"):
        number = str(len(spans) + 1)
        rest = line[len(number) :]
        if line.startswith(number) and rest[:1] and not rest[0].isdigit() and rest[0] not in ".*-/":
            spans.append((at, at + len(number)))
        elif spans and line.strip():
            break
        at += len(line) + 1
    return spans if len(spans) >= _GLUED_LEAST else []


def _follows(text: str, match: re.Match[str], lexicon: Lexicon | None, *, many: bool = False) -> bool:
    """Whether what stands behind a number without a sign is an item that has a quantity of its own. ``many``: so many
    lines count up from one that it is no chance (14 6孔板 1箱)."""
    stop = text.find("\n", match.end())
    rest = text[match.end() : stop if stop >= 0 else len(text)]
    if many and _ENDS_COUNTED.search(rest) and not _ONLY_COUNT.fullmatch(rest.strip()):
        return True
    counted = lexicon is not None and any(rest.startswith(unit) for unit in lexicon.unit_words)
    if rest[:1].isdigit():  # 1 402白线 5盒: goods that begin with a number, and how many behind them
        return _ENDS_COUNTED.search(rest, 3) is not None and not _ONLY_COUNT.fullmatch(rest.strip())
    return not counted and _COUNTED.search(rest) is not None


def _in_line(text: str) -> list[tuple[int, int]]:
    """Numbers of a list written in one line."""
    spans: list[tuple[int, int]] = []
    wanted = 1
    for match in _INLINE.finditer(text):
        if int(match[1]) == wanted and not _DECIMAL.match(text, match.start(1)):
            spans.append(match.span())
            wanted += 1
    return spans if len(spans) >= _LEAST else []
