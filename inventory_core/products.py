"""Products. Every change bumps the catalogue's version, so that the next message is understood with it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlmodel import Session

from inventory_core import audit, numbering, people, sql, units
from inventory_core.columns import micros, plain
from inventory_core.errors import NotAllowed, NotFound, Refused
from inventory_core.views import ProductView, Role

MAINTAINERS = (Role.BUYER, Role.SUPERVISOR, Role.BOSS, Role.ADMIN)
_FIELDS = ("name", "spec", "default_unit", "category", "list_price", "floor_price", "min_qty", "active", "units")


def view_of(row: sql.Row) -> ProductView:
    """The view of a row selected with ``sql.PRODUCT_COLUMNS``."""
    scale = row["qty_scale"]
    return ProductView(
        id=row["id"],
        sku=row["sku"],
        name=row["name"],
        spec=row["spec"],
        base_unit=row["base_unit"],
        default_unit=row["default_unit"],
        units={unit: (num, den) for unit, num, den in json.loads(row["units"])},
        qty_scale=scale,
        category=row["category"],
        list_price=None if row["list_price"] is None else Decimal(row["list_price"]),
        floor_price=None if row["floor_price"] is None else Decimal(row["floor_price"]),
        min_qty=None if row["min_qty"] is None else units.from_base(row["min_qty"], scale),
        aliases=tuple(json.loads(row["aliases"])),
        active=bool(row["active"]),
    )


def by_ids(session: Session, product_ids: Iterable[int]) -> dict[int, ProductView]:
    """Several products in one statement; unknown ids are left out."""
    wanted = set(product_ids)
    if not wanted:
        return {}
    return {row["id"]: view_of(row) for row in sql.rows(session, sql.PRODUCTS_BY_ID, ids=sql.ids(wanted))}


def product(session: Session, product_id: int) -> ProductView:
    """One product.

    Raises:
        NotFound: no such product.
    """
    found = by_ids(session, [product_id])
    if product_id not in found:
        raise NotFound("没有这个商品，请重新选择。")
    return found[product_id]


def product_by_sku(session: Session, sku: str) -> ProductView | None:
    """The product with this code."""
    row = sql.one(session, sql.PRODUCT_COLUMNS + " WHERE p.sku = :sku", sku=sku)
    return None if row is None else view_of(row)


def product_by_barcode(session: Session, barcode: str) -> tuple[ProductView, str] | None:
    """(product, unit) a barcode stands on."""
    found = sql.run(
        session, "SELECT product_id, unit FROM product_unit WHERE barcode = :barcode AND barcode <> ''", barcode=barcode
    )
    return (product(session, found[0][0]), found[0][1]) if found else None


def ids_by_sku(session: Session, skus: Iterable[str]) -> dict[str, int]:
    """Ids of several codes in one statement."""
    found = sql.run(
        session,
        "SELECT sku, id FROM product WHERE sku IN (SELECT value FROM json_each(:skus))",
        skus=json.dumps(sorted(set(skus)), ensure_ascii=False),
    )
    return dict(found)


def products(session: Session, *, active_only: bool = True) -> Iterator[ProductView]:
    """All products, by id."""
    where = " WHERE p.active = 1" if active_only else ""
    return (view_of(row) for row in sql.rows(session, sql.PRODUCT_COLUMNS + where + " ORDER BY p.id"))


def search(session: Session, text: str, limit: int = 10) -> list[ProductView]:
    """Products whose code, name, spec or alias contains the text; for lists, not for understanding sentences."""
    found = sql.rows(
        session,
        sql.PRODUCT_COLUMNS
        + """ WHERE p.active = 1 AND (instr(lower(p.name || ' ' || p.spec), lower(:text)) > 0 OR instr(p.sku, :text) > 0
              OR EXISTS (SELECT 1 FROM product_alias a WHERE a.product_id = p.id AND instr(a.alias, :text) > 0))
              ORDER BY p.sku LIMIT :limit""",
        text=text.strip(),
        limit=limit,
    )
    return [view_of(row) for row in found]


def add_product(
    session: Session,
    *,
    name: str,
    base_unit: str,
    now: datetime,
    sku: str | None = None,
    spec: str = "",
    default_unit: str | None = None,
    conversions: Mapping[str, tuple[int, int]] | None = None,
    barcodes: Mapping[str, str] | None = None,
    qty_scale: int = 0,
    category: str = "",
    list_price: Decimal | None = None,
    floor_price: Decimal | None = None,
    min_qty: Decimal | None = None,
    aliases: Iterable[str] = (),
    actor_id: int | None = None,
) -> ProductView:
    """Add a product. The least a card must ask for is name and base unit; the code is then made up (P0001).

    Args:
        conversions: unit → (num, den), base units in one unit: {"箱": (24, 1)}.
        barcodes: unit → barcode.
        list_price, floor_price: yuan per base unit.
        min_qty: base units.
        actor_id: None for set-up and imports.

    Raises:
        NotAllowed: the person may not maintain products.
        Refused: the code is taken, or a value makes no sense.
    """
    _may_maintain(session, actor_id)
    name, base_unit = name.strip(), base_unit.strip()
    if not name or not base_unit:
        raise Refused("商品至少要有名称和单位。")
    code = (sku or "").strip() or _free_sku(session)
    if sql.run(session, "SELECT 1 FROM product WHERE sku = :sku", sku=code):
        raise Refused(f"编码「{code}」已经有了，换一个编码。")
    ratios = {base_unit: (1, 1), **(conversions or {})}
    default = (default_unit or "").strip() or base_unit
    _check_units(ratios, base_unit, default)
    product_id = sql.insert(
        session,
        "product",
        {
            "sku": code,
            "name": name,
            "spec": spec.strip(),
            "base_unit": base_unit,
            "default_unit": default,
            "qty_scale": qty_scale,
            "category": category.strip(),
            "list_price": _price(list_price),
            "floor_price": _price(floor_price),
            "min_qty": _min_qty(min_qty, qty_scale),
            "active": 1,
            "created_at": micros(now),
            "updated_at": micros(now),
        },
    )
    _write_units(session, product_id, ratios, barcodes or {})
    for alias in aliases:
        _write_alias(session, product_id, alias, None)
    audit.log_catalog(session, "product", product_id, "add", {"sku": code, "name": name, "spec": spec}, actor_id, now)
    return product(session, product_id)


def change_product(
    session: Session, product_id: int, *, now: datetime, actor_id: int | None = None, **fields: Any
) -> ProductView:
    """Change name, spec, default_unit, category, list_price, floor_price, min_qty, active or units (unit → (num, den)).

    Base unit and scale stay for ever: every quantity in the books is counted in them.

    Raises:
        NotAllowed, NotFound, Refused: as their names say.
    """
    _may_maintain(session, actor_id)
    before = product(session, product_id)
    unknown = sorted(set(fields) - set(_FIELDS))
    if unknown:
        raise Refused(f"商品的{'、'.join(unknown)}不能改；单位弄错了就停用这个商品，另建一个。")
    ratios = {before.base_unit: (1, 1), **(fields.pop("units", None) or before.units)}
    default = str(fields.get("default_unit", before.default_unit)).strip()
    _check_units(ratios, before.base_unit, default)
    changed: dict[str, Any] = {}
    for key, value in fields.items():
        if key in ("list_price", "floor_price"):
            changed[key] = _price(value)
        elif key == "min_qty":
            changed[key] = _min_qty(value, before.qty_scale)
        elif key == "active":
            changed[key] = int(bool(value))
        else:
            changed[key] = str(value).strip()
    if "name" in changed and not changed["name"]:
        raise Refused("商品要有名称。")
    assignments = "".join(f"{key} = :{key}, " for key in changed)
    sql.run(
        session,
        f"UPDATE product SET {assignments}updated_at = :updated_at WHERE id = :id",
        **changed,
        updated_at=micros(now),
        id=product_id,
    )
    if ratios != before.units:
        barcodes = dict(
            sql.run(session, "SELECT unit, barcode FROM product_unit WHERE product_id = :id", id=product_id)
        )
        sql.run(session, "DELETE FROM product_unit WHERE product_id = :id", id=product_id)
        _write_units(session, product_id, ratios, barcodes)
        changed["units"] = {unit: list(ratio) for unit, ratio in ratios.items()}
    audit.log_catalog(session, "product", product_id, "change", changed, actor_id, now)
    return product(session, product_id)


def add_alias(
    session: Session,
    product_id: int,
    alias: str,
    partner_id: int | None = None,
    *,
    now: datetime,
    actor_id: int | None = None,
) -> None:
    """Another name for the product; with ``partner_id`` only as that partner's word. Twice changes nothing."""
    product(session, product_id)
    if _write_alias(session, product_id, alias, partner_id):
        detail = {"alias": alias, "partner_id": partner_id}
        audit.log_catalog(session, "product", product_id, "alias", detail, actor_id, now)


