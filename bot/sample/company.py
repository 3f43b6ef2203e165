"""The sample company's master data."""

from __future__ import annotations

from importlib import resources

from bot.importing.faults import Rejected
from bot.importing.read import read_rows
from bot.importing.rows import Company
from bot.importing.workbook import read_tables

FIRM = {
    "phone": "0555-8800123",
    "address": "淞岚市东门建材市场 B 区 6 号",
    "order_limit": "2000000",  # fen: an order above 20,000 yuan needs a supervisor
    "demo": "1",
}
NAME = "淞岚五金批发有限公司"

_FILES = {
    "商品": "products.csv",
    "客户": "customers.csv",
    "供应商": "suppliers.csv",
    "人员": "people.csv",
    "期初库存": "opening.csv",
}


def company() -> Company:
    """Products, partners, people and opening stock, read and checked like any file a person imports."""
    folder = resources.files("bot.sample") / "data"
    tables = [
        table for title, name in _FILES.items() for table in read_tables((folder / name).read_bytes(), f"{title}.csv")
    ]
    reading = read_rows(tables)
    if reading.faults:
        raise Rejected(reading.faults)
    return reading.company
