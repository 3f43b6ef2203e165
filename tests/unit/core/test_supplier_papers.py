"""Supplier quotes and purchase orders: kept as they were said, and moving nothing."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, create_engine

from inventory_core import checks, documents, schema, sql
from inventory_core.errors import NotAllowed, Refused, Stale
from inventory_core.views import DocumentView, DraftContent, DraftLine, Kind, PriceTier, ProductView, State
from tests.support.core_shop import NOW, Shop, furnish, want

TIER = PriceTier(Decimal(100), Decimal("0.2"), "盒")


def offered(product: ProductView, price: str | None, unit: str | None = "个", **fields: object) -> DraftLine:
    """A line of a quote: a price and no quantity."""
    said = None if price is None else Decimal(price)
    return DraftLine(said=product.label, product_id=product.id, price=said, price_unit=unit, **fields)  # type: ignore[arg-type]


def quote(shop: Shop, *lines: DraftLine, **fields: object) -> DraftContent:
    content = {"partner_id": shop.supplier.id, **fields}
    return DraftContent(kind=Kind.SUPPLIER_QUOTE, lines=lines, **content)  # type: ignore[arg-type]


def purchase(shop: Shop, *lines: DraftLine, **fields: object) -> DraftContent:
    content = {"partner_id": shop.supplier.id, **fields}
    return DraftContent(kind=Kind.PURCHASE_ORDER, lines=lines, **content)  # type: ignore[arg-type]


def drafted(session: Session, shop: Shop, content: DraftContent) -> DocumentView:
    return documents.create_draft(session, content, shop.buyer.id, NOW, chat="buyer")


def words(view: DocumentView) -> list[tuple[str, str, bool]]:
    return [(problem.code, problem.text, problem.blocking) for problem in view.problems]


def test_a_quote_is_kept_with_its_tiers_and_days(session: Session, shop: Shop) -> None:
    later = PriceTier(Decimal(500), Decimal("0.19"), "盒")
    line = offered(shop.bolt, "0.22", tax_incl=False, tiers=(later, TIER))
    days = {"valid_from": date(2026, 12, 1), "valid_until": date(2026, 12, 31)}
    view = drafted(session, shop, quote(shop, line, tax_rate=Decimal("0.13"), **days))
    assert words(view) == []
    kept = documents.confirm(session, view.id, 1, shop.buyer.id, NOW)
    assert (kept.number, kept.state, kept.state_label) == ("BJ-0001", State.APPROVED, "已存档")
    again = documents.find(session, "bj1")
    [one] = again.lines
    assert (one.qty, one.price, one.price_unit, one.tax_incl) == (None, Decimal("0.22"), "个", False)
    assert one.tiers == (TIER, later)  # smallest quantity first, whatever the order said
    assert checks.check(session) == []
    assert (again.valid_from, again.valid_until, again.total) == (date(2026, 12, 1), date(2026, 12, 31), None)


def test_a_quote_needs_a_price_and_no_quantity(session: Session, shop: Shop) -> None:
    view = drafted(session, shop, quote(shop, offered(shop.bolt, None)))
    assert words(view) == [("price_missing", "第1行 外六角螺栓 M8*30报价多少？请写单价", True)]
    with pytest.raises(Refused, match="报价多少"):
        documents.confirm(session, view.id, 1, shop.buyer.id, NOW)


def test_a_price_from_a_quantity_on_is_a_price(session: Session, shop: Shop) -> None:
    view = drafted(session, shop, quote(shop, offered(shop.bolt, None, None, tiers=(TIER,))))
    assert words(view) == []
    assert view.lines[0].price_unit == "盒"


@pytest.mark.parametrize("kind", [Kind.SUPPLIER_QUOTE, Kind.PURCHASE_ORDER])
def test_the_last_purchase_price_is_never_put_in_by_itself(session: Session, shop: Shop, kind: Kind) -> None:
    receipt = documents.create_draft(session, shop.receipt(want(shop.tape, "5", None, "0.9")), shop.buyer.id, NOW)
    documents.confirm(session, receipt.id, 1, shop.buyer.id, NOW)
    content = DraftContent(kind=kind, partner_id=shop.supplier.id, lines=(want(shop.tape, "20"),))
    assert drafted(session, shop, content).lines[0].price is None
    asked = DraftContent(kind=kind, partner_id=shop.supplier.id, lines=(want(shop.tape, "20"),), use_last_price=True)
    assert drafted(session, shop, asked).lines[0].price == Decimal("0.9")


def test_a_purchase_needs_a_quantity_and_no_price(session: Session, shop: Shop) -> None:
    view = drafted(session, shop, purchase(shop, offered(shop.bolt, None, None)))
    assert words(view) == [("qty_missing", "第1行 外六角螺栓 M8*30要多少？请写数量", True)]
    more = drafted(session, shop, purchase(shop, want(shop.bolt, "99999", "盒")))  # far more than there is
    assert words(more) == []
    kept = documents.confirm(session, more.id, 1, shop.buyer.id, NOW)
    assert (kept.number, kept.state_label, kept.total) == ("CG-0001", "已确认", None)
    assert kept.lines[0].price is None


@pytest.mark.parametrize(
    ("kind", "asked"),
    [(Kind.SUPPLIER_QUOTE, "谁报的价？回复供应商名称就行"), (Kind.PURCHASE_ORDER, "向谁采购？回复供应商名称就行")],
)
def test_a_missing_supplier_is_asked_for(session: Session, shop: Shop, kind: Kind, asked: str) -> None:
    line = want(shop.bolt, "5", "盒", "20")
    view = drafted(session, shop, DraftContent(kind=kind, lines=(line,)))
    assert words(view) == [("party_missing", asked, True)]
    customer = drafted(session, shop, DraftContent(kind=kind, partner_id=shop.customer.id, lines=(line,)))
    assert words(customer) == [("party_kind", "「永安机电」不是供应商，请换一个供应商", True)]


@pytest.mark.parametrize(
    ("line", "code", "part", "blocking"),
    [
        (("25", "个", ()), "price_abnormal", "售价是0.25元/个，差太多，请核对单价和单位", True),
        (("0.22", "盒", ()), "price_abnormal", "售价是25元/盒，差太多", True),
        (("0.3", "个", ()), "price_abnormal", "进价更高，请看一眼", False),
        (("0", "个", ()), "price_abnormal", "单价要大于0", True),
        (("0.22", "桶", ()), "unit_unknown", "价格按「桶」算不了，可用：个、盒、箱", True),
        (("0.22", "个", (PriceTier(Decimal(9), Decimal("0.2"), "桶"),)), "unit_unknown", "阶梯按「桶」算不了", True),
        (("0.22", "个", (PriceTier(Decimal(9), Decimal("0.24"), "盒"),)), "price_abnormal", "买得多反而贵", False),
        (("0.22", "个", (TIER, PriceTier(Decimal(5), Decimal("0.1"), "箱"))), "", "", True),
        (("0.22", "个", (TIER, PriceTier(Decimal(5), Decimal("0.19"), "箱"))), "conflict", "说了两个价", True),
        (("0.22", "个", (PriceTier(Decimal(9), Decimal(0), "盒"),)), "price_abnormal", "都要大于0", True),
        (("0.22", "个", (PriceTier(Decimal(10**40), Decimal("0.2"), "盒"),)), "price_abnormal", "数字太大了", True),
    ],
)
def test_odd_prices_of_a_quote(
    session: Session, shop: Shop, line: tuple[str, str, tuple[PriceTier, ...]], code: str, part: str, blocking: bool
) -> None:
    price, unit, tiers = line
    if not code:  # 5箱 is 100盒: the same step twice is the same only with the same price
        tiers = (TIER, PriceTier(Decimal(5), TIER.price, "箱"))
    view = drafted(session, shop, quote(shop, offered(shop.bolt, price, unit, tiers=tiers)))
    found = words(view)
    if not code:
        assert found == []
        return
    assert len(found) == 1
    assert found[0][0] == code
    assert part in found[0][1]
    assert found[0][2] is blocking


@pytest.mark.parametrize("kind", [Kind.SUPPLIER_QUOTE, Kind.PURCHASE_ORDER])
def test_only_those_who_buy_make_them(session: Session, shop: Shop, kind: Kind) -> None:
    content = DraftContent(kind=kind, partner_id=shop.supplier.id, lines=(want(shop.bolt, "5", "盒", "20"),))
    for person in (shop.sales, shop.keeper):
        with pytest.raises(NotAllowed, match="采购、主管或老板"):
            documents.create_draft(session, content, person.id, NOW)
    for person in (shop.buyer, shop.supervisor, shop.boss):
        assert documents.create_draft(session, content, person.id, NOW).state is State.DRAFT


def test_a_changed_quote_says_what_changed(session: Session, shop: Shop) -> None:
    view = drafted(session, shop, quote(shop, offered(shop.bolt, "0.22", tiers=(TIER,))))
    old = documents.content_of(view)
    assert old.lines[0].tiers == (TIER,)
    cheaper = PriceTier(Decimal(100), Decimal("0.21"), "盒")
    line = DraftLine(
        product_id=shop.bolt.id,
        price=Decimal("0.23"),
        price_unit="个",
        tax_incl=True,
        tiers=(cheaper,),
        line_id=old.lines[0].line_id,
    )
    wanted = quote(shop, line, offered(shop.tape, "0.8", "卷"), valid_until=date(2026, 12, 31))
    changed = documents.change(session, view.id, 1, wanted, shop.buyer.id, NOW)
    assert changed.changes == (
        "第1行 单价 0.22元/个 → 0.23元/个",
        "第1行 含税",
        "第1行 阶梯 100盒起0.2 → 100盒起0.21",
        "加 生料带 20米 0.8元/卷",
        "有效到 12月31日",
    )


@pytest.mark.parametrize("kind", [Kind.SUPPLIER_QUOTE, Kind.PURCHASE_ORDER])
def test_its_whole_life(session: Session, shop: Shop, kind: Kind) -> None:
    content = DraftContent(kind=kind, partner_id=shop.supplier.id, lines=(want(shop.bolt, "5", "盒", "20"),))
    view = drafted(session, shop, content)
    assert documents.expire(session, view.id, NOW + timedelta(hours=25)).state is State.EXPIRED
    assert documents.reopen(session, view.id, shop.buyer.id, NOW).state is State.DRAFT
    kept = documents.confirm(session, view.id, view.version, shop.buyer.id, NOW)
    with pytest.raises(Stale):
        documents.confirm(session, view.id, kept.version, shop.buyer.id, NOW)
    with pytest.raises(Stale, match="不能再改"):
        documents.change(session, kept.id, kept.version, documents.content_of(kept), shop.buyer.id, NOW)
    with pytest.raises(NotAllowed):
        documents.void(session, kept.id, shop.sales.id, NOW)
    gone = documents.void(session, kept.id, shop.buyer.id, NOW)
    assert (gone.state, gone.number) == (State.VOID, kept.number)
    dropped = drafted(session, shop, content)
    assert documents.void(session, dropped.id, shop.buyer.id, NOW).number is None
    assert checks.check(session) == []


#: Half of them near what a roll of tape costs, so that papers are often confirmed.
_PRICES = st.one_of(st.decimals("0.4", "1.5", places=2), st.decimals("0.01", "99", places=2))
_LINES = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.one_of(st.none(), st.integers(1, 5000)),
        st.one_of(st.none(), _PRICES),
        st.lists(st.tuples(st.integers(1, 900), _PRICES), max_size=2),
    ),
    min_size=1,
    max_size=3,
)
_STEPS = st.lists(
    st.tuples(
        st.sampled_from(["draft", "change", "confirm", "void", "expire", "reopen"]),
        st.sampled_from([Kind.SUPPLIER_QUOTE, Kind.PURCHASE_ORDER]),
        _LINES,
        st.integers(0, 3),
    ),
    max_size=12,
)
_BOOKS = (
    "SELECT product_id, place, lot, on_hand, reserved, value FROM balance ORDER BY 1, 2, 3",
    "SELECT * FROM ledger ORDER BY id",
    "SELECT * FROM reservation ORDER BY id",
    "SELECT * FROM posting ORDER BY id",
    "SELECT * FROM deal ORDER BY id",
    "SELECT * FROM approval ORDER BY id",
    "SELECT id, list_price, floor_price FROM product ORDER BY id",
)


def _books(session: Session) -> list[list[tuple[object, ...]]]:
    return [[tuple(row) for row in sql.run(session, statement)] for statement in _BOOKS]


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(steps=_STEPS)
def test_whatever_is_done_with_them_nothing_else_moves(steps: list[tuple[str, Kind, object, int]]) -> None:
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        schema.create_all(connection)
    with Session(engine) as session:
        shop = furnish(session)
        shop.approved(session, want(shop.tape, "7"))  # something is held, and a price was agreed
        before = _books(session)
        goods = (shop.bolt, shop.tape, shop.rod)
        made: list[int] = []
        for doing, kind, drawn, which in steps:
            content = DraftContent(
                kind=kind,
                partner_id=shop.supplier.id,
                lines=tuple(
                    DraftLine(
                        product_id=goods[product].id,
                        qty=None if qty is None else Decimal(qty),
                        price=price,
                        tiers=tuple(PriceTier(Decimal(least), each) for least, each in tiers),
                    )
                    for product, qty, price, tiers in drawn  # type: ignore[attr-defined]
                ),
            )
            if doing == "draft" or not made:
                made.append(drafted(session, shop, content).id)
                continue
            view = documents.get(session, made[which % len(made)])
            try:
                if doing == "change":
                    documents.change(session, view.id, view.version, content, shop.buyer.id, NOW)
                elif doing == "confirm":
                    documents.confirm(session, view.id, view.version, shop.buyer.id, NOW)
                elif doing == "void":
                    documents.void(session, view.id, shop.buyer.id, NOW)
                elif doing == "expire":
                    documents.expire(session, view.id, NOW + timedelta(days=2))
                else:
                    documents.reopen(session, view.id, shop.buyer.id, NOW)
            except Refused:
                continue
        assert _books(session) == before
        assert checks.check(session) == []
    engine.dispose()
