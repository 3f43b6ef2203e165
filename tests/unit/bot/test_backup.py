"""A backup is checked before it counts; a restore changes nothing unless the backup is whole."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot import backup
from bot.attachments import Attachments
from bot.backup import BackupFailed

NOW = datetime(2026, 11, 23, 18, 30, tzinfo=UTC)


class Place:
    def __init__(self, root: Path) -> None:
        self.database = root / "danju.db"
        self.attachments = root / "attachments"
        self.backups = root / "backups"
        with sqlite3.connect(self.database) as database:
            database.execute("PRAGMA journal_mode=WAL")
            database.execute("CREATE TABLE inbox(id INTEGER PRIMARY KEY, body TEXT)")
            database.execute("INSERT INTO inbox(body) VALUES('十盒螺栓')")
        self.picture = Attachments(self.attachments).put(b"a photographed invoice")

    def make(self, days: int = 0) -> backup.Backup:
        return backup.make(self.database, self.attachments, self.backups, NOW + timedelta(days=days))

    def bodies(self) -> list[str]:
        with sqlite3.connect(self.database) as database:
            return [row[0] for row in database.execute("SELECT body FROM inbox ORDER BY id")]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_a_backup_brings_back_database_and_attachments(place: Place) -> None:
    made = place.make()
    with sqlite3.connect(place.database) as database:
        database.execute("DELETE FROM inbox")
    Attachments(place.attachments)._path(place.picture).unlink()
    backup.restore(made.path, place.database, place.attachments)
    assert place.bodies() == ["十盒螺栓"]
    assert Attachments(place.attachments).get(place.picture) == b"a photographed invoice"


def test_what_a_restore_replaces_is_kept_beside_it(place: Place) -> None:
    made = place.make()
    backup.restore(made.path, place.database, place.attachments)
    assert place.database.with_name("danju.db.before-restore").exists()


def test_fourteen_are_kept(place: Place) -> None:
    for day in range(17):
        place.make(day)
    kept = backup.listing(place.backups)
    assert len(kept) == 14
    assert kept[-1].name.startswith("20261209")


def _cut(place: Place, made: backup.Backup) -> None:
    path = made.path / "danju.db"
    path.write_bytes(path.read_bytes()[:3000])


def _lose_attachment(place: Place, made: backup.Backup) -> None:
    (place.backups / "attachments" / place.picture[:2] / place.picture).write_bytes(b"something else")


def _lose_manifest(place: Place, made: backup.Backup) -> None:
    (made.path / "manifest.json").unlink()


@pytest.mark.parametrize("spoil", [_cut, _lose_attachment, _lose_manifest])
def test_a_damaged_backup_is_refused_and_nothing_changes(
    place: Place, spoil: Callable[[Place, backup.Backup], None]
) -> None:
    made = place.make()
    spoil(place, made)
    with pytest.raises(BackupFailed):
        backup.restore(made.path, place.database, place.attachments)
    assert place.bodies() == ["十盒螺栓"]


def test_a_backup_that_cannot_be_written_leaves_the_last_good_one(place: Place) -> None:
    good = place.make()
    (place.attachments / "ab").mkdir(exist_ok=True)
    (place.attachments / "ab" / ("ab" + "0" * 62)).write_bytes(b"not what the name says")
    with pytest.raises(BackupFailed):
        place.make(1)
    assert backup.listing(place.backups) == [good.path]


def test_what_a_killed_backup_left_is_no_backup_and_is_cleared_away(place: Place) -> None:
    left = place.backups / "20261101T023000Z.partial"
    left.mkdir(parents=True)
    (left / "manifest.json").write_text("{}", encoding="utf-8")
    assert backup.listing(place.backups) == []
    made = place.make()
    assert backup.listing(place.backups) == [made.path]
    assert not left.exists()


@pytest.mark.parametrize("at", [1, 2])
def test_a_restore_killed_at_any_step_loses_neither_the_old_nor_the_restored_data(
    place: Place, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    made = place.make()
    with closing(sqlite3.connect(place.database)) as database, database:
        database.execute("INSERT INTO inbox(body) VALUES('after the backup')")
    steps = 0
    replace = Path.replace

    def killed(self: Path, target: Path) -> Path:
        nonlocal steps
        steps += 1
        if steps == at:
            raise KeyboardInterrupt
        return replace(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", killed)
        with pytest.raises(KeyboardInterrupt):
            backup.restore(made.path, place.database, place.attachments)
    backup.restore(made.path, place.database, place.attachments)
    assert place.bodies() == ["十盒螺栓"]
    with closing(sqlite3.connect(place.database.with_name("danju.db.before-restore"))) as database:
        assert database.execute("SELECT COUNT(*) FROM inbox").fetchone() == (2,)
