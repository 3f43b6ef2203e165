"""What a handler is given. Everything in a ``Turn`` was known before the transaction began; what it relied on is in
``Basis``, so that the transaction can notice that something moved in between."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from inventory_core.views import PersonView
from nlp.findings import Understanding


@dataclass(frozen=True, slots=True)
class Attachment:
    """A stored file. ``sha256`` is None while it could not be fetched."""

    name: str
    kind: str  # picture|file
    sha256: str | None = None
    size: int = 0
    problem: str = ""  # why it could not be fetched, in a sentence for its sender


@dataclass(frozen=True, slots=True)
class Said:
    """One message, whatever platform it came from."""

    inbox_id: int
    platform: str
    chat: str
    chat_kind: str  # direct|group
    sender: str  # the platform's id of the person
    kind: str  # text|picture|file|mixed|recall|enter|other
    text: str
    sent_at: datetime
    received_at: datetime
    message_ref: str = ""  # the platform's id of this message, for replies and recalls
    quoted_ref: str | None = None
    attachments: tuple[Attachment, ...] = ()
    to_bot: bool = False  # groups: the message names the bot (@); in direct chats everything is for the bot
    quoted_text: str = ""  # what the quoted message says, where the platform tells no id of it


@dataclass(frozen=True, slots=True)
class Basis:
    """What the understanding relied on."""

    lexicon_version: int = 0
    draft_id: int | None = None
    draft_version: int | None = None
    draft_quoted: bool = False  # the draft was named by the quoted message, not merely the only open one
    open_drafts: tuple[int, ...] = ()  # ids of all open drafts of this conversation, newest first


@dataclass(frozen=True, slots=True)
class Turn:
    said: Said
    person: PersonView
    now: datetime
    understanding: Understanding | None = None
    basis: Basis = field(default_factory=Basis)
    late: bool = False  # arrived after a later message of the same author was applied
    slow: bool = (
        False  # understanding took long and the conversation has gone on: the result becomes a draft of its own
    )


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a message; shown on the trace page and stored with the inbox row. ``kind`` is a short stable word
    (drafted, extended, corrected, confirmed, answered, asked, kept, ignored …)."""

    kind: str
    document_id: int | None = None
    note: str = ""
    again: int | None = (
        None  # inbox id of an earlier message to understand and act on again, now that its target is known:
    )
    # put that inbox row back to waiting in this same transaction (handlers.prepare then knows what was chosen)
    more: tuple[int, ...] = ()  # further inbox ids that were put back to waiting, to be taken up in this order


@dataclass(frozen=True, slots=True)
class Click:
    """A click on a card, already stored in the inbox."""

    inbox_id: int
    platform: str
    chat: str
    sender: str
    person: PersonView
    token: str
    values: Mapping[str, str]
    now: datetime
    message_ref: str = ""


@dataclass(frozen=True, slots=True)
class ClickResult:
    """Answer to a click: a short toast, and what became of it. Cards follow through the outbox."""

    toast: str
    tone: str = "info"  # info|good|warn|bad
    outcome: Outcome = Outcome("clicked")
