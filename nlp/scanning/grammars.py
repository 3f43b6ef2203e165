"""What begins at a place of a message by its shape, whatever the catalogue has: numbers, quantities, prices, days,
places, codes and numbers of documents. Each with what it costs on the way through the lattice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from nlp.catalogue.lexicon import Lexicon
from nlp.catalogue.unitwords import names_size
from nlp.corrections.rownames import row_at, row_token
from nlp.scanning import measures
from nlp.scanning.amounts import PRICE_BEGINS, Price, price_at, quantities_at, unit_at
from nlp.scanning.codes import is_code, is_watts, one_of_code
from nlp.scanning.cues import FILLER
from nlp.scanning.dates import date_at
from nlp.scanning.jin import half_at, jin_at, jin_liang_at, liang_at
from nlp.scanning.labels import LABELLED, LABELS
from nlp.scanning.numbers import HAN_NUMERALS, number_at, plain
from nlp.scanning.text import is_han
from nlp.scanning.tokens import T, Token

_PHONE = re.compile(r"(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)|0\d{2,3}-\d{7,8}(?!\d)")
_REF = re.compile(r"(?:xs|sh|rk|cg|bj|qc|cx|so|po|dd)[- ]?(\d{1,10})(?![\d.*a-z]|-\d)|草稿[ ]?\d{1,6}")
# The number of another system's document: letters, then groups of digits, SO-260226-003. Goods of that code come first.
_OTHER_REF = re.compile(r"[a-z]{1,4}[- ]?\d{2,10}(?:-\d{1,8}){1,3}(?![\d.*a-z-])")
_RATE = re.compile(
    r"([\d.]{1,5}|[一二三四五六七八九]{1,2})折|([\d.]{1,5}|十[一二三四五六七八九]?|[一二三四五六七八九])个?(?:点|%)(?!半|钟|[零一二三四五六七八九])"
)
_VESSEL_FIRST = re.compile(r"[瓶罐听桶袋]\d{1,5}[箱件提扎]")
_TAXED = re.compile(r"(?:13|[369])(?=税|[,、。;\n ]|$)(?![ ]?\d)")  # 含13税, 税点13
_TAX_WORD = re.compile(r"(?:含|税点|税率)[:是为 ]?$")
# 含13点 is a rate of tax, no hour.
_POINTS = re.compile(r"(?:1?\d|十[一二三四五六七八九]?|[一二三四五六七八九])个?点(?!半|钟|前|\d)")
_POINTS_LEAD = re.compile(r"(?:含|加|税点?|票|另|税率)[:是为收 ]?$")
# 质保两年, 机器检修停产十天, 提前一天打电话: how long, no amount of goods.
_LASTS = re.compile(
    r"(?:质保|保修|三包|保质|质保期|保修期|保质期|账期|停产|检修|停机|放假|休息|停工|断货|保用|包换|包退|寿命|用)(?:时间|期限)?[:是为满]?$"
)
# TL系列弹力带: letters with which codes of the catalogue begin.
_SERIES = re.compile(r"([a-z]{2,5})[ -]?系列(?:的)?")
_AHEAD = re.compile(r"(?:提前|提早)$")
_SPAN_OF_TIME = re.compile(
    r"(?:\d{1,3}|[一二两三四五六七八九十半]{1,3})个?(?:年半|年|天|月|小时|钟头|工作日|分钟|礼拜|星期)(?:左右|以上)?"
)
_CALLS = re.compile(r"(?:打|来|给|跟|和|电话|联系|通知|告诉|告知|知会|约|报|说|讲)")
_LONG = re.compile(
    r"9[123]\d{6}[0-9a-z]{10}(?![0-9a-z])|\d{8,30}|[a-z]{1,4}\d{8,20}|[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][a-hj-np-z]"
    r"(?:[a-z0-9]{5}|[df][a-z0-9]{5}|\d{5}[df])(?![a-z0-9])"
)
_PLACE = re.compile(
    r"(?:\d{1,4}|[一二三四五六七八九十]{1,3})(?:号楼|楼|栋|单元|幢|号门|号库|号仓|号店|号院|弄|号线|号?车间|号?房间|病房|号房|号?包间|号?包厢|号包房|号桌)(?!盘)"
)
# A part of a site or house at the head of a line: 一标段:, 三车间:, 二食堂:.
_PART = re.compile(
    r"第?[一二三四五六七八九十\d]{1,3}(?:标段|标|期|工区|分部|车间|分店|店|门店|食堂|班组|班|队|组|科|区|部|楼|厂|号线)"
    r"(?=[ ]{0,2}:)"
)
# 别跟冻货混一块: together, no money.
_TOGETHER = re.compile(r"[混放装堆摆捆绑搁塞搭叠挤粘](?:在|到)?一(?:块儿?|起|堆)(?![\d一二两三四五六七八九毛半])")
# A part of a house, numbered, at the end of what is said of it: 研发二部), 三车间.
_DEPARTMENT = re.compile(r"第?[一二三四五六七八九十]{1,2}(?:部|科|室|课|分部|事业部|实验室|病区)(?=[)\],;。:\n]|$)")
_SIGNS = LABELS | PRICE_BEGINS | frozenset("+")  # the only signs with which any of them begins
_TOGETHER_FIRST = frozenset("混放装堆摆捆绑搁塞搭叠挤粘")
_PLACE_FIRST = frozenset("第份上下一二三四五六七八九十")
_HALF_MONTH = re.compile(r"(?:(?:1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九])月)?份?[上下]半[月年]")
_LINK = re.compile(r"https?://[^\s\u4e00-\u9fff]{1,300}|www\.[^\s\u4e00-\u9fff]{1,200}")
_ABOVE = re.compile(r"[ \t]*(?:及以上|以上|起批|起订|起步|起)")
# The least that is sold, said behind the prices: no step of a price.
_LEAST = re.compile(r"[ \t]*起(?:发货?|订|批|送|售|卖|做|配)(?![,、 ]*[\d¥])")
_DIGITS = re.compile(r"\d+")
_MONTH = re.compile(r"(?:1[0-2]|[1-9])月份?(?=[\u4e00-\u9fff,:\s)\]】]|$)(?![初底中末上下一二三十里内之前后]|旬)")
_SIZE_PRICED = re.compile(r"[ ]?的[ ]?\d")
_FROM = re.compile(r"[拿订进凑]?满|[拿订进要凑]?够|超过|超|达到")
_STEP_PRICED = re.compile(
    r"[ ]?(?:以上|起)?[ ]?(?:(?:的话|就|给你|给|算|按|是|可以|做到|价|都)[ ]?){0,3}(?:\d|[¥一二三四五六七八九十])"
)
_MOVED = re.compile(
    r"(?:最晚|最迟|不晚于|赶在|截止)(?:到|在)?[ ]?$"
    r"|(?:改|推|拖|延|挪|提前|推迟|延后|顺延|放|定|约)(?:到|至)$"
    r"|(?:送货|到货|交货|发货|日期|时间|交期|货期)(?:改到?|是|定|为|:)?$"
)
_ON_A_DAY = re.compile(
    r"[ ]?(?:送|到|之?前|以前|交|下午|上午|早|晚|中午|[来去自]?[拉提取](?:货|走|$|[,。;!\n ])|来[拉提取拿]|自提|过来"
    r"|装车|发[货车走]|出货|走货|[要用](?!(?:大概|大约)?[一二两三四五六七八九十\d半]))"
)
_BEFORE_HALF = frozenset("一各两对")


def grammars(text: str, at: int, lexicon: Lexicon, today: date, draft_ref: str | None) -> Iterator[tuple[float, Token]]:
    char = text[at]
    if not (char.isalnum() or char in _SIGNS or (draft_ref and char == draft_ref[0])):
        return
    if draft_ref and text.startswith(draft_ref, at):
        yield 0.5, Token(T.REF, at, at + len(draft_ref), draft_ref)
    if char in "xsrcbqdp草" and (match := _REF.match(text, at)) and not lexicon.is_exact(match[0]):
        yield 0.6, Token(T.REF, at, match.end(), match[0])
    if char.isascii() and char.isalpha():
        yield from _lettered(text, at, lexicon)
    if (named := row_at(text, at, open_draft=draft_ref is not None)) is not None:
        yield 0.7, row_token(at, text, *named)
    link = (char in LABELS and LABELLED.match(text, at)) or (char in "hw" and _LINK.match(text, at))
    if match := link or None:
        yield 0.5, Token(T.ID, at, match.end(), match[0])
    if char in "01+8" and (match := _PHONE.match(text, at)):
        yield 0.6, Token(T.PHONE, at, match.end(), match[0])
    if (match := _place_at(text, at)) and not lexicon.has_term(match[0]):
        yield 0.55, Token(T.ID, at, match.end(), match[0])
    if (match := _LONG.match(text, at)) and not lexicon.exact(match[0]):
        yield 0.7, Token(T.ID, at, match.end(), match[0])
    found_date = date_at(text, at, today)
    if found_date is not None and not _names_spec(text, at, found_date.end, lexicon):
        yield (
            0.8,
            Token(T.DATE, at, found_date.end, text[at : found_date.end], day=found_date.day, past=found_date.past),
        )
    words = lexicon.unit_words
    if char.isdigit() or char in HAN_NUMERALS or char in "好若数几上成":
        yield from _numbers(text, at, lexicon, words)
    if char in _TOGETHER_FIRST and (match := _TOGETHER.match(text, at)):
        yield 0.5, Token(T.CUE, at, match.end(), match[0], cues=(FILLER,))
    price = _price_at(text, at, words)
    coded = price is not None and (is_code(text, at, price.end, lexicon) or one_of_code(text, at, lexicon))
    if price is not None and not coded and not is_watts(text, at, lexicon):
        cost = 0.85 if char in PRICE_BEGINS else 0.75  # 箱价580
        yield cost, Token(T.PRICE, at, price.end, text[at : price.end], value=price.value, unit=price.unit)


def _lettered(text: str, at: int, lexicon: Lexicon) -> Iterator[tuple[float, Token]]:
    """Another system's number of a document; TL系列, letters with which codes of the catalogue begin."""
    if (match := _OTHER_REF.match(text, at)) and not lexicon.has_term(match[0]):
        yield 0.55, Token(T.REF, at, match.end(), match[0])
    if (match := _SERIES.match(text, at)) and lexicon.reach(match[1][:2]):
        yield 0.8, Token(T.CUE, at, match.end(), match[0], cues=(FILLER,))


