"""Inbound frames handled side by side, but one after the other within a lane, in order of arrival."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

import structlog

log = structlog.get_logger(__name__)

Frame = dict[str, Any]
Handle = Callable[[Frame], Awaitable[None]]

_Entry = tuple[Frame, Handle, "asyncio.Future[None]"]

AT_MOST = 1000  # frames in hand; beyond that reading stops for a while


class Lanes:
    """Owns the tasks of everything that came in and is not handled yet."""

    def __init__(self) -> None:
        self._lanes: dict[str, deque[_Entry]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._handled: set[asyncio.Future[None]] = set()  # of every frame in hand, done when it is handled
        self._room = asyncio.Event()
        self._room.set()

    def __len__(self) -> int:
        return len(self._handled)

    async def room(self) -> None:
        """Wait until there is room for one more."""
        await self._room.wait()

    def put(self, lane: str, frame: Frame, handle: Handle) -> None:
        """Hand over after everything put into this lane before. An empty lane name waits for nobody."""
        handled: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._handled.add(handled)
        if len(self._handled) >= AT_MOST:
            self._room.clear()
        entry = (frame, handle, handled)
        if not lane:
            self._spawn(self._one(*entry))
        elif lane in self._lanes:
            self._lanes[lane].append(entry)
        else:
            self._lanes[lane] = deque([entry])
            self._spawn(self._run(lane))

    async def settled(self, seconds: float) -> bool:
        """Wait until everything put so far is handled; False when that takes longer."""
        if not self._handled:
            return True
        _done, left = await asyncio.wait(list(self._handled), timeout=seconds)
        return not left

    async def finish(self, seconds: float) -> None:
        """Let what is in hand come to its end for a while, then cancel it."""
        if not self._tasks:
            return
        _done, left = await asyncio.wait(self._tasks, timeout=seconds)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    def _spawn(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self, lane: str) -> None:
        waiting = self._lanes[lane]
        try:
            while waiting:
                await self._one(*waiting.popleft())
        finally:
            for _frame, _handle, handled in waiting:  # cancelled: these are not handled
                handled.cancel()
                self._handled.discard(handled)
            del self._lanes[lane]

    async def _one(self, frame: Frame, handle: Handle, handled: asyncio.Future[None]) -> None:
        try:
            await handle(frame)
        except Exception:  # boundary of one frame: no other may suffer from it
            log.exception("frame_failed")
        finally:
            self._handled.discard(handled)
            if not handled.done():
                handled.set_result(None)
            self._room.set()
