"""Words over a list that order nothing by themselves: which week or load it is (第二周, 第3批), how many houses it is
for (今天门店三家), what is left of another day's; and what is said of a code besides the code (…040这个码的拉链)."""

from __future__ import annotations

import re
from dataclasses import replace

from nlp.catalogue.lexicon import Lexicon
from nlp.catalogue.resolve import meaning
from nlp.scanning import cues as c
from nlp.scanning.tokens import T, Token

LEFT = re.compile(r"剩|没(?:有)?(?:用|卖|吃|喝|发|做)完|还(?:有|够)|够用|用完|卖完")  # said of goods of another day
_HAD = re.compile(r"现货|有货|库存|都有|能发|可发|可以发|发货|不用等")
_DAILY = ("每天", "每日", "天天", "每周", "每星期", "每月", "每个月", "每隔")
_VERBS = ("要", "来", "送", "拿", "发", "订", "各", "给")
_STILL = ("还有", "还剩", "还剩下", "剩", "还够", "还存")
_WANTS = ("补", "要", "来", "拿", "订", "再来", "再要", "再拿", "再补", "加", "先来", "先补", "发")
_RUNNING = ("周", "批", "次", "期", "季", "轮", "波", "趟", "车", "单", "版", "回", "天", "页", "学期", "季度", "个月")
_LINE = 24  # tokens of a heading at most
_HOUSES = ("家", "间", "户", "位", "个", "店")
_LISTS = re.compile(r"接龙|汇总|统计|配货|报货|要货|补货|叫货")
_HOUSE_WORDS = "门店分客户单位学校食堂工地项目部铺"
_GOODS = (T.ITEM, T.MEASURE, T.SPEC)
_POINTING = ("这个", "那个", "这", "那", "这款", "那款", "这种", "那种", "这只", "这条", "这颗")
_CODE_WORDS = "的码条编货号型款色料"


