"""What is said about learned aliases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo

from inventory_core.alias_views import AliasView

LEARNED = "已记住：{who}说的“{words}”是 {product}（不对就回复：忘记 {forget}）"
SHARED = "“{words}”好几次都是 {product}，以后谁说都认（不对请主管回复：忘记 {words}）"
RETIRED = "“{words}”最近两次都不是 {product}，先不认了，下次说到会再问"
ADDED = "已记住：{who}说的“{words}”是 {product}。从下一句起就认"
EVERYBODY = "所有客户"
FORGOTTEN = "好，{who}说的“{words}”不再当成 {product}，下次说到会再问"
STILL_SHARED = "。不过所有客户说的“{words}”还是 {product}，要改请主管回复：忘记 所有客户 {words}"
NO_SUCH = "没有记过“{words}”。回复“别名”看记住了哪些"
WHICH = "“{words}”记了{count}处，忘记哪一个？请回复：\n{list}"
NONE = "还没记住什么叫法。卡片问到的货选好、确认一次，我就记住这家怎么叫；也可以回复：记住 客户 叫法=货号"
NONE_OF = "{who}还没有记住的叫法。可以回复：记住 {who} 叫法=货号"
HEAD = "记住的叫法（{count}个，新的在前）："
MORE = "…还有{count}个，回复“别名 客户”只看一家的"
FOOT = "不对的回复：忘记 {forget}"
NO_PARTNER = "没找到客户“{name}”。请写全称，或先新建客户"
NO_PRODUCT = "没找到商品“{name}”。请写货号或品名加规格，如：记住 {left}={example}"
MANY_PRODUCTS = "“{name}”有几种：{names}。请写货号，如：记住 {left}={example}"
FORM = "请这样写：记住 客户 叫法=货号或品名；给所有客户记（主管）：记住 叫法=货号或品名"
HELP = "各家叫法不一样也行：确认过一次我就记住。回复“别名”看记住了哪些"
REFUSED = {
    "spec": "“{words}”是规格或数字，不能当叫法",
    "number": "“{words}”是数量、价格或日子，不能当叫法",
    "language": "“{words}”是平常说话用的字眼，不能当叫法",
}


def who(view: AliasView) -> str:
    """Whose word it is."""
    return view.partner or EVERYBODY


def forget_words(view: AliasView, *, alone: bool) -> str:
    """What to write after 忘记; with the customer when the words mean something to others too."""
    return view.words if alone else f"{who(view)} {view.words}"


def listing(views: Sequence[AliasView], count: int, zone: tzinfo) -> str:
    """The list people see: whose, what, which product, who said so, how often, when last."""
    lines = [HEAD.format(count=count), *(_line(view, zone) for view in views)]
    if count > len(views):
        lines.append(MORE.format(count=count - len(views)))
    lines.append(FOOT.format(forget=forget_words(views[0], alone=False)))
    return "\n".join(lines)


def _line(view: AliasView, zone: tzinfo) -> str:
    said = "、".join(view.who) or "导入"
    times = f"{view.confirmed}次，" if view.confirmed else ""
    return f"· {who(view)}：“{view.words}”是 {view.product}（{said}，{times}{_day(view.used_at, zone)}）"


def _day(moment: datetime, zone: tzinfo) -> str:
    local = moment.astimezone(zone)
    return f"{local.month}月{local.day}日"
