"""The body of a worker process: ``python -m bot.workers.child KIND MEMORY_MB``.

Reads jobs from standard input and writes answers to what was standard output; anything a library prints goes to
standard error instead, so it can never corrupt the pipe. Ends when its input closes.
"""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Callable
from importlib import import_module
from typing import Any

from bot.workers import frames

Handler = Callable[[dict[str, Any]], dict[str, Any]]

#: Our kinds by name; any other word is the module that holds ``HANDLERS``.
KINDS = {
    "parser": "bot.workers.parser",
    "press": "bot.workers.press",
}


def main() -> None:
    kind, memory_mb = sys.argv[1], int(sys.argv[2])
    limit_memory(memory_mb)
    source = sys.stdin.buffer
    sink = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    handlers: dict[str, Handler] = import_module(KINDS.get(kind, kind)).HANDLERS
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the service decides when we end
    while (job := frames.read_blocking(source)) is not None:
        sink.write(frames.encode(answer(handlers, job)))
        sink.flush()


def answer(handlers: dict[str, Handler], job: dict[str, Any]) -> dict[str, Any]:
    """The answer to one job; an error of the job becomes an answer too."""
    try:
        return handlers[str(job.pop("op"))](job)
    except MemoryError:
        raise  # the limit: end, and be replaced with a clean heap
    except Exception as error:  # noqa: BLE001  boundary of the process: the service must learn what happened
        where = "".join(traceback.format_exception(error)[-3:])
        return {"error": f"{type(error).__name__}: {error}", "where": where}


def limit_memory(megabytes: int) -> None:
    """Cap the address space. Windows has no such call; there the time limit alone protects."""
    try:
        import resource
    except ImportError:
        return
    size = megabytes * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (size, size))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main()
