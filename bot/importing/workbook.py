"""Bytes into raw tables, under caps. Runs in a worker process: files come from outside and their parsers are big.

A workbook is a zip; its members are counted and their sizes added up before anything is decompressed, and a member that
declares a document type is refused, so that no entity can expand. Formulas and merged cells are told, never guessed.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from bot.importing.cells import Formula, Raw
from bot.importing.faults import BadFile

MAX_FILE = 20 * 1024 * 1024
MAX_MEMBERS = 400
MAX_UNPACKED = 160 * 1024 * 1024
MAX_RATIO = 200  # unpacked : packed of one member over a megabyte; real sheets stay below 60
MAX_SHEETS = 30
MAX_ROWS = 50_000
MAX_COLUMNS = 40
MAX_MERGES = 200  # reported; more tell nothing new

_MERGE = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3}\d{1,7}(?::[A-Z]{1,3}\d{1,7})?)"')
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_NOT_TABLES = {
    b"%PDF": "这是 PDF，不是表格",
    b"\x89PNG": "这是图片，不是表格",
    b"\xff\xd8\xff": "这是图片，不是表格",
    b"Rar!": "这是压缩包，请解压后发里面的表格",
    b"7z\xbc\xaf": "这是压缩包，请解压后发里面的表格",
}


@dataclass(slots=True)
class Table:
    """One sheet: (row number as shown, cells) of every row that holds anything, and merged ranges."""

    title: str
    rows: list[tuple[int, list[Raw]]] = field(default_factory=list)
    merges: list[str] = field(default_factory=list)


def read_tables(data: bytes, name: str) -> list[Table]:
    """All sheets of a .xlsx, .xls or .csv; what the file is, its first bytes decide, not its name.

    Raises:
        BadFile: it is none of them, is damaged, protected, or too big.
    """
    if not data:
        raise BadFile("文件是空的，请检查后再发")
    if len(data) > MAX_FILE:
        raise BadFile(f"文件有 {len(data) // 1048576} MB，最多 {MAX_FILE // 1048576} MB，请分成几个文件导入")
    for magic, reason in _NOT_TABLES.items():
        if data.startswith(magic):
            raise BadFile(f"{reason}，请导入 .xlsx 或 .csv 文件（用“danju template”可得到空表）")
    if data.startswith(b"PK"):
        return _xlsx(data)
    if data.startswith(_OLE):
        return _xls(data)
    if name.lower().endswith((".xlsx", ".xlsm")):
        raise BadFile("这个文件不是真正的 .xlsx（可能只改了扩展名或没有传完），请用表格软件打开后另存为 .xlsx")
    return [_csv(data, name)]


# -- xlsx --------------------------------------------------------------------------------------------------------------


def _xlsx(data: bytes) -> list[Table]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            guard_zip(archive)
            merges = {name: _merges(archive, name) for name in archive.namelist() if "worksheets/" in name}
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise BadFile("文件已损坏或带密码，打不开，请用表格软件打开后另存为 .xlsx 再发") from error
    return list(_sheets(data, merges))


def guard_zip(archive: zipfile.ZipFile) -> None:
    """Refuse an archive by its directory and its declarations, before any parser unpacks it.

    ``zipfile`` never yields more than the size the directory states, so the stated sizes are a true upper bound.

    Raises:
        BadFile: too many members, too much inside, absurd ratio, a DTD, or no workbook.
    """
    members = archive.infolist()
    if len(members) > MAX_MEMBERS:
        raise BadFile(f"文件里有 {len(members)} 个部件，不像普通表格，没有打开")
    if sum(member.file_size for member in members) > MAX_UNPACKED:
        raise BadFile("文件解压后太大，不像普通表格，没有打开；行数很多时请分成几个文件")
    for member in members:
        if member.file_size > 1_048_576 and member.file_size > MAX_RATIO * max(member.compress_size, 1):
            raise BadFile("文件压缩得不正常，可能有害，没有打开")
        if member.flag_bits & 0x1:
            raise BadFile("文件带密码，请去掉密码后再导入")
    if not any(member.filename.startswith("xl/workbook") for member in members):
        raise BadFile("这是压缩包或别的文档，不是 .xlsx 表格，请导入 .xlsx 或 .csv 文件")
    for member in members:
        if member.filename.endswith((".xml", ".rels")):
            with archive.open(member) as part:
                if _declares_type(part):
                    raise BadFile("文件里有外部定义（DOCTYPE），普通表格不会有，没有打开")


def _declares_type(part: Any) -> bool:
    """Whether an XML part has a DTD anywhere, or is not in UTF-8, where these bytes would look different."""
    tail = b""
    first = True
    while block := part.read(1 << 16):
        window = tail + block
        if b"<!DOCTYPE" in window or b"<!ENTITY" in window or (first and b"\x00" in window[:64]):
            return True
        first = False
        tail = window[-16:]
    return False


def _merges(archive: zipfile.ZipFile, name: str) -> list[str]:
    found: list[str] = []
    tail = b""
    with archive.open(name) as part:
        while block := part.read(1 << 16):
            window = tail + block
            for match in _MERGE.finditer(window):
                if match.end() > len(tail) and len(found) < MAX_MERGES:
                    found.append(match[1].decode())
            tail = window[-120:]
    return found


def _sheets(data: bytes, merges: dict[str, list[str]]) -> Iterator[Table]:
    import openpyxl

    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
    except Exception as error:  # boundary: a foreign parser on a file from outside raises anything
        raise BadFile("文件的内容读不出来，请用表格软件打开后另存为 .xlsx 再发") from error
    try:
        if len(book.worksheets) > MAX_SHEETS:
            raise BadFile(f"文件有 {len(book.worksheets)} 个工作表，最多 {MAX_SHEETS} 个")
        for sheet in book.worksheets:
            sheet.reset_dimensions()
            path = getattr(sheet, "_worksheet_path", "").lstrip("/")
            table = Table(str(sheet.title), merges=merges.get(path, []))
            rows = sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True)
            _fill(table, (list(map(_cell, row)) for row in rows))
            yield table
    except BadFile:
        raise
    except Exception as error:  # boundary: the same parser, reading lazily
        raise BadFile("文件的内容读不出来，请用表格软件打开后另存为 .xlsx 再发") from error
    finally:
        book.close()


def _cell(value: Any) -> Raw:
    if isinstance(value, str):
        return Formula(value) if value.startswith("=") and len(value) > 1 else value
    if value is None or isinstance(value, int | float | datetime | date | time | timedelta):
        return value
    return Formula(str(getattr(value, "text", value)))  # array formulas and data tables


def _fill(table: Table, rows: Iterator[list[Raw]]) -> None:
    for index, row in enumerate(rows, start=1):
        while row and (row[-1] is None or row[-1] == ""):
            row.pop()
        if row:
            table.rows.append((index, row))
            if len(table.rows) > MAX_ROWS:
                raise BadFile(f"「{table.title}」超过 {MAX_ROWS} 行，请分成几个文件导入")
        elif index > MAX_ROWS * 4:
            return  # blank rows to the end of the sheet


# -- xls ---------------------------------------------------------------------------------------------------------------


def _xls(data: bytes) -> list[Table]:
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise BadFile("文件带密码，请去掉密码后再导入")
    import python_calamine

    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        tables = []
        for title in book.sheet_names[:MAX_SHEETS]:
            sheet = book.get_sheet_by_name(title)
            if sheet.total_height > MAX_ROWS * 2 or sheet.total_height * max(sheet.total_width, 1) > 4_000_000:
                raise BadFile(f"「{title}」太大，请分成几个文件导入")
            table = Table(title)
            _fill(table, ([_xls_cell(cell) for cell in row[:MAX_COLUMNS]] for row in sheet.iter_rows()))
            tables.append(table)
        return tables
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise BadFile("旧格式 .xls 文件读不出来，请用表格软件打开后另存为 .xlsx 再发") from error


def _xls_cell(value: Any) -> Raw:
    return None if value == "" else _cell(value)


# -- csv ---------------------------------------------------------------------------------------------------------------


def decode(data: bytes) -> str:
    """Text of a csv: byte order mark, else UTF-8, else GB 18030 (what spreadsheet programs in China write).

    Raises:
        BadFile: neither fits, or it is not text at all.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            break
        return text
    raise BadFile("文件不是文字表格，或编码认不出来，请用表格软件另存为“CSV UTF-8”或 .xlsx")


def _csv(data: bytes, name: str) -> Table:
    text = decode(data)
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(",\t;", key=first.count)
    stem = re.split(r"[/\\]", name)[-1].rsplit(".", 1)[0]
    table = Table(stem)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        _fill(table, (list(row[:MAX_COLUMNS]) for row in reader))
    except csv.Error as error:
        raise BadFile("CSV 的引号没有成对或某一格太长，读不出来，请用表格软件打开后另存为 .xlsx") from error
    return table
