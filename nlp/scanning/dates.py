"""Dates as people say them, relative to the day of the message. Weeks run Monday to Sunday; a day without a year
or month is the next one that is not in the past.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

from nlp.scanning.numbers import number_at

_DAY_WORDS = {
    "今天": 0, "今日": 0, "今儿": 0, "今晚": 0, "今早": 0, "当天": 0, "今下午": 0, "今上午": 0,
    "今朝": 0, "今个": 0, "今儿个": 0, "当日": 0, "今夜": 0, "明个": 1, "明儿个": 1, "次日": 1,
    "隔天": 1, "后儿个": 2, "后朝": 2, "听日": 1, "听晚": 1, "聽日": 1, "今晡": 0, "明朝早": 1, "听朝": 1, "后晚": 2,
    "明天": 1, "明日": 1, "明儿": 1, "明早": 1, "明晚": 1, "明朝": 1, "后天": 2, "后日": 2, "后儿": 2, "大后天": 3,
}  # fmt: skip
_PAST_WORDS = (
    "上批", "上一批", "上单",
    "昨天", "昨日", "前天", "上周", "上礼拜", "上星期", "上个月", "上月", "上次", "上回", "前几天", "去年",
    "前阵子", "昨晚", "大前天", "寻日", "琴日", "昨朝", "上趟",
)  # fmt: skip
_WEEKDAYS = dict(zip("一二三四五六日天1234567", (0, 1, 2, 3, 4, 5, 6, 6, 0, 1, 2, 3, 4, 5, 6), strict=True))
_WEEK = re.compile(r"(这个?|本|下下个?|下个?)?(?:周|礼拜|星期)([一二三四五六日天末1-7])(?:(?<=六)日)?(?![0-9])")
# 这周送30桶: no day of it.
_SOME_WEEK = re.compile(r"(?:这个?|本|下下个?|下个?)(?:周|礼拜|星期)(?![一二三四五六日天末几1-7内之以])")
_YMD = re.compile(r"(20\d\d|\d\d)[-/.年](\d{1,2})[-/.月](\d{1,2})[日号]?(?![0-9])")
_YM = re.compile(r"20\d\d\.(?:1[0-2]|0[1-9])(?![\d.元块])|20\d\d年(?:1[0-2]|0?[1-9])月(?:份)?(?![\d底末初中上下])")
_MD_HAN = re.compile(r"(\d{1,2}|[一二三四五六七八九十]{1,2})月(\d{1,2}|[一二三四五六七八九十廿]{1,3})[日号]?")
_MD = re.compile(r"(\d{1,2})[/.](\d{1,2})[日号]?(?![0-9./*])")
_NOT_LATER = re.compile(r"(?:不晚于|最晚|最迟|截止到?|赶在)[ ]?$")
# 12.5之前到 is a day, as is 不晚于12.15.
_BY_THEN = re.compile(
    r"[ ]?(?:之前|以前|前(?=$|[ ,。;!)\n])"
    r"|前(?:送|到|发|交|要|给)|到货|送货|交货|送到|发货|送来|送过来|发出|到仓|入仓|自提"
    r"|来[拉提取]|要货|装车|发车"
    r"|[送到要用](?=$|[ ,。;!\n]))"
)
# 12-15送; 12-15箱 is a range.
_DASHED = re.compile(r"(1[0-2]|0?[1-9])-(3[01]|[12]\d|0?[1-9])[日号]?(?![\d./*-])")
_PART_OF_MONTH = re.compile(r"(\d{1,2}|[一二三四五六七八九十]{1,2})月(底|末|初|中旬?|下旬|上旬)")
_NEXT_MONTH = re.compile(
    r"(下个?月|这个?月|本月)(?:(\d{1,2}|[一二三四五六七八九十廿]{1,3})[日号]|(底|末|初|中旬?|下旬|上旬))"
)
_DAY = re.compile(
    r"(\d{1,2}|[一二三四五六七八九十廿]{1,3})[号日](?!楼|店|线|仓|门|库|电池|机|车|院|桌|位|房|厂|院|路|螺|钢|胶)"
)
_TIME = re.compile(
    r"(?:上午|下午|早上|晚上|中午|傍晚|凌晨|今晚|早|晚)?(?:\d{1,2}|[一二三四五六七八九十两]{1,3})(?:点(?:半|钟|零[一二三四五六七八九5-9]分|\d{1,2}分?|[一二三]刻)?"
    r"(?:前|之前|左右|以前)?(?!\d|[零一二三四五六七八九]))"
)
_JUST_NOW = 5  # days after which a list is still passed on
_COMES = re.compile(r"送|到|发(?!票)|前|要用|用货|交|提|需|拉|取|截|内|付|款|结")
_ENDS_COUNTED = re.compile(r"\d[ ]?[箱件盒袋包瓶桶个条支卷张套吨]")
_OF_LIST = re.compile(
    r"[ ]*(?:的)?(?:订货|订单|要货|报货|下单|采购|进货|补货|叫货|单子|清单|配货|出货|开单|报单|用料|要料|报料|报价"
    r"|各店|各家|客户|接龙|汇总)"
)
_TITLED = re.compile(r"[ \t]*(?:$|[:(,]|[^\s\d][^\n\d]{0,24}$)")
_DATED = re.compile(r"(?:时间|日期|交期|送货|到货|交货)[ ]?:?[ ]?$")  # 送货时间:11.26
_CLOCK = re.compile(r"(?:[01]?\d|2[0-4]):[0-5]\d(?::[0-5]\d)?(?!\d)")
_DAYPART = ("上午", "下午", "早上", "晚上", "中午", "傍晚", "一早", "早晨", "下班前", "中午前", "上班前")
_WITHIN = re.compile(
    r"(\d{1,2}|[一二两三四五六七八九十]{1,2}|半)个?(天|小时|钟头|周|礼拜|星期|月)"
    r"(?:(?:之内|以内|内|后|之后|以后)(?!天|[一二三四五六七日])|(?<=天)(?=到货|到[^期]|交货|送到|送货|出货))"
)
# 交期15天: so many days from now.
_LEAD_TIME = re.compile(
    r"(?:交期|货期|到货期|交货期|工期)(?:是|为|大概)?[ :]{0,2}"
    r"(\d{1,2}|[一二两三四五六七八九十]{1,2}|半)个?(天|周|礼拜|星期|月)(?![一二三四五六七八九十日内底初中末上下份\d])"
)
_MIDDLE = re.compile(r"月中(?=[要送到前交发用]|之前|以前|$|[ ,。\n])")
_WITHIN_THIS = re.compile(r"(?:这个?|本)(周|礼拜|星期|月)(?:之内|以内|内)")


# Holidays that fall on the same day every year, and those that follow the moon: their day is for somebody else to say.
_HOLIDAYS = {
    "元旦": (1, 1), "国庆": (10, 1), "劳动节": (5, 1), "圣诞": (12, 25), "平安夜": (12, 24),
    "双十二": (12, 12), "双12": (12, 12),
    "双十一": (11, 11), "双11": (11, 11), "情人节": (2, 14), "妇女节": (3, 8), "儿童节": (6, 1), "教师节": (9, 10),
}  # fmt: skip
_HOLIDAY = re.compile(
    r"(?:(元旦|国庆|劳动节|圣诞|平安夜|双十[一二]|双1[12]|情人节|妇女节|儿童节|教师节)|春节|过年|除夕|中秋|端午|清明|元宵)节?(?:假期?)?"
    r"(?:(前|后)(?:的?第?(\d{1,2}|[一二两三四五六七八九十])[天日](?!内|之内|以内))|(当天|那天|当日|头天|前一天)|(?:之前|以前|之后|以后|前后|前|后|期间))?"
)
# Days of the moon's calendar: 大年初八前, 腊月二十三. Which day that is, is for somebody else to say.
_LUNAR = re.compile(
    r"(?:(?:大年|正月|腊月|农历)(?:初[一二三四五六七八九十]|三十|[二廿]十?[一二三四五六七八九]?|十[一二三四五六七八九]?)"
    r"|年(?:初[一二三四五六七八九](?![中级班])|三十(?=[之以前后晚送到,。 \n]|$)|廿[一二三四五六七八九]|二十[八九])"
    r"|初[一二三四五六七八九十](?=之?前|以前|之?后|以后|早上|上午|下午|送|到|要货)|小年夜?(?=之?前|以前|之?后|送|到))"
    r"(?:之前|以前|之后|以后|前后|前|后|早上|上午|下午|晚上)?"
)


@dataclass(frozen=True, slots=True)
class DateFound:
    """A date said in a message. ``day`` is None when the words are about time but fix no day to deliver (the past, an
    hour, a time of the day that is not today)."""

    end: int
    day: date | None
    past: bool = False


def _number(text: str) -> int | None:
    found = number_at(text, 0)
    return int(found[1]) if found is not None and found[0] == len(text) else None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _next_month(today: date) -> tuple[int, int]:
    return (today.year + 1, 1) if today.month == 12 else (today.year, today.month + 1)


def _weekday(prefix: str | None, name: str, today: date) -> date:
    monday = today - timedelta(days=today.weekday())
    number = 5 if name == "末" else _WEEKDAYS[name]
    if prefix and prefix.startswith("下下"):
        return monday + timedelta(days=14 + number)
    if prefix and prefix.startswith("下"):
        return monday + timedelta(days=7 + number)
    day = monday + timedelta(days=number)
    return day if prefix or day >= today else day + timedelta(days=7)


def _month_day(month: int | None, day: int | None, today: date) -> date | None:
    if month is None or day is None:
        return None
    found = _day(today.year, month, day)
    if found is not None and found < today and (today - found).days > 60:
        found = _day(today.year + 1, month, day)
    return found


def _day_of_month(day: int | None, today: date) -> date | None:
    if day is None or not 1 <= day <= 31:
        return None
    year, month = today.year, today.month
    for _ in range(3):
        found = _day(year, month, day)
        if found is not None and found >= today:
            return found
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return None


# What any date, hour or part of the day begins with, besides digits.
_FIRST = frozenset(
    "今明后大正腊农初小当昨前上去次隔听寻琴这本交货到工月年元国劳圣平春过除中端清双情妇儿教下周礼星一二两三四五六七八九十廿半早晚傍凌"
)


def _with_tail(text: str, end: int) -> int:
    """Extend over the hour or the part of the day that follows a date."""
    for _ in range(2):
        char = text[end : end + 1]
        if char not in _FIRST and not char.isdigit():
            break
        for part in _DAYPART:
            if text.startswith(part, end):
                end += len(part)
                break
        match = _TIME.match(text, end)
        if match:
            end = match.end()
    return end


def date_at(text: str, at: int, today: date) -> DateFound | None:
    """The date whose words begin at ``at``; none begin at the end."""
    if at >= len(text) or not (text[at] in _FIRST or text[at].isdigit()):
        return None
    if text[at] in "大正腊农年初小" and (lunar := _LUNAR.match(text, at)):
        return DateFound(lunar.end(), None)
    found = _date_at(text, at, today)
    if found is None:
        return None
    return DateFound(_with_tail(text, found.end), found.day, found.past)


def _date_at(text: str, at: int, today: date) -> DateFound | None:
    char = text[at]
    if char in "今明后大当昨前上去次隔听寻琴":
        for length in (3, 2):
            word = text[at : at + length]
            if len(word) == length and word in _DAY_WORDS:
                return DateFound(at + length, today + timedelta(days=_DAY_WORDS[word]))
        for word in _PAST_WORDS:
            if text.startswith(word, at):
                return DateFound(at + len(word), None, past=True)
    if (ended := _in_year(text, at, today)) is not None:
        return ended
    if char in "这本下周礼星" and (match := _WEEK.match(text, at)):
        return DateFound(match.end(), _weekday(match[1], match[2], today))
    if char in "下这本" and (match := _NEXT_MONTH.match(text, at)):
        return DateFound(match.end(), _in_month(match, today))
    if char == "月" and text.startswith(("月底", "月末"), at):
        last = calendar.monthrange(today.year, today.month)[1]
        return DateFound(at + 2, date(today.year, today.month, last))
    if char.isdigit() or char in "一二两三四五六七八九十廿半":
        found = _numeric(text, at, today)
        if found is not None:
            return found
    for part in _DAYPART:
        if text.startswith(part, at):
            return DateFound(at + len(part), today)
    match = _TIME.match(text, at) or _CLOCK.match(text, at) or _YM.match(text, at) or _SOME_WEEK.match(text, at)
    return DateFound(match.end(), None) if match else None


def _in_year(text: str, at: int, today: date) -> DateFound | None:
    """年底, 本周内, or a day counted from a holiday."""
    if match := _WITHIN_THIS.match(text, at):
        last = calendar.monthrange(today.year, today.month)[1]
        ends = today.replace(day=last) if match[1] == "月" else today + timedelta(days=6 - today.weekday())
        return DateFound(match.end(), ends)
    if text[at] in "交货到工" and (match := _LEAD_TIME.match(text, at)):
        return DateFound(match.end(), today + timedelta(days=_days(match[1], match[2])))
    if text[at] == "月" and (match := _MIDDLE.match(text, at)) and today.day <= 15:
        return DateFound(match.end(), today.replace(day=15))
    if text.startswith("年底", at):
        return DateFound(at + 2, date(today.year, 12, 31))
    match = _HOLIDAY.match(text, at) if text[at] in "元国劳圣平春过除中端清双情妇儿教" else None
    return DateFound(match.end(), _holiday(match, today)) if match is not None else None


def _holiday(match: re.Match[str], today: date) -> date | None:
    """元旦前两天 is the thirtieth of December; by itself a holiday fixes no day."""
    if match[1] is None or not (match[3] or match[4]):
        return None
    days = (_number(match[3]) or 0) if match[3] else 1 if match[4] in ("头天", "前一天") else 0
    shift = timedelta(days=days if match[2] == "后" else -days)
    first = date(today.year, *_HOLIDAYS[match[1]]) + shift
    return first if first >= today else date(today.year + 1, *_HOLIDAYS[match[1]]) + shift


def _in_month(match: re.Match[str], today: date) -> date | None:
    year, month = _next_month(today) if match[1].startswith("下") else (today.year, today.month)
    if match[2]:
        number = _number(match[2])
        return _day(year, month, number) if number else None
    return _part_of(year, month, match[3])


def _part_of(year: int, month: int, part: str) -> date:
    """月底 is its last day, 月初 the first, 月中 the fifteenth, 上旬 until the tenth."""
    last = calendar.monthrange(year, month)[1]
    return date(year, month, {"底": last, "末": last, "初": 1, "中": 15, "下": last, "上": 10}[part[0]])


_FEW_HOURS = 8


def _days(count: str, unit: str) -> int:
    """三天, 48小时, 一个星期, 半个月 in days; a few hours are today, most of a day is a day."""
    if unit in ("小时", "钟头") and (_number(count) or 1) <= _FEW_HOURS:
        return 0
    if unit in ("小时", "钟头"):
        return max(1, -(-(_number(count) or 1) // 24))
    size = {"天": 1, "月": 30}.get(unit, 7)
    return size // 2 if count == "半" else (_number(count) or 0) * size


def _part_said(match: re.Match[str], today: date) -> date | None:
    month = _number(match[1])
    if month is None or not 1 <= month <= 12:
        return None
    day = _part_of(today.year, month, match[2])
    return day if day >= today else _part_of(today.year + 1, month, match[2])


def _of_paper(text: str, start: int, end: int, day: date, today: date) -> bool:
    """靓车坊 12月9日 or 金岭体育 12.9 订货 over a list, written on that day or just after it: the day of the list."""
    if not 0 <= (today - day).days <= _JUST_NOW:
        return False
    stop = text.find("\n", end)
    if stop < 0 or text[:start].count("\n") > 2 or text.count("\n") < 2:
        return False  # no line over a list
    line = text[text.rfind("\n", 0, start) + 1 : start] + " " + text[end:stop]
    if _heads_list(text, start, end) and _BY_THEN.match(text, end) is None:
        return True
    return not _COMES.search(line) and not _ENDS_COUNTED.search(line) and _TITLED.match(text, end, stop) is not None


def _heads_list(text: str, start: int, end: int) -> bool:
    """12.8 佳惠各门店补货: at the head of a line that says what the list is."""
    stop = text.find("\n", end)
    head = not text[text.rfind("\n", 0, start) + 1 : start].strip() and text[end : end + 1] == " "
    return head and stop >= 0 and _OF_LIST.search(text, end, stop) is not None


def _numeric(text: str, at: int, today: date) -> DateFound | None:
    found = _written(text, at, today)
    if found is None:
        match = _MD.match(text, at) or _DASHED.match(text, at)
        day = _month_day(int(match[1]), int(match[2]), today) if match and 1 <= int(match[1]) <= 12 else None
        if match is None or day is None or not (at == 0 or not (text[at - 1].isascii() and text[at - 1].isalnum())):
            return None
        of_list = (
            _OF_LIST.match(text, match.end())
            or _heads_list(text, at, match.end())
            or not text[match.end() : match.end() + 1].strip()
        )
        return DateFound(match.end(), None) if of_list and _of_paper(text, at, match.end(), day, today) else None
    if found.day is not None and _of_paper(text, at, found.end, found.day, today):
        return DateFound(found.end, None)
    return found


def _written(text: str, at: int, today: date) -> DateFound | None:
    if at and text[at - 1].isascii() and (text[at - 1].isalnum() or text[at - 1] in ".*/-"):
        return None
    if match := _YMD.match(text, at):
        year = int(match[1]) if len(match[1]) == 4 else 2000 + int(match[1])
        day = _day(year, int(match[2]), int(match[3]))
        short = len(match[1]) == 2 and "年" not in match[0]  # 28-6-6 is a fertiliser rather than a day in two years
        if day is not None and abs((day - today).days) < (400 if short else 1500):
            return DateFound(match.end(), day if day >= today else None, past=day < today)
    if match := _MD_HAN.match(text, at):
        day = _month_day(_number(match[1]), _number(match[2]), today)
        if day is not None:
            return DateFound(match.end(), day if day >= today else None, past=day < today)
    if (match := _PART_OF_MONTH.match(text, at)) and (part := _part_said(match, today)):
        return DateFound(match.end(), part)
    if match := _WITHIN.match(text, at):
        return DateFound(match.end(), today + timedelta(days=_days(match[1], match[2])))
    if match := _MD.match(text, at):
        month, number = int(match[1]), int(match[2])
        rest = text[match.end() : match.end() + 1]
        day = _month_day(month, number, today) if 1 <= month <= 12 else None
        slash = match[0].find("/") > 0
        dotted = _BY_THEN.match(text, match.end()) is not None  # 12.5之前到
        dotted = dotted or text.startswith(_DAYPART, match.end())
        dotted = dotted or bool(_DATED.search(text, max(0, at - 8), at) or _NOT_LATER.search(text, max(0, at - 4), at))
        if day is not None and (slash or dotted or match[0][-1] in "号日") and rest not in ("元", "块", "折"):
            return DateFound(match.end(), day if day >= today else None, past=day < today)
    if (match := _DASHED.match(text, at)) and (
        _BY_THEN.match(text, match.end())
        or text.startswith(_DAYPART, match.end())
        or _DATED.search(text, max(0, at - 8), at)
    ):
        day = _month_day(int(match[1]), int(match[2]), today)
        if day is not None and (day - today).days < 120:
            return DateFound(match.end(), day if day >= today else None, past=day < today)
    if (match := _DAY.match(text, at)) and not text[max(0, at - 2) : at].endswith(("周", "星期", "礼拜")):
        day = _day_of_month(_number(match[1]), today)
        if day is not None:
            return DateFound(match.end(), day)
    return None
