"""What was the matter last time, told beside an order: 上回有一盒只剩俩月保质期, 上批里面两袋是去年的. Its numbers
count nothing that is wanted now."""

from __future__ import annotations

import re
from dataclasses import replace

from nlp.scanning import cues as c
from nlp.scanning.tokens import T, Token

_OPENS = re.compile(r"(?:因为|毕竟|像)?(?:上|前)(?:一)?(?:回|次|批|趟|单|几次|几回)(?!的?价)")
# 12公斤的上次那个掉漆了
_OF_GOODS = re.compile(r"[^,。\n]{1,8}的(?:上[次回批趟])(?=[那来拿送发给])")
_TELLS = re.compile(
    r"(?:那[个批种次些箱件]|一股|有股|有|里面|中间|里头|来的|送的|发的|拿的|到的|给的|买的|订的|还是|居然|都|就|只)[\u4e00-\u9fff\d.]{0,10}"
    r"(?:意见|抱怨|嫌|不满|异味|怪味|了|的|期|味|只剩|不到|快|坏|破|化|碎|旧|错|软|硬|蔫|老|小|大|差|掉|脱|漏|裂)"
)
_WANTS = re.compile(
    r"一样|同样|照|按|再[来要拿加订发补]|这[次回批趟]|还要|同款|那[种个款样]|退|赔|补|换|少发|漏发|欠|对账|没给"
)
_EMPTIED = (T.ITEM, T.SPEC, T.MEASURE, T.CUE, T.UNKNOWN, T.NUM, T.QTY, T.DATE, T.PRICE)


def fold(tokens: list[Token], text: str) -> tuple[list[Token], str]:
    """Tokens in which such a clause says nothing, when goods are counted in others, and ``text`` without its words."""
    clauses: list[list[Token]] = [[]]
    for token in tokens:
        clauses[-1].append(token)
        if token.kind in (T.COMMA, T.STOP):
            clauses.append([])
    told = [at for at, clause in enumerate(clauses) if _tells(clause)]
    ordered = any(t.kind is T.QTY for at, clause in enumerate(clauses) if at not in told for t in clause) and any(
        t.kind is T.ITEM for at, clause in enumerate(clauses) if at not in told for t in clause
    )
    if not told or not ordered:
        return tokens, text
    for at in told:
        start, end = clauses[at][0].start, clauses[at][-1].end
        text = text[:start] + " " * (end - start) + text[end:]
        clauses[at] = [
            replace(t, kind=T.CUE, cues=(c.FILLER,), term=None) if t.kind in _EMPTIED else t for t in clauses[at]
        ]
    return [token for clause in clauses for token in clause], text


def _tells(clause: list[Token]) -> bool:
    said = "".join(t.text for t in clause if t.kind not in (T.GAP, T.COMMA, T.STOP))
    opens = _OPENS.match(said) or _OF_GOODS.match(said)
    return (
        opens is not None
        and _TELLS.search(said, opens.end()) is not None
        and not _WANTS.search(said, opens.end() + 1 if _OF_GOODS.match(said) else 0)
    )
