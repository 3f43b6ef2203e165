"""Names nobody is registered under, where only the place of the words shows that they are one: 恒达报价, 向大发采购,
大发那边要. Names built like a firm's (大发五金) are found by ``firms``; these have nothing in them that tells.

Patterns over the head of a message, without anything that could backtrack; nothing here knows a catalogue.
"""

from __future__ import annotations

import re

from nlp.intents.sayings import name_in
from nlp.scanning.cues import words
from nlp.scanning.text import fold

_HEAD = 60  # characters looked at
_NAME = r"(?P<name>[\u4e00-\u9fff]{2,6}?)"
_WHEN = r"(?:[今昨前]天|刚才|刚刚|早上|上午|下午|最新|新|又|来|给|发来|发了|的){0,3}"
_OFFERS = re.compile(rf"(?:供应商|厂家)?{_NAME}{_WHEN}(?:报价|报的价|报价单|价格表|来价)")
_BRINGS = re.compile(rf"(?:供应商|厂家)?{_NAME}{_WHEN}(?:到货|来货|送货来|送来|送了)")
_BOUGHT = re.compile(
    rf"(?:向|从|跟|找|在|问){_NAME}(?:那边|那里|家)?(?:再)?(?:采购|订购|订货|进货|拿货|补货|进|订|买|拿)"
)
_WANTS = re.compile(
    rf"(?:客户|给)?{_NAME}(?:那边|那里|老板|他们|家)?(?:还|今天|明天|现在)?(?:要货|要订|要|订货|订|下单|拿货|拿|来)(?![了过得])"
)
_GIVEN = re.compile(rf"(?:给|帮|替){_NAME}(?:那边|那里|家)?(?:再)?(?:发货|送货|开单|下单|配货|发|送|开|配|下|备)")
_COLON = re.compile(rf"{_NAME}[ ]{{0,2}}:")
_BUYING, _SELLING = (_OFFERS, _BRINGS, _BOUGHT, _COLON), (_GIVEN, _WANTS, _COLON)

# Words that stand where a name stands and are none.
_NO_NAMES = frozenset(
    words("""
    这个 那个 这份 那份 这张 那张 上面 我们的 他们的 今天 明天 后天 昨天 上午 下午 中午 晚上 早上 现在 马上 赶紧
    刚才 刚刚 这次 这回 上次 下次 另外 还有 其他 其它 然后 顺便 客户 老板 仓库 公司 师傅 大家 我们 你们 他们 咱们
    自己 人家 别人 供应商 厂家 对方 那边 这边 一共 总共 全部 剩下 其余 急用 加急 订单 报单 下单 单子 明细 清单 内容
    备注 地址 电话 联系人 收货人 送货 发货 到货 收货 货品 商品 产品 数量 单价 价格 规格 型号 库存 老样子 一样 同上
    照旧 普通 国标 加厚 如下 以下 麻烦 辛苦 需要 想要 只要 不要 都要 就要 可能 应该 如果
    """)
)


def offers(text: str) -> bool:
    """Whether a message begins with somebody's offer: 恒达报价, 永固今天的报价."""
    match = _OFFERS.match(fold(text[:_HEAD]).text.lstrip())
    return (
        match is not None and match["name"].removesuffix("的") not in _NO_NAMES and name_in(match["name"]) is not None
    )


def find(text: str, *, buying: bool) -> str | None:
    """The stranger's name at the head of a message, as written; None when nobody is named in any of these ways.
    ``buying``: a supplier is meant, else a customer."""
    head = fold(text[:_HEAD]).text.lstrip()
    for pattern in _BUYING if buying else _SELLING:
        match = pattern.match(head)
        name = match["name"].removesuffix("的") if match else ""
        if len(name) >= 2 and name not in _NO_NAMES and name_in(name) is not None and name in text:
            return name
    return None
