"""What the renderers of all platforms do to words before they stand on a card: clean, shorten, and what no longer fits
goes as lines into a message before the card. Knows no platform."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bot.inbound import storable
from notifications.card import Button, Card, Style, Table

ABOVE = "明细另发一条"  # before the card when it is new, after it when it was updated in place
REPLACES = "替代前面那张"
STOCK_COLUMN = "可发"

# Control characters but tab and line feed, and what turns the direction of the text that follows: nobody types them,
# and on a card they hide or turn around what stands beside them.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
_RANK = {Style.PRIMARY: 0, Style.PLAIN: 1, Style.DANGER: 1}


def clean(text: str) -> str:
    """The text as every client shows it: no half characters, no control characters, one kind of line end."""
    return _UNSEEN.sub("", storable(text.replace("\r\n", "\n").replace("\r", "\n"))).strip()


def flat(text: str) -> str:
    """The text cleaned, on one line."""
    return " ".join(clean(text).split())


def usable(name: str, most: int) -> bool:
    """Whether a token, a value or a name can go to a platform and come back the same: not empty, at most ``most``
    bytes, no control characters and no blanks that a client may tidy away."""
    return bool(name) and flat(name) == name and len(name.encode()) <= most


def cut(text: str, size: int) -> str:
    """At most ``size`` characters; what was longer ends in …"""
    return text if len(text) <= size else text[: max(size - 1, 0)] + "…"


def cut_middle(text: str, size: int) -> str:
    """At most ``size`` characters. The end stays, because names of goods differ in their last words."""
    if len(text) <= size:
        return text
    tail = (size - 1) // 2
    return text[: size - 1 - tail] + "…" + text[len(text) - tail :]


def row_line(row: Sequence[str], columns: Sequence[str] = ()) -> str:
    """A row of a table as one line: ``1 外六角螺栓 M8*30 5盒 9元 可发40盒``. A second quantity says what it is."""
    cells = [flat(cell) for cell in row]
    for number, (name, cell) in enumerate(zip(columns, cells, strict=False)):
        if name == STOCK_COLUMN and cell[:1].isdecimal():
            cells[number] = f"{name}{cell}"
    return " ".join(cell for cell in cells if cell)


def head_and_state(title: str) -> tuple[str, str]:
    """``销售订单 草稿3 · 待确认`` → its two halves; the second is empty when the title names no state."""
    head, dot, state = title.rpartition(" · ")
    return (head, state) if dot and head and state else (title, "")


def named(labels: Iterable[str]) -> str:
    """How what has no button any more is told: ``也可以回复：打印 / 撤销``; empty without labels."""
    words = " / ".join(dict.fromkeys(label for label in map(flat, labels) if label))
    return f"也可以回复：{words}" if words else ""


def by_priority(buttons: Sequence[Button], room: int) -> tuple[list[Button], list[Button]]:
    """Those that are shown, in the card's order, and the rest. Primary ones come first when there is no room."""
    if len(buttons) <= room:
        return list(buttons), []
    ranked = sorted(range(len(buttons)), key=lambda place: (_RANK[buttons[place].style], place))
    shown = set(ranked[: max(room, 0)])
    return (
        [button for place, button in enumerate(buttons) if place in shown],
        [button for place, button in enumerate(buttons) if place not in shown],
    )


def lines_of(table: Table | None) -> list[str]:
    """Every row of the table that says anything, as a line."""
    if table is None:
        return []
    return [line for line in (row_line(row, table.columns) for row in table.rows) if line]


@dataclass(slots=True)
class Spill:
    """Collects what does not fit on a card, in the card's order."""

    lines: list[str] = field(default_factory=list)

    def add(self, line: str) -> None:
        """One more line (or several, as they are)."""
        if line:
            self.lines.append(line)

    def short(self, text: str, size: int, label: str = "") -> str:
        """The text cut to ``size``; when that loses something, the whole of it goes into the message."""
        if len(text) > size:
            self.add(f"{label}：{text}" if label else text)
        return cut(text, size)

    def text(self, card: Card) -> str:
        """The message before the card: its title, then the lines. Empty when nothing was spilled."""
        if not self.lines:
            return ""
        title = flat(card.title)
        return "\n".join(self.lines if not title or title == self.lines[0] else [title, *self.lines])
