"""From the intelligent bot's callbacks (JSON frames) to Inbound. Facts: shared/facts/wecom.md §3.1 and §3.2.

Everything in a frame is a stranger's word: what is not of the expected type counts as absent, and a frame without
message id or sender is nobody's.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from bot.inbound import Inbound, InboundFile, InboundKind

PLATFORM = "wecombot"
MAX_TEXT = 100_000
MAX_ITEMS = 50
VIDEO = "视频还看不了。请把单据拍成照片，或把文件发过来"

Tapped = Callable[[str, dict[str, list[str]]], tuple[str, dict[str, str]]]

_EARLIEST, _LATEST = 946_684_800, 4_102_444_800  # 2000 … 2100, seconds
_NAMED = re.compile(r"(?:(?<=\s)|^)@(\S{1,64})")


class BotName:
    """What the bot is called in groups. Nobody tells it, but every group message that reaches us names it: it is the
    word behind an @ that all of them have in common."""

    def __init__(self) -> None:
        self._candidates: frozenset[str] | None = None

    @property
    def known(self) -> str:
        """The name once it is certain, else empty."""
        return next(iter(self._candidates)) if self._candidates is not None and len(self._candidates) == 1 else ""

    def hear(self, text: str) -> None:
        """Learn from one group message."""
        words = frozenset(_NAMED.findall(text))
        if not words:
            return
        left = words if self._candidates is None else self._candidates & words
        self._candidates = left or words  # renamed, or a name with a space in it: begin anew

    def without_name(self, text: str) -> str:
        """The text without the bot's name; while that is unknown, without the first name it begins with, or else the
        one it ends with."""
        if name := self.known:
            pattern = rf"(?:(?<=\s)|^)@{re.escape(name)}(?=\s|$)[^\S\n]?"
            stripped = re.sub(pattern, "", text)
            if stripped != text:
                return stripped.strip()
        stripped = re.sub(r"^\s*@\S{1,64}(?=\s|$)", "", text, count=1)
        if stripped == text:
            stripped = re.sub(r"(?<=\s)@\S{1,64}\s*$", "", text, count=1)
        return stripped.strip()


def translate(frame: Mapping[str, Any], *, bot_id: str, now: datetime, name: BotName, tapped: Tapped) -> Inbound | None:
    """The neutral form of a callback frame; None when there is nothing in it for us."""
    body = _dict(frame.get("body"))
    if frame.get("cmd") == "aibot_msg_callback":
        return _message(body, bot_id, now, name)
    if frame.get("cmd") == "aibot_event_callback":
        return _event(body, bot_id, now, tapped)
    return None


def _message(body: dict[str, Any], bot_id: str, now: datetime, name: BotName) -> Inbound | None:
    msgid, sender = _id(body.get("msgid")), _id(_dict(body.get("from")).get("userid"))
    if not msgid or not sender:
        return None
    group = _group(body)
    kind, text, files = _content(body)
    quoted_text, quoted_files = _quote(_dict(body.get("quote")))
    if group:
        name.hear(text)
        text = name.without_name(text)
        if not files and quoted_files:  # in groups, quoting a picture is the only way to hand it to a bot
            kind, files = InboundKind.MIXED if text else quoted_files[0][0], tuple(file for _, file in quoted_files)
    return Inbound(
        platform=PLATFORM,
        event_key=f"{PLATFORM}:{bot_id}:{msgid}",
        kind=kind,
        chat=group or sender,
        sender=sender,
        sent_at=_moment(body.get("create_time"), now),
        chat_kind="group" if group else "direct",
        text=text[:MAX_TEXT],
        message_ref=msgid,
        files=files,
        to_bot=bool(group),
        quoted_text=quoted_text[:MAX_TEXT],
    )


def _event(body: dict[str, Any], bot_id: str, now: datetime, tapped: Tapped) -> Inbound | None:
    sender = _id(_dict(body.get("from")).get("userid"))
    event = _dict(body.get("event"))
    kind = event.get("eventtype")
    if not sender or kind not in ("enter_chat", "template_card_event"):
        return None
    group = _group(body)
    click = _dict(event.get("template_card_event")) or event  # the SDK's types put the fields one level higher
    key = _text(click.get("event_key")) or _text(click.get("eventkey"))
    task = _id(click.get("task_id")) or _id(click.get("taskid"))
    selected = selections(click.get("selected_items"))
    token, values = "", dict[str, str]()
    if kind == "template_card_event":
        if not key:
            return None
        token, values = tapped(key, selected)
        if not token:
            return None
    msgid = _id(body.get("msgid")) or _digest(body)
    return Inbound(
        platform=PLATFORM,
        event_key=f"{PLATFORM}:{bot_id}:{msgid}",
        kind=InboundKind.CLICK if token else InboundKind.ENTER,
        chat=group or sender,
        sender=sender,
        sent_at=_moment(body.get("create_time"), now),
        chat_kind="group" if group else "direct",
        message_ref=task if token else "",
        token=token,
        values=values,
        to_bot=bool(token) and bool(group),
    )


def selections(found: Any) -> dict[str, list[str]]:
    """{question_key: [option_id, …]}. One item may stand where a list of them is meant."""
    selected: dict[str, list[str]] = {}
    for item in map(_dict, _list(_dict(found).get("selected_item"))[:MAX_ITEMS]):
        question = _text(item.get("question_key")) or _text(item.get("questionkey"))
        options = _dict(item.get("option_ids")) or _dict(item.get("optionids"))
        ids = [_text(option) for option in _list(options.get("option_id"))[:MAX_ITEMS]]
        if question:
            selected[question] = [option for option in ids if option]
    return selected


# -- what was said -----------------------------------------------------------------------------------------------------


def _content(body: dict[str, Any]) -> tuple[InboundKind, str, tuple[InboundFile, ...]]:
    kind = body.get("msgtype")
    if kind == "text":
        return InboundKind.TEXT, _text(_dict(body.get("text")).get("content")), ()
    if kind == "voice":
        return InboundKind.TEXT, _text(_dict(body.get("voice")).get("content")), ()
    if kind == "mixed":
        text, files = _mixed(_dict(body.get("mixed")))
        if not files:
            return InboundKind.TEXT, text, ()
        return InboundKind.MIXED if text else InboundKind.PICTURE, text, files
    if kind in ("image", "file"):
        file = _file(_dict(body.get(kind)), "picture" if kind == "image" else "file")
        if file is not None:
            return InboundKind.PICTURE if kind == "image" else InboundKind.FILE, "", (file,)
    if kind == "video":
        return InboundKind.FILE, "", (InboundFile(ref="", name="视频.mp4", kind="file", problem=VIDEO),)
    return InboundKind.OTHER, "", ()


def _mixed(mixed: dict[str, Any]) -> tuple[str, tuple[InboundFile, ...]]:
    words: list[str] = []
    files: list[InboundFile] = []
    for item in map(_dict, _list(mixed.get("msg_item"))[:MAX_ITEMS]):
        if item.get("msgtype") == "text":
            words.append(_text(_dict(item.get("text")).get("content")))
        elif item.get("msgtype") == "image" and (file := _file(_dict(item.get("image")), "picture")) is not None:
            files.append(file)
    return "\n".join(word for word in words if word), tuple(files)


def _quote(quote: dict[str, Any]) -> tuple[str, list[tuple[InboundKind, InboundFile]]]:
    if not quote:
        return "", []
    _kind, text, files = _content(quote)
    fetched = [file for file in files if file.ref]
    return text, [(InboundKind.PICTURE if f.kind == "picture" else InboundKind.FILE, f) for f in fetched]


def _file(found: dict[str, Any], kind: str) -> InboundFile | None:
    url, key = _text(found.get("url")), _text(found.get("aeskey"))
    if not url.startswith(("https://", "http://")) or len(url) > 4096 or len(key) > 128:
        return None
    ref = json.dumps({"url": url, "aeskey": key, "kind": kind}, ensure_ascii=False, separators=(",", ":"))
    name = _text(found.get("filename")) or _text(found.get("name"))  # not documented; used when it comes
    return InboundFile(ref=ref, name=name[:200], kind=kind)


# -- strict types ------------------------------------------------------------------------------------------------------


def _dict(found: Any) -> dict[str, Any]:
    return found if isinstance(found, dict) else {}


def _list(found: Any) -> list[Any]:
    return found if isinstance(found, list) else [] if found is None else [found]


def _text(found: Any) -> str:
    return found if isinstance(found, str) else ""


def _id(found: Any) -> str:
    """An id: a string of sensible length. Numeric ids are text all the same."""
    if isinstance(found, int) and not isinstance(found, bool):
        found = str(found) if abs(found) < 10**30 else ""
    return found if isinstance(found, str) and 0 < len(found) <= 256 else ""


def _group(body: dict[str, Any]) -> str:
    """The group's id; empty in single chats. Only groups bear a chatid."""
    return "" if body.get("chattype") == "single" else _id(body.get("chatid"))


def _moment(found: Any, now: datetime) -> datetime:
    if isinstance(found, str) and found.isascii() and found.isdecimal() and len(found) <= 13:
        found = int(found)
    if not isinstance(found, int) or isinstance(found, bool):
        return now
    seconds = found / 1000 if found > _LATEST else found
    return datetime.fromtimestamp(seconds, UTC) if _EARLIEST <= seconds <= _LATEST else now


def _digest(body: dict[str, Any]) -> str:
    """A key for an event that came without its id."""
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
