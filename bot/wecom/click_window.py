"""The few seconds after a click in which its card can be changed, once. Facts: shared/facts/wecom.md §3.2."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

OPEN_SECONDS = 4.0  # the platform gives 5 from the tap; the way here and back takes its part
KEPT = 1000


@dataclass(frozen=True, slots=True)
class Click:
    req_id: str
    seconds_left: float


class ClickWindow:
    """Clicks that may still be answered by a card, newest first."""

    def __init__(self, pace: Callable[[], float] = time.monotonic) -> None:
        self._pace = pace
        self._open: OrderedDict[str, tuple[str, float]] = OrderedDict()  # req_id → (task_id, deadline)
        self._seen: OrderedDict[str, None] = OrderedDict()

    def opened(self, task_id: str, req_id: str) -> None:
        """A click came. The same frame delivered again opens nothing."""
        if not task_id or not req_id or req_id in self._seen:
            return
        self._seen[req_id] = None
        self._open[req_id] = (task_id, self._pace() + OPEN_SECONDS)
        for held in (self._open, self._seen):
            while len(held) > KEPT:
                held.popitem(last=False)

    def alive(self, task_id: str) -> bool:
        """Whether the card can be changed now."""
        return self._newest(task_id) is not None

    def take(self, task_id: str) -> Click | None:
        """The newest click on the card, spent with this call; None when there is none left."""
        req_id = self._newest(task_id)
        if req_id is None:
            return None
        _task_id, deadline = self._open.pop(req_id)
        return Click(req_id, max(0.5, deadline - self._pace()))

    def _newest(self, task_id: str) -> str | None:
        now = self._pace()
        while self._open and next(iter(self._open.values()))[1] <= now:
            self._open.popitem(last=False)
        return next((req_id for req_id, found in reversed(self._open.items()) if found[0] == task_id), None)