def _price_at(text: str, at: int, words: frozenset[str]) -> Price | None:
    """价:50的8.4, 75的14 tells the price of the 50."""
    if "价" in text[at + 1 : at + 3] and (priced := _unit_price_at(text, at, words)) is not None:
        return priced
    price = price_at(text, at, words) if text[at] in PRICE_BEGINS else None
    return None if price is not None and price.unit is None and _SIZE_PRICED.match(text, price.end) else price


def _unit_price_at(text: str, at: int, words: frozenset[str]) -> Price | None:
    """箱价580, 片价3.6: what one of them costs; 一箱价 and 每箱价 are read as they are."""
    unit = unit_at(text, at, words)
    if unit is None or text[at + len(unit) : at + len(unit) + 1] != "价":
        return None
    if at and (text[at - 1].isdigit() or text[at - 1] in HAN_NUMERALS or text[at - 1] in "每整单"):
        return None
    price = price_at(text, at + len(unit), words)
    return replace(price, unit=unit) if price is not None and price.unit in (None, unit) else None


def steps_at(text: str, at: int, words: frozenset[str]) -> Iterator[tuple[float, Token]]:
    """满50箱9块4: from so many on it costs so much."""
    match = _FROM.match(text, at)
    if match is None or match.end() >= len(text):
        return
    step = next((q for q in quantities_at(text, match.end(), words) if q.unit and not q.approx), None)
    if step is not None and _STEP_PRICED.match(text, step.end):
        yield 0.6, Token(T.TIER, at, step.end, text[at : step.end], value=step.value, unit=step.unit)


