"""Carries events to Danju: in order per lane, with faults, and again when nobody acknowledged."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Coroutine
from typing import Any

from bot.simulator.faults import Faults, PushFate
from bot.simulator.feishu.config import EVENT_LADDER
from bot.simulator.feishu.events import Event
from bot.simulator.feishu.transport import Transport
from bot.simulator.parts import Pace


class Courier:
    """``acknowledged`` holds the keys that were accepted within the deadline, ``lost`` those given up after the last
    redelivery."""

    def __init__(self, transport: Callable[[], Transport], faults: Faults, pace: Pace, chance: random.Random) -> None:
        self._transport = transport
        self._faults = faults
        self._pace = pace
        self._chance = chance
        self._tasks: set[asyncio.Task[None]] = set()
        self._lanes: dict[str, asyncio.Event] = {}
        self.acknowledged: set[str] = set()
        self.lost: list[str] = []
        self.deliveries = 0

    def push(self, event: Event) -> None:
        """Deliver this event; returns at once."""
        fate = self._faults.push()
        before = self._lanes.get(event.lane)
        tried = asyncio.Event()
        if fate.delay == 0:  # what is held back keeps nobody waiting: later ones overtake it
            self._lanes[event.lane] = tried
        self._spawn(self._carry(event, fate, None if fate.delay else before, tried))

    def pending(self) -> int:
        return len(self._tasks)

    async def settled(self) -> None:
        """Wait until nothing is on its way any more."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _carry(self, event: Event, fate: PushFate, before: asyncio.Event | None, tried: asyncio.Event) -> None:
        try:
            if before is not None:
                await before.wait()
            if fate.delay:
                await asyncio.sleep(fate.delay)
            for _ in range(fate.copies - 1):
                self._spawn(self._again(event))
            if fate.cut:
                await self._transport().cut()
            elif await self._once(event):
                return
        finally:
            tried.set()
            if self._lanes.get(event.lane) is tried:
                del self._lanes[event.lane]
        for wait in EVENT_LADDER:
            await asyncio.sleep(self._pace.seconds(wait))
            if await self._once(event):
                return
        if event.key not in self.acknowledged:
            self.lost.append(event.key)

    async def _again(self, event: Event) -> None:
        """The doubled delivery, some time after the first."""
        await asyncio.sleep(self._chance.uniform(0.0, self._faults.profile.hold_back_seconds[1]))
        await self._once(event)

    async def _once(self, event: Event) -> bool:
        self.deliveries += 1
        outcome = await self._transport().deliver(event)
        if outcome.accepted:
            self.acknowledged.add(event.key)
        return outcome.accepted
