"""Dying at a chosen instant, where a kill from outside would have to be lucky.

The four instants are those between which a promise could be broken: a result told before it is on disk, or on disk and
told to nobody; a send noted before it was made, or made and not noted.
"""

from __future__ import annotations

import os
import time
from typing import Any

from bot.store import Store

POINTS = ("before_commit", "after_commit", "before_send", "after_send")
PAUSE_SECONDS = 0.05  # what was wrongly told already gets the time to reach whoever waits for it


class Death:
    """Ends the process at the ``count``-th time a point is reached after :meth:`arm`; ``word`` is ``POINT:COUNT``, or
    empty for none."""

    def __init__(self, word: str = "") -> None:
        self._point, _, count = word.partition(":")
        self._left = int(count or 0)
        self._armed = False

    def arm(self) -> None:
        self._armed = True

    def at(self, point: str) -> None:
        """The process has come to ``point``."""
        if not self._armed or point != self._point:
            return
        self._left -= 1
        if self._left == 0:
            time.sleep(PAUSE_SECONDS)
            os._exit(137)  # nothing is flushed, closed or finished: as a SIGKILL, and the same on every system

    def watch(self, store: Store) -> None:
        """Let the writer's commits be such instants."""
        commit = store._commit

        def watched(*arguments: Any) -> bool:
            self.at("before_commit")
            done = commit(*arguments)
            self.at("after_commit")
            return done

        vars(store)["_commit"] = watched
