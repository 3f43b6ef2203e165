"""Everything Danju says goes through here, written in the transaction that decided it.

Texts, cards and files become rows; ``notifications.delivery`` is the sender's side of them. A document's card exists
once per place: :func:`publish` puts a first card, updates the copies that stand elsewhere, or sets a fresh card at the
bottom and closes the old one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session

from inventory_core import partners, people, products
from inventory_core.views import DocumentView, Role
from notifications import card_json, sql
from notifications.actions import Tokens
from notifications.asking import Differ, Names
from notifications.card import Card
from notifications.document_card import Audience, document_card, replaced_card

Place = tuple[str, str]  # (platform, chat)

COST_ROLES = (Role.BUYER, Role.SUPERVISOR, Role.FINANCE, Role.BOSS)
APPROVER_ROLES = (Role.SUPERVISOR, Role.BOSS)


# ---------------------------------------------------------------- saying things


def say(
    session: Session,
    platform: str,
    chat: str,
    text: str,
    *,
    now: datetime,
    inbox_id: int | None = None,
    key: str | None = None,
    reply_to: str | None = None,
    person_id: int | None = None,
) -> int:
    """Say a text. The same ``key`` said twice is said once; returns the outbox row's id."""
    return _put(
        session,
        platform,
        chat,
        "text",
        text,
        now=now,
        inbox_id=inbox_id,
        key=key,
        reply_to=reply_to,
        person_id=person_id,
    )


def show_card(
    session: Session,
    platform: str,
    chat: str,
    card: Card,
    *,
    now: datetime,
    document: DocumentView | None = None,
    inbox_id: int | None = None,
    key: str | None = None,
    reply_to: str | None = None,
    person_id: int | None = None,
) -> int:
    """Show a card that is no document's own card (a question, a list). Documents are shown with :func:`publish`."""
    return _put(
        session,
        platform,
        chat,
        "card",
        card_json.dumps(card),
        now=now,
        document=document,
        inbox_id=inbox_id,
        key=key,
        reply_to=reply_to,
        person_id=person_id,
    )


def close_card(session: Session, outbox_id: int, card: Card, now: datetime) -> None:
    """Put another card in the place of one shown with :func:`show_card`: a question that has been answered."""
    if sql.run(session, sql.SUPERSEDE_ONE, id=outbox_id):
        return  # it never went out
    row = sql.first(session, sql.PLACE_OF_ROW, id=outbox_id)
    if row is None or row[2] is None:
        return  # on its way: its buttons will say that it has been answered
    _put(
        session,
        row[0],
        row[1],
        "card_update",
        card_json.dumps(card),
        now=now,
        target_ref=row[2],
        key=f"close{outbox_id}",
    )


def show_file(
    session: Session,
    platform: str,
    chat: str,
    name: str,
    *,
    now: datetime,
    sha256: str | None = None,
    document: DocumentView | None = None,
    paper: str | None = None,
    prices: bool = True,
    inbox_id: int | None = None,
    key: str | None = None,
) -> int:
    """Send a file: a stored attachment (``sha256``), or a document's ``paper``, made by the sender when it goes out.

    The body is JSON: {name, sha256} or {name, document_id, version, paper, prices}.
    """
    body: dict[str, str | int | bool] = {"name": name}
    if sha256 is not None:
        body["sha256"] = sha256
    elif document is not None and paper is not None:
        body |= {"document_id": document.id, "version": document.version, "paper": paper, "prices": prices}
    else:
        raise ValueError("a file needs sha256, or document and paper")
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return _put(session, platform, chat, "file", text, now=now, document=document, inbox_id=inbox_id, key=key)


def _put(
    session: Session,
    platform: str,
    chat: str,
    kind: str,
    body: str,
    *,
    now: datetime,
    document: DocumentView | None = None,
    copy_id: int | None = None,
    target_ref: str | None = None,
    inbox_id: int | None = None,
    key: str | None = None,
    reply_to: str | None = None,
    person_id: int | None = None,
    follows: bool = False,
) -> int:
    if key is None:
        key = _key(session, inbox_id)
    row = sql.first(
        session,
        sql.INSERT_OUTBOX,
        key=key,
        platform=platform,
        chat=chat,
        kind=kind,
        body=body,
        document_id=document.id if document else None,
        document_version=document.version if document else None,
        copy_id=copy_id,
        target_ref=target_ref,
        reply_to=reply_to,
        inbox_id=inbox_id,
        person_id=person_id,
        follows=int(follows),
        now=sql.micros(now),
    )
    return int(row[0]) if row is not None else int(sql.value(session, sql.OUTBOX_BY_KEY, key=key))


