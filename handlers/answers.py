"""Short answers to what a draft's card asks: a product or its size, a customer's name, a quantity, a price, an
option's number.

An answer is taken only when exactly one open question fits it; everything else goes on to be read as an ordinary
message.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from sqlmodel import Session

from handlers import content, correction, deeds, picking, talk, target, typed
from handlers.turn import Outcome, Turn
from inventory_core import documents, partners, products, units
from inventory_core.views import DocumentView, DraftLine, LineView, State
from nlp.findings import Intent, Understanding
from nlp.intents import sayings
from nlp.scanning.numbers import number_at
from nlp.scanning.text import fold
from notifications import texts
from notifications.asking import Asked, Picks
from notifications.document_card import COST_KINDS

Answer = Callable[[Session, Turn], Outcome]
_LONGEST = 24
_MOST_DRAFTS = 5
_THAT_ONE = re.compile(r"^(?:就?是|要)?那?[个家]?(?=.)|(?:的?[那这][个家]|那边|的)(?:公司|店|单)?$")
_YES = ("是", "是的", "对", "对的", "就是", "就是这家", "嗯", "没错", "是这家", "对就是")
_YUAN = ("元", "块", "块钱")


def find(session: Session, turn: Turn) -> Answer | None:
    """What to do when the message answers the open draft's question; None when it does not."""
    understanding = turn.understanding
    if understanding is None or turn.slow or len(turn.said.text.strip()) > _LONGEST:
        return None
    if understanding.verb is not None or understanding.intent not in (
        Intent.NONE,
        Intent.SALES_ORDER,
        Intent.PURCHASE_ORDER,
        Intent.SUPPLIER_QUOTE,
        Intent.CORRECTION,
    ):
        return None
    chosen = target.choose(session, turn.said, turn.person, turn.now)
    newest = chosen.draft(session)
    if newest is None:
        return None
    views = [newest]
    if not chosen.named:
        views += [documents.get(session, one) for one in chosen.open_ids[1:_MOST_DRAFTS]]
    settled = _settled(newest, understanding)
    found = [answer for view in views if (answer := _answer(session, turn, view, understanding, settled)) is not None]
    if found and chosen.before_eyes and (first := _answer(session, turn, newest, understanding, settled)) is not None:
        return first
    return found[0] if len(found) == 1 else None


def _answer(
    session: Session, turn: Turn, view: DocumentView, understanding: Understanding, settled: tuple[str, ...]
) -> Answer | None:
    if view.state is not State.DRAFT or not view.blocking:
        return None
    asked = picking.question(session, view)
    return (
        _offered(view, asked, turn.said.text)
        or _product(session, view, understanding.answer_candidates or settled or _merely_named(view, understanding))
        or _party(session, view, understanding, turn.said.text)
        or _number(view, turn.said.text)
        or _new_name(view, understanding, turn)
    )


def _product(session: Session, view: DocumentView, skus: tuple[str, ...]) -> Answer | None:
    if not skus:
        return None
    named = set(products.ids_by_sku(session, skus).values())
    fitting = [(line, named & set(line.candidates)) for line in view.lines if line.product is None]
    matches = [(line, ids.pop()) for line, ids in fitting if len(ids) == 1]
    if len(matches) == 1:
        line, product_id = matches[0]
        return _pick_product(view, line.id, product_id)
    narrowed = [(line, ids) for line, ids in fitting if 1 < len(ids) < len(line.candidates)]
    if matches or len(narrowed) != 1:
        return None
    line, ids = narrowed[0]
    return _picks(view, ((line.id, tuple(key for key in line.candidates if key in ids)),), "")


def _settled(newest: DocumentView, understanding: Understanding) -> tuple[str, ...]:
    """The goods that a correction of nothing but one open line's product settles: "M10*30" to "which bolt?"."""
    if len(understanding.docs) != 1 or len(understanding.docs[0].lines) != 1:
        return ()
    said = understanding.docs[0].lines[0]
    line = next((one for one in newest.lines if one.line_no == said.line_no), None)
    if line is None or line.product is not None or said.sku is None:
        return ()
    same = said.qty is None or (line.qty is not None and Decimal(said.qty) == line.qty)
    return (said.sku,) if same and said.unit in (None, line.unit) and said.unit_price is None else ()


def _merely_named(view: DocumentView, understanding: Understanding) -> tuple[str, ...]:
    """Goods a message names without saying how many: it may be the answer to "which one", never a line of its own."""
    if len(understanding.docs) != 1:
        return ()
    known = {line.line_no for line in view.lines}
    fresh = [line for line in understanding.docs[0].lines if line.line_no is None or line.line_no not in known]
    if len(fresh) != 1 or fresh[0].qty is not None or fresh[0].unit_price is not None:
        return ()
    return (fresh[0].sku,) if fresh[0].sku is not None else fresh[0].candidates


