"""Tables of an import under way. A batch's rows rest here from the moment the file is known to be good until it is in.

States of a batch: ``staging`` (nothing of it can be seen; an interrupted one is taken back), ``live`` (switched in; an
interrupted one is carried to its end), ``done``, ``dropped``.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel

from inventory_core.columns import Int, JsonText, Text, UtcTime

STRICT = {"sqlite_strict": True}


class ImportBatch(SQLModel, table=True):
    __tablename__ = "import_batch"
    __table_args__ = (
        CheckConstraint("state IN ('staging', 'live', 'done', 'dropped')", name="ck_import_batch_state"),
        Index("ix_import_batch_state", "state"),
        STRICT,
    )

    id: int | None = Field(default=None, sa_type=Int, primary_key=True)
    name: str = Field(sa_type=Text)
    state: str = Field(sa_type=Text)
    catalog: int = Field(sa_type=Int)  # the catalogue version the plan was made against
    slices: Any = Field(default=None, sa_type=JsonText)  # see ``slicing``
    applied: int = Field(default=0, sa_type=Int)  # how many slices are live
    actor_id: int | None = Field(default=None, sa_type=Int, foreign_key="person.id")
    counts: Any = Field(default=None, sa_type=JsonText)
    created_at: datetime = Field(sa_type=UtcTime)
    touched_at: datetime = Field(sa_type=UtcTime)


class ImportRow(SQLModel, table=True):
    """One thing to add or change. ``target_id`` is the row it made or changes. ``done``: 0 waiting, 1 placed unseen
    (additions) or ready (changes), 2 finished. The switch itself touches no row here, only the batch: 20,000 rows would
    cost it 40 ms."""

    __tablename__ = "import_row"
    __table_args__ = (Index("ix_import_row_work", "batch_id", "kind", "action", "done", "seq"), STRICT)

    batch_id: int = Field(sa_type=Int, foreign_key="import_batch.id", primary_key=True)
    seq: int = Field(sa_type=Int, primary_key=True)
    kind: str = Field(sa_type=Text)  # product | partner | person | opening
    action: str = Field(sa_type=Text)  # add | change | rework (a change that also replaces units)
    target_id: int | None = Field(default=None, sa_type=Int)
    done: int = Field(default=0, sa_type=Int)
    data: Any = Field(sa_type=JsonText)
