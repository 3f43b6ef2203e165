"""What somebody names only to say that it is not wanted: 头皮针0.55 5盒,0.45先不要.

Such a number is no price and no amount; the line is as if nothing had been said.
"""

from __future__ import annotations

import re
from dataclasses import replace

from nlp.scanning import cues as c
from nlp.scanning.tokens import T, Token

_BARE = (T.NUM, T.PRICE)  # a measure or a word says itself which goods are not wanted
_APART = (T.COMMA, T.STOP, T.GAP)
_COUNTED = (T.QTY, T.NUM, T.PRICE, T.TIER)
_SAYS = (T.ITEM, T.SPEC, T.MEASURE, T.CUE, T.UNKNOWN)


# 厄虾先别给我配, 高粉下回再说, 白糖家里还剩不少: goods that are put off or still there.
_PUT_OFF = re.compile(
    r"[混放装堆摆捆绑搁塞叠压](?:在|到)?[\u4e00-\u9fff]{0,8}(?:一起|一块儿?|一堆|一箱里|上面|下面|底下|里面|外面)"
    r"|先?(?:别|甭|莫)(?:再)?(?:给我们?|跟我|帮我)?(?:配|发|送|上|装|带|订|备|来|拿)|先不(?:配|发|送|上|装|带|订|备|来|拿|急|用|要|补)"
    r"|(?:这次|这回|这趟|今天|暂时|目前|眼下)(?:就|先|都)?(?:不要|不用|不拿|不补|不订|不进|不来|不需要)"
    r"|(?:下次|下回|下趟|下批|回头|改天|以后|过几天|过两天|晚点|等[\u4e00-\u9fff]{1,6}(?:完|了|好|到))(?:再|才)(?:说|看|讲|定|订|拿|要|补|来|发|送|弄)"
    r"|(?:还有|还剩|剩的?还|剩得还|剩了|库存|家里|店里|仓库|我这)(?:有|还有|还|剩)*(?:不少|很多|好多|挺多|蛮多|一堆|大把|多着|多|够用|够卖|够|有货|存货)(?:了|呢|着|的)?$"
)


def fold(tokens: list[Token]) -> list[Token]:
    """Tokens with such numbers, and what takes them away, made fillers; so are goods that a clause puts off."""
    result = _put_off(list(tokens))
    for at, token in enumerate(result):
        if not token.has(c.DROP) or not at:
            continue
        first = at - 1
        while first and result[first].text in ("的", "那个", "就", "都", "暂时"):
            first -= 1
        number = result[first]
        opens = first == 0 or result[first - 1].kind in _APART
        end = at + 1
        while end < len(result) and result[end].text in ("了", "吧", "啊", "哈"):
            end += 1
        closes = end == len(result) or result[end].kind in _APART
        if opens and closes and number.kind in _BARE:
            if first >= 2 and _names_goods(result, first):
                continue
            result[first:end] = [replace(t, kind=T.CUE, cues=(c.FILLER,), term=None) for t in result[first:end]]
    return result


def _put_off(tokens: list[Token]) -> list[Token]:
    """Goods put off in a clause without any amount, beside goods that are counted in others, say nothing."""
    clauses: list[list[Token]] = [[]]
    for token in tokens:
        apart = token.kind is T.GAP and clauses[-1] and clauses[-1][-1].kind in (T.QTY, T.PRICE)
        clauses[-1].append(token)
        if token.kind in (T.COMMA, T.STOP) or apart:
            clauses.append([])
    if not any(t.kind is T.QTY for t in tokens):
        return tokens
    for at, clause in enumerate(clauses):
        counted = any(t.kind in _COUNTED or t.has(c.DROP) for t in clause)
        if counted or not any(t.kind is T.ITEM for t in clause):
            continue
        said = "".join(t.text for t in clause if t.kind not in _APART)
        beside = clauses[at + 1] if at + 1 < len(clauses) else []
        told = not any(t.kind in (*_COUNTED, T.ITEM) for t in beside)
        further = said + "," + "".join(t.text for t in beside if t.kind not in _APART) if told else said
        if _PUT_OFF.search(said) or (told and _PUT_OFF.search(further)):
            clauses[at] = [_said_nothing(t) for t in clause]
            if told:
                clauses[at + 1 : at + 2] = [[_said_nothing(t) for t in beside]]
    return [token for clause in clauses for token in clause]


def _said_nothing(token: Token) -> Token:
    return replace(token, kind=T.CUE, cues=(c.FILLER,), term=None) if token.kind in _SAYS else token


def _names_goods(tokens: list[Token], at: int) -> bool:
    """Whether the goods stand right in front of the size, so that all of it is taken away: 头皮针 0.45 不要."""
    before = next((t for t in reversed(tokens[:at]) if t.kind is not T.GAP), None)
    return before is not None and before.kind is T.ITEM and tokens[at - 1].kind is T.GAP
