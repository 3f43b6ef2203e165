"""``danju aliases``: what people's words were confirmed to mean, from the command line."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from sqlmodel import Session

from inventory_core import aliases
from inventory_core.aliases import AliasView

if TYPE_CHECKING:
    from bot.commands import Operations

Answer = dict[str, Any]

STATES = {"active": "在用", "learning": "在学", "retired": "不认了", "asleep": "久没用", "forgotten": "已忘记"}


async def aliases_list(operations: Operations, every: bool = False, limit: int = 100) -> Answer:
    """Learned aliases, newest first; ``every``: also those that are no longer, or not yet, read."""

    def unit(session: Session) -> Answer:
        views, count = aliases.listing(session, every=every, limit=limit)
        return {"rows": [_row(view) for view in views], "count": count}

    return await operations.store.read(unit)


async def aliases_forget(operations: Operations, id: int) -> Answer:  # noqa: A002  the command's own word
    """Forget one, by its number in the list."""
    unit = partial(aliases.forget, alias_id=id, actor_id=None, now=operations.clock())
    return _row(await operations.store.write(unit))


def _row(view: AliasView) -> Answer:
    return {
        "id": view.id,
        "words": view.words,
        "who": view.partner or "所有客户",
        "product": view.product,
        "sku": view.sku,
        "state": STATES[view.state],
        "confirmed": view.confirmed,
        "by": "、".join(view.who),
        "used_at": view.used_at.isoformat(timespec="seconds"),
    }
