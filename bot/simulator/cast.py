"""Who there is in ``danju simulate``: people with their accounts on each platform, and groups."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session as Database

from inventory_core import people
from inventory_core.views import PersonView, Role
from notifications import outbox

#: Platform → its name on the page.
PLATFORMS = {"feishu": "飞书", "wecom": "企业微信应用", "wecombot": "企业微信机器人"}
STRANGER = "吴海"  # has accounts on both platforms; Danju does not know them
#: Name → whose roles are in it.
GROUPS: tuple[tuple[str, frozenset[Role]], ...] = (
    ("全员群", frozenset(Role)),
    ("销售群", frozenset({Role.SALES, Role.SUPERVISOR, Role.BOSS})),
    ("货仓群", frozenset({Role.BUYER, Role.KEEPER, Role.SUPERVISOR})),
)


@dataclass(frozen=True, slots=True)
class Member:
    """One human being. ``accounts``: platform → account."""

    name: str
    words: tuple[str, ...]
    accounts: dict[str, str]


@dataclass(frozen=True, slots=True)
class Group:
    """One group with the bot in it, on each platform that has such groups. ``chats``: platform → chat id."""

    name: str
    members: tuple[str, ...]
    chats: dict[str, str] = field(default_factory=dict)


def account_of(platform: str, name: str) -> str:
    """A person's account, the same in every run."""
    digest = hashlib.sha256(f"simulated|{name}".encode()).hexdigest()
    return f"ou_{digest[:32]}" if platform == "feishu" else f"u{digest[:10]}"


def group_id(name: str) -> str:
    """A Feishu group's id, the same in every run."""
    return f"oc_{hashlib.sha256(name.encode()).hexdigest()[:32]}"


def bind_everybody(session: Database, home: str, chat_of: Callable[[str], str], now: datetime) -> list[PersonView]:
    """Bind the firm's people to their accounts on every platform. ``home``: where each is reachable before having
    written anything, in the chat that ``chat_of`` names for the account. Returns the people."""
    found = [person for person in people.people(session) if person.active]
    for person in found:
        for platform in PLATFORMS:
            name = account_of(platform, person.name)
            if people.person_of(session, platform, name) is None:
                people.bind(session, person.id, platform, name, now)
        outbox.see_chat(session, home, chat_of(account_of(home, person.name)), "direct", person.id, now)
    return found
