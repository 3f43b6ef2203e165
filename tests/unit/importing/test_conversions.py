from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.importing.conversions import default_scale, format_conversions, parse_conversions

UNITS = ["盒", "箱", "包", "捆", "件", "条"]


def test_a_chain_is_multiplied_through() -> None:
    assert parse_conversions("1箱=20盒;1盒=100支", "支") == {"支": (1, 1), "盒": (100, 1), "箱": (2000, 1)}


@pytest.mark.parametrize(
    "said",
    [
        "1箱=20盒；1盒=100支",
        "箱=20盒\n盒=100支",
        "１箱＝２０盒，１盒＝１００支",
        " 1 箱 = 20 盒 、 1盒=100支 ",
        "1箱=20盒=2000支",
    ],
)
def test_people_write_it_in_many_ways(said: str) -> None:
    assert parse_conversions(said, "支") == {"支": (1, 1), "盒": (100, 1), "箱": (2000, 1)}


def test_weighed_goods_may_have_a_smaller_unit() -> None:
    assert parse_conversions("2斤=1kg;1袋=50kg", "kg", 3) == {"kg": (1, 1), "斤": (1, 2), "袋": (50, 1)}


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("1盒=10支;1箱=2盒;1盒=2箱", "前后矛盾"),
        ("1箱=20盒;1箱=24盒;1盒=10支", "前后矛盾"),
        ("1箱=20盒", "没有关系"),
        ("1箱=0支", "大于 0"),
        ("1支=1支", "同一个单位"),
        ("箱20支", "看不懂"),
        ("一箱二十支", "看不懂"),
        ("10片=1支", "最小的单位作为基本单位"),
        ("1箱=2.5支", "不是整数个"),
        ("1箱=99999999999支", "请检查数字"),
    ],
)
def test_what_cannot_be_is_said_in_one_sentence(said: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parse_conversions(said, "支")


def test_a_cycle_that_closes_is_fine() -> None:
    assert parse_conversions("1箱=20盒;1盒=10支;1箱=200支", "支")["箱"] == (200, 1)


def test_scale_follows_the_unit() -> None:
    assert [default_scale(unit) for unit in ("kg", "KG", "米", "支")] == [3, 3, 2, 0]


@given(st.dictionaries(st.sampled_from(UNITS), st.integers(1, 5000), max_size=5))
def test_what_is_written_out_is_read_back(sizes: dict[str, int]) -> None:
    units = {"支": (1, 1), **{unit: (size, 1) for unit, size in sizes.items()}}
    assert parse_conversions(format_conversions(units, "支"), "支") == units


@given(st.lists(st.integers(1, 40), min_size=1, max_size=5))
def test_every_chain_gives_the_product(steps: list[int]) -> None:
    chain = ["支", *UNITS[: len(steps)]]
    said = ";".join(f"1{big}={n}{small}" for small, big, n in zip(chain, chain[1:], steps, strict=False))
    expected = 1
    for step in steps:
        expected *= step
    assert parse_conversions(said, "支")[chain[-1]] == (expected, 1)


@given(st.text(max_size=60))
def test_any_text_is_ratios_or_one_sentence(said: str) -> None:
    try:
        units = parse_conversions(said, "支")
    except ValueError as error:
        reason = str(error)
        units = {}
    else:
        reason = ""
        assert units["支"] == (1, 1)
        assert all(Fraction(*ratio) >= 1 for ratio in units.values())
    assert units or reason
