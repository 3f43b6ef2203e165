"""The units of an import: each is one short transaction. See ``steps`` for the order and the reasons."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlmodel import Session

from bot.importing import sql as statements
from bot.importing.plan import Item
from bot.importing.slicing import Slice
from inventory_core import documents, firm, numbering, people, sql
from inventory_core.columns import dumps, micros
from inventory_core.errors import Refused, Stale
from inventory_core.stock import OpeningItem
from inventory_core.views import Role

PEOPLE = 300  # per file; they are few, and go in with the switch
_MOVED = "商品或客户资料刚刚变了，重新核对后再导入"
_CODE_PREFIX = {"customer": "C", "supplier": "S"}


@dataclass(frozen=True, slots=True)
class _Alive:
    catalog: int
    actor_id: int | None
    slices: list[Slice]
    applied: int


def stage(session: Session, batch: int, first: int, items: Sequence[Item], now: datetime) -> int:
    """Write what is to do, from sequence number ``first`` on. Running it again after a rollback is the same."""
    _touch(session, batch, "staging", now)
    sql.many(
        session,
        statements.STAGE,
        [
            {
                "batch": batch,
                "seq": first + index,
                "kind": item.kind,
                "action": item.action,
                "target_id": item.target_id,
                "done": 1 if item.kind in ("product", "partner") and item.action != "add" else 0,
                "data": dumps(item.data),
            }
            for index, item in enumerate(items)
        ],
    )
    return len(items)


def place_products(session: Session, batch: int, limit: int, now: datetime) -> int:
    """Put up to ``limit`` new products into their tables, inactive; how many it were."""
    _touch(session, batch, "staging", now)
    units: list[dict[str, Any]] = []
    aliases: list[dict[str, Any]] = []
    work = _work(session, batch, "product", "add", 0, limit)
    for seq, _target, data in work:
        values = {key: value for key, value in data.items() if key not in ("units", "aliases")}
        product_id = _new_id(sql.run(session, statements.ADD_PRODUCT, **values, at=micros(now)))
        for unit, num, den, barcode in data["units"]:
            units.append({"product_id": product_id, "unit": unit, "num": num, "den": den, "barcode": barcode})
        aliases += [{"product_id": product_id, "alias": alias} for alias in data["aliases"]]
        sql.run(session, statements.PLACED, batch=batch, seq=seq, done=1, target_id=product_id)
    sql.many(session, statements.ADD_UNIT, units)
    sql.many(session, statements.ADD_ALIAS, aliases)
    return len(work)


def place_partners(session: Session, batch: int, limit: int, now: datetime) -> int:
    """Put up to ``limit`` new customers and suppliers into their table, inactive; how many it were."""
    _touch(session, batch, "staging", now)
    work = _work(session, batch, "partner", "add", 0, limit)
    for seq, _target, data in work:
        partner_id = _new_id(
            sql.run(
                session,
                statements.ADD_PARTNER,
                code=data["code"] or _free_code(session, data["kind"]),
                name=data["name"],
                kind=data["kind"],
                phone=data["phone"] or "",
                address=data["address"] or "",
                contact=data["contact"] or "",
                credit_limit=data["credit_limit"],
                at=micros(now),
            )
        )
        pairs = [{"partner_id": partner_id, "alias": alias} for alias in data["aliases"]]
        sql.many(session, statements.ADD_PARTNER_ALIAS, pairs)
        sql.run(session, statements.PLACED, batch=batch, seq=seq, done=1, target_id=partner_id)
    return len(work)


def _new_id(found: list[tuple[Any, ...]]) -> int:
    """The id of an inserted row; none means that somebody else has used the code since the plan was made."""
    if not found:
        raise Stale(_MOVED)
    return int(found[0][0])


def switch(session: Session, batch: int, now: datetime) -> bool:
    """Make the batch live; True when slices of existing products remain.

    Raises:
        Stale: the catalogue changed since the plan was made.
        Refused: a rule of the core about people.
    """
    alive = _touch(session, batch, "staging", now)
    if firm.catalog_version(session) != alive.catalog:
        raise Stale(_MOVED)
    _people(session, batch, alive.actor_id, now)
    sql.run(session, statements.SHOW_PRODUCTS, batch=batch, at=micros(now))
    sql.run(session, statements.SHOW_PARTNERS, batch=batch, at=micros(now))
    sql.run(session, statements.SET_STATE, batch=batch, state="live", at=micros(now))
    return _apply(session, batch, alive.slices, 0, now)


def switch_slice(session: Session, batch: int, now: datetime) -> bool:
    """The next slice of changes, when one is left; True when still more remain."""
    alive = _touch(session, batch, "live", now)
    return len(alive.slices) > alive.applied and _apply(session, batch, alive.slices, alive.applied, now)


def _apply(session: Session, batch: int, cut: Sequence[Slice], applied: int, now: datetime) -> bool:
    now_ = micros(now)
    part = cut[applied]
    bounds = {"batch": batch, "after": part.after, "upto": part.upto}
    if part.upto > part.after:
        sql.run(session, statements.CHANGE_PRODUCTS if part.fields else statements.PRICE_PRODUCTS, **bounds, at=now_)
    if part.names:
        sql.run(session, statements.RENAME_PRODUCTS, **bounds)
    if part.units:
        sql.run(session, statements.CLEAR_UNITS, **bounds)
        sql.run(session, statements.REWORK_UNITS, **bounds)
    if part.aliases:
        sql.run(session, statements.CHANGE_ALIASES, **bounds)
    if part.partners:
        sql.run(session, statements.CHANGE_PARTNERS, **bounds, at=now_)
        sql.run(session, statements.CHANGE_PARTNER_ALIASES, **bounds)
    sql.run(session, statements.APPLIED, batch=batch, at=now_)
    firm.bump_catalog(session)
    return len(cut) > applied + 1


def write_history(session: Session, batch: int, limit: int, now: datetime) -> int:
    """Who changed what, for up to ``limit`` rows that are live; how many it were."""
    alive = _touch(session, batch, "live", now)
    for kind in ("product", "partner"):
        for action in ("add", "change", "rework"):
            work = _work(session, batch, kind, action, 1, limit)
            if work:
                entries = [_history(batch, kind, action, row, alive.actor_id, now) for row in work]
                sql.many(session, statements.WRITE_HISTORY, entries)
                _finished(session, batch, work)
                return len(work)
    return 0


def _history(
    batch: int, kind: str, action: str, row: tuple[int, Any, dict[str, Any]], actor_id: int | None, now: datetime
) -> dict[str, Any]:
    _seq, target, data = row
    kept = ("sku", "code", "name", "spec", "kind") if action == "add" else (*data["changed"], "units", "aliases")
    detail = {key: data[key] for key in kept if data.get(key) not in (None, [], "")} | {"import": batch}
    return {
        "subject": kind,
        "subject_id": target,
        "action": "add" if action == "add" else "change",
        "detail": dumps(detail),
        "actor_id": actor_id,
        "at": micros(now),
    }


def _finished(session: Session, batch: int, work: Sequence[tuple[int, Any, dict[str, Any]]]) -> None:
    rows = [{"batch": batch, "seq": seq, "done": 2, "target_id": None} for seq, _target, _data in work]
    sql.many(session, statements.PLACED, rows)


def post_opening(session: Session, batch: int, limit: int, now: datetime) -> int:
    """Post up to ``limit`` lines of opening stock as one document; how many lines it were."""
    alive = _touch(session, batch, "live", now)
    work = _work(session, batch, "opening", "add", 0, limit)
    if not work:
        return 0
    from inventory_core import products

    ids = products.ids_by_sku(session, [data["sku"] for _seq, _target, data in work])
    items = [
        OpeningItem(ids[data["sku"]], Decimal(data["qty"]), data["unit"], unit_cost(Decimal(data["qty"]), data["cost"]))
        for _seq, _target, data in work
    ]
    documents.post_opening(session, items, alive.actor_id or _somebody(session), now, "导入的期初库存")
    _finished(session, batch, work)
    return len(work)


def unit_cost(qty: Decimal, cost: int) -> Decimal | None:
    """The shortest cost per unit (yuan) that multiplied by ``qty`` gives exactly ``cost`` fen; None for no cost.

    The books keep the value of a line, not the cost of a piece; 13 pieces for 15.00 must stay 15.00.
    """
    if not cost:
        return None
    exact = Decimal(cost) / 100 / qty
    for places in range(2, 25):
        value = round(exact, places)
        if (value * qty * 100).quantize(Decimal(1)) == cost and abs(value * qty * 100 - cost) < Decimal("0.4"):
            return value
    raise Refused("成本金额和数量相差太多，算不出单价，请检查")


def take_back(session: Session, batch: int, limit: int) -> int:
    """Remove up to ``limit`` rows that were placed and never seen; how many it were."""
    found = sql.run(session, statements.UNSEEN, batch=batch, limit=limit)
    products = sql.ids(target for _seq, kind, target in found if kind == "product")
    partners = sql.ids(target for _seq, kind, target in found if kind == "partner")
    for statement in statements.TAKE_BACK:
        given = {"products": products} if ":products" in statement else {"partners": partners}
        sql.run(session, statement, **given)
    sql.many(
        session,
        "UPDATE import_row SET target_id = NULL, done = 0 WHERE batch_id = :batch AND seq = :seq",
        [{"batch": batch, "seq": row[0]} for row in found],
    )
    return len(found)


def _people(session: Session, batch: int, actor_id: int | None, now: datetime) -> None:
    new = _work(session, batch, "person", "add", 0, PEOPLE)
    for _seq, _target, data in new:
        people.add_person(session, data["name"], frozenset(map(Role, data["roles"])), now, actor_id)
    work = _work(session, batch, "person", "change", 0, PEOPLE)
    for _seq, target, data in work:  # first everybody gains, then somebody may lose: an administrator is always left
        for role in set(data["roles"]) - set(data["before"]):
            people.grant(session, target, Role(role), actor_id, now)
    for _seq, target, data in work:
        for role in set(data["before"]) - set(data["roles"]):
            people.revoke(session, target, Role(role), actor_id, now)
    _finished(session, batch, [*new, *work])


def _work(
    session: Session, batch: int, kind: str, action: str, done: int, limit: int
) -> list[tuple[int, Any, dict[str, Any]]]:
    found = sql.run(session, statements.WORK, batch=batch, kind=kind, action=action, done=done, limit=limit)
    return [(seq, target, json.loads(data)) for seq, target, data in found]


def _touch(session: Session, batch: int, state: str, now: datetime) -> _Alive:
    """Say that the batch is at work. Refuses when it was taken back."""
    found = sql.run(session, statements.TOUCH, batch=batch, state=state, at=micros(now))
    if not found:
        raise Refused("这次导入已被中止，请重新导入")
    catalog, actor_id, cut, applied = found[0]
    return _Alive(catalog, actor_id, [Slice(**part) for part in json.loads(cut)], applied)


def _somebody(session: Session) -> int:
    found = people.with_role(session, Role.ADMIN, Role.BOSS)
    if not found:
        raise Refused("还没有管理员，期初库存要有人负责，请先在「人员」表里写上管理员")
    return found[0].id


def _free_code(session: Session, kind: str) -> str:
    while True:
        code = f"{_CODE_PREFIX[kind]}{numbering.next_value(session, f'partner {kind}'):04d}"
        if not sql.run(session, "SELECT 1 FROM partner WHERE code = :code", code=code):
            return code
