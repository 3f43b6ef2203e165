"""What buttons and typed words do alike: confirm, approve, reject, ship, undo, reopen … Each changes the document in
the core, brings the cards up to date, and tells those who have to know. Whether a person may is the core's business."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlmodel import Session

from handlers import alerts, content, correction, learning, owed, talk, usual
from handlers.turn import Outcome
from inventory_core import documents, firm, partners, people
from inventory_core.documents.sheet import ARRANGED
from inventory_core.errors import Refused, SecondTap
from inventory_core.views import DocumentView, Kind, PersonView, Role, Shortage, State
from notifications import outbox, supplier_card, texts
from notifications.actions import Tokens
from notifications.card import Button, Card, Note, Style, Tone
from notifications.document_card import shows_cost, unshipped
from notifications.plain_text import plain_text


@dataclass(frozen=True, slots=True)
class Scene:
    """Who does something, where and when. ``fresh``: answer with a new card at the bottom (typed words) or let the
    cards that stand there change (buttons)."""

    inbox_id: int
    platform: str
    chat: str
    person: PersonView
    now: datetime
    fresh: bool


@dataclass(frozen=True, slots=True)
class Done:
    """What became of it. ``toast`` is for a click; typed words are answered by the card."""

    toast: str
    outcome: Outcome
    tone: str = "good"


def confirm(session: Session, scene: Scene, view: DocumentView, shortage: Shortage | None = None) -> Done:
    """确认, 只发现有, 欠货: the document gets its number; approvers or keepers get its card."""
    correction.may_touch(view, scene.person)
    done = documents.confirm(session, view.id, view.version, scene.person.id, scene.now, shortage=shortage)
    talk.show(session, scene, done, scene.now, fresh=scene.fresh)
    _tell_learned(session, scene, done)
    toast = texts.TOAST_CONFIRMED
    if done.state is State.PENDING:
        names = talk.card_for(session, scene, done, talk.approvers(session, done), scene.now)
        if not names:
            outbox.say(
                session,
                scene.platform,
                scene.chat,
                texts.APPROVAL_NOBODY.format(label=done.label),
                inbox_id=scene.inbox_id,
                now=scene.now,
            )
        toast = texts.TOAST_PENDING
    elif unshipped(done):
        _to_keepers(session, scene, done)
    elif done.kind is Kind.GOODS_RECEIPT:
        owed.tell_arrival(session, done, scene.inbox_id, scene.now)
    elif kept := supplier_card.kept(done):
        return Done(kept, Outcome("confirmed", done.id, done.label))
    return Done(toast.format(label=done.label), Outcome("confirmed", done.id, done.label))


def approve(session: Session, scene: Scene, view: DocumentView, comment: str = "", *, second_tap: bool = False) -> Done:
    """同意: the order goes on; its author hears of it and the keepers get it."""
    try:
        done = documents.approve(
            session, view.id, view.version, scene.person.id, scene.now, comment=comment, second_tap=second_tap
        )
    except SecondTap:
        return _second_tap(session, scene, view)
    talk.show(session, scene, done, scene.now, fresh=scene.fresh)
    _tell_author(session, scene, done, texts.APPROVED_TELL.format(who=scene.person.name, label=done.label))
    if unshipped(done):
        _to_keepers(session, scene, done)
    return Done(texts.TOAST_APPROVED.format(label=done.label), Outcome("approved", done.id, comment))


def reject(session: Session, scene: Scene, view: DocumentView, reason: str) -> Done:
    """驳回 with its reason: the stock is free again and the author hears why."""
    done = documents.reject(session, view.id, view.version, scene.person.id, scene.now, comment=reason)
    talk.show(session, scene, done, scene.now, fresh=scene.fresh)
    text = texts.REJECTED_TELL.format(who=scene.person.name, label=done.label, reason=reason or "没写原因")
    _tell_author(session, scene, done, text)
    return Done(texts.TOAST_REJECTED.format(label=done.label), Outcome("rejected", done.id, reason))


def undo(session: Session, scene: Scene, view: DocumentView, reason: str = "") -> Done:
    """取消 and 撤销: a draft is dropped, an order frees its stock, moved goods get a mirrored document."""
    if view.state in (State.DRAFT, State.EXPIRED):
        correction.may_touch(view, scene.person)
    was_draft = view.number is None
    done = documents.void(session, view.id, scene.person.id, scene.now, reason=reason)
    talk.show(session, scene, done, scene.now, fresh=scene.fresh)
    related = [documents.find(session, number) for number in view.shipments]
    if view.source_id is not None:
        related.append(documents.get(session, view.source_id))
    for one in related:
        outbox.publish(session, one, to=[], inbox_id=scene.inbox_id, now=scene.now)
    if done.state is State.REVERSED:
        alerts.low_stock(session, [line.product.id for line in view.lines if line.product], scene.now)
    text = texts.VOIDED_TELL.format(
        who=scene.person.name,
        done="取消" if was_draft else "撤销",
        label=view.label,
        reason=f"：{reason}" if reason else "",
    )
    _tell_author(session, scene, done, text)
    toast = texts.TOAST_CANCELLED if was_draft else texts.TOAST_VOIDED
    return Done(toast.format(label=view.label), Outcome("cancelled" if was_draft else "voided", view.id, reason))


def reopen(session: Session, scene: Scene, view: DocumentView) -> Done:
    """重新打开: an expired draft lives for another day."""
    done = documents.reopen(session, view.id, scene.person.id, scene.now)
    talk.show(session, scene, done, scene.now, fresh=True)
    return Done(texts.TOAST_REOPENED.format(label=done.label), Outcome("reopened", done.id))


def ship(session: Session, scene: Scene, view: DocumentView, lines: Mapping[int, Decimal] | None = None) -> Done:
    """发货, all of it or the base quantities given per line; the order's author hears of it."""
    shipment = documents.ship(session, view.id, scene.person.id, scene.now, lines)
    order = documents.get(session, view.id)
    outbox.publish(session, order, to=[], inbox_id=scene.inbox_id, now=scene.now)
    talk.show(session, scene, shipment, scene.now, fresh=True)
    left = [line for line in order.lines if line.base_qty is not None and line.shipped < line.base_qty]
    text = texts.SHIPPED_TELL.format(
        customer=order.partner.name if order.partner else "",
        order=order.label,
        keeper=scene.person.name,
        shipment=shipment.label,
        goods="、".join(texts.line_brief(line) for line in shipment.lines[:5]),
    )
    if left:
        rest = "、".join(
            f"{line.product.label if line.product else ''} {texts.in_unit((line.base_qty or 0) - line.shipped, line)}"
            for line in left[:5]
        )
        text += texts.SHIPPED_PART.format(left=rest)
    _tell_author(session, scene, order, text)
    alerts.low_stock(session, [line.product.id for line in shipment.lines if line.product], scene.now)
    return Done(texts.SHIPPED.format(order=order.label, shipment=shipment.label), Outcome("shipped", order.id))


