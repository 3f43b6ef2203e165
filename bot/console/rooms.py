"""The rooms of the demo firm: one private room per person, and groups that follow from the roles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from inventory_core.views import PersonView, Role

BOT_NAME = "单据"

_GROUPS: tuple[tuple[str, str, frozenset[Role]], ...] = (
    ("group:all", "全员群", frozenset(Role)),
    ("group:sales", "销售群", frozenset({Role.SALES, Role.SUPERVISOR, Role.BOSS})),
    ("group:goods", "货仓群", frozenset({Role.BUYER, Role.KEEPER, Role.SUPERVISOR})),
)


@dataclass(frozen=True, slots=True)
class Room:
    """``id`` is the chat of Inbound and outbox rows. A private room's id is the person's account on this platform, so
    that an answer to an account finds the room."""

    id: str
    name: str
    kind: str  # direct|group
    members: frozenset[int]


def rooms_of(people: Sequence[PersonView]) -> tuple[Room, ...]:
    """All rooms of the firm's active people; groups with fewer than two members are left out."""
    active = [person for person in people if person.active]
    rooms = [Room(str(person.id), BOT_NAME, "direct", frozenset({person.id})) for person in active]
    for room_id, name, roles in _GROUPS:
        members = frozenset(person.id for person in active if person.roles & roles)
        if len(members) >= 2:
            rooms.append(Room(room_id, name, "group", members))
    return tuple(rooms)
