"""发货 XS-0012, all of it or the lines and quantities that are said."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from sqlmodel import Session

from handlers import deeds, sql, talk, target, typed
from handlers.turn import Outcome, Turn
from inventory_core import documents, units
from inventory_core.views import DocumentView, Kind, LineView
from nlp.findings import Line
from nlp.intents import sayings
from notifications import texts
from notifications.document_card import unshipped

_LIST = re.compile(r"(?:看看?|查看?)?(?:待|未|没|还没)(?:发货?|出库)(?:的|列表)?(?:订?单|货)?")


def ship(session: Session, turn: Turn) -> Outcome:
    """Ship the order that is named or quoted; without a name the only one that waits."""
    understanding = turn.understanding
    assert understanding is not None
    refs = understanding.refs or tuple(sayings.refs_in(turn.said.text))
    view: DocumentView | None
    if refs:
        view = target.find(session, refs[0])
        if view is None:
            return talk.answer(session, turn, texts.NO_SUCH.format(ref=refs[0]), "asked")
    else:
        chosen = target.choose(session, turn.said, turn.person, turn.now)
        view = chosen.view if chosen.named else None
        if view is None and not talk.for_the_bot(turn):
            return Outcome("kept", note="group talk about shipping")
        if view is None:
            waiting = [row[0] for row in sql.run(session, sql.WAITING_SHIPMENTS)]
            if not waiting:
                return talk.answer(session, turn, texts.NOTHING_TO_SHIP, "asked")
            if len(waiting) > 1:
                views = [documents.get(session, one) for one in waiting[:10]]
                listed = "\n".join(f"· {texts.document_brief(one)}" for one in views)
                return talk.answer(session, turn, texts.WHICH_SHIP.format(list=listed, example=views[0].label), "asked")
            view = documents.get(session, waiting[0])
    if view.kind is not Kind.SALES_ORDER or not unshipped(view):
        text = texts.TOAST_DONE_BEFORE.format(label=view.label, state=view.state_label)
        return talk.answer(session, turn, text, "answered")
    wanted = [line for doc in understanding.docs for line in doc.lines]
    parts = _parts(view, wanted) if wanted else None
    if (wanted and parts is None) or understanding.ask or understanding.unused:
        return talk.answer(session, turn, texts.SHIP_UNCLEAR.format(label=view.label), "asked")
    return typed.finish(session, turn, deeds.ship(session, typed.scene(turn), view, parts), quiet=True)


def is_list(turn: Turn) -> bool:
    """待发货: a request to see what waits; nothing leaves the house by it."""
    return talk.for_the_bot(turn) and _LIST.fullmatch(turn.said.text.strip().strip("。.!！?？")) is not None


def list_waiting(session: Session, turn: Turn) -> Outcome:
    """Orders whose goods have yet to leave: the card when there is one, a list when there are more."""
    everything = sql.run(session, sql.WAITING_SHIPMENTS)
    waiting = [documents.get(session, row[0]) for row in everything[:10]]
    if not waiting:
        return talk.answer(session, turn, texts.NOTHING_TO_SHIP)
    if len(waiting) == 1:
        return typed.finish(session, turn, deeds.show(session, typed.scene(turn), waiting[0]), quiet=True)
    listed = "\n".join(f"· {texts.document_brief(one)}" for one in waiting)
    text = texts.WAITING_SHIP.format(count=len(everything), list=listed, label=waiting[0].label)
    return talk.answer(session, turn, text)


def _parts(view: DocumentView, wanted: Sequence[Line]) -> dict[int, Decimal] | None:
    """Line number → base units to ship; None when one of the lines said fits no line of the order, or more than one."""
    parts: dict[int, Decimal] = {}
    for line in wanted:
        found = _fitting(view, line)
        if found is None or found.product is None or found.line_no in parts:
            return None
        if line.qty is None:
            parts[found.line_no] = (found.base_qty or Decimal(0)) - found.shipped
            continue
        unit = units.find(found.product, line.unit or found.unit)
        if unit is None:
            return None
        parts[found.line_no] = Decimal(line.qty) * unit.num / unit.den
    return parts


def _fitting(view: DocumentView, line: Line) -> LineView | None:
    if line.line_no is not None:
        return next((one for one in view.lines if one.line_no == line.line_no), None)
    if line.sku is not None:
        found = [one for one in view.lines if one.product is not None and one.product.sku == line.sku]
    else:
        found = [one for one in view.lines if one.product is not None and one.product.sku in line.candidates]
    return found[0] if len(found) == 1 else None
