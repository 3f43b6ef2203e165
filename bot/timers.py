"""What happens by the clock. APScheduler only ticks; a row ``(job, slot)`` says that a job has run, and slots missed
while the service was off are found by comparing the rows with the calendar.

A daily job's row is written when its work is done: killed half way it runs again at the next start. What it says
carries a key of its own, so that it is said once all the same.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger
from sqlmodel import Session

from bot.clock import Clock, utc_now
from bot.failures import describe
from bot.store import Store, StoreClosed
from inventory_core.columns import micros
from inventory_core.sql import run, value

log = structlog.get_logger(__name__)

KEEP_SLOTS = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Sweep:
    """Work that may run at any time and finds by itself what is due: (session, now) → how much it did."""

    name: str
    seconds: float
    unit: Callable[[Session, datetime], int]


@dataclass(frozen=True, slots=True)
class Daily:
    """Work that happens once a day, at a time of day in the firm's zone."""

    name: str
    hour: int
    minute: int
    work: Callable[[], Awaitable[None]]


class Timers:
    """Owns the scheduler and its jobs."""

    def __init__(
        self,
        store: Store,
        zone: ZoneInfo,
        sweeps: list[Sweep],
        dailies: list[Daily],
        *,
        on_effect: Callable[[], None],
        clock: Clock = utc_now,
    ) -> None:
        self._store = store
        self._zone = zone
        self._sweeps = sweeps
        self._dailies = dailies
        self._on_effect = on_effect
        self._clock = clock
        self._scheduler = AsyncIOScheduler(timezone=zone)
        self._under_way: set[str] = set()

    async def start(self) -> None:
        for sweep in self._sweeps:
            self._scheduler.add_job(
                self.sweep, IntervalTrigger(seconds=sweep.seconds, timezone=self._zone), [sweep], **_PATIENT
            )
        for daily in self._dailies:
            at = CronTrigger(hour=daily.hour, minute=daily.minute, timezone=self._zone)
            self._scheduler.add_job(self.daily, at, [daily], **_PATIENT)
            missed = await self._missed(daily)
            if missed:
                self._scheduler.add_job(self.daily, None, [daily], **_PATIENT)
        self._scheduler.start()

    def stop(self) -> None:
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    async def sweep(self, sweep: Sweep) -> int:
        """Run one sweep now."""
        try:
            now = self._clock()
            done = await self._store.write(lambda session: sweep.unit(session, now))
        except StoreClosed:
            return 0
        except Exception as error:  # boundary of a job: the clock must go on ticking
            log.exception("sweep_failed", job=sweep.name, error=describe(error))
            return 0
        if done:
            self._on_effect()
        return done

    async def daily(self, daily: Daily) -> bool:
        """Run a daily job unless it has run in its slot; True when it ran."""
        now = self._clock()
        slot = self._slot(daily, now)
        if daily.name in self._under_way:
            return False
        self._under_way.add(daily.name)
        try:
            if await self._store.read(partial(has_run, job=daily.name, slot=slot)):
                return False
            await daily.work()
            await self._store.write(partial(take_slot, job=daily.name, slot=slot, now=now))
        except StoreClosed:
            return False
        except Exception as error:  # boundary of a job: the clock must go on ticking
            log.exception("daily_failed", job=daily.name, error=describe(error))
            return False
        finally:
            self._under_way.discard(daily.name)
        self._on_effect()
        return True

    def _slot(self, daily: Daily, now: datetime) -> str:
        """The day whose run is due: before the time of day it is still yesterday's."""
        local = now.astimezone(self._zone)
        due = local.replace(hour=daily.hour, minute=daily.minute, second=0, microsecond=0)
        return (local if local >= due else local - timedelta(days=1)).date().isoformat()

    async def _missed(self, daily: Daily) -> bool:
        """Whether the last slot never ran although the job has run before."""
        slot = self._slot(daily, self._clock())

        def unit(session: Session) -> bool:
            last = value(session, "SELECT MAX(slot) FROM job_run WHERE job = :job", job=daily.name)
            return last is not None and str(last) < slot

        return await self._store.read(unit)


_PATIENT = {"coalesce": True, "misfire_grace_time": None, "max_instances": 1}


def has_run(session: Session, job: str, slot: str) -> bool:
    """Whether the job has run in this slot."""
    return value(session, "SELECT 1 FROM job_run WHERE job = :job AND slot = :slot", job=job, slot=slot) is not None


def take_slot(session: Session, job: str, slot: str, now: datetime) -> bool:
    """Claim a slot for good; False when it was claimed before."""
    run(session, "DELETE FROM job_run WHERE at < :old", old=micros(now - KEEP_SLOTS))
    return bool(
        run(
            session,
            "INSERT INTO job_run(job, slot, at) VALUES(:job, :slot, :at)"
            " ON CONFLICT(job, slot) DO NOTHING RETURNING slot",
            job=job,
            slot=slot,
            at=micros(now),
        )
    )
