"""Reading fields of JSON that strangers sent: the right type or :class:`BadEvent`."""

from __future__ import annotations

from typing import Any

from bot.feishu.crypto import BadEvent

Json = dict[str, Any]


def obj(source: Json, name: str) -> Json:
    """The object ``name``."""
    found = source.get(name)
    if not isinstance(found, dict):
        raise BadEvent(f"{name} is no object")
    return found


def opt_obj(source: Json, name: str) -> Json:
    """The object ``name``, empty when it is missing or null."""
    return {} if source.get(name) is None else obj(source, name)


def opt_list(source: Json, name: str) -> list[Any]:
    """The list ``name``, empty when it is missing or null."""
    found = source.get(name)
    if found is None:
        return []
    if not isinstance(found, list):
        raise BadEvent(f"{name} is no list")
    return found


def text(source: Json, name: str, default: str | None = None) -> str:
    """The text ``name``; ``default`` when it is missing or null, unless there is none."""
    found = source.get(name)
    if found is None and default is not None:
        return default
    if not isinstance(found, str):
        raise BadEvent(f"{name} is no text")
    return found


def objects(values: list[Any], what: str) -> list[Json]:
    """The list, when everything in it is an object."""
    if not all(isinstance(value, dict) for value in values):
        raise BadEvent(f"something in {what} is no object")
    return values
