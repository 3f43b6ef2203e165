"""The checks the platform makes on a card's JSON 2.0 before it takes it (facts/feishu.md §4).

Written from the facts alone. Danju's own linter is another piece of work: where the two disagree, one is wrong.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from bot.simulator.feishu import card_schema as schema
from bot.simulator.feishu.answers import Refused, card_refused

MAX_BYTES = 30 * 1024
MAX_PARTS = 200
MAX_TABLES = 5
MAX_COLUMNS = 50
MAX_NESTING = 5

BAD_JSON = 200621
OLD_TAG = 200861
TOO_MUCH = 11310
BAD_TABLE = 200914
BAD_IMAGE = 200570

_V1_ONLY = frozenset({"action", "note"})
_ROOT_ONLY = frozenset({"form", "table"})
_FORM_ACTIONS = frozenset({"submit", "reset"})
_INPUT_TYPES = frozenset({"text", "multiline_text", "password"})
_BEHAVIORS = frozenset({"callback", "open_url", "form_action"})
_ELEMENT_ID = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,19}")


def size(card: dict[str, Any]) -> int:
    """Bytes of the compact JSON."""
    return len(json.dumps(card, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass"))


def parts(node: Any) -> Iterator[dict[str, Any]]:
    """Every tagged part of a card, outermost first. Table rows and the values of behaviours are data, not parts."""
    if isinstance(node, dict):
        if isinstance(node.get("tag"), str):
            yield node
        for key, value in node.items():
            if key not in ("rows", "behaviors", "value", "chart_spec"):
                yield from parts(value)
    elif isinstance(node, list):
        for item in node:
            yield from parts(item)


def check(card: Any, has_image: Any = None) -> None:
    """Take the card or refuse it. ``has_image(key) -> bool`` tells which images the app has uploaded.

    Raises:
        Refused: 230099 with the inner code.
    """
    if not isinstance(card, dict):
        raise card_refused(BAD_JSON, "parse card json err: not an object")
    if size(card) > MAX_BYTES:
        raise card_refused(TOO_MUCH, "card content over size limit")
    if card.get("schema") != "2.0":
        raise card_refused(BAD_JSON, "schema must be 2.0")
    _only(card, schema.ROOT, "card")
    config, header, body = card.get("config", {}), card.get("header"), card.get("body")
    if not isinstance(config, dict) or not isinstance(body, dict) or not isinstance(body.get("elements"), list):
        raise card_refused(BAD_JSON, "config or body is not an object")
    _only(config, schema.CONFIG, "config")
    _only(body, schema.BODY, "body")
    if config.get("update_multi") is False:
        raise card_refused(BAD_JSON, "schema 2.0 supports shared cards only")
    if header is not None:
        _header(header)
    _Walk(has_image).elements(body["elements"], depth=1, inside="")
    everything = list(parts(card))
    if len(everything) > MAX_PARTS:
        raise card_refused(TOO_MUCH, "element number over limit")
    if sum(1 for part in everything if part["tag"] == "table") > MAX_TABLES:
        raise card_refused(TOO_MUCH, "card table number over limit")
    _unique(everything)


def problem(card: Any) -> str:
    """Why the platform would not take the card; empty when it would."""
    try:
        check(card)
    except Refused as refused:
        return refused.msg
    return ""


def _only(node: dict[str, Any], allowed: frozenset[str], where: str) -> None:
    unknown = node.keys() - allowed
    if unknown:
        raise card_refused(BAD_JSON, f"unknown property, {where}: {sorted(unknown)[0]}")


def _among(value: Any, allowed: frozenset[str]) -> bool:
    return isinstance(value, str) and value in allowed


def _list(value: Any, where: str) -> list[Any]:
    if not isinstance(value, list):
        raise card_refused(BAD_JSON, f"{where} is not a list")
    return value


def _header(header: Any) -> None:
    if not isinstance(header, dict):
        raise card_refused(BAD_JSON, "header is not an object")
    _only(header, schema.HEADER, "header")
    _text(header.get("title"), "header.title")
    if not _among(header.get("template", "default"), schema.COLOURS):
        raise card_refused(BAD_JSON, "header.template is no known colour")
    tags = header.get("text_tag_list", [])
    if not isinstance(tags, list) or len(tags) > 3:
        raise card_refused(TOO_MUCH, "header.text_tag_list over limit 3")


def _text(node: Any, where: str) -> None:
    if not isinstance(node, dict) or node.get("tag") not in ("plain_text", "lark_md"):
        raise card_refused(BAD_JSON, f"{where} is no text")
    if not isinstance(node.get("content"), str):
        raise card_refused(BAD_JSON, f"{where}.content is no string")


def _unique(everything: list[dict[str, Any]]) -> None:
    ids: set[str] = set()
    names: set[str] = set()
    for part in everything:
        element_id = part.get("element_id")
        if element_id is not None:
            if not isinstance(element_id, str) or not _ELEMENT_ID.fullmatch(element_id):
                raise card_refused(BAD_JSON, "element_id: letter first, letters, digits and _, at most 20")
            if element_id in ids:
                raise card_refused(BAD_JSON, f"element_id is duplicate: {element_id}")
            ids.add(element_id)
        name = part.get("name")
        if isinstance(name, str) and name:
            if name in names:
                raise card_refused(BAD_JSON, f"component name is duplicate: {name}")
            names.add(name)


class _Walk:
    """Checks components, outermost first."""

    def __init__(self, has_image: Any) -> None:
        self._has_image = has_image

    def elements(self, found: Any, depth: int, inside: str) -> None:
        if not isinstance(found, list):
            raise card_refused(BAD_JSON, "elements is not a list")
        if depth > MAX_NESTING:
            raise card_refused(TOO_MUCH, "element nesting over limit 5")
        for element in found:
            self.element(element, depth, inside)

    def element(self, element: Any, depth: int, inside: str) -> None:
        tag = element.get("tag") if isinstance(element, dict) else None
        if not isinstance(tag, str):
            raise card_refused(BAD_JSON, "element without tag")
        if tag in _V1_ONLY:
            raise card_refused(OLD_TAG, f"cards of schema V2 no longer support this capability; unsupported tag {tag}")
        if tag not in schema.PROPERTIES:
            raise card_refused(BAD_JSON, f"not support tag: {tag}")
        _only(element, schema.PROPERTIES[tag] | schema.COMMON, tag)
        if tag in _ROOT_ONLY and depth > 1:
            raise card_refused(BAD_JSON, f"{tag} only at the root of body")
        if "form" in inside and tag in schema.INSIDE_FORM_NEEDS_NAME and not element.get("name"):
            raise card_refused(BAD_JSON, f"{tag} in form needs a name")
        behaviors(element)
        check_one = getattr(self, f"_{tag}", None)
        if check_one is not None:
            check_one(element)
        within = inside + ("form " if tag == "form" else "")
        if tag == "column_set":
            columns = element.get("columns")
            if not isinstance(columns, list) or any(
                not isinstance(c, dict) or c.get("tag") != "column" for c in columns
            ):
                raise card_refused(BAD_JSON, "column_set.columns holds columns only")
            for column in columns:
                _only(column, schema.PROPERTIES["column"] | schema.COMMON, "column")
                self.elements(column.get("elements", []), depth + 1, within)
        elif "elements" in element:
            self.elements(element["elements"], depth + 1, within)

    def _markdown(self, element: dict[str, Any]) -> None:
        if not isinstance(element.get("content"), str):
            raise card_refused(BAD_JSON, "markdown.content is no string")

    def _div(self, element: dict[str, Any]) -> None:
        if "text" in element:
            _text(element["text"], "div.text")
        for field in _list(element.get("fields", []), "div.fields"):
            _text(field.get("text") if isinstance(field, dict) else None, "div.fields.text")

    def _img(self, element: dict[str, Any]) -> None:
        key = element.get("img_key")
        if not isinstance(key, str) or not key:
            raise card_refused(BAD_IMAGE, "img_key is empty")
        if self._has_image is not None and not self._has_image(key):
            raise card_refused(BAD_IMAGE, f"image {key[:40]} is invalid")

    def _button(self, element: dict[str, Any]) -> None:
        _text(element.get("text"), "button.text")
        if not _among(element.get("type", "default"), schema.BUTTON_TYPES):
            raise card_refused(BAD_JSON, "button.type is unknown")
        if not _among(element.get("form_action_type", "submit"), _FORM_ACTIONS):
            raise card_refused(BAD_JSON, "button.form_action_type is unknown")
        confirm = element.get("confirm")
        if confirm is not None:
            if not isinstance(confirm, dict):
                raise card_refused(BAD_JSON, "button.confirm is not an object")
            _text(confirm.get("title"), "button.confirm.title")
            _text(confirm.get("text"), "button.confirm.text")

    def _form(self, element: dict[str, Any]) -> None:
        if not isinstance(element.get("name"), str) or not element["name"]:
            raise card_refused(BAD_JSON, "form needs a name")
        inner = list(parts(element.get("elements")))
        if not any(part.get("form_action_type") == "submit" for part in inner):
            raise card_refused(BAD_JSON, "form needs a submit button")

    def _input(self, element: dict[str, Any]) -> None:
        limit = element.get("max_length", 1000)
        if not isinstance(limit, int) or not 1 <= limit <= 1000:
            raise card_refused(BAD_JSON, "input.max_length: 1 to 1000")
        if not _among(element.get("input_type", "text"), _INPUT_TYPES):
            raise card_refused(BAD_JSON, "input.input_type is unknown")

    def _select_static(self, element: dict[str, Any]) -> None:
        options = element.get("options")
        if not isinstance(options, list):
            raise card_refused(BAD_JSON, "select_static.options is no list")
        values = []
        for option in options:
            if not isinstance(option, dict) or not isinstance(option.get("value"), str):
                raise card_refused(BAD_JSON, "option.value is no string")
            _text(option.get("text"), "option.text")
            values.append(option["value"])
        chosen = element.get("initial_option", "")
        if chosen != "" and chosen not in values:  # the empty one is: none chosen
            raise card_refused(BAD_JSON, "initial_option is none of the options")

    def _table(self, element: dict[str, Any]) -> None:
        columns, rows = element.get("columns"), element.get("rows")
        if not isinstance(columns, list) or not columns or len(columns) > MAX_COLUMNS:
            raise card_refused(BAD_TABLE, "table columns: 1 to 50")
        names = []
        for column in columns:
            if not isinstance(column, dict) or not isinstance(column.get("name"), str):
                raise card_refused(BAD_TABLE, "table column without name")
            if not _among(column.get("data_type", "text"), schema.FIELD_TYPES):
                raise card_refused(BAD_TABLE, "table column data_type is unknown")
            names.append(column["name"])
        if len(set(names)) != len(names):
            raise card_refused(BAD_TABLE, "table column name is duplicate")
        if not isinstance(rows, list) or any(not isinstance(row, dict) or row.keys() - set(names) for row in rows):
            raise card_refused(BAD_TABLE + 1, "table rows do not fit the columns")
        page = element.get("page_size", 5)
        if not isinstance(page, int) or not 1 <= page <= 10:
            raise card_refused(BAD_TABLE, "table page_size: 1 to 10")


def behaviors(element: dict[str, Any]) -> list[dict[str, Any]]:
    """The component's behaviours.

    Raises:
        Refused: they have no acceptable shape.
    """
    found = element.get("behaviors", [])
    if not isinstance(found, list):
        raise card_refused(BAD_JSON, "behaviors is no list")
    for behavior in found:
        kind = behavior.get("type") if isinstance(behavior, dict) else None
        if not _among(kind, _BEHAVIORS):
            raise card_refused(BAD_JSON, "behaviors.type is unknown")
        if kind == "callback" and not isinstance(behavior.get("value"), dict | str):
            raise card_refused(BAD_JSON, "behaviors.value is neither object nor string")
        if kind == "open_url" and not isinstance(behavior.get("default_url"), str):
            raise card_refused(BAD_JSON, "behaviors.default_url is missing")
    return found
