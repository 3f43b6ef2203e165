"""The port every channel implements. A channel verifies, decrypts and translates; it never decides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from inventory_core.errors import DanjuError


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One row of the outbox, ready to send. ``body`` is the stored text, byte for byte; ``key`` is stable over
    retries."""

    id: int
    key: str
    chat: str
    kind: str  # text|card|card_update|file
    body: str
    target_ref: str | None = None  # card_update: the platform's id of the message to change
    reply_to: str | None = None


class SendFailed(DanjuError):
    """A send did not succeed. ``permanent`` means no retry helps; otherwise try again after ``retry_after`` seconds."""

    def __init__(self, reason: str, *, permanent: bool = False, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.permanent = permanent
        self.retry_after = retry_after


class Channel(Protocol):
    """``platform`` is the name in Inbound and outbox rows."""

    platform: str

    async def send(self, item: Outgoing) -> str:
        """Deliver one item; returns the platform's message id. At-least-once with ``item.key`` as idempotency key.

        Raises:
            SendFailed: with what to do about it.
        """
        ...

    async def fetch(self, ref: str) -> bytes:
        """The bytes of an attachment announced in an Inbound."""
        ...