def _write_alias(session: Session, product_id: int, alias: str, partner_id: int | None) -> bool:
    alias = alias.strip()
    if not alias:
        return False
    values = {"product_id": product_id, "alias": alias, "partner_id": partner_id}
    if sql.run(
        session,
        "SELECT 1 FROM product_alias WHERE product_id = :product_id AND alias = :alias AND partner_id IS :partner_id",
        **values,
    ):
        return False
    sql.insert(session, "product_alias", values)
    return True


def _write_units(
    session: Session, product_id: int, ratios: Mapping[str, tuple[int, int]], barcodes: Mapping[str, str]
) -> None:
    sql.many(
        session,
        "INSERT INTO product_unit (product_id, unit, num, den, barcode)"
        " VALUES (:product_id, :unit, :num, :den, :barcode)",
        [
            {"product_id": product_id, "unit": unit, "num": num, "den": den, "barcode": barcodes.get(unit, "")}
            for unit, (num, den) in ratios.items()
        ],
    )


def _check_units(ratios: Mapping[str, tuple[int, int]], base_unit: str, default_unit: str) -> None:
    if ratios[base_unit] != (1, 1):
        raise Refused(f"基本单位「{base_unit}」只能等于它自己。")
    if default_unit not in ratios:
        raise Refused(f"常用单位「{default_unit}」没有换算，请写 1{default_unit}=几{base_unit}。")
    for unit, (num, den) in ratios.items():
        if not unit.strip() or num <= 0 or den <= 0:
            raise Refused(f"单位「{unit}」的换算不对，请写 1{unit}=几{base_unit}。")


def _price(value: Decimal | None) -> str | None:
    if value is None:
        return None
    if not value.is_finite() or value < 0:
        raise Refused("价格不能是负数。")
    return plain(value)


def _min_qty(value: Decimal | None, scale: int) -> int | None:
    if value is None:
        return None
    base = units.base_int(value, scale)
    if base is None or base < 0:
        raise Refused("最低库存要写成基本单位的数，不能是负数，也不能有多余的小数。")
    return base


def _free_sku(session: Session) -> str:
    while True:
        code = f"P{numbering.next_value(session, 'sku'):04d}"
        if not sql.run(session, "SELECT 1 FROM product WHERE sku = :sku", sku=code):
            return code


def _may_maintain(session: Session, actor_id: int | None) -> None:
    if actor_id is not None and not people.person(session, actor_id).has(*MAINTAINERS):
        raise NotAllowed("新建和修改商品要采购、主管或老板，请找他们操作。")