def _place_at(text: str, at: int) -> re.Match[str] | None:
    """A numbered place: 3号楼, or 二食堂: at the head of a line."""
    if text[at] not in _PLACE_FIRST and not text[at].isdigit():
        return None
    opens = at == 0 or text[at - 1] in "\n;。"
    if opens and (part := _PART.match(text, at)):
        return part
    if part := _DEPARTMENT.match(text, at):
        return part
    if half := _HALF_MONTH.match(text, at):
        return half
    if text[at] in "一二三四五六七八九十":
        return _PLACE.match(text, at)
    return (_MONTH.match(text, at) or _PLACE.match(text, at)) if text[at].isdigit() else None


def _names_spec(text: str, at: int, end: int, lexicon: Lexicon) -> bool:
    """5号 of a battery is no date, unless somebody delivers or wants something on it."""
    said = text[at:end]
    if "月" in said or _MOVED.search(text, max(0, at - 8), at):
        return False  # 12月6号, and 送货改到6号
    if said[-1].isdigit() and lexicon.has_term(said):
        return not _ON_A_DAY.match(text, end)  # 28-6-6 of a fertiliser
    number = number_at(text, at)
    spoken = f"{plain(number[1])}号" if number is not None else text[at:end]  # 七号电池 is a 7号 one
    alone = number is not None and number[0] == end - 1  # 2月2号 is a day
    return (
        alone
        and text[end - 1] == "号"
        and (lexicon.has_term(text[at:end]) or lexicon.has_term(spoken))
        and not _ON_A_DAY.match(text, end)
    )


