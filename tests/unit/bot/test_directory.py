"""One service per data directory, on a disk that can be trusted, found by command lines."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from bot.store import DataDirectoryBusy, UnsuitableDirectory
from bot.store.directory import DirectoryLock, RunningService, check_suitable, running_service

HOLD = """
import sys
from pathlib import Path
from bot.store.directory import DirectoryLock
lock = DirectoryLock(Path(sys.argv[1]))
lock.acquire()
lock.announce("127.0.0.1", 8765)
print("held", flush=True)
sys.stdin.read()
"""


def test_a_second_service_is_refused_and_told_who_is_there(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(DataDirectoryBusy, match=str(holder.pid)):
            DirectoryLock(tmp_path).acquire()
        running = running_service(tmp_path)
        assert running is not None
        assert (running.pid, running.url) == (holder.pid, "http://127.0.0.1:8765")
        holder.kill()
    assert running_service(tmp_path) is None
    lock = DirectoryLock(tmp_path)
    lock.acquire()
    lock.release()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no mode bits")
def test_the_secret_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    lock = DirectoryLock(tmp_path)
    lock.acquire()
    lock.announce("127.0.0.1", 1)
    assert stat.S_IMODE((tmp_path / "service.json").stat().st_mode) == 0o600
    lock.release()
    assert not (tmp_path / "service.json").exists()


@pytest.mark.parametrize("name", ["OneDrive - 公司", "坚果云", "Dropbox"])
def test_synced_folders_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UnsuitableDirectory, match="同步"):
        check_suitable(tmp_path / name / "danju")


def test_a_network_disk_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.store.directory._filesystem", lambda _path: "nfs4")
    with pytest.raises(UnsuitableDirectory, match="网络盘"):
        check_suitable(tmp_path)


@pytest.mark.parametrize(
    ("host", "url"),
    [("0.0.0.0", "http://127.0.0.1:80"), ("::", "http://[::1]:80"), ("192.168.1.5", "http://192.168.1.5:80")],
)
def test_a_service_that_listens_everywhere_is_reached_here(host: str, url: str) -> None:
    assert RunningService(1, host, 80, "s").url == url
