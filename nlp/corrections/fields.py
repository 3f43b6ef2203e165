"""Words about the head of an open draft: 电话改成…, 收货人换成…, 送货地址改成…, 送到…, 加个备注….

They are taken out of the text before its words are read (their characters become spaces, offsets stay), so that a
house number is never a quantity and a remark never an order.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from nlp.catalogue.lexicon import Lexicon
from nlp.scanning.cues import words
from nlp.scanning.text import is_han

_NAMES = {
    "phone": words("收货电话 联系电话 电话号码 手机号码 手机号 手机 电话"),
    "contact": words("收货人 联系人 收件人 接货人 收货联系人"),
    "address": words("送货地址 收货地址 详细地址 送货地点 收货地点 地址"),
    "note": words("备注"),
}
_FIELD_OF = {word: name for name, table in _NAMES.items() for word in table}
_LONGEST_NAME = max(map(len, _FIELD_OF))
_FIRST = frozenset(word[0] for word in _FIELD_OF)
# Said between the name of a field and what it becomes.
_BETWEEN = words("""
    改成 改为 换成 换为 更正为 变更为 更改为 写成 改到 换到 换一下 改一下 变了 错了 不对 有误 换了 改了 变更 应该是 应为
    给我写上 给我写 帮我写 给写上 写上 写成 填上 填 给改成 给我改成 帮我改成 就写 就填 换做 记
    加一句 加句 加一条 补一句 写一句 写 是 为 加 加上 一下 成 改 换
