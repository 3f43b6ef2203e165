"""What a channel is given: the door to put events through, and the service's shared things."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import aiohttp
from sqlmodel import Session

from bot.attachments import Attachments
from bot.clock import Clock
from bot.console.ports import Door
from bot.metrics import Metrics
from bot.settings import Settings
from bot.store import Store
from inventory_core.columns import micros, moment
from inventory_core.sql import run


@dataclass(frozen=True, slots=True)
class Kit:
    """``http`` gives the one pooled session of the process; it exists from the service's start on."""

    settings: Settings
    door: Door
    store: Store
    attachments: Attachments
    clock: Clock
    metrics: Metrics
    http: Callable[[], aiohttp.ClientSession]

    async def note(self, platform: str, key: str, value: str) -> None:
        """Write down what a connection noticed, for ``danju doctor``; never a secret."""
        await self.store.write(partial(_note, platform=platform, key=key, value=value[:2000], at=micros(self.clock())))


def _note(session: Session, platform: str, key: str, value: str, at: int) -> None:
    run(
        session,
        "INSERT INTO channel_note (platform, key, value, at) VALUES (:platform, :key, :value, :at)"
        " ON CONFLICT (platform, key) DO UPDATE SET value = excluded.value, at = excluded.at",
        platform=platform,
        key=key,
        value=value,
        at=at,
    )


def notes(session: Session, platform: str) -> dict[str, tuple[str, float]]:
    """Key → (value, seconds since the epoch) of what a platform's connection noticed last."""
    rows = run(session, "SELECT key, value, at FROM channel_note WHERE platform = :platform", platform=platform)
    return {row[0]: (row[1], moment(row[2]).timestamp()) for row in rows}
