"""What may follow what: the one transition table, and the words users see for a state."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from inventory_core import sql
from inventory_core.columns import micros
from inventory_core.errors import Refused, Stale
from inventory_core.views import Kind, State

_ALL = frozenset(Kind)
_ORDER = frozenset({Kind.SALES_ORDER})
_DRAFTED = frozenset({Kind.SALES_ORDER, Kind.GOODS_RECEIPT, Kind.PURCHASE_ORDER, Kind.SUPPLIER_QUOTE})
_MOVED = frozenset({Kind.SHIPMENT, Kind.GOODS_RECEIPT, Kind.OPENING})
_BORN_POSTED = frozenset({Kind.SHIPMENT, Kind.OPENING, Kind.REVERSAL})


@dataclass(frozen=True, slots=True)
class Step:
    """One permitted transition; ``source`` None means the document is born in ``target``."""

    source: State | None
    target: State
    kinds: frozenset[Kind]
    verb: str


TABLE: tuple[Step, ...] = (
    Step(None, State.DRAFT, _DRAFTED, "开单"),
    Step(None, State.POSTED, _BORN_POSTED, "过账"),
    Step(State.DRAFT, State.EXPIRED, _DRAFTED, "过期"),
    Step(State.EXPIRED, State.DRAFT, _DRAFTED, "重新打开"),
    Step(State.DRAFT, State.VOID, _DRAFTED, "取消"),
    Step(State.EXPIRED, State.VOID, _DRAFTED, "取消"),
    Step(State.REJECTED, State.VOID, _ORDER, "作废"),
    Step(State.DRAFT, State.PENDING, _ORDER, "提交审核"),
    Step(State.DRAFT, State.APPROVED, _ORDER | {Kind.PURCHASE_ORDER, Kind.SUPPLIER_QUOTE}, "确认"),
    Step(State.DRAFT, State.POSTED, frozenset({Kind.GOODS_RECEIPT}), "入库"),
    Step(State.PENDING, State.APPROVED, _ORDER, "同意"),
    Step(State.PENDING, State.REJECTED, _ORDER, "驳回"),
    Step(State.PENDING, State.EXPIRED, _ORDER, "过期"),
    Step(State.PENDING, State.VOID, _ORDER, "作废"),
    Step(State.APPROVED, State.PENDING, _ORDER, "改单重审"),
    Step(State.REJECTED, State.DRAFT, _ORDER, "改单"),
    Step(State.APPROVED, State.VOID, _ORDER | {Kind.PURCHASE_ORDER, Kind.SUPPLIER_QUOTE}, "作废"),
    Step(State.APPROVED, State.POSTED, _ORDER, "发完"),
    Step(State.POSTED, State.APPROVED, _ORDER, "冲回"),
    Step(State.APPROVED, State.REVERSED, _ORDER, "冲销"),
    Step(State.POSTED, State.REVERSED, _ORDER | _MOVED, "冲销"),
    Step(State.POSTED, State.SETTLED, _ORDER | {Kind.GOODS_RECEIPT}, "结算"),
)

_ALLOWED = frozenset((kind, step.source, step.target) for step in TABLE for kind in step.kinds)

_LABELS = {
    State.DRAFT: "草稿",
    State.EXPIRED: "已过期",
    State.PENDING: "待审核",
    State.APPROVED: "已审核",
    State.POSTED: "已入账",
    State.SETTLED: "已结算",
    State.FROZEN: "冻结",
    State.REJECTED: "已驳回",
    State.VOID: "已作废",
    State.REVERSED: "已冲销",
}

_POSTED_LABELS = {
    Kind.SALES_ORDER: "已出库",
    Kind.SHIPMENT: "已出库",
    Kind.GOODS_RECEIPT: "已入库",
    Kind.OPENING: "已入库",
    Kind.REVERSAL: "已冲账",
}

#: Nobody approves these: they are kept as they were confirmed.
_APPROVED_LABELS = {Kind.PURCHASE_ORDER: "已确认", Kind.SUPPLIER_QUOTE: "已存档"}


def allowed(kind: Kind, source: State | None, target: State) -> bool:
    """Whether the table knows this transition."""
    return (kind, source, target) in _ALLOWED


def label(kind: Kind, state: State, *, partly_shipped: bool = False) -> str:
    """The word users see. A partly shipped order says so."""
    if state is State.POSTED:
        return _POSTED_LABELS[kind]
    if state is State.APPROVED and partly_shipped:
        return "部分出库"
    if state is State.APPROVED and kind in _APPROVED_LABELS:
        return _APPROVED_LABELS[kind]
    return _LABELS[state]


def born(
    session: Session, document_id: int, kind: Kind, target: State, actor_id: int | None, now: datetime, reason: str = ""
) -> None:
    """Log the state a document is created in. The row itself is inserted by the caller."""
    if not allowed(kind, None, target):
        raise AssertionError(f"{kind} cannot be born as {target}")
    _log(session, document_id, None, target, 1, actor_id, now, reason)


def move(
    session: Session,
    document_id: int,
    kind: Kind,
    source: State,
    target: State,
    version: int,
    actor_id: int | None,
    now: datetime,
    reason: str = "",
    expires_at: datetime | None = None,
) -> None:
    """Compare and set: the document is in ``source`` at ``version``, or nothing happens.

    Raises:
        Refused: the table does not know the transition.
        Stale: somebody else was faster.
    """
    if not allowed(kind, source, target):
        raise Refused(f"{label(kind, source)}的{kind.label}不能这样操作，先看看单据现在的状态。")
    changed = sql.run(
        session,
        sql.SET_STATE,
        id=document_id,
        source=source.value,
        target=target.value,
        version=version,
        at=micros(now),
        expires_at=None if expires_at is None else micros(expires_at),
    )
    if not changed:
        raise Stale("单据刚刚变了，请看最新的卡片再操作。")
    _log(session, document_id, source, target, version, actor_id, now, reason)


def touch(
    session: Session, document_id: int, state: State, version: int, now: datetime, expires_at: datetime | None
) -> None:
    """Give a document that stays in its state a new expiry.

    Raises:
        Stale: it is no longer there.
    """
    if not sql.run(
        session,
        sql.SET_STATE,
        id=document_id,
        source=state.value,
        target=state.value,
        version=version,
        at=micros(now),
        expires_at=None if expires_at is None else micros(expires_at),
    ):
        raise Stale("单据刚刚变了，请看最新的卡片再操作。")


def _log(
    session: Session,
    document_id: int,
    source: State | None,
    target: State,
    version: int,
    actor_id: int | None,
    now: datetime,
    reason: str,
) -> None:
    sql.run(
        session,
        sql.INSERT_TRANSITION,
        id=document_id,
        source=None if source is None else source.value,
        target=target.value,
        version=version,
        actor_id=actor_id,
        at=micros(now),
        reason=reason,
    )
