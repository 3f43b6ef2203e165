"""The empty workbook a firm fills in: headings, two grey example rows per sheet, notes, and choices for roles."""

from __future__ import annotations

from typing import Any

from bot.importing.layout import EXAMPLE_MARK, ROLE_WORDS, SHEETS, Sheet
from bot.importing.workbooks import EXAMPLE_GREY, HEAD_FILL, TEXT_FORMAT, saved

NAME = "单据导入模板.xlsx"
PREPARED_ROWS = 500  # rows that get the text format and the drop-down

_NOTES = (
    "每张表第一行是标题，不要改；带 * 的必填。列的顺序可以变，用不到的列可以删。",
    f"灰色的两行是示例（以“{EXAMPLE_MARK}”开头），导入时会跳过，可以留着。",
    "一张表用不到就空着；也可以分几次、分几个文件导入。",
    "导入按编码（人员按姓名）认：有就更新，没有就新增；同一个文件导入两遍不会重复。",
    "空着的格子不会清掉已有的内容；别名只会增加，不会减少。",
    "有一处不对就整个文件都不导入，会列出表、行、列和原因，改好再导入一次。",
    "不要用公式和合并单元格；编码、规格、条码这些列保持“文本”格式。",
    "单位换算写成“1箱=20盒;1盒=100支”；条码写成“盒=条码;箱=条码”，不写单位就是基本单位的。",
    "期初库存一个商品只能导入一次，以后用入库单或盘点调整。",
)


def template() -> bytes:
    """The template as .xlsx."""
    import openpyxl

    file = openpyxl.Workbook()
    file.remove(file.active)
    for layout in SHEETS:
        _sheet(file, layout)
    _notes(file)
    return saved(file)


def _sheet(file: Any, layout: Sheet) -> None:
    from openpyxl.styles import Font, PatternFill
    from openpyxl.utils import get_column_letter

    sheet = file.create_sheet(layout.title)
    sheet.freeze_panes = "A2"
    for index, column in enumerate(layout.columns, start=1):
        head = sheet.cell(1, index, column.heading + ("*" if column.required else ""))
        head.font, head.fill = Font(bold=True), PatternFill("solid", fgColor=HEAD_FILL)
        letter = get_column_letter(index)
        sheet.column_dimensions[letter].width = column.width
        for number, example in enumerate(layout.examples, start=2):
            cell = sheet.cell(number, index, example[index - 1] or None)
            cell.font = Font(color=EXAMPLE_GREY, italic=True)
        if column.as_text:
            for number in range(2, PREPARED_ROWS + 2):
                sheet.cell(number, index).number_format = TEXT_FORMAT
        if column.heading == "角色":
            _choices(sheet, f"{letter}2:{letter}{PREPARED_ROWS + 1}")


def _choices(sheet: Any, area: str) -> None:
    """A drop-down of roles. It warns nobody: a person with two roles is typed in, separated by a semicolon."""
    from openpyxl.worksheet.datavalidation import DataValidation

    choices = DataValidation(type="list", formula1=f'"{",".join(ROLE_WORDS)}"', allow_blank=True)
    choices.showErrorMessage = False
    choices.promptTitle, choices.prompt, choices.showInputMessage = "角色", "多个角色用 ; 隔开", True
    sheet.add_data_validation(choices)
    choices.add(area)


def _notes(file: Any) -> None:
    from openpyxl.styles import Alignment, Font

    sheet = file.create_sheet("说明", 0)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 14, 14
    sheet.column_dimensions["C"].width = 70
    sheet.append(["怎么填"])
    sheet["A1"].font = Font(bold=True)
    for index, note in enumerate(_NOTES, start=1):
        sheet.append([index, None, note])
        sheet.cell(sheet.max_row, 3).alignment = Alignment(wrap_text=True)
    sheet.append([])
    sheet.append(["表", "列", "说明"])
    for cell in sheet[sheet.max_row]:
        cell.font = Font(bold=True)
    for layout in SHEETS:
        for column in layout.columns:
            hint = "；".join(part for part in ("必填" if column.required else "", column.hint) if part)
            if hint:
                sheet.append([layout.title, column.heading, hint])
    file.active = 0
