"""What an import would do: every row of a file against what the store holds. Pure; the store is in ``Existing``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from bot.importing.consistency import fold
from bot.importing.conversions import default_scale
from bot.importing.existing import Existing, named
from bot.importing.faults import Fault
from bot.importing.rows import Company, OpeningRow, PartnerRow, PersonRow, ProductRow
from inventory_core.columns import plain
from inventory_core.errors import NotAllowed
from inventory_core.views import Role

MAY_IMPORT = (Role.ADMIN, Role.BOSS)
MAX_BASE_QTY = 10**12  # of the smallest quantity, as in the core
WORDS = {"product": "商品", "customer": "客户", "supplier": "供应商", "person": "人员", "opening": "期初库存"}


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to do; see ``tables.ImportRow`` for the words."""

    kind: str
    action: str
    data: dict[str, Any]
    target_id: int | None = None


@dataclass(slots=True)
class Tally:
    """新增 / 修改 / 不变."""

    added: int = 0
    changed: int = 0
    same: int = 0


@dataclass(slots=True)
class Plan:
    """``catalog``: the version of the catalogue this was decided upon."""

    catalog: int
    items: list[Item] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    tallies: dict[str, Tally] = field(default_factory=dict)


def make_plan(company: Company, found: Existing, actor_id: int | None = None) -> Plan:
    """Everything to add and change, or all faults that only show against the store.

    Raises:
        NotAllowed: ``actor_id`` is neither administrator nor boss.
    """
    plan = Plan(found.catalog)
    if actor_id is not None:
        actor = next((view for view in found.people.values() if view.id == actor_id), None)
        if actor is None or not actor.active or not actor.has(*MAY_IMPORT):
            raise NotAllowed("导入资料要管理员或老板，请找他们操作")
    planner = _Planner(company, found, plan)
    planner.people()
    planner.products()
    planner.partners()
    planner.opening()
    return plan


