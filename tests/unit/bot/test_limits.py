"""The limiter: never too many in any window, never longer than needed, never more memory than it should."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.limits import Limiter, Rule

START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


class Hand:
    """A clock set by hand."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def go(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def test_a_chat_may_send_its_count_and_then_waits_for_the_oldest() -> None:
    hand = Hand()
    limiter = Limiter([Rule(2, 1.0)], hand)
    limiter.spend("a")
    hand.go(0.4)
    assert limiter.wait("a") == 0.0
    limiter.spend("a")
    assert limiter.wait("a") == pytest.approx(0.6)
    assert limiter.wait("b") == 0.0
    hand.go(0.6)
    assert limiter.wait("a") == 0.0


def test_the_rule_for_all_counts_every_chat() -> None:
    hand = Hand()
    limiter = Limiter([Rule(10, 1.0), Rule(3, 60.0, "all")], hand)
    for chat in ("a", "b", "c"):
        assert limiter.wait(chat) == 0.0
        limiter.spend(chat)
    assert limiter.wait("d") == pytest.approx(60.0)


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.floats(0, 2)), min_size=1, max_size=80),
    st.integers(1, 4),
    st.integers(1, 6),
)
def test_no_window_ever_holds_too_many_and_a_wait_waited_out_is_over(
    steps: list[tuple[str, float]], per_chat: int, together: int
) -> None:
    hand = Hand()
    limiter = Limiter([Rule(per_chat, 1.0), Rule(together, 1.7, "all")], hand)
    sent: list[tuple[str, datetime]] = []
    for chat, pause in steps:
        hand.go(pause)
        hand.go(limiter.wait(chat))
        assert limiter.wait(chat) == 0.0
        limiter.spend(chat)
        sent.append((chat, hand.now))
    for chat, at in sent:
        since = [other for other, when in sent if at - timedelta(seconds=1.0) < when <= at and other == chat]
        assert len(since) <= per_chat
        assert sum(at - timedelta(seconds=1.7) < when <= at for _, when in sent) <= together


def test_idle_chats_are_forgotten_and_busy_ones_hold_only_what_a_rule_counts() -> None:
    hand = Hand()
    limiter = Limiter([Rule(2, 1.0), Rule(5, 60.0)], hand)
    for number in range(1000):
        limiter.spend(f"chat{number}")
        hand.go(1.0)
    assert len(limiter) == 60
    for _ in range(50):
        limiter.spend("busy")
    assert len(limiter._chats["busy"]) == 5


def test_what_went_out_before_a_restart_still_counts() -> None:
    hand = Hand()
    limiter = Limiter([Rule(2, 60.0), Rule(3, 3600.0, "all")], hand)
    limiter.remember(
        [("a", START - timedelta(seconds=50)), ("a", START - timedelta(seconds=20)), ("b", START - timedelta(hours=2))]
    )
    assert limiter.wait("a") == pytest.approx(10.0)
    assert limiter.wait("b") == 0.0
    assert len(limiter) == 1
    limiter.spend("c")
    assert limiter.wait("c") == pytest.approx(3550.0)


def test_a_remembered_time_in_the_future_counts_as_now() -> None:
    limiter = Limiter([Rule(1, 60.0)], Hand())
    limiter.remember([("a", START + timedelta(hours=5))])
    assert limiter.wait("a") == pytest.approx(60.0)


def test_a_clock_put_back_does_not_block_for_an_hour_nor_open_the_gate() -> None:
    hand = Hand()
    limiter = Limiter([Rule(1, 10.0)], hand)
    limiter.spend("a")
    hand.go(-3600)
    assert limiter.wait("a") == pytest.approx(10.0)
    hand.go(4)
    assert limiter.wait("a") == pytest.approx(6.0)
    hand.go(6)
    assert limiter.wait("a") == 0.0


def test_without_rules_everything_may_go() -> None:
    limiter = Limiter([], Hand())
    limiter.spend("a")
    limiter.remember([("a", START)])
    assert limiter.wait("a") == 0.0
    assert len(limiter) == 0


@pytest.mark.parametrize(("count", "seconds"), [(0, 1.0), (1, 0.0)])
def test_a_rule_that_allows_nothing_is_refused(count: int, seconds: float) -> None:
    with pytest.raises(ValueError, match="at least one"):
        Rule(count, seconds)