def _numbers(text: str, at: int, lexicon: Lexicon, words: frozenset[str]) -> Iterator[tuple[float, Token]]:
    char = text[at]
    if match := _MONTH.match(text, at):
        yield 0.8, Token(T.CUE, at, match.end(), match[0], cues=(FILLER,))  # 12月执行价
    if text[at] in "13469" and (match := _TAXED.match(text, at)) and _TAX_WORD.search(text, max(0, at - 4), at):
        yield 0.8, Token(T.RATE, at, match.end(), match[0])
    if match := _RATE.match(text, at):
        yield 0.8, Token(T.RATE, at, match.end(), match[0])
    yield from _beside_goods(text, at)
    weighed = half_at(text, at, lexicon) or jin_at(text, at, lexicon) or jin_liang_at(text, at, words)
    if (weighed := weighed or liang_at(text, at, words)) is not None:
        yield 0.75, weighed
    if char.isdigit():
        yield from measures.bounded(text, at, lexicon)
        yield from measures.written(text, at, lexicon, words)
        yield from measures.between(text, at, lexicon, words)
    else:
        yield from measures.spoken(text, at, lexicon, words)
        if text.startswith("零下", at):
            yield from measures.below_zero(text, at, lexicon)
    if (digits := _DIGITS.match(text, at)) and len(digits[0]) > 7:
        return
    yield from _quantities(text, at, lexicon, words)
    number = number_at(text, at)
    if number is not None:
        end, value = number
        if text[end : end + 1] == "项" and text[at - 1 : at] in ("共", "计", "有"):
            yield 0.9, Token(T.QTY, at, end + 1, text[at : end + 1], value=value, unit="项")
        counted = not text.startswith(("行情", "项目", "行不", "行吗", "行么", "行吧", "行伐"), end)  # 水泥42.5行情
        if end < len(text) and text[end] in "行项" and counted and value < 100 and not unit_at(text, end, words):
            return
        if (match := _ABOVE.match(text, end)) and text[at : match.end()] != "一起":
            yield 0.8, Token(T.TIER, at, match.end(), text[at : match.end()], value=value)
        tail = text[end : end + 1]
        if char == "半" and end == at + 1 and is_han(tail or "0") and text[at - 1 : at] not in _BEFORE_HALF:
            return  # 半开, 半熟: half of nothing counted
        if not (tail.isascii() and tail.isalpha()) or not char.isascii():
            sized = tail in words and char.isdigit() and names_size(text, end, value, lexicon)
            yield 0.8 if sized else 1.0, Token(T.NUM, at, end, text[at:end], value=value)


def _beside_goods(text: str, at: int) -> Iterator[tuple[float, Token]]:
    """含13点, and how long something lasts."""
    if (match := _POINTS.match(text, at)) and _POINTS_LEAD.search(text, max(0, at - 4), at):
        yield 0.7, Token(T.RATE, at, match.end(), match[0])
    if (match := _SPAN_OF_TIME.match(text, at)) and (
        _LASTS.search(text, max(0, at - 6), at)
        or (_AHEAD.search(text, max(0, at - 2), at) and _CALLS.match(text, match.end()))
    ):
        yield 0.6, Token(T.CUE, at, match.end(), match[0], cues=(FILLER,))


def _quantities(text: str, at: int, lexicon: Lexicon, words: frozenset[str]) -> Iterator[tuple[float, Token]]:
    for quantity in quantities_at(text, at, words):
        if text[quantity.end : quantity.end + 1] == "装" and text[quantity.end - 2 : quantity.end - 1] == " ":
            continue  # 瓶装 55 罐装 54: the word behind the price is what the next goods come in
        if (
            text[at].isdigit()
            and text[quantity.end : quantity.end + 1] == "子"
            and lexicon.run_at(text, quantity.end) < 2
        ):
            continue  # 316杯子: cups, not 316 of them
        spoken = not text[at].isdigit() and text[quantity.end : quantity.end + 1] in HAN_NUMERALS
        if spoken and text[quantity.end : quantity.end + 1] and lexicon.run_at(text, at) > quantity.end - at:
            continue  # 三合 of 三合一
        if at > 1 and text[at] in HAN_NUMERALS and text[at - 2] in HAN_NUMERALS and lexicon.run_at(text, at - 2) > 2:
            continue  # 一盒 of 三合一盒
        if text[quantity.end - 2 : quantity.end - 1] == " " and _VESSEL_FIRST.match(text, quantity.end - 1):
            continue  # 100箱52 罐50箱: what the next goods come in
        token = Token(T.QTY, at, quantity.end, text[at : quantity.end], value=quantity.value, unit=quantity.unit,
                      approx=quantity.approx)  # fmt: skip
        if (match := _LEAST.match(text, quantity.end)) and not begins_goods(text, quantity.end, lexicon):
            yield 0.6, Token(T.CUE, at, match.end(), text[at : match.end()], cues=(FILLER,))
        elif (match := _ABOVE.match(text, quantity.end)) and not begins_goods(text, match.end() - 1, lexicon):
            yield 0.7, Token(T.TIER, at, match.end(), text[at : match.end()], value=quantity.value, unit=quantity.unit)
        yield 0.9, token


def begins_goods(text: str, at: int, lexicon: Lexicon) -> bool:
    """12箱 起泡酒: the word behind a quantity begins the next goods."""
    while text[at : at + 1] in (" ", "\t"):
        at += 1
    return lexicon.run_at(text, at) >= 2
