"""First contact: an account that belongs to nobody writes. It gets one answer with a code, every administrator a card;
until somebody has decided nothing else is shown or done.

What the stranger wrote stays in the inbox; ``bot.contacts`` puts it back in line once the account has an owner.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from handlers import codes, examples
from handlers.contact_book import (
    NAME,
    Contact,
    begin,
    by_id,
    describe,
    of_account,
    platform_name,
    settle,
    tell_at,
    waiting,
)
from handlers.turn import Outcome
from inventory_core import firm, people
from inventory_core.columns import micros
from inventory_core.errors import NotAllowed, Refused
from inventory_core.sql import run, value
from inventory_core.views import PersonView, Role
from notifications import outbox, texts
from notifications.actions import Tokens
from notifications.card import Button, Card, Choice, Field, Input, Note, Option, Style, Tone

ADMINISTRATORS = (Role.ADMIN, Role.BOSS)
BOUND = "bound"  # the outcome's kind: the account has an owner now
TWINS = {"wecom": "wecombot", "wecombot": "wecom"}  # two doors of one firm: a userid is the same person at both
_SHOWN = 5  # waiting contacts an administrator who has just arrived is shown


@dataclass(frozen=True, slots=True)
class Stranger:
    """A message of an account that belongs to nobody. ``name`` is what the platform calls its owner, or empty."""

    inbox_id: int
    platform: str
    account: str
    chat: str
    chat_kind: str
    text: str
    message_ref: str = ""
    to_bot: bool = False
    name: str = ""


# ---------------------------------------------------------------- the stranger writes


def needs_name(session: Session, platform: str, account: str) -> bool:
    """Whether a message of this account would begin a new contact, so that its name is worth asking for."""
    contact = of_account(session, platform, account)
    return contact is None or contact.state == "bound"


def meet(session: Session, who: Stranger, now: datetime) -> Outcome:
    """Answer a stranger once, tell the administrators once, or take a code."""
    if who.chat_kind != "group" and codes.looks_like_code(who.text):
        return _try_code(session, who, now)
    if who.chat_kind == "group" and not who.to_bot:
        return Outcome("stranger", note="group talk")
    contact = of_account(session, who.platform, who.account)
    if contact is not None and contact.state == "refused":
        return Outcome("stranger", note="refused")
    if contact is None or contact.state == "bound":  # bound once, and taken away since: it begins anew
        contact = _begin(session, who, now)
        _say(session, who, contact, now)
        _tell_administrators(session, contact, now)
    elif who.chat_kind != "group" and not contact.chat:
        tell_at(session, contact.id, who.chat)
        _say(session, who, contact, now)
    return Outcome("stranger", note=contact.code)


def _begin(session: Session, who: Stranger, now: datetime) -> Contact:
    chat = "" if who.chat_kind == "group" else who.chat
    return begin(session, who.platform, who.account, now, chat=chat, name=who.name)


def _say(session: Session, who: Stranger, contact: Contact, now: datetime) -> None:
    grouped = who.chat_kind == "group"
    outbox.say(
        session,
        who.platform,
        who.chat,
        texts.STRANGER_GROUP if grouped else texts.STRANGER_CODE.format(code=contact.code),
        inbox_id=who.inbox_id,
        key=f"{contact.key}{'group' if grouped else 'hello'}",
        reply_to=who.message_ref or None if grouped else None,
        now=now,
    )


def _try_code(session: Session, who: Stranger, now: datetime) -> Outcome:
    day = str(firm.business_date(session, now))
    tried = codes.take(session, who.platform, who.account, who.text, day, now)
    if tried.person is None:
        if not tried.silent:
            outbox.say(session, who.platform, who.chat, texts.CODE_WRONG, inbox_id=who.inbox_id, now=now)
        return Outcome("refused", note="wrong code")
    contact = of_account(session, who.platform, who.account)
    if contact is None or contact.state == "refused":  # a new round: its welcome is not the one of before
        contact = _begin(session, who, now)
    tell_at(session, contact.id, who.chat)
    return give(session, by_id(session, contact.id), tried.person, None, now)


# ---------------------------------------------------------------- the administrators' card


def administrators(session: Session) -> list[tuple[PersonView, outbox.Place]]:
    """Who is asked about strangers, and where; bosses when no administrator can be reached."""
    for role in ADMINISTRATORS:
        found = [(person, outbox.place_of(session, person.id)) for person in people.with_role(session, role)]
        reachable = [(person, place) for person, place in found if place is not None]
        if reachable:
            return reachable
    return []


def _tell_administrators(session: Session, contact: Contact, now: datetime) -> None:
    for person, place in administrators(session):
        show(session, contact, person, place, now)


def show(session: Session, contact: Contact, person: PersonView, place: outbox.Place, now: datetime) -> None:
    """One administrator's card about one contact, once per round."""
    outbox.show_card(
        session,
        *place,
        card(session, contact, now),
        key=f"{contact.key}{person.id}",
        person_id=person.id,
        now=now,
    )


