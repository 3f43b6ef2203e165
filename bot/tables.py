"""Tables of the door: what came in, in which order it was applied, that we were alive, and which jobs ran."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, Index, text
from sqlmodel import Field, SQLModel

from inventory_core.columns import Flag, Int, Text, UtcTime

STRICT = {"sqlite_strict": True}


class InboxRow(SQLModel, table=True):
    """One event as it came in; see ``bot.inbox``. Times are the platform's (sent) and ours (the others)."""

    __tablename__ = "inbox"
    __table_args__ = (
        Index("inbox_open", "state", sqlite_where=text("state <> 'done'")),
        Index("inbox_message", "platform", "message_ref"),
        Index("inbox_received", "received_at"),
        STRICT,
    )

    id: int | None = Field(default=None, sa_column=Column(Int, primary_key=True))
    event_key: str = Field(sa_type=Text, unique=True)
    platform: str = Field(sa_type=Text)
    kind: str = Field(sa_type=Text)
    conversation: str = Field(sa_type=Text)
    chat: str = Field(sa_type=Text)
    sender: str = Field(sa_type=Text)
    message_ref: str = Field(sa_type=Text)
    sent_at: datetime = Field(sa_type=UtcTime)
    received_at: datetime = Field(sa_type=UtcTime)
    body: str = Field(sa_type=Text)  # Inbound as JSON
    state: str = Field(default="new", sa_type=Text)  # new|done|poison
    attempts: int = Field(default=0, sa_type=Int)
    again: bool = Field(default=False, sa_type=Flag, sa_column_kwargs={"server_default": "0"})
    error: str | None = Field(default=None, sa_type=Text)
    understood_at: datetime | None = Field(default=None, sa_type=UtcTime)
    done_at: datetime | None = Field(default=None, sa_type=UtcTime)
    outcome: str | None = Field(default=None, sa_type=Text)
    document_id: int | None = Field(default=None, sa_type=Int)
    note: str | None = Field(default=None, sa_type=Text)
    understanding: str | None = Field(default=None, sa_type=Text)  # JSON


class ConversationRow(SQLModel, table=True):
    """How far a conversation has been applied, by the platform's send time."""

    __tablename__ = "conversation"
    __table_args__ = (STRICT,)

    key: str = Field(sa_column=Column(Text, primary_key=True))
    applied_sent_at: datetime = Field(sa_type=UtcTime)


class Heartbeat(SQLModel, table=True):
    """One row that says when the service was last alive."""

    __tablename__ = "heartbeat"
    __table_args__ = (STRICT,)

    id: int = Field(sa_column=Column(Int, primary_key=True))
    at: datetime = Field(sa_type=UtcTime)


class ChannelNote(SQLModel, table=True):
    """What a channel last noticed about its connection (``inbound``, ``error``, ``connected`` …), for ``doctor``."""

    __tablename__ = "channel_note"
    __table_args__ = (STRICT,)

    platform: str = Field(sa_column=Column(Text, primary_key=True))
    key: str = Field(sa_column=Column(Text, primary_key=True))
    value: str = Field(sa_type=Text)
    at: datetime = Field(sa_type=UtcTime)


class WecomCard(SQLModel, table=True):
    """A template card of the self-built app and the one-use code that may change it (72 hours, once)."""

    __tablename__ = "wecom_card"
    __table_args__ = (Index("wecom_card_created", "created_at"), STRICT)

    task_id: str = Field(sa_column=Column(Text, primary_key=True))
    account: str = Field(sa_type=Text)  # to whom it went
    code: str | None = Field(default=None, sa_type=Text)  # None: used up
    code_at: datetime | None = Field(default=None, sa_type=UtcTime)
    created_at: datetime = Field(sa_type=UtcTime)


class JobRun(SQLModel, table=True):
    """One run of a scheduled job; the key makes it happen once per slot."""

    __tablename__ = "job_run"
    __table_args__ = (STRICT,)

    job: str = Field(sa_column=Column(Text, primary_key=True))
    slot: str = Field(sa_column=Column(Text, primary_key=True))
    at: datetime = Field(sa_type=UtcTime)
