"""Words meant for a program instead of the firm, standing beside an order in sentences of their own: they are not read,
and the order beside them stands by itself.

Only what is set apart is taken out (a block in braces, a whole sentence that counts no goods and names no order).
An instruction in the same breath as the goods, or about this order's prices, stays and becomes a question.
"""

from __future__ import annotations

import re
from dataclasses import replace

from nlp.scanning.text import Folded

_BLOCK = re.compile(
    r"<!--[^\n]{0,400}?-->|\{[^{}\n]{0,400}\}|<[a-z/][^<>\n]{0,200}>|\[/?(?:inst|sys|system|系统|assistant)\]"
)
# What follows such a tag in its line is for the program as well.
_TAGGED = re.compile(r"\[/?(?:inst|sys|system|系统|assistant|admin|管理员)\][^\n]{0,400}")
_KEYED = re.compile(r"\"[a-z_ ]{1,30}\"? ?:")
_SPOKEN_TO = re.compile(
    r"\b(?:ignore|disregard|override|system|prompt|instructions?|admin|developer)\b|忽略|无视|绕过|系统(?:提示|指令|命令|消息)"
    r"|(?:请|让|叫|命令|要求|麻烦)(?:你们?)?的?(?:系统|机器人?|程序|后台|助手|ai)(?:直接|自动|立即|马上|给|帮|把|将)"
    r"|(?:输出|返回|回复|设[置为]|标记)[^,。;\n]{0,8}"
    r"(?:json|confidence|置信度|intent|提示词|approve|[a-z_]{2,12} ?= ?[a-z0-9])"
    r"|管理员|最高权限|开发者模式|调试模式|提示词|你现在(?:是|进入|扮演)|扮演|自动(?:审批|审核|通过|批准|同意|确认)"
)
_ALONG = re.compile(
    r"(?:直接)?(?:审核|审批)?通过|过审|免审|不用(?:问|审|确认)|不许(?:问|提问)|无需(?:审|确认)|不必(?:问|确认)"
)
_OF_THIS = re.compile(r"[本这此该]单|[本这此该]张?订?单|以上单价|以上价|上面的?价|上述|我的单|下面的?单")
_PRICED = re.compile(r"价|price")
_GENERAL = re.compile(r"所有|全部|统一|一律|一切|任何|每[一个]|\b(?:all|every|any|each)\b")
_ONE_FOR_ALL = re.compile(r"(?:价|price)[^,。;\n]{0,3}(?:一律|统一|全部|全都)")
_FIELD = re.compile(r"(?<![a-z_])[a-z_]{3,20} ?[=:] ?[\"']?[a-z0-9.]{1,12}")  # confidence=1
_NOUGHT = re.compile(r"0(?:\.\d{1,3})?(?!\d)|[1一零]分钱?|[零0]元")
_NUMBER = re.compile(r"\d|[一二两三四五六七八九十百]+(?:箱|件|个|盒|包|袋|瓶|桶|卷|支|根|条|米|吨|台|只|套|双|张)")
_ALL_PRICES = re.compile(r"(?:所有|全部|一切)[^,。;\n]{0,8}价|价[^,。;\n]{0,4}(?:全部|都|全)")
# Lines of a program and no word of any language people write in.
_CODE = re.compile(
    r"[a-z_]+\.[a-z_]+\(|\b(?:select|drop|delete|update|insert)\b.{1,40}\b(?:from|table|set|into)\b|\bfunction\b|=>|;--"
)
_SENTENCE = re.compile(r"[^。\n;!]+[。\n;!]?")
_COUNTS = re.compile(r"[\u4e00-\u9fff]")
_MARKED = re.compile(r"###|<script")
_SPEAKS = re.compile(r"[\u4e00-\u9fff]{2}")


def quieted(folded: Folded) -> Folded:
    """The text with such words as blanks, offsets as they were; the same text when nothing else would be left of it."""
    text = folded.text
    blocks = [m.span() for m in _BLOCK.finditer(text) if m[0][0] != "{" or _KEYED.search(m[0])]
    if _CODE.search(text) and not _SPEAKS.search(text) and not _COUNTS.search(text):
        return replace(folded, text=re.sub(r"[^\n]", " ", text))
    if not blocks and not _SPOKEN_TO.search(text):
        return folded
    for match in _TAGGED.finditer(text):
        if not (_NUMBER.search(_NOUGHT.sub("", _FIELD.sub("", match[0]))) or _OF_THIS.search(match[0])):
            blocks.append(match.span())
    for start, end in blocks:
        text = text[:start] + " " * (end - start) + text[end:]
    for match in list(_SENTENCE.finditer(text)):
        told = _SPOKEN_TO.search(match[0]) or _ALONG.search(match[0])
        if told and not _about_goods(match[0]):
            text = text[: match.start()] + re.sub(r"[^\n]", " ", match[0]) + text[match.end() :]
    nothing_else = not _SPEAKS.search(text) and not _MARKED.search(folded.text)
    return folded if text == folded.text or nothing_else else replace(folded, text=text)


def only_hostile(text: str) -> bool:
    """Whether a folded text wants nothing but every price changed, by itself: no order, and nothing to ask about."""
    told = _BLOCK.sub("", text)
    return _SPOKEN_TO.search(told) is not None and _ALL_PRICES.search(told) is not None and not _about_goods(told)


def _about_goods(sentence: str) -> bool:
    """Whether a sentence may be about the order itself: it counts something, or names this order or its price."""
    if _NUMBER.search(_NOUGHT.sub("", _FIELD.sub("", sentence))):
        return True
    if _OF_THIS.search(sentence):
        return _ONE_FOR_ALL.search(sentence) is None  # 本单单价一律0.01 is for all of them
    return _PRICED.search(sentence) is not None and _GENERAL.search(sentence) is None
