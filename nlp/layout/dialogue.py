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


def settle(text: str, speaker: re.Pattern[str], lexicon: Lexicon | None) -> str:
    """The text with what orders nothing taken out."""
    if (match := _QUOTED.match(text)) is not None:
        text = _quoted(text, match, lexicon)
    heads = list(speaker.finditer(text))
    if lexicon is None or len(heads) < 2:
        return text
    other = any(lexicon.parties(head[1].strip()) for head in heads)
    for head, following in zip(heads, [*heads[1:], None], strict=True):
        start, end = head.end(), following.start() if following is not None else len(text)
        said = text[start:end]
        ours = not lexicon.parties(head[1].strip())
        if ours and other and _asked_back(head[1].strip(), said):
            text = _blank(text, start, end)  # 100还是500的, asked by our own people
        elif not ours and following is not None and (asks := _ASKS.search(said.rstrip())) is not None:
            text = _blank(text, start + asks.start(), start + asks.end())
            place = start + asks.start()
            text = text[:place] + "的" + text[place + 1 :]  # 跑鞋黑42的: the number says which
    return text


def _asked_back(speaker: str, said: str) -> bool:
    if "还是" in said or "哪种" in said or "哪个" in said:
        return True
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
