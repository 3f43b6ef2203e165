"""The service is killed ten times under load; nothing acknowledged is lost and nothing happens twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.crash import CrashRun

pytestmark = pytest.mark.crash


async def test_ten_kills_under_load_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    report = await CrashRun(tmp_path, seed=20261123, conversations=5).run(kills=10)
    assert report.faults == [], str(report)
    assert report.kills == 10
    assert report.own_deaths > 2
    assert report.acknowledged > 100
    assert report.documents > 30  # a load that only raises questions would prove nothing
    assert report.confirmed > 3
