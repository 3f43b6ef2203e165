"""Every recorded session, played again on Feishu and on WeCom against the real service with its real channels: what
people then see is what the file says. ``DANJU_RECORD=1`` writes what was seen into the files instead, to be read before
it is committed."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
import yaml

from bot.simulator.recorder import Recorder
from bot.simulator.scenario import dump
from bot.simulator.seen import read
from bot.simulator.session import Session
from tests.support import recorded
from tests.support.firm import Clock, data, sample_database

__all__ = ["data", "sample_database"]

FILES = sorted(recorded.FOLDER.glob("*.yaml"))
RECORD = bool(os.environ.get("DANJU_RECORD"))


def test_there_are_recorded_scenarios() -> None:
    assert len(FILES) >= 8


@pytest.mark.parametrize("target", recorded.BOTH)
@pytest.mark.parametrize("file", FILES, ids=lambda path: path.stem)
async def test_a_recorded_session(file: Path, target: str, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = recorded.load(file)
    clock = Clock()
    recorded.keep_time(monkeypatch, clock)
    # Long connections are tried elsewhere: the child with the vendor's SDK takes seconds to begin.
    session = Session(data, mode="webhook", home=target, clock=clock)
    await session.start()
    try:
        found = await recorded.Player(session, scenario, target).play()
    finally:
        await session.stop()
    if RECORD:
        for step, sees in found:
            step.pop(target, None)
            if target not in step.get("not on", {}):
                step[target] = sees
        file.write_text(dump(scenario), encoding="utf-8")  # noqa: ASYNC240  only when recording
        return
    for number, (step, sees) in enumerate(found, 1):
        if target not in step.get("not on", {}):
            assert sees == step[target], f"step {number}: {step}"


async def test_what_is_recorded_can_be_played(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fresh = tmp_path / "fresh"
    shutil.copytree(data, fresh)
    clock = Clock()
    recorded.keep_time(monkeypatch, clock)
    session = Session(data, mode="webhook", clock=clock)
    recorder = Recorder(session)
    await session.start()
    try:
        said = await session.say("小李", "feishu", "永兴 M8*30镀锌螺丝 10盒 麻花钻头 20支")
        await session.settle()
        [card] = [one for one in session.feishu.shown.messages.values() if one.kind == "card"]
        option = read("feishu", card).options[-1]
        await session.click("小李", "feishu", card.ref, option.token, option.values)
        await session.settle()
        await session.say("小李", "feishu", "第1行改成12盒", quote=said)
        await session.settle()
        await session.say("小李", "wecombot", "@单据 库存 生料带", "销售群")
        await session.settle()
        text = recorder.finish("一次记录")
    finally:
        await session.stop()
    scenario = yaml.safe_load(text)
    assert [sorted(step.keys() & {"says", "chooses", "clicks"}) for step in scenario["steps"]] == [
        ["says"],
        ["chooses"],
        ["says"],
        ["says"],
    ]
    again = Session(fresh, mode="webhook", clock=clock)
    await again.start()
    try:
        found = await recorded.Player(again, scenario, "feishu").play()
    finally:
        await again.stop()
    for step, sees in found:
        assert sees == step.get(step["at"], []), step
