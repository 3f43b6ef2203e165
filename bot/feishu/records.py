"""A forwarded chat record (合并转发) as words: one call brings its messages, which are laid out the way people paste a
chat, ``姓名 时间`` on a line of its own and what was said below. That is how ``nlp.layout.recognise`` reads one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, tzinfo
from typing import Any

from bot.channel import LOST_PICTURE
from bot.feishu import content
from bot.feishu.crypto import BadEvent
from bot.feishu.errors import ResourceRefused
from bot.inbound import InboundKind

Json = dict[str, Any]
NameOf = Callable[[str], Awaitable[str]]

PICTURE_LINE = LOST_PICTURE
SOMEBODY = "群友"
MOST_PEOPLE = 20  # names asked for; a record of more is read without them
_DEEPEST = 5
_NAME_LENGTH = 16  # characters, as far as a heading is recognised
_MEDIA = {"audio": "[语音]", "media": "[视频]", "sticker": "[表情]", "location": "[位置]", "share_user": "[名片]"}


async def words(items: list[Json], message_id: str, zone: tzinfo, name_of: NameOf) -> str:
    """The record ``message_id`` among ``items`` as text.

    Raises:
        ResourceRefused: nothing in it can be read.
    """
    below: dict[str, list[Json]] = {}
    for item in items:
        upper = item.get("upper_message_id")
        if isinstance(upper, str) and upper and item.get("deleted") is not True:
            below.setdefault(upper, []).append(item)
    ordered = _in_order(below, message_id)
    names: dict[str, str] = {}
    for item in ordered:
        account = _account(item)
        if account and account not in names and len(names) < MOST_PEOPLE:
            names[account] = _heading_name(await name_of(account))
    blocks = [block for item in ordered if (block := _block(item, zone, names))]
    if not blocks:
        raise ResourceRefused("这条转发的聊天记录里没有我能读的内容，请把要紧的话单独发给我")
    return "\n".join(blocks)


def _in_order(below: dict[str, list[Json]], message_id: str, depth: int = 0) -> list[Json]:
    """Its messages, those of records inside it in their place."""
    found: list[Json] = []
    for item in below.pop(message_id, []):  # popped: a record that contains itself ends there
        inner = item.get("message_id")
        if item.get("msg_type") == "merge_forward" and isinstance(inner, str) and depth < _DEEPEST:
            found += _in_order(below, inner, depth + 1)
        else:
            found.append(item)
    return found


def _block(item: Json, zone: tzinfo, names: dict[str, str]) -> str:
    said = _said(item)
    if not said:
        return ""
    name = names.get(_account(item)) or SOMEBODY
    at = _moment(item.get("create_time"))
    # Without a time the line would be no heading, and its name would be read as an order.
    return f"{name} {at.astimezone(zone):%Y-%m-%d %H:%M}\n{said}" if at else said


def _said(item: Json) -> str:
    kind, body = item.get("msg_type"), item.get("body")
    text = body.get("content") if isinstance(body, dict) else None
    if not isinstance(kind, str) or not isinstance(text, str) or kind == "system":
        return ""
    if kind in _MEDIA:
        return _MEDIA[kind]
    try:
        read = content.read(kind, "inside", text, content.mentions(item, ""))
    except BadEvent:
        return ""
    lines = [read.text] if read.text else []
    for file in read.files:
        if file.kind == "picture":
            lines.append(PICTURE_LINE)
        elif file.kind == "file":
            lines.append(f"[文件：{re.sub(r'[][]', '', file.name)[:16]} 取不到，请单独发]")
    if read.kind is InboundKind.OTHER and not lines:
        return ""
    return "\n".join(lines)


def _account(item: Json) -> str:
    sender = item.get("sender")
    if not isinstance(sender, dict) or sender.get("id_type") != "open_id":
        return ""
    found = sender.get("id")
    return found if isinstance(found, str) else ""


def _heading_name(name: str) -> str:
    """A name that a heading may have, letters only: digits in whatever form would be read as numbers of an order."""
    return "".join(filter(str.isalpha, unicodedata.normalize("NFKC", name)))[:_NAME_LENGTH]


def _moment(given: Any) -> datetime | None:
    """``create_time`` in milliseconds, as text or number."""
    try:
        return datetime.fromtimestamp(int(given) / 1000, UTC)
    except (ValueError, TypeError, OverflowError, OSError):
        return None
