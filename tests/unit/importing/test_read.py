"""What is wrong inside a file is told by sheet, row, column and reason, all at once."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from bot.importing.faults import Fault, tell
from bot.importing.layout import CUSTOMERS, OPENING, PEOPLE, PRODUCTS, SUPPLIERS
from bot.importing.read import Reading, read
from bot.importing.rows import Company
from tests.support.masters import filled, workbook

BOLT: dict[str, Any] = {"编码": "LS01", "名称": "外六角螺栓", "规格": "M8*30", "基本单位": "支"}


def products(*rows: dict[str, Any]) -> Reading:
    return read(workbook({"商品": filled(PRODUCTS, *rows)}), "资料.xlsx")


def faults(reading: Reading) -> list[str]:
    return [str(fault) for fault in reading.faults]


def test_a_whole_workbook() -> None:
    data = workbook(
        {
            "商品": filled(
                PRODUCTS,
                BOLT
                | {
                    "单位换算": "1箱=20盒;1盒=100支",
                    "常用单位": "盒",
                    "条码": "盒=2900000010635;箱=2900000010703",
                    "别名": "螺丝；六角螺丝",
                    "售价": "15/盒",
                    "底价": 0.13,
                    "最低库存": "4,000",
                },
            ),
            "客户": filled(CUSTOMERS, {"编码": "C1", "名称": "永兴建材店", "别名": "永兴", "信用额度": "80,000"}),
            "供应商": filled(SUPPLIERS, {"名称": "永固标准件厂", "电话": 13800002000}),
            "人员": filled(PEOPLE, {"姓名": "陈总", "角色": "老板、管理员"}),
            "期初库存": filled(OPENING, {"商品编码": "LS01", "数量": 90, "单位": "盒", "成本金额": 972}),
        }
    )
    reading = read(data, "资料.xlsx")
    assert faults(reading) == []
    product = reading.company.products[0]
    assert product.units == {"支": (1, 1), "盒": (100, 1), "箱": (2000, 1)}
    assert product.list_price == Decimal("0.15")
    assert product.min_qty == 4000
    assert product.barcodes == (("2900000010635", "盒"), ("2900000010703", "箱"))
    assert [row.phone for row in reading.company.partners] == [None, "13800002000"]
    assert reading.company.partners[0].credit_limit == 8_000_000
    assert reading.company.people[0].roles == ("admin", "boss")
    assert reading.company.opening[0].cost == 97200
    assert Reading.from_json(reading.to_json()) == reading


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"名称": None}, "「商品」第2行「名称」：没有填"),
        ({"售价": "十五"}, "「商品」第2行「售价」：应是数字，现在是“十五”"),
        ({"售价": -1}, "「商品」第2行「售价」：不能是负数（-1）"),
        ({"售价": "=1+1"}, "「商品」第2行「售价」：是公式，请复制这一列并“选择性粘贴为数值”再导入"),
        ({"规格": datetime(2026, 8, 30)}, "变成了日期"),  # noqa: DTZ001
        ({"单位换算": "1箱=2盒"}, "「商品」第2行「单位换算」：单位“箱”和基本单位“支”没有关系，请写成“1箱=几支”"),
        ({"单位换算": "1盒=10支;1箱=2盒;1盒=2箱"}, "前后矛盾"),
        ({"单位换算": "1盒=10支", "常用单位": "箱"}, "“箱”没有换算关系"),
        ({"条码": "盒=2900000010635"}, "这个商品没有这个单位"),
        ({"条码": "2900000010636"}, "校验位不对"),
        ({"条码": "2900000010635;A-100"}, "两个条码"),
        ({"售价": 1, "底价": 2}, "比售价还高"),
        ({"最低库存": 1.5}, "要是整数"),
        ({"小数位": 9}, "只能是 0 到 4"),
        ({"基本单位": "1支"}, "不像单位"),
        ({"编码": 12345678901234567890}, "末尾几位已丢失"),
        ({"名称": "长" * 81}, "最多 80 个字"),
    ],
)
def test_one_fault_names_its_cell(change: dict[str, Any], expected: str) -> None:
    found = faults(products(BOLT | change))
    assert len(found) == 1, found
    assert expected in found[0]
    assert found[0].startswith("「商品」第2行「")


def test_all_faults_come_at_once() -> None:
    found = faults(
        products(BOLT | {"售价": "x", "底价": "y"}, {"名称": "没编码"}, BOLT | {"编码": "LS02", "规格": "M8*40"})
    )
    assert [text.split("：")[0] for text in found] == [
        "「商品」第2行「售价」",
        "「商品」第2行「底价」",
        "「商品」第3行「编码」",
        "「商品」第3行「基本单位」",
    ]


def test_doubles_inside_the_file() -> None:
    second = BOLT | {"编码": "ls01", "规格": "M8*40"}
    third = BOLT | {"编码": "LS03"}
    found = faults(products(BOLT, second, third))
    assert "「商品」第3行「编码」：编码“ls01”和第2行重复" in found[0]
    assert "「商品」第4行「名称」" in found[1]
    assert "重复" in found[1]


def test_one_barcode_belongs_to_one_product() -> None:
    found = faults(products(BOLT | {"条码": "A-100"}, BOLT | {"编码": "LS02", "规格": "M9", "条码": "A-100"}))
    assert found == ["「商品」第3行「条码」：条码 A-100 和第2行重复，一个条码只能属于一个商品的一个单位"]


def test_a_code_is_a_customer_or_a_supplier() -> None:
    data = workbook(
        {
            "客户": filled(CUSTOMERS, {"编码": "X1", "名称": "甲店"}),
            "供应商": filled(SUPPLIERS, {"编码": "x1", "名称": "乙厂"}),
        }
    )
    assert faults(read(data, "a.xlsx")) == ["「供应商」第2行「编码」：编码“x1”客户里也用了，请换一个"]


def test_unknown_role() -> None:
    data = workbook({"人员": filled(PEOPLE, {"姓名": "小李", "角色": "店长"})})
    assert "没有“店长”这个角色，可以填：销售、采购" in faults(read(data, "a.xlsx"))[0]


def test_headings_below_a_title_in_any_order() -> None:
    rows: list[list[Any]] = [
        ["某某公司人员表"],
        [],
        ["角色", None, "姓 名*"],
        ["销售", None, "小李"],
        [None, None, None],
        ["采购", "x", "小陈"],
    ]
    reading = read(workbook({"Sheet1": rows}), "a.xlsx")
    assert faults(reading) == []
    assert [row.name for row in reading.company.people] == ["小李", "小陈"]
    assert reading.company.place("person", 1) == ("Sheet1", 6)


def test_wrong_headings() -> None:
    assert (
        "没有找到标题行，前 10 行里应有一行写着：编码、名称、基本单位"
        in faults(read(workbook({"商品": [["甲", "乙"], [1, 2]]}), "a.xlsx"))[0]
    )
    assert "认不出这是什么表" in faults(read(workbook({"Sheet1": [["甲", "乙"], [1, 2]]}), "a.xlsx"))[0]
    close: list[list[Any]] = [["编码", "名称", "基本单位", "售价格"], ["1", "2", "支", 1]]
    assert "是不是“售价”？" in faults(read(workbook({"商品": close}), "a.xlsx"))[0]
    double = [["编码", "名称", "基本单位", "单位"], ["1", "2", "支", "支"]]
    assert "有两列" in faults(read(workbook({"商品": double}), "a.xlsx"))[0]
    unclear = [["编码", "名称", "电话"], ["1", "甲", "139"]]
    assert "分不清是客户还是供应商" in faults(read(workbook({"Sheet1": unclear}), "a.xlsx"))[0]


def test_a_column_nobody_needs_is_mentioned() -> None:
    reading = read(workbook({"人员": [["姓名", "角色", "籍贯"], ["小李", "销售", "淞岚"]]}), "a.xlsx")
    assert not reading.faults
    assert reading.notes == ("「人员」的“籍贯”这一列没有用到，没有导入",)


def test_merged_cells_are_told_where_they_are() -> None:
    import io

    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "人员"
    for row in (["公司人员"], ["姓名", "角色"], ["小李", "销售"], [None, "采购"]):
        sheet.append(row)
    sheet.merge_cells("A1:B1")  # a title over the table harms nobody
    sheet.merge_cells("A3:A4")
    buffer = io.BytesIO()
    book.save(buffer)
    found = faults(read(buffer.getvalue(), "a.xlsx"))
    assert found == ["「人员」第3行：A3:A4 是合并单元格，请取消合并并把每一格填上"]


def test_the_templates_examples_are_no_data() -> None:
    rows = [["姓名", "角色"], ["示例小李", "销售"], ["小李", "销售"]]
    assert [row.name for row in read(workbook({"人员": rows}), "a.xlsx").company.people] == ["小李"]
    assert "没有可以导入的内容" in faults(read(workbook({"人员": rows[:2]}), "a.xlsx"))[0]


def test_two_sheets_of_one_kind() -> None:
    rows = filled(PEOPLE, {"姓名": "小李", "角色": "销售"})
    assert "已经有了，请合成一张" in faults(read(workbook({"人员": rows, "员工": rows}), "a.xlsx"))[0]


def test_only_the_first_fifty_are_listed() -> None:
    text = tell([Fault("不行", "商品", row, "编码") for row in range(2, 62)])
    assert text.startswith("文件里有 60 处要改，什么都没有导入")
    assert "第51行" in text
    assert "第52行" not in text
    assert "还有 10 处没有列出" in text


def test_rows_travel_as_json() -> None:
    assert Company.from_json(Company().to_json()) == Company()
