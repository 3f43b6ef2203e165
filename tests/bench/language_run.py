"""``python -m tests.bench.language_run``: one reader over one catalogue in a process of its own, on one core.

Reads one JSON job from standard input: {reader: ours|simple, catalog, messages}, both paths. Prints one JSON result:
{ready_s, mean_ms, worst_ms, worst, count, rss_mb, peak_mb, bare_mb}. Times are the thread's processor time, so
other work on the machine does not count; memory is the whole process with what it needs to read messages.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import psutil

TRIES = 3  # of a message that is slow: what interrupts the processor is not the message's


def peak() -> float:
    """The most memory this process has had, in MB. ru_maxrss would be its parent's, were that larger at the fork."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text().partition("VmHWM:")[2].split()[0]) * 1024 / 1e6
    return psutil.Process().memory_info().rss / 1e6


def timed(read: Callable[[dict[str, Any]], object], messages: Iterable[dict[str, Any]]) -> list[tuple[float, str]]:
    """Milliseconds of processor time each, with the beginning of the message."""
    found = []
    for message in messages:
        best = float("inf")
        for _ in range(TRIES):
            started = time.thread_time()
            read(message)
            best = min(best, time.thread_time() - started)
            if best < 0.1:
                break
        found.append((best * 1000, f"{message['id']}: {message['text'][:24]!r} ({len(message['text'])} characters)"))
    return found


def main() -> None:
    job = json.load(sys.stdin)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    bare = psutil.Process().memory_info().rss / 1e6
    read: Callable[[dict[str, Any]], object]
    raw = Path(job["catalog"]).read_text(encoding="utf-8")
    if job["reader"] == "ours":
        from nlp import Lexicon, understand
        from nlp.evaluate import context_of

        catalog = json.loads(raw)
        del raw
        started = time.process_time()
        lexicon = Lexicon.build(catalog)
        ready = time.process_time() - started
        del catalog

        def read(message: dict[str, Any]) -> object:
            return understand(message["text"], context_of(message), lexicon)
    else:
        from tests.bench.language_simple import SimpleReader

        catalog = json.loads(raw)
        started = time.process_time()
        reader = SimpleReader(catalog)
        ready = time.process_time() - started

        def read(message: dict[str, Any]) -> object:
            return reader.read(message["text"])

    messages = json.loads(Path(job["messages"]).read_text(encoding="utf-8"))
    usual = timed(read, messages["usual"][:: 1 if job["reader"] == "ours" else 6])
    odd = timed(read, messages["odd"] if job["reader"] == "ours" else ())
    gc.collect()
    worst = max([*usual, *odd])
    json.dump(
        {
            "ready_s": ready,
            "mean_ms": sum(took for took, _ in usual) / len(usual),
            "worst_ms": worst[0],
            "worst": worst[1],
            "count": len(usual),
            "odd": len(odd),
            "rss_mb": psutil.Process().memory_info().rss / 1e6,
            "peak_mb": peak(),
            "bare_mb": bare,
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main()
