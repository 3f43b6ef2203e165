"""What a person reads on a message, whichever platform drew it: title, fields, lines, notes, what can be chosen, filled
in and tapped. Written from how the platforms' clients draw their own JSON, not from how Danju makes it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bot.simulator.parts import Message

CHOSEN = "选好了"  # the button beside a WeCom card's selector
_FIELD = re.compile(r"([^：\n]{1,8})：(.+)\Z", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that can be chosen. ``token`` and ``values`` are what choosing it sends."""

    label: str
    token: str
    values: dict[str, str]


@dataclass(slots=True)
class Seen:
    """``buttons`` and ``fills``: (label, token or field name)."""

    kind: str  # card|text|file|picture
    text: str = ""  # of a text; a file's name
    title: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    options: list[Option] = field(default_factory=list)
    fills: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)
    grey: str = ""  # what stands where buttons were


def read(platform: str, message: Message, body: Any = None) -> Seen:
    """The message as its readers see it; ``body`` in place of its own, for an older version or one person's view."""
    body = message.body if body is None else body
    if message.kind == "card" and isinstance(body, dict):
        return _feishu(body) if platform == "feishu" else _wecom(body)
    if message.kind == "image":
        return Seen("picture", str(body.get("name", "")) if isinstance(body, dict) else "")
    if isinstance(body, dict) and "name" in body:
        return Seen("file", str(body["name"]))
    return Seen("text", body if isinstance(body, str) else str(body))


# ---------------------------------------------------------------- Feishu


def _words(part: Any) -> str:
    return str(part.get("content", "")) if isinstance(part, dict) else ""


def _feishu(card: dict[str, Any]) -> Seen:
    header = card.get("header") or {}
    tags = [_words(tag.get("text")) for tag in header.get("text_tag_list") or []]
    seen = Seen("card", title=" · ".join([_words(header.get("title")), *tags]))
    if header.get("subtitle"):
        seen.notes.append(_words(header["subtitle"]))
    for part in _parts((card.get("body") or {}).get("elements")):
        _feishu_part(part, seen)
    return seen


def _parts(elements: Any) -> Iterator[dict[str, Any]]:
    for part in elements or []:
        if part.get("tag") == "column_set":
            for column in part.get("columns") or []:
                yield from _parts(column.get("elements"))
        elif part.get("tag") in ("form", "collapsible_panel"):
            yield from _parts(part.get("elements"))
        else:
            yield part


def _feishu_part(part: dict[str, Any], seen: Seen) -> None:
    match part.get("tag"):
        case "div":
            text = part.get("text") or {}
            words = _words(text)
            matched = _FIELD.match(words)
            if matched and text.get("text_size") != "notation":
                seen.fields[matched[1]] = matched[2]
            elif words:
                seen.notes.append(words)
        case "markdown":
            seen.notes.append(str(part.get("content", "")))
        case "table":
            names = [column["name"] for column in part.get("columns") or []]
            seen.lines += [" ".join(_cell(row.get(name)) for name in names).strip() for row in part.get("rows") or []]
        case "select_static":
            token = _token(part)
            seen.options += [
                Option(_words(option.get("text")), token, {part.get("name", "option"): option["value"]})
                for option in part.get("options") or []
            ]
        case "input":
            seen.fills.append((_words(part.get("label")) or _words(part.get("placeholder")), str(part.get("name"))))
        case "button":
            if not any(behavior.get("type") == "open_url" for behavior in part.get("behaviors") or []):
                seen.buttons.append((_words(part.get("text")), _token(part)))
        case "img":
            seen.notes.append(f"[图] {_words(part.get('alt'))}")


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return " ".join(str(one.get("text", "")) for one in value)
    return str(value or "")


def _token(part: dict[str, Any]) -> str:
    for behavior in part.get("behaviors") or []:
        value = behavior.get("value")
        if behavior.get("type") == "callback":
            return str(value.get("token", "")) if isinstance(value, dict) else str(value)
    return str(part.get("name", ""))


# ---------------------------------------------------------------- WeCom


def _wecom(card: dict[str, Any]) -> Seen:
    title, source = card.get("main_title") or {}, (card.get("source") or {}).get("desc", "")
    head = str(title.get("title", ""))
    seen = Seen("card", title=head if not source or source in head else f"{head} · {source}")
    quote = card.get("quote_area") or {}
    for words in (title.get("desc"), quote.get("quote_text"), card.get("sub_title_text")):
        seen.notes += [line for line in str(words or "").split("\n") if line]
    for row in card.get("horizontal_content_list") or []:
        seen.fields[str(row["keyname"])] = str(row.get("value", ""))
    selection = card.get("button_selection")
    key = next((one["key"] for one in card.get("button_list") or [] if one["text"] == CHOSEN), "")
    for option in (selection or {}).get("option_list") or []:
        if selection is not None and key and option["id"] != "danju-none":
            seen.options.append(Option(str(option["text"]), key, {selection["question_key"]: option["id"]}))
    if card.get("replace_text"):
        seen.grey = str(card["replace_text"])
    else:
        seen.buttons = [(str(one["text"]), str(one.get("key", ""))) for one in card.get("button_list") or []]
    return seen
