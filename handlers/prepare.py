"""What the reader of a message may know besides its words. Read-only; runs before understanding, outside the
transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from handlers import target, usual
from handlers.turn import Basis, Said
from inventory_core import firm, products
from inventory_core.columns import plain
from inventory_core.views import DocumentView, Kind, LineView, PersonView, PriceSource, Role
from nlp.findings import Context
from nlp.intents import sayings

# The reader's word for a role; the first that fits. A boss who also sells writes orders like a salesperson.
_ROLE_WORDS = (
    (Role.SALES, "sales"),
    (Role.BUYER, "buyer"),
    (Role.KEEPER, "warehouse"),
    (Role.BOSS, "boss"),
    (Role.SUPERVISOR, "boss"),
)
_INTENTS = {
    Kind.SALES_ORDER: "sales_order",
    Kind.GOODS_RECEIPT: "purchase_order",
    Kind.PURCHASE_ORDER: "purchase_order",
    Kind.SUPPLIER_QUOTE: "supplier_quote",
}


def context(session: Session, said: Said, person: PersonView, now: datetime) -> tuple[Context, Basis]:
    """The context for understanding this message, and what it rests on."""
    chosen = target.choose(session, said, person, now)
    zone = firm.firm(session).tz
    view = chosen.view if chosen.view is not None and chosen.view.kind in _INTENTS else None
    same = usual.meant(session, said, chosen)
    return (
        Context(
            sender_role=next((word for role, word in _ROLE_WORDS if person.has(role)), "sales"),
            datetime=said.sent_at.astimezone(zone).isoformat(timespec="seconds"),
            chat_type=said.chat_kind,
            draft=None if view is None else _shown(session, said, view),
            usual=None if same is None else usual.context(same, draft(same, _skus(session, same))),
        ),
        chosen.basis(firm.catalog_version(session)),
    )


def _shown(session: Session, said: Said, view: DocumentView) -> Mapping[str, Any]:
    """The draft, or of it the lines that a quoted message brought when the words are about that message."""
    whole = draft(view, _skus(session, view))
    only = target.pointed(session, said, view)
    if not only:
        return whole
    numbers = {line.line_no for line in view.lines if line.id in only}
    return {**whole, "lines": [line for line in whole["lines"] if line["line_no"] in numbers]}


def words(text: str, quoted: str) -> str:
    """What a message says with what it quotes: "开单" under somebody's order is that order. A quote that names a
    document is about the document, and stays a quote."""
    rest = sayings.takes_down(text) if quoted.strip() and not sayings.refs_in(quoted) else None
    return text if rest is None else f"{rest}\n{quoted}".strip()


def draft(view: DocumentView, skus: Mapping[int, str]) -> Mapping[str, Any]:
    """A document in the specification's ``context.draft`` shape, JSON-able. ``skus``: codes of candidates."""
    return {
        "doc_no": view.label,
        "intent": _INTENTS[view.kind],
        "party": view.partner.code if view.partner and not view.partner.walk_in else None,
        "party_said": view.partner_said,
        "delivery_date": view.delivery_date.isoformat() if view.delivery_date else None,
        "tax_rate": plain(view.tax_rate) if view.tax_rate is not None else None,
        "discount_rate": plain(view.discount_rate) if view.discount_rate is not None else None,
        "price_basis": "last" if view.use_last_price else None,
        "address": view.address,
        "phone": view.phone,
        "contact": view.contact,
        "valid_from": view.valid_from.isoformat() if view.valid_from else None,
        "valid_until": view.valid_until.isoformat() if view.valid_until else None,
        "lines": [_line(line, skus) for line in view.lines],
    }


def _skus(session: Session, view: DocumentView) -> dict[int, str]:
    """Codes of the goods that open lines may mean, by id."""
    wanted = {key for line in view.lines for key in line.candidates}
    return {key: found.sku for key, found in products.by_ids(session, wanted).items()} if wanted else {}


def _line(line: LineView, skus: Mapping[int, str]) -> dict[str, Any]:
    return {
        "line_no": line.line_no,
        "sku": line.product.sku if line.product else None,
        "candidates": [skus[key] for key in line.candidates if key in skus],
        "said": line.said,
        "qty": plain(line.qty) if line.qty is not None else None,
        "unit": line.unit,
        # Any price in force, so that "便宜五毛" has something to start from; who said it is remembered when merging.
        "unit_price": plain(line.price) if line.price is not None else None,
        "price_unit": line.price_unit,
        "price_said": line.price_source is PriceSource.SAID,
        "tax_incl": line.tax_incl,
        "gift": line.gift,
        "note": line.note,
        "tiers": [
            {"min_qty": plain(tier.min_qty), "price": plain(tier.price), "unit": tier.unit} for tier in line.tiers
        ],
    }
