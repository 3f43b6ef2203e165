"""待办: what waits for this very person, by role."""

from __future__ import annotations

import re

from sqlmodel import Session

from handlers import approval, drafts, ship, talk
from handlers.turn import Outcome, Turn
from inventory_core import documents
from inventory_core.views import Role

_WORDS = re.compile(r"(?:我的)?待办(?:事项|列表)?|(?:看看?)?有(?:什么|啥)要(?:我)?(?:办|处理)的")


def is_todo(turn: Turn) -> bool:
    """Whether somebody asks what waits for them."""
    return talk.for_the_bot(turn) and _WORDS.fullmatch(turn.said.text.strip().strip("。.!！?？")) is not None


def list_todo(session: Session, turn: Turn) -> Outcome:
    """Approvals for who approves, shipments for who ships, else one's own drafts."""
    if turn.person.has(Role.SUPERVISOR, Role.BOSS) and documents.pending_ids(session):
        return approval.list_waiting(session, turn)
    if turn.person.has(Role.KEEPER):
        return ship.list_waiting(session, turn)
    if turn.person.has(Role.SUPERVISOR):
        return approval.list_waiting(session, turn)
    return drafts.list_drafts(session, turn)
