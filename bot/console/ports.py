"""What the console needs from the service, as small ports, so that tests can stand in for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

from sqlmodel import Session

from bot.inbound import Inbound
from handlers.turn import ClickResult
from inventory_core.views import PersonView

T = TypeVar("T")


class Door(Protocol):
    """The way into the service."""

    async def accept(self, inbound: Inbound) -> int:
        """Commit the event to the inbox; returns the inbox row's id. The same event key again returns the same id."""
        ...

    async def click(self, inbound: Inbound) -> ClickResult:
        """Commit a click and act on it, within two seconds (else the answer is 处理中 and the card follows)."""
        ...

    async def retry(self, inbox_id: int) -> None:
        """Take up a message that was set aside and has been put back in line."""
        ...


class StorePort(Protocol):
    """The part of ``bot.store.Store`` the console uses."""

    async def write(self, fn: Callable[[Session], T], *, urgent: bool = False) -> T: ...

    async def read(self, fn: Callable[[Session], T]) -> T: ...


class AttachmentPort(Protocol):
    """The part of ``bot.attachments.Attachments`` the console uses. Synchronous: called on a thread."""

    def put(self, data: bytes) -> str: ...

    def get(self, name: str) -> bytes: ...


@dataclass(frozen=True, slots=True)
class FirmPeople:
    """The firm as the console shows it."""

    name: str
    people: tuple[PersonView, ...]
    zone: str = "Asia/Shanghai"  # in which its clock runs


@dataclass(frozen=True, slots=True)
class Step:
    """One station of a message's way. ``at`` is None while it is not reached."""

    name: str  # received|understood|drafted|sent|failed
    label: str  # 收到, 理解, 制单, 发出, 失败
    at: datetime | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class OutboxLine:
    """One row of the outbox that answers a message."""

    id: int
    kind: str
    chat: str
    state: str  # new|sending|sent|dead|superseded
    attempts: int
    created_at: datetime
    sent_at: datetime | None = None
    ref: str | None = None  # the message it became
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Trace:
    """What became of one message."""

    inbox_id: int
    state: str  # the inbox row's state
    done: bool  # handled, and everything it caused has been sent or given up
    steps: tuple[Step, ...]
    outcome: str = ""
    outcome_note: str = ""
    document: str = ""
    attempts: int = 0
    error: str | None = None
    understanding: Mapping[str, Any] | None = None
    outbox: tuple[OutboxLine, ...] = ()


@dataclass(frozen=True, slots=True)
class ProblemRow:
    """A message set aside (source ``inbox``) or an answer that could not be sent (source ``outbox``)."""

    source: str
    id: int
    at: datetime
    chat: str
    who: str
    text: str
    error: str
    attempts: int
    ref: str | None = None  # the console message, for its trace


class Records(Protocol):
    """Reads of the service's own books, run inside ``store.read``/``store.write`` like any unit of work."""

    def trace(self, session: Session, ref: str) -> Trace | None:
        """The way of the person's message ``ref``, or of the message that caused the bot's message ``ref``."""
        ...

    def problems(self, session: Session) -> Sequence[ProblemRow]:
        """Everything set aside, newest first, at most 200 rows."""
        ...

    def retry(self, session: Session, source: str, row_id: int, now: datetime) -> bool:
        """Put a row back to waiting; False when it is not set aside (any more)."""
        ...


Directory = Callable[[Session], FirmPeople]
