"""Area ``wire``: what real endpoints, clicks beside slow pictures, and connections that only wait cost."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import psutil
from aiohttp import web

from bot.simulator.feishu.config import FeishuConfig
from bot.simulator.feishu.platform import FeishuSim
from bot.simulator.parts import Message, Pace, Platform, Shown
from bot.simulator.server import Simulator
from bot.simulator.wecom.app import WecomSim
from bot.simulator.wecom.bot import BotSim
from bot.simulator.wecom.config import BotConfig, WecomConfig
from tests.bench import wire_bodies
from tests.bench.figures import Figure, at_least, at_most, below
from tests.bench.main import SAMPLE_ORDERS
from tests.support import platforms_audit
from tests.support.platforms_service import account
from tests.support.processes import ROOT, Process

RUNS = 5
ACKS = 3000
AT_ONCE = 32
CLICK_ROUNDS, CLICKERS, CLICKS_AT_ONCE = 6, 20, 4  # people of each platform, whose pictures hang at the same time
SETTLE_SECONDS = 60.0
IDLE_SECONDS = 30.0
ORDER = "永兴建材店：\nM8*30镀锌螺丝 10个\n明天送"  # so little that the sample firm's stock lasts
PICTURE = b"\xff\xd8\xff\xe0" + bytes(2000)


async def run_json(*arguments: str, given: Any = None) -> Any:
    """Run a module and read the JSON it prints last."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", *arguments, cwd=ROOT, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate(json.dumps(given).encode())
    return json.loads(out.splitlines()[-1])


@asynccontextmanager
async def service(settings: dict[str, Any], people: int, *arguments: str) -> AsyncIterator[Process]:
    """The real service with its real channels on a fresh data directory, ended at the end."""
    folder = Path(tempfile.mkdtemp(prefix="danju-bench-", dir=os.environ.get("DANJU_BENCH_DIR")))
    words = ("--data", str(folder), "--people", str(people), "--settings", json.dumps(settings), *arguments)
    one = Process("tests.support.platforms_service", *words)
    try:
        await one.start(300)
        yield one
    finally:
        await one.end()
        shutil.rmtree(folder, ignore_errors=True)


# -- acknowledgements --------------------------------------------------------------------------------------------------


async def load(**job: Any) -> float:
    """Events acknowledged a second."""
    found = await run_json("tests.bench.wire_bare", "load", given=job)
    if set(found["statuses"]) != {"200"}:
        raise RuntimeError(f"answers other than 200: {found['statuses']}")
    return float(found["posted"] / found["seconds"])


async def acks() -> list[Figure]:
    """feishu_signed_acks, wecom_signed_acks."""
    bare = Process("tests.bench.wire_bare")
    await bare.start()
    figures = []
    try:
        async with service(wire_bodies.SETTINGS, 1, "--hold") as held:
            for platform in wire_bodies.MAKERS:
                plain, ours = [], []
                for run in range(RUNS + 1):  # the first of each warms up and does not count
                    job = {"platform": platform, "count": ACKS, "at_once": AT_ONCE, "texts": SAMPLE_ORDERS}
                    found = await load(url=bare.url, **job), await load(url=held.url, **job)
                    if run:
                        plain.append(found[0])
                        ours.append(found[1])
                ratio = statistics.median(one / other for one, other in zip(ours, plain, strict=True))
                rates = f"bare {statistics.median(plain):.0f}/s, ours {statistics.median(ours):.0f}/s"
                figures.append(at_least("wire", f"{platform}_signed_acks", ratio, "ratio", 0.4, rates))
    finally:
        await bare.end()
    return figures


# -- both platforms ----------------------------------------------------------------------------------------------------


async def until(holds: Callable[[], bool]) -> None:
    """Wait for something that happens in this process or another."""
    async with asyncio.timeout(SETTLE_SECONDS):
        while not holds():  # noqa: ASYNC110  what happens there sets no event here
            await asyncio.sleep(0.02)


