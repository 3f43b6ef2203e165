"""WeCom shows no toast for a click. Where a click changed nothing the person can see, its answer is said as a text."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from bot.dispatcher import BUSY_TOAST
from handlers.turn import ClickResult
from inventory_core.sql import value
from notifications import outbox

_VISIBLE = "SELECT 1 FROM outbox WHERE inbox_id = :id AND platform = :platform AND chat = :chat LIMIT 1"


def speak(session: Session, inbox_id: int, platform: str, chat: str, result: ClickResult, now: datetime) -> bool:
    """Say the answer to a click, once however often this is called; False when there was nothing to say.

    A refusal is always said. What went well is said only where no card, text or file follows in this chat.
    """
    if result.toast in ("", BUSY_TOAST.toast):
        return False
    refused = result.tone in ("warn", "bad")
    if not refused and value(session, _VISIBLE, id=inbox_id, platform=platform, chat=chat) is not None:
        return False
    key = f"toast:{inbox_id}"
    if outbox.was_said(session, key):
        return False
    outbox.say(session, platform, chat, result.toast, key=key, inbox_id=inbox_id, now=now)
    return True
