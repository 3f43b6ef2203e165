"""Starting and ending processes of ours, and only those."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def announce(port: int) -> None:
    """What a child says when it listens."""
    sys.stdout.write(f"ready {port}\n")
    sys.stdout.flush()


class Process:
    """A child that prints ``ready PORT`` when it listens."""

    def __init__(self, module: str, *arguments: str) -> None:
        self.module = module
        self.arguments = arguments
        self.port = 0
        self._process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    async def start(self, seconds: float = 60.0) -> None:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("DANJU_")}
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            self.module,
            *self.arguments,
            cwd=ROOT,
            stdout=asyncio.subprocess.PIPE,
            env=environment,
        )
        assert self._process.stdout is not None
        async with asyncio.timeout(seconds):
            while True:
                line = (await self._process.stdout.readline()).decode("utf-8", "replace")
                if not line:
                    raise RuntimeError(f"{self.module} ended before it was ready")
                if line.startswith("ready "):
                    self.port = int(line.split()[1])
                    return

    async def kill(self) -> None:
        """SIGKILL, as a power cut would."""
        assert self._process is not None
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()

    async def ended(self, seconds: float) -> bool:
        """Whether it ended by itself within that time."""
        assert self._process is not None
        try:
            async with asyncio.timeout(seconds):
                await self._process.wait()
        except TimeoutError:
            return False
        return True

    async def stop(self, seconds: float = 20.0) -> int:
        """Ask it to end; returns its exit code."""
        assert self._process is not None
        with contextlib.suppress(ProcessLookupError):
            self._process.terminate()
        async with asyncio.timeout(seconds):
            return await self._process.wait()

    async def end(self) -> None:
        """Make sure it is gone, whatever state the test left it in."""
        if self._process is not None and self._process.returncode is None:
            await self.kill()
