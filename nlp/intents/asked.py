"""Questions for the price or the stock in words that name neither: 大豆油今天多少, 1.5能不能做, 还是168吗, 单价发我,
生料带还够20箱不, 哪个仓有. And what others ask for the goods, which is no question and no order."""

from __future__ import annotations

import re

_PRICE = r"(?:价|价格|价钱|价位|单价|报价)"
# About a price that was named.
_BID = re.compile(
    r"\d(?:块|元|毛|角)?\d?[^\n,。\d]{0,4}(?:能不能做|能做[吗不么嘛没]|做得了[吗不]?|可以做[吗不么]|做不做|能不能给|能给[吗不么]|能不能卖|卖不卖"
    r"|能不能走|能走[吗不])"
    r"|(?:能不能|可不可以|能否)(?:给|算|做|卖|按|便宜到|做到)?\d+(?:\.\d+)?(?:块|元|毛)?\d?(?:钱)?(?:一|/|每)[\u4e00-\u9fff]"
    r"|还是\d{1,6}(?:\.\d{1,3})?(?:块|元)?(?:钱)?(?:一[\u4e00-\u9fff])?[吗么不没]"
    r"|(?:还是|还|是不是)(?:按|卖|报)?\d{1,6}(?:\.\d{1,3})?(?:块|元|毛)?\d{0,2}(?:钱)?(?:[一/每][\u4e00-\u9fff])?的?(?:价|价格)?(?:[吗么不没?]|对[吗不吧])"
    r"|\d(?:块|元|毛)?\d?[^\n,。\d]{0,6}没[变涨动][吧吗么?]"
)
_SHOWN = re.compile(
    rf"(?:价目表?|价单|{_PRICE}表)[^\n,。\d]{{0,4}}(?:[发给报来]|有[没吗])|(?:[发给报来]|要|有没有)[^\n,。\d]{{0,6}}(?:价目表?|{_PRICE}[表单])|{_PRICE}[表单]?[^\n,。\d]{{0,6}}[报发说给问]我|{_PRICE}[^\n,。\d]{{0,4}}[涨降跌变动调]了?(?:[没吗不么]|多少)"
    rf"|[涨降跌]价?了?(?:没有?|吗|么)(?:$|[?,。\n])|(?:发|给|来|报)[我们]?一?[下个份张][^\n,。\d]{{0,6}}{_PRICE}"
)
# 大豆油今天多少: nothing is left or held, so it is the price.
_MUCH = re.compile(r"(?:今天|现在|目前|今日|这两天|最近|怎么|要|卖|是|个)?多少[了啊呀呢嘛?]*(?:$|[,。?\n])")
_HELD = re.compile(r"还|剩|库|仓|账|有多少|存|系统|在途|总共|一共|拿了|要了|订了|出了|发了|用了|卖了|卖出|销")
_ENOUGH = re.compile(
    r"(?:够|够不够|足够|供得上|发得出|凑得齐)[^\n,。?]{0,8}(?:不|吗|没|么|嘛|不啊|呢)[?]?(?:$|[,。\n?])|够不够|发得出[吗不]|供得上[吗不]"
)
_WHERE = re.compile(
    r"(?:哪个|哪一个|哪)(?:仓库?|店|库|里|边|儿)[^\n,。]{0,4}有|(?:断|缺|没)货了?(?:吗|么|没|[?])|压了(?:多少|几)|(?:系统|电脑|表)里[^\n,。]{0,14}(?:多少|几)"
    r"|(?:还有|还剩|剩下?)(?:几|多少)[\u4e00-\u9fff]{0,2}(?:[ ]|$)"
    r"|(?<![没只])有[^\n,。?有]{1,12}的(?:没有?|没得)[?]?(?:$|[,。\n])"
)
_ELSEWHERE = re.compile(
    r"(?:1688|京东|淘宝|拼多多|天猫|抖音|闲鱼|网上|别家|别人家?|人家|隔壁|外面|市场上)[^\n,。]{0,12}(?:才|只要|只卖|都|就|卖|报)"
)


