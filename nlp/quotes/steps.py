"""Words of a price list that count nothing of an order: from how much on a price holds (满50箱, ≥200只, 一次提50桶起,
1.2一片 100盒1.15), the least that is sold (起订100扎), how much is there (现货200卷)."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from nlp.catalogue.units import COMMON
from nlp.scanning import cues as c
from nlp.scanning.tokens import T, Token

_FROM = frozenset(("满", "超过", "达到", "达", "够", "≥", "≧", ">=", ">", "超", "过", "上", "不低于", "不少于", "到"))
_AT_ONCE = ("一次性", "一次", "单次", "每次", "一单", "一回", "要是", "如果", "若")
_TAKES = frozenset("提拿订要进买发定采走")
_LIGHT = ("呢", "就", "是", "就是", "的话", "给", "给你", "算", "按", "做", ":", "只要")
_TAIL = ("的话", "以上", "及以上", "起", "起批", "时", "的", "往上", ":", "是", "就", "就是")
_LEAST = c.words("起订 起批 起发 起送 起订量 起售 最小起订 最低起订 最小起订量 最低起订量 moq 最少 至少 起步")
_THERE = c.words("现货 库存 有现货 有货 有库存 现有 存货 还有 手里 手上 余货")
_BELOW = ("低于", "少于", "不足", "不满", "不到", "小于")
_UNDER = ("以下", "以内", "之内", "以里", "内")
_OPEN = (
    "再谈",
    "另谈",
    "另议",
    "可谈",
    "面议",
    "再议",
    "详谈",
    "单谈",
    "单独谈",
    "价格另",
    "价另",
    "电议",
    "再优惠",
    "可优惠",
)
_FREE = ("免", "包邮", "包送", "包物流", "送货", "发货", "起发", "可发", "就发", "才发", "就送")
_MONEY = (T.NUM, T.PRICE)
_ROUND = {"万": Decimal(10000), "千": Decimal(1000), "百": Decimal(100)}
_LESS = ("再", "便宜", "优惠", "少", "减", "让", "返", "低")
_WHOLE = ("整", "成")
_NEAR = 4
_RANGE = re.compile(r"(\d{1,5})[-~到至]\d")


def fold(tokens: list[Token]) -> list[Token]:
    """Tokens in which a quantity from which on a price holds is one step, and what only tells the least or the stock a
    filler. Tokens of a message that tells prices only."""
    result: list[Token] = []
    at = 0
    while at < len(tokens):
        step = (
            _step(tokens, at)
            or _whole(tokens, at, result)
            or _between(tokens, at)
            or _round(tokens, at)
            or _bare(tokens, at, result)
        )
        if step is not None:
            end, quantity = step
            _unsaid(result)
            one = quantity.text[:1] not in _WHOLE
            if one and quantity.value is not None and quantity.value <= 1 and quantity.kind is T.QTY:  # 1-99桶46
                result += [replace(t, kind=T.CUE, cues=(c.FILLER,)) for t in tokens[at:end]]
                at = end
                continue
            text = "".join(t.text for t in tokens[at:end])
            result.append(replace(quantity, kind=T.TIER, start=tokens[at].start, end=tokens[end - 1].end, text=text))
            at = end
            continue
        if tokens[at].kind is T.TIER:
            _unsaid(result)
        if end := _told(tokens, at):
            result += [replace(t, kind=T.CUE, cues=(c.FILLER,)) for t in tokens[at:end]]
            at = end
            continue
        result.append(_coins(tokens[at], result))
        at += 1
    return [replace(token, at=place) for place, token in enumerate(result)]


def _coins(token: Token, before: list[Token]) -> Token:
    """各再降2分: hundredths of a yuan, although something comes in parts of that name."""
    less = next((t for t in reversed(before) if t.kind is not T.GAP), None)
    if token.kind is not T.MEASURE or token.text[-1] != "分" or less is None or not less.has(c.RELATIVE):
        return token
    return replace(token, kind=T.PRICE, value=Decimal(token.text[:-1]) / 100, unit=None, term=None)


def _spoken(tokens: list[Token], at: int) -> int:
    while at < len(tokens) and tokens[at].kind is T.GAP:
        at += 1
    return at


def _counts(token: Token) -> bool:
    return token.kind in (T.QTY, T.MEASURE, T.TIER) and token.unit is not None and (token.value or 0) > 0


def _step(tokens: list[Token], at: int) -> tuple[int, Token] | None:
    """Where 满50箱 or 50箱的话 ends, and its quantity; a price has to follow."""
    led = tokens[at].text in _FROM
    if tokens[at].text == ">" and at + 1 < len(tokens) and tokens[at + 1].text == "=":
        at += 1
    once = _at_once(tokens, at)
    place = _spoken(tokens, at + 1) if led else once or at
    led = led or bool(once)
    if place >= len(tokens) or not _counts(tokens[place]):
        return None
    quantity, end = tokens[place], place + 1
    if not led and not (end < len(tokens) and tokens[end].text in ("的话", "时")):
        return None
    while end < len(tokens) and tokens[end].text in _TAIL:
        end += 1
    return (end, quantity) if _priced(tokens, end) else None


def _whole(tokens: list[Token], at: int, before: list[Token]) -> tuple[int, Token] | None:
    """银77 52一筒,整箱以上50: from one whole case on, behind the price of a single one."""
    said, end, unit = "", at, ""
    if tokens[at].text[:1] not in _WHOLE or not tokens[at].text:
        return None
    while end < len(tokens) and end < at + 3 and len(said) < 2:
        said += tokens[end].text
        end += 1
    if said[:1] in _WHOLE and said[1:2] in COMMON:
        unit = said[1:2]
    while end < len(tokens) and (tokens[end].text in (*_TAIL, *_LIGHT) or tokens[end].text in _TAKES):
        end += 1
    off = end
    while end < len(tokens) and (tokens[end].has(c.EACH, c.RELATIVE) or tokens[end].text in _LESS):
        end += 1
    if not unit or (said[2:] and said[2:] not in ("走", "发", "起", "出", "卖", "拿")):
        return None
    told = [t for t in before[-16:] if t.kind in _MONEY]
    if (
        unit
        and told
        and end < len(tokens)
        and tokens[end].kind is T.RATE
        and (end > off or tokens[end].text.endswith("折"))
    ):
        return off, Token(T.QTY, tokens[at].start, tokens[off - 1].end, said, value=Decimal(1), unit=unit)  # 整捆98折
    if end >= len(tokens) or tokens[end].kind not in _MONEY or tokens[end].unit not in (None, unit):
        return None
    last = next((t for t in reversed(before[-16:]) if t.kind in (*_MONEY, T.ITEM, T.SPEC) or t.has(c.SAME_PRICE)), None)
    if last is not None and last.has(c.SAME_PRICE):
        last = next((t for t in reversed(before[-16:]) if t.kind in _MONEY), None)  # 银76同价,整箱以上50
    cheap, dear = tokens[end].value, last.value if last is not None and last.kind in _MONEY else None
    if not dear or cheap is None or not (cheap < dear / 2 if end > off else dear / 2 <= cheap < dear):
        return None
    return off, Token(T.QTY, tokens[at].start, tokens[off - 1].end, said, value=Decimal(1), unit=unit)


def _at_once(tokens: list[Token], at: int) -> int:
    """Where the quantity of 一次拿50箱 or 要是提50箱 stands; 0 when no such words begin here."""
    said = ""
    for place in range(at, min(at + _NEAR, len(tokens))):
        token = tokens[place]
        if token.kind is T.QTY and said[-1:] in _TAKES and said[:-1] in _AT_ONCE:
            return place
        said += token.text
    return 0


def _between(tokens: list[Token], at: int) -> tuple[int, Token] | None:
    """50-500片1.5: a price from the smaller of two quantities on; from 1 on it is the price itself."""
    first = tokens[at]
    if first.kind not in (T.NUM, T.QTY) or first.value is None:
        return None
    low, end, last = first.value, at + 1, first
    match = _RANGE.match(first.text) if first.kind is T.QTY and first.approx else None
    if match is not None:
        low = Decimal(match[1])
    elif at + 2 < len(tokens) and tokens[at + 1].text in ("-", "~", "到", "至"):
        end, last = at + 3, tokens[at + 2]
    else:
        return None
    place = _spoken(tokens, end)
    while place < len(tokens) and tokens[place].text in _TAIL:
        place = _spoken(tokens, place + 1)
    if last.kind is not T.QTY or place >= len(tokens) or tokens[place].kind not in _MONEY:
        return None
    if last.value is None or (match is None and not low < last.value):
        return None
    return place, replace(last, value=low, approx=False)


def _round(tokens: list[Token], at: int) -> tuple[int, Token] | None:
    """万支以上: ten thousand of them."""
    size = _ROUND.get(tokens[at].text)
    if size is None or at + 2 >= len(tokens) or not tokens[at + 2].has(c.ABOVE) or len(tokens[at + 1].text) > 1:
        return None
    if tokens[at + 1].kind not in (T.UNKNOWN, T.CUE, T.ITEM) or not _priced(tokens, at + 3):
        return None
    return at + 3, replace(tokens[at], value=size, unit=tokens[at + 1].text, cues=())


def _priced(tokens: list[Token], at: int) -> bool:
    """Whether a price follows in the same breath, and nothing that is given."""
    for token in tokens[at : at + 12]:
        if token.kind in _MONEY or token.kind is T.RATE:
            return True
        if token.kind in (T.STOP, T.QTY, T.TIER) or (token.has(c.GIFT) and token.text != "外送"):
            return False
    return False


def _bare(tokens: list[Token], at: int, before: list[Token]) -> tuple[int, Token] | None:
    """1.2一片 100盒1.15 500盒1.1: a quantity between a price and a lower one."""
    token = tokens[at]
    if token.kind is not T.QTY or token.unit is None or (token.value or 0) <= 1 or token.approx:
        return None
    spoken = [t for t in reversed(before[-8:]) if t.kind not in (T.GAP, T.COMMA, T.STOP) and t.text not in ("/", "(")]
    last = next((t for t in spoken if t.text not in _TAKES and not t.has(c.FILLER)), None)
    place = _spoken(tokens, at + 1)
    while place < len(tokens) and tokens[place].text in _LIGHT:
        place = _spoken(tokens, place + 1)
    if last is None or place >= len(tokens) or last.kind not in _MONEY or tokens[place].kind not in _MONEY:
        return None
    dear, cheap = last.value, tokens[place].value
    if dear is None or cheap is None or not dear / 2 <= cheap < dear:
        return None
    return place, token


def _unsaid(before: list[Token]) -> None:
    """一次提 in front of a step says nothing more."""
    said: list[int] = []
    at = len(before) - 1
    while at >= 0 and len(said) < _NEAR and before[at].kind in (T.CUE, T.NUM, T.UNKNOWN, T.GAP):
        text = "".join(before[n].text for n in [at, *reversed(said)] if before[n].kind is not T.GAP)
        said.append(at)
        core = text.rstrip("".join(_TAKES)) if text not in _TAKES else ""
        if core in _AT_ONCE or (not core and at and before[at - 1].kind in (T.COMMA, T.STOP, T.GAP)):
            for place in said:
                before[place] = replace(before[place], kind=T.CUE, cues=(c.FILLER,))
        at -= 1


def _told(tokens: list[Token], at: int) -> int:
    """Where 起订100扎, 现货200卷, 满一箱免运费, 100箱以上再谈 or 50片以下 ends; 0 when it is none of them."""
    if tokens[at].kind in (T.TIER, T.QTY):
        place = _spoken(tokens, at + 1)
        words = "".join(t.text for t in tokens[place : place + 4] if t.kind not in (T.COMMA, T.STOP))
        if tokens[at].kind is T.QTY and words.startswith(_UNDER) and _priced(tokens, place):
            return place + 1
        return at + 1 if words.startswith(_OPEN) else 0
    if tokens[at].text in _BELOW and (place := _spoken(tokens, at + 1)) < len(tokens):
        return place + 1 if _counts(tokens[place]) and _priced(tokens, place + 1) else 0
    if tokens[at].text in ("满", "够") and (place := _spoken(tokens, at + 1)) < len(tokens):
        words = "".join(t.text for t in tokens[place + 1 : place + 4])
        open_ended = any(word in "".join(t.text for t in tokens[place + 1 : place + 7]) for word in _OPEN)
        free = words.startswith(_FREE) or (open_ended and not _priced(tokens, place + 1))
        return place + 1 if _counts(tokens[place]) and free else 0  # 满200箱返点另谈
    if tokens[at].text not in _LEAST and tokens[at].text not in _THERE:
        return 0
    end = at + 1
    while end < len(tokens) and (tokens[end].kind in (T.GAP, T.COLON) or tokens[end].text in ("量", "是", "为", "有")):
        end += 1
    if end >= len(tokens) or tokens[end].kind not in (T.QTY, T.TIER) or tokens[end].value is None:
        return 0
    following = _spoken(tokens, end + 1)
    return 0 if following < len(tokens) and tokens[following].kind in _MONEY else end + 1