def show_waiting(session: Session, person: PersonView, place: outbox.Place, now: datetime) -> None:
    """An administrator who has just become reachable sees who has been waiting."""
    for contact in waiting(session, _SHOWN):
        show(session, contact, person, place, now)


def card(session: Session, contact: Contact, now: datetime) -> Card:
    """Who it is, and what can be done about it."""
    tokens = Tokens()
    stamp = micros(contact.asked_at)

    def token(action: str) -> str:
        return tokens(0, 0, action, contact=contact.id, asked=stamp)

    unbound = people.without_account(session, contact.platform)
    unbound.sort(key=lambda person: person.name != contact.name)  # who is called so comes first
    options = tuple(Option(describe(person)[:30], str(person.id)) for person in unbound[:10])
    fields = (
        *((Field("姓名", contact.name),) if contact.name else ()),
        Field("平台", platform_name(contact.platform)),
        Field("账号", contact.account[:30]),
        Field("码", contact.code, Tone.INFO),
    )
    shown = Card(
        title=texts.CONTACT_HEAD,
        tone=Tone.INFO,
        subtitle=contact.name,
        fields=fields,
        choices=(Choice("person", texts.CONTACT_WHO, token("contact_pick"), options),) if options else (),
        inputs=(
            Input("name", texts.CONTACT_NAME, "姓名", contact.name),
            Input("role", texts.CONTACT_ROLE, texts.CONTACT_ROLES),
        ),
        buttons=(
            Button(texts.CONTACT_BIND, token("contact_bind"), Style.PRIMARY),
            Button(texts.CONTACT_REFUSE, token("contact_refuse"), Style.DANGER, texts.CONTACT_REFUSE_SURE),
        ),
        hint=texts.CONTACT_HINT.format(code=contact.code, name=contact.name or "王芳"),
    )
    tokens.store(session, now)
    return shown


def _close_cards(session: Session, contact: Contact, text: str, now: datetime) -> None:
    closed = Card(
        title=f"{texts.CONTACT_HEAD} · 已办",
        tone=Tone.NEUTRAL,
        subtitle=contact.name,
        fields=(Field("平台", platform_name(contact.platform)), Field("账号", contact.account[:30])),
        notes=(Note(text),),
    )
    # Keys of one round share a beginning; ";" is the character after ":".
    rows = run(
        session,
        "SELECT id FROM outbox WHERE key >= :first AND key < :end AND kind = 'card'",
        first=contact.key,
        end=contact.key[:-1] + ";",
    )
    for (outbox_id,) in rows:
        outbox.close_card(session, outbox_id, closed, now)


# ---------------------------------------------------------------- the decision


def decide(
    session: Session, contact: Contact, name: str, roles: Iterable[Role], actor: PersonView | None, now: datetime
) -> Outcome:
    """Give the account to the person of this name, made new with these roles when there is none.

    Raises:
        NotAllowed: the actor is neither administrator nor boss.
        Refused: no such person and no role to make one with, or the account is somebody's already.
    """
    may_decide(actor)
    wanted = frozenset(roles)
    name = " ".join(name.split())
    if not name:
        raise Refused(texts.CONTACT_WHICH.format(code=contact.code))
    person = people.named(session, name)
    actor_id = None if actor is None else actor.id
    if person is None:
        if not wanted:
            raise Refused(
                texts.CONTACT_NEW_NEEDS_ROLE.format(name=name[:NAME], code=contact.code, roles=texts.CONTACT_ROLES)
            )
        if len(name) > NAME:
            raise Refused(f"姓名最多 {NAME} 个字")
        person = people.add_person(session, name, wanted, now, actor_id)
    else:
        if not person.active:
            people.reactivate(session, person.id, actor_id, now)
        for role in sorted(wanted - person.roles):
            people.grant(session, person.id, role, actor_id, now)
        person = people.person(session, person.id)
    return give(session, contact, person, actor, now)


