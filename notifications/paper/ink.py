"""A thin pen over reportlab's canvas: positions count from the top, text is checked against the font first."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

from notifications.paper import font
from notifications.paper.form import Form

_MIDDLE = 0.37  # of the type size: from the baseline up to the middle of a Chinese character


class Ink:
    """One PDF being written. Lengths in points, y from the top of the page downwards."""

    def __init__(self, form: Form, *, title: str, author: str) -> None:
        from reportlab.pdfgen.canvas import Canvas

        self.form = form
        self.face = font.face()
        self._missing: dict[str, None] = {}
        self._buffer = BytesIO()
        # Invariant: the same document gives the same bytes, without the time of printing in them.
        self._canvas: Any = Canvas(self._buffer, pagesize=(form.width, form.height), invariant=1, pageCompression=1)
        self._canvas.setTitle(title)
        self._canvas.setAuthor(author)
        self._canvas.setCreator("Danju")

    @property
    def missing(self) -> tuple[str, ...]:
        """Characters that were printed as □, each once."""
        return tuple(self._missing)

    def measure(self, text: str, size: float) -> float:
        return self.face.width(font.printable(text, self.face), size)

    def text(
        self,
        x: float,
        middle: float,
        text: str,
        size: float,
        *,
        align: str = "left",
        bold: bool = False,
        spread: float = 0,
    ) -> None:
        """One line of text whose characters' middle is at height ``middle``; x is its left, centre or right end."""
        if not text:
            return
        for char in font.missing(text, self.face):
            self._missing[char] = None
        text = font.printable(text, self.face)
        width = self.face.width(text, size) + spread * (len(text) - 1)
        if align != "left":
            x -= width if align == "right" else width / 2
        self._set(x, self.form.height - middle - size * _MIDDLE, text, size, 2 if bold else 0, spread)

    def _set(self, x: float, y: float, text: str, size: float, mode: int, spread: float = 0) -> None:
        canvas = self._canvas
        canvas.saveState()
        canvas.setLineWidth(size * 0.035)  # bold is the outline stroked upon the filled shape
        pen = canvas.beginText(x, y)
        pen.setFont(font.NAME, size)
        pen.setTextRenderMode(mode)
        pen.setCharSpace(spread)
        pen.textOut(text)
        canvas.drawText(pen)
        canvas.restoreState()

    def rule(self, x1: float, y1: float, x2: float, y2: float, width: float = 0.6) -> None:
        """A straight line."""
        self._canvas.setLineWidth(width)
        self._canvas.line(x1, self.form.height - y1, x2, self.form.height - y2)

    def shade(self, x: float, y: float, width: float, height: float) -> None:
        """A pale ground behind a heading; nothing on a one-colour printer."""
        if self.form.ink_only:
            return
        self._canvas.saveState()
        self._canvas.setFillGray(0.94)
        self._canvas.rect(x, self.form.height - y - height, width, height, stroke=0, fill=1)
        self._canvas.restoreState()

    def squares(self, x: float, y: float, side: float, rows: tuple[bytes, ...]) -> None:
        """A QR code: dark modules as runs, so that no hairline shows between them."""
        module = side / len(rows)
        path = self._canvas.beginPath()
        for index, row in enumerate(rows):
            start = 0
            while start < len(row):
                end = start
                while end < len(row) and row[end]:
                    end += 1
                if end > start:
                    bottom = self.form.height - y - (index + 1) * module
                    path.rect(x + start * module, bottom, (end - start) * module, module)
                start = end + 1
        self._canvas.drawPath(path, stroke=0, fill=1)

    def watermark(self, text: str) -> None:
        """A large pale word across the page; an outline where there are no shades. Draw it before everything else."""
        size = self.form.mark_size
        with self._turned(self.form.width / 2, self.form.height / 2, 24) as canvas:
            canvas.setFillGray(0.89)
            canvas.setStrokeGray(0.55)
            width = self.measure(text, size)
            pen = canvas.beginText(-width / 2, -size * _MIDDLE)
            pen.setFont(font.NAME, size)
            pen.setTextRenderMode(1 if self.form.ink_only else 0)
            canvas.setLineWidth(0.4)
            pen.textOut(text)
            canvas.drawText(pen)

    def stamp(self, x: float, y: float, text: str) -> None:
        """A framed word in red, half transparent, centred at (x, y). Draw it after everything else."""
        size = self.form.mark_size * 0.42
        width = self.measure(text, size) + size * 0.7
        with self._turned(x, self.form.height - y, 14) as canvas:
            red = (0, 0, 0) if self.form.ink_only else (0.8, 0.05, 0.05)
            canvas.setStrokeColorRGB(*red)
            canvas.setFillColorRGB(*red)
            canvas.setStrokeAlpha(0.7)
            canvas.setFillAlpha(0.7)
            canvas.setLineWidth(2.2)
            canvas.roundRect(-width / 2, -size * 0.75, width, size * 1.5, size * 0.2, stroke=1, fill=0)
            pen = canvas.beginText(-self.measure(text, size) / 2, -size * _MIDDLE)
            pen.setFont(font.NAME, size)
            canvas.setLineWidth(1.3)
            pen.setTextRenderMode(1 if self.form.ink_only else 2)
            pen.textOut(text)
            canvas.drawText(pen)

    @contextmanager
    def _turned(self, x: float, y: float, degrees: float) -> Iterator[Any]:
        self._canvas.saveState()
        self._canvas.translate(x, y)
        self._canvas.rotate(degrees)
        yield self._canvas
        self._canvas.restoreState()

    def page(self) -> None:
        """End the page."""
        self._canvas.showPage()

    def finish(self) -> bytes:
        """The whole PDF. Nothing can be drawn afterwards."""
        self._canvas.save()
        return self._buffer.getvalue()
