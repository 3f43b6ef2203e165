"""What is wrong with a WeCom template card, by the platform's rules. Written from the facts, not from our renderer: a
mistake there does not excuse itself here."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Check = Callable[[Any], str]  # "" or what is wrong


@dataclass(frozen=True, slots=True)
class _Rule:
    """One property: how its value is checked, and whether it must be there."""

    check: Check
    required: bool = False


def _chars(most: int, *, least: int = 0) -> Check:
    def check(value: Any) -> str:
        if not isinstance(value, str):
            return "is not text"
        if not least <= len(value) <= most:
            return f"has {len(value)} characters, allowed are {least} to {most}"
        return _sayable(value)

    return check


def _bytes(most: int) -> Check:
    def check(value: Any) -> str:
        if not isinstance(value, str) or not value:
            return "is not text, or empty"
        found = len(value.encode("utf-8", "replace"))
        return f"has {found} bytes, allowed are {most}" if found > most else _sayable(value)

    return check


def _sayable(value: str) -> str:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return "is not Unicode"
    return "has control characters" if re.search("[\x00-\x08\x0b-\x1f\x7f]", value) else ""


def _number(*allowed: int) -> Check:
    def check(value: Any) -> str:
        fine = isinstance(value, int) and not isinstance(value, bool) and value in allowed
        return "" if fine else f"is none of {', '.join(map(str, allowed))}"

    return check


def _flag(value: Any) -> str:
    return "" if isinstance(value, bool) else "is not true or false"


def _url(value: Any) -> str:
    if not isinstance(value, str) or not re.match(r"https?://\S+\Z", value):
        return "is no http address"
    return "has more than 2048 bytes" if len(value.encode("utf-8", "replace")) > 2048 else ""


def _task_id(value: Any) -> str:
    fine = isinstance(value, str) and re.fullmatch(r"[A-Za-z0-9_@-]{1,128}", value)
    return "" if fine else "is not 1 to 128 of A-Z a-z 0-9 _ - @"


_TEXT = _chars(4096)
_KEY = _bytes(1024)


@dataclass(frozen=True, slots=True)
class _Object:
    """An object's properties; any other is wrong. ``needs``: (property, its value, what must then be there)."""

    rules: Mapping[str, Any]  # _Rule, or (_Object | _List, required)
    needs: Sequence[tuple[str, Any, str]] = ()
    any_of: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class _List:
    item: _Object
    least: int
    most: int
    unique: str = ""  # property that differs between items


_SOURCE = _Object({"icon_url": _Rule(_url), "desc": _Rule(_chars(13)), "desc_color": _Rule(_number(0, 1, 2, 3))})
_MENU = _Object(
    {
        "desc": _Rule(_TEXT),
        "action_list": (_List(_Object({"text": _Rule(_TEXT, True), "key": _Rule(_KEY, True)}), 1, 3, "key"), True),
    }
)
_JUMPS = (("type", 1, "url"), ("type", 2, "appid"))
_LINKED: dict[str, Any] = {
    "url": _Rule(_url),
    "appid": _Rule(_bytes(128)),
    "pagepath": _Rule(_bytes(2048)),
}
_QUOTE = _Object(
    {"type": _Rule(_number(0, 1, 2)), "title": _Rule(_TEXT), "quote_text": _Rule(_TEXT), **_LINKED}, _JUMPS
)
_FIELD = _Object(
    {
        "type": _Rule(_number(0, 1, 2, 3)),
        "keyname": _Rule(_chars(5, least=1), True),
        "value": _Rule(_chars(26)),
        "url": _Rule(_url),
        "media_id": _Rule(_bytes(512)),
        "userid": _Rule(_bytes(64)),
    },
    (("type", 1, "url"), ("type", 2, "media_id"), ("type", 3, "userid")),
)
_JUMP = _Object({"type": _Rule(_number(0, 1, 2)), "title": _Rule(_chars(13, least=1), True), **_LINKED}, _JUMPS)
_ACTION = _Object({"type": _Rule(_number(1, 2), True), **_LINKED}, _JUMPS)
_OPTION = _Object({"id": _Rule(_bytes(128), True), "text": _Rule(_chars(16, least=1), True)})
_SELECT = {
    "question_key": _Rule(_KEY, True),
    "title": _Rule(_chars(13)),
    "option_list": (_List(_OPTION, 1, 10, "id"), True),
    "selected_id": _Rule(_bytes(128)),
}
_BUTTON = _Object(
    {
        "type": _Rule(_number(0, 1)),
        "text": _Rule(_chars(10, least=1), True),
        "style": _Rule(_number(1, 2, 3, 4)),
        "key": _Rule(_KEY),
        "url": _Rule(_url),
    },
    (("type", None, "key"), ("type", 0, "key"), ("type", 1, "url")),
)
_CHECKED = _Object(
    {"id": _Rule(_bytes(128), True), "text": _Rule(_chars(16, least=1), True), "is_checked": _Rule(_flag)}
)
_CHECKBOX = _Object(
    {
        "question_key": _Rule(_KEY, True),
        "option_list": (_List(_CHECKED, 1, 20, "id"), True),
        "mode": _Rule(_number(0, 1)),
        "disable": _Rule(_flag),
    }
)
_SUBMIT = _Object({"text": _Rule(_chars(10, least=1), True), "key": _Rule(_KEY, True)})
_TITLE = _Object({"title": _Rule(_chars(26)), "desc": _Rule(_chars(30))})

