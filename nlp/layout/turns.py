"""Turns of a talk: who says what, and what our own people ask, offer and agree to in it. A question that the next turn
answers is taken out, or leaves the goods it is about to the answer; a price that is only repeated is no second price.

Words are taken out by spaces, offsets stay.
"""

from __future__ import annotations

import re

from nlp.catalogue.lexicon import Lexicon
from nlp.layout import told
from nlp.layout.turn import COUNTED, Turn, blank, goods_in, value

OURS = ("我", "我方", "客服", "我们", "业务", "销售", "我司", "内勤")
NAMED = re.compile(r"(?m)^[ \t]{0,8}\[?([^\s:\d\[\]][^\n:\d\[\]]{0,9})\]?:[ \t]*")
# What somebody of a firm is called behind its name.
_SOMEBODY = re.compile(
    r"[-_·.() ]{0,2}[\u4e00-\u9fff]{0,3}(?:总|姐|哥|叔|姨|嫂|经理|主任|老板娘?|老师|师傅|店长|采购|财务"
    r"|队长?|厂长|院长|校长|[科处部组班]长|主管|工头|大爷|阿姨|伯伯?|老弟|妹子?|婶"
    r"|厨师长?|大厨|仓管|会计|工|[小阿老][\u4e00-\u9fff])"
    r"\)?|[-_·(][\u4e00-\u9fff]{1,4}\)?"
)

_ASKS = re.compile(r"(?:要不要[配带来加拿一点]{0,2}|要吗|要不|要么|还要|呢|[吗么不没嘛]|\?)[ ?]*$")
_PERSON = re.compile(
    r"店长|老板|经理|主任|采购|仓库|仓管|销售|业务|客服|财务|师傅|[姐哥总工叔姨嫂]$|^[小阿老][\u4e00-\u9fff]$|\("
)
_LEFT_ASKED = re.compile(r"(?:\?|吗|么|没有?|不|多少|呢|啥价|什么价|几钱|有货没|行不行)[ ?\n]*$")
_CHOICE = re.compile(r"还是|哪|多少|几|什么|啥|行不|可以|好不|够|对吧|是吧|是不")
_REFUSES = re.compile(
    r"[ ]*(?:这个|那个|暂时|先|目前|都|就)?(?:不要|不用|不了|够了|还有呢?|没有|不需要|免了|算了)"
    r"(?:了|啦|哈|先|吧|呢|[ ,。!])*"
    r"(?=[\n,。! ]|$|谢|够|还有)"
)
_AGREED = re.compile(r"[ ]*(?:中|成|要得|妥|妥了|得行|可得|阔以|木问题)(?=[,。!\n ]|$|那|就|吧|啊)")
# 36就36, 36就36吧: that price then.
_SO_BE_IT = re.compile(r"(?<![\d.])(\d{1,5}(?:\.\d{1,2})?)(?:元|块)?就\1(?:元|块)?(?!\d)")
# 6块6贵了 6块5: what is said behind it is the bid.
_TOO_DEAR = re.compile(
    r"(?:\d{1,5}(?:\.\d{1,2})?(?:块\d?|元)?)?(?:也|还是|有点|太|有些)*贵了?(?:点|一点|吧|啊|哦)*[, ]*(?=[^\n]*\d)"
)
_LOWEST = re.compile(
    r"(?:真的?|已经|实在)*(?:不能再?[少低让便]宜?了?|再低不行了?|最低了|最低价了?|没利润了?|不赚钱了?|亏本了?|到底了|底价了)"
)
_MONEY = re.compile(r"\d{1,5}(?:\.\d{1,2})?(?:块\d?|元)?")
_AGREES = re.compile(
    r"[ ]*(?:(?:行|好的?|可以|成|中|ok|嗯|没问题|那|就|吧|按|算|给你|[ ,])*)¥?(\d{1,5}(?:\.\d{1,2})?(?:块\d?|元)?)"
    r"(?:一[\u4e00-\u9fff])?(?:给你们?|给您|给咱|可以|拿去|没问题|吧|哈|了|成交|好了|[ ,。!])*(?=[\n ,。]|$)"
)


def party_in(name: str, lexicon: Lexicon) -> int:
    """How many characters of a speaker's name are a party's: 陈记 of 陈记老板娘; 0 when none are."""
    for length in range(len(name), 1, -1):
        if lexicon.parties(name[:length]):
            return length if length == len(name) or _SOMEBODY.fullmatch(name, length) else 0
    return 0


def turns_of(text: str, speaker: re.Pattern[str], lexicon: Lexicon) -> list[Turn]:
    """The turns of a record in which a firm we know talks with our own people; nothing when it is no such record."""
    found = sorted({(m.start(), m.end(), m[1].strip()) for p in (speaker, NAMED) for m in p.finditer(text)})
    found = [f for f in found if not lexicon.names_goods(f[2], 0) or party_in(f[2], lexicon)]
    if len(found) < 3:
        return []
    names = [name for _, _, name in found]
    others = {name for name in names if not party_in(name, lexicon)}
    if not others or len(others) == len(set(names)):
        return []
    if not others & set(OURS) and (len(others) > 1 or max(map(names.count, set(names))) < 2):
        return []  # 海潮:… / 阿珍:… / 小王:…: what several customers want
    turns: list[Turn] = []
    for at, (start, begin, name) in enumerate(found):
        end = found[at + 1][0] if at + 1 < len(found) else len(text)
        said = text[begin:end]
        turns.append(Turn(start, begin + len(said) - len(said.lstrip()), end, name, name in others))
    return turns


