"""Numbers against a speller that goes the other way: every way people write one is read back as the same number."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.catalogue.units import COMMON
from nlp.scanning.amounts import price_at, quantities_at
from nlp.scanning.numbers import HAN_NUMERALS, han_number, number_at, plain

_PLAIN = "零一二三四五六七八九"
_FORMAL = "零壹贰叁肆伍陆柒捌玖"


def spelled(number: int, digits: str = _PLAIN, scales: tuple[str, ...] = ("", "十", "百", "千")) -> str:
    """The full written form of a whole number below 10**8."""
    if number >= 10_000:
        high, low = divmod(number, 10_000)
        gap = digits[0] if 0 < low < 1000 else ""
        return spelled(high, digits, scales) + "万" + gap + (spelled(low, digits, scales) if low else "")
    text, pending = "", False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if digit:
            text += (digits[0] if pending and text else "") + digits[digit] + scales[place]
            pending = False
        else:
            pending = True
    return text or digits[0]


@given(st.integers(1, 99_999_999))
def test_a_written_number_is_read_back(number: int) -> None:
    for digits, scales in ((_PLAIN, ("", "十", "百", "千")), (_FORMAL, ("", "拾", "佰", "仟"))):
        text = spelled(number, digits, scales)
        assert han_number(text) == number, text
        if len(text) <= 16:
            assert number_at(text + "箱", 0) == (len(text), Decimal(number))


@given(st.integers(10, 19), st.sampled_from(["", "万"]))
def test_ten_may_go_without_its_one(number: int, scale: str) -> None:
    assert han_number(spelled(number)[1:] + scale) == number * (10_000 if scale else 1)


@given(st.integers(1, 9), st.integers(1, 9), st.sampled_from([("百", 100), ("千", 1000), ("万", 10_000)]))
def test_a_last_digit_counts_one_scale_lower(high: int, low: int, scale: tuple[str, int]) -> None:
    name, size = scale
    assert han_number(f"{_PLAIN[high]}{name}{_PLAIN[low]}") == high * size + low * size // 10
    assert han_number(f"{_PLAIN[high]}{name}零{_PLAIN[low]}") == high * size + low


@given(st.integers(0, 9_999_999), st.integers(0, 999))
def test_digits_with_and_without_separators(whole: int, part: int) -> None:
    value = Decimal(f"{whole}.{part:03d}")
    assert number_at(str(value), 0) == (len(str(value)), value)
    grouped = f"{whole:,}"
    assert number_at(grouped + "元", 0) == (len(grouped), Decimal(whole))


@given(st.integers(1, 999), st.integers(0, 9), st.integers(0, 9))
def test_money_is_read_back_in_every_spelling(yuan: int, jiao: int, fen: int) -> None:
    value = Decimal(f"{yuan}.{jiao}{fen}")
    for text in (f"{value}元", f"¥{value}", f"{yuan}元{jiao}角{fen}分" if jiao and fen else f"{value}块"):
        price = price_at(text, 0, COMMON)
        assert price is not None
        assert price.value == value, text
    if jiao and not fen:
        for text in (f"{yuan}块{jiao}", f"{spelled(yuan)}块{_PLAIN[jiao]}", f"{spelled(yuan)}块{_PLAIN[jiao]}毛"):
            price = price_at(text, 0, COMMON)
            assert price is not None
            assert price.value == value, text


@given(st.integers(1, 9999), st.sampled_from(["箱", "盒", "公斤", "个", "吨"]), st.booleans())
def test_a_quantity_and_a_half(number: int, unit: str, half: bool) -> None:
    for text in (f"{number}{unit}", f"{spelled(number)}{unit}"):
        found = next(iter(quantities_at(text + ("半" if half else ""), 0, COMMON)))
        assert (found.value, found.unit) == (number + (Decimal("0.5") if half else 0), unit)


@given(st.text(alphabet=sorted(HAN_NUMERALS), min_size=1, max_size=16))
def test_odd_runs_of_numerals_never_raise(text: str) -> None:
    found = number_at(text, 0)
    assert found is None or (0 < found[0] <= len(text) and found[1] >= 0)


@pytest.mark.parametrize(
    ("text", "value"),
    [("两百五", "250"), ("廿五", "25"), ("俩", "2"), ("仨", "3"), ("半", "0.5"), ("三十二", "32"), ("一二三", "123"),
     ("1.5万", "15000"), ("2k", "2000"), ("3w", "30000"), ("12,680", "12680")],
)  # fmt: skip
def test_ways_of_speech(text: str, value: str) -> None:
    found = number_at(text, 0)
    assert found is not None
    assert (found[0], plain(found[1])) == (len(text), value)
