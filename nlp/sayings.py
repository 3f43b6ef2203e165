"""Words by which people answer a question or point at a document, apart from any draft: whether a short answer can be a
firm's name, whether the order just finished is meant, which document numbers are written.

Plain tables and patterns without anything that could backtrack; nothing here knows a document.
"""

from __future__ import annotations

import re

from nlp.cues import words
from nlp.text import fold_key

# A sentence has words that names of firms lack; who ends like a firm is one all the same (好又多超市, 我爱我家建材).
_TALK_END = frozenset("吗呢吧啊嘛么好")
_TALK_BEGIN = frozenset("等稍先急快")
_TALK_WORDS = words("知道 确认 取消 时候 发票 老板 师傅 随便 都行 没有 下单")
_TALK_CHARS = frozenset("改加要给价什怎谁哪几谢请问了的在是没不能把帮我你您他她今昨明催")
_FIRM_END = tuple(
    words("""
    公司 厂 店 行 部 队 社 站 铺 场 户 中心 超市 商场 五金 建材 机电 装饰 水暖 门窗 钢构 工程
    酒楼 饭馆 学校 医院 食堂 合作社
    """)
)
_NAME = re.compile(r"[\u4e00-\u9fffa-z()& ]{2,20}")
_LEAD = re.compile(r"(?:客户|供应商)?(?:名称|名字)?(?:就?是|叫|为|:)[ ]*")
_JUST_NOW = tuple(words("刚才 刚刚 上一单 上单 前面那 那单 那张单 那个单"))
_ROW = re.compile(r"这[张个]?单|第[0-9一二三四五六七八九十两]{1,3}行")
_REF = re.compile(r"草稿\s{0,4}\d{1,6}|(?<![A-Za-z0-9])(?:XS|SH|RK|CG|BJ|QC|CX)-?\s{0,4}\d{1,10}", re.IGNORECASE)


def name_in(text: str) -> str | None:
    """The name of a firm or person that a short answer to "which customer?" gives, without 客户是 and the like; None
    when the answer is talk and no name."""
    folded = fold_key(text.strip().rstrip("。.!！~ "))
    match = _LEAD.match(folded)
    name = folded[match.end() :].strip() if match else folded
    if not _NAME.fullmatch(name) or not any("\u4e00" <= char <= "\u9fff" for char in name):
        return None
    at = fold_key(text).find(name)
    said = text[at : at + len(name)] if at >= 0 and len(fold_key(text)) == len(text) else name
    return said if name.endswith(_FIRM_END) or not _talks(name) else None


def _talks(name: str) -> bool:
    return (
        name[-1] in _TALK_END
        or name[0] in _TALK_BEGIN
        or any(char in _TALK_CHARS for char in name)
        or any(word in name for word in _TALK_WORDS)
    )


def means_last_order(text: str) -> bool:
    """Whether a message points at the order its author has just finished (刚才那单), rather than at a new one."""
    return any(word in text for word in _JUST_NOW)


def points_at_rows(text: str) -> bool:
    """Whether a message speaks of an order as standing before everybody's eyes: 这单, 第2行."""
    return _ROW.search(text) is not None


def refs_in(text: str) -> list[str]:
    """Document numbers and draft names as written, without blanks, each once: ["XS-0012", "草稿3"]."""
    return list(dict.fromkeys("".join(match.group().split()).upper() for match in _REF.finditer(text)))


_WHENCE = re.compile(
    r"(?P<about>.{0,12}?)(?:是?(?:怎么|从?哪里?|咋)(?:看|读|认|得)出?来?的?|怎么得出来的?|(?:有什么|什么)?依据(?:是什么|呢)?|原话(?:是什么|呢)?)"
)


def asks_whence(text: str) -> str | None:
    """What a message wants the original words of (怎么看出来的, 第2行怎么看出来的, 交期原话): the words before the
    question, "" for the whole document; None for any other message. Document numbers are no part of it."""
    words = fold_key(_REF.sub(" ", text))
    words = "".join(words.split()).strip(",.。!！~?？:").removesuffix("呢").removesuffix("啊")
    match = _WHENCE.fullmatch(words)
    return None if match is None else match["about"].removesuffix("这").removesuffix("是").removesuffix("的")
