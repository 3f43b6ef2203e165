"""What was reported as done is on disk; what failed failed by itself."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from bot.store import Store, StoreClosed, sqlite
from inventory_core import sql


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "a.db")
    store.write_sync(make_table)
    yield store
    store.close()


def make_table(session: Session) -> None:
    session.connection().exec_driver_sql("CREATE TABLE t(k TEXT PRIMARY KEY, v TEXT) STRICT")


def put(key: str, value: str = "x") -> Callable[[Session], str]:
    def unit(session: Session) -> str:
        session.connection().exec_driver_sql("INSERT INTO t VALUES(:k, :v)", {"k": key, "v": value})
        return key

    return unit


def keys(path: Path) -> set[str]:
    with sqlite3.connect(path) as database:
        return {row[0] for row in database.execute("SELECT k FROM t")}


async def test_what_is_written_is_on_disk_when_write_returns(store: Store) -> None:
    assert await store.write(put("a")) == "a"
    assert keys(store.path) == {"a"}


async def test_many_callers_share_commits(store: Store) -> None:
    before = store.stats.commits
    await asyncio.gather(*(store.write(put(f"k{number}")) for number in range(500)))
    assert len(keys(store.path)) == 500
    assert store.stats.commits - before < 500


async def test_a_failing_unit_leaves_the_others_of_its_batch_alone(store: Store) -> None:
    await store.write(put("taken"))
    results = await asyncio.gather(
        *(store.write(put("taken" if number == 5 else f"k{number}")) for number in range(20)), return_exceptions=True
    )
    assert sum(isinstance(result, Exception) for result in results) == 1
    assert len(keys(store.path)) == 20


async def test_half_of_a_failed_unit_is_undone(store: Store) -> None:
    def unit(session: Session) -> None:
        put("half")(session)
        raise LookupError("second half")

    with pytest.raises(LookupError):
        await store.write(unit)
    assert keys(store.path) == set()


async def test_a_nested_savepoint_inside_a_unit_is_the_units_own(store: Store) -> None:
    def unit(session: Session) -> None:
        put("kept")(session)
        nested = session.begin_nested()
        put("dropped")(session)
        nested.rollback()

    await store.write(unit)
    assert keys(store.path) == {"kept"}


async def test_a_part_of_a_unit_that_fails_is_undone_with_statements_that_go_straight_to_the_driver(
    store: Store,
) -> None:
    def unit(session: Session) -> None:
        sql.run(session, "INSERT INTO t VALUES('before', '')")
        with contextlib.suppress(LookupError), sql.part(session):
            sql.run(session, "INSERT INTO t VALUES('half', '')")
            raise LookupError
        sql.run(session, "INSERT INTO t VALUES('after', '')")

    await store.write(unit)
    assert keys(store.path) == {"before", "after"}


async def test_a_unit_that_commits_or_rolls_back_by_itself_cannot_end_the_batch(store: Store) -> None:
    def rogue(session: Session) -> None:
        put("rogue")(session)
        session.commit()
        session.rollback()

    await asyncio.gather(store.write(put("a")), store.write(rogue), store.write(put("b")))
    assert keys(store.path) == {"a", "rogue", "b"}


async def test_a_full_disk_in_mid_batch_loses_nothing_that_was_reported(store: Store) -> None:
    def squeeze(cursor: sqlite3.Cursor) -> None:
        pages = cursor.execute("PRAGMA page_count").fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count = {pages + 30}")

    await store.write_raw(squeeze)
    results = await asyncio.gather(
        *(store.write(put(f"k{number}", "x" * 3000)) for number in range(200)), return_exceptions=True
    )
    done = {result for result in results if isinstance(result, str)}
    failed = [result for result in results if isinstance(result, Exception)]
    assert done
    assert failed
    assert all(isinstance(error, DBAPIError | sqlite3.OperationalError) for error in failed)
    assert keys(store.path) == done
    await store.write_raw(lambda cursor: cursor.execute("PRAGMA max_page_count = 1000000").fetchall())
    assert await store.write(put("after")) == "after"


async def test_a_stranger_who_locks_the_file_delays_but_loses_nothing(store: Store) -> None:
    stranger = sqlite3.connect(store.path, isolation_level=None, check_same_thread=False)
    stranger.execute("BEGIN IMMEDIATE")
    tasks = [asyncio.create_task(store.write(put(f"k{number}"))) for number in range(10)]
    done, _waiting = await asyncio.wait(tasks, timeout=0.6)
    assert not done
    stranger.execute("COMMIT")
    stranger.close()
    assert len(await asyncio.gather(*tasks)) == 10
    assert store.stats.locked_waits > 0


async def test_a_locked_file_does_not_keep_the_store_from_closing(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "CLOSING_SECONDS", 0.1)
    stranger = sqlite3.connect(store.path, isolation_level=None)
    stranger.execute("BEGIN IMMEDIATE")
    waiting = asyncio.create_task(store.write(put("a")))
    await asyncio.sleep(0.05)
    await asyncio.to_thread(store.close)
    with pytest.raises(sqlite3.OperationalError):
        await waiting
    stranger.close()


class Sick:
    """The writer's cursor, which can open no transaction while it is ``error``."""

    def __init__(self, cursor: sqlite3.Cursor) -> None:
        self.cursor = cursor
        self.error: sqlite3.Error | None = None

    def execute(self, statement: str) -> object:
        if self.error is not None and statement.startswith("BEGIN"):
            raise self.error
        return self.cursor.execute(statement)

    def __getattr__(self, name: str) -> object:
        return getattr(self.cursor, name)


