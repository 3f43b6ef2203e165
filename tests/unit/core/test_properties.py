"""The whole room against a dictionary: random receipts, orders, changes, shipments, reversals and replays.

The model keeps what a careful clerk would keep on paper: what is in the store, what every order still holds, what it
owes. After every step the books must agree with it and with themselves (``checks.check``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule
from sqlmodel import Session, create_engine

from inventory_core import checks, documents, firm, schema, stock
from inventory_core.errors import Refused, Stale
from inventory_core.views import DocumentView, DraftContent, DraftLine, Kind, Shortage, State
from tests.support.core_shop import NOW, Shop, furnish


@dataclass
class Order:
    """What the clerk knows of one order: per line [product, wanted, held, shipped]."""

    id: int
    lines: list[list[int]]
    state: State


class Books(RuleBasedStateMachine):
    orders = Bundle("orders")
    shipments = Bundle("shipments")
    receipts = Bundle("receipts")

    @initialize()
    def open_shop(self) -> None:
        engine = create_engine("sqlite://")
        with engine.begin() as connection:
            schema.create_all(connection)
        self.engine = engine
        self.session = Session(engine)
        self.shop: Shop = furnish(self.session)
        firm.set_setting(self.session, "order_limit", "200000", None, NOW)
        self.products = [self.shop.bolt, self.shop.tape]
        self.on_hand = [10000, 30]
        self.orders_known: dict[int, Order] = {}
        self.shipped: dict[int, tuple[int, list[tuple[int, int, int]]]] = {}
        self.received: dict[int, list[tuple[int, int]]] = {}
        self.now = NOW

    def teardown(self) -> None:
        if hasattr(self, "session"):
            self.session.close()
            self.engine.dispose()

    def free(self, product: int) -> int:
        held = sum(line[2] for order in self.orders_known.values() for line in order.lines if line[0] == product)
        return self.on_hand[product] - held

    def content(self, kind: Kind, lines: list[tuple[int, int]], ids: list[int] | None = None) -> DraftContent:
        partner = self.shop.customer if kind is Kind.SALES_ORDER else self.shop.supplier
        return DraftContent(
            kind=kind,
            partner_id=partner.id,
            lines=tuple(
                DraftLine(
                    product_id=self.products[product].id,
                    qty=Decimal(qty),
                    unit=self.products[product].base_unit,
                    price=Decimal("0.3") if product == 0 else Decimal("1.6"),
                    line_id=ids[number] if ids and number < len(ids) else None,
                )
                for number, (product, qty) in enumerate(lines)
            ),
        )

    lines_drawn = st.lists(st.tuples(st.integers(0, 1), st.integers(1, 60)), min_size=1, max_size=3)
    large_drawn = st.lists(st.tuples(st.integers(0, 1), st.integers(1, 9000)), min_size=1, max_size=2)

    @rule(target=receipts, lines=lines_drawn)
    def receive(self, lines: list[tuple[int, int]]) -> object:
        draft = documents.create_draft(
            self.session, self.content(Kind.GOODS_RECEIPT, lines), self.shop.buyer.id, self.now
        )
        done = documents.confirm(self.session, draft.id, 1, self.shop.buyer.id, self.now)
        assert done.state is State.POSTED
        for product, qty in lines:
            self.on_hand[product] += qty
        self.received[done.id] = lines
        return done.id

    @rule(target=orders, lines=st.one_of(lines_drawn, large_drawn), choice=st.sampled_from([None, *Shortage]))
    def order(self, lines: list[tuple[int, int]], choice: Shortage | None) -> object:
        draft = documents.create_draft(
            self.session, self.content(Kind.SALES_ORDER, lines), self.shop.sales.id, self.now, chat="room"
        )
        free = [self.free(0), self.free(1)]
        planned: list[list[int]] = []
        for product, qty in lines:
            take = min(qty, free[product])
            free[product] -= take
            planned.append([product, qty, take, 0])
        short = any(line[1] > line[2] for line in planned)
        nothing = not any(line[2] for line in planned)
        if (short and choice is None) or (nothing and choice is Shortage.ONLY_AVAILABLE):
            with pytest.raises(Refused):
                documents.confirm(self.session, draft.id, 1, self.shop.sales.id, self.now, choice)
            assert documents.get(self.session, draft.id).number is None
            documents.void(self.session, draft.id, self.shop.sales.id, self.now)
            return multiple()
        done = documents.confirm(self.session, draft.id, 1, self.shop.sales.id, self.now, choice)
        if choice is Shortage.ONLY_AVAILABLE:
            planned = [[product, take, take, 0] for product, _, take, _ in planned if take]
        self.orders_known[done.id] = Order(done.id, planned, done.state)
        assert (done.state is State.PENDING) == ((done.total or 0) > 200000)
        return done.id

    @rule(order_id=orders)
    def confirm_again(self, order_id: int) -> None:
        before = documents.position(self.session, order_id)
        with pytest.raises(Stale):
            documents.confirm(self.session, order_id, before[0], self.shop.sales.id, self.now)
        assert documents.position(self.session, order_id) == before

    @rule(order_id=orders, yes=st.booleans())
    def decide(self, order_id: int, yes: bool) -> None:
        known = self.orders_known[order_id]
        version, _ = documents.position(self.session, order_id)
        act = documents.approve if yes else documents.reject
        if known.state is not State.PENDING:
            with pytest.raises(Stale):
                act(self.session, order_id, version, self.shop.supervisor.id, self.now)
            return
        known.state = act(self.session, order_id, version, self.shop.supervisor.id, self.now).state
        if not yes:
            for line in known.lines:
                line[2] = 0

    @rule(order_id=orders, lines=lines_drawn)
    def change(self, order_id: int, lines: list[tuple[int, int]]) -> None:
        known = self.orders_known[order_id]
        view = documents.get(self.session, order_id)
        content = self.content(Kind.SALES_ORDER, lines, [line.id for line in view.lines])
        shipped = any(line[3] for line in known.lines)
        changeable = known.state in (State.PENDING, State.APPROVED) and not shipped
        if not changeable and known.state is not State.REJECTED:
            with pytest.raises(Refused):
                documents.change(self.session, order_id, view.version, content, self.shop.sales.id, self.now)
            return
        if known.state is State.REJECTED:
            # A rejected order turns into a draft under its number and is confirmed anew.
            changed = documents.change(self.session, order_id, view.version, content, self.shop.sales.id, self.now)
            assert changed.state is State.DRAFT
            assert changed.number == view.number
            documents.void(self.session, order_id, self.shop.sales.id, self.now)
            known.state = State.VOID
            return
        for line in known.lines:
            line[2] = 0
        free = [self.free(0), self.free(1)]
        planned: list[list[int]] = []
        for product, qty in lines:
            take = min(qty, free[product])
            free[product] -= take
            planned.append([product, qty, take, 0])
        done = documents.change(
            self.session, order_id, view.version, content, self.shop.sales.id, self.now, Shortage.BACKORDER
        )
        if done.version > view.version:
            assert done.changes
        known.lines, known.state = planned, done.state

    @rule(target=shipments, order_id=orders, part=st.one_of(st.none(), st.integers(1, 40)))
    def ship(self, order_id: int, part: int | None) -> object:
        known = self.orders_known[order_id]
        chosen = None if part is None else {1: Decimal(part)}
        free = [self.free(0), self.free(1)]
        going: list[tuple[int, int]] = []
        for number, (product, wanted, held, shipped) in enumerate(known.lines):
            extra = min(max(wanted - shipped - held, 0), max(free[product], 0))
            free[product] -= extra
            possible = min(held + extra, wanted - shipped)
            if part is None and possible:
                going.append((number, possible))
            elif part is not None and number == 0 and part <= possible:
                going.append((number, part))
        if known.state is not State.APPROVED or not going:
            with pytest.raises(Refused):
                documents.ship(self.session, order_id, self.shop.keeper.id, self.now, chosen)
            return multiple()
        done = documents.ship(self.session, order_id, self.shop.keeper.id, self.now, chosen)
        entries: list[tuple[int, int, int]] = []
        for number, qty in going:
            line = known.lines[number]
            line[2] -= min(line[2], qty)
            line[3] += qty
            self.on_hand[line[0]] -= qty
            entries.append((number, line[0], qty))
        if all(line[3] == line[1] for line in known.lines):
            known.state = State.POSTED
            parts = [documents.find(self.session, number).total or 0 for number in self.view(order_id).shipments]
            assert sum(parts) == self.view(order_id).total
        self.shipped[done.id] = (order_id, entries)
        return done.id

    def view(self, document_id: int) -> DocumentView:
        return documents.get(self.session, document_id)

    @rule(shipment_id=shipments)
    def take_shipment_back(self, shipment_id: int) -> None:
        if shipment_id not in self.shipped:
            with pytest.raises(Refused):
                documents.void(self.session, shipment_id, self.shop.boss.id, self.now)
            return
        documents.void(self.session, shipment_id, self.shop.boss.id, self.now, "发错了")
        order_id, entries = self.shipped.pop(shipment_id)
        known = self.orders_known[order_id]
        for number, product, qty in entries:
            known.lines[number][3] -= qty
            known.lines[number][2] += qty
            self.on_hand[product] += qty
        known.state = State.APPROVED

    @rule(receipt_id=receipts)
    def send_receipt_back(self, receipt_id: int) -> None:
        lines = self.received.get(receipt_id)
        if lines is None:
            with pytest.raises(Refused):
                documents.void(self.session, receipt_id, self.shop.boss.id, self.now)
            return
        needed = [sum(qty for product, qty in lines if product == index) for index in (0, 1)]
        if any(needed[index] > self.free(index) for index in (0, 1)):
            with pytest.raises(Refused):
                documents.void(self.session, receipt_id, self.shop.boss.id, self.now)
            return
        documents.void(self.session, receipt_id, self.shop.boss.id, self.now)
        del self.received[receipt_id]
        for product, qty in lines:
            self.on_hand[product] -= qty

    @rule(order_id=orders)
    def void(self, order_id: int) -> None:
        known = self.orders_known[order_id]
        if known.state in (State.VOID, State.REVERSED):
            with pytest.raises(Refused):
                documents.void(self.session, order_id, self.shop.boss.id, self.now)
            return
        done = documents.void(self.session, order_id, self.shop.boss.id, self.now)
        for line in known.lines:
            self.on_hand[line[0]] += line[3]
            line[2] = line[3] = 0
        self.shipped = {key: value for key, value in self.shipped.items() if value[0] != order_id}
        known.state = done.state

    @rule(order_id=orders)
    def expire(self, order_id: int) -> None:
        known = self.orders_known[order_id]
        done = documents.expire(self.session, order_id, self.now)
        assert done.state is known.state  # nothing is due yet
        if known.state is State.PENDING:
            late = self.now + timedelta(days=8)
            known.state = documents.expire(self.session, order_id, late).state
            assert known.state is State.EXPIRED
            for line in known.lines:
                line[2] = 0

    @invariant()
    def books_agree(self) -> None:
        if not hasattr(self, "session"):
            return
        assert checks.check(self.session) == []
        found = stock.levels(self.session, [product.id for product in self.products])
        for index, product in enumerate(self.products):
            assert found[product.id].on_hand == self.on_hand[index]
            assert found[product.id].available == self.free(index)
        for known in self.orders_known.values():
            view = documents.get(self.session, known.id)
            assert view.state is known.state
            if known.state is not State.VOID:
                assert [int(line.reserved) for line in view.lines] == [line[2] for line in known.lines]
                assert [int(line.shipped) for line in view.lines] == [line[3] for line in known.lines]


Books.TestCase.settings = settings(
    max_examples=80,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    derandomize=True,
)
TestBooks = Books.TestCase
