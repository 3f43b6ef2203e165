"""Amounts in words: known amounts, and a reader written independently that must get every amount back."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.paper.capital import LIMIT, capital

DIGITS = {word: value for value, word in enumerate("零壹贰叁肆伍陆柒捌玖")}
PLACES = {"拾": 10, "佰": 100, "仟": 1000}


def read_words(words: str) -> int:
    """Fen from words, the way a person reads: digits are multiplied by the place that follows them."""
    sign = -1 if words.startswith("负") else 1
    words = words.removeprefix("负").removesuffix("整")
    yuan, found, rest = words.partition("元")
    if not found:
        yuan, rest = "", words
    jiao = re.search(r"(.)角", rest)
    fen = re.search(r"(.)分", rest)
    cents = (10 * DIGITS[jiao[1]] if jiao else 0) + (DIGITS[fen[1]] if fen else 0)
    return sign * (_whole(yuan) * 100 + cents)


def _whole(words: str) -> int:
    """亿 multiplies all that was said before it, 万 only what was said since."""
    if "亿" in words:
        high, _, low = words.rpartition("亿")
        return _whole(high) * 10**8 + _whole(low)
    if "万" in words:
        high, _, low = words.rpartition("万")
        return _whole(high) * 10**4 + _whole(low)
    total = digit = 0
    for char in words:
        if char in PLACES:
            total += digit * PLACES[char]
            digit = 0
        else:
            digit = DIGITS[char]
    return total + digit


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (0, "零元整"),
        (1, "壹分"),
        (10, "壹角整"),
        (105, "壹元零伍分"),
        (150, "壹元伍角整"),
        (1000, "壹拾元整"),
        (10705, "壹佰零柒元零伍分"),
        (66005, "陆佰陆拾元零伍分"),
        (168032, "壹仟陆佰捌拾元叁角贰分"),
        (1000000, "壹万元整"),
        (1000100, "壹万零壹元整"),
        (10001000, "壹拾万零壹拾元整"),
        (10700053, "壹拾万柒仟元伍角叁分"),
        (10000000500, "壹亿零伍元整"),
        (10500000000, "壹亿零伍佰万元整"),
        (100000000000000, "壹万亿元整"),
        (100050000000000, "壹万零伍亿元整"),
        (100000001000000, "壹万亿零壹万元整"),
        (-12345, "负壹佰贰拾叁元肆角伍分"),
    ],
)
def test_known_amounts(fen: int, words: str) -> None:
    assert capital(fen) == words


@given(st.integers(min_value=1 - LIMIT, max_value=LIMIT - 1))
def test_words_read_back(fen: int) -> None:
    assert read_words(capital(fen)) == fen


@given(st.lists(st.sampled_from("0000123456789"), min_size=1, max_size=18).map(lambda digits: int("".join(digits))))
def test_amounts_full_of_zeros(fen: int) -> None:
    words = capital(fen)
    assert read_words(words) == fen
    assert "零零" not in words
    assert not re.search("零[元万亿拾佰仟角整]", words) or words == "零元整"
    assert words.endswith("分") == bool(fen % 10)


@pytest.mark.parametrize("fen", [LIMIT, -LIMIT])
def test_beyond_the_limit(fen: int) -> None:
    with pytest.raises(ValueError, match="too large"):
        capital(fen)
