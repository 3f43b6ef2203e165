#!/usr/bin/env python3
"""Start Danju from a checkout, with nothing installed but Python.

    python3 run.py               prepare .venv, make the demo firm when there is none, serve it
    python3 run.py test [...]    run all tests (more words go to pytest)
    python3 run.py check         format, lint, types, imports and the rules of the house
    python3 run.py bench         benchmarks (ONLY=main picks an area)
    python3 run.py bench-crash   the long crash test
    python3 run.py bench-fuzz    two million odd requests, frames and answers, and odd messages
    python3 run.py install       only prepare .venv
    python3 run.py danju WORD .. any command of danju; the word `danju` may be left out

Standard library only, on Linux, macOS and Windows. This file has to parse on old Pythons too, so that it can say in a
sentence that they are too old. It installs the hash-locked requirements when the lock changed, and nothing otherwise.
"""

import os
import sys

TYPE_CHECKING = False  # typing itself would cost a third of the start
if TYPE_CHECKING:
    from typing import TextIO

NEEDS_PYTHON = (3, 11)
NEEDS_SQLITE = (3, 37, 0)
ROOT = os.path.dirname(os.path.abspath(__file__))
VENV = os.path.join(ROOT, ".venv")
WINDOWS = os.name == "nt"
PYTHON = os.path.join(VENV, "Scripts" if WINDOWS else "bin", "python.exe" if WINDOWS else "python")
LOG = os.path.join(ROOT, "var", "install.log")
BUILD_LOCK = "requirements-build.txt"
LOCKS = {"run": "requirements.txt", "dev": "requirements-dev.txt"}

# What pip and its resolver print when the registry cannot be reached.
NO_NETWORK = (
    "NewConnectionError",
    "Temporary failure in name resolution",
    "Name or service not known",
    "getaddrinfo failed",
    "nodename nor servname",
    "Network is unreachable",
    "Connection refused",
    "ConnectTimeoutError",
    "ReadTimeoutError",
    "ProxyError",
    "Max retries exceeded",
    "No matching distribution found",  # what is left of it when the retries are used up
)


class Stop(Exception):
    """Nothing can be started; the text is one plain sentence in Chinese and one in English."""

    def __init__(self, chinese: str, english: str) -> None:
        super().__init__(chinese + "\n" + english)


def say(text: str) -> None:
    """Write a line for a person, whatever the terminal's encoding."""
    stream = sys.stderr
    encoding = getattr(stream, "encoding", None) or "utf-8"
    stream.write(text.encode(encoding, "replace").decode(encoding) + "\n")
    stream.flush()


# ---------------------------------------------------------------- what the machine must have


def check_python() -> None:
    if sys.version_info < NEEDS_PYTHON:
        have = "%d.%d" % sys.version_info[:2]
        raise Stop(
            "Python 版本太旧（%s），请安装 Python 3.11 或更新的版本，再用它运行 run.py。" % have,
            "This Python is too old (%s): install Python 3.11 or newer and start run.py with it." % have,
        )


def check_modules() -> None:
    from importlib.util import find_spec

    if find_spec("venv") is None or find_spec("ensurepip") is None:
        raise Stop(
            "这个 Python 没有 venv 模块，请先安装（Debian/Ubuntu：apt install python3-venv），再运行一次。",
            "This Python has no venv module: install it (Debian/Ubuntu: apt install python3-venv) and start again.",
        )
    try:
        import sqlite3
    except ImportError:
        raise Stop(
            "这个 Python 没有带 SQLite，请换用官方安装包或系统自带的 Python 3.11 以上版本。",
            "This Python comes without SQLite: use one from python.org or your system, 3.11 or newer.",
        ) from None
    if sqlite3.sqlite_version_info < NEEDS_SQLITE:
        raise Stop(
            "SQLite 版本太旧（%s），需要 3.37 以上，请换一个较新的 Python 安装包。" % sqlite3.sqlite_version,
            "SQLite is too old (%s): 3.37 or newer is needed, so use a newer build of Python." % sqlite3.sqlite_version,
        )


