"""The shapes of Feishu cards, JSON 2.0: every property of every object the platform knows, and what its value may be.
An unknown property is an error there, so everything is listed. Used by :mod:`bot.feishu.card_lint`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Check = Callable[[Any], str]  # "" or what is wrong

# ---------------------------------------------------------------- values


def is_text(value: Any) -> str:
    if not isinstance(value, str):
        return "is not text"
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return "is not Unicode"
    return "has control characters" if re.search("[\x00-\x08\x0b-\x1f\x7f]", value) else ""


def is_words(value: Any) -> str:
    return is_text(value) or ("" if value else "is empty")


def _flag(value: Any) -> str:
    return "" if isinstance(value, bool) else "is not true or false"


def _yes(value: Any) -> str:
    return "" if value is True else "must be true"


def _one_of(*allowed: str) -> Check:
    return lambda value: "" if isinstance(value, str) and value in allowed else f"is none of {', '.join(allowed)}"


def _whole(least: int, most: int) -> Check:
    def check(value: Any) -> str:
        fine = isinstance(value, int) and not isinstance(value, bool) and least <= value <= most
        return "" if fine else f"is no whole number from {least} to {most}"

    return check


def _like(pattern: str, what: str) -> Check:
    found = re.compile(pattern)
    return lambda value: "" if isinstance(value, str) and found.fullmatch(value) else f"is no {what}"


def _anything(value: Any) -> str:
    return ""


def _object(value: Any) -> str:
    return "" if isinstance(value, Mapping) else "is no object"


_url = _like(r"https?://\S+", "http address")
_pixels = r"\d{1,4}px"
_margin = _like(r"(-?\d{1,2}px|0)( (-?\d{1,2}px|0)){0,3}", "margin like 4px, from -99px to 99px")
_ALIGN = _one_of("left", "center", "right")
_SIZES = _one_of(
    *("heading-0", "heading-1", "heading-2", "heading-3", "heading-4", "heading", "normal", "notation"),
    *("xxxx-large", "xxx-large", "xx-large", "x-large", "large", "medium", "small", "x-small"),
)
_HUES = (
    "blue",
    "wathet",
    "turquoise",
    "green",
    "yellow",
    "orange",
    "red",
    "carmine",
    "violet",
    "purple",
    "indigo",
    "grey",
)
_TEMPLATE = _one_of(*_HUES, "default")
_COLOUR = _like(rf"(default|white|{'|'.join(_HUES)})(-\d{{2,3}})?|rgba\([\d., ]+\)", "colour")
is_tag_colour = _one_of("neutral", "lime", *_HUES)
_SPACE = _like(r"small|medium|large|extra_large|\d{1,2}px", "spacing")


# ---------------------------------------------------------------- shapes


@dataclass(frozen=True, slots=True)
class Shape:
    """The properties of one kind of object: plain values, objects of a named shape, lists of them."""

    values: Mapping[str, Check] = field(default_factory=dict)
    objects: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, str] = field(default_factory=dict)
    required: frozenset[str] = frozenset()


def _shape(
    values: Mapping[str, Check] | None = None,
    *,
    objects: Mapping[str, str] | None = None,
    lists: Mapping[str, str] | None = None,
    required: str = "",
) -> Shape:
    return Shape(values or {}, objects or {}, lists or {}, frozenset(required.split()))


_PLACED: dict[str, Check] = {
    "tag": is_words,
    "element_id": _like(r"[A-Za-z][A-Za-z0-9_]{0,19}", "element_id (a letter first, at most 20)"),
    "margin": _margin,
}
_SELECTS: dict[str, Check] = {
    **_PLACED,
    "name": is_words,
    "type": _one_of("default", "text"),
    "width": _like(rf"default|fill|{_pixels}", "width"),
    "required": _flag,
    "disabled": _flag,
}

SHAPES: dict[str, Shape] = {
    "card": _shape(
        {"schema": _one_of("2.0")},
        objects={"config": "config", "card_link": "card_link", "header": "header", "body": "body"},
        required="schema body",
    ),
    "config": _shape(
        {
            "update_multi": _yes,
            "width_mode": _one_of("fill", "compact", "default"),
            "enable_forward": _flag,
            "enable_forward_interaction": _flag,
            "streaming_mode": _flag,
            "streaming_config": _object,
            "style": _object,
            "locales": _anything,
            "use_custom_translation": _flag,
        },
        objects={"summary": "summary"},
    ),
    "summary": _shape({"content": is_text, "i18n_content": _object}, required="content"),
    "card_link": _shape({"url": _url, "pc_url": is_text, "ios_url": is_text, "android_url": is_text}),
    "header": _shape(
        {"template": _TEMPLATE, "padding": _margin, "i18n_text_tag_list": _object},
        objects={"title": "text", "subtitle": "text", "icon": "icon"},
        lists={"text_tag_list": "text_tag"},
        required="title",
    ),
    "body": _shape(
        {
            "direction": _one_of("vertical", "horizontal"),
            "padding": _margin,
            "vertical_spacing": _SPACE,
            "horizontal_spacing": _SPACE,
            "vertical_align": _one_of("top", "center", "bottom"),
            "horizontal_align": _ALIGN,
        },
        lists={"elements": "element"},
        required="elements",
    ),
    "text": _shape(
        {
            "tag": _one_of("plain_text", "lark_md"),
            "content": is_text,
            "i18n_content": _object,
            "text_size": _SIZES,
            "text_color": _COLOUR,
            "text_align": _ALIGN,
            "lines": _whole(1, 100),
        },
        required="tag content",
    ),
    "label": _shape(
        {"tag": _one_of("plain_text"), "content": is_words, "i18n_content": _object}, required="tag content"
    ),
    "icon": _shape(
        {"tag": _one_of("standard_icon", "custom_icon"), "token": is_words, "color": _COLOUR, "img_key": is_words},
        required="tag",
    ),
    "text_tag": _shape(
        {"tag": _one_of("text_tag"), "color": is_tag_colour, "element_id": _PLACED["element_id"]},
        objects={"text": "label"},
        required="tag text",
    ),
    "confirm": _shape(objects={"title": "label", "text": "label"}, required="title text"),
    "behavior": _shape(
        {
            "type": _one_of("callback", "open_url"),
            "value": _object,
            "default_url": _url,
            "pc_url": is_text,
            "ios_url": is_text,
            "android_url": is_text,
        },
        required="type",
    ),
    "option": _shape({"value": is_words}, objects={"text": "label", "icon": "icon"}, required="text value"),
    "field": _shape({"is_short": _flag}, objects={"text": "text"}, required="text"),
    "column": _shape(
        {
            **_PLACED,
            "width": _like(rf"auto|weighted|{_pixels}", "width"),
            "weight": _whole(1, 5),
            "padding": _margin,
            "direction": _one_of("vertical", "horizontal"),
            "vertical_spacing": _SPACE,
            "horizontal_spacing": _SPACE,
            "vertical_align": _one_of("top", "center", "bottom"),
            "horizontal_align": _ALIGN,
            "background_style": _COLOUR,
            "action": _object,
        },
        lists={"elements": "element"},
        required="tag elements",
    ),
    "table_column": _shape(
        {
            "name": is_words,
            "display_name": is_text,
            "data_type": _one_of("text", "lark_md", "markdown", "number", "options", "persons", "date"),
            "width": _like(r"auto|\d{1,3}(px|%)", "width"),
            "horizontal_align": _ALIGN,
            "vertical_align": _one_of("top", "center", "bottom"),
            "date_format": is_words,
            "format": _object,
        },
        required="name data_type",
    ),
}

# The elements of a card's body, by tag.
ELEMENTS: dict[str, Shape] = {
    "markdown": _shape(
        {**_PLACED, "content": is_text, "text_size": _SIZES, "text_align": _ALIGN},
        objects={"icon": "icon"},
        required="content",
    ),
    "div": _shape({**_PLACED, "width": is_words}, objects={"text": "text", "icon": "icon"}, lists={"fields": "field"}),
    "hr": _shape(_PLACED),
    "img": _shape(
        {
            **_PLACED,
            "img_key": is_words,
            "scale_type": _one_of("crop_center", "crop_top", "fit_horizontal"),
            "mode": is_words,
            "size": is_words,
            "preview": _flag,
            "transparent": _flag,
            "corner_radius": is_words,
        },
        objects={"alt": "text", "title": "text"},
        required="img_key",
    ),
    "column_set": _shape(
        {
            **_PLACED,
            "flex_mode": _one_of("none", "stretch", "flow", "bisect", "trisect"),
            "horizontal_spacing": _SPACE,
            "horizontal_align": _ALIGN,
            "background_style": _COLOUR,
            "action": _object,
        },
        lists={"columns": "column"},
        required="columns",
    ),
    "table": _shape(
        {
            **_PLACED,
            "page_size": _whole(1, 10),
            "row_height": _like(r"low|middle|high|auto|\d{2,3}px", "row height"),
            "row_max_height": _like(r"\d{2,3}px", "height"),
            "freeze_first_column": _flag,
            "header_style": _object,
            "rows": lambda value: "" if isinstance(value, list) else "is no list",
        },
        lists={"columns": "table_column"},
        required="columns rows",
    ),
    "form": _shape(
        {
            **_PLACED,
            "name": is_words,
            "direction": _one_of("vertical", "horizontal"),
            "vertical_spacing": _SPACE,
            "horizontal_spacing": _SPACE,
            "padding": _margin,
            "horizontal_align": _ALIGN,
            "vertical_align": _one_of("top", "center", "bottom"),
        },
        objects={"confirm": "confirm"},
        lists={"elements": "element"},
        required="name elements",
    ),
    "input": _shape(
        {
            **_PLACED,
            "name": is_words,
            "default_value": is_text,
            "input_type": _one_of("text", "multiline_text", "password"),
            "label_position": _one_of("top", "left"),
            "max_length": _whole(1, 1000),
            "rows": _whole(1, 20),
            "required": _flag,
            "disabled": _flag,
            "width": _like(rf"default|fill|{_pixels}", "width"),
        },
        objects={"label": "text", "placeholder": "text", "confirm": "confirm"},
        lists={"behaviors": "behavior"},
    ),
    "select_static": _shape(
        {**_SELECTS, "initial_option": is_text, "initial_index": _whole(0, 1000)},
        objects={"placeholder": "text", "confirm": "confirm"},
        lists={"options": "option", "behaviors": "behavior"},
        required="options",
    ),
    "multi_select_static": _shape(
        {**_SELECTS, "selected_values": _anything},
        objects={"placeholder": "text", "confirm": "confirm"},
        lists={"options": "option", "behaviors": "behavior"},
        required="options",
    ),
    "button": _shape(
        {
            **_PLACED,
            "name": is_words,
            "type": _like(r"default|primary|danger|text|laser|(primary|danger)_(text|filled)", "button type"),
            "size": _one_of("tiny", "small", "medium", "large"),
            "width": _like(rf"default|fill|{_pixels}", "width"),
            "disabled": _flag,
            "form_action_type": _one_of("submit", "reset"),
            "required": _flag,
        },
        objects={"text": "text", "icon": "icon", "confirm": "confirm", "disabled_tips": "text", "hover_tips": "text"},
        lists={"behaviors": "behavior"},
    ),
}
