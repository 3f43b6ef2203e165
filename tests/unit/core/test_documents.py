"""Documents as people use them: drafts with questions, confirmation, approval, shipping, taking back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlmodel import Session

from inventory_core import checks, documents, firm, partners, products, stock
from inventory_core.errors import NotAllowed, NotFound, Refused, SecondTap, Stale
from inventory_core.views import DocumentView, DraftContent, DraftLine, Kind, PriceSource, Shortage, State
from tests.support.core_shop import NOW, Shop, want


def draft(session: Session, shop: Shop, *lines: DraftLine, **fields: object) -> DocumentView:
    return documents.create_draft(session, shop.order(*lines, **fields), shop.sales.id, NOW, chat="room")


def codes(view: DocumentView) -> list[tuple[str, int | None]]:
    return [(problem.code, problem.line_no) for problem in view.problems]


def test_a_draft_carries_all_its_questions_at_once(session: Session, shop: Shop) -> None:
    view = documents.create_draft(
        session,
        DraftContent(
            kind=Kind.SALES_ORDER,
            partner_said="王主任",
            partner_candidates=(2, 3),
            lines=(
                DraftLine(said="螺丝 5盒", candidates=(1, 2), qty=Decimal(5), unit="盒"),
                DraftLine(said="红油漆", qty=Decimal(1)),
                want(shop.bolt, "1", "桶"),
                want(shop.bolt, "1.505", "盒"),
                DraftLine(product_id=shop.tape.id),
                want(shop.rod, "2"),
                DraftLine(product_id=shop.tape.id, qty=Decimal(7), doubts=("qty_approximate",)),
            ),
            unused=("老规矩",),
        ),
        shop.sales.id,
        NOW,
    )
    assert codes(view) == [
        ("party_ambiguous", None),
        ("sku_ambiguous", 1),
        ("sku_unknown", 2),
        ("unit_unknown", 3),
        ("qty_not_whole", 4),
        ("qty_missing", 5),
        ("price_missing", 6),
        ("qty_approximate", 7),
        ("unused_words", None),
        ("shortage", 6),
    ]
    assert view.problems[1].candidates == (1, 2)
    assert view.problems[4].text == "第4行 1.505盒不是整个（1盒=100个），请改数量"
    assert view.label == "草稿1"
    assert view.total is None
    with pytest.raises(Refused) as refused:
        documents.confirm(session, view.id, 1, shop.sales.id, NOW)
    assert [problem.code for problem in refused.value.problems] == [code for code, _ in codes(view)]
    assert documents.get(session, view.id).number is None


def test_an_empty_draft_asks_for_party_and_goods(session: Session, shop: Shop) -> None:
    view = documents.create_draft(session, DraftContent(kind=Kind.SALES_ORDER), shop.sales.id, NOW)
    assert [problem.code for problem in view.problems] == ["party_missing", "no_lines"]
    wrong = draft(session, shop, want(shop.tape, "1"), partner_id=shop.supplier.id)
    assert [problem.code for problem in wrong.problems] == ["party_kind"]


def test_prices_are_said_else_last_else_listed(session: Session, shop: Shop) -> None:
    first = draft(session, shop, want(shop.bolt, "2", "盒"), want(shop.tape, "1", "包", price="16", tax_incl=True))
    assert [(line.price, line.price_unit, line.price_source) for line in first.lines] == [
        (Decimal(25), "盒", PriceSource.LIST),
        (Decimal(16), "包", PriceSource.SAID),
    ]
    assert first.total == 6600
    documents.confirm(session, first.id, 1, shop.sales.id, NOW)
    again = draft(session, shop, want(shop.tape, "5"))
    assert (again.lines[0].price, again.lines[0].price_unit) == (Decimal(16), "包")
    assert again.lines[0].price_source is PriceSource.LAST
    assert again.lines[0].tax_incl is True
    assert again.total == 800
    stranger = draft(session, shop, want(shop.tape, "5"), partner_id=partners.walk_in(session).id)
    assert stranger.lines[0].price_source is PriceSource.LIST
    other = draft(session, shop, want(shop.rod, "5"), use_last_price=True)
    assert codes(other)[0] == ("price_missing", 1)
    assert "上次" in other.problems[0].text


def test_a_gift_costs_nothing_and_a_discount_is_taken_once(session: Session, shop: Shop) -> None:
    view = draft(session, shop, want(shop.tape, "7"), want(shop.tape, "1", gift=True), discount_rate=Decimal("0.95"))
    assert [line.amount for line in view.lines] == [998, 0]
    assert view.total == 998
    assert not view.blocking


@pytest.mark.parametrize(
    ("price", "expected"), [("16", []), ("150", [False]), ("1600", [True]), ("4", [False]), ("0.01", [True])]
)
def test_an_absurd_price_is_a_question(session: Session, shop: Shop, price: str, expected: list[bool]) -> None:
    view = draft(session, shop, want(shop.tape, "1", "包", price=price))
    found = [problem.blocking for problem in view.problems if problem.code == "price_abnormal"]
    assert found == expected


def test_confirming_numbers_reserves_and_logs(session: Session, shop: Shop) -> None:
    order = shop.approved(session, want(shop.bolt, "3", "盒"), want(shop.tape, "10"))
    assert (order.number, order.state, order.state_label) == ("XS-0001", State.APPROVED, "已审核")
    assert [line.reserved for line in order.lines] == [Decimal(300), Decimal(10)]
    assert stock.available(session, shop.tape.id) == 20
    assert [step.target for step in order.transitions] == [State.DRAFT, State.APPROVED]
    assert order.expires_at is None
    with pytest.raises(Stale, match="已审核"):
        documents.confirm(session, order.id, 1, shop.sales.id, NOW)
    assert documents.find(session, "xs1").id == order.id
    with pytest.raises(NotFound):
        documents.find(session, "XS-0002")


def test_too_little_stock_is_a_choice(session: Session, shop: Shop) -> None:
    view = draft(session, shop, want(shop.tape, "4", "包"), want(shop.bolt, "1", "盒"))
    assert codes(view) == [("shortage", 1)]
    assert view.problems[0].text == "第1行 生料带 20米只有30卷，差10卷"
    with pytest.raises(Refused):
        documents.confirm(session, view.id, 1, shop.sales.id, NOW)
    cut = documents.confirm(session, view.id, 1, shop.sales.id, NOW, Shortage.ONLY_AVAILABLE)
    assert (cut.version, cut.changes) == (2, ("第1行 4包 → 3包",))
    assert cut.total == 3 * 1500 + 2500
    rest = documents.confirm(
        session, draft(session, shop, want(shop.tape, "5")).id, 1, shop.sales.id, NOW, Shortage.BACKORDER
    )
    assert (rest.lines[0].qty, rest.lines[0].reserved) == (Decimal(5), Decimal(0))
    assert [problem.blocking for problem in rest.problems] == [False]
    with pytest.raises(Refused, match="都没有了"):
        documents.confirm(
            session, draft(session, shop, want(shop.tape, "5")).id, 1, shop.sales.id, NOW, Shortage.ONLY_AVAILABLE
        )
    assert checks.check(session) == []


def test_two_lines_of_one_product_share_the_stock(session: Session, shop: Shop) -> None:
    view = draft(session, shop, want(shop.tape, "20"), want(shop.tape, "15"))
    assert [line.available for line in view.lines] == [Decimal(30), Decimal(10)]
    assert codes(view) == [("shortage", 2)]


def test_changes_are_told_in_words_and_versions_kept(session: Session, shop: Shop) -> None:
    view = draft(session, shop, want(shop.bolt, "3", "盒"), want(shop.tape, "2"))
    content = documents.content_of(view)
    assert documents.change(session, view.id, 1, content, shop.sales.id, NOW).version == 1
    lines = (
        replace(content.lines[0], qty=Decimal(5), price=Decimal(24), price_unit="盒"),
        want(shop.rod, "10", price="9"),
    )
    changed = documents.change(
        session,
        view.id,
        1,
        replace(content, lines=lines, delivery_date=date(2026, 11, 26), note="送到后门"),
        shop.sales.id,
        NOW,
    )
    assert changed.changes == (
        "第1行 3盒 → 5盒",
        "第1行 单价 25元/盒 → 24元/盒",
        "不要 生料带 20米",
        "加 焊条 4.0 10kg",
        "送货日期 11月26日",
        "备注 送到后门",
    )
    assert changed.lines[0].id == view.lines[0].id
    assert [version for version, *_ in documents.versions(session, view.id)] == [1, 2]
    with pytest.raises(Stale):
        documents.change(session, view.id, 1, content, shop.sales.id, NOW)
    with pytest.raises(NotAllowed, match="小周"):
        documents.change(session, view.id, 2, content, shop.other_sales.id, NOW)


def test_a_price_that_was_shown_stays(session: Session, shop: Shop) -> None:
    view = draft(session, shop, want(shop.tape, "2"))
    products.change_product(session, shop.tape.id, now=NOW, list_price=Decimal(9))
    content = documents.content_of(view)
    more = replace(content, lines=(replace(content.lines[0], qty=Decimal(3)), want(shop.bolt, "1")))
    assert documents.change(session, view.id, 1, more, shop.sales.id, NOW).lines[0].price == Decimal("1.5")


def test_another_documents_line_ids_mean_nothing(session: Session, shop: Shop) -> None:
    first, second = draft(session, shop, want(shop.tape, "1")), draft(session, shop, want(shop.bolt, "1"))
    content = documents.content_of(second)
    stolen = replace(content, lines=(replace(content.lines[0], line_id=first.lines[0].id),) * 2)
    documents.change(session, second.id, 1, stolen, shop.sales.id, NOW)
    assert documents.get(session, first.id).lines == first.lines
    assert checks.check(session) == []


def test_a_confirmed_order_changes_with_its_reservation(session: Session, shop: Shop) -> None:
    order = shop.approved(session, want(shop.bolt, "3", "盒"), want(shop.tape, "10"))
    content = documents.content_of(order)
    swapped = replace(content, lines=(replace(content.lines[0], qty=Decimal(5)), want(shop.tape, "4")))
    changed = documents.change(session, order.id, 1, swapped, shop.sales.id, NOW)
    assert (changed.number, changed.version, changed.state) == ("XS-0001", 2, State.APPROVED)
    assert [line.reserved for line in changed.lines] == [Decimal(500), Decimal(4)]
    assert stock.available(session, shop.tape.id) == 26
    greedy = replace(content, lines=(want(shop.tape, "31"),))
    with pytest.raises(Refused) as refused:
        documents.change(session, order.id, 2, greedy, shop.sales.id, NOW)
    assert [problem.code for problem in refused.value.problems] == ["shortage"]
    owed = documents.change(session, order.id, 2, greedy, shop.sales.id, NOW, Shortage.BACKORDER)
    assert owed.lines[0].reserved == 30
    assert checks.check(session) == []


def limited(session: Session) -> None:
    firm.set_setting(session, "order_limit", "100000", None, NOW)


def test_a_large_order_waits_for_a_supervisor(session: Session, shop: Shop) -> None:
    limited(session)
    view = draft(session, shop, want(shop.bolt, "50", "盒"))
    assert codes(view) == [("over_limit", None)]
    assert not view.blocking
    order = documents.confirm(session, view.id, 1, shop.sales.id, NOW)
    assert (order.state, order.lines[0].reserved) == (State.PENDING, Decimal(5000))
    assert order.approval is not None
    assert order.approval.reasons == ("金额1,250.00元，超过1,000.00元",)
    with pytest.raises(NotAllowed):
        documents.approve(session, order.id, 1, shop.sales.id, NOW)
    with pytest.raises(Stale, match="待审核"):
        documents.ship(session, order.id, shop.keeper.id, NOW)
    done = documents.approve(session, order.id, 1, shop.supervisor.id, NOW, "老客户")
    assert (done.state, done.approval and done.approval.approver) == (State.APPROVED, "孙主管")
    with pytest.raises(Stale):
        documents.approve(session, order.id, 1, shop.boss.id, NOW)
    assert checks.check(session) == []


def test_an_edit_voids_the_approval(session: Session, shop: Shop) -> None:
    limited(session)
    order = shop.approved(session, want(shop.bolt, "50", "盒"))
    documents.approve(session, order.id, 1, shop.supervisor.id, NOW)
    content = documents.content_of(order)
    more = replace(content, lines=(replace(content.lines[0], qty=Decimal(60)),))
    changed = documents.change(session, order.id, 1, more, shop.sales.id, NOW)
    assert (changed.state, changed.version) == (State.PENDING, 2)
    with pytest.raises(Stale):
        documents.approve(session, order.id, 1, shop.supervisor.id, NOW)
    less = replace(content, lines=(replace(content.lines[0], qty=Decimal(1)),))
    small = documents.change(session, order.id, 2, less, shop.sales.id, NOW)
    assert small.state is State.APPROVED
    assert small.approval is not None
    assert small.approval.state == "void"
    assert checks.check(session) == []


def test_a_rejected_order_frees_its_stock_and_may_come_again(session: Session, shop: Shop) -> None:
    limited(session)
    order = shop.approved(session, want(shop.bolt, "50", "盒"))
    rejected = documents.reject(session, order.id, 1, shop.supervisor.id, NOW, "款没结")
    assert rejected.state_label == "已驳回"
    assert stock.reserved(session, shop.bolt.id) == 0
    assert rejected.approval is not None
    assert rejected.approval.comment == "款没结"
    content = documents.content_of(rejected)
    smaller = replace(content, lines=(replace(content.lines[0], qty=Decimal(10)),))
    back = documents.change(session, order.id, 1, smaller, shop.sales.id, NOW)
    assert (back.state, back.number) == (State.DRAFT, "XS-0001")
    assert documents.confirm(session, order.id, 2, shop.sales.id, NOW).number == "XS-0001"
    assert checks.check(session) == []


def test_one_does_not_approve_ones_own_order(session: Session, shop: Shop) -> None:
    limited(session)
    view = documents.create_draft(session, shop.order(want(shop.bolt, "50", "盒")), shop.boss.id, NOW)
    documents.confirm(session, view.id, 1, shop.boss.id, NOW)
    with pytest.raises(NotAllowed, match="另一位"):
        documents.approve(session, view.id, 1, shop.boss.id, NOW, second_tap=True)
    firm.set_setting(session, "self_approval", "1", None, NOW)
    with pytest.raises(SecondTap):
        documents.approve(session, view.id, 1, shop.boss.id, NOW)
    assert documents.approve(session, view.id, 1, shop.boss.id, NOW, second_tap=True).state is State.APPROVED
    assert checks.check(session) == []


def test_floor_price_and_credit_need_approval(session: Session, shop: Shop) -> None:
    cheap = draft(session, shop, want(shop.bolt, "1", "盒", price="17"))
    assert codes(cheap) == [("below_floor", 1)]
    partners.change_partner(session, shop.customer.id, now=NOW, credit_limit=5000)
    shop.approved(session, want(shop.bolt, "1", "盒"))
    over = draft(session, shop, want(shop.bolt, "2", "盒"))
    assert codes(over) == [("credit", None)]
    assert documents.confirm(session, over.id, 1, shop.sales.id, NOW).state is State.PENDING


def test_shipping_in_parts_adds_up_to_the_fen(session: Session, shop: Shop) -> None:
    order = shop.approved(session, want(shop.bolt, "3", "盒", price="33.35"))
    first = documents.ship(session, order.id, shop.keeper.id, NOW, {1: Decimal(101)})
    assert (first.number, first.state_label, first.source_number) == ("SH-0001", "已出库", "XS-0001")
    assert (first.lines[0].qty, first.lines[0].unit) == (Decimal("1.01"), "盒")
    assert documents.get(session, order.id).state_label == "部分出库"
    with pytest.raises(Refused, match="只剩1盒99个"):
        documents.ship(session, order.id, shop.keeper.id, NOW, {1: Decimal(200)})
    second = documents.ship(session, order.id, shop.keeper.id, NOW)
    assert (first.total or 0) + (second.total or 0) == order.total == 10005
    done = documents.get(session, order.id)
    assert (done.state_label, done.shipments) == ("已出库", ("SH-0001", "SH-0002"))
    with pytest.raises(Stale):
        documents.ship(session, order.id, shop.keeper.id, NOW)
    with pytest.raises(NotAllowed):
        documents.ship(session, order.id, shop.sales.id, NOW)
    assert stock.on_hand(session, shop.bolt.id) == 9700
    assert checks.check(session) == []


def test_a_backorder_goes_when_goods_arrive(session: Session, shop: Shop) -> None:
    view = draft(session, shop, want(shop.rod, "2.5", price="9"))
    order = documents.confirm(session, view.id, 1, shop.sales.id, NOW, Shortage.BACKORDER)
    with pytest.raises(Refused, match="没有能发的货"):
        documents.ship(session, order.id, shop.keeper.id, NOW)
    receipt = documents.create_draft(session, shop.receipt(want(shop.rod, "3", "斤", price="4")), shop.keeper.id, NOW)
    done = documents.confirm(session, receipt.id, 1, shop.keeper.id, NOW)
    assert (done.number, done.state_label, done.total) == ("RK-0001", "已入库", 1200)
    assert documents.ship(session, order.id, shop.keeper.id, NOW).lines[0].qty == Decimal("1.5")
    assert documents.get(session, order.id).state_label == "部分出库"
    assert checks.check(session) == []


def test_taking_back_an_unshipped_order_frees_the_stock(session: Session, shop: Shop) -> None:
    order = shop.approved(session, want(shop.tape, "10"))
    with pytest.raises(NotAllowed):
        documents.void(session, order.id, shop.other_sales.id, NOW)
    gone = documents.void(session, order.id, shop.sales.id, NOW, "客户不要了")
    assert gone.state_label == "已作废"
    assert stock.reserved(session, shop.tape.id) == 0
    with pytest.raises(Refused, match="不能再撤销"):
        documents.void(session, order.id, shop.sales.id, NOW)
    assert draft(session, shop, want(shop.tape, "1")).lines[0].price_source is PriceSource.LIST
    dropped = documents.void(session, draft(session, shop).id, shop.sales.id, NOW)
    assert dropped.state_label == "已取消"
    assert checks.check(session) == []


def test_moved_goods_come_back_by_a_mirrored_document(session: Session, shop: Shop) -> None:
    order = shop.approved(session, want(shop.tape, "10"))
    shipment = documents.ship(session, order.id, shop.keeper.id, NOW)
    taken = documents.void(session, shipment.id, shop.keeper.id, NOW, "发错了")
    assert (taken.state_label, taken.extra["reversal"]) == ("已冲销", "CX-0001")
    again = documents.get(session, order.id)
    assert (again.state, again.lines[0].reserved, again.shipments) == (State.APPROVED, Decimal(10), ())
    with pytest.raises(Refused):
        documents.void(session, shipment.id, shop.boss.id, NOW)
    documents.ship(session, order.id, shop.keeper.id, NOW)
    with pytest.raises(NotAllowed, match="主管或老板"):
        documents.void(session, order.id, shop.sales.id, NOW)
    assert documents.void(session, order.id, shop.supervisor.id, NOW).state is State.REVERSED
    assert stock.available(session, shop.tape.id) == 30
    assert checks.check(session) == []


def test_a_receipt_cannot_be_taken_back_once_its_goods_are_promised(session: Session, shop: Shop) -> None:
    draft_ = documents.create_draft(session, shop.receipt(want(shop.rod, "10", price="8")), shop.buyer.id, NOW)
    receipt = documents.confirm(session, draft_.id, 1, shop.buyer.id, NOW)
    order = shop.approved(session, want(shop.rod, "6", price="9"))
    with pytest.raises(Refused, match="退不回去"):
        documents.void(session, receipt.id, shop.boss.id, NOW)
    documents.void(session, order.id, shop.sales.id, NOW)
    assert documents.void(session, receipt.id, shop.boss.id, NOW).state is State.REVERSED
    assert checks.check(session) == []


def test_drafts_expire_and_come_back(session: Session, shop: Shop) -> None:
    view = draft(session, shop, want(shop.tape, "1"))
    assert documents.expire(session, view.id, NOW + timedelta(hours=23)).state is State.DRAFT
    late = NOW + timedelta(hours=24)
    assert documents.due_to_expire(session, late) == [view.id]
    assert documents.expire(session, view.id, late).state_label == "已过期"
    assert documents.due_to_expire(session, late) == []
    with pytest.raises(Stale, match="重新打开"):
        documents.confirm(session, view.id, 1, shop.sales.id, late)
    assert documents.reopen(session, view.id, shop.sales.id, late).state is State.DRAFT
    assert documents.confirm(session, view.id, 1, shop.sales.id, late).number == "XS-0001"


def test_an_undecided_order_gives_its_stock_back_in_the_end(session: Session, shop: Shop) -> None:
    limited(session)
    order = shop.approved(session, want(shop.bolt, "50", "盒"))
    assert documents.expire(session, order.id, NOW + timedelta(days=7)).state is State.EXPIRED
    assert stock.reserved(session, shop.bolt.id) == 0
    again = documents.reopen(session, order.id, shop.sales.id, NOW)
    assert documents.confirm(session, order.id, again.version, shop.sales.id, NOW).number == "XS-0001"
    assert checks.check(session) == []


def test_open_drafts_of_a_conversation(session: Session, shop: Shop) -> None:
    first = draft(session, shop, want(shop.tape, "1"))
    second = documents.create_draft(
        session, shop.order(want(shop.tape, "2")), shop.sales.id, NOW + timedelta(minutes=1), chat="other"
    )
    assert documents.open_draft_ids(session, shop.sales.id) == [second.id, first.id]
    assert [view.id for view in documents.open_drafts(session, shop.sales.id, "room")] == [first.id]
    assert documents.find(session, "草稿2").id == second.id


def test_roles_decide_who_makes_what(session: Session, shop: Shop) -> None:
    with pytest.raises(NotAllowed, match="销售"):
        documents.create_draft(session, shop.order(want(shop.tape, "1")), shop.keeper.id, NOW)
    with pytest.raises(NotAllowed):
        documents.create_draft(session, shop.receipt(want(shop.tape, "1")), shop.sales.id, NOW)
    view = draft(session, shop, want(shop.tape, "1"))
    with pytest.raises(NotAllowed, match="小周"):
        documents.confirm(session, view.id, 1, shop.other_sales.id, NOW)
    assert documents.confirm(session, view.id, 1, shop.supervisor.id, NOW).number


def test_a_closed_period_refuses(session: Session, shop: Shop) -> None:
    order = shop.approved(session, want(shop.tape, "1"))
    firm.set_setting(session, "closed_through", "2026-11-24", None, NOW)
    with pytest.raises(Refused, match="结账"):
        documents.ship(session, order.id, shop.keeper.id, NOW)
    documents.ship(session, order.id, shop.keeper.id, NOW + timedelta(days=1))
    assert checks.check(session) == []


def test_settled_orders_no_longer_count_against_credit(session: Session, shop: Shop) -> None:
    order = shop.approved(session, want(shop.tape, "10"))
    with pytest.raises(Refused, match="出入库以后"):
        documents.settle(session, order.id, shop.boss.id, NOW)
    documents.ship(session, order.id, shop.keeper.id, NOW)
    assert documents.settle(session, order.id, shop.boss.id, NOW).state_label == "已结算"
    assert checks.check(session) == []


def test_stock_at_its_minimum_is_reported(session: Session, shop: Shop) -> None:
    assert stock.below_minimum(session) == []
    shop.approved(session, want(shop.bolt, "90", "盒"))
    (low,) = stock.below_minimum(session, [shop.bolt.id])
    assert (low.product.sku, low.available, low.min_qty) == ("B830", Decimal(1000), Decimal(1000))
    assert stock.below_minimum(session, [shop.tape.id]) == []


def test_purchase_papers_are_confirmed_without_moving_goods(session: Session, shop: Shop) -> None:
    content = replace(shop.receipt(want(shop.rod, "100", price="7.5")), kind=Kind.PURCHASE_ORDER)
    view = documents.create_draft(session, content, shop.buyer.id, NOW)
    assert documents.confirm(session, view.id, 1, shop.buyer.id, NOW).number == "CG-0001"
    quote = replace(content, kind=Kind.SUPPLIER_QUOTE)
    view = documents.create_draft(session, quote, shop.buyer.id, NOW)
    assert documents.confirm(session, view.id, 1, shop.buyer.id, NOW).state_label == "已存档"
    assert stock.on_hand(session, shop.rod.id) == 0
    assert checks.check(session) == []


@pytest.mark.parametrize("qty", ["0", "-3", "NaN", "1E+30", "0.0001", "Infinity"])
def test_odd_quantities_are_questions_not_crashes(session: Session, shop: Shop, qty: str) -> None:
    view = draft(session, shop, want(shop.rod, qty, price="1"), want(shop.tape, "1", price="1E+20"))
    assert view.blocking
    assert view.total is None
    assert checks.check(session) == []
