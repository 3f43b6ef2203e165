"""What must hold of a data directory after whatever was done to its service. Read straight from the file."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import Any

from sqlmodel import Session

from bot.store.engine import reader_engine
from inventory_core import checks

EFFECTS = ("drafted", "extended", "corrected")


def open_file(database: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{database.as_posix()}?mode=ro", uri=True)


def order_violations(database: Path) -> int:
    """Pairs of messages applied to one draft in another order than their author sent them."""
    with closing(open_file(database)) as file:
        rows = file.execute(
            "SELECT document_id, sent_at FROM inbox WHERE state = 'done' AND document_id IS NOT NULL AND kind = 'text'"
            " AND again = 0 ORDER BY document_id, done_at, id"
        ).fetchall()
    return sum(first[0] == second[0] and first[1] > second[1] for first, second in pairwise(rows))


def faults(database: Path, acknowledged: set[str], shown: list[dict[str, Any]]) -> list[str]:
    """Everything that should not be.

    Args:
        acknowledged: event keys answered with 200.
        shown: what the sink showed.
    """
    found: list[str] = []
    with closing(open_file(database)) as file:
        rows = file.execute("SELECT id, event_key, state, outcome, document_id FROM inbox").fetchall()
        by_key = {row[1]: row for row in rows}
        lost = acknowledged - by_key.keys()
        found += [f"lost: {key} was acknowledged and is not there" for key in sorted(lost)]
        found += [f"open: inbox {row[0]} is {row[2]}" for row in rows if row[2] != "done"]
        found += [f"no outcome: inbox {row[0]}" for row in rows if row[2] == "done" and not row[3]]
        drafted = Counter(row[4] for row in rows if row[3] == "drafted")
        found += [f"document {key} was drafted by {count} messages" for key, count in drafted.items() if count > 1]
        documents = {row[0] for row in file.execute("SELECT id FROM document WHERE platform = 'wire'")}
        orphans = documents - drafted.keys()
        found += [f"document {key} was drafted by no message" for key in sorted(orphans)]
        numbers = Counter(row[0] for row in file.execute("SELECT number FROM document WHERE number IS NOT NULL"))
        found += [f"number {number} was given {count} times" for number, count in numbers.items() if count > 1]
        waiting = file.execute("SELECT COUNT(*) FROM outbox WHERE state IN ('new', 'sending')").fetchone()[0]
        dead = file.execute("SELECT COUNT(*) FROM outbox WHERE state = 'dead'").fetchone()[0]
        if waiting or dead:
            found.append(f"outbox: {waiting} rows waiting, {dead} given up")
        keys = {row[0] for row in file.execute("SELECT key FROM outbox WHERE state = 'sent' AND platform = 'wire'")}
        found += _answers(keys, shown)
        found += _stale_cards(file, shown)
    found += [f"books: {violation}" for violation in violations(database)]
    late = order_violations(database)
    if late:
        found.append(f"order: {late} violations")
    return found


def _answers(keys: set[str], shown: list[dict[str, Any]]) -> list[str]:
    seen = Counter(item["key"] for item in shown)
    found = [f"answer {key} was shown {count} times" for key, count in seen.items() if count > 1]
    found += [f"answer {key} was never shown" for key in sorted(keys - seen.keys())]
    return found


def _stale_cards(file: sqlite3.Connection, shown: list[dict[str, Any]]) -> list[str]:
    """Live copies must show what the outbox last said of them."""
    newest: dict[str, str] = {}
    for item in shown:
        if item["kind"] == "card":
            newest[item["ref"]] = item["body"]
        elif item["kind"] == "card_update":
            newest[item["target"]] = item["body"]
    found = []
    for copy_id, ref, body in file.execute(
        "SELECT c.id, c.platform_ref, o.body FROM card_copy c JOIN outbox o ON o.id = c.outbox_id"
        " WHERE c.live = 1 AND c.platform = 'wire' AND o.state = 'sent'"
    ):
        if ref in newest and _content(newest[ref]) != _content(body):
            found.append(f"card copy {copy_id} shows an older version")
    return found


def _content(body: str) -> dict[str, Any]:
    """A card without its link, which is added when it is sent."""
    card: dict[str, Any] = json.loads(body)
    card.pop("link", None)
    return card


def violations(database: Path) -> list[str]:
    """What the core's own checks find."""
    engine = reader_engine(database, 1)
    try:
        with engine.connect() as connection, Session(connection) as session:
            return [str(violation) for violation in checks.check(session)]
    finally:
        engine.dispose()
