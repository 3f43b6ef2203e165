"""Who has to wait for what: a card that somebody is tapping, a chat or an app the platform told to slow down. Nothing
here sleeps; the times are seconds of ``pace``, a clock that only runs forward."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import TypeVar

from bot.feishu.errors import LOCKED_SECONDS, TooOften

APART_SECONDS = 0.25  # between two changes of one message: the platform takes five a second
AGAIN_SECONDS = 0.25  # how soon to look again whether a click has been answered
LONGEST_SECONDS = 30.0  # of a pause nobody told us the length of
_KEPT = 2000

Pace = Callable[[], float]
K = TypeVar("K")
V = TypeVar("V")


def keep(table: OrderedDict[K, V], key: K, value: V, most: int = _KEPT) -> None:
    """Put it at the end, and let the oldest go when there are too many."""
    table[key] = value
    table.move_to_end(key)
    while len(table) > most:
        table.popitem(last=False)


class CardPace:
    """When a card may be changed. While its click is being answered, and for half a second after, the platform has it
    locked (11310)."""

    def __init__(self, pace: Pace = time.monotonic) -> None:
        self._pace = pace
        self._tapped: dict[str, int] = {}
        self._free_at: OrderedDict[str, float] = OrderedDict()

    def wait(self, ref: str) -> float:
        """Seconds until the message ``ref`` may be changed; 0.0 now."""
        if ref in self._tapped:
            return AGAIN_SECONDS
        return max(self._free_at.get(ref, 0.0) - self._pace(), 0.0)

    def tapped(self, ref: str) -> None:
        """A click on it is being worked on."""
        self._tapped[ref] = self._tapped.get(ref, 0) + 1

    def answered(self, ref: str) -> None:
        """The click's answer is about to go out."""
        left = self._tapped.get(ref, 0) - 1
        if left > 0:
            self._tapped[ref] = left
        else:
            self._tapped.pop(ref, None)
        self._free(ref, LOCKED_SECONDS)

    def changed(self, ref: str) -> None:
        """A change of it goes out now."""
        self._free(ref, APART_SECONDS)

    def _free(self, ref: str, seconds: float) -> None:
        keep(self._free_at, ref, max(self._pace() + seconds, self._free_at.get(ref, 0.0)))


class SlowDown:
    """What the platform's own limits taught us. One refusal makes its chat wait; a second one of the whole app, with no
    success in between, makes every chat wait, because then it is no accident."""

    def __init__(self, pace: Pace = time.monotonic) -> None:
        self._pace = pace
        self._in_a_row: OrderedDict[str, int] = OrderedDict()
        self._app_in_a_row = 0
        self._all_until = 0.0

    def wait(self) -> float:
        """Seconds until anything may be sent at all; 0.0 now."""
        return max(self._all_until - self._pace(), 0.0)

    def refused(self, chat: str, refusal: TooOften) -> float:
        """How many seconds this chat shall wait: what the platform said, else twice as long each time."""
        count = self._in_a_row.get(chat, 0)
        keep(self._in_a_row, chat, count + 1)
        guess = min(2.0 ** min(count, 10), LONGEST_SECONDS)
        seconds = (refusal.retry_after or guess) if refusal.told else guess
        if refusal.everywhere:
            self._app_in_a_row += 1
            if self._app_in_a_row > 1:
                self._all_until = max(self._all_until, self._pace() + seconds)
        return seconds

    def passed(self, chat: str) -> None:
        """A request went through."""
        self._in_a_row.pop(chat, None)
        self._app_in_a_row = 0
