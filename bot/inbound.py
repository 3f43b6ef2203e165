"""The neutral form of everything that comes in. Each channel translates its platform's events into it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields
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
    LEFT = "left"  # the platform says that this account's owner has left the firm
    OTHER = "other"


_WORDS = ("event_key", "chat", "sender", "text", "message_ref", "quoted_ref", "token", "quoted_text")


def _storable(text: str) -> bool:
    return "\0" not in text and (text.isascii() or text.encode("utf-8", "replace").decode("utf-8") == text)


def storable(text: str) -> str:
    """The text with what UTF-8 cannot carry, and NUL, replaced by U+FFFD."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", "\ufffd")


@dataclass(frozen=True, slots=True)
class InboundFile:
    """A picture or file to fetch. ``ref`` is the channel's own address for it (a key, a URL, a media id).

    Of kind ``words`` it is text that has to be asked for, such as the messages inside a forwarded chat record: its
    bytes (UTF-8) take the place of the message's text.
    """

    ref: str
    name: str = ""
    kind: str = "picture"  # picture|file|words
    sha256: str | None = None  # set when the bytes are already stored
    problem: str = ""  # why it could not be had, in a sentence for the person who sent it

    def __post_init__(self) -> None:
        """As in :class:`Inbound`: strangers name their files."""
        for name in ("ref", "name", "problem"):
            text = getattr(self, name)
            if text and not _storable(text):
                object.__setattr__(self, name, storable(text))


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
    toasts: bool = True  # clicks: the platform shows their answer; else it is said where nothing else can be seen
    quoted_text: str = ""  # what the quoted message says, where the platform tells no id of it

    def __post_init__(self) -> None:
        """What no database can store (half a surrogate pair, NUL) is replaced; strangers choose these characters."""
        for name in _WORDS:
            text = getattr(self, name)
            if text and not _storable(text):
                object.__setattr__(self, name, storable(text))
        if not all(map(_storable, (*self.values.keys(), *self.values.values()))):
            object.__setattr__(self, "values", {storable(k): storable(v) for k, v in self.values.items()})

    @property
    def conversation(self) -> str:
        """A conversation is one sender in one chat; order is kept within it."""
        return f"{self.platform}|{self.chat}|{self.sender}"

    def to_json(self) -> str:
        # Not asdict: it copies every value deeply, which was a sixth of all that an acknowledgement costs.
        data = {name: getattr(self, name) for name in _FIELDS}
        data["sent_at"] = self.sent_at.isoformat()
        data["files"] = [{name: getattr(file, name) for name in _FILE_FIELDS} for file in self.files]
        return _compact(data)

    @classmethod
    def from_json(cls, text: str) -> Inbound:
        data = json.loads(text)
        data["kind"] = InboundKind(data["kind"])
        data["sent_at"] = datetime.fromisoformat(data["sent_at"])
        data["files"] = tuple(InboundFile(**item) for item in data["files"])
        return cls(**data)


_FIELDS = tuple(one.name for one in fields(Inbound))
_FILE_FIELDS = tuple(one.name for one in fields(InboundFile))
_compact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