def _key(session: Session, inbox_id: int | None) -> str:
    """A key nothing else has. It is stable from its commit on, which is when sending begins."""
    if inbox_id is not None:
        return f"in{inbox_id}.{sql.value(session, sql.COUNT_OF_INBOX, inbox_id=inbox_id)}"
    return f"row{sql.value(session, sql.NEXT_ROW)}"


# ---------------------------------------------------------------- a document's card in all its places


def publish(
    session: Session,
    view: DocumentView,
    *,
    to: Iterable[Place],
    fresh: bool = False,
    now: datetime,
    inbox_id: int | None = None,
    differ: Differ | None = None,
) -> None:
    """Bring a document's card to ``to`` and up to date everywhere else.

    A place without the card gets one. A place that has it gets an update, or, when ``fresh``, a new card at the
    bottom while the old one is closed. Copies elsewhere that say the same already are left alone. Rows of a copy that
    nobody has begun to send are superseded by newer ones.
    ``differ`` finds in which attribute the goods of an open question differ; without it they are named in full.
    """
    targets = list(dict.fromkeys(to))
    names = names_for(session, view, differ)
    tokens = Tokens()
    copies = [(row[0], (row[1], row[2]), row[3]) for row in sql.run(session, sql.LIVE_COPIES, document_id=view.id)]
    for copy_id, place, ref in copies:
        if fresh and place in targets:
            if not _retire(session, view, copy_id, place, ref, inbox_id, now):
                _update(session, view, replaced_card(view), copy_id, place, ref, inbox_id, now)
            sql.run(session, sql.COPY_DIES, id=copy_id)
        else:
            card = document_card(view, tokens, names, audience(session, *place))
            if place in targets or not _shows(session, copy_id, card):
                _update(session, view, card, copy_id, place, ref, inbox_id, now, follows=place not in targets)
    standing = {place for _, place, _ in copies}
    for place in targets:
        if not fresh and place in standing:
            continue
        card = document_card(view, tokens, names, audience(session, *place))
        copy_id = int(
            sql.value(
                session,
                sql.INSERT_COPY,
                document_id=view.id,
                platform=place[0],
                chat=place[1],
                version=view.version,
            )
        )
        _show(session, view, card, "card", copy_id, place, None, inbox_id, now)
    tokens.store(session, now)


def _retire(
    session: Session,
    view: DocumentView,
    copy_id: int,
    place: Place,
    ref: str | None,
    inbox_id: int | None,
    now: datetime,
) -> bool:
    """Drop what is still unsent of a copy that is about to be replaced. True when its card never left: nothing to
    close."""
    kinds = [row[0] for row in sql.run(session, sql.SUPERSEDE_UNSENT, copy_id=copy_id)]
    return ref is None and "card" in kinds


def _shows(session: Session, copy_id: int, card: Card) -> bool:
    """Whether the copy says just this, or is about to."""
    return sql.first(session, sql.SHOWS_ALREADY, id=copy_id, body=card_json.dumps(card)) is not None


def _update(
    session: Session,
    view: DocumentView,
    card: Card,
    copy_id: int,
    place: Place,
    ref: str | None,
    inbox_id: int | None,
    now: datetime,
    *,
    follows: bool = False,
) -> None:
    kinds = [row[0] for row in sql.run(session, sql.SUPERSEDE_UNSENT, copy_id=copy_id)]
    kind = "card" if ref is None and "card" in kinds else "card_update"
    _show(session, view, card, kind, copy_id, place, ref, inbox_id, now, follows=follows and kind == "card_update")


def _show(
    session: Session,
    view: DocumentView,
    card: Card,
    kind: str,
    copy_id: int,
    place: Place,
    ref: str | None,
    inbox_id: int | None,
    now: datetime,
    *,
    follows: bool = False,
) -> None:
    row_id = _put(
        session,
        place[0],
        place[1],
        kind,
        card_json.dumps(card),
        now=now,
        document=view,
        copy_id=copy_id,
        target_ref=ref if kind == "card_update" else None,
        inbox_id=inbox_id,
        follows=follows,
    )
    sql.run(session, sql.COPY_SHOWS, id=copy_id, version=view.version, outbox_id=row_id)


