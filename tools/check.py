"""`make check`: format, lint, types, imports and the rules of the house. All of them run, then the verdict.

`python -m tools.check types imports` runs only those named.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from tools.house import ROOT, Tree, violations

SCRIPTS = Path(sys.executable).parent
STEPS: dict[str, list[list[str]]] = {
    "format": [[sys.executable, "-m", "ruff", "format", "--check", "."]],
    "lint": [[sys.executable, "-m", "ruff", "check", "."]],
    "types": [[sys.executable, "-m", "mypy"], [sys.executable, "-m", "mypy", "run.py"]],
    "imports": [[str(SCRIPTS / ("lint-imports.exe" if os.name == "nt" else "lint-imports"))]],
    "house": [],
}


def house() -> int:
    found = violations(Tree.of(ROOT))
    for line in found:
        print(line)
    return 1 if found else 0


def main(names: list[str]) -> int:
    unknown = set(names) - set(STEPS)
    if unknown:
        print(f"No such check: {', '.join(sorted(unknown))}. There are: {', '.join(STEPS)}.")
        return 2
    failed = []
    for name, commands in STEPS.items():
        if names and name not in names:
            continue
        print(f"== {name}", flush=True)
        start = time.monotonic()
        codes = [subprocess.run(command, cwd=ROOT, check=False).returncode for command in commands]
        if name == "house":
            codes = [house()]
        if any(codes):
            failed.append(name)
        print(f"== {name}: {'FAILED' if any(codes) else 'ok'} ({time.monotonic() - start:.1f} s)", flush=True)
    print(f"check: {'FAILED: ' + ', '.join(failed) if failed else 'all is in order'}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
