"""What the store already holds of what a file speaks of, read in a handful of statements over one snapshot."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from bot.importing import sql as statements
from bot.importing.consistency import fold
from bot.importing.rows import Company
from inventory_core import firm, people, sql
from inventory_core.views import PersonView


@dataclass(slots=True)
class Existing:
    """Rows of the store by the folded code or name that a file's row is looked up with."""

    catalog: int
    products: dict[str, dict[str, Any]] = field(default_factory=dict)  # folded sku -> columns, "units", "aliases"
    named: dict[str, tuple[str, bool]] = field(default_factory=dict)  # folded name and spec -> (sku, active)
    barcodes: dict[str, tuple[str, str]] = field(default_factory=dict)  # barcode -> (sku, unit)
    partners: dict[str, dict[str, Any]] = field(default_factory=dict)  # folded code -> columns, "aliases"
    partner_names: dict[tuple[str, str], list[str]] = field(default_factory=dict)  # (kind, folded name) -> codes
    people: dict[str, PersonView] = field(default_factory=dict)
    opened: dict[str, tuple[int, int]] = field(default_factory=dict)  # folded sku -> quantity and value of the opening
    moved: frozenset[str] = frozenset()  # folded skus with any movement
    closed: date | None = None  # the books are closed through this day, and it is not over yet


def existing(session: Session, company: Company, now: datetime) -> Existing:
    """Everything the plan has to compare ``company`` with."""
    found = Existing(firm.catalog_version(session))
    view = firm.firm(session)
    if view.closed_through is not None and firm.day_in(view, now) <= view.closed_through:
        found.closed = view.closed_through
    _products(session, company, found)
    _partners(session, found)
    found.people = {fold(view.name): view for view in people.people(session)}
    return found


def _products(session: Session, company: Company, found: Existing) -> None:
    wanted = {fold(row.sku) for row in company.products} | {fold(row.sku) for row in company.opening}
    folded: dict[int, str] = {}
    for product_id, sku, name, spec, active in sql.run(session, statements.SKUS):
        key = fold(sku)
        found.named[named(name, spec)] = (sku, bool(active))
        if key in wanted:
            folded[product_id] = key
    ids = sql.ids(folded)
    for row in sql.rows(session, statements.PRODUCTS, ids=ids):
        found.products[folded[row["id"]]] = row | {"units": {}, "aliases": set()}
    for product_id, unit, num, den, barcode in sql.run(session, statements.UNITS, ids=ids):
        found.products[folded[product_id]]["units"][unit] = (num, den, barcode)
    for product_id, alias in sql.run(session, statements.ALIASES, ids=ids):
        found.products[folded[product_id]]["aliases"].add(alias)
    codes = json.dumps([code for row in company.products for code, _unit in row.barcodes])
    for barcode, _id, sku, unit in sql.run(session, statements.BARCODES, codes=codes):
        found.barcodes[barcode] = (sku, unit)
    if company.opening:
        for product_id, qty, value in sql.run(session, statements.OPENED, ids=ids):
            found.opened[folded[product_id]] = (qty, value)
        found.moved = frozenset(folded[product_id] for (product_id,) in sql.run(session, statements.MOVED, ids=ids))


def _partners(session: Session, found: Existing) -> None:
    by_id: dict[int, dict[str, Any]] = {}
    for row in sql.rows(session, statements.PARTNERS):
        by_id[row["id"]] = found.partners[fold(row["code"])] = row | {"aliases": set()}
        if row["active"]:
            found.partner_names.setdefault((row["kind"], fold(row["name"])), []).append(row["code"])
    for partner_id, alias in sql.run(session, statements.PARTNER_ALIASES):
        by_id[partner_id]["aliases"].add(alias)


def named(name: str, spec: str) -> str:
    """A product's name and spec as one key."""
    return f"{fold(name)} {fold(spec)}".strip()
