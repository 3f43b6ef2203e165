"""``python -m tests.bench.fuzz [--count N] [--seed S] [--first K] [--processes P]``: bad input by the million.

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

from tests.fuzz.runner import Run
from tests.support.processes import ROOT

COUNT = 2_000_000


def one(seed: int, first: int, count: int) -> int:
    folder = Path(tempfile.mkdtemp(prefix="danju-fuzz-"))
    try:
        report = asyncio.run(Run(seed, first, count, lambda line: print(line, flush=True)).run(folder / "data"))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(report, flush=True)
    return 1 if report.faults or report.cases < count else 0


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=COUNT)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    if options.processes == 1:
        return one(options.seed, options.first, options.count)
    print(f"seed {options.seed}, {options.count} cases from {options.first}", flush=True)
    share = -(-options.count // options.processes)
    started = time.perf_counter()
    running = [
        subprocess.Popen(
            [
                *(sys.executable, "-m", "tests.bench.fuzz", "--processes", "1", "--seed", str(options.seed)),
                *("--first", str(first), "--count", str(min(share, options.first + options.count - first))),
            ],
            cwd=ROOT,
        )
        for first in range(options.first, options.first + options.count, share)
    ]
    codes = [process.wait() for process in running]
    seconds = time.perf_counter() - started
    verdict = "no fault" if not any(codes) else "FAULTS"
    print(f"seed {options.seed}: {options.count} cases in {seconds:.0f} s ({options.count / seconds:.0f}/s): {verdict}")
    return 1 if any(codes) else 0


if __name__ == "__main__":
    sys.exit(main())
