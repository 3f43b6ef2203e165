"""Running an administrator's command: inside the running service when there is one, else over the opened store."""

from __future__ import annotations

import asyncio
import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from bot import backup
from bot.attachments import Attachments
from bot.clock import utc_now
from bot.commands import COMMANDS, Operations
from bot.lines import trouble
from bot.settings import Settings
from bot.store import Store, StoreError, open_store
from bot.store.directory import DirectoryLock, RunningService, running_service
from bot.store.migrate import migrate
from bot.web.control import HEADER
from inventory_core.errors import DanjuError

ANSWER_SECONDS = 300


class CommandRefused(DanjuError):
    """The running service said no; ``str(error)`` is its reason."""


def run(settings: Settings, name: str, **parameters: Any) -> dict[str, Any]:
    """Run one of ``bot.commands.COMMANDS``.

    Raises:
        DanjuError: what the command raised, or the reason it could not run.
    """
    running = running_service(settings.data_dir)
    if running is not None:
        return ask(running, name, parameters)
    with offline(settings) as store:
        operations = Operations(settings, store, Attachments(settings.attachments_dir), utc_now)
        return asyncio.run(_run(name, operations, parameters))


async def _run(name: str, operations: Operations, parameters: dict[str, Any]) -> dict[str, Any]:
    return await COMMANDS[name](operations, **parameters)


@contextmanager
def offline(settings: Settings) -> Iterator[Store]:
    """The store while no service runs, migrated and locked.

    Raises:
        StoreError: the directory is taken, or the database cannot be opened.
    """
    lock = DirectoryLock(settings.data_dir)
    lock.acquire()
    try:
        path = settings.database_path
        before = partial(backup.make, path, settings.attachments_dir, settings.backups_dir, utc_now())
        migrate(path, before=before)
        with open_store(path) as store:
            yield store
    finally:
        lock.release()


def ask(running: RunningService, name: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """Have the running service do it."""
    request = urllib.request.Request(
        f"{running.url}/control/{name}",
        data=json.dumps(parameters).encode(),
        headers={"Content-Type": "application/json", HEADER: running.secret},
        method="POST",
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=ANSWER_SECONDS) as response:
            answer: dict[str, Any] = json.load(response)
            return answer
    except urllib.error.HTTPError as error:
        reason = json.loads(error.read() or b"{}").get("error", error.reason)
        raise CommandRefused(str(reason)) from None
    except (urllib.error.URLError, TimeoutError) as error:
        raise StoreError(
            f"正在运行的服务（进程 {running.pid}）没有应答（{trouble(error)}）。请看它的日志，或重启它"
        ) from None
