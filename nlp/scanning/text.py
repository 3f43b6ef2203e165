"""Normalising a message while remembering where every character came from.

The parser works on a folded copy (half width, lower case, simplified, one sign for one meaning); evidence is always
reported in offsets of the text as it was written.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

_SIGNS = {
    "×": "*", "✕": "*", "✖": "*", "╳": "*", "∗": "*", "＊": "*", "·": " ", "•": " ", "●": " ",
    "—": "-", "–": "-", "−": "-", "－": "-", "﹣": "-", "～": "~", "〜": "~", "∼": "~",
    "￥": "¥", "，": ",", "；": ";", "：": ":", "（": "(", "）": ")", "【": "[", "】": "]", "「": "[", "」": "]",
    "！": "!", "？": "?", "“": '"', "”": '"', "‘": "'", "’": "'", "″": '"', "′": "'", "Φ": "φ", "ø": "φ", "Ø": "φ",
    "㎡": "m", "㎜": "mm", "㎝": "cm", "㎏": "kg", "℃": "度", "°": "度", "˚": "度", "º": "度",
    "Ω": "ω", "²": "2", "³": "3", "½": "半",
    "\u3000": " ", "\xa0": " ", "\r": "\n", "\x0b": "\n", "\x0c": "\n", "\u2028": "\n", "\u2029": "\n",
}  # fmt: skip


# Numbers in circles and on keys count the items of a list; their digit glued to what follows would be read as its size.
_CIRCLED = frozenset(
    "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳㉑㉒㉓㉔㉕㉖㉗㉘㉙㉚㉛㉜㉝㉞㉟㊱㊲㊳㊴㊵㊶㊷㊸㊹㊺㊻㊼㊽㊾㊿❶❷❸❹❺❻❼❽❾❿⓫⓬⓭⓮⓯⓰⓱⓲⓳⓴"
    "➀➁➂➃➄➅➆➇➈➉➊➋➌➍➎➏➐➑➒➓⓪🔟㊀㊁㊂㊃㊄㊅㊆㊇㊈㊉㈠㈡㈢㈣㈤㈥㈦㈧㈨㈩"
    "⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛"
)
_KEY = "\u20e3"  # the frame around the digit in front of it
_KEYED = re.compile(r"([0-9])\ufe0f?\u20e3")
_CONVERTERS: list[Any] = []


def _simplified(char: str) -> str:
    """A Chinese character as it is written in simplified ones. The library takes 12 ms and 6 MB to load."""
    if not _CONVERTERS:
        from opencc import OpenCC

        _CONVERTERS.append(OpenCC("t2s"))
    found = str(_CONVERTERS[0].convert(char))
    return found if len(found) == 1 else char


@lru_cache(maxsize=8192)
def fold_char(char: str) -> str:
    """The folded form of one character: usually one character, nothing for invisible ones, a space for pictures."""
    if "a" <= char <= "z" or "0" <= char <= "9" or char in "\n\t ":
        return char
    mapped = _SIGNS.get(char)
    if mapped is not None:
        return mapped
    if is_han(char):
        return _simplified(char)
    category = unicodedata.category(char)
    if category in ("Cf", "Cc", "Mn", "Me", "Cs", "Co", "Cn"):
        return ""
    if category == "So" or ord(char) >= 0x1F000:
        return " "
    folded = unicodedata.normalize("NFKC", char).lower()
    if len(folded) == 1:
        return _simplified(folded) if is_han(folded) else _SIGNS.get(folded, folded)
    return folded if folded.isascii() and folded.strip() else " "


class _Folding(dict[int, str]):
    """A translation table that fills itself; one entry per distinct character ever seen in a catalogue."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = fold_char(chr(code))
        return folded


_FOLDING = _Folding()


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text and, for every folded character, its offset in the original (plus one past the end)."""

    text: str
    offsets: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Offsets in the original for a half-open range of the folded text."""
        if end <= start:
            at = self.offsets[min(start, len(self.text))]
            return (at, at)
        return (self.offsets[start], self.offsets[end - 1] + 1)


