"""What the migrations make is what the models say, and an old file is brought forward only after a backup."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from bot.store import open_store
from bot.store.migrate import MigrationFailed, migrate, newest, present
from bot.store.tables import METADATA
from inventory_core import schema

Shape = dict[str, object]


def shape(path: Path) -> Shape:
    """Everything that makes a difference: columns, keys, checks, indexes, triggers, strictness, and the first rows."""
    with closing(sqlite3.connect(path)) as file:
        tables = sorted(
            row[0]
            for row in file.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
            if row[0] != "alembic_version"
        )
        found: Shape = {}
        for table in tables:
            found[f"{table} columns"] = file.execute(f"PRAGMA table_info({table})").fetchall()
            found[f"{table} keys"] = sorted(row[2:] for row in file.execute(f"PRAGMA foreign_key_list({table})"))
            sql = file.execute("SELECT sql FROM sqlite_master WHERE name = ?", (table,)).fetchone()[0]
            flat = re.sub(r"\s+", " ", sql)
            found[f"{table} strict"] = flat.rstrip().endswith("STRICT")
            found[f"{table} checks"] = sorted(re.findall(r"CHECK \(.*?\)(?=,| \)|\))", flat))
            indexes = file.execute(f"PRAGMA index_list({table})").fetchall()
            found[f"{table} indexes"] = sorted(
                (row[2], row[4], tuple(column[2] for column in file.execute(f"PRAGMA index_info({row[1]})")))
                for row in indexes
            )
        triggers = file.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' ORDER BY name")
        found["triggers"] = [row[0] for row in triggers]
        found["places"] = file.execute("SELECT code, name, tangible FROM place ORDER BY code").fetchall()
        found["partners"] = file.execute("SELECT code, name, walk_in FROM partner").fetchall()
    return found


@pytest.fixture
def migrated(tmp_path: Path) -> Path:
    path = tmp_path / "migrated.db"
    assert migrate(path, before=_never)
    return path


def _never() -> None:
    raise AssertionError("there was nothing to lose")


def test_the_migrations_make_what_the_models_say(migrated: Path, tmp_path: Path) -> None:
    path = tmp_path / "models.db"
    with open_store(path) as store:
        store.write_sync(lambda s: METADATA.create_all(s.connection()))
        store.write_sync(lambda s: schema.install_triggers(s.connection()))
        store.write_sync(lambda s: schema.seed(s.connection()))
    assert shape(migrated) == shape(path)


def test_the_newest_file_is_left_alone(migrated: Path) -> None:
    assert present(migrated) == newest()
    assert not migrate(migrated, before=_never)


def test_a_file_of_a_newer_program_is_refused(migrated: Path) -> None:
    _set_version(migrated, "9999")
    with pytest.raises(MigrationFailed, match="升级 Danju"):
        migrate(migrated, before=_never)


def _empty(path: Path) -> None:
    with closing(sqlite3.connect(path)) as file:
        file.execute("CREATE TABLE somebody_elses(id INTEGER)")


def _garbage(path: Path) -> None:
    path.write_bytes(b"this is no database at all" * 100)


@pytest.mark.parametrize("make", [_empty, _garbage])
def test_a_file_that_is_not_ours_is_refused_in_a_sentence(tmp_path: Path, make: Callable[[Path], None]) -> None:
    path = tmp_path / "danju.db"
    make(path)
    with pytest.raises(MigrationFailed):
        migrate(path, before=_never)


def _set_version(path: Path, version: str) -> None:
    with closing(sqlite3.connect(path)) as file:
        file.execute("UPDATE alembic_version SET version_num = ?", (version,))
        file.commit()
