"""Neutral cards as Feishu cards, JSON 2.0, and clicks on them back into a token and values. Pure functions.

All words stand in ``plain_text`` or in a table's ``text`` cells, never in markdown: nothing that somebody typed can
become a mention, a link or a colour. What a card cannot carry (30 KB, 200 elements) goes as lines into a text that is
sent before it, and the card says so.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.feishu.card_maker import Maker
from bot.feishu.card_taps import Room
from bot.feishu.taps import tapped
from notifications.card import Card

MAX_BYTES = 30_000  # the platform says 30 KB of request body; the smaller reading of KB
MAX_ELEMENTS = 200

__all__ = ["MAX_BYTES", "MAX_ELEMENTS", "Rendered", "content", "elements", "harmless", "render", "size", "tapped"]


@dataclass(frozen=True, slots=True)
class Rendered:
    """``card``: the card's JSON. ``overflow``: a text to send before it, one line per thing that does not fit on the
    card; "" when everything does. Its words are already harmless in a Feishu text message."""

    card: dict[str, Any]
    overflow: str = ""


# Taken one after the other until the card fits.
_ROOMS = (
    Room(fields=12, notes=12, choices=3, options=20, inputs=6, buttons=8, rows=100, words=300),
    Room(fields=8, notes=8, choices=3, options=10, inputs=6, buttons=6, rows=100, words=100),
    Room(fields=6, notes=6, choices=3, options=10, inputs=4, buttons=6, rows=40, words=40),
    Room(fields=4, notes=3, choices=1, options=4, inputs=3, buttons=4, rows=5, words=24),
)


def render(card: Card, *, image_key: str | None = None, replaces: bool = False) -> Rendered:
    """The card as Feishu shows it. ``image_key`` is the uploaded ``card.picture``; ``replaces`` says that an earlier
    card of the same thing can no longer be changed."""
    rows = len(card.table.rows) if card.table else 0
    made = None
    for room in _ROOMS:
        fitting = -1
        low, high = 0, min(rows, room.rows)
        count = high
        while low <= high:
            maker = Maker(card=card, room=room, rows=count, image_key=image_key, replaces=replaces)
            built = maker.make()
            if size(built) <= MAX_BYTES and elements(built) <= MAX_ELEMENTS:
                made, fitting, low = (built, maker.spill), count, count + 1
            else:
                high = count - 1
            count = (low + high) // 2
        if fitting >= min(rows, 10, room.rows):
            break
    if made is None:
        raise ValueError(f"card cannot be made to fit: {card.title[:40]!r}")
    return Rendered(made[0], harmless(made[1].text(card)))


def size(card: Mapping[str, Any]) -> int:
    """Bytes the card takes inside a request's ``content``, which is a JSON string within JSON."""
    return len(json.dumps(content(card), ensure_ascii=False).encode("utf-8", "replace"))


def content(card: Mapping[str, Any]) -> str:
    """The card as the text that goes into ``content``. Same card, same bytes."""
    return json.dumps(card, ensure_ascii=False, separators=(",", ":"))


def elements(value: Any) -> int:
    """How many elements the platform counts: everything that has a tag."""
    if isinstance(value, Mapping):
        return ("tag" in value) + sum(elements(item) for item in value.values())
    if isinstance(value, list):
        return sum(elements(item) for item in value)
    return 0


def harmless(text: str) -> str:
    """Words for a Feishu *text message*, in which ``<at>``, ``<b>`` and ``[words](address)`` would work."""
    return text.replace("<", "＜").replace("](", "]（")
