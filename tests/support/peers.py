"""Clients of the platforms that others wrote, in Node: installed from their lock file when a test first wants them."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parent.parent / "peers"
INSTALL_SECONDS = 300
MISSING = "NOT RUN, a tool is missing: "  # what tests/conftest.py looks for, to say it again at the end


def folder() -> Path:
    """The folder with ``node_modules`` in it; skips the test, loudly, where there is no Node or npm."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip(f"{MISSING}Node.js with npm; the peers written by others were not asked")
    lock = (FOLDER / "package-lock.json").read_bytes()
    wanted = hashlib.sha256(lock).hexdigest()
    stamp = FOLDER / "node_modules" / ".danju-lock"
    with _alone():
        if not stamp.is_file() or stamp.read_text(encoding="ascii") != wanted:
            _install(npm)
            stamp.write_text(wanted, encoding="ascii")
    return FOLDER


def _install(npm: str) -> None:
    done = subprocess.run(
        [npm, "ci", "--ignore-scripts"],
        cwd=FOLDER,
        capture_output=True,
        check=False,
        text=True,
        timeout=INSTALL_SECONDS,
    )
    if done.returncode != 0:
        raise AssertionError(f"npm ci failed:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")


@contextmanager
def _alone() -> Iterator[None]:
    """Tests run in several processes; one of them installs. What a killed one left is taken over after a while."""
    sign = FOLDER / ".installing"
    deadline = time.monotonic() + INSTALL_SECONDS
    while time.monotonic() < deadline:
        try:
            sign.mkdir()
            break
        except FileExistsError:
            time.sleep(0.1)
    try:
        yield
    finally:
        with suppress(FileNotFoundError):
            sign.rmdir()


def command(script: str, *arguments: str) -> list[str]:
    """The command that runs one of our scripts in ``tests/peers`` with Node."""
    where = folder()
    node = shutil.which("node")
    assert node is not None
    return [node, str(where / script), *arguments]


def environment() -> dict[str, str]:
    """Loopback only, whatever proxies the machine has."""
    blocked = {"http_proxy", "https_proxy", "all_proxy"}
    return {name: value for name, value in os.environ.items() if name.lower() not in blocked}
