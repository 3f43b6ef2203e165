"""The port every channel implements. A channel verifies, decrypts and translates; it never decides."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from aiohttp import web

from inventory_core.errors import DanjuError

#: Stands in words a channel fetched where a picture was that cannot be had; its sender is told.
LOST_PICTURE = "[图片：转发记录里的图片取不到，请单独发]"

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One row of the outbox, ready to send. ``body`` is the stored text, byte for byte; ``key`` is stable over
    retries.

    ``key`` alone may come again after a restore of an older database; (``key``, ``created_at``) never does, so a
    platform's idempotency key is made of both.
    """

    id: int
    key: str
    chat: str
    kind: str  # text|card|card_update|file
    body: str
    target_ref: str | None = None  # card_update: the platform's id of the message to change
    reply_to: str | None = None
    chat_kind: str = "direct"  # direct|group
    created_at: datetime = _NEVER
    first_try_at: datetime | None = None  # when it was taken for the first time; None: this is the first try
    wire: str | None = None  # what ``prepare`` made of it, kept over retries
    repeats: int = 0  # how many rows of this chat bore the same body in the four hours before this one
    replaces: str | None = None  # a card: the platform's id of the one that could not be changed any more


class SendFailed(DanjuError):
    """A send did not succeed. ``permanent`` means no retry helps; otherwise try again after ``retry_after`` seconds.
    ``no_effect``: the platform is known not to have shown anything."""

    def __init__(
        self, reason: str, *, permanent: bool = False, retry_after: float | None = None, no_effect: bool = False
    ) -> None:
        super().__init__(reason)
        self.permanent = permanent
        self.retry_after = retry_after
        self.no_effect = no_effect


class NotYet(SendFailed):
    """Nothing was sent: our own limiter, or the platform's 429, wants ``seconds`` of patience. Does not count as a
    try."""

    def __init__(self, seconds: float, reason: str = "limit") -> None:
        super().__init__(reason, retry_after=seconds, no_effect=True)


class CardGone(SendFailed):
    """The message a ``card_update`` names can be changed no more (too old, recalled, no code left): what it should show
    becomes a new card."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, permanent=True)


class Channel(Protocol):
    """``platform`` is the name in Inbound and outbox rows.

    A channel may also have ``prepare`` (see :class:`PreparingChannel`), ``redelivers_seconds`` (for how long its
    platform sends again what was not acknowledged), and ``name_of`` (see :class:`KnowsNames`).
    """

    platform: str

    async def send(self, item: Outgoing) -> str:
        """Deliver one item; returns the platform's message id. At-least-once with a stable idempotency key.

        Raises:
            SendFailed: with what to do about it.
        """
        ...

    async def fetch(self, ref: str) -> bytes:
        """The bytes of an attachment announced in an Inbound.

        Raises:
            SendFailed: ``permanent`` when no other try helps; its text may be shown to the person who sent it.
        """
        ...


class PreparingChannel(Channel, Protocol):
    """A channel whose platform compares whole requests, or that uploads before it sends.

    ``window_seconds``: for how long the platform recognises the same request again. A row that is tried again later
    than that, with the result of an earlier try unknown, is marked 补发.
    """

    window_seconds: float

    async def prepare(self, item: Outgoing) -> str:
        """What exactly will be sent, as text. It is committed before the first send and comes back as ``item.wire`` in
        every try, so that a retry is the same to the byte. Files are uploaded here.

        Raises:
            SendFailed: as ``send``.
        """
        ...


class KnowsNames(Protocol):
    """A channel that can ask its platform what a person is called."""

    async def name_of(self, account: str) -> str:
        """The person's name; empty when the platform does not tell. Never raises SendFailed."""
        ...


class Limited(Protocol):
    """A channel whose platform counts messages. ``remember`` is called at start with what went out lately, because a
    limiter that forgets in a restart would run into a silent drop."""

    def remember(self, sends: Iterable[tuple[str, datetime]]) -> None:
        """(chat, when) of what was sent in the last hour, oldest first."""
        ...


class RunningChannel(Channel, Protocol):
    """A channel with routes and a life of its own."""

    def mount(self, app: web.Application) -> None:
        """Add its routes; called before the service listens."""
        ...

    async def start(self) -> None:
        """Begin: connections, children. Returns at once; a platform that cannot be reached must not stop the
        service."""
        ...

    async def stop(self) -> None:
        """End cleanly: nothing is accepted any more after this returned."""
        ...
