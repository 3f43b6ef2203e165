"""The catalogue as the language room reads it.

Shape: ``catalog.json`` of the language specification; ids are the product's code and the partner's code. Two keys are
added: ``version`` (int, ``firm.catalog_version``) and ``partner_aliases`` ({partner code: {alias: sku}}, names only
that partner uses).
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from sqlmodel import Session

from inventory_core import firm, sql
from inventory_core.columns import plain
from inventory_core.units import Unit, in_unit


def snapshot(session: Session) -> dict[str, Any]:
    """The whole active catalogue; every number is text, as the specification has it."""
    units: dict[int, dict[str, str]] = {}
    barcodes: dict[int, str] = {}
    for product_id, unit, num, den, barcode in sql.run(
        session, "SELECT product_id, unit, num, den, barcode FROM product_unit ORDER BY product_id, num, unit"
    ):
        size = _size(num, den)
        if size is not None:
            units.setdefault(product_id, {})[unit] = size
        if barcode and (product_id not in barcodes or (num, den) == (1, 1)):
            barcodes[product_id] = barcode
    aliases: dict[int, list[str]] = {}
    own: dict[str, dict[str, str]] = {}
    for product_id, alias, code, sku in sql.run(
        session,
        """SELECT a.product_id, a.alias, r.code, p.sku FROM product_alias a JOIN product p ON p.id = a.product_id
           LEFT JOIN partner r ON r.id = a.partner_id ORDER BY a.id""",
    ):
        if code is None:
            aliases.setdefault(product_id, []).append(alias)
        else:
            own.setdefault(code, {})[alias] = sku
    return {
        "version": firm.catalog_version(session),
        "products": [
            {
                "sku": sku,
                "name": name,
                "spec": spec,
                "barcode": barcodes.get(product_id, ""),
                "base_unit": base_unit,
                "units": units.get(product_id, {base_unit: "1"}),
                "default_unit": default_unit,
                "category": category,
                "aliases": aliases.get(product_id, []),
                "list_price": list_price,
            }
            for product_id, sku, name, spec, base_unit, default_unit, category, list_price in sql.run(
                session,
                "SELECT id, sku, name, spec, base_unit, default_unit, category, list_price FROM product"
                " WHERE active = 1 ORDER BY id",
            )
        ],
        "customers": _parties(session, "customer"),
        "suppliers": _parties(session, "supplier"),
        "partner_aliases": own,
    }


def _parties(session: Session, kind: str) -> list[dict[str, Any]]:
    names: dict[str, list[str]] = {}
    parties: dict[str, dict[str, Any]] = {}
    for code, name, alias in sql.run(
        session,
        """SELECT p.code, p.name, a.alias FROM partner p LEFT JOIN partner_alias a ON a.partner_id = p.id
           WHERE p.kind = :kind AND p.active = 1 ORDER BY p.id, a.id""",
        kind=kind,
    ):
        found = names.setdefault(code, [])
        if alias is not None:
            found.append(alias)
        parties[code] = {"id": code, "name": name, "aliases": found}
    return list(parties.values())


def _size(num: int, den: int) -> str | None:
    """Base units in one unit as decimal text; None where no short decimal is exact (1/3)."""
    if den == 1:
        return str(num)
    ratio = Fraction(num, den)
    exact = in_unit(ratio.numerator, Unit("", ratio.denominator, 1), 0)
    return None if exact is None else plain(exact)
