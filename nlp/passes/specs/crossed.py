"""Colours and sizes of one name, each with each: 加绒卫衣黑灰L XL各3件 is four lines, not two."""

from __future__ import annotations

from itertools import combinations

from nlp.catalogue.lexicon import Lexicon
from nlp.catalogue.numbered import kin
from nlp.catalogue.resolve import is_head, meaning, names_goods, narrow
from nlp.scanning import cues as c
from nlp.scanning.tokens import T, Token

_ITEMS = (T.ITEM, T.MEASURE, T.SPEC)
_JOINTS = ("和", "跟", "与", "及", "、", "/", ",", "的", "两色", "三色", "两种", "两个颜色", "三个颜色", "两款")
_MOST = 400
_LINES = 40
_WORDS = 24


def fold(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """Tokens in which every pair of such a list is a word of its own."""
    if not any(t.has(c.EACH) for t in tokens):
        return tokens
    result: list[Token] = []
    heads: frozenset[int] = frozenset()
    for at, token in enumerate(tokens):
        if token.has(c.EACH) and _counted(tokens, at):
            result = _crossed(result, heads, lexicon)
        elif is_head(token, lexicon):
            found = meaning(token, lexicon)
            heads = kin(found, lexicon) if len(found) == 1 else found
        result.append(token)
    return result


def _counted(tokens: list[Token], at: int) -> bool:
    following = next((t for t in tokens[at + 1 : at + 4] if t.kind is not T.GAP), None)
    return following is not None and following.kind in (T.QTY, T.NUM)


def _crossed(before: list[Token], heads: frozenset[int], lexicon: Lexicon) -> list[Token]:
    """The tokens before 各 with each pair written out; the same when they are no such list."""
    start = len(before)
    words: list[Token] = []
    while start and len(words) < _WORDS:
        token = before[start - 1]
        if token.kind in _ITEMS and meaning(token, lexicon):
            words.insert(0, token)
        elif token.kind is not T.GAP and token.text not in _JOINTS and token.cues != (c.FILLER,):
            break
        start -= 1
    named = [word for word in words if names_goods(word, lexicon)]  # 6602卫衣黑灰L XL各5件
    said = [word for word in words if word not in named]
    base = narrow(named, lexicon) if named else heads
    if len(said) < 3 or not base or len(base) > _MOST or len(named) > 2:
        return before
    pairs = _pairs(said, base, lexicon)
    if not pairs:
        return before
    first = before.index(said[0])
    last = before.index(said[-1])
    kept = [token for token in before[first : last + 1] if token in named]
    made: list[Token] = [*before[:first], *kept]
    begin, end = said[0].start, said[-1].end
    for place, (one, other, found) in enumerate(pairs):
        if place:
            made.append(Token(T.COMMA, end, end, "、"))
        made.append(Token(T.SPEC, begin, end, one.text + other.text, found=found))
    return [*made, *before[last + 1 :]]


def _pairs(words: list[Token], base: frozenset[int], lexicon: Lexicon) -> list[tuple[Token, Token, frozenset[int]]]:
    """Each of the words in front with each of those behind, when those in front exclude each other, those behind too,
    and the goods come in all of the pairs."""
    own = {id(word): meaning(word, lexicon) & base for word in words}
    if not all(own.values()):
        return []
    for cut in range(2, len(words)):
        front, behind = words[:cut], words[cut:]
        if not _apart(front, own) or not _apart(behind, own) or len(front) * len(behind) > _LINES:
            continue
        pairs = [(a, b, own[id(a)] & own[id(b)]) for a in front for b in behind]
        if all(found for _, _, found in pairs):
            return pairs
    return []


def _apart(words: list[Token], own: dict[int, frozenset[int]]) -> bool:
    return not any(own[id(a)] & own[id(b)] for a, b in combinations(words, 2))
