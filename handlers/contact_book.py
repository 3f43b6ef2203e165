"""The accounts that have asked to be known: one row each, with a code, and what became of it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from inventory_core.columns import micros, moment
from inventory_core.sql import run
from inventory_core.views import PersonView, Role
from notifications import texts

NAME = 20  # characters of a person's name that a card shows and takes

_COLUMNS = "id, platform, account, chat, name, code, state, asked_at"


@dataclass(frozen=True, slots=True)
class Contact:
    """``chat`` is empty while the account has only written in groups; ``state`` waiting, bound or refused."""

    id: int
    platform: str
    account: str
    chat: str
    name: str
    code: str
    state: str
    asked_at: datetime

    @property
    def key(self) -> str:
        """What the outbox keys of this round's cards begin with."""
        return f"contact:{self.id}:{micros(self.asked_at)}:"


def begin(session: Session, platform: str, account: str, now: datetime, *, chat: str = "", name: str = "") -> Contact:
    """A new round for an account: it waits under a new code. ``chat`` is empty while only groups are known."""
    run(
        session,
        "INSERT INTO contact (platform, account, chat, name, code, state, asked_at)"
        " VALUES (:platform, :account, :chat, :name, :code, 'waiting', :now)"
        " ON CONFLICT (platform, account) DO UPDATE SET chat = excluded.chat, name = excluded.name,"
        " code = excluded.code, state = 'waiting', asked_at = excluded.asked_at, decided_at = NULL, decided_by = NULL",
        platform=platform,
        account=account,
        chat=chat,
        name=" ".join(name.split())[:NAME],
        code=_new_code(session),
        now=micros(now),
    )
    begun = of_account(session, platform, account)
    assert begun is not None
    return begun


def _new_code(session: Session) -> str:
    """Four digits that no undecided contact has; more when a crowd waits."""
    taken = {row[0] for row in run(session, "SELECT code FROM contact WHERE state <> 'bound'")}
    digits = 4 if len(taken) < 2000 else 6
    while True:
        code = str(secrets.randbelow(9 * 10 ** (digits - 1)) + 10 ** (digits - 1))
        if code not in taken:
            return code


def silence(session: Session, platform: str, account: str, now: datetime) -> None:
    """The account of somebody who has left gets no answer any more, until it is bound again."""
    run(
        session,
        "INSERT INTO contact (platform, account, chat, name, code, state, asked_at, decided_at)"
        " VALUES (:platform, :account, '', '', :code, 'refused', :now, :now)"
        " ON CONFLICT (platform, account) DO UPDATE SET state = 'refused', code = excluded.code, decided_at = :now",
        platform=platform,
        account=account,
        code=_new_code(session),
        now=micros(now),
    )


def settle(session: Session, contact: Contact, state: str, actor: PersonView | None, now: datetime) -> None:
    """Write down what was decided, by whom."""
    run(
        session,
        "UPDATE contact SET state = :state, decided_at = :now, decided_by = :by WHERE id = :id",
        id=contact.id,
        state=state,
        now=micros(now),
        by=None if actor is None else actor.id,
    )


# ---------------------------------------------------------------- finding contacts


def waiting(session: Session, count: int) -> list[Contact]:
    """The newest ones nobody has decided about, oldest first."""
    rows = run(session, f"SELECT {_COLUMNS} FROM contact WHERE state = 'waiting' ORDER BY id DESC LIMIT :n", n=count)
    return [_contact(row) for row in reversed(rows)]


def tell_at(session: Session, contact_id: int, chat: str) -> None:
    """The account's direct chat is known now."""
    run(session, "UPDATE contact SET chat = :chat WHERE id = :id", chat=chat, id=contact_id)


def of_account(session: Session, platform: str, account: str) -> Contact | None:
    """The contact of an account."""
    rows = run(
        session,
        f"SELECT {_COLUMNS} FROM contact WHERE platform = :platform AND account = :account",
        platform=platform,
        account=account,
    )
    return _contact(rows[0]) if rows else None


def of_code(session: Session, code: str) -> Contact | None:
    """The contact with this code; one that is not decided before one that is, the newest first."""
    rows = run(
        session,
        f"SELECT {_COLUMNS} FROM contact WHERE code = :code ORDER BY state = 'bound', id DESC LIMIT 1",
        code=code,
    )
    return _contact(rows[0]) if rows else None


def by_id(session: Session, contact_id: int) -> Contact:
    """A contact that is known to exist."""
    return _contact(run(session, f"SELECT {_COLUMNS} FROM contact WHERE id = :id", id=contact_id)[0])


def _contact(row: Any) -> Contact:
    number, platform, account, chat, name, code, state, asked = row
    return Contact(number, platform, account, chat, name, code, state, moment(asked))


def describe(person: PersonView) -> str:
    """王芳（销售、仓管）"""
    roles = "、".join(role.label for role in Role if role in person.roles)
    return f"{person.name}（{roles}）" if roles else person.name


def platform_name(platform: str) -> str:
    """What people call a platform."""
    return texts.PLATFORMS.get(platform, platform)
