"""People, settings, products, partners and the catalogue handed to the reader."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from inventory_core import catalog, firm, partners, people, products, sql
from inventory_core.errors import NotAllowed, NotFound, Refused
from inventory_core.views import Role
from tests.support.core_shop import NOW, Shop


def test_accounts_write_as_people(session: Session, shop: Shop) -> None:
    people.bind(session, shop.sales.id, "console", "u1", NOW)
    people.bind(session, shop.sales.id, "console", "u1", NOW)
    found = people.person_of(session, "console", "u1")
    assert found == shop.sales
    assert people.accounts(session, shop.sales.id) == [("console", "u1")]
    with pytest.raises(Refused, match="已经绑定给小周"):
        people.bind(session, shop.buyer.id, "console", "u1", NOW)
    people.deactivate(session, shop.sales.id, shop.boss.id, NOW)
    assert people.person_of(session, "console", "u1") is None


def test_people_are_found_by_name_id_or_role(session: Session, shop: Shop) -> None:
    assert people.find_person(session, "仓管") == shop.keeper
    assert people.find_person(session, "sales") == shop.sales
    assert people.find_person(session, str(shop.boss.id)) == shop.boss
    assert people.find_person(session, "不存在") is None
    assert people.with_role(session, Role.BOSS, Role.SUPERVISOR) == [shop.supervisor, shop.boss]


def test_roles_are_given_by_administrators_and_one_always_stays(session: Session, shop: Shop) -> None:
    with pytest.raises(NotAllowed):
        people.grant(session, shop.sales.id, Role.BOSS, shop.sales.id, NOW)
    people.grant(session, shop.sales.id, Role.BUYER, shop.boss.id, NOW)
    assert people.person(session, shop.sales.id).has(Role.BUYER)
    people.revoke(session, shop.sales.id, Role.BUYER, shop.boss.id, NOW)
    assert not people.person(session, shop.sales.id).has(Role.BUYER)
    with pytest.raises(Refused, match="最后一个管理员"):
        people.revoke(session, shop.boss.id, Role.ADMIN, shop.boss.id, NOW)
    with pytest.raises(Refused, match="最后一个管理员"):
        people.deactivate(session, shop.boss.id, None, NOW)


def test_settings_keep_their_history(session: Session, shop: Shop) -> None:
    firm.set_setting(session, "order_limit", "500000", shop.boss.id, NOW)
    firm.set_setting(session, "order_limit", "", shop.boss.id, NOW)
    assert firm.firm(session).order_limit is None
    history = sql.run(session, "SELECT value FROM setting_history WHERE key = 'order_limit' ORDER BY id")
    assert [row[0] for row in history] == ["500000", ""]
    with pytest.raises(NotAllowed):
        firm.set_setting(session, "self_approval", "1", shop.sales.id, NOW)
    for key, value in [("zone", "Mars/Base"), ("order_limit", "一万"), ("nonsense", "1"), ("self_approval", "maybe")]:
        with pytest.raises(Refused):
            firm.set_setting(session, key, value, None, NOW)


def test_the_business_day_is_the_firms(session: Session, shop: Shop) -> None:
    assert firm.business_date(session, NOW.replace(hour=15, minute=59)) == date(2026, 11, 24)
    assert firm.business_date(session, NOW.replace(hour=16)) == date(2026, 11, 25)


def test_a_product_from_two_fields(session: Session, shop: Shop) -> None:
    before = firm.catalog_version(session)
    made = products.add_product(session, name="膨胀螺丝", base_unit="个", now=NOW, actor_id=shop.buyer.id)
    assert made.sku == "P0001"
    assert made.units == {"个": (1, 1)}
    assert firm.catalog_version(session) == before + 1
    with pytest.raises(NotAllowed):
        products.add_product(session, name="私货", base_unit="个", now=NOW, actor_id=shop.sales.id)
    with pytest.raises(Refused, match="已经有了"):
        products.add_product(session, sku="P0001", name="重号", base_unit="个", now=NOW)
    with pytest.raises(Refused, match="没有换算"):
        products.add_product(session, name="缺换算", base_unit="个", default_unit="箱", now=NOW)


def test_changing_a_product_keeps_its_base_unit(session: Session, shop: Shop) -> None:
    changed = products.change_product(
        session, shop.tape.id, now=NOW, list_price=Decimal(2), units={"箱": (100, 1)}, actor_id=shop.buyer.id
    )
    assert changed.list_price == 2
    assert changed.units == {"卷": (1, 1), "箱": (100, 1)}
    with pytest.raises(Refused, match="base_unit"):
        products.change_product(session, shop.tape.id, now=NOW, base_unit="个")
    products.change_product(session, shop.tape.id, now=NOW, active=False)
    assert shop.tape.id not in [view.id for view in products.products(session)]
    with pytest.raises(NotFound):
        products.product(session, 999)


def test_aliases_count_once_and_may_be_one_customers_own(session: Session, shop: Shop) -> None:
    before = firm.catalog_version(session)
    products.add_alias(session, shop.bolt.id, "大螺丝", now=NOW)
    products.add_alias(session, shop.bolt.id, "大螺丝", now=NOW)
    products.add_alias(session, shop.tape.id, "白带子", shop.customer.id, now=NOW)
    assert firm.catalog_version(session) == before + 2
    assert products.product(session, shop.bolt.id).aliases == ("八三十螺栓", "大螺丝")
    assert products.product(session, shop.tape.id).aliases == ()
    assert catalog.snapshot(session)["partner_aliases"] == {"C0001": {"白带子": "T20"}}


def test_partners_get_codes_and_keep_their_names_apart(session: Session, shop: Shop) -> None:
    assert (shop.customer.code, shop.supplier.code) == ("C0001", "S0001")
    with pytest.raises(Refused, match="已经有客户"):
        partners.add_partner(session, name="永安机电", kind="customer", now=NOW, actor_id=shop.sales.id)
    with pytest.raises(NotAllowed):
        partners.add_partner(session, name="新厂", kind="supplier", now=NOW, actor_id=shop.sales.id)
    with pytest.raises(NotAllowed, match="信用额度"):
        partners.change_partner(session, shop.customer.id, now=NOW, actor_id=shop.sales.id, credit_limit=1)
    assert partners.walk_in(session).name == "散客"
    assert [view.code for view in partners.partners(session, "supplier")] == ["S0001"]
    assert partners.ids_by_code(session, ["S0001", "nope"]) == {"S0001": shop.supplier.id}


def test_the_snapshot_has_the_shape_of_the_specification(session: Session, shop: Shop) -> None:
    found = catalog.snapshot(session)
    bolt = found["products"][0]
    assert bolt == {
        "sku": "B830",
        "name": "外六角螺栓",
        "spec": "M8*30",
        "barcode": "",
        "base_unit": "个",
        "units": {"个": "1", "盒": "100", "箱": "2000"},
        "default_unit": "盒",
        "category": "",
        "aliases": ["八三十螺栓"],
        "list_price": "0.25",
    }
    assert {"id": "C0001", "name": "永安机电", "aliases": ["永安"]} in found["customers"]
    assert found["suppliers"] == [{"id": "S0001", "name": "永固紧固件", "aliases": ["永固"]}]
    assert found["version"] == firm.catalog_version(session)


@pytest.mark.parametrize(
    "table", ["ledger", "posting", "document_version", "document_transition", "audit", "setting_history"]
)
def test_history_cannot_be_rewritten(session: Session, shop: Shop, table: str) -> None:
    for statement in (f"UPDATE {table} SET rowid = rowid", f"DELETE FROM {table}"):
        with pytest.raises(IntegrityError, match="insert-only"):
            session.connection().exec_driver_sql(statement)


def test_changes_are_what_moved_since_a_version(session: Session, shop: Shop) -> None:
    since = firm.catalog_version(session)
    assert catalog.changes(session, since)["products"] == []
    products.add_alias(session, shop.bolt.id, "大螺丝", now=NOW)
    products.change_product(session, shop.tape.id, now=NOW, active=False)
    partners.add_partner(session, name="新客户", kind="customer", now=NOW)
    found = catalog.changes(session, since)
    assert (found["version"], found["whole"]) == (since + 3, False)
    assert [(entry["sku"], entry["aliases"]) for entry in found["products"]] == [("B830", ["八三十螺栓", "大螺丝"])]
    assert found["removed"] == ["T20"]
    assert [entry["name"] for entry in found["customers"]] == ["新客户"]
    assert found["suppliers"] == []


def test_changes_nobody_recorded_one_by_one_are_the_whole_catalogue(session: Session, shop: Shop) -> None:
    since = firm.catalog_version(session)
    products.add_alias(session, shop.bolt.id, "大螺丝", now=NOW)
    firm.bump_catalog(session)  # as an import does
    found = catalog.changes(session, since)
    assert found["whole"]
    assert found["products"] == catalog.snapshot(session)["products"]
    assert catalog.changes(session, found["version"])["products"] == []
    assert catalog.changes(session, found["version"] + 5)["whole"]
