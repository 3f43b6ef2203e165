import io
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl

from bot import sample
from bot.importing import export
from bot.importing.layout import EXAMPLE_MARK, PEOPLE, SHEETS
from bot.importing.read import read
from bot.importing.rows import Company, PersonRow, ProductRow
from bot.importing.template import template
from inventory_core import documents, products
from tests.support.masters import NOW, bring_in, empty_store


def opened(data: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data))


def test_the_template_explains_itself() -> None:
    book = opened(template())
    assert book.sheetnames == ["说明", *(layout.title for layout in SHEETS)]
    for layout in SHEETS:
        sheet = book[layout.title]
        assert [cell.value.rstrip("*") for cell in sheet[1]] == list(layout.headings())
        assert all(sheet.cell(row, 1).value.startswith(EXAMPLE_MARK) for row in (2, 3))
        assert sheet["A2"].font.color.rgb.endswith("999999")
        assert sheet.freeze_panes == "A2"
    choices = book[PEOPLE.title].data_validations.dataValidation[0]
    assert choices.formula1 == '"销售,采购,仓管,主管,财务,老板,管理员"'
    assert not choices.showErrorMessage
    assert book["商品"]["A100"].number_format == "@"


def test_an_unfilled_template_imports_nothing() -> None:
    reading = read(template(), "单据导入模板.xlsx")
    assert [str(fault) for fault in reading.faults] == ["文件里没有可以导入的内容（示例行不算），请填好再导入"]


def test_the_templates_examples_would_be_right(tmp_path: Path) -> None:
    """Whoever copies an example and changes the code must not run into a fault."""
    book = opened(template())
    for layout in SHEETS:
        for row in (2, 3):
            first = book[layout.title].cell(row, 1)
            first.value = first.value.replace(EXAMPLE_MARK, "甲")
    for title in ("客户", "供应商"):  # both use 001; give each its own
        for row in (2, 3):
            cell = book[title].cell(row, 1)
            cell.value = f"{title}{cell.value}"
    buffer = io.BytesIO()
    book.save(buffer)
    reading = read(buffer.getvalue(), "资料.xlsx")
    assert [str(fault) for fault in reading.faults] == []
    with empty_store(tmp_path) as store:
        tallies = bring_in(store, reading.company).tallies
        assert {kind: tally.added for kind, tally in tallies.items()} == dict.fromkeys(
            ("person", "product", "customer", "supplier", "opening"), 2
        )


def test_out_and_in_again_changes_nothing(tmp_path: Path) -> None:
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
    with empty_store(tmp_path / "first") as store, empty_store(tmp_path / "second") as other:
        sample.load_sync(store.write_sync, NOW)
        content = store.read_sync(lambda session: export.collect(session, NOW))
        with zipfile.ZipFile(io.BytesIO(export.build(content))) as files:
            assert files.namelist() == [export.MASTER, export.PAPERS]
            master, papers = files.read(export.MASTER), opened(files.read(export.PAPERS))
        reading = read(master, "资料.xlsx")
        assert [str(fault) for fault in reading.faults] == []
        assert not bring_in(store, reading.company).changed_anything
        assert bring_in(other, reading.company).tallies["product"].added == len(sample.company().products)
        again = other.read_sync(lambda session: export.collect(session, NOW))
        for layout in SHEETS:
            assert again[export.MASTER][layout.title] == content[export.MASTER][layout.title]
    numbers = [row[0] for row in papers["单据"].iter_rows(min_row=2, values_only=True)]
    assert "XS-0001" in numbers
    assert "SH-0001" in numbers
    assert papers["单据明细"].max_row > len(numbers)


def test_no_cell_becomes_a_formula(tmp_path: Path) -> None:
    evil = '=HYPERLINK("http://x","点我")'
    with empty_store(tmp_path) as store:
        bring_in(store, Company(products=(ProductRow(sku="E1", name=evil, base_unit="个"),)))
        content = store.read_sync(lambda session: export.collect(session, NOW))
    with zipfile.ZipFile(io.BytesIO(export.build(content))) as files:
        cell = opened(files.read(export.MASTER))["商品"]["B2"]
    assert (cell.value, cell.data_type) == (evil, "s")


def test_prices_with_many_digits_survive(tmp_path: Path) -> None:
    row = ProductRow(
        sku="P1",
        name="钉",
        base_unit="枚",
        units={"枚": (1, 1), "盒": (144, 1)},
        list_price=Decimal("123456789.12345678"),
    )
    with empty_store(tmp_path) as store:
        bring_in(store, Company(products=(row,), people=(PersonRow("陈总", ("admin",)),)))
        content = store.read_sync(lambda session: export.collect(session, NOW))
        with zipfile.ZipFile(io.BytesIO(export.build(content))) as files:
            reading = read(files.read(export.MASTER), "资料.xlsx")
        assert not reading.faults
        assert not bring_in(store, reading.company).changed_anything
        view = store.read_sync(lambda session: products.product_by_sku(session, "P1"))
    assert view is not None
    assert view.list_price == row.list_price


def test_documents_are_there_to_read(tmp_path: Path) -> None:
    with empty_store(tmp_path) as store:
        sample.load_sync(store.write_sync, NOW)
        content = store.read_sync(lambda session: export.collect(session, NOW))
        order = store.read_sync(lambda session: documents.find(session, "XS-0001"))
    row = next(row for row in content[export.PAPERS]["单据"] if row[0] == "XS-0001")
    assert order.partner is not None
    assert order.total is not None
    assert row[1:3] == ["销售单", order.state_label]
    assert row[5:7] == [order.partner.name, order.author]
    assert Decimal(str(row[7])) * 100 == order.total
