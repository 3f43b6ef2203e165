"""Every recorded session, played again on Feishu and on WeCom against the real service with its real channels: what
people then see is what the file says. ``DANJU_RECORD=1`` writes what was seen into the files instead, to be read before
it is committed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.simulator.scenario import dump
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
