"""What a conversation has to remember between two messages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from inventory_core.columns import Flag, Int, JsonText, Text, UtcTime

STRICT = {"sqlite_strict": True}


class MessageLink(SQLModel, table=True):
    """What a message did to a document: for joining the next one to it, for quoting it, and for recalling it."""

    __tablename__ = "message_link"
    __table_args__ = (
        Index("message_link_document", "document_id", "sent_at"),
        Index("message_link_ref", "platform", "message_ref"),
        Index("message_link_inbox", "inbox_id"),
        STRICT,
    )

    id: int | None = Field(default=None, sa_column=Column(Int, primary_key=True))
    inbox_id: int = Field(sa_type=Int)
    platform: str = Field(sa_type=Text)
    chat: str = Field(sa_type=Text)
    message_ref: str = Field(sa_type=Text)
    person_id: int = Field(sa_type=Int)
    document_id: int = Field(sa_type=Int)
    version: int = Field(sa_type=Int)  # the version it made
    effect: str = Field(sa_type=Text)  # drafted|extended|corrected
    line_ids: Any = Field(default_factory=list, sa_type=JsonText)  # the lines it brought
    sent_at: datetime = Field(sa_type=UtcTime)


class Evidence(SQLModel, table=True):
    """Which words of which message, or which button, gave a document its fields: for 怎么看出来的.

    ``fields`` is JSON: {"party": "永兴", "delivery_date": "明天送", "17.sku": "M8*30的", "17.qty": "20盒"}, the number
    being a line's id. A later row stands over an earlier one.
    """

    __tablename__ = "evidence"
    __table_args__ = (Index("evidence_document", "document_id"), STRICT)

    id: int | None = Field(default=None, sa_column=Column(Int, primary_key=True))
    document_id: int = Field(sa_type=Int)
    inbox_id: int = Field(sa_type=Int)
    person_id: int = Field(sa_type=Int)
    said_at: datetime = Field(sa_type=UtcTime)
    button: bool = Field(sa_type=Flag)  # tapped, not said
    fields: Any = Field(default_factory=dict, sa_type=JsonText)


class Question(SQLModel, table=True):
    """A message that waits for its author's word: which draft it is about, or whether it still counts though it came
    late.

    ``options`` is a JSON list of [label, value]; the values are document ids, "yes" or "no".
    """

    __tablename__ = "question"
    __table_args__ = (
        Index("question_open", "platform", "chat", "person_id", "state"),
        Index(
            "question_ref",
            "platform",
            "message_ref",
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        STRICT,
    )

    inbox_id: int = Field(sa_column=Column(Int, primary_key=True, autoincrement=False))  # the message that waits
    kind: str = Field(sa_type=Text)  # late|which
    person_id: int = Field(sa_type=Int)
    platform: str = Field(sa_type=Text)
    chat: str = Field(sa_type=Text)
    message_ref: str = Field(sa_type=Text)
    options: Any = Field(default_factory=list, sa_type=JsonText)
    outbox_id: int = Field(sa_type=Int)  # the card that asks
    state: str = Field(default="open", sa_type=Text)  # open|answered|dropped
    document_id: int | None = Field(default=None, sa_type=Int)  # the draft that was chosen
    created_at: datetime = Field(sa_type=UtcTime)


class StockAlert(SQLModel, table=True):
    """A product whose fall to its minimum has been told; the row goes when stock has recovered."""

    __tablename__ = "stock_alert"
    __table_args__ = (STRICT,)

    product_id: int = Field(sa_column=Column(Int, primary_key=True, autoincrement=False))
    told_at: datetime = Field(sa_type=UtcTime)


class Contact(SQLModel, table=True):
    """An account that wrote and belongs to nobody yet: it gets one answer with a code, the administrator one card."""

    __tablename__ = "contact"
    __table_args__ = (UniqueConstraint("platform", "account"), Index("contact_code", "code"), STRICT)

    id: int | None = Field(default=None, sa_column=Column(Int, primary_key=True))
    platform: str = Field(sa_type=Text)
    account: str = Field(sa_type=Text)
    chat: str = Field(sa_type=Text)
    name: str = Field(sa_type=Text)  # what the platform calls the person; may be empty
    code: str = Field(sa_type=Text)  # what the person tells the administrator
    state: str = Field(sa_type=Text)  # waiting|bound|refused
    asked_at: datetime = Field(sa_type=UtcTime)
    decided_at: datetime | None = Field(default=None, sa_type=UtcTime)
    decided_by: int | None = Field(default=None, sa_type=Int)


class BindCode(SQLModel, table=True):
    """A one-use code printed by ``danju init`` or ``danju people code``: whoever sends it becomes that person. Only its
    digest is kept."""

    __tablename__ = "bind_code"
    __table_args__ = (STRICT,)

    digest: str = Field(sa_column=Column(Text, primary_key=True))
    person_id: int = Field(sa_type=Int)
    created_at: datetime = Field(sa_type=UtcTime)
    expires_at: datetime = Field(sa_type=UtcTime)
    used_at: datetime | None = Field(default=None, sa_type=UtcTime)


class CodeTry(SQLModel, table=True):
    """Wrong codes an account has sent, so that nobody can go through all of them."""

    __tablename__ = "code_try"
    __table_args__ = (STRICT,)

    platform: str = Field(sa_column=Column(Text, primary_key=True))
    account: str = Field(sa_column=Column(Text, primary_key=True))
    day: str = Field(sa_column=Column(Text, primary_key=True))
    tries: int = Field(default=0, sa_type=Int)
