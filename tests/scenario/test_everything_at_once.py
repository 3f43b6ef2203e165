"""A bad day, in a minute: both platforms lose, double and reorder, tokens die, limits hold, and the power fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.platforms_run import PlatformsRun

SEED = 20261123


@pytest.mark.crash
async def test_a_bad_day_loses_nothing_and_doubles_nothing(tmp_path: Path) -> None:
    report = await PlatformsRun(tmp_path, SEED).run(60.0, kill_every=20.0)
    assert report.faults == [], str(report)
    assert report.kills == 3
    assert all(count > 100 for count in (report.documents["feishu"], report.documents["wecom"]))
