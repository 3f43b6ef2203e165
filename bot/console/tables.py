"""The one table of the console: what stands in its rooms.

``seq`` is the message's id everywhere (``str(seq)`` is its ref towards the service). ``changed_seq`` grows with every
change of any row, so a page that knows the highest one it has seen can ask for exactly what it missed. Both are given
by the store's single writer; the console exists on SQLite only.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, Index
from sqlmodel import Field, SQLModel

from inventory_core.columns import Flag, Int, Text, UtcTime


class ConsoleMessage(SQLModel, table=True):
    """One message in one room. ``body`` is JSON: {text, files}, or a card as ``notifications.card_json`` writes it."""

    __tablename__ = "console_message"
    __table_args__ = (
        Index("console_message_room", "room", "seq"),
        {"sqlite_strict": True},
    )

    seq: int | None = Field(default=None, sa_column=Column(Int, primary_key=True))
    room: str = Field(sa_type=Text)
    sender: int | None = Field(default=None, sa_type=Int)  # person id; None: the bot
    kind: str = Field(sa_type=Text)  # text|card|file|picture
    body: str = Field(sa_type=Text)
    key: str = Field(sa_type=Text, unique=True)
    quoted: int | None = Field(default=None, sa_type=Int)
    changed_seq: int = Field(sa_type=Int, unique=True)
    recalled: bool = Field(default=False, sa_type=Flag)
    created_at: datetime = Field(sa_type=UtcTime)
