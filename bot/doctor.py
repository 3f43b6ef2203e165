"""``danju doctor``: looks at everything a running Danju needs and says what to do about what is wrong."""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from bot import backup
from bot.clock import utc_now
from bot.settings import Settings
from bot.store.directory import check_suitable, running_service
from bot.store.errors import StoreError
from bot.store.migrate import newest, present

OLDEST_SQLITE = (3, 37, 0)
LOW_DISK = 2 * 1024**3


@dataclass(frozen=True, slots=True)
class Finding:
    """``good`` None: nothing to complain about, but worth knowing."""

    name: str
    good: bool | None
    text: str


def examine(settings: Settings, *, online: bool = False) -> list[Finding]:
    """All findings, in the order in which to mend them. ``online``: the platforms are asked as well."""
    checks: tuple[Callable[[Settings], Finding], ...] = (
        _python,
        _sqlite,
        _directory,
        _disk,
        _running,
        _database,
        _books,
        _inbox,
        _backups,
        _font,
        _address,
    )
    from bot.connect import health

    platforms = [Finding(check.name, check.good, check.text) for check in health.examine(settings, online=online)]
    return [check(settings) for check in checks] + platforms


def _python(_settings: Settings) -> Finding:
    have = ".".join(str(part) for part in sys.version_info[:3])
    good = sys.version_info >= (3, 11)
    return Finding("Python", good, have if good else f"{have} 太旧，请装 3.11 以上")


def _sqlite(_settings: Settings) -> Finding:
    good = sqlite3.sqlite_version_info >= OLDEST_SQLITE
    text = sqlite3.sqlite_version
    return Finding("SQLite", good, text if good else f"{text} 太旧，请换带 3.37 以上的 Python")


def _directory(settings: Settings) -> Finding:
    path = settings.data_dir.resolve()
    try:
        check_suitable(path)
    except StoreError as error:
        return Finding("数据目录", False, str(error))
    if not path.exists():
        return Finding("数据目录", None, f"{path} 还没有，第一次启动或 danju init 时会建")
    if not os.access(path, os.W_OK):
        return Finding("数据目录", False, f"{path} 不能写，请检查权限")
    return Finding("数据目录", True, str(path))


def _disk(settings: Settings) -> Finding:
    path = settings.data_dir.resolve()
    while not path.exists():
        path = path.parent
    free = shutil.disk_usage(path).free
    text = f"剩 {free / 1024**3:.1f} GB"
    return Finding("磁盘", free >= LOW_DISK, text if free >= LOW_DISK else f"{text}，不到 2 GB，请清理")


def _running(settings: Settings) -> Finding:
    running = running_service(settings.data_dir)
    if running is None:
        return Finding("服务", None, "没有在运行；用 danju serve 启动")
    return Finding("服务", True, f"在运行（进程 {running.pid}，{running.url}）")


def _database(settings: Settings) -> Finding:
    try:
        have = present(settings.database_path)
    except (StoreError, ValueError) as error:
        return Finding("数据库", False, str(error))
    if have is None:
        return Finding("数据库", None, "还没有；用 danju init 建公司，或 danju serve --demo 看演示")
    want = newest()
    if have != want:
        return Finding("数据库", False, f"版本 {have}，程序要 {want}；运行 danju migrate（会先备份）")
    try:
        backup.verify_database(settings.database_path)
    except (backup.BackupFailed, sqlite3.Error) as error:
        return Finding("数据库", False, f"{error}；请用 danju restore 恢复最近的备份")
    return Finding("数据库", True, f"版本 {have}，检查通过")


def _books(settings: Settings) -> Finding:
    """The core's invariants, over a read-only connection."""
    if not settings.database_path.exists():
        return Finding("账", None, "还没有数据")
    from sqlmodel import Session

    from bot.store.engine import reader_engine
    from inventory_core import checks

    engine = reader_engine(settings.database_path, 1)
    try:
        with engine.connect() as connection, Session(connection) as session:
            violations = checks.check(session)
    finally:
        engine.dispose()
    if violations:
        return Finding("账", False, f"{len(violations)} 处对不上，第一处：{violations[0]}。请先备份再联系维护的人")
    return Finding("账", True, "库存、预留和流水全部对得上")


def _inbox(settings: Settings) -> Finding:
    if not settings.database_path.exists():
        return Finding("消息", None, "还没有数据")
    with closing(sqlite3.connect(f"file:{settings.database_path.as_posix()}?mode=ro", uri=True)) as database:
        poison = database.execute("SELECT COUNT(*) FROM inbox WHERE state = 'poison'").fetchone()[0]
        dead = database.execute("SELECT COUNT(*) FROM outbox WHERE state = 'dead'").fetchone()[0]
    if poison or dead:
        return Finding("消息", False, f"搁置 {poison} 条（danju inbox list），没发成 {dead} 条（danju outbox list）")
    return Finding("消息", True, "没有搁置的，没有发送失败的")


def _backups(settings: Settings) -> Finding:
    kept = backup.listing(settings.backups_dir)
    if not kept:
        return Finding("备份", None, "还没有；服务每天 2:30 自动做，也可以 danju backup")
    age = utc_now().timestamp() - (kept[-1] / "manifest.json").stat().st_mtime
    text = f"{len(kept)} 份，最近的 {kept[-1].name}"
    fresh = age < timedelta(days=2).total_seconds()
    return Finding("备份", fresh, text if fresh else f"{text}，超过两天了，请运行 danju backup")


def _font(_settings: Settings) -> Finding:
    from notifications.paper import font

    try:
        where = font.font_path()
    except (OSError, LookupError, RuntimeError) as error:
        return Finding("字体", False, f"打印要的中文字体找不到：{error}；请重新安装依赖")
    return Finding("字体", True, Path(str(where)).name)


def _address(settings: Settings) -> Finding:
    if settings.on_loopback:
        return Finding("地址", True, f"只在本机（{settings.host}:{settings.port}）")
    if not settings.public_url:
        return Finding(
            "地址", None, f"对外开放在 {settings.host}:{settings.port}，卡片里没有链接；要链接请设 DANJU_PUBLIC_URL"
        )
    return Finding("地址", True, f"{settings.host}:{settings.port}，对外 {settings.public_url}")
