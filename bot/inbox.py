"""The inbox: what came in, committed before it is acknowledged, and what became of it.

A row is ``new`` until the transaction that carries out its effect sets it to ``done``; after a kill it is handled
again or it was handled wholly. Three failures set it aside as ``poison``, kept with its error and its words, for
``danju inbox``.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlmodel import Session

from bot.inbound import Inbound, InboundKind
from handlers.turn import Outcome
from inventory_core.columns import micros as to_micros
from inventory_core.columns import moment as from_micros
from inventory_core.errors import NotFound
from inventory_core.sql import run, value

MAX_ATTEMPTS = 3

_COLUMNS = "event_key, platform, kind, conversation, chat, sender, message_ref, sent_at, received_at, body"
_PLACES = f"({', '.join('?' * (_COLUMNS.count(',') + 1))}, 'new', 0)"
_BY_KEY = "SELECT id FROM inbox WHERE event_key = ?"


@dataclass(frozen=True, slots=True)
class Arrival:
    """An event to be stored. ``body`` is its JSON."""

    inbound: Inbound
    body: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Accepted:
    """``fresh`` is False when the same event had been stored before."""

    id: int
    fresh: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """A row to be handled."""

    id: int
    inbound: Inbound
    received_at: datetime
    again: bool = False  # put back on its author's word: its place in the order is settled


@dataclass(frozen=True, slots=True)
class Row:
    """A row as ``danju inbox`` and the trace page show it."""

    id: int
    platform: str
    kind: str
    chat: str
    sender: str
    text: str
    state: str
    attempts: int
    error: str | None
    sent_at: datetime
    received_at: datetime
    understood_at: datetime | None
    done_at: datetime | None
    outcome: str | None
    document_id: int | None
    note: str | None
    understanding: dict[str, Any] | None


def accept(cursor: sqlite3.Cursor, arrivals: Sequence[Arrival]) -> list[Accepted]:
    """Store events once each, by one statement. The unique index is the only de-duplication there is."""
    stored = dict(
        cursor.execute(_accepting(len(arrivals)), [one for each in arrivals for one in _values(each)]).fetchall()
    )
    answers = []
    for arrival in arrivals:
        key = arrival.inbound.event_key
        fresh = stored.pop(key, None)  # the second of two alike in one group is no news
        answers.append(Accepted(_known(cursor, key), False) if fresh is None else Accepted(int(fresh), True))
    return answers


@cache
def _accepting(count: int) -> str:
    return (
        f"INSERT INTO inbox({_COLUMNS}, state, attempts) VALUES {', '.join([_PLACES] * count)}"
        " ON CONFLICT(event_key) DO NOTHING RETURNING event_key, id"
    )


def _values(arrival: Arrival) -> tuple[str | int, ...]:
    inbound = arrival.inbound
    return (
        inbound.event_key,
        inbound.platform,
        inbound.kind.value,
        inbound.conversation,
        inbound.chat,
        inbound.sender,
        inbound.message_ref,
        to_micros(inbound.sent_at),
        to_micros(arrival.received_at),
        arrival.body,
    )


def _known(cursor: sqlite3.Cursor, key: str) -> int:
    return int(cursor.execute(_BY_KEY, (key,)).fetchone()[0])


# ``state <> 'done'`` names the index of just those rows, and the sort by hand keeps SQLite from the table's own order:
# without both it goes through everything that was ever said.
_WAITING = """
SELECT id, body, received_at, again FROM inbox WHERE state = 'new' AND state <> 'done' ORDER BY +id
"""


def waiting(session: Session) -> list[Waiting]:
    """All rows still to be handled, in order of arrival."""
    rows = run(session, _WAITING)
    return [Waiting(row[0], Inbound.from_json(row[1]), from_micros(row[2]), bool(row[3])) for row in rows]


def one_waiting(session: Session, inbox_id: int) -> Waiting | None:
    """One row, if it still waits."""
    rows = run(session, "SELECT id, body, received_at, again FROM inbox WHERE id = :id AND state = 'new'", id=inbox_id)
    found = [Waiting(row[0], Inbound.from_json(row[1]), from_micros(row[2]), bool(row[3])) for row in rows]
    return found[0] if found else None


def still_new(session: Session, inbox_id: int) -> bool:
    """Whether the row still waits; asked inside the transaction that would finish it."""
    return value(session, "SELECT 1 FROM inbox WHERE id = :id AND state = 'new'", id=inbox_id) is not None


def is_late(session: Session, item: Waiting) -> bool:
    """Whether a later message of the same author was applied already."""
    if item.again:
        return False
    applied = value(session, "SELECT applied_sent_at FROM conversation WHERE key = :key", key=item.inbound.conversation)
    return applied is not None and to_micros(item.inbound.sent_at) < int(applied)


def done(
    session: Session,
    item: Waiting,
    outcome: Outcome,
    *,
    now: datetime,
    understood_at: datetime | None = None,
    understanding: dict[str, Any] | None = None,
) -> None:
    """Finish a row, in the transaction of its effect."""
    run(
        session,
        "UPDATE inbox SET state = 'done', outcome = :outcome, document_id = :document, note = :note, done_at = :now,"
        " understood_at = :understood, understanding = :understanding, error = NULL WHERE id = :id",
        id=item.id,
        outcome=outcome.kind,
        document=outcome.document_id,
        note=outcome.note,
        now=to_micros(now),
        understood=None if understood_at is None else to_micros(understood_at),
        understanding=None if understanding is None else json.dumps(understanding, ensure_ascii=False),
    )
    if outcome.document_id is not None and item.inbound.kind is not InboundKind.CLICK:
        run(
            session,
            "INSERT INTO conversation(key, applied_sent_at) VALUES(:key, :sent) ON CONFLICT(key) DO UPDATE SET"
            " applied_sent_at = excluded.applied_sent_at WHERE excluded.applied_sent_at > applied_sent_at",
            key=item.inbound.conversation,
            sent=to_micros(item.inbound.sent_at),
        )
    if outcome.again is not None:
        run(
            session,
            "UPDATE inbox SET state = 'new', again = 1, attempts = 0, done_at = NULL WHERE id = :id",
            id=outcome.again,
        )


def failed(session: Session, inbox_id: int, error: str) -> int:
    """Count a failure; returns how many there were."""
    return int(
        value(
            session,
            "UPDATE inbox SET attempts = attempts + 1, error = :error WHERE id = :id RETURNING attempts",
            id=inbox_id,
            error=error[:2000],
        )
        or 0
    )


def set_aside(session: Session, inbox_id: int, now: datetime) -> None:
    """Give up on a message for now; it stays with its words and its error."""
    run(
        session,
        "UPDATE inbox SET state = 'poison', done_at = :now WHERE id = :id AND state = 'new'",
        id=inbox_id,
        now=to_micros(now),
    )


def store_files(session: Session, inbox_id: int, inbound: Inbound) -> None:
    """Keep what was fetched for a row that still waits or is done."""
    run(session, "UPDATE inbox SET body = :body WHERE id = :id", id=inbox_id, body=inbound.to_json())


def retry(session: Session, inbox_id: int) -> None:
    """Put a set-aside message back in line.

    Raises:
        NotFound: there is no such message among those set aside.
    """
    found = run(
        session,
        "UPDATE inbox SET state = 'new', again = 1, attempts = 0, done_at = NULL WHERE id = :id AND state = 'poison'"
        " RETURNING id",
        id=inbox_id,
    )
    if not found:
        raise NotFound(f"没有搁置的消息 {inbox_id}；用 danju inbox list 看有哪些")


_ROW = (
    "SELECT id, platform, kind, chat, sender, body, state, attempts, error, sent_at, received_at, understood_at,"
    " done_at, outcome, document_id, note, understanding FROM inbox"
)


def show(session: Session, inbox_id: int) -> Row:
    """One row.

    Raises:
        NotFound: no such row.
    """
    rows = run(session, f"{_ROW} WHERE id = :id", id=inbox_id)
    if not rows:
        raise NotFound(f"没有编号为 {inbox_id} 的消息")
    return _row(rows[0])


def listing(session: Session, state: str | None = None, limit: int = 50) -> list[Row]:
    """The newest rows, of one state or of all."""
    where = {None: "", "done": "WHERE state = 'done'"}.get(state, "WHERE state = :state AND state <> 'done'")
    order = "id" if state in (None, "done") else "+id"
    rows = run(session, f"{_ROW} {where} ORDER BY {order} DESC LIMIT :limit", state=state, limit=limit)
    return [_row(row) for row in rows]


def by_message(session: Session, platform: str, message_ref: str) -> Row | None:
    """The row of a platform's message, for the trace page."""
    rows = run(
        session,
        f"{_ROW} WHERE platform = :platform AND message_ref = :ref AND kind <> 'click' AND kind <> 'recall'"
        " ORDER BY id LIMIT 1",
        platform=platform,
        ref=message_ref,
    )
    return _row(rows[0]) if rows else None


def _row(row: Any) -> Row:
    return Row(
        id=row[0],
        platform=row[1],
        kind=row[2],
        chat=row[3],
        sender=row[4],
        text=str(json.loads(row[5]).get("text", "")),
        state=row[6],
        attempts=row[7],
        error=row[8],
        sent_at=from_micros(row[9]),
        received_at=from_micros(row[10]),
        understood_at=None if row[11] is None else from_micros(row[11]),
        done_at=None if row[12] is None else from_micros(row[12]),
        outcome=row[13],
        document_id=row[14],
        note=row[15],
        understanding=None if row[16] is None else json.loads(row[16]),
    )
