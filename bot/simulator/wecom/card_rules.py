"""What the platform accepts as a template card, and what a phone would cut off.

Sources: the tables of message/send and of the bot's cards (facts 2.2). The texts are this simulator's own; the codes
are the platform's: 41016 for a missing title, 40058 for every other parameter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

TYPES = ("text_notice", "news_notice", "button_interaction", "vote_interaction", "multiple_interaction")
INTERACTIVE = TYPES[2:]
_TASK_ID = re.compile(r"[A-Za-z0-9_\-@]{1,128}\Z")
_KEY_BYTES, _ID_BYTES = 1024, 128
_MISSING_TITLE, _INVALID = 41016, 40058

#: Surfaces: the app, the intelligent bot, the group webhook.
APP, BOT, GROUP = "app", "bot", "group"


class CardRefused(ValueError):
    """The platform does not take this card; ``code`` is its errcode."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code


def _need(holds: bool, text: str) -> None:
    if not holds:
        raise CardRefused(_INVALID, f"invalid Request Parameter: {text}")


def _size(value: object) -> int:
    return len(str(value).encode())


def _object(card: dict[str, Any], name: str, *, required: bool = False) -> dict[str, Any] | None:
    value = card.get(name)
    if value is None:
        _need(not required, f"template_card.{name} is required")
        return None
    _need(isinstance(value, dict), f"template_card.{name} is not an object")
    return dict(value)


def _list(holder: dict[str, Any], name: str, least: int, most: int) -> list[dict[str, Any]]:
    value = holder.get(name)
    if value is None and least == 0:
        return []
    _need(isinstance(value, list), f"{name} is not a list")
    assert isinstance(value, list)
    _need(least <= len(value) <= most, f"{name} must have {least} to {most} entries, has {len(value)}")
    _need(all(isinstance(item, dict) for item in value), f"{name} has an entry that is not an object")
    return value


def _unique(values: Iterable[object], what: str) -> None:
    seen = list(values)
    _need(len(set(seen)) == len(seen), f"{what} repeated")


def _key(value: object, what: str) -> None:
    _need(isinstance(value, str) and 0 < _size(value) <= _KEY_BYTES, f"{what}: 1 to {_KEY_BYTES} bytes")


def _text(value: object, what: str) -> None:
    _need(isinstance(value, str) and value != "", f"{what} is empty")


def _options(question: dict[str, Any], most: int, what: str) -> None:
    _key(question.get("question_key"), f"{what}.question_key")
    options = _list(question, "option_list", 1, most)
    for option in options:
        _need(isinstance(option.get("id"), str) and 0 < _size(option["id"]) <= _ID_BYTES, f"{what} option id")
        _text(option.get("text"), f"{what} option text")
    _unique((option["id"] for option in options), f"{what} option id")


def _titles(card: dict[str, Any], kind: str) -> None:
    title = _object(card, "main_title")
    head = (title or {}).get("title")
    if title is not None:
        _need(all(isinstance(title.get(name, ""), str) for name in ("title", "desc")), "main_title is not text")
    if kind == "text_notice":
        if not head and not card.get("sub_title_text"):
            raise CardRefused(_MISSING_TITLE, "missing title: main_title.title or sub_title_text")
    elif not head:
        raise CardRefused(_MISSING_TITLE, "missing title: main_title.title")


def _links(card: dict[str, Any], kind: str) -> None:
    action = _object(card, "card_action", required=kind in ("text_notice", "news_notice"))
    if action is not None:
        _need(action.get("type") in ((1, 2) if kind in TYPES[:2] else (0, 1, 2)), "card_action.type")
        _need(action.get("type") != 1 or bool(action.get("url")), "card_action.url")
        _need(action.get("type") != 2 or bool(action.get("appid")), "card_action.appid")
    for jump in _list(card, "jump_list", 0, 3):
        _text(jump.get("title"), "jump_list.title")
        _need(jump.get("type") != 1 or bool(jump.get("url")), "jump_list.url")
    quote = _object(card, "quote_area")
    if quote is not None:
        _need(quote.get("type", 0) in (0, 1, 2), "quote_area.type")


