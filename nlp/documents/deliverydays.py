"""The day goods are to come, of the days a message says: not that of a list, a payment or a feast."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from nlp.grammar.entries import Reading
from nlp.scanning import cues as c
from nlp.scanning.tokens import T, Token

_LISTS = tuple(
    c.words("""
        接龙 汇总 报单 订单 单子 清单 下单 收单 叫货 报货 报数 统计 订货单 要货单 明细 菜单 食谱 菜谱 促销 大促 活动
        团购 特价 备货单 截止 截单 止单 关单 封单 统单
    """)
)
# 今天要了10箱, 今天补货: when it was said, not when it is to come.
_REPORTED = tuple(
    c.words(
        """
        电话订 电话要 微信订 来电订 电话里 发来 发的 报的 订的 说的 打来
        各家 各店 各位 大家 几家 要了 订了 拿了 叫了 报了 下了 说要 补货 要货清单 需要补 定了 打电话 来电话 的单 收到
        """
    )
)
# 今天电话里记的, 今天上午跑店收的单: when the orders were taken down.
_NOTED = re.compile(
    r"(?:[上中下]午|早上|晚上|刚刚?|一早|这边|各?客户|店里|我)*(?:在)?"
    r"(?:(?:电话|微信|口头|现场|群)里?[\u4e00-\u9fff]{0,3}|跑[\u4e00-\u9fff]{0,3}|走访[\u4e00-\u9fff]{0,2})?"
    r"(?:记|接|收|录|问|谈|抄|统计|汇总|整理)(?:下来|上来|到|来|了)?的"
)
# 今天三家:, 今天一共5个客户: how many orders follow.
_FIRMS = re.compile(r"(?:一?共|总共|有)?[\d一二两三四五六七八九十]{1,3}(?:家|户|单|个客户|位客户|个单|张单|个订单)")

_ERRANDS = re.compile(
    r"[\u4e00-\u9fff]{0,5}?(?:签字|签合同|签约|开会|例会|会议|结账|结款|打款|付款|转账|汇款|出差|休息|放假|对账|盘点|面谈|见面|碰头|碰面"
    r"|量尺|看现场|看场地|答复|回复|回话|准信|再说|再定|再谈|再议|再联系|再确认|(?:跑|谈|聊|见|去|问|碰)了)"
)
# 今天配齐明天送: on which day the goods are only got ready.
_READY = re.compile(
    r"(?:内|之?[前内]|一定|要|得|务必|必须|先|就|给我?|帮我?|全部|都|把货|的?货|下班前)*"
    r"(?:配[齐好完货]|备[齐好完货足]|理[齐好]|拣[齐好货]|捡[齐好货]|打[包好]|装[好箱车]|排产|做[好完出]|生产|开工|下料|裁[好]|切[好]|分[好拣])"
)
# 今天小雪, 明天降温: what the weather or the calendar does.
_WEATHER = re.compile(
    r"(?:又|要|都|会|可能|有|是|预报|听说|说是|已经|外面|天气|这边|我们这)*(?:下|起|刮|来)?(?:大|小|中|暴|阵|雷|多)*"
    r"(?:雪|雨|雾|风|霜|霾|晴天?|阴天?|寒潮|降温|冷|热|冬至|立冬|大寒|小寒|立春|腊八|初[一二三四五六七八九十])"
    r"(?:了|天|很|啊|呢|哈|大|路滑|封路|得很|死了)*"
)
_CLOSED = re.compile(
    r"(?:报单|报名|接龙|下单|统计|收单|报数|订货|登记|预定|预订|团购|报货)(?:的)?(?:截止|截单|截至|截)(?:时间|到|至|日期|是|为|在)?:?$"
)
_LIKE = re.compile(
    r"(?:就|又|都|是|才|要|会|有点|开始|有)?(?:小雪|大雪|冬至|小寒|大寒|立[春夏秋冬]|霜降|寒露|雨水|谷雨|下[大小]?雨|下[大小]?雪"
    r"|降温|变天|[好真太]冷|[好真太]热|有雨|刮风|大风|台风|放晴|天气|结冰|起雾|有雾)"
)
_GOODS_COME = re.compile(r"[用送发带提拉装]|(?<![遇看接谈等拿收])到|要货|交货|来货|之?前")
_LINE = 40  # tokens
_PARTS = ("上午", "下午", "早上", "晚上", "中午", "傍晚", "一早", "早晨")
_SHUT = re.compile(r"(?:我?们?(?:店里?|家)?)?(?:放假|休息|关门|不开门|歇业|盘点|报(?:$|[,。!\n]))(?!前|之前|以前)")
_PART_OF_TODAY = (*_PARTS, "今早", "今天上午", "今天下午", "今天早上", "今晚")
_USING = ("用", "要", "要用", "用到")
_DATE_WORDS = ("日期", "时间", "日")
_PAPER_DATE = re.compile(
    r"(?:下单|订单|订货|定货|单据|制单|开单|录单|报单|填表|填单|签订|合同|打印|生产|出厂)(?:的)?(?:日期|时间|日)$"
)
_DELIVERY_DATE = re.compile(r"(?:送|交|到|要|收|提|发|需|用)[货求]?(?:日期|时间|日)$")
_MADE = re.compile(
    r"(?:之?[后前]|以[后前])?(?:生产)?的?(?:新?日期|新货|生产|出厂|批次|批号)|(?:之后|以后)的(?:货|$|[,。])"
)
_KEEPS = re.compile(r"(?:保质期?|有效期|效期|质保|保修)(?:要|得|至少|起码)?(?:到|在|至|过)?$")


def delivery(reading: Reading, start: int = 0, end: int | None = None) -> tuple[Token | None, bool]:
    """The delivery date among the dates said, and whether several compete."""
    days = [
        t
        for t in reading.dates
        if t.day is not None
        and not t.past
        and start <= t.start
        and (end is None or t.start < end)
        and not heads_list(reading.tokens, t)
        and not refused(reading.tokens, t)
        and not answered(reading.tokens, t)
        and not _recurs(reading.tokens, t)
        and not errand(reading.tokens, t)
        and not _told_of(reading.tokens, t)
        and not _closes(reading.tokens, t)
        and not _paid(reading.tokens, t)
        and not _written_on(reading.tokens, t)
        and not _made_on(reading.tokens, t)
        and not _hour_of_another(reading.dates, t)
    ]
    days = [t for t in days if not _made_ready(reading.tokens, t)] or days
    late = [t for t in reading.dates if t.day is not None and refused(reading.tokens, t)]
    days = [t for t in days if not any(t.day == other.day and t.start < other.start for other in late)]
    if not days:
        return None, False
    near = [t for t in days if _beside_delivery(reading.tokens, t)]
    brought = [t for t in near if _beside_delivery(reading.tokens, t, used=False)]
    if len({t.day for t in near}) > 1 and len({t.day for t in brought}) == 1:
        near = brought  # 28号婚宴用, 27号送到: when it is used is not when it comes
    if near:  # 3箱,周四;1箱周六送: a day by itself behind goods is theirs
        near = sorted(
            [*near, *(t for t in days if t not in near and _by_itself(reading.tokens, t))], key=lambda t: t.start
        )
    chosen = (near or days)[-1]
    competing = {t.day for t in (near or days)}
    return chosen, len(competing) > 1 and len(near) != 1


def _written_on(tokens: list[Token], day: Token) -> bool:
    """下单日期 12月8日: the day of the paper; 日期: by itself when another day is labelled as the delivery's."""
    before = [t for t in tokens[max(0, day.at - 6) : day.at] if t.kind not in (T.GAP, T.COLON)]
    if not before or before[-1].text not in _DATE_WORDS:
        return False
    label = "".join(t.text for t in before[-3:])
    if _PAPER_DATE.search(label):
        return True
    others = [t for t in tokens[day.at + 1 :] if t.kind is T.DATE and t.day is not None]
    return before[-1].text == "日期" and not _DELIVERY_DATE.search(label) and any(
        _beside_delivery(tokens, t) for t in others
    )  # fmt: skip