# Every part of a card, and how it is checked.
_PARTS: dict[str, Any] = {
    "task_id": _Rule(_task_id),
    "source": _SOURCE,
    "action_menu": _MENU,
    "main_title": _TITLE,
    "sub_title_text": _Rule(_chars(112, least=1)),
    "emphasis_content": _Object({"title": _Rule(_chars(14)), "desc": _Rule(_chars(22))}),
    "quote_area": _QUOTE,
    "horizontal_content_list": _List(_FIELD, 0, 6),
    "vertical_content_list": _List(
        _Object({"title": _Rule(_chars(26, least=1), True), "desc": _Rule(_chars(112))}), 0, 4
    ),
    "jump_list": _List(_JUMP, 0, 3),
    "card_action": _ACTION,
    "card_image": _Object({"url": _Rule(_url, True), "aspect_ratio": _Rule(lambda value: "")}),
    "image_text_area": _Object(
        {"type": _Rule(_number(0, 1, 2)), "title": _Rule(_TEXT), "desc": _Rule(_TEXT), "image_url": _Rule(_url, True)}
        | _LINKED,
        _JUMPS,
    ),
    "button_selection": _Object({**_SELECT, "disable": _Rule(_flag)}),
    "button_list": _List(_BUTTON, 1, 6, "key"),
    "checkbox": _CHECKBOX,
    "select_list": _List(_Object({**_SELECT, "disable": _Rule(_flag)}), 1, 3, "question_key"),
    "submit_button": _SUBMIT,
    "replace_text": _Rule(_TEXT),  # in updates: greys the buttons
}

_OF_NOTICES = "task_id source action_menu main_title quote_area horizontal_content_list jump_list card_action"
# Card type → (parts it must have, parts it may have).
_TYPES: dict[str, tuple[set[str], set[str]]] = {
    "text_notice": ({"card_action"}, {*_OF_NOTICES.split(), "sub_title_text", "emphasis_content"}),
    "news_notice": (
        {"card_action", "main_title"},
        {*_OF_NOTICES.split(), "vertical_content_list", "card_image", "image_text_area"},
    ),
    "button_interaction": (
        {"task_id", "main_title", "button_list"},
        {
            *("source", "action_menu", "sub_title_text", "quote_area", "horizontal_content_list", "card_action"),
            *("button_selection", "replace_text"),
        },
    ),
    "vote_interaction": (
        {"task_id", "main_title", "checkbox", "submit_button"},
        {"source", "card_action", "replace_text"},
    ),
    "multiple_interaction": (
        {"task_id", "main_title", "select_list", "submit_button"},
        {"source", "card_action", "replace_text"},
    ),
}
_SURFACES = {
    "app": set(_TYPES),
    "bot": set(_TYPES),
    "group": {"text_notice", "news_notice"},
}


