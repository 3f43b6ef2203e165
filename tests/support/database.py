"""An empty database with every room's tables, in memory, inside one open transaction."""

from __future__ import annotations

from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool
from sqlmodel import Session

from bot.store.tables import METADATA
from inventory_core import schema


def empty_database() -> Session:
    """A session of its own database; nothing is ever committed to disk."""
    engine = create_engine("sqlite+pysqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    connection = engine.connect()
    METADATA.create_all(connection)
    schema.install_triggers(connection)
    schema.seed(connection)
    return Session(connection)
