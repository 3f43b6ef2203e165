"""One writer thread over one SQLite file, with group commit; readers beside it.

A unit of work is ``fn(session)``. It runs inside a savepoint of a batch; its future resolves only after the batch's
COMMIT returned, so what is reported as done is on disk. A unit may run twice (when its batch could not be committed,
it runs again alone), therefore it has no effect outside the session and returns plain values. A cancelled caller does
not cancel its unit.

SQLite can end a transaction by itself (disk full, I/O error, interrupt). After each unit and before COMMIT the writer
looks at ``in_transaction``; when the transaction is gone, no unit of the batch counts and each runs again by itself.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import structlog
from sqlmodel import Session

from bot.store.engine import reader_engine, writer_engine
from bot.store.errors import StoreClosed
from inventory_core.sql import DRIVER

T = TypeVar("T")
log = structlog.get_logger(__name__)

BATCH_UNITS = 64
BATCH_SECONDS = 0.020
URGENT_BATCH_SECONDS = 0.004
SLOW_UNIT_SECONDS = 0.100
URGENT_SHARE = 48  # of a batch, while other units wait: acknowledgements go first but starve nobody
READERS = 3
LOCKED_RETRY_SECONDS = 0.05
CLOSING_SECONDS = 5.0  # how long a locked file may still keep a closing store waiting


@dataclass(slots=True)
class _Unit:
    fn: Callable[[Any], Any]
    raw: bool
    future: Future[Any] | asyncio.Future[Any]
    loop: asyncio.AbstractEventLoop | None
    value: Any = None
    error: BaseException | None = None


@dataclass(slots=True)
class WriterStats:
    """Counters since the start; read by /metrics and the benchmark."""

    units: int = 0
    commits: int = 0
    slow_units: int = 0
    rerun_alone: int = 0
    locked_waits: int = 0
    slowest_unit: float = 0.0  # seconds


class Store:
    """Reads and writes of one database file.

    ``write``/``read`` are for the event loop, ``write_sync``/``read_sync`` for command lines and tests.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.stats = WriterStats()
        self._engine = writer_engine(path)
        self._readers_engine = reader_engine(path, READERS)
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="reader")
        self._urgent: deque[_Unit] = deque()
        self._normal: deque[_Unit] = deque()
        self._wake = threading.Condition()
        self._closing = False
        self._closing_since: float | None = None
        self._connection = self._engine.connect()
        driver = self._connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        self._driver: sqlite3.Connection = driver
        self._cursor = driver.cursor()
        self._lent = {DRIVER: driver}
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._thread.start()

    # -- for callers ---------------------------------------------------------------------------------------------------

    async def write(self, fn: Callable[[Session], T], *, urgent: bool = False) -> T:
        """Run ``fn`` on the writer; returns after its commit is on disk. Raises what ``fn`` raised."""
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._submit(_Unit(fn, False, future, future.get_loop()), urgent)
        return await asyncio.shield(future)

    async def write_raw(self, fn: Callable[[sqlite3.Cursor], T], *, urgent: bool = False) -> T:
        """Like ``write`` for the few hottest statements: ``fn`` gets the driver's cursor instead of a session, and may
        write with one statement at most. That one is undone by itself when it fails, so the unit needs no savepoint:
        each call into SQLite may cost the writer a wait for the interpreter.
        """
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._submit(_Unit(fn, True, future, future.get_loop()), urgent)
        return await asyncio.shield(future)

    async def read(self, fn: Callable[[Session], T]) -> T:
        """Run ``fn`` on a reader, over one consistent snapshot."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, self.read_sync, fn)

    def write_sync(self, fn: Callable[[Session], T]) -> T:
        """``write`` without an event loop."""
        future: Future[T] = Future()
        self._submit(_Unit(fn, False, future, None), False)
        return future.result()

    def read_sync(self, fn: Callable[[Session], T]) -> T:
        """``read`` without an event loop, on the caller's thread."""
        with self._readers_engine.connect() as connection:
            driver = connection.connection.driver_connection
            assert isinstance(driver, sqlite3.Connection)
            driver.execute("BEGIN")
            try:
                with Session(connection, info={DRIVER: driver}) as session:
                    return fn(session)
            finally:
                driver.execute("ROLLBACK")

    @property
    def waiting(self) -> int:
        """Units handed in and not yet taken."""
        return len(self._urgent) + len(self._normal)

    def close(self) -> None:
        """Finish what was handed in, then close the file. Idempotent."""
        with self._wake:
            if self._closing:
                return
            self._closing = True
            self._closing_since = time.monotonic()
            self._wake.notify()
        self._thread.join()
        self._readers.shutdown(wait=True)
        self._cursor.close()
        self._connection.close()
        self._engine.dispose()
        self._readers_engine.dispose()

    # -- the writer thread ---------------------------------------------------------------------------------------------

    def _submit(self, unit: _Unit, urgent: bool) -> None:
        with self._wake:
            if self._closing:
                raise StoreClosed("服务正在停止，这一步没有执行，请稍后再试")
            (self._urgent if urgent else self._normal).append(unit)
            self._wake.notify()

    def _run(self) -> None:
        while self._begin():
            self._batch()

    def _take(self, taken: int) -> _Unit | None:
        if self._urgent and (taken < URGENT_SHARE or not self._normal):
            return self._urgent.popleft()
        if self._normal:
            return self._normal.popleft()
        return None

    def _batch(self) -> None:
        units: list[_Unit] = []
        started = time.perf_counter()
        whole = True
        limit = BATCH_SECONDS
        while len(units) < BATCH_UNITS and time.perf_counter() - started < limit:
            if self._urgent:
                limit = URGENT_BATCH_SECONDS  # somebody waits for an acknowledgement: commit soon
            unit = self._take(len(units))
            if unit is None:
                break
            units.append(unit)
            whole = self._run_in_batch(unit)
            if not whole:
                break
        if whole:
            whole = self._commit()
        if not whole:
            for unit in units:
                self._alone(unit)
        self.stats.units += len(units)
        self._resolve(units)

    def _run_in_batch(self, unit: _Unit) -> bool:
        """Run a unit in the open batch; False when the batch is lost."""
        try:
            self._run_unit(unit)
        except sqlite3.Error as error:  # the savepoint itself could not be opened or released
            unit.error = error
            return False
        return self._driver.in_transaction

    def _begin(self) -> bool:
        """Open a transaction; False when the store is closing and nothing waits any more.

        While somebody else holds the file, what was handed in keeps waiting and nothing of it is lost.
        """
        while self._wait():
            try:
                self._cursor.execute("BEGIN IMMEDIATE")
                return True
            except sqlite3.Error as error:
                if not _is_locked(error) or self._patience_is_over():
                    self._fail_waiting(error)
                    continue
                self.stats.locked_waits += 1
                if self.stats.locked_waits % 20 == 1:
                    log.warning("database_locked", path=str(self.path))
                time.sleep(LOCKED_RETRY_SECONDS)
        return False

    def _wait(self) -> bool:
        """Wait for units; False when the store is closing and there are none."""
        with self._wake:
            while not self._urgent and not self._normal:
                if self._closing:
                    return False
                self._wake.wait()
        return True

    def _patience_is_over(self) -> bool:
        """A locked file may keep callers waiting, but it must not keep the service from ending."""
        return self._closing_since is not None and time.monotonic() - self._closing_since > CLOSING_SECONDS

    def _fail_waiting(self, error: sqlite3.Error) -> None:
        """No transaction can be opened (I/O error, read-only or damaged file): tell the callers instead of hanging."""
        with self._wake:
            units = [*self._urgent, *self._normal]
            self._urgent.clear()
            self._normal.clear()
        for unit in units:
            unit.error = error
        self._resolve(units)

    def _run_unit(self, unit: _Unit) -> None:
        cursor = self._cursor
        started = time.perf_counter()
        unit.value, unit.error = None, None
        if not unit.raw:
            cursor.execute("SAVEPOINT unit")
        try:
            if unit.raw:
                unit.value = unit.fn(cursor)
            else:
                with Session(self._connection, info=self._lent) as session:
                    unit.value = unit.fn(session)
                    session.flush()
        except BaseException as error:  # noqa: BLE001  boundary: whatever a unit raises belongs to its caller
            unit.error = error
        if self._driver.in_transaction and not unit.raw:
            if unit.error is not None:
                cursor.execute("ROLLBACK TO unit")
            cursor.execute("RELEASE unit")
        took = time.perf_counter() - started
        self.stats.slowest_unit = max(self.stats.slowest_unit, took)
        if took > SLOW_UNIT_SECONDS:
            self.stats.slow_units += 1
            log.warning(
                "slow_writer_unit",
                seconds=round(took, 3),
                unit=_name(unit.fn),
            )

    def _commit(self) -> bool:
        if not self._driver.in_transaction:
            return False
        try:
            self._cursor.execute("COMMIT")
        except sqlite3.Error as error:
            log.warning("commit_failed", error=str(error))
            self._rollback()
            return False
        self.stats.commits += 1
        return True

    def _alone(self, unit: _Unit) -> None:
        """Run one unit in a transaction of its own; what fails again fails by itself."""
        self.stats.rerun_alone += 1
        self._rollback()
        try:
            self._cursor.execute("BEGIN IMMEDIATE")
            self._run_unit(unit)
            if not self._driver.in_transaction:
                if unit.error is None:
                    unit.error = sqlite3.OperationalError("the database ended the transaction by itself")
                return
            self._cursor.execute("COMMIT")
            self.stats.commits += 1
        except sqlite3.Error as error:
            unit.error = error
            self._rollback()

    def _rollback(self) -> None:
        if self._driver.in_transaction:
            with contextlib.suppress(sqlite3.Error):  # a sick disk; the next BEGIN tells
                self._cursor.execute("ROLLBACK")

    def _resolve(self, units: list[_Unit]) -> None:
        by_loop: dict[asyncio.AbstractEventLoop, list[_Unit]] = {}
        for unit in units:
            if unit.loop is None:
                _settle(unit)
            else:
                by_loop.setdefault(unit.loop, []).append(unit)
        for loop, group in by_loop.items():
            # One hop for the whole batch: waking the loop is what costs, not the results.
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits there any more
                loop.call_soon_threadsafe(_settle_all, group)


def _is_locked(error: sqlite3.Error) -> bool:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _name(fn: Callable[..., Any]) -> str:
    """What a unit is called in the log, through any ``functools.partial``."""
    return str(getattr(getattr(fn, "func", fn), "__qualname__", "?"))


def _settle_all(units: list[_Unit]) -> None:
    for unit in units:
        _settle(unit)


def _settle(unit: _Unit) -> None:
    if unit.future.done():
        return
    if isinstance(unit.error, StopIteration):
        failure = RuntimeError("a unit raised StopIteration")  # which no future can carry
        failure.__cause__ = unit.error
        unit.future.set_exception(failure)
    elif unit.error is not None:
        unit.future.set_exception(unit.error)
    else:
        unit.future.set_result(unit.value)


@contextmanager
def open_store(path: Path) -> Iterator[Store]:
    """A store for a command line or a test; closed at the end."""
    store = Store(path)
    try:
        yield store
    finally:
        store.close()
