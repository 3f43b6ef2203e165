"""Plain words as markdown: whatever people write, it stays what they wrote."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.wecom.markdown import pieces, plain

MARKS = re.compile(r"[*_`~<>\[\]|\\#]")
LINE_STARTS = re.compile(r"^[ \t]*(?:[-+=:>#]|\d{1,9}[.)](?:\s|$))|^(?: {4}| {0,3}\t)", re.MULTILINE)


@pytest.mark.parametrize(
    "text",
    [
        "# 标题",
        "- 一\n- 二",
        "1. 一\n3. 三",
        "> 引用",
        "**粗** _斜_ ~~删~~ `码`",
        "[点我](https://evil.example)",
        "<@zhangwei> 你好",
        '<font color="warning">红</font>',
        "| a | b |\n|---|---|\n| 1 | 2 |",
        "小计\n====",
        "小计\n----",
        "    缩进",
        "```\n码\n```",
        "\\*",
    ],
)
def test_nothing_becomes_formatting(text: str) -> None:
    shown = plain(text)
    assert not MARKS.search(shown)
    assert not LINE_STARTS.search(shown)


def test_words_and_sizes_stay_readable() -> None:
    assert plain("M8*40 十箱，单价 12.5 元（含税）") == "M8×40 十箱，单价 12.5 元（含税）"
    assert plain("12.5 元") == "12.5 元"
    assert plain("A&B 五金") == "A&B 五金"
    assert plain("&lt;") == "＆lt;"


ODD = st.text(alphabet=st.sampled_from("*_`~<>[]()|\\#&;!-+=:. \t\n\r1@a十x"), max_size=60)


@given(st.text() | ODD)
def test_no_text_becomes_formatting(text: str) -> None:
    shown = plain(text)
    assert not MARKS.search(shown)
    assert not LINE_STARTS.search(shown)
    assert not re.search(r"&#?\w{1,32};", shown)


@given(ODD)
def test_what_counts_is_kept(text: str) -> None:
    """Letters, digits and CJK are all there, in order."""
    assert re.findall(r"[1a十]", plain(text)) == re.findall(r"[1a十]", text)


@given(st.text(alphabet=st.sampled_from("螺丝a \n"), max_size=400), st.integers(8, 60))
def test_pieces_fit_and_lose_nothing_but_blank_ends(text: str, most: int) -> None:
    found = pieces(text, most)
    assert all(0 < len(piece.encode()) <= most for piece in found)
    assert re.sub(r"\s", "", "".join(found)) == re.sub(r"\s", "", text)


def test_cut_between_lines() -> None:
    assert pieces("一二三\n四五六\n七八九", 24) == ["一二三\n四五六", "七八九"]
