"""Joining fragments within bounds, and the sentences about refused connections."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.feishu import fragments as bounds
from bot.feishu import refusals
from bot.feishu.fragments import Fragments


@given(st.lists(st.binary(max_size=20), min_size=1, max_size=12), st.randoms())
def test_parts_in_any_order_and_repeated_are_joined_once(parts: list[bytes], chance: random.Random) -> None:
    order = list(range(len(parts)))
    chance.shuffle(order)
    fragments = Fragments()
    for index in order[:-1]:
        for _ in range(2):
            assert len(parts) == 1 or fragments.join("m", len(parts), index, parts[index], 0.0) is None
    assert fragments.join("m", len(parts), order[-1], parts[order[-1]], 1.0) == b"".join(parts)
    assert len(fragments) == 0
    assert fragments.size == 0


def test_two_messages_do_not_mix() -> None:
    fragments = Fragments()
    assert fragments.join("a", 2, 0, b"a", 0.0) is None
    assert fragments.join("b", 2, 1, b"d", 0.0) is None
    assert fragments.join("a", 2, 1, b"b", 0.0) == b"ab"
    assert fragments.join("b", 2, 0, b"c", 0.0) == b"cd"


def test_what_is_never_complete_is_dropped_after_its_window() -> None:
    fragments = Fragments()
    fragments.join("a", 2, 0, b"a", 0.0)
    fragments.join("b", 2, 0, b"b", 3.0)
    fragments.expire(bounds.FRAGMENT_SECONDS)
    assert len(fragments) == 1
    fragments.expire(bounds.FRAGMENT_SECONDS + 3.0)
    assert (len(fragments), fragments.size) == (0, 0)


def test_memory_is_bounded() -> None:
    fragments = Fragments()
    part = b"x" * (1024 * 1024)
    for number in range(200):
        fragments.join(f"m{number}", 2, 0, part, 0.0)
        assert fragments.size <= bounds.MAX_FRAGMENT_BYTES
    for number in range(5000):
        fragments.join(f"n{number}", 2, 0, b"", 0.0)
    assert len(fragments) <= bounds.MAX_FRAGMENTED


@pytest.mark.parametrize(("count", "index"), [(0, 0), (-1, 0), (2, 2), (2, -1), (10**9, 0)])
def test_impossible_fragments(count: int, index: int) -> None:
    with pytest.raises(ValueError, match="impossible"):
        Fragments().join("m", count, index, b"", 0.0)


@pytest.mark.parametrize(
    ("kind", "code", "words", "lasting"),
    [
        ("client", 1000040344, "App Secret", True),
        ("server", 514, "App Secret", True),
        ("client", 514, "App Secret", True),
        ("client", 1000040350, "长连接太多", True),
        ("client", 403, "企业自建应用", True),
        ("client", 77, "事件与回调", True),
        ("server", 1, "正在重试", False),
        ("server", 502, "正在重试", False),
        ("network", 0, "防火墙", False),
    ],
)
def test_refusals_say_what_to_do(kind: str, code: int, words: str, lasting: bool) -> None:
    refusal = refusals.of(kind, code, "{odd}")
    assert words in refusal.text
    assert refusal.lasting is lasting