def walk_in(session: Session, scene: Scene, view: DocumentView) -> Done:
    """散客: the order of somebody whose name nobody asks."""
    return set_partner(session, scene, view, partners.walk_in(session).id)


def set_partner(session: Session, scene: Scene, view: DocumentView, partner_id: int) -> Done:
    """The answer to "which customer"."""
    correction.may_touch(view, scene.person)
    chosen = partners.partner(session, partner_id)
    wanted = usual.filled(session, content.with_partner(documents.content_of(view), partner_id))
    wanted = learning.settled(session, view, wanted, partner_id)
    done = documents.change(session, view.id, view.version, wanted, scene.person.id, scene.now)
    talk.show(session, scene, done, scene.now, fresh=scene.fresh)
    return Done(texts.TOAST_PICKED.format(what=chosen.name), Outcome("answered", done.id, chosen.name))


def set_product(session: Session, scene: Scene, view: DocumentView, line_id: int, product_id: int) -> Done:
    """The answer to "which product"."""
    correction.may_touch(view, scene.person)
    wanted = content.with_product(documents.content_of(view), line_id, product_id)
    done = documents.change(session, view.id, view.version, wanted, scene.person.id, scene.now)
    talk.show(session, scene, done, scene.now, fresh=scene.fresh)
    line = next((one for one in done.lines if one.id == line_id), None)
    name = line.product.label if line is not None and line.product is not None else ""
    return Done(texts.TOAST_PICKED.format(what=name), Outcome("answered", done.id, name))


