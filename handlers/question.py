"""Two questions a message may raise before anything is done with it: which draft, and does it still count. Both are a
card with buttons, both can be answered in words, and the answer has the message understood again with its target
known."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlmodel import Session

from handlers import sql
from handlers.turn import Outcome, Turn
from inventory_core import documents
from nlp.intents import sayings
from notifications import outbox, texts
from notifications.actions import Tokens
from notifications.card import Button, Card, Note, Style

_AGE = timedelta(hours=24)
YES, NO, NEW = "yes", "no", "new"
NO_DOCUMENT = 0  # as the answer to "which draft": none of them


def which(session: Session, turn: Turn, document_ids: Sequence[int], *, offer_new: bool = False) -> Outcome:
    """Ask which of these documents is meant, or whether a new one is."""
    views = [documents.get(session, document_id) for document_id in document_ids[:5]]
    options = [(view.label, str(view.id)) for view in views]
    if offer_new:
        options.append((texts.WHICH_NEW, NEW))
    card = Card(
        title=texts.WHICH_HEAD_NEW if offer_new else texts.WHICH_HEAD if len(views) > 1 else texts.WHICH_HEAD_ONE,
        notes=(Note(f"“{texts.brief(turn.said.text)}”"), *(Note(texts.document_brief(view)) for view in views)),
        buttons=(),
        hint=texts.WHICH_HINT.format(example=views[0].label),
    )
    return _ask(session, turn, "which", card, options)


def late(session: Session, turn: Turn) -> Outcome:
    """Ask whether a message that came after a later one still counts."""
    card = Card(
        title=texts.LATE_HEAD,
        notes=(Note(texts.LATE_NOTE.format(text=texts.brief(turn.said.text, 60))),),
        hint=texts.LATE_HINT,
    )
    return _ask(session, turn, "late", card, [(texts.LATE_YES, YES), (texts.LATE_NO, NO)])


def _ask(session: Session, turn: Turn, kind: str, card: Card, options: Sequence[tuple[str, str]]) -> Outcome:
    said = turn.said
    tokens = Tokens()
    buttons = tuple(
        Button(
            label,
            tokens(0, 0, "question", inbox_id=said.inbox_id, value=value),
            Style.PRIMARY if index == 0 and kind == "late" else Style.PLAIN,
        )
        for index, (label, value) in enumerate(options)
    )
    tokens.store(session, turn.now)
    shown = replace(card, buttons=buttons)
    outbox_id = outbox.show_card(
        session, said.platform, said.chat, shown, inbox_id=said.inbox_id, person_id=turn.person.id, now=turn.now
    )
    sql.run(
        session,
        sql.INSERT_QUESTION,
        inbox_id=said.inbox_id,
        kind=kind,
        person_id=turn.person.id,
        platform=said.platform,
        chat=said.chat,
        message_ref=said.message_ref,
        options=sql.dumps([list(option) for option in options]),
        outbox_id=outbox_id,
        now=sql.micros(turn.now),
    )
    return Outcome("asked", note=card.title)


def waived(session: Session, inbox_id: int) -> bool:
    """Whether its author has already said that this late message counts."""
    rows = sql.run(session, sql.QUESTION, inbox_id=inbox_id)
    return bool(rows) and rows[0][3] == "answered"


def take(session: Session, inbox_id: int, person_id: int, value: str, now: datetime) -> Outcome | None:
    """Take an answer. None when the question is not this person's or is no longer open."""
    rows = sql.run(session, sql.QUESTION, inbox_id=inbox_id)
    if not rows or rows[0][1] != person_id or rows[0][3] != "open":
        return None
    label = next((option[0] for option in json.loads(rows[0][2]) if option[1] == value), None)
    if label is None:
        return None
    head = texts.LATE_HEAD if rows[0][0] == "late" else texts.WHICH_HEAD
    outbox.close_card(session, rows[0][5], Card(title=head, notes=(Note(texts.CHOSEN.format(label=label)),)), now)
    if value == NO:
        sql.run(session, sql.CLOSE_QUESTION, inbox_id=inbox_id, state="dropped", document_id=None)
        return Outcome("dropped", note=str(inbox_id))
    chosen = {YES: None, NEW: NO_DOCUMENT}[value] if value in (YES, NEW) else int(value)
    sql.run(session, sql.CLOSE_QUESTION, inbox_id=inbox_id, state="answered", document_id=chosen)
    return Outcome("decided", note=value, again=inbox_id)


def asked_of(session: Session, inbox_id: int) -> int | None:
    """Whom an open question asks; None when it is answered or gone."""
    rows = sql.run(session, sql.QUESTION, inbox_id=inbox_id)
    return int(rows[0][1]) if rows and rows[0][3] == "open" else None


def typed(session: Session, turn: Turn) -> tuple[int, str] | None:
    """The open question this message answers in words, with the option's value: its label, or a draft's number."""
    words = re.sub(r"[\s。.!！,，]+", "", turn.said.text)
    if not words or len(words) > 12:
        return None
    refs = sayings.refs_in(words)
    for inbox_id, _kind, options in sql.run(
        session,
        sql.OPEN_QUESTIONS,
        platform=turn.said.platform,
        chat=turn.said.chat,
        person_id=turn.person.id,
        since=sql.micros(turn.now - _AGE),
    ):
        if inbox_id == turn.said.inbox_id:
            continue
        for label, value in json.loads(options):
            if words == label or (refs == [label] and words in (label, f"改{label}", f"{label}的")):
                return inbox_id, value
        named = _by_partner(session, words, [value for _, value in json.loads(options) if value.isdigit()])
        if named is not None:
            return inbox_id, named
    return None


def _by_partner(session: Session, words: str, values: Sequence[str]) -> str | None:
    """The one document of an open question whose customer is named: 东风, 东风的那张."""
    said = words.removesuffix("单").removesuffix("张").removesuffix("那").removesuffix("的")
    names = sql.run(session, sql.PARTNER_NAMES, ids=sql.dumps([int(value) for value in values])) if values else []
    meant = {str(document_id) for document_id, name in names if name and name in (said, words)}
    return meant.pop() if len(meant) == 1 else None
