"""What exactly goes over the line for one row of the outbox: a list of requests as JSON text, made once and kept, so
that every try is the same to the byte."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from bot.card_words import REPLACES, clean, flat, lines_of, named
from bot.channel import Outgoing, SendFailed
from bot.feishu.cards import harmless
from notifications.card import Card

TEXT_BYTES = 100_000  # of one text; the platform takes 150 KB of request, in which line ends and quotes count double


@dataclass(frozen=True, slots=True)
class Request:
    """One message to send, or, when ``change`` is set, one card to put in the place of another.

    ``uuid``: the platform sends it at most once in an hour. ``words`` is what goes out as a text, under ``spare_uuid``,
    when the platform refuses the card.
    """

    msg_type: str  # text|interactive|image|file
    content: str  # JSON text
    uuid: str
    change: bool = False
    words: str = ""
    spare_uuid: str = ""


def dumps(requests: Sequence[Request]) -> str:
    """The requests as text; the same requests, the same bytes."""
    return _compact([asdict(request) for request in requests])


def loads(text: str) -> list[Request]:
    """What ``dumps`` wrote.

    Raises:
        SendFailed: permanently, when it is not that.
    """
    try:
        return [Request(**fields) for fields in json.loads(text)]
    except (ValueError, TypeError) as error:
        raise SendFailed("存下的发送内容读不懂，请在控制台重发这一条", permanent=True) from error


def uuid(item: Outgoing, part: str) -> str:
    """The idempotency key of one request of a row: 40 of the platform's 50 characters."""
    return hashlib.sha256(f"{item.key}|{item.created_at.isoformat()}|{part}".encode()).hexdigest()[:40]


def texts(item: Outgoing, words: str, start: int = 0) -> list[Request]:
    """The words as one text, or several where one would be too long. They must be harmless already."""
    return [
        Request("text", text_content(piece), uuid(item, str(number)))
        for number, piece in enumerate(pieces(words), start)
    ]


def text_content(words: str) -> str:
    """The ``content`` of a text message."""
    return _compact({"text": words})


def key_content(msg_type: str, key: str) -> str:
    """The ``content`` of an image or a file message."""
    return _compact({f"{msg_type}_key": key})


def pieces(words: str) -> list[str]:
    """Pieces that fit into a text each, cut at line ends where there are any."""
    made: list[str] = []
    left = words
    while len(left.encode()) > TEXT_BYTES:
        head = left.encode()[:TEXT_BYTES].decode("utf-8", "ignore")
        cut = head.rfind("\n") + 1 or len(head)
        made.append(left[:cut].rstrip("\n"))
        left = left[cut:]
    made.append(left)
    return [piece for piece in made if piece.strip()] or [" "]


def card_words(card: Card, *, replaces: bool = False) -> str:
    """The whole card as a text, for when it cannot be shown: what can be tapped there can be typed here."""
    lines = [f"【{flat(card.title)}】{flat(card.subtitle)}"]
    if replaces:
        lines.append(f"（{REPLACES}）")
    lines += [f"{flat(field.label)}：{clean(field.value)}" for field in card.fields]
    lines += lines_of(card.table)
    lines += [clean(note.text) for note in card.notes]
    for choice in card.choices:
        options = " / ".join(flat(option.label) for option in choice.options)
        lines.append(f"{flat(choice.label)}：{options}")
    lines += [clean(card.hint), named(button.label for button in card.buttons)]
    words = harmless("\n".join(line for line in lines if line))
    return f"{words}\n{card.link}" if card.link else words


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
