"""What people also ask a clerk: how this works, what runs short, and what cannot be done here yet. An honest short
answer; nothing is changed by it."""

from __future__ import annotations

from sqlmodel import Session

from handlers import helping, talk
from handlers.turn import Outcome, Turn
from inventory_core import stock
from inventory_core.columns import plain
from nlp.findings import Intent
from nlp.intents import clerkasked
from notifications import texts

_MOST = 15
_READ_AS = (Intent.NONE, Intent.PRICE_INQUIRY, Intent.STOCK_QUERY)
_NOT_YET = {
    clerkasked.Aside.RETURN: texts.NOT_YET_RETURN,
    clerkasked.Aside.MONEY: texts.NOT_YET_MONEY,
    clerkasked.Aside.REPORT: texts.NOT_YET_REPORT,
}


def is_one(session: Session, turn: Turn) -> bool:
    """Whether the message is such a question, and no line of goods was read in it."""
    found = clerkasked.find(turn.said.text)
    if found is None or not talk.for_the_bot(turn):
        return False
    understanding = turn.understanding
    if found not in _NOT_YET or understanding is None:
        return True
    if understanding.verb is not None or understanding.intent not in _READ_AS:
        return False
    return not any(line.qty is not None for doc in understanding.docs for line in doc.lines)


def answer(session: Session, turn: Turn) -> Outcome:
    """Say it."""
    found = clerkasked.find(turn.said.text)
    assert found is not None
    if found is clerkasked.Aside.HOW:
        return helping.explain(session, turn)
    if found is clerkasked.Aside.LOW:
        return talk.answer(session, turn, _low(session))
    return talk.answer(session, turn, _NOT_YET[found], "kept")


def _low(session: Session) -> str:
    """What stands at its minimum or below, the emptiest first."""
    low = sorted(stock.below_minimum(session), key=lambda one: one.available / one.min_qty if one.min_qty else 0)
    if not low:
        return texts.LOW_NONE
    rows = [
        texts.LOW_LINE.format(
            product=one.product.label,
            available=f"{plain(one.available)}{one.product.base_unit}",
            minimum=f"{plain(one.min_qty)}{one.product.base_unit}",
        )
        for one in low[:_MOST]
    ]
    if len(low) > _MOST:
        rows.append(texts.LOW_MORE.format(count=len(low) - _MOST))
    return "\n".join([texts.LOW_ASKED.format(count=len(low)), *rows])
