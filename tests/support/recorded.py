"""Playing a recorded scenario: the same steps against the real service, on another platform, and what is then seen.

A file's steps say ``at: feishu`` or ``at: wecom``. Played on the other platform, the two change places. In groups
WeCom means the intelligent bot. ``not on`` names the platform that cannot do a step, with the reason; ``instead on``
says what its people do in its place.
"""

from __future__ import annotations

import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

from bot.clock import Clock
from bot.simulator.parts import Message
from bot.simulator.recorder import Recorder
from bot.simulator.seen import Seen, read
from bot.simulator.session import Session

FOLDER = Path(__file__).resolve().parents[1] / "scenario" / "recorded"
BOTH = ("feishu", "wecom")
Step = dict[str, Any]


def load(path: Path) -> dict[str, Any]:
    with path.open(encoding="utf-8") as file:
        found = yaml.safe_load(file)
    assert isinstance(found, dict)
    return found


def keep_time(patch: pytest.MonkeyPatch, clock: Clock) -> None:
    """The simulated WeCom's messages bear the service's time, so that the sample firm's day is the same every day."""
    told = SimpleNamespace(time=lambda: clock().timestamp(), monotonic=time.monotonic)
    for module in ("app", "bot", "gateway"):
        patch.setattr(f"bot.simulator.wecom.{module}.time", told)


class Player:
    """One scenario on one platform. ``await play()`` gives (step, what was seen) for all steps."""

    def __init__(self, session: Session, scenario: dict[str, Any], target: str) -> None:
        self.session = session
        self.steps: list[Step] = scenario["steps"]
        self.target = target
        self.recorder = Recorder(session)
        self._first = self.steps[0]["at"]

    def platform(self, step: Step) -> str:
        """Where this step is played."""
        other = BOTH[1 - BOTH.index(self.target)]
        here = _plain(step.get("at", self._first)) == _plain(self._first)
        platform = self.target if here else other
        return "wecombot" if platform == "wecom" and step.get("in") else platform

    async def play(self) -> list[tuple[Step, list[Step]]]:
        found: list[tuple[Step, list[Step]]] = []
        for step in self.steps:
            name = _plain(self.platform(step))
            if name in step.get("not on", {}):
                found.append((step, []))
                continue
            doing = step | step.get("instead on", {}).get(name, {})
            done = len(self.recorder.steps)
            await self._do(doing, self.platform(step))
            await self.session.settle()
            self.recorder.collect()
            [made] = self.recorder.steps[done:]
            found.append((step, made["sees"]))
        return found

    async def _do(self, step: Step, platform: str) -> None:
        session, show = self.session, self.recorder.names.show
        who, room = step["who"], step.get("in", "")
        if "says" in step:
            quote = self._named(step["quoting"], who, platform, room)[0].ref if "quoting" in step else None
            await session.say(who, platform, show(step["says"]), room, quote)
        elif "sends" in step:
            data = (FOLDER / step["sends"]).read_bytes()
            await session.send_file(who, platform, step["sends"], data, room)
        elif "recalls" in step:
            await session.recall(who, platform, self._named(step["recalls"], who, platform, room)[0].ref, room)
        else:
            await self._tap(step, platform, who, room)

    def _shown(self, who: str, platform: str, room: str) -> list[Message]:
        chat = self.session.chat(who, platform, room)
        return list(reversed(self.session.platforms[platform].shown.of_chat(chat)))

    def _named(self, title: str, who: str, platform: str, room: str) -> list[Message]:
        """The messages that are, or were, called so, newest first."""
        wanted = self.recorder.names.show(title)
        found, titles = [], []
        for message in self._shown(who, platform, room):
            seen = [read(platform, message, body) for body in message.versions]
            if any(wanted in (one.title, one.text) for one in seen):
                found.append(message)
            titles.append(seen[-1].title or seen[-1].text)
        assert found, f"{who} sees no {wanted!r} on {platform}, only {titles}"
        return found

    async def _tap(self, step: Step, platform: str, who: str, room: str) -> None:
        wanted = self.recorder.names.show(step.get("clicks") or step["chooses"])
        for message in self._named(step["of"], who, platform, room):
            for place, body in enumerate(reversed(message.versions)):
                if place == 0 and step.get("not refreshed"):
                    continue
                token, values = _tappable(read(platform, message, body), wanted, step)
                if token:
                    await self.session.click(who, platform, message.ref, token, values, room)
                    return
        raise AssertionError(f"{who} sees no {wanted!r} on {step['of']!r} on {platform}")


def _plain(platform: str) -> str:
    """Both of WeCom's doors count as WeCom."""
    return "wecom" if platform == "wecombot" else platform


def _tappable(seen: Seen, wanted: str, step: Step) -> tuple[str, dict[str, str]]:
    """What the tap sends; ("", {}) where there is nothing of that name."""
    names = dict(seen.fills)
    if "chooses" in step:
        return next(((one.token, dict(one.values)) for one in seen.options if one.label == wanted), ("", {}))
    token = next((token for label, token in seen.buttons if label == wanted), "")
    return token, {names[label]: words for label, words in step.get("filling in", {}).items()} if token else {}
