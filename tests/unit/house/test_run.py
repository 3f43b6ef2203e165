"""run.py on a small checkout of its own: an empty lock and a `bot` that tells how it was started."""

from __future__ import annotations

import ast
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sys
import textwrap
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[3]
BOT = """
    import json, os, sys, time
    print(json.dumps({"words": sys.argv[1:], "cwd": os.getcwd(), "prefix": sys.prefix}), flush=True)
    if "wait" in sys.argv:
        time.sleep(60)
    sys.exit(7)
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def make_checkout(root: Path) -> Path:
    shutil.copy(ROOT / "run.py", root)
    for name in ("requirements-build.txt", "requirements.txt", "requirements-dev.txt"):
        (root / name).write_text("# nothing\n")
    (root / "bot").mkdir()
    (root / "bot" / "__init__.py").write_text("")
    (root / "bot" / "__main__.py").write_text(textwrap.dedent(BOT))
    return root


def environment(**more: str) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PIP_", "DANJU_", "PYTHON"))}
    # No registry of this machine plays a part, and none can be reached.
    refused = {"PIP_CONFIG_FILE": os.devnull, "PIP_INDEX_URL": "http://127.0.0.1:1/simple", "PIP_RETRIES": "0"}
    return kept | refused | {"PYTHONUTF8": "1", "DANJU_PORT": str(free_port())} | more


def run(root: Path, *words: str, cwd: Path | None = None, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(root / "run.py"), *words],
        cwd=cwd or root, env=environment(**more), capture_output=True, encoding="utf-8", timeout=120, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout that was started once."""
    root = make_checkout(tmp_path_factory.mktemp("checkout"))
    first = run(root)
    assert "Preparing the environment" in first.stderr
    assert first.returncode == 7, first.stderr
    return root


@pytest.fixture
def module() -> ModuleType:
    spec = importlib.util.spec_from_file_location("run_under_test", ROOT / "run.py")
    assert spec is not None
    assert spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


def told(result: subprocess.CompletedProcess[str]) -> list[str]:
    assert "Traceback" not in result.stderr
    return result.stderr.strip().splitlines()


def started(result: subprocess.CompletedProcess[str]) -> dict[str, object]:
    told_by_bot: dict[str, object] = ast.literal_eval(result.stdout.strip().splitlines()[-1])
    return told_by_bot


def test_no_word_serves_the_demo_from_the_root(checkout: Path, tmp_path: Path) -> None:
    result = run(checkout, cwd=tmp_path)
    assert result.returncode == 7
    assert result.stderr == "", "the second start prepares nothing"
    assert started(result) == {
        "words": ["serve", "--demo"],
        "cwd": str(checkout.resolve()),
        "prefix": str(checkout / ".venv"),
    }


@pytest.mark.parametrize("words", [["danju", "import", "商品.xlsx"], ["import", "商品.xlsx"]])
def test_other_words_go_to_the_command_line_where_the_person_stands(
    checkout: Path, tmp_path: Path, words: list[str]
) -> None:
    result = run(checkout, *words, cwd=tmp_path)
    assert started(result)["words"] == ["import", "商品.xlsx"]
    assert started(result)["cwd"] == str(tmp_path.resolve())


def ctrl_c() -> None:
    """A shell starts its background jobs with Ctrl-C ignored, and children would inherit that."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no signals to pass on")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signals_reach_the_program_itself(checkout: Path, number: int) -> None:
    ctrl_c()
    with subprocess.Popen(
        [sys.executable, str(checkout / "run.py"), "wait"], env=environment(), stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, cwd=checkout,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(number)
        assert process.wait(timeout=30) == -number


def test_a_port_in_use_is_one_sentence(checkout: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        result = run(checkout, DANJU_PORT=port)
    assert result.returncode == 1
    chinese, english = told(result)
    assert f"端口 {port}" in chinese
    assert f"Port {port} cannot be used" in english


def test_a_port_that_is_no_number_is_one_sentence(checkout: Path) -> None:
    assert len(told(run(checkout, DANJU_PORT="http"))) == 2


def test_a_changed_lock_is_installed_and_no_network_is_one_sentence(checkout: Path) -> None:
    lock = checkout / "requirements.txt"
    before = lock.read_text()
    lock.write_text("six==1.17.0 --hash=sha256:" + "0" * 64 + "\n")
    try:
        lines = told(run(checkout))
    finally:
        lock.write_text(before)
    assert len(lines) == 4, "two that it prepares, two that it cannot"
    assert "连不上软件包仓库" in lines[2]
    assert "check the network" in lines[3]
    assert run(checkout).returncode == 7, "back in order without a hand"


def test_a_missing_lock_is_one_sentence(tmp_path: Path) -> None:
    shutil.copy(ROOT / "run.py", tmp_path)
    result = run(tmp_path)
    assert result.returncode == 1
    assert "is missing" in told(result)[-1]


@pytest.mark.parametrize("damage", ["no pip", "no interpreter", "no stamp"])
def test_a_half_made_environment_is_mended(checkout: Path, damage: str) -> None:
    venv = checkout / ".venv"
    (venv / "danju-run.stamp").unlink()
    if damage == "no pip":
        for pip in venv.rglob("site-packages/pip"):
            shutil.rmtree(pip)
    if damage == "no interpreter":
        shutil.rmtree(venv / ("Scripts" if os.name == "nt" else "bin"))
    assert run(checkout).returncode == 7
    assert run(checkout).stderr == ""


def test_run_parses_on_old_pythons() -> None:
    ast.parse((ROOT / "run.py").read_text(encoding="utf-8"), feature_version=(3, 6))


def test_an_old_python_is_one_sentence(module: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 18, "final", 0))
    with pytest.raises(module.Stop, match=r"too old \(3\.9\)") as stop:
        module.check_python()
    assert len(str(stop.value).splitlines()) == 2


def test_an_old_sqlite_is_one_sentence(module: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sqlite3.sqlite_version_info", (3, 31, 1))
    monkeypatch.setattr("sqlite3.sqlite_version", "3.31.1")
    with pytest.raises(module.Stop, match=r"SQLite is too old \(3\.31\.1\)"):
        module.check_modules()


@pytest.mark.parametrize("missing", ["venv", "ensurepip"])
def test_a_missing_venv_module_is_one_sentence(
    module: ModuleType, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == missing else find(name))
    with pytest.raises(module.Stop, match="has no venv module"):
        module.check_modules()


def test_a_failed_install_names_pips_last_error(module: ModuleType, tmp_path: Path) -> None:
    log = tmp_path / "install.log"
    log.write_text("Collecting x\nERROR: THESE PACKAGES DO NOT MATCH THE HASHES\n")
    with log.open("r+") as file:
        stop = module.explain(file)
    assert "THESE PACKAGES DO NOT MATCH THE HASHES" in str(stop)
    assert len(str(stop).splitlines()) == 2
