"""Lines, columns and pages: nothing is lost, nothing is wider or higher than its place."""

from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st

from notifications.paper.flow import Span, paginate, share, wrap
from notifications.paper.form import FORMS, MM, track
from notifications.paper.sheet import Column


def plain(text: str) -> float:
    return float(len(text))


@given(st.text(alphabet="螺栓（国标）M8*30-/ ，。ab", max_size=60), st.integers(4, 20))
def test_wrapping_keeps_every_character(text: str, width: int) -> None:
    found = wrap(text, width, plain, 1000)
    assert all(plain(line) <= width for line in found)
    assert "".join(found).replace(" ", "") == text.replace(" ", "")


def test_where_lines_break() -> None:
    assert wrap("螺钉（全牙）", 3, plain, 9) == ("螺钉", "（全", "牙）")
    assert wrap("好的，走", 2, plain, 9) == ("好", "的，", "走")
    assert wrap("规格 M8*30 发黑", 6, plain, 9) == ("规格", "M8*30", "发黑")
    assert wrap("M10*1.25*120-A2-70", 14, plain, 9) == ("M10*1.25*120-", "A2-70")
    assert wrap("", 5, plain, 3) == ("",)


def test_what_does_not_fit_is_marked() -> None:
    assert wrap("一二三四五六七八", 3, plain, 2) == ("一二三", "四五…")


@given(st.lists(st.floats(1, 3000), min_size=8, max_size=8), st.sampled_from(list(FORMS.values())))
def test_columns_fill_the_table_exactly(naturals: list[float], form: object) -> None:
    from notifications.paper.form import Form

    assert isinstance(form, Form)
    widths = share([track(c, n) for c, n in zip(Column, naturals, strict=True)], form.table_width)
    assert abs(sum(widths) - form.table_width) < 0.01
    assert min(widths) >= 8.9 * MM


@given(
    st.lists(st.floats(5, 60), max_size=60),
    st.floats(5, 20),
    st.floats(10, 60),
)
def test_every_row_stands_on_one_page(heights: list[float], sums: float, closing: float) -> None:
    room = 60 + closing + sums
    spans = paginate(heights, room, carry_in=sums, carry_out=sums, closing=closing)
    assert [index for span in spans for index in range(span.start, span.end)] == list(range(len(heights)))
    for number, span in enumerate(spans):
        last = number == len(spans) - 1
        used = sum(heights[span.start : span.end]) + (sums if number else 0) + (closing if last else sums)
        assume(used <= room or last or span.end - span.start > 1)
        assert used <= room + 0.01
        assert span.end > span.start or not heights


def test_sums_do_not_stand_alone_for_the_rounding_of_a_sum() -> None:
    heights = [9.721065604296111, 59.0171275677409, 60.0]
    assert paginate(heights, 75, carry_in=5, carry_out=5, closing=10) == [Span(0, 2), Span(2, 3)]


def test_sums_do_not_stand_alone() -> None:
    assert paginate([10.0] * 5, 60, carry_in=5, carry_out=5, closing=20) == [Span(0, 4), Span(4, 5)]
    assert paginate([], 60, carry_in=5, carry_out=5, closing=20) == [Span(0, 0)]
