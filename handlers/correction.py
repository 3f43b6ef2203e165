"""A sentence that changes a document: the diff and the new card at the bottom, all other copies updated."""

from __future__ import annotations

import re
from dataclasses import replace

from sqlmodel import Session

from handlers import content, learning, near_names, order, question, talk, target, usual
from handlers.turn import Outcome, Turn
from inventory_core import documents, people
from inventory_core.errors import NotAllowed, Refused
from inventory_core.views import DocumentView, DraftContent, Kind, PersonView, Role, Shortage, State
from nlp.findings import Understanding
from nlp.intents import sayings
from notifications import texts
from notifications.document_card import shows_cost

# The sentence does not say what to change: whatever was filled in is not an instruction.
_TARGET_DOUBTS = frozenset(("target_ambiguous", "target_missing", "target_unclear", "split_uneven"))

_ADD = re.compile(r"加|追加|补|刚才|那单")
_MORE = re.compile(r"再|加|还要|还有|另外|追加|补|多[来拿要]|也要|一起")


def correct(session: Session, turn: Turn) -> Outcome:
    """Change the draft the message is about; with several open and none named, ask which."""
    understanding = turn.understanding
    assert understanding is not None
    chosen = target.choose(session, turn.said, turn.person, turn.now)
    if chosen.view is None or not target.changeable(chosen.view):
        return _nothing(session, turn, chosen.view)
    view = chosen.view
    may_touch(view, turn.person)
    if not understanding.docs or _TARGET_DOUBTS & set(understanding.ask_about):
        if chosen.unsure:
            return question.which(session, turn, chosen.editable_ids)
        return unclear(session, turn, understanding)
    if "price_asked" in understanding.ask_about:
        return unclear(session, turn, understanding)  # 85折行不行: nobody has said yes
    wanted = content.corrected(
        session, view, understanding.docs[0], content.unused_words(turn.said.text, understanding)
    )
    only = target.pointed(session, turn.said, view)
    if only:
        wanted = _with_the_others(documents.content_of(view), wanted, only)
    if not chosen.named and view.state is State.DRAFT and content.only_adds(documents.content_of(view), wanted):
        own_party = _names_partner(view, turn.said.text)
        stranger = None if own_party else near_names.stranger(session, turn, view.kind)
        if (stranger is not None and stranger != view.partner_said) or sayings.has_own_head(turn.said.text):
            return question.which(session, turn, chosen.open_ids, offer_new=True)  # somebody else's goods, perhaps
        running = None if own_party else order.burst(session, turn)
        if running is not None and running.id == view.id:
            return order.take_more(session, turn, view, wanted)
        if not (_ADD if own_party else _MORE).search(turn.said.text):
            # Goods without a customer, long after: more of that order, or another one? Nothing is guessed.
            return question.which(session, turn, chosen.open_ids, offer_new=True)
    if chosen.unsure:
        return question.which(session, turn, chosen.editable_ids)
    if view.state is not State.DRAFT and (understanding.ask or wanted.unused):
        return unclear(session, turn, understanding)  # a confirmed order changes on clear words only
    if (understanding.unused or understanding.ask) and _as_before(wanted, documents.content_of(view)):
        return unclear(session, turn, understanding)  # nothing changed because nothing was understood
    return apply(session, turn, view, wanted)


def _with_the_others(base: DraftContent, wanted: DraftContent, only: frozenset[int]) -> DraftContent:
    """What a sentence about a few of the lines wants, with all other lines where they were."""
    told = {line.line_id: line for line in wanted.lines if line.line_id is not None}
    kept = [
        told.get(line.line_id or 0, line) for line in base.lines if line.line_id not in only or line.line_id in told
    ]
    return replace(wanted, lines=(*kept, *(line for line in wanted.lines if line.line_id is None)))


def _as_before(wanted: DraftContent, base: DraftContent) -> bool:
    """Whether nothing but doubts would be new."""
    lines = tuple(
        replace(line, doubts=old.doubts) if line.line_id == old.line_id else line
        for line, old in zip(wanted.lines, base.lines, strict=False)
    )
    same = len(wanted.lines) == len(base.lines)
    return same and replace(wanted, lines=lines, doubts=base.doubts, unused=base.unused) == base


def _names_partner(view: DocumentView, text: str) -> bool:
    """Whether the message has a party of its own, even if it is the draft's: then it may be an order of its own."""
    return view.partner is not None and any(name in text for name in (view.partner.name, *view.partner.aliases))


