"""Passive replies: which are accepted where, and cards in CamelCase."""

from __future__ import annotations

import re
from typing import Any

from bot.simulator.wecom import xml

#: Events that may be answered by a message.
_ANSWERED = frozenset(
    {
        "subscribe",
        "enter_agent",
        "LOCATION",
        "click",
        "view",
        "view_miniprogram",
        "scancode_waitmsg",
        "template_card_menu_event",
    }
)
_NUMBERS = frozenset({"type", "style", "desc_color", "mode"})
_FLAGS = frozenset({"disable", "is_checked"})
_LISTS = frozenset(
    {"horizontal_content_list", "vertical_content_list", "jump_list", "button_list", "select_list", "action_list"}
)
_ONE_WORD = {"key_name": "keyname", "app_id": "appid", "page_path": "pagepath", "user_id": "userid"}
_ONE_WORD |= {"check_box": "checkbox"}


def _snake(name: str) -> str:
    split = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
    return _ONE_WORD.get(split, split)


def _value(name: str, value: Any) -> Any:
    if isinstance(value, dict):
        return card_of(value)
    if name in _NUMBERS:
        try:
            return int(value)
        except ValueError as error:
            raise ValueError(f"{name} is not a number") from error
    if name in _FLAGS:
        return str(value).lower() in ("true", "1")
    return value


def card_of(tree: dict[str, Any]) -> dict[str, Any]:
    """The JSON form of ``<TemplateCard>``.

    Raises:
        ValueError: a number is none.
    """
    card: dict[str, Any] = {}
    for tag, value in tree.items():
        name = _snake(tag)
        if name in _LISTS or name == "option_list":
            card[name] = [_value(name, item) for item in xml.many(value)]
        elif isinstance(value, list):
            raise ValueError(f"{tag} repeated")
        else:
            card[name] = _value(name, value)
    return card


def check(reply: dict[str, Any], about: dict[str, Any]) -> str:
    """The MsgType of a reply to the event ``about``, when this event may be answered that way.

    Raises:
        ValueError: it may not, or a common field is missing.
    """
    for name in ("ToUserName", "FromUserName", "CreateTime", "MsgType"):
        if not isinstance(reply.get(name), str) or not reply[name]:
            raise ValueError(f"{name} is needed once")
    if reply["ToUserName"] != about["FromUserName"] or reply["FromUserName"] != about["ToUserName"]:
        raise ValueError("addressed to somebody else")
    kind, event = str(reply["MsgType"]), about.get("Event")
    if kind in ("update_button", "update_template_card"):
        if event != "template_card_event":
            raise ValueError("cards are changed in answer to template_card_event only")
    elif kind in ("text", "image", "voice", "video", "news"):
        if event is not None and event not in _ANSWERED:
            raise ValueError(f"{event} takes no message in answer")
    else:
        raise ValueError(f"unknown MsgType {kind}")
    return kind
