"""What changed, in order: the page's feed and the recorder read from here."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from bot.simulator.parts import Exchange, Message

KEEP_MESSAGES, KEEP_EXCHANGES = 3000, 400


class Board:
    """Belongs to one event loop. Every change has a number; of a message only its newest state is kept."""

    def __init__(self) -> None:
        self.number = 0
        self.clicks = 0  # under way
        self.closed = False
        self._messages: dict[tuple[str, str], tuple[int, Message]] = {}
        self._exchanges: deque[tuple[int, Exchange]] = deque(maxlen=KEEP_EXCHANGES)
        self._event = asyncio.Event()

    def changed(self, platform: str, message: Message) -> None:
        """A message was shown, or looks different now."""
        self.number += 1
        self._messages.pop((platform, message.ref), None)
        self._messages[platform, message.ref] = (self.number, message)
        while len(self._messages) > KEEP_MESSAGES:
            del self._messages[next(iter(self._messages))]
        self._wake()

    def exchanged(self, exchange: Exchange) -> None:
        """Something went over the wire."""
        self.number += 1
        self._exchanges.append((self.number, exchange))
        self._wake()

    def messages_after(self, number: int) -> list[tuple[int, str, Message]]:
        """(number of change, platform, message), oldest change first."""
        return [(at, key[0], message) for key, (at, message) in self._messages.items() if at > number]

    def exchanges_after(self, number: int) -> list[tuple[int, dict[str, Any]]]:
        return [(at, asdict(exchange)) for at, exchange in self._exchanges if at > number]

    @contextmanager
    def clicking(self) -> Iterator[None]:
        self.clicks += 1
        try:
            yield
        finally:
            self.clicks -= 1

    def ticket(self) -> asyncio.Event:
        """Take one before reading; it is set by whatever changes from then on."""
        return self._event

    def close(self) -> None:
        """Let every feed end."""
        self.closed = True
        self._wake()

    def _wake(self) -> None:
        self._event.set()
        self._event = asyncio.Event()
