"""What the trace and problems pages show, read from the inbox and the outbox."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from bot import inbox
from bot.console.channel import PLATFORM
from bot.console.ports import OutboxLine, ProblemRow, Step, Trace
from handlers import talk
from inventory_core import documents, people
from inventory_core.columns import moment
from inventory_core.errors import NotFound
from inventory_core.sql import run, value

WAITING = ("new", "sending")

_LINES = (
    "SELECT id, kind, chat, state, attempts, created_at, sent_at, platform_ref, error FROM outbox"
    " WHERE inbox_id = :inbox ORDER BY id LIMIT 100"
)
_CAUSE = (
    "SELECT inbox_id FROM outbox WHERE platform = :platform AND platform_ref = :ref AND inbox_id IS NOT NULL LIMIT 1"
)
_DEAD = (
    "SELECT id, platform, chat, body, error, attempts, created_at, platform_ref FROM outbox WHERE state = 'dead'"
    " ORDER BY id DESC LIMIT 100"
)


class Books:
    """Implements ``bot.console.ports.Records``."""

    def trace(self, session: Session, ref: str) -> Trace | None:
        row = inbox.by_message(session, PLATFORM, ref)
        if row is None:
            cause = value(session, _CAUSE, platform=PLATFORM, ref=ref)
            if cause is None:
                return None
            row = inbox.show(session, int(cause))
        lines = tuple(_line(found) for found in run(session, _LINES, inbox=row.id))
        document = ""
        if row.document_id is not None:
            label = "SELECT COALESCE(number, '草稿' || draft_no) FROM document WHERE id = :id"
            document = str(value(session, label, id=row.document_id) or "")
        return Trace(
            inbox_id=row.id,
            state=row.state,
            done=row.state != "new" and all(line.state not in WAITING for line in lines),
            steps=_steps(row, lines),
            outcome=row.outcome or "",
            outcome_note=row.note or "",
            document=document,
            attempts=row.attempts,
            error=row.error,
            understanding=row.understanding,
            outbox=lines,
        )

    def problems(self, session: Session) -> Sequence[ProblemRow]:
        found = [
            ProblemRow(
                source="inbox",
                id=row.id,
                at=row.received_at,
                chat=row.chat,
                who=_name(session, row.platform, row.sender),
                text=row.text,
                error=row.error or "",
                attempts=row.attempts,
                ref=None,
            )
            for row in inbox.listing(session, "poison", 100)
        ]
        for dead in run(session, _DEAD):
            found.append(
                ProblemRow(
                    source="outbox",
                    id=int(dead[0]),
                    at=moment(int(dead[6])),
                    chat=dead[2],
                    who=_name(session, dead[1], dead[2]),
                    text=dead[3][:200],
                    error=dead[4] or "",
                    attempts=int(dead[5]),
                    ref=dead[7],
                )
            )
        return sorted(found, key=lambda row: row.at, reverse=True)

    def retry(self, session: Session, source: str, row_id: int, now: datetime) -> bool:
        if source == "inbox":
            try:
                inbox.retry(session, row_id)
            except NotFound:
                return False
            return True
        return retry_dead(session, row_id, now)


_REVIVE = """
UPDATE outbox SET state = CASE WHEN copy_id IS NULL THEN 'new' ELSE 'superseded' END, attempts = 0, next_at = 0
WHERE id = :id AND state = 'dead' RETURNING copy_id, document_id, platform, chat
"""


def retry_dead(session: Session, outbox_id: int, now: datetime) -> bool:
    """Send a given-up outbox row again; False when it is not given up.

    A document's card may have changed since, and a newer state may stand there already: it comes as it is now.
    """
    found = run(session, _REVIVE, id=outbox_id)
    for copy_id, document_id, platform, chat in found:
        if copy_id is not None:
            view = documents.get(session, int(document_id))
            talk.publish(session, view, to=[(platform, chat)], fresh=True, now=now)
    return bool(found)


def _steps(row: inbox.Row, lines: Sequence[OutboxLine]) -> tuple[Step, ...]:
    sent = [line.sent_at for line in lines if line.sent_at is not None]
    steps = [
        Step("received", "收到", row.received_at),
        Step("understood", "理解", row.understood_at),
        Step("drafted", "制单" if row.document_id is not None else "处理", row.done_at, row.outcome or ""),
        Step("sent", "发出", max(sent) if sent else None, f"{len(sent)}/{len(lines)}" if lines else "没有要发的"),
    ]
    if row.state == "poison":
        steps.append(Step("failed", "搁置", row.done_at, row.error or ""))
    return tuple(steps)


def _line(row: Sequence[object]) -> OutboxLine:
    identity, kind, chat, state, attempts, created, sent, ref, error = row
    return OutboxLine(
        int(str(identity)),
        str(kind),
        str(chat),
        str(state),
        int(str(attempts)),
        moment(int(str(created))),
        None if sent is None else moment(int(str(sent))),
        None if ref is None else str(ref),
        None if error is None else str(error),
    )


def _name(session: Session, platform: str, account: str) -> str:
    person = people.person_of(session, platform, account)
    return account if person is None else person.name