def _made_on(tokens: list[Token], day: Token) -> bool:
    """要12月以后的新日期, 保质期到6月30号的: when the goods were made or how long they keep."""
    following = "".join(t.text for t in tokens[day.at + 1 : day.at + 7]).split("\n")[0]
    before = "".join(t.text for t in tokens[max(0, day.at - 5) : day.at])
    return _MADE.match(following) is not None or _KEEPS.search(before) is not None


def _hour_of_another(days: list[Token], day: Token) -> bool:
    """明天…早上8点送到: the hour of the day that was said before, by itself no day."""
    if not day.text.startswith(_PARTS) or day.text.startswith("今"):
        return False
    return any(t is not day and t.day not in (None, day.day) and not t.text.startswith(_PARTS) for t in days)


def _by_itself(tokens: list[Token], day: Token) -> bool:
    """Whether a day is all of a clause, right behind a quantity or a price."""
    spoken = [t for t in tokens[max(0, day.at - 4) : day.at + 4] if t.kind is not T.GAP]
    place = spoken.index(day)
    before, after = spoken[:place], spoken[place + 1 :]
    behind = len(before) > 1 and before[-1].kind is T.COMMA and before[-2].kind in (T.QTY, T.PRICE)
    return behind and (not after or after[0].kind in (T.COMMA, T.STOP))


