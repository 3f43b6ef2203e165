"""Short questions that are about no document: how does this work, what runs short, returns, money owed, reports.

Whole messages matched by plain patterns; what has a line of goods in it is decided by whoever reads the goods.
"""

from __future__ import annotations

import re
from enum import Enum

from nlp.scanning.text import fold_key

_LONGEST = 40  # characters; what is longer is an order or a story
_TAIL = r"(?:了|的|吗|呢|啊|呀|么)*"
_HOW = re.compile(
    r"(?:请问|你)?(?:怎么|如何|咋)(?:用|开单|下单|使用|操作|下订单|开订单|录单)" + _TAIL
    + r"|你?(?:会|能|可以)(?:干|做|干些|做些)(?:什么|啥)" + _TAIL
    + r"|你(?:是|叫)(?:谁|什么|啥)" + _TAIL
    + r"|(?:使用)?说明书?|教程|有什么功能|你?是不?是?(?:机器人|真人|人工|ai)" + _TAIL
)  # fmt: skip
_LOW = re.compile(
    r"(?:看看|看下|查一?下|帮我看看|帮我查下?)?(?:现在|目前|仓库)?有?(?:哪些|什么|哪几[种个样]|啥)"
    r"(?:货品?|商品|东西|产品)?"
    r"(?:快|要|已经|都)?(?:没货|缺货|断货|没|没有|卖完|卖光|不够|不足|不多|要?补货?|该补货?|低于最低|到最低线|低库存|库存不足)"
    + _TAIL
    + r"|缺货(?:的|清单|列表)?(?:有哪些)?|低库存(?:的|清单)?|库存(?:不足|报警|预警)(?:的|有哪些)?"
    + r"|(?:要|该|需要)(?:补|进)(?:什么|哪些|啥)货?" + _TAIL + r"|缺(?:什么|哪些|啥)货?" + _TAIL
)  # fmt: skip
_RETURN = re.compile(r"退货|退款|换货|退回来|退掉|要退|退[0-9一二两三四五六七八九十]")
_MONEY = re.compile(
    r"欠(?:了|我们|我|着|款|账|钱|多少)|应收|应付|对个?账|收款|付款|回款|结账|结款|货款|账期|余额"
    r"|(?:付|打|转|收)(?:了|到|过来)?[0-9]{2,9}(?:元|块|块钱)?"
)
_REPORT = re.compile(
    r"报表|日报|月报|销售额|营业额|业绩|毛利|利润"
    r"|(?:今天|昨天|本?这?个?月|上个?月|本周|这周|今年)(?:一共|总共)?(?:卖|销|出|开)(?:了|出)?(?:多少|几)"
)


class Aside(Enum):
    """What such a question is about."""

    HOW = "how"
    LOW = "low"
    RETURN = "return"
    MONEY = "money"
    REPORT = "report"


def find(text: str) -> Aside | None:
    """What the message asks, when it is one of these questions."""
    if len(text) > _LONGEST or "\n" in text.strip():
        return None
    said = fold_key(text).strip(" ,.。!！~?？")
    if _HOW.fullmatch(said):
        return Aside.HOW
    if _LOW.fullmatch(said):
        return Aside.LOW
    for pattern, aside in ((_RETURN, Aside.RETURN), (_MONEY, Aside.MONEY), (_REPORT, Aside.REPORT)):
        if pattern.search(said):
            return aside
    return None
