"""What is learned while people work: the words of new lines are noted, a confirmation teaches, a question offers first
what the words meant before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from handlers import content
from handlers.turn import Turn
from inventory_core import aliases, products
from inventory_core.aliases import Lesson, SaidWords
from inventory_core.views import DocumentView, DraftContent, DraftLine
from nlp.catalogue.itemwords import key_of
from nlp.findings import Line
from notifications import learning_texts


def note(session: Session, turn: Turn, view: DocumentView, line_ids: Iterable[int]) -> None:
    """Remember what the items of new lines were called, and how the reader took them."""
    named = _named(turn)
    fresh = set(line_ids)
    wanted = [(line.id, named[line.said]) for line in view.lines if line.id in fresh and line.said in named]
    if not wanted:
        return
    skus = {sku for _, line in wanted for sku in (line.sku, *line.candidates) if sku is not None}
    ids = products.ids_by_sku(session, skus) if skus else {}
    aliases.note(
        session,
        view.id,
        [
            SaidWords(
                line_id,
                line.words,
                key_of(line.words),
                line.learns,
                None if line.sku is None else ids.get(line.sku),
                tuple(ids[sku] for sku in line.candidates if sku in ids),
            )
            for line_id, line in wanted
        ],
    )


def offered(session: Session, turn: Turn, wanted: DraftContent) -> DraftContent:
    """The content, where a new line that is asked about has first what its words were confirmed to mean before, for
    this customer or others. It stays a question."""
    named = _named(turn)

    def known(line: DraftLine) -> DraftLine:
        words = named.get(line.said)
        if line.product_id is not None or line.line_id is not None or words is None:
            return line
        before = aliases.meant_before(session, key_of(words.words), wanted.partner_id)
        if line.candidates:
            before = [one for one in before if one in line.candidates]
        return replace(line, candidates=tuple(dict.fromkeys((*before, *line.candidates)))) if before else line

    return replace(wanted, lines=tuple(known(line) for line in wanted.lines))


def settled(session: Session, view: DocumentView, wanted: DraftContent, partner_id: int) -> DraftContent:
    """The content, where open lines are what their words mean to the customer who was just named."""
    own = aliases.settled(session, view.id, partner_id)
    for line in wanted.lines:
        if line.product_id is None and line.line_id in own:
            wanted = content.with_product(wanted, line.line_id, own[line.line_id])
    return wanted


def _named(turn: Turn) -> dict[str, Line]:
    """Lines of the message whose item was called by one run of words, by all of their words."""
    if turn.understanding is None:
        return {}
    return {line.said: line for doc in turn.understanding.docs for line in doc.lines if line.words and line.said}


def lessons(session: Session, view: DocumentView, actor_id: int, now: datetime) -> str:
    """Learn from a document that was just confirmed; what to say about it, "" for nothing."""
    return "\n".join(_words(session, lesson) for lesson in aliases.learn(session, view, actor_id, now))


def _words(session: Session, lesson: Lesson) -> str:
    view = lesson.alias
    if lesson.what == "shared":
        return learning_texts.SHARED.format(words=view.words, product=view.product)
    if lesson.what == "retired":
        return learning_texts.RETIRED.format(words=view.words, product=view.product)
    alone = len(aliases.living(session, view.key)) == 1
    return learning_texts.LEARNED.format(
        who=learning_texts.who(view),
        words=view.words,
        product=view.product,
        forget=learning_texts.forget_words(view, alone=alone),
    )
