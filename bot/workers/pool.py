"""A pool of children of one kind.

Each child works on one job at a time, so a crash or a kill hits only that job; the child is replaced and the others
never notice. A job over its time limit is ended with its child. Children end by themselves when the service is gone:
their standard input closes.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import structlog

from bot.workers import frames
from inventory_core.errors import DanjuError

log = structlog.get_logger(__name__)

Message = dict[str, Any]
Prepare = Callable[["Worker"], Awaitable[None]]


class WorkerError(DanjuError):
    """A job did not give a result."""


class WorkerDied(WorkerError):
    """The child ended (crash, kill, memory limit) while it had the job; the job may be tried again."""


class JobTimedOut(WorkerError):
    """The job ran into its time limit and was ended."""


class JobFailed(WorkerError):
    """The job raised inside the child; trying again gives the same."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one child may use."""

    memory_mb: int = 1024
    seconds: float = 20.0


class Worker:
    """One child process."""

    def __init__(self, kind: str, limits: Limits) -> None:
        self.kind = kind
        self.limits = limits
        self.state = 0  # what the owner last prepared it with, e.g. the catalogue's version
        self.jobs = 0
        self._process: asyncio.subprocess.Process | None = None
        self._given_up = False  # killed by us; the system may tell of its end only later

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.returncode is None and not self._given_up

    async def start(self) -> None:
        environment = dict(os.environ, PYTHONIOENCODING="utf-8", PYTHONDONTWRITEBYTECODE="1", OMP_NUM_THREADS="1")
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot.workers.child",
            self.kind,
            str(self.limits.memory_mb),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env=environment,
            limit=2**20,
        )

    async def call(self, op: str, payload: Message, seconds: float | None = None) -> Message:
        """Send one job and wait for its answer. The caller sees to it that there is only one at a time."""
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            raise WorkerDied(f"{self.kind} worker is not running")
        self.jobs += 1
        try:
            async with asyncio.timeout(seconds or self.limits.seconds):
                process.stdin.write(frames.encode({"op": op, **payload}))
                await process.stdin.drain()
                answer = await frames.read(process.stdout)
        except TimeoutError:
            self.kill()
            raise JobTimedOut(f"{self.kind}.{op} took too long and was ended") from None
        except (asyncio.IncompleteReadError, BrokenPipeError, ConnectionResetError) as error:
            self.kill()
            raise WorkerDied(f"{self.kind} worker ended during {op}") from error
        except (ValueError, asyncio.CancelledError):
            self.kill()  # the pipe is out of step: a later job must not read this job's answer
            raise
        if "error" in answer:
            raise JobFailed(str(answer["error"]))
        return answer

    def kill(self) -> None:
        self._given_up = True
        if self._process is not None and self._process.returncode is None:
            self._process.kill()

    async def stop(self) -> None:
        """Close the pipe, which ends the child; kill it when it does not."""
        process = self._process
        if process is None:
            return
        if process.stdin is not None:
            process.stdin.close()
        try:
            async with asyncio.timeout(2):
                await process.wait()
        except TimeoutError:
            self.kill()
            await process.wait()


class Pool:
    """``size`` children of one kind, started when first needed.

    Args:
        prepare: brings a child up to date before a job (loads the catalogue, say); called with the child held.
        idle_seconds: children unused for so long are ended, to give their memory back; None keeps them.
    """

    def __init__(
        self,
        kind: str,
        size: int = 1,
        limits: Limits | None = None,
        prepare: Prepare | None = None,
        idle_seconds: float | None = None,
    ) -> None:
        self.kind = kind
        self.size = size
        self.limits = limits or Limits()
        self.deaths = 0
        self._prepare = prepare
        self._idle_seconds = idle_seconds
        self._free: deque[Worker] = deque()
        self._all: set[Worker] = set()
        self._slots = asyncio.Semaphore(size)
        self._idle_timer: asyncio.TimerHandle | None = None
        self._closing = False
        self._stopping: set[asyncio.Task[None]] = set()

    @property
    def pids(self) -> list[int]:
        """Process ids of the children alive."""
        return [worker.pid for worker in self._all if worker.alive and worker.pid is not None]

    async def run(self, op: str, payload: Message, seconds: float | None = None) -> Message:
        """Run one job on a free child.

        Raises:
            WorkerDied, JobTimedOut, JobFailed: see there.
        """
        async with self.hold() as worker:
            return await worker.call(op, payload, seconds)

    async def warm(self) -> None:
        """Start one child and prepare it, so that the first job need not wait."""
        async with self.hold():
            pass

    @asynccontextmanager
    async def hold(self) -> AsyncIterator[Worker]:
        """A child for oneself, prepared; one job after another may be sent to it."""
        async with self._slots:
            if self._closing:  # perhaps meanwhile: a child started now would outlive its pool
                raise WorkerDied("the service is stopping")
            worker = await self._take()
            try:
                if self._prepare is not None:
                    await self._prepare(worker)
                yield worker
            finally:
                self._give_back(worker)

    async def _take(self) -> Worker:
        while self._free:
            worker = self._free.pop()
            if worker.alive:
                return worker
            self._forget(worker)
        worker = Worker(self.kind, self.limits)
        await worker.start()
        self._all.add(worker)
        return worker

    def _give_back(self, worker: Worker) -> None:
        if worker.alive and not self._closing:
            self._free.append(worker)
            self._rearm()
        else:
            self._forget(worker)

    def _forget(self, worker: Worker) -> None:
        if worker in self._all:
            self._all.discard(worker)
            if not self._closing:
                self.deaths += 1
                log.warning("worker_replaced", kind=self.kind, jobs=worker.jobs)
            self._spawn(worker.stop())

    def _rearm(self) -> None:
        if self._idle_seconds is None:
            return
        if self._idle_timer is not None:
            self._idle_timer.cancel()
        self._idle_timer = asyncio.get_running_loop().call_later(self._idle_seconds, self._end_idle)

    def _end_idle(self) -> None:
        while self._free:
            worker = self._free.popleft()
            self._all.discard(worker)
            self._spawn(worker.stop())

    def _spawn(self, stopping: Any) -> None:
        task = asyncio.ensure_future(stopping)
        self._stopping.add(task)
        task.add_done_callback(self._stopping.discard)

    async def close(self) -> None:
        self._closing = True
        if self._idle_timer is not None:
            self._idle_timer.cancel()
        workers = list(self._all)
        self._all.clear()
        self._free.clear()
        await asyncio.gather(*(worker.stop() for worker in workers), *self._stopping)
