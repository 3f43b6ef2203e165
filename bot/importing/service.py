"""Importing and exporting as the service and the command line see it. Spreadsheets are read and written in the press
child; the store is reached in small units. Nothing here blocks the event loop."""

from __future__ import annotations

import asyncio
import base64
from datetime import datetime
from functools import partial
from typing import Any, Protocol

from bot.importing import export, wire
from bot.importing.faults import Rejected
from bot.importing.read import Reading
from bot.importing.run import AsyncStore, Teller, run
from bot.importing.steps import Clock, Progress, Report, import_steps, recover_steps

READ_SECONDS = 120.0


class Press(Protocol):
    """The part of ``bot.workers.Pool`` that is needed: one job in the child that handles spreadsheets."""

    async def run(self, op: str, payload: dict[str, Any], seconds: float | None = None) -> dict[str, Any]: ...


async def read(press: Press, data: bytes, name: str) -> Reading:
    """The file as typed rows or faults; changes nothing.

    Raises:
        WorkerError: the child died or ran out of time; the file is harmful or far too big.
    """
    payload = {"data": base64.b64encode(data).decode("ascii"), "name": name}
    answer = await press.run("read_workbook", payload, READ_SECONDS)
    return await asyncio.to_thread(wire.reading, answer)  # a second for 20,000 products: not on the loop


async def import_file(
    store: AsyncStore,
    press: Press,
    data: bytes,
    name: str,
    clock: Clock,
    actor_id: int | None = None,
    tell: Teller | None = None,
) -> Report:
    """Read a .xlsx, .xls or .csv and bring it in. ``run.in_words`` makes the answer of the report.

    Args:
        actor_id: the administrator who sent it; None at a command line.
        tell: called with every ``Progress``.

    Raises:
        Rejected: the file has faults; nothing was imported. ``str`` of it lists the first 50.
        Refused: another import is under way, or this person may not import.
        WorkerError: as for ``read``.
    """
    if tell is not None:
        tell(Progress("读文件", 0, 1))
    found = await read(press, data, name)
    if found.faults:
        raise Rejected(found.faults)
    report = await run(store, import_steps(found.company, name, clock, actor_id), tell)
    return Report(report.tallies, (*found.notes, *report.notes))


async def recover(store: AsyncStore, clock: Clock) -> None:
    """Tidy up after imports that a crash interrupted; call it at start, before the first message.

    Raises:
        Refused: an import that was switched in cannot post the rest of its opening stock (the period was closed, say).
    """
    await run(store, recover_steps(clock))


async def export_file(store: AsyncStore, press: Press, now: datetime) -> bytes:
    """Everything as a zip of workbooks."""
    content = await store.read(partial(export.collect, now=now))
    answer = await press.run("write_workbooks", {"content": content}, READ_SECONDS)
    return base64.b64decode(answer["data"])
