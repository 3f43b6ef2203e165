"""What every test may use: where the browser and Node are, and a loud word at the end about what did not run."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable

import pytest
from hypothesis import HealthCheck, settings

# No test asserts on wall time, and shared machines stall: no deadline. A failure prints the blob that replays it.
# The same cases every time, so that main is red only by a change; DANJU_EXPLORE=1 draws new and more of them.
settings.register_profile(
    "danju", deadline=None, print_blob=True, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("explore", settings.get_profile("danju"), derandomize=False, max_examples=500)
settings.load_profile("explore" if os.environ.get("DANJU_EXPLORE") else "danju")

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
NODE = ("node",)
MISSING = "NOT RUN, a tool is missing: "


def _program(names: Iterable[str], what: str, variable: str) -> str:
    """The path of a program, or a skip that the summary repeats. The variable names one at an unusual place."""
    named = os.environ.get(variable)
    for name in (named,) if named else names:
        found = shutil.which(name)
        if found:
            return found
    return pytest.skip(f"{MISSING}{what}; install it or name it in {variable}")


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of a Chromium for playwright's `executable_path`."""
    return _program(CHROMIUM, "Chromium", "DANJU_TEST_CHROMIUM")


@pytest.fixture(scope="session")
def node() -> str:
    """Path of Node.js."""
    return _program(NODE, "Node.js", "DANJU_TEST_NODE")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly what this machine could not run: a green line must not hide it."""
    reasons: dict[str, int] = {}
    for report in terminalreporter.stats.get("skipped", []):
        text = str(report.longrepr[2]) if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if MISSING in text:
            reason = text.split(MISSING, 1)[1]
            reasons[reason] = reasons.get(reason, 0) + 1
    for reason, count in sorted(reasons.items()):
        terminalreporter.write_line(f"!!! {count} tests did NOT run: {reason}", red=True, bold=True)
