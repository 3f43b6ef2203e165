"""Tables of what the firm is: people, settings, products, partners. Their history is the table ``audit``."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from inventory_core.columns import DecimalText, Flag, Int, JsonText, Text, UtcTime

STRICT = {"sqlite_strict": True}


class Person(SQLModel, table=True):
    __tablename__ = "person"
    __table_args__ = (STRICT,)

    id: int | None = Field(default=None, sa_type=Int, primary_key=True)
    name: str = Field(sa_type=Text, unique=True)
    active: bool = Field(default=True, sa_type=Flag)
    created_at: datetime = Field(sa_type=UtcTime)


class PersonRole(SQLModel, table=True):
    __tablename__ = "person_role"
    __table_args__ = (STRICT,)

    person_id: int = Field(sa_type=Int, foreign_key="person.id", primary_key=True)
    role: str = Field(sa_type=Text, primary_key=True)


class Account(SQLModel, table=True):
    """Which platform account is which person."""

    __tablename__ = "account"
    __table_args__ = (Index("ix_account_person", "person_id"), STRICT)

    platform: str = Field(sa_type=Text, primary_key=True)
    account: str = Field(sa_type=Text, primary_key=True)
    person_id: int = Field(sa_type=Int, foreign_key="person.id")
    bound_at: datetime = Field(sa_type=UtcTime)


class Setting(SQLModel, table=True):
    """The firm's settings as they are now."""

    __tablename__ = "setting"
    __table_args__ = (STRICT,)

    key: str = Field(sa_type=Text, primary_key=True)
    value: str = Field(sa_type=Text)


class SettingHistory(SQLModel, table=True):
    """Every value a setting ever had. Insert-only."""

    __tablename__ = "setting_history"
    __table_args__ = (Index("ix_setting_history_key", "key", "id"), STRICT)

    id: int | None = Field(default=None, sa_type=Int, primary_key=True)
    key: str = Field(sa_type=Text)
    value: str = Field(sa_type=Text)
    actor_id: int | None = Field(default=None, sa_type=Int, foreign_key="person.id")
    at: datetime = Field(sa_type=UtcTime)


class Audit(SQLModel, table=True):
    """Who changed which product, partner or person, when, to what. Insert-only."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_subject", "subject", "subject_id", "id"), STRICT)

    id: int | None = Field(default=None, sa_type=Int, primary_key=True)
    subject: str = Field(sa_type=Text)
    subject_id: int = Field(sa_type=Int)
    action: str = Field(sa_type=Text)
    detail: Any = Field(default=None, sa_type=JsonText)
    actor_id: int | None = Field(default=None, sa_type=Int, foreign_key="person.id")
    at: datetime = Field(sa_type=UtcTime)


class Counter(SQLModel, table=True):
    """Numbers handed out inside the transaction that uses them: document numbers, draft numbers, catalogue version."""

    __tablename__ = "counter"
    __table_args__ = (STRICT,)

    name: str = Field(sa_type=Text, primary_key=True)
    value: int = Field(sa_type=Int)


class Product(SQLModel, table=True):
    """``min_qty`` is in 10^-qty_scale base units; prices are yuan per base unit."""

    __tablename__ = "product"
    __table_args__ = (
        CheckConstraint("qty_scale BETWEEN 0 AND 6", name="ck_product_qty_scale"),
        CheckConstraint("min_qty IS NULL OR min_qty >= 0", name="ck_product_min_qty"),
        Index("ix_product_name", "name"),
        STRICT,
    )

    id: int | None = Field(default=None, sa_type=Int, primary_key=True)
    sku: str = Field(sa_type=Text, unique=True)
    name: str = Field(sa_type=Text)
    spec: str = Field(default="", sa_type=Text)
    base_unit: str = Field(sa_type=Text)
    default_unit: str = Field(sa_type=Text)
    qty_scale: int = Field(default=0, sa_type=Int)
    category: str = Field(default="", sa_type=Text)
    list_price: Decimal | None = Field(default=None, sa_type=DecimalText)
    floor_price: Decimal | None = Field(default=None, sa_type=DecimalText)
    min_qty: int | None = Field(default=None, sa_type=Int)
    active: bool = Field(default=True, sa_type=Flag)
    created_at: datetime = Field(sa_type=UtcTime)
    updated_at: datetime = Field(sa_type=UtcTime)


class ProductUnit(SQLModel, table=True):
    """One ``unit`` is ``num``/``den`` base units. The base unit itself has its own row, 1/1."""

    __tablename__ = "product_unit"
    __table_args__ = (
        CheckConstraint("num > 0 AND den > 0", name="ck_product_unit_ratio"),
        Index("ix_product_unit_barcode", "barcode"),
        STRICT,
    )

    product_id: int = Field(sa_type=Int, foreign_key="product.id", primary_key=True)
    unit: str = Field(sa_type=Text, primary_key=True)
    num: int = Field(sa_type=Int)
    den: int = Field(default=1, sa_type=Int)
    barcode: str = Field(default="", sa_type=Text)


class ProductAlias(SQLModel, table=True):
    """Another name of a product; with ``partner_id`` only that partner means this product by it."""

    __tablename__ = "product_alias"
    __table_args__ = (Index("ix_product_alias_product", "product_id"), Index("ix_product_alias_alias", "alias"), STRICT)

    id: int | None = Field(default=None, sa_type=Int, primary_key=True)
    product_id: int = Field(sa_type=Int, foreign_key="product.id")
    alias: str = Field(sa_type=Text)
    partner_id: int | None = Field(default=None, sa_type=Int, foreign_key="partner.id")


class Partner(SQLModel, table=True):
    """``credit_limit`` in fen."""

    __tablename__ = "partner"
    __table_args__ = (
        CheckConstraint("kind IN ('customer', 'supplier')", name="ck_partner_kind"),
        Index("ix_partner_name", "name"),
        STRICT,
    )

    id: int | None = Field(default=None, sa_type=Int, primary_key=True)
    code: str = Field(sa_type=Text, unique=True)
    name: str = Field(sa_type=Text)
    kind: str = Field(sa_type=Text)
    phone: str = Field(default="", sa_type=Text)
    address: str = Field(default="", sa_type=Text)
    contact: str = Field(default="", sa_type=Text)
    credit_limit: int | None = Field(default=None, sa_type=Int)
    walk_in: bool = Field(default=False, sa_type=Flag)
    active: bool = Field(default=True, sa_type=Flag)
    created_at: datetime = Field(sa_type=UtcTime)
    updated_at: datetime = Field(sa_type=UtcTime)


class PartnerAlias(SQLModel, table=True):
    __tablename__ = "partner_alias"
    __table_args__ = (
        UniqueConstraint("partner_id", "alias", name="uq_partner_alias"),
        Index("ix_partner_alias_alias", "alias"),
        STRICT,
    )

    id: int | None = Field(default=None, sa_type=Int, primary_key=True)
    partner_id: int = Field(sa_type=Int, foreign_key="partner.id")
    alias: str = Field(sa_type=Text)
