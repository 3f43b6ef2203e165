"""The PDF of a document. Pure: the same view and paper give the same bytes.

Runs in a worker process, because reportlab is heavy.
"""

from __future__ import annotations

from dataclasses import dataclass

import segno

from inventory_core.views import DocumentView
from notifications.paper.flow import Span, paginate, share, wrap
from notifications.paper.form import CENTRED, FORMS, MM, RIGHT_ALIGNED, Form, track
from notifications.paper.ink import Ink
from notifications.paper.options import Paper
from notifications.paper.sheet import Column, Sheet, money, sheet


@dataclass(frozen=True, slots=True)
class Printed:
    """A finished print. ``missing``: characters the font does not have, printed as □; tell whoever keeps the names."""

    pdf: bytes
    pages: int
    missing: tuple[str, ...]


def render(view: DocumentView, paper: Paper) -> Printed:
    """Draw the document. FontMissing when the font's wheel is not installed; no content makes it fail."""
    page = sheet(view, paper)
    form = FORMS[paper.size]
    who = page.party[0][1] if page.party else ""
    ink = Ink(form, title=" ".join(part for part in (page.title, page.label, who) if part), author=page.firm)
    press = _Press(page, paper, form, ink)
    pages = press.run()
    return Printed(ink.finish(), pages, ink.missing)


@dataclass(frozen=True, slots=True)
class _Laid:
    """A row broken into lines, cell by cell."""

    cells: tuple[tuple[str, ...], ...]
    height: float


