"""What one switch may take on. Costs are microseconds of the writer, measured with 20,000 products."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from bot.importing.plan import Item

BUDGET = 60_000
COST_PRICES = 3  # nothing but prices applied from the staged JSON
COST_FIELDS = 5
COST_NAME = 1  # an index more
COST_ALIAS = 6
COST_UNITS = 32  # old units out, new ones in


_PRICES = frozenset(("list_price", "floor_price"))


@dataclass(frozen=True, slots=True)
class Slice:
    """Changes with ``after`` < seq ≤ ``upto``; the flags say which statements have anything to do."""

    after: int
    upto: int
    fields: bool = False  # more than prices
    names: bool = False
    aliases: bool = False
    units: bool = False
    partners: bool = False

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def slices(items: Iterable[Item], budget: int = BUDGET) -> list[Slice]:
    """Cut a batch's changes so that no slice costs more than ``budget``; nearly always there is one. Never empty."""
    cut: list[Slice] = []
    current, cost = Slice(0, 0), 0
    for seq, item in enumerate(items, start=1):
        if item.action == "add" or item.kind not in ("product", "partner"):
            continue
        fields = item.action == "rework" or not _PRICES.issuperset(item.data["changed"])
        names = "name" in item.data["changed"]
        aliases = bool(item.data.get("aliases"))
        units = item.action == "rework"
        price = (COST_FIELDS if fields else COST_PRICES) + COST_NAME * names + COST_ALIAS * aliases + COST_UNITS * units
        if cost + price > budget and cost:
            cut.append(current)
            current, cost = Slice(current.upto, current.upto), 0
        cost += price
        current = Slice(
            current.after,
            seq,
            current.fields or fields,
            current.names or names,
            current.aliases or aliases,
            current.units or units,
            current.partners or item.kind == "partner",
        )
    return [*cut, current]