def problems(card: Any, surface: str) -> list[str]:
    """Why this card may not be sent to this surface (app, bot, group); empty when it may. Never raises."""
    if surface not in _SURFACES:
        return [f"{surface} is no surface"]
    if not isinstance(card, Mapping):
        return ["the card is no object"]
    kind = card.get("card_type")
    if not isinstance(kind, str) or kind not in _TYPES:
        return [f"card_type: {str(kind)[:40]} is unknown"]
    found = [] if kind in _SURFACES[surface] else [f"card_type: {kind} cannot be sent to a {surface}"]
    required, allowed = _TYPES[kind]
    found += [f"{name}: missing in a {kind}" for name in sorted(required - card.keys())]
    for name, value in card.items():
        if name == "card_type":
            continue
        if name not in required | allowed:
            found.append(f"{str(name)[:40]}: not allowed in a {kind}")
        else:
            found += _wrong(str(name), value, _PARTS[name])
    found += _across(card, kind, surface)
    return found


def _wrong(path: str, value: Any, rule: Any) -> list[str]:
    if isinstance(rule, _Rule):
        said = rule.check(value)
        return [f"{path}: {said}"] if said else []
    if isinstance(rule, _List):
        return _wrong_list(path, value, rule)
    if not isinstance(value, Mapping):
        return [f"{path}: is no object"]
    found = []
    for name, item in value.items():
        if not isinstance(name, str) or name not in rule.rules:
            found.append(f"{path}.{str(name)[:40]}: unknown property")
            continue
        inner = rule.rules[name]
        found += _wrong(f"{path}.{name}", item, inner[0] if isinstance(inner, tuple) else inner)
    for name, inner in rule.rules.items():
        required = inner[1] if isinstance(inner, tuple) else isinstance(inner, _Rule) and inner.required
        if required and name not in value:
            found.append(f"{path}.{name}: missing")
    for name, when, then in rule.needs:
        if _same(value.get(name), when) and then not in value:
            found.append(f"{path}.{then}: missing with {name} {when}")
    return found


def _same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and bool(one == other)


def _wrong_list(path: str, value: Any, rule: _List) -> list[str]:
    if not isinstance(value, list):
        return [f"{path}: is no list"]
    found = []
    if not rule.least <= len(value) <= rule.most:
        found.append(f"{path}: {len(value)} items, allowed are {rule.least} to {rule.most}")
    for place, item in enumerate(value):
        found += _wrong(f"{path}[{place}]", item, rule.item)
    if rule.unique:
        keys = [item[rule.unique] for item in value if isinstance(item, Mapping) and rule.unique in item]
        if len({str(key) for key in keys}) < len(keys):
            found.append(f"{path}: {rule.unique} comes twice")
    return found


def _across(card: Mapping[Any, Any], kind: str, surface: str) -> list[str]:
    """What one part says about another."""
    found = []
    title = card.get("main_title")
    words = title.get("title") if isinstance(title, Mapping) else None
    if kind == "text_notice" and not words and not card.get("sub_title_text"):
        found.append("main_title.title: a text_notice needs it or sub_title_text")
    if kind != "text_notice" and not words:
        found.append("main_title.title: missing (41016)")
    if "action_menu" in card and "task_id" not in card:
        found.append("task_id: missing with action_menu")
    selection = card.get("button_selection")
    chosen = [selection] if isinstance(selection, Mapping) else []
    more = card.get("select_list")
    chosen += [item for item in more if isinstance(item, Mapping)] if isinstance(more, list) else []
    for item in chosen:
        options = item.get("option_list")
        ids = [one.get("id") for one in options if isinstance(one, Mapping)] if isinstance(options, list) else []
        if "selected_id" in item and item["selected_id"] not in ids:
            found.append("selected_id: is none of the options")
    rows = card.get("horizontal_content_list")
    buttons = card.get("button_list")
    if surface == "bot" and isinstance(rows, list) and any(_typed(row, 2) for row in rows):
        found.append("horizontal_content_list: attachments are not possible for a bot")
    if surface != "app" and isinstance(buttons, list) and any(_typed(button, 1) for button in buttons):
        found.append("button_list: links are possible in the app only")
    return found


def _typed(value: Any, kind: int) -> bool:
    return isinstance(value, Mapping) and _same(value.get("type"), kind)
