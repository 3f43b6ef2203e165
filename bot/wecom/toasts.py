"""Clicks on the intelligent bot's cards: carried out, and their answer said where it would be missed (``spoken``)."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from sqlmodel import Session

from bot.inbound import Inbound
from bot.kit import Kit
from bot.wecom import spoken
from handlers.turn import ClickResult
from notifications import outbox

LOUD = frozenset({"warn", "bad"})
ROUNDS = 15  # of two seconds each, for a click whose answer takes long


async def follow(kit: Kit, inbound: Inbound, result: ClickResult) -> ClickResult:
    """Wait for the answer to a click where ``result`` only says that it is being worked on, then say what only a toast
    would have said. Returns the last answer."""
    for _ in range(ROUNDS):
        if result.outcome.kind != "processing":
            break
        result = await kit.door.click(inbound)  # the same event again: it waits on, and changes nothing
    if result.outcome.kind in ("refused", "stranger", "failed"):
        result = ClickResult(result.toast, "warn", result.outcome)  # one read from the books has lost its tone
    inbox_id = await kit.door.accept(inbound)  # stored already: this only tells its number
    await kit.store.write(partial(_speak, inbox_id=inbox_id, inbound=inbound, result=result, now=kit.clock()))
    return result


def _speak(session: Session, inbox_id: int, inbound: Inbound, result: ClickResult, now: datetime) -> bool:
    chat = inbound.chat
    known = outbox.chat_kind(session, inbound.platform, inbound.sender)
    if result.tone in LOUD and inbound.chat_kind == "group" and known == "direct":
        chat = inbound.sender  # what one person may not do is no business of the group
    return spoken.speak(session, inbox_id, inbound.platform, chat, result, now)
