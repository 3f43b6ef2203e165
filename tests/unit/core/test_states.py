"""The transition table, and compare-and-set below the checks that normally come first."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlmodel import Session

from inventory_core import documents, states
from inventory_core.documents import rows
from inventory_core.errors import Refused, Stale
from inventory_core.views import Kind, State
from tests.support.core_shop import NOW, Shop, want


def test_moved_goods_are_never_simply_voided() -> None:
    for kind in Kind:
        assert not states.allowed(kind, State.POSTED, State.VOID)
        assert not states.allowed(kind, State.VOID, State.DRAFT)
        assert not states.allowed(kind, State.REVERSED, State.POSTED)


def test_every_state_a_document_can_reach_has_a_word() -> None:
    for step in states.TABLE:
        for kind in step.kinds:
            assert states.label(kind, step.target)


def test_the_slower_of_two_changes_nothing(session: Session, shop: Shop) -> None:
    view = documents.create_draft(session, shop.order(want(shop.tape, "1")), shop.sales.id, NOW)
    paper = rows.load(session, view.id)
    with pytest.raises(Stale):
        states.move(session, view.id, view.kind, State.DRAFT, State.VOID, 2, shop.sales.id, NOW)
    with pytest.raises(Stale):
        states.move(session, view.id, view.kind, State.PENDING, State.VOID, 1, shop.sales.id, NOW)
    with pytest.raises(Stale):
        states.touch(session, view.id, State.PENDING, 1, NOW, None)
    with pytest.raises(Stale):
        rows.update(session, replace(paper, version=7), paper.sheet, (), shop.sales.id, NOW, None)
    with pytest.raises(Refused):
        states.move(session, view.id, view.kind, State.DRAFT, State.SETTLED, 1, shop.sales.id, NOW)
    assert documents.get(session, view.id) == view
