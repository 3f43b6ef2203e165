"""A file into typed rows, or all its faults at once. Pure: bytes and a name in, ``Reading`` out; no store, no clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar

from bot.importing import cells
from bot.importing.cells import Raw
from bot.importing.consistency import check
from bot.importing.conversions import default_scale, parse_conversions
from bot.importing.faults import BadFile, Fault
from bot.importing.headings import Located, locate
from bot.importing.layout import EXAMPLE_MARK, ROLE_WORDS
from bot.importing.rows import Company, OpeningRow, PartnerRow, PersonRow, ProductRow
from bot.importing.workbook import Table, read_tables

T = TypeVar("T")

MAX_SCALE = 4


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file says. With ``faults`` nothing of ``company`` may be used."""

    company: Company
    faults: tuple[Fault, ...] = ()
    notes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {
            "company": self.company.to_json(),
            "faults": [[fault.reason, fault.sheet, fault.row, fault.column] for fault in self.faults],
            "notes": list(self.notes),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Reading:
        return cls(
            Company.from_json(data["company"]), tuple(Fault(*fault) for fault in data["faults"]), tuple(data["notes"])
        )


def read(data: bytes, name: str) -> Reading:
    """Everything in the file. A file that cannot be opened at all is one fault without a place."""
    try:
        tables = read_tables(data, name)
    except BadFile as error:
        return Reading(Company(), (Fault(str(error)),))
    return read_rows(tables)


def read_rows(tables: list[Table]) -> Reading:
    """Typed rows of tables already read."""
    faults: list[Fault] = []
    notes: list[str] = []
    gathered: dict[str, list[Any]] = {"product": [], "customer": [], "supplier": [], "person": [], "opening": []}
    origin: dict[str, tuple[str, int]] = {}
    seen: dict[str, str] = {}
    for table in tables:
        found, bad, told = locate(table)
        faults += bad
        notes += told
        if found is None:
            continue
        if found.sheet.kind in seen:
            faults.append(
                Fault(f"“{found.sheet.title}”在「{seen[found.sheet.kind]}」里已经有了，请合成一张", table.title)
            )
            continue
        seen[found.sheet.kind] = table.title
        _rows_of(found, gathered, origin, faults)
    company = Company(
        products=tuple(gathered["product"]),
        partners=tuple(gathered["customer"] + gathered["supplier"]),
        people=tuple(gathered["person"]),
        opening=tuple(gathered["opening"]),
        origin=origin,
    )
    faults += check(company)
    if not faults and not len(company):
        faults.append(Fault("文件里没有可以导入的内容（示例行不算），请填好再导入"))
    return Reading(company, tuple(faults), tuple(notes))


def _rows_of(
    found: Located, gathered: dict[str, list[Any]], origin: dict[str, tuple[str, int]], faults: list[Fault]
) -> None:
    kind, title = found.sheet.kind, found.table.title
    make = _MAKERS[kind]
    for number, row in found.table.rows:
        if number <= found.heading_row or _is_example(row):
            continue
        line = _Line(found, number, row)
        if line.empty():
            continue
        made = make(line)
        faults += line.faults
        if not line.faults:
            place = f"{kind}:{len(gathered[kind])}"
            gathered[kind].append(made)
            origin[place] = (title, number)


def _is_example(row: list[Raw]) -> bool:
    first = next((cell for cell in row if cell not in (None, "")), None)
    return isinstance(first, str) and first.strip().startswith(EXAMPLE_MARK)


class _Line:
    """One row by heading, gathering every fault of the row instead of stopping at the first."""

    def __init__(self, found: Located, number: int, row: list[Raw]) -> None:
        self.faults: list[Fault] = []
        self._found = found
        self._number = number
        self._row = row

    def empty(self) -> bool:
        return not any(
            index < len(self._row) and self._row[index] not in (None, "") for index in self._found.columns.values()
        )

    def take(self, heading: str, parse: Callable[[Raw], T], *, empty: T) -> T:
        """The parsed cell; ``empty`` after a fault, or when the column is not there."""
        index = self._found.columns.get(heading)
        raw = self._row[index] if index is not None and index < len(self._row) else None
        if raw is None:
            return empty
        try:
            return parse(raw)
        except ValueError as error:
            self.fault(heading, str(error))
            return empty

    def text(self, heading: str, limit: int = cells.MAX_TEXT) -> str | None:
        return self.take(heading, lambda raw: cells.text(raw, limit), empty="") or None

    def needed(self, heading: str, parse: Callable[[Raw], str]) -> str:
        before = len(self.faults)
        value = self.take(heading, parse, empty="")
        if not value and len(self.faults) == before:
            self.fault(heading, "没有填")
        return value

    def fault(self, heading: str, reason: str) -> None:
        self.faults.append(Fault(reason, self._found.table.title, self._number, heading))


def _unit(raw: Raw) -> str:
    unit = cells.text(raw, 8)
    if unit and (unit[0].isdigit() or "=" in unit or " " in unit):
        raise ValueError(f"“{unit}”不像单位，请只写单位名，例如 支、盒、kg")
    return unit


def _product(line: _Line) -> ProductRow:
    sku = line.needed("编码", cells.code)
    name = line.needed("名称", lambda raw: cells.text(raw, 80))
    base = line.needed("基本单位", _unit)
    said_scale = line.take("小数位", lambda raw: cells.not_negative(raw, 0), empty=None)
    if said_scale is not None and said_scale > MAX_SCALE:
        line.fault("小数位", f"只能是 0 到 {MAX_SCALE}")
        said_scale = None
    scale = default_scale(base) if said_scale is None else int(said_scale)
    conversions = line.text("单位换算", 300)
    units: dict[str, tuple[int, int]] | None = None
    if conversions and base:
        units = line.take("单位换算", lambda _: parse_conversions(conversions, base, scale), empty=None)
    broken = bool(conversions) and units is None  # told already; what hangs on the units would only repeat it
    known = units or {base: (1, 1)}
    usual = line.take("常用单位", _unit, empty="") or None
    if usual and units is not None and usual not in units:
        line.fault("常用单位", f"“{usual}”没有换算关系，请在“单位换算”里写上，例如 1{usual}=几{base}")
    price = None if broken else line.take("售价", lambda raw: cells.unit_price(raw, known, base), empty=None)
    floor = None if broken else line.take("底价", lambda raw: cells.unit_price(raw, known, base), empty=None)
    if price is not None and floor is not None and floor > price:
        line.fault("底价", f"比售价还高（底价 {floor}，售价 {price}）")
    return ProductRow(
        sku=sku,
        name=name,
        base_unit=base,
        spec=line.text("规格", 80),
        default_unit=usual,
        units=units,
        qty_scale=None if said_scale is None else int(said_scale),
        barcodes=() if broken else line.take("条码", lambda raw: _barcodes(raw, known, base), empty=()),
        aliases=line.take("别名", cells.listed, empty=()),
        category=line.text("分类", 60),
        list_price=price,
        floor_price=floor,
        min_qty=line.take("最低库存", lambda raw: cells.not_negative(raw, scale), empty=None),
    )


def _barcodes(raw: Raw, units: Mapping[str, tuple[int, int]], base: str) -> tuple[tuple[str, str], ...]:
    """``690…;盒=690…``: one code per unit; without a unit it belongs to the base unit."""
    pairs: dict[str, str] = {}
    pieces = cells.listed(raw) if isinstance(raw, str) else (cells.code(raw),)
    for piece in pieces:
        unit, sep, said = piece.replace("＝", "=").replace("：", "=").replace(":", "=").partition("=")
        if not sep:
            unit, said = base, piece
        unit = unit.strip()
        if unit not in units:
            raise ValueError(f"条码写给了“{unit}”，但这个商品没有这个单位，请先写进“单位换算”")
        if unit in pairs:
            raise ValueError(f"“{unit}”写了两个条码，每个单位只能有一个")
        pairs[unit] = cells.barcode(said)
    return tuple((said, unit) for unit, said in pairs.items() if said)


def _partner(kind: str) -> Callable[[_Line], PartnerRow]:
    def make(line: _Line) -> PartnerRow:
        return PartnerRow(
            kind=kind,
            code=line.take("编码", cells.code, empty=""),
            name=line.needed("名称", lambda raw: cells.text(raw, 80)),
            aliases=line.take("别名", cells.listed, empty=()),
            contact=line.text("联系人", 40),
            phone=line.text("电话", 60),
            address=line.text("地址"),
            credit_limit=line.take("信用额度", cells.fen, empty=None),
        )

    return make


def _person(line: _Line) -> PersonRow:
    return PersonRow(
        name=line.needed("姓名", lambda raw: cells.text(raw, 20)),
        roles=_roles(line),
    )


def _roles(line: _Line) -> tuple[str, ...]:
    before = len(line.faults)
    words: tuple[str, ...] = line.take("角色", cells.listed, empty=())
    unknown = [word for word in words if word not in ROLE_WORDS]
    if unknown:
        line.fault("角色", f"没有“{unknown[0]}”这个角色，可以填：{'、'.join(ROLE_WORDS)}")
    elif not words and len(line.faults) == before:
        line.fault("角色", "没有填")
    return tuple(sorted(ROLE_WORDS[word].value for word in words if word in ROLE_WORDS))


def _opening(line: _Line) -> OpeningRow:
    sku = line.needed("商品编码", cells.code)
    before = len(line.faults)
    qty = line.take("数量", cells.not_negative, empty=None)
    if len(line.faults) == before:
        if qty is None:
            line.fault("数量", "没有填")
        elif qty == 0:
            line.fault("数量", "是 0，没有库存的商品不用写进来，请删掉这一行")
    cost = line.take("成本金额", cells.fen, empty=None)
    return OpeningRow(sku=sku, qty=qty or Decimal(0), unit=line.take("单位", _unit, empty=""), cost=cost or 0)


_MAKERS: Mapping[str, Callable[[_Line], Any]] = {
    "product": _product,
    "customer": _partner("customer"),
    "supplier": _partner("supplier"),
    "person": _person,
    "opening": _opening,
}
