"""永固到货 M8*30 20盒 单价12: goods that have arrived become a receipt draft, posted with 确认."""

from __future__ import annotations

from sqlmodel import Session

from handlers import order, talk
from handlers.turn import Outcome, Turn
from inventory_core.errors import NotAllowed
from inventory_core.views import Kind, Role
from notifications import texts

RECEIVERS = (Role.BUYER, Role.KEEPER, Role.BOSS)


def receive(session: Session, turn: Turn) -> Outcome:
    """A receipt draft, or more lines for the one being written.

    Raises:
        NotAllowed: the person receives no goods.
    """
    assert turn.understanding is not None
    docs = [doc for doc in turn.understanding.docs if doc.lines]
    if not docs:
        if not talk.for_the_bot(turn):
            return Outcome("kept", note="group talk about arriving goods")
        return talk.answer(session, turn, texts.RECEIVE_FORM, "asked")
    if not turn.person.has(*RECEIVERS):
        if turn.said.chat_kind == "group":
            return Outcome("kept", note="arriving goods, told by somebody who receives none")
        raise NotAllowed(texts.RECEIVE_NOT_ALLOWED)
    return order.open_or_extend(session, turn, docs, Kind.GOODS_RECEIPT)
