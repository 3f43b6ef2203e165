"""The sender's side of the outbox: take a row with :func:`due` and :func:`claim`, report with :func:`sent` or
:func:`failed`, or say that it could not go out yet, in this form, or at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from notifications import sql

LONGEST_WINDOW = timedelta(hours=4)  # for which a platform compares bodies (WeCom)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A row that may go out now."""

    id: int
    key: str
    platform: str
    chat: str
    kind: str
    body: str
    target_ref: str | None
    reply_to: str | None
    attempts: int  # tries before this one
    created_at: datetime
    first_try_at: datetime | None  # None: no try before this one may have had an effect
    wire: str | None
    replaces: str | None
    chat_kind: str


def due(session: Session, now: datetime, count: int = 64) -> list[Waiting]:
    """What may go out now, at most one row per chat, oldest first."""
    return [_waiting(row) for row in sql.run(session, sql.DUE, now=sql.micros(now), count=count)]


def _waiting(row: tuple[Any, ...]) -> Waiting:
    first_try_at = None if row[10] is None else sql.moment(row[10])
    values = (*row[:9], sql.moment(row[9]), first_try_at, *row[11:])
    return Waiting(*values)


def claim(session: Session, outbox_id: int, now: datetime) -> bool:
    """Take a row for sending. False when it was superseded or taken meanwhile."""
    return sql.first(session, sql.CLAIM, id=outbox_id, now=sql.micros(now)) is not None


def prepared(session: Session, outbox_id: int, wire: str) -> None:
    """Keep what exactly will be sent, before it is."""
    sql.run(session, sql.PREPARED, id=outbox_id, wire=wire)


def repeats(session: Session, row: Waiting) -> int:
    """How many rows of the same chat bore the same body in the four hours before this one."""
    return int(
        sql.value(
            session,
            sql.REPEATS,
            platform=row.platform,
            chat=row.chat,
            id=row.id,
            body=row.body,
            since=sql.micros(row.created_at - LONGEST_WINDOW),
        )
    )


def lately_sent(session: Session, platform: str, now: datetime) -> list[tuple[str, datetime]]:
    """(chat, when) of what went out in the last hour, oldest first."""
    since = sql.micros(now - timedelta(hours=1))
    return [(row[0], sql.moment(row[1])) for row in sql.run(session, sql.LATELY_SENT, platform=platform, since=since)]


def deferred(session: Session, outbox_id: int, until: datetime, first_try_at: datetime | None) -> None:
    """A limit held a row back: nothing was sent, and the try does not count."""
    first = None if first_try_at is None else sql.micros(first_try_at)
    sql.run(session, sql.DEFERRED, id=outbox_id, next_at=sql.micros(until), first_try_at=first)


def mark_late(session: Session, outbox_id: int, body: str, now: datetime) -> str:
    """Give a row another body, and so another key, because nobody will ever know what became of its first try; returns
    the key."""
    return str(sql.value(session, sql.MARKED_LATE, id=outbox_id, body=body, now=sql.micros(now)))


def reissue(session: Session, outbox_id: int, reason: str) -> bool:
    """An update whose card can be changed no more becomes a new card in its place; False when the card is one that
    nobody follows any more: then the update is dropped."""
    row = sql.first(session, sql.REISSUED, id=outbox_id)
    if row is None:
        sql.run(session, sql.DROPPED, id=outbox_id, error=reason)
        return False
    if row[1] is not None:
        sql.run(session, sql.OLD_REF_STAYS, id=row[0], ref=row[1])
    return True


def release_all(session: Session) -> None:
    """At start: what was being sent when the process died goes out again under the same key."""
    sql.run(session, sql.UNCLAIM)


def sent(session: Session, outbox_id: int, platform_ref: str, now: datetime) -> None:
    """A row is out. Updates that waited for their card may follow."""
    row = sql.first(session, sql.SENT, id=outbox_id, ref=platform_ref, now=sql.micros(now))
    if row is not None and row[0] == "card" and row[1] is not None:
        sql.run(session, sql.COPY_SENT, id=row[1], ref=platform_ref)
        sql.run(session, sql.TARGET_KNOWN, id=row[1], ref=platform_ref)


def failed(session: Session, outbox_id: int, error: str, retry_at: datetime | None, *, no_effect: bool = False) -> None:
    """A send failed; it is tried again at ``retry_at``, or never when that is None. ``no_effect``: no try so far can
    have shown anything."""
    state = "dead" if retry_at is None else "new"
    next_at = None if retry_at is None else sql.micros(retry_at)
    row = sql.first(session, sql.FAILED, id=outbox_id, state=state, error=error, next_at=next_at, forget=int(no_effect))
    if row is not None and state == "dead" and row[0] == "card" and row[1] is not None:
        sql.run(session, sql.CARD_NEVER_CAME, id=row[1])
        sql.run(session, sql.COPY_DIES, id=row[1])