@pytest.mark.parametrize("kind", [sqlite3.OperationalError, sqlite3.DatabaseError, sqlite3.ProgrammingError])
async def test_however_often_no_transaction_can_begin_callers_are_told_and_the_writer_lives(
    store: Store, kind: type[sqlite3.Error]
) -> None:
    sick = Sick(store._cursor)
    vars(store)["_cursor"] = sick
    sick.error = kind("attempt to write a readonly database")
    for _ in range(1100):  # more than the interpreter's stack is deep
        with pytest.raises(kind):
            await asyncio.wait_for(store.write(put("a")), 10)
    sick.error = None
    assert await asyncio.wait_for(store.write(put("a")), 10) == "a"


async def test_a_unit_that_raises_stop_iteration_keeps_nobody_waiting(store: Store) -> None:
    empty: Iterator[int] = iter(())
    results = await asyncio.wait_for(
        asyncio.gather(
            store.write(lambda _s: next(empty)), *(store.write(put(f"k{n}")) for n in range(5)), return_exceptions=True
        ),
        10,
    )
    assert isinstance(results[0], RuntimeError)
    assert results[1:] == [f"k{n}" for n in range(5)]


async def test_readers_go_on_while_the_writer_works(store: Store) -> None:
    await store.write(put("a"))
    gate = threading.Event()

    def slow(session: Session) -> None:
        put("slow")(session)
        gate.wait(5)

    writing = asyncio.create_task(store.write(slow))
    count = await store.read(lambda s: s.connection().exec_driver_sql("SELECT COUNT(*) FROM t").scalar())
    gate.set()
    await writing
    assert count == 1


async def test_a_cancelled_caller_does_not_cancel_its_unit(store: Store) -> None:
    gate = threading.Event()
    blocking = asyncio.create_task(store.write(lambda _s: gate.wait(5)))
    await asyncio.sleep(0.05)
    task = asyncio.create_task(store.write(put("kept")))
    await asyncio.sleep(0.05)
    task.cancel()
    gate.set()
    await blocking
    with pytest.raises(asyncio.CancelledError):
        await task
    await store.write(put("later"))
    assert keys(store.path) == {"kept", "later"}


async def test_urgent_units_overtake(store: Store) -> None:
    gate = threading.Event()
    order: list[str] = []
    blocking = asyncio.create_task(store.write(lambda _s: gate.wait(5)))
    await asyncio.sleep(0.05)
    normal = [asyncio.create_task(store.write(lambda _s: order.append("normal"))) for _ in range(5)]
    await asyncio.sleep(0.02)
    urgent = asyncio.create_task(store.write(lambda _s: order.append("urgent"), urgent=True))
    await asyncio.sleep(0.02)
    gate.set()
    await asyncio.gather(blocking, urgent, *normal)
    assert order[0] == "urgent"


async def test_closing_finishes_what_was_handed_in_and_refuses_more(store: Store) -> None:
    tasks = [asyncio.create_task(store.write(put(f"k{number}"))) for number in range(50)]
    await asyncio.sleep(0)
    await asyncio.to_thread(store.close)
    await asyncio.gather(*tasks)
    assert len(keys(store.path)) == 50
    with pytest.raises(StoreClosed):
        await store.write(put("late"))


def test_slow_units_are_counted(store: Store) -> None:
    store.write_sync(lambda _s: time.sleep(0.12))
    assert store.stats.slow_units == 1
    assert store.stats.slowest_unit >= 0.12