def apply(session: Session, turn: Turn, view: DocumentView, wanted: DraftContent) -> Outcome:
    """Make the document contain what is wanted and show it."""
    wanted = near_names.offered(session, usual.filled(session, wanted))
    if wanted == documents.content_of(view):
        return talk.answer(session, turn, texts.NO_CHANGE.format(label=view.label), "unchanged", view.id)
    before = {line.id for line in view.lines}
    wanted = learning.offered(session, turn, wanted)
    changed = _changed(session, turn, view, wanted)
    learning.note(session, turn, changed, (line.id for line in changed.lines if line.id not in before))
    talk.link(
        session,
        turn.said,
        turn.person,
        changed,
        "corrected",
        (line.id for line in changed.lines if line.id not in before),
    )
    talk.show(session, turn.said, changed, turn.now, fresh=True)
    if changed.state is State.PENDING:
        talk.card_for(session, turn.said, changed, talk.approvers(session, changed), turn.now)
    if view.author_id != turn.person.id:
        told = "、".join(changed.changes) if not shows_cost(view) else "请看卡片"
        text = texts.CHANGED_TELL.format(who=turn.person.name, label=changed.label, changes=told)
        talk.tell(session, turn.said, [people.person(session, view.author_id)], text, turn.now)
    return Outcome("corrected", changed.id, "；".join(changed.changes))


def _changed(session: Session, turn: Turn, view: DocumentView, wanted: DraftContent) -> DocumentView:
    """The document with its new content. What a confirmed order owes already stays owed when only its prices, day or
    party change.

    Raises:
        Refused: a rule says no; where stock is short, with what can be done instead.
    """
    counted = {line.id: (line.product and line.product.id, line.qty, line.unit) for line in view.lines}
    same = all(counted.get(line.line_id or 0) == (line.product_id, line.qty, line.unit) for line in wanted.lines)
    owed = view.state in (State.PENDING, State.APPROVED) and any(one.code == "shortage" for one in view.problems)
    shortage = Shortage.BACKORDER if owed and same else None
    try:
        return documents.change(session, view.id, view.version, wanted, turn.person.id, turn.now, shortage)
    except Refused as refusal:
        if refusal.problems and all(one.code == "shortage" for one in refusal.problems):
            raise Refused(f"{refusal}{texts.SHORT_NO_CHANGE.format(label=view.label)}", refusal.problems) from None
        raise


def unclear(session: Session, turn: Turn, understanding: Understanding) -> Outcome:
    """Ask back, in the reader's own question when it has one."""
    if not talk.for_the_bot(turn):
        return Outcome("kept", note="group talk that is no clear correction")
    return talk.answer(session, turn, understanding.question or texts.CORRECTION_UNCLEAR, "asked")


def may_touch(view: DocumentView, person: PersonView) -> None:
    """A draft is its author's; supervisors and the boss may help.

    Raises:
        NotAllowed: somebody else's draft.
    """
    if view.author_id != person.id and not person.has(Role.SUPERVISOR, Role.BOSS):
        raise NotAllowed(texts.NOT_YOUR_DRAFT.format(label=view.label, author=view.author))


def without_lines(wanted: DraftContent, line_ids: set[int]) -> DraftContent:
    """The content without these lines."""
    return replace(wanted, lines=tuple(line for line in wanted.lines if line.line_id not in line_ids))


_HOW = {
    Kind.SUPPLIER_QUOTE: texts.HOW_QUOTE,
    Kind.PURCHASE_ORDER: texts.HOW_PURCHASE,
    Kind.GOODS_RECEIPT: texts.HOW_RECEIPT,
    Kind.SALES_ORDER: texts.HOW_SHIPPED,
    Kind.SHIPMENT: texts.HOW_SHIPPED,
}


def _how_to_change(view: DocumentView) -> str:
    """The way to something else when a sentence cannot change a document any more."""
    if view.state is State.EXPIRED:
        return texts.HOW_EXPIRED.format(label=view.label)
    shipment = view.label if view.kind is Kind.SHIPMENT else " ".join(view.shipments[-1:])
    how = _HOW.get(view.kind)
    if how is None or view.state in (State.VOID, State.REVERSED) or (how is texts.HOW_SHIPPED and not shipment):
        return texts.HOW_ENDED
    return how.format(label=view.label, shipment=shipment)


def _nothing(session: Session, turn: Turn, view: DocumentView | None) -> Outcome:
    if not talk.for_the_bot(turn):
        return Outcome("kept", note="group talk, nothing to correct")
    if view is not None:
        text = texts.CANNOT_CHANGE.format(label=view.label, state=view.state_label, how=_how_to_change(view))
        return talk.answer(session, turn, text, "refused", view.id)
    return talk.answer(session, turn, texts.NOTHING_TO_CHANGE, "asked")
