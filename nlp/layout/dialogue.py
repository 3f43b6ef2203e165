"""Records of a talk and quoted messages: who asks and who orders. Questions in a record give the goods their context
and order nothing; what was quoted is context too, unless the reply names its goods itself.

Words are taken out by spaces, offsets stay.
"""

from __future__ import annotations

import re

from nlp.catalogue.lexicon import Lexicon
from nlp.layout import turns
from nlp.layout.turn import blank
from nlp.layout.turns import NAMED, OURS, party_in

_QUOTED = re.compile(r"^[ \t]*\[([^\]\n]{1,300})\][ \t]*\n[ \t]*(?:[-_=]{2,}|[- ]{4,})[ \t]*\n")
_SPOKEN_BY = re.compile(r"^[^:,\n]{1,12}:")
_DAYS = re.compile(r"今天|今日|明天|后天|昨天|刚才|刚刚|都?到了|都?到货了?|到货|有货了?|都?有的")
_ASKS = re.compile(
    r"(?:还有没有|有没有|还有|都有|有)?(?:货|现货)?(?:吗|么|伐|没有|没|不|嘛|呢|吧)[ ?]*$"
    r"|(?:还|仓库)?有(?:货|现货)?[ ]*\?[ ]*$"
)
_IN_STOCK = re.compile(
    r"(?:不好意思|抱歉|亲|现在|目前|库存|仓库|仓里|这个|那个|今天|[ ,])*"
    r"(?:(?:库存|现货|货)?(?:就|只|只有|就剩|只剩|仅剩|还有|还剩|剩|有)(?:有|剩)?[一二两三四五六七八九十\d]{1,4}[\u4e00-\u9fff]{1,2}|没货|缺货|断货|卖完)"
    r"(?:了|啦|哈|啊|哦|呢|[ ,。!])*"
)
_GONE = re.compile(r"(?:刚好|正好|暂时|今天|现在)?(没货|缺货|断货|没有)(?:了|啦|哈)?[ ,。!]*$")
_THEN_NOT = re.compile(
    r"(?:行|好|哦|嗯|那|这个|[ ,])*(?:就|先)?(?:不要了?|算了|不用了|不要吧|去掉)(?:吧|哈|啊)?[ ,。!]*"
)
_AGREED = re.compile(r"(?:那)?(?:行|可以|好|ok|成|给你|没问题|中|嗯)(?!不)")
_PRICE_TOLD = re.compile(r"¥\d{1,5}(?:\.\d{1,2})?(?:元|块)?")
_BID = re.compile(
    r"(\d{1,5}(?:\.\d{1,2})?)(?:元|块)?(?:一[\u4e00-\u9fff])?"
    r"(?:行不行?|行吗|可以[吗不]|可不可以|卖不卖?|做不做|能做[吗不]?|好不好|吧|成不)[ ?]*"
)
_BARE_PRICE = re.compile(
    r"(?:有的?|在的?|有货|现货|[ ,])*¥?(\d{1,5}(?:\.\d{1,2})?)(?:元|块[\d半]?)?"
    r"(?:一[\u4e00-\u9fff]|/[\u4e00-\u9fff])?[ 。哈哦呢]*"
)
_PER = re.compile(r"\d(?:\.\d{1,2})?(?:元|块)?(?:一|/|每)[\u4e00-\u9fff]{1,2}|\d[元块]")
_MUCH_EACH = re.compile(
    r"(?:现在|今天|最近)?(?:要|得|卖|是|大概)?(?:多少钱?|啥价|什么价|怎么卖|咋卖|几钱)"
    r"(?:一[\u4e00-\u9fff]|每[\u4e00-\u9fff])?[ ?啊呀呢]*"
)
_AND_THIS = re.compile(r"(?:的)?呢[ ?]*(?=\n|$)")  # 大颗粒呢, behind the price of the small ones
_WHICH = re.compile(
    r"还是|哪种|哪个|哪一种|多少|几个|几箱|要不要|什么时候|([\u4e00-\u9fff]{1,3})不\1|\?[ ]*$|(?:吗|么|呢)[ ?]*$"
)
_ASKED_HOW_MANY = re.compile(
    r"(?:要|来|拿|订|发|给你?|配)?(?:几|多少|哪|啥|什么)[\u4e00-\u9fff]{0,4}[ ?]*$"
    r"|要不要[\u4e00-\u9fff]{0,4}[ ?]*$|[吗么呢?][ ?]*$"
)
_CONFIRMS = re.compile(r"[^\n,。]{1,12}(?:对吧|是吧|对吗|是吗|没错吧|对不对|是不是)[ ?]*")
_COUNTED = re.compile(r"\d|[一二两三四五六七八九十百]{1,3}[箱件盒袋包瓶桶条支个卷张板罐只双套]")
_LEFT = re.compile(
    r"(?:现在|目前|仓库|库存)?(?:就|只|仅)(?:剩|有|剩下|够)(?:了)?"
    r"(?:\d{1,5}|[一二两三四五六七八九十]{1,3})[\u4e00-\u9fff](?:了|啦|哦|货)*[ ]*$"
)


