"""What an item was called, as one run of words: the only thing that may be learned as another name of a product."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from datetime import date
from operator import attrgetter

from nlp.catalogue import units
from nlp.catalogue.resolve import Said
from nlp.catalogue.terms import MEASURE, SINGLE, full_key
from nlp.scanning.amounts import price_at, quantities_at
from nlp.scanning.cues import CUES, FILLER
from nlp.scanning.dates import date_at
from nlp.scanning.numbers import number_at
from nlp.scanning.text import Folded, fold_key, is_han
from nlp.scanning.tokens import T, Token

LONGEST = 20
_GLUED = 6  # characters nobody knows that may cling to a known word: 老 of 老蓝
# Fillers of one character that carry a sentence; the others (老, 小, 王) may as well be part of a nickname.
_SENTENCE = frozenset(
    "来要给拿送发订再加还就是把帮个点些和跟的了吧啊呢哦呀嘛么我你他她那这有没在到用下上先也都请说跑急得"
)
_COMMANDS = frozenset(
    "确认 同意 驳回 撤销 取消 打印 帮助 草稿 继续 忘记 记住 别名 全部 散客 欠货 对账".split()  # noqa: SIM905
)
_ANY_DAY = date(2026, 1, 5)
_SPEC = re.compile(r"[a-z0-9φ#.*/+\-%\"' ]*\d[a-z0-9φ#.*/+\-%\"' ]*")  # M8*30, #10, 5%, DN20
_START, _END = attrgetter("start"), attrgetter("end")
_BREAKS = re.compile(r"[\n\r,;:!?，。；：！？、“”\"'=()（）]")


def as_said(item: Said, tokens: Sequence[Token], folded: Folded, original: str) -> str:
    """The words of an item with what clings to them, as written; "" when anything else stands between them.
    ``tokens`` of the whole message in the order of the text (:func:`in_order`)."""
    own = {(token.start, token.end) for token in (*item.words, *item.strange)}
    if not own:
        return ""
    start, end = item.start, item.end
    first = bisect_left(tokens, start, key=_END)
    after = bisect_left(tokens, end, key=_START)
    between = tokens[first:after]  # what ends where the item begins only touches it
    if any(t.end > start and not _inside(t, own) and t.kind is not T.GAP for t in between):
        return ""
    at = bisect_left(tokens, start, key=_START)
    while at and tokens[at - 1].end == start and clings(tokens[at - 1]) and item.start - tokens[at - 1].start <= _GLUED:
        at -= 1
        start = tokens[at].start
    while after < len(tokens) and tokens[after].start == end and clings(tokens[after]):
        if tokens[after].end - item.end > _GLUED:
            break
        end = tokens[after].end
        after += 1
    said = original[slice(*folded.span(start, end))].strip()
    return said if len(said) <= 2 * LONGEST and "\n" not in said else ""


def in_order(tokens: Sequence[Token]) -> list[Token]:
    """Tokens as they stand in the text; the cells of a table are read in another order."""
    return sorted(tokens, key=_START)


def clings(token: Token) -> bool:
    nickname = token.cues == (FILLER,) and len(token.text) == 1 and token.text not in _SENTENCE
    return token.kind is T.UNKNOWN or (nickname and is_han(token.text))


def _inside(token: Token, own: set[tuple[int, int]]) -> bool:
    return any(start <= token.start and token.end <= end for start, end in own)


def learns(item: Said, words: str, sku: str | None) -> str:
    """What confirming this line could teach: ``name`` when something in its words is not in the catalogue; ``group``
    when the catalogue knows them, but for one character, and they fit several products; else "", for they say already
    what they say. A colour, a size or a spec nobody has (红中性笔, M8*35) is a wish that was not met, not a name."""
    if not words or item.clash or refusal(words) is not None:
        return ""
    if any(token.kind in (T.SPEC, T.MEASURE) for token in item.strange):
        return ""
    known = sorted(set(item.words), key=lambda token: token.start)
    new = key_of(words)
    for token in known:
        new = new.replace(key_of(token.text), "", 1)
    if new:
        if not any(char not in SINGLE and not char.isdigit() for char in new):
            return ""
        if len(new) > 1 or len(key_of(words)) == 2:
            return "name"
        return "group" if sku is None and len(item.found) > 1 else ""  # 新螺栓 is any new bolt, 老蓝 is a nickname
    if any(token.kind is T.ITEM and token.term not in (None, token.text) for token in known) and sku is not None:
        return "name"  # heard as another word, perhaps wrongly
    return "group" if sku is None and len(item.found) > 1 else ""


def key_of(words: str) -> str:
    """One spelling for comparing: folded, without blanks. "" for nothing."""
    return full_key(fold_key(words))


def refusal(words: str) -> str | None:
    """Why words can never be another name of a product, whatever the catalogue says; None when they can.

    Codes: ``short`` (one character), ``long`` (over 20), ``odd`` (punctuation inside), ``spec`` (digits, units and
    joints only: 30, M8*30, 5公斤), ``number`` (an amount, a price, a day), ``language`` (a word that steers sentences,
    a unit, a filler).
    """
    key = key_of(words)
    if len(key) < 2:
        return "short"
    if len(key) > LONGEST:
        return "long"
    if _BREAKS.search(words.strip()):
        return "odd"
    if _SPEC.fullmatch(key) or ((match := MEASURE.match(key)) and match.end() == len(key)):
        return "spec"
    number = number_at(key, 0)
    day = date_at(key, 0, _ANY_DAY)
    price = price_at(key, 0, units.COMMON)
    if (
        (number is not None and number[0] == len(key))
        or (day is not None and day.end == len(key))
        or (price is not None and price.end == len(key))
        or any(found.end == len(key) for found in quantities_at(key, 0, units.COMMON))
    ):
        return "number"
    if key in CUES or key in units.COMMON or key in _COMMANDS or not any(is_han(c) or c.isalpha() for c in key):
        return "language"
    return None
