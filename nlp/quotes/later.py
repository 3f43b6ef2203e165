"""Goods of a price list whose price is told another time: A3的我明天另外报给你, 蓝的还没定, 其他的回头再报. They are no
line of this quote."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from nlp.scanning import cues as c
from nlp.scanning.tokens import T, Token

_TIME = (
    r"(?:今晚|明天|明早|明日|后天|下午|晚上|晚点|晚些|"
    r"稍后|回头|改天|过[几两]天|下周|下次|等会儿?|等下|一会儿?|月底|到时候?)"
)
_TELL = r"(?:报价|报|发价|发价格|给价|给价格|给你价|出价|通知|定价|核价|确认|说)"
_LATER = re.compile(
    rf"{_TIME}[\u4e00-\u9fff]{{0,4}}{_TELL}|(?:另外|另行|单独|再另)[\u4e00-\u9fff]{{0,2}}{_TELL}|另(?:报|议|定|算|说)|再(?:报|议)"
    r"|(?:价格?)?(?:还|暂时|暂)(?:没|未|不)(?:有)?(?:报|定|出|下来|核|确定)|等(?:厂里|工厂|总部|厂家|公司|老板)?(?:通知|报价|出价|核价|的?价)"
)
_GOODS = (T.NUM, T.ITEM, T.MEASURE, T.SPEC, T.UNKNOWN, T.CUE, T.DATE)
_MONEY = (T.PRICE, T.NUM, T.QTY, T.TIER, T.RATE)


def fold(tokens: list[Token]) -> list[Token]:
    """Tokens in which such clauses beside told prices say nothing."""
    if not any(t.kind in (T.PRICE, T.NUM) for t in tokens):
        return tokens
    result: list[Token] = []
    at = 0
    while at < len(tokens):
        end = next((n for n in range(at, len(tokens)) if tokens[n].kind in (T.COMMA, T.STOP)), len(tokens))
        result += [_quiet(t) for t in tokens[at:end]] if _put_off(tokens[at:end]) else tokens[at:end]
        result += tokens[end : end + 1]
        at = end + 1
    return result


def _put_off(clause: list[Token]) -> bool:
    sizes = [
        one for one, other in pairwise(clause) if one.kind is T.NUM and other.text == "的"
    ]  # 4的: of the wire before
    money = [t for t in clause if t.kind in _MONEY and t not in sizes]
    if money or not (sizes or any(t.kind in (T.ITEM, T.SPEC) for t in clause)):
        return False
    return _LATER.search("".join(t.text for t in clause)) is not None


def _quiet(token: Token) -> Token:
    if token.kind not in _GOODS:
        return token
    return replace(token, kind=T.CUE, cues=(c.FILLER,), term=None, used=True, day=None)
