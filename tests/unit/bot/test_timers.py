"""A daily job runs once a day, and once for certain."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session

from bot.store import Store
from bot.tables import JobRun
from bot.timers import Daily, Timers

NIGHT = datetime(2026, 11, 23, 18, 31, tzinfo=UTC)  # 2:31 in the firm


def make_table(session: Session) -> None:
    JobRun.metadata.tables["job_run"].create(session.connection())


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = Store(tmp_path / "a.db")
    store.write_sync(make_table)
    yield store
    store.close()


def timers(store: Store, now: datetime) -> Timers:
    return Timers(store, ZoneInfo("Asia/Shanghai"), [], [], on_effect=lambda: None, clock=lambda: now)


async def test_a_daily_job_that_was_killed_or_failed_runs_again_and_one_that_was_done_does_not(store: Store) -> None:
    runs = 0

    async def work() -> None:
        nonlocal runs
        runs += 1
        if runs == 1:
            raise OSError("killed half way")

    daily = Daily("backup", 2, 30, work)
    assert not await timers(store, NIGHT).daily(daily)
    assert await timers(store, NIGHT + timedelta(minutes=5)).daily(daily)
    assert not await timers(store, NIGHT + timedelta(hours=5)).daily(daily)
    assert await timers(store, NIGHT + timedelta(days=1)).daily(daily)
    assert runs == 3
