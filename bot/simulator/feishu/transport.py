"""What both ways of pushing share: an outcome."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from bot.simulator.feishu.events import Event


class Fate(StrEnum):
    ANSWERED = "answered"  # accepted; ``reply`` holds what came with it
    EMPTY = "empty"  # accepted without any body (a click wants one)
    REFUSED = "refused"  # another status than 200
    GARBAGE = "garbage"  # accepted, but the body is no JSON
    LATE = "late"
    NOBODY = "nobody"  # nothing to push to: no address, no connection, connection lost


@dataclass(frozen=True, slots=True)
class Outcome:
    fate: Fate
    reply: Any = None
    status: int = 0

    @property
    def accepted(self) -> bool:
        """Whether the platform takes the event as delivered: its body does not matter."""
        return self.fate in (Fate.ANSWERED, Fate.EMPTY, Fate.GARBAGE)


class Transport(Protocol):
    async def deliver(self, event: Event, *, click: bool = False) -> Outcome:
        """Push once and wait for the answer, at most the platform's deadline."""
        ...

    async def cut(self) -> None:
        """Lose a connection instead of delivering."""
        ...
