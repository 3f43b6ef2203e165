"""What one clause of a correction says, and what single words in it mean."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal

from nlp.catalogue.resolve import Said
from nlp.scanning import cues as c
from nlp.scanning.tokens import T, Token

ITEM_KINDS = (T.ITEM, T.MEASURE, T.SPEC)


@dataclass(slots=True)
class Clause:
    """What one clause says, in order."""

    before: list[Said] = field(default_factory=list)
    after: list[Said] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    rows_after: list[int] = field(default_factory=list)
    verb: str | None = None
    verb_text: str = ""
    amount_before: Token | None = None
    amount: Token | None = None
    price: Token | None = None
    price_before: Token | None = None  # 25.5的话亏了,改回31
    price_cue: bool = False
    unit: str | None = None
    gift: bool = False
    all: bool = False
    party: Token | None = None
    denied: bool = False  # 不是老周的
    handed: bool = False  # the party is what the draft is to be changed to, not whose words or goods these are
    times: Decimal | None = None
    tax: bool | None = None
    relative: bool = False  # 降价2毛: a difference, no price
    dear: bool = False  # 太贵了
    dearer: bool = False  # 涨2毛: one upwards
    per: str | None = None  # 每支便宜1分
    attributive: bool = False  # 要304的
    enough: bool = False  # 4条就够了: that many, not that many more
    rest: bool = False  # 其余: the lines that were not named
    rest_count: int | None = None  # 另外两样
    miscounted: bool = False  # 三样都 of a draft with two lines
    excepted: bool = False  # 除了
    stand_in: bool = False  # 拿…顶上
    only: bool = False  # 只有50袋: what there is
    by_unit: str | None = None  # 按箱
    restates: bool = False  # 6件才对
    wants: bool = False  # 要5捆: so many, not so many more
    strange: str = ""  # words nobody knows: 再加彩钢瓦5盒 is about no line of the draft
    settled: bool = False  # the clause has set a date or terms; its verb needs no line


_HANDING = c.words("""
    改 换 转 归 算 记 挂 是 客户 单位 供应商 变 应该是 改成 改为 换成 换为 改给 转给 换给 记在 算在 挂在 抬头 开给 挂到
    转到 记到 算到 归到 应该开给 该开给 开到 挂给
""")


def hands_over(says: Clause, tokens: list[Token], at: int) -> bool:
    """改成老周, 这单是老周的, 客户:老周 — and not 给老周送, 老周要的: those are words about another order."""
    if says.verb in (c.CHANGE, c.FIX) and says.verb_text not in ("要", "应该", "等等", "等一下", "等下", "等会"):
        return not (says.before or says.rows or says.amount)
    before = [t.text for t in tokens[max(0, at - 4) : at] if t.kind not in (T.GAP, T.COLON)]
    return any(text in _HANDING for text in before)


def wants_too(strong: str, tokens: list[Token], at: int) -> str:
    """4平方的也要蓝的1卷: 要 behind 也 wants more, it changes nothing."""
    counted = any(t.kind is T.QTY for t in tokens[at:])
    return c.ADD if counted and tokens[at].text == "要" and at and tokens[at - 1].text == "也" else strong


_AS_MANY = re.compile(
    r"(?:数量|个数|件数|箱数|数)(?:也|还|都|就|是)*(?:不变|不动|照旧|没变|不改|一样|照样|照原来的?|[跟和]原来一样|[跟和]之前一样)[的了吧啊]*$"
)


def says_amount(tokens: list[Token], at: int) -> bool:
    """Whether the goods behind a place are counted, and no word of ordering stands in front of it."""
    ordered = any(t.text in ("要", "订", "下单", "改", "改成") or t.has(c.DELIVER) for t in tokens[:at])
    return not ordered and any(t.kind in (T.QTY, T.NUM) for t in tokens[at + 1 :])


def without_as_many(tokens: list[Token]) -> list[Token]:
    """浴巾白的换成驼的数量不变: a clause without the words that its amount stays."""
    if not any(t.has(c.CHANGE, c.STAND_IN) for t in tokens):
        return tokens
    match = _AS_MANY.search("".join(t.text for t in tokens))
    if match is None or not match.start():
        return tokens
    length = 0
    for at, token in enumerate(tokens):
        if length == match.start():
            return tokens[:at]
        length += len(token.text)
    return tokens
