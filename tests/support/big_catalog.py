"""A catalogue of any size for measuring: invented goods that differ in the spec only, as a wholesaler's do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from functools import partial
from itertools import islice, product

from sqlmodel import Session

from bot.store import Store
from inventory_core import people, products
from inventory_core.views import Role

HEADS = ("沉头自攻钉", "内六角圆柱螺栓", "防松螺母", "弹簧垫圈", "膨胀螺管", "铜接头", "卡箍", "角码", "铰链", "滑轮")
MATERIALS = ("镀锌", "发黑", "不锈钢201", "不锈钢316", "黄铜", "尼龙")
DIAMETERS = ("M3", "M4", "M5", "M6", "M8", "M10", "M12", "M14", "M16", "M18", "M20", "M22", "M24", "M27", "M30")
LENGTHS = tuple(range(6, 206, 5))
CHUNK = 40


def specs() -> Iterator[tuple[str, str]]:
    """(name, spec) pairs without end in practice: 36,000 of them."""
    for head, material, diameter, length in product(HEADS, MATERIALS, DIAMETERS, LENGTHS):
        yield head, f"{diameter}*{length} {material}"


async def fill(store: Store, count: int, now: datetime) -> None:
    """Add ``count`` products, in small units."""
    wanted = list(islice(specs(), count))
    for start in range(0, count, CHUNK):
        await store.write(partial(_add, rows=wanted[start : start + CHUNK], start=start, now=now))


def _add(session: Session, rows: list[tuple[str, str]], start: int, now: datetime) -> None:
    for number, (name, spec) in enumerate(rows, start):
        products.add_product(
            session,
            name=name,
            spec=spec,
            sku=f"BIG{number:06d}",
            base_unit="个",
            default_unit="盒",
            conversions={"盒": (100, 1), "箱": (2000, 1)},
            list_price=Decimal("0.35"),
            now=now,
        )


def bind_accounts(session: Session, platform: str, count: int, now: datetime) -> None:
    """Accounts u0 … of a test platform, each of a salesperson of its own."""
    for number in range(count):
        if people.person_of(session, platform, f"u{number}") is None:
            seller = people.add_person(session, f"{platform}{number}", frozenset({Role.SALES}), now)
            people.bind(session, seller.id, platform, f"u{number}", now)
