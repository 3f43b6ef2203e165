"""Write the hash-locked requirements: `make lock`, or `make lock UPGRADE=1` to take newer versions.

The files name no host: whoever installs takes their own registry. Without UPGRADE what is locked stays where it can.
Runs on any Python ≥ 3.11; uv is installed into an environment of its own under build/ when the machine has none.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TO_ENVIRONMENT = Path("build") / "lock-venv"


def uv() -> Path:
    """The uv program, installed when there is none."""
    found = shutil.which("uv")
    if found:
        return Path(found)
    home = ROOT / TO_ENVIRONMENT
    scripts = home / ("Scripts" if os.name == "nt" else "bin")
    program = scripts / ("uv.exe" if os.name == "nt" else "uv")
    if not program.exists():
        venv.create(home, with_pip=True, clear=True)
        subprocess.run([scripts / "python", "-m", "pip", "install", "--quiet", "uv"], check=True)
    return program


def compile_lock(program: Path, output: str, *arguments: str, stdin: str | None = None) -> None:
    command = [
        str(program), "pip", "compile", "--quiet", "--universal", "--python-version", "3.11", "--generate-hashes",
        "--no-emit-index-url", "--no-emit-find-links", "--custom-compile-command", "make lock",
        "--output-file", output, *arguments,
    ]  # fmt: skip
    subprocess.run(command, cwd=ROOT, check=True, input=stdin, text=True)


def main() -> int:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    upgrade = ["--upgrade"] if os.environ.get("UPGRADE") else []
    program = uv()
    build = "\n".join(project["build-system"]["requires"])
    compile_lock(program, "requirements-build.txt", *upgrade, "-", stdin=build)
    compile_lock(program, "requirements.txt", *upgrade, "pyproject.toml")
    # The same versions under the tests as in the service.
    compile_lock(
        program,
        "requirements-dev.txt",
        *upgrade,
        "--extra",
        "dev",
        "--constraint",
        "requirements.txt",
        "pyproject.toml",
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
