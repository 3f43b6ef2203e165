"""Breaking text into lines, sharing a table's width among its columns, rows among pages. Pure arithmetic in points."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

Measure = Callable[[str], float]

ELLIPSIS = "…"
_TOLERANCE = 1e-6  # points: what adding floats in another order may differ by
# A run of Latin letters, digits and the signs of specifications (M8*30-304) stays together, with the character behind a
# final slash (4m/根); elsewhere a line may end after every character. Opening brackets stay with what follows, closing
# ones and stops with what stands before.
_RUN = r"[0-9A-Za-z.*×/\-+#Φφ°'\"]+(?:(?<=/).)?"
_TOKENS = re.compile(rf"[（(《“【\[]*(?:{_RUN}|[^ ])[，。、；：！？）】》”’%％,;:!?)\]}}]*| +")
_SEAMS = "-/*×"  # where such a run may be cut when it is wider than the column


def wrap(text: str, width: float, measure: Measure, most: int) -> tuple[str, ...]:
    """Lines no wider than ``width``, ``most`` of them; what does not fit ends in …. At least one line."""
    lines: list[str] = []
    line = ""
    for match in _TOKENS.finditer(text):
        if len(lines) > most:
            break  # the rest is not shown anyway
        token = match[0]
        if measure(line + token) <= width:
            line += token
            continue
        if line:
            lines.append(line.rstrip())
        line = token.lstrip()
        while (
            len(lines) <= most and measure(line) > width and len(line) > 1
        ):  # a run wider than the column is cut where it must be
            cut = _seam(line, _fitting(line, width, measure))
            lines.append(line[:cut])
            line = line[cut:]
    lines.append(line.rstrip())
    if len(lines) > most:
        last = lines[most - 1]
        while last and measure(last + ELLIPSIS) > width:
            last = last[:-1]
        lines = [*lines[: most - 1], last + ELLIPSIS]
    return tuple(lines)


def _seam(text: str, cut: int) -> int:
    """The last seam of a run at or before ``cut``, if it lies in its second half; else ``cut`` itself."""
    seams = [index + 1 for index, char in enumerate(text[:cut]) if char in _SEAMS and index + 1 > cut / 2]
    return max(seams, default=cut)


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

    Where that is too little, a column whose text is short keeps what it needs and the long ones divide what is left by
    greed, so greeds should stand to each other about as the leasts do. Whatever stays over goes by greed too.
    """
    wishes = [min(max(track.natural, track.least), track.most) for track in tracks]
    greedy = [index for index, track in enumerate(tracks) if track.greed]
    room = width - sum(wish for wish, track in zip(wishes, tracks, strict=True) if not track.greed)
    widths = list(wishes)
    over = sum(wishes[index] for index in greedy) - room
    if over <= 0:
        total = sum(tracks[index].greed for index in greedy)
        for index in greedy:
            widths[index] -= over * tracks[index].greed / total
        return tuple(widths)
    # The level to which all are cut, in units of greed: a column below it keeps its wish.
    level = room / sum(tracks[index].greed for index in greedy)
    while short := [index for index in greedy if wishes[index] <= level * tracks[index].greed]:
        room -= sum(wishes[index] for index in short)
        greedy = [index for index in greedy if index not in short]
        level = room / sum(tracks[index].greed for index in greedy)
    for index in greedy:
        widths[index] = level * tracks[index].greed
    return tuple(widths)


@dataclass(frozen=True, slots=True)
class Span:
    """Rows ``start`` to ``end`` (exclusive) stand on one page."""

    start: int
    end: int


def paginate(heights: Sequence[float], room: float, *, carry_in: float, carry_out: float, closing: float) -> list[Span]:
    """Share rows among pages.

    ``room`` is the height for rows and sums on every page. Pages after the first begin with a row of ``carry_in``,
    pages before the last end with one of ``carry_out``, and the last ends with ``closing``. The last page never holds
    the sums alone when a row can keep them company.
    """
    spans: list[Span] = []
    start, count = 0, len(heights)
    while True:
        space = room - (carry_in if spans else 0) + _TOLERANCE
        if sum(heights[start:]) + closing <= space:
            spans.append(Span(start, count))
            return spans
        end, used = start, carry_out
        while end < count and used + heights[end] <= space:
            used += heights[end]
            end += 1
        if end == count and end - start > 1:
            end -= 1
        end = max(end, min(start + 1, count))
        if (
            end == start
        ):  # no row is left and the sums do not fit: they go down by themselves, over the foot if they must
            spans.append(Span(start, end))
            return spans
        spans.append(Span(start, end))
        start = end
