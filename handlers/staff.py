"""What administrators do about people from chat: 绑定 4821 王芳 销售, 离职 王芳, and the buttons of such cards."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from sqlmodel import Session

from handlers import contact_book, strangers, talk
from handlers.turn import Click, ClickResult, Outcome, Turn
from inventory_core import people
from inventory_core.columns import micros
from inventory_core.errors import NotAllowed, Refused
from inventory_core.sql import run
from inventory_core.views import PersonView, Role
from notifications import outbox, texts
from notifications.actions import Action, Tokens
from notifications.card import Button, Card, Note, Style, Tone

_BIND = re.compile(r"^\s*绑定[\s:：]*(?P<code>\d{4,6})(?!\d)[\s,，]*(?P<rest>[^\n]{0,60}?)\s*[。.!！]?\s*$")
_LEAVE = re.compile(r"^\s*(?P<sure>确认)?离职[\s:：]+(?P<name>[^\n]{1,20}?)\s*[。.!！]?\s*$")
_SURE = re.compile(r"^\s*(?:确认|确认离职)\s*[。.!！]?\s*$")
_ASKED_AGO = timedelta(minutes=10)
ACTIONS = frozenset({"contact_bind", "contact_pick", "contact_refuse", "leave"})


# ---------------------------------------------------------------- typed


def is_command(session: Session, turn: Turn) -> bool:
    """Whether a message is one of these, or the 确认 to a leave that was asked about just before."""
    if not talk.for_the_bot(turn):
        return False
    text = turn.said.text
    if _BIND.match(text) or _LEAVE.match(text):
        return True
    return _SURE.match(text) is not None and _asked_about(session, turn) is not None


def command(session: Session, turn: Turn) -> Outcome:
    """Do it, or say why not.

    Raises:
        Refused: a rule says no; its words are for the person who wrote.
    """
    text = turn.said.text
    if match := _BIND.match(text):
        return _bind(session, turn, match["code"], match["rest"])
    match = _LEAVE.match(text)
    if match is not None:
        person = leaver(session, match["name"], turn.person)
        if not match["sure"]:
            return _ask_leave(session, turn, person)
    else:
        asked = _asked_about(session, turn)
        assert asked is not None
        person = people.person(session, asked)
    outcome = leave(session, person, turn.person, turn.now)
    talk.answer(session, turn, outcome.note)
    return outcome


def _bind(session: Session, turn: Turn, code: str, rest: str) -> Outcome:
    strangers.may_decide(turn.person)
    contact = contact_book.of_code(session, code)
    if contact is None:
        return talk.answer(session, turn, texts.CONTACT_NO_CODE.format(code=code), "asked")
    name, roles = split(rest)
    outcome = strangers.decide(session, contact, name, roles, turn.person, turn.now)
    owner = people.person_of(session, contact.platform, contact.account)
    assert owner is not None
    words = texts.CONTACT_TOLD if outcome.kind == strangers.BOUND else texts.CONTACT_DONE_BEFORE
    talk.answer(session, turn, words.format(who=contact_book.describe(owner)))
    return outcome


def split(rest: str) -> tuple[str, frozenset[Role]]:
    """王芳 销售 仓管 → the name and the roles; the last words that are roles are roles.

    Raises:
        Refused: a word after the name is no role.
    """
    words = [word for word in re.split(r"[\s,，、/]+", rest) if word]
    if not words:
        return "", frozenset()
    return words[0], roles_in(words[1:])


def roles_in(words: list[str]) -> frozenset[Role]:
    """Roles by label or word.

    Raises:
        Refused: one of them is no role.
    """
    found = set()
    for word in words:
        role = next((role for role in Role if word.lower() in (role.value, role.label)), None)
        if role is None:
            raise Refused(texts.CONTACT_BAD_ROLE.format(word=word[:10], roles=texts.CONTACT_ROLES))
        found.add(role)
    return frozenset(found)


# ---------------------------------------------------------------- leaving


def leaver(session: Session, name: str, actor: PersonView | None) -> PersonView:
    """The person who is to leave.

    Raises:
        NotAllowed: the actor is neither administrator nor boss.
        Refused: nobody is called so, has left already, or is the last administrator.
    """
    strangers.may_decide(actor)
    person = people.named(session, name)
    if person is None:
        raise Refused(texts.LEFT_NOBODY.format(name=name.strip()[:20]))
    if not person.active:
        raise Refused(texts.LEFT_BEFORE.format(name=person.name))
    if people.is_last_administrator(session, person.id):
        raise Refused(texts.LEFT_LAST_ADMIN.format(name=person.name))
    return person


def leave(session: Session, person: PersonView, actor: PersonView | None, now: datetime) -> Outcome:
    """All rights end at once; documents keep the name. The accounts get no answers any more.

    Raises:
        NotAllowed: the actor is neither administrator nor boss.
        Refused: the person has left already, or is the last administrator.
    """
    leaver(session, person.name, actor)
    people.deactivate(session, person.id, None if actor is None else actor.id, now)
    for platform, account in people.accounts(session, person.id):
        _take_away(session, person, platform, account, actor, now)
    _close_leave_cards(session, person, now)
    return Outcome("left", note=texts.LEFT_DONE.format(name=person.name))


def account_left(session: Session, platform: str, account: str, now: datetime) -> Outcome:
    """The platform says that this account's owner left the firm. The account is nobody's at once, and its twin with it;
    with the last account the person goes too, unless nobody could administer then: that is an alarm."""
    person = people.person_of(session, platform, account)
    if person is None:
        contact = contact_book.of_account(session, platform, account)
        if contact is not None and contact.state == "waiting":
            contact_book.silence(session, platform, account, now)
        return Outcome("left", note="nobody's account")
    mine = people.accounts(session, person.id)
    for one in (platform, strangers.TWINS.get(platform, "")):
        if (one, account) in mine:
            _take_away(session, person, one, account, None, now)
    name, called = person.name, contact_book.platform_name(platform)
    if people.accounts(session, person.id):
        text = texts.LEFT_TOLD.format(platform=called, name=name, account=texts.LEFT_ACCOUNT_ONLY)
    elif people.is_last_administrator(session, person.id):
        text = texts.LEFT_ALARM.format(platform=called, name=name)
    else:
        people.deactivate(session, person.id, None, now)
        text = texts.LEFT_TOLD.format(platform=called, name=name, account=texts.LEFT_ALL)
    for told, place in _who_hears(session, person):
        key = f"left:{platform}:{account}:{micros(now)}:{told.id}"
        outbox.say(session, *place, text, key=key, person_id=told.id, now=now)
    return Outcome("left", note=text)


def _who_hears(session: Session, gone: PersonView) -> list[tuple[PersonView, outbox.Place]]:
    found = [(one, place) for one, place in strangers.administrators(session) if one.id != gone.id]
    if found:
        return found
    bosses = [person for person in people.with_role(session, *strangers.ADMINISTRATORS) if person.id != gone.id]
    places = [(person, outbox.place_of(session, person.id)) for person in bosses]
    return [(person, place) for person, place in places if place is not None]


def _take_away(
    session: Session, person: PersonView, platform: str, account: str, actor: PersonView | None, now: datetime
) -> None:
    people.unbind(session, platform, account, now, None if actor is None else actor.id)
    forget_chats(session, person.id, platform, account)
    contact_book.silence(session, platform, account, now)


def forget_chats(session: Session, person_id: int, platform: str, account: str) -> None:
    """Nothing that concerns this person goes to their direct chats of a platform any more: no news, no card that is
    kept up to date, nothing that still waits to be sent."""
    rows = run(
        session,
        "SELECT chat FROM known_chat WHERE platform = :platform AND kind = 'direct' AND person_id = :person",
        platform=platform,
        person=person_id,
    )
    for chat in {account, *(row[0] for row in rows)}:
        place = {"platform": platform, "chat": chat}
        run(
            session,
            "UPDATE known_chat SET person_id = NULL WHERE platform = :platform AND chat = :chat AND kind = 'direct'",
            **place,
        )
        run(session, "UPDATE card_copy SET live = 0 WHERE platform = :platform AND chat = :chat", **place)
        run(
            session,
            "UPDATE outbox SET state = 'superseded' WHERE platform = :platform AND chat = :chat AND state = 'new'",
            **place,
        )


def _ask_leave(session: Session, turn: Turn, person: PersonView) -> Outcome:
    tokens = Tokens()
    card = Card(
        title=texts.LEAVE_HEAD.format(name=person.name),
        tone=Tone.WARN,
        notes=(Note(texts.LEAVE_NOTE.format(name=person.name), Tone.WARN),),
        buttons=(Button(texts.LEAVE_SURE, tokens(0, 0, "leave", person=person.id), Style.DANGER),),
        hint=texts.LEAVE_HINT,
    )
    tokens.store(session, turn.now)
    outbox.show_card(
        session,
        turn.said.platform,
        turn.said.chat,
        card,
        key=f"leave:{person.id}:{turn.said.inbox_id}",
        inbox_id=turn.said.inbox_id,
        person_id=turn.person.id,
        now=turn.now,
    )
    return Outcome("asked", note=card.title)


def _asked_about(session: Session, turn: Turn) -> int | None:
    """Whose leaving the last thing shown in this chat asks about; an older question is not what 确认 answers."""
    rows = run(
        session,
        "SELECT key, person_id FROM (SELECT * FROM outbox WHERE platform = :platform AND chat = :chat"
        " ORDER BY id DESC LIMIT 50) AS newest WHERE created_at >= :since AND state <> 'superseded'"
        " ORDER BY id DESC LIMIT 1",
        platform=turn.said.platform,
        chat=turn.said.chat,
        since=micros(turn.now - _ASKED_AGO),
    )
    if not rows or rows[0][1] != turn.person.id:
        return None
    match = re.match(r"^leave:(\d+):\d+$", rows[0][0])
    return int(match[1]) if match else None


def _close_leave_cards(session: Session, person: PersonView, now: datetime) -> None:
    text = texts.LEFT_DONE.format(name=person.name)
    closed = Card(title=texts.LEAVE_HEAD.format(name=person.name), notes=(Note(text),))
    prefix = f"leave:{person.id}:"
    rows = run(
        session,
        "SELECT id FROM outbox WHERE key >= :first AND key < :end AND kind = 'card'",
        first=prefix,
        end=prefix[:-1] + ";",
    )
    for (outbox_id,) in rows:
        outbox.close_card(session, outbox_id, closed, now)


# ---------------------------------------------------------------- clicked


def click(session: Session, click: Click, action: Action) -> ClickResult:
    """A button of a contact's card, or of the card that asks about leaving.

    Raises:
        Refused: a rule says no.
    """
    try:
        strangers.may_decide(click.person)
    except NotAllowed as refusal:
        return ClickResult(str(refusal), "warn", Outcome("refused", note=str(refusal)))
    if action.action == "leave":
        person = people.person(session, int(action.args["person"]))
        outcome = leave(session, person, click.person, click.now)
        return ClickResult(outcome.note, "good", outcome)
    contact = contact_book.by_id(session, int(action.args["contact"]))
    owner = people.person_of(session, contact.platform, contact.account)
    if owner is not None:
        toast = texts.CONTACT_DONE_BEFORE.format(who=owner.name)
        return ClickResult(toast, "info", Outcome("repeated", note=toast))
    if micros(contact.asked_at) != int(action.args["asked"]):
        return ClickResult(texts.TOAST_STALE, "warn", Outcome("stale", note="another round"))
    if action.action == "contact_refuse":
        outcome = strangers.refuse(session, contact, click.person, click.now)
        return ClickResult(texts.CONTACT_REFUSED.format(by=click.person.name, code=contact.code), "info", outcome)
    if action.action == "contact_pick":
        chosen = _picked(session, click.values.get("person", ""))
        outcome = strangers.give(session, contact, chosen, click.person, click.now)
        return ClickResult(texts.CONTACT_TOLD.format(who=contact_book.describe(chosen)), "good", outcome)
    return _bind_clicked(session, click, contact)


def _bind_clicked(session: Session, click: Click, contact: contact_book.Contact) -> ClickResult:
    name = click.values.get("name", "").strip()
    chosen = click.values.get("person", "")
    if not name and chosen:
        person = _picked(session, chosen)
        outcome = strangers.give(session, contact, person, click.person, click.now)
        return ClickResult(texts.CONTACT_TOLD.format(who=contact_book.describe(person)), "good", outcome)
    if not name:
        # Not every platform shows toasts or has inputs, so the question is said as well.
        text = texts.CONTACT_WHICH.format(code=contact.code)
        outbox.say(
            session,
            click.platform,
            click.chat,
            text,
            inbox_id=click.inbox_id,
            person_id=click.person.id,
            now=click.now,
        )
        return ClickResult(text, "warn", Outcome("asked", note=text))
    words = [word for word in re.split(r"[\s,，、/]+", click.values.get("role", "")) if word]
    outcome = strangers.decide(session, contact, name, roles_in(words), click.person, click.now)
    owner = people.person_of(session, contact.platform, contact.account)
    assert owner is not None
    return ClickResult(texts.CONTACT_TOLD.format(who=contact_book.describe(owner)), "good", outcome)


def _picked(session: Session, value: str) -> PersonView:
    if not (value.isascii() and value.isdigit()) or len(value) > 18:
        raise Refused(texts.TOAST_PICK)
    person = people.person(session, int(value))
    if not person.active:
        raise Refused(texts.LEFT_BEFORE.format(name=person.name))
    return person