def ends_settled(text: str, speaker: re.Pattern[str], lexicon: Lexicon) -> bool:
    """Whether a record ends with something else than a question of the customer's."""
    turns = turns_of(text, speaker, lexicon)
    last = next((t for t in reversed(turns) if not t.ours), None)
    return last is not None and (last is not turns[-1] or not _LEFT_ASKED.search(text[last.begin : last.end]))


def settled(text: str, speaker: re.Pattern[str], lexicon: Lexicon) -> str:
    """The text with what is asked and only repeated in a record taken out."""
    turns = turns_of(text, speaker, lexicon)
    if not turns:
        return _without_names(text, lexicon)
    for at, turn in enumerate(turns):
        if not turn.ours:
            text = _agreed(text, turn)
            continue
        if turn.name not in OURS and text[turn.start : turn.begin].strip()[-1:] == ":":
            end = turn.start + len(text[turn.start : turn.begin].rstrip())  # 小方:
            text = blank(text, turn.start, end)
            text = text[: end - 2] + "我:" + text[end:]
        if (lowest := _LOWEST.search(text, turn.begin, turn.end)) is not None:
            text = blank(text, lowest.start(), lowest.end())
        asked, answer = turns[at - 1] if at else None, turns[at + 1] if at + 1 < len(turns) else None
        if asked is not None and not asked.ours:
            text = told.priced(text, asked, turn, turns[:at])
        if answer is not None and not answer.ours:
            text = told.stocked(text, asked, turn, answer, lexicon)
            text = _answered(text, turn, answer, lexicon)
        text = _repeated(text, turns[:at], turn)
        text = told.confirmed(text, turns[:at], turn)
    return text


def _without_names(text: str, lexicon: Lexicon) -> str:
    """A record whose speakers are nobody's firm, without their names: 店长阿may is nothing long."""
    found = [m for m in NAMED.finditer(text) if _PERSON.search(m[1]) and not party_in(m[1].strip(), lexicon)]
    names = [m[1].strip() for m in found]
    if len(found) < 3 or len(set(names)) < 2 or max(map(names.count, names)) < 2:
        return text
    for match in found:
        if not lexicon.names_goods(match[1], 0):
            text = blank(text, match.start(1), match.end())
    return text


def _agreed(text: str, turn: Turn) -> str:
    """中,来两箱: agreed, and no goods called so."""
    if (so := _SO_BE_IT.search(text, turn.begin, turn.end)) is not None:
        text = text[: so.start()] + "¥" + so[1].ljust(so.end() - so.start() - 1) + text[so.end() :]
    if (dear := _TOO_DEAR.search(text, turn.begin, turn.end)) is not None:
        text = blank(text, dear.start(), dear.end())
    match = _AGREED.match(text, turn.begin, turn.end)
    return blank(text, match.start(), match.end()) if match is not None else text


def _answered(text: str, turn: Turn, answer: Turn, lexicon: Lexicon) -> str:
    """要碳带不 / 来6卷, 后轮呢 / 8条: what is asked is what the answer is about."""
    said, reply = text[turn.begin : turn.end].strip(), text[answer.begin : answer.end]
    if not _ASKS.search(said) or _CHOICE.search(said) or COUNTED.search(said):
        return text
    words = goods_in(text, turn.begin, turn.end, lexicon)
    if not words:
        return text
    first, last = words[0][0], words[-1][1]
    if (refusal := _REFUSES.match(reply)) is not None:
        text = blank(text, turn.begin, turn.end)
        return blank(text, answer.begin, answer.begin + refusal.end())
    named = goods_in(text, answer.begin, answer.end, lexicon)
    if any(text[a:b] in text[answer.begin : answer.end] for a, b in words):
        return blank(text, turn.begin, turn.end)
    mark = ":" if named else "的"
    if last >= turn.end or not (named or COUNTED.search(reply)):
        return text
    text = blank(blank(text, turn.begin, first), last, turn.end)
    return text[:last] + mark + text[last + 1 :]


def _repeated(text: str, before: list[Turn], turn: Turn) -> str:
    """行 14.8给你: the price the customer has said is agreed to, and is no other one."""
    agreed = _AGREES.match(text, turn.begin, turn.end)
    if agreed is None:
        return text
    price = value(agreed[1])
    for other in reversed(before[-8:]):
        said = [m for m in _MONEY.finditer(text, other.begin, other.end) if value(m[0]) == price]
        if said and not other.ours:
            return blank(text, agreed.start(), agreed.end())
    return text