def _party(session: Session, view: DocumentView, understanding: Understanding, text: str) -> Answer | None:
    problem = next((one for one in view.blocking if one.code.startswith("party_")), None)
    if problem is None or view.partner is not None:
        return None
    docs = understanding.docs
    if len(docs) == 1 and docs[0].party is not None and not docs[0].lines:
        found = partners.partner_by_code(session, docs[0].party)
        return None if found is None else _pick_partner(view, found.id)
    words = text.strip().strip("。.!！：: ")
    kind = "supplier" if view.kind in COST_KINDS else "customer"
    if not words or number_at(fold(words).text, 0) is not None:
        return None
    known = partners.partners(session, kind)
    exact = [one.id for one in known if words == one.name or words in one.aliases]
    part = _THAT_ONE.sub("", words)
    among = [one.id for one in known if part and one.id in problem.candidates and part in one.name]
    fits = exact if len(exact) == 1 else among
    if not fits and words in _YES and len(problem.candidates) == 1:
        fits = list(problem.candidates)  # 是下面这家吗？
    return _pick_partner(view, fits[0]) if len(fits) == 1 else None


def _new_name(view: DocumentView, understanding: Understanding, turn: Turn) -> Answer | None:
    """A name nobody knows, said where the card asks for one: the card then offers to create it. Nothing is created
    by a name alone."""
    asked = any(one.code in ("party_missing", "party_unknown") for one in view.blocking)
    if not asked or understanding.intent is not Intent.NONE or not talk.for_the_bot(turn):
        return None
    words = sayings.name_in(turn.said.text)
    if words is None or texts.is_courtesy(words):
        return None

    def answer(session: Session, turn: Turn) -> Outcome:
        correction.may_touch(view, turn.person)
        wanted = replace(documents.content_of(view), partner_said=words)
        return correction.apply(session, turn, view, wanted)

    return answer


def _offered(view: DocumentView, asked: Asked | None, text: str) -> Answer | None:
    """What the card offers, said by its word or its place. A bare number chooses nothing while a quantity or price is
    also open, which it could mean as well."""
    if asked is None or not asked.answers:
        return None
    if fold(text).text.strip().isdigit() and any(
        one.code in ("qty_missing", "qty_approximate", "price_missing") for one in view.blocking
    ):
        return None
    chosen = picking.meant(asked, text)
    if chosen is None:
        return None
    if chosen.partner_id is not None:
        return _pick_partner(view, chosen.partner_id)
    return _picks(view, chosen.picks, chosen.label)


def _number(view: DocumentView, text: str) -> Answer | None:
    words = fold(text).text.strip().strip("。.!")
    for prefix in ("单价", "价格", "要"):
        words = words.removeprefix(prefix)
    found = number_at(words, 0)
    if found is None:
        return None
    end, value = found
    rest = words[end:].strip()
    if rest in _YUAN or text.strip().startswith(("单价", "价格")):
        line = _only(view, ("price_missing",))
        if line is None or rest not in (*_YUAN, ""):
            return None
        price = Decimal(value)
        return _set(view, line, lambda old: replace(old, price=price, price_unit=None))
    line = _only(view, ("qty_missing", "qty_approximate", "unit_unknown", "qty_not_whole", "qty_abnormal"))
    if line is None or line.product is None or (line.qty is not None and not rest):
        return None
    unit = rest or line.unit
    if unit is not None and units.find(line.product, unit) is None:
        return None
    qty = Decimal(value)
    return _set(
        view,
        line,
        lambda old: replace(
            old, qty=qty, unit=unit, doubts=tuple(code for code in old.doubts if not code.startswith(("qty_", "unit_")))
        ),
    )


def _only(view: DocumentView, codes: tuple[str, ...]) -> LineView | None:
    numbers = {problem.line_no for problem in view.blocking if problem.code in codes}
    found = [line for line in view.lines if line.line_no in numbers]
    return found[0] if len(found) == 1 else None


def _pick_product(view: DocumentView, line_id: int, product_id: int) -> Answer:
    def answer(session: Session, turn: Turn) -> Outcome:
        return deeds.set_product(session, typed.scene(turn), view, line_id, product_id).outcome

    return answer


def _picks(view: DocumentView, picks: Picks, label: str) -> Answer:
    def answer(session: Session, turn: Turn) -> Outcome:
        return picking.pick(session, typed.scene(turn), view, picks, label).outcome

    return answer


def _pick_partner(view: DocumentView, partner_id: int) -> Answer:
    def answer(session: Session, turn: Turn) -> Outcome:
        return deeds.set_partner(session, typed.scene(turn), view, partner_id).outcome

    return answer


def _set(view: DocumentView, line: LineView, change: Callable[[DraftLine], DraftLine]) -> Answer:
    def answer(session: Session, turn: Turn) -> Outcome:
        correction.may_touch(view, turn.person)
        wanted = content.with_line(documents.content_of(view), line.id, change)
        return correction.apply(session, turn, view, wanted)

    return answer