class _Planner:
    def __init__(self, company: Company, found: Existing, plan: Plan) -> None:
        self.company = company
        self.found = found
        self.plan = plan
        self.rows = {fold(row.sku): row for row in company.products}

    def fault(self, kind: str, index: int, column: str, reason: str) -> None:
        sheet, row = self.company.place(kind, index)
        self.plan.faults.append(Fault(reason, sheet or WORDS[kind], row or None, column))

    def done(self, kind: str, item: Item | None) -> None:
        tally = self.plan.tallies.setdefault(kind, Tally())
        if item is None:
            tally.same += 1
            return
        self.plan.items.append(item)
        if item.action == "add":
            tally.added += 1
        else:
            tally.changed += 1

    # -- people ----------------------------------------------------------------------------------------------------

    def people(self) -> None:
        for row in self.company.people:
            self.done("person", self._person(row))
        roles = {key: view.roles for key, view in self.found.people.items() if view.active}
        roles |= {fold(row.name): frozenset(map(Role, row.roles)) for row in self.company.people}
        had_administrator = any(Role.ADMIN in view.roles for view in self.found.people.values() if view.active)
        if self.company.people and had_administrator and not any(Role.ADMIN in held for held in roles.values()):
            self.plan.faults.append(Fault("这样导入后没有管理员了，请至少给一个人写上“管理员”", "人员"))

    def _person(self, row: PersonRow) -> Item | None:
        view = self.found.people.get(fold(row.name))
        if view is None:
            return Item("person", "add", row.to_json())
        if not view.active:
            self.plan.notes.append(f"人员“{row.name}”已停用，没有改动")
            return None
        before = sorted(role.value for role in view.roles)
        if before == sorted(row.roles):
            return None
        return Item("person", "change", {"before": before, "roles": list(row.roles)}, view.id)

    # -- products --------------------------------------------------------------------------------------------------

    def products(self) -> None:
        for index, row in enumerate(self.company.products):
            known = self.found.products.get(fold(row.sku))
            self._names_and_codes(index, row, known)
            self.done("product", self._new_product(row) if known is None else self._known_product(index, row, known))

    def _names_and_codes(self, index: int, row: ProductRow, known: dict[str, Any] | None) -> None:
        spec = row.spec if row.spec is not None or known is None else known["spec"]
        twin, active = self.found.named.get(named(row.name, spec or ""), (row.sku, False))
        if active and fold(twin) != fold(row.sku) and not self._renamed_away(twin):
            self.fault("product", index, "名称", f"和已有的商品 {twin} 名称规格都一样，请把编码改成 {twin}，或写清规格")
        for barcode, unit in row.barcodes:
            owner = self.found.barcodes.get(barcode)
            if owner is not None and fold(owner[0]) != fold(row.sku) and not self._gives_away(*owner):
                self.fault("product", index, "条码", f"条码 {barcode}（{unit}）已属于商品 {owner[0]}，请核对")

    def _renamed_away(self, sku: str) -> bool:
        """Whether this very file gives the other product another name or spec."""
        other = self.rows.get(fold(sku))
        known = self.found.products.get(fold(sku))
        if other is None or known is None:
            return False
        return named(other.name, other.spec or known["spec"]) != named(known["name"], known["spec"])

    def _gives_away(self, sku: str, unit: str) -> bool:
        """Whether this very file gives the other product's unit another barcode."""
        other = self.rows.get(fold(sku))
        return other is not None and any(other_unit == unit for _code, other_unit in other.barcodes)

    def _new_product(self, row: ProductRow) -> Item:
        scale = default_scale(row.base_unit) if row.qty_scale is None else row.qty_scale
        barcodes = {unit: code for code, unit in row.barcodes}
        units = row.units or {row.base_unit: (1, 1)}
        data = {
            "sku": row.sku,
            "name": row.name,
            "spec": row.spec or "",
            "base_unit": row.base_unit,
            "default_unit": row.default_unit or row.base_unit,
            "qty_scale": scale,
            "category": row.category or "",
            "list_price": _price(row.list_price),
            "floor_price": _price(row.floor_price),
            "min_qty": None if row.min_qty is None else int(row.min_qty.scaleb(scale)),
            "units": [[unit, num, den, barcodes.get(unit, "")] for unit, (num, den) in units.items()],
            "aliases": list(row.aliases),
        }
        return Item("product", "add", data)

    def _known_product(self, index: int, row: ProductRow, known: dict[str, Any]) -> Item | None:
        base, scale = known["base_unit"], known["qty_scale"]
        if row.base_unit != base:
            self.fault(
                "product",
                index,
                "基本单位",
                f"原来是“{base}”，账都按它记，不能改成“{row.base_unit}”；要换请停用后用新编码另建",
            )
            return None
        if row.qty_scale is not None and row.qty_scale != scale:
            self.fault("product", index, "小数位", f"原来是 {scale}，账都按它记，不能改；要换请停用后用新编码另建")
            return None
        units = self._units(index, row, known)
        usual = row.default_unit or known["default_unit"]
        if units is not None and usual not in units:
            self.fault("product", index, "常用单位", f"“{usual}”没有换算关系，请在“单位换算”里写上 1{usual}=几{base}")
        if row.min_qty is not None and row.min_qty != round(row.min_qty, scale):
            self.fault("product", index, "最低库存", f"这个商品的数量最多 {scale} 位小数")
        if units is None:
            return None
        after = {
            "name": row.name,
            "spec": known["spec"] if row.spec is None else row.spec,
            "default_unit": usual,
            "category": known["category"] if row.category is None else row.category,
            "list_price": known["list_price"] if row.list_price is None else _price(row.list_price),
            "floor_price": known["floor_price"] if row.floor_price is None else _price(row.floor_price),
            "min_qty": known["min_qty"] if row.min_qty is None else int(row.min_qty.scaleb(scale)),
        }
        floor, price = after["floor_price"], after["list_price"]
        if floor is not None and price is not None and Decimal(floor) > Decimal(price):
            self.fault("product", index, "底价", f"比售价还高（底价 {floor}，售价 {price}）")
        aliases = [alias for alias in row.aliases if alias not in known["aliases"]]
        changed = {key: value for key, value in after.items() if value != known[key]}
        reworked = units != known["units"]
        if not changed and not reworked and not aliases:
            return None
        if not known["active"]:
            self.plan.notes.append(f"商品 {known['sku']} 已停用，资料改了，仍是停用")
        data: dict[str, Any] = after | {"sku": known["sku"], "changed": sorted(changed), "aliases": aliases}
        if reworked:
            data["units"] = [[unit, *rest] for unit, rest in units.items()]
        return Item("product", "rework" if reworked else "change", data, known["id"])

    def _units(self, index: int, row: ProductRow, known: dict[str, Any]) -> dict[str, tuple[int, int, str]] | None:
        """The product's units afterwards; None after a fault. Not said means as they are."""
        scale = known["qty_scale"]
        ratios = row.units or {unit: (num, den) for unit, (num, den, _code) in known["units"].items()}
        for unit, (num, den) in ratios.items():
            if (Fraction(num, den) * 10**scale).denominator != 1:
                self.fault("product", index, "单位换算", f"“{unit}”不是整数个最小数量（这个商品保留 {scale} 位小数）")
                return None
        said = {unit: code for code, unit in row.barcodes}
        after: dict[str, tuple[int, int, str]] = {}
        for unit, (num, den) in ratios.items():
            before = known["units"].get(unit)
            after[unit] = (num, den, said.get(unit, before[2] if before else ""))
        return after

    # -- partners --------------------------------------------------------------------------------------------------

    def partners(self) -> None:
        counters = {"customer": 0, "supplier": 0}
        for row in self.company.partners:
            index = counters[row.kind]
            counters[row.kind] += 1
            self.done(row.kind, self._partner(index, row))

    def _partner(self, index: int, row: PartnerRow) -> Item | None:
        same_name = self.found.partner_names.get((row.kind, fold(row.name)), [])
        code = row.code
        if not code and len(same_name) > 1:
            self.fault(row.kind, index, "编码", f"已有 {len(same_name)} 个同名的“{row.name}”，请填上编码")
            return None
        if not code and same_name:
            code = same_name[0]
        known = self.found.partners.get(fold(code)) if code else None
        if known is None:
            if same_name:
                self.fault(row.kind, index, "名称", f"已有同名的 {same_name[0]}，请把编码改成 {same_name[0]}，或改名称")
                return None
            return Item("partner", "add", row.to_json())
        if known["kind"] != row.kind:
            self.fault(row.kind, index, "编码", f"“{code}”已经是{WORDS[known['kind']]}“{known['name']}”，请换一个")
            return None
        if known["walk_in"] and fold(row.name) != fold(known["name"]):
            self.fault(row.kind, index, "编码", f"“{code}”是固定的“散客”，不能改名，请换一个编码")
            return None
        if same_name and code not in same_name and fold(row.name) != fold(known["name"]):
            self.fault(row.kind, index, "名称", f"已有同名的 {same_name[0]}，请改名称")
            return None
        after = {
            "name": row.name,
            "phone": known["phone"] if row.phone is None else row.phone,
            "address": known["address"] if row.address is None else row.address,
            "contact": known["contact"] if row.contact is None else row.contact,
            "credit_limit": known["credit_limit"] if row.credit_limit is None else row.credit_limit,
        }
        aliases = [alias for alias in row.aliases if alias not in known["aliases"]]
        changed = sorted(key for key, value in after.items() if value != known[key])
        if not changed and not aliases:
            return None
        if not known["active"]:
            self.plan.notes.append(f"{WORDS[row.kind]} {known['code']} 已停用，资料改了，仍是停用")
        data = after | {"code": known["code"], "aliases": aliases, "changed": changed}
        return Item("partner", "change", data, known["id"])

    # -- opening stock ---------------------------------------------------------------------------------------------

    def opening(self) -> None:
        before = len(self.plan.items)
        for index, row in enumerate(self.company.opening):
            key = fold(row.sku)
            known = self.found.products.get(key)
            if known is None and key not in self.rows:
                self.fault("opening", index, "商品编码", f"没有编码是“{row.sku}”的商品，请先写进「商品」表")
                continue
            if known is not None and not known["active"]:
                self.fault("opening", index, "商品编码", f"商品“{row.sku}”已停用，请启用后再导入期初")
                continue
            self.done("opening", self._opening(index, row, known, self.rows.get(key)))
        if len(self.plan.items) > before:
            self._someone_answers()

    def _someone_answers(self) -> None:
        """Opening stock is a document: a person stands for it, and its day must be open."""
        if self.found.closed is not None:
            reason = f"账已经结到 {self.found.closed}，今天不能入期初库存，请找财务"
            self.plan.faults.append(Fault(reason, WORDS["opening"]))
        held = [view.roles for view in self.found.people.values() if view.active]
        held += [frozenset(map(Role, row.roles)) for row in self.company.people]
        if not any(role in roles for roles in held for role in MAY_IMPORT):
            reason = "期初库存要有人负责，但还没有管理员；请在「人员」表里写上一位管理员"
            self.plan.faults.append(Fault(reason, WORDS["opening"]))

    def _opening(
        self, index: int, row: OpeningRow, known: dict[str, Any] | None, said: ProductRow | None
    ) -> Item | None:
        base, scale, units = _measure(known, said)
        unit = row.unit or base
        ratio = units.get(unit)
        if ratio is None:
            self.fault("opening", index, "单位", f"这个商品没有单位“{unit}”，可以用 {'、'.join(units)}")
            return None
        exact = Fraction(row.qty) * Fraction(*ratio) * 10**scale
        if exact.denominator != 1:
            self.fault("opening", index, "数量", f"{row.qty}{unit} 不是整数个最小数量（“{base}”保留 {scale} 位小数）")
            return None
        if exact > MAX_BASE_QTY:
            self.fault("opening", index, "数量", f"{row.qty}{unit} 太大了，请核对")
            return None
        key = fold(row.sku)
        if key in self.found.opened:
            if self.found.opened[key] == (exact.numerator, row.cost):
                return None
            qty = plain(Decimal(self.found.opened[key][0]).scaleb(-scale))
            self.fault(
                "opening",
                index,
                "数量",
                f"期初已经导入过（{qty}{base}，{Decimal(self.found.opened[key][1]).scaleb(-2)} 元），"
                "不能再改；请用入库单或盘点调整",
            )
            return None
        if key in self.found.moved:
            self.fault("opening", index, "商品编码", "已经有出入库记录，不能再导入期初；请用入库单或盘点调整")
            return None
        sku = known["sku"] if known is not None else row.sku
        return Item("opening", "add", row.to_json() | {"sku": sku, "unit": unit})


def _measure(known: dict[str, Any] | None, said: ProductRow | None) -> tuple[str, int, dict[str, tuple[int, int]]]:
    """Base unit, scale and units a product will have once the file is in."""
    if said is not None and said.units is not None:
        units = dict(said.units)
    elif known is not None:
        units = {unit: (num, den) for unit, (num, den, _code) in known["units"].items()}
    else:
        units = {said.base_unit: (1, 1)} if said is not None else {}
    if known is not None:
        return known["base_unit"], known["qty_scale"], units
    assert said is not None, "the caller has made sure that the product is in the store or in the file"
    scale = default_scale(said.base_unit) if said.qty_scale is None else said.qty_scale
    return said.base_unit, scale, units


def _price(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)


def chunks(items: list[Item], size: int) -> Iterator[list[Item]]:
    """Slices of at most ``size``."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
