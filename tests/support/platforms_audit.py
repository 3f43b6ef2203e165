"""What users of the platforms see, against what the outbox says they were sent."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from bot.simulator.parts import Platform
from tests.support.audit import open_file


def buttons(body: Any) -> Iterator[tuple[str, str]]:
    """(label, token) of every button of a card, in Feishu's form or in WeCom's."""
    if isinstance(body, dict):
        if body.get("tag") == "button" and isinstance(body.get("behaviors"), list):
            for behavior in body["behaviors"]:
                value = behavior.get("value")
                if isinstance(value, dict) and "token" in value:
                    yield body["text"]["content"], str(value["token"])
        for button in body.get("button_list") or ():
            yield str(button["text"]), str(button.get("key", ""))
        for value in body.values():
            yield from buttons(value)
    elif isinstance(body, list):
        for value in body:
            yield from buttons(value)


def sent_again(database: Path) -> int:
    """How many answers say that they may have come before."""
    with closing(open_file(database)) as file:
        return int(file.execute("SELECT COUNT(*) FROM outbox WHERE key LIKE '%+'").fetchone()[0])


def faults(database: Path, sim: Platform) -> list[str]:
    """Answers shown twice or never, and cards that do not show what was last said of them."""
    with closing(open_file(database)) as file:
        return [*_counts(file, sim), *_cards(file, sim)]


def _counts(file: sqlite3.Connection, sim: Platform) -> Iterator[str]:
    """Per chat as many messages as requests were sent; one more for each that says 补发."""
    expected: Counter[str] = Counter()
    perhaps: Counter[str] = Counter()
    refs: set[str] = set()
    lists: set[tuple[str, str]] = set()
    for key, chat, kind, wire, ref in file.execute(
        "SELECT key, chat, kind, wire, platform_ref FROM outbox WHERE platform = ? AND state = 'sent'", (sim.name,)
    ):
        made = json.loads(wire)
        requests = made["parts"] if isinstance(made, dict) else made
        expected[chat] += kind != "card_update"  # the last request of an update is no message
        # Lists above a card are the same where two rows of one second bring them; WeCom shows such a list once.
        for above in requests[:-1]:
            text = json.dumps(above, sort_keys=True)
            expected[chat] += (chat, text) not in lists or sim.name != "wecom"
            lists.add((chat, text))
        perhaps[chat] += key.count("+") * len(requests)  # what an earlier try may have shown of it
        if kind == "card":  # the intelligent bot's protocol tells no id of other messages
            refs.add(ref)
    shown = Counter(message.chat for message in sim.shown.messages.values() if message.sender == "bot")
    for chat in sorted(expected.keys() | shown.keys()):
        most = expected[chat] + perhaps[chat]
        if shown[chat] > most:
            yield f"{sim.name} {chat}: {shown[chat] - most} answers doubled"
        if shown[chat] < expected[chat]:
            yield f"{sim.name} {chat}: {expected[chat] - shown[chat]} answers never shown"
    yield from (f"{sim.name}: {ref} was sent and is not shown" for ref in sorted(refs - sim.shown.messages.keys()))


def _cards(file: sqlite3.Connection, sim: Platform) -> Iterator[str]:
    """Every live copy shows the newest that was said of it."""
    for copy_id, ref, state, wire in file.execute(
        "SELECT c.id, c.platform_ref, o.state, o.wire FROM card_copy AS c JOIN outbox AS o ON o.id = c.outbox_id"
        " WHERE c.live = 1 AND c.platform = ?",
        (sim.name,),
    ):
        if state != "sent":
            yield f"{sim.name} copy {copy_id}: its newest row is {state}"
        elif ref not in sim.shown.messages:
            yield f"{sim.name} copy {copy_id}: nobody sees {ref}"
        elif set(buttons(sim.shown.messages[ref].body)) != set(buttons(_inner(json.loads(wire)))):
            yield f"{sim.name} copy {copy_id}: {ref} does not show its newest version"


def _inner(value: Any) -> Any:
    """JSON inside strings of JSON opened, so that cards can be looked at wherever a wire keeps them."""
    if isinstance(value, dict):
        return {name: _inner(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_inner(inner) for inner in value]
    if isinstance(value, str) and value[:1] in "{[":
        try:
            return _inner(json.loads(value))
        except ValueError:
            return value
    return value
