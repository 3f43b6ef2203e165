"""The envelopes the platform pushes (facts/feishu.md §1)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from bot.simulator.feishu.world import Sent, World

MESSAGE = "im.message.receive_v1"
RECALLED = "im.message.recalled_v1"
MENU = "application.bot.menu_v6"
ENTERED = "im.chat.access_event.bot_p2p_chat_entered_v1"
BOT_ADDED = "im.chat.member.bot.added_v1"
CLICK = "card.action.trigger"


@dataclass(slots=True)
class Event:
    """One event on its way. ``key`` is how Danju stores it; ``lane`` keeps what was said in one place in order."""

    key: str
    type: str
    envelope: dict[str, Any]
    lane: str


def ms(seconds: float) -> str:
    return str(round(seconds * 1000))


def _id(world: World, account: str) -> dict[str, str]:
    ids = world.ids(account)
    return {"open_id": ids["open_id"], "union_id": ids["union_id"]}  # user_id only with a scope of its own


def envelope(world: World, event_type: str, event: dict[str, Any], *, micro: bool = False) -> dict[str, Any]:
    """A v2 envelope. ``create_time`` is in milliseconds, in microseconds for card callbacks (``micro``)."""
    config = world.config
    created = str(round(world.now() * 1_000_000)) if micro else ms(world.now())
    return {
        "schema": "2.0",
        "header": {
            "event_id": secrets.token_hex(16),
            "token": config.verification_token,
            "create_time": created,
            "event_type": event_type,
            "tenant_key": config.tenant_key,
            "app_id": config.app_id,
        },
        "event": event,
    }


def other(world: World, event_type: str, body: dict[str, Any], lane: str = "") -> Event:
    """An event that is known by its event id."""
    made = envelope(world, event_type, body)
    key = f"feishu:{world.config.app_id}:{made['header']['event_id']}"
    return Event(key, event_type, made, lane or key)


def message(world: World, sent: Sent) -> Event:
    """im.message.receive_v1."""
    body: dict[str, Any] = {
        "message_id": sent.id,
        "create_time": ms(sent.at),
        "update_time": ms(sent.at),
        "chat_id": sent.chat.id,
        "chat_type": sent.chat.kind,
        "message_type": sent.kind,
        "content": sent.content,
    }
    if sent.parent:
        body["root_id"], body["parent_id"] = sent.root, sent.parent
    if sent.mentions:
        body["mentions"] = sent.mentions
    sender = {"sender_id": _id(world, sent.sender), "sender_type": "user", "tenant_key": world.config.tenant_key}
    made = envelope(world, MESSAGE, {"sender": sender, "message": body})
    key = f"feishu:{world.config.app_id}:{sent.id}"
    return Event(key, MESSAGE, made, f"{sent.chat.id}|{sent.sender}")


def recalled(world: World, sent: Sent) -> Event:
    body = {
        "message_id": sent.id,
        "chat_id": sent.chat.id,
        "recall_time": ms(world.now()),
        "recall_type": "message_owner",
    }
    return other(world, RECALLED, body, f"{sent.chat.id}|{sent.sender}")


def menu(world: World, account: str, event_key: str) -> Event:
    who = {"operator_name": world.users[account], "operator_id": _id(world, account)}
    body = {"operator": who, "event_key": event_key, "timestamp": int(world.now())}
    return other(world, MENU, body, f"{world.direct(account).id}|{account}")


def entered(world: World, account: str) -> Event:
    chat = world.direct(account)
    body = {
        "chat_id": chat.id,
        "operator_id": _id(world, account),
        "last_message_id": "",
        "last_message_create_time": "0",
    }
    return other(world, ENTERED, body, f"{chat.id}|{account}")


def bot_added(world: World, chat_id: str, account: str) -> Event:
    chat = world.chats[chat_id]
    body = {
        "chat_id": chat.id,
        "operator_id": _id(world, account),
        "external": False,
        "operator_tenant_key": world.config.tenant_key,
        "name": chat.name,
    }
    return other(world, BOT_ADDED, body)


def click(world: World, account: str, sent: Sent, action: dict[str, Any]) -> Event:
    """card.action.trigger: the ids stand in ``context``."""
    body = {
        "operator": {**_id(world, account), "tenant_key": world.config.tenant_key},
        "token": f"c-{secrets.token_hex(20)}",
        "action": action,
        "host": "im_message",
        "context": {"open_message_id": sent.id, "open_chat_id": sent.chat.id},
    }
    made = envelope(world, CLICK, body, micro=True)
    return Event(f"feishu:{world.config.app_id}:{made['header']['event_id']}", CLICK, made, "")
