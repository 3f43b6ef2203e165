"""Which sheet is what, and which column is which. Headings may stand below a title line, in any order."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from bot.importing.cells import Raw
from bot.importing.faults import Fault
from bot.importing.layout import PASSIVE, SHEETS, Column, Sheet
from bot.importing.workbook import Table

SEARCHED_ROWS = 10


@dataclass(slots=True)
class Located:
    """A table recognised as ``sheet``: where its headings are and which column index holds what."""

    sheet: Sheet
    table: Table
    heading_row: int
    columns: dict[str, int]  # canonical heading -> index into a row


def locate(table: Table) -> tuple[Located | None, list[Fault], list[str]]:
    """The recognised table, or faults saying why it is none; notes are worth telling and stop nothing."""
    title = _clean(table.title)
    if title in PASSIVE or not table.rows:
        return None, [], []
    named = _by_title(title)
    candidates = [named] if named else list(SHEETS)
    best = _best_heading(table, candidates)
    if best is None:
        if named is None:
            known = "、".join(sheet.title for sheet in SHEETS)
            return None, [Fault(f"认不出这是什么表：没有找到标题行。能导入的有 {known}，标题见模板", table.title)], []
        needed = "、".join(column.heading for column in named.columns if column.required)
        return None, [Fault(f"没有找到标题行，前 {SEARCHED_ROWS} 行里应有一行写着：{needed}", table.title)], []
    sheets, heading_row, row = best
    if len(sheets) > 1:
        names = "还是".join(sheet.title for sheet in sheets)
        return None, [Fault(f"看标题分不清是{names}，请把工作表（CSV 则是文件名）改成其中一个名字", table.title)], []
    columns, faults, notes = _columns(table, sheets[0], heading_row, row)
    faults += _merged(table, sheets[0], heading_row, columns)
    return (None if faults else Located(sheets[0], table, heading_row, columns)), faults, notes


def _clean(raw: Raw) -> str:
    said = unicodedata.normalize("NFKC", raw) if isinstance(raw, str) else ""
    return "".join(said.split()).strip("*＊:：").upper()


def _by_title(title: str) -> Sheet | None:
    for sheet in SHEETS:
        if title in (sheet.title, *sheet.also):
            return sheet
    found = [sheet for sheet in SHEETS if any(word in title for word in (sheet.title, *sheet.also))]
    return found[0] if len(found) == 1 else None


def _match(said: str, sheet: Sheet) -> Column | None:
    exact = next((column for column in sheet.columns if said == column.heading.upper()), None)
    return exact or next((column for column in sheet.columns if said in (word.upper() for word in column.also)), None)


def _best_heading(table: Table, candidates: Sequence[Sheet]) -> tuple[list[Sheet], int, list[Raw]] | None:
    best: tuple[int, list[Sheet], int, list[Raw]] | None = None
    for number, row in table.rows[:SEARCHED_ROWS]:
        said = [_clean(cell) for cell in row]
        for sheet in candidates:
            found = {column.heading for word in said if word and (column := _match(word, sheet))}
            if not all(column.heading in found for column in sheet.columns if column.required):
                continue
            exact = sum(word in sheet.headings() for word in said)
            score = len(found) * 100 + exact
            if best is None or score > best[0]:
                best = (score, [sheet], number, row)
            elif score == best[0] and best[2] == number and sheet not in best[1]:
                best[1].append(sheet)
    return None if best is None else best[1:]


def _columns(
    table: Table, sheet: Sheet, heading_row: int, row: list[Raw]
) -> tuple[dict[str, int], list[Fault], list[str]]:
    columns: dict[str, int] = {}
    faults: list[Fault] = []
    notes: list[str] = []
    for index, cell in enumerate(row):
        said = _clean(cell)
        if not said:
            continue
        column = _match(said, sheet)
        if column is None:
            near = difflib.get_close_matches(
                said, [c.heading for c in sheet.columns if c.heading not in columns], 1, 0.6
            )
            if near:
                faults.append(
                    Fault(f"标题不认识，是不是“{near[0]}”？请改过来，或删掉这一列", table.title, heading_row, said)
                )
            else:
                notes.append(f"「{table.title}」的“{said}”这一列没有用到，没有导入")
        elif column.heading in columns:
            faults.append(Fault(f"“{column.heading}”有两列，请只留一列", table.title, heading_row, said))
        else:
            columns[column.heading] = index
    return columns, faults, notes


def _merged(table: Table, sheet: Sheet, heading_row: int, columns: dict[str, int]) -> list[Fault]:
    """Merged cells at or below the headings hide which row a value belongs to; above them they are decoration."""
    faults = []
    for area in table.merges:
        first, _, last = area.partition(":")
        row = int("".join(filter(str.isdigit, first)))
        bottom = int("".join(filter(str.isdigit, last or first)))
        if bottom >= heading_row:
            faults.append(Fault(f"{area} 是合并单元格，请取消合并并把每一格填上", table.title, max(row, heading_row)))
    return faults
