"""``python -m tests.bench.crash``: a hundred kills, in runs of twenty with a seed each. ``SEED`` replays one run."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from pathlib import Path

from tests.support.crash import CrashRun

RUNS, KILLS = 5, 20


def main() -> int:
    first = int(os.environ.get("SEED", "1"))
    runs = 1 if "SEED" in os.environ else RUNS
    faults = kills = acknowledged = 0
    for seed in range(first, first + runs):
        with tempfile.TemporaryDirectory(prefix="danju-crash-") as folder:
            report = asyncio.run(CrashRun(Path(folder), seed, conversations=6).run(KILLS))
        print(report, flush=True)
        for fault in report.faults[:20]:
            print("   ", fault)
        faults += len(report.faults)
        kills += report.kills
        acknowledged += report.acknowledged
    print(f"{kills} kills, {acknowledged} events acknowledged, {faults} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
