"""库存 M8*30, 多少钱: a short list, at once. Selling prices only."""

from __future__ import annotations

import re
from decimal import Decimal

from sqlmodel import Session

from handlers import examples, talk, target
from handlers.turn import Outcome, Turn
from inventory_core import partners, prices, products, stock, units
from inventory_core.views import DocumentView, ProductView
from nlp.findings import Intent
from nlp.intents import sayings
from notifications import outbox, texts
from notifications.document_card import shows_cost

_MOST = 8
_WITHOUT_GOODS = ("库存", "查库存", "价格", "多少钱", "报价")
_COST = re.compile(r"进价|进货价|成本|采购价|拿货价|到货价")
_ASKED_BY_NAME = ("库存", "查库存", "查一下库存")  # how the bot is asked in a group without naming it


def answer(session: Session, turn: Turn) -> Outcome:
    """Free stock and price of what was asked about."""
    understanding = turn.understanding
    assert understanding is not None
    if not talk.for_the_bot(turn) and not turn.said.text.strip().startswith(_ASKED_BY_NAME):
        return Outcome("kept", note="a question among people")
    lines = [line for doc in understanding.docs for line in doc.lines]
    skus = list(dict.fromkeys(sku for line in lines for sku in ((line.sku,) if line.sku else line.candidates)))
    words = turn.said.text.strip().strip("。.!！?？")
    if not skus and words in _WITHOUT_GOODS:
        text = texts.STOCK_WHICH.format(word=words.removeprefix("查"), example=examples.product_words(session))
        return talk.answer(session, turn, text, "asked")
    if not skus:
        return talk.answer(session, turn, texts.STOCK_NONE.format(example=examples.product_words(session)), "asked")
    ids = products.ids_by_sku(session, skus)
    found = [ids[sku] for sku in skus if sku in ids]
    views = products.by_ids(session, found)
    levels = stock.levels(session, found)
    partner_id = _partner(session, turn)
    rows = []
    for key in found[:_MOST]:
        view = views[key]
        level = levels.get(key, stock.NOTHING)
        price = _price(session, view, partner_id)
        rows.append(
            texts.price_answer(view.label, price, quantity(view, level.available))
            if understanding.intent is Intent.PRICE_INQUIRY
            else texts.stock_answer(
                view.label,
                quantity(view, level.available),
                quantity(view, level.reserved) if level.reserved else "",
                quantity(view, level.on_hand),
                price,
            )
        )
    if len(found) > _MOST:
        rows.append(texts.STOCK_MORE.format(count=len(found), example=views[found[0]].spec or views[found[0]].name))
    if understanding.intent is Intent.PRICE_INQUIRY and _asks_cost(session, turn):
        rows.insert(0, texts.COST_ELSEWHERE)
    return talk.answer(session, turn, "\n".join(rows))


def asks_total(session: Session, turn: Turn) -> bool:
    """这单多少钱, 一共多少, while there is an order it can be about."""
    return talk.for_the_bot(turn) and sayings.asks_total(turn.said.text) and _totalled(session, turn) is not None


def tell_total(session: Session, turn: Turn) -> Outcome:
    """What that order comes to."""
    view = _totalled(session, turn)
    assert view is not None
    party = f"{view.partner.name} " if view.partner is not None else ""
    total = texts.PRICE_OPEN if view.total is None else f"{texts.money(view.total)}元"
    return talk.answer(session, turn, texts.TOTAL_OF.format(label=view.label, party=party, total=total))


def _totalled(session: Session, turn: Turn) -> DocumentView | None:
    view = target.choose(session, turn.said, turn.person, turn.now).view or target.last(session, turn)
    if view is None or (shows_cost(view) and not outbox.audience(session, turn.said.platform, turn.said.chat).cost):
        return None
    return view


def _asks_cost(session: Session, turn: Turn) -> bool:
    """Whether the price asked for is what suppliers take: our own price must not pass for it."""
    if _COST.search(turn.said.text):
        return True
    if "报" not in turn.said.text:
        return False
    known = partners.partners(session, "supplier")
    return any(name in turn.said.text for one in known for name in (one.name, *one.aliases))


def quantity(view: ProductView, scaled: int) -> str:
    """A stock quantity in the unit people order in, with the rest in base units: 12箱3瓶."""
    base = units.from_base(scaled, view.qty_scale)
    num, den = view.units.get(view.default_unit, (1, 1))
    size = Decimal(num) / Decimal(den)
    if view.default_unit == view.base_unit or size <= 1 or base < size:
        return f"{texts.number(base)}{view.base_unit}"
    whole = base // size
    rest = base - whole * size
    return f"{texts.number(whole)}{view.default_unit}" + (f"{texts.number(rest)}{view.base_unit}" if rest else "")


def _price(session: Session, view: ProductView, partner_id: int | None) -> str:
    if partner_id is not None:
        deal = prices.last_price(session, partner_id, view.id)
        if deal is not None:
            return texts.PRICE_LAST.format(price=f"{texts.number(deal.value)}元/{deal.unit}")
    if view.list_price is None:
        return texts.PRICE_NONE
    num, den = view.units.get(view.default_unit, (1, 1))
    per_default = view.list_price * num / den
    if view.default_unit != view.base_unit and per_default == round(per_default, 2):
        return texts.PRICE_LIST.format(price=f"{texts.number(per_default)}元/{view.default_unit}")
    return texts.PRICE_LIST.format(price=f"{texts.number(view.list_price)}元/{view.base_unit}")


def _partner(session: Session, turn: Turn) -> int | None:
    """The one customer named in a price question: only customers, because what suppliers were paid is a cost."""
    assert turn.understanding is not None
    codes = {doc.party for doc in turn.understanding.docs if doc.party}
    if len(codes) != 1 or turn.said.chat_kind == "group":
        return None
    partner = partners.partner_by_code(session, codes.pop())
    return partner.id if partner is not None and partner.kind == "customer" else None
