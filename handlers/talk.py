"""How a handler answers: in the chat it was spoken to, through the outbox, in the same transaction."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from sqlmodel import Session

from handlers import sql
from handlers.turn import Outcome, Said, Turn
from inventory_core import people
from inventory_core.views import DocumentView, PersonView, Role
from nlp.catalogue.differences import difference
from notifications import outbox


class Here(Protocol):
    """Where something is being said: a turn's message, or a click."""

    @property
    def inbox_id(self) -> int: ...
    @property
    def platform(self) -> str: ...
    @property
    def chat(self) -> str: ...


def answer(session: Session, turn: Turn, text: str, kind: str = "answered", document_id: int | None = None) -> Outcome:
    """Answer the message with a text; in a group as a reply to it, so that everybody sees what is answered."""
    said = turn.said
    outbox.say(
        session,
        said.platform,
        said.chat,
        text,
        inbox_id=said.inbox_id,
        reply_to=said.message_ref or None if said.chat_kind == "group" else None,
        person_id=turn.person.id,
        now=turn.now,
    )
    return Outcome(kind, document_id, text)


def show(session: Session, here: Here, view: DocumentView, now: datetime, *, fresh: bool) -> None:
    """The document's card in this chat; all other copies follow."""
    publish(session, view, to=[(here.platform, here.chat)], fresh=fresh, inbox_id=here.inbox_id, now=now)


def publish(
    session: Session,
    view: DocumentView,
    *,
    to: Iterable[outbox.Place],
    now: datetime,
    fresh: bool = False,
    inbox_id: int | None = None,
) -> None:
    """``outbox.publish`` with the knowledge of Chinese that a question on the card needs."""
    outbox.publish(session, view, to=to, fresh=fresh, inbox_id=inbox_id, now=now, differ=difference)


def tell(session: Session, here: Here, who: Iterable[PersonView], text: str, now: datetime) -> int:
    """Tell other people, each where they are alone, but nobody in the chat this happens in; returns how many."""
    told = 0
    for person in who:
        place = outbox.place_of(session, person.id)
        if place is not None and place != (here.platform, here.chat):
            outbox.say(session, *place, text, inbox_id=here.inbox_id, person_id=person.id, now=now)
            told += 1
    return told


def card_for(session: Session, here: Here, view: DocumentView, who: Iterable[PersonView], now: datetime) -> list[str]:
    """The document's card at the bottom of other people's own chats; returns the names it went to."""
    names: list[str] = []
    places: list[outbox.Place] = []
    for person in who:
        place = outbox.place_of(session, person.id)
        if place is not None:
            names.append(person.name)
            places.append(place)
    if places:
        publish(session, view, to=places, fresh=True, inbox_id=here.inbox_id, now=now)
    return names


def approvers(session: Session, view: DocumentView) -> list[PersonView]:
    """Who may decide on a document: supervisors and the boss, its author only when there is nobody else."""
    everybody = people.with_role(session, Role.SUPERVISOR, Role.BOSS)
    others = [person for person in everybody if person.id != view.author_id]
    return others or everybody


def link(
    session: Session, said: Said, person: PersonView, view: DocumentView, effect: str, line_ids: Iterable[int] = ()
) -> None:
    """Remember what a message did to a document."""
    sql.run(
        session,
        sql.INSERT_LINK,
        inbox_id=said.inbox_id,
        platform=said.platform,
        chat=said.chat,
        message_ref=said.message_ref,
        person_id=person.id,
        document_id=view.id,
        version=view.version,
        effect=effect,
        line_ids=sql.dumps(sorted(line_ids)),
        sent_at=sql.micros(said.sent_at),
    )


def for_the_bot(turn: Turn) -> bool:
    """Whether an answer is expected: always alone, in a group only when it is named or one of its cards is quoted."""
    return turn.said.chat_kind != "group" or turn.said.to_bot or turn.said.quoted_ref is not None
