"""Any card becomes a WeCom template card that may be sent, and what it cannot say stands in the message before it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, get_args

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.card_words import ABOVE, clean, cut_middle, flat, row_line
from bot.wecom import card_lint, cards
from notifications.card import Button, Card, Choice, Field, Input, Note, Option, Style, Table, Tone
from tests.support import odd_cards

SURFACES: tuple[cards.Surface, ...] = get_args(cards.Surface)
TASK = "danju-1-ab@x"


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)


def labelled(label: str, value: str) -> str:
    return f"{label}：{value}" if label and value else label or value


@settings(max_examples=100)
@given(odd_cards.cards(), st.sampled_from(SURFACES), st.booleans())
@example(Card(""), "app", False)
@example(Card("", table=Table((), (("1", "x" * 112),))), "bot", True)
def test_any_card_may_be_sent_and_says_everything(card: Card, surface: cards.Surface, replaces: bool) -> None:
    made = cards.render(card, task_id=TASK, surface=surface, replaces=replaces)
    again = cards.render(card, task_id=TASK, surface=surface, replaces=replaces)
    assert json.dumps(made.card) == json.dumps(again.card)
    assert made == again
    if made.card:
        problems = card_lint.problems(made.card, surface)
        assert not problems, problems
    else:
        assert surface == "group"
        assert made.overflow

    def said(text: str) -> bool:
        return text in on_card or cards.harmless(text, made.overflow_format) in made.overflow

    on_card = "\n".join(strings(made.card))
    rows = [(item.get("keyname"), item.get("value", "")) for item in made.card.get("horizontal_content_list", ())]
    for field in card.fields:
        label, value = flat(field.label), flat(field.value)
        assert (label or "说明", value) in rows or said(labelled(label, value))
    lines = [line.strip() for line in on_card.split("\n")]
    for row in card.table.rows if card.table else ():
        line = row_line(row, card.table.columns) if card.table else ""
        assert not line or line in lines or said(line)
    for note in card.notes:
        assert said(clean(note.text))
    for text in (flat(card.title), flat(card.subtitle), clean(card.hint)):
        assert said(text) or all(map(said, text.rsplit(" · ", 1)))
    for button in card.buttons:
        assert said(flat(button.label))
    key = made.card.get("button_list", [{}])[0].get("key")
    for choice in card.choices:
        if choice.token == key and "button_selection" in made.card:
            first = {option.value: option.label for option in reversed(choice.options)}
            short = [cut_middle(flat(label), 16) for label in first.values()]
            told_apart = len(set(short)) == len({flat(label) for label in first.values()})
            for label, cut in zip(first.values(), short, strict=True):
                assert said(flat(label)) or (told_apart and said(cut))
            assert said(clean(choice.label))
            break
    assert not (made.card and made.overflow) or ABOVE in on_card


@settings(max_examples=60)
@given(odd_cards.cards(), st.sampled_from(["app", "bot"]))
def test_what_a_tap_brings_back(card: Card, surface: cards.Surface) -> None:
    made = cards.render(card, task_id=TASK, surface=surface).card
    tokens = {button.token for button in card.buttons} | {choice.token for choice in card.choices}
    for button in made.get("button_list", ()):
        token, values = cards.tapped(button["key"], {})
        assert values == {}
        assert token in tokens or (button["key"] == cards.NOTHING and token == "")
    if "button_selection" in made:
        key = made["button_selection"]["question_key"]
        for option in made["button_selection"]["option_list"]:
            _, values = cards.tapped("t", {key: [option["id"]]})
            assert values == ({} if option["id"] == cards.UNCHOSEN else {key: option["id"]})
        names = [one.name for one in card.choices if one.token == made["button_list"][0]["key"]]
        assert made["button_list"][0]["text"] == "选好了"
        assert key in names


@settings(max_examples=40)
@given(st.lists(st.sampled_from(odd_cards.HOSTILE), max_size=4).map(tuple))
def test_no_words_before_the_card_become_anything_but_words(texts: tuple[str, ...]) -> None:
    card = Card("x", notes=tuple(Note(text * 9) for text in texts), table=Table((), (texts,) * 20))
    for surface in SURFACES:
        made = cards.render(card, task_id=TASK, surface=surface)
        assert not {"<", ">"} & set(made.overflow)
        if made.overflow_format == "markdown":
            assert not set("*_`[]#~|\\") & set(made.overflow)


NOISE = st.recursive(
    st.none() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
)


@given(NOISE, NOISE)
@example(cards.NOTHING, {"q": ["1"]})
@example("\ud800", {})
def test_a_malformed_click_is_nobodys(key: Any, selected: Any) -> None:
    token, values = cards.tapped(key, selected)
    assert token or not values
    assert all(isinstance(value, str) for value in values.values())


# ---------------------------------------------------------------- single decisions

DRAFT = Card(
    "销售订单 草稿3 · 还有1处要定",
    Tone.WARN,
    "小周",
    fields=(Field("客户", "永固五金"), Field("合计", "1240.50元")),
    table=Table(("行", "货品", "数量"), (("1", "外六角螺栓 M8*30", "5盒"), ("2", "“螺母”？", "3盒"))),
    choices=(Choice("line7", "第2行“螺母”有2种，请选一种", "tok", (Option("螺母 M8", "4"), Option("螺母 M10", "5"))),),
    buttons=(Button("改", "e"), Button("取消", "c", Style.DANGER, "取消 草稿3？")),
    hint="点选或直接回复就行，如：第2行要M8",
)


def test_a_question_is_a_select_that_nobody_has_answered_yet() -> None:
    made = cards.render(DRAFT, task_id=TASK, surface="app").card
    assert made["card_type"] == "button_interaction"
    selection = made["button_selection"]
    assert [option["text"] for option in selection["option_list"]] == ["点这里选", "螺母 M8", "螺母 M10"]
    assert "selected_id" not in selection
    assert [(one["text"], one["style"], one["key"]) for one in made["button_list"]] == [
        ("选好了", 1, "tok"),
        ("改", 4, "e"),
        ("取消", 3, "c"),
    ]
    assert made["sub_title_text"].split("\n") == [
        "1 外六角螺栓 M8*30 5盒",
        "2 “螺母”？ 3盒",
        "第2行“螺母”有2种，请选一种",
        "点选或直接回复就行，如：第2行要M8",
    ]


def test_a_long_table_stands_above() -> None:
    rows = tuple((str(n), "外六角螺栓 M8*30", "5盒") for n in range(1, 9))
    made = cards.render(Card("销售订单 草稿3 · 待确认", table=Table((), rows)), task_id=TASK, surface="bot")
    assert made.card["sub_title_text"] == "共8行，明细另发一条"
    assert made.overflow_format == "markdown"
    assert made.overflow.split("\n")[:2] == ["销售订单 草稿3 · 待确认", "1 外六角螺栓 M8×30 5盒"]
    assert len(made.overflow.split("\n")) == 9


def test_a_card_that_only_tells_has_a_button_that_does_nothing() -> None:
    made = cards.render(Card("销售订单 草稿3", notes=(Note("最新内容看下面那张卡片"),)), task_id=TASK, surface="app")
    assert [button["text"] for button in made.card["button_list"]] == ["知道了"]
    assert cards.tapped(made.card["button_list"][0]["key"], {}) == ("", {})


def test_with_an_address_it_is_a_notice() -> None:
    card = Card("日报", link="https://danju.example/r/1")
    for surface in SURFACES:
        made = cards.render(card, task_id=TASK, surface=surface).card
        assert made["card_type"] == "text_notice"
        assert made["card_action"] == {"type": 1, "url": "https://danju.example/r/1"}


def test_a_group_gets_the_words_when_no_card_is_possible() -> None:
    made = cards.render(DRAFT, task_id=TASK, surface="group", replaces=True)
    assert made.card == {}
    assert made.overflow.split("\n") == [
        "销售订单 草稿3 · 还有1处要定",
        "替代前面那张 · 小周",
        "客户：永固五金",
        "合计：1240.50元",
        "1 外六角螺栓 M8*30 5盒",
        "2 “螺母”？ 3盒",
        "第2行“螺母”有2种，请选一种：螺母 M8 / 螺母 M10",
        "点选或直接回复就行，如：第2行要M8",
        "请私聊我回复：改 / 取消",
    ]


def test_the_seventh_button_can_be_typed() -> None:
    buttons = (*(Button(f"第{n}个", f"t{n}") for n in range(1, 7)), Button("确认", "ok", Style.PRIMARY))
    made = cards.render(Card("x", buttons=buttons), task_id=TASK, surface="app").card
    assert [one["text"] for one in made["button_list"]] == ["第1个", "第2个", "第3个", "第4个", "第5个", "确认"]
    assert made["sub_title_text"] == "也可以回复：第6个"


@pytest.mark.parametrize(("tone", "colour"), [(Tone.WARN, 2), (Tone.BAD, 2), (Tone.GOOD, 3)])
def test_the_tone_is_a_coloured_word(tone: Tone, colour: int) -> None:
    made = cards.render(Card("销售订单 XS-0012 · 待审核", tone), task_id=TASK, surface="app").card
    assert made["source"] == {"desc": "待审核", "desc_color": colour}


def test_what_is_filled_in_elsewhere_is_typed_here() -> None:
    card = Card("x", inputs=(Input("name", "客户名称", "", "城东五金"),), buttons=(Button("新建客户", "n"),))
    made = cards.render(card, task_id=TASK, surface="app").card
    assert made["sub_title_text"] == "要填的直接打字：客户名称"
