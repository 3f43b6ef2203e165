"""``python -m tests.bench``: all areas, or the one named in ``ONLY``."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable

from tests.bench import figures, language, main, wire
from tests.bench.figures import Figure

AREAS: dict[str, Callable[[], Awaitable[list[Figure]]]] = {
    "main": main.measure,
    "wire": wire.measure,
    "language": language.measure,
}


def run() -> int:
    only = os.environ.get("ONLY", "")
    if only and only not in AREAS:
        print(f"no area {only!r}; there are: {', '.join(AREAS)}", file=sys.stderr)
        return 2
    found: list[Figure] = []
    for name, measure in AREAS.items():
        if only in ("", name):
            found += asyncio.run(_as_coroutine(measure))
    figures.write(found)
    return 0 if all(figure.holds for figure in found) else 1


async def _as_coroutine(measure: Callable[[], Awaitable[list[Figure]]]) -> list[Figure]:
    return await measure()


if __name__ == "__main__":
    sys.exit(run())
