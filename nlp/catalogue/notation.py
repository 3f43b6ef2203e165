"""The catalogue's own notation, said another way: 12路 of a spec 12回路, 4乘200 of 4*200, 1p加n of 1P+N, 暖 of 暖光,
2芯1.5 of 2*1.5. The catalogue says how a spec is built; people say its parts without the joints, with another word for
the measure, or with the first character of a value only."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from nlp.catalogue.lexicon import Lexicon
from nlp.catalogue.terms import MEASURES, SINGLE
from nlp.scanning.numbers import plain
from nlp.scanning.text import fold_key, is_han
from nlp.scanning.tokens import T, Token

_JOINED = re.compile(r"[a-z0-9.]{1,12}(?:(?:乘以?|加|[变转比]|[*+])[a-z0-9.]{1,8}){1,5}(?![a-z0-9.])")
_PARTED = re.compile(r"([a-z0-9][a-z0-9./*+-]{1,12})[ ]([a-z0-9*/+-][a-z0-9./*+-]{0,10})(?![a-z0-9./*+-])")
_SAID_JOINT = re.compile(r"乘以?|加|[变转比]")
_HAN_PART = re.compile(r"[\u4e00-\u9fff]+")
_COLOURS = SINGLE & frozenset("红黄蓝绿黑白灰紫粉橙棕银金青咖")
_LETTERED = r"[a-z]{1,2}-?"
_MOST = 400


def joined_at(text: str, at: int, lexicon: Lexicon) -> tuple[int, str] | None:
    """A spec whose joints were said in words, 4乘200, 1p加n, 25变20, 1比24: where it ends and its own
    notation."""
    match = _JOINED.match(text, at) if text[at].isascii() else None
    if match is None or not _SAID_JOINT.search(match[0]):
        return None
    said = match[0]
    while True:
        term = (
            said.replace("乘以", "*")
            .replace("乘", "*")
            .replace("加", "+")
            .replace("变", "*")
            .replace("转", "*")
            .replace("比", ":")
        )
        if lexicon.has_term(term):
            return at + len(said), term
        cut = max(said.rfind(joint) for joint in "乘加变转比")
        if cut <= 0 or not _SAID_JOINT.search(said[:cut]):
            return None
        said = said[:cut]


def parted_at(text: str, at: int, lexicon: Lexicon) -> tuple[int, str] | None:
    """A spec written with a blank inside, 215/60 R16 of 215/60r16: where it ends and how the catalogue writes it."""
    match = _PARTED.match(text, at)
    if match is None or (match[1].isdigit() and match[2].isdigit()):
        return None
    term = match[1] + match[2]
    return (match.end(), term) if not lexicon.has_term(match[1]) and lexicon.has_term(term) else None


@lru_cache(maxsize=4096)
def values(spec: str) -> tuple[str, ...]:
    """The words of a folded spec: 9w 暖光3000k has 暖光, 1p c16 none."""
    return tuple(_HAN_PART.findall(spec))


def initial(char: str, base: frozenset[int], lexicon: Lexicon) -> frozenset[int]:
    """Products of ``base`` one of whose spec words begins with a character, when that tells them apart."""
    if not 1 < len(base) <= _MOST:
        return frozenset()
    found = frozenset(
        n for n in base if any(word[0] == char and len(word) > 1 for word in values(fold_key(lexicon.product(n).spec)))
    )
    return found if found < base else frozenset()


def other_measure(token: Token, base: frozenset[int], lexicon: Lexicon) -> frozenset[int]:
    """Products of ``base`` that write a measure with a longer word (12回路 for 12路) or with none (20 for 20mm)."""
    if token.value is None or token.unit is not None or not base or len(base) > _MOST:
        return frozenset()
    unit = token.text.lstrip("0123456789.")
    if unit in ("码", "号"):
        return frozenset()  # a list of sizes has its own reader
    number = plain(token.value)
    specs = {n: spec for n in base if number in (spec := fold_key(lexicon.product(n).spec))}
    for pattern in _other_ways(number, unit) if specs else ():
        found = frozenset(n for n, spec in specs.items() if pattern.search(spec))
        if found:
            return found
    return frozenset()


@lru_cache(maxsize=1024)
def _other_ways(number: str, unit: str) -> tuple[re.Pattern[str], ...]:
    """How a spec may write a measure otherwise than it was said."""
    number = re.escape(number)
    patterns = [rf"(?<![\d.a-z*/+-]){number}(?![\d.a-z\u4e00-\u9fff*+/%\"-])"]
    if unit and is_han(unit[-1]):
        patterns.insert(0, rf"(?<![\d.]){number}[\u4e00-\u9fff]{{1,2}}{re.escape(unit)}")
    if unit and not MEASURES.get(unit, "a").isascii():  # 24齿 of a blade with 24T
        patterns.append(rf"(?<![\d.a-z/+-]){number}[a-z](?![\d.a-z*/+%\"-])")
    patterns.append(rf"(?<![\da-z]){_LETTERED}{number}(?![\d.a-z*/+%\"-])")  # 32安 of a breaker C32, 10平方 of DT-10
    return tuple(map(re.compile, patterns))


def colours_apart(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """红蓝黄绿 of goods in each of these colours: 黄绿, a word of another spec, is two of the list."""
    result: list[Token] = []
    for at, token in enumerate(tokens):
        apart = token.kind is T.ITEM and len(token.text) > 1 and not token.exact and _COLOURS.issuperset(token.text)
        beside = (tokens[at - 1] if at else None, tokens[at + 1] if at + 1 < len(tokens) else None)
        listed = any(
            t is not None and t.kind is T.ITEM and t.text in _COLOURS and token.start <= t.end and t.start <= token.end
            for t in beside
        )
        if apart and listed and all(lexicon.has_term(char) for char in token.text):
            for place, char in enumerate(token.text, token.start):
                result.append(Token(T.ITEM, place, place + 1, char, term=char))
        else:
            result.append(token)
    return result


def of_colour(words: Sequence[Token]) -> bool:
    """Whether the words are one character that is a colour."""
    return len(words) == 1 and words[0].kind is T.ITEM and words[0].text in _COLOURS


def plain_colours(chars: set[str], found: frozenset[int], lexicon: Lexicon) -> frozenset[int]:
    """红的 is 红色 rather than 红白: products with a colour beside the one said give way to those without."""
    said = chars & _COLOURS
    if not said or not 1 < len(found) <= 60:
        return found
    words = {n: [w for w in values(fold_key(lexicon.product(n).spec)) if said.intersection(w)] for n in found}
    mixed = {n for n, of_colour in words.items() if any(_COLOURS.intersection(word) - said for word in of_colour)}
    plain_ones = {n for n, of_colour in words.items() if of_colour} - mixed
    return found - mixed if mixed and plain_ones else found


def only_other_part(old: int, found: frozenset[int], lexicon: Lexicon) -> frozenset[int]:
    """Of products of one name those whose spec differs from another's in one part only: after 2.5平方 红色 a bare 蓝 is
    2.5平方 蓝色."""
    product = lexicon.product(old)
    parts = fold_key(product.spec).split()
    near = []
    for n in found if len(parts) > 1 else ():
        other = lexicon.product(n)
        theirs = fold_key(other.spec).split()
        alike = other.name == product.name and len(theirs) == len(parts)
        if alike and sum(a != b for a, b in zip(parts, theirs, strict=True)) == 1:
            near.append(n)
    return frozenset(near)
