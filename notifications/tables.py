"""What is still to be said, where each card stands, and what each button means."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from inventory_core.columns import Flag, Int, Text, UtcTime

STRICT = {"sqlite_strict": True}


class OutboxRow(SQLModel, table=True):
    """One thing to send. ``body`` goes out byte for byte; ``key`` is the idempotency key towards the platform.

    A ``card_update`` without ``target_ref`` waits until the card it changes has been sent (see ``copy_id``).
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index("outbox_waiting", "state", "next_at"),
        Index(
            "outbox_open",
            "platform",
            "chat",
            "id",
            sqlite_where=text("state IN ('new', 'sending')"),
            postgresql_where=text("state IN ('new', 'sending')"),
        ),
        Index("outbox_inbox", "inbox_id"),
        Index("outbox_copy", "copy_id"),
        Index("outbox_chat", "platform", "chat", "id"),
        STRICT,
    )

    id: int | None = Field(default=None, sa_column=Column(Int, primary_key=True))
    key: str = Field(sa_type=Text, unique=True)
    platform: str = Field(sa_type=Text)
    chat: str = Field(sa_type=Text)
    kind: str = Field(sa_type=Text)  # text|card|card_update|file
    body: str = Field(sa_type=Text)
    document_id: int | None = Field(default=None, sa_type=Int)
    document_version: int | None = Field(default=None, sa_type=Int)
    copy_id: int | None = Field(default=None, sa_type=Int)
    target_ref: str | None = Field(default=None, sa_type=Text)
    reply_to: str | None = Field(default=None, sa_type=Text)
    inbox_id: int | None = Field(default=None, sa_type=Int)
    person_id: int | None = Field(default=None, sa_type=Int)
    state: str = Field(default="new", sa_type=Text)  # new|sending|sent|dead|superseded
    attempts: int = Field(default=0, sa_type=Int)
    next_at: datetime = Field(sa_type=UtcTime)
    created_at: datetime = Field(sa_type=UtcTime)
    sent_at: datetime | None = Field(default=None, sa_type=UtcTime)
    platform_ref: str | None = Field(default=None, sa_type=Text)
    error: str | None = Field(default=None, sa_type=Text)
    first_try_at: datetime | None = Field(default=None, sa_type=UtcTime)
    wire: str | None = Field(default=None, sa_type=Text)  # the platform's form of the body, the same in every try
    replaces: str | None = Field(default=None, sa_type=Text)  # the card that could not be changed any more
    follows: bool = Field(  # a copy that changes because of what happened elsewhere: nobody here asked to see it
        default=False, sa_column=Column(Flag, nullable=False, server_default=text("0"))
    )


class CardCopy(SQLModel, table=True):
    """One place where a document's card stands. Only ``live`` copies follow the document; an old one in the same chat
    stays known, so that quoting it still names the document. ``version`` is the version last put into the outbox."""

    __tablename__ = "card_copy"
    __table_args__ = (
        Index("card_copy_document", "document_id", "live"),
        Index("card_copy_ref", "platform", "platform_ref"),
        STRICT,
    )

    id: int | None = Field(default=None, sa_column=Column(Int, primary_key=True))
    document_id: int = Field(sa_type=Int)
    platform: str = Field(sa_type=Text)
    chat: str = Field(sa_type=Text)
    platform_ref: str | None = Field(default=None, sa_type=Text)
    version: int = Field(sa_type=Int)
    outbox_id: int | None = Field(default=None, sa_type=Int)
    live: bool = Field(default=True, sa_type=Flag)


class CardAction(SQLModel, table=True):
    """What a button's token means. Tokens carry no authority: roles and version are checked when one comes back."""

    __tablename__ = "card_action"
    __table_args__ = (STRICT,)

    token: str = Field(sa_column=Column(Text, primary_key=True))
    document_id: int = Field(sa_type=Int)  # 0: a question that is about no document yet
    version: int = Field(sa_type=Int)
    action: str = Field(sa_type=Text)
    args: str = Field(sa_type=Text)  # JSON object
    created_at: datetime = Field(sa_type=UtcTime)


class KnownChat(SQLModel, table=True):
    """A chat somebody has written in: where to reach a person, and whether others read along."""

    __tablename__ = "known_chat"
    __table_args__ = (UniqueConstraint("platform", "chat"), Index("known_chat_person", "person_id"), STRICT)

    id: int | None = Field(default=None, sa_column=Column(Int, primary_key=True))
    platform: str = Field(sa_type=Text)
    chat: str = Field(sa_type=Text)
    kind: str = Field(sa_type=Text)  # direct|group
    person_id: int | None = Field(default=None, sa_type=Int)  # direct chats only
    seen_at: datetime = Field(sa_type=UtcTime)
