"""Lines wanted only if there are any: 菜油4桶,珍珠米有货的话再加10袋. What is in stock shows when the order is shipped;
such a line stands as long as something else is wanted for certain and nothing is to come in its place."""

from __future__ import annotations

import re
from collections.abc import Sequence

_SENTENCE = re.compile(r"[^。;\n!?]+")
_IF = re.compile(r"如果|要是|假如|若|的话|有货就|有就|没货就|没有就|不够就|缺货就")
_THERE = re.compile(
    r"有货|到货|来货|到了?就|有的话|有就|现货|够的话|够就|够不够|装得下|放得下|带得下|坐得下|拉得下|还有|要?是有|如果有|若有|有.{1,12}的话"
)
_MORE = re.compile(r"再|也|另外?|顺便|顺带|顺手|一起|一并|加|带|来|拿|要|配|捎|搭|补|上|给|发|送")
# What would come instead, or depends on something else than the stock.
_INSTEAD = re.compile(
    r"换|改|替|代|否则|不然|要不|不行就|(?:没有?货?|不够|缺货|断货)的?话?,?就?(?!算|不|免|拉倒|下次|等)(?:来|要|拿|用|给|发|上|进)|还是"
)
_KEEP = re.compile(r"(?:给|帮|替|为)(?:我们?|咱们?|俺)?(?:先)?留(?:着|下|好|出|一)?|预留|留[下着]?\d")
_SURELY = re.compile(r"照旧|照常|照样|照例|肯定|一定|必须|固定|反正|怎么样都")
_COUNTED = re.compile(r"[\d一二两三四五六七八九十](?:块(?!\d|钱)|折叠)")
_UNLESS_DEARER = re.compile(
    r"(?:没|不|未|没有)(?:涨价?|贵|变)(?:的话|就|那就|,|给我|帮我){0,3}(?:来|要|拿|发|送|订|走)"
)
_DEPENDS = re.compile(r"便宜|优惠|活动|降|涨|价|折|送到|能到|赶|来得及|块|钱|买.{0,6}送|满|客户|老板|同意|定下")
_STOCK = re.compile(
    r"(?:今天|明天|尽快|早点|马上|直接|就)?(?:能|可以)?(?:发货?|送|打电话|联系|说一声|告诉|提前说|跟我说)"
)
_FORGET = re.compile(
    r"(?:没有?货?|不够|缺货|断货|装不下|没)的?话?,?就?(?:算了|不要了?|不用了?|拉倒|免了|不加了?|下次再说|不管)"
)


def certain(text: str, counted: Sequence[int]) -> bool:
    """Whether everything conditional in a folded text only asks for goods if there are any, beside something wanted for
    certain. ``counted``: where the quantities of its lines stand."""
    firm = False
    for sentence in _SENTENCE.finditer(text):
        said = _FORGET.sub("", sentence[0])
        match = _IF.search(said)
        start = len(text)
        tail = sentence[0][match.start() :] if match is not None else ""
        if match is not None and not any(sentence.start() + match.start() <= at < sentence.end() for at in counted):
            if _INSTEAD.search(said) or _DEPENDS.search(_STOCK.sub("", tail)):
                return False  # it is said of all that stands before it
        elif match is not None:
            if _INSTEAD.search(said) or _DEPENDS.search(_COUNTED.sub("", said[_clause(said, match.start()) :])):
                return False
            if not _THERE.search(said) or not _MORE.search(said):
                return False
            firm = firm or _KEEP.search(said) is not None  # what is kept for somebody is there
            behind = [at for at in counted if match.end() <= at - sentence.start() < len(sentence[0])]
            later = text.find(",", behind[0], sentence.end()) if behind else -1
            firm = firm or (later > 0 and any(_SURELY.search(text, later, at) for at in behind if at > later))
            start = sentence.start() + _clause(sentence[0], (_IF.search(sentence[0]) or match).start())
        sure = [at for at in counted if sentence.start() <= at < min(start, sentence.end())]
        if match is None and said != sentence[0]:
            sure = sure[:-1]  # 鸡蛋2箱,没有就算了
        firm = firm or bool(sure)
    return firm


def _clause(text: str, at: int) -> int:
    """Where the clause around a place begins."""
    return max(text.rfind(",", 0, at), text.rfind(" ", 0, at)) + 1


def unless_dearer(text: str) -> bool:
    """没涨来20箱: wanted at the old price only."""
    return _UNLESS_DEARER.search(text) is not None
