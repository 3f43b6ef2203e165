"""Bringing a database file to the newest form. Looking costs one query; Alembic is loaded only when there is work."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from importlib import resources
from pathlib import Path

import structlog

from bot.store.errors import StoreError

log = structlog.get_logger(__name__)


class MigrationFailed(StoreError):
    """The database could not be brought to the newest form; the backup made before is whole."""


def newest() -> str:
    """The revision this program was written for."""
    names = [entry.name for entry in resources.files("bot.migrations").joinpath("versions").iterdir()]
    return max(name.removesuffix(".py").split("_", 1)[0] for name in names if name[:4].isdigit())


def present(path: Path) -> str | None:
    """The revision of a database file; None where there is no database yet.

    Raises:
        MigrationFailed: the file is no database of ours.
    """
    if not path.exists() or path.stat().st_size == 0:
        return None
    try:
        with closing(sqlite3.connect(f"file:{path.as_posix()}?mode=ro", uri=True)) as database:
            tables = {row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            if "alembic_version" not in tables:
                if tables:
                    raise MigrationFailed(f"{path} 不是 Danju 的数据库，请检查 DANJU_DATA_DIR")
                return None
            row = database.execute("SELECT version_num FROM alembic_version").fetchone()
            return None if row is None else str(row[0])
    except sqlite3.DatabaseError as error:
        raise MigrationFailed(f"打不开数据库 {path}：{error}。可以用 danju restore 恢复最近的备份") from error


def migrate(path: Path, before: Callable[[], object]) -> bool:
    """Bring the file to the newest form; ``before`` makes the backup and is called only when there is data to lose.

    Returns whether anything was done.

    Raises:
        MigrationFailed: the file is newer than this program, or a step failed.
    """
    have, want = present(path), newest()
    if have == want:
        return False
    if have is not None:
        if have > want:
            raise MigrationFailed(f"数据库比程序新（{have} 对 {want}），请升级 Danju 再启动")
        before()
    _run_alembic(path)
    log.info("migrated", source=have, target=want)
    return True


def _run_alembic(path: Path) -> None:
    from alembic import command
    from alembic.config import Config
    from sqlalchemy import create_engine
    from sqlalchemy.exc import SQLAlchemyError

    path.parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(f"sqlite+pysqlite:///{path}")
    config = Config()
    try:
        with resources.as_file(resources.files("bot.migrations")) as scripts, engine.connect() as connection:
            config.set_main_option("script_location", str(scripts))
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.commit()
    except SQLAlchemyError as error:
        raise MigrationFailed(f"数据库升级没有成功：{error}。升级前的备份在 backups 文件夹里") from error
    finally:
        engine.dispose()
