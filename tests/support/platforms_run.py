"""Everything at once: many conversations on both platforms, every fault that a platform and a network can make, and a
kill of the service every so often. At the end nothing acknowledged may be lost, nothing may be there twice, and every
card must show its newest version; see :mod:`tests.support.platforms_audit`.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from bot.simulator.faults import EVERYTHING, PERFECT, Faults, Profile
from bot.simulator.feishu.config import FeishuConfig
from bot.simulator.feishu.platform import FeishuSim
from bot.simulator.parts import ClickAnswer, Message, Pace, Platform, Shown
from bot.simulator.server import Simulator
from bot.simulator.wecom.app import WecomSim
from bot.simulator.wecom.bot import BotSim
from bot.simulator.wecom.config import BotConfig, WecomConfig
from tests.support import audit, platforms_audit
from tests.support.crash import orders
from tests.support.platforms_service import PLATFORMS, account
from tests.support.processes import Process

FEISHU_SPEED = 300.0  # 15 s, 5 min, 1 h, 6 h become 0.05 s, 1 s, 12 s, 72 s
REST_SECONDS = 150.0  # by then everything is acknowledged, handled and sent; limits make backlogs drain slowly
CONFIRMS, TWICE = 0.7, 0.2
# The intelligent bot's protocol knows no acknowledgement. What a socket took this long before its end was read and
# committed; what it took in its last moment is nobody's promise.
CONFIRM_SECONDS = 1.0


@dataclass(slots=True)
class Report:
    """What a run did and found."""

    seed: int
    kills: int = 0
    said: Counter[str] = field(default_factory=Counter)
    acknowledged: Counter[str] = field(default_factory=Counter)
    never_acknowledged: Counter[str] = field(default_factory=Counter)
    clicks: int = 0
    click_errors: Counter[str] = field(default_factory=Counter)
    documents: Counter[str] = field(default_factory=Counter)
    confirmed: Counter[str] = field(default_factory=Counter)
    shown: Counter[str] = field(default_factory=Counter)
    hidden_repeats: int = 0
    sent_again: int = 0
    faults: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        verdict = "nothing lost, nothing doubled" if not self.faults else f"{len(self.faults)} FAULTS"
        lines = [
            f"seed {self.seed}: {self.kills} kills, {self.clicks} clicks (errors shown: {dict(self.click_errors)})"
        ]
        lines += [
            f"  {name}: {self.said[name]} said, {self.acknowledged[name]} acknowledged,"
            f" {self.never_acknowledged[name]} given up by the platform, {self.documents[name]} documents,"
            f" {self.confirmed[name]} confirmed, {self.shown[name]} answers shown"
            for name in PLATFORMS
        ]
        lines.append(
            f"  {self.hidden_repeats} repeats hidden by the platforms, {self.sent_again} marked 补发: {verdict}"
        )
        return "\n".join(lines)


class PlatformsRun:
    """One run; ``await run(seconds)`` gives its report."""

    def __init__(self, folder: Path, seed: int, conversations: int = 50, profile: Profile = EVERYTHING) -> None:
        self.folder = folder
        self.seed = seed
        self.chance = random.Random(seed)
        self.conversations = conversations
        self.profile = profile
        self.report = Report(seed)
        self.confirmable: dict[tuple[str, str], tuple[str, str]] = {}  # (platform, chat) → (card, token of 确认)
        everybody = {name: {account(name, n): f"业务{n}" for n in range(conversations)} for name in PLATFORMS}
        faults = Faults(seed, profile)
        self.feishu = FeishuSim(
            FeishuConfig(mode="ws", ping_interval=20, reconnect_interval=1, reconnect_nonce=1),
            users=everybody["feishu"],
            faults=faults,
            pace=Pace(FEISHU_SPEED),
            shown=Shown("feishu", lambda message: self._look("feishu", message)),
            seed=seed,
        )
        self.wecom = WecomSim(
            WecomConfig(),
            users=everybody["wecom"],
            faults=faults,
            shown=Shown("wecom", lambda message: self._look("wecom", message)),
            seed=seed,
        )
        self.bot = BotSim(
            BotConfig(confirm_seconds=CONFIRM_SECONDS),
            users=everybody["wecombot"],
            faults=faults,
            shown=Shown("wecombot", lambda message: self._look("wecombot", message)),
            seed=seed,
        )
        self.sims: dict[str, Platform] = {"feishu": self.feishu, "wecom": self.wecom, "wecombot": self.bot}
        self.simulator = Simulator(self.feishu, self.wecom, self.bot)
        self._service: Process | None = None
        self._tasks: set[asyncio.Task[Any]] = set()

    async def run(self, seconds: float, kill_every: float = 20.0) -> Report:
        await self.simulator.start()
        try:
            await self._start()
            talking = [
                asyncio.create_task(self._talk(name, number))
                for name in PLATFORMS
                for number in range(self.conversations)
            ]
            left = seconds
            while left > 0:
                await asyncio.sleep(min(left, kill_every))
                left -= kill_every
                await self._kill()
                await self._start()
            await asyncio.sleep(2.0)
            for task in talking:
                task.cancel()
            done = await asyncio.gather(*talking, return_exceptions=True)
            self.report.faults += [f"a conversation broke: {one!r}" for one in done if isinstance(one, Exception)]
            for faults in (self.feishu.faults, self.wecom.faults, self.bot.faults):
                faults.profile = PERFECT
            assert self._service is not None
            await self._service.stop()  # a start tries at once whatever a limit held back
            await self._start()
            await self._rest()
            await self._service.stop()
            self._judge()
        finally:
            if self._service is not None:
                await self._service.end()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            await self.simulator.stop()
        return self.report

    # -- the service ---------------------------------------------------------------------------------------------------

    def _settings(self) -> dict[str, Any]:
        url = self.simulator.url
        feishu, wecom, bot = self.feishu.config, self.wecom.config, self.bot.config
        return {
            "feishu_mode": feishu.mode,
            "feishu_app_id": feishu.app_id,
            "feishu_app_secret": feishu.app_secret,
            "feishu_encrypt_key": feishu.encrypt_key,
            "feishu_verification_token": feishu.verification_token,
            "feishu_base_url": url,
            "wecom_corp_id": wecom.corp_id,
            "wecom_agent_id": wecom.agent_id,
            "wecom_secret": wecom.secret,
            "wecom_token": wecom.token,
            "wecom_aes_key": wecom.aes_key,
            "wecom_base_url": url,
            "wecom_bot_id": bot.bot_id,
            "wecom_bot_secret": bot.secret,
            "wecom_bot_url": url.replace("http", "ws", 1) + "/aibot",
        }

    async def _start(self) -> None:
        """Start it; Feishu comes by long connection and by webhook in turns."""
        self.feishu.config.mode = "ws" if self.report.kills % 2 == 0 else "webhook"
        self._service = Process(
            "tests.support.platforms_service",
            *("--data", str(self.folder), "--people", str(self.conversations)),
            *("--settings", json.dumps(self._settings())),
        )
        await self._service.start()
        self.feishu.config.callback_url = f"{self._service.url}/feishu/events"
        self.wecom.config.callback_url = f"{self._service.url}/wecom/callback"

    async def _kill(self) -> None:
        assert self._service is not None
        await self._service.kill()
        self.report.kills += 1

    # -- people --------------------------------------------------------------------------------------------------------

    async def _talk(self, platform: str, number: int) -> None:
        """Order after order, each confirmed or left, as a salesperson would over a day, only faster."""
        sim, who = self.sims[platform], account(platform, number)
        chance = random.Random(f"{self.seed}:{platform}:{number}")
        await asyncio.sleep(chance.uniform(0, 6))
        for said in orders(chance):
            for text in said:
                await sim.say(who, text)
                self.report.said[platform] += 1
                await asyncio.sleep(chance.uniform(1.0, 5.0))
            await asyncio.sleep(chance.uniform(1.0, 4.0))
            if chance.random() < CONFIRMS:
                presses = 2 if chance.random() < TWICE else 1
                await asyncio.gather(*(self._press(sim, who) for _ in range(presses)))
            await asyncio.sleep(chance.uniform(2.0, 6.0))
            if self._place(sim, who) in self.confirmable:  # goods ran out, or nobody wanted it: no draft is left lying
                await sim.say(who, "取消")
                self.report.said[platform] += 1
                await asyncio.sleep(chance.uniform(1.0, 3.0))

    async def _press(self, sim: Platform, who: str) -> None:
        """Press 确认 on the newest card in the person's chat that has it."""
        found = self.confirmable.get(self._place(sim, who))
        if found is None:
            return
        self.report.clicks += 1
        answer: ClickAnswer = await sim.click(who, *found)
        if answer.error:
            self.report.click_errors[answer.error] += 1

    def _place(self, sim: Platform, who: str) -> tuple[str, str]:
        return sim.name, self.feishu.direct_chat(who) if sim.name == "feishu" else who

    def _look(self, platform: str, message: Message) -> None:
        """Remember where 确认 can be pressed."""
        if message.sender != "bot":
            return
        place = (platform, message.chat)
        token = dict(platforms_audit.buttons(message.body)).get("确认")
        if token is not None:
            self.confirmable[place] = (message.ref, token)
        elif self.confirmable.get(place, ("", ""))[0] == message.ref:
            del self.confirmable[place]

    # -- the end -------------------------------------------------------------------------------------------------------

    async def _rest(self) -> None:
        """Until the platforms have nothing to deliver and the service nothing to do."""
        assert self._service is not None
        deadline = asyncio.get_running_loop().time() + REST_SECONDS
        calm, busy = 0, 0.0
        async with aiohttp.ClientSession() as session:
            while calm < 5:
                if asyncio.get_running_loop().time() > deadline:
                    pending = {name: sim.pending() for name, sim in self.sims.items()}
                    self.report.faults.append(f"no rest: the platforms have {pending} to deliver, the service {busy}")
                    return
                async with session.get(self._service.url + "/metrics") as answer:
                    lines = dict(line.rsplit(" ", 1) for line in (await answer.text()).splitlines() if line[:1] != "#")
                waiting = audit.unsent(self.folder / "danju.db")
                busy = float(lines["danju_in_work"]) + float(lines["danju_sending"]) + waiting
                busy += sum(sim.pending() for sim in self.sims.values())
                calm = 0 if busy else calm + 1
                await asyncio.sleep(0.5)

    def _judge(self) -> None:
        report, database = self.report, self.folder / "danju.db"
        for name, sim in self.sims.items():
            report.acknowledged[name] = len(sim.acknowledged())
            report.documents[name], report.confirmed[name] = audit.documents(database, name)
            answers = [message for message in sim.shown.messages.values() if message.sender == "bot"]
            report.shown[name] = len(answers)
            report.hidden_repeats += sum(message.hidden_repeats for message in answers)
        report.never_acknowledged["feishu"] = len(self.feishu.courier.lost)
        report.never_acknowledged["wecom"] = len(self.wecom.courier.lost)
        report.never_acknowledged["wecombot"] = len(self.bot.lost)
        report.sent_again = platforms_audit.sent_again(database)
        promised = {key for sim in self.sims.values() for key in sim.acknowledged()}
        report.faults += audit.inner_faults(database, PLATFORMS, promised)
        for sim in self.sims.values():
            report.faults += platforms_audit.faults(database, sim)
