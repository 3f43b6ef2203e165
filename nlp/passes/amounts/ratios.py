"""每10送1, 买10箱送1箱, 满50送5: what comes free with how many. One token, counted when the quantity is known."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from nlp.catalogue.units import COMMON
from nlp.scanning import cues as c
from nlp.scanning.tokens import T, Token

_EVERY = ("每", "满", "每满", "够", "每够", "凡满")
_NO_MORE = (
    "没有",
    "没有了",
    "没了",
    "取消",
    "取消了",
    "不搞了",
    "不做了",
    "不算",
    "没搞",
    "不参加",
    "不用了",
    "没有啊",
)
_AGAIN_BEGINS = ("也", "同", "一", "照", "送", "这", "按")
_SAME_GIFT = re.compile(
    r"(?:也|都|照|按)?(?:是|要|有|按)?(?:同样|一样|这样|这么|同比例|这个比例|一样的|照样)(?:的)?(?:比例)?(?:赠送|送|赠|搭送)(?:法|的)?"
    r"|(?:赠)?送(?:法|的)?(?:也|都)?(?:是)?(?:一样|同样|相同|同上|同前|照旧)(?:的)?"
)
_BUYING = ("买", "拿", "进", "订", "购", "买满", "订满")


def fold(tokens: list[Token]) -> list[Token]:
    """Tokens with every ratio as one: ``value`` for how many, ``price`` how many more, ``term`` of which unit,
    ``exact`` when nothing but a ratio is said (每, 满), so that it names no quantity by itself."""
    if not any(token.has(c.GIFT) for token in tokens):
        return tokens
    refused(tokens)
    tokens = _every_one(tokens)
    result: list[Token] = []
    skip = -1
    for at, token in enumerate(tokens):
        if at <= skip:
            continue
        result.append(token)
        if not token.has(c.GIFT) or at == 0:
            continue
        last = at + 1
        while last < len(tokens) and tokens[last].kind is T.GAP:
            last += 1
        before = len(result) - 2
        while before >= 0 and result[before].kind is T.GAP:
            before -= 1
        if last >= len(tokens) or before < 0 or not (_number(result[before]) and _number(tokens[last])):
            continue
        lead = result[before - 1] if before else None
        every = lead is not None and lead.text in _EVERY
        buying = lead is not None and lead.text in _BUYING
        bare = result[before].kind is T.NUM and tokens[last].kind is T.NUM
        if not (every or buying or bare) and result[before].kind is not T.TIER:
            continue
        first = before - 1 if every or buying else before
        many, free = result[before], tokens[last]
        ratio = Token(T.RATIO, result[first].start, free.end, "", value=many.value, price=free.value, unit=many.unit,
                      exact=every or many.kind is T.TIER, term=free.unit)  # fmt: skip
        del result[first:]
        result.append(ratio)
        skip = last
    return _again(result)


def _again(tokens: list[Token]) -> list[Token]:
    """60平皿10箱同样送法: the ratio said before holds for these goods too."""
    result: list[Token] = []
    last: Token | None = None
    at = 0
    while at < len(tokens):
        token = tokens[at]
        last = token if token.kind is T.RATIO else last
        end = _said_again(tokens, at) if last is not None and token.text[:1] in _AGAIN_BEGINS else 0
        if last is not None and end:
            result.append(replace(last, start=token.start, end=tokens[end - 1].end, exact=True))
            at = end
            continue
        result.append(token)
        at += 1
    return result


def _said_again(tokens: list[Token], at: int) -> int:
    """Where 同样送法, 也一样送, 送法一样 ends; 0 when a number follows or it is something else."""
    said, end = "", at
    while end < len(tokens) and end < at + 8 and tokens[end].kind in (T.CUE, T.UNKNOWN, T.GAP):
        said += tokens[end].text.strip()
        end += 1
        if _SAME_GIFT.fullmatch(said) and not (
            end < len(tokens) and (_number(tokens[end]) or tokens[end].text in "法的")
        ):
            return end
    return 0


def _every_one(tokens: list[Token]) -> list[Token]:
    """每箱送1罐: the one that is meant, as a quantity."""
    result: list[Token] = []
    for at, token in enumerate(tokens):
        following = tokens[at + 1] if at + 1 < len(tokens) else None
        gives = following is not None and following.has(c.GIFT) and following.text != "免费"
        each = result and result[-1].text == "每" and result[-1].end == token.start
        if each and gives and token.kind in (T.UNKNOWN, T.ITEM, T.SPEC, T.CUE) and token.text in COMMON:
            one = replace(token, kind=T.QTY, value=Decimal(1), unit=token.text, cues=(), term=None, found=None)
            result.append(one)
        else:
            result.append(token)
    return result


def refused(tokens: list[Token]) -> None:
    """8件送1件的活动这次没有: a gift that is not given; its numbers count nothing."""
    start = 0
    for at in range(len(tokens) + 1):
        if at < len(tokens) and tokens[at].kind not in (T.COMMA, T.STOP):
            continue
        clause = [t for t in tokens[start:at] if t.kind is not T.GAP]
        start = at + 1
        end = "".join(t.text for t in clause[-4:])
        gift = next((place for place, t in enumerate(clause) if t.has(c.GIFT)), None)
        if gift is None or not end.endswith(_NO_MORE):
            continue
        for token in clause:
            if token.kind in (T.QTY, T.NUM, T.TIER):
                token.kind = T.ID
            elif token.has(c.GIFT):
                token.cues = (c.FILLER,)


def _number(token: Token) -> bool:
    return token.kind in (T.NUM, T.QTY, T.TIER) and bool(token.value) and not token.approx
