"""Running a service as a process: until it is told to end."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Callable

from bot.service import Service


async def serve(service: Service, on_started: Callable[[Service], None]) -> None:
    """Run a service until the process is told to end."""
    # The loop shares the interpreter with the writer and the readers. With the default of 5 ms each of them may keep an
    # acknowledgement waiting for so long, one after the other.
    sys.setswitchinterval(0.0005)
    loop = asyncio.get_running_loop()
    end = asyncio.Event()
    if sys.platform == "win32":
        for name in (signal.SIGINT, signal.SIGTERM, signal.SIGBREAK):  # SIGBREAK: Ctrl-Break, and a task that is ended
            signal.signal(name, lambda *_: loop.call_soon_threadsafe(end.set))
    else:
        for name in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(name, end.set)
    await service.start()
    try:
        on_started(service)
        await end.wait()
    finally:
        await service.stop()
