"""A seeded run under load with SIGKILLs: orders, additions, corrections and confirmations from many conversations,
some sent twice, some put in line again while they are handled, some out of order, the receiver losing some of its
answers, the service killed at random moments or dying at chosen instants (``tests.support.dying``), and started again.

At the end everything that was acknowledged must have had exactly one outcome; see ``tests.support.audit``.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp

from bot.inbound import Inbound, InboundKind
from tests.support import audit
from tests.support.dying import POINTS
from tests.support.processes import Process
from tests.support.wire_channel import PLATFORM

GOODS = ("M8*30镀锌螺丝", "M6*20镀锌螺丝", "M8*40镀锌螺丝", "M6*30镀锌螺丝")
CUSTOMERS = ("永兴建材店", "诚工装饰工程队", "鑫源钢构厂", "城东张记水暖")
ACCOUNTS = 400  # bound by the service
STAYS = 0.2  # how often a salesperson goes straight on to a next order; that may raise a question
DUPLICATES, AGAIN, REORDERED, LOST_ANSWERS = 0.2, 0.1, 0.25, 0.05
OWN_DEATH_SECONDS = 5.0  # later than that it is killed like the others
REST_SECONDS = 90.0  # by then everything is acknowledged, handled and sent; a hang is a fault


@dataclass(slots=True)
class Report:
    """What a run did and found."""

    seed: int
    kills: int = 0
    own_deaths: int = 0  # of these, at a chosen instant
    acknowledged: int = 0
    refused: int = 0
    clicks: int = 0
    documents: int = 0  # how many the messages became
    confirmed: int = 0
    repeated_sends: int = 0
    faults: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        verdict = "nothing lost, nothing doubled" if not self.faults else f"{len(self.faults)} FAULTS"
        return (
            f"seed {self.seed}: {self.kills} kills ({self.own_deaths} at chosen instants),"
            f" {self.acknowledged} events acknowledged, {self.refused} posts unanswered and sent again,"
            f" {self.clicks} clicks, {self.documents} documents, {self.confirmed} confirmed,"
            f" {self.repeated_sends} sends repeated under their key: {verdict}"
        )


def orders(chance: random.Random) -> Iterator[list[str]]:
    """What salespeople say, order by order: each a few messages."""
    while True:
        customer, (first, second) = chance.choice(CUSTOMERS), chance.sample(GOODS, 2)
        said = [f"{customer} {first} {chance.randint(1, 9)}盒"]
        if chance.random() < 0.6:
            said.append(f"再加{second} {chance.randint(1, 5)}盒")
        if chance.random() < 0.5:
            said.append(f"第1行改成{chance.randint(1, 9)}盒")
        yield said


class CrashRun:
    """One run; ``await run(...)`` gives its report."""

    def __init__(self, folder: Path, seed: int, conversations: int = 12) -> None:
        self.folder = folder
        self.chance = random.Random(seed)
        self.report = Report(seed)
        self.conversations = conversations
        self.sink = Process("tests.support.sink")
        self.posted: dict[str, str] = {}  # event key → its words
        self.acknowledged: set[str] = set()
        self.clicked: set[str] = set()
        self._service: Process | None = None
        self._up = asyncio.Event()
        self._session: aiohttp.ClientSession
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self, kills: int, between: tuple[float, float] = (0.3, 2.0)) -> Report:
        await self.sink.start()
        try:
            async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=15)) as self._session:
                await self._start(self._instant(0))
                talking = [asyncio.create_task(self._talk(number)) for number in range(self.conversations)]
                clicking = asyncio.create_task(self._click())
                for number in range(1, kills + 1):
                    await self._end_service(self.chance.uniform(*between))
                    await self._start(self._instant(number) if number < kills else "")
                await asyncio.sleep(1.0)
                for task in [*talking, clicking]:
                    task.cancel()
                await asyncio.gather(*talking, clicking, return_exceptions=True)
                await self._acknowledged()
                await self._settled()
                log = await self._log()
                assert self._service is not None
                await self._service.stop()
            self.report.acknowledged = len(self.acknowledged)
            self.report.repeated_sends = log["repeated"]
            self.report.documents, self.report.confirmed = audit.documents(self.folder / "danju.db", PLATFORM)
            posted = {key: self.posted[key] for key in self.acknowledged}
            self.report.faults += audit.faults(self.folder / "danju.db", posted, log["shown"])
        finally:
            if self._service is not None:
                await self._service.end()
            await self.sink.end()
        return self.report

    def _instant(self, number: int) -> str:
        """Every second service dies at an instant of its own, each kind in turn."""
        if number % 2:
            return ""
        return f"{POINTS[number // 2 % len(POINTS)]}:{self.chance.randint(3, 30)}"

    async def _end_service(self, seconds: float) -> None:
        """Kill it after a while, unless it is one that dies by itself soon enough."""
        assert self._service is not None
        if "--die" in self._service.arguments:
            self.report.own_deaths += await self._service.ended(OWN_DEATH_SECONDS)
        else:
            await asyncio.sleep(seconds)
        self._up.clear()
        await self._service.kill()
        self.report.kills += 1

    async def _start(self, die: str = "") -> None:
        arguments = ["--data", str(self.folder), "--sink", self.sink.url + "/take"]
        if die:
            arguments += ["--die", die]
        self._service = Process("tests.support.wire_service", *arguments)
        await self._service.start()
        self._up.set()

    # -- people --------------------------------------------------------------------------------------------------------

    async def _talk(self, person: int) -> None:
        """One person after another, so that most orders find no other draft open in their conversation."""
        number = 0
        for said in orders(self.chance):
            if number == 0 or self.chance.random() > STAYS:
                person = (person + self.conversations) % ACCOUNTS
            account, batch = f"u{person}", []
            for text in said:
                number += 1
                batch.append(self._message(account, number, text))
                await asyncio.sleep(0.002)  # send times differ
            if len(batch) > 1 and self.chance.random() < REORDERED:
                self.chance.shuffle(batch)
            for inbound in batch:
                copies = 2 if self.chance.random() < DUPLICATES else 1
                for _ in range(copies):
                    self._spawn(inbound, again=self.chance.random() < AGAIN)
                await asyncio.sleep(self.chance.uniform(0, 0.05))
            if self.chance.random() < LOST_ANSWERS:
                async with self._session.post(f"{self.sink.url}/fail/1") as answer:
                    await answer.read()
            await asyncio.sleep(self.chance.uniform(0.05, 0.3))

    def _message(self, account: str, number: int, text: str) -> Inbound:
        key = f"{account}:{number}"
        return Inbound(PLATFORM, key, InboundKind.TEXT, account, account, datetime.now(UTC), text=text, message_ref=key)

    def _spawn(self, inbound: Inbound, *, again: bool) -> None:
        task = asyncio.create_task(self._post("/wire/events?twice=1" if again else "/wire/events", inbound))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _click(self) -> None:
        """Press 确认 on cards as they come, sometimes several times at once."""
        seen = 0
        while True:
            log = await self._log(seen)
            seen = log["total"]
            for item in log["shown"]:
                if item["kind"] == "text" or self.chance.random() < 0.4:
                    continue
                buttons = {button["label"]: button["token"] for button in json.loads(item["body"]).get("buttons", ())}
                token = buttons.get("确认")
                if token is None or token in self.clicked:
                    continue
                self.clicked.add(token)
                for press in range(self.chance.choice((1, 1, 2, 5))):
                    self.report.clicks += 1
                    key = f"click:{token}:{press if self.chance.random() < 0.5 else 0}"
                    click = Inbound(
                        PLATFORM, key, InboundKind.CLICK, item["chat"], item["chat"], datetime.now(UTC), token=token
                    )
                    task = asyncio.create_task(self._post("/wire/clicks", click))
                    self._tasks.add(task)
                    task.add_done_callback(self._tasks.discard)
            await asyncio.sleep(0.1)

    async def _post(self, path: str, inbound: Inbound) -> None:
        """Deliver as a platform does: until it is acknowledged."""
        self.posted[inbound.event_key] = inbound.text
        while True:
            await self._up.wait()
            assert self._service is not None
            try:
                async with self._session.post(self._service.url + path, data=inbound.to_json().encode()) as answer:
                    await answer.read()
                    if answer.status == 200:
                        self.acknowledged.add(inbound.event_key)
                        return
            except (aiohttp.ClientError, TimeoutError):
                pass
            self.report.refused += 1
            await asyncio.sleep(0.05)

    # -- looking -------------------------------------------------------------------------------------------------------

    async def _log(self, after: int = 0) -> dict[str, Any]:
        async with self._session.get(f"{self.sink.url}/log?after={after}") as answer:
            log: dict[str, Any] = await answer.json()
            return log

    async def _acknowledged(self) -> None:
        if not self._tasks:
            return
        _done, left = await asyncio.wait(self._tasks, timeout=REST_SECONDS)
        if left:
            self.report.faults.append(f"{len(left)} posts were never acknowledged")
            for task in left:
                task.cancel()
            await asyncio.gather(*left, return_exceptions=True)

    async def _settled(self) -> None:
        calm = 0
        assert self._service is not None
        deadline = asyncio.get_running_loop().time() + REST_SECONDS
        while calm < 5:
            if asyncio.get_running_loop().time() > deadline:
                self.report.faults.append("the service never came to rest")
                return
            async with self._session.get(self._service.url + "/metrics") as answer:
                lines = dict(line.rsplit(" ", 1) for line in (await answer.text()).splitlines() if line[:1] != "#")
            busy = float(lines["danju_in_work"]) + float(lines["danju_sending"])
            calm = 0 if busy else calm + 1
            await asyncio.sleep(0.3)
