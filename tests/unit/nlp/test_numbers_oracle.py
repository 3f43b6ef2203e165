"""Numbers in words against an independent reader. Where the two differ on purpose, the difference is written down.

cn2an accepts more than people write: it reads 两 as a digit in the middle of anything (八两, eight ounces, is 82), adds
up scales that cannot stand in that order (四百千三 is 700), and raises KeyError on 一亿二. A run it misreads so is no
number here, so that a question is asked instead.
"""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal

import cn2an  # type: ignore[import-untyped]  # it has no stubs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.scanning.numbers import han_number, number_at


@given(st.integers(0, 10**12 - 1), st.sampled_from(["low", "up"]))
def test_whatever_it_spells_is_read_back(number: int, mode: str) -> None:
    assert han_number(cn2an.an2cn(number, mode)) == number


@given(st.text(alphabet="零一二三四五六七八九十百千万亿", min_size=1, max_size=9))
def test_two_readers_agree_wherever_both_read_a_number(text: str) -> None:
    oracle = None
    with suppress(ValueError, KeyError, IndexError):
        oracle = cn2an.cn2an(text, "strict")
    if oracle is not None:
        assert han_number(text) == oracle, text


@given(st.integers(0, 99), st.integers(1, 999).filter(lambda part: part % 10))  # it refuses a last zero
def test_fractions_in_words(whole: int, part: int) -> None:
    text = f"{cn2an.an2cn(whole)}点{''.join(cn2an.an2cn(int(digit)) for digit in str(part))}"
    wanted = Decimal(str(cn2an.cn2an(text, "strict")))
    assert number_at(text + "公斤", 0) == (len(text), wanted)


@pytest.mark.parametrize("text", ["八两", "四百千三", "五七百", "十六八万三", "百", "万", "三亿五亿"])
def test_runs_that_only_the_oracle_takes_for_numbers(text: str) -> None:
    assert han_number(text) is None


def test_an_hour_is_no_fraction() -> None:
    assert number_at("三点二十送", 0) == (1, Decimal(3))
    assert number_at("两点一起送", 0) == (1, Decimal(2))
