"""Tables of what people's words were confirmed to mean. See ``inventory_core.aliases``, their one writer."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from inventory_core.columns import Int, JsonText, Text, UtcTime
from inventory_core.models.master import STRICT


class LearnedAlias(SQLModel, table=True):
    """Words somebody means a product by; ``partner_id`` null: whoever says them. ``key`` is the one spelling for
    comparing, ``words`` what was said first. ``confirmed`` and ``doubted`` count since ``product_id`` was set."""

    __tablename__ = "learned_alias"
    __table_args__ = (
        CheckConstraint(
            "state IN ('learning', 'active', 'retired', 'asleep', 'forgotten')", name="ck_learned_alias_state"
        ),
        CheckConstraint("confirmed >= 0 AND doubted >= 0", name="ck_learned_alias_counts"),
        Index(
            "uq_learned_alias_partner",
            "key",
            "partner_id",
            unique=True,
            sqlite_where=text("partner_id IS NOT NULL"),
            postgresql_where=text("partner_id IS NOT NULL"),
        ),
        Index(
            "uq_learned_alias_firm",
            "key",
            unique=True,
            sqlite_where=text("partner_id IS NULL"),
            postgresql_where=text("partner_id IS NULL"),
        ),
        Index("ix_learned_alias_key", "key"),
        Index("ix_learned_alias_product", "product_id"),
        Index("ix_learned_alias_state", "state", "used_at"),
        STRICT,
    )

    id: int | None = Field(default=None, sa_type=Int, primary_key=True)
    key: str = Field(sa_type=Text)
    words: str = Field(sa_type=Text)
    product_id: int = Field(sa_type=Int, foreign_key="product.id")
    partner_id: int | None = Field(default=None, sa_type=Int, foreign_key="partner.id")
    state: str = Field(sa_type=Text)
    confirmed: int = Field(default=0, sa_type=Int)
    doubted: int = Field(default=0, sa_type=Int)
    created_at: datetime = Field(sa_type=UtcTime)
    used_at: datetime = Field(sa_type=UtcTime)


class AliasEvent(SQLModel, table=True):
    """Every word said about a learned alias: who confirmed it with which document, who said otherwise, who added or
    forgot it. Insert-only; a document counts once. ``actor_id`` null: the clock, or one that followed from others."""

    __tablename__ = "alias_event"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('confirmed', 'doubted', 'added', 'shared', 'retired', 'asleep', 'forgotten')",
            name="ck_alias_event_kind",
        ),
        Index("ix_alias_event_alias", "alias_id", "id"),
        Index(
            "uq_alias_event_document",
            "document_id",
            "alias_id",
            unique=True,
            sqlite_where=text("document_id IS NOT NULL"),
            postgresql_where=text("document_id IS NOT NULL"),
        ),
        STRICT,
    )

    id: int | None = Field(default=None, sa_type=Int, primary_key=True)
    alias_id: int = Field(sa_type=Int, foreign_key="learned_alias.id")
    kind: str = Field(sa_type=Text)
    product_id: int = Field(sa_type=Int, foreign_key="product.id")
    actor_id: int | None = Field(default=None, sa_type=Int, foreign_key="person.id")
    document_id: int | None = Field(default=None, sa_type=Int, foreign_key="document.id")
    at: datetime = Field(sa_type=UtcTime)


class LineWords(SQLModel, table=True):
    """What the item of a line was called, and how it was read before anybody corrected it: the product, or the products
    it was asked about. ``learns``: name, group or nothing (``nlp.findings.Line.learns``)."""

    __tablename__ = "line_words"
    __table_args__ = (Index("ix_line_words_document", "document_id"), STRICT)

    line_id: int = Field(sa_type=Int, primary_key=True)
    document_id: int = Field(sa_type=Int, foreign_key="document.id")
    words: str = Field(sa_type=Text)
    key: str = Field(sa_type=Text)
    learns: str = Field(sa_type=Text)
    read_id: int | None = Field(default=None, sa_type=Int)
    among: Any = Field(default_factory=list, sa_type=JsonText)
