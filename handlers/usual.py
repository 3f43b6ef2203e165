"""老样子, 照上次, 再来一份: a draft with what a customer's last confirmed order holds, said on its card, and with the
changes of the same message. Prices are those of a new order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlmodel import Session

from handlers import content, sql, talk, target
from handlers.turn import Outcome, Said, Turn
from inventory_core import documents, partners
from inventory_core.errors import Stale
from inventory_core.views import DocumentView, DraftContent, DraftLine, Kind, State
from nlp.corrections import usual as words
from nlp.findings import Doc, Intent
from nlp.scanning.text import fold_key
from notifications import texts

WAITS = "same_again"  # a draft that will hold the last order of whoever its customer turns out to be
NO_LAST = "no_last_order"
_SAME_AS = "same_as"
_STANDS = (State.PENDING, State.APPROVED, State.POSTED, State.SETTLED)


def is_one(session: Session, turn: Turn) -> bool:
    """Whether the message asks for an order like an earlier one."""
    return turn.understanding is not None and turn.understanding.same_again


def names_several(session: Session, turn: Turn) -> bool:
    """Whether "the same again" stands in a message with more customers than orders were read in it: 东风和大成老样子,
    东风老样子，大成平垫6盒."""
    understanding = turn.understanding
    if understanding is None or understanding.verb is not None or not words.hinted(turn.said.text):
        return False
    if not understanding.same_again and understanding.intent is not Intent.SALES_ORDER:
        return False
    return len(_customers(session, turn.said.text)) > max(1, len(understanding.docs))


def one_at_a_time(session: Session, turn: Turn) -> Outcome:
    """Which goods are whose would be a guess."""
    if not talk.for_the_bot(turn):
        return Outcome("kept", note="group talk about orders like the last")
    first = min(_customers(session, turn.said.text))
    name = partners.partner(session, first).name
    return talk.answer(session, turn, texts.SAME_ONE_AT_A_TIME.format(customer=name), "asked")


def _customers(session: Session, text: str) -> set[int]:
    """Customers whose names stand in a text. What belongs to a longer name is no name by itself."""
    left, found = fold_key(text), set()
    for key, name in sorted(partners.names(session, "customer"), key=lambda pair: -len(pair[1])):
        folded = fold_key(name)
        if len(folded) > 1 and folded in left:
            found.add(key)
            left = left.replace(folded, "\n")
    return found


def meant(session: Session, said: Said, chosen: target.Target) -> DocumentView | None:
    """The order that "the same again" means before anything is understood: the one quoted or named by number, else
    the last of the one customer whose name the message has."""
    if not words.hinted(said.text):
        return None
    if chosen.named and chosen.view is not None:
        return chosen.view if _is_order(chosen.view) else None
    text = fold_key(said.text)
    named: dict[int, int] = {}
    for key, name in partners.names(session, "customer"):
        if len(name) > max(1, named.get(key, 0)) and fold_key(name) in text:
            named[key] = len(name)
    named.pop(partners.walk_in(session).id, None)
    best = [key for key, length in named.items() if length == max(named.values())]
    return last_of(session, best[0]) if len(best) == 1 else None


def _is_order(view: DocumentView) -> bool:
    return view.kind is Kind.SALES_ORDER and view.state in _STANDS


def last_of(session: Session, partner_id: int) -> DocumentView | None:
    """A customer's last confirmed order that still stands. 散客 is somebody else every time."""
    if partners.partner(session, partner_id).walk_in:
        return None
    found = sql.value(session, sql.LAST_OF_PARTNER, partner_id=partner_id)
    return None if found is None else documents.get(session, found)


