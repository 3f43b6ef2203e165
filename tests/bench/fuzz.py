"""``python -m tests.bench.fuzz [--part wire|language] [--count N] [--seed S] [--first K] [--processes P]``: bad
input by the million: requests, frames and answers on the wire, and messages for the language room; both when no part
is named.

The processes take one share each of the cases ``first`` … ``first + count - 1`` of the seed; what a run reported is
tried again, or a run that was cut short carried on, by naming the same seed and another ``--first``.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.fuzz.language import Fuzz
from tests.fuzz.runner import Run
from tests.support.processes import ROOT

COUNT = {"wire": 2_000_000, "language": 200_000}


def one(part: str, seed: int, first: int, count: int) -> int:
    """One process's share."""
    if part == "language":
        found = Fuzz().run(seed, first, count, lambda line: print(line, flush=True))
        print(found, flush=True)
        return 1 if found.faults or found.cases < count else 0
    folder = Path(tempfile.mkdtemp(prefix="danju-fuzz-"))
    try:
        report = asyncio.run(Run(seed, first, count, lambda line: print(line, flush=True)).run(folder / "data"))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(report, flush=True)
    return 1 if report.faults or report.cases < count else 0


def part(name: str, seed: int, first: int, count: int, processes: int) -> int:
    """All cases of one part, shared by the processes."""
    print(f"{name}: seed {seed}, {count} cases from {first}", flush=True)
    share = -(-count // processes)
    started = time.perf_counter()
    running = [
        subprocess.Popen(
            [
                *(sys.executable, "-m", "tests.bench.fuzz", "--processes", "1", "--seed", str(seed), "--part", name),
                *("--first", str(start), "--count", str(min(share, first + count - start))),
            ],
            cwd=ROOT,
        )
        for start in range(first, first + count, share)
    ]
    codes = [process.wait() for process in running]
    seconds = time.perf_counter() - started
    verdict = "no fault" if not any(codes) else "FAULTS"
    print(f"{name}, seed {seed}: {count} cases in {seconds:.0f} s ({count / seconds:.0f}/s): {verdict}")
    return 1 if any(codes) else 0


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--part", choices=sorted(COUNT))
    parser.add_argument("--count", type=int)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    parts = [options.part] if options.part else list(COUNT)
    if options.processes == 1 and len(parts) == 1:
        return one(parts[0], options.seed, options.first, options.count or COUNT[parts[0]])
    codes = [part(name, options.seed, options.first, options.count or COUNT[name], options.processes) for name in parts]
    return 1 if any(codes) else 0


if __name__ == "__main__":
    sys.exit(main())
