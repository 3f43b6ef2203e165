"""确认 in words: the only open draft, or the one that is named."""

from __future__ import annotations

from sqlmodel import Session

from handlers import deeds, examples, question, talk, target, typed
from handlers.turn import Outcome, Turn
from inventory_core import documents
from inventory_core.views import DocumentView, State
from nlp.intents import sayings
from notifications import asking, document_card, texts


def confirm(session: Session, turn: Turn) -> Outcome:
    """Confirm a draft; with several open and none named, ask which."""
    chosen = target.choose(session, turn.said, turn.person, turn.now)
    if not talk.for_the_bot(turn) and not chosen.named and not chosen.open_ids:
        return Outcome("kept", note="group talk, nothing to confirm")
    if chosen.unsure_draft:
        return question.which(session, turn, chosen.open_ids)
    view = chosen.draft(session)
    if view is None:
        return talk.answer(
            session, turn, texts.NOTHING_TO_CONFIRM.format(how=examples.how_to_begin(turn.person)), "asked"
        )
    if view.state is not State.DRAFT:
        return talk.answer(session, turn, _done_before(view), "answered")
    if view.blocking:
        talk.answer(session, turn, not_yet(view), "asked", view.id)
        deeds.show(session, typed.scene(turn), view)  # the card says what is still open, and the ways out
        return Outcome("asked", note="；".join(problem.text for problem in view.blocking))
    return typed.finish(session, turn, deeds.confirm(session, typed.scene(turn), view), quiet=True)


def is_all(session: Session, turn: Turn) -> bool:
    """两张都确认, while several are open: a glance at each is what 确认 is for."""
    if not sayings.confirms_all(turn.said.text) or not talk.for_the_bot(turn):
        return False
    return len(target.choose(session, turn.said, turn.person, turn.now).open_ids) > 1


def one_by_one(session: Session, turn: Turn) -> Outcome:
    """How to confirm the first, and what else is open."""
    open_ids = target.choose(session, turn.said, turn.person, turn.now).open_ids
    views = [documents.get(session, one) for one in open_ids[:5]]
    listed = "\n".join(f"· {texts.document_brief(view)}" for view in views)
    return talk.answer(session, turn, texts.ONE_BY_ONE.format(label=views[0].label, list=listed), "asked")


def not_yet(view: DocumentView) -> str:
    """Why nothing was confirmed, and what helps: the card alone would look as if nobody had listened."""
    codes = {problem.code for problem in view.blocking}
    if codes == {"shortage"}:
        text = texts.NOT_YET_SHORT
    elif asking.must_answer(view):
        text = texts.NOT_YET_ASKED
    else:
        text = texts.NOT_YET_DOUBTED if document_card.acceptable(view) else texts.NOT_YET_WRONG
    return text.format(label=view.label)


def _done_before(view: DocumentView) -> str:
    return texts.TOAST_DONE_BEFORE.format(label=view.label, state=view.state_label)
