"""Runs cases by seed and judges them. A case is (seed, number): the same two give the same case."""

from __future__ import annotations

import asyncio
import contextlib
import faulthandler
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from tests.fuzz import aftermath, answers, callbacks, connections, pages
from tests.fuzz.ground import CURRENT, Case, Fault, Ground, ground, rss
from tests.fuzz.wire import Line

AT_ONCE = 32
CASE_SECONDS = 60.0  # a stall ends the run; nothing is measured by it
BATCH = 20_000
LATE_TRIES = 5
DEAF_SECONDS = 300  # a loop that turns no more is ended from outside, with a trace
MORE_MB = 250.0  # what a run may add to the memory it had after its first batch


@dataclass(slots=True)
class Report:
    seed: int
    first: int
    cases: int = 0
    seconds: float = 0.0
    by_kind: Counter[str] = field(default_factory=Counter)
    verdicts: Counter[str] = field(default_factory=Counter)
    accepted: Counter[str] = field(default_factory=Counter)
    log_lines: int = 0
    memory: tuple[float, float] = (0.0, 0.0)
    faults: list[str] = field(default_factory=list)

    @property
    def distinct(self) -> list[str]:
        """The faults, each kind once."""
        return list({fault.partition(": ")[2][-200:]: fault for fault in reversed(self.faults)}.values())

    def __str__(self) -> str:
        rate = self.cases / self.seconds if self.seconds else 0.0
        which = f"seed {self.seed}, cases {self.first} to {self.first + self.cases - 1}"
        seen = f"{dict(self.accepted)}; {self.log_lines} log lines without a secret"
        memory = f"{self.memory[0]:.0f} to {self.memory[1]:.0f} MB"
        lines = [
            f"{which}: {self.cases} in {self.seconds:.0f} s ({rate:.0f}/s), {len(self.faults)} faults",
            f"  by kind: {dict(self.by_kind.most_common())}",
            f"  verdicts: {dict(sorted(self.verdicts.items()))}",
            f"  accepted (all validly signed): {seen}; memory {memory}",
        ]
        return "\n".join([*lines, *(f"  FAULT {fault}" for fault in self.distinct[:20])])


Way = Callable[[Random, Ground, Line], Awaitable[str]]


def _posted(make: Callable[[Random], tuple[bytes, bool, bool]], allowed: frozenset[int] = frozenset()) -> Way:
    async def way(chance: Random, found: Ground, line: Line) -> str:
        wire, may, broken = make(chance)
        case = CURRENT.get()
        assert case is not None
        case.may = may
        if broken:  # on a connection of its own: what comes of it may come later
            CURRENT.set(Case(case.name, may))
            line = found.line()
        answer = await line.ask(wire, broken=broken)
        for _ in range(LATE_TRIES):
            if answer.status != 503 or b"not stored in time" not in answer.body:
                break
            answer = await line.ask(wire)  # a disk that took seconds for a commit; the platform sends it again
        if answer.status >= 500 and answer.status not in allowed:
            raise Fault(f"{answer.status} for {wire[:1500]!r}: {answer.body[:300]!r}")
        return str(answer.status)

    return way


def _beside(make: Callable[[Random, Ground], Awaitable[str]]) -> Way:
    async def way(chance: Random, found: Ground, _line: Line) -> str:
        case = CURRENT.get()
        assert case is not None
        CURRENT.set(Case(case.name, may=True))  # the connection itself was let in by id and secret
        return await make(chance, found)

    return way


class Run:
    """One process's share."""

    def __init__(self, seed: int, first: int, count: int, say: Callable[[str], None] = lambda _line: None) -> None:
        self.report = Report(seed, first)
        self._numbers = iter(range(first, first + count))
        self._count = count
        self._say = say

    async def run(self, data: Path) -> Report:
        faulthandler.dump_traceback_later(DEAF_SECONDS, exit=True)
        async with ground(data) as found:
            ways = self._ways(found)
            started = time.perf_counter()
            report = self.report
            while report.cases < self._count and len(report.distinct) < 20:
                await self._batch(found, ways)
                with self._blamed():
                    await found.tidy()
                report.faults += found.faults()
                report.seconds = time.perf_counter() - started
                now = rss()
                if not report.memory[0]:
                    report.memory = (now, now)
                report.memory = (report.memory[0], max(report.memory[1], now))
                self._say(f"{report.cases} cases, {report.cases / report.seconds:.0f}/s, {now:.0f} MB")
                faulthandler.dump_traceback_later(DEAF_SECONDS, exit=True)
            with self._blamed():
                await aftermath.still_answers(found)
            report.faults += found.faults()
            report.accepted, report.log_lines = found.accepted, found.watch.lines
            if report.memory[1] - report.memory[0] > MORE_MB:
                report.faults.append(f"memory grew from {report.memory[0]:.0f} to {report.memory[1]:.0f} MB")
        faulthandler.cancel_dump_traceback_later()
        return self.report

    def _ways(self, found: Ground) -> tuple[list[int], list[tuple[str, Way]]]:
        child = connections.Child()
        odd = answers.Answers(found)
        weighted: list[tuple[int, str, Way]] = [
            (18, "feishu webhook", _posted(callbacks.feishu)),
            (18, "wecom callback", _posted(callbacks.wecom)),
            (18, "wecom bot frame", _beside(connections.bot)),
            (12, "feishu pipe frame", _beside(connections.feishu_frame)),
            (12, "feishu protobuf frame", _beside(child.frame_case)),
            (6, "pipe bytes", _beside(connections.pipe)),
            (6, "bot file", _beside(connections.sealed_file)),
            (6, "platform answer", _beside(odd.case)),
            (4, "page, console, control", _posted(pages.Pages(found).make)),
        ]
        weights: list[int] = []
        total = 0
        for weight, _name, _way in weighted:
            total += weight
            weights.append(total)
        return weights, [(name, way) for _weight, name, way in weighted]

    async def _batch(self, found: Ground, ways: tuple[list[int], list[tuple[str, Way]]]) -> None:
        stop = self.report.cases + BATCH
        await asyncio.gather(*(self._worker(found, ways, stop) for _ in range(AT_ONCE)))

    async def _worker(self, found: Ground, ways: tuple[list[int], list[tuple[str, Way]]], stop: int) -> None:
        line = found.line()
        case = Case("")  # one for all: what serves the connection was begun with it
        weights, all_ways = ways
        report = self.report
        while report.cases < stop:
            number = next(self._numbers, None)
            if number is None:
                break
            report.cases += 1
            chance = Random(f"{report.seed}:{number}")
            at = chance.randrange(weights[-1])
            name, way = next(one for weight, one in zip(weights, all_ways, strict=True) if at < weight)
            report.by_kind[name] += 1
            case.name, case.may = f"case {report.seed}:{number} ({name})", False
            CURRENT.set(case)
            verdict = "fault"
            with self._blamed():
                async with asyncio.timeout(CASE_SECONDS):
                    verdict = await way(chance, found, line)
            report.verdicts[f"{name}: {verdict}"] += 1
        line.close()

    @contextlib.contextmanager
    def _blamed(self):  # type: ignore[no-untyped-def]
        try:
            yield
        except Exception as error:  # noqa: BLE001  boundary of one case: the verdict on it is a fault
            case = CURRENT.get()
            where = _where(error)
            self.report.faults.append(f"{case.name if case else ''}: {type(error).__name__}: {error!s:.2000} {where}")


def _where(error: BaseException) -> str:
    trace, last = error.__traceback__, ""
    while trace is not None:
        last += f" {Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
        trace = trace.tb_next
    return f"at{last}"