class _Press:
    """Lays a sheet out on one form and draws it page by page."""

    def __init__(self, page: Sheet, paper: Paper, form: Form, ink: Ink) -> None:
        self.sheet, self.paper, self.form, self.ink = page, paper, form, ink
        self.row = form.line + form.pad_y
        self.end = form.left + form.table_width
        self.widths = self._widths()
        self.party = self._party()
        self.notes = self._notes()
        self.head = self._head_height()
        sums = len(page.adjustments) + 1 + bool(page.words)
        self.closing = sums * self.row + len(self.notes) * form.line + (1.5 * MM if self.notes else 0)
        frame = form.top + self.head + self.row + form.signature + form.foot + form.bottom
        self.room = form.height - frame
        self.rows = self._rows()
        self.spans = paginate(
            [row.height for row in self.rows], self.room, carry_in=self.row, carry_out=self.row, closing=self.closing
        )

    def run(self) -> int:
        """Draw all pages; returns how many."""
        carried = 0
        for number, span in enumerate(self.spans, start=1):
            carried = self._page(number, span, carried)
        return len(self.spans)

    # ------------------------------------------------------------ measuring

    def _fit(self, text: str, width: float, most: int, size: float) -> tuple[str, ...]:
        return wrap(text, width, lambda part: self.ink.measure(part, size), most)

    def _widths(self) -> tuple[float, ...]:
        tracks = []
        for index, column in enumerate(self.sheet.columns):
            texts = {column.value, *(row.cells[index] for row in self.sheet.rows)}
            natural = max(self.ink.measure(text, self.form.body) for text in texts)
            tracks.append(track(column, natural + 2 * self.form.pad_x + 0.5))
        return share(tracks, self.form.table_width)

    def _rows(self) -> list[_Laid]:
        # A row must leave room for the sums below it and the sum carried in above it, or it could stand on no page.
        tallest = self.room - self.closing - self.row - self.form.pad_y
        most = max(1, min(self.form.most_lines, int(tallest / self.form.line)))
        rows = []
        for row in self.sheet.rows:
            cells = tuple(
                self._fit(text, width - 2 * self.form.pad_x, most, self.form.body)
                for text, width in zip(row.cells, self.widths, strict=True)
            )
            rows.append(_Laid(cells, max(map(len, cells)) * self.form.line + self.form.pad_y))
        return rows

    def _party(self) -> list[str]:
        """The customer's facts, broken into lines."""
        lines: list[str] = []
        width = self.form.table_width - self._facts_width() - 4 * MM
        for label, value in self.sheet.party:
            if value:
                lines += self._fit(f"{label}：{value}", width, self.form.party_lines, self.form.body)
        return lines

    def _facts_width(self) -> float:
        """Number and dates, with the QR code beside them where the title leaves no room for it above."""
        return self.form.facts + (self.form.qr + 3 * MM if self.form.ink_only and self.sheet.code else 0)

    def _notes(self) -> list[str]:
        lines: list[str] = []
        for label, text in self.sheet.notes:
            prefix = f"{label}：" if label else ""
            lines += self._fit(prefix + text, self.form.table_width, self.form.note_lines, self.form.body)
        if len(lines) > self.form.note_lines:
            lines = [*lines[: self.form.note_lines - 1], lines[self.form.note_lines - 1].rstrip("…") + "…"]
        return lines

    def _title_height(self) -> float:
        if self.form.ink_only:
            return 8 * MM
        return 17.5 * MM + (4.5 * MM if self.sheet.firm_line else 0)

    def _head_height(self) -> float:
        rows = max(len(self.party), len(self.sheet.facts))
        height = self._title_height() + rows * self.form.line * 1.12 + 1.5 * MM
        return max(height, self.form.qr + 2.5 * MM) if self.sheet.code else height

    # ------------------------------------------------------------ drawing

    def _page(self, number: int, span: Span, carried: int) -> int:
        """Draw one page; returns the sum of the lines so far, in fen."""
        last = number == len(self.spans)
        mark = self.sheet.mark
        if mark is not None and not mark.stamp:
            self.ink.watermark(mark.text)
        self._head()
        y = self._table_head(self.form.top + self.head)
        if number > 1:
            y = self._sum_row(y, "承前页", self._so_far(span.start, carried))
        for row in self.rows[span.start : span.end]:
            y = self._table_row(y, row)
        so_far = carried + sum(row.fen for row in self.sheet.rows[span.start : span.end])
        y = self._close(y) if last else self._sum_row(y, "转下页", self._so_far(span.end, so_far))
        self._signatures(y, last)
        self._foot(number)
        if self.form.ink_only:
            self._copies()
        if mark is not None and mark.stamp:
            self.ink.stamp(
                self.form.left + self.form.table_width * 0.62, self.form.top + self.head + 24 * MM, mark.text
            )
        self.ink.page()
        return so_far

    def _head(self) -> None:
        form, ink, page = self.form, self.ink, self.sheet
        if form.ink_only:
            limit = form.table_width - 2 * (form.qr + 4 * MM)
            gap = "　" if page.firm else ""
            heading = self._fit(f"{page.firm}{gap}{page.title}", limit, 1, form.firm_size)
            if page.title not in heading[0]:  # a firm's name must not push the title off
                firm = self._fit(page.firm, limit - ink.measure("　" + page.title, form.firm_size), 1, form.firm_size)
                heading = (f"{firm[0]}　{page.title}",)
            ink.text(
                form.left + form.table_width / 2,
                form.top + 3.4 * MM,
                heading[0],
                form.firm_size,
                align="center",
                bold=True,
            )
        else:
            self._a4_title()
        step = form.line * 1.12
        y = form.top + self._title_height() + step / 2
        for index, line in enumerate(self.party):
            ink.text(form.left, y + index * step, line, form.body)
        x = self.end - self._facts_width() + (10 * MM if not form.ink_only else 0)
        for index, (label, value) in enumerate(page.facts):
            fitted = self._fit(f"{label}：{value}", form.facts, 1, form.body)[0]
            ink.text(x, y + index * step, fitted, form.body, bold=index == 0)
        if page.code:
            ink.squares(self.end - form.qr, form.top, form.qr, tuple(_modules(page.code)))

    def _a4_title(self) -> None:
        form, ink, page = self.form, self.ink, self.sheet
        centre = form.left + form.table_width / 2
        limit = form.table_width - 2 * (form.qr + 4 * MM)
        size = form.firm_size
        while size > 11 and ink.measure(page.firm, size) > limit:
            size -= 0.5
        ink.text(centre, form.top + 3.5 * MM, self._fit(page.firm, limit, 1, size)[0], size, align="center", bold=True)
        y = form.top + 3.5 * MM
        if page.firm_line:
            y += 5.5 * MM
            small = self._fit(page.firm_line, limit, 1, form.small)[0]
            ink.text(centre, y, small, form.small, align="center")
        ink.text(centre, y + 7 * MM, page.title, form.title_size, align="center", bold=True, spread=form.title_size / 2)

    def _table_head(self, y: float) -> float:
        self.ink.shade(self.form.left, y, self.form.table_width, self.row)
        self.ink.rule(self.form.left, y, self.end, y, 0.9)
        x = self.form.left
        for column, width in zip(self.sheet.columns, self.widths, strict=True):
            self.ink.text(x + width / 2, y + self.row / 2, column.value, self.form.body, align="center", bold=True)
            x += width
        self._box(y, self.row)
        return y + self.row

    def _table_row(self, y: float, row: _Laid) -> float:
        x = self.form.left
        for column, width, lines in zip(self.sheet.columns, self.widths, row.cells, strict=True):
            align, at = _place(column, x, width, self.form.pad_x)
            middle = y + (row.height - (len(lines) - 1) * self.form.line) / 2
            for index, line in enumerate(lines):
                self.ink.text(at, middle + index * self.form.line, line, self.form.body, align=align)
            x += width
        self._box(y, row.height)
        return y + row.height

    def _box(self, y: float, height: float) -> None:
        """The grid of one row: its bottom and its verticals."""
        self.ink.rule(self.form.left, y + height, self.end, y + height)
        x = self.form.left
        for width in (0.0, *self.widths):
            x += width
            self.ink.rule(x, y, x, y + height)

    def _so_far(self, rows: int, fen: int) -> str:
        return money(fen) if self.sheet.total else f"{rows}行"

    def _sum_row(self, y: float, label: str, value: str, *, bold: bool = False) -> float:
        """A row across the table: words on the left, a figure under the amounts."""
        form = self.form
        at = self._figure_edge()
        self.ink.text(at, y + self.row / 2, value, form.body, align="right", bold=bold)
        room = at - form.left - 2 * form.pad_x - self.ink.measure(value, form.body) - 3 * MM
        text = self._fit(label, room, 1, form.body)[0]
        self.ink.text(form.left + form.pad_x, y + self.row / 2, text, form.body, bold=bold)
        self._frame(y)
        return y + self.row

    def _figure_edge(self) -> float:
        """Where figures of sums end: under the amounts, or at the table's end without them."""
        x = self.form.left
        for column, width in zip(self.sheet.columns, self.widths, strict=True):
            x += width
            if column is Column.AMOUNT:
                return x - self.form.pad_x
        return self.end - self.form.pad_x

    def _frame(self, y: float) -> None:
        self.ink.rule(self.form.left, y + self.row, self.end, y + self.row)
        for x in (self.form.left, self.end):
            self.ink.rule(x, y, x, y + self.row)

    def _close(self, y: float) -> float:
        """The sums, the amount in words and the notes; returns where they end."""
        form = self.form
        for label, value in self.sheet.adjustments:
            y = self._sum_row(y, label, value)
        total = f"¥{self.sheet.total}" if self.sheet.words else self.sheet.total
        y = self._sum_row(y, f"合计　{self.sheet.count}", total, bold=True)
        if self.sheet.words:
            words = self._fit(f"金额大写：{self.sheet.words}", form.table_width - 2 * form.pad_x, 1, form.body)[0]
            self.ink.text(form.left + form.pad_x, y + self.row / 2, words, form.body, bold=True)
            self._frame(y)
            y += self.row
        if self.notes:
            y += 1.5 * MM
        for line in self.notes:
            self.ink.text(form.left, y + form.line / 2, line, form.body)
            y += form.line
        return y

    def _signatures(self, y: float, last: bool) -> None:
        """Lines to sign on: at the foot, on A4's last page close under the sums."""
        form = self.form
        slot = form.height - form.bottom - form.foot - form.signature
        top = min(slot, y + 3 * MM) if last and not form.ink_only else slot
        middle = top + form.signature - 4 * MM
        gap = 5 * MM
        width = (form.table_width + gap) / len(self.sheet.signatures)
        for index, (label, name) in enumerate(self.sheet.signatures):
            x = form.left + index * width
            self.ink.text(x, middle, f"{label}：", form.body)
            start = x + self.ink.measure(f"{label}：", form.body)
            room = width - gap - (start - x)
            self.ink.text(start + 1 * MM, middle, self._fit(name, room, 1, form.body)[0], form.body)
            self.ink.rule(start, middle + 2.4 * MM, start + room, middle + 2.4 * MM, 0.5)

    def _foot(self, number: int) -> None:
        form = self.form
        middle = form.height - form.bottom - form.foot / 2
        parts = (self.sheet.label, self.sheet.revision, f"第{number}页 共{len(self.spans)}页")
        right = "　".join(part for part in parts if part)
        self.ink.text(self.end, middle, right, form.small, align="right")
        if form.ink_only and self.sheet.firm_line:
            room = form.table_width - self.ink.measure(right, form.small) - 5 * MM
            self.ink.text(form.left, middle, self._fit(self.sheet.firm_line, room, 1, form.small)[0], form.small)

    def _copies(self) -> None:
        """The plies' names, one character below the other along the right edge."""
        text = "　".join(part for part in self.paper.copies if part)
        step = self.form.small * 1.12
        y = self.form.top + self.head + step / 2
        bottom = self.form.height - self.form.bottom
        for char in text:
            if y > bottom:
                return
            self.ink.text(self.end + 3 * MM, y, char, self.form.small, align="center")
            y += step if char != "　" else step * 0.8


def _place(column: Column, x: float, width: float, pad: float) -> tuple[str, float]:
    if column in RIGHT_ALIGNED:
        return "right", x + width - pad
    if column in CENTRED:
        return "center", x + width / 2
    return "left", x + pad


def _modules(code: str) -> list[bytes]:
    """The QR code's dark (1) and light (0) modules; the paper around it is its quiet zone."""
    return [bytes(row) for row in segno.make(code, error="m", micro=False).matrix]
