"""Verbs of bringing that are also a character of some goods (带 of a 胶带) or of none (配, 捎), in front of goods:
再带2把滚筒, 配稀释剂2桶. And words of a clause about nothing that is sold (自己带壶来)."""

from __future__ import annotations

from nlp.catalogue.lexicon import Lexicon
from nlp.catalogue.resolve import is_head, meaning
from nlp.catalogue.terms import SINGLE
from nlp.scanning import cues as c
from nlp.scanning.text import is_han
from nlp.scanning.tokens import T, Token

_VERBS = frozenset("配带捎打搭拎搬割裁称秤备匀凑捡提挑")
_CUTS = frozenset("开裁剪割打提拎扯撕截批拉卸运拖搬称秤灌备配取存囤压切装卷挑选抓拎扛")
_ITEMS = (T.ITEM, T.MEASURE, T.SPEC)
_LEADS = (c.FILLER, c.ADD, c.DELIVER, c.IF, c.ENOUGH)


def fold(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """Tokens in which such verbs say nothing of their own."""
    result = list(tokens)
    for at, token in enumerate(tokens):
        if token.kind is T.ITEM and _tells_when(tokens, at):
            result[at] = Token(T.CUE, token.start, token.end, token.text, cues=c.CUES[token.text])
            continue
        verb = token.text in _VERBS and token.kind in (T.UNKNOWN, T.ITEM) and not token.exact
        if (verb and _opens(tokens, at) and _brings(tokens, at, lexicon)) or _counts_off(tokens, at, lexicon):
            result[at] = Token(T.CUE, token.start, token.end, token.text, cues=(c.FILLER,))
    return _beside_the_point(result)


def _tells_when(tokens: list[Token], at: int) -> bool:
    """送货推到12月7号, where 送货单 is sold: a word of bringing before the day."""
    token = tokens[at]
    if token.exact or c.DELIVER not in c.CUES.get(token.text, ()):
        return False
    after = next((t for t in tokens[at + 1 : at + 4] if t.kind is not T.GAP), None)
    return after is not None and (after.kind is T.DATE or after.has(c.DELIVER, c.CHANGE))


def _counts_off(tokens: list[Token], at: int, lexicon: Lexicon) -> bool:
    """网线开一箱, 布裁3米: a verb between goods and how many."""
    token = tokens[at]
    if token.text not in _CUTS or token.kind not in (T.UNKNOWN, T.ITEM) or token.exact or not 0 < at < len(tokens) - 1:
        return False
    before, after = tokens[at - 1], tokens[at + 1]
    if after.kind is not T.QTY or after.start != token.end or before.kind not in _ITEMS or before.end != token.start:
        return False
    if token.kind is T.UNKNOWN:
        return True
    return not meaning(token, lexicon) & meaning(before, lexicon)


def _opens(tokens: list[Token], at: int) -> bool:
    """Whether a clause begins with the verb, or only words that steer stand before it."""
    before = at - 1
    while before >= 0 and tokens[before].kind is T.GAP:
        before -= 1
    if before < 0:
        return True
    token = tokens[before]
    if token.kind in (T.COMMA, T.STOP, T.PARTY, T.COLON, T.DATE, T.QTY):
        return True
    return token.kind is T.CUE and token.has(*_LEADS) and token.text not in ("的", "个")


def _brings(tokens: list[Token], at: int, lexicon: Lexicon) -> bool:
    """Whether goods follow that the verb is no part of."""
    verb = tokens[at]
    place = at + 1
    while place < len(tokens) and tokens[place].kind is T.GAP:
        place += 1
    following = tokens[place] if place < len(tokens) else None
    if following is None:
        return False
    if following.kind is T.QTY:
        after = next((t for t in tokens[place + 1 : place + 4] if t.kind is not T.GAP), None)
        return after is not None and after.kind in _ITEMS
    if following.kind is not T.ITEM and not (following.kind is T.MEASURE and following.exact):
        return False
    if verb.kind is T.UNKNOWN:
        return len(following.text) > 1
    return is_head(following, lexicon) and len(following.text) > 1 and not (
        meaning(verb, lexicon) & meaning(following, lexicon)
    )  # fmt: skip


def _beside_the_point(tokens: list[Token]) -> list[Token]:
    """自己带壶来: a clause in which single characters of some goods stand among unknown words, and nothing counts."""
    result: list[Token] = []
    clause: list[Token] = []
    seen = False
    for token in [*tokens, Token(T.STOP, 0, 0, "")]:
        if token.kind not in (T.COMMA, T.STOP):
            clause.append(token)
            continue
        if seen and _idle(clause):
            clause = [
                Token(T.CUE, t.start, t.end, t.text, cues=(c.FILLER,)) if t.kind in (T.ITEM, T.UNKNOWN) else t
                for t in clause
            ]
        seen = seen or any(t.kind is T.QTY for t in clause)
        result += [*clause, token]
        clause = []
    return result[:-1]


def _idle(clause: list[Token]) -> bool:
    goods = [t for t in clause if t.kind in (*_ITEMS, T.QTY, T.NUM, T.PRICE, T.RATE, T.TIER, T.RATIO, T.PARTY, T.ROW)]
    unknown = [t for t in clause if t.kind is T.UNKNOWN and is_han(t.text[0])]
    if not goods or len(unknown) < 2 or any(t.has(c.DROP, c.CHANGE, c.KEEP, c.FIX, c.ALL, c.EACH) for t in clause):
        return False
    for token in goods:
        if token.kind is not T.ITEM or len(token.text) > 1 or token.exact or token.text in SINGLE:
            return False
        at = clause.index(token)
        beside = [t for t in clause[max(0, at - 1) : at + 2] if t is not token]
        if not any(t.kind is T.UNKNOWN and (t.end == token.start or token.end == t.start) for t in beside):
            return False
    return True
