"""Bad input on every public route and frame; see tests/fuzz. The long run is ``python -m tests.bench.fuzz``."""

from __future__ import annotations

import subprocess
import sys

from tests.support.processes import ROOT

CASES = 20_000
SEED = 3


def test_twenty_thousand_odd_requests_frames_and_answers() -> None:
    """In a process of its own: it imports lark-oapi, and watches the log and the memory of a whole process."""
    words = ["--processes", "1", "--seed", str(SEED), "--count", str(CASES)]
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.fuzz", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    sys.stdout.write(done.stdout)
    assert done.returncode == 0, (done.stdout + done.stderr)[-6000:]
    assert f"{CASES} in" in done.stdout
    assert "0 faults" in done.stdout