# 康宁问护手霜的价格: somebody asks, whatever the goods are.
_WONDERS = re.compile(rf"(?:问|打听|了解|咨询|想知道)[^\n。\d]{{1,40}}{_PRICE}(?:$|[,。?!了呢吧\n])")


# 金榜问免钉胶进货价, 量大有没有优惠
_WANTS_PRICE = re.compile(
    r"(?:想问|问)[^\n,。\d]{1,12}(?:进货|拿货|批发|出厂|到货)?价(?:格|钱)?(?:$|[,。?])"
    r"|(?:有没有|有无|有什么|有啥|给不给)(?:优惠|折扣|让利)|(?:优惠|折扣)(?:吗|么|没有|没)"
)


# 大孔的报一下全部规格: of all kinds of the goods, and not 报一下数量.
_READ_OUT = re.compile(
    r"报(?:一?[下个]|过来)(?:我|给我|来)?(?:(?:全部|所有|各个?|每个|几个|整个)(?:的)?(?:规格|型号|颜色|尺寸|尺码|系列|档)?(?:的)?)?[吧哈啊呗]?(?:$|[,。?!\n])"
    r"|(?:全部|所有|各个?|每个|几个)(?:的)?(?:规格|型号|颜色|尺寸|尺码|系列)?(?:都|全)?(?:的)?(?:给我|帮我)?报(?:一?[下个]|过来|一遍|给我)[吧哈啊呗]?(?:$|[,。?!\n])"
)


def price(text: str, *, counted: int, priced: bool) -> bool:
    """Whether a folded text that names goods asks for a price in such words."""
    if not (counted or priced) and _READ_OUT.search(text):
        return True
    if _BID.search(text) or (counted < 2 and not priced and _SHOWN.search(text)):
        return True
    if not (counted or priced) and _WANTS_PRICE.search(text):
        return True
    if not (counted or priced) and _WONDERS.search(text):
        return True
    return not (counted or priced) and _MUCH.search(text) is not None and _HELD.search(text) is None


def stock(text: str, *, counted: int) -> bool:
    """Whether a folded text that names goods asks whether they are there."""
    return counted < 2 and (_ENOUGH.search(text) or _WHERE.search(text)) is not None


def elsewhere(text: str) -> bool:
    """Whether it is told what goods cost somewhere else."""
    return _ELSEWHERE.search(text) is not None


_BROUGHT = re.compile(
    r"(?:(?:给|帮|替)(?:我们?|咱们?|俺)?(?:再)?(?:送|发|拿|捎|带|配|弄|搞|整|装|备)(?:过来|来|点|些|一下|下|上)?|(?:送|发|拿|捎|带|拉|寄)(?:点|些)?过来|(?:安排|准备)(?:一?下|上)|来(?:点|些))"
    r"(?:吧|哈|啊|呗|谢谢|谢了|尽快|麻烦|了|我|[ ,。!])*$"
)
_NOT_BROUGHT = re.compile(
    r"没|不|未|还|什么|啥|几|哪|吗|呢|[?]|别|昨|前天|上次|单子|发票|图|资料|样|价|谁|怎么|一直|总"
)


def brought(text: str) -> bool:
    """背胶1.27给我送过来: whether goods that are named are to be brought, however many."""
    return _BROUGHT.search(text) is not None and _NOT_BROUGHT.search(text) is None


# 发个报价呗, of goods that are still to be named.
_BEGGED = re.compile(
    r"(?:老板|亲|你好|您好|麻烦|请|帮忙|帮我|给我|能不能|能|可以|方便|先|再|[ ,])*"
    r"(?:[发给来报出做传]|发过来)(?:我|咱)?(?:一?[下个份张])?(?:最新的?|新的?)?"
    rf"(?:报价单?|{_PRICE}[表单]?|价目表?|价单)"
    r"(?:给我们?|给咱|让我|看看|看下|看一下|瞧瞧|参考|一下|下|我|过来|呗|吧|吗|呀|啊|哈|嘛|不|谢谢|[ ,。?!])*"
)


def begged(text: str) -> bool:
    """Whether a folded text asks for prices and for nothing else."""
    return _BEGGED.fullmatch(text.strip()) is not None
