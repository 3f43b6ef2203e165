"""``danju import`` and ``danju export`` on the side that holds the store: in the running service, or over the opened
database. Files travel as attachments: both sides see the data directory, and the original is kept."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from bot.importing import service, steps
from bot.importing.run import in_words
from bot.workers.pool import Limits, Pool, WorkerError
from inventory_core.errors import Refused

if TYPE_CHECKING:
    from bot.commands import Operations

PRESS = Limits(memory_mb=2048, seconds=service.READ_SECONDS)


async def import_file(operations: Operations, sha256: str, file: str) -> dict[str, Any]:
    """Import a stored file; ``text`` is the result in words.

    Raises:
        Rejected: the file has faults; nothing was imported.
        Refused: another import is under way, or the file cannot be read safely.
    """
    data = operations.attachments.get(sha256)
    if operations.printer is None:  # no service: whatever is unfinished was interrupted, and nobody else is at work
        await service.recover(operations.store, operations.clock)
    async with _press(operations) as press:
        try:
            report = await service.import_file(operations.store, press, data, file, operations.clock)
        except WorkerError as error:
            raise Refused("这个文件读到一半就占满了内存或时间，没有导入；请分成几个小一点的文件") from error
    counts = {kind: [tally.added, tally.changed, tally.same] for kind, tally in report.tallies.items()}
    return {"text": in_words(report), "counts": counts}


async def import_progress(operations: Operations) -> dict[str, Any]:
    """How far the import under way is: ``phase``, ``done`` and ``total``; an empty phase when there is none."""
    return await operations.store.read(steps.progress)


async def export_file(operations: Operations) -> dict[str, Any]:
    """Everything as a zip of workbooks, stored as an attachment."""
    async with _press(operations) as press:
        data = await service.export_file(operations.store, press, operations.clock())
    return {"sha256": operations.attachments.put(data), "size": len(data)}


@asynccontextmanager
async def _press(operations: Operations) -> AsyncIterator[Pool]:
    if operations.printer is not None:
        yield operations.printer.pool
        return
    pool = Pool("press", 1, PRESS)
    try:
        yield pool
    finally:
        await pool.close()
