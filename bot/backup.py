"""Backups: a consistent copy of the database and of every attachment, checked before it counts, fourteen kept.

A backup is a folder ``backups/20261123T023000Z`` with ``danju.db`` and ``manifest.json``; attachments lie once for
all of them in ``backups/attachments``, under the sha256 of their content.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.store.errors import StoreError

KEEP = 14
COUNTED = ("inbox", "outbox", "document", "ledger")


class BackupFailed(StoreError):
    """The copy could not be made or did not pass its check; the last good backup is untouched."""


@dataclass(frozen=True, slots=True)
class Backup:
    """``attachments`` is how many files belong to it."""

    path: Path
    made_at: str
    rows: dict[str, int]
    attachments: int


def make(database: Path, attachments: Path, backups: Path, now: datetime) -> Backup:
    """Make and verify one backup, then drop the oldest beyond ``KEEP``. Runs on a thread of its own, beside the writer.

    Raises:
        BackupFailed: with the reason.
    """
    name = now.strftime("%Y%m%dT%H%M%SZ")
    target, partial = backups / name, backups / f"{name}.partial"
    try:
        for left in backups.glob("*.partial"):  # of a backup that was killed
            shutil.rmtree(left, ignore_errors=True)
        partial.mkdir(parents=True)
        copy = partial / "danju.db"
        with (
            closing(sqlite3.connect(f"file:{database.as_posix()}?mode=ro", uri=True)) as source,
            closing(sqlite3.connect(copy)) as sink,
        ):
            source.backup(sink, pages=2000, sleep=0.01)
        rows = verify_database(copy)
        names = _copy_attachments(attachments, backups / "attachments")
        manifest = {"made_at": name, "rows": rows, "attachments": names}
        (partial / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
        shutil.rmtree(target, ignore_errors=True)
        partial.rename(target)
    except (OSError, sqlite3.Error) as error:
        shutil.rmtree(partial, ignore_errors=True)
        raise BackupFailed(f"备份没有成功：{error}。请看磁盘空间和 {backups} 能不能写") from error
    for old in listing(backups)[:-KEEP]:
        shutil.rmtree(old, ignore_errors=True)  # somebody may be looking at it; the next backup tries again
    return Backup(target, name, rows, len(names))


def verify_database(path: Path) -> dict[str, int]:
    """Row counts of a sound database.

    Raises:
        BackupFailed: SQLite finds damage.
    """
    try:
        with closing(sqlite3.connect(f"file:{path.as_posix()}?mode=ro", uri=True)) as database:
            verdict = database.execute("PRAGMA integrity_check").fetchone()[0]
            if verdict != "ok":
                raise BackupFailed(f"数据库检查没有通过：{verdict}")
            known = {row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            return {
                table: int(database.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0])
                for table in COUNTED
                if table in known
            }
    except sqlite3.Error as error:
        raise BackupFailed(f"数据库 {path} 读不了：{error}") from error


def listing(backups: Path) -> list[Path]:
    """Complete backups, oldest first."""
    found = (path.parent for path in backups.glob("*/manifest.json"))
    return sorted(path for path in found if path.suffix != ".partial")


def restore(backup: Path, database: Path, attachments: Path) -> Backup:
    """Put a backup in the place of the present data. The caller holds the data directory's lock; what was there is kept
    beside it as ``….before-restore``.

    Raises:
        BackupFailed: it is no complete backup, or it is damaged; nothing was changed.
    """
    try:
        manifest = json.loads((backup / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BackupFailed(f"{backup} 不是一份完整的备份") from error
    rows = verify_database(backup / "danju.db")
    if rows != manifest["rows"]:
        raise BackupFailed(f"{backup} 的行数和当时记下的对不上，没有恢复")
    stored = backup.parent / "attachments"
    missing = [name for name in manifest["attachments"] if not _is_whole(stored / name[:2] / name, name)]
    if missing:
        raise BackupFailed(f"{backup} 少了 {len(missing)} 个附件或附件已损坏，没有恢复")
    for name in manifest["attachments"]:
        target = attachments / name[:2] / name
        if not _is_whole(target, name):
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(stored / name[:2] / name, target)
    database.parent.mkdir(parents=True, exist_ok=True)
    ready = database.with_name(database.name + ".restoring")
    shutil.copyfile(backup / "danju.db", ready)
    again = not database.exists()  # a restore was killed between these steps: what was there lies aside already
    for suffix in ("", "-wal", "-shm"):
        old = database.with_name(database.name + suffix)
        aside = database.with_name(f"{database.name}.before-restore{suffix}")  # where SQLite looks for a log
        if not again:
            aside.unlink(missing_ok=True)  # a log must never lie beside another database than its own
        if old.exists():
            old.replace(aside)
    ready.replace(database)
    return Backup(backup, manifest["made_at"], rows, len(manifest["attachments"]))


def _copy_attachments(source: Path, target: Path) -> list[str]:
    names = sorted(path.name for path in source.glob("??/*") if len(path.name) == 64)
    for name in names:
        copy = target / name[:2] / name
        if copy.exists():
            continue
        copy.parent.mkdir(parents=True, exist_ok=True)
        partial = copy.with_suffix(".partial")
        shutil.copyfile(source / name[:2] / name, partial)
        if not _is_whole(partial, name):
            raise BackupFailed(f"附件 {name[:12]} 的内容和编号对不上")
        partial.replace(copy)
    return names


def _is_whole(path: Path, name: str) -> bool:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == name
    except OSError:
        return False
