"""Noto Sans SC (SIL Open Font License 1.1), taken from the installed wheel ``zhplot`` without importing that package.

The wheel carries the static TrueType build with 30,890 characters, which reportlab can embed as a subset. Only Regular
is in it: emphasis is drawn by stroking the outline, see ``draw``.
"""

from __future__ import annotations

from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Protocol

from inventory_core.errors import DanjuError
from notifications.paper.sheet import UNPRINTABLE

WHEEL = "zhplot"
FILE = "NotoSansSC-Regular.ttf"
NAME = "NotoSansSC"


class FontMissing(DanjuError):
    """The font's wheel is not installed, so nothing can be printed. Install the pinned dependencies again."""


class Face(Protocol):
    """What layout needs to know of a font."""

    def has(self, char: str) -> bool:
        """Whether the font draws this character."""

    def width(self, text: str, size: float) -> float:
        """Advance of the text in points."""


@cache
def font_path() -> Path:
    """Where the font file lies. FontMissing when the wheel or the file in it is not there."""
    try:
        files = metadata.files(WHEEL) or []
    except metadata.PackageNotFoundError as error:
        raise FontMissing(f"the wheel {WHEEL} is not installed") from error
    for file in files:
        if file.name == FILE:
            path = Path(str(file.locate()))
            if path.is_file():
                return path
    raise FontMissing(f"{FILE} is not in the installed wheel {WHEEL}")


@cache
def face() -> Face:
    """The font, registered with reportlab under ``NAME``; about 70 ms the first time in a process."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    font = TTFont(NAME, str(font_path()))
    pdfmetrics.registerFont(font)
    return _Noto(font)


class _Noto:
    def __init__(self, font: object) -> None:
        self._font = font
        self._glyphs: dict[int, int] = font.face.charToGlyph  # type: ignore[attr-defined]

    def has(self, char: str) -> bool:
        return ord(char) in self._glyphs

    def width(self, text: str, size: float) -> float:
        return float(self._font.stringWidth(text, size))  # type: ignore[attr-defined]


def printable(text: str, font: Face) -> str:
    """The text with □ in place of what the font cannot draw, so that a gap is seen and not skipped."""
    return "".join(char if font.has(char) else UNPRINTABLE for char in text)


def missing(text: str, font: Face) -> tuple[str, ...]:
    """The characters the font cannot draw, each once, in order."""
    return tuple(dict.fromkeys(char for char in text if not font.has(char)))
