"""Tables of the stock ledger. Quantities count 10^-qty_scale base units of the product, values fen.

Only ``inventory_core.ledger`` writes ``balance``, ``ledger``, ``posting`` and ``reservation``.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from inventory_core.columns import Day, Flag, Int, Text, UtcTime
from inventory_core.models.master import STRICT


class Place(SQLModel, table=True):
    """Where goods are. ``tangible``: a real place that never holds less than nothing; the others are counterparts
    (supplier, customer …) so that every document sums to zero."""

    __tablename__ = "place"
    __table_args__ = (STRICT,)

    code: str = Field(sa_type=Text, primary_key=True)
    name: str = Field(sa_type=Text)
    tangible: bool = Field(sa_type=Flag)


class Balance(SQLModel, table=True):
    """What the ledger adds up to, one row per product, place and lot."""

    __tablename__ = "balance"
    __table_args__ = (
        CheckConstraint(
            "tangible = 0 OR (on_hand >= 0 AND reserved >= 0 AND reserved <= on_hand)", name="ck_balance_tangible"
        ),
        CheckConstraint("tangible = 0 OR (value >= 0 AND (on_hand > 0 OR value = 0))", name="ck_balance_value"),
        CheckConstraint("tangible = 1 OR reserved = 0", name="ck_balance_reserved"),
        STRICT,
    )

    product_id: int = Field(sa_type=Int, foreign_key="product.id", primary_key=True)
    place: str = Field(sa_type=Text, foreign_key="place.code", primary_key=True)
    lot: str = Field(default="", sa_type=Text, primary_key=True)
    tangible: bool = Field(sa_type=Flag)
    on_hand: int = Field(default=0, sa_type=Int)
    reserved: int = Field(default=0, sa_type=Int)
    value: int = Field(default=0, sa_type=Int)


class Posting(SQLModel, table=True):
    """One posting of one version of one document: the key that makes posting happen once. Insert-only."""

    __tablename__ = "posting"
    __table_args__ = (UniqueConstraint("document_id", "version", name="uq_posting_document"), STRICT)

    id: int | None = Field(default=None, sa_type=Int, primary_key=True)
    document_id: int = Field(sa_type=Int, foreign_key="document.id")
    version: int = Field(sa_type=Int)
    hash: str = Field(sa_type=Text)
    actor_id: int | None = Field(default=None, sa_type=Int, foreign_key="person.id")
    at: datetime = Field(sa_type=UtcTime)


class Ledger(SQLModel, table=True):
    """Insert-only, two rows per movement. ``id`` is the posting sequence, the only order that counts."""

    __tablename__ = "ledger"
    __table_args__ = (
        Index("ix_ledger_key", "product_id", "place", "lot", "id"),
        Index("ix_ledger_document", "document_id"),
        {"sqlite_strict": True, "sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, sa_type=Int, primary_key=True)
    posting_id: int = Field(sa_type=Int, foreign_key="posting.id")
    document_id: int = Field(sa_type=Int, foreign_key="document.id")
    line_no: int = Field(sa_type=Int)
    product_id: int = Field(sa_type=Int, foreign_key="product.id")
    place: str = Field(sa_type=Text, foreign_key="place.code")
    lot: str = Field(default="", sa_type=Text)
    qty: int = Field(sa_type=Int)
    value: int = Field(sa_type=Int)
    qty_after: int = Field(sa_type=Int)
    value_after: int = Field(sa_type=Int)
    effective_date: date = Field(sa_type=Day)
    at: datetime = Field(sa_type=UtcTime)


class Reservation(SQLModel, table=True):
    """Stock held for one order line: ``qty`` = ``posted`` (left the house) + ``freed`` + ``pending`` (still held)."""

    __tablename__ = "reservation"
    __table_args__ = (
        UniqueConstraint("document_id", "line_id", "product_id", "place", "lot", name="uq_reservation_line"),
        CheckConstraint("qty = posted + freed + pending", name="ck_reservation_sum"),
        CheckConstraint("posted >= 0 AND freed >= 0 AND pending >= 0", name="ck_reservation_sign"),
        Index("ix_reservation_key", "product_id", "place", "lot"),
        STRICT,
    )

    id: int | None = Field(default=None, sa_type=Int, primary_key=True)
    document_id: int = Field(sa_type=Int, foreign_key="document.id")
    line_id: int = Field(sa_type=Int)
    product_id: int = Field(sa_type=Int, foreign_key="product.id")
    place: str = Field(sa_type=Text, foreign_key="place.code")
    lot: str = Field(default="", sa_type=Text)
    qty: int = Field(sa_type=Int)
    posted: int = Field(default=0, sa_type=Int)
    freed: int = Field(default=0, sa_type=Int)
    pending: int = Field(sa_type=Int)
    created_at: datetime = Field(sa_type=UtcTime)
    updated_at: datetime = Field(sa_type=UtcTime)
