"""What must hold of a data directory after whatever was done to its service. Read straight from the file."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
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
    effects = ", ".join(f"'{effect}'" for effect in EFFECTS)
    with closing(open_file(database)) as file:
        rows = file.execute(
            "SELECT document_id, sent_at FROM inbox WHERE state = 'done' AND document_id IS NOT NULL AND kind = 'text'"
            f" AND outcome IN ({effects}) AND again = 0 ORDER BY document_id, done_at, id"
        ).fetchall()
    return sum(first[0] == second[0] and first[1] > second[1] for first, second in pairwise(rows))


def documents(database: Path, platform: str) -> tuple[int, int]:
    """How many documents a platform's messages became, and how many of these have a number."""
    with closing(open_file(database)) as file:
        found = file.execute("SELECT COUNT(*), COUNT(number) FROM document WHERE platform = ?", (platform,)).fetchone()
    return int(found[0]), int(found[1])


def unsent(database: Path) -> int:
    """Answers that still have to go out."""
    with closing(open_file(database)) as file:
        return int(file.execute("SELECT COUNT(*) FROM outbox WHERE state IN ('new', 'sending')").fetchone()[0])


def faults(database: Path, acknowledged: Mapping[str, str], shown: list[dict[str, Any]]) -> list[str]:
    """Everything that should not be.

    Args:
        acknowledged: event keys answered with 200, and the words they carried.
        shown: what the sink showed.
    """
    with closing(open_file(database)) as file:
        found = _words(file, acknowledged)
        found += _answers(file, shown)
        found += _stale_cards(file, shown)
    return found + inner_faults(database, ("wire",), acknowledged.keys())


def inner_faults(database: Path, platforms: Sequence[str], acknowledged: Iterable[str]) -> list[str]:
    """What can be seen in the data alone: every acknowledged event is there with one outcome, every document came from
    one message, every answer is out, and the books are right.

    Args:
        platforms: whose messages may have become documents.
        acknowledged: event keys.
    """
    found: list[str] = []
    with closing(open_file(database)) as file:
        rows = file.execute("SELECT id, event_key, state, outcome, document_id FROM inbox").fetchall()
        lost = set(acknowledged) - {row[1] for row in rows}
        found += [f"lost: {key} was acknowledged and is not there" for key in sorted(lost)]
        found += [f"open: inbox {row[0]} is {row[2]}" for row in rows if row[2] != "done"]
        found += [f"no outcome: inbox {row[0]}" for row in rows if row[2] == "done" and not row[3]]
        drafted = Counter(row[4] for row in rows if row[3] == "drafted")
        found += [f"document {key} was drafted by {count} messages" for key, count in drafted.items() if count > 1]
        marks = ", ".join("?" for _ in platforms)
        documents = {
            row[0] for row in file.execute(f"SELECT id FROM document WHERE platform IN ({marks})", list(platforms))
        }
        orphans = documents - drafted.keys()
        found += [f"document {key} was drafted by no message" for key in sorted(orphans)]
        numbers = Counter(row[0] for row in file.execute("SELECT number FROM document WHERE number IS NOT NULL"))
        found += [f"number {number} was given {count} times" for number, count in numbers.items() if count > 1]
        waiting = file.execute("SELECT COUNT(*) FROM outbox WHERE state IN ('new', 'sending')").fetchone()[0]
        dead = file.execute("SELECT COUNT(*) FROM outbox WHERE state = 'dead'").fetchone()[0]
        if waiting or dead:
            found.append(f"outbox: {waiting} rows waiting, {dead} given up")
        found += _effects(file)
    found += [f"books: {violation}" for violation in violations(database)]
    late = order_violations(database)
    if late:
        found.append(f"order: {late} violations")
    return found


def _words(file: sqlite3.Connection, acknowledged: Mapping[str, str]) -> list[str]:
    """What was acknowledged must be kept as it was said, and once."""
    bodies = [json.loads(row[0]) for row in file.execute("SELECT body FROM inbox")]
    kept = {body["event_key"]: body["text"] for body in bodies}
    found = [f"words of {key} changed" for key, text in acknowledged.items() if kept.get(key, text) != text]
    times = Counter(body["event_key"] for body in bodies)
    return found + [f"event {key} is there {count} times" for key, count in times.items() if count > 1]


def _effects(file: sqlite3.Connection) -> list[str]:
    """A message touches one document once, and is answered."""
    found = []
    for inbox_id, touched in file.execute(
        "SELECT inbox_id, COUNT(*) FROM message_link GROUP BY inbox_id HAVING COUNT(*) > 1"
    ):
        found.append(f"inbox {inbox_id} took effect {touched} times")
    for (inbox_id,) in file.execute(
        "SELECT id FROM inbox WHERE state = 'done' AND kind = 'text'"
        " AND NOT EXISTS (SELECT 1 FROM outbox WHERE inbox_id = inbox.id)"
    ):
        found.append(f"inbox {inbox_id} was never answered")
    return found


def _answers(file: sqlite3.Connection, shown: list[dict[str, Any]]) -> list[str]:
    """Each row of the outbox was shown once, as it was stored; by its key, and by itself should keys not be stable."""
    stored = {row[0]: row for row in file.execute("SELECT id, key, state, body FROM outbox WHERE platform = 'wire'")}
    seen = Counter(item["outbox"] for item in shown)
    found = [f"answer {row_id} was shown {count} times" for row_id, count in seen.items() if count > 1]
    for item in shown:
        row = stored.get(item["outbox"])
        if row is None:
            found.append(f"answer {item['outbox']} was shown and is not there")
        elif row[2] == "superseded":
            found.append(f"answer {row[0]} was shown although a newer one took its place")
        elif (row[1], _said(row[3])) != (item["key"], _said(item["body"])):
            found.append(f"answer {row[0]} was not shown as it is stored")
    sent = {row[0] for row in stored.values() if row[2] == "sent"}
    found += [f"answer {row_id} was never shown" for row_id in sorted(sent - seen.keys())]
    return found


def _said(body: str) -> Any:
    """A body without its link, which each reader is given when it goes out."""
    if not body.startswith("{"):
        return body
    return {name: value for name, value in json.loads(body).items() if name != "link"}


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