def settle(text: str, speaker: re.Pattern[str], lexicon: Lexicon | None) -> str:
    """The text with what orders nothing taken out."""
    if (match := _QUOTED.match(text)) is not None:
        text = _quoted(text, match, lexicon)
    if lexicon is None:
        return text
    text = turns.settled(text, speaker, lexicon)
    text = _ours_told(text, speaker, lexicon)
    heads = list(speaker.finditer(text))
    named = [m for m in NAMED.finditer(text) if m[1].strip() in OURS or party_in(m[1].strip(), lexicon)]
    if any(m[1].strip() in OURS for m in named):  # 半夏:… / 我:…
        heads = sorted([*heads, *named], key=lambda m: m.start())
    if len(heads) < 2:
        return text
    names = {head[1].strip() for head in heads}
    for name in names:
        if len(name) > 1 and not party_in(name, lexicon) and name not in OURS:
            spoken_to = re.compile(rf"(?m)^[ \t]*@?{re.escape(name)}(?=[ ,!]+[^\s\d])")
            text = spoken_to.sub(lambda match: " " * len(match[0]), text)  # 小袁 和田枣还有没有
    other = any(party_in(name, lexicon) for name in names)
    two = other and len(names) == 2
    for head, following in zip(heads, [*heads[1:], None], strict=True):
        start, end = head.end(), following.start() if following is not None else len(text)
        said = text[start:end]
        ours = not party_in(head[1].strip(), lexicon)
        if ours and other and _asked_back(head[1].strip(), said, two=two):
            text = blank(text, start + _told_before(said), end)  # 100还是500的, asked by our own people
        elif ours and other and following is not None and (left := _LEFT.search(said.rstrip())) is not None:
            text = blank(text, start + left.start(), start + left.end())  # 鱿鱼花就剩1箱了: how many is answered next
        elif not ours and following is not None and (asks := _ASKS.search(said.rstrip())) is not None:
            text = blank(text, start + asks.start(), start + asks.end())
            place = start + asks.start()
            text = text[:place] + "的" + text[place + 1 :]  # 跑鞋黑42的: the number says which
    return text


def _ours_told(text: str, speaker: re.Pattern[str], lexicon: Lexicon) -> str:
    """What our own people say in a record: 268 behind 多少一箱 is the price; that there are only two left, or none, is
    told and not asked."""
    spoken = sorted({(m.start(), m.end(), m[1].strip()) for p in (speaker, NAMED) for m in p.finditer(text)})
    if len(spoken) < 2 or not any(party_in(name, lexicon) for _, _, name in spoken):
        return text
    ends = [*(start for start, _, _ in spoken[1:]), len(text)]
    said_price, told = False, None
    for at, ((start, begin, name), end) in enumerate(zip(spoken, ends, strict=True)):
        said = text[begin:end]
        bid = _BID.fullmatch(said.strip()) if said_price and party_in(name, lexicon) else None
        if bid is not None:  # 265行不
            number = begin + said.index(bid[1])
            answer = text[spoken[at + 1][1] : ends[at + 1]].strip() if at + 1 < len(spoken) else ""
            if told is not None and _AGREED.match(answer):
                text = blank(text, told.start(), told.end())  # the price told before is settled by this one
            text = _marked(blank(blank(text, number + len(bid[1]), end), start, number - 1), number)
        if party_in(name, lexicon) or not said.strip():
            continue
        ours = name in OURS
        if ours and _IN_STOCK.fullmatch(said.strip()):
            text = blank(text, begin, end)
        if ours and at + 1 < len(spoken) and (gone := _GONE.search(said)) is not None:
            begun, stop = spoken[at + 1][1], ends[at + 1]
            if _THEN_NOT.fullmatch(text[begun:stop].strip()):  # 糖粉没货 / 那就不要了
                text = text[: begin + gone.start(1)] + "不要" + text[begin + gone.end(1) : begun] + text[begun:]
                text = blank(text, begun, stop)
        priced = _BARE_PRICE.fullmatch(said.strip())
        before = spoken[at - 1] if at else None
        if not priced or before is None or not party_in(before[2], lexicon):
            continue
        asked = _MUCH_EACH.search(text, before[1], start) or (
            _AND_THIS.search(text, before[1], start) if said_price else None
        )
        said_price = True
        if asked is None and priced[0] != priced[1]:
            text = _marked(blank(text, begin, begin + said.index(priced[1])), begin + said.index(priced[1]))
        elif asked is not None and not text[asked.end() : start].strip():
            number = begin + said.index(priced[1])
            text = text[: asked.start()] + " " * (number - 1 - asked.start()) + "¥" + text[number:]
        told = _PRICE_TOLD.search(text, start, end) or told
    return text


def _marked(text: str, at: int) -> str:
    """The text with the sign of money in front of a number."""
    return text[: at - 1] + "¥" + text[at:] if at and text[at - 1] in " \n" else text


def _asked_back(speaker: str, said: str, *, two: bool) -> bool:
    if _CONFIRMS.fullmatch(said.strip()):
        return True  # 30扎对吧
    if "还是" in said or "哪种" in said or "哪个" in said:
        return True
    if two and _ASKED_HOW_MANY.search(said.strip()) and not _COUNTED.search(said):
        return True  # 有的 要几箱, said by whom the customer talks to
    return (
        speaker in ("我", "我方", "客服")
        and not any(char in said for char in "要来拿订")
        and bool(_WHICH.search(said.strip()))
    )


def _told_before(said: str) -> int:
    """How much of what our own people say is told before they ask: 7.7一公斤 数量还是3桶吗."""
    last = max(said.rstrip().rfind(mark) for mark in " ,。;")
    return last if last > 0 and _PER.search(said[:last]) and not _WHICH.search(said[:last]) else 0


def _quoted(text: str, match: re.Match[str], lexicon: Lexicon | None) -> str:
    reply = text[match.end() :]
    own = lexicon is not None and any(lexicon.names_goods(reply, at) for at in range(min(len(reply), 400)))
    start, end = match.span(1)
    text = blank(text, end, match.end())
    if own:
        return blank(text, match.start(), end)
    text = blank(text, match.start(), start)
    if (by := _SPOKEN_BY.match(text[start:end])) is not None:
        text = blank(text, start, start + by.end())
    for told in _DAYS.finditer(text[start:end]):
        text = blank(text, start + told.start(), start + told.end())
    return text
