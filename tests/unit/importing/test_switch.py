"""Rows go into the store unseen and become visible in one short unit; a crash before it leaves nothing."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from bot.importing import placing, steps
from bot.importing.faults import Rejected
from bot.importing.plan import Item
from bot.importing.rows import Company, OpeningRow, PartnerRow, PersonRow, ProductRow
from bot.importing.run import in_words, run_sync
from bot.importing.slicing import slices
from bot.importing.steps import Progress, Write, import_steps, recover_steps
from bot.store import Store
from inventory_core import catalog, documents, firm, partners, people, products, sql, stock
from inventory_core.errors import NotAllowed, Refused
from inventory_core.views import Role
from tests.support.masters import NOW, bring_in, empty_store

BOSS = PersonRow("陈总", ("admin", "boss"))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with empty_store(tmp_path) as opened:
        yield opened


def bolt(number: int, **changed: Any) -> ProductRow:
    row = ProductRow(
        sku=f"LS{number:04d}",
        name="外六角螺栓",
        base_unit="支",
        spec=f"M{number}*30",
        default_unit="盒",
        units={"支": (1, 1), "盒": (100, 1)},
        barcodes=((f"A-{number:04d}", "盒"),),
        aliases=("螺丝",),
        list_price=Decimal("0.15"),
        min_qty=Decimal(100),
    )
    return replace(row, **changed)


def bolts(count: int, **changed: Any) -> Company:
    return Company(products=tuple(bolt(number, **changed) for number in range(1, count + 1)))


def visible(store: Store) -> list[str]:
    return store.read_sync(lambda session: [view.sku for view in products.products(session)])


def count(store: Store, table: str) -> int:
    return int(store.read_sync(lambda session: sql.value(session, f"SELECT count(*) FROM {table}")))


def test_new_then_same_then_changed(store: Store) -> None:
    assert in_words(bring_in(store, bolts(3))) == "导入完成。\n商品：新增 3，修改 0，不变 0"
    version = store.read_sync(firm.catalog_version)
    assert in_words(bring_in(store, bolts(3))) == "文件和现有资料一致，没有改动。\n商品：新增 0，修改 0，不变 3"
    assert store.read_sync(firm.catalog_version) == version
    report = bring_in(store, Company(products=(bolt(1), bolt(2, list_price=Decimal("0.2")), bolt(3, name="螺栓"))))
    assert (report.tallies["product"].changed, report.tallies["product"].same) == (2, 1)
    views = {view.sku: view for view in store.read_sync(lambda session: list(products.products(session)))}
    assert views["LS0002"].list_price == Decimal("0.2")
    assert views["LS0003"].name == "螺栓"
    assert views["LS0003"].aliases == ("螺丝",)


def test_units_barcodes_and_aliases_of_a_known_product(store: Store) -> None:
    bring_in(store, bolts(1))
    more = bolt(1, units={"支": (1, 1), "盒": (50, 1), "箱": (1000, 1)}, barcodes=(("B-1", "箱"),), aliases=("六角",))
    bring_in(store, Company(products=(more,)))
    view = store.read_sync(lambda session: products.product_by_sku(session, "LS0001"))
    assert view is not None
    assert view.units == {"支": (1, 1), "盒": (50, 1), "箱": (1000, 1)}
    assert set(view.aliases) == {"螺丝", "六角"}  # what was learned stays
    found = store.read_sync(lambda session: products.product_by_barcode(session, "A-0001"))
    assert found is not None
    assert found[1] == "盒"


def test_an_empty_cell_erases_nothing(store: Store) -> None:
    bring_in(store, bolts(1))
    report = bring_in(store, Company(products=(ProductRow(sku="LS0001", name="外六角螺栓", base_unit="支"),)))
    assert not report.changed_anything


def test_nothing_is_seen_before_the_switch(store: Store) -> None:
    seen: list[tuple[str, int, int]] = []
    versions: set[int] = set()
    running = import_steps(bolts(450), "a.xlsx", lambda: NOW)
    answer: Any = None
    while True:
        try:
            step = running.send(answer)
        except StopIteration:
            break
        answer = None
        if isinstance(step, Progress):
            continue
        if isinstance(step, Write):
            name = getattr(getattr(step.fn, "func", step.fn), "__name__", "")
            answer = store.write_sync(step.fn)
            seen.append((name, len(visible(store)), store.read_sync(firm.catalog_version)))
            versions.add(seen[-1][2])
        else:
            answer = store.read_sync(step.fn)
    at = [name for name, _, _ in seen].index("switch")
    assert {found for _, found, _ in seen[:at]} == {0}
    assert {found for _, found, _ in seen[at:]} == {450}
    assert versions == {0, 1}


@pytest.mark.parametrize("stop_after", ["open_batch", "stage", "place_products", "place_partners"])
def test_a_crash_before_the_switch_leaves_nothing(store: Store, stop_after: str) -> None:
    rows = Company(products=bolts(120).products, partners=(PartnerRow("customer", "C1", "永兴建材店", ("永兴",)),))
    crash(store, rows, stop_after)
    run_sync(store.write_sync, store.read_sync, recover_steps(lambda: NOW))
    for table in ("product", "product_unit", "product_alias", "import_row", "audit"):
        assert count(store, table) == 0, table
    assert count(store, "partner WHERE walk_in = 0") == 0
    assert bring_in(store, rows).tallies["product"].added == 120


@pytest.mark.parametrize("stop_after", ["switch", "write_history", "post_opening"])
def test_a_crash_after_the_switch_is_carried_to_the_end(store: Store, stop_after: str) -> None:
    opening = tuple(OpeningRow(f"LS{number:04d}", Decimal(3), "盒", 4500) for number in range(1, 121))
    rows = Company(products=bolts(120).products, people=(BOSS,), opening=opening)
    crash(store, rows, stop_after)
    run_sync(store.write_sync, store.read_sync, recover_steps(lambda: NOW))
    assert count(store, "import_row") == 0
    assert count(store, "audit WHERE subject = 'product' AND action = 'add'") == 120
    assert count(store, "document WHERE kind = 'opening'") == 3
    assert count(store, "balance WHERE place = 'main' AND on_hand = 300 AND value = 4500") == 120
    assert not bring_in(store, rows).changed_anything


def crash(store: Store, rows: Company, stop_after: str) -> None:
    """Run the steps and stop right after the first unit of that name, as a killed process would."""
    running = import_steps(rows, "a.xlsx", lambda: NOW)
    answer: Any = None
    while True:
        step = running.send(answer)
        answer = None
        if isinstance(step, Progress):
            continue
        answer = store.write_sync(step.fn) if isinstance(step, Write) else store.read_sync(step.fn)
        if getattr(getattr(step.fn, "func", step.fn), "__name__", "") == stop_after:
            return


def test_a_failed_unit_is_taken_back_at_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_args: Any, **_named: Any) -> None:
        raise OSError("no space")

    monkeypatch.setattr(placing, "_people", full)
    with pytest.raises(OSError, match="no space"):
        bring_in(store, bolts(60))
    monkeypatch.undo()
    assert count(store, "product") == 0
    assert bring_in(store, bolts(60)).tallies["product"].added == 60


def test_a_change_meanwhile_makes_it_plan_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    real = placing.stage
    meddled: list[bool] = []

    def meddle(session: Session, batch: int, first: int, items: Any, now: Any) -> int:
        if not meddled:
            meddled.append(True)
            products.add_product(session, name="生料带", base_unit="卷", now=now, sku="SL10")
        return real(session, batch, first, items, now)

    monkeypatch.setattr(placing, "stage", meddle)
    rows = Company(products=(bolt(1), ProductRow(sku="SL10", name="生料带", base_unit="卷", spec="10米")))
    report = bring_in(store, rows)
    assert (report.tallies["product"].added, report.tallies["product"].changed) == (1, 1)
    assert sorted(visible(store)) == ["LS0001", "SL10"]


def test_two_imports_do_not_mix(store: Store) -> None:
    crash(store, bolts(60), "stage")
    with pytest.raises(Refused, match="正在导入另一个文件"):
        bring_in(store, bolts(1))
    later = NOW + timedelta(minutes=10)
    run_sync(store.write_sync, store.read_sync, import_steps(bolts(1), "b.xlsx", lambda: later))
    assert visible(store) == ["LS0001"]


def test_what_does_not_fit_the_store_is_told_and_nothing_goes_in(store: Store) -> None:
    bring_in(store, Company(products=(bolt(1), bolt(2)), people=(BOSS,)))
    wrong = Company(
        products=(
            bolt(1, base_unit="个", units={"个": (1, 1)}, default_unit="个", barcodes=()),
            bolt(9, spec="M2*30"),
            bolt(8, barcodes=(("A-0001", "盒"),)),
        ),
        people=(PersonRow("陈总", ("sales",)),),
        opening=(OpeningRow("没有", Decimal(1), "", 0), OpeningRow("LS0002", Decimal("0.005"), "盒", 0)),
    )
    with pytest.raises(Rejected) as caught:
        bring_in(store, wrong)
    said = [str(fault) for fault in caught.value.faults]
    assert any("没有管理员了" in text for text in said)
    assert any("原来是“支”，账都按它记" in text for text in said)
    assert any("和已有的商品 LS0002 名称规格都一样" in text for text in said)
    assert any("条码 A-0001（盒）已属于商品 LS0001" in text for text in said)
    assert any("没有编码是“没有”的商品" in text for text in said)
    assert any("不是整数个最小数量" in text for text in said)
    assert visible(store) == ["LS0001", "LS0002"]


def test_opening_stock_goes_in_once(store: Store) -> None:
    rows = Company(
        products=(bolt(1), bolt(2)), people=(BOSS,), opening=(OpeningRow("LS0001", Decimal(13), "支", 1500),)
    )
    bring_in(store, rows)
    row = store.read_sync(lambda session: sql.one(session, "SELECT on_hand, value FROM balance WHERE place = 'main'"))
    assert row == {"on_hand": 13, "value": 1500}  # 13 pieces for 15.00 stay 15.00
    with pytest.raises(Rejected, match=r"期初已经导入过（13支，15\.00 元）"):
        bring_in(store, Company(opening=(OpeningRow("LS0001", Decimal(14), "支", 1500),)))


def test_opening_stock_needs_somebody_and_an_open_day(store: Store) -> None:
    rows = Company(products=(bolt(1),), opening=(OpeningRow("LS0001", Decimal(1), "盒", 0),))
    with pytest.raises(Rejected, match="还没有管理员"):
        bring_in(store, rows)
    store.write_sync(lambda session: firm.set_setting(session, "closed_through", "2026-11-30", None, NOW))
    with pytest.raises(Rejected, match="账已经结到 2026-11-30"):
        bring_in(store, replace(rows, people=(BOSS,)))


def test_goods_that_moved_get_no_opening(store: Store) -> None:
    bring_in(store, Company(products=(bolt(1),), people=(BOSS,)))

    def receive(session: Session) -> None:
        own = products.ids_by_sku(session, ["LS0001"])["LS0001"]
        boss = people.with_role(session, Role.BOSS)[0].id
        supplier = partners.add_partner(session, name="永固标准件厂", kind="supplier", now=NOW)
        content = documents.content_of(documents.create_draft(session, receipt(own, supplier.id), boss, NOW))
        draft = documents.create_draft(session, content, boss, NOW)
        documents.confirm(session, draft.id, draft.version, boss, NOW)

    store.write_sync(receive)
    with pytest.raises(Rejected, match="已经有出入库记录"):
        bring_in(store, Company(opening=(OpeningRow("LS0001", Decimal(1), "盒", 0),)))


def receipt(product_id: int, supplier_id: int) -> Any:
    from inventory_core.views import DraftContent, DraftLine, Kind

    line = DraftLine(product_id=product_id, qty=Decimal(2), unit="盒", price=Decimal(12))
    return DraftContent(kind=Kind.GOODS_RECEIPT, partner_id=supplier_id, lines=(line,))


def test_partners_by_code_by_name_and_the_walk_in(store: Store) -> None:
    rows = Company(
        partners=(PartnerRow("customer", "", "永兴建材店", ("永兴",)), PartnerRow("supplier", "S1", "永固厂"))
    )
    bring_in(store, rows)
    assert not bring_in(store, rows).changed_anything
    report = bring_in(store, Company(partners=(PartnerRow("customer", "", "永兴建材店", ("老永",), phone="139"),)))
    assert report.tallies["customer"].changed == 1
    view = store.read_sync(lambda session: partners.partners(session, "customer"))[-1]
    assert (view.code, view.phone, set(view.aliases)) == ("C0001", "139", {"永兴", "老永"})
    for wrong, reason in (
        (PartnerRow("customer", "S1", "永固厂"), "已经是供应商"),
        (PartnerRow("customer", "C9", "永兴建材店"), "已有同名的 C0001"),
        (PartnerRow("customer", "C0000", "张三"), "固定的“散客”"),
    ):
        with pytest.raises(Rejected, match=reason):
            bring_in(store, Company(partners=(wrong,)))


def test_roles_follow_the_file_and_an_administrator_stays(store: Store) -> None:
    bring_in(store, Company(people=(BOSS, PersonRow("小李", ("sales",)))))
    bring_in(store, Company(people=(PersonRow("陈总", ("boss",)), PersonRow("小李", ("admin", "buyer")))))
    roles = {view.name: view.roles for view in store.read_sync(people.people)}
    assert roles == {"陈总": {Role.BOSS}, "小李": {Role.ADMIN, Role.BUYER}}


def test_only_administrators_import(store: Store) -> None:
    bring_in(store, Company(people=(BOSS, PersonRow("小李", ("sales",)))))
    seller = store.read_sync(lambda session: people.with_role(session, Role.SALES))[0].id
    with pytest.raises(NotAllowed):
        run_sync(store.write_sync, store.read_sync, import_steps(bolts(1), "a.xlsx", lambda: NOW, seller))


def test_the_catalogue_shows_what_came_in(store: Store) -> None:
    bring_in(store, bolts(2))
    whole = store.read_sync(catalog.snapshot)
    assert [product["sku"] for product in whole["products"]] == ["LS0001", "LS0002"]
    assert whole["products"][0]["units"] == {"支": "1", "盒": "100"}
    assert store.read_sync(stock.below_minimum)[0].product.sku == "LS0001"


def test_big_changes_are_cut_into_whole_products(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    bring_in(store, bolts(30))
    real = slices
    monkeypatch.setattr(steps, "slices", lambda items: real(items, budget=200))
    changed = bolts(30, units={"支": (1, 1), "盒": (50, 1)}, name="螺栓", aliases=("新",))
    assert bring_in(store, changed).tallies["product"].changed == 30
    for view in store.read_sync(lambda session: list(products.products(session))):
        assert view.name == "螺栓"
        assert view.units["盒"] == (50, 1)
        assert set(view.aliases) == {"螺丝", "新"}
    assert not bring_in(store, changed).changed_anything


@given(
    st.lists(st.sampled_from(["add", "change", "rework", "person"]), max_size=60),
    st.integers(1, 200),
)
def test_slices_cover_every_change_once(kinds: list[str], budget: int) -> None:
    items = [
        Item("person" if kind == "person" else "product", "add" if kind == "person" else kind, {"changed": ["spec"]})
        for kind in kinds
    ]
    cut = slices(items, budget)
    changes = [seq for seq, kind in enumerate(kinds, start=1) if kind in ("change", "rework")]
    assert [seq for seq in changes if sum(part.after < seq <= part.upto for part in cut) != 1] == []
    assert all(left.upto == right.after for left, right in pairwise(cut))


@settings(max_examples=60)
@given(st.decimals(min_value="0.001", max_value=10**6, places=3), st.integers(0, 10**9))
def test_the_cost_of_a_line_stays_to_the_fen(qty: Decimal, cost: int) -> None:
    from inventory_core.prices import line_amount

    price = placing.unit_cost(qty, cost)
    base = int(qty * 1000)
    assert (0 if price is None else line_amount(price, 1, 1, base, 3)) == cost


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.integers(1, 6), st.integers(1, 9)), min_size=1, max_size=6, unique_by=lambda pair: pair[0])
)
def test_importing_again_never_changes_anything(
    tmp_path_factory: pytest.TempPathFactory, said: list[tuple[int, int]]
) -> None:
    with empty_store(tmp_path_factory.mktemp("again")) as store:
        rows = Company(products=tuple(bolt(number, list_price=Decimal(price)) for number, price in said))
        bring_in(store, rows)
        assert not bring_in(store, rows).changed_anything
