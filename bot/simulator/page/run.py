"""Running the simulator with its page until the process is told to end."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from bot.simulator.page.server import Page
from bot.simulator.recorder import Recorder
from bot.simulator.session import Session


async def run(
    folder: Path,
    *,
    port: int,
    seed: int,
    profile: str,
    mode: str,
    record: Path | None,
    announce: Callable[[str, str], None],
) -> None:
    """Start everything, tell the page's and the console's address, end cleanly on Ctrl-C.

    Raises:
        DanjuError: it may not or cannot run; the text says why.
    """
    end = asyncio.Event()
    _on_signals(end)
    session = Session(folder, seed=seed, profile=profile, mode=mode)
    recorder = Recorder(session) if record is not None else None
    await session.start()
    page = Page(session)
    try:
        url = await page.start(port)
        announce(url, f"{session.service.url}/")
        await end.wait()
        if recorder is not None and record is not None:
            await session.settle()
            text = recorder.finish()
            await asyncio.to_thread(record.write_text, text, encoding="utf-8")
    finally:
        await page.stop()
        await session.stop()


def _on_signals(end: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    if sys.platform == "win32":
        for name in (signal.SIGINT, signal.SIGTERM, signal.SIGBREAK):
            signal.signal(name, lambda *_: loop.call_soon_threadsafe(end.set))
    else:
        for name in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(name, end.set)
