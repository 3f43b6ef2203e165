"""Trouble told in passing: why goods are wanted (水管漏了,来3个三通), what need not be done (车牌不用登), set apart
from goods that are ordered in a clause of their own."""

from __future__ import annotations

import re

from nlp.scanning import cues as c
from nlp.scanning.tokens import T, Token

# What goods are sent back, brought or paid for by; what is wrong with a place or a thing is not among them.
_STATES = frozenset(
    c.words("""
    漏水 漏气 漏了 坏了 坏的 断了 裂了 裂 开裂 破了 破的 烂了 碎了 生锈了 不亮 不转 不通电 不工作 失灵 烧了 烧坏 发霉
    有毛病 用不了 打不开 不能用 不好用 变形 掉色 开胶 有问题 过期 受潮 湿的
    """)
)
_HAPPENS = frozenset(
    c.words("开会 会议 参加 放假 聚餐 培训 参会 年会 团建 值班 例会 周会 晨会 早会 月会 碰头会 总结会")
)
_REFUSED = re.compile(r"(?:不用|不要|不必|别|无需|甭|不|没)[\u4e00-\u9fff]{0,2}$")
_NEEDLESS = re.compile(r"^(?:了|啊|吧|的)*(?:不用|不要|不必|不需要|无需|免了|不登|不填|没有)")
_WANTS = frozenset(c.words("拿 来 要 买 订 需要 送 发 给 再来 再拿 再要 要订 来点 下单 安排 补货 订购 再加 再买 弄"))
_GIVEN_BACK = re.compile(
    r"退|换货|换掉|给换|调换|赔|投诉|少发|漏发|错发|发错|少了|补发|说法|昨天|前天|上次|上周|上回|刚到|刚送|送来的|发来的"
    r"|你们的|你家的|这批|那批|那箱|那盒|到货"
)


def in_passing(named: list[Token], text: str) -> bool:
    """Whether every word of trouble tells only what need not be done: 车牌不用登, 不退, 别催."""
    for word in named:
        needless = _NEEDLESS.search(text[word.end : word.end + 5]) is not None
        refused = _REFUSED.search(text[max(0, word.start - 4) : word.start]) is not None
        if not needless and (not refused or word.text in ("退", "少了")):
            return False
    return True


def fold(tokens: list[Token]) -> list[Token]:
    """Tokens in which the clause that says why goods are wanted says nothing else."""
    words = [t for t in tokens if t.has(c.TROUBLE)]
    if not words or any(t.text not in _STATES and t.text not in _HAPPENS for t in words):
        return tokens
    if _GIVEN_BACK.search("".join(t.text for t in tokens)):
        return tokens
    clauses: list[list[Token]] = [[]]
    for token in tokens:
        clauses[-1].append(token)
        told = token.kind is T.GAP and any(t in words for t in clauses[-1])  # 楼里漏水 急要20水管4根
        if token.kind in (T.COMMA, T.STOP) or told:
            clauses.append([])
    troubled = [at for at, clause in enumerate(clauses) if any(t in words for t in clause)]
    if any(t.kind in (T.QTY, T.PRICE) for at in troubled for t in clauses[at]):
        return tokens
    if not any(_wants(clause) for at, clause in enumerate(clauses) if at > troubled[0] and at not in troubled):
        return tokens
    kept = (T.PARTY, T.COMMA, T.STOP, T.COLON, T.PHONE)
    for at in troubled:
        clauses[at] = [
            t if t.kind in kept else Token(T.CUE, t.start, t.end, t.text, cues=(c.FILLER,)) for t in clauses[at]
        ]
    return [token for clause in clauses for token in clause]


def _wants(clause: list[Token]) -> bool:
    kinds = {t.kind for t in clause}
    return bool(kinds & {T.QTY, T.NUM}) and T.ITEM in kinds and any(t.text in _WANTS for t in clause)