def heads_list(tokens: list[Token], day: Token) -> bool:
    """今日接龙, 24号订单汇总: the date of a list, not of a delivery."""
    following = "".join(t.text for t in tokens[day.at + 1 : day.at + 8] if t.kind is not T.GAP).split("\n")[0]
    today = day.text in ("今天", "今日", "今儿")
    wanted = today and following.startswith(("要货:", "要的货:", "订货:", "要货", "拿货:", "出货:"))
    today = today or day.text in _PART_OF_TODAY  # 下午几家的:
    reported = today and (following.startswith(_REPORTED) or _over_list(tokens, day))
    reported = reported or (today and _FIRMS.match(following) is not None)
    reported = reported or _NOTED.match(following) is not None
    return (
        reported
        or following.removeprefix("的").startswith(_LISTS)
        or (wanted and (following.endswith("货") or ":" in following[:5]))
    )


def _over_list(tokens: list[Token], day: Token) -> bool:
    """今天门店三家 in a line of its own over the lines of the houses."""
    first, last = max(0, day.at - _LINE), min(len(tokens), day.at + _LINE)
    start = next((n + 1 for n in range(day.at - 1, first - 1, -1) if tokens[n].text == "\n"), first)
    ends = (n for n in range(day.at + 1, last) if tokens[n].text == "\n" or tokens[n].kind is T.COLON)
    stop = next(ends, last)
    if (start == first and first) or (stop == last and last < len(tokens)):
        return False  # no such line is so long
    line = [t for t in tokens[start:stop] if t is not day and t.kind is not T.GAP]
    if stop >= len(tokens) - 1 or not line:
        return False
    brings = any(t.has(c.DELIVER) or t.text in ("送", "发", "到", "要", "用") for t in line)
    plain = all(t.kind in (T.CUE, T.UNKNOWN, T.COLON, T.SIGN) for t in line)
    named = any(t.kind is T.PARTY for t in tokens[stop + 1 : stop + 6])
    return plain and named and not brings


_ANSWERED = re.compile(
    r"(?:之?前|以前|下班|上班){0,2}(?:要|得|给|再|会|就|必须|务必|我们|您|你|尽量){0,4}"
    r"(?:回传|回复|答复|回话|回签|签回|盖章|回电|回信|反馈|回个话|给个话|给个准信)"
)


def said_behind(tokens: Sequence[Token], day: Token, width: int) -> str:
    """The words that begin within so many characters behind a day, without gaps; tokens stand in their order."""
    place, said = bisect_left(tokens, day.end, key=lambda token: token.start), ""
    while place < len(tokens) and tokens[place].start < day.end + width:
        said += tokens[place].text if tokens[place].kind is not T.GAP else ""
        place += 1
    return said


def answered(tokens: list[Token], day: Token) -> bool:
    """下午3点前要回传, 周五前给我回复: when somebody is to answer, not when goods come."""
    following = said_behind(tokens, day, 12)
    return _ANSWERED.match(following) is not None


_NOT_THEN = ("不要", "别", "不用", "不是", "不在", "别在", "不要在", "不", "勿")


def refused(tokens: list[Token], day: Token) -> bool:
    """明天不送, 周五先别发, 不要15号: a day on which nothing is to come."""
    before = tokens[max(0, day.at - 3) : day.at]
    if before and before[-1].text in _NOT_THEN and before[-1].end == day.start:
        goods = len(before) > 1 and before[-2].kind in (T.ITEM, T.SPEC, T.MEASURE, T.QTY, T.NUM, T.ROW)
        if not goods:
            return True
    following = "".join(t.text for t in tokens[day.at + 1 : day.at + 5] if t.kind is not T.GAP)
    return _SHUT.match(following) is not None or following.startswith(
        (
            "来不及",
            "赶不及",
            "赶不上",
            "太早",
            "太赶",
            "没人",
            "不方便",
            "不行",
            "送不了",
            "发不了",
            "到不了",
            "不送",
            "不要送",
            "不用送",
            "别送",
            "先别",
            "不发",
            "别发",
            "不要发",
            "不来",
            "没空",
            "不在",
            "再报",
            "报给",
            "再定",
            "再说",
            "再看",
            "再确认",
            "给你报",
            "给你答复",
            "告诉你",
            "通知你",
            "定下来",
        )
    )


