"""``danju people``: who is who, from the command line. The same functions run inside the service or over the opened
store; nobody is asked for rights, for whoever can read the data directory is its owner."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlmodel import Session

from bot import contacts
from handlers import codes, contact_book, staff, strangers
from handlers.contact_book import Contact
from inventory_core import people
from inventory_core.errors import NotFound, Refused
from inventory_core.sql import run, value
from inventory_core.views import PersonView, Role
from notifications import texts

if TYPE_CHECKING:
    from bot.commands import Operations

Answer = dict[str, Any]

PLATFORMS = ("feishu", "wecom", "wecombot")


async def people_list(operations: Operations) -> Answer:
    """Everybody with roles and accounts, and who waits to be bound."""
    return await operations.store.read(_list)


async def people_bind(operations: Operations, account: str, who: str, roles: str = "") -> Answer:
    """Give an account, named by its code or as platform:account, to a person; new people need roles."""
    now = operations.clock()

    def unit(session: Session) -> tuple[Answer, tuple[int, ...]]:
        contact = _contact(session, account, now)
        wanted = staff.roles_in(_words(roles))
        person = _find(session, who)
        outcome = strangers.decide(session, contact, who if person is None else person.name, wanted, None, now)
        outcome = contacts.put_back(session, outcome, now)
        owner = people.person_of(session, contact.platform, contact.account)
        assert owner is not None
        answer = {"who": contact_book.describe(owner), "account": f"{contact.platform}:{contact.account}"}
        return answer, outcome.more

    answer, more = await operations.store.write(unit)
    await _go_on(operations, more)
    return answer


async def people_unbind(operations: Operations, account: str) -> Answer:
    """Take an account, as platform:account, away from whoever has it."""
    now = operations.clock()

    def unit(session: Session) -> Answer:
        platform, name = _address(account)
        owner = people.person_of(session, platform, name)
        if not value(session, "SELECT 1 FROM account WHERE platform = :p AND account = :a", p=platform, a=name):
            raise NotFound(f"{account} 没有绑定给谁；用 danju people list 看有哪些")
        people.unbind(session, platform, name, now)
        if owner is not None:
            staff.forget_chats(session, owner.id, platform, name)
        return {"account": account, "who": "" if owner is None else owner.name}

    return await operations.store.write(unit)


async def people_role(operations: Operations, who: str, role: str, take: str = "") -> Answer:
    """Give a role, or take it away when ``take`` is not empty."""
    now = operations.clock()

    def unit(session: Session) -> Answer:
        person = _one(session, who)
        if not person.active:
            raise Refused(f"{person.name}已离职，角色没有改。人回来了先运行 danju people code {person.name}")
        for one in sorted(staff.roles_in(_words(role))):
            if take:
                people.revoke(session, person.id, one, None, now)
            else:
                people.grant(session, person.id, one, None, now)
        return {"who": contact_book.describe(people.person(session, person.id))}

    return await operations.store.write(unit)


async def people_code(operations: Operations, who: str, roles: str = "") -> Answer:
    """A one-use code for a person; somebody new is added when roles are given, and who had left is back."""
    now = operations.clock()

    def unit(session: Session) -> Answer:
        person = _find(session, who)
        wanted = staff.roles_in(_words(roles))
        if person is None:
            if not wanted:
                raise Refused(f"还没有“{who}”。新同事请带上角色：danju people code {who} --role 销售")
            person = people.add_person(session, who, wanted, now)
        elif not person.active:
            people.reactivate(session, person.id, None, now)
        return {"who": contact_book.describe(person), "code": codes.make(session, person.id, now)}

    return await operations.store.write(unit)


async def people_leave(operations: Operations, who: str) -> Answer:
    """All rights of a person end at once."""
    now = operations.clock()
    text = await operations.store.write(lambda session: staff.leave(session, _one(session, who), None, now).note)
    await _go_on(operations, ())
    return {"text": text}


async def _go_on(operations: Operations, more: tuple[int, ...]) -> None:
    if operations.dispatcher is not None:
        for inbox_id in more:
            await operations.dispatcher.retry(inbox_id)
    if operations.sender is not None:
        operations.sender.wake()


# -- inside transactions -----------------------------------------------------------------------------------------------


def _list(session: Session) -> Answer:
    rows = [
        {
            "id": person.id,
            "name": person.name,
            "roles": "、".join(role.label for role in Role if role in person.roles),
            "active": person.active,
            "accounts": [f"{platform}:{account}" for platform, account in people.accounts(session, person.id)],
        }
        for person in people.people(session)
    ]
    waiting = run(session, "SELECT code, name, platform, account FROM contact WHERE state = 'waiting' ORDER BY id")
    names = ("code", "name", "platform", "account")
    return {"rows": rows, "waiting": [dict(zip(names, row, strict=True)) for row in waiting]}


def _contact(session: Session, account: str, now: datetime) -> Contact:
    if account.isdigit():
        found = contact_book.of_code(session, account)
        if found is None:
            raise NotFound(texts.CONTACT_NO_CODE.format(code=account))
        return found
    platform, name = _address(account)
    return contact_book.of_account(session, platform, name) or contact_book.begin(session, platform, name, now)


def _address(account: str) -> tuple[str, str]:
    platform, colon, name = account.strip().partition(":")
    if platform not in PLATFORMS or not colon or not name:
        raise Refused("账号请写成 平台:账号，如 feishu:ou_xxx、wecom:zhangsan、wecombot:zhangsan；或写对方收到的码")
    return platform, name


def _find(session: Session, who: str) -> PersonView | None:
    named = people.named(session, who)
    if named is None and who.isascii() and who.isdigit() and len(who) < 10:
        return next((person for person in people.people(session) if person.id == int(who)), None)
    return named


def _one(session: Session, who: str) -> PersonView:
    person = _find(session, who)
    if person is None:
        raise NotFound(texts.LEFT_NOBODY.format(name=who))
    return person


def _words(roles: str) -> list[str]:
    return [word for word in roles.replace("、", " ").replace("，", " ").replace(",", " ").split() if word]
