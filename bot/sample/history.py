"""A month of business, the same every time: what happens when, as events that the core's own functions carry out.

Every customer buys from a small range of goods again and again, most at list price, some at a price agreed upon; the
keeper ships the next morning, suppliers deliver what is theirs, the accountant settles after two weeks. The last day
leaves some orders to ship and one that waits for the supervisor.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot.importing.rows import Company, PartnerRow, ProductRow
from inventory_core import documents, partners, people, products, sql
from inventory_core.columns import micros
from inventory_core.views import DocumentView, DraftContent, DraftLine, Kind, State

SEED = 20_261_124
DAYS = 30
EVENTS_A_UNIT = 2
ZONE = ZoneInfo("Asia/Shanghai")
SETTLED_AFTER = timedelta(days=8)

# Which supplier brings which goods, by the beginning of the category.
_SUPPLIERS = {
    "紧固件": "S001",
    "管": "S003",
    "阀门": "S004",
    "卫浴": "S004",
    "密封": "S003",
    "电工/电线": "S005",
    "电工/网线": "S005",
    "电工": "S006",
    "照明": "S006",
    "磨具": "S007",
    "刀具": "S007",
    "胶粘": "S008",
    "油漆": "S009",
    "建材": "S010",
    "焊材": "S007",
    "五金": "S002",
    "劳保": "S011",
    "工具": "S012",
    "锁具": "S012",
}
_KEEPER, _BUYER, _SUPERVISOR, _FINANCE = "老周", "小陈", "王主管", "赵会计"
_SALES = ("小李", "小周")


@dataclass(frozen=True, slots=True)
class Wanted:
    """One line: a product, how much of it in its usual unit, and a price per that unit when one was agreed."""

    sku: str
    qty: int
    unit: str
    price: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened at ``at``: order, receive, ship or settle; the last two to the order of ``ordered``."""

    at: datetime
    what: str
    partner: str
    by: str
    lines: tuple[Wanted, ...] = ()
    ordered: datetime | None = None
    waits: bool = False  # the order is left for the supervisor

    def play(self, session: Session) -> None:
        """Let the core do it. An order that cannot be confirmed is a mistake of the sample and raises."""
        _PLAYS[self.what](session, self)


@dataclass(slots=True)
class _Plan:
    company: Company
    now: datetime
    chance: random.Random = field(default_factory=lambda: random.Random(SEED))  # a repeatable sample, no secret
    stock: dict[str, Decimal] = field(default_factory=dict)  # what may still be sold, in usual units
    events: list[Event] = field(default_factory=list)


def events(company: Company, now: datetime) -> list[Event]:
    """Everything that happened in the last 30 days, in order of time; nothing lies after ``now``."""
    plan = _Plan(company, now)
    plan.stock = _stock(company)
    ranges = _ranges(plan)
    customers = [row for row in company.partners if row.kind == "customer"]
    today = now.astimezone(ZONE).date()
    for back in range(DAYS, 0, -1):
        day = today - timedelta(days=back)
        if day.weekday() == 6:
            continue
        for _ in range(plan.chance.choice((2, 2, 3))):
            customer = customers[min(int(plan.chance.expovariate(0.11)), len(customers) - 1)]
            _order(plan, _at(day, plan.chance.uniform(8.2, 16.5)), customer, ranges[customer.code], ship=back > 1)
        if plan.chance.random() < 0.8:
            _receipt(plan, _at(day, plan.chance.uniform(9, 15)))
    _large_order(plan, _at(today - timedelta(days=1), 16.8))
    return sorted((event for event in plan.events if event.at < now), key=lambda event: event.at)


def _at(day: object, hour: float) -> datetime:
    start = datetime.fromisoformat(f"{day}T00:00:00").replace(tzinfo=ZONE)
    return (start + timedelta(minutes=int(hour * 60))).astimezone(UTC)


def _usual(row: ProductRow) -> str:
    return row.default_unit or row.base_unit


def _size(row: ProductRow, unit: str) -> Decimal:
    num, den = (row.units or {}).get(unit, (1, 1))
    return Decimal(num) / Decimal(den)


def _stock(company: Company) -> dict[str, Decimal]:
    rows = {row.sku: row for row in company.products}
    return {
        row.sku: row.qty * _size(rows[row.sku], row.unit) / _size(rows[row.sku], _usual(rows[row.sku]))
        for row in company.opening
    }


def _ranges(plan: _Plan) -> dict[str, list[ProductRow]]:
    """What each customer buys: two or three kinds of goods, a dozen products."""
    groups: dict[str, list[ProductRow]] = {}
    for row in plan.company.products:
        groups.setdefault((row.category or "").partition("/")[0], []).append(row)
    names = sorted(groups)
    ranges: dict[str, list[ProductRow]] = {}
    for customer in plan.company.partners:
        chosen = plan.chance.sample(names, 3)
        pool = [row for name in chosen for row in groups[name]]
        ranges[customer.code] = plan.chance.sample(pool, min(12, len(pool)))
    return ranges


