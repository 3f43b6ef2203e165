"""The one-use codes that change a card of the self-built app (facts 1.5, 2: once, within 72 hours).

WeCom gives one with the answer to a card that was sent, and another with every click on it. A code is spent in the
database before it is used, so that no crash can use it twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from inventory_core.columns import micros
from inventory_core.sql import run

CODE_LIVES = timedelta(hours=71, minutes=30)  # 72 hours, less what clocks and queues may take
ROWS_LIVE = timedelta(days=90)

_SENT = """
INSERT INTO wecom_card (task_id, account, code, code_at, created_at) VALUES (:task_id, :account, :code, :code_at, :now)
ON CONFLICT (task_id) DO UPDATE SET code = excluded.code, code_at = excluded.code_at
WHERE excluded.code IS NOT NULL
"""
_CLICKED = """
INSERT INTO wecom_card (task_id, account, code, code_at, created_at) VALUES (:task_id, :account, :code, :now, :now)
ON CONFLICT (task_id) DO UPDATE SET code = excluded.code, code_at = excluded.code_at
WHERE lower(wecom_card.account) = lower(excluded.account)
"""
_OWNED = "SELECT account, code, code_at FROM wecom_card WHERE task_id = :task_id"
_SPEND = "UPDATE wecom_card SET code = NULL WHERE task_id = :task_id AND code = :code"
_BACK = "UPDATE wecom_card SET code = :code WHERE task_id = :task_id AND code IS NULL"
_OLD = "DELETE FROM wecom_card WHERE created_at < :before"


@dataclass(frozen=True, slots=True)
class Spent:
    """A code taken for one use, and whose card it changes."""

    account: str
    code: str


def card_sent(session: Session, task_id: str, account: str, code: str | None, now: datetime) -> None:
    """Remember a card that went out; ``code`` is None when WeCom gave none (a repeated body)."""
    run(session, _OLD, before=micros(now - ROWS_LIVE))
    at = micros(now)
    run(session, _SENT, task_id=task_id, account=account, code=code, code_at=at if code else None, now=at)


def card_clicked(session: Session, task_id: str, account: str, code: str, event_key: str, now: datetime) -> None:
    """Remember the code a click brought. The same click delivered again brings nothing: its code may be spent by now.

    Called before the click is put into the inbox, in a transaction of its own.
    """
    if run(session, "SELECT 1 FROM inbox WHERE event_key = :key", key=event_key):
        return
    run(session, _CLICKED, task_id=task_id, account=account, code=code, now=micros(now))


def usable(session: Session, task_id: str, now: datetime) -> bool:
    """Whether :func:`spend` would give a code."""
    found = run(session, _OWNED, task_id=task_id)
    return bool(found) and found[0][1] is not None and _fresh(found[0][2], now)


def spend(session: Session, task_id: str, now: datetime) -> Spent | None:
    """Take the code of a card; None when there is none that still works."""
    found = run(session, _OWNED, task_id=task_id)
    if not found or found[0][1] is None:
        return None
    account, code, code_at = found[0]
    run(session, _SPEND, task_id=task_id, code=code)
    return Spent(str(account), str(code)) if _fresh(code_at, now) else None


def give_back(session: Session, task_id: str, spent: Spent) -> None:
    """WeCom certainly did not use the code: it may be used after all, unless a newer one has come."""
    run(session, _BACK, task_id=task_id, code=spent.code)


def _fresh(code_at: int | None, now: datetime) -> bool:
    return code_at is not None and micros(now) - int(code_at) <= CODE_LIVES // timedelta(microseconds=1)
