"""What our own people tell in a record of a talk, and what the customer makes of it: a price with a step (58,拿10箱以上
56 / 那来12箱,56算), what is left (还有12套 / 都要了), what has run out and what there is instead (暖光没货了,白光行不 /
行), an order read back to who gave it (好的,10条蓝格).
"""

from __future__ import annotations

import re

from nlp.catalogue.lexicon import Lexicon
from nlp.layout.turn import COUNTED, Turn, blank, goods_in, value

_N = r"(?:\d{1,5}(?:\.\d{1,2})?|[一二两三四五六七八九十百半]{1,4})"
# 拿一箱呢: so many are spoken of to hear the price.
_WHAT_IF = re.compile(
    rf"[ ]*(?:要是|如果|假如|那|我|一次|一下)*(?:拿|要|来|订|买|走|进)(?:个)?{_N}[ ]?[\u4e00-\u9fff]"
    r"(?:的话)?(?:呢|多少钱?|啥价|什么价|能便宜[点些]?[吗不么]?|便宜[点些]?[吗不么]?|怎么算|咋算|有优惠[吗没不])[ ?]*$"
)
_ONLY_PRICE = re.compile(
    r"(?:有的?|在的?|现货|现在|[ ,])*¥?\d{1,5}(?:\.\d{1,2})?(?:块\d?|元)?(?:(?:一|/|每)[\u4e00-\u9fff])?[哈了啊 。]*"
)
_MUCH = re.compile(r"多少|啥价|什么价|怎么卖|咋卖|几钱|价格|便宜|贵|呢[ ?]*$")
_PACKED = re.compile(rf"(?:1|一|每)([\u4e00-\u9fff])(?:是|有|装|里)?{_N}[ ]?[\u4e00-\u9fff](?=[,。 ]|$)")
_LEADING = re.compile(r"[ ]*(?:有的?|在的?|有货|现货|[ ,])*(\d{1,5}(?:\.\d{1,2})?)(?=[ ]*,)")
_STEP = re.compile(
    rf"[, ]*(?:要是|如果)?(?:拿|要|来|订|买|走|满|上|超|过|够)*{_N}[ ]?[\u4e00-\u9fff](?:以上|起|的话|及以上)+"
    r"[ ]*(?:就|给你|算|按|可以|能|,)*(\d{1,5}(?:\.\d{1,2})?(?:块\d?|元)?)[ ]*(?=[,。\n]|$)"
)
_COUNTS_AS = re.compile(
    r"(?<![\d.])(\d{1,5}(?:\.\d{1,2})?)(?:元|块)?(?=[ ]?(?:算|成交|给我|拿)(?:[, 。!\n]|$|吧|了|哈))"
)
_HOW_MANY = re.compile(r"(?:现在|仓库|库存|那边|还|都)*(?:有|剩)(?:几|多少)[\u4e00-\u9fff]?(?:货|现货|了)?[ ?]*$")
_LEFT = re.compile(
    rf"(?:[^\n]{{0,6}}?)(?:还|就|只|仅)?(?:有|剩|剩下)(?:了)?({_N}[ ]?[\u4e00-\u9fff])(?:了|啦|哦|货|现货"
    rf"|库存)*[ 。,]*$"
)
_COUNT = re.compile(rf"[ ]*({_N}[ ]?[\u4e00-\u9fff])(?:了|啦|哦|吧|左右|[ 。,])*$")
_ALL_OF_IT = re.compile(
    r"[ ]*(?:那|那就|行|好|可以|嗯|[, ])*(?:都|全|全部|全都|通通|包圆|包了)(?:给我|拿|要|来|发|发我|收"
    r"|包)*(?:了|下|吧|过来|[, 。!])*(?=\n|$|[, ])"
)
_GONE = (
    r"(?:刚好|正好|暂时|今天|现在|都|目前|已经|刚)*(?:没货|缺货|断货|没有|没了|卖完|卖光|断档|停产|不做)(?:了|啦|哈|呢"
    r"|哦)*"
)
_INSTEAD = re.compile(
    rf"([^\n,。]{{1,14}}?){_GONE}[ ]*[,。 ][ ]*(?:给你|帮你|换成?|要不|要么|用|发|来|拿|先|就|只|只有|有|还有)*"
    r"([^\n,。]{1,14}?)(?:的)?(?:行不行?|行吗|可以[吗不]?|可不可以|要不要?|要吗|好不好|好吗|成不|中不|有货?"
    r"|还有|有现货|能用[吗不]|咋样|怎么样|吧)[ ?]*$"
)
_THERE_IS = re.compile(r"^(?:有|有的|都有|有货|在的)(?=[ ,。\u4e00-\u9fff]|$)|(?:也有|都有|有的?|有货|有现货)[ 。,]*$")
_SPECISH = re.compile(r"\d[\d.*/a-z]*(?:的|号|码|寸|级)|[a-z][\d.*/a-z]*\d[\d.*/a-z]*")
_YES = re.compile(
    r"[ ]*(?:行|好的?|可以|中|成|嗯|ok|要得|没问题|也行|也可以|换吧|换|就这样|就它|那就|那|都行|吧|了|啊|哈|先"
    r"|[, 。!]){1,8}(?=$|\n|[\u4e00-\u9fff\d])"
)
_READ_BACK = re.compile(r"[ ]*(?:好的?|收到|嗯|行|ok|明白|那|了解|记下|记好|没问题)(?:了|的|哈|[, ])*")
_SAID_COUNT = re.compile(rf"({_N})[ ]?([\u4e00-\u9fff])")