def accept(session: Session, scene: Scene, view: DocumentView) -> Done:
    """就这样: the person has looked at what was doubted and says it is right."""
    correction.may_touch(view, scene.person)
    wanted = content.accepted(documents.content_of(view))
    done = documents.change(session, view.id, view.version, wanted, scene.person.id, scene.now)
    talk.show(session, scene, done, scene.now, fresh=scene.fresh)
    return Done(texts.TOAST_ACCEPTED, Outcome("answered", done.id))


def print_paper(session: Session, scene: Scene, view: DocumentView, size: str = "A4", *, prices: bool = True) -> Done:
    """打印: the document's PDF comes as a file; without prices when so wished, and for those who may not see them."""
    if view.number is None:
        raise Refused(texts.NOT_CONFIRMED_YET.format(label=view.label))
    _still_valid(view)
    prices = prices and (not shows_cost(view) or outbox.audience(session, scene.platform, scene.chat).cost)
    variant = f"{'' if size == 'A4' else '-' + size}{'' if prices else '-无价'}"
    name = f"{view.kind.label}{view.number}{variant}.pdf"
    outbox.show_file(
        session,
        scene.platform,
        scene.chat,
        name,
        document=view,
        paper=size,
        prices=prices,
        inbox_id=scene.inbox_id,
        now=scene.now,
    )
    return Done(texts.PRINTING.format(label=view.label, paper=view.kind.label), Outcome("printed", note=view.label))


def _still_valid(view: DocumentView) -> None:
    """What has ended is no paper anybody may send out.

    Raises:
        Refused: it is void, reversed or rejected.
    """
    if view.state in (State.VOID, State.REVERSED, State.REJECTED):
        raise Refused(texts.NO_LONGER_VALID.format(label=view.label, state=view.state_label))


def as_text(session: Session, scene: Scene, view: DocumentView) -> Done:
    """The document as words to paste to the customer, or to the supplier it was arranged with."""
    _still_valid(view)
    if shows_cost(view) and view.kind not in ARRANGED:
        raise Refused(texts.NO_TEXT.format(kind=view.kind.label))
    if shows_cost(view) and not outbox.audience(session, scene.platform, scene.chat).cost:
        raise Refused(texts.NO_COST_TEXT.format(kind=view.kind.label))
    outbox.say(
        session,
        scene.platform,
        scene.chat,
        plain_text(view, firm.firm(session).name),
        inbox_id=scene.inbox_id,
        person_id=scene.person.id,
        now=scene.now,
    )
    toast = texts.PLAIN_TEXT_SENT.format(label=view.label, who=texts.partner_word(view.kind))
    return Done(toast, Outcome("answered", note=view.label))


def show(session: Session, scene: Scene, view: DocumentView) -> Done:
    """The document's card, here and now."""
    talk.show(session, scene, view, scene.now, fresh=True)
    return Done(texts.TOAST_REOPENED.format(label=view.label), Outcome("answered", note=view.label), "info")


# ---------------------------------------------------------------- who has to know


def _tell_learned(session: Session, scene: Scene, view: DocumentView) -> None:
    learned = learning.lessons(session, view, scene.person.id, scene.now)
    if learned:
        outbox.say(session, scene.platform, scene.chat, learned, inbox_id=scene.inbox_id, now=scene.now)


def _to_keepers(session: Session, scene: Scene, view: DocumentView) -> None:
    keepers = [person for person in people.with_role(session, Role.KEEPER) if person.id != view.author_id]
    talk.card_for(session, scene, view, keepers, scene.now)


def _tell_author(session: Session, scene: Scene, view: DocumentView, text: str) -> None:
    if view.author_id != scene.person.id:
        talk.tell(session, scene, [people.person(session, view.author_id)], text, scene.now)


def _second_tap(session: Session, scene: Scene, view: DocumentView) -> Done:
    tokens = Tokens()
    card = Card(
        title=f"{view.kind.label} {view.label} · 自己审批",
        tone=Tone.WARN,
        notes=(Note(texts.SECOND_TAP, Tone.WARN),),
        buttons=(Button("同意", tokens(view.id, view.version, "approve", second=1), Style.PRIMARY),),
        hint=f"也可以回复：本人同意 {view.label}",
    )
    tokens.store(session, scene.now)
    outbox.show_card(session, scene.platform, scene.chat, card, document=view, inbox_id=scene.inbox_id, now=scene.now)
    return Done(texts.SECOND_TAP, Outcome("asked", note="second tap"), "warn")
