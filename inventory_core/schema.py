"""The core's tables, triggers and first rows. A migration calls ``install_triggers`` and ``seed`` after its DDL."""

from __future__ import annotations

from typing import cast

from sqlalchemy import Connection, Table
from sqlmodel import SQLModel

from inventory_core import models

#: Tables whose rows are history: nothing may change or remove them.
INSERT_ONLY = (
    "ledger", "posting", "document_version", "document_transition", "audit", "setting_history", "alias_event",
)  # fmt: skip

#: (code, name, tangible). ``variance`` takes the value a reversal can no longer give back at the old cost.
PLACES: tuple[tuple[str, str, int], ...] = (
    ("main", "主仓", 1),
    ("inspection", "待质检", 1),
    ("returns", "退换中", 1),
    ("samples", "样品借用", 1),
    ("supplier", "供应商", 0),
    ("customer", "客户", 0),
    ("production", "生产", 0),
    ("scrap", "报废", 0),
    ("count", "盘点差异", 0),
    ("opening", "期初", 0),
    ("variance", "成本差异", 0),
)

TABLES: tuple[Table, ...] = tuple(cast(Table, getattr(models, name).__table__) for name in models.__all__)


def trigger_statements() -> list[str]:
    """DDL of the SQLite triggers that refuse to rewrite history."""
    return [
        f"CREATE TRIGGER IF NOT EXISTS {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is insert-only'); END"
        for table in INSERT_ONLY
        for verb in ("UPDATE", "DELETE")
    ]


def install_triggers(connection: Connection) -> None:
    """Install the insert-only triggers (SQLite)."""
    for statement in trigger_statements():
        connection.exec_driver_sql(statement)


def seed(connection: Connection) -> None:
    """Places and the walk-in customer 散客; running it again changes nothing."""
    for code, name, tangible in PLACES:
        connection.exec_driver_sql(
            "INSERT INTO place (code, name, tangible) VALUES (:code, :name, :tangible) ON CONFLICT DO NOTHING",
            {"code": code, "name": name, "tangible": tangible},
        )
    connection.exec_driver_sql(
        "INSERT INTO partner (code, name, kind, phone, address, contact, walk_in, active, created_at, updated_at) "
        "VALUES ('C0000', '散客', 'customer', '', '', '', 1, 1, 0, 0) ON CONFLICT DO NOTHING"
    )


def create_all(connection: Connection) -> None:
    """Everything the core needs, in an empty SQLite database. Tables of other rooms are not touched."""
    SQLModel.metadata.create_all(connection, tables=list(TABLES))
    install_triggers(connection)
    seed(connection)
