"""Words that part a line of an open draft among goods: 拆成黑蓝各一半, 分成200的10副、300的10副. What they part it
into is one breath, whatever commas stand in it."""

from __future__ import annotations

from dataclasses import replace

from nlp.scanning import cues as c
from nlp.scanning.tokens import T, Token

SAID = frozenset("拆分")
_PARTS = ("拆分成", "拆成", "分成", "拆为", "分为", "拆开", "分开", "拆分", "拆两种", "分两种", "拆", "分")
_WORDS = (T.ITEM, T.MEASURE, T.SPEC)
_BETWEEN = ("两种", "两个", "两色", "两样", "颜色", "规格", "口味", "一半")
_LIGHT = ("的", "各", "和", "跟", "与", "一半", "半", "一", "各要", "各来")


def fold(tokens: list[Token]) -> list[Token]:
    """Tokens of a message about a draft with such a word as one token."""
    result: list[Token] = []
    at = 0
    while at < len(tokens):
        size = next((n for n in (3, 2, 1) if "".join(t.text for t in tokens[at : at + n]) in _PARTS), 0)
        if not size or tokens[at].text[0] not in SAID or not _parts(tokens, at + size, alone=size == 1):
            result.append(tokens[at])
            at += 1
            continue
        last = tokens[at + size - 1]
        text = "".join(t.text for t in tokens[at : at + size])
        result.append(replace(tokens[at], kind=T.CUE, text=text, cues=(c.PART,), end=last.end))
        at += size
        end = _end(tokens, at)
        result += [replace(t, kind=T.GAP) if t.kind is T.COMMA else t for t in tokens[at:end]]
        at = end
    return result


def _parts(tokens: list[Token], at: int, *, alone: bool) -> bool:
    """Whether goods follow, and not 两批送: so many deliveries."""
    for token in tokens[at : at + 5]:
        if token.kind in _WORDS or (token.kind is T.NUM and not alone):
            return not alone or token is not tokens[at]
        if token.kind in (T.GAP, T.COMMA) or (token.kind is T.QTY and token.unit in ("种", "个", "样", "色", "款")):
            continue
        if token.text not in _BETWEEN:
            return False
    return False


def _end(tokens: list[Token], at: int) -> int:
    """Where the goods end that a line is parted into: before the first clause that says anything else."""
    end = next((n for n in range(at, len(tokens)) if tokens[n].kind in (T.COMMA, T.STOP)), len(tokens))
    while end < len(tokens) and tokens[end].kind is T.COMMA:
        stop = next((n for n in range(end + 1, len(tokens)) if tokens[n].kind in (T.COMMA, T.STOP)), len(tokens))
        clause = [t for t in tokens[end + 1 : stop] if t.kind is not T.GAP]
        counted = any(t.kind in (T.QTY, T.NUM) for t in clause)
        goods = clause and clause[0].kind in (*_WORDS, T.NUM)
        if not goods or not counted:
            break
        if any(t.kind not in (*_WORDS, T.QTY, T.NUM) and t.text not in _LIGHT for t in clause):
            break
        end = stop
    return end
