"""The Feishu linter finds every rule of the facts broken, in any card whatever, and never raises."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.feishu.card_lint import problems

Json = dict[str, Any]


def plain(words: str = "x") -> Json:
    return {"tag": "plain_text", "content": words}


def div(**more: Any) -> Json:
    return {"tag": "div", "text": plain(), **more}


def button(**more: Any) -> Json:
    return {"tag": "button", "text": plain(), "behaviors": [{"type": "callback", "value": {"token": "t"}}], **more}


def select(*values: str, **more: Any) -> Json:
    return {"tag": "select_static", "options": [{"text": plain(), "value": value} for value in values], **more}


def table(columns: int = 1, rows: Any = ({"c0": "x"},), **more: Any) -> Json:
    heads = [{"name": f"c{n}", "display_name": "x", "data_type": "text"} for n in range(columns)]
    return {"tag": "table", "columns": heads, "rows": list(rows), **more}


def form(*elements: Json) -> Json:
    return {"tag": "form", "name": "form", "elements": list(elements)}


def column_set(*elements: Json) -> Json:
    return {"tag": "column_set", "columns": [{"tag": "column", "elements": [element]} for element in elements]}


def card(*elements: Json) -> Json:
    return {
        "schema": "2.0",
        "config": {"update_multi": True, "width_mode": "fill", "summary": {"content": "x"}},
        "header": {"title": plain(), "template": "orange", "text_tag_list": [tag()]},
        "body": {"elements": list(elements)},
    }


def tag(**more: Any) -> Json:
    return {"tag": "text_tag", "text": plain(), "color": "neutral", **more}


SUBMIT = button(name="b", form_action_type="submit")


def test_a_card_of_the_documentation_is_fine() -> None:
    assert (
        problems(
            card(
                {"tag": "markdown", "content": "**x** <font color='red'>x</font>"},
                {"tag": "div", "fields": [{"is_short": True, "text": {"tag": "lark_md", "content": "x"}}]},
                {"tag": "hr", "element_id": "line_1", "margin": "0px 4px"},
                {"tag": "img", "img_key": "img_v3_x", "alt": plain(), "preview": True},
                column_set(div(), button()),
                table(page_size=5, row_height="low", freeze_first_column=True),
                form({"tag": "input", "name": "i", "label": plain(), "max_length": 1000}, SUBMIT),
                select("1", "2", initial_option="2", placeholder=plain(), margin="4px 0"),
                select("1", initial_option="", behaviors=[{"type": "callback", "value": {"key": "value"}}]),
            )
        )
        == []
    )


def changed(path: str, value: Any) -> Json:
    made = copy.deepcopy(card(div()))
    spot: Any = made
    *way, last = path.split(".")
    for step in way:
        spot = spot[step]
    spot[last] = value
    return made


BROKEN: list[tuple[str, Json]] = [
    ("schema", changed("schema", "1.0")),
    ("unknown property", changed("elements", [])),
    ("unknown property", changed("config.wide_screen_mode", True)),
    ("unknown property", card(div(value={}))),
    ("unknown property", card(button(url="https://a.example"))),
    ("update_multi", changed("config.update_multi", False)),
    ("update_multi", changed("config", {})),
    ("width_mode", changed("config.width_mode", "wide")),
    ("template", changed("header.template", "pink")),
    ("header.title", changed("header", {})),
    ("4 tags", changed("header.text_tag_list", [tag()] * 4)),
    ("color", changed("header.text_tag_list", [tag(color="black")])),
    ("body", {"schema": "2.0"}),
    ("elements", changed("body", {})),
    ("no known element", card({"tag": "action", "actions": []})),
    ("no known element", card({"tag": "note", "elements": []})),
    ("no known element", card({"content": "x"})),
    ("element_id", card(div(element_id="1st"))),
    ("element_id", card(div(element_id="a" * 21))),
    ("comes twice", card(div(element_id="a"), div(element_id="a"))),
    ("comes twice", card(button(name="a"), button(name="a"))),
    ("201 elements", card(*[{"tag": "hr"}] * 198)),
    ("bytes", card({"tag": "markdown", "content": "字" * 10_000})),
    ("bytes", card({"tag": "markdown", "content": '"' * 8_000})),
    ("6 tables", card(*[table()] * 6)),
    ("51 columns", card(table(51))),
    ("may stand in the body only", card(column_set(table()))),
    ("may stand in the body only", card(column_set(form(SUBMIT)))),
    ("may stand in the body only", card(form(table(), SUBMIT))),
    ("nested", card(column_set(column_set(column_set(div()))))),
    ("margin", card(div(margin="100px"))),
    ("page_size", card(table(page_size=11))),
    ("page_size", card(table(page_size=0))),
    ("row height", card(table(row_height="tall"))),
    ("no column", card(table(rows=[{"c9": "x"}]))),
    ("is not text", card(table(rows=[{"c0": 5}]))),
    ("no submit", card(form(button(name="b")))),
    ("needed in a form", card(form({"tag": "input"}, SUBMIT))),
    ("outside a form", card(button(form_action_type="submit"))),
    ("form_action_type", card(form(button(name="a", form_action_type="send"), SUBMIT))),
    ("max_length", card({"tag": "input", "name": "i", "max_length": 1001})),
    ("longer than max_length", card({"tag": "input", "name": "i", "max_length": 2, "default_value": "abc"})),
    ("no options", card(select())),
    ("two options", card(select("1", "1"))),
    ("none of the options", card(select("1", initial_option="2"))),
    ("no http address", card(button(behaviors=[{"type": "open_url", "default_url": "javascript:x"}]))),
    ("no object", card(button(behaviors=[{"type": "callback", "value": "token"}]))),
    ("confirm.text", card(button(confirm={"title": plain()}))),
    ("neither text nor icon", card({"tag": "button"})),
    ("control characters", card({"tag": "markdown", "content": "\x00"})),
    ("not Unicode", card({"tag": "markdown", "content": "\ud800"})),
    ("weight", card({"tag": "column_set", "columns": [{"tag": "column", "weight": 6, "elements": []}]})),
    ("is no column", card({"tag": "column_set", "columns": [{"tag": "div", "elements": []}]})),
]


@pytest.mark.parametrize(("words", "broken"), BROKEN, ids=range(len(BROKEN)))
def test_every_rule_is_found_broken(words: str, broken: Json) -> None:
    found = problems(broken)
    assert any(words in problem for problem in found), found


def deep(make: Callable[[Any], Any], times: int) -> Any:
    value: Any = {"tag": "div"}
    for _ in range(times):
        value = make(value)
    return value


KEYS = st.sampled_from(
    ["schema", "config", "header", "body", "elements", "columns", "tag", "text", "options", "rows", "name", "behaviors"]
)
WORDS = st.sampled_from(["2.0", "form", "table", "column_set", "column", "select_static", "button", "input", "div"])
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | WORDS | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS | st.text(max_size=4), inner, max_size=6),
    max_leaves=30,
)


@given(ANYTHING, ANYTHING)
@example({1: 2}, [{"tag": ["div"]}, {"tag": "table", "columns": [{"name": []}], "rows": [[]]}])
@example({}, [{"tag": "select_static", "options": [{"value": []}], "initial_option": {}}])
def test_garbage_is_wrong_but_never_raises(top: Any, elements: Any) -> None:
    assert problems(top)
    assert isinstance(problems({"schema": "2.0", "config": top, "header": top, "body": {"elements": elements}}), list)


@pytest.mark.parametrize(
    "elements", [deep(lambda inner: [inner], 3_000), [deep(column_set, 700)]], ids=["lists", "sets"]
)
def test_bottomless_cards_are_wrong_too(elements: Any) -> None:
    assert problems({"schema": "2.0", "config": {"update_multi": True}, "body": {"elements": elements}})


def test_two_hundred_elements_are_fine() -> None:
    assert problems(card(*[{"tag": "hr"}] * 197)) == []
