"""同意 and 驳回 in words: the order that is named or quoted, else the only one that waits."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlmodel import Session

from handlers import deeds, sql, talk, target, typed
from handlers.turn import Outcome, Turn
from inventory_core import documents
from inventory_core.views import DocumentView, Role, State
from nlp.findings import Intent
from nlp.intents import sayings
from notifications import texts

_MOST = 10
_LIST = re.compile(r"(?:看看?|查看?)?(?:待我?|等我?)?(?:审批|审核)(?:列表|单|的单?)?")
_VERDICT = re.compile(r"同意|批准|驳回")


def decide(session: Session, turn: Turn) -> Outcome:
    """Approve or reject."""
    understanding = turn.understanding
    assert understanding is not None
    chosen = target.choose(session, turn.said, turn.person, turn.now)
    named = chosen.view if chosen.named else None
    decides = turn.person.has(Role.SUPERVISOR, Role.BOSS)
    if named is None and (not talk.for_the_bot(turn) or not decides):
        # "可以" and "行" are everyday words; without a document and from somebody who decides nothing they mean
        # nothing here.
        if talk.for_the_bot(turn) and _VERDICT.search(turn.said.text):
            return talk.answer(session, turn, texts.APPROVE_NOT_ALLOWED, "asked")
        return Outcome("ignored", note="a verdict about nothing")
    view = named or _waiting_meant(session, turn)
    if sayings.no_verdict(turn.said.text):
        if view is None:
            return list_waiting(session, turn)
        return typed.finish(session, turn, deeds.show(session, typed.scene(turn), view), quiet=True)
    if view is None:
        waiting = _oldest(session, documents.pending_ids(session))
        if not waiting:
            return talk.answer(session, turn, texts.NOTHING_TO_APPROVE, "asked")
        word = "同意" if understanding.intent is Intent.APPROVE else "驳回"
        listed = "\n".join(f"· {texts.document_brief(one)}" for one in waiting)
        return talk.answer(
            session, turn, texts.WHICH_APPROVAL.format(list=listed, word=word, label=waiting[0].label), "asked"
        )
    if view.state is not State.PENDING:
        text = texts.TOAST_DONE_BEFORE.format(label=view.label, state=view.state_label)
        return talk.answer(session, turn, text, "answered")
    reason = understanding.docs[0].reason if understanding.docs else None
    if understanding.intent is Intent.APPROVE:
        done = deeds.approve(session, typed.scene(turn), view, reason or "")
    elif not reason:
        return talk.answer(session, turn, texts.WHY_REJECT.format(label=view.label), "asked")
    else:
        done = deeds.reject(session, typed.scene(turn), view, reason)
    return typed.finish(session, turn, done, quiet=True)


def is_list(turn: Turn) -> bool:
    """审批 alone is a request to see what waits, never a verdict."""
    return talk.for_the_bot(turn) and _LIST.fullmatch(turn.said.text.strip().strip("。.!！?？")) is not None


def list_waiting(session: Session, turn: Turn) -> Outcome:
    """What waits for an approval: the card when there is one, a list when there are more."""
    everything = documents.pending_ids(session)
    waiting = _oldest(session, everything)
    if not waiting:
        return talk.answer(session, turn, texts.NOTHING_TO_APPROVE)
    if len(waiting) == 1:
        return typed.finish(session, turn, deeds.show(session, typed.scene(turn), waiting[0]), quiet=True)
    listed = "\n".join(f"· {texts.document_brief(one)}" for one in waiting)
    text = texts.WAITING_APPROVAL.format(count=len(everything), list=listed, label=waiting[0].label)
    return talk.answer(session, turn, text)


def _waiting_meant(session: Session, turn: Turn) -> DocumentView | None:
    """The only order that waits, or the only one of the customer that is named: 新绿那单驳回，价格太低."""
    everything = documents.pending_ids(session)
    waiting = [one for one, author_id in everything if author_id != turn.person.id] or [one for one, _ in everything]
    if len(waiting) > 1:
        names = sql.run(session, sql.PARTNER_NAMES, ids=sql.dumps(waiting))
        meant = {document_id for document_id, name in names if name and name in turn.said.text}
        waiting = [one for one in waiting if one in meant]
    return documents.get(session, waiting[0]) if len(waiting) == 1 else None


def _oldest(session: Session, waiting: Sequence[tuple[int, int]]) -> list[DocumentView]:
    """As many as a list on a phone shows."""
    return [documents.get(session, one) for one, _ in waiting[:_MOST]]