def names_for(session: Session, view: DocumentView, differ: Differ | None = None) -> Names:
    """What the candidates of a document's open questions are called."""
    product_ids: set[int] = set()
    partner_ids: set[int] = set()
    for problem in view.problems:
        (partner_ids if problem.code.startswith("party_") else product_ids).update(problem.candidates)
    return Names(
        products.by_ids(session, product_ids) if product_ids else {},
        {key: partners.partner(session, key).name for key in sorted(partner_ids)},
        differ,
    )


def audience(session: Session, platform: str, chat: str) -> Audience:
    """Who reads in a chat. A group, or a chat nobody is known to own, never sees costs."""
    row = sql.first(session, sql.CHAT, platform=platform, chat=chat)
    if row is not None and row[0] == "group":
        return Audience(cost=False)
    if row is not None and row[1] is not None:
        person = people.person(session, row[1])
    else:
        known = people.person_of(session, platform, chat)  # a direct chat may bear its owner's account as its name
        if known is None:
            return Audience(cost=False)
        person = known
    return Audience(
        cost=person.has(*COST_ROLES),
        approves=person.has(*APPROVER_ROLES),
        ships=person.has(Role.KEEPER, Role.BOSS),
        creates_goods=person.has(*products.MAINTAINERS),
    )


def document_of(session: Session, platform: str, ref: str) -> int | None:
    """The document whose card is this message of the platform."""
    row = sql.first(session, sql.DOCUMENT_BY_REF, platform=platform, ref=ref)
    return None if row is None else int(row[0])


def newest_for(session: Session, platform: str, ref: str) -> str | None:
    """The newest body of the card that is this message of the platform, sent or not; None for a message that is no
    card or will not change."""
    row = sql.first(session, sql.NEWEST_OF_COPY, platform=platform, ref=ref)
    row = row or sql.first(session, sql.NEWEST_UNSENT, platform=platform, ref=ref)
    return None if row is None else str(row[0])


def last_shown(session: Session, platform: str, chat: str, since: datetime) -> tuple[int, datetime] | None:
    """The document whose card a chat was shown last, and when, not before ``since``; None when several came at once, or
    the last came anew only because of what happened elsewhere: then nobody knows which is before people's eyes."""
    row = sql.first(session, sql.LAST_SHOWN, platform=platform, chat=chat, since=sql.micros(since))
    return (int(row[0]), sql.moment(row[1])) if row is not None and not row[2] and row[3] <= 1 else None


def stands(session: Session, platform: str, chat: str, document_id: int, ref: str) -> bool:
    """Whether the message ``ref`` is the card that is kept up to date in this chat. Without a ref any such card will
    do."""
    rows = sql.run(session, sql.LIVE_COPIES, document_id=document_id)
    return any((row[1], row[2]) == (platform, chat) and (not ref or row[3] == ref) for row in rows)


def home(session: Session, document_id: int) -> Place | None:
    """Where the document's card first stood and still stands: its author's conversation."""
    row = sql.first(session, sql.LIVE_COPIES, document_id=document_id)
    return None if row is None else (row[1], row[2])


def was_said(session: Session, key: str) -> bool:
    """Whether something has been said under this key."""
    return sql.value(session, sql.OUTBOX_BY_KEY, key=key) is not None


# ---------------------------------------------------------------- where people are


def chat_kind(session: Session, platform: str, chat: str) -> str | None:
    """direct or group, for a chat somebody has written in."""
    row = sql.first(session, sql.CHAT, platform=platform, chat=chat)
    return None if row is None else str(row[0])


def see_chat(session: Session, platform: str, chat: str, kind: str, person_id: int | None, now: datetime) -> None:
    """Remember that a person writes here, so that what concerns them reaches them here."""
    sql.run(
        session,
        sql.SEE_CHAT,
        platform=platform,
        chat=chat,
        kind=kind,
        person_id=person_id if kind == "direct" else None,
        now=sql.micros(now),
    )


def place_of(session: Session, person_id: int) -> Place | None:
    """Where to reach a person alone: the direct chat last written in, else the account itself; None without either."""
    row = sql.first(session, sql.DIRECT_CHATS, person_id=person_id)
    if row is not None:
        return (row[0], row[1])
    accounts = people.accounts(session, person_id)
    return accounts[0] if accounts else None


def places_of(session: Session, person_ids: Iterable[int]) -> list[Place]:
    """The same for many; people without a place are left out."""
    found = [place_of(session, person_id) for person_id in person_ids]
    return [place for place in found if place is not None]
