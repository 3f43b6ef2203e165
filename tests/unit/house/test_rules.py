"""The rules of `make check` find what they are there for, and leave the rest alone."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tools import house
from tools.house import Tree

PROJECT = '[project]\nname = "danju"\nversion = "0.1.0"\ndependencies = ["aiohttp>=3"]\n'
PINNED = "# by make lock\naiohttp==3.14.5 \\\n    --hash=sha256:00 \\\n    --hash=sha256:11\n    # via danju\n"


def place(root: Path, files: dict[str, str]) -> Tree:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return Tree.of(root)


def test_a_file_of_501_lines_is_too_long(tmp_path: Path) -> None:
    found = house.short_files(place(tmp_path, {"bot/long.py": "x = 1\n" * 501, "bot/fine.js": "let x;\n" * 500}))
    assert found == ["bot/long.py: 501 lines, at most 500: split it"]


def test_a_hashed_lock_without_hosts_is_in_order(tmp_path: Path) -> None:
    assert house.locks(place(tmp_path, dict.fromkeys(house.LOCKS, PINNED))) == []


@pytest.mark.parametrize(
    "line",
    ["--index-url https://packages.example/simple\n", "-i http://127.0.0.1:3141/\n", "--find-links /srv/wheels\n"],
)
def test_a_lock_that_names_a_host_is_refused(tmp_path: Path, line: str) -> None:
    files = dict.fromkeys(house.LOCKS, PINNED)
    files["requirements.txt"] = line + PINNED
    assert any("names a host" in each for each in house.locks(place(tmp_path, files)))


@pytest.mark.parametrize("line", ["rich==15.0.0\n", "rich>=14 \\\n    --hash=sha256:00\n"])
def test_a_requirement_without_pin_or_hash_is_refused(tmp_path: Path, line: str) -> None:
    files = dict.fromkeys(house.LOCKS, PINNED)
    files["requirements-dev.txt"] = PINNED + line
    assert [each for each in house.locks(place(tmp_path, files)) if "rich" in each]


def test_a_missing_lock_is_said(tmp_path: Path) -> None:
    assert len(house.locks(place(tmp_path, {"pyproject.toml": PROJECT}))) == 3


def test_a_forgotten_make_lock_is_noticed(tmp_path: Path) -> None:
    asked = PROJECT.replace('"aiohttp>=3"', '"aiohttp>=3", "Rapid_Fuzz[x]>=3"')
    found = house.lock_is_current(
        place(tmp_path, {"pyproject.toml": asked, "requirements.txt": PINNED, "requirements-dev.txt": PINNED})
    )
    assert found == ["requirements.txt: rapid-fuzz is missing; run `make lock`"]


def test_the_change_log_must_know_the_version(tmp_path: Path) -> None:
    files = {"pyproject.toml": PROJECT, "README.md": "", "README.zh-CN.md": "", "CHANGELOG.md": "## 0.0.9\n"}
    assert house.papers(place(tmp_path, files)) == ["CHANGELOG.md: does not know version 0.1.0"]
    assert house.papers(place(tmp_path, {"CHANGELOG.md": "## 0.1.0\n"})) == []


def test_a_folder_of_modules_without_init_would_be_left_out_of_the_wheel(tmp_path: Path) -> None:
    files = {f"{top}/py.typed": "" for top in house.PACKAGES}
    files |= {"bot/__init__.py": "", "bot/web/pages.py": "", "bot/store/migrations/versions/0001.py": ""}
    assert house.packages(place(tmp_path, files)) == ["bot/web/__init__.py: missing"]


def test_no_font_is_committed(tmp_path: Path) -> None:
    assert len(house.no_fonts(place(tmp_path, {"bot/static/a.WOFF2": "", "bot/static/a.css": ""}))) == 1


@pytest.mark.parametrize("call", ["datetime.now(UTC)", "time.time()", "date.today()", "datetime.datetime.now()"])
def test_the_core_has_no_clock(tmp_path: Path, call: str) -> None:
    assert len(house.core_has_no_clock(place(tmp_path, {"inventory_core/a.py": f"x = {call}\n"}))) == 1
    assert house.core_has_no_clock(place(tmp_path, {"inventory_core/a.py": "", "bot/a.py": f"x = {call}\n"})) == []


def test_a_broad_except_says_its_boundary(tmp_path: Path) -> None:
    one = "try:\n    pass\nexcept Exception:%s\n    pass\n"
    assert len(house.broad_excepts(place(tmp_path, {"bot/a.py": one % "  # noqa: BLE001"}))) == 1
    assert house.broad_excepts(place(tmp_path, {"bot/a.py": one % "  # noqa: BLE001 - a worker's job"})) == []


def test_an_except_that_raises_again_is_not_broad(tmp_path: Path) -> None:
    again = "try:\n    pass\nexcept BaseException:\n    undo()\n    raise\n"
    assert house.broad_excepts(place(tmp_path, {"bot/a.py": again})) == []


def test_broad_excepts_are_counted(tmp_path: Path) -> None:
    one = "try:\n    pass\nexcept (ValueError, Exception) as e:  # noqa: BLE001 - a worker's job\n    pass\n"
    assert house.broad_excepts(place(tmp_path, {"bot/a.py": one * 2})) == ["2 broad excepts in 8 lines, at most 1"]


def test_no_path_of_one_machine(tmp_path: Path) -> None:
    home = "/home/{}/danju".format("li")
    assert len(house.no_machine_paths(place(tmp_path, {"README.md": home, "a.md": "/var/lib/danju"}))) == 1


def test_a_test_that_would_never_be_collected(tmp_path: Path) -> None:
    files = {"tests/unit/orders.py": "def test_x():\n    pass\n", "tests/support/probe.py": "def test_y():\n    pass\n"}
    assert house.tests_are_found(place(tmp_path, files)) == [
        "tests/unit/orders.py: has tests, but its name does not start with test_"
    ]


def test_a_test_in_a_folder_that_pytest_passes_by(tmp_path: Path) -> None:
    found = house.tests_are_found(place(tmp_path, {"tests/unit/build/test_x.py": "async def test_x():\n    pass\n"}))
    assert found == ["tests/unit/build/test_x.py: pytest does not look into a folder of this name"]


def test_what_git_ignores_is_not_ours(tmp_path: Path) -> None:
    git = shutil.which("git")
    if git is None:
        pytest.skip("no git")
    subprocess.run([git, "init", "-q", str(tmp_path)], check=True)
    found = place(tmp_path, {".gitignore": "var/\n", "var/demo/x.py": "", "bot/a.py": ""})
    assert [path.as_posix() for path in found.files] == [".gitignore", "bot/a.py"]
