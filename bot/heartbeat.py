"""A row every five seconds says that we were alive; after a gap longer than a platform redelivers, people are told.

WeCom gives up after seconds (three tries), Feishu after about seven hours; what was sent in a longer gap is gone, and
only the people who sent it can send it again. They hear of it once, inside working hours, if they wrote that day.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot import wording
from inventory_core.columns import micros, moment
from inventory_core.sql import run, value
from notifications import outbox

BEAT_SECONDS = 5.0
WORK_BEGINS, WORK_ENDS = time(8, 0), time(21, 0)


def beat(session: Session, now: datetime) -> None:
    """Write that the service is alive. The clock put back does not move it back."""
    run(
        session,
        "INSERT INTO heartbeat(id, at) VALUES(1, :now) ON CONFLICT(id) DO UPDATE SET at = MAX(at, excluded.at)",
        now=micros(now),
    )


def tell_of_gap(session: Session, redelivered: Mapping[str, float], zone: ZoneInfo, now: datetime) -> int:
    """Tell who wrote today that we were away, where the platform does not send again; returns how many chats were told.

    Args:
        redelivered: platform → seconds for which it sends again what was not acknowledged.
    """
    before = value(session, "SELECT at FROM heartbeat WHERE id = 1")
    beat(session, now)
    if before is None:
        return 0
    last = moment(int(before))
    gap = (now - last).total_seconds()
    start, end = last.astimezone(zone), now.astimezone(zone)
    if not (WORK_BEGINS <= end.time() <= WORK_ENDS or WORK_BEGINS <= start.time() <= WORK_ENDS):
        return 0
    midnight = datetime.combine(start.date(), time(), zone)
    told = 0
    for platform, seconds in redelivered.items():
        if gap <= seconds:
            continue
        chats = run(
            session,
            "SELECT DISTINCT chat FROM inbox WHERE platform || '' = :platform AND received_at >= :midnight",
            platform=platform,
            midnight=micros(midnight),
        )
        text = wording.GAP.format(start=_moment(start, end), end=_moment(end, start))
        for (chat,) in chats:
            outbox.say(session, platform, chat, text, key=f"gap:{platform}:{chat}:{micros(last)}", now=now)
            told += 1
    return told


def _moment(at: datetime, other: datetime) -> str:
    """The time, with the day when the gap went over midnight."""
    return f"{at:%H:%M}" if at.date() == other.date() else f"{at.month}月{at.day}日{at:%H:%M}"
