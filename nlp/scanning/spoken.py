"""Specs and prices as they are spoken: 24 28 of goods for 24/28, 18 20 of 18-20; 一个价 in front of a price, which is
everybody's."""

from __future__ import annotations

import re

from nlp.catalogue.lexicon import Lexicon
from nlp.scanning import cues as c
from nlp.scanning.amounts import price_at
from nlp.scanning.numbers import number_at
from nlp.scanning.tokens import T, Token

_ONE_PRICE = re.compile(r"(?:同?一个价|一样价|一个价格|同价|统一价)(?:都是|都|是|:)?(?= ?¥?\d)")
# 要18-20的便宜点那种: which goods, no word about a price that is to come down.
_CHEAP_ONES = re.compile(r"(?:稍微)?(?:便宜|贵|实惠)(?:一点|一些|点|些)?的?[那这][种款个样]")
# 比上次降5毛, beside a price that is said: told for comparison.
_THAN_BEFORE = re.compile(
    r"(?:单价|价格?)?比(?:上[次回批]|之前|以前|上个?月|去年)的?价?(?:便宜|贵|降|涨|低|高|少|多)了?(?:一点|点|些)?"
    r"(?:\d{1,4}(?:\.\d{1,2})?|[一二两三四五六七八九十]{1,2})?(?:块|毛|分|元|角)?\d?钱?(?=[ ,。;\n]|$)"
)
_PRICE_SAID = re.compile(r"\d(?:块|元)?\d?(?:一|/)[\u4e00-\u9fff]")
# So many instead: 算了8袋, 算了就8袋吧.
_NEVER_MIND = re.compile(
    r"(?:算了|不行[ ,]*太[少多]了?|太[少多]了?|不够(?=[ ,]))(?:吧|还是|那|太[多少]了?|不用那么多|想想|[ ,])*"
    r"(?=(?:就|要|来|拿|改|给|只|先|,| )*(?:\d|[一二两三四五六七八九十百半]{1,3}[\u4e00-\u9fff]))"
)
# Not those: 荔枝的算了.
_LEFT_OUT = re.compile(r"算了(?:吧|哈|啊)?(?=[ ]*(?:[,。!\n]|$))")
# Two numbers that a space joins, with an amount or 的 behind them.
_TWO = re.compile(
    r"(\d{1,4}) (\d{1,4})"
    r"(?=的|规格|号|[ ]?(?:\d{1,4}|[一二两三四五六七八九十百半]{1,3})[ ]?([a-z\u4e00-\u9fff]{1,2}))(?!\d)"
)
# 不到10箱49, 10箱以下按49: what it costs below a step that is said as well; the step says how many it begins with.
_BELOW = re.compile(
    r"(?:不[到满足]|低于|少于|小于|不足)?\d{1,6}[a-z\u4e00-\u9fff]{1,2}(?:以[下内]|之内)?(?:的话|的)?(?=(?:就|都)?(?:按|算|是|要)?¥?\d)"
)
_STEP_SAID = re.compile(
    r"\d[a-z\u4e00-\u9fff]{1,2}(?:以上|起)|满\d|超过?\d|(?:上|到|够)\d{1,5}[a-z\u4e00-\u9fff]{1,2}(?:以上|就|按)"
)
# The same with the fold's sign for a list in it.
_JOINED = ("/", "-")


def spoken_at(text: str, at: int, lexicon: Lexicon) -> Token | None:
    """The word that begins at a place, or None."""
    char = text[at]
    if char in "一同统" and (match := _ONE_PRICE.match(text, at)):
        return Token(T.CUE, at, match.end(), match[0], cues=(c.ALL,))
    if char == "算" and at and text[at - 1] == "的" and (match := _LEFT_OUT.match(text, at)):
        return Token(T.CUE, at, match.end(), match[0], cues=(c.DROP,))
    if char in "算不太" and (match := _NEVER_MIND.match(text, at)):
        return Token(T.CUE, at, match.end(), match[0], cues=(c.FIX,))
    if char in "比单价" and (match := _THAN_BEFORE.match(text, at)) and _PRICE_SAID.search(text):
        return Token(T.CUE, at, match.end(), match[0], cues=(c.FILLER,))
    if char in "便贵实稍" and (match := _CHEAP_ONES.match(text, at)):
        return Token(T.CUE, at, match.end(), match[0], cues=(c.FILLER,))
    if char in "不低少小0123456789" and (at == 0 or not text[at - 1].isdigit()) and (match := _BELOW.match(text, at)):
        below = match[0][0] in "不低少小" or "以下" in match[0] or "以内" in match[0] or "之内" in match[0]
        if below and _STEP_SAID.search(text):
            return _costs(text, at, match.end(), lexicon)
    if not char.isdigit() or (at and (text[at - 1].isdigit() or text[at - 1] in ".-/*")):
        return None
    match = _TWO.match(text, at)
    if match is None or (match[3] and not {match[3], match[3][0]} & lexicon.unit_words):
        return None
    term = next((t for sign in _JOINED if lexicon.has_term(t := f"{match[1]}{sign}{match[2]}")), None)
    return Token(T.ITEM, at, match.end(), match[0], term=term) if term else None


def _costs(text: str, at: int, end: int, lexicon: Lexicon) -> Token:
    """The price behind such a step as one token with it."""
    while text[end] in "就都按算是要":
        end += 1
    price = price_at(text, end, lexicon.unit_words)
    if price is not None:
        return Token(T.PRICE, at, price.end, text[at : price.end], value=price.value, unit=price.unit)
    number = number_at(text, end + (text[end] == "¥"))
    if number is None:
        return Token(T.CUE, at, end, text[at:end], cues=(c.FILLER,))
    return Token(T.PRICE, at, number[0], text[at : number[0]], value=number[1])
