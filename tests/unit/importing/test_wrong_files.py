"""Files that must not be read: each gives one clear sentence and nothing else."""

import io
import zipfile
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.importing import workbook
from bot.importing.faults import BadFile
from bot.importing.read import read
from tests.support.masters import workbook as make


def the_only_fault(data: bytes, name: str = "资料.xlsx") -> str:
    reading = read(data, name)
    assert not len(reading.company)
    assert len(reading.faults) == 1
    return str(reading.faults[0])


def archive(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in members.items():
            made.writestr(name.replace("__", "/"), data)
    return buffer.getvalue()


def with_member(data: bytes, name: str, content: bytes) -> bytes:
    """The workbook with one member replaced."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for member in source.namelist():
            if member != name:
                target.writestr(member, source.read(member))
        target.writestr(name, content)
    return buffer.getvalue()


GOOD = make({"人员": [["姓名", "角色"], ["小李", "销售"]]})


@pytest.mark.parametrize(
    ("data", "name", "reason"),
    [
        (b"", "a.xlsx", "空的"),
        (b"hello", "a.xlsx", "不是真正的 .xlsx"),
        (b"PK\x03\x04 torn", "a.xlsx", "已损坏"),
        (b"%PDF-1.7", "a.xlsx", "PDF"),
        (b"\x89PNG\r\n", "a.csv", "图片"),
        (b"Rar!\x1a", "a.xlsx", "压缩包"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 nothing", "a.xls", "读不出来"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "a.xlsx", "密码"),
        (b"\xff\xff\x00\x01\x80", "a.csv", "编码认不出来"),
        ("编码,名称\n\x00".encode(), "商品.csv", "不是文字表格"),
        ('姓名,角色\n"小李,销售\n'.encode(), "人员.csv", "引号"),
        (archive(hello=b"world"), "a.xlsx", "不是 .xlsx"),
        (archive(**{f"m{i}": b"" for i in range(workbook.MAX_MEMBERS + 1)}), "a.xlsx", "部件"),
    ],
)
def test_what_is_no_table(data: bytes, name: str, reason: str) -> None:
    assert reason in the_only_fault(data, name)


def test_a_bomb_is_seen_before_it_is_unpacked() -> None:
    bomb = with_member(GOOD, "xl/worksheets/sheet1.xml", b"0" * 30_000_000)
    assert len(bomb) < 100_000
    assert "压缩得不正常" in the_only_fault(bomb)


def test_the_total_is_capped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MAX_UNPACKED", 1000)
    assert "解压后太大" in the_only_fault(GOOD)


def test_entities_never_expand() -> None:
    with zipfile.ZipFile(io.BytesIO(GOOD)) as source:
        sheet = source.read("xl/worksheets/sheet1.xml")
    evil = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]>' + sheet[sheet.index(b"<worksheet") :]
    assert "DOCTYPE" in the_only_fault(with_member(GOOD, "xl/worksheets/sheet1.xml", evil))
    hidden = b"<?xml version='1.0'?><!--" + b" " * 70_000 + b"--><!DOCTYPE x []>" + sheet[sheet.index(b"<worksheet") :]
    assert "DOCTYPE" in the_only_fault(with_member(GOOD, "xl/worksheets/sheet1.xml", hidden))


def test_a_broken_sheet_inside_a_good_zip() -> None:
    assert "读不出来" in the_only_fault(with_member(GOOD, "xl/worksheets/sheet1.xml", b"<worksheet><row"))


def test_too_many_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MAX_ROWS", 3)
    rows = [["姓名", "角色"], *([f"人{i}", "销售"] for i in range(5))]
    assert "超过 3 行" in the_only_fault(make({"人员": rows}))


def test_too_big(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MAX_FILE", 100)
    assert "最多" in the_only_fault(GOOD)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_csv_in_every_usual_encoding(encoding: str, delimiter: str) -> None:
    text = delimiter.join(("姓名", "角色")) + "\r\n" + delimiter.join(("王主管", "主管")) + "\r\n"
    reading = read(text.encode(encoding), "人员.csv")
    assert not reading.faults
    assert [row.name for row in reading.company.people] == ["王主管"]


@given(st.binary(max_size=400), st.sampled_from(["a.csv", "a.xlsx", "a.xls", "商品.csv"]))
def test_any_bytes_are_rows_or_faults(data: bytes, name: str) -> None:
    reading = read(data, name)
    assert reading.faults or len(reading.company)


@given(st.binary(max_size=200))
def test_any_bytes_behind_a_zip_signature(data: bytes) -> None:
    with pytest.raises(BadFile):
        workbook.read_tables(b"PK\x03\x04" + data, "a.xlsx")


@given(
    st.lists(
        st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\x00\r"), max_size=12), max_size=6),
        max_size=8,
    )
)
def test_any_csv_is_rows_or_faults_with_their_place(rows: list[list[str]]) -> None:
    import csv

    buffer = io.StringIO()
    writer = csv.writer(buffer, quoting=csv.QUOTE_ALL)
    writer.writerow(["编码", "名称", "基本单位", "单位换算", "售价"])
    writer.writerows(rows)
    reading = read(buffer.getvalue().encode(), "商品.csv")
    for fault in reading.faults[:-1]:
        assert fault.sheet
        assert fault.reason


def test_the_reader_of_old_workbooks_keeps_row_numbers_and_dates() -> None:
    """There is no writer of .xls at hand; the library reads every format through the same calls, so .xlsx stands in."""
    data = make({"人员": [[], [], ["姓名", "角色"], ["小李", None, datetime(2026, 8, 30)], [], [12, 1.5]]})  # noqa: DTZ001
    (table,) = workbook._xls(data)
    assert table.title == "人员"
    assert [number for number, _ in table.rows] == [3, 4, 6]
    assert table.rows[1][1][:2] == ["小李", None]
    assert isinstance(table.rows[1][1][2], date)
    assert table.rows[2][1] == [12.0, 1.5]
