"""Tables of documents. A document row is what it is now; every earlier content stays in ``document_version``."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from inventory_core.columns import Day, DecimalText, Flag, Int, JsonText, Text, UtcTime
from inventory_core.models.master import STRICT


class Document(SQLModel, table=True):
    """``total`` in fen; null while a price is missing. ``source_id``: a shipment's order, a reversal's original.
    ``valid_from`` and ``valid_until``: the first and the last day a supplier's prices hold, as said."""

    __tablename__ = "document"
    __table_args__ = (
        CheckConstraint("version >= 1", name="ck_document_version"),
        Index("uq_document_number", "number", unique=True),
        Index("uq_document_draft_no", "draft_no", unique=True),
        Index(
            "uq_document_reversal",
            "source_id",
            unique=True,
            sqlite_where=text("kind = 'reversal'"),
            postgresql_where=text("kind = 'reversal'"),
        ),
        Index("ix_document_source", "source_id"),
        Index("ix_document_open", "author_id", "state", "chat"),
        Index("ix_document_author", "author_id", "updated_at"),
        Index(
            "ix_document_to_ship",
            "kind",
            "state",
            "updated_at",
            sqlite_where=text("kind = 'sales_order' AND state = 'approved'"),
            postgresql_where=text("kind = 'sales_order' AND state = 'approved'"),
        ),
        Index("ix_document_partner", "partner_id", "kind", "state"),
        Index("ix_document_expiry", "state", "expires_at"),
        Index("ix_document_kind_date", "kind", "business_date"),
        STRICT,
    )

    id: int | None = Field(default=None, sa_type=Int, primary_key=True)
    kind: str = Field(sa_type=Text)
    draft_no: int | None = Field(default=None, sa_type=Int)
    number: str | None = Field(default=None, sa_type=Text)
    version: int = Field(default=1, sa_type=Int)
    state: str = Field(sa_type=Text)
    author_id: int = Field(sa_type=Int, foreign_key="person.id")
    platform: str = Field(default="", sa_type=Text)
    chat: str = Field(default="", sa_type=Text)
    partner_id: int | None = Field(default=None, sa_type=Int, foreign_key="partner.id")
    partner_said: str = Field(default="", sa_type=Text)
    partner_candidates: Any = Field(default_factory=list, sa_type=JsonText)
    delivery_date: date | None = Field(default=None, sa_type=Day)
    tax_rate: Decimal | None = Field(default=None, sa_type=DecimalText)
    discount_rate: Decimal | None = Field(default=None, sa_type=DecimalText)
    use_last_price: bool = Field(default=False, sa_type=Flag)
    address: str | None = Field(default=None, sa_type=Text)
    phone: str | None = Field(default=None, sa_type=Text)
    contact: str | None = Field(default=None, sa_type=Text)
    note: str | None = Field(default=None, sa_type=Text)
    doubts: Any = Field(default_factory=list, sa_type=JsonText)
    unused: Any = Field(default_factory=list, sa_type=JsonText)
    total: int | None = Field(default=None, sa_type=Int)
    hash: str = Field(sa_type=Text)
    business_date: date = Field(sa_type=Day)
    source_id: int | None = Field(default=None, sa_type=Int, foreign_key="document.id")
    expires_at: datetime | None = Field(default=None, sa_type=UtcTime)
    created_at: datetime = Field(sa_type=UtcTime)
    updated_at: datetime = Field(sa_type=UtcTime)
    valid_from: date | None = Field(default=None, sa_type=Day)
    valid_until: date | None = Field(default=None, sa_type=Day)