class Slow:
    """Downloads that hang until they are let go."""

    def __init__(self) -> None:
        self.hanging = 0
        self._go = asyncio.Event()

    def routes(self, routes: list[web.RouteDef]) -> list[web.RouteDef]:
        return [
            web.route(one.method, one.path, self._held(one.handler), **one.kwargs)
            if "/resources/" in one.path or one.path.endswith("media/get")
            else one
            for one in routes
        ]

    async def all_hang(self, count: int) -> None:
        await until(lambda: self.hanging >= count)

    async def let_go(self) -> None:
        self._go.set()
        await until(lambda: not self.hanging)
        self._go.clear()

    def _held(self, handler: Any) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def held(request: web.Request) -> web.StreamResponse:
            self.hanging += 1
            try:
                await self._go.wait()
            finally:
                self.hanging -= 1
            answer: web.StreamResponse = await handler(request)
            return answer

        return held


class Seen:
    """What one platform's users see: where 确认 can be pressed, and when a card changed."""

    def __init__(self, platform: str) -> None:
        self.shown = Shown(platform, self._look)
        self.confirm: dict[str, tuple[str, str]] = {}  # chat → (card, token)
        self._changes: dict[str, asyncio.Event] = {}

    def changed(self, ref: str) -> asyncio.Event:
        """Set when that card shows something else."""
        return self._changes.setdefault(ref, asyncio.Event())

    def _look(self, message: Message) -> None:
        if message.sender != "bot":
            return
        token = dict(platforms_audit.buttons(message.body)).get("确认")
        if token is not None:
            self.confirm[message.chat] = (message.ref, token)
        if message.ref in self._changes:
            self._changes[message.ref].set()


class Platforms:
    """Feishu, WeCom's app and its bot on loopback, without limits."""

    def __init__(self, mode: str, people: int) -> None:
        names = {
            name: {account(name, n): f"业务{n}" for n in range(people)} for name in ("feishu", "wecom", "wecombot")
        }
        self.slow = Slow()
        pace = Pace(limits=False)
        self.seen = {name: Seen(name) for name in names}
        config = FeishuConfig(mode="webhook" if mode == "webhook" else "ws")
        self.feishu = FeishuSim(config, users=names["feishu"], pace=pace, shown=self.seen["feishu"].shown)
        self.wecom = WecomSim(WecomConfig(), users=names["wecom"], pace=pace, shown=self.seen["wecom"].shown)
        self.bot = BotSim(BotConfig(), users=names["wecombot"], pace=pace, shown=self.seen["wecombot"].shown)
        for one in (self.feishu, self.wecom):
            vars(one)["routes"] = partial(self.slow.routes, one.routes())
        self.simulator = Simulator(self.feishu, self.wecom, self.bot)

    def settings(self) -> dict[str, Any]:
        told = self.simulator.environment()
        return {name.removeprefix("DANJU_").lower(): value for name, value in told.items()}

    def point_at(self, one: Process) -> None:
        self.feishu.config.callback_url = f"{one.url}/feishu/events"
        self.wecom.config.callback_url = f"{one.url}/wecom/callback"


# -- clicks ------------------------------------------------------------------------------------------------------------


