"""An order with a question beside it: 切割片要5盒,顺便问下角磨片啥价; 大豆油多少钱一桶?先来10桶; 生料带一盒几卷?来两盒.
The question does not hold up the goods that are ordered in a clause of their own; 拿100盒什么价 is a question alone."""

from __future__ import annotations

import re
from dataclasses import replace

from nlp.scanning import cues as c
from nlp.scanning.tokens import T, Token

_WANTS = c.words("来 先来 要 先要 拿 先拿 发 先发 订 照旧来 给我来 帮我来 送 上 下单 先上 就来 那来 再来 再要 配 安排")
_ONLY_IF = re.compile(r"要是|如果|假如|的话|若|没涨|不贵|便宜就|合适就|可以就|有就|有货|行就|[呢吗]\s*[?]?$")
_WONDERED = re.compile(r"[ ,:]*(?:那边|老板|刚才?|来)*(?:想|在|来|打电话)?(?:问|打听|咨询)")
_THEY_WANT = re.compile(
    r"[,。;?\n ](?:他|她|他们|人家|客户|对方|那边)(?:们|家|说|大概|一共|总共)*(?:想|打算)?(?:要|需|拿)"
)
_ABOUT = (c.ASK_PRICE, c.MUCH, c.ASK_STOCK)
_FEW = re.compile(r"(?:一|1|每)[\u4e00-\u9fff][^\n,。?\d]{0,4}(?:多少|几)(?!钱|块|元)[\u4e00-\u9fff][啊呀呢]?$")


def fold(tokens: list[Token], text: str) -> tuple[list[Token], str] | None:
    """Tokens and folded text without the question, offsets as they were; None when it is not one beside an order."""
    clauses = _clauses(tokens)
    if len(clauses) < 2 or len(clauses) > 8:
        return None
    said = ["".join(t.text for t in clause) for clause in clauses]
    asking = [at for at, clause in enumerate(clauses) if _asks(clause, said[at])]
    if len(asking) != 1 or any(_ONLY_IF.search(words) for at, words in enumerate(said) if at not in asking):
        return None
    place = asking[0]
    if _WONDERED.match("".join(t.text for t in tokens if t.kind is not T.PARTY)) and _THEY_WANT.search(text):
        return None  # 宏运问CI-4啥价,他要三十桶: so many are asked for
    before = any(_orders(clause, named=True) for clause in clauses[:place])
    after = any(_orders(clause, named=False) for clause in clauses[place + 1 :])
    after = after and not any(t.has(c.ASK_STOCK) for t in clauses[place])  # 有货吗?要50盒: if there are any
    named = any(t.kind in (T.ITEM, T.SPEC) for t in clauses[place])
    counted = any(t.kind is T.QTY and t.value != 1 and not t.approx for t in clauses[place])
    if counted or not (after or (before and named)):
        return None
    drop = set(map(id, clauses[place])) if before and named else {id(t) for t in clauses[place] if _question(t)}
    result: list[Token] = []
    for token in tokens:
        if id(token) not in drop or token.kind in (T.COMMA, T.STOP, T.GAP):
            result.append(token)
            continue
        result.append(replace(token, kind=T.CUE, cues=(c.FILLER,)))
        text = text[: token.start] + " " * (token.end - token.start) + text[token.end :]
    return result, text.replace("?", " ")


def _clauses(tokens: list[Token]) -> list[list[Token]]:
    found: list[list[Token]] = [[]]
    for token in tokens:
        if token.kind in (T.COMMA, T.STOP) and token.text != "、":
            found.append([])
        else:
            found[-1].append(token)
    return [clause for clause in found if any(t.kind is not T.GAP for t in clause)]


def _question(token: Token) -> bool:
    one = token.kind is T.QTY and (token.value == 1 or token.approx)
    return token.has(*_ABOUT) or one or token.kind in (T.UNKNOWN, T.CUE, T.DATE)


def _asks(clause: list[Token], said: str) -> bool:
    return any(t.has(*_ABOUT) for t in clause) or _FEW.search(said) is not None


def _orders(clause: list[Token], *, named: bool) -> bool:
    """Whether a clause wants an amount. ``named``: of goods that it names itself."""
    counted = any(t.kind is T.QTY and t.unit is not None and not t.approx for t in clause)
    wanted = any(t.text in _WANTS for t in clause)
    return counted and wanted and (not named or any(t.kind in (T.ITEM, T.SPEC) for t in clause))
