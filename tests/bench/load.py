"""``python -m tests.bench.load``: the load generator, a process of its own. Reads one JSON job from standard input,
prints one JSON result: {posted, seconds, latencies_ms: {p50, p99, max}, statuses}."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import aiohttp

from bot.inbound import Inbound, InboundKind


def event(run: str, number: int, text: str, account: str) -> bytes:
    """One event as the wire channel takes it."""
    inbound = Inbound(
        platform="wire",
        event_key=f"{run}:{number}",
        kind=InboundKind.TEXT,
        chat=account,
        sender=account,
        sent_at=datetime.now(UTC),
        text=text,
        message_ref=f"{run}:{number}",
    )
    return inbound.to_json().encode()


async def post_all(job: dict[str, Any]) -> dict[str, Any]:
    """Post ``count`` events, ``at_once`` at a time, from ``accounts`` accounts in turn."""
    texts: list[str] = job["texts"]
    accounts = int(job["accounts"])
    numbers = iter(range(int(job["count"])))
    latencies: list[float] = []
    statuses: Counter[int] = Counter()
    url = job["url"] + "/wire/events"
    pause = float(job.get("pause", 0))
    deadline = time.perf_counter() + float(job.get("seconds", 600))

    async def caller(session: aiohttp.ClientSession) -> None:
        for number in numbers:
            if time.perf_counter() > deadline:
                return
            body = event(job["run"], number, texts[number % len(texts)], f"u{number % accounts}")
            started = time.perf_counter()
            async with session.post(url, data=body) as answer:
                await answer.read()
                statuses[answer.status] += 1
            latencies.append(time.perf_counter() - started)
            if pause:
                await asyncio.sleep(pause)

    connector = aiohttp.TCPConnector(limit=int(job["at_once"]))
    async with aiohttp.ClientSession(connector=connector) as session:
        started = time.perf_counter()
        await asyncio.gather(*(caller(session) for _ in range(int(job["at_once"]))))
        seconds = time.perf_counter() - started
    ordered = sorted(latencies)

    def at(share: float) -> float:
        return round(1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))], 2)

    return {
        "posted": len(ordered),
        "seconds": seconds,
        "latencies_ms": {"p50": at(0.5), "p99": at(0.99), "max": at(1.0)},
        "statuses": {str(status): count for status, count in statuses.items()},
    }


if __name__ == "__main__":
    print(json.dumps(asyncio.run(post_all(json.load(sys.stdin)))))
