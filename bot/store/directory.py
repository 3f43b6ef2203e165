"""The data directory: one service at a time, on a disk whose locks can be trusted.

The lock is the operating system's own on ``service.lock``, so it is gone with its process however that ends. Beside
it ``service.json`` tells command lines where the running service listens and the secret that proves they may read
this folder.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from bot.store.errors import DataDirectoryBusy, UnsuitableDirectory

SYNCED_FOLDERS = (
    "onedrive",
    "dropbox",
    "nutstore",
    "坚果云",
    "icloud",
    "google drive",
    "baidunetdisk",
    "百度网盘",
    "wpsdrive",
)
#: Listening on every address; a connection has to name one (Windows knows no way to 0.0.0.0).
ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}
NETWORK_FILESYSTEMS = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "9p", "afpfs", "webdav", "fuse.rclone"}
)


@dataclass(frozen=True, slots=True)
class RunningService:
    """Where the service of a data directory listens."""

    pid: int
    host: str
    port: int
    secret: str

    @property
    def url(self) -> str:
        host = ANYWHERE.get(self.host, self.host)
        host = f"[{host}]" if ":" in host else host
        return f"http://{host}:{self.port}"


class DirectoryLock:
    """Held for the life of a service, a restore or an offline command."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._path = directory / "service.lock"
        self._file: IO[bytes] | None = None

    def acquire(self) -> None:
        """Take the lock.

        Raises:
            DataDirectoryBusy: somebody else has it.
            UnsuitableDirectory: a network disk or a synced folder.
        """
        check_suitable(self.directory)
        self.directory.mkdir(parents=True, exist_ok=True)
        file = self._path.open("a+b")
        try:
            _lock(file)
        except OSError:
            file.close()
            running = running_service(self.directory)
            who = f"（进程 {running.pid}，{running.url}）" if running else ""
            raise DataDirectoryBusy(f"数据目录正被另一个 Danju 使用{who}。请先停掉它，再运行这个命令。") from None
        self._file = file

    def announce(self, host: str, port: int) -> RunningService:
        """Write where the service listens; readable by the owner only."""
        service = RunningService(os.getpid(), host, port, secrets.token_urlsafe(24))
        path = self.directory / "service.json"
        path.unlink(missing_ok=True)  # a file that was there would keep its own rights
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump({"pid": service.pid, "host": host, "port": port, "secret": service.secret}, file)
        return service

    def release(self) -> None:
        if self._file is not None:
            (self.directory / "service.json").unlink(missing_ok=True)
            _unlock(self._file)
            self._file.close()
            self._file = None


def running_service(directory: Path) -> RunningService | None:
    """The service that holds ``directory`` now, or None."""
    try:
        data = json.loads((directory / "service.json").read_text(encoding="utf-8"))
        service = RunningService(int(data["pid"]), str(data["host"]), int(data["port"]), str(data["secret"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return service if is_locked(directory) else None


def is_locked(directory: Path) -> bool:
    """Whether some process holds the directory's lock."""
    try:
        with (directory / "service.lock").open("a+b") as file:
            try:
                _lock(file)
            except OSError:
                return True
            _unlock(file)
            return False
    except FileNotFoundError:
        return False


def check_suitable(directory: Path) -> None:
    """Refuse places where SQLite's file locks or its WAL cannot be trusted.

    Raises:
        UnsuitableDirectory: with the reason.
    """
    path = directory.expanduser().resolve()
    lowered = [part.lower() for part in path.parts]
    for part in lowered:
        if any(part.startswith(name) for name in SYNCED_FOLDERS):
            raise UnsuitableDirectory(f"数据目录在同步文件夹里（{part}），同步会损坏数据库。请换成本机的普通文件夹。")
    if str(path).startswith("\\\\"):
        raise UnsuitableDirectory("数据目录在网络共享上，断网会损坏数据库。请换成本机硬盘上的文件夹。")
    filesystem = _filesystem(path)
    if filesystem in NETWORK_FILESYSTEMS:
        raise UnsuitableDirectory(f"数据目录在网络盘上（{filesystem}），断网会损坏数据库。请换成本机硬盘上的文件夹。")


def _filesystem(path: Path) -> str:
    """The type of the file system that holds ``path``, where the system tells (Linux)."""
    try:
        mounts = Path("/proc/self/mounts").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    best, kind = "", ""
    for line in mounts.splitlines():
        _device, mount, filesystem, *_rest = line.split(" ")
        inside = str(path) == mount or str(path).startswith(mount.rstrip("/") + "/")
        if inside and len(mount) >= len(best):
            best, kind = mount, filesystem
    return kind


if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[bytes]) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

    def _unlock(file: IO[bytes]) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _lock(file: IO[bytes]) -> None:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _unlock(file: IO[bytes]) -> None:
        fcntl.flock(file.fileno(), fcntl.LOCK_UN)
