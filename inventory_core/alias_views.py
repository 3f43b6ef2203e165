"""Reading what was learned."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from inventory_core import sql
from inventory_core.columns import moment
from inventory_core.errors import NotFound


@dataclass(frozen=True, slots=True)
class AliasView:
    """A learned alias. ``state``: learning, active, retired, asleep, forgotten. ``who``: names of those who confirmed
    or added it, the latest first."""

    id: int
    words: str
    key: str
    product_id: int
    product: str
    sku: str
    partner_id: int | None
    partner: str | None
    state: str
    confirmed: int
    doubted: int
    used_at: datetime
    who: tuple[str, ...] = ()


_VIEW = """
SELECT a.*, p.name AS product_name, p.spec, p.sku, r.name AS partner_name FROM learned_alias a
JOIN product p ON p.id = a.product_id LEFT JOIN partner r ON r.id = a.partner_id"""
_WHO = """
SELECT n.name FROM alias_event e JOIN person n ON n.id = e.actor_id
WHERE e.alias_id = :id AND e.kind IN ('confirmed', 'added') AND e.product_id = :product_id
GROUP BY n.id ORDER BY max(e.id) DESC LIMIT 3"""


def view_of(session: Session, alias_id: int) -> AliasView:
    """One learned alias.

    Raises:
        NotFound: no such alias.
    """
    row = sql.one(session, _VIEW + " WHERE a.id = :id", id=alias_id)
    if row is None:
        raise NotFound("没有这个叫法，回复“别名”看记住了哪些。")
    return _view(session, row)


def listing(
    session: Session, *, partner_id: int | None = None, every: bool = False, limit: int = 20
) -> tuple[list[AliasView], int]:
    """What is read at present, newest first, and how many there are; ``every``: also what is learned, put away or
    forgotten. ``partner_id``: only what counts for this customer by itself."""
    where = " WHERE (:every = 1 OR a.state = 'active') AND (:partner IS NULL OR a.partner_id = :partner)"
    values = {"every": int(every), "partner": partner_id}
    count = sql.value(session, "SELECT count(*) FROM learned_alias a" + where, **values)
    rows = sql.rows(session, _VIEW + where + " ORDER BY a.used_at DESC, a.id DESC LIMIT :limit", **values, limit=limit)
    return [_view(session, row) for row in rows], int(count)


def living(session: Session, key: str) -> list[AliasView]:
    """Everybody's present meanings of words, the firm's first."""
    where = " WHERE a.key = :key AND a.state IN ('learning', 'active') ORDER BY a.partner_id IS NOT NULL, a.id"
    return [_view(session, row) for row in sql.rows(session, _VIEW + where, key=key)]


def meant_before(session: Session, key: str, partner_id: int | None) -> list[int]:
    """Products these words were ever confirmed for, this customer's first: what a question may offer first."""
    rows = sql.run(
        session,
        "SELECT product_id FROM learned_alias a JOIN product p ON p.id = a.product_id AND p.active = 1"
        " WHERE key = :key AND state <> 'forgotten' ORDER BY partner_id IS :partner DESC, confirmed DESC, a.id",
        key=key,
        partner=partner_id,
    )
    return list(dict.fromkeys(row[0] for row in rows))


def _view(session: Session, row: sql.Row) -> AliasView:
    who = sql.run(session, _WHO, id=row["id"], product_id=row["product_id"])
    return AliasView(
        id=row["id"],
        words=row["words"],
        key=row["key"],
        product_id=row["product_id"],
        product=f"{row['product_name']} {row['spec']}".strip(),
        sku=row["sku"],
        partner_id=row["partner_id"],
        partner=row["partner_name"],
        state=row["state"],
        confirmed=row["confirmed"],
        doubted=row["doubted"],
        used_at=moment(row["used_at"]),
        who=tuple(name for (name,) in who),
    )
