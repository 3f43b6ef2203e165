"""Connections to the SQLite file, as the store needs them.

The writer's transactions are opened and closed by the store itself with plain SQL, so its dialect does nothing at
SQLAlchemy's begin, commit and rollback; a session inside a unit can therefore never end the batch it runs in.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.pool import QueuePool, StaticPool

BUSY_TIMEOUT_MS = 250  # the store itself tries again, so that a locked file never blocks the thread for long


def writer_engine(path: Path) -> Engine:
    """An engine of one connection for the writer thread."""
    engine = create_engine(
        f"sqlite+pysqlite:///{path}",
        poolclass=StaticPool,
        hide_parameters=True,  # an error's text goes to the log; what people wrote does not
        connect_args={"isolation_level": None, "check_same_thread": False, "cached_statements": 512},
    )
    event.listen(engine, "connect", _prepare_writer)
    _leave_transactions_alone(engine)
    return engine


def reader_engine(path: Path, size: int) -> Engine:
    """An engine of ``size`` read-only connections, one per reader thread."""
    engine = create_engine(
        f"sqlite+pysqlite:///{path}",
        poolclass=QueuePool,
        pool_size=size,
        max_overflow=0,
        hide_parameters=True,
        connect_args={"isolation_level": None, "check_same_thread": False, "cached_statements": 512},
    )
    event.listen(engine, "connect", _prepare_reader)
    _leave_transactions_alone(engine)
    return engine


def _prepare_writer(connection: sqlite3.Connection, _record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")  # an acknowledged message survives a power cut
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA temp_store=MEMORY")
    cursor.close()


def _prepare_reader(connection: sqlite3.Connection, _record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA busy_timeout=5000")
    cursor.execute("PRAGMA query_only=ON")
    cursor.close()


def _leave_transactions_alone(engine: Engine) -> None:
    dialect = engine.dialect
    for name in ("do_begin", "do_commit", "do_rollback"):
        setattr(dialect, name, _nothing)


def _nothing(_connection: Any) -> None:
    """The store begins, commits and rolls back by itself."""
