"""Clicks on Feishu cards: from a ``card.action.trigger`` event back into a token and values. Pure functions."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bot.card_words import usable

MAX_TOKEN = 256  # bytes; a token stands in the button's value and in its name
BUTTON_NAME = re.compile(r"t\d{1,4}_(.+)", re.DOTALL)
_ZONED = re.compile(r"(\d{4}-\d\d-\d\d(?: \d\d:\d\d)?|\d\d:\d\d) [+-]\d{4}")


def tapped(event: Any) -> tuple[str, dict[str, str]]:
    """The token and the values of a ``card.action.trigger`` event; ("", {}) for anything that is not one of ours.

    Lists of a multiple choice are joined by commas; a date loses its zone, which is the firm's anyway.
    """
    action = event.get("action") if isinstance(event, Mapping) else None
    if not isinstance(action, Mapping):
        return "", {}
    value = _value(action.get("value"))
    name = action.get("name")
    name = name if isinstance(name, str) else ""
    in_name = BUTTON_NAME.fullmatch(name)
    token = value.get("token")
    if not isinstance(token, str) or not token:
        token = in_name[1] if in_name else ""
    if not usable(token, MAX_TOKEN):
        return "", {}
    values: dict[str, str] = {}
    form = action.get("form_value")
    if isinstance(form, Mapping):
        values.update(_readable(form.items()))
    given = value.get("name")
    field_name = given if isinstance(given, str) and given else name
    for key in ("option", "options", "input_value", "checked"):
        if field_name and action.get(key) is not None:
            values.update(_readable([(field_name, action[key])]))
    return token, values


def _value(value: Any) -> Mapping[str, Any]:
    """What stood in the behaviour's value: an object, its JSON text, or just the token."""
    if isinstance(value, str):
        try:
            read = json.loads(value)
        except (ValueError, RecursionError):
            read = None
        return read if isinstance(read, Mapping) else {"token": value}
    return value if isinstance(value, Mapping) else {}


def _readable(pairs: Iterable[tuple[Any, Any]]) -> Iterator[tuple[str, str]]:
    for name, value in pairs:
        if not isinstance(name, str) or not name:
            continue
        if isinstance(value, bool):
            yield name, "true" if value else "false"
        elif isinstance(value, str):
            zoned = _ZONED.fullmatch(value)
            yield name, zoned[1] if zoned else value
        elif isinstance(value, list):
            yield name, ",".join(item for item in value if isinstance(item, str))
