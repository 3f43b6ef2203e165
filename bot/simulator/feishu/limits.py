"""The platform's rate limits: sliding windows (facts/feishu.md §3)."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable

from bot.simulator.feishu.answers import Refused, too_many

_APP = ((50, 1.0), (1000, 60.0))
_EACH = 5  # per second: sends to one chat, updates of one message


class Limits:
    """Counts what was let through. Refused calls do not count."""

    def __init__(self, clock: Callable[[], float], on: bool) -> None:
        self._clock = clock
        self._on = on
        self._seen: dict[str, deque[float]] = {}

    def _left(self, key: str, count: int, seconds: float) -> float:
        """Seconds until ``key`` may again; 0 now."""
        times = self._seen.setdefault(key, deque())
        now = self._clock()
        while times and times[0] <= now - 60.0:
            times.popleft()
        inside = [at for at in times if at > now - seconds]
        return inside[-count] + seconds - now if len(inside) >= count else 0.0

    def spend(self, api: str, one: str) -> None:
        """One call of ``api`` that concerns ``one`` (a chat to send to, a message to update).

        Raises:
            Refused: 99991400 with the reset header for the app's limits, 230020 for the chat's or message's.
        """
        if not self._on:
            return
        for count, seconds in _APP:
            wait = self._left(api, count, seconds)
            if wait > 0:
                raise too_many(max(1, math.ceil(wait)))
        key = f"{api} {one}"
        if self._left(key, _EACH, 1.0) > 0:
            raise Refused(230020, "This operation triggers the frequency limit, ext=rate limit of one target")
        now = self._clock()
        self._seen[api].append(now)
        self._seen[key].append(now)
        if len(self._seen) > 20_000:
            self._seen = {name: times for name, times in self._seen.items() if times and times[-1] > now - 60.0}
