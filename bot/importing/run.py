"""Drives the steps of an import: awaiting the store inside the service, blocking at a command line or in a set-up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from sqlmodel import Session

from bot.importing.plan import WORDS
from bot.importing.steps import Progress, Read, Report, Steps, Write

T = TypeVar("T")
Teller = Callable[[Progress], None]
SessionWriter = Callable[[Callable[[Session], Any]], Any]


class AsyncStore(Protocol):
    """The part of ``bot.store.Store`` an import needs inside the service."""

    async def write(self, fn: Callable[[Session], T]) -> T: ...
    async def read(self, fn: Callable[[Session], T]) -> T: ...


async def run(store: AsyncStore, steps: Steps, tell: Teller | None = None) -> Report:
    """Run the steps inside the service. Each unit waits its turn behind acknowledgements and clicks."""
    answer: Any = None
    error: Exception | None = None
    while True:
        try:
            step = steps.throw(error) if error is not None else steps.send(answer)
        except StopIteration as stop:
            return _report(stop.value)
        answer, error = None, None
        if isinstance(step, Progress):
            _tell(tell, step)
            continue
        try:
            answer = await (store.write(step.fn) if isinstance(step, Write) else store.read(step.fn))
        except Exception as failed:  # noqa: BLE001  boundary: the steps decide what a failed unit means
            error = failed


def run_sync(write: SessionWriter, read: SessionWriter, steps: Steps, tell: Teller | None = None) -> Report:
    """Run the steps with blocking calls: ``run_sync(store.write_sync, store.read_sync, steps)``."""
    answer: Any = None
    error: Exception | None = None
    while True:
        try:
            step = steps.throw(error) if error is not None else steps.send(answer)
        except StopIteration as stop:
            return _report(stop.value)
        answer, error = None, None
        if isinstance(step, Progress):
            _tell(tell, step)
            continue
        try:
            answer = read(step.fn) if isinstance(step, Read) else write(step.fn)
        except Exception as failed:  # noqa: BLE001  boundary: the steps decide what a failed unit means
            error = failed


def _tell(tell: Teller | None, progress: Progress) -> None:
    if tell is not None:
        tell(progress)


def _report(value: Any) -> Report:
    assert isinstance(value, Report)
    return value


def in_words(report: Report) -> str:
    """The result for the person who imported, with counts by kind."""
    lines = ["导入完成。" if report.changed_anything else "文件和现有资料一致，没有改动。"]
    for kind, tally in report.tallies.items():
        lines.append(f"{WORDS[kind]}：新增 {tally.added}，修改 {tally.changed}，不变 {tally.same}")
    return "\n".join([*lines, *report.notes])