def check_port() -> None:
    """Say who is in the way before anything starts; the service itself checks again when it binds."""
    import socket

    word = os.environ.get("DANJU_PORT", "") or "8765"
    if not word.isdigit() or not 0 <= int(word) <= 65535:
        raise Stop(
            "DANJU_PORT 应是 0 到 65535 之间的数字，现在是 %s。" % word,
            "DANJU_PORT must be a number from 0 to 65535, but it is %s." % word,
        )
    host = os.environ.get("DANJU_HOST", "") or "127.0.0.1"
    probe = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    try:
        if not WINDOWS:  # there it would allow what we want to notice
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, int(word)))
    except OSError as error:
        raise Stop(
            "端口 %s 用不了（%s）：可能单据已经在运行，或者别的程序占用了它；用 DANJU_PORT 换一个端口再启动。"
            % (word, error.strerror),
            "Port %s cannot be used (%s): Danju or another program may be running on it; set DANJU_PORT to another one."
            % (word, error.strerror),
        ) from None
    finally:
        probe.close()


# ---------------------------------------------------------------- the environment


def lock_hash(kind: str) -> str:
    """The hash of what is to be installed, and of the interpreter it was installed for."""
    import hashlib

    digest = hashlib.sha256()
    for name in (BUILD_LOCK, LOCKS[kind]):
        try:
            with open(os.path.join(ROOT, name), "rb") as file:
                # A checkout on Windows may have other line ends.
                digest.update(file.read().replace(b"\r\n", b"\n"))
        except OSError:
            raise Stop(
                "缺少文件 %s，请重新取一份完整的代码。" % name,
                "The file %s is missing: get a complete checkout." % name,
            ) from None
    # An upgrade of the system's Python moves the link's target and leaves the packages behind.
    digest.update(os.path.realpath(PYTHON).encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def stamp_file(kind: str) -> str:
    return os.path.join(VENV, "danju-%s.stamp" % kind)


def is_ready(kind: str) -> bool:
    wanted = lock_hash(kind)
    if not os.path.exists(PYTHON):  # follows the link: false when its Python was removed
        return False
    try:
        with open(stamp_file(kind)) as file:
            return file.read().strip() == wanted
    except OSError:
        return False


class Alone:
    """One installation at a time; the operating system frees the lock when its holder dies."""

    def __enter__(self) -> "Alone":
        os.makedirs(os.path.dirname(LOG), exist_ok=True)
        self.file = open(os.path.join(ROOT, "var", "install.lock"), "a+")
        if sys.platform == "win32":
            import msvcrt
            import time

            while True:  # its own blocking form gives up after ten seconds
                try:
                    self.file.seek(0)
                    msvcrt.locking(self.file.fileno(), msvcrt.LK_NBLCK, 1)
                    return self
                except OSError:
                    time.sleep(0.5)
        else:
            import fcntl

            fcntl.flock(self.file, fcntl.LOCK_EX)
            return self

    def __exit__(self, *_: object) -> None:
        self.file.close()


def call(command: "list[str]", log: "TextIO") -> int:
    import subprocess

    # The environment's variable, not the option: pip versions that no longer know it must not stumble over it.
    environment = dict(os.environ, PIP_USE_PEP517="1", PIP_DISABLE_PIP_VERSION_CHECK="1", PIP_NO_INPUT="1")
    environment.pop("PYTHONPATH", None)
    return subprocess.call(
        command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
    )


def make_venv(log: "TextIO") -> None:
    if call([sys.executable, "-m", "venv", "--clear", VENV], log) != 0:
        raise Stop(
            "没能建立运行环境 .venv，原因见 %s；请检查磁盘空间和目录权限，再运行一次。" % LOG,
            "The environment .venv could not be made, see %s: check disk space and permissions, and start again." % LOG,
        )


def pip_install(kind: str, log: "TextIO") -> int:
    """Install the locked packages. jieba comes as source only, so its build tool is installed before it."""
    pip = [PYTHON, "-m", "pip", "install", "--no-deps", "--require-hashes", "--progress-bar", "off"]
    first = call([*pip, "-r", os.path.join(ROOT, BUILD_LOCK)], log)
    return first or call([*pip, "--no-build-isolation", "-r", os.path.join(ROOT, LOCKS[kind])], log)


def install(kind: str) -> None:
    """Bring .venv to what the lock says. What an interrupted run left half made is repaired or made anew."""
    check_modules()
    with Alone():
        if is_ready(kind):  # another run did it while this one waited
            return
        say("正在准备运行环境，第一次约需一两分钟 …\nPreparing the environment, a minute or two the first time ...")
        with open(LOG, "w+", encoding="utf-8", errors="replace") as log:
            fresh = not os.path.exists(PYTHON) or call([PYTHON, "-m", "pip", "--version"], log) != 0
            if not fresh and not same_python():
                fresh = True
            if fresh:
                make_venv(log)
            elif os.path.exists(stamp_file(kind)):
                os.remove(stamp_file(kind))
            failed = pip_install(kind, log)
            if failed and not fresh and not is_offline(log):
                make_venv(log)
                failed = pip_install(kind, log)
            if failed:
                raise explain(log)
        with open(stamp_file(kind), "w") as file:
            file.write(lock_hash(kind) + "\n")


def same_python() -> bool:
    """Whether .venv's interpreter still finds the packages that were installed for it."""
    import subprocess

    code = "import sys, os; print(os.path.dirname(os.__file__)); print('%d.%d' % sys.version_info[:2])"
    try:
        version = subprocess.check_output([PYTHON, "-c", code], universal_newlines=True).split()[-1]
        with open(os.path.join(VENV, "pyvenv.cfg"), encoding="utf-8") as file:
            made_for = [line.split("=")[1].strip() for line in file if line.split("=")[0].strip() == "version"]
    except (OSError, subprocess.CalledProcessError):
        return False
    parts = tuple(int(part) for part in version.split("."))
    return parts >= NEEDS_PYTHON and made_for[:1] != [] and made_for[0].startswith(version + ".")


def read_log(log: "TextIO") -> str:
    log.flush()
    log.seek(0)
    return log.read()


def is_offline(log: "TextIO") -> bool:
    text = read_log(log)
    return any(sign in text for sign in NO_NETWORK)


def explain(log: "TextIO") -> Stop:
    if is_offline(log):
        return Stop(
            "下载依赖失败：连不上软件包仓库，请检查网络或 pip 的镜像设置，再运行一次（详情见 %s）。" % LOG,
            "The packages could not be fetched: check the network or pip's index setting and start again (see %s)."
            % LOG,
        )
    lines = [line.strip() for line in read_log(log).splitlines() if "error" in line.lower()]
    last = lines[-1] if lines else "pip"
    return Stop(
        "安装依赖失败：%s（详情见 %s）；再运行一次会从断开处继续。" % (last, LOG),
        "Installing the packages failed: %s (see %s); starting again goes on from there." % (last, LOG),
    )


# ---------------------------------------------------------------- what to start


def start(arguments: "list[str]", at_root: bool) -> int:
    """Become the program: its signals are its own and its exit code is ours."""
    path = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = ROOT + os.pathsep + path if path else ROOT
    os.environ.setdefault("PYTHONUTF8", "1")
    if at_root:
        os.chdir(ROOT)
    command = [PYTHON, *arguments]
    sys.stdout.flush()
    sys.stderr.flush()
    if sys.platform == "win32":
        import signal
        import subprocess

        # Windows has no exec: the child gets Ctrl-C from the console itself, this process waits for its exit code.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGBREAK, signal.SIG_IGN)
        return subprocess.call(command)
    os.execv(PYTHON, command)


def main(words: "list[str]") -> int:
    check_python()
    word = words[0] if words else ""
    rest = words[1:]
    if word in ("-h", "--help", "help"):
        say((__doc__ or "").strip())
        return 0
    kind = "dev" if word in ("test", "check", "bench", "bench-crash", "bench-fuzz") else "run"
    if not word:
        check_port()
    if not is_ready(kind):
        install(kind)
    if word == "install":
        return 0
    if not word:
        return start(["-m", "bot", "serve", "--demo"], at_root=True)
    if word == "test":
        # All of them, in as many processes as there are cores (one more was measured: no faster, and a busy machine
        # answers "working on it" where a test waits for the answer); somebody who names one wants to see it run.
        spread = ["-n", str(min(os.cpu_count() or 1, 4)), "--dist", "worksteal"]
        return start(["-m", "pytest", *(rest or spread)], at_root=True)
    if word == "check":
        return start(["-m", "tools.check", *rest], at_root=True)
    if word == "bench":
        return start(["-m", "tests.bench", *rest], at_root=True)
    if word == "bench-crash":
        return start(["-m", "tests.bench.crash", *rest], at_root=True)
    if word == "bench-fuzz":
        return start(["-m", "tests.bench.fuzz", *rest], at_root=True)
    # Files named on the command line are meant from where the person stands.
    return start(["-P", "-m", "bot", *(rest if word == "danju" else words)], at_root=False)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Stop as stop:
        say(str(stop))
        sys.exit(1)
    except KeyboardInterrupt:
        say("已中断。\nInterrupted.")
        sys.exit(130)
