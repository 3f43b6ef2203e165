"""What is said beside the goods: returns, complaints, logistics, the past. A message about them orders nothing, unless
a whole order stands in a clause of its own."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

from nlp.grammar.entries import Entry, Reading
from nlp.passes.asides.passing import in_passing
from nlp.passes.parties.headings import LEFT
from nlp.scanning import cues as c
from nlp.scanning.tokens import T, Token

_RECEIVED = ("收到", "收到了", "已收", "收了", "签收了")
_URGED = ("催", "在催", "催着", "一直催")
_INTO_STORE = ("入库", "入仓")
_UNTIL = ("前", "之前", "以前", "要", "必须", "务必", "得", "能", "全部", "内", "送到", "到货")
_WHO_COMES = ("车牌", "司机")
_AGAINST = "退赔坏漏错破烂碎潮裂返修"  # what a supplier says of goods that come back
_COUNTED = ("盘点", "点数", "清点", "清点了", "点过数", "实盘", "盘亏", "盘盈", "报损")
_BREAKS = (T.COMMA, T.STOP)
_WENT_WELL = re.compile(
    r"(?:卖|走|销|用|穿|吃|喝|反响|反映|反应|评价|质量|效果|口碑|做工|手感|味道|销量|货)(?:起来|着|得|的|都|也|还)*(?:很|挺|蛮|特别|真|非常|比较|相当)?"
    r"(?:不错|好|快|可以|稳|火|爆|满意|行(?!情))(?!不好)|好[卖销用走吃喝穿](?!吗|不)|(?:很|挺|蛮|都|比较)满意|卖(?:光|空|断货|脱销|爆)"
)

# 黄的别发红的,我上次收错了
_WRONG_THEN = re.compile(
    r"(?:上次|上回|上批|上趟|之前)[^,。\n]{0,6}(?:收|发|拿|送|配|记|买|订|搞|弄|装|写|报|录|开)错(?!的)"
)
_THAT_KIND = re.compile(r"[^。\n]{0,12}(?:那种|那款|那样|那个牌子|一样)的?[吧哈啊]?")
_MADE_ON = re.compile(r"(?:生产|出厂)?日期(?:要|得|是|在)?$|生产(?:的)?$")
_SINCE = re.compile(r"(?:以后|之后|后|以来|起)")
_FETCHED = re.compile(
    r"(?:开车|自己|就)?(?:过来|过去|来|去|到)?(?:你们?)?(?:那|这)?(?:边|里|店里|仓库)?(?:装|拉|提|取|拿|运|接)"
)
# 上回要的那个现在还剩不剩: it is asked now.
_ORDERS = re.compile(r"[的+和、]单|单子|订单|合一?[下起]|汇总|漏[了的]|没录|补录|要货|报货|接的|整理")
_WHAT_WAS_HAD = re.compile(r"(?:上次|上回|之前|上趟|前天|昨天|上周)[^,。\n]{0,6}的[^,。\n]{0,8}(?:现在|还|有没有|有货)")
# When or what for goods are wanted; without goods nothing to order.
_OCCASIONS = (
    "开会", "会议", "放假", "聚餐", "培训", "年会", "团建", "值班", "参会", "参加", "例会", "周会", "晨会", "早会",
    "月会", "碰头会", "总结会",
)  # fmt: skip


def told_plainly(tokens: list[Token], *, of_supplier: bool, priced: bool, counted: bool) -> bool:
    """Whether prices of a supplier are simply told, whatever words of trade stand beside them (过期不候, 快递到付)."""
    if not of_supplier or not priced or counted:
        return False
    return not any(t.has(c.TROUBLE) and any(char in _AGAINST for char in t.text) for t in tokens)


def trouble(tokens: list[Token], reading: Reading, orderish: Callable[[list[Token]], bool], text: str) -> bool:
    """Returns, complaints, logistics: nothing to order, unless a whole order stands beside a passing word.

    Talk about the past without a word of wanting is no order either.
    """
    lines = [e for e in reading.entries if e.qty is not None and e.item.known]
    tokens = _without_remarks(tokens) if lines else tokens
    past = [t for t in tokens if t.kind is T.DATE and t.past and not _says_which(tokens, t) and not _of_list(tokens, t)]
    if any(not _left_over(tokens, t, lines) for t in past) and not (orderish(tokens) and lines):
        return not (_WHAT_WAS_HAD.search(text) and any(t.has(c.ASK_STOCK) for t in tokens) and not lines)
    if any(t.text in _RECEIVED and a.kind in (T.ITEM, T.QTY) for t, a in pairwise(tokens)):
        return True  # 收到米醋5箱: goods that have come
    asked = any(t.text == "?" or t.has(c.MUCH, c.ASK_STOCK) for t in tokens)
    named = [
        t for t in tokens
        if t.has(c.TROUBLE) and not (_given_along(tokens, t) or _fetches(tokens, t) or (lines and _put_by(tokens, t)))
    ]  # fmt: skip
    if any(t.text in _COUNTED for t in named) and (not orderish(tokens) or "账面" in text):
        return True  # 冷库盘点:淡奶油42箱 …, 白满天星14把,比账面少3把
    if (lines or _asked_for(tokens, reading)) and all(t.text in _OCCASIONS for t in named):
        return False  # 花洒头30只,放假前检修要用; 查下纸尿裤的库存,下午开会要用
    if named and all(t.text in _URGED for t in named) and _asked_for(tokens, reading):
        return False  # 山货坊催呢,二分头核桃仁有没有: why it is asked
    if lines and not asked and all(t.text in _WHO_COMES and _apart(tokens, t) for t in named):
        return False  # 司机在路上了,气泡水50箱先备好
    if lines and named and not asked and in_passing(named, text):
        return False
    return bool(named) and len(lines) < 3


def _put_by(tokens: list[Token], word: Token) -> bool:
    """下周四前入库: a day by which the goods are to be in the store."""
    before = [t for t in tokens[max(0, word.at - 4) : word.at] if t.kind is not T.GAP]
    while before and before[-1].text in _UNTIL:
        before.pop()
    after = tokens[word.at + 1].text if word.at + 1 < len(tokens) else ""
    due = bool(before) and before[-1].kind is T.DATE and not before[-1].past
    return word.text in _INTO_STORE and due and after not in ("了", "的")


def _of_list(tokens: list[Token], day: Token) -> bool:
    """昨天+今天的单合一下 over the rows of several customers: which orders they are."""
    end = next((n for n in range(day.at, min(len(tokens), day.at + 40)) if tokens[n].text == "\n"), 0)
    line = tokens[:end]
    if not line or any(t.text == "\n" or t.kind in (T.ITEM, T.QTY, T.PARTY) or t.has(c.TROUBLE) for t in line):
        return False
    rows = [n for n in range(end, len(tokens)) if tokens[n].text == "\n"]
    counted = sum(t.kind is T.QTY for t in tokens[end:])
    return bool(rows) and counted > 1 and _ORDERS.search("".join(t.text for t in line)) is not None


def _without_remarks(tokens: list[Token]) -> list[Token]:
    """电煮锅 1箱(上次有破损,加泡沫): without what stands in brackets behind an amount and counts nothing itself."""
    kept: list[Token] = []
    at = 0
    while at < len(tokens):
        before = next((t for t in reversed(kept[-2:]) if t.kind is not T.GAP), None)
        if tokens[at].text == "(" and before is not None and before.kind is T.QTY:
            end = next((n for n in range(at, min(at + 24, len(tokens))) if tokens[n].text == ")"), at)
            if end > at and not any(t.kind in (T.QTY, T.PRICE, T.PARTY) for t in tokens[at:end]):
                at = end + 1
                continue
        kept.append(tokens[at])
        at += 1
    return kept


def _asked_for(tokens: list[Token], reading: Reading) -> bool:
    """Whether the price or the stock of goods that are known is asked for."""
    known = any(e.item.found for e in reading.entries)
    return known and any(t.text == "?" or t.has(c.ASK_PRICE, c.ASK_STOCK, c.MUCH) for t in tokens)


def _says_which(tokens: list[Token], day: Token) -> bool:
    """上次100支的那种, 生产日期12月1号以后的: a day that only says which goods are meant."""
    at = tokens.index(day)
    end = next((n for n in range(at, len(tokens)) if tokens[n].kind in (T.COMMA, T.STOP)), len(tokens))
    said = "".join(t.text for t in tokens[at + 1 : end])
    before = "".join(t.text for t in tokens[max(0, at - 5) : at])
    return _THAT_KIND.fullmatch(said) is not None or (
        _MADE_ON.search(before) is not None and _SINCE.match(said) is not None
    )


def _left_over(tokens: list[Token], day: Token, lines: list[Entry]) -> bool:
    """藏青的不要了上次还有剩, 上次的卖得不错: what is left of goods, or how they went, told beside an order."""
    start = next((t.end for t in reversed(tokens[: day.at]) if t.kind in (T.COMMA, T.STOP, T.QTY)), 0)
    end = next((t.start for t in tokens[day.at + 1 :] if t.kind in (T.COMMA, T.STOP)), tokens[-1].end)
    said = "".join(t.text for t in tokens if start <= t.start < end)
    apart = [e for e in lines if "qty" in e.spans and not start <= e.spans["qty"][0] < end]
    clause = [t for t in tokens if start <= t.start < end]  # 昨天那个发票还没开
    paid = any(t.has(c.PAY) for t in clause) and not any(t.kind in (T.NUM, T.PRICE, T.QTY) for t in clause)
    return bool(apart) and (
        paid or _WRONG_THEN.search(said) is not None or (LEFT.search(said) or _WENT_WELL.search(said)) is not None
    )


def _fetches(tokens: list[Token], word: Token) -> bool:
    """下午我司机过来装: who fetches the goods is no trouble."""
    said = "".join(t.text for t in tokens[word.at + 1 : word.at + 7])
    return word.text == "司机" and _FETCHED.match(said) is not None


def _apart(tokens: list[Token], word: Token) -> bool:
    """Whether no goods stand in the breath of a word."""
    for step in (-1, 1):
        at = word.at + step
        while 0 <= at < len(tokens) and tokens[at].kind not in _BREAKS:
            if tokens[at].kind in (T.ITEM, T.QTY):
                return False
            at += step
    return True


def _given_along(tokens: list[Token], word: Token) -> bool:
    """车牌浙B12345, 司机138…: who comes for the goods, told with the order."""
    after = [t for t in tokens[word.at + 1 : word.at + 8] if t.kind is not T.GAP]
    found = next((t for t in after[:4] if t.kind in (T.ID, T.PHONE)), None)
    return word.text in _WHO_COMES and found is not None
