"""Who waits for what, and what exactly goes over the line."""

from __future__ import annotations

import json
from collections import OrderedDict
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channel import SendFailed
from bot.feishu import wire
from bot.feishu.errors import TooOften
from bot.feishu.pacing import CardPace, SlowDown, keep
from bot.feishu.resources import is_picture, too_much
from notifications.card import Card, Field
from tests.support.feishu_out import PNG, HandClock, item


def refusal(seconds: float = 1.0, *, everywhere: bool = False, told: bool = False) -> TooOften:
    return TooOften(seconds, "limit", everywhere=everywhere, told=told)


def test_two_people_tap_one_card() -> None:
    clock = HandClock()
    cards = CardPace(clock.pace)
    cards.tapped("om_1")
    cards.tapped("om_1")
    cards.answered("om_1")
    clock.go(10)
    assert cards.wait("om_1") > 0  # the second is still waiting for its answer
    cards.answered("om_1")
    assert cards.wait("om_1") == pytest.approx(0.5)
    assert cards.wait("om_2") == 0.0
    clock.go(0.5)
    assert cards.wait("om_1") == 0.0


def test_a_change_does_not_shorten_what_a_click_asked_for() -> None:
    clock = HandClock()
    cards = CardPace(clock.pace)
    cards.tapped("om_1")
    cards.answered("om_1")
    cards.changed("om_1")
    assert cards.wait("om_1") == pytest.approx(0.5)


def test_an_untold_pause_doubles_until_something_goes_through() -> None:
    slow = SlowDown(HandClock().pace)
    assert [slow.refused("a", refusal()) for _ in range(7)] == [1, 2, 4, 8, 16, 30, 30]
    assert slow.refused("b", refusal()) == 1
    slow.passed("a")
    assert slow.refused("a", refusal()) == 1


def test_the_app_waits_only_when_it_is_no_accident() -> None:
    clock = HandClock()
    slow = SlowDown(clock.pace)
    assert slow.refused("a", refusal(7.0, everywhere=True, told=True)) == 7.0
    assert slow.wait() == 0.0
    slow.passed("b")
    slow.refused("a", refusal(7.0, everywhere=True, told=True))
    assert slow.wait() == 0.0
    slow.refused("b", refusal(7.0, everywhere=True, told=True))
    assert slow.wait() == 7.0
    clock.go(7.0)
    assert slow.wait() == 0.0


def test_the_oldest_are_forgotten() -> None:
    table: OrderedDict[int, int] = OrderedDict()
    for number in range(10):
        keep(table, number, number, 3)
    keep(table, 7, 0, 3)
    assert list(table) == [8, 9, 7]


@given(st.text(min_size=1), st.integers(1, 400))
def test_pieces_lose_nothing_but_line_ends_and_fit(words: str, size: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wire, "TEXT_BYTES", max(size, 4))
        made = wire.pieces(words)
    assert all(len(piece.encode("utf-8", "surrogatepass")) <= max(size, 4) for piece in made)
    assert "".join("".join(made).split()) == "".join(words.split())


@given(st.text(), st.text(), st.text())
def test_wire_comes_back_as_it_was(body: str, key: str, chat: str) -> None:
    requests = wire.texts(item(body=body, key=key, chat=chat), body)
    text = wire.dumps(requests)
    assert wire.loads(text) == requests
    assert wire.dumps(wire.loads(text)) == text
    assert all(len(request.uuid) == 40 for request in requests)


def test_each_part_of_a_row_has_a_key_of_its_own_and_each_row_others() -> None:
    row = item(body="x" * (wire.TEXT_BYTES * 2))
    keys = [request.uuid for request in wire.texts(row, row.body)]
    assert len(set(keys)) == len(keys) == 2
    assert wire.uuid(row, "0") == wire.uuid(replace(row, body="other", id=9), "0")
    assert wire.uuid(row, "0") != wire.uuid(replace(row, key="in1.1"), "0")


def test_a_card_in_words_says_what_it_replaces_and_where_it_is() -> None:
    card = Card("销售单 <3>", subtitle="宏达", fields=(Field("备注", "a\nb"),), link="https://d.example/d/abc_[1](2)")
    words = wire.card_words(card, replaces=True).splitlines()
    assert words == ["【销售单 ＜3>】宏达", "（替代前面那张）", "备注：a", "b", "https://d.example/d/abc_[1](2)"]


def test_wire_of_another_version_is_refused_not_guessed() -> None:
    good = json.loads(wire.dumps(wire.texts(item(), "好")))
    with pytest.raises(SendFailed):
        wire.loads(json.dumps([good[0] | {"new_field": 1}]))


@pytest.mark.parametrize(
    "data",
    [PNG, b"\xff\xd8\xff\xe0", b"GIF89a..", b"BM....", b"RIFF....WEBPVP8 ", b"II*\0", b"MM\0*", b"....ftypheic...."],
)
def test_pictures_are_known_by_their_bytes(data: bytes) -> None:
    assert is_picture(data)


@pytest.mark.parametrize("data", [b"", b"%PDF", b"RIFF....WAVE", b"....ftypisom", b"<svg>", b"PK\3\4"])
def test_others_are_files(data: bytes) -> None:
    assert not is_picture(data)


def test_what_fits_is_not_talked_about() -> None:
    assert too_much("a.pdf", 30 * 1024 * 1024) is None
    assert "＜at" in (too_much("<at id=all>", 0) or "")
