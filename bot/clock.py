"""Time as the service passes it on: aware, UTC, and from one place, so that a test can put the clock back an hour."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    return datetime.now(UTC)


class Steady:
    """A clock for waiting, not for telling the time: where the machine's clock is put back, it runs on at its own pace
    until that has caught up, so that what is due in five seconds is not due in an hour."""

    def __init__(self, clock: Clock, pace: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._pace = pace
        self._last, self._tick = clock(), pace()

    def __call__(self) -> datetime:
        tick = self._pace()
        self._last = max(self._clock(), self._last + timedelta(seconds=tick - self._tick))
        self._tick = tick
        return self._last
