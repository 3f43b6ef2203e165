"""What administrators do from a command line. The same functions run inside the service, when one is running, or over
the opened store. Parameters and answers are plain JSON values."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlmodel import Session

from bot import aliases as names
from bot import backup, inbox
from bot import people as staff
from bot.attachments import Attachments
from bot.clock import Clock
from bot.dispatcher import Dispatcher
from bot.importing import commands as masters
from bot.printing import Printer
from bot.records import retry_dead
from bot.sender import Sender
from bot.settings import Settings
from bot.store import Store
from inventory_core import firm
from inventory_core.columns import moment
from inventory_core.errors import NotFound, Refused
from inventory_core.sql import run

Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Operations:
    """``dispatcher`` and ``sender`` are None when no service runs."""

    settings: Settings
    store: Store
    attachments: Attachments
    clock: Clock
    printer: Printer | None = None
    dispatcher: Dispatcher | None = None
    sender: Sender | None = None


async def inbox_list(operations: Operations, state: str | None = "poison", limit: int = 50) -> Answer:
    """Messages of one state (new, done, poison), newest first."""
    rows = await operations.store.read(partial(inbox.listing, state=state, limit=limit))
    return {"rows": [_inbox_row(row) for row in rows]}


async def inbox_show(operations: Operations, id: int) -> Answer:  # noqa: A002  the command's own word
    """Everything about one message."""
    row = await operations.store.read(partial(inbox.show, inbox_id=id))
    return _inbox_row(row) | {"understanding": row.understanding}


async def inbox_retry(operations: Operations, id: int) -> Answer:  # noqa: A002
    """Put a set-aside message back in line."""
    await operations.store.write(partial(inbox.retry, inbox_id=id))
    if operations.dispatcher is not None:
        await operations.dispatcher.retry(id)
    return {"retried": id, "running": operations.dispatcher is not None}


async def outbox_list(operations: Operations, state: str = "dead", limit: int = 50) -> Answer:
    """Sends of one state (new, sending, sent, dead, superseded), newest first."""
    statement = (
        "SELECT id, platform, chat, kind, state, attempts, error, created_at FROM outbox WHERE state = :state"
        " ORDER BY id DESC LIMIT :limit"
    )
    rows = await operations.store.read(lambda session: run(session, statement, state=state, limit=limit))
    names = ("id", "platform", "chat", "kind", "state", "attempts", "error", "created_at")
    return {"rows": [dict(zip(names, (*row[:7], _time(moment(int(row[7])))), strict=True)) for row in rows]}


async def outbox_retry(operations: Operations, id: int) -> Answer:  # noqa: A002
    """Send a given-up message again."""
    if not await operations.store.write(partial(retry_dead, outbox_id=id, now=operations.clock())):
        raise NotFound(f"没有发送失败的消息 {id}；用 danju outbox list 看有哪些")
    if operations.sender is not None:
        operations.sender.wake()
    return {"retried": id, "running": operations.sender is not None}


async def make_backup(operations: Operations) -> Answer:
    """Make a backup now."""
    settings = operations.settings
    made = await asyncio.to_thread(
        backup.make, settings.database_path, settings.attachments_dir, settings.backups_dir, operations.clock()
    )
    return {"path": str(made.path), "rows": made.rows, "attachments": made.attachments}


async def firm_settings(operations: Operations, changes: dict[str, str] | None = None) -> Answer:
    """The firm's settings, after changing those that are given; all of them or none."""

    def change(session: Session) -> Answer:
        for key, value in (changes or {}).items():
            if key not in ("name", "phone", "address", "order_limit", "self_approval"):
                raise Refused(f"“{key}”不能这样改")
            if key == "name" and not value.strip():
                raise Refused("公司名称不能空着")
            firm.set_setting(session, key, value, None, operations.clock())
        view = firm.firm(session)
        return {
            "name": view.name,
            "phone": view.phone,
            "address": view.address,
            "order_limit": view.order_limit,
            "self_approval": view.self_approval,
            "zone": view.zone,
        }

    return await operations.store.write(change)


def _inbox_row(row: inbox.Row) -> Answer:
    return {
        "id": row.id,
        "platform": row.platform,
        "kind": row.kind,
        "chat": row.chat,
        "sender": row.sender,
        "text": row.text,
        "state": row.state,
        "attempts": row.attempts,
        "error": row.error,
        "sent_at": _time(row.sent_at),
        "received_at": _time(row.received_at),
        "done_at": None if row.done_at is None else _time(row.done_at),
        "outcome": row.outcome,
        "document_id": row.document_id,
        "note": row.note,
    }


def _time(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


COMMANDS: dict[str, Callable[..., Awaitable[Answer]]] = {
    "import_file": masters.import_file,
    "import_progress": masters.import_progress,
    "export_file": masters.export_file,
    "inbox_list": inbox_list,
    "inbox_show": inbox_show,
    "inbox_retry": inbox_retry,
    "outbox_list": outbox_list,
    "outbox_retry": outbox_retry,
    "backup": make_backup,
    "firm": firm_settings,
    "people_list": staff.people_list,
    "people_bind": staff.people_bind,
    "people_unbind": staff.people_unbind,
    "people_role": staff.people_role,
    "people_code": staff.people_code,
    "people_leave": staff.people_leave,
    "aliases_list": names.aliases_list,
    "aliases_forget": names.aliases_forget,
}
