"""Every test of the core has its own database in memory, opened as the service opens it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import event
from sqlmodel import Session, create_engine

from inventory_core import schema
from tests.support.core_shop import Shop, furnish


@pytest.fixture
def session() -> Iterator[Session]:
    engine = create_engine("sqlite://")

    @event.listens_for(engine, "connect")
    def _enforce(connection: object, _: object) -> None:
        connection.execute("PRAGMA foreign_keys=ON")  # type: ignore[attr-defined]

    with engine.begin() as connection:
        schema.create_all(connection)
    with Session(engine) as opened:
        yield opened
    engine.dispose()


@pytest.fixture
def shop(session: Session) -> Shop:
    return furnish(session)
