"""What a price list says besides its prices: what something cost before (原价0.11 现价0.12, 从2.4涨到2.6, 1.3→1.45),
how it is packed (10个/盒, 一包25公斤, 17.5/袋*10袋), when it can come (交期7天), how it compares with another time
(比上次便宜1块). None of it is a price or an amount."""

from __future__ import annotations

import re
from dataclasses import replace

from nlp.scanning import cues as c
from nlp.scanning.tokens import T, Token

_MONEY = (T.NUM, T.PRICE)
_BREAKS = (T.COMMA, T.STOP)
_BEFORE = c.words(
    "原价 原来 原先 原 之前 以前 老价 老价格 由 从 上次 上回 上次价 上次的价 前期 早前 旧价 上月 上个月 去年 昨天 前天"
)
_NOW = c.words("""
    涨到 调到 降到 跌到 落到 升到 提到 加到 改到 升至 跌至
    调整至 上调至 下调至 调整到 调整为 调为 改为 改成 变成 涨至 降至 调至 减到 下调到 上调到
    现价 现在 新价 现 今 今天 现为 到 至 → > 变为 变 这次 这回 本次
""")
_GIVES = c.words("给 给到 给他 给你 给您 给她 给咱 只要 收 按 算 卖 优惠到 便宜到 打到")
_LEADS = ("是", "价", "为", "卖", ":", "的", "价格", "每")
_BETWEEN = (*_LEADS, "了", "他", "你", "您", "她", "涨", "降", "跌", "/", "元", "-", "=")
_WAITS = c.words("交期 货期 交货期 生产周期 周期 工期 发货 备货 备货期 交货")
_DAYS = ("天", "日", "个", "工", "周")
_OTHER_TIMES = (
    "市场",
    "别家",
    "别人",
    "同行",
    "原来",
    "之前",
    "以前",
    "上",
    "去年",
    "昨",
    "前",
    "老",
    "隔壁",
    "外面",
    "人家",
)
_WANTED_OF_US = c.words("要 拿 来 订 进 发 给你 给您 给你们 需要 要发 要拿 要订 要来 定 补")
_REACH = 8
_PER_PACK = re.compile(r"\d{1,4}块/[\u4e00-\u9fff]")


def fold(tokens: list[Token], *, supplier: bool) -> list[Token]:
    """Tokens in which such words are fillers. ``supplier``: it is the supplier itself who writes."""
    said = [token.text for token in tokens]
    kept = list(tokens)

    def quiet(start: int, end: int) -> None:
        for place in range(start, end):
            if kept[place].kind not in (T.GAP, *_BREAKS):
                kept[place] = replace(kept[place], kind=T.CUE, cues=(c.FILLER,), used=True)

    priced = False
    at = 0
    while at < len(kept):
        token = kept[at]
        end = (
            _was(kept, at, priced=priced)
            or _moved(kept, at)
            or _compared(kept, at)
            or _firms(kept, at)
            or _by(kept, at)
            or _per(kept, at)
            or _waits(kept, at)
            or _packed(kept, at, supplier)
            or (_asks_back(kept, at) if supplier else 0)
        )
        if end:
            quiet(at, end)
            at = end
            _now_costs(kept, at)
            continue
        if token.kind is T.STOP or token.kind in (T.ITEM, T.SPEC):
            priced = False
        elif token.kind in _MONEY and token.value is not None:
            stop = _arrow(kept, at, said)
            if stop:
                quiet(at, stop)
                at = stop
                continue
            priced = True
        at += 1
    return [replace(token, at=place) for place, token in enumerate(kept)]


def old_prices(tokens: list[Token]) -> list[Token]:
    """Tokens of an order in which what something cost before its price is a filler: 原价70 给他65."""
    kept = list(tokens)
    for at in range(len(kept)):
        end = _was(kept, at, priced=False)
        for place in range(at, end):
            if kept[place].kind not in (T.GAP, *_BREAKS):
                kept[place] = replace(kept[place], kind=T.CUE, cues=(c.FILLER,), used=True)
        if end:
            _now_costs(kept, end)
    return kept


