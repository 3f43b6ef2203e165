"""Units, prices, amounts, numbers of documents, column types: pure arithmetic."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory_core import columns, numbering, prices, units
from inventory_core.views import ProductView


def product(base: str = "瓶", scale: int = 0, **sizes: tuple[int, int]) -> ProductView:
    return ProductView(1, "X", "试品", "", base, next(iter(sizes), base), {base: (1, 1), **sizes}, qty_scale=scale)


@pytest.mark.parametrize(
    ("goods", "said", "size"),
    [
        (product(箱=(24, 1)), "箱", (24, 1)),
        (product(箱=(24, 1)), "件", (24, 1)),
        (product(件=(64, 1), 箱=(8, 1)), "件", (64, 1)),
        (product("包", 箱=(5, 1)), "袋", (1, 1)),
        (product("个"), "打", (12, 1)),
        (product("个"), "对", (2, 1)),
        (product("个"), "只", (1, 1)),
        (product("kg", 3), "斤", (1, 2)),
        (product("公斤", 3), "kg", (1, 1)),
        (product("kg", 3, 包=(25, 1)), "吨", (1000, 1)),
        (product("斤", 3), "公斤", (2, 1)),
        (product("米", 2), "m", (1, 1)),
        (product("支", 盒=(12, 1)), None, (12, 1)),
    ],
)
def test_a_units_word_means_what_people_mean(goods: ProductView, said: str | None, size: tuple[int, int]) -> None:
    found = units.find(goods, said)
    assert found is not None
    assert (found.num, found.den) == size
    assert found.name == (said or goods.default_unit)


@pytest.mark.parametrize(
    ("goods", "said"),
    [
        (product(), "箱"),
        (product("kg", 3), "个"),
        (product("kg", 3), "打"),
        (product("米", 2), "斤"),
        (product(), "桶"),
    ],
)
def test_an_unknown_unit_is_not_guessed(goods: ProductView, said: str) -> None:
    assert units.find(goods, said) is None


def test_conversion_is_exact_or_refused() -> None:
    case = units.Unit("箱", 24, 1)
    assert units.to_base(Decimal("2.5"), case, 0) == 60
    assert units.to_base(Decimal("0.3"), case, 0) is None
    assert units.to_base(Decimal(3), units.Unit("片", 1, 3), 0) == 1
    assert units.to_base(Decimal("7.5"), units.Unit("斤", 1, 2), 3) == 3750
    assert units.words(product(箱=(24, 1)), 30) == "1箱6瓶"
    assert units.words(product(箱=(24, 1)), 48) == "2箱"
    assert units.words(product(箱=(24, 1)), 0) == "0瓶"
    assert units.words(product("kg", 3), 1500) == "1.5kg"


@given(st.integers(1, 10**9), st.integers(1, 5000), st.integers(0, 6))
def test_there_and_back(base: int, size: int, scale: int) -> None:
    unit = units.Unit("箱", size, 1)
    written = units.in_unit(base, unit, scale)
    if written is not None:
        assert units.to_base(written, unit, scale) == base
    assert units.base_int(units.from_base(base, scale), scale) == base


def test_amounts_are_rounded_half_up_once() -> None:
    assert prices.line_amount(Decimal("0.125"), 1, 1, 1, 0) == 13
    assert prices.line_amount(Decimal("0.115"), 1, 1, 3, 0) == 35
    assert prices.line_amount(Decimal(100), 3, 1, 1, 0) == 3333
    assert prices.line_amount(Decimal("12.5"), 10, 1, 25, 0, Decimal("0.95")) == 2969
    assert prices.half_up(Fraction(-5, 2)) == -3
    assert prices.comparing(Decimal("25"), 100, 1) == prices.comparing(Decimal("0.25"), 1, 1)
    assert prices.yuan(123450) == "1,234.50"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("XS-0012", ("XS-0012", None)),
        ("xs12", ("XS-0012", None)),
        (" ＸＳ－００１２ ", ("XS-0012", None)),
        ("XS-12345", ("XS-12345", None)),
        ("草稿3", (None, 3)),
        ("草稿 12", (None, 12)),
        ("M8*30", (None, None)),
        ("AB-12", (None, None)),
    ],
)
def test_document_names_as_people_write_them(text: str, found: tuple[str | None, int | None]) -> None:
    assert numbering.parse(text) == found


def test_times_are_aware_and_numbers_plain() -> None:
    noon = datetime(2026, 11, 24, 12, 0, 0, 123456, tzinfo=timezone(timedelta(hours=8)))
    assert columns.moment(columns.micros(noon)) == noon
    assert columns.moment(columns.micros(noon)).tzinfo is UTC
    with pytest.raises(ValueError, match="naive"):
        columns.micros(datetime(2026, 11, 24, 12, 0))  # noqa: DTZ001
    assert columns.plain(Decimal("1E+3")) == "1000"
    assert columns.plain(Decimal("1.500")) == "1.5"
    assert columns.plain(Decimal("-0.0")) == "0"
    with pytest.raises(ValueError, match="finite"):
        columns.plain(Decimal("NaN"))
