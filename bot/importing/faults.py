"""What is wrong with a file, in words for the person who filled it in: sheet, row, column and reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from inventory_core.errors import DanjuError

SHOWN = 50  # faults shown one by one; the rest is counted


@dataclass(frozen=True, slots=True)
class Fault:
    """One reason why a file cannot be imported. ``row`` is the row number the spreadsheet program shows."""

    reason: str
    sheet: str = ""
    row: int | None = None
    column: str = ""

    def __str__(self) -> str:
        place = f"「{self.sheet}」" if self.sheet else ""
        if self.row is not None:
            place += f"第{self.row}行"
        if self.column:
            place += f"「{self.column}」"
        return f"{place}：{self.reason}" if place else self.reason


class BadFile(DanjuError):
    """The file as a whole cannot be read. ``str(error)`` is one Chinese sentence with what to do."""


class Rejected(DanjuError):
    """The file was read and has faults; nothing of it was imported. ``faults`` holds all of them."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(tell(self.faults))


def tell(faults: Iterable[Fault], shown: int = SHOWN) -> str:
    """All faults as text: how many there are, the first ``shown`` one per line, what to do next."""
    listed = list(faults)
    lines = [f"文件里有 {len(listed)} 处要改，什么都没有导入："]
    lines += [str(fault) for fault in listed[:shown]]
    if len(listed) > shown:
        lines.append(f"……还有 {len(listed) - shown} 处没有列出。")
    lines.append("改好后把整个文件再导入一次即可，已有的资料不会重复。")
    return "\n".join(lines)
