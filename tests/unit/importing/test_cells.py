from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.importing import cells
from bot.importing.cells import Formula

UNITS = {"支": (1, 1), "盒": (100, 1), "打": (144, 1)}


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (0.1 + 0.2, "0.3"),
        (12, "12"),
        (12.0, "12"),
        ("１２．５", "12.5"),
        ("1,200.50", "1200.50"),
        ("¥12.5元", "12.5"),
        (" 7 ", "7"),
        (".5", "0.5"),
    ],
)
def test_numbers_however_they_are_stored(raw: str | float, value: str) -> None:
    assert cells.number(raw) == Decimal(value)


@pytest.mark.parametrize("raw", ["十二", "1.2.3", "12盒", "1e5", "NaN", "Infinity", True])
def test_what_is_no_number_is_told(raw: str | bool) -> None:
    with pytest.raises(ValueError, match="应是数字"):
        cells.number(raw)


def test_codes_keep_their_digits() -> None:
    assert cells.code(6901234567892.0) == "6901234567892"
    assert cells.code("ｌｓ０１") == "ls01"
    with pytest.raises(ValueError, match="末尾几位已丢失"):
        cells.code(12345678901234567890)
    with pytest.raises(ValueError, match="科学计数"):
        cells.code("6.90123E+12")


def test_dates_and_formulas_are_refused_with_the_cure() -> None:
    with pytest.raises(ValueError, match="变成了日期"):
        cells.text(datetime(2026, 8, 30))  # noqa: DTZ001  spreadsheets know no zone
    with pytest.raises(ValueError, match="选择性粘贴为数值"):
        cells.text(Formula("=A1"))
    with pytest.raises(ValueError, match="错误值"):
        cells.text("#N/A")


def test_a_price_per_pack_becomes_one_per_piece() -> None:
    assert cells.unit_price("15/盒", UNITS, "支") == Decimal("0.15")
    assert cells.unit_price("15 / 打", UNITS, "支") == Decimal("0.10416667")
    assert cells.unit_price(0.15, UNITS, "支") == Decimal("0.15")
    with pytest.raises(ValueError, match="没有单位“箱”"):
        cells.unit_price("15/箱", UNITS, "支")
    with pytest.raises(ValueError, match="不能是负数"):
        cells.unit_price("-1", UNITS, "支")


def test_check_digits() -> None:
    assert cells.barcode("6901234567892") == "6901234567892"
    assert cells.barcode("A-100") == "A-100"
    with pytest.raises(ValueError, match="末位应是 2"):
        cells.barcode("6901234567890")


def test_fen_are_whole() -> None:
    assert cells.fen("421.2") == 42120
    with pytest.raises(ValueError, match="最多 2 位小数"):
        cells.fen("1.005")


@given(st.decimals(min_value=0, max_value=10**9, places=4, allow_nan=False))
def test_a_number_survives_the_spreadsheet(value: Decimal) -> None:
    if len(value.normalize().as_tuple().digits) <= 15:
        assert cells.number(float(value)) == value
    assert cells.number(str(value)) == value


@given(st.text(max_size=80))
def test_no_text_gets_through_unclean(said: str) -> None:
    try:
        clean = cells.text(said)
    except ValueError:
        return
    assert clean == clean.strip()
    assert not any(ord(char) < 32 or char in "\u200b\ufeff\u202e" for char in clean)


@given(st.one_of(st.text(max_size=30), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.none()))
def test_every_cell_is_a_value_or_one_sentence(raw: str | float | None) -> None:
    for parse in (cells.text, cells.number, cells.code, cells.listed, cells.fen):
        reason = None
        try:
            parse(raw)
        except ValueError as error:
            reason = str(error)
        assert reason != ""
