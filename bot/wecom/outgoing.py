"""What goes out, as requests: the wire form of an outbox row, kept over retries byte for byte.

A wire is a JSON list of steps in order. A step is ``{"path": "message/send", "body": "<the body>"}``, or for a change
of a card ``{"path": "message/update_template_card", "task": task id, "card": {…}}``: its one-use code is put in when it
is sent.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any, Literal
from zoneinfo import ZoneInfo

from bot.channel import Outgoing, SendFailed
from bot.console.ports import AttachmentPort
from bot.wecom import texts
from bot.wecom.api import dumps
from inventory_core.errors import NotFound
from notifications import card_json
from notifications.card import Card

SEND = "message/send"
UPDATE = "message/update_template_card"
WINDOW_SECONDS = 14400  # the longest for which WeCom compares bodies

IMAGE_LIMIT = 10 * 1024 * 1024
FILE_LIMIT = 20 * 1024 * 1024
LEAST = 6  # bytes; "more than 5"

FileKind = Literal["image", "file"]


@dataclass(frozen=True, slots=True)
class Step:
    """One request of a wire."""

    path: str
    body: str = ""
    task: str = ""
    card: dict[str, Any] | None = None


def dump(steps: list[Step]) -> str:
    """The wire's text."""
    rows: list[dict[str, Any]] = []
    for step in steps:
        if step.card is None:
            rows.append({"path": step.path, "body": step.body} | ({"task": step.task} if step.task else {}))
        else:
            rows.append({"path": step.path, "task": step.task, "card": step.card})
    return dumps(rows)


def load(wire: str) -> list[Step]:
    """The steps of a wire's text.

    Raises:
        SendFailed: it is none of ours.
    """
    try:
        rows = json.loads(wire)
        steps = [Step(row["path"], row.get("body", ""), row.get("task", ""), row.get("card")) for row in rows]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise SendFailed("存下的请求读不了", permanent=True) from None
    if not steps:
        raise SendFailed("存下的请求是空的", permanent=True)
    return steps


def task_id(item: Outgoing, number: int = 0) -> str:
    """A card's id, the same in every try and never used again, not even after a restore of an older database."""
    digest = hashlib.sha256(f"{item.key}|{item.created_at.isoformat()}|{number}".encode()).hexdigest()
    return f"danju-{digest[:40]}"


def repeat_mark(item: Outgoing, zone: ZoneInfo) -> str:
    """What makes a text differ from the equal ones of the last four hours: when it was asked for, and from the third on
    also which it is; empty where there were none."""
    if not item.repeats:
        return ""
    asked = item.created_at.astimezone(zone).strftime("%H:%M")
    return f"（{asked}）" if item.repeats == 1 else f"（{asked} 第{item.repeats + 1}次）"


def read_card(item: Outgoing) -> Card:
    """The card of a row.

    Raises:
        SendFailed: the body is none.
    """
    try:
        return card_json.loads(item.body)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise SendFailed("卡片内容读不了", permanent=True) from None


def read_file(item: Outgoing) -> tuple[str, str]:
    """Name and sha256 of a file's row.

    Raises:
        SendFailed: the body is not such.
    """
    try:
        data = json.loads(item.body)
        name, sha256 = data["name"], data["sha256"]
    except (ValueError, KeyError, TypeError):
        raise SendFailed("文件消息缺少 sha256 或 name", permanent=True) from None
    if not isinstance(name, str) or not isinstance(sha256, str):
        raise SendFailed("文件消息缺少 sha256 或 name", permanent=True)
    return name, sha256


def stored(attachments: AttachmentPort, sha256: str) -> bytes:
    """The bytes of a file's row.

    Raises:
        SendFailed: they are not there any more.
    """
    try:
        return attachments.get(sha256)
    except NotFound as error:
        raise SendFailed(str(error), permanent=True, no_effect=True) from error


def file_kind(data: bytes, image_limit: int = IMAGE_LIMIT) -> FileKind:
    """image: a JPG or PNG that is small enough; anything else is a file."""
    picture = data.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"))
    return "image" if picture and len(data) <= image_limit else "file"


def no_file(name: str, size: int) -> str | None:
    """Why WeCom takes no file of this size, for the person who waits for it; None: it does."""
    if size > FILE_LIMIT:
        return f"《{name}》有 {size / 1024 / 1024:.0f} MB，企业微信一次最多发 20 MB，发不过来；请找管理员在电脑上取"
    if size < LEAST:
        return f"《{name}》是空的，没有发；请再要一次"
    return None


def card_as_text(card: Card) -> str:
    """A card that WeCom would not take, as words: everything it shows, and what can be typed instead of its buttons."""
    rows = [card.title, card.subtitle]
    rows += [f"{field.label}：{field.value}" for field in card.fields]
    if card.table is not None:
        rows += [" ".join(cell for cell in row if cell) for row in card.table.rows]
    rows += [note.text for note in card.notes]
    for choice in card.choices:
        options = "、".join(option.label for option in choice.options)
        rows.append(f"{choice.label}：{options}")
    if card.buttons:
        rows.append("可以回复：" + "、".join(button.label for button in card.buttons))
    rows += [card.hint, card.link or ""]
    return "\n".join(row for row in rows if row)


def text_body(chat: str, agent: int, content: str, kind: Literal["text", "markdown"] = "text") -> str:
    """The body of a text for one person."""
    return message_body(chat, agent, kind, {"content": content})


def message_body(chat: str, agent: int, kind: str, content: dict[str, Any]) -> str:
    """The body of any message for one person; WeCom swallows an equal one for four hours."""
    return dumps(
        {
            "touser": chat,
            "msgtype": kind,
            "agentid": agent,
            kind: content,
            "enable_duplicate_check": 1,
            "duplicate_check_interval": WINDOW_SECONDS,
        }
    )


def texts_for(chat: str, agent: int, text: str, mark: str = "") -> list[Step]:
    """The requests a text becomes."""
    return [Step(SEND, text_body(chat, agent, part)) for part in texts.parts(text, mark)]
