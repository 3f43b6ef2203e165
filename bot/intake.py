"""Acknowledgements together: what arrives while a commit is under way goes into the next one, as one statement.

Under load every call into SQLite may cost the writer a wait for the interpreter, so thirty events are one call, not
thirty. Nobody waits for others to arrive: an event that finds nothing under way starts a commit by itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from bot import inbox
from bot.clock import Clock
from bot.inbound import Inbound
from bot.inbox import Accepted, Arrival, Waiting
from bot.store import Store

AT_ONCE = 32  # events in one statement


class Intake:
    """Commits events to the inbox and hands those that are news to ``take_up``, in the order of their ids.

    ``spawn`` owns the task that does it: a caller that gives up in between must not leave an event on disk that nobody
    takes up, because its next arrival will be no news.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        *,
        take_up: Callable[[Waiting], None],
        spawn: Callable[[Coroutine[Any, Any, Any]], object],
    ) -> None:
        self._store = store
        self._clock = clock
        self._take_up = take_up
        self._spawn = spawn
        self._arrived: list[tuple[Arrival, asyncio.Future[Accepted]]] = []
        self._running = False

    async def take(self, inbound: Inbound) -> Accepted:
        """Returns after the commit; only then may a channel acknowledge."""
        future: asyncio.Future[Accepted] = asyncio.get_running_loop().create_future()
        self._arrived.append((Arrival(inbound, inbound.to_json(), self._clock()), future))
        if not self._running:
            self._running = True
            self._spawn(self._run())
        return await future

    async def _run(self) -> None:
        try:
            while self._arrived:
                group, self._arrived = self._arrived[:AT_ONCE], self._arrived[AT_ONCE:]
                await self._commit(group)
        finally:
            self._running = False

    async def _commit(self, group: list[tuple[Arrival, asyncio.Future[Accepted]]]) -> None:
        arrivals = [arrival for arrival, _ in group]
        try:
            accepted = await self._store.write_raw(partial(inbox.accept, arrivals=arrivals), urgent=True)
        except Exception as error:  # noqa: BLE001  boundary: each caller is told of its own event
            if len(group) == 1:
                _fail(group[0][1], error)
                return
            for one in group:  # one that cannot be stored must not keep the others out
                await self._commit([one])
            return
        for (arrival, future), found in zip(group, accepted, strict=True):
            if found.fresh:
                self._take_up(Waiting(found.id, arrival.inbound, arrival.received_at))
            if not future.done():
                future.set_result(found)


def _fail(future: asyncio.Future[Accepted], error: Exception) -> None:
    if not future.done():
        future.set_exception(error)
