"""What a message of each type says: ``message.content`` is JSON in a string, another for every type."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from bot.feishu.crypto import BadEvent, parse_object
from bot.feishu.fields import Json, objects, opt_list, opt_obj, text
from bot.inbound import InboundFile, InboundKind

EVERYBODY = "@所有人"
MAX_FILES = 50  # of one message; a post with more is nobody's order

_TOO_MANY = f"一条消息里我只看前 {MAX_FILES} 张图，后面的请另发一条"
_PLACEHOLDER = re.compile(r"@_(?:user_(\d{1,6})|all)( ?)")
_LANGUAGES = ("zh_cn", "en_us", "ja_jp", "zh_hk", "zh_tw")


@dataclass(frozen=True, slots=True)
class Mentions:
    """Who is named: placeholder → what stands for it, empty for the bot itself."""

    names: dict[str, str] = field(default_factory=dict)
    to_bot: bool = False

    def put_in(self, said: str) -> str:
        """The text with names instead of placeholders; the bot's own name goes, with the space behind it."""
        return _PLACEHOLDER.sub(self._name, said) if "@_" in said else said

    def _name(self, found: re.Match[str]) -> str:
        digits, space = found.group(1), found.group(2)
        if digits is None:
            return (self.names.get("@_all") or EVERYBODY) + space
        for end in range(len(digits), 0, -1):  # "@_user_15箱" is the first person and 5 boxes
            name = self.names.get(f"@_user_{digits[:end]}")
            if name is not None:
                rest = digits[end:]
                return name + rest + space if name or rest else ""
        return found.group(0)


@dataclass(frozen=True, slots=True)
class Read:
    """A message's words and files."""

    kind: InboundKind
    text: str = ""
    files: tuple[InboundFile, ...] = ()


def mentions(message: Json, bot_open_id: str) -> Mentions:
    """The mentions of a message.

    While the bot's own id is not known, the only bot named is taken for it: without the right to read every message of
    a group, a message comes only when it names the bot.
    """
    entries = objects(opt_list(message, "mentions"), "mentions")
    names: dict[str, str] = {}
    bots = 0
    to_bot = False
    for entry in entries:
        key = text(entry, "key", "")
        identity = entry.get("id")
        open_id = identity if isinstance(identity, str) else text(opt_obj(entry, "id"), "open_id", "")
        is_bot = text(entry, "mentioned_type", "") in ("bot", "app")
        bots += is_bot
        ours = open_id == bot_open_id if bot_open_id else is_bot and bots == 1
        to_bot = to_bot or ours
        name = text(entry, "name", "")
        names[key] = "" if ours else f"@{name}" if name else ""
        if open_id:
            names[open_id] = names[key]
    return Mentions(names, to_bot)


def read(kind: str, message_id: str, content: str, named: Mentions) -> Read:
    """What a message of type ``kind`` says. A type nobody knows is kept as OTHER.

    Raises:
        BadEvent: the content is not what this type has.
    """
    if kind == "merge_forward":  # it says nothing by itself, and not always in JSON: its messages are asked for
        return Read(InboundKind.TEXT, files=(InboundFile(f"words:{message_id}", "聊天记录", "words"),))
    reader = _READERS.get(kind)
    if reader is None:
        return Read(InboundKind.OTHER)
    return reader(parse_object(content), message_id, named)


# ---------------------------------------------------------------- by type


def _text(body: Json, _message_id: str, named: Mentions) -> Read:
    return Read(InboundKind.TEXT, named.put_in(text(body, "text", "")).strip())


def _image(body: Json, message_id: str, _named: Mentions) -> Read:
    return Read(InboundKind.PICTURE, files=(_picture(message_id, _key(body, "image_key")),))


def _file(body: Json, message_id: str, _named: Mentions, kind: InboundKind = InboundKind.FILE) -> Read:
    name = text(body, "file_name", "")
    return Read(kind, files=(InboundFile(_ref(message_id, _key(body, "file_key"), "file"), name, "file"),))


