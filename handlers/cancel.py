"""取消 a draft, 撤销 an order or moved goods."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import Session

from handlers import correction, deeds, question, sql, talk, target, typed
from handlers.turn import Outcome, Turn
from inventory_core import documents
from inventory_core.views import State
from nlp.findings import Verb
from nlp.intents import sayings
from notifications import texts

_RECENT = timedelta(hours=24)
_ENDED = (State.VOID, State.REVERSED)


def cancel(session: Session, turn: Turn) -> Outcome:
    """Drop the draft that is meant. Ask when it could be several, and whether the last order is meant when 撤销 comes
    without a number."""
    understanding = turn.understanding
    assert understanding is not None
    undo = understanding.verb is Verb.UNDO
    chosen = target.choose(session, turn.said, turn.person, turn.now)
    if not talk.for_the_bot(turn) and not chosen.named and not chosen.open_ids:
        return Outcome("kept", note="group talk, nothing to cancel")
    if chosen.unsure_draft:
        return question.which(session, turn, chosen.open_ids)
    view = chosen.draft(session)
    only = target.pointed(session, turn.said, view) if view is not None and not undo else frozenset()
    if view is not None and only:  # 不要了 about a quoted message takes back what that message brought
        correction.may_touch(view, turn.person)
        return correction.apply(session, turn, view, correction.without_lines(documents.content_of(view), set(only)))
    if view is None and undo:
        since = sql.micros(turn.now - _RECENT)
        found = sql.value(
            session, sql.LAST_ORDER, person_id=turn.person.id, since=since, chat=None, platform="", alone=0
        )
        if found is not None:  # nobody said which: an order is never undone on a guess
            return question.which(session, turn, [found])
    if view is None:
        return talk.answer(session, turn, texts.NOTHING_TO_UNDO if undo else texts.NOTHING_TO_CANCEL, "asked")
    if view.state in _ENDED:
        text = texts.TOAST_DONE_BEFORE.format(label=view.label, state=view.state_label)
        return talk.answer(session, turn, text, "answered")
    reason = (understanding.docs[0].reason if understanding.docs else None) or ""
    if sayings.refs_in(reason):
        reason = ""  # the number itself is no reason
    return typed.finish(session, turn, deeds.undo(session, typed.scene(turn), view, reason), quiet=True)
