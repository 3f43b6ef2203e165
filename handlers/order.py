"""An order in free text: a draft, or more lines for the draft that is just being written."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlmodel import Session

from handlers import content, learning, near_names, other, sql, talk, target
from handlers.turn import Outcome, Turn
from inventory_core import documents, partners
from inventory_core.documents.sheet import ARRANGED
from inventory_core.views import DocumentView, DraftContent, Kind, Role, State
from nlp.findings import Doc, Intent
from nlp.intents import sayings
from nlp.scanning.text import fold_key

_WRITERS = (Role.SALES, Role.SUPERVISOR, Role.BOSS)
BURST = timedelta(minutes=3)  # people send one order as three to five messages


def order(session: Session, turn: Turn) -> Outcome:
    """Every order of the message: a party of its own opens a draft, none extends the one being written."""
    understanding = turn.understanding
    assert understanding is not None
    docs = [doc for doc in understanding.docs if doc.intent is Intent.SALES_ORDER]
    if turn.said.chat_kind == "group" and not talk.for_the_bot(turn) and not any(map(_solid, docs)):
        return Outcome("kept", note="group talk without one clear line of an order")
    if not docs:
        return other.not_understood(session, turn)
    return open_or_extend(session, turn, docs, Kind.SALES_ORDER)


def open_or_extend(
    session: Session, turn: Turn, docs: list[Doc], kind: Kind, home: tuple[str, str] | None = None
) -> Outcome:
    """Drafts of the given kind for these documents; the one without a party may continue the draft being written.
    ``home`` (platform, chat): where the drafts live when that is not where the message was written."""
    assert turn.understanding is not None
    docs = near_names.named(session, turn, docs, kind)
    unused = content.unused_words(turn.said.text, turn.understanding)
    running = burst(session, turn) if len(docs) == 1 and not _has_party(docs[0]) else None
    if running is not None and running.kind is not kind and {running.kind, kind} & ARRANGED:
        running = None  # a quote is no more of an order, whatever is being written
    here = home or (turn.said.platform, turn.said.chat)
    if running is not None:
        return extend(session, turn, running, docs[0], unused)
    last: DocumentView | None = None
    for doc in docs:
        view = documents.create_draft(
            session,
            near_names.offered(session, _fresh(session, turn, doc, kind, unused if doc is docs[0] else ())),
            turn.person.id,
            turn.now,
            chat=here[1],
            platform=here[0],
        )
        talk.link(session, turn.said, turn.person, view, "drafted", (line.id for line in view.lines))
        learning.note(session, turn, view, (line.id for line in view.lines))
        talk.show(session, replace(turn.said, platform=here[0], chat=here[1]), view, turn.now, fresh=True)
        last = view
    assert last is not None
    return Outcome("drafted", last.id, f"{len(docs)}张" if len(docs) > 1 else last.label)


def _fresh(session: Session, turn: Turn, doc: Doc, kind: Kind, unused: tuple[str, ...]) -> DraftContent:
    return learning.offered(session, turn, content.new(session, doc, kind, unused))


def extend(session: Session, turn: Turn, view: DocumentView, doc: Doc, unused: tuple[str, ...]) -> Outcome:
    """Add what the message brings to an open draft; its card changes where it stands."""
    return take_more(session, turn, view, content.extended(session, view, doc, unused))


def take_more(session: Session, turn: Turn, view: DocumentView, wanted: DraftContent) -> Outcome:
    """Give the draft being written what the next message of the burst brings; its card stays where it is."""
    before = {line.id for line in view.lines}
    wanted = near_names.offered(session, learning.offered(session, turn, wanted))
    changed = documents.change(session, view.id, view.version, wanted, turn.person.id, turn.now)
    learning.note(session, turn, changed, (line.id for line in changed.lines if line.id not in before))
    talk.link(
        session,
        turn.said,
        turn.person,
        changed,
        "extended",
        (line.id for line in changed.lines if line.id not in before),
    )
    talk.show(session, turn.said, changed, turn.now, fresh=False)
    return Outcome("extended", changed.id, "；".join(changed.changes))


def burst(session: Session, turn: Turn) -> DocumentView | None:
    """The draft this message continues: the one its author last wrote on, at most three minutes before. None when the
    last message opened several, for then nobody knows which is meant; and none for a turn that was overtaken."""
    if turn.slow:
        return None
    chosen = target.choose(session, turn.said, turn.person, turn.now)
    if chosen.named:
        return chosen.view if chosen.view is not None and chosen.view.state is State.DRAFT else None
    newest: tuple[int, int, int] | None = None
    for document_id in chosen.open_ids:
        rows = sql.run(session, sql.LAST_TOUCH, document_id=document_id, person_id=turn.person.id)
        if rows and (newest is None or rows[0][0] > newest[0]):
            newest = (rows[0][0], rows[0][1], document_id)
    if newest is None or sql.micros(turn.said.sent_at) - newest[0] > BURST // timedelta(microseconds=1):
        return None
    if sql.value(session, sql.DOCUMENTS_OF_INBOX, inbox_id=newest[1]) > 1:
        return None
    return documents.get(session, newest[2])


def is_head(session: Session, turn: Turn) -> bool:
    """Whether the message is a known customer's name and nothing more (东风机电下单): the goods come next."""
    understanding = turn.understanding
    if understanding is None or understanding.verb is not None or not talk.for_the_bot(turn) or turn.slow:
        return False
    if understanding.answer_candidates or any(doc.lines for doc in understanding.docs):
        return False
    if understanding.intent not in (Intent.NONE, Intent.SALES_ORDER) or not turn.person.has(*_WRITERS):
        return False
    return _customer(session, turn.said.text) is not None


def begin(session: Session, turn: Turn) -> Outcome:
    """A draft for that customer, still without goods; one that is open already is shown again."""
    partner_id = _customer(session, turn.said.text)
    assert partner_id is not None
    chosen = target.choose(session, turn.said, turn.person, turn.now)
    for open_id in chosen.open_ids:
        view = documents.get(session, open_id)
        if view.partner is not None and view.partner.id == partner_id:
            talk.link(session, turn.said, turn.person, view, "extended")
            talk.show(session, turn.said, view, turn.now, fresh=True)
            return Outcome("answered", view.id, view.label)
    wanted = DraftContent(kind=Kind.SALES_ORDER, partner_id=partner_id, partner_said=turn.said.text.strip()[:20])
    said = turn.said
    view = documents.create_draft(session, wanted, turn.person.id, turn.now, chat=said.chat, platform=said.platform)
    talk.link(session, said, turn.person, view, "drafted")
    talk.show(session, said, view, turn.now, fresh=True)
    return Outcome("drafted", view.id, view.label)


def _customer(session: Session, text: str) -> int | None:
    name = sayings.heads_order(text) if len(text) <= 30 else None
    if name is None:
        return None
    key = fold_key(name)
    found = {partner_id for partner_id, known in partners.names(session, "customer") if key == fold_key(known)}
    return found.pop() if len(found) == 1 else None


def _has_party(doc: Doc) -> bool:
    return bool(doc.party or doc.party_candidates or doc.party_said)


def _solid(doc: Doc) -> bool:
    return any(line.sku is not None and line.qty is not None for line in doc.lines)
