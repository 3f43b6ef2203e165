"""The only writer of ``balance``, ``ledger``, ``posting`` and ``reservation``.

Every movement names where goods leave and where they arrive, so each document sums to zero. ``plan`` is pure: it works
out quantities and values against the balances it is given and returns all problems at once. ``post`` then applies the
plan with conditional updates in sorted key order, once per (document, version).

Stock carries its total value, not a unit cost: an issue takes ``round(value · q / on_hand)``, and the last piece takes
all that is left (13 pieces for 15.00 stay 15.00).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from sqlmodel import Session

from inventory_core import sql
from inventory_core.columns import micros
from inventory_core.errors import DanjuError, Refused
from inventory_core.prices import half_up
from inventory_core.views import Problem

MAIN = "main"
SUPPLIER = "supplier"
CUSTOMER = "customer"
OPENING = "opening"
VARIANCE = "variance"
TANGIBLE = frozenset({MAIN, "inspection", "returns", "samples"})


class Inconsistent(DanjuError):
    """The books contradict themselves; the transaction must not be committed. Run 对账 to see where."""


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """Where goods are: one balance row."""

    product_id: int
    place: str
    lot: str = ""


@dataclass(frozen=True, slots=True)
class Balance:
    """10^-qty_scale base units and fen."""

    on_hand: int = 0
    reserved: int = 0
    value: int = 0


@dataclass(frozen=True, slots=True)
class Move:
    """``qty`` > 0 goes from ``source`` to ``target``. ``value`` None: at the moving average of the source.

    ``held``: how much of it was reserved for this document before and is consumed by it.
    """

    line_no: int
    product_id: int
    source: str
    target: str
    qty: int
    value: int | None = None
    held: int = 0
    lot: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One side of a movement."""

    key: Key
    line_no: int
    qty: int
    value: int
    held: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """Either entries that may be posted, or the problems that forbid it."""

    entries: tuple[Entry, ...] = ()
    problems: tuple[Problem, ...] = ()


def balances(session: Session, product_ids: Iterable[int]) -> dict[Key, Balance]:
    """All balance rows of the products."""
    return {
        Key(product_id, place, lot): Balance(on_hand, reserved, value)
        for product_id, place, lot, on_hand, reserved, value in sql.run(
            session, sql.BALANCES, ids=sql.ids(set(product_ids))
        )
    }


def plan(moves: Sequence[Move], known: Mapping[Key, Balance]) -> Plan:
    """Entries for the moves, or every line that lacks stock. Pure."""
    state = dict(known)
    entries: list[Entry] = []
    problems: list[Problem] = []
    for move in sorted(moves, key=lambda item: (item.product_id, item.source, item.lot, item.line_no)):
        source, target = Key(move.product_id, move.source, move.lot), Key(move.product_id, move.target, move.lot)
        before = state.get(source, Balance())
        if move.source in TANGIBLE and move.qty > before.on_hand - before.reserved + move.held:
            problems.append(_short(move))
            continue
        value = _issue_value(before, move)
        state[source] = Balance(before.on_hand - move.qty, before.reserved - move.held, before.value - value)
        arrived = state.get(target, Balance())
        state[target] = Balance(arrived.on_hand + move.qty, arrived.reserved, arrived.value + value)
        entries.append(Entry(source, move.line_no, -move.qty, -value, move.held))
        entries.append(Entry(target, move.line_no, move.qty, value))
    problems.sort(key=lambda problem: problem.line_no or 0)
    return Plan(problems=tuple(problems)) if problems else Plan(tuple(entries))


def _short(move: Move) -> Problem:
    return Problem("shortage", f"第{move.line_no}行 {move.label}库存不足，请改数量", move.line_no)


def _issue_value(before: Balance, move: Move) -> int:
    if move.value is not None:
        return move.value
    if move.source not in TANGIBLE or before.on_hand == 0:
        return 0
    return half_up(Fraction(before.value * move.qty, before.on_hand))


def plan_reversal(posted: Sequence[Entry], known: Mapping[Key, Balance], labels: Mapping[int, str]) -> Plan:
    """The mirror of posted entries. Quantities mirror exactly.

    So do values, except where stock no longer carries the value it arrived with (some was issued at the average
    since): what cannot be given back at the old cost goes to the place ``variance``, and the document still sums to
    zero. Pure.
    """
    state = dict(known)
    entries: list[Entry] = []
    problems: list[Problem] = []
    for entry in sorted(posted, key=lambda item: (item.key, item.line_no)):
        before = state.get(entry.key, Balance())
        qty, value = -entry.qty, -entry.value
        if entry.key.place in TANGIBLE and qty < 0:
            if -qty > before.on_hand - before.reserved:
                label = labels.get(entry.line_no, "")
                text = f"第{entry.line_no}行 {label}已经用掉或被占用，退不回去"
                problems.append(Problem("shortage", text, entry.line_no))
                continue
            gone = before.value if -qty == before.on_hand else min(before.value, -value)
            if gone != -value:
                key = Key(entry.key.product_id, VARIANCE, entry.key.lot)
                entries.append(Entry(key, entry.line_no, 0, value + gone))
                value = -gone
        state[entry.key] = Balance(before.on_hand + qty, before.reserved, before.value + value)
        entries.append(Entry(entry.key, entry.line_no, qty, value))
    problems.sort(key=lambda problem: problem.line_no or 0)
    return Plan(problems=tuple(problems)) if problems else Plan(tuple(entries))


