"""Writing workbooks: headings that stay in view, codes as text, nothing that a spreadsheet program could take for a
formula. Runs in a worker process for exports; openpyxl is loaded with the first workbook."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bot.importing.layout import Sheet

Cell = str | int | float | None
TEXT_FORMAT = "@"
HEAD_FILL = "DDE7F0"
EXAMPLE_GREY = "999999"


def book(sheets: Mapping[str, Iterable[Sequence[Cell]]], layouts: Iterable[Sheet] = ()) -> bytes:
    """A workbook with one sheet per entry, the first row of each being its headings."""
    import openpyxl
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font, PatternFill
    from openpyxl.utils import get_column_letter

    bold, fill = Font(bold=True), PatternFill("solid", fgColor=HEAD_FILL)
    known = {layout.title: layout for layout in layouts}
    file = openpyxl.Workbook(write_only=True)
    for title, rows in sheets.items():
        sheet = file.create_sheet(title)
        sheet.freeze_panes = "A2"
        layout = known.get(title)
        for index, column in enumerate(layout.columns if layout else (), start=1):
            sheet.column_dimensions[get_column_letter(index)].width = column.width
        as_text = [column.as_text for column in layout.columns] if layout else []
        for number, row in enumerate(rows):
            cells = []
            for index, value in enumerate(row):
                cell = WriteOnlyCell(sheet, value)
                if isinstance(value, str):
                    cell.data_type = "s"  # openpyxl takes text that begins with "=" for a formula
                    if number and index < len(as_text) and as_text[index]:
                        cell.number_format = TEXT_FORMAT
                if not number:
                    cell.font, cell.fill = bold, fill
                cells.append(cell)
            sheet.append(cells)
    return saved(file)


def saved(file: Any) -> bytes:
    """An openpyxl workbook as bytes."""
    buffer = io.BytesIO()
    file.save(buffer)
    return buffer.getvalue()


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Several files as one zip. Workbooks are compressed already, so they are only stored."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()