def _now_costs(tokens: list[Token], at: int) -> None:
    """A bare number behind an old price is the new one."""
    if (
        at < len(tokens)
        and tokens[at].kind is T.NUM
        and any(t.text in _NOW | _GIVES for t in tokens[max(0, at - 4) : at])
    ):
        tokens[at] = replace(tokens[at], kind=T.PRICE)


def _next(tokens: list[Token], at: int) -> int:
    while at < len(tokens) and tokens[at].kind is T.GAP:
        at += 1
    return at


def _was(tokens: list[Token], at: int, *, priced: bool) -> int:
    """Where 原价0.11 现 in front of the new price ends, or 原0.18 behind it; 0 when there is none."""
    if tokens[at].text not in _BEFORE:
        return 0
    place = _next(tokens, at + 1)
    while place < len(tokens) and (tokens[place].text in _LEADS or tokens[place].text in _BEFORE):
        place = _next(tokens, place + 1)
    if place >= len(tokens) or tokens[place].kind not in _MONEY:
        return 0
    told = _new(tokens, place + 1)
    if told:
        return told
    alone = tokens[at].text not in ("从", "由", "现")
    return place + 1 if priced and alone else 0


def _new(tokens: list[Token], at: int) -> int:
    """Where the new price begins behind an old one; 0 when none is told."""
    word = False
    for place in range(at, min(at + _REACH, len(tokens))):
        token = tokens[place]
        if token.kind in _MONEY:
            return place if word or "价" in token.text else 0
        if token.text in _NOW or token.text in _GIVES:
            word = True
        elif token.kind not in (T.GAP, T.COMMA) and token.text not in _BETWEEN:
            return 0
    return 0


def _moved(tokens: list[Token], at: int) -> int:
    """Where 跌5块,现在 in front of the new price ends: by how much it changed; 0 when no new price follows."""
    if not tokens[at].has(c.RELATIVE) or tokens[at].text == "贵":
        return 0
    place = _next(tokens, at + 1)
    while place < len(tokens) and tokens[place].text in ("了", "价", "价了", "每"):
        place = _next(tokens, place + 1)
    if place >= len(tokens) or tokens[place].kind not in _MONEY:
        return 0
    for ahead in range(place + 1, min(place + 1 + _REACH, len(tokens))):
        if tokens[ahead].kind in _MONEY:
            return place + 1
        if tokens[ahead].kind not in (T.GAP, T.COMMA) and tokens[ahead].text not in (*_NOW, *_LEADS, "了"):
            return 0
    return 0


def _by(tokens: list[Token], at: int) -> int:
    """Where (+15) behind a price ends."""
    if tokens[at].text != "(" or not at or tokens[at - 1].kind not in _MONEY:
        return 0
    place = at + 1
    while place < len(tokens) and tokens[place].text in ("+", "-", "↑", "↓", "涨", "降", "跌", "加", "减", "贵", "了"):
        place += 1
    closes = place + 1 < len(tokens) and tokens[place].kind in _MONEY and tokens[place + 1].text == ")"
    return place + 2 if place > at + 1 and closes else 0


def _per(tokens: list[Token], at: int) -> int:
    """Where 单位:元/片 ends."""
    if tokens[at].text not in ("单位", "单价单位", "计价单位", "价格单位"):
        return 0
    end = at + 1
    while end < min(len(tokens), at + 8) and tokens[end].kind not in (*_BREAKS, T.GAP):
        end += 1
    said = "".join(t.text for t in tokens[at + 1 : end])
    return end if said.lstrip(":是为均都").startswith(("元", "¥", "rmb", "人民币", "块", "每")) else 0


def _firms(tokens: list[Token], at: int) -> int:
    """三家比价: how many firms were asked."""
    told = tokens[at].kind in (T.NUM, T.QTY) and at + 1 < len(tokens) and tokens[at + 1].text == "家"
    return at + 2 if told else 0


def _arrow(tokens: list[Token], at: int, said: list[str]) -> int:
    """Where 1.3→ ends in front of the new price; 0 when no arrow stands there."""
    place = _next(tokens, at + 1)
    signs = ""
    while place < len(tokens) and said[place] in ("-", ">", "→", "=", "➡", "—", "⇒", "~"):
        signs += said[place]
        place += 1
    if not signs or signs[-1] not in ">→➡⇒":
        if (
            place >= len(tokens)
            or tokens[place].text not in _NOW
            or tokens[place].text in ("到", "至", "现在", "今", "今天")
        ):
            return 0
        place += 1
    place = _next(tokens, place)
    return place if place < len(tokens) and tokens[place].kind in _MONEY else 0


