"""Texts of any length reach a phone whole."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.wecom.texts import parts, split

TEXT = st.text(alphabet=st.sampled_from("来箱单ab1 \n😀，\r\t"), max_size=400)


@given(TEXT, st.integers(8, 120))
def test_nothing_is_lost_and_nothing_too_long(text: str, limit: int) -> None:
    pieces = split(text, limit)
    assert all(len(piece.encode()) <= limit for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())


@given(st.text(alphabet="来箱\n", min_size=700, max_size=3000))
def test_parts_fit_and_differ(text: str) -> None:
    found = parts(text, "（10:30 第3次）")
    assert all(len(part.encode()) <= 2048 for part in found)
    assert len(set(found)) == len(found)


def test_a_short_text_stays_as_it_is() -> None:
    assert parts("有货") == ["有货"]
    assert parts("a < b，<b>粗</b>") == ["a < b，<b>粗</b>"]
    assert parts('< a href="x">') == ['＜ a href="x">']
