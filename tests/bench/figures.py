"""One figure a row: the table on the terminal and ``build/bench.json``."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

OUT = Path(__file__).resolve().parents[2] / "build" / "bench.json"


@dataclass(frozen=True, slots=True)
class Figure:
    """``reach`` is the goal as text, ``holds`` whether the value meets it, ``yardstick`` what it was measured
    against."""

    area: str
    name: str
    value: float
    unit: str
    yardstick: str
    reach: str
    holds: bool


def at_least(area: str, name: str, value: float, unit: str, reach: float, yardstick: str = "") -> Figure:
    return Figure(area, name, round(value, 3), unit, yardstick, f">= {reach:g}", value >= reach)


def at_most(area: str, name: str, value: float, unit: str, reach: float, yardstick: str = "") -> Figure:
    return Figure(area, name, round(value, 3), unit, yardstick, f"<= {reach:g}", value <= reach)


def below(area: str, name: str, value: float, unit: str, reach: float, yardstick: str = "") -> Figure:
    return Figure(area, name, round(value, 3), unit, yardstick, f"< {reach:g}", value < reach)


def write(figures: Iterable[Figure]) -> list[Figure]:
    """Merge into the file by area and name, and print the table."""
    new = list(figures)
    fresh = {(figure.area, figure.name) for figure in new}
    kept: list[dict[str, object]] = []
    if OUT.exists():
        kept = [row for row in json.loads(OUT.read_text(encoding="utf-8")) if (row["area"], row["name"]) not in fresh]
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(
        json.dumps([*kept, *(asdict(figure) for figure in new)], ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    show(new, print)
    return new


def show(figures: Iterable[Figure], out: Callable[[str], None]) -> None:
    out(f"{'area':<8} {'name':<24} {'value':>10} {'unit':<7} {'reach':<10} {'holds':<5} yardstick")
    for figure in figures:
        holds = "yes" if figure.holds else "NO"
        out(
            f"{figure.area:<8} {figure.name:<24} {figure.value:>10.3f} {figure.unit:<7} {figure.reach:<10} {holds:<5}"
            f" {figure.yardstick}"
        )
