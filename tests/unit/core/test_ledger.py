"""The ledger's own guards, below the plans that normally keep it from needing them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from inventory_core import checks, ledger, sql, stock
from inventory_core.errors import Refused
from inventory_core.ledger import Balance, Entry, Key, Move
from tests.support.core_shop import NOW, Shop, want


def test_the_last_piece_takes_what_is_left() -> None:
    state = {Key(1, "main"): Balance(13, 0, 1500)}
    taken = 0
    for _ in range(13):
        plan = ledger.plan([Move(1, 1, "main", "customer", 1)], state)
        out = plan.entries[0]
        before = state[out.key]
        state[out.key] = Balance(before.on_hand - 1, 0, before.value + out.value)
        taken -= out.value
    assert taken == 1500
    assert state[Key(1, "main")] == Balance(0, 0, 0)


@given(st.integers(1, 500), st.integers(0, 10**6), st.data())
def test_plans_sum_to_zero_and_never_overdraw(on_hand: int, value: int, data: st.DataObject) -> None:
    known = {Key(1, "main"): Balance(on_hand, 0, value)}
    quantities = data.draw(st.lists(st.integers(1, 200), min_size=1, max_size=4))
    plan = ledger.plan([Move(n, 1, "main", "customer", qty) for n, qty in enumerate(quantities, 1)], known)
    if sum(quantities) > on_hand:
        assert plan.problems
        assert not plan.entries
        return
    assert sum(entry.qty for entry in plan.entries) == 0
    assert sum(entry.value for entry in plan.entries) == 0
    left = value + sum(entry.value for entry in plan.entries if entry.key.place == "main")
    assert left >= 0
    assert (sum(quantities) < on_hand) or left == 0


def test_all_short_lines_are_told_at_once() -> None:
    moves = [Move(n, n, "main", "customer", 5, label=f"货{n}") for n in (1, 2, 3)]
    plan = ledger.plan(moves, {Key(2, "main"): Balance(5, 0, 0)})
    assert [problem.line_no for problem in plan.problems] == [1, 3]


def test_a_reversal_leaves_no_value_behind() -> None:
    """10 for 100 came in on top of 10 for 200; 10 went out at the average. Its reversal empties the store."""
    receipt = [Entry(Key(1, "main"), 1, 10, 10000), Entry(Key(1, "supplier"), 1, -10, -10000)]
    plan = ledger.plan_reversal(receipt, {Key(1, "main"): Balance(10, 0, 15000)}, {})
    by_place = {entry.key.place: (entry.qty, entry.value) for entry in plan.entries}
    assert by_place == {"main": (-10, -15000), "supplier": (10, 10000), "variance": (0, 5000)}


def test_what_is_spoken_for_cannot_be_moved_even_without_a_plan(session: Session, shop: Shop) -> None:
    order = shop.approved(session, want(shop.tape, "30"))
    assert stock.available(session, shop.tape.id) == 0
    entries = [Entry(Key(shop.tape.id, "main"), 1, -1, 0), Entry(Key(shop.tape.id, "customer"), 1, 1, 0)]
    with pytest.raises(Refused, match="再试一次"):
        ledger.post(
            session,
            entries,
            document_id=order.id,
            version=9,
            seal="",
            effective_date=order.business_date,
            actor_id=None,
            now=NOW,
        )


def test_nothing_is_held_beyond_what_is_free(session: Session, shop: Shop) -> None:
    order = shop.approved(session, want(shop.tape, "25"))
    key = Key(shop.tape.id, "main")
    assert not ledger.hold(session, order.id, 999, key, 6, NOW)
    assert ledger.hold(session, order.id, 999, key, 5, NOW)
    assert {item.name for item in checks.check(session)} == {"reservations_belong_to_open_orders"}


def test_the_same_version_is_posted_once(session: Session, shop: Shop) -> None:
    opening = sql.run(session, "SELECT id, version, hash, business_date FROM document WHERE kind = 'opening'")[0]
    entries = ledger.entries_of(session, opening[0])
    before = sql.run(session, "SELECT count(*), max(id) FROM ledger")
    again = ledger.post(
        session,
        entries,
        document_id=opening[0],
        version=opening[1],
        seal=opening[2],
        effective_date=NOW.date(),
        actor_id=None,
        now=NOW,
    )
    assert again is False
    assert sql.run(session, "SELECT count(*), max(id) FROM ledger") == before
    assert checks.check(session) == []


def test_entries_that_do_not_sum_to_zero_are_refused(session: Session, shop: Shop) -> None:
    with pytest.raises(ledger.Inconsistent):
        ledger.post(
            session,
            [Entry(Key(shop.tape.id, "main"), 1, 1, 0)],
            document_id=1,
            version=5,
            seal="",
            effective_date=NOW.date(),
            actor_id=None,
            now=NOW,
        )


@pytest.mark.parametrize(
    ("damage", "broken"),
    [
        ("UPDATE balance SET on_hand = on_hand + 1 WHERE place = 'main'", "ledger_is_balance"),
        ("UPDATE balance SET reserved = 1 WHERE place = 'main'", "reservations_are_reserved"),
        ("UPDATE document SET state = 'void' WHERE kind = 'opening'", "states_follow_the_table"),
        ("UPDATE document SET version = 2", "versions_are_complete"),
        ("UPDATE document SET total = 1 WHERE kind = 'opening'", "totals_add_up"),
        ("UPDATE document SET number = 'QC-9999' WHERE kind = 'opening'", "numbers_are_counted"),
        ("DROP TRIGGER ledger_no_delete", "history_is_guarded"),
        ("INSERT INTO posting (document_id, version, hash, at) VALUES (1, 7, 'x', 0)", "posted_once"),
    ],
)
def test_checks_notice_damage(session: Session, shop: Shop, damage: str, broken: str) -> None:
    assert checks.check(session) == []
    sql.run(session, damage)
    assert broken in {item.name for item in checks.check(session)}
