"""帮助, and the greeting of somebody who opens the chat for the first time."""

from __future__ import annotations

from sqlmodel import Session

from handlers import examples, talk
from handlers.turn import Outcome, Turn
from inventory_core import firm, products
from inventory_core.views import Role
from notifications import learning_texts, outbox, texts


def explain(session: Session, turn: Turn) -> Outcome:
    """Three examples that work."""
    return talk.answer(session, turn, _text(session, turn))


def greet(session: Session, turn: Turn) -> Outcome:
    """The same, once per person and platform, when the chat is opened."""
    said = turn.said
    if said.chat_kind == "group":
        return Outcome("ignored", note="entered a group")
    key = f"hello:{said.platform}:{turn.person.id}"
    outbox.say(session, said.platform, said.chat, _text(session, turn), key=key, person_id=turn.person.id, now=turn.now)
    return Outcome("answered", note="greeting")


def _text(session: Session, turn: Turn) -> str:
    name, last = firm.firm(session).name or "本公司", learning_texts.HELP
    if examples.product(session) is None and not turn.person.has(*products.MAINTAINERS):
        last = texts.HELP_EMPTY.format(who=examples.who_keeps_goods(session))
    found = texts.help_text(name, examples.examples(session, turn.person), turn.person.has(Role.KEEPER))
    return f"{found}\n{last}"
