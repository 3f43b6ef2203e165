"""What the core promises about its tables and about what a draft costs, whatever happens inside."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from decimal import Decimal

import pytest
from sqlmodel import Session, SQLModel, create_engine

from inventory_core import checks, documents, models, schema, sql
from inventory_core.errors import DanjuError
from inventory_core.ledger import Inconsistent
from tests.support.core_shop import NOW, Shop, furnish, want


@pytest.fixture
def session() -> Iterator[Session]:
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        schema.create_all(connection)
        schema.create_all(connection)  # running it again changes nothing
    with Session(engine) as opened:
        yield opened
    engine.dispose()


@pytest.fixture
def shop(session: Session) -> Shop:
    return furnish(session)


def test_every_table_is_strict_and_holds_text_and_integers_only(session: Session) -> None:
    tables = {row[1]: row[5] for row in sql.run(session, "PRAGMA table_list") if row[2] == "table"}
    for table in schema.TABLES:
        assert tables[table.name] == 1, table.name
        types = {row[2] for row in sql.run(session, f"PRAGMA table_info({table.name})")}
        assert types <= {"TEXT", "INTEGER"}, table.name


def test_the_core_lists_all_of_its_tables() -> None:
    own = {
        str(mapper.class_.__tablename__)
        for mapper in SQLModel._sa_registry.mappers
        if mapper.class_.__module__.startswith("inventory_core.")
    }
    assert own == {table.name for table in schema.TABLES} == {getattr(models, n).__tablename__ for n in models.__all__}


def test_triggers_follow_the_tables(session: Session) -> None:
    names = {row[0] for row in sql.run(session, "SELECT name FROM sqlite_master WHERE type = 'trigger'")}
    assert names == {f"{table}_no_{verb}" for table in schema.INSERT_ONLY for verb in ("update", "delete")}


def test_a_unit_that_is_rolled_back_and_run_again_leaves_one_draft(session: Session, shop: Shop) -> None:
    session.commit()
    content = shop.order(want(shop.bolt, "3", "盒"))
    with session.begin_nested() as attempt:
        first = documents.create_draft(session, content, shop.sales.id, NOW)
        attempt.rollback()
    second = documents.create_draft(session, content, shop.sales.id, NOW)
    assert (first.draft_no, first.lines[0].amount) == (second.draft_no, second.lines[0].amount)
    assert sql.value(session, "SELECT count(*) FROM document WHERE kind = 'sales_order'") == 1
    assert checks.check(session) == []


def test_a_draft_costs_few_statements_however_many_lines(session: Session, shop: Shop) -> None:
    """The benchmark's budget is CPU time; statements are what it is spent on, and they can be counted."""
    counted: list[int] = []
    for lines in (1, 12):
        content = shop.order(*[want(shop.bolt, str(n + 1)) for n in range(lines)])
        statements: list[str] = []
        driver = session.connection().connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        driver.set_trace_callback(statements.append)
        documents.create_draft(session, content, shop.sales.id, NOW)
        driver.set_trace_callback(None)
        selects = [text for text in statements if not text.lstrip().startswith("INSERT INTO document_line")]
        counted.append(len(selects))
    assert counted[0] == counted[1]
    assert counted[0] <= 20


def test_views_are_values(session: Session, shop: Shop) -> None:
    view = documents.create_draft(session, shop.order(want(shop.bolt, "3", "盒")), shop.sales.id, NOW)
    session.rollback()
    assert isinstance(hash(view.lines[0].product.sku if view.lines[0].product else ""), int)
    assert view.total == 7500
    assert isinstance(view.lines[0].base_qty, Decimal)


def test_errors_hang_on_one_tree() -> None:
    assert issubclass(Inconsistent, DanjuError)


def test_the_public_names_of_documents_stay() -> None:
    assert set(documents.__all__) >= {
        "approve",
        "change",
        "confirm",
        "content_of",
        "create_draft",
        "due_to_expire",
        "expire",
        "find",
        "get",
        "open_drafts",
        "reject",
        "reopen",
        "ship",
        "void",
    }
