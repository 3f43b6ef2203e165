"""Understanding as the dispatcher sees it: hand in words and context, get findings and the catalogue's version they
rest on.

The catalogue is read by a reader, sent to the parser's child and kept there; when it changes, only the changes follow.
"""

from __future__ import annotations

import structlog

from bot.store import Store
from bot.workers.pool import Limits, Pool, Worker, WorkerError
from inventory_core import catalog
from nlp import wire
from nlp.findings import Context, Understanding

log = structlog.get_logger(__name__)

PARSE_SECONDS = 5.0
LOAD_SECONDS = 60.0


class Parser:
    """A pool of parser children, each holding the lexicon."""

    def __init__(self, store: Store, size: int = 1) -> None:
        self._store = store
        self.pool = Pool("parser", size, Limits(memory_mb=1024, seconds=PARSE_SECONDS), self._bring_up_to_date)
        self._wanted = 0  # the newest catalogue version anybody told of

    async def understand(self, text: str, context: Context) -> tuple[Understanding, int]:
        """Findings and the catalogue version they rest on.

        Raises:
            WorkerDied, JobTimedOut, JobFailed: the job gave no result.
        """
        async with self.pool.hold() as worker:
            answer = await worker.call("parse", {"text": text, "context": wire.context_to_wire(context)})
            return wire.understanding_from_wire(answer["understanding"]), worker.state

    def want(self, version: int) -> None:
        """The catalogue has this version now; children catch up before their next job."""
        self._wanted = max(self._wanted, version)

    async def warm(self) -> None:
        """Start a child and load the catalogue, so that the first message need not wait."""
        await self.pool.warm()

    async def close(self) -> None:
        await self.pool.close()

    async def _bring_up_to_date(self, worker: Worker) -> None:
        if worker.state and worker.state >= self._wanted:
            return
        if worker.state:
            since = worker.state
            changes = await self._store.read(lambda session: catalog.changes(session, since))
            try:
                if changes["whole"]:
                    await worker.call("load", {"catalog": changes}, LOAD_SECONDS)
                else:
                    await worker.call("overlay", {"changes": changes}, LOAD_SECONDS)
            except WorkerError:
                worker.kill()  # the next child begins with the whole catalogue
                raise
            worker.state = int(changes["version"])
        else:
            whole = await self._store.read(catalog.snapshot)
            await worker.call("load", {"catalog": whole}, LOAD_SECONDS)
            worker.state = int(whole["version"])
        self._wanted = max(self._wanted, worker.state)
        log.info("lexicon_ready", version=worker.state, pid=worker.pid)