def _compared(tokens: list[Token], at: int) -> int:
    """Where 比上次便宜1块 ends."""
    if tokens[at].text not in ("比", "较", "相比") or at + 1 >= len(tokens):
        return 0
    if not tokens[at + 1].past and not tokens[at + 1].text.startswith(_OTHER_TIMES):
        return 0
    end = at + 1
    while end < len(tokens) and tokens[end].kind not in _BREAKS:
        end += 1
    return end


def _waits(tokens: list[Token], at: int) -> int:
    """Where 交期7天 ends."""
    if tokens[at].text not in _WAITS:
        return 0
    place = _next(tokens, at + 1)
    while place < len(tokens) and tokens[place].text in ("约", "大概", ":", "是", "为", "要", "需", "需要"):
        place = _next(tokens, place + 1)
    if (
        place >= len(tokens)
        or tokens[place].kind not in (T.NUM, T.SPEC, T.QTY, T.UNKNOWN)
        or not tokens[place].text[0].isdigit()
    ):
        return 0
    end = place + 1
    while end < min(len(tokens), place + 6) and (
        tokens[end].text in ("-", "~", "到", "至", "作", "工作日") or tokens[end].kind is T.NUM
    ):
        end += 1
    if tokens[end - 1].text[-1:] in _DAYS:
        return end
    return end + 1 if end < len(tokens) and tokens[end].text[:1] in _DAYS else 0


def _packed(tokens: list[Token], at: int, supplier: bool) -> int:
    """Where 10个/盒, 一包25公斤 or *10袋 behind a price ends."""
    token = tokens[at]
    if token.text == "*" and supplier and at and tokens[at - 1].kind in _MONEY:
        place = _next(tokens, at + 1)
        return place + 1 if place < len(tokens) and tokens[place].kind is T.QTY else 0
    if supplier and token.kind is T.PRICE and _PER_PACK.fullmatch(token.text):  # 黄油40块/箱 880
        place = _next(tokens, at + 1)
        last = place + 1 >= len(tokens) or tokens[place + 1].kind in _BREAKS
        return at + 1 if place < len(tokens) and tokens[place].kind in _MONEY and last else 0
    one = token.kind is T.QTY and token.value == 1
    if one or (token.text == "每" and at + 1 < len(tokens)):
        place = _next(tokens, at + (1 if one else 2))
        if (
            place < len(tokens)
            and tokens[place].kind in (T.QTY, T.MEASURE, T.TIER)
            and tokens[place].unit not in (None, token.unit)
        ):
            gap = not one and place + 1 < len(tokens) and tokens[place + 1].kind is T.GAP  # 每盒50片 要20盒
            return place + 1 if gap or _ends(tokens, place + 1) else 0
        return 0
    if (
        token.kind in (T.QTY, T.MEASURE)
        and token.unit is not None
        and at + 2 < len(tokens)
        and tokens[at + 1].text == "/"
    ):
        return at + 3 if tokens[at + 2].kind in (T.UNKNOWN, T.CUE, T.ITEM) and len(tokens[at + 2].text) == 1 else 0
    return 0


def _asks_back(tokens: list[Token], at: int) -> int:
    """Where 几台 of a supplier's 你要几台 ends: asked back, no amount."""
    if tokens[at].kind is not T.QTY or not tokens[at].text.startswith("几") or not at:
        return 0
    return at + 1 if tokens[at - 1].text in _WANTED_OF_US and _ends(tokens, at + 1) else 0


def _ends(tokens: list[Token], at: int) -> bool:
    """Whether a breath ends here."""
    place = _next(tokens, at)
    while place < len(tokens) and tokens[place].text in ("装", "的", ")", "左右", "起", "起订", "?", "呢", "啊", "呀"):
        place = _next(tokens, place + 1)
    taxed = place < len(tokens) and tokens[place].has(c.TAX_IN, c.TAX_EX, c.PAY)
    return place >= len(tokens) or taxed or tokens[place].kind in (*_BREAKS, T.PRICE, T.NUM)
