"""What the door says by itself in answer to a message, inside the transaction that finishes its row."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from bot import inbox
from bot.inbox import Waiting
from handlers.turn import Outcome
from notifications import outbox


def answer(session: Session, item: Waiting, text: str, outcome: Outcome, now: datetime) -> Outcome | None:
    """Say ``text`` and finish the row; None when it had been finished before."""
    if not inbox.still_new(session, item.id):
        return None
    say(session, item, text, now)
    inbox.done(session, item, outcome, now=now)
    return outcome


def say(session: Session, item: Waiting, text: str, now: datetime, key: str | None = None) -> None:
    """Say ``text`` where the message came from, as a reply to it."""
    inbound = item.inbound
    outbox.say(
        session,
        inbound.platform,
        inbound.chat,
        text,
        inbox_id=item.id,
        key=key,
        reply_to=inbound.message_ref or None,
        now=now,
    )
