"""Breaking text into lines, sharing a table's width among its columns, and rows among pages. Pure arithmetic in points."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

Measure = Callable[[str], float]

ELLIPSIS = "…"
_NOT_FIRST = "，。、；：！？）】》”’%％,.;:!?)]}"
# A run of Latin letters, digits and the signs of specifications (M8*30-304) stays together; every other character may end
# a line.
_TOKENS = re.compile(r"[0-9A-Za-z.*×/\-+#Φφ°'\"]+| +|.")


def wrap(text: str, width: float, measure: Measure, most: int) -> tuple[str, ...]:
    """Lines no wider than ``width``, ``most`` of them; what does not fit ends in …. At least one line."""
    lines: list[str] = []
    line = ""
    for token in _TOKENS.findall(text):
        if measure(line + token) <= width or (line and token in _NOT_FIRST and measure(line) <= width):
            line += token
            continue
        if line:
            lines.append(line.rstrip())
        line = token.lstrip()
        while measure(line) > width and len(line) > 1:  # a run wider than the column is cut where it must be
            cut = _fitting(line, width, measure)
            lines.append(line[:cut])
            line = line[cut:]
    lines.append(line.rstrip())
    if len(lines) > most:
        last = lines[most - 1]
        while last and measure(last + ELLIPSIS) > width:
            last = last[:-1]
        lines = [*lines[: most - 1], last + ELLIPSIS]
    return tuple(lines)


def _fitting(text: str, width: float, measure: Measure) -> int:
    """How many characters fit, at least one."""
    low, high = 1, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if measure(text[:middle]) <= width:
            low = middle
        else:
            high = middle - 1
    return low


@dataclass(frozen=True, slots=True)
class Track:
    """A column's wishes: the width its widest text would take, and the least and most it may get."""

    natural: float
    least: float
    most: float
    greed: float = 0.0  # share of what is left over; 0 for columns that need no more than their text


def share(tracks: Sequence[Track], width: float) -> tuple[float, ...]:
    """Widths that add up to ``width``. Columns without greed get what they ask for; the greedy ones share the rest.

    Within the greedy, a short text takes what it needs and a long one gives way; whatever stays over goes by greed.
    """
    widths = [min(max(track.natural, track.least), track.most) for track in tracks]
    greedy = [index for index, track in enumerate(tracks) if track.greed]
    room = width - sum(widths[index] for index in range(len(tracks)) if index not in greedy)
    over = sum(widths[index] for index in greedy) - room
    if over > 0:  # give way in proportion to what each has above its least
        slack = sum(widths[index] - tracks[index].least for index in greedy)
        factor = min(1.0, over / slack) if slack > 0 else 0.0
        for index in greedy:
            widths[index] -= (widths[index] - tracks[index].least) * factor
    else:
        total = sum(tracks[index].greed for index in greedy)
        for index in greedy:
            widths[index] += -over * tracks[index].greed / total
    return tuple(widths)


@dataclass(frozen=True, slots=True)
class Span:
    """Rows ``start`` to ``end`` (exclusive) stand on one page."""

    start: int
    end: int


def paginate(heights: Sequence[float], room: float, *, carry_in: float, carry_out: float, closing: float) -> list[Span]:
    """Share rows among pages.

    ``room`` is the height for rows and sums on every page. Pages after the first begin with a row of ``carry_in``, pages
    before the last end with one of ``carry_out``, and the last ends with ``closing``. The last page never holds the sums
    alone when a row can keep them company.
    """
    spans: list[Span] = []
    start, count = 0, len(heights)
    left = sum(heights)
    while True:
        space = room - (carry_in if spans else 0)
        if left + closing <= space:
            spans.append(Span(start, count))
            return spans
        end, used = start, carry_out
        while end < count and used + heights[end] <= space:
            used += heights[end]
            end += 1
        if end == count and end - start > 1:
            end -= 1
        end = max(end, min(start + 1, count))
        if end == start:  # no row is left and the sums do not fit: they go down by themselves, over the foot if they must
            spans.append(Span(start, end))
            return spans
        spans.append(Span(start, end))
        left -= sum(heights[start:end])
        start = end
