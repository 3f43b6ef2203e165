"""Reading and writing the rooms' messages, inside the store's units of work."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from bot.console.tables import ConsoleMessage
from inventory_core.errors import NotAllowed, NotFound


@dataclass(frozen=True, slots=True)
class Message:
    """A message, carried out of the transaction."""

    seq: int
    room: str
    sender: int | None
    kind: str
    body: str
    quoted: int | None
    changed_seq: int
    recalled: bool
    created_at: datetime
    key: str

    def public(self) -> dict[str, Any]:
        """What the page and the terminal are shown. A recalled message keeps its place and loses its words."""
        data: dict[str, Any] = {
            "seq": self.seq,
            "room": self.room,
            "from": self.sender,
            "kind": self.kind,
            "at": self.created_at.isoformat(),
            "changed": self.changed_seq,
        }
        if self.sender is not None:
            data["key"] = self.key.rpartition(":")[2]  # the page's own: it knows which waiting message has arrived
        if self.recalled:
            return data | {"recalled": True}
        if self.quoted is not None:
            data["quoted"] = self.quoted
        body = json.loads(self.body)
        if self.kind == "card":
            data["card"] = body
        else:
            data["text"] = body.get("text", "")
            data["files"] = body.get("files", [])
        return data


def add(
    session: Session,
    *,
    room: str,
    sender: int | None,
    kind: str,
    body: dict[str, Any] | str,
    key: str,
    now: datetime,
    quoted: int | None = None,
) -> int:
    """Store a message once per ``key``; returns its seq, also when it was there already."""
    known = session.exec(select(ConsoleMessage.seq).where(ConsoleMessage.key == key)).first()
    if known is not None:
        return known
    row = ConsoleMessage(
        room=room,
        sender=sender,
        kind=kind,
        body=body if isinstance(body, str) else _dump(body),
        key=key,
        quoted=quoted,
        changed_seq=_next_change(session),
        created_at=now,
    )
    session.add(row)
    session.flush()
    assert row.seq is not None
    return row.seq


def replace_body(session: Session, seq: int, body: str) -> None:
    """Put another card in the place of message ``seq``; the same body again changes nothing.

    Raises:
        NotFound: no such message of the bot.
    """
    row = session.get(ConsoleMessage, seq)
    if row is None or row.sender is not None:
        raise NotFound("要更新的卡片不在了")
    if row.body == body:
        return
    row.body = body
    row.changed_seq = _next_change(session)
    session.add(row)
    session.flush()


def recall(session: Session, seq: int, person: int) -> Message:
    """Take back one's own message. Idempotent.

    Raises:
        NotFound: no such message.
        NotAllowed: it is somebody else's.
    """
    row = session.get(ConsoleMessage, seq)
    if row is None:
        raise NotFound("没有这条消息，可能已经不在了，请刷新页面")
    if row.sender != person:
        raise NotAllowed("只能撤回自己发的消息")
    if not row.recalled:
        row.recalled = True
        row.changed_seq = _next_change(session)
        session.add(row)
        session.flush()
    return _view(row)


def get(session: Session, seq: int) -> Message | None:
    row = session.get(ConsoleMessage, seq)
    return None if row is None else _view(row)


def changed_after(session: Session, after: int, limit: int) -> Sequence[Message]:
    """What is new or changed since ``after``, oldest change first."""
    query = select(ConsoleMessage).where(col(ConsoleMessage.changed_seq) > after)
    return [_view(row) for row in session.exec(query.order_by(col(ConsoleMessage.changed_seq)).limit(limit))]


def history(session: Session, room: str, before: int, limit: int) -> Sequence[Message]:
    """The newest ``limit`` messages of a room before message ``before``, oldest first."""
    query = select(ConsoleMessage).where(ConsoleMessage.room == room, col(ConsoleMessage.seq) < before)
    rows = session.exec(query.order_by(col(ConsoleMessage.seq).desc()).limit(limit)).all()
    return [_view(row) for row in reversed(rows)]


def after_last(session: Session, room: str, sender: int, now: datetime) -> datetime:
    """``now``, or just after the person's last message here where the clock was put back: what is said later must
    never look as if it had been said before."""
    last = session.exec(
        select(ConsoleMessage.created_at)
        .where(ConsoleMessage.room == room, ConsoleMessage.sender == sender)
        .order_by(col(ConsoleMessage.seq).desc())
        .limit(1)
    ).first()
    return now if last is None or last < now else last + timedelta(microseconds=1)


def last_change(session: Session) -> int:
    return session.exec(select(func.coalesce(func.max(ConsoleMessage.changed_seq), 0))).one()


def _next_change(session: Session) -> int:
    return last_change(session) + 1


def _view(row: ConsoleMessage) -> Message:
    assert row.seq is not None
    return Message(
        row.seq,
        row.room,
        row.sender,
        row.kind,
        row.body,
        row.quoted,
        row.changed_seq,
        row.recalled,
        row.created_at,
        row.key,
    )


def _dump(body: dict[str, Any]) -> str:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))
