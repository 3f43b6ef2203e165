"""The wheel works in an environment of its own, outside the checkout, with the locked requirements."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import textwrap
import tomllib
import venv
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from tools import wheel
from tools.house import PACKAGES, ROOT, Tree

pytestmark = pytest.mark.wheel

OFFLINE = ("NewConnectionError", "name resolution", "getaddrinfo failed", "Max retries exceeded", "ConnectTimeout")


@dataclass(frozen=True)
class Installed:
    """The wheel and the environment it is installed in."""

    wheel: Path
    scripts: Path
    elsewhere: Path  # an empty folder far from the checkout
    sources: frozenset[str] = frozenset()  # the checkout's files under the five packages when it was built

    @property
    def python(self) -> Path:
        return self.scripts / ("python.exe" if os.name == "nt" else "python")

    def run(self, *command: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "DANJU_"))}
        return subprocess.run(
            [str(word) for word in command], cwd=self.elsewhere, env=kept | {"PYTHONUTF8": "1"} | more,
            capture_output=True, encoding="utf-8", timeout=300, check=False,
        )  # fmt: skip

    def tell(self, code: str) -> object:
        """Run Python code in the environment (it knows our five names as NAMES); what it prints is JSON."""
        result = self.run(self.python, "-c", f"NAMES = {list(PACKAGES)!r}\n" + textwrap.dedent(code))
        assert result.returncode == 0, result.stderr
        told: object = json.loads(result.stdout)
        return told


def _pip(installed: Installed, *words: str | Path) -> None:
    result = installed.run(installed.python, "-m", "pip", "install", "--quiet", "--no-deps", *words, PIP_USE_PEP517="1")
    if result.returncode != 0 and "CI" not in os.environ and any(sign in result.stderr for sign in OFFLINE):
        pytest.skip("NOT RUN, a tool is missing: a package registry for the wheel test")
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    home = tmp_path_factory.mktemp("wheel")
    elsewhere = home / "elsewhere"
    elsewhere.mkdir()
    venv.create(home / "env", with_pip=True)
    scripts = home / "env" / ("Scripts" if os.name == "nt" else "bin")
    made = Installed(home, scripts, elsewhere)
    _pip(made, "--require-hashes", "--no-compile", "-r", ROOT / "requirements-build.txt")
    sources = frozenset(path.as_posix() for path in Tree.of(ROOT).files if path.parts[0] in PACKAGES)
    made = Installed(wheel.build(home / "dist", made.python), scripts, elsewhere, sources)
    _pip(made, "--require-hashes", "--no-compile", "--no-build-isolation", "-r", ROOT / "requirements.txt")
    _pip(made, "--no-index", made.wheel)
    return made


def test_the_wheel_carries_the_five_packages_whole_and_nothing_else(installed: Installed) -> None:
    with zipfile.ZipFile(installed.wheel) as archive:
        carried = {name for name in archive.namelist() if not name.endswith("/")}
    assert {name for name in carried if not name.startswith("danju-")} == installed.sources


def test_it_is_not_for_upload(installed: Installed) -> None:
    told = installed.tell(
        "import importlib.metadata as m, json; print(json.dumps(m.metadata('danju').get_all('Classifier')))"
    )
    assert isinstance(told, list)
    assert "Private :: Do Not Upload" in told


def test_the_five_names_belong_to_danju_alone(installed: Installed) -> None:
    told = installed.tell(
        """
        import importlib, importlib.metadata, json
        owners = importlib.metadata.packages_distributions()
        names = NAMES
        print(json.dumps({
            "owners": {name: sorted(set(owners[name])) for name in names},
            "mine": sorted(name for name, dists in owners.items() if "danju" in dists),
            "files": {name: importlib.import_module(name).__file__ for name in names},
        }))
        """
    )
    assert isinstance(told, dict)
    assert told["owners"] == {name: ["danju"] for name in PACKAGES}
    assert told["mine"] == sorted(PACKAGES)
    for name, file in told["files"].items():
        assert not Path(file).is_relative_to(ROOT), f"{name} comes from the checkout"


def test_every_module_imports_with_what_the_wheel_asks_for(installed: Installed) -> None:
    """A module that needs something only the tests install would break at the customer's."""
    told = installed.tell(
        """
        import importlib, json, pkgutil
        broken = []
        for top in NAMES:
            for found in pkgutil.walk_packages(importlib.import_module(top).__path__, top + "."):
                if not found.name.endswith("__main__") and ".migrations." not in found.name:
                    try:
                        importlib.import_module(found.name)
                    except ImportError as error:
                        broken.append(f"{found.name}: {error}")
        print(json.dumps(broken))
        """
    )
    assert told == []


def test_its_requirements_are_the_locked_ones(installed: Installed) -> None:
    """`danju` itself asks for no more than requirements.txt installs."""
    told = installed.tell(
        """
        import importlib.metadata as m, json, re
        wanted = [re.split(r"[^A-Za-z0-9._-]", line)[0] for line in m.requires("danju") if "extra ==" not in line]
        missing = []
        for name in wanted:
            try:
                m.version(name)
            except m.PackageNotFoundError:
                missing.append(name)
        print(json.dumps(missing))
        """
    )
    assert told == []


def test_the_font_is_found_without_importing_its_package(installed: Installed) -> None:
    told = installed.tell(
        """
        import importlib.metadata as m, json, sys
        files = {str(file).replace("\\\\", "/"): file for file in m.files("zhplot")}
        font = files["zhplot/fonts/NotoSansSC-Regular.ttf"].locate()
        licence = files["zhplot/fonts/OFL.txt"].read_text()
        imported = "zhplot" in sys.modules
        print(json.dumps([font.stat().st_size > 5_000_000, "SIL Open Font License" in licence, imported]))
        """
    )
    assert told == [True, True, False]


def test_the_command_runs_there(installed: Installed) -> None:
    danju = shutil.which("danju", path=str(installed.scripts))
    assert danju is not None
    result = installed.run(danju, "--version")
    assert result.returncode == 0, result.stderr
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert version in result.stdout


def test_the_doctor_runs_there(installed: Installed) -> None:
    """Its verdict on an empty folder may be bad; it must come to one, in words, and leave the folder alone."""
    danju = shutil.which("danju", path=str(installed.scripts))
    assert danju is not None
    result = installed.run(danju, "doctor", DANJU_DATA_DIR=str(installed.elsewhere / "data"))
    assert "Traceback" not in result.stdout + result.stderr
    assert result.stdout.strip()
    assert result.returncode in {0, 1}
