"""What looking up learned words costs: the table grows with every customer, so nothing may go through all of it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlmodel import Session

from inventory_core import aliases, products, sql
from inventory_core.alias_rules import standing
from tests.support.core_shop import NOW, Shop
from tests.unit.core.test_aliases import confirm


def test_no_step_goes_through_all_that_was_learned(
    session: Session, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: dict[str, dict[str, Any]] = {}
    run = sql._cursor

    class Cursor:
        def __init__(self, inner: Any) -> None:
            self.inner = inner

        def execute(self, statement: str, params: dict[str, Any]) -> Any:
            if "learned_alias" in statement and not statement.startswith("INSERT"):
                asked[statement] = dict(params)
            return self.inner.execute(statement, params)

        def __getattr__(self, name: str) -> Any:
            return getattr(self.inner, name)

    monkeypatch.setattr(sql, "_cursor", lambda session: Cursor(run(session)))
    for person in (shop.boss, shop.boss, shop.buyer):
        confirm(session, shop, shop.tape, person=person)
    confirm(session, shop, shop.bolt)
    aliases.living(session, "老蓝头")
    aliases.meant_before(session, "老蓝头", shop.supplier.id)
    aliases.settled(session, 1, shop.supplier.id)
    monkeypatch.undo()
    assert len(asked) >= 6
    for statement, params in asked.items():
        plan = [str(row[3]) for row in sql.run(session, f"EXPLAIN QUERY PLAN {statement}", **params)]
        assert not [step for step in plan if step in ("SCAN learned_alias", "SCAN a")], statement
        assert not [step for step in plan if "ix_learned_alias_state" in step], statement


@pytest.mark.parametrize(
    ("words", "verdict"),
    [("pvc", "shared"), ("PVC", "shared"), ("pvc管", "known"), ("abx", "free"), ("Pvc20", "digits")],
)
def test_letters_are_found_in_either_case(session: Session, shop: Shop, words: str, verdict: str) -> None:
    pipe = products.add_product(session, name="PVC管", spec="", sku="G1", base_unit="根", now=NOW)
    products.add_product(session, name="弯头", spec="PVC", sku="G2", base_unit="个", now=NOW)
    assert standing(session, words, words.lower(), pipe.id) == verdict


def test_the_firms_alias_counts_whatever_its_case(session: Session, shop: Shop) -> None:
    products.add_alias(session, shop.rod.id, "ABx", now=NOW)
    assert standing(session, "abX", "abx", shop.tape.id) == "taken"
