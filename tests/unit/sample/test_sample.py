"""The sample company is what the demo, the tests and the benchmarks stand on."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from bot import sample
from bot.importing.cells import check_digit
from bot.sample import history
from bot.store import Store
from inventory_core import checks, documents, firm, people, products, sql
from inventory_core.views import State
from tests.support.masters import NOW, empty_store


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with empty_store(tmp_path_factory.mktemp("sample")) as opened:
        sample.load_sync(opened.write_sync, NOW)
        yield opened


def test_it_is_as_large_as_promised() -> None:
    company = sample.company()
    assert len(company.products) >= 150
    assert len([row for row in company.partners if row.kind == "customer"]) >= 30
    assert len([row for row in company.partners if row.kind == "supplier"]) >= 10
    same_name = Counter(row.name for row in company.products)
    assert sum(count for count in same_name.values() if count > 1) >= 150


def test_two_pairs_of_customers_share_an_alias() -> None:
    shared = Counter(alias for row in sample.company().partners if row.kind == "customer" for alias in row.aliases)
    assert [alias for alias, count in shared.items() if count > 1] == ["张记", "宏泰"]


def test_every_barcode_has_its_check_digit() -> None:
    codes = [code for row in sample.company().products for code, _unit in row.barcodes]
    assert len(codes) > 200
    assert len(set(codes)) == len(codes)
    assert all(len(code) == 13 and code[-1] == check_digit(code[:-1]) for code in codes)


def test_weighed_goods_packs_and_prices_are_sane() -> None:
    for row in sample.company().products:
        units = row.units or {}
        assert (row.default_unit or row.base_unit) in {row.base_unit, *units}, row.sku
        assert row.list_price is not None
        assert row.floor_price is not None
        assert 0 < row.floor_price < row.list_price, row.sku
        largest = max((Fraction(*ratio) for ratio in units.values()), default=Fraction(1))
        assert row.list_price * largest.numerator < 20_000, row.sku
    cement = next(row for row in sample.company().products if row.sku == "SN425")
    assert (cement.base_unit, cement.qty_scale, cement.units) == (
        "kg",
        3,
        {"kg": (1, 1), "袋": (50, 1), "吨": (1000, 1)},
    )


def test_the_firm_stands(store: Store) -> None:
    view = store.read_sync(firm.firm)
    assert (view.name, view.demo, view.order_limit) == ("淞岚五金批发有限公司", True, 2_000_000)
    roles = {person.name: {role.label for role in person.roles} for person in store.read_sync(people.people)}
    assert roles["陈总"] == {"老板", "管理员"}
    assert roles["小李"] == {"销售"}
    assert store.read_sync(lambda session: sum(1 for _ in products.products(session))) >= 150


def test_the_month_keeps_every_invariant(store: Store) -> None:
    assert store.read_sync(lambda session: list(checks.check(session))) == []
    found = store.read_sync(
        lambda session: sql.run(session, "SELECT kind, state, count(*) FROM document GROUP BY 1, 2")
    )
    counts = {(kind, state): count for kind, state, count in found}
    assert counts["sales_order", State.SETTLED] > 20
    assert counts["sales_order", State.APPROVED] >= 2
    assert counts["sales_order", State.PENDING] == 1
    assert counts["goods_receipt", State.POSTED] > 10
    assert sum(counts.values()) >= 120
    assert ("sales_order", "draft") not in counts


def test_history_lies_in_the_past(store: Store) -> None:
    first, last = store.read_sync(
        lambda session: sql.run(session, "SELECT min(created_at), max(updated_at) FROM document")[0]
    )
    assert last <= NOW.timestamp() * 1_000_000
    assert (NOW - timedelta(days=32)).timestamp() * 1_000_000 < first


def test_it_is_the_same_every_time() -> None:
    company = sample.company()
    assert history.events(company, NOW) == history.events(company, NOW)


@pytest.mark.parametrize("day", [1, 4, 5])
def test_it_loads_on_any_day(tmp_path: Path, day: int) -> None:
    """The plan of the month depends on weekdays; none of them may run out of stock."""
    with empty_store(tmp_path) as opened:
        sample.load_sync(opened.write_sync, NOW + timedelta(days=day, hours=5 * day))
        assert opened.read_sync(lambda session: len(documents.pending_ids(session))) == 1


async def test_a_kill_during_loading_is_made_good(tmp_path: Path) -> None:
    class Killed(Exception):
        """The process ends here."""

    with empty_store(tmp_path) as opened:
        for stop in (1, 4, 12, 40, 90):
            left = stop

            async def dying(fn: Any) -> Any:
                nonlocal left
                left -= 1
                if left < 0:
                    raise Killed
                return opened.write_sync(fn)

            with pytest.raises(Killed):
                await sample.load(dying, NOW)
            assert not opened.read_sync(firm.firm).name

        async def whole(fn: Any) -> Any:
            return opened.write_sync(fn)

        await sample.load(whole, NOW)
        assert opened.read_sync(firm.firm).name
        assert opened.read_sync(lambda session: list(checks.check(session))) == []
        assert opened.read_sync(lambda session: sql.value(session, "SELECT count(*) FROM document")) >= 120
        assert opened.read_sync(lambda session: sql.value(session, "SELECT count(*) FROM import_row")) == 0
