"""Clauses beside an order that hold a word of trouble and are none: how goods are to be sent (走物流), who takes them
in (找白师傅签收), what they are for (明天开会要用), how they should be (过期的不要, 质量要好), what was last time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from nlp.scanning import cues as c
from nlp.scanning.tokens import T, Token

_CARRIED = r"快递|物流|货运|顺丰|德邦|专线|零担|货拉拉|大巴|班车"
_BAD = r"过期|临期|破损?|坏|烂|碎|裂|有问题|有瑕疵|瑕疵|受潮|变形|生锈|发霉|漏气|漏水|不合格|掉色|湿|脏"
_REMARKS = [
    # how it is sent
    rf"(?:发|走|用|寄|叫|托|打|配|给|选|要)[a-z\u4e00-\u9fff]{{0,4}}(?:{_CARRIED})",
    rf"(?:{_CARRIED})(?:发|寄|走|到付|送|吧|就行|就好|过来|也行|都行|可以|最好|公司|自提|点|站|费)",
    r"(?:发货|发了|发出|寄出|发走|出货|装车|到时)[后了]?[a-z\u4e00-\u9fff]{0,4}(?:单号|运单|物流|快递)",
    r"(?:单号|运单号?|订单号|合同号)[\u4e00-\u9fff]{0,3}(?:写|填|注明|备注|标)",
    r"(?:单号|运单号?)(?:到时|回头|明天|发货后|记得|随后|稍后)|记得[a-z\u4e00-\u9fff]{0,4}(?:单号|运单)",
    # who is told, who takes it in
    r"(?:送到了?|到了|快到|司机|送货前|出发|到之前|到货)[a-z\u4e00-\u9fff]{0,6}(?:打|联系|喊|叫|电话|说一声|告诉|通知)",
    r"(?:找|由|让|给|叫|请|是|交)[\u4e00-\u9fff]{1,6}(?:签收|签字)|(?:签收|签字)(?:人|找|的是|写)",
    r"(?:^|、)[^\n,。、了没已未还谁]{0,8}[\u4e00-\u9fff]{2,4}签收$",
    r"(?:司机|师傅)(?:电话|联系方式|号码)?(?:发|给)我",
    r"(?:有问题|有事|有情况|不清楚)(?:的话)?(?:再|就|随时|及时|请)?(?:给我|跟我|和我)?(?:打|找|联系|说|问|电话|电联)",
    # what it is for
    r"(?:开会|会议|培训|年会|聚餐|团建|放假|活动|参会|盘点|值班)[\u4e00-\u9fff]{0,5}(?:要用|用的?|使|前要?|之前|前用)$",
    r"(?:用在|用于|拿去|拿来|给)[\u4e00-\u9fff]{0,4}(?:开会|会议|培训|年会|聚餐|团建|活动)",
    # how it should be
    rf"(?:{_BAD})了?的(?:货|东西)?(?:都|一律|坚决)?(?:不要|别|不收|不行|退)",
    rf"(?:不要|别|不能|不许|不可以?|避免|防止|小心|注意|当心|免得|以免|以防|怕|容易|包好|别给|不准)[\u4e00-\u9fff]{{0,6}}(?:{_BAD}|发错|少发|漏发|错发)",
    r"质量(?:要|得|可以|不错|好|没问题|行|一定|必须|稳定|过关|放心|怎么样都)|(?:保证|注意|看[好紧])[\u4e00-\u9fff]{0,3}质量",
    r"(?:少|漏|错)(?:发|了)?(?:的话|可)?(?:要|得|就)?(?:退|赔|找你|扣钱)",
    # what was last time
    r"^(?:因为|由于|就是)?(?:上次|上回|上批|上一批|之前|前面|前几次|以前|上单)(?!的)[^\d一二两三四五六七八九十半]{1,24}$",
]
_REMARK = re.compile("|".join(_REMARKS))
_APART = re.compile(r"[,;。!\n ]")
_TOLD = re.compile(
    r"\?|吗$|没有$|了没$|什么时候|啥时候|几点|哪了|哪里了|为啥|为什么|怎么(?!样都)"
    r"|(?:已经?|刚刚?|都|早)[\u4e00-\u9fff]{0,2}(?:发|寄|走|装|送)|(?:快递|物流|顺丰|德邦|单号|货运|专线)[\u4e00-\u9fff]{0,3}(?<!就行)(?<!就好)(?<!可以)了$"
)
_HAPPENED = re.compile(r"昨天|前天|上周|今早|刚才|已经|收到|到货的|发来的|送来的|你们发|这批|那批|那批|退")
_GOODS = (T.ITEM, T.SPEC, T.MEASURE)
_FILLED = (T.ITEM, T.SPEC, T.UNKNOWN, T.CUE, T.MEASURE)


def fold(tokens: list[Token], text: str, role: str) -> list[Token]:
    """Tokens in which such clauses beside an order say nothing but their day, phone or party; the same tokens when a
    word of trouble stands anywhere else. ``text`` is folded."""
    named = [t for t in tokens if t.has(c.TROUBLE)]
    if not named or role == "supplier" or any(t.kind is T.DATE and t.past and not _last_time(t) for t in tokens):
        return tokens
    clauses = _clauses(tokens, text)
    troubled = {span for word in named for span in clauses if span[0] <= word.start < span[1]}
    goods = {span for t in tokens if t.kind is T.QTY for span in clauses if span[0] <= t.start < span[1]}
    if not goods or goods & troubled or not any(t.kind is T.ITEM for t in tokens):
        return tokens
    for start, end in clauses:
        clause = text[start:end].strip(" ,;。!\n")
        if (start, end) in troubled:
            if _TOLD.search(clause) or not _REMARK.search(clause):
                return tokens
        elif _HAPPENED.search(clause):
            return tokens
    names = {span for span in troubled if _named_for_later(tokens, span, clauses)}
    return [
        replace(t, kind=T.CUE, cues=(c.FILLER,), term=None)
        if t.kind in _FILLED and any(start <= t.start < end for start, end in troubled)
        and (t.kind not in _GOODS or not any(start <= t.start < end for start, end in names)) else t
        for t in tokens
    ]  # fmt: skip


def _named_for_later(tokens: list[Token], span: tuple[int, int], clauses: list[tuple[int, int]]) -> bool:
    """上次的牛奶绒质量不错,再拿20套: the goods are named in the clause of a remark, their amount follows alone."""
    here = [t for t in tokens if span[0] <= t.start < span[1]]
    if not any(t.kind is T.ITEM for t in here):
        return False
    later = ([t for t in tokens if start <= t.start < end] for start, end in clauses if start >= span[1])
    following = next((clause for clause in later if any(t.kind is T.QTY for t in clause)), [])
    return bool(following) and not any(t.kind in (T.ITEM, T.SPEC, T.UNKNOWN) for t in following)


def _last_time(token: Token) -> bool:
    return token.text.startswith(("上次", "上回", "上批", "上一批", "上单"))


def _clauses(tokens: Sequence[Token], text: str) -> list[tuple[int, int]]:
    """Where the clauses stand; one ends behind every quantity."""
    cuts = {match.end() for match in _APART.finditer(text)} | {t.end for t in tokens if t.kind is T.QTY}
    places = [0, *sorted(cuts), len(text)]
    return [(start, end) for start, end in pairwise(places) if text[start:end].strip()]
