"""Records of a talk and quoted messages: who asks and who orders. Questions in a record give the goods their context
and order nothing; what was quoted is context too, unless the reply names its goods itself.

Words are taken out by spaces, offsets stay.
"""

from __future__ import annotations

import re

from nlp.catalogue.lexicon import Lexicon

_QUOTED = re.compile(r"^[ \t]*\[([^\]\n]{1,300})\][ \t]*\n[ \t]*(?:[-_=]{2,}|[- ]{4,})[ \t]*\n")
_SPOKEN_BY = re.compile(r"^[^:,\n]{1,12}:")
_DAYS = re.compile(r"今天|今日|明天|后天|昨天|刚才|刚刚|都?到了|都?到货了?|到货|有货了?|都?有的")
_ASKS = re.compile(
    r"(?:还有没有|有没有|还有|都有|有)?(?:货|现货)?(?:吗|么|伐|没有|没|不|嘛|呢)[ ?]*$"
    r"|(?:还|仓库)?有(?:货|现货)?[ ]*\?[ ]*$"
)
_WHICH = re.compile(r"还是|哪种|哪个|哪一种|多少|几个|几箱|要不要|什么时候|\?[ ]*$|(?:吗|么|呢)[ ?]*$")
# What somebody of a firm is called behind its name.
_SOMEBODY = re.compile(
    r"[-_·.() ]{0,2}[\u4e00-\u9fff]{0,3}(?:总|姐|哥|叔|姨|嫂|经理|主任|老板娘?|老师|师傅|店长|采购|财务"
    r"|厨师长?|大厨|仓管|会计|工|[小阿老][\u4e00-\u9fff])"
    r"\)?|[-_·(][\u4e00-\u9fff]{1,4}\)?"
)
_ASKED_HOW_MANY = re.compile(
    r"(?:要|来|拿|订|发|给你?|配)?(?:几|多少|哪|啥|什么)[\u4e00-\u9fff]{0,4}[ ?]*$"
    r"|要不要[\u4e00-\u9fff]{0,4}[ ?]*$|[吗么呢?][ ?]*$"
)
_COUNTED = re.compile(r"\d|[一二两三四五六七八九十百]{1,3}[箱件盒袋包瓶桶条支个卷张板罐只双套]")
_LEFT = re.compile(
    r"(?:现在|目前|仓库|库存)?(?:就|只|仅)(?:剩|有|剩下|够)(?:了)?"
    r"(?:\d{1,5}|[一二两三四五六七八九十]{1,3})[\u4e00-\u9fff](?:了|啦|哦|货)*[ ]*$"
)


def settle(text: str, speaker: re.Pattern[str], lexicon: Lexicon | None) -> str:
    """The text with what orders nothing taken out."""
    if (match := _QUOTED.match(text)) is not None:
        text = _quoted(text, match, lexicon)
    heads = list(speaker.finditer(text))
    if lexicon is None or len(heads) < 2:
        return text
    names = {head[1].strip() for head in heads}
    other = any(party_in(name, lexicon) for name in names)
    two = other and len(names) == 2
    for head, following in zip(heads, [*heads[1:], None], strict=True):
        start, end = head.end(), following.start() if following is not None else len(text)
        said = text[start:end]
        ours = not party_in(head[1].strip(), lexicon)
        if ours and other and _asked_back(head[1].strip(), said, two=two):
            text = _blank(text, start, end)  # 100还是500的, asked by our own people
        elif ours and other and following is not None and (left := _LEFT.search(said.rstrip())) is not None:
            text = _blank(text, start + left.start(), start + left.end())  # 鱿鱼花就剩1箱了: how many is answered next
        elif not ours and following is not None and (asks := _ASKS.search(said.rstrip())) is not None:
            text = _blank(text, start + asks.start(), start + asks.end())
            place = start + asks.start()
            text = text[:place] + "的" + text[place + 1 :]  # 跑鞋黑42的: the number says which
    return text


def party_in(name: str, lexicon: Lexicon) -> int:
    """How many characters of a speaker's name are a party's: 陈记 of 陈记老板娘; 0 when none are."""
    for length in range(len(name), 1, -1):
        if lexicon.parties(name[:length]):
            return length if length == len(name) or _SOMEBODY.fullmatch(name, length) else 0
    return 0


def _asked_back(speaker: str, said: str, *, two: bool) -> bool:
    if "还是" in said or "哪种" in said or "哪个" in said:
        return True
    if two and _ASKED_HOW_MANY.search(said.strip()) and not _COUNTED.search(said):
        return True  # 有的 要几箱, said by whom the customer talks to
    return (
        speaker in ("我", "我方", "客服")
        and not any(char in said for char in "要来拿订")
        and bool(_WHICH.search(said.strip()))
    )


def _quoted(text: str, match: re.Match[str], lexicon: Lexicon | None) -> str:
    reply = text[match.end() :]
    own = lexicon is not None and any(lexicon.names_goods(reply, at) for at in range(min(len(reply), 400)))
    start, end = match.span(1)
    text = _blank(text, end, match.end())
    if own:
        return _blank(text, match.start(), end)
    text = _blank(text, match.start(), start)
    if (by := _SPOKEN_BY.match(text[start:end])) is not None:
        text = _blank(text, start, start + by.end())
    for told in _DAYS.finditer(text[start:end]):
        text = _blank(text, start + told.start(), start + told.end())
    return text


def _blank(text: str, start: int, end: int) -> str:
    return text[:start] + "".join("\n" if char == "\n" else " " for char in text[start:end]) + text[end:]
