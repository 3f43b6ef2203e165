"""People, their roles, and the platform accounts they write from."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Session

from inventory_core import audit, sql
from inventory_core.columns import micros
from inventory_core.errors import NotAllowed, NotFound, Refused
from inventory_core.views import PersonView, Role

_SELECT = """
SELECT p.id, p.name, p.active, coalesce(group_concat(r.role), '') AS roles
FROM person p LEFT JOIN person_role r ON r.person_id = p.id"""


def _view(row: tuple[Any, ...]) -> PersonView:
    return PersonView(row[0], row[1], frozenset(Role(role) for role in row[3].split(",") if role), bool(row[2]))


def person(session: Session, person_id: int) -> PersonView:
    """One person.

    Raises:
        NotFound: no such person.
    """
    found = sql.run(session, sql.PERSON, id=person_id)
    if not found:
        raise NotFound("没有这个人，请让管理员先添加。")
    return _view(found[0])


def person_of(session: Session, platform: str, account: str) -> PersonView | None:
    """Who writes from this account; None when it is bound to nobody or to somebody who left."""
    found = sql.run(
        session,
        _SELECT
        + " JOIN account a ON a.person_id = p.id WHERE a.platform = :platform AND a.account = :account AND p.active = 1"
        " GROUP BY p.id",
        platform=platform,
        account=account,
    )
    return _view(found[0]) if found else None


def people(session: Session) -> list[PersonView]:
    """Everybody, in the order they came."""
    return [_view(row) for row in sql.run(session, _SELECT + " GROUP BY p.id ORDER BY p.id")]


def with_role(session: Session, *roles: Role) -> list[PersonView]:
    """Active people who have any of the roles."""
    return [view for view in people(session) if view.active and view.has(*roles)]


def find_person(session: Session, text: str) -> PersonView | None:
    """By name, id or role word ("销售", "sales"); the first active one when several have the role."""
    text = text.strip()
    everybody = [view for view in people(session) if view.active]
    for view in everybody:
        if text in (view.name, str(view.id)):
            return view
    for role in Role:
        if text.lower() in (role.value, role.label):
            return next((view for view in everybody if view.has(role)), None)
    return None


def named(session: Session, name: str) -> PersonView | None:
    """The person of exactly this name, also one who has left; names are unique."""
    found = sql.run(session, _SELECT + " WHERE p.name = :name GROUP BY p.id", name=name.strip())
    return _view(found[0]) if found else None


def without_account(session: Session, platform: str) -> list[PersonView]:
    """Active people who have no account on a platform yet."""
    found = sql.run(
        session,
        _SELECT + " WHERE p.active = 1 AND NOT EXISTS (SELECT 1 FROM account a WHERE a.person_id = p.id"
        " AND a.platform = :platform) GROUP BY p.id ORDER BY p.id",
        platform=platform,
    )
    return [_view(row) for row in found]


def accounts(session: Session, person_id: int) -> list[tuple[str, str]]:
    """(platform, account) of a person, oldest first."""
    found = sql.run(
        session, "SELECT platform, account FROM account WHERE person_id = :id ORDER BY bound_at, platform", id=person_id
    )
    return [(platform, account) for platform, account in found]


def add_person(
    session: Session,
    name: str,
    roles: frozenset[Role] | set[Role] | tuple[Role, ...],
    now: datetime,
    actor: int | None = None,
) -> PersonView:
    """Add a person. ``actor`` None: set-up itself.

    Raises:
        NotAllowed: the actor is neither administrator nor boss.
        Refused: no name, or one that is taken.
    """
    _administers(session, actor)
    name = name.strip()
    if not name:
        raise Refused("人员要有名字。")
    if sql.run(session, "SELECT 1 FROM person WHERE name = :name", name=name):
        raise Refused(f"已经有「{name}」了，重名的请加个字区分。")
    person_id = sql.insert(session, "person", {"name": name, "active": 1, "created_at": micros(now)})
    _insert_roles(session, person_id, frozenset(roles))
    audit.log(session, "person", person_id, "add", {"name": name, "roles": sorted(roles)}, actor, now)
    return person(session, person_id)


def _insert_roles(session: Session, person_id: int, roles: frozenset[Role]) -> None:
    sql.many(
        session,
        "INSERT INTO person_role (person_id, role) VALUES (:person_id, :role) ON CONFLICT DO NOTHING",
        [{"person_id": person_id, "role": role.value} for role in sorted(roles)],
    )


def bind(
    session: Session, person_id: int, platform: str, account: str, now: datetime, actor: int | None = None
) -> None:
    """Let an account write as a person. Binding the same again changes nothing.

    Raises:
        Refused: the account belongs to somebody else.
    """
    _administers(session, actor)
    view = person(session, person_id)
    owner = sql.value(
        session,
        "SELECT person_id FROM account WHERE platform = :platform AND account = :account",
        platform=platform,
        account=account,
    )
    if owner == person_id:
        return
    if owner is not None:
        raise Refused(f"这个账号已经绑定给{person(session, owner).name}，先解绑再绑给{view.name}。")
    sql.run(
        session,
        "INSERT INTO account (platform, account, person_id, bound_at) VALUES (:platform, :account, :person_id, :at)",
        platform=platform,
        account=account,
        person_id=person_id,
        at=micros(now),
    )
    audit.log(session, "person", person_id, "bind", {"platform": platform, "account": account}, actor, now)


def unbind(session: Session, platform: str, account: str, now: datetime, actor: int | None = None) -> None:
    """Take an account away from whoever has it."""
    _administers(session, actor)
    owner = sql.value(
        session,
        "DELETE FROM account WHERE platform = :platform AND account = :account RETURNING person_id",
        platform=platform,
        account=account,
    )
    if owner is not None:
        audit.log(session, "person", owner, "unbind", {"platform": platform, "account": account}, actor, now)


def grant(session: Session, person_id: int, role: Role, actor: int | None, now: datetime) -> None:
    """Give a role."""
    _administers(session, actor)
    person(session, person_id)
    _insert_roles(session, person_id, frozenset({role}))
    audit.log(session, "person", person_id, "grant", {"role": role.value}, actor, now)


def revoke(session: Session, person_id: int, role: Role, actor: int | None, now: datetime) -> None:
    """Take a role away.

    Raises:
        Refused: nobody would be left who can administer.
    """
    _administers(session, actor)
    _keep_an_administrator(session, person_id, role)
    sql.run(session, "DELETE FROM person_role WHERE person_id = :id AND role = :role", id=person_id, role=role.value)
    audit.log(session, "person", person_id, "revoke", {"role": role.value}, actor, now)


def deactivate(session: Session, person_id: int, actor: int | None, now: datetime) -> None:
    """The person has left: the name stays on documents, the accounts write for nobody."""
    _administers(session, actor)
    _keep_an_administrator(session, person_id, Role.ADMIN)
    sql.run(session, "UPDATE person SET active = 0 WHERE id = :id", id=person_id)
    audit.log(session, "person", person_id, "deactivate", {}, actor, now)


def reactivate(session: Session, person_id: int, actor: int | None, now: datetime) -> None:
    """Somebody who had left is back, with the roles of before."""
    _administers(session, actor)
    sql.run(session, "UPDATE person SET active = 1 WHERE id = :id", id=person_id)
    audit.log(session, "person", person_id, "reactivate", {}, actor, now)


def is_last_administrator(session: Session, person_id: int) -> bool:
    """Whether nobody could administer without this person."""
    return [view.id for view in with_role(session, Role.ADMIN)] == [person_id]


def _keep_an_administrator(session: Session, person_id: int, role: Role) -> None:
    if role is not Role.ADMIN or not person(session, person_id).has(Role.ADMIN):
        return
    if not any(view.id != person_id for view in with_role(session, Role.ADMIN)):
        raise Refused("这是最后一个管理员，先指定另一个管理员。")


def _administers(session: Session, actor: int | None) -> None:
    if actor is None:
        return
    view = person(session, actor)
    if not view.active or not view.has(Role.ADMIN, Role.BOSS):
        raise NotAllowed("管理人员要管理员或老板，请找他们操作。")
