"""Waiting goes on at its own pace when the machine's clock is put back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.clock import Steady

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)


def test_it_follows_the_clock_forwards_and_never_back() -> None:
    now, ticks = [NOON], [0.0]
    steady = Steady(lambda: now[0], lambda: ticks[0])
    assert steady() == NOON
    now[0] += timedelta(hours=2)
    ticks[0] += 1
    assert steady() == NOON + timedelta(hours=2)
    now[0] -= timedelta(hours=1)
    ticks[0] += 30
    assert steady() == NOON + timedelta(hours=2, seconds=30)
    now[0] += timedelta(hours=3)
    ticks[0] += 1
    assert steady() == NOON + timedelta(hours=4)
