"""One line per change to products, partners and people."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from inventory_core import sql
from inventory_core.columns import dumps, micros


def log(
    session: Session,
    subject: str,
    subject_id: int,
    action: str,
    detail: Mapping[str, Any],
    actor: int | None,
    now: datetime,
) -> None:
    """Record a change. ``detail`` holds JSON values only; ``actor`` None means set-up or an import."""
    sql.insert(
        session,
        "audit",
        {
            "subject": subject,
            "subject_id": subject_id,
            "action": action,
            "detail": dumps(detail),
            "actor_id": actor,
            "at": micros(now),
        },
    )


def log_catalog(
    session: Session,
    subject: str,
    subject_id: int,
    action: str,
    detail: Mapping[str, Any],
    actor: int | None,
    now: datetime,
) -> None:
    """Record a change of a product or partner and count it: ``catalog.changes`` reads the version from the detail."""
    version = sql.value(session, sql.NEXT_NUMBER, name="catalog")
    log(session, subject, subject_id, action, {**detail, "catalog": int(version)}, actor, now)
