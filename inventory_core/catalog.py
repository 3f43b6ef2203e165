"""The catalogue as the language room reads it.

Shape: ``catalog.json`` of the language specification; ids are the product's code and the partner's code. Two keys are
added: ``version`` (int, ``firm.catalog_version``) and ``partner_aliases`` ({partner code: {alias: sku}}, names only
that partner uses, imported or learned); a product that people have a word for has ``learned`` ([word]).
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from sqlmodel import Session

from inventory_core import firm, sql
from inventory_core.columns import plain
from inventory_core.units import Unit, in_unit

#: Changes further back than so many audit rows are not looked for; the whole catalogue is sent instead.
_LOOK_BACK = 500


def snapshot(session: Session) -> dict[str, Any]:
    """The whole active catalogue; every number is text, as the specification has it."""
    return {
        "version": firm.catalog_version(session),
        "products": _products(session, None),
        "customers": _parties(session, "customer", None),
        "suppliers": _parties(session, "supplier", None),
        "partner_aliases": _partner_aliases(session),
    }


def changes(session: Session, since: int) -> dict[str, Any]:
    """What to lay over a catalogue of version ``since`` to have the present one.

    ``products``, ``customers`` and ``suppliers`` hold whole entries, new or replacing; ``removed`` (skus) and
    ``removed_parties`` (codes) are no longer active. Where single changes are not on record (an import, a long absence)
    the whole catalogue is the change, and ``whole`` is true.
    """
    version = firm.catalog_version(session)
    touched = _touched(session, since, version)
    product_ids = None if touched is None else touched["product"]
    partner_ids = None if touched is None else touched["partner"]
    return {
        "version": version,
        "whole": touched is None,
        "products": _products(session, product_ids),
        "customers": _parties(session, "customer", partner_ids),
        "suppliers": _parties(session, "supplier", partner_ids),
        "removed": _inactive(session, "sku", "product", product_ids),
        "removed_parties": _inactive(session, "code", "partner", partner_ids),
        "partner_aliases": _partner_aliases(session),
    }


def _touched(session: Session, since: int, version: int) -> dict[str, set[int]] | None:
    """Ids changed after ``since``, by subject; None unless every version in between is accounted for."""
    found: dict[str, set[int]] = {"product": set(), "partner": set()}
    if version <= since:
        return found if version == since else None
    if version - since > _LOOK_BACK:
        return None
    seen: set[int] = set()
    for subject, subject_id, counted in sql.run(
        session,
        """SELECT subject, subject_id, json_extract(detail, '$.catalog') FROM audit
           WHERE id > (SELECT max(id) FROM audit) - :rows AND subject IN ('product', 'partner')""",
        rows=_LOOK_BACK,
    ):
        if counted is not None and counted > since:
            found[subject].add(subject_id)
            seen.add(counted)
    return found if len(seen) == version - since else None


def _products(session: Session, wanted: set[int] | None) -> list[dict[str, Any]]:
    """Entries of active products, all or the wanted ones."""
    only = None if wanted is None else sql.ids(wanted)
    units: dict[int, dict[str, str]] = {}
    barcodes: dict[int, str] = {}
    for product_id, unit, num, den, barcode in sql.run(
        session,
        f"SELECT product_id, unit, num, den, barcode FROM product_unit {_where('product_id', only)}"
        " ORDER BY product_id, num, unit",
        **_ids(only),
    ):
        size = _size(num, den)
        if size is not None:
            units.setdefault(product_id, {})[unit] = size
        if barcode and (product_id not in barcodes or (num, den) == (1, 1)):
            barcodes[product_id] = barcode
    aliases: dict[int, list[str]] = {}
    for product_id, alias, partner_id in sql.run(
        session,
        f"SELECT product_id, alias, partner_id FROM product_alias {_where('product_id', only)} ORDER BY id",
        **_ids(only),
    ):
        if partner_id is None:
            aliases.setdefault(product_id, []).append(alias)
    learned: dict[int, list[str]] = {}
    for product_id, words in sql.run(
        session,
        "SELECT product_id, words FROM learned_alias WHERE partner_id IS NULL AND state = 'active' ORDER BY id",
    ):
        learned.setdefault(product_id, []).append(words)
    return [
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
        | ({"learned": learned[product_id]} if product_id in learned else {})
        for product_id, sku, name, spec, base_unit, default_unit, category, list_price, active in sql.run(
            session,
            "SELECT id, sku, name, spec, base_unit, default_unit, category, list_price, active FROM product"
            f" {_where('id', only)} ORDER BY id",
            **_ids(only),
        )
        if active
    ]


def _where(column: str, only: str | None) -> str:
    return "" if only is None else f"WHERE {column} IN (SELECT value FROM json_each(:ids))"


def _ids(only: str | None) -> dict[str, str]:
    return {} if only is None else {"ids": only}


def _inactive(session: Session, column: str, table: str, wanted: set[int] | None) -> list[str]:
    only = None if wanted is None else sql.ids(wanted)
    found = sql.run(session, f"SELECT {column}, active FROM {table} {_where('id', only)} ORDER BY id", **_ids(only))
    return [name for name, active in found if not active]


def _partner_aliases(session: Session) -> dict[str, dict[str, str]]:
    own: dict[str, dict[str, str]] = {}
    for alias, code, sku in sql.run(
        session,
        """SELECT a.words, r.code, p.sku FROM learned_alias a JOIN product p ON p.id = a.product_id
           JOIN partner r ON r.id = a.partner_id WHERE a.state = 'active'
           UNION ALL
           SELECT a.alias, r.code, p.sku FROM product_alias a JOIN product p ON p.id = a.product_id
           JOIN partner r ON r.id = a.partner_id""",
    ):
        own.setdefault(code, {})[alias] = sku
    return own


def _parties(session: Session, kind: str, wanted: set[int] | None) -> list[dict[str, Any]]:
    only = None if wanted is None else sql.ids(wanted)
    parties: dict[str, dict[str, Any]] = {}
    for code, name, alias in sql.run(
        session,
        """SELECT p.code, p.name, a.alias FROM partner p LEFT JOIN partner_alias a ON a.partner_id = p.id
           WHERE p.kind = :kind AND p.active = 1 AND (:ids IS NULL OR p.id IN (SELECT value FROM json_each(:ids)))
           ORDER BY p.id, a.id""",
        kind=kind,
        ids=only,
    ):
        entry = parties.setdefault(code, {"id": code, "name": name, "aliases": []})
        if alias is not None:
            entry["aliases"].append(alias)
    return list(parties.values())


def _size(num: int, den: int) -> str | None:
    """Base units in one unit as decimal text; None where no short decimal is exact (1/3)."""
    if den == 1:
        return str(num)
    ratio = Fraction(num, den)
    exact = in_unit(ratio.numerator, Unit("", ratio.denominator, 1), 0)
    return None if exact is None else plain(exact)
