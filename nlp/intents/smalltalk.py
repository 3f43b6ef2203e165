"""Chat that happens to hold a character of the goods and a number: 哪天约一场球, 月季剪到三分之一就行."""

from __future__ import annotations

import re
from collections.abc import Sequence

from nlp.grammar.entries import Entry
from nlp.scanning.text import is_han
from nlp.scanning.tokens import T, Token

# 周末羽毛球赛8进4,你来不来看: about what people do together.
_SOCIAL = re.compile(
    r"来不来|去不去|(?:要不要|来|去|过来|一起|有空)[^,。\n\d]{0,4}(?:看球|打球|看比赛|喝酒|喝茶|吃饭|聚聚|坐坐|玩|钓鱼|爬山|唱歌|聊聊)"
    r"|(?:比赛|决赛|联赛|友谊赛|球赛)|(?:约|打|踢|来)(?:一|两|几)场|请[你您]?(?:喝水|吃饭|喝茶|喝酒)|生日快乐|新年好|新年快乐|恭喜发财"
)
_ORDERS = re.compile(
    r"(?:给|帮)(?:我|咱)|[来要发送拿订][一两三四五六七八九十\d]+(?!场|天|次|点|局|顿|杯|桌|个人|位)|下单|订货|发货|补货|报价|多少钱|库存|有货"
)
_MOST_KNOWN = 0.34  # of what is said in words
_FEW = 4  # characters nobody knows


def small_talk(tokens: Sequence[Token], entries: Sequence[Entry], text: str) -> bool:
    """Whether the goods of a message are single characters out of their names, and no number of it counts goods."""
    if _SOCIAL.search(text) and not _ORDERS.search(text):
        return not any(t.kind is T.PRICE or (t.kind is T.QTY and _goods_unit(t, entries)) for t in tokens)
    strange = sum(len(t.text) for t in tokens if t.kind is T.UNKNOWN and is_han(t.text[0]))
    named = [t for t in tokens if t.kind in (T.ITEM, T.MEASURE, T.SPEC)]
    if not named or strange < _FEW or any(t.kind in (T.PARTY, T.PRICE) for t in tokens):
        return False
    if any(t.exact or len(t.text) > 1 or not is_han(t.text[0]) for t in named):
        return False
    if len(named) > _MOST_KNOWN * (strange + len(named)):
        return False
    return not any(_counts(tokens, t, text) for t in tokens if t.kind in (T.QTY, T.NUM))


def _goods_unit(number: Token, entries: Sequence[Entry]) -> bool:
    """Whether a quantity of a message with such words stands with goods that are named in full."""
    return number.unit is not None and any(
        e.item.known and e.spans.get("qty", (-1,))[0] == number.start for e in entries
    )


def _counts(tokens: Sequence[Token], number: Token, text: str) -> bool:
    """Whether a number counts something: it has a unit, or nothing clings to it that could be one."""
    if number.kind is T.QTY:
        return number.unit is not None
    after = text[number.end : number.end + 1]
    before = text[number.start - 2 : number.start]
    return not (before == "分之" or (after and is_han(after)))
