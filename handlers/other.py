"""What cannot be done yet or was not understood: an honest short answer, and the message is kept."""

from __future__ import annotations

import re

from sqlmodel import Session

from handlers import examples, helping, talk, target
from handlers.turn import Outcome, Turn
from inventory_core.views import State
from nlp.intents import sayings
from notifications import document_card, texts


def attachment(session: Session, turn: Turn) -> Outcome:
    """A picture or a file without words that could be understood."""
    if not talk.for_the_bot(turn):
        return Outcome("kept", note="picture or file in a group")
    problem = next((item.problem for item in turn.said.attachments if item.problem), "")
    if problem:
        return talk.answer(session, turn, problem, "kept")
    if turn.said.kind == "text" and not turn.said.attachments:  # nothing but blanks
        return talk.answer(session, turn, texts.NOT_UNDERSTOOD.format(how=examples.how_to_begin(turn.person)), "kept")
    if turn.said.kind == "other":
        return talk.answer(session, turn, texts.KEPT_OTHER, "kept")
    picture = any(item.kind == "picture" for item in turn.said.attachments) or turn.said.kind == "picture"
    return talk.answer(session, turn, texts.KEPT_PICTURE if picture else texts.KEPT_FILE, "kept")


def not_understood(session: Session, turn: Turn) -> Outcome:
    """Everything else. Courtesies need no answer; talk in a group is not for us."""
    words = re.sub(r"[\s。.!！~～,，?？]+", "", turn.said.text)
    if not words or texts.is_courtesy(words):
        return Outcome("ignored", note="courtesy")
    if not talk.for_the_bot(turn):
        return Outcome("kept", note="group talk")
    if words in texts.GREETINGS:
        return helping.explain(session, turn)
    question = turn.understanding.question if turn.understanding and turn.understanding.ask else None
    refs = sayings.refs_in(turn.said.text)
    named = target.find(session, refs[0]) if len(refs) == 1 and question is None else None
    if named is None and question is None and sayings.asks_shipped(turn.said.text):
        named = target.last(session, turn)
    if named is not None:
        text = texts.NOT_UNDERSTOOD_BUT
        if sayings.asks_shipped(turn.said.text):
            text = texts.STATE_DRAFT if named.state is State.DRAFT else texts.STATE_OF
        talk.answer(session, turn, text.format(label=named.label, state=named.state_label))
        talk.show(session, turn.said, named, turn.now, fresh=True)
        return Outcome("kept", named.id, note=named.label)
    if question is not None:
        return talk.answer(session, turn, question, "asked")
    how = texts.NOT_UNDERSTOOD.format(how=examples.how_to_begin(turn.person))
    return talk.answer(session, turn, _with_draft(session, turn) or how, "kept")


def _with_draft(session: Session, turn: Turn) -> str:
    """With a draft before one's eyes the words were probably about it: that it was left alone, and what works."""
    chosen = target.choose(session, turn.said, turn.person, turn.now)
    view = None if chosen.unsure_draft else chosen.draft(session)
    if view is None or view.state is not State.DRAFT or not view.lines:
        return ""
    return texts.NOT_UNDERSTOOD_DRAFT.format(label=view.label, example=document_card.example(view))
