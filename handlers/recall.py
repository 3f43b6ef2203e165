"""Somebody took a message back: what it alone had brought goes with it; what others stand on is only asked about."""

from __future__ import annotations

import json

from sqlmodel import Session

from handlers import correction, sql, talk
from handlers.turn import Outcome, Turn
from inventory_core import documents
from inventory_core.views import DocumentView, State
from notifications import texts


def recall(session: Session, turn: Turn) -> Outcome:
    """Cancel the drafts the message opened, take out the lines it added, point at what it had changed."""
    said = turn.said
    sql.run(session, sql.DROP_QUESTION_OF_REF, platform=said.platform, ref=said.message_ref)
    links = sql.run(session, sql.LINKS_OF_REF, platform=said.platform, ref=said.message_ref)
    outcome = Outcome("ignored", note="nothing came of the recalled message")
    words: list[str] = []
    for document_id, effect, line_ids, inbox_id in links:
        view = documents.get(session, document_id)
        if view.author_id != turn.person.id:
            continue
        text, kind = _take_back(session, turn, view, effect, set(json.loads(line_ids)), inbox_id)
        if text:
            words.append(text)
            outcome = Outcome(kind, document_id, text)
    if words:
        talk.answer(session, turn, "\n".join(words))
    return outcome


def _take_back(
    session: Session, turn: Turn, view: DocumentView, effect: str, line_ids: set[int], inbox_id: int
) -> tuple[str, str]:
    if view.state is not State.DRAFT:
        if view.number is None or view.state in (State.VOID, State.REVERSED):
            return "", "ignored"
        return texts.RECALL_TOO_LATE.format(label=view.label), "asked"
    others = [row for row in sql.run(session, sql.LINKS_OF_DOCUMENT, document_id=view.id) if row[0] != inbox_id]
    mine = {line.id for line in view.lines} & line_ids
    left = [line for line in view.lines if line.id not in mine]
    if effect == "drafted" and (not others or not left):
        done = documents.void(session, view.id, turn.person.id, turn.now, reason="消息被撤回")
        talk.show(session, turn.said, done, turn.now, fresh=False)
        return texts.RECALLED.format(label=view.label), "cancelled"
    if effect == "corrected" or not mine or not left:
        return texts.RECALL_ASK.format(label=view.label), "asked"
    wanted = correction.without_lines(documents.content_of(view), mine)
    done = documents.change(session, view.id, view.version, wanted, turn.person.id, turn.now)
    talk.show(session, turn.said, done, turn.now, fresh=False)
    return texts.RECALLED_PART.format(label=view.label, count=len(mine)), "corrected"