def _rows(card: dict[str, Any], surface: str) -> None:
    for row in _list(card, "horizontal_content_list", 0, 6):
        _text(row.get("keyname"), "horizontal_content_list.keyname")
        kinds = (0, 1, 3) if surface == BOT else (0, 1, 2, 3)
        _need(row.get("type", 0) in kinds, "horizontal_content_list.type")
        _need(isinstance(row.get("value", ""), str), "horizontal_content_list.value")
        for kind, name in ((1, "url"), (2, "media_id"), (3, "userid")):
            _need(row.get("type", 0) != kind or bool(row.get(name)), f"horizontal_content_list.{name}")
    for row in _list(card, "vertical_content_list", 0, 4):
        _text(row.get("title"), "vertical_content_list.title")


def _parts(card: dict[str, Any], kind: str, surface: str) -> None:
    if kind == "button_interaction":
        buttons = _list(card, "button_list", 1, 6)
        for button in buttons:
            _text(button.get("text"), "button_list.text")
            if button.get("type", 0) == 1:
                _need(surface == APP and bool(button.get("url")), "button_list.url")
            else:
                _key(button.get("key"), "button_list.key")
        _unique((button["key"] for button in buttons if button.get("type", 0) != 1), "button_list.key")
        selection = _object(card, "button_selection")
        if selection is not None:
            _options(selection, 10, "button_selection")
    if kind == "vote_interaction":
        checkbox = _object(card, "checkbox", required=True) or {}
        _need(checkbox.get("mode", 0) in (0, 1), "checkbox.mode")
        _options(checkbox, 20, "checkbox")
    if kind == "multiple_interaction":
        questions = _list(card, "select_list", 1, 3)
        for question in questions:
            _options(question, 10, "select_list")
        _unique((question["question_key"] for question in questions), "select_list.question_key")
    submit = _object(card, "submit_button", required=kind == "multiple_interaction")
    if submit is not None:
        _text(submit.get("text"), "submit_button.text")
        _key(submit.get("key"), "submit_button.key")


def check(card: object, surface: str, *, has_callback: bool = True) -> dict[str, Any]:
    """The card, when the platform takes it.

    Raises:
        CardRefused: with the platform's code.
    """
    _need(isinstance(card, dict), "template_card is not an object")
    assert isinstance(card, dict)
    kind = card.get("card_type")
    _need(kind in TYPES, "template_card.card_type")
    assert isinstance(kind, str)
    _need(surface != GROUP or kind in TYPES[:2], f"{kind} is not for group webhooks")
    _titles(card, kind)
    menu = _object(card, "action_menu")
    if menu is not None:
        actions = _list(menu, "action_list", 1, 3)
        for action in actions:
            _text(action.get("text"), "action_list.text")
            _key(action.get("key"), "action_list.key")
        _unique((action["key"] for action in actions), "action_list.key")
    interactive = kind in INTERACTIVE or menu is not None
    task_id = card.get("task_id")
    _need(not interactive or bool(task_id), "template_card.task_id is required")
    _need(task_id is None or (isinstance(task_id, str) and bool(_TASK_ID.match(task_id))), "template_card.task_id")
    _links(card, kind)
    _rows(card, surface)
    _parts(card, kind, surface)
    if interactive and not has_callback:
        raise CardRefused(43012, "the app has no callback url")
    return card


def cut_off(card: dict[str, Any]) -> list[str]:
    """Which texts a phone would not show whole, by the strictest recommendation of the three surfaces."""
    found: list[str] = []

    def look(value: object, most: int, what: str) -> None:
        if isinstance(value, str) and len(value) > most:
            found.append(f"{what}: {len(value)} > {most}")

    title = card.get("main_title") or {}
    look(title.get("title"), 26, "main_title.title")
    look(title.get("desc"), 30, "main_title.desc")
    look(card.get("sub_title_text"), 112, "sub_title_text")
    for row in card.get("horizontal_content_list") or []:
        look(row.get("keyname"), 5, "keyname")
        look(row.get("value"), 26, "value")
    for button in card.get("button_list") or []:
        look(button.get("text"), 10, "button")
    look((card.get("submit_button") or {}).get("text"), 10, "submit_button")
    return found
