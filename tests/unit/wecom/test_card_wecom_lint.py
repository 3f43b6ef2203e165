"""The WeCom linter finds every rule of the facts broken, in any card whatever, and never raises."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.wecom.card_lint import problems

Json = dict[str, Any]

LINK = {"type": 1, "url": "https://a.example/x"}


def options(count: int) -> list[Json]:
    return [{"id": str(n), "text": "x"} for n in range(count)]


def buttons(count: int = 1) -> list[Json]:
    return [{"text": "好", "style": 1, "key": f"k{n}"} for n in range(count)]


def ask(**more: Any) -> Json:
    base = {"card_type": "button_interaction", "task_id": "t-1", "main_title": {"title": "x"}, "button_list": buttons()}
    return {key: value for key, value in {**base, **more}.items() if value is not None}


def notice(**more: Any) -> Json:
    base = {"card_type": "text_notice", "main_title": {"title": "x"}, "card_action": LINK}
    return {key: value for key, value in {**base, **more}.items() if value is not None}


def vote(**more: Any) -> Json:
    checkbox = {"question_key": "q", "mode": 1, "option_list": [{"id": "1", "text": "x", "is_checked": True}]}
    submit = {"text": "x", "key": "k"}
    base = ask(card_type="vote_interaction", button_list=None, checkbox=checkbox, submit_button=submit)
    return {**base, **more}


def several(selectors: int, count: int = 1) -> Json:
    lists = [{"question_key": f"q{n}", "title": "x", "option_list": options(count)} for n in range(selectors)]
    submit = {"text": "x", "key": "k"}
    return ask(card_type="multiple_interaction", button_list=None, select_list=lists, submit_button=submit)


def selection(count: int, **more: Any) -> Json:
    return {"question_key": "q", "title": "x", "option_list": options(count), **more}


def row(**more: Any) -> Json:
    return {"keyname": "客户", "value": "永固", **more}


FINE: list[tuple[str, Json]] = [
    ("app", ask(button_list=buttons(6), button_selection=selection(10, selected_id="3"))),
    ("bot", ask(horizontal_content_list=[row()] * 6, quote_area={"type": 0, "quote_text": "x"}, sub_title_text="x")),
    ("app", ask(button_list=[{"type": 1, "text": "x", "url": "https://a.example"}])),
    ("group", notice(horizontal_content_list=[row(type=2, media_id="m")], jump_list=[{"title": "x", **LINK}])),
    ("group", notice(main_title={}, sub_title_text="x")),
    ("app", notice(task_id="a@b_c-1", action_menu={"desc": "x", "action_list": [{"text": "x", "key": "k"}]})),
    ("group", notice(card_type="news_notice", card_image={"url": "https://a.example/x.png"})),
    ("bot", vote()),
    ("app", several(3, 10)),
]


@pytest.mark.parametrize(("surface", "card"), FINE, ids=range(len(FINE)))
def test_what_the_pages_show_is_fine(surface: str, card: Json) -> None:
    assert problems(card, surface) == []


BROKEN: list[tuple[str, str, Json]] = [
    ("app", "card_type", {}),
    ("app", "card_type", ask(card_type="poll")),
    ("group", "cannot be sent", ask()),
    ("app", "task_id: missing", ask(task_id=None)),
    ("app", "task_id", ask(task_id="单据")),
    ("app", "task_id", ask(task_id="a" * 129)),
    ("app", "button_list: missing", ask(button_list=None)),
    ("app", "7 items", ask(button_list=buttons(7))),
    ("app", "0 items", ask(button_list=[])),
    ("app", "key comes twice", ask(button_list=buttons() * 2)),
    ("app", "missing with type", ask(button_list=[{"text": "x"}])),
    ("app", "bytes", ask(button_list=[{"text": "x", "key": "字" * 342}])),
    ("app", "11 characters", ask(button_list=[{"text": "x" * 11, "key": "k"}])),
    ("app", "none of 1, 2, 3, 4", ask(button_list=[{"text": "x", "key": "k", "style": 5}])),
    ("bot", "app only", ask(button_list=[{"type": 1, "text": "x", "url": "https://a.example"}])),
    ("app", "url: missing", ask(button_list=[{"type": 1, "text": "x"}])),
    ("app", "11 items", ask(button_selection=selection(11))),
    ("app", "0 items", ask(button_selection=selection(0))),
    ("app", "id comes twice", ask(button_selection={"question_key": "q", "option_list": options(1) * 2})),
    ("app", "question_key: missing", ask(button_selection={"option_list": options(1)})),
    ("app", "none of the options", ask(button_selection=selection(2, selected_id="9"))),
    ("app", "129 bytes", ask(button_selection=selection(0, option_list=[{"id": "a" * 129, "text": "x"}]))),
    ("app", "27 characters", ask(main_title={"title": "字" * 27})),
    ("app", "31 characters", ask(main_title={"title": "x", "desc": "字" * 31})),
    ("app", "41016", ask(main_title={})),
    ("app", "113 characters", ask(sub_title_text="字" * 113)),
    ("app", "7 items", ask(horizontal_content_list=[row()] * 7)),
    ("app", "6 characters", ask(horizontal_content_list=[row(keyname="六个字的名字")])),
    ("app", "27 characters", ask(horizontal_content_list=[row(value="字" * 27)])),
    ("app", "url: missing", ask(horizontal_content_list=[row(type=1)])),
    ("app", "media_id: missing", ask(horizontal_content_list=[row(type=2)])),
    ("app", "userid: missing", ask(horizontal_content_list=[row(type=3)])),
    ("bot", "attachments", ask(horizontal_content_list=[row(type=2, media_id="m")])),
    ("app", "unknown property", ask(horizontal_content_list=[row(color="red")])),
    ("app", "not allowed", ask(jump_list=[])),
    ("app", "not allowed", ask(emphasis_content={})),
    ("app", "not allowed", notice(button_list=buttons())),
    ("app", "not allowed", notice(vertical_content_list=[])),
    ("app", "not allowed", several(1) | {"quote_area": {}}),
    ("app", "card_action: missing", notice(card_action=None)),
    ("app", "url: missing", notice(card_action={"type": 1})),
    ("app", "none of 1, 2", notice(card_action={"type": 0})),
    ("app", "no http address", notice(card_action={"type": 1, "url": "weixin://x"})),
    ("app", "2048", notice(card_action={"type": 1, "url": "https://a.example/" + "x" * 2048})),
    ("app", "needs it or sub_title_text", notice(main_title={})),
    ("app", "missing with action_menu", notice(action_menu={"desc": "x", "action_list": [{"text": "x", "key": "k"}]})),
    ("app", "0 items", notice(task_id="t", action_menu={"desc": "x", "action_list": []})),
    ("app", "4 items", notice(jump_list=[{"title": "x"}] * 4)),
    ("app", "none of 0, 1, 2, 3", notice(source={"desc": "x", "desc_color": 4})),
    ("app", "15 characters", notice(emphasis_content={"title": "x" * 15})),
    ("app", "4 items", several(4)),
    ("app", "11 items", several(1, 11)),
    ("app", "21 items", vote(checkbox={"question_key": "q", "option_list": options(21)})),
    ("app", "submit_button: missing", {key: value for key, value in vote().items() if key != "submit_button"}),
    ("app", "control characters", notice(sub_title_text="\x07")),
    ("app", "not Unicode", notice(sub_title_text="\ud800")),
    ("console", "no surface", ask()),
]


@pytest.mark.parametrize(("surface", "words", "card"), BROKEN, ids=range(len(BROKEN)))
def test_every_rule_is_found_broken(surface: str, words: str, card: Json) -> None:
    found = problems(card, surface)
    assert any(words in problem for problem in found), found


KEYS = st.sampled_from(
    ["main_title", "button_list", "task_id", "button_selection", "card_action", "option_list", "type"]
)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS | st.text(max_size=4), inner, max_size=6),
    max_leaves=30,
)
KINDS: st.SearchStrategy[Any] = st.sampled_from(
    ["text_notice", "news_notice", "button_interaction", "vote_interaction", "multiple_interaction", "x", None, []]
)


@given(ANYTHING, KINDS, st.sampled_from(["app", "bot", "group", "x"]))
@example({"button_selection": {"option_list": [{"id": []}], "selected_id": []}}, "button_interaction", "app")
@example({1: 2, "button_list": [[{}]], "select_list": {"a": 1}}, "multiple_interaction", "bot")
def test_garbage_is_wrong_but_never_raises(card: Any, kind: Any, surface: str) -> None:
    assert problems(card, surface) or surface == "x"
    if isinstance(card, dict):
        assert problems({**card, "card_type": kind}, surface)
