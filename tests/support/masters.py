"""Stores and files for tests of master data."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlmodel import SQLModel

from bot.importing import tables as import_tables
from bot.importing.layout import Sheet
from bot.importing.rows import Company
from bot.importing.run import run_sync
from bot.importing.steps import Report, import_steps
from bot.store import Store, open_store
from inventory_core import schema

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


@contextmanager
def empty_store(folder: Path) -> Iterator[Store]:
    """A store with the core's tables and those of imports, and nothing in them."""
    with open_store(folder / "danju.db") as store:

        def create(session: Any) -> None:
            connection = session.connection()
            schema.create_all(connection)
            tables = SQLModel.metadata.tables
            for name in (import_tables.ImportBatch.__tablename__, import_tables.ImportRow.__tablename__):
                tables[str(name)].create(connection)

        store.write_sync(create)
        yield store


def bring_in(store: Store, company: Company, name: str = "测试.xlsx") -> Report:
    """Import and wait."""
    return run_sync(store.write_sync, store.read_sync, import_steps(company, name, lambda: NOW))


def workbook(sheets: dict[str, Iterable[Sequence[Any]]]) -> bytes:
    """A real .xlsx with the given rows, headings included."""
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def filled(sheet: Sheet, *rows: dict[str, Any]) -> list[list[Any]]:
    """Headings and rows of a sheet, from dictionaries by heading."""
    headings = list(sheet.headings())
    return [headings, *([row.get(heading) for heading in headings] for row in rows)]