def give(session: Session, contact: Contact, person: PersonView, actor: PersonView | None, now: datetime) -> Outcome:
    """The account is this person's from now on; everybody concerned is told. Doing it again changes nothing.

    Raises:
        Refused: the account is somebody else's already.
    """
    owner = people.person_of(session, contact.platform, contact.account)
    if owner is not None and owner.id != person.id:
        raise Refused(texts.CONTACT_DONE_BEFORE.format(who=owner.name))
    if owner is not None and contact.state == "bound":
        return Outcome("repeated", note=str(contact.id))
    _forget_leaver(session, contact, now)
    people.bind(session, person.id, contact.platform, contact.account, now, None if actor is None else actor.id)
    settle(session, contact, "bound", actor, now)
    if contact.chat:
        outbox.see_chat(session, contact.platform, contact.chat, "direct", person.id, now)
    by = "凭码登记" if actor is None else actor.name
    _close_cards(session, contact, texts.CONTACT_BOUND.format(who=describe(person), by=by), now)
    if person.has(*ADMINISTRATORS):
        show_waiting(session, person, (contact.platform, contact.chat or contact.account), now)
    return Outcome(BOUND, note=str(contact.id))


def _forget_leaver(session: Session, contact: Contact, now: datetime) -> None:
    """An account that still hangs on somebody who has left is free."""
    owner = value(
        session,
        "SELECT p.id FROM account a JOIN person p ON p.id = a.person_id"
        " WHERE a.platform = :platform AND a.account = :account AND p.active = 0",
        platform=contact.platform,
        account=contact.account,
    )
    if owner is not None:
        people.unbind(session, contact.platform, contact.account, now)


def welcome(session: Session, contact: Contact, person: PersonView, again: bool, resend: bool, now: datetime) -> None:
    """Tell the new colleague that it is done, in one line with the next step.

    Args:
        again: what was written before is about to be handled.
        resend: there were pictures or files among it, which have to be sent again.
    """
    if again:
        step = texts.WELCOME_AGAIN
    elif person.has(*ADMINISTRATORS):
        step = texts.WELCOME_ADMIN if examples.product(session) else texts.WELCOME_EMPTY
    else:
        step = texts.WELCOME_TRY
    if resend:
        step = f"{texts.WELCOME_RESEND}；{step}" if not again else f"{step}；{texts.WELCOME_RESEND}"
    outbox.say(
        session,
        contact.platform,
        contact.chat or contact.account,
        texts.WELCOME.format(who=describe(person), next=step),
        key=f"{contact.key}welcome:{person.id}",
        person_id=person.id,
        now=now,
    )


def refuse(session: Session, contact: Contact, actor: PersonView, now: datetime) -> Outcome:
    """Not one of ours: silence from now on.

    Raises:
        NotAllowed: the actor is neither administrator nor boss.
        Refused: the account is somebody's already.
    """
    may_decide(actor)
    owner = people.person_of(session, contact.platform, contact.account)
    if owner is not None:
        raise Refused(texts.CONTACT_DONE_BEFORE.format(who=owner.name))
    if contact.state == "refused":
        return Outcome("repeated", note=str(contact.id))
    settle(session, contact, "refused", actor, now)
    _close_cards(session, contact, texts.CONTACT_REFUSED.format(by=actor.name, code=contact.code), now)
    return Outcome("refused", note=str(contact.id))


def twin(session: Session, platform: str, account: str) -> PersonView | None:
    """Whose account the same userid is at the firm's other WeCom door."""
    other = TWINS.get(platform)
    return None if other is None else people.person_of(session, other, account)


def give_twin(session: Session, who: Stranger, person: PersonView, now: datetime) -> None:
    """Bind the same userid at the other door, without asking; an account that was refused stays so."""
    contact = of_account(session, who.platform, who.account)
    if contact is None or contact.state != "refused":
        contact = _begin(session, who, now)
        give(session, contact, person, None, now)


def may_decide(actor: PersonView | None) -> None:
    """Only administrators and bosses decide about people; ``actor`` None is the command line.

    Raises:
        NotAllowed: the actor is neither.
    """
    if actor is not None and not (actor.active and actor.has(*ADMINISTRATORS)):
        raise NotAllowed(texts.CONTACT_ADMINS_ONLY)
