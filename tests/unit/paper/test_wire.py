"""A document sent to another process arrives equal, or not at all."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, get_type_hints

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inventory_core.views import DocumentView, Kind, ProductView
from notifications.paper import Paper, Size, wire
from tests.support.paper import PAPER, document, lines

_text = st.text(max_size=8)
_numbers = st.decimals(allow_nan=False, allow_infinity=False)


def _views() -> st.SearchStrategy[DocumentView]:
    st.register_type_strategy(type(None), st.none())
    products = _build(ProductView, units=st.dictionaries(_text, st.tuples(st.integers(1), st.integers(1)), max_size=2))
    st.register_type_strategy(ProductView, products)
    return _build(DocumentView, extra=st.dictionaries(_text, _text, max_size=2))


def _build(kind: type[Any], **given_fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    hints = get_type_hints(kind)
    names = [field.name for field in fields(kind)]
    made = {name: given_fields[name] if name in given_fields else st.from_type(hints[name]) for name in names}
    return st.builds(kind, **made)


@pytest.fixture(scope="module", autouse=True)
def _aware_times() -> None:
    st.register_type_strategy(datetime, st.datetimes(timezones=st.just(UTC)))
    st.register_type_strategy(Decimal, _numbers)


@settings(max_examples=40, suppress_health_check=list(HealthCheck), deadline=None)
@given(st.data())
def test_any_view_survives(data: st.DataObject) -> None:
    view = data.draw(_views())
    assert wire.view_from_wire(json.loads(json.dumps(wire.view_to_wire(view)))) == view


@given(st.builds(Paper, firm=_text, size=st.sampled_from(Size), prices=st.booleans(), copies=st.tuples(_text, _text)))
def test_any_paper_survives(paper: Paper) -> None:
    assert wire.paper_from_wire(json.loads(json.dumps(wire.paper_to_wire(paper)))) == paper


def test_decimals_keep_their_digits() -> None:
    raw = wire.view_to_wire(document(lines(3)))
    assert raw["lines"][2]["price"] == "3.085"
    assert raw["business_date"] == "2025-11-23"
    assert raw["created_at"] == "2025-11-23T02:30:00+00:00"
    assert str(wire.view_from_wire(raw).lines[2].price) == "3.085"


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"kind": "picnic"}, "view.kind"),
        ({"total": "12"}, "view.total"),
        ({"total": True}, "view.total"),
        ({"business_date": "yesterday"}, "view.business_date"),
        ({"lines": {}}, "view.lines"),
        ({"lines": [{}]}, r"view.lines\[0\]"),
        ({"tax_rate": "much"}, "view.tax_rate"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_wrong_values_are_named(change: dict[str, Any], named: str) -> None:
    raw = wire.view_to_wire(document(lines(1)))
    with pytest.raises(wire.WireError, match=named):
        wire.view_from_wire(raw | change)


def test_a_missing_field_is_named() -> None:
    raw = wire.view_to_wire(document(lines(1), kind=Kind.REVERSAL))
    del raw["number"]
    with pytest.raises(wire.WireError, match=r"view\.number: missing"):
        wire.view_from_wire(raw)
    with pytest.raises(wire.WireError, match="an object was expected"):
        wire.paper_from_wire([PAPER.firm])