def fold(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """Tokens with such words made fillers."""
    tokens = _left_now(_still_there(tokens))
    result: list[Token] = []
    at = 0
    while at < len(tokens):
        if stop := _addressee(tokens, at):
            result += [tokens[at], _stranger(tokens[at + 1 : stop])]
            at = stop
            continue
        if end := _holds(tokens, at):
            result.append(Token(T.GAP, tokens[at].start, tokens[end - 1].end, " "))
            at = end
            continue
        if end := _every_day(tokens, at):
            text = "".join(t.text for t in tokens[at:end])
            result.append(Token(T.CUE, tokens[at].start, tokens[end - 1].end, text, cues=(c.UNEVEN,)))
            at = end
            continue
        kind = tokens[at].kind
        end = _running(tokens, at)
        if kind is T.NUM or kind is T.QTY:
            end = end or _so_long(tokens, at) or _in_stock(tokens, at) or _houses(tokens, at)
        end = end or _branch(tokens, at)
        if kind is T.ITEM:
            end = end or _told_again(tokens, at, lexicon)
        if end:
            first = at + 1 if tokens[at].kind is T.ITEM else at
            result += tokens[at:first]
            result += [replace(t, kind=T.CUE, cues=(c.FILLER,), term=None, value=None) for t in tokens[first:end]]
            at = end
            continue
        result.append(tokens[at])
        at += 1
    return result


def _still_there(tokens: list[Token]) -> list[Token]:
    """菜油昨天那4桶还没用完,不要了: what is left of another day orders nothing, and is not taken back either."""
    if not any(t.kind is T.DATE and t.past for t in tokens):
        return tokens
    result: list[Token] = []
    at = 0
    while at < len(tokens):
        end = next((n for n in range(at, len(tokens)) if tokens[n].kind in (T.COMMA, T.STOP)), len(tokens))
        clause = tokens[at:end]
        told = _left_end(clause)
        if told:
            rest = [t for t in tokens[at + told :] if t.kind in (*_GOODS, T.QTY)][:1]
            wanted = bool(rest) and rest[0].kind is T.QTY  # 用完了,再来6桶: of the same
            after = next((n for n in range(end + 1, len(tokens)) if tokens[n].kind in (T.COMMA, T.STOP)), len(tokens))
            if not wanted and all(t.kind is T.GAP or t.has(c.DROP, c.FILLER) for t in tokens[end + 1 : after]):
                end = after
            silent = (T.QTY, T.DATE) if wanted else (T.QTY, T.DATE, T.UNKNOWN, T.CUE, *_GOODS)
            for number, t in enumerate(tokens[at:end]):
                hushed = t.kind in silent and (number < told or not wanted)
                result.append(replace(t, kind=T.CUE, cues=(c.FILLER,), term=None) if hushed else t)
        else:
            result += clause
        if end < len(tokens):
            result.append(tokens[end])
        at = end + 1
    return result


def _left_now(tokens: list[Token]) -> list[Token]:
    """青柠还有两箱,西柚补五箱: what there still is, beside goods that are wanted by a verb."""
    result = list(tokens)
    wanted = any(t.kind is T.QTY and _wanted_by(tokens, at) for at, t in enumerate(tokens))
    for at, token in enumerate(tokens) if wanted else ():
        place = at - 1
        while place >= 0 and tokens[place].kind is T.GAP:
            place -= 1
        open_amount = token.approx or token.value is None  # 还有几条 asks
        if token.kind is not T.QTY or open_amount or place < 1 or tokens[place].text not in _STILL:
            continue
        first = place
        while first and (tokens[first - 1].kind in _GOODS or tokens[first - 1].text == "的"):
            first -= 1
        if first < place and tokens[first].kind in _GOODS:
            for number in range(first, at + 1):
                result[number] = replace(tokens[number], kind=T.CUE, cues=(c.FILLER,), term=None, value=None)
    return result


def _wanted_by(tokens: list[Token], at: int) -> bool:
    """Whether a verb of wanting stands right before an amount."""
    before = next((t for t in reversed(tokens[max(0, at - 3) : at]) if t.kind is not T.GAP), None)
    return before is not None and before.text in _WANTS


def _left_end(clause: list[Token]) -> int:
    """How many tokens of a clause tell what is left of a quantity of another day; 0 when it tells nothing of it."""
    past = next((n for n, t in enumerate(clause) if t.kind is T.DATE and t.past), None)
    if past is None:
        return 0
    said = LEFT.search("".join(t.text for t in clause))
    if said is None:
        return 0
    length = end = 0
    while end < len(clause) and length < said.end():
        length += len(clause[end].text)
        end += 1
    if end < len(clause) and clause[end].kind is T.QTY and said[0] in ("剩", "还有", "还剩"):
        end += 1  # 上次的菜油还剩4桶
    return end if any(t.kind is T.QTY for t in clause[past:end]) else 0


def _running(tokens: list[Token], at: int) -> int:
    """第二周, 第3批: where it ends."""
    if tokens[at].text != "第" or at + 1 >= len(tokens) or tokens[at + 1].value is None:
        return 0
    number = tokens[at + 1]
    if number.kind is T.QTY and number.unit in _RUNNING:
        return at + 2
    said = ""
    for end in range(at + 2, min(at + 4, len(tokens))):
        said += tokens[end].text
        if said in _RUNNING and number.kind is T.NUM:
            return end + 1
    return 0


def _in_stock(tokens: list[Token], at: int) -> int:
    """两千斤以内都现货, 50件以下当天发: how much can be had, not how much is wanted."""
    if tokens[at].kind is not T.QTY or (at and tokens[at - 1].kind not in (T.COMMA, T.STOP, T.GAP)):
        return 0
    last = min(at + _LINE, len(tokens))
    end = next((n for n in range(at, last) if tokens[n].kind in (T.COMMA, T.STOP)), last)
    clause = tokens[at + 1 : end]
    said = "".join(t.text for t in clause)
    plain = all(t.kind in (T.UNKNOWN, T.CUE, T.GAP, T.DATE) for t in clause)
    return end if plain and said.startswith(("以内", "之内", "以下", "内都", "内有")) and _HAD.search(said) else 0


def _addressee(tokens: list[Token], at: int) -> int:
    """给正安发200包扎带: who is to get something, although goods have characters of the name; where the name ends."""
    if tokens[at].text not in ("给", "帮", "替") or (at and tokens[at - 1].kind not in (T.STOP, T.COMMA)):
        return 0
    end = at + 1
    while end < len(tokens) and tokens[end].kind in (T.ITEM, T.UNKNOWN) and tokens[end].text.isalpha():
        if tokens[end].exact or tokens[end].parties or tokens[end].text.isascii():
            return 0
        end += 1
    size = sum(len(t.text) for t in tokens[at + 1 : end])
    sent = end + 1 < len(tokens) and tokens[end].text in (
        "发",
        "送",
        "来",
        "配",
        "订",
        "下",
        "安排",
        "补",
        "再发",
        "再送",
    )
    return end if 2 <= size <= 6 and sent and tokens[end + 1].kind is T.QTY else 0


def _stranger(run: list[Token]) -> Token:
    return Token(T.PARTY, run[0].start, run[-1].end, "".join(t.text for t in run))


def _holds(tokens: list[Token], at: int) -> int:
    """(24罐/箱): what one holds, no amount; where the bracket closes."""
    if tokens[at].text not in ("(", "["):
        return 0
    said = [t.text for t in tokens[at : at + 5]]
    if len(said) < 5 or said[0] not in ("(", "[") or said[4] not in (")", "]") or said[2] not in ("/", "每"):
        return 0
    return at + 5 if tokens[at + 1].kind is T.QTY and len(said[3]) <= 2 else 0


def _every_day(tokens: list[Token], at: int) -> int:
    """高粉每天2袋: so much again and again is no amount of one order; where the words for it end."""
    if tokens[at].text[:1] not in ("每", "天"):
        return 0
    said = tokens[at].text + (tokens[at + 1].text if at + 1 < len(tokens) else "")
    if tokens[at].text in _DAILY:
        end = at + 1
    elif said in _DAILY:
        end = at + 2
    else:
        return 0
    after = next((t for t in tokens[end : end + 4] if t.kind is not T.GAP and t.text not in _VERBS), None)
    return end if after is not None and after.kind is T.QTY and after.unit is not None else 0


def _so_long(tokens: list[Token], at: int) -> int:
    """送3天: for how many days, no number of goods."""
    if tokens[at].kind is not T.NUM or at + 1 >= len(tokens) or tokens[at + 1].start != tokens[at].end:
        return 0
    word, after = tokens[at + 1], tokens[at + 2] if at + 2 < len(tokens) else None
    ends = after is None or after.kind in (T.COMMA, T.STOP, T.GAP)
    return at + 2 if word.kind is T.UNKNOWN and word.text in ("天", "次", "趟", "回") and ends else 0


def _houses(tokens: list[Token], at: int) -> int:
    """三家, 共4家客户, in a line that names no goods."""
    token = tokens[at]
    if token.kind not in (T.NUM, T.QTY) or token.value is None or token.price is not None:
        return 0
    named = token.text[-1:] in _HOUSES or (at + 1 < len(tokens) and tokens[at + 1].text[:1] in _HOUSES)
    if not named and token.unit not in _HOUSES:
        return 0
    first, last = max(0, at - _LINE), min(at + _LINE, len(tokens))
    start = next((n + 1 for n in range(at - 1, first - 1, -1) if tokens[n].text == "\n"), first)
    stop = next((n for n in range(at + 1, last) if tokens[n].text == "\n" or tokens[n].kind is T.COLON), 0)
    line = tokens[start:stop]
    if not stop or (start and start == at - _LINE) or any(t.kind in (*_GOODS, T.PARTY) for t in line):
        return 0
    if any(t is not token and t.kind in (T.QTY, T.NUM, T.PRICE) for t in line):
        return 0
    end, unit = at + 1, token.unit or ""
    if token.kind is T.NUM and end < stop:
        unit, end = tokens[end].text, end + 1
    following = "".join(t.text for t in tokens[end:stop])
    if unit[:1] == "店" and not _LISTS.search(following):
        return 0
    if unit[:1] not in _HOUSES or (unit[:1] == "个" and not any(ch in _HOUSE_WORDS for ch in following)):
        return 0
    while end < stop and tokens[end].kind in (T.UNKNOWN, T.CUE) and set(tokens[end].text) <= set(_HOUSE_WORDS):
        end += 1
    return end


def _branch(tokens: list[Token], at: int) -> int:
    """悦享德清二店首批: over a list: which of a party's houses it is for; where the number of the house ends."""
    if tokens[at].kind is not T.NUM or at + 1 >= len(tokens) or tokens[at + 1].text[:1] not in ("店", "部", "厂", "仓"):
        return 0
    first, last = max(0, at - _LINE), min(at + _LINE, len(tokens))
    start = next((n + 1 for n in range(at - 1, first - 1, -1) if tokens[n].kind is T.STOP), first)
    stop = next((n for n in range(at + 1, last) if tokens[n].text == "\n" or tokens[n].kind is T.COLON), 0)
    line = [t for t in tokens[start:stop] if t.kind is not T.GAP]
    headed = bool(line) and line[0].kind is T.PARTY and bool(line[0].parties)
    return at + 1 if headed and all(t.kind in (T.UNKNOWN, T.CUE) or t in (line[0], tokens[at]) for t in line) else 0


def _told_again(tokens: list[Token], at: int, lexicon: Lexicon) -> int:
    """6971200000040这个码的拉链, ZN5-70B那款拉链: the code has said which; where the goods named again end."""
    token = tokens[at]
    code = token.kind is T.ITEM and token.exact and token.text.isascii() and any(ch.isdigit() for ch in token.text)
    own = meaning(token, lexicon) if code else frozenset()
    if len(own) != 1:
        return 0
    end, pointed = at + 1, False
    while end < min(at + 8, len(tokens)) and tokens[end].kind in (T.CUE, T.UNKNOWN):
        pointed = pointed or tokens[end].text in _POINTING
        if tokens[end].text not in _POINTING and tokens[end].text not in _CODE_WORDS:
            return 0
        end += 1
    first = end
    while end < len(tokens) and tokens[end].kind is T.ITEM and own <= meaning(tokens[end], lexicon):
        end += 1
    return end if pointed and end > first else 0