async def clicks() -> Figure:
    """click_answer_p99: from the tap until the person sees an answer — Feishu's toast and card in the response, WeCom's
    changed card — while a picture in the same chat is still being fetched."""
    platforms = Platforms("webhook", CLICK_ROUNDS * CLICKERS)
    await platforms.simulator.start()
    taken: dict[str, list[float]] = {"feishu": [], "wecom": []}
    sims: dict[str, Platform] = {"feishu": platforms.feishu, "wecom": platforms.wecom}
    settings = {name: value for name, value in platforms.settings().items() if not name.startswith("wecom_bot")}
    try:
        async with service(settings, CLICK_ROUNDS * CLICKERS) as one:
            platforms.point_at(one)
            for first in range(0, CLICK_ROUNDS * CLICKERS, CLICKERS):
                who = [(name, account(name, n)) for n in range(first, first + CLICKERS) for name in sims]
                chats = {at: platforms.feishu.direct_chat(at[1]) if at[0] == "feishu" else at[1] for at in who}
                await asyncio.gather(*(sims[name].say(person, ORDER) for name, person in who))
                await until(lambda: all(chats[at] in platforms.seen[at[0]].confirm for at in who))  # noqa: B023  awaited here
                await asyncio.gather(*(sims[name].send_file(person, "单.jpg", PICTURE) for name, person in who))
                await platforms.slow.all_hang(len(who))
                await asyncio.sleep(0.5)  # cards have come to rest
                left = iter(who)

                async def clicker() -> None:
                    for at in left:  # noqa: B023  one iterator shared by the clickers of this round
                        taken[at[0]].append(await _click(platforms, sims[at[0]], at[1], chats[at]))  # noqa: B023

                await asyncio.gather(*(clicker() for _ in range(CLICKS_AT_ONCE)))
                await platforms.slow.let_go()
            await one.stop()
    finally:
        await platforms.simulator.stop()
    ordered = {name: sorted(found) for name, found in taken.items()}
    p99 = max(found[int(0.99 * len(found))] for found in ordered.values())
    halves = ", ".join(f"{name} p50 {statistics.median(found):.0f}" for name, found in ordered.items())
    number = sum(map(len, ordered.values()))
    return below("wire", "click_answer_p99", p99, "ms", 500, f"{number} clicks, {2 * CLICKERS} pictures hang; {halves}")


async def _click(platforms: Platforms, sim: Platform, person: str, chat: str) -> float:
    """Milliseconds until the answer."""
    ref, token = platforms.seen[sim.name].confirm[chat]
    changed = platforms.seen[sim.name].changed(ref)
    changed.clear()
    started = time.perf_counter()
    answer = await sim.click(person, ref, token)
    if answer.error:
        raise RuntimeError(f"{sim.name} shows an error: {answer.error}")
    if sim.name == "wecom":
        async with asyncio.timeout(SETTLE_SECONDS):
            await changed.wait()
    elif not answer.toast or "处理中" in answer.toast:
        raise RuntimeError(f"no answer in the response: {answer.toast!r}")
    return (time.perf_counter() - started) * 1000


# -- doing nothing -----------------------------------------------------------------------------------------------------


async def idle() -> list[Figure]:
    """idle_cpu, feishu_child_memory: both long connections up, nobody says anything."""
    platforms = Platforms("ws", 1)
    await platforms.simulator.start()
    settings = {name: value for name, value in platforms.settings().items() if "wecom_bot" in name or "feishu" in name}
    try:
        async with service(settings, 1) as one:
            await until(lambda: bool(platforms.feishu.gateway.connections and platforms.bot.courier.live))
            await asyncio.sleep(5.0)  # what the start left to be done
            family = [psutil.Process(one.pid), *psutil.Process(one.pid).children(recursive=True)]
            before = {process.pid: _cpu(process) for process in family}
            started = time.perf_counter()
            await asyncio.sleep(IDLE_SECONDS)
            seconds = time.perf_counter() - started
            used = {process.pid: _cpu(process) - before[process.pid] for process in family}
            child = next(process for process in family if "bot.feishu.child" in process.cmdline())
            memory = child.memory_info().rss / 1e6
            await one.stop()
    finally:
        await platforms.simulator.stop()
    percent = {pid: 100 * spent / seconds for pid, spent in used.items()}
    shares = f"service {percent[one.pid]:.2f}, Feishu's child {percent[child.pid]:.2f}, {len(family)} processes"
    return [
        below("wire", "idle_cpu", sum(percent.values()), "%", 1, shares),
        at_most("wire", "feishu_child_memory", memory, "MB", 220, "RSS, connected"),
    ]


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


async def imported() -> Figure:
    """lark_imported_without_ws: Feishu by webhook brings none of the vendors' clients along. Without Feishu WeCom's app
    brings ``requests``, which wechatpy imports with itself, and nothing else."""
    feishu = await run_json("tests.bench.wire_bare", "modules", "feishu")
    wecom = await run_json("tests.bench.wire_bare", "modules", "wecom")
    found = [*feishu, *(name for name in wecom if name != "requests")]
    return at_most("wire", "lark_imported_without_ws", len(found), "count", 0, ", ".join(found) or "none of four")


async def measure() -> list[Figure]:
    return [*await acks(), await clicks(), *await idle(), await imported()]
