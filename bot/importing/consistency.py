"""What only shows when all rows of a file are seen together: doubles and contradictions inside the file."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from typing import TypeVar

from bot.importing.faults import Fault
from bot.importing.rows import Company

T = TypeVar("T")


def check(company: Company) -> list[Fault]:
    """All contradictions between rows of one file; rows are named by sheet and row number."""
    faults: list[Fault] = []

    def doubles(kind: str, column: str, rows: Iterable[T], key: Callable[[T], str], word: str) -> None:
        first: dict[str, tuple[str, int]] = {}
        for index, row in enumerate(rows):
            value = key(row)
            if not value:
                continue
            place = company.place(kind, index)
            if value in first:
                sheet, number = first[value]
                faults.append(Fault(f"{word}“{value}”和第{number}行重复，请改掉其中一个", sheet, place[1], column))
            else:
                first[value] = place

    doubles("product", "编码", company.products, lambda row: fold(row.sku), "编码")
    doubles(
        "product",
        "名称",
        company.products,
        lambda row: f"{fold(row.name)} {fold(row.spec or '')}".strip(),
        "名称加规格",
    )
    for kind in ("customer", "supplier"):
        rows = [row for row in company.partners if row.kind == kind]
        doubles(kind, "编码", rows, lambda row: fold(row.code), "编码")
        doubles(kind, "名称", rows, lambda row: fold(row.name), "名称")
    doubles("person", "姓名", company.people, lambda row: fold(row.name), "姓名")
    doubles("opening", "商品编码", company.opening, lambda row: fold(row.sku), "商品")
    faults += _partner_codes(company)
    faults += _barcodes(company)
    return faults


def fold(text: str) -> str:
    """How two codes or names are compared: width, case and blanks do not tell them apart."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def _partner_codes(company: Company) -> Iterable[Fault]:
    customers = {fold(row.code) for row in company.partners if row.kind == "customer" and row.code}
    for index, row in enumerate(row for row in company.partners if row.kind == "supplier"):
        if row.code and fold(row.code) in customers:
            sheet, number = company.place("supplier", index)
            yield Fault(f"编码“{row.code}”客户里也用了，请换一个", sheet, number, "编码")


def _barcodes(company: Company) -> Iterable[Fault]:
    first: dict[str, int] = {}
    for index, row in enumerate(company.products):
        sheet, number = company.place("product", index)
        for barcode, _unit in row.barcodes:
            if barcode in first:
                where = "同一行" if first[barcode] == number else f"第{first[barcode]}行"
                yield Fault(f"条码 {barcode} 和{where}重复，一个条码只能属于一个商品的一个单位", sheet, number, "条码")
            else:
                first[barcode] = number