def context(view: DocumentView, whole: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the reader is told of the order: goods and quantities, no prices and no day."""
    lines = [
        {key: line[key] for key in ("line_no", "sku", "candidates", "said", "qty", "unit", "gift", "note")}
        for line in whole["lines"]
    ]
    return {"doc_no": view.label, "intent": "sales_order", "party": whole["party"], "lines": lines}


def order(session: Session, turn: Turn) -> Outcome:
    """A draft like the order that is meant; without a customer it asks who it is for."""
    understanding = turn.understanding
    assert understanding is not None
    doc = understanding.docs[0] if understanding.docs else Doc(Intent.SALES_ORDER)
    chosen = target.choose(session, turn.said, turn.person, turn.now)
    last = meant(session, turn.said, chosen)
    quoted = last is not None and chosen.named
    partner_id = None
    if doc.party is not None:
        known = partners.partner_by_code(session, doc.party)
        partner_id = None if known is None else known.id
    elif last is not None and last.partner is not None and not last.partner.walk_in:
        partner_id = last.partner.id
    if (
        partner_id is not None
        and not quoted
        and (last is None or last.partner is None or last.partner.id != partner_id)
    ):
        last = last_of(session, partner_id)  # the reader knows the name better than a look at the letters
    if turn.said.chat_kind == "group" and not talk.for_the_bot(turn) and (last is None or partner_id is None):
        return Outcome("kept", note="group talk about an order like the last")
    if partner_id is None or last is None:
        return _ask(session, turn, doc, partner_id)
    if doc.lines and doc.ref != last.label:
        raise Stale("这家的上一单刚变过，我按最新的再看一遍。")
    unused = content.unused_words(turn.said.text, understanding)
    wanted = content.new(session, doc, Kind.SALES_ORDER, unused)
    if not doc.lines:
        wanted = replace(wanted, lines=lines_of(last))
    wanted = replace(wanted, partner_id=partner_id, partner_candidates=(), doubts=(*wanted.doubts, same_as(last)))
    return _begin(session, turn, wanted)


def _ask(session: Session, turn: Turn, doc: Doc, partner_id: int | None) -> Outcome:
    """Nobody named, or nothing to be like: a question, on a draft where the answer fills it."""
    understanding = turn.understanding
    assert understanding is not None
    if partner_id is not None:
        name = partners.partner(session, partner_id).name
        return talk.answer(session, turn, texts.NO_LAST_ORDER.format(customer=name), "asked")
    if doc.lines or "target_missing" in understanding.ask_about:
        return talk.answer(session, turn, texts.SAME_AS_WHOSE, "asked")
    wanted = content.new(session, doc, Kind.SALES_ORDER)
    return _begin(session, turn, replace(wanted, doubts=(*wanted.doubts, WAITS)))


def _begin(session: Session, turn: Turn, wanted: DraftContent) -> Outcome:
    said = turn.said
    view = documents.create_draft(session, wanted, turn.person.id, turn.now, chat=said.chat, platform=said.platform)
    talk.link(session, said, turn.person, view, "drafted", (line.id for line in view.lines))
    talk.show(session, said, view, turn.now, fresh=True)
    return Outcome("drafted", view.id, view.label)


def lines_of(last: DocumentView) -> tuple[DraftLine, ...]:
    """Goods, quantities and units of an order as lines of a new one."""
    return tuple(
        DraftLine(
            said=line.said,
            product_id=line.product.id if line.product else None,
            qty=line.qty,
            unit=line.unit,
            gift=line.gift,
            note=line.note,
        )
        for line in last.lines
    )


def same_as(last: DocumentView) -> str:
    """How a draft remembers which order it was made like."""
    day = last.business_date
    return f"{_SAME_AS}:{last.label}（{day.month}月{day.day}日）"


def filled(session: Session, wanted: DraftContent) -> DraftContent:
    """The content once its customer is known: what was waiting for the last order holds it now, or says that there is
    none."""
    if WAITS not in wanted.doubts or wanted.partner_id is None:
        return wanted
    last = last_of(session, wanted.partner_id)
    others = tuple(code for code in wanted.doubts if code != WAITS)
    if last is None:
        return replace(wanted, doubts=(*others, NO_LAST))
    return replace(wanted, lines=lines_of(last) + wanted.lines, doubts=(*others, same_as(last)))
