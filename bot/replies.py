"""What the door says by itself in answer to a message, inside the transaction that finishes its row."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from bot import inbox
from bot.inbox import Waiting
from handlers.turn import ClickResult, Outcome
from inventory_core.sql import value
from notifications import outbox

_REFUSALS = frozenset({"warn", "bad"})
_SEEN = "SELECT 1 FROM outbox WHERE inbox_id = :id AND platform = :platform AND chat = :chat LIMIT 1"


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


def say_toast(session: Session, item: Waiting, result: ClickResult, now: datetime) -> None:
    """The answer to a click, in words, where the platform shows none.

    What went well is said only where no card, text or file follows in this chat. A refusal is always said, and that
    nothing was left to do; in a group to the person alone when we know where: it is no business of the group.
    """
    inbound = item.inbound
    if inbound.toasts or not result.toast:
        return
    chat = inbound.chat
    if result.tone in _REFUSALS or result.outcome.kind == "repeated":
        known = outbox.chat_kind(session, inbound.platform, inbound.sender)
        chat = inbound.sender if inbound.chat_kind == "group" and known == "direct" else chat
    elif value(session, _SEEN, id=item.id, platform=inbound.platform, chat=chat) is not None:
        return
    outbox.say(session, inbound.platform, chat, result.toast, key=f"toast:{item.id}", inbox_id=item.id, now=now)
