"""A supplier's quote and a purchase order: each supplier of the message gets a draft of its own, kept once confirmed.

Neither moves goods or prices. They bear what the firm pays, so their cards stay out of groups.
"""

from __future__ import annotations

from sqlmodel import Session

from handlers import order, talk
from handlers.turn import Outcome, Turn
from inventory_core import documents, people
from inventory_core.documents import rights
from inventory_core.errors import NotAllowed
from inventory_core.views import Kind
from nlp.findings import Intent
from notifications import outbox, texts

_MOST_NAMED = 2


def paper(session: Session, turn: Turn) -> Outcome:
    """Drafts for what a supplier offers, or for what is to be bought; more lines for the one being written.

    Raises:
        NotAllowed: the person does not buy; says who does.
    """
    understanding = turn.understanding
    assert understanding is not None
    quote = understanding.intent is Intent.SUPPLIER_QUOTE
    kind = Kind.SUPPLIER_QUOTE if quote else Kind.PURCHASE_ORDER
    if not talk.for_the_bot(turn):
        return Outcome("kept", note=f"{kind.value} in a group")
    if not turn.person.has(*rights.CREATORS[kind]):
        raise NotAllowed(texts.PAPER_NOT_ALLOWED.format(kind=kind.label, who=_who_may(session, kind)))
    docs = [doc for doc in understanding.docs if doc.lines]
    if not docs:
        form = texts.QUOTE_FORM if quote else texts.PURCHASE_FORM
        return talk.answer(session, turn, understanding.question or form, "asked")
    if turn.said.chat_kind != "group":
        return order.open_or_extend(session, turn, docs, kind)
    home = outbox.place_of(session, turn.person.id)
    if home is None:
        return talk.answer(session, turn, texts.PAPER_ALONE.format(kind=kind.label), "asked")
    before = set(documents.open_draft_ids(session, turn.person.id))
    outcome = order.open_or_extend(session, turn, docs, kind, home)
    made = [documents.get(session, one) for one in documents.open_draft_ids(session, turn.person.id)]
    labels = "、".join(view.label for view in reversed(made) if view.id not in before)
    talk.answer(session, turn, texts.PAPER_APART.format(labels=labels))
    return outcome


def _who_may(session: Session, kind: Kind) -> str:
    """Who may open such a paper, by name: buyers before those who lead."""
    for role in rights.CREATORS[kind]:
        found = people.with_role(session, role)[:_MOST_NAMED]
        if found:
            return "、".join(f"{person.name}（{role.label}）" for person in found)
    return rights.words(rights.CREATORS[kind])
