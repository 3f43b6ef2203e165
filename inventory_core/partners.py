"""Customers and suppliers. Every change bumps the catalogue's version."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlmodel import Session

from inventory_core import audit, numbering, people, sql
from inventory_core.columns import micros
from inventory_core.errors import NotAllowed, NotFound, Refused
from inventory_core.views import PartnerView, Role

_CUSTOMER_MAKERS = (Role.SALES, Role.SUPERVISOR, Role.BOSS, Role.ADMIN)
_SUPPLIER_MAKERS = (Role.BUYER, Role.SUPERVISOR, Role.BOSS, Role.ADMIN)
_PREFIX = {"customer": "C", "supplier": "S"}
_WORD = {"customer": "客户", "supplier": "供应商"}
_FIELDS = ("name", "phone", "address", "contact", "credit_limit", "active")


def view_of(row: sql.Row) -> PartnerView:
    """The view of a row selected with ``sql.PARTNER_COLUMNS``."""
    return PartnerView(
        id=row["id"],
        code=row["code"],
        name=row["name"],
        kind=row["kind"],
        aliases=tuple(json.loads(row["aliases"])),
        phone=row["phone"],
        address=row["address"],
        contact=row["contact"],
        credit_limit=row["credit_limit"],
        walk_in=bool(row["walk_in"]),
    )


def find(session: Session, partner_id: int) -> PartnerView | None:
    """One partner, or None."""
    row = sql.one(session, sql.PARTNER_COLUMNS + " WHERE p.id = :id", id=partner_id)
    return None if row is None else view_of(row)


def partner(session: Session, partner_id: int) -> PartnerView:
    """One partner.

    Raises:
        NotFound: no such partner.
    """
    view = find(session, partner_id)
    if view is None:
        raise NotFound("没有这个客户或供应商，请重新选择。")
    return view


def partner_by_code(session: Session, code: str) -> PartnerView | None:
    """The partner with this code."""
    row = sql.one(session, sql.PARTNER_COLUMNS + " WHERE p.code = :code", code=code)
    return None if row is None else view_of(row)


def ids_by_code(session: Session, codes: Iterable[str]) -> dict[str, int]:
    """Ids of several codes in one statement."""
    found = sql.run(
        session,
        "SELECT code, id FROM partner WHERE code IN (SELECT value FROM json_each(:codes))",
        codes=json.dumps(sorted(set(codes)), ensure_ascii=False),
    )
    return dict(found)


def partners(session: Session, kind: str | None = None, *, active_only: bool = True) -> list[PartnerView]:
    """Partners by id; ``kind`` customer or supplier, or both."""
    found = sql.rows(
        session,
        sql.PARTNER_COLUMNS + " WHERE (:kind IS NULL OR p.kind = :kind) AND (p.active = 1 OR :every = 1) ORDER BY p.id",
        kind=kind,
        every=int(not active_only),
    )
    return [view_of(row) for row in found]


def names(session: Session, kind: str) -> list[tuple[int, str]]:
    """(partner id, name) of every name and alias of the active customers or suppliers: what a text is searched for.
    A tenth of the cost of ``partners``, which a message should not pay for."""
    return sql.run(
        session,
        "SELECT id, name FROM partner WHERE active = 1 AND kind = :kind UNION ALL SELECT p.id, a.alias FROM partner p"
        " JOIN partner_alias a ON a.partner_id = p.id WHERE p.active = 1 AND p.kind = :kind",
        kind=kind,
    )


def walk_in(session: Session) -> PartnerView:
    """散客, the customer nobody asks the name of; seeded with the schema."""
    row = sql.one(session, sql.PARTNER_COLUMNS + " WHERE p.walk_in = 1 ORDER BY p.id LIMIT 1")
    if row is None:
        raise NotFound("没有散客这个客户，请让管理员补上。")
    return view_of(row)


def add_partner(
    session: Session,
    *,
    name: str,
    kind: str,
    now: datetime,
    code: str | None = None,
    aliases: Iterable[str] = (),
    phone: str = "",
    address: str = "",
    contact: str = "",
    credit_limit: int | None = None,
    actor_id: int | None = None,
) -> PartnerView:
    """Add a customer or supplier; the code is made up (C0001, S0001) when none is given.

    Args:
        credit_limit: fen.
        actor_id: None for set-up and imports.

    Raises:
        NotAllowed: the person may not.
        Refused: no name, a name or code that is taken.
    """
    if kind not in _PREFIX:
        raise ValueError(f"unknown kind of partner: {kind}")
    _may_make(session, actor_id, kind)
    name = name.strip()
    if not name:
        raise Refused(f"{_WORD[kind]}要有名称。")
    if sql.run(
        session, "SELECT 1 FROM partner WHERE name = :name AND kind = :kind AND active = 1", name=name, kind=kind
    ):
        raise Refused(f"已经有{_WORD[kind]}「{name}」了，直接选它就行。")
    code = (code or "").strip() or _free_code(session, kind)
    if sql.run(session, "SELECT 1 FROM partner WHERE code = :code", code=code):
        raise Refused(f"编码「{code}」已经有了，换一个编码。")
    _check_credit(credit_limit)
    partner_id = sql.insert(
        session,
        "partner",
        {
            "code": code,
            "name": name,
            "kind": kind,
            "phone": phone.strip(),
            "address": address.strip(),
            "contact": contact.strip(),
            "credit_limit": credit_limit,
            "walk_in": 0,
            "active": 1,
            "created_at": micros(now),
            "updated_at": micros(now),
        },
    )
    for alias in aliases:
        _write_alias(session, partner_id, alias)
    audit.log_catalog(session, "partner", partner_id, "add", {"code": code, "name": name, "kind": kind}, actor_id, now)
    return partner(session, partner_id)


def change_partner(
    session: Session, partner_id: int, *, now: datetime, actor_id: int | None = None, **fields: Any
) -> PartnerView:
    """Change name, phone, address, contact, credit_limit (fen) or active; credit is for supervisor, finance or boss."""
    before = partner(session, partner_id)
    _may_make(session, actor_id, before.kind)
    if "credit_limit" in fields:
        _check_credit(fields["credit_limit"])
        if actor_id is not None and not people.person(session, actor_id).has(
            Role.SUPERVISOR, Role.FINANCE, Role.BOSS, Role.ADMIN
        ):
            raise NotAllowed("改信用额度要主管、财务或老板，请找他们操作。")
    unknown = sorted(set(fields) - set(_FIELDS))
    if unknown:
        raise Refused(f"{'、'.join(unknown)}不能改。")
    changed = {
        key: value if key == "credit_limit" else int(bool(value)) if key == "active" else str(value).strip()
        for key, value in fields.items()
    }
    if before.walk_in and ("name" in changed or "active" in changed):
        raise Refused("散客是固定的，不能改名或停用。")
    assignments = "".join(f"{key} = :{key}, " for key in changed)
    sql.run(
        session,
        f"UPDATE partner SET {assignments}updated_at = :updated_at WHERE id = :id",
        **changed,
        updated_at=micros(now),
        id=partner_id,
    )
    audit.log_catalog(session, "partner", partner_id, "change", changed, actor_id, now)
    return partner(session, partner_id)


def add_alias(session: Session, partner_id: int, alias: str, *, now: datetime, actor_id: int | None = None) -> None:
    """Another name for the partner. Adding it again changes nothing."""
    partner(session, partner_id)
    if _write_alias(session, partner_id, alias):
        audit.log_catalog(session, "partner", partner_id, "alias", {"alias": alias}, actor_id, now)


def _write_alias(session: Session, partner_id: int, alias: str) -> bool:
    alias = alias.strip()
    if not alias:
        return False
    return bool(
        sql.run(
            session,
            "INSERT INTO partner_alias (partner_id, alias) VALUES (:partner_id, :alias)"
            " ON CONFLICT DO NOTHING RETURNING id",
            partner_id=partner_id,
            alias=alias,
        )
    )


def _free_code(session: Session, kind: str) -> str:
    while True:
        code = f"{_PREFIX[kind]}{numbering.next_value(session, f'partner {kind}'):04d}"
        if not sql.run(session, "SELECT 1 FROM partner WHERE code = :code", code=code):
            return code


def _check_credit(value: int | None) -> None:
    if value is not None and value < 0:
        raise Refused("信用额度不能是负数。")


def _may_make(session: Session, actor_id: int | None, kind: str) -> None:
    if actor_id is None:
        return
    makers = _CUSTOMER_MAKERS if kind == "customer" else _SUPPLIER_MAKERS
    if not people.person(session, actor_id).has(*makers):
        who = "销售、主管或老板" if kind == "customer" else "采购、主管或老板"
        raise NotAllowed(f"新建和修改{_WORD[kind]}要{who}，请找他们操作。")
