"""A child's crash hits its own job and nobody else's."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator

import pytest

from bot.workers import JobFailed, JobTimedOut, Pool, WorkerDied
from bot.workers.pool import Limits, Worker

KIND = "tests.support.odd_worker"


@pytest.fixture
async def pool() -> AsyncIterator[Pool]:
    pool = Pool(KIND, 4, Limits(memory_mb=512, seconds=30))
    yield pool
    await pool.close()


async def test_a_job_gives_its_answer_although_the_child_prints(pool: Pool) -> None:
    answer = await pool.run("echo", {"value": "螺栓 M8*30"})
    assert answer["value"] == "螺栓 M8*30"


async def test_an_error_in_a_job_is_told_and_the_child_lives_on(pool: Pool) -> None:
    before = (await pool.run("echo", {"value": 1}))["pid"]
    with pytest.raises(JobFailed, match="坏数据"):
        await pool.run("fail", {"reason": "坏数据"})
    assert (await pool.run("echo", {"value": 1}))["pid"] == before


async def test_a_job_over_its_time_is_ended_and_the_next_one_works(pool: Pool) -> None:
    with pytest.raises(JobTimedOut):
        await pool.run("hang", {}, seconds=0.3)
    assert (await pool.run("echo", {"value": 2}))["value"] == 2


async def test_a_child_killed_with_four_jobs_running_costs_one_job(pool: Pool) -> None:
    jobs = [asyncio.create_task(pool.run("hang", {"seconds": 1.0})) for _ in range(4)]
    await asyncio.sleep(0.6)
    os.kill(pool.pids[0], signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL)
    results = await asyncio.gather(*jobs, return_exceptions=True)
    assert sum(isinstance(result, WorkerDied) for result in results) == 1
    assert sum(isinstance(result, dict) for result in results) == 3
    assert (await pool.run("echo", {"value": 3}))["value"] == 3


async def test_a_crash_is_told_as_a_death(pool: Pool) -> None:
    with pytest.raises(WorkerDied):
        await pool.run("die", {})
    assert pool.deaths == 1


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no address-space limit for a process")
async def test_a_job_cannot_take_the_machines_memory(pool: Pool) -> None:
    with pytest.raises(WorkerDied):
        await pool.run("swallow", {"megabytes": 2048})
    assert (await pool.run("echo", {"value": 4}))["value"] == 4


async def test_a_child_is_prepared_before_its_first_job_and_after_a_replacement() -> None:
    prepared: list[int] = []

    async def prepare(worker: Worker) -> None:
        if not worker.state:
            worker.state = 7
            prepared.append(worker.pid or 0)

    pool = Pool(KIND, 1, Limits(memory_mb=512), prepare)
    try:
        await pool.run("echo", {"value": 1})
        await pool.run("echo", {"value": 1})
        with pytest.raises(WorkerDied):
            await pool.run("die", {})
        await pool.run("echo", {"value": 1})
        assert len(prepared) == 2
    finally:
        await pool.close()


async def test_idle_children_give_their_memory_back() -> None:
    pool = Pool(KIND, 1, Limits(memory_mb=512), idle_seconds=0.1)
    try:
        await pool.run("echo", {"value": 1})
        for _ in range(100):
            if not pool.pids:
                break
            await asyncio.sleep(0.02)
        assert pool.pids == []
        assert (await pool.run("echo", {"value": 2}))["value"] == 2
    finally:
        await pool.close()