def _post(body: Json, message_id: str, named: Mentions) -> Read:
    if "content" not in body:  # sent with a language level, as one sends it oneself
        body = next((opt_obj(body, name) for name in _LANGUAGES if body.get(name) is not None), body)
    lines, files = _rich(body, "content", message_id, named)
    title = text(body, "title", "").strip()
    return _read("\n".join([title, *lines] if title else lines), files)


def _interactive(body: Json, _message_id: str, named: Mentions) -> Read:
    """A card somebody forwarded, flattened by the platform. Its pictures cannot be had (234043)."""
    lines, _files = _rich(body, "elements", "", named)
    title = text(body, "title", "").strip()
    said = "\n".join(filter(None, [title, *lines])).strip()
    return Read(InboundKind.TEXT, said) if said else Read(InboundKind.OTHER)


def _place(body: Json, _message_id: str, _named: Mentions) -> Read:
    return Read(InboundKind.OTHER, text(body, "name", "").strip())


def _read(said: str, files: list[InboundFile]) -> Read:
    said = said.strip()
    if not files:
        return Read(InboundKind.TEXT, said)
    if said:
        return Read(InboundKind.MIXED, said, tuple(files))
    pictures = all(file.kind == "picture" for file in files)
    return Read(InboundKind.PICTURE if pictures else InboundKind.FILE, "", tuple(files))


_READERS: dict[str, Callable[[Json, str, Mentions], Read]] = {
    "text": _text,
    "post": _post,
    "image": _image,
    "file": _file,
    "audio": partial(_file, kind=InboundKind.OTHER),
    "media": partial(_file, kind=InboundKind.OTHER),
    "interactive": _interactive,
    "location": _place,
}


# ---------------------------------------------------------------- rich text


def _rich(body: Json, name: str, message_id: str, named: Mentions) -> tuple[list[str], list[InboundFile]]:
    """The lines of a rich text and its files. A paragraph is a list of elements; cards also have bare elements."""
    lines: list[str] = []
    files: list[InboundFile] = []
    for paragraph in opt_list(body, name):
        elements = objects(paragraph if isinstance(paragraph, list) else [paragraph], name)
        said = [_element(element, message_id, named, files) for element in elements]
        lines.append("".join(said).rstrip())
    if len(files) > MAX_FILES:
        files[MAX_FILES:] = [InboundFile("", problem=_TOO_MANY)]
    return lines, files


def _element(element: Json, message_id: str, named: Mentions, files: list[InboundFile]) -> str:
    tag = text(element, "tag", "")
    if tag == "at":
        return _at(element, named)
    if tag in ("img", "media"):
        key = text(element, "image_key" if tag == "img" else "file_key", "")
        if key and message_id:
            picture = tag == "img"
            files.append(
                _picture(message_id, key) if picture else InboundFile(_ref(message_id, key, "file"), kind="file")
            )
        return ""
    if tag in ("button", "emotion", "hr"):
        return "" if tag != "hr" else "\n"
    said: Any = element.get("text")
    if isinstance(said, dict):
        said = said.get("content")
    return named.put_in(said) if isinstance(said, str) else ""


def _at(element: Json, named: Mentions) -> str:
    user = text(element, "user_id", "")
    if user in named.names:
        name = named.names[user]
    elif user in ("all", "@_all"):
        name = EVERYBODY
    else:
        name = "@" + text(element, "user_name", "")
    return f"{name} " if len(name) > 1 else ""


# ---------------------------------------------------------------- references


def _key(body: Json, name: str) -> str:
    found = text(body, name)
    if not 0 < len(found) <= 300 or "/" in found:
        raise BadEvent(f"{name} is no key")
    return found


def _ref(message_id: str, key: str, kind: str) -> str:
    return f"{message_id}/{key}/{kind}"


def _picture(message_id: str, key: str) -> InboundFile:
    return InboundFile(_ref(message_id, key, "image"))