def fold(original: str) -> Folded:
    """Fold a message; ``\\r\\n`` becomes one newline, an ``x`` between digits the sign ``*``."""
    chars: list[str] = []
    offsets: list[int] = []
    previous, comma, said = "", False, False
    bullets = _bullets(original)
    for at, char in enumerate(original):
        if char == "\n" and previous == "\r":
            previous = char
            continue
        previous = char
        if char in "Cc" and at and original[at - 1] in "°˚º":
            continue  # 25°C as 25度
        if at in bullets:
            chars.append(";" if said else " ")  # at the head of a line there is nothing to set apart
            offsets.append(at)
            continue
        for piece in fold_char(char):
            if piece.isdigit() and comma and len(chars) > 1 and chars[-2].isdigit():
                chars[-1] = "、"  # 335，215/60R16 are two numbers, 12,680 is one
            chars.append(piece)
            offsets.append(at)
            comma = char == "，"
            said = piece != "\n" and (said or piece != " ")
    _read_signs(chars)
    offsets.append(len(original))
    return Folded("".join(chars), tuple(offsets))


def _read_signs(chars: list[str]) -> None:
    """Characters that mean another one where they stand: 元月, the x of 5 x 3."""
    count = len(chars)
    for at in range(count - 2):
        if chars[at] == "元" and chars[at + 1] == "月" and chars[at + 2] in "0123456789一二三四五六七八九十初廿":
            chars[at] = "一" if not (at and chars[at - 1].isdigit()) else "元"  # 元月六号
    for at in range(1, count - 1):
        if chars[at] == "x" and chars[at + 1].isdigit():
            before = chars[at - 1]
            if before == " " and at > 1:
                before = chars[at - 2] if is_han(chars[at - 2]) or chars[at - 2] in "gl" else ""  # 1kg x5
            if before and (before.isdigit() or is_han(before) or (before in "gl" and chars[at - 1] == " ")):
                chars[at] = "*"
            elif chars[at - 1] == " " and at > 1 and chars[at - 2].isalnum() and _ends_count(chars, at + 1):
                chars[at] = "*"  # 6000K x100, RK-A x10
    for at in range(2, count - 2):
        apart = chars[at] == "x" and chars[at - 1] == chars[at + 1] == " "
        if apart and chars[at + 2].isdigit() and chars[at - 2] not in " \n":
            chars[at] = "*"  # DS24 x 6


def _ends_count(chars: list[str], at: int) -> bool:
    """Whether a whole number and nothing more of the same word stands at a place, at the end of its breath."""
    end = at
    while end < len(chars) and chars[end].isdigit():
        end += 1
    return end - at <= 5 and (end == len(chars) or chars[end] in "\n,、;。+" or is_han(chars[end]))


def _bullets(original: str) -> frozenset[int]:
    """Where the numbers of a list stand that are drawn as one sign each: ① ❷ 🔟 1️⃣."""
    found = {at for at, char in enumerate(original) if char in _CIRCLED}
    if _KEY in original:
        keyed = list(_KEYED.finditer(original))
        counts = [int(match[1]) for match in keyed]
        if 2 in counts and counts[0] == 1:  # one alone may say how many
            found.update(match.start() for match in keyed)
    return frozenset(found)


@lru_cache(maxsize=16_384)
def fold_key(text: str) -> str:
    """Folded text of a catalogue entry, without an offset map."""
    folded = text.lower() if text.isascii() else text.translate(_FOLDING)
    if "x" in folded:
        chars = list(folded)
        for at in range(1, len(chars) - 1):
            if chars[at] == "x" and chars[at - 1].isdigit() and chars[at + 1].isdigit():
                chars[at] = "*"
        folded = "".join(chars)
    return folded.strip()


def is_han(char: str) -> bool:
    """True for a Chinese character."""
    return "\u4e00" <= char <= "\u9fff"
