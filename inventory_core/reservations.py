"""What an order holds of the stock. Keys are always taken in sorted order; nothing is held beyond what is free."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session

from inventory_core import ledger
from inventory_core.errors import Refused

#: line id → (product id, 10^-scale base units to hold)
Targets = Mapping[int, tuple[int, int]]


def pending(session: Session, document_id: int) -> dict[int, int]:
    """Line id → what is held for it now."""
    found: dict[int, int] = {}
    for held in ledger.held_by(session, document_id):
        found[held.line_id] = found.get(held.line_id, 0) + held.pending
    return found


def adjust(session: Session, document_id: int, targets: Targets, now: datetime) -> None:
    """Make the document hold exactly the targets: first give back what is too much, then take what is missing.

    Raises:
        Refused: not that much is free any more.
    """
    missing = {(product_id, line_id): qty for line_id, (product_id, qty) in targets.items() if qty > 0}
    for held in ledger.held_by(session, document_id):
        key = (held.key.product_id, held.line_id)
        wanted = missing.get(key, 0)
        if held.pending > wanted:
            ledger.free(session, held, held.pending - wanted, now)
        if key in missing:
            missing[key] = max(wanted - held.pending, 0)
    for (product_id, line_id), qty in sorted(missing.items()):
        if qty and not ledger.hold(session, document_id, line_id, ledger.Key(product_id, ledger.MAIN), qty, now):
            raise Refused("库存刚刚被别的单占用了，请看最新的卡片再确认。")


def free_all(session: Session, document_id: int, now: datetime) -> None:
    """Give everything back that is still held."""
    for held in ledger.held_by(session, document_id):
        ledger.free(session, held, held.pending, now)


def take_out(session: Session, document_id: int, shipped: Mapping[int, int], now: datetime) -> dict[int, int]:
    """Consume reservations for shipped line quantities; returns by line id how much of each had been held.

    The balances' ``reserved`` goes down with the ledger entries that carry these amounts as ``held``.
    """
    left = dict(shipped)
    used: dict[int, int] = {}
    for held in ledger.held_by(session, document_id):
        take = min(held.pending, left.get(held.line_id, 0))
        if take > 0:
            ledger.consume(session, held, take, now)
            left[held.line_id] -= take
            used[held.line_id] = used.get(held.line_id, 0) + take
    return used
