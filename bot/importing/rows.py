"""Typed rows: what a file says, checked and exact, before it meets the store.

An empty cell is not a wish to erase: ``None`` (and an empty tuple) means "not said", and what the store has stays.
Rows travel from the worker process to the service and rest in the staging table, so each turns into plain JSON.
Prices are decimal yuan per base unit, money is integer fen, ratios are exact (num, den) base units in one unit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ProductRow:
    """One product. ``barcodes`` holds (code, unit) pairs, one per unit; ``units`` contains the base unit as (1, 1)."""

    sku: str
    name: str
    base_unit: str
    spec: str | None = None
    default_unit: str | None = None
    units: Mapping[str, tuple[int, int]] | None = None
    qty_scale: int | None = None
    barcodes: tuple[tuple[str, str], ...] = ()
    aliases: tuple[str, ...] = ()
    category: str | None = None
    list_price: Decimal | None = None
    floor_price: Decimal | None = None
    min_qty: Decimal | None = None

    def to_json(self) -> Json:
        return {
            "sku": self.sku,
            "name": self.name,
            "spec": self.spec,
            "base_unit": self.base_unit,
            "default_unit": self.default_unit,
            "units": None if self.units is None else {unit: list(ratio) for unit, ratio in self.units.items()},
            "qty_scale": self.qty_scale,
            "barcodes": [list(pair) for pair in self.barcodes],
            "aliases": list(self.aliases),
            "category": self.category,
            "list_price": _out(self.list_price),
            "floor_price": _out(self.floor_price),
            "min_qty": _out(self.min_qty),
        }

    @classmethod
    def from_json(cls, data: Json) -> ProductRow:
        return cls(
            sku=data["sku"],
            name=data["name"],
            spec=data["spec"],
            base_unit=data["base_unit"],
            default_unit=data["default_unit"],
            units=None if data["units"] is None else {unit: (num, den) for unit, (num, den) in data["units"].items()},
            qty_scale=data["qty_scale"],
            barcodes=tuple((code, unit) for code, unit in data["barcodes"]),
            aliases=tuple(data["aliases"]),
            category=data["category"],
            list_price=_in(data["list_price"]),
            floor_price=_in(data["floor_price"]),
            min_qty=_in(data["min_qty"]),
        )


@dataclass(frozen=True, slots=True)
class PartnerRow:
    """One customer or supplier. An empty ``code`` asks for a generated one; such rows are found again by their name."""

    kind: str  # "customer" | "supplier"
    code: str
    name: str
    aliases: tuple[str, ...] = ()
    contact: str | None = None
    phone: str | None = None
    address: str | None = None
    credit_limit: int | None = None  # fen

    def to_json(self) -> Json:
        return {
            "kind": self.kind,
            "code": self.code,
            "name": self.name,
            "aliases": list(self.aliases),
            "contact": self.contact,
            "phone": self.phone,
            "address": self.address,
            "credit_limit": self.credit_limit,
        }

    @classmethod
    def from_json(cls, data: Json) -> PartnerRow:
        return cls(**{**data, "aliases": tuple(data["aliases"])})


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person; ``roles`` are values of ``inventory_core.views.Role``."""

    name: str
    roles: tuple[str, ...]

    def to_json(self) -> Json:
        return {"name": self.name, "roles": list(self.roles)}

    @classmethod
    def from_json(cls, data: Json) -> PersonRow:
        return cls(name=data["name"], roles=tuple(data["roles"]))


@dataclass(frozen=True, slots=True)
class OpeningRow:
    """What lay in the store on the first day. ``cost`` is the value of the whole quantity in fen."""

    sku: str
    qty: Decimal
    unit: str
    cost: int

    def to_json(self) -> Json:
        return {"sku": self.sku, "qty": str(self.qty), "unit": self.unit, "cost": self.cost}

    @classmethod
    def from_json(cls, data: Json) -> OpeningRow:
        return cls(sku=data["sku"], qty=Decimal(data["qty"]), unit=data["unit"], cost=data["cost"])


@dataclass(frozen=True, slots=True)
class Company:
    """Everything one file (or the sample company) says."""

    products: tuple[ProductRow, ...] = ()
    partners: tuple[PartnerRow, ...] = ()
    people: tuple[PersonRow, ...] = ()
    opening: tuple[OpeningRow, ...] = ()
    origin: Mapping[str, tuple[str, int]] = field(default_factory=dict)  # "kind:index" -> sheet and row, for faults

    def __len__(self) -> int:
        return len(self.products) + len(self.partners) + len(self.people) + len(self.opening)

    def place(self, kind: str, index: int) -> tuple[str, int]:
        """Sheet and row number of the ``index``-th row of a kind; ("", 0) when the rows came from nowhere."""
        return self.origin.get(f"{kind}:{index}", ("", 0))

    def to_json(self) -> Json:
        return {
            "products": [row.to_json() for row in self.products],
            "partners": [row.to_json() for row in self.partners],
            "people": [row.to_json() for row in self.people],
            "opening": [row.to_json() for row in self.opening],
            "origin": {key: list(place) for key, place in self.origin.items()},
        }

    @classmethod
    def from_json(cls, data: Json) -> Company:
        return cls(
            products=tuple(map(ProductRow.from_json, data["products"])),
            partners=tuple(map(PartnerRow.from_json, data["partners"])),
            people=tuple(map(PersonRow.from_json, data["people"])),
            opening=tuple(map(OpeningRow.from_json, data["opening"])),
            origin={key: (sheet, number) for key, (sheet, number) in data["origin"].items()},
        )


def _out(value: Decimal | None) -> str | None:
    return None if value is None else format(value, "f")


def _in(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(value)
