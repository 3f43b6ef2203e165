"""The neutral form of everything that comes in. Each channel translates its platform's events into it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum


class InboundKind(StrEnum):
    TEXT = "text"
    PICTURE = "picture"
    FILE = "file"
    MIXED = "mixed"
    CLICK = "click"
    RECALL = "recall"
    ENTER = "enter"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class InboundFile:
    """A picture or file to fetch. ``ref`` is the channel's own address for it (a key, a URL, a media id)."""

    ref: str
    name: str = ""
    kind: str = "picture"  # picture|file
    sha256: str | None = None  # set when the bytes are already stored


@dataclass(frozen=True, slots=True)
class Inbound:
    """One event of a platform. ``event_key`` is unique for ever: channel + app + message id for messages, event id for
    other events; a second arrival of the same key is acknowledged and changes nothing."""

    platform: str
    event_key: str
    kind: InboundKind
    chat: str
    sender: str
    sent_at: datetime  # the platform's send time, aware
    chat_kind: str = "direct"  # direct|group
    text: str = ""
    message_ref: str = ""  # the platform's id of the message (clicks: of the card's message)
    quoted_ref: str | None = None
    files: tuple[InboundFile, ...] = ()
    token: str = ""  # clicks: the button's opaque token
    values: dict[str, str] = field(default_factory=dict)  # clicks: selects and inputs
    to_bot: bool = False  # groups: the message names the bot

    @property
    def conversation(self) -> str:
        """A conversation is one sender in one chat; order is kept within it."""
        return f"{self.platform}|{self.chat}|{self.sender}"

    def to_json(self) -> str:
        data = asdict(self)
        data["sent_at"] = self.sent_at.isoformat()
        return json.dumps(data, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Inbound:
        data = json.loads(text)
        data["kind"] = InboundKind(data["kind"])
        data["sent_at"] = datetime.fromisoformat(data["sent_at"])
        data["files"] = tuple(InboundFile(**item) for item in data["files"])
        return cls(**data)