class DocumentLine(SQLModel, table=True):
    """One line as entered beside what it means in base units.

    ``base_qty`` and ``shipped`` count 10^-qty_scale base units; ``ratio_num``/``ratio_den`` is the unit's size when it
    was entered; ``price_cmp`` micro-yuan per base unit after discount, for comparing only; ``amount`` fen,
    authoritative; ``source_line_id`` the order line a shipment line serves; ``tiers`` what a supplier asks from certain
    quantities on, [{"min_qty", "price", "unit"}] in decimal text as said. Ids are never used twice: cards and
    reservations remember them.
    """

    __tablename__ = "document_line"
    __table_args__ = (
        CheckConstraint("base_qty IS NULL OR base_qty >= 0", name="ck_document_line_base_qty"),
        CheckConstraint("shipped >= 0", name="ck_document_line_shipped"),
        Index("ix_document_line_document", "document_id", "line_no"),
        Index("ix_document_line_product", "product_id"),
        Index("ix_document_line_source", "source_line_id"),
        {"sqlite_strict": True, "sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, sa_type=Int, primary_key=True)
    document_id: int = Field(sa_type=Int, foreign_key="document.id")
    line_no: int = Field(sa_type=Int)
    said: str = Field(default="", sa_type=Text)
    product_id: int | None = Field(default=None, sa_type=Int, foreign_key="product.id")
    candidates: Any = Field(default_factory=list, sa_type=JsonText)
    qty: Decimal | None = Field(default=None, sa_type=DecimalText)
    unit: str | None = Field(default=None, sa_type=Text)
    ratio_num: int | None = Field(default=None, sa_type=Int)
    ratio_den: int | None = Field(default=None, sa_type=Int)
    base_qty: int | None = Field(default=None, sa_type=Int)
    price: Decimal | None = Field(default=None, sa_type=DecimalText)
    price_unit: str | None = Field(default=None, sa_type=Text)
    price_num: int | None = Field(default=None, sa_type=Int)
    price_den: int | None = Field(default=None, sa_type=Int)
    price_source: str | None = Field(default=None, sa_type=Text)
    price_cmp: int | None = Field(default=None, sa_type=Int)
    tax_incl: bool | None = Field(default=None, sa_type=Flag)
    amount: int | None = Field(default=None, sa_type=Int)
    gift: bool = Field(default=False, sa_type=Flag)
    note: str | None = Field(default=None, sa_type=Text)
    doubts: Any = Field(default_factory=list, sa_type=JsonText)
    shipped: int = Field(default=0, sa_type=Int)
    source_line_id: int | None = Field(default=None, sa_type=Int)
    tiers: Any = Field(default_factory=list, sa_type=JsonText, sa_column_kwargs={"server_default": text("'[]'")})


class DocumentVersion(SQLModel, table=True):
    """What a version contained, its hash, and how it differs from the one before, in words. Insert-only."""

    __tablename__ = "document_version"
    __table_args__ = (STRICT,)

    document_id: int = Field(sa_type=Int, foreign_key="document.id", primary_key=True)
    version: int = Field(sa_type=Int, primary_key=True)
    content: Any = Field(sa_type=JsonText)
    hash: str = Field(sa_type=Text)
    changes: Any = Field(default_factory=list, sa_type=JsonText)
    actor_id: int = Field(sa_type=Int, foreign_key="person.id")
    at: datetime = Field(sa_type=UtcTime)


class DocumentTransition(SQLModel, table=True):
    """Every state a document was in, who moved it, when and why. Insert-only. ``actor_id`` null: the clock did it."""

    __tablename__ = "document_transition"
    __table_args__ = (Index("ix_document_transition_document", "document_id", "id"), STRICT)

    id: int | None = Field(default=None, sa_type=Int, primary_key=True)
    document_id: int = Field(sa_type=Int, foreign_key="document.id")
    source: str | None = Field(default=None, sa_type=Text)
    target: str = Field(sa_type=Text)
    version: int = Field(sa_type=Int)
    actor_id: int | None = Field(default=None, sa_type=Int, foreign_key="person.id")
    at: datetime = Field(sa_type=UtcTime)
    reason: str = Field(default="", sa_type=Text)


class Approval(SQLModel, table=True):
    """A decision asked for one version and one content (``hash``); an edit makes it void."""

    __tablename__ = "approval"
    __table_args__ = (
        CheckConstraint("state IN ('pending', 'approved', 'rejected', 'void')", name="ck_approval_state"),
        Index(
            "uq_approval_pending",
            "document_id",
            unique=True,
            sqlite_where=text("state = 'pending'"),
            postgresql_where=text("state = 'pending'"),
        ),
        Index("ix_approval_document", "document_id", "id"),
        STRICT,
    )

    id: int | None = Field(default=None, sa_type=Int, primary_key=True)
    document_id: int = Field(sa_type=Int, foreign_key="document.id")
    version: int = Field(sa_type=Int)
    hash: str = Field(sa_type=Text)
    state: str = Field(sa_type=Text)
    reasons: Any = Field(default_factory=list, sa_type=JsonText)
    requested_by: int = Field(sa_type=Int, foreign_key="person.id")
    approver_id: int | None = Field(default=None, sa_type=Int, foreign_key="person.id")
    self_approved: bool = Field(default=False, sa_type=Flag)
    decided_at: datetime | None = Field(default=None, sa_type=UtcTime)
    comment: str | None = Field(default=None, sa_type=Text)
    created_at: datetime = Field(sa_type=UtcTime)


class Deal(SQLModel, table=True):
    """The price of a product agreed with a partner, one row per document and product; freed again with 作废."""

    __tablename__ = "deal"
    __table_args__ = (
        Index("ix_deal_last", "partner_id", "product_id", "side", "id"),
        Index("ix_deal_document", "document_id"),
        STRICT,
    )

    id: int | None = Field(default=None, sa_type=Int, primary_key=True)
    partner_id: int = Field(sa_type=Int, foreign_key="partner.id")
    product_id: int = Field(sa_type=Int, foreign_key="product.id")
    side: str = Field(sa_type=Text)  # sale|purchase
    document_id: int = Field(sa_type=Int, foreign_key="document.id")
    price: Decimal = Field(sa_type=DecimalText)
    price_unit: str = Field(sa_type=Text)
    price_cmp: int = Field(sa_type=Int)
    tax_incl: bool | None = Field(default=None, sa_type=Flag)
    at: datetime = Field(sa_type=UtcTime)