""")
_LONGEST_BETWEEN = max(map(len, _BETWEEN))
_PHONE = re.compile(r"(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)|0\d{2,3}-\d{7,8}(?!\d)")
_BRING = words("送到 送去 送至 拉到 运到 发到 改送到 改送 送往")
_LONGEST_BRING = max(map(len, _BRING))
_BRINGS_FIRST = frozenset(word[0] for word in _BRING)
_NO_PLACE = frozenset("了没吗的货哪什几啥多就再才请客")
_NOT_YET = ("没", "未", "已", "还没", "刚", "别", "不", "几点", "何时", "时候", "能", "怎么")
_LEADS = ("改成", "改为", "换成", "就", "都", "给", "请")
_ASKING = frozenset("谁哪几吗么什啥?")
_STOPS = frozenset(",;。\n!?")
_LONGEST = {"contact": 12, "address": 60, "note": 120, "place": 30}
_ADD_NOTE = words("加个 加一个 加条 加一条 补个 写个 写上 加上 添个 添一条 加 添 请 麻烦 帮忙 帮我 再")
_PAID = re.compile(
    r"[ ,]*(?:另外|还有|对了|然后)?[ ,]*(?:这单|这张)?(?:客户|对方|他们?|人家|老板)?(?:说|讲)?了?"
    r"[ ,]*(?:要求?|想|得|必须|是|按|做)?"
    r"((?:货到|款到|见货|见票)(?:付款|付现|付|发货)|先款后货|先货后款)的?[吧啊哦哈。!]*"
)
_DATES = frozenset("今明后周礼星下月本上")


@dataclass(slots=True)
class Taken:
    """What was said of the head of the draft, and the text without it."""

    text: str
    fields: dict[str, tuple[int, int]] = field(default_factory=dict)  # folded offsets


def take(text: str, lexicon: Lexicon, party: str | None) -> Taken:
    """Find what a message says about the head of the draft. ``party``: the draft's own; goods brought to somebody else
    by name are not taken."""
    found = Taken(text)
    if (paid := _PAID.fullmatch(text)) is not None:  # the rest of the message only leads up to it
        found.fields["note"] = paid.span(1)
        _blank(found, 0, len(text))
        return found
    at = 0
    while at < len(text):
        end = (_named(found, text, at) if text[at] in _FIRST else 0) or (
            _brought(found, text, at, lexicon, party) if text[at] in _BRINGS_FIRST else 0
        )
        at = end or at + 1
    return found


def _word(text: str, at: int, table: frozenset[str] | dict[str, str], longest: int) -> str:
    return next((text[at : at + n] for n in range(longest, 0, -1) if text[at : at + n] in table), "")


def _blank(found: Taken, start: int, end: int) -> None:
    found.text = found.text[:start] + " " * (end - start) + found.text[end:]


def _named(found: Taken, text: str, at: int) -> int:
    """电话改成…: where the value ends, 0 when the word is no field with a value."""
    word = _word(text, at, _FIELD_OF, _LONGEST_NAME)
    if not word:
        return 0
    name = _FIELD_OF[word]
    begin, spoken = at + len(word), False
    for _ in range(6):
        while begin < len(text) and text[begin] in " \t:=,":
            spoken = spoken or text[begin] in ":="
            begin += 1
        between = _word(text, begin, _BETWEEN, _LONGEST_BETWEEN)
        if not between or (
            len(between) == 1 and name == "address" and text[begin + 1 : begin + 2] not in ("", ":", " ")
        ):
            break
        begin, spoken = begin + len(between), True
    if name == "phone":
        match = _PHONE.match(text, begin)
        end = match.end() if match else 0
    else:
        end = _value_end(text, begin, _LONGEST[name], whole_line=name == "note")
        if name == "contact" and end and (match := _PHONE.search(text, begin)) and match.start() < end:
            end = len(text[: match.start()].rstrip(" ,:电话手机"))  # 联系人王师傅 138…
        if any(char in _ASKING for char in text[begin:end]) and name != "note":
            end = 0
        if name == "contact" and 2 <= end - begin <= 4:
            spoken = True  # 收货人老周
        if name == "contact" and end and not (is_han(text[begin]) or text[begin].isalpha()):
            end = 0
    if not end or not (spoken or name == "phone" or (name == "note" and end - begin > 2)):
        return 0
    start = at
    if name == "note":
        lead = next((n for n in range(min(3, at), 0, -1) if text[at - n : at] in _ADD_NOTE), 0)
        start = at - lead
    found.fields[name] = (begin, end)
    _blank(found, start, end)
    return end


def _value_end(text: str, begin: int, longest: int, *, whole_line: bool = False) -> int:
    end = begin
    limit = min(len(text), begin + longest)
    while end < limit and text[end] != "\n" and (whole_line or text[end] not in _STOPS):
        if text[end] in " ,;" and _word(text, end + 1, _FIELD_OF, _LONGEST_NAME):
            break
        end += 1
    while end > begin and text[end - 1] in " \t":
        end -= 1
    return end if end > begin else 0


def _brought(found: Taken, text: str, at: int, lexicon: Lexicon, party: str | None) -> int:
    """送到三号门: where the place ends, 0 when it is no place."""
    word = _word(text, at, _BRING, _LONGEST_BRING)
    if not word or text[max(0, at - 2) : at].endswith(_NOT_YET):
        return 0
    begin = at + len(word)
    while text[begin : begin + 1] in (" ", "\t"):
        begin += 1
    end = _value_end(text, begin, _LONGEST["place"])
    while end - begin > 2 and text[end - 1] in "去来吧啊哦呗":
        end -= 1
    place = text[begin:end]
    if len(place) < 2 or place[0] in _NO_PLACE or any(char in _ASKING for char in text[begin : end + 1]):
        return 0
    if place[0] in _DATES and place[1] in "天晚早日周午个底一二三四五六":
        return 0
    if place.endswith(("吗", "么", "没", "了", "没有")):
        return 0
    for n in range(len(place), 1, -1):
        named = lexicon.parties(place[:n])
        if named and party not in {one.id for one in named}:
            return 0
        if named and n == len(place):
            return 0  # to the customer: no address
    if " " in place:
        end = begin + place.index(" ")
    start = at
    lead = next((len(w) for w in _LEADS if text.startswith(w, at - len(w)) and at >= len(w)), 0)
    found.fields.setdefault("address", (begin, end))
    _blank(found, start - lead, end)
    return end
