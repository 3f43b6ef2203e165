"""草稿, 继续, a bare document number, 文本: finding things again."""

from __future__ import annotations

from dataclasses import replace

from sqlmodel import Session

from handlers import deeds, examples, sql, talk, target, typed
from handlers.turn import Outcome, Turn
from inventory_core import documents
from inventory_core.views import DocumentView, State
from nlp.intents import sayings
from notifications import texts


def list_drafts(session: Session, turn: Turn) -> Outcome:
    """The author's open drafts: the card when there is one, a list when there are more."""
    views = _all_drafts(session, turn)
    if not views:
        return talk.answer(session, turn, texts.NO_DRAFTS.format(how=examples.how_to_begin(turn.person)))
    if len(views) == 1:
        return typed.finish(session, turn, deeds.show(session, typed.scene(turn), views[0]), quiet=True)
    head = texts.DRAFTS_HEAD.format(count=len(views), example=views[0].label)
    return talk.answer(session, turn, "\n".join([head, *(f"· {texts.document_brief(view)}" for view in views)]))


def resume(session: Session, turn: Turn) -> Outcome:
    """Go on with a draft: show its card again, or reopen it when it had expired."""
    refs = sayings.refs_in(turn.said.text)
    if refs:
        return _show_named(session, turn, refs[0])
    views = _all_drafts(session, turn)
    chosen = target.choose(session, turn.said, turn.person, turn.now)
    if len(views) > 1 and chosen.before_eyes and sayings.is_all(turn.said.text):
        views = [view for view in views if view.id == chosen.open_ids[0]]  # 就这些 of what stands just above
    if len(views) > 1:
        return list_drafts(session, turn)
    if views:
        return typed.finish(session, turn, deeds.show(session, typed.scene(turn), views[0]), quiet=True)
    expired = sql.value(session, sql.NEWEST_EXPIRED, person_id=turn.person.id)
    if expired is None:
        return talk.answer(session, turn, texts.NO_DRAFTS.format(how=examples.how_to_begin(turn.person)))
    done = deeds.reopen(session, typed.scene(turn), documents.get(session, expired))
    return typed.finish(session, turn, done, quiet=True)


def is_one(session: Session, turn: Turn) -> bool:
    """东风的那张: one of several drafts, called by its customer."""
    return talk.for_the_bot(turn) and _called(session, turn) is not None


def show_one(session: Session, turn: Turn) -> Outcome:
    """Its card, so that the next words are about it."""
    view = _called(session, turn)
    assert view is not None
    done = deeds.show(session, typed.scene(turn), view)
    return replace(typed.finish(session, turn, done, quiet=True), document_id=view.id)


def _called(session: Session, turn: Turn) -> DocumentView | None:
    name = sayings.calls_one(turn.said.text)
    if name is None:
        return None
    found = [view for view in _all_drafts(session, turn) if view.partner is not None and name in view.partner.name]
    found = found or [
        view for view in _all_drafts(session, turn) if view.partner is not None and name in view.partner.aliases
    ]
    return found[0] if len(found) == 1 else None


def show_document(session: Session, turn: Turn) -> Outcome:
    """A bare number: the document's card."""
    refs = sayings.refs_in(turn.said.text)
    if not refs:
        return talk.answer(session, turn, texts.WHICH_NUMBER.format(word="看"), "asked")
    return _show_named(session, turn, refs[0])


def plain(session: Session, turn: Turn) -> Outcome:
    """文本 XS-0012: the words to paste to the customer."""
    chosen = target.choose(session, turn.said, turn.person, turn.now)
    if chosen.view is None:
        return talk.answer(session, turn, texts.WHICH_NUMBER.format(word="文本"), "asked")
    return typed.finish(session, turn, deeds.as_text(session, typed.scene(turn), chosen.view), quiet=True)


def _show_named(session: Session, turn: Turn, ref: str) -> Outcome:
    view = target.find(session, ref)
    if view is None:
        return talk.answer(session, turn, texts.NO_SUCH.format(ref=ref), "asked")
    if view.state is State.EXPIRED and view.author_id == turn.person.id:
        done = deeds.reopen(session, typed.scene(turn), view)
    else:
        done = deeds.show(session, typed.scene(turn), view)
    return typed.finish(session, turn, done, quiet=True)


def _all_drafts(session: Session, turn: Turn) -> list[DocumentView]:
    """Of all conversations when alone with the bot, of this one in a group."""
    chat = turn.said.chat if turn.said.chat_kind == "group" else None
    return documents.open_drafts(session, turn.person.id, chat)[:10]
