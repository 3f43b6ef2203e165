"""Answers to "which goods": a button, a select or words settle a line, or narrow it so that the next question can be
asked, on one line or on all that ask the same."""

from __future__ import annotations

from dataclasses import replace

from sqlmodel import Session

from handlers import correction, deeds, talk
from handlers.deeds import Done, Scene
from handlers.turn import Outcome
from inventory_core import documents
from inventory_core.errors import Refused
from inventory_core.views import DocumentView, DraftLine
from nlp.catalogue.differences import answered, difference
from notifications import asking, outbox, texts
from notifications.asking import Answer, Asked, Picks


def question(session: Session, view: DocumentView) -> Asked | None:
    """The question the document's card asks now."""
    return asking.asked(view, outbox.names_for(session, view, difference))


def meant(question: Asked, text: str) -> Answer | None:
    """The answer a short text picks among those the card offers: by its word, a part of it, or its place. 都要不锈钢的
    settles every line that asks the same, where all of them have it."""
    own = [one for one in question.answers if not one.every]
    found = answered(text, [one.label for one in own])
    if found is None:
        return None
    if found.counted:
        return question.answers[found.at] if found.at < len(question.answers) else None
    chosen = own[found.at]
    if not found.every:
        return chosen
    label = texts.ASK_EVERY.format(value=chosen.label)
    return next((one for one in question.answers if one.every and one.label == label), chosen)


def pick(session: Session, scene: Scene, view: DocumentView, picks: Picks, label: str = "") -> Done:
    """Leave these goods to these lines.

    Raises:
        Refused: a line is not open any more, or its question was another one.
    """
    correction.may_touch(view, scene.person)
    lines = {line.id: line for line in view.lines}
    for line_id, goods in picks:
        line = lines.get(line_id)
        if line is None or line.product is not None or not goods or not set(goods) <= set(line.candidates):
            raise Refused(texts.TOAST_STALE)
    if len(picks) == 1 and len(picks[0][1]) == 1:
        return deeds.set_product(session, scene, view, picks[0][0], picks[0][1][0])
    left = dict(picks)
    wanted = documents.content_of(view)
    wanted = replace(
        wanted,
        lines=tuple(
            _left(line, left[line.line_id]) if line.line_id is not None and line.line_id in left else line
            for line in wanted.lines
        ),
    )
    done = documents.change(session, view.id, view.version, wanted, scene.person.id, scene.now)
    talk.show(session, scene, done, scene.now, fresh=scene.fresh)
    return Done(texts.TOAST_PICKED.format(what=label), Outcome("answered", done.id, label))


def _left(line: DraftLine, goods: tuple[int, ...]) -> DraftLine:
    doubts = tuple(code for code in line.doubts if not code.startswith("sku_"))
    if len(goods) == 1:
        return replace(line, product_id=goods[0], candidates=(), doubts=doubts)
    return replace(line, candidates=goods, doubts=doubts)


def label_of(session: Session, view: DocumentView, picks: Picks) -> str:
    """What a pick is called on the card that offers it."""
    now = question(session, view)
    return next((one.label for one in now.answers if one.picks == picks), "") if now is not None else ""
