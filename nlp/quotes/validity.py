"""From which day a supplier's prices hold, and until which: 12月1日起执行, 有效期到月底, 7天内有效."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Protocol

from nlp.findings import Context, Doc, Span
from nlp.scanning.dates import date_at
from nlp.scanning.numbers import number_at
from nlp.scanning.text import Folded
from nlp.scanning.tokens import T, Token

_GAP = r"\s{0,4}"
_LEAD = r"(?:以上|此|本|该)?(?:报价|价格|单价)?"
_IS = rf"{_GAP}[:为是]?{_GAP}"
_UP_TO = r"(?:截止到|截止|截至|直到|(?:改|延长|延|推迟|顺延)?[到至]|改[成为])"
_ENDS = r"截止(?:日期|时间)?"
_UNTIL_BEFORE = re.compile(
    rf"{_LEAD}(?:有效期?限?|{_ENDS}|执行|保持|维持|不变|管)?{_IS}{_UP_TO}{_GAP}$|{_LEAD}(?:有效期限?|{_ENDS}){_IS}$"
)
_UNTIL_AFTER = re.compile(r"(?:之前|以前|前)?(?:内)?(?:有效|为止|截止|止)")
_FROM_BEFORE = re.compile(rf"{_LEAD}(?:生效|执行|起效)(?:日期|时间|日)?{_IS}$")
_FROM_AFTER = re.compile(
    r"(?:之后|以后|起|开始|后)(?:正式|统一)?(?:执行|生效|实行|实施|调价|涨价|降价|有效|按此价|按这个价)?"
    r"|(?:正式|统一)?(?:执行|生效|实行|实施)"
)
_FROM_LEAD = re.compile(rf"[自从于]{_GAP}$")
_TO = re.compile(rf"{_GAP}(?:到|至|~|--?|——?){_GAP}")
_COUNT = r"(?:\d{1,4}|[一二两三四五六七八九十半]{1,4})"
_SPAN = r"(?:个?月|天|日|周|个?星期|个?礼拜)"
_WITHIN = r"(?:之内|以内|内)?"
_FOR = re.compile(
    rf"{_LEAD}有效期?限?{_IS}(?P<n>{_COUNT}){_GAP}(?P<unit>{_SPAN}){_WITHIN}"
    rf"|(?<!\d)(?P<n2>{_COUNT}){_GAP}(?P<unit2>{_SPAN}){_WITHIN}有效"
)
_THIS = re.compile(
    rf"{_LEAD}(?P<what>本月|当月|这个?月|月|本周|这周|当周|本日|当日|当天|今天|今日)(?:底前|底|之?内|以内)?有效"
)
_MONTH_END = re.compile(r"(?P<month>1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九])月(?:份)?(?:底|末)")
_ALWAYS = re.compile(r"长期有效|另行通知(?:前|为止)?")


@dataclass(frozen=True, slots=True)
class Held:
    """The days said; ``spans`` are the folded offsets of their words, by field, ``other`` those that fix no day;
    ``days`` what each of them says, in the same order."""

    spans: tuple[tuple[str, Span], ...] = ()
    days: tuple[date | None, ...] = ()

    @property
    def valid_from(self) -> date | None:
        """The first day."""
        return self._last("valid_from")

    @property
    def valid_until(self) -> date | None:
        """The last day."""
        return self._last("valid_until")

    def _last(self, name: str) -> date | None:
        return next(
            (day for (own, _), day in reversed(list(zip(self.spans, self.days, strict=True))) if own == name), None
        )

    def __bool__(self) -> bool:
        return bool(self.spans)

    def covers(self, token: Token) -> bool:
        """Whether a token stands in the words about these days."""
        return any(start <= token.start and token.end <= end for _, (start, end) in self.spans)

    def without(self, tokens: list[Token]) -> list[Token]:
        """The tokens with nothing where the days are said; every other one keeps its place."""
        return [
            Token(T.GAP, token.start, token.end, " ", at=token.at) if self.covers(token) else token for token in tokens
        ]


def said(text: str, context: Context) -> Held:
    """What a folded text says about it, relative to the day of the message."""
    try:
        today = datetime.fromisoformat(context.datetime).date()
    except ValueError:
        return Held()
    days: list[date | None] = []
    spans: list[tuple[str, Span]] = []

    def take(name: str, day: date | None, start: int, end: int) -> None:
        spans.append((name, (start, end)))
        days.append(day)

    for match in _ALWAYS.finditer(text):
        take("other", None, *match.span())
    for match in _THIS.finditer(text):
        take("valid_until", _this(match["what"], today), *match.span())
    for match in _FOR.finditer(text):
        day = _after(match["n"] or match["n2"], match["unit"] or match["unit2"], today)
        if day is not None:
            take("valid_until", day, *match.span())
    at = 0
    while at < len(text):
        if any(start <= at < end for _, (start, end) in spans):
            at += 1
            continue
        found = _day_at(text, at, today)
        if found is None:
            at += 1
            continue
        end, day = found
        second = _range(text, end, today)
        if second is not None and _about_prices(text, at, second[0]):
            start = _back(_UNTIL_BEFORE, text, at)
            take("valid_from", day, start, end)
            stop = _ahead(_UNTIL_AFTER, text, second[0])
            take("valid_until", second[1], end, stop)
            at = stop
            continue
        at = _one(text, at, end, day, take)
    return Held(tuple(spans), tuple(days))


def told(docs: tuple[Doc, ...], held: Held, folded: Folded) -> tuple[Doc, ...]:
    """The documents with their days and where they were said. Of several suppliers each has what stands in its own
    part; what stands in front of all of them, or speaks of all above, holds for all."""
    starts = [doc.spans["party"][0] if "party" in doc.spans else 0 for doc in docs]
    found = list(docs)
    for (name, span), day in zip(held.spans, held.days, strict=True):
        if day is None:
            continue
        place = folded.span(*span)
        before = [start for start in starts if start <= place[0]]
        everybody = not before or folded.text[span[0] : span[1]].startswith("以上") or len(set(starts)) < len(starts)
        for at, doc in enumerate(found):
            if everybody or starts[at] == max(before):
                changed = replace(doc, spans={**doc.spans, name: place})
                found[at] = (
                    replace(changed, valid_from=day.isoformat())
                    if name == "valid_from"
                    else replace(changed, valid_until=day.isoformat())
                )
    return tuple(found)


class _Take(Protocol):
    """Notes a day and the words it was said in."""

    def __call__(self, name: str, day: date | None, start: int, end: int, /) -> None: ...


def _one(text: str, at: int, end: int, day: date, take: _Take) -> int:
    """One day by itself: what stands after it counts before what stands in front."""
    if (stop := _ahead(_UNTIL_AFTER, text, end)) > end:
        take("valid_until", day, _back(_UNTIL_BEFORE, text, at), stop)
        return stop
    if (stop := _ahead(_FROM_AFTER, text, end)) > end:
        take("valid_from", day, _back(_FROM_LEAD, text, at), stop)
        return stop
    if (start := _back(_FROM_BEFORE, text, at)) < at:
        take("valid_from", day, start, end)
    elif (start := _back(_UNTIL_BEFORE, text, at)) < at and text[start:at].strip() not in ("到", "至"):
        take("valid_until", day, start, end)
    return end


def _back(pattern: re.Pattern[str], text: str, at: int) -> int:
    """Where the words in front of ``at`` that fit begin; ``at`` itself when none do."""
    window = max(0, at - 16)
    best = at
    for begin in range(window, at):
        if pattern.fullmatch(text, begin, at):
            best = begin
            break
    return best


def _ahead(pattern: re.Pattern[str], text: str, at: int) -> int:
    match = pattern.match(text, at)
    return match.end() if match else at


def _range(text: str, end: int, today: date) -> tuple[int, date] | None:
    """The second day of 12月1日到12月31日: where it ends, and it."""
    join = _TO.match(text, end)
    return _day_at(text, join.end(), today) if join else None


def _about_prices(text: str, start: int, end: int) -> bool:
    near = text[max(0, start - 10) : start] + text[end : end + 6]
    return any(word in near for word in ("有效", "执行", "价"))


def _day_at(text: str, at: int, today: date) -> tuple[int, date] | None:
    if at > 0 and (text[at - 1].isdigit() or text[at - 1] == ".") and text[at : at + 1].isdigit():
        return None  # in the middle of a number
    if match := _MONTH_END.match(text, at):
        month = number_at(match["month"], 0)
        if month is not None:
            year = today.year if int(month[1]) >= today.month else today.year + 1
            return match.end(), date(year, int(month[1]), calendar.monthrange(year, int(month[1]))[1])
    found = date_at(text, at, today)
    return None if found is None or found.day is None or found.past else (found.end, found.day)


def _this(what: str, today: date) -> date:
    if "周" in what:
        return today + timedelta(days=6 - today.weekday())
    if "月" in what:
        return today.replace(day=calendar.monthrange(today.year, today.month)[1])
    return today


def _after(count: str, unit: str, today: date) -> date | None:
    """The day so many days, weeks or months after today."""
    if count == "半" and unit.endswith("月"):
        return today + timedelta(days=15)
    number = number_at(count, 0)
    if number is None or number[0] != len(count) or not 0 < number[1] <= 1000 or number[1] % 1:
        return None
    much = int(number[1])
    if unit.endswith("月"):
        years, month = divmod(today.month - 1 + much, 12)
        year = today.year + years
        return date(year, month + 1, min(today.day, calendar.monthrange(year, month + 1)[1]))
    return today + timedelta(days=much if unit in ("天", "日") else 7 * much)
