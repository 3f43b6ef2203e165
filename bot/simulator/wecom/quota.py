"""Counting what the platform counts. Quotas run in real minutes whatever the pace, because who keeps them does."""

from __future__ import annotations

import time
from collections import defaultdict, deque
from collections.abc import Callable, Sequence


class Quota:
    """At most ``count`` per ``seconds`` and key, for several such rules at once."""

    def __init__(self, rules: Sequence[tuple[int, float]], clock: Callable[[], float] = time.monotonic) -> None:
        self._rules = tuple(rules)
        self._clock = clock
        self._keep = max(seconds for _count, seconds in self._rules)
        self._times: dict[str, deque[float]] = defaultdict(deque)

    def spend(self, key: str) -> bool:
        """Whether one more fits; what does not fit is not counted."""
        now = self._clock()
        times = self._times[key]
        while times and times[0] <= now - self._keep:
            times.popleft()
        for count, seconds in self._rules:
            if len(times) >= count and times[-count] > now - seconds:
                return False
        times.append(now)
        return True

    def clear(self) -> None:
        self._times.clear()