def errand(tokens: list[Token], day: Token) -> bool:
    """明早我去签字, 下午跑了三家: what somebody does or did that day himself, no goods that come."""
    said = ""
    for token in tokens[day.at + 1 : day.at + 14]:
        if token.kind in (T.COMMA, T.STOP):
            break
        said += token.text.strip()
    if _WEATHER.fullmatch(said):
        return True
    return _ERRANDS.match(said) is not None and _GOODS_COME.search(said) is None


def _closes(tokens: list[Token], day: Token) -> bool:
    """报单截止今晚8点: until when orders are taken."""
    said = "".join(t.text for t in tokens[max(0, day.at - 8) : day.at] if t.kind is not T.GAP)
    return _CLOSED.search(said) is not None


def _told_of(tokens: list[Token], day: Token) -> bool:
    """今天小雪,… / 明天降温: what that day is like, no day on which goods come."""
    return _LIKE.match("".join(t.text for t in tokens[day.at + 1 : day.at + 8])) is not None


def _made_ready(tokens: list[Token], day: Token) -> bool:
    """今天配齐, 今天装好车: another day may be the one on which they come."""
    said = "".join(t.text for t in tokens[day.at + 1 : day.at + 10]).split("\n")[0]
    return _READY.match(said) is not None and not said.startswith(("送", "到", "发"))


def _recurs(tokens: list[Token], day: Token) -> bool:
    """每天早上6点, 每周二: no single day."""
    before = "".join(t.text for t in tokens[max(0, day.at - 3) : day.at] if t.kind is not T.GAP)
    return before.endswith(("每", "每天", "每日", "天天", "每个", "每晚", "每早", "日日"))


def _paid(tokens: list[Token], day: Token) -> bool:
    """付款月底, 月底结: when the money comes, not the goods."""
    before = [t for t in tokens[max(0, day.at - 4) : day.at] if t.kind not in (T.GAP, T.COLON)][-1:]
    behind = [
        t for t in tokens[day.at + 1 : day.at + 6] if t.kind is not T.GAP and t.text not in ("先", "再", "就", "会")
    ]
    after = behind[: 2 if behind and behind[0].text in ("付", "打", "转", "交") else 1]
    if any(t.has(c.PAY) for t in after):
        return True
    return any(t.has(c.PAY) for t in before) and not _beside_delivery(tokens, day, used=False)


def uniform(reading: Reading) -> Token | None:
    """统一周五发: the day of everybody's goods, said once."""
    for day in reading.dates:
        before = [t for t in reading.tokens[max(0, day.at - 3) : day.at] if t.kind is not T.GAP][-1:]
        if before and before[0].text in ("统一", "全部", "一律", "都是", "全都") and day.day is not None:
            return day
        if (
            before
            and before[0].text in ("都", "全", "均", "以上", "上面")
            and day.day is not None
            and _of_nothing_else(reading, day)
        ):
            return day
    return None


def _of_nothing_else(reading: Reading, day: Token) -> bool:
    """都后天送 at the end of a list, with neither goods nor a party in its clause."""
    if any(e.spans.get("qty", (0, 0))[0] > day.start for e in reading.entries):
        return False
    for token in reversed(reading.tokens[: day.at]):
        if token.kind in (T.COMMA, T.STOP):
            return token.kind is T.STOP or token.at + 1 < day.at
        if token.kind not in (T.CUE, T.GAP):
            return False
    return True


def _beside_delivery(tokens: list[Token], day: Token, *, used: bool = True) -> bool:
    """Whether words of bringing stand beside a day; ``used``: of using or wanting as well."""
    at = day.at
    for token in tokens[at + 1 : at + 5]:
        if token.kind in (T.STOP, T.COMMA):
            break
        brings = token.has(c.DELIVER) and (used or token.text not in _USING)
        if brings or token.text in ("送", "到", "发") or (used and token.text in ("要", "用")):
            return True
    for token in reversed(tokens[max(0, at - 3) : at]):
        if token.kind in (T.STOP, T.COMMA):
            break
        if token.has(c.DELIVER):
            return used or token.text not in _USING
    return False
