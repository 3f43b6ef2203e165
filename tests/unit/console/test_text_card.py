"""A card as plain text says everything the card says, with numbers to act by."""

from __future__ import annotations

from io import StringIO

from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from bot.console.rich_card import card_panel
from bot.console.text_card import buttons, options, text_card, width
from notifications.card import Button, Card, Choice, Field, Input, Note, Option, Table, Tone

CARD = Card(
    "销售单 草稿3",
    Tone.WARN,
    "小林",
    (Field("客户", "城东机电"), Field("合计", "价格没定", Tone.WARN)),
    Table(("行", "货品", "数量"), (("1", "外六角螺栓 M8*30", "10盒"), ("2", "平垫", "5包")), (Tone.NEUTRAL, Tone.BAD)),
    (Note("第2行库存不足", Tone.BAD),),
    (Choice("line2", "平垫是哪一种？", "t-c", (Option("平垫 M8", "8"), Option("平垫 M10", "10")), "8"),),
    (Input("phone", "电话", "可不填"),),
    (Button("确认", "t-1"), Button("取消", "t-2", confirm="取消 草稿3？")),
    hint="也可以说：第2行要M8的",
)


def test_everything_is_there_and_numbered() -> None:
    assert text_card(CARD).splitlines() == [
        "【销售单 草稿3】 小林",
        "客户：城东机电",
        "合计：价格没定",
        "行  货品              数量",
        "1   外六角螺栓 M8*30  10盒",
        "2   平垫              5包",
        "× 第2行库存不足",
        "平垫是哪一种？（/select 1 编号）",
        "  (1) 平垫 M8  ←",
        "  (2) 平垫 M10",
        "电话：可不填（/fill 1 内容）",
        "[1] 确认  [2] 取消",
        "也可以说：第2行要M8的",
    ]


def test_without_numbers_only_what_can_be_read() -> None:
    words = text_card(CARD, numbered=False)
    assert "[1]" not in words
    assert "/select" not in words
    assert "平垫 M10" in words


def test_what_the_numbers_mean() -> None:
    assert [(action.label, action.token, action.confirm) for action in buttons(CARD)] == [
        ("确认", "t-1", None),
        ("取消", "t-2", "取消 草稿3？"),
    ]
    assert options(CARD.choices[0])[1].values == {"line2": "10"}


def test_a_terminal_shows_words_never_commands() -> None:
    out = StringIO()
    hostile = Card(
        "[bold]标题[/bold]\x1b[31m", fields=(Field("备注", "\x1b]0;x\x07[red]y"),), buttons=(Button("[b]", "t"),)
    )
    Console(file=out, width=60).print(card_panel(hostile, 1))
    assert "\x1b" not in out.getvalue()
    assert "\x07" not in out.getvalue()
    assert "[bold]标题[/bold]" in out.getvalue()


words = st.text(max_size=12)


@settings(max_examples=40, deadline=None)
@given(
    st.builds(
        Card,
        words,
        st.sampled_from(Tone),
        words,
        table=st.none()
        | st.builds(Table, st.tuples(words, words), st.lists(st.tuples(words, words), max_size=3).map(tuple)),
        notes=st.lists(st.builds(Note, words, st.sampled_from(Tone)), max_size=2).map(tuple),
        buttons=st.lists(st.builds(Button, words, words), max_size=2).map(tuple),
    )
)
def test_any_card_can_be_shown(card: Card) -> None:
    assert text_card(card)
    Console(file=StringIO(), width=40).print(card_panel(card, 1))


def test_chinese_is_two_columns_wide() -> None:
    assert width("M8螺栓") == 6
