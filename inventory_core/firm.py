"""The firm's settings with their history, its business date, and the version of its catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlmodel import Session

from inventory_core import people, sql
from inventory_core.columns import micros
from inventory_core.errors import NotAllowed, Refused
from inventory_core.views import Role

_CATALOG = "catalog"
_DEFAULTS = {
    "name": "",
    "zone": "Asia/Shanghai",
    "phone": "",
    "address": "",
    "self_approval": "0",
    "order_limit": "",
    "demo": "0",
    "closed_through": "",
}


@dataclass(frozen=True, slots=True)
class FirmView:
    """``order_limit`` in fen: a larger sales order needs approval. ``closed_through``: nothing is posted up to that
    day.
    """

    name: str
    zone: str
    self_approval: bool
    order_limit: int | None
    demo: bool
    phone: str = ""
    address: str = ""
    closed_through: date | None = None

    @property
    def tz(self) -> ZoneInfo:
        return _zone(self.zone)


@lru_cache(maxsize=8)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def firm(session: Session) -> FirmView:
    """The firm as it is set up now."""
    values = _DEFAULTS | dict(sql.run(session, sql.SETTINGS))
    return FirmView(
        name=values["name"],
        zone=values["zone"],
        self_approval=values["self_approval"] == "1",
        order_limit=int(values["order_limit"]) if values["order_limit"] else None,
        demo=values["demo"] == "1",
        phone=values["phone"],
        address=values["address"],
        closed_through=date.fromisoformat(values["closed_through"]) if values["closed_through"] else None,
    )


def set_setting(session: Session, key: str, value: str, actor: int | None, now: datetime) -> None:
    """Set one of the firm's settings; every value it ever had is kept. ``actor`` None: set-up itself.

    Raises:
        NotAllowed: the person is neither administrator nor boss.
        Refused: no such setting, or not a value for it.
    """
    if actor is not None and not people.person(session, actor).has(Role.ADMIN, Role.BOSS):
        raise NotAllowed("改设置要管理员或老板，请找他们改。")
    if key not in _DEFAULTS:
        raise Refused(f"没有「{key}」这个设置，可以设：{'、'.join(sorted(_DEFAULTS))}。")
    value = _checked(key, value.strip())
    sql.run(
        session,
        "INSERT INTO setting (key, value) VALUES (:key, :value) ON CONFLICT (key) DO UPDATE SET value = :value",
        key=key,
        value=value,
    )
    sql.insert(session, "setting_history", {"key": key, "value": value, "actor_id": actor, "at": micros(now)})


def _checked(key: str, value: str) -> str:
    if key in ("self_approval", "demo"):
        word = value.lower()
        if word not in ("0", "1", "true", "false", "是", "否", "yes", "no"):
            raise Refused(f"「{key}」只能是 1 或 0。")
        return "1" if word in ("1", "true", "是", "yes") else "0"
    if key == "order_limit" and value and not (value.isascii() and value.isdigit()):
        raise Refused("限额要写成分为单位的整数，例如 1000000 是一万元；留空表示不限。")
    if key == "zone":
        try:
            _zone(value)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise Refused(f"没有「{value}」这个时区，例如可写 Asia/Shanghai。") from error
    if key == "closed_through" and value:
        try:
            date.fromisoformat(value)
        except ValueError as error:
            raise Refused("结账日要写成 2026-10-31 这样。") from error
    return value


def business_date(session: Session, now: datetime) -> date:
    """The day it is in the firm's zone."""
    return day_in(firm(session), now)


def day_in(view: FirmView, now: datetime) -> date:
    """The day it is in the firm's zone, when the firm is at hand."""
    if now.tzinfo is None:
        raise ValueError("a naive datetime names no instant")
    return now.astimezone(UTC).astimezone(view.tz).date()


def catalog_version(session: Session) -> int:
    """Grows with every change to products or partners; 0 for an empty catalogue."""
    return int(sql.value(session, "SELECT value FROM counter WHERE name = :name", name=_CATALOG) or 0)


def bump_catalog(session: Session) -> int:
    """Count one change to the catalogue."""
    return int(sql.value(session, sql.NEXT_NUMBER, name=_CATALOG))
