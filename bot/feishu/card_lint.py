"""What is wrong with a Feishu card (JSON 2.0), by the platform's rules. Written from the facts, not from our renderer:
a mistake there does not excuse itself here."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.feishu.card_rules import ELEMENTS, SHAPES, Shape, is_tag_colour, is_text, is_words

MAX_BYTES = 30_000  # of the request's content; the smaller reading of 30 KB
MAX_ELEMENTS = 200
MAX_TABLES = 5
MAX_COLUMNS = 50
MAX_NESTING = 5
MAX_TEXT_TAGS = 3

# Which elements may stand in a container, and which only in the card's body itself.
_ROOT_ONLY = frozenset(("form", "table"))
_INTERACTIVE = frozenset(("button", "input", "select_static", "multi_select_static"))


def problems(card: Any) -> list[str]:
    """Why this card may not be sent; empty when it may. Never raises."""
    if not isinstance(card, Mapping):
        return ["the card is no object"]
    lint = _Lint()
    try:
        lint.shape("card", card, SHAPES["card"])
        lint.whole(card)
    except RecursionError:
        lint.say("card", "is nested too deeply")
    return lint.found


@dataclass(slots=True)
class _Lint:
    found: list[str] = field(default_factory=list)
    names: dict[str, set[str]] = field(default_factory=lambda: {"name": set(), "element_id": set()})

    def say(self, path: str, words: str) -> None:
        self.found.append(f"{path}: {words}")

    def shape(self, path: str, value: Any, shape: Shape, depth: int = 0, *, in_form: bool = False) -> None:
        """Check one object and all that is in it. ``depth``: how many elements it stands in."""
        if not isinstance(value, Mapping):
            self.say(path, "is no object")
            return
        for name, item in value.items():
            here = f"{path}.{str(name)[:40]}"
            if name in shape.values:
                if said := shape.values[name](item):
                    self.say(here, said)
            elif name in shape.objects:
                self.shape(here, item, SHAPES[shape.objects[name]], depth, in_form=in_form)
            elif name in shape.lists:
                self.items(here, item, shape.lists[name], depth, in_form=in_form)
            else:
                self.say(here, "unknown property")
        for name in sorted(shape.required - value.keys()):
            self.say(f"{path}.{name}", "missing")
        self.once(path, value, "element_id")

    def items(self, path: str, value: Any, kind: str, depth: int, *, in_form: bool) -> None:
        if not isinstance(value, list):
            self.say(path, "is no list")
            return
        for place, item in enumerate(value):
            here = f"{path}[{place}]"
            if kind == "element":
                self.element(here, item, depth + 1, in_form=in_form)
            elif kind == "column":
                self.shape(here, item, SHAPES[kind], depth + 1, in_form=in_form)
                if isinstance(item, Mapping) and item.get("tag") != "column":
                    self.say(here, "is no column")
            else:
                self.shape(here, item, SHAPES[kind], depth, in_form=in_form)

    def element(self, path: str, value: Any, depth: int, *, in_form: bool) -> None:
        tag = value.get("tag") if isinstance(value, Mapping) else None
        if not isinstance(tag, str) or tag not in ELEMENTS:
            self.say(path, f"{str(tag)[:40]} is no known element of JSON 2.0")
            return
        if depth > MAX_NESTING:
            self.say(path, f"is nested {depth} deep, allowed are {MAX_NESTING}")
        if tag in _ROOT_ONLY and depth > 1:
            self.say(path, f"a {tag} may stand in the body only")
        self.shape(path, value, ELEMENTS[tag], depth, in_form=in_form or tag == "form")
        if tag in _INTERACTIVE or tag == "form":
            self.once(path, value, "name")
            if in_form and not value.get("name"):
                self.say(f"{path}.name", "missing, needed in a form")
        if said := _SPECIAL.get(tag, _nothing)(value, in_form):
            self.say(path, said)

    def once(self, path: str, value: Mapping[Any, Any], key: str) -> None:
        name = value.get(key)
        if isinstance(name, str) and name and "tag" in value:
            if name in self.names[key]:
                self.say(f"{path}.{key}", f"{name[:40]} comes twice")
            self.names[key].add(name)

    def whole(self, card: Mapping[Any, Any]) -> None:
        """What only the whole card shows: sizes and counts."""
        config = card.get("config")
        if isinstance(config, Mapping) and config.get("update_multi") is not True:
            self.say("card.config.update_multi", "must be true, or the card cannot be updated")
        tags = [value["tag"] for value in _objects(card) if "tag" in value]
        if len(tags) > MAX_ELEMENTS:
            self.say("card", f"{len(tags)} elements, allowed are {MAX_ELEMENTS}")
        if tags.count("table") > MAX_TABLES:
            self.say("card", f"{tags.count('table')} tables, allowed are {MAX_TABLES}")
        header = card.get("header")
        labels = header.get("text_tag_list") if isinstance(header, Mapping) else None
        if isinstance(labels, list) and len(labels) > MAX_TEXT_TAGS:
            self.say("card.header.text_tag_list", f"{len(labels)} tags, allowed are {MAX_TEXT_TAGS}")
        try:
            text = json.dumps(card, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        except (TypeError, ValueError):
            self.say("card", "is no JSON")
            return
        found = len(json.dumps(text, ensure_ascii=False).encode("utf-8", "replace"))
        if found > MAX_BYTES:
            self.say("card", f"{found} bytes within content, allowed are {MAX_BYTES}")


def _objects(value: Any) -> Iterator[Mapping[Any, Any]]:
    if isinstance(value, Mapping):
        yield value
        for item in value.values():
            yield from _objects(item)
    elif isinstance(value, list):
        for item in value:
            yield from _objects(item)


# ---------------------------------------------------------------- what one element's properties say about each other


def _nothing(element: Mapping[Any, Any], in_form: bool) -> str:
    return ""


def _table(element: Mapping[Any, Any], in_form: bool) -> str:
    columns, rows = element.get("columns"), element.get("rows")
    if not isinstance(columns, list) or not isinstance(rows, list):
        return ""
    if not 1 <= len(columns) <= MAX_COLUMNS:
        return f"{len(columns)} columns, allowed are 1 to {MAX_COLUMNS}"
    kinds = {str(item.get("name")): item.get("data_type") for item in columns if isinstance(item, Mapping)}
    if len(kinds) < len(columns):
        return "two columns of one name"
    for place, row in enumerate(rows):
        if not isinstance(row, Mapping):
            return f"row {place} is no object"
        for name, cell in row.items():
            if name not in kinds:
                return f"row {place}: there is no column {str(name)[:40]}"
            if said := _cell(cell, kinds[name]):
                return f"row {place}, {name}: {said}"
    return ""


def _cell(cell: Any, kind: Any) -> str:
    if kind in ("text", "lark_md", "markdown"):
        return is_text(cell)
    if kind in ("number", "date"):
        return "" if isinstance(cell, int | float) and not isinstance(cell, bool) else "is no number"
    if kind != "options":
        return ""
    if not isinstance(cell, list):
        return "is no list of options"
    for option in cell:
        if not isinstance(option, Mapping) or not option.keys() <= {"text", "color"}:
            return "is no option"
        if said := is_words(option.get("text")) or is_tag_colour(option.get("color", "neutral")):
            return said
    return ""


def _select(element: Mapping[Any, Any], in_form: bool) -> str:
    options = element.get("options")
    values = [item.get("value") for item in options if isinstance(item, Mapping)] if isinstance(options, list) else []
    if not values:
        return "no options"
    if len({str(value) for value in values}) < len(values):
        return "two options of one value"
    chosen = element.get("initial_option")
    return "initial_option is none of the options" if chosen and chosen not in values else ""


def _button(element: Mapping[Any, Any], in_form: bool) -> str:
    if "form_action_type" in element and not in_form:
        return "form_action_type outside a form"
    return "" if "text" in element or "icon" in element else "neither text nor icon"


def _input(element: Mapping[Any, Any], in_form: bool) -> str:
    value, most = element.get("default_value"), element.get("max_length", 1000)
    too_long = isinstance(value, str) and isinstance(most, int) and len(value) > most
    return "default_value is longer than max_length" if too_long else ""


def _form(element: Mapping[Any, Any], in_form: bool) -> str:
    submits = [item for item in _objects(element) if item.get("form_action_type") == "submit"]
    return "" if submits else "no submit button"


_SPECIAL: dict[str, Callable[[Mapping[Any, Any], bool], str]] = {
    "table": _table,
    "select_static": _select,
    "multi_select_static": _select,
    "button": _button,
    "input": _input,
    "form": _form,
}
