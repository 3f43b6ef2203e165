"""People hear of a gap only when their platform does not send again, in working hours, if they wrote that day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session

from bot import heartbeat, inbox
from bot.inbound import Inbound, InboundKind
from inventory_core.sql import run
from tests.support.database import empty_database

ZONE = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 11, 24, 4, 1, tzinfo=UTC)  # 12:01 in Shanghai


@pytest.fixture
def session() -> Session:
    return empty_database()


def wrote(session: Session, platform: str, chat: str, at: datetime) -> None:
    inbound = Inbound(platform, f"{platform}{chat}{at}", InboundKind.TEXT, chat, "someone", at, text="在吗")
    cursor = session.connection().connection.cursor()
    inbox.accept(cursor, [inbox.Arrival(inbound, inbound.to_json(), at)])  # type: ignore[arg-type]


def told(session: Session, minutes: float, seconds: float = 10, start: datetime = NOON) -> list[tuple[object, ...]]:
    heartbeat.beat(session, start)
    heartbeat.tell_of_gap(session, {"wecom": seconds}, ZONE, start + timedelta(minutes=minutes))
    return run(session, "SELECT chat, body FROM outbox")


def test_a_gap_is_told_once_to_who_wrote_today(session: Session) -> None:
    wrote(session, "wecom", "zhang", NOON - timedelta(hours=2))
    wrote(session, "wecom", "zhang", NOON - timedelta(hours=1))
    wrote(session, "wecom", "li", NOON - timedelta(days=1))
    wrote(session, "feishu", "wang", NOON - timedelta(hours=1))
    assert told(session, 8) == [("zhang", "12:01–12:09 没在线，这段时间发的请再发一次")]
    heartbeat.tell_of_gap(session, {"wecom": 10}, ZONE, NOON + timedelta(minutes=8, seconds=5))
    assert len(run(session, "SELECT 1 FROM outbox")) == 1


def test_a_gap_the_platform_bridges_is_not_told(session: Session) -> None:
    wrote(session, "wecom", "zhang", NOON - timedelta(hours=2))
    assert told(session, 8, seconds=6 * 3600) == []


def test_a_night_off_is_not_told(session: Session) -> None:
    night = datetime(2026, 11, 24, 14, 30, tzinfo=UTC)  # 22:30
    wrote(session, "wecom", "zhang", night - timedelta(hours=6))
    assert told(session, 60, start=night) == []


def test_the_clock_set_back_does_not_move_the_heartbeat_back(session: Session) -> None:
    wrote(session, "wecom", "zhang", NOON - timedelta(hours=2))
    heartbeat.beat(session, NOON)
    heartbeat.beat(session, NOON - timedelta(hours=1))
    heartbeat.tell_of_gap(session, {"wecom": 10}, ZONE, NOON + timedelta(seconds=5))
    assert run(session, "SELECT 1 FROM outbox") == []


def test_a_gap_over_midnight_names_its_days(session: Session) -> None:
    wrote(session, "wecom", "zhang", NOON - timedelta(hours=1))
    [(_chat, text)] = told(session, 21 * 60)
    assert text == "11月24日12:01–11月25日09:01 没在线，这段时间发的请再发一次"
