"""An administrator brings the firm's own goods and customers in, and takes everything out again."""

import asyncio
import io
import zipfile
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from bot.attachments import Attachments
from bot.commands import COMMANDS, Operations
from bot.importing import service
from bot.importing.faults import Rejected
from bot.importing.layout import SHEETS
from bot.importing.steps import Progress
from bot.importing.template import template
from bot.settings import Settings
from bot.workers.pool import Limits, Pool
from inventory_core import documents, firm, partners, people, products, sql, stock
from inventory_core.errors import Refused
from inventory_core.views import DraftContent, DraftLine, Kind, Role
from tests.support.masters import NOW, empty_store


@pytest.fixture
async def operations(tmp_path: Path) -> AsyncIterator[Operations]:
    settings = Settings(data_dir=tmp_path)
    with empty_store(tmp_path) as store:
        yield Operations(settings, store, Attachments(settings.attachments_dir), lambda: NOW)


async def send(operations: Operations, data: bytes, name: str) -> dict[str, Any]:
    return await COMMANDS["import_file"](operations, sha256=operations.attachments.put(data), file=name)


def filled_template() -> bytes:
    """The template as a person fills it in: under the grey examples, which stay."""
    book = openpyxl.load_workbook(io.BytesIO(template()))
    rows = {
        "商品": (
            "LS0830",
            "外六角螺栓",
            "M8*30 镀锌",
            "支",
            "1箱=20盒;1盒=100支",
            "盒",
            "",
            "螺丝",
            "",
            "15/盒",
            "13/盒",
            "4000",
            "",
        ),
        "客户": ("", "永兴建材店", "永兴", "刘永兴", "13900001000", "东门市场A12号", "80000"),
        "供应商": ("", "永固标准件厂", "永固", "", "", ""),
        "人员": ("陈总", "老板;管理员"),
        "期初库存": ("LS0830", 90, "盒", 972),
    }
    for title, row in rows.items():
        for column, value in enumerate(row, start=1):
            book[title].cell(4, column, value or None)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


async def test_from_the_filled_template_to_an_order(operations: Operations) -> None:
    answer = await send(operations, filled_template(), "资料.xlsx")
    assert answer["text"].startswith("导入完成。\n人员：新增 1")
    assert answer["counts"] == {kind: [1, 0, 0] for kind in ("person", "product", "customer", "supplier", "opening")}

    def order(session: Any) -> tuple[str | None, int | None, Decimal]:
        boss = people.with_role(session, Role.BOSS)[0]
        customer = next(view for view in partners.partners(session, "customer") if view.name == "永兴建材店")
        bolt = products.product_by_sku(session, "LS0830")
        assert bolt is not None
        line = DraftLine(product_id=bolt.id, qty=Decimal(5), unit="盒")
        content = DraftContent(kind=Kind.SALES_ORDER, partner_id=customer.id, lines=(line,))
        draft = documents.create_draft(session, content, boss.id, NOW)
        done = documents.confirm(session, draft.id, draft.version, boss.id, NOW)
        return done.number, done.total, stock.available(session, bolt.id)

    assert operations.store.write_sync(order) == ("XS-0001", 7500, Decimal(8500))
    again = await send(operations, filled_template(), "资料.xlsx")
    assert again["text"].startswith("文件和现有资料一致，没有改动。")


async def test_one_wrong_cell_keeps_everything_out(operations: Operations) -> None:
    book = openpyxl.load_workbook(io.BytesIO(filled_template()))
    book["客户"]["G4"] = "很多"
    book["商品"]["J4"] = "=15/100"
    buffer = io.BytesIO()
    book.save(buffer)
    with pytest.raises(Rejected) as caught:
        await send(operations, buffer.getvalue(), "资料.xlsx")
    assert [str(fault) for fault in caught.value.faults] == [
        "「商品」第4行「售价」：是公式，请复制这一列并“选择性粘贴为数值”再导入",
        "「客户」第4行「信用额度」：应是数字，现在是“很多”",
    ]
    assert operations.store.read_sync(firm.catalog_version) == 0
    assert operations.store.read_sync(lambda session: sql.value(session, "SELECT count(*) FROM import_batch")) == 0


async def test_out_and_in_again(operations: Operations) -> None:
    await send(operations, filled_template(), "资料.xlsx")
    answer = await COMMANDS["export_file"](operations)
    with zipfile.ZipFile(io.BytesIO(operations.attachments.get(answer["sha256"]))) as files:
        master = files.read("资料.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(master))
    assert {layout.title for layout in SHEETS} < set(book.sheetnames)
    assert (await send(operations, master, "资料.xlsx"))["text"].startswith("文件和现有资料一致")


async def test_people_write_while_an_import_runs(operations: Operations) -> None:
    """Small units: others' writes get their turn between them, and nobody sees half an import."""
    rows = "\n".join(f"K{n:05d},螺栓,M{n},支,1盒=100支,盒,螺丝" for n in range(2000))
    data = f"编码,名称,规格,基本单位,单位换算,常用单位,别名\n{rows}\n".encode()
    store, told, seen = operations.store, list[Progress](), set[int]()
    pool = Pool("press", 1, Limits())
    try:
        running = asyncio.create_task(
            service.import_file(store, pool, data, "商品.csv", operations.clock, tell=told.append)
        )
        turns = 0
        while not running.done():
            count = await store.write(
                lambda session: int(sql.value(session, "SELECT count(*) FROM product WHERE active = 1")), urgent=True
            )
            seen.add(count)
            turns += 1
            await asyncio.sleep(0)
        report = await running
    finally:
        await pool.close()
    assert report.tallies["product"].added == 2000
    assert seen <= {0, 2000}
    assert turns > 20
    phases = list(dict.fromkeys(progress.phase for progress in told))
    assert phases == ["读文件", "暂存", "写入", "登记"]
    assert (await COMMANDS["import_progress"](operations))["phase"] == ""


async def test_a_file_that_eats_memory_hits_only_its_child(operations: Operations) -> None:
    class Dying:
        async def run(self, op: str, payload: dict[str, Any], seconds: float | None = None) -> dict[str, Any]:
            from bot.workers import WorkerDied

            raise WorkerDied("press worker ended during read_workbook")

    class Printer:
        pool = Dying()

    with_printer = Operations(
        operations.settings,
        operations.store,
        operations.attachments,
        operations.clock,
        printer=Printer(),  # type: ignore[arg-type]
    )
    with pytest.raises(Refused, match="请分成几个小一点的文件"):
        await send(with_printer, b"x", "a.csv")
