"""Build the wheel: `python -m tools.wheel dist`. It is built from a copy, so that the checkout stays as it is.

It uses the environment run.py made (its setuptools is the locked one) and asks no registry.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tools.house import PACKAGES, ROOT, Tree

TOP_FILES = ("pyproject.toml",)


def environment_python() -> Path:
    """The interpreter of the checkout's .venv, or this one when there is none."""
    inside = ROOT / ".venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    return inside if inside.exists() else Path(sys.executable)


def build(target: Path, python: Path | None = None) -> Path:
    """Build the wheel into the folder and return its path. Raises CalledProcessError with pip's output."""
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="danju-wheel-") as place:
        copy = Path(place)
        for path in Tree.of(ROOT).files:
            if path.parts[0] in PACKAGES or path.as_posix() in TOP_FILES:
                (copy / path).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(ROOT / path, copy / path)
        command = [
            str(python or environment_python()), "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-index",
            "--no-build-isolation", "--wheel-dir", str(target), str(copy),
        ]  # fmt: skip
        subprocess.run(command, check=True)
    return max(target.glob("danju-*.whl"), key=lambda path: path.stat().st_mtime)


if __name__ == "__main__":
    print(build(Path(sys.argv[1] if len(sys.argv) > 1 else "dist")))
