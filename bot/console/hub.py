"""Wakes the pages' feeds when something was written. It carries no data: a feed reads what it missed from the store."""

from __future__ import annotations

import asyncio


class Hub:
    """Belongs to one event loop."""

    def __init__(self) -> None:
        self._event = asyncio.Event()
        self.closed = False

    def wake(self) -> None:
        """Let every waiting feed look again."""
        self._event.set()
        self._event = asyncio.Event()

    def close(self) -> None:
        """Let every feed end."""
        self.closed = True
        self.wake()

    def ticket(self) -> asyncio.Event:
        """Take one before reading; it is set by whatever is written from then on."""
        return self._event
