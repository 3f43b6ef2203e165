"""What is said beside a day: what goes on then (明天开业活动 红包袋5包), who fetches the goods (我侄子开面包车去提)."""

from __future__ import annotations

import re

from nlp.scanning import cues as c
from nlp.scanning.text import is_han
from nlp.scanning.tokens import T, Token, idle

_EVENT = re.compile(
    r"(?:日|节|会|展|活动|店庆|校庆|周年庆|开业|开张|比赛|决赛|婚宴|喜宴|宴席|酒席|典礼|大促|促销|考试|聚会|聚餐|直播|集市"
    r"|市集|团建|培训|检查|开工|上梁|满月酒?|生日|装修|搬家|上新|营业)$"
)
_CARRIED = re.compile(
    r"(?:我们?|咱们?|他|她|让|叫|派|由|安排|喊)?[\u4e00-\u9fff]{0,5}?[开骑坐推蹬]着?[\u4e00-\u9fff]{0,4}?(?:车|面包|皮卡|三轮|摩托|电动|电瓶|货拉拉)车?"
    r"(?:过)?[来去](?:你们?)?(?:那|这)?(?:边|里|店里|仓库)?(?:提|拉|拿|取|装|运)(?:货|走)?"
)
_THAT_ONE = re.compile(
    r"[\u4e00-\u9fff]{2,6}的?那(?:一)?(?:家|户|位|对|拨|伙|个(?:客人|客户|人家|新人))"
    r"(?:人家|客人|客户|新人)?(?:的|用的?|要的?)?[ ]?"
)
_BRINGS = re.compile(r"送|到|发|提|拉|取|交|装车|要(?!的?[ ]?$)")
_LONGEST = 10
_WORDS = (T.UNKNOWN, T.CUE, T.ITEM, T.NUM)
_NOT = (c.CHANGE, c.DROP, c.ADD, c.LESS, c.SWAP, c.KEEP, c.EACH, c.FIX)


def fold(tokens: list[Token], text: str) -> list[Token]:
    """Tokens in which such words say nothing."""
    spans = [match.span() for match in _CARRIED.finditer(text)] if "车" in text or "开" in text or "骑" in text else []
    if spans:
        tokens = [idle(t) if _inside(t, spans) else t for t in tokens]
    result = list(tokens)
    for at, token in enumerate(tokens):
        if token.kind is T.DATE and (end := _event(tokens, at)):
            result[at + 1 : end] = [idle(t) for t in tokens[at + 1 : end]]
        elif token.kind is T.DATE and (end := _whose(tokens, at)):
            result[at:end] = [idle(t) for t in tokens[at:end]]
    return result


def _inside(token: Token, spans: list[tuple[int, int]]) -> bool:
    if token.kind not in (T.UNKNOWN, T.NUM) and not (token.kind is T.ITEM and len(token.text) == 1):
        return False
    return any(start <= token.start and token.end <= end for start, end in spans)


def _event(tokens: list[Token], at: int) -> int:
    """Where the words for what goes on that day end; 0 when they are none, or no goods follow."""
    end = at + 1
    while end < len(tokens) and end - at <= _LONGEST and tokens[end].kind in _WORDS and not tokens[end].has(*_NOT):
        if tokens[end].kind is T.ITEM and (len(tokens[end].text) > 1 or tokens[end].exact):
            return 0
        end += 1
    said = "".join(t.text for t in tokens[at + 1 : end])
    strange = any(t.kind is T.UNKNOWN or t.has(c.TROUBLE) for t in tokens[at + 1 : end])
    if not strange or not all(is_han(char) for char in said) or not _EVENT.search(said.removesuffix("要用")):
        return 0
    if end + 1 >= len(tokens) or tokens[end].kind not in (T.GAP, T.COMMA):
        return 0
    return end if tokens[end + 1].kind in (T.ITEM, T.SPEC, T.MEASURE, T.QTY) else 0


def _whose(tokens: list[Token], at: int) -> int:
    """3号结婚那家的: a day that tells whose it is, not when it is wanted. Where the clause ends, or 0."""
    end = at + 1
    while end < len(tokens) and end - at <= _LONGEST and tokens[end].kind not in (T.COMMA, T.STOP):
        if tokens[end].kind not in (T.UNKNOWN, T.CUE, T.GAP):
            return 0
        end += 1
    said = "".join(t.text for t in tokens[at + 1 : end])
    return end if _THAT_ONE.fullmatch(said) and not _BRINGS.search(said) else 0