def _order(plan: _Plan, at: datetime, customer: PartnerRow, pool: list[ProductRow], ship: bool) -> None:
    chance = plan.chance
    lines: list[Wanted] = []
    for row in chance.sample(pool, chance.choice((1, 2, 2, 3, 4))):
        most = int(plan.stock[row.sku] / 6)
        if most < 1:
            continue
        qty = min(chance.choice((1, 2, 2, 3, 5, 5, 10)), most)
        plan.stock[row.sku] -= qty
        lines.append(Wanted(row.sku, qty, _usual(row), _agreed(chance, row)))
    if not lines:
        return
    plan.events.append(Event(at, "order", customer.code, chance.choice(_SALES), tuple(lines)))
    if ship:
        shipped = at + timedelta(hours=chance.choice((2, 15, 16, 18)))
        plan.events.append(Event(shipped, "ship", customer.code, _KEEPER, ordered=at))
        plan.events.append(Event(shipped + SETTLED_AFTER, "settle", customer.code, _FINANCE, ordered=at))


def _agreed(chance: random.Random, row: ProductRow) -> Decimal | None:
    """A third of the lines carry a price somebody said: a little under the list, seldom under the floor."""
    if row.list_price is None or chance.random() > 0.34:
        return None
    listed = row.list_price * _size(row, _usual(row))
    value = listed * Decimal(chance.choice(("0.95", "0.95", "0.96", "0.98", "0.9")))
    return value.quantize(Decimal("0.1") if value >= 10 else Decimal("0.01"))


def _receipt(plan: _Plan, at: datetime) -> None:
    chance = plan.chance
    category = chance.choice(sorted({row.category or "" for row in plan.company.products}))
    code = next((code for start, code in _SUPPLIERS.items() if category.startswith(start)), None)
    goods = [row for row in plan.company.products if row.category == category]
    if code is None:
        return
    lines = []
    for row in chance.sample(goods, min(len(goods), chance.choice((1, 2, 3)))):
        qty = chance.choice((5, 10, 10, 20))
        price = (row.list_price or Decimal(1)) * _size(row, _usual(row)) * Decimal("0.72")
        plan.stock[row.sku] += qty
        lines.append(Wanted(row.sku, qty, _usual(row), max(price.quantize(Decimal("0.01")), Decimal("0.01"))))
    plan.events.append(Event(at, "receive", code, _BUYER, tuple(lines)))


def _large_order(plan: _Plan, at: datetime) -> None:
    """One order above the firm's limit, so that something waits for the supervisor."""
    wanted = (("BV25H", 20), ("BV25L", 20), ("BV40H", 18), ("RVV325", 12))
    lines = tuple(Wanted(sku, qty, "卷") for sku, qty in wanted)
    plan.events.append(Event(at, "order", "C019", "小李", lines, waits=True))


def _play_order(session: Session, event: Event) -> None:
    document = _confirmed(session, event, Kind.SALES_ORDER)
    if document.state is State.PENDING and not event.waits:
        supervisor = _person(session, _SUPERVISOR)
        documents.approve(
            session, document.id, document.version, supervisor, event.at + timedelta(minutes=12), "老客户"
        )


def _play_receipt(session: Session, event: Event) -> None:
    _confirmed(session, event, Kind.GOODS_RECEIPT)


def _play_ship(session: Session, event: Event) -> None:
    order = _ordered(session, event)
    if order is not None and documents.position(session, order)[1] is State.APPROVED:
        documents.ship(session, order, _person(session, event.by), event.at)


def _play_settle(session: Session, event: Event) -> None:
    order = _ordered(session, event)
    if order is not None and documents.position(session, order)[1] is State.POSTED:
        documents.settle(session, order, _person(session, event.by), event.at)


_PLAYS = {"order": _play_order, "receive": _play_receipt, "ship": _play_ship, "settle": _play_settle}


def _confirmed(session: Session, event: Event, kind: Kind) -> DocumentView:
    author = _person(session, event.by)
    partner = partners.partner_by_code(session, event.partner)
    assert partner is not None, event.partner
    ids = products.ids_by_sku(session, [line.sku for line in event.lines])
    content = DraftContent(
        kind=kind,
        partner_id=partner.id,
        lines=tuple(
            DraftLine(product_id=ids[line.sku], qty=Decimal(line.qty), unit=line.unit, price=line.price)
            for line in event.lines
        ),
    )
    draft = documents.create_draft(session, content, author, event.at)
    return documents.confirm(session, draft.id, draft.version, author, event.at + timedelta(minutes=3))


def _person(session: Session, name: str) -> int:
    found = people.find_person(session, name)
    assert found is not None, name
    return found.id


def _ordered(session: Session, event: Event) -> int | None:
    if event.ordered is None:
        return None
    found: int | None = sql.value(
        session,
        "SELECT d.id FROM document d JOIN partner p ON p.id = d.partner_id"
        " WHERE d.kind = 'sales_order' AND d.created_at = :at AND p.code = :code",
        at=micros(event.ordered),
        code=event.partner,
    )
    return found
