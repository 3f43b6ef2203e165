"""``python -m tests.bench.crash``: first a hundred kills on the bare wire, in runs of twenty with a seed each; then ten
minutes of everything at once on both simulated platforms. ``SEED`` replays one run; ``ONLY=wire`` or ``ONLY=platforms``
picks one part; ``SECONDS`` sets the length of the second."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from pathlib import Path

from tests.support.crash import CrashRun
from tests.support.platforms_run import PlatformsRun

RUNS, KILLS = 5, 20
SECONDS = 600.0
SHOWN_FAULTS = 20


def wire(seeds: range) -> int:
    """Kills on the bare wire; returns the number of faults."""
    faults = kills = acknowledged = 0
    for seed in seeds:
        with tempfile.TemporaryDirectory(prefix="danju-crash-") as folder:
            report = asyncio.run(CrashRun(Path(folder), seed, conversations=6).run(KILLS))
        print(report, flush=True)
        for fault in report.faults[:SHOWN_FAULTS]:
            print("   ", fault)
        faults += len(report.faults)
        kills += report.kills
        acknowledged += report.acknowledged
    print(f"{kills} kills, {acknowledged} events acknowledged, {faults} faults", flush=True)
    return faults


def platforms(seed: int, seconds: float) -> int:
    """Everything at once; returns the number of faults. What it leaves is kept when there are any."""
    folder = Path(tempfile.mkdtemp(prefix="danju-platforms-"))
    report = asyncio.run(PlatformsRun(folder, seed).run(seconds))
    print(f"{seconds:.0f} s of everything at once, 50 conversations per platform\n{report}", flush=True)
    for fault in report.faults[:SHOWN_FAULTS]:
        print("   ", fault)
    if report.faults:
        print(f"    kept: {folder}")
    return len(report.faults)


def main() -> int:
    first = int(os.environ.get("SEED", "1"))
    runs = 1 if "SEED" in os.environ else RUNS
    only = os.environ.get("ONLY", "")
    faults = wire(range(first, first + runs)) if only in ("", "wire") else 0
    if only in ("", "platforms"):
        faults += platforms(first, float(os.environ.get("SECONDS", SECONDS)))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