def priced(text: str, asked: Turn, turn: Turn, before: list[Turn]) -> str:
    """The price told to who asked, without what one pack holds and the step the customer then takes."""
    if (supposed := _WHAT_IF.search(text, asked.begin, asked.end)) is not None:
        text = blank(text, supposed.start(), asked.end)
        earlier = before[-2] if len(before) > 1 and before[-2].ours else None
        if earlier is not None and _ONLY_PRICE.fullmatch(text[earlier.begin : earlier.end].strip()):
            text = blank(text, earlier.begin, earlier.end)  # what fewer would have cost
    elif not _MUCH.search(text, asked.begin, asked.end):
        return text
    for packed in list(_PACKED.finditer(text, turn.begin, turn.end)):
        if re.search(r"\d", text[turn.begin : packed.start()] + text[packed.end() : turn.end]):
            text = blank(text, packed.start(), packed.end())
    taken = [value(m[1]) for m in _COUNTS_AS.finditer(text, turn.end)]
    first, step = _LEADING.match(text, turn.begin, turn.end), _STEP.search(text, turn.begin, turn.end)
    if first is not None and step is not None and first.end() <= step.start() and value(step[1]) in taken:
        text = blank(text, first.start(1), step.end())
    for said in list(_COUNTS_AS.finditer(text, turn.end)):
        if text[said.start() - 1] in " ,":
            text = text[: said.start() - 1] + "¥" + text[said.start() :]
            text = blank(text, said.end(), said.end() + 1)
    return text


def stocked(text: str, asked: Turn | None, turn: Turn, answer: Turn, lexicon: Lexicon) -> str:
    """What is left and all of it wanted; what has run out and what is taken instead."""
    reply = text[answer.begin : answer.end]
    many = _HOW_MANY.search(text, asked.begin, asked.end) if asked is not None and not asked.ours else None
    left = _LEFT.match(text, turn.begin, turn.end)
    if left is None and many is not None:
        left = _COUNT.match(text, turn.begin, turn.end)  # 还有几张 / 八张
    if left is not None and (every := _ALL_OF_IT.match(reply)) is not None and not COUNTED.search(reply[: every.end()]):
        text = blank(blank(text, turn.begin, left.start(1)), left.end(1), turn.end)
        text = blank(text, answer.begin, answer.begin + every.end())
        return blank(text, many.start(), many.end()) if many is not None else text
    instead = _INSTEAD.match(text, turn.begin, turn.end)
    if instead is None:
        return _there_is(text, turn, answer, lexicon)
    if asked is None or not goods_in(text, *instead.span(2), lexicon):
        return text
    return _taken_instead(text, asked, turn, answer, instead, lexicon)


def _there_is(text: str, turn: Turn, answer: Turn, lexicon: Lexicon) -> str:
    """有 镀锌的和304的: what there is, when the answer says itself what is wanted of it."""
    said, reply = text[turn.begin : turn.end].strip(), text[answer.begin : answer.end]
    if not _THERE_IS.search(said) or COUNTED.search(_SPECISH.sub("", said)):
        return text
    if goods_in(text, answer.begin, answer.end, lexicon) or not COUNTED.search(reply):
        return blank(text, turn.begin, turn.end)
    return text


def _taken_instead(text: str, asked: Turn, turn: Turn, answer: Turn, instead: re.Match[str], lexicon: Lexicon) -> str:
    """暖光没货了,白光行不: in the place of what was ordered, or asked for."""
    reply = text[answer.begin : answer.end]
    ordered = COUNTED.search(text[asked.begin : asked.end])
    named = goods_in(text, answer.begin, answer.end, lexicon)
    gone, other = text[slice(*instead.span(1))].strip(), text[slice(*instead.span(2))].strip()
    yes = _YES.match(reply)
    if ordered and (yes or named):
        said = f"{gone}换成{other}"
        if not goods_in(text, *instead.span(1), lexicon) or len(said) > turn.end - turn.begin:
            return text
        return text[: turn.begin] + said.ljust(turn.end - turn.begin - 1) + text[turn.end - 1 :]
    if not ordered and (yes or named):
        asks = re.compile(r"(?:还)?有(?:没有?|货|现货|的)*[吗么不没嘛]?[ ?]*$").search(text, asked.begin, asked.end - 1)
        words = goods_in(text, asked.begin, asked.end, lexicon)
        end = asks.start() if asks is not None else words[-1][1] if words else 0
        if not words or end >= asked.end - 1 or end < words[-1][1]:
            return text
        text = blank(text, end, asked.end)
        text = text[:end] + ":" + text[end + 1 :]
        text = (
            blank(text, turn.begin, turn.end)
            if named
            else blank(blank(text, turn.begin, instead.start(2)), instead.end(2), turn.end)
        )
    return text


def confirmed(text: str, before: list[Turn], turn: Turn) -> str:
    """好的,10条蓝格: an order read back orders nothing a second time."""
    lead = _READ_BACK.match(text, turn.begin, turn.end)
    if lead is None:
        return text
    said = text[lead.end() : turn.end]
    counts = _SAID_COUNT.findall(said)
    if not counts or len(re.findall(_N, said)) > len(counts) + sum(char in "一两" for char in said):
        return text
    wanted = "".join(text[t.begin : t.end] for t in before if not t.ours)
    if all(re.search(rf"(?<![\d.]){re.escape(number)}[ ]?{unit}", wanted) for number, unit in counts):
        return blank(text, turn.begin, turn.end)
    return text