def entries_of(session: Session, document_id: int) -> list[Entry]:
    """What a document posted."""
    return [
        Entry(Key(product_id, place, lot), line_no, qty, value)
        for line_no, product_id, place, lot, qty, value in sql.run(
            session,
            "SELECT line_no, product_id, place, lot, qty, value FROM ledger WHERE document_id = :id ORDER BY id",
            id=document_id,
        )
    ]


def post(
    session: Session,
    entries: Sequence[Entry],
    *,
    document_id: int,
    version: int,
    seal: str,
    effective_date: date,
    actor_id: int | None,
    now: datetime,
) -> bool:
    """Apply planned entries; False when this version of the document was posted before (nothing happens then).

    Raises:
        Refused: stock moved between plan and post, which only a second writer can cause.
        Inconsistent: the entries do not sum to zero.
    """
    if sum(entry.qty for entry in entries) != 0 or sum(entry.value for entry in entries) != 0:
        raise Inconsistent("a document must sum to zero")
    posting = sql.run(
        session, sql.POSTING, document_id=document_id, version=version, hash=seal, actor_id=actor_id, at=micros(now)
    )
    if not posting:
        return False
    ordered = sorted(entries, key=lambda entry: (entry.key, entry.line_no))
    sql.many(
        session,
        sql.ENSURE_BALANCE,
        [_key_params(key) for key in sorted({entry.key for entry in entries})],
    )
    ledger: list[dict[str, Any]] = []
    for entry in ordered:
        moved = sql.run(session, sql.MOVE, **_key_params(entry.key), qty=entry.qty, value=entry.value, held=entry.held)
        if not moved:
            raise Refused("库存刚刚变了，请再试一次。")
        ledger.append(
            {
                **_key_params(entry.key),
                "posting_id": posting[0][0],
                "document_id": document_id,
                "line_no": entry.line_no,
                "qty": entry.qty,
                "value": entry.value,
                "qty_after": moved[0][0],
                "value_after": moved[0][1],
                "effective_date": effective_date.isoformat(),
                "at": micros(now),
            }
        )
    sql.many(session, sql.INSERT_LEDGER, ledger)
    return True


def _key_params(key: Key) -> dict[str, Any]:
    return {"product_id": key.product_id, "place": key.place, "lot": key.lot}


@dataclass(frozen=True, slots=True)
class Held:
    """A reservation row: ``pending`` is still held of ``key`` for an order line."""

    id: int
    line_id: int
    key: Key
    pending: int


def held_by(session: Session, document_id: int) -> list[Held]:
    """Reservations of a document, in key order; rows with nothing pending included."""
    return [
        Held(row[0], row[1], Key(row[2], row[3], row[4]), row[8])
        for row in sql.run(session, sql.RESERVATIONS, id=document_id)
    ]


def hold(session: Session, document_id: int, line_id: int, key: Key, qty: int, now: datetime) -> bool:
    """Reserve for a line; False when there is not that much free (nothing happens then)."""
    if qty <= 0:
        raise ValueError("a reservation is a positive quantity")
    if not sql.run(session, sql.HOLD, **_key_params(key), delta=qty):
        return False
    sql.run(
        session, sql.RESERVE, document_id=document_id, line_id=line_id, **_key_params(key), delta=qty, at=micros(now)
    )
    return True


def free(session: Session, held: Held, qty: int, now: datetime) -> None:
    """Give back a part of a reservation."""
    if qty <= 0:
        return
    freed = sql.run(session, sql.FREE, id=held.id, delta=qty, at=micros(now))
    if not freed or not sql.run(session, sql.HOLD, **_key_params(held.key), delta=-qty):
        raise Inconsistent("a reservation and its balance disagree")


def consume(session: Session, held: Held, qty: int, now: datetime) -> None:
    """Mark a part of a reservation as shipped; the balance changes with the entry that carries ``held``."""
    if qty > 0 and not sql.run(session, sql.CONSUME, id=held.id, delta=qty, at=micros(now)):
        raise Inconsistent("more was shipped from a reservation than it held")
