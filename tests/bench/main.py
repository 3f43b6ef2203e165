"""Area ``main``: what it costs to lose nothing, and how many whole order messages a second come through."""

from __future__ import annotations

import asyncio
import csv
import json
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import cycle
from pathlib import Path
from typing import Any

import aiohttp
import psutil

from tests.bench.figures import Figure, at_least, at_most, below
from tests.support.audit import order_violations
from tests.support.big_catalog import HEADS
from tests.support.processes import ROOT, Process

RUNS = 5
ACKS = 4000
ORDERS = 1200
AT_ONCE = 32

BODIES = (
    "：\nM8*30镀锌螺丝 5盒\nM6*20镀锌螺丝 3盒\n明天送",
    "要M8*40镀锌螺丝10盒，M6*30镀锌螺丝2盒",
    " M8*30镀锌螺丝 20盒 单价14.5",
    "来M6*20镀锌螺丝 4盒 周五送",
    "：M8*30镀锌螺丝 1箱",
)
ACCOUNTS = 400


def customers() -> list[str]:
    """The sample firm's customers by their full names, which nobody else bears."""
    with (ROOT / "bot" / "sample" / "data" / "customers.csv").open(encoding="utf-8") as file:
        return [row["名称"] for row in csv.DictReader(file)]


SAMPLE_ORDERS = tuple(name + body for body in BODIES for name in customers())


def big_orders() -> tuple[str, ...]:
    """Orders for the big catalogue, each of two lines."""
    return tuple(
        f"{name}：\n{head} M{size}*46 镀锌 {number % 20 + 1}盒\n{head} M{size}*51 镀锌 2盒\n明天送"
        for number, (name, head, size) in enumerate(
            zip(customers() * 5, cycle(HEADS[:5]), cycle((3, 4, 5, 6, 8, 10, 12)), strict=False)
        )
    )


async def load(**job: Any) -> dict[str, Any]:
    """Run the load generator once."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.bench.load",
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await process.communicate(json.dumps(job).encode())
    result: dict[str, Any] = json.loads(out)
    bad = {status: count for status, count in result["statuses"].items() if status != "200"}
    if bad:
        raise RuntimeError(f"answers other than 200: {bad}")
    return result


@asynccontextmanager
async def service(*arguments: str) -> AsyncIterator[tuple[Process, Process, Path]]:
    """A sink and a service on a fresh data directory, both ended at the end."""
    folder = Path(tempfile.mkdtemp(prefix="danju-bench-", dir=os.environ.get("DANJU_BENCH_DIR")))
    sink = Process("tests.support.sink")
    await sink.start()
    one = Process("tests.support.wire_service", "--data", str(folder), "--sink", sink.url + "/take", *arguments)
    try:
        await one.start(300)
        yield one, sink, folder
    finally:
        await one.end()
        await sink.end()
        shutil.rmtree(folder, ignore_errors=True)


async def acks() -> list[Figure]:
    """durable_acks, ack_p99."""
    bare = Process("tests.bench.bare")
    await bare.start()
    durable, plain, p99 = [], [], []
    try:
        async with service("--hold") as (held, _sink, _folder):
            for run in range(RUNS + 1):  # the first of each warms up and does not count
                job = {"count": ACKS, "at_once": AT_ONCE, "accounts": 50, "texts": SAMPLE_ORDERS, "run": f"a{run}"}
                theirs = await load(url=bare.url, **job)
                ours = await load(url=held.url, **job)
                if run:
                    plain.append(theirs["posted"] / theirs["seconds"])
                    durable.append(ours["posted"] / ours["seconds"])
                    p99.append(ours["latencies_ms"]["p99"])
    finally:
        await bare.end()
    ratio = statistics.median(ours / theirs for ours, theirs in zip(durable, plain, strict=True))
    yardstick = f"bare aiohttp handler, {statistics.median(plain):.0f}/s"
    return [
        at_least("main", "durable_acks", ratio, "ratio", 0.5, yardstick),
        at_least("main", "durable_acks_per_s", statistics.median(durable), "/s", 1000, yardstick),
        below("main", "ack_p99", statistics.median(p99), "ms", 100, f"{AT_ONCE} at once"),
    ]


async def orders(name: str, reach: float, texts: tuple[str, ...], *arguments: str) -> tuple[list[Figure], int]:
    """Event → parsed → draft → card sent, for ``ORDERS`` messages of 400 conversations; and the order violations
    seen."""
    async with service(*arguments) as (one, _sink, folder):
        rates = []
        job = {"url": one.url, "at_once": 8, "accounts": ACCOUNTS, "texts": texts}
        for run in range(3):
            count = 200 if run == 0 else ORDERS
            started = time.perf_counter()
            await load(count=count, run=f"o{run}", **job)
            await settled(one)
            if run:
                rates.append(count / (time.perf_counter() - started))
        parsing = await load(count=1500, run="p", pause=0.01, **{**job, "at_once": AT_ONCE})
        await settled(one)
        await one.stop()
        violations = order_violations(folder / "danju.db")
    figures = [
        at_least(
            "main", name, statistics.median(rates), "/s", reach, f"{ACCOUNTS} conversations, card received by a sink"
        )
    ]
    if name.endswith("sample"):
        p99 = parsing["latencies_ms"]["p99"]
        figures.append(below("main", "ack_p99_parsing", p99, "ms", 100, f"{AT_ONCE} at once, orders being parsed"))
    return figures, violations


async def settled(one: Process) -> None:
    """Wait until nothing is in work and nothing is left to send."""
    calm = 0
    async with aiohttp.ClientSession() as session:
        while calm < 2:
            async with session.get(one.url + "/metrics") as answer:
                lines = dict(line.rsplit(" ", 1) for line in (await answer.text()).splitlines() if line[:1] != "#")
            calm = calm + 1 if float(lines["danju_in_work"]) + float(lines["danju_sending"]) == 0 else 0
            await asyncio.sleep(0.01)


async def starting() -> list[Figure]:
    """start_ready: from the command to the first order answered without waiting; memory_all after 100 orders."""
    times, memory = [], 0.0
    async with service() as (one, _sink, _folder):
        await one.stop()
        for _ in range(RUNS):
            started = time.perf_counter()
            await one.start()
            times.append(time.perf_counter() - started)
            if len(times) < RUNS:
                await one.stop()
        await load(url=one.url, count=100, at_once=8, accounts=20, texts=SAMPLE_ORDERS, run="m")
        await settled(one)
        root = psutil.Process(one.pid)
        memory = sum(process.memory_info().rss for process in [root, *root.children(recursive=True)]) / 1e6
        await one.stop()
    return [
        at_most("main", "start_ready", statistics.median(times), "s", 2.5, "second start, catalogue loaded"),
        at_most("main", "memory_all", memory, "MB", 240, "service and children, after 100 orders"),
    ]


async def measure() -> list[Figure]:
    figures = await acks()
    sample, violations = await orders("order_messages_sample", 80, SAMPLE_ORDERS)
    big, more = await orders("order_messages_20k", 40, big_orders(), "--products", "20000")
    figures += [*sample, *big, at_most("main", "draft_order_violations", violations + more, "count", 0)]
    return figures + await starting()
