"""What the service does by itself, beside all messages: backups, a look at the disk, a word about having been away."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from pathlib import Path

import structlog
from sqlmodel import Session

from bot import backup, heartbeat
from bot.channel import Channel
from bot.clock import Clock
from bot.settings import Settings
from bot.store import Store
from inventory_core import firm, people
from inventory_core.views import Role
from notifications import outbox

log = structlog.get_logger(__name__)

LOW_DISK_BYTES = 2 * 1024**3


class Upkeep:
    """One per service."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock

    def tell_of_gap(self, session: Session, channels: Mapping[str, Channel]) -> int:
        redelivered = {
            name: seconds
            for name, channel in channels.items()
            if (seconds := getattr(channel, "redelivers_seconds", None)) is not None
        }
        return heartbeat.tell_of_gap(session, redelivered, firm.firm(session).tz, self._clock())

    def backup_now(self, database: Path) -> backup.Backup:
        return backup.make(database, self._settings.attachments_dir, self._settings.backups_dir, self._clock())

    async def nightly_backup(self, store: Store) -> None:
        try:
            made = await asyncio.to_thread(self.backup_now, self._settings.database_path)
            log.info("backup_made", path=str(made.path), attachments=made.attachments)
        except backup.BackupFailed as failure:
            log.error("backup_failed", error=str(failure))
            await store.write(partial(tell_admins, key="backup", text=str(failure), now=self._clock()))

    def low_disk(self, session: Session, now: datetime) -> int:
        free = shutil.disk_usage(self._settings.data_dir).free
        if free >= LOW_DISK_BYTES:
            return 0
        text = f"磁盘只剩 {free / 1024**3:.1f} GB，满了就收不了单。请清理 {self._settings.data_dir} 所在的盘"
        return tell_admins(session, "disk", text, now)


def tell_admins(session: Session, key: str, text: str, now: datetime) -> int:
    """Tell every administrator, once a day for one kind of trouble."""
    day = firm.business_date(session, now)
    told = 0
    for person in people.with_role(session, Role.ADMIN):
        place = outbox.place_of(session, person.id)
        if place is not None:
            outbox.say(session, *place, text, key=f"trouble:{key}:{day}:{person.id}", now=now, person_id=person.id)
            told += 1
    return told
