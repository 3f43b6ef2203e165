"""A process with somebody else's client in it, that speaks lines of JSON: a script of ``tests/peers`` in Node (see
tests/peers/lines.cjs), or a module of ours in Python.

Started and ended by the test; whatever it says on standard error is shown when it fails to answer.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from tests.support import peers
from tests.support.processes import ROOT

PATIENCE = 30.0  # seconds; a process that hangs fails the test


class LinePeer:
    """One running script. ``ask`` is answered; ``heard`` keeps what it said by itself, oldest first."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.heard: list[dict[str, Any]] = []
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._numbers = itertools.count(1)
        self._changed = asyncio.Condition()
        self._ended = False
        self._taken = 0
        self.complaints = ""
        self._readers = [asyncio.create_task(self._read()), asyncio.create_task(self._listen())]

    async def _read(self) -> None:
        assert self.process.stdout is not None
        while line := await self.process.stdout.readline():
            if not line.startswith(b"{"):
                continue  # the libraries also print
            facts = json.loads(line)
            waiting = self._answers.pop(facts.pop("n", 0), None)
            if waiting is not None:
                if not waiting.done():
                    waiting.set_result(facts)
                continue
            async with self._changed:
                self.heard.append(facts)
                self._changed.notify_all()
        async with self._changed:
            self._ended = True
            self._changed.notify_all()
        for waiting in self._answers.values():
            if not waiting.done():
                waiting.set_exception(EOFError("it ended"))

    async def _listen(self) -> None:
        assert self.process.stderr is not None
        while line := await self.process.stderr.readline():
            self.complaints += line.decode(errors="replace")

    async def ask(self, do: str, **facts: Any) -> dict[str, Any]:
        """Have something done.

        Raises:
            AssertionError: it gave no answer.
        """
        number = next(self._numbers)
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._answers[number] = answer
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"n": number, "do": do, **facts}).encode() + b"\n")
        await self.process.stdin.drain()
        try:
            async with asyncio.timeout(PATIENCE):
                return await answer
        except (TimeoutError, EOFError):
            raise AssertionError(f"no answer to {do}: {self.complaints[-2000:]}") from None

    async def next(self, what: str, **wanted: Any) -> dict[str, Any]:
        """The next thing of this kind it says by itself, with these facts; what lies before it is skipped.

        Raises:
            AssertionError: it never said so.
        """
        try:
            async with asyncio.timeout(PATIENCE), self._changed:
                while True:
                    while self._taken < len(self.heard):
                        facts = self.heard[self._taken]
                        self._taken += 1
                        if facts.get("what") == what and wanted.items() <= facts.items():
                            return facts
                    if self._ended:
                        break
                    await self._changed.wait()
        except TimeoutError:
            pass
        raise AssertionError(f"never said {what} {wanted}: {self.heard[-5:]} {self.complaints[-2000:]}")

    def count(self, what: str) -> int:
        """How often it said this."""
        return sum(1 for facts in self.heard if facts.get("what") == what)

    async def stop(self) -> None:
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()
        await asyncio.gather(*self._readers)


@asynccontextmanager
async def _running(command: list[str]) -> AsyncIterator[LinePeer]:
    process = await asyncio.create_subprocess_exec(
        *command, cwd=ROOT, stdin=-1, stdout=-1, stderr=-1, env=peers.environment(), limit=1 << 23
    )
    peer = LinePeer(process)
    try:
        await peer.next("started")
        yield peer
    finally:
        await peer.stop()


@asynccontextmanager
async def node(script: str) -> AsyncIterator[LinePeer]:
    """Run a script of ``tests/peers``; skips the test, loudly, where there is no Node."""
    command = await asyncio.to_thread(peers.command, script)
    async with _running(command) as peer:
        yield peer


@asynccontextmanager
async def python(module: str) -> AsyncIterator[LinePeer]:
    """Run a module of ours, ``python -m``."""
    async with _running([sys.executable, "-m", module]) as peer:
        yield peer
