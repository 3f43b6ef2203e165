"""新建客户, 新建供应商, 新建商品: from the card's fields or as a typed line, with the least that is needed. What an
open draft was waiting for takes its place there at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from sqlmodel import Session

from handlers import content, correction, talk, target, typed, usual
from handlers.deeds import Done, Scene
from handlers.turn import Outcome, Turn
from inventory_core import documents, partners, products
from inventory_core.errors import Refused
from inventory_core.views import DocumentView, State
from notifications import texts
from notifications.document_card import COST_KINDS, unknown_product_line

_FORM = re.compile(r"^\s*新[建增](客户|供应商|商品|货品|产品)[\s:：,，]*(.*)$", re.DOTALL)
_PHONE = re.compile(r"^[+\d][\d-]{6,19}$")
_PRICE = re.compile(r"^[¥￥]?(\d+(?:\.\d+)?)(?:元|块)?(?:/\S+)?$")


def is_form(turn: Turn) -> bool:
    """Whether the message is one of the forms."""
    return _FORM.match(turn.said.text) is not None


def form(session: Session, turn: Turn) -> Outcome:
    """Create what the form names; with an open draft that waits for it, put it there."""
    match = _FORM.match(turn.said.text)
    assert match is not None
    words = [word for word in re.split(r"[\s,，、;；]+", match[2].strip()) if word]
    chosen = target.choose(session, turn.said, turn.person, turn.now)
    view = None if chosen.unsure_draft else chosen.draft(session)
    if view is not None and view.state is not State.DRAFT:
        view = None
    scene = typed.scene(turn)
    if match[1] in ("客户", "供应商"):
        kind = "customer" if match[1] == "客户" else "supplier"
        values = partner_words(words)
        if not values["name"]:
            if view is None or not view.partner_said:
                return talk.answer(session, turn, texts.NEW_PARTNER_FORM.format(who=match[1]), "asked")
            values["name"] = view.partner_said
        waits = view is not None and view.partner is None and _kind(view) == kind
        done = new_partner(session, scene, view if waits else None, kind, values)
        return typed.finish(session, turn, done, quiet=waits)
    fields = product_words(words)
    if fields is None:
        return talk.answer(session, turn, texts.NEW_PRODUCT_FORM, "asked")
    line = unknown_product_line(view) if view is not None else None
    done = new_product(session, scene, view if line else None, line.id if line else None, fields)
    return typed.finish(session, turn, done, quiet=line is not None)


def partner_words(words: list[str]) -> dict[str, str]:
    """Name first, a telephone number wherever it stands, the rest is the address."""
    phone = next((word for word in words if _PHONE.match(word)), "")
    rest = [word for word in words if word != phone]
    return {"name": rest[0] if rest else "", "phone": phone, "address": " ".join(rest[1:])}


def product_words(words: list[str]) -> dict[str, str] | None:
    """名称 [规格] 单位 [单价]; None when the unit is missing."""
    words = list(words)
    price = ""
    if len(words) > 2 and (match := _PRICE.match(words[-1])):
        price = match[1]
        words.pop()
    if len(words) < 2:
        return None
    return {"name": words[0], "spec": " ".join(words[1:-1]), "unit": words[-1], "price": price}


def new_partner(
    session: Session, scene: Scene, view: DocumentView | None, kind: str, values: Mapping[str, str]
) -> Done:
    """A partner with a name and what else is known; what the draft's author had called them becomes an alias.

    Raises:
        NotAllowed, Refused: not this person's to create; no name; the name is taken.
    """
    name = values.get("name", "").strip()
    if not name:
        raise Refused(texts.TOAST_NAME)
    said = view.partner_said.strip() if view is not None else ""
    made = partners.add_partner(
        session,
        name=name,
        kind=kind,
        now=scene.now,
        phone=values.get("phone", "").strip(),
        address=values.get("address", "").strip(),
        aliases=(said,) if said and said != name else (),
        actor_id=scene.person.id,
    )
    toast = texts.NEW_PARTNER_DONE.format(
        who="客户" if kind == "customer" else "供应商", name=made.name, code=made.code
    )
    if view is None:
        return Done(toast, Outcome("created", note=made.code))
    correction.may_touch(view, scene.person)
    wanted = usual.filled(session, content.with_partner(documents.content_of(view), made.id))
    done = documents.change(session, view.id, view.version, wanted, scene.person.id, scene.now)
    talk.show(session, scene, done, scene.now, fresh=scene.fresh)
    return Done(toast, Outcome("created", done.id, made.code))


def new_product(
    session: Session, scene: Scene, view: DocumentView | None, line_id: int | None, values: Mapping[str, str]
) -> Done:
    """A product with name and unit, and spec and selling price when given.

    Raises:
        NotAllowed, Refused: not this person's to create; no name or unit; the price is no number.
    """
    price_text = values.get("price", "").strip()
    match = _PRICE.match(price_text) if price_text else None
    if price_text and match is None:
        raise Refused(texts.BAD_PRICE.format(price=texts.brief(price_text)))
    try:
        price = Decimal(match[1]) if match else None
    except InvalidOperation as error:
        raise Refused(texts.BAD_PRICE.format(price=texts.brief(price_text))) from error
    made = products.add_product(
        session,
        name=values.get("name", "").strip(),
        spec=values.get("spec", "").strip(),
        base_unit=values.get("unit", "").strip(),
        list_price=price,
        now=scene.now,
        actor_id=scene.person.id,
    )
    toast = texts.NEW_PRODUCT_DONE.format(name=made.label, sku=made.sku, unit=made.base_unit)
    if view is None or line_id is None:
        return Done(toast, Outcome("created", note=made.sku))
    correction.may_touch(view, scene.person)
    wanted = content.with_product(documents.content_of(view), line_id, made.id)
    done = documents.change(session, view.id, view.version, wanted, scene.person.id, scene.now)
    talk.show(session, scene, done, scene.now, fresh=scene.fresh)
    return Done(toast, Outcome("created", done.id, made.sku))


def _kind(view: DocumentView) -> str:
    return "supplier" if view.kind in COST_KINDS else "customer"


def from_card(session: Session, scene: Scene, view: DocumentView, values: Mapping[str, str]) -> Done:
    """The card's 新建客户 / 新建供应商."""
    return new_partner(session, scene, view, _kind(view), values)
