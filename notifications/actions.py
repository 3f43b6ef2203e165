"""What a card's button means. A token is a short digest of (document, version, action, arguments), so the same card
always has the same tokens and its bytes stay stable over retries."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from notifications import sql


@dataclass(frozen=True, slots=True)
class Action:
    """A token's meaning."""

    document_id: int
    version: int
    action: str
    args: Mapping[str, Any]


class Tokens:
    """Gives tokens while cards are built and remembers them; :meth:`store` writes them in one statement.

    Stands where a card builder wants an ``action_token``.
    """

    def __init__(self) -> None:
        self._rows: dict[str, dict[str, Any]] = {}

    def __call__(self, document_id: int, version: int, action: str, **args: str | int) -> str:
        text = json.dumps(args, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        digest = hashlib.sha256(f"{document_id}|{version}|{action}|{text}".encode()).hexdigest()[:24]
        self._rows[digest] = {
            "token": digest,
            "document_id": document_id,
            "version": version,
            "action": action,
            "args": text,
        }
        return digest

    def store(self, session: Session, now: datetime) -> None:
        """Make every token given so far known. Known ones stay as they are."""
        if self._rows:
            created = sql.micros(now)
            sql.many(session, sql.INSERT_ACTION, [row | {"created_at": created} for row in self._rows.values()])
            self._rows = {}


def token(session: Session, document_id: int, version: int, action: str, *, now: datetime, **args: str | int) -> str:
    """One token, stored at once."""
    tokens = Tokens()
    value = tokens(document_id, version, action, **args)
    tokens.store(session, now)
    return value


def lookup(session: Session, token: str) -> Action | None:
    """What the token means; None for one never given out."""
    row = sql.first(session, sql.ACTION_BY_TOKEN, token=token)
    if row is None:
        return None
    return Action(row[0], row[1], row[2], json.loads(row[3]))
