"""Which cards the simulated Feishu takes; and that it and Danju's own renderer and linter, written apart, agree."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.feishu import card_lint
from bot.feishu.cards import render, tapped
from bot.simulator.feishu import cards, taps
from bot.simulator.feishu.answers import Refused
from notifications.card import Button, Card, Choice, Field, Input, Note, Option, Style, Table, Tone


def text(content: str = "x") -> dict[str, Any]:
    return {"tag": "plain_text", "content": content}


def card(*elements: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"schema": "2.0", "config": {"update_multi": True}, "body": {"elements": list(elements)}, **more}


def table(rows: int = 1) -> dict[str, Any]:
    columns = [{"name": "a", "display_name": "品名", "data_type": "text"}]
    return {"tag": "table", "columns": columns, "rows": [{"a": str(row)} for row in range(rows)]}


def submit(name: str = "s") -> dict[str, Any]:
    return {"tag": "button", "text": text(), "form_action_type": "submit", "name": name}


GOOD = {
    "nothing much": card({"tag": "markdown", "content": "**好**"}),
    "header": card({"tag": "hr"}, header={"title": text(), "template": "blue"}),
    "five tables": card(*[table() for _ in range(5)]),
    "form": card({"tag": "form", "name": "f", "elements": [{"tag": "input", "name": "i"}, submit()]}),
    "nothing chosen": card({"tag": "select_static", "options": [], "initial_option": ""}),
    "columns": card({"tag": "column_set", "columns": [{"tag": "column", "elements": [{"tag": "hr"}]}]}),
}
DEEP: dict[str, Any] = {"tag": "hr"}
for _ in range(5):
    DEEP = {"tag": "collapsible_panel", "elements": [DEEP]}

BAD = {
    "no schema": ({"body": {"elements": []}}, 200621),
    "old schema": (card({"tag": "hr"}) | {"schema": "1.0"}, 200621),
    "not an object": ([], 200621),
    "unknown tag": (card({"tag": "marquee"}), 200621),
    "tag of version 1": (card({"tag": "action", "actions": []}), 200861),
    "unknown property": (card({"tag": "hr", "colour": "red"}), 200621),
    "unknown property of the root": (card(footer={}), 200621),
    "not shared": ({**card(), "config": {"update_multi": False}}, 200621),
    "six tables": (card(*[table() for _ in range(6)]), 11310),
    "too many elements": (card(*[{"tag": "hr"} for _ in range(201)]), 11310),
    "too big": (card({"tag": "markdown", "content": "字" * 10_300}), 11310),
    "too deep": (card(DEEP), 11310),
    "table in a form": (card({"tag": "form", "name": "f", "elements": [table(), submit()]}), 200621),
    "form without submit": (card({"tag": "form", "name": "f", "elements": [{"tag": "hr"}]}), 200621),
    "input of a form without name": (
        card({"tag": "form", "name": "f", "elements": [{"tag": "input"}, submit()]}),
        200621,
    ),
    "the same name twice": (card({"tag": "form", "name": "f", "elements": [submit("f")]}), 200621),
    "element_id": (card({"tag": "hr", "element_id": "1a"}), 200621),
    "rows beside the columns": (card({**table(), "rows": [{"b": "1"}]}), 200915),
    "no rows": (card({**table(), "rows": None}), 200915),
    "table without columns": (card({**table(), "columns": []}), 200914),
    "picture": (card({"tag": "img", "img_key": "img_v3_none", "alt": text()}), 200570),
    "button without text": (card({"tag": "button"}), 200621),
    "colour of the header": (card(header={"title": text(), "template": "pink"}), 200621),
    "option": (card({"tag": "select_static", "options": [{"text": text(), "value": 1}]}), 200621),
    "initial option": (card({"tag": "select_static", "options": [], "initial_option": "a"}), 200621),
}


@pytest.mark.parametrize("name", GOOD)
def test_taken(name: str) -> None:
    assert cards.problem(GOOD[name]) == ""


@pytest.mark.parametrize("name", BAD)
def test_refused_with_the_inner_code(name: str) -> None:
    wrong, code = BAD[name]
    with pytest.raises(Refused) as caught:
        cards.check(wrong, lambda key: key == "img_v3_known")
    assert caught.value.code == 230099
    assert f"ErrCode: {code};" in caught.value.msg


ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["", "x", "button", "form", "1", "plain_text"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["tag", "content", "x"]), inner),
    max_leaves=5,
)
RICH = card(
    {"tag": "div", "text": text(), "fields": [{"is_short": True, "text": text()}]},
    {"tag": "img", "img_key": "img_v3_known", "alt": text()},
    {**table(2), "page_size": 5},
    {"tag": "column_set", "columns": [{"tag": "column", "elements": [{"tag": "markdown", "content": "a"}]}]},
    {
        "tag": "form",
        "name": "f",
        "elements": [
            {"tag": "input", "name": "i", "max_length": 10, "behaviors": [{"type": "callback", "value": {}}]},
            {"tag": "select_static", "name": "s", "options": [{"text": text(), "value": "a"}], "initial_option": "a"},
            {**submit(), "type": "primary", "confirm": {"title": text(), "text": text()}, "element_id": "e1"},
        ],
    },
    header={"title": text(), "subtitle": text(), "template": "blue", "text_tag_list": [{"tag": "text_tag"}]},
)


def places(node: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) of a JSON value."""
    keys: list[Any] = list(node) if isinstance(node, dict) else list(range(len(node))) if isinstance(node, list) else []
    return [(node, key) for key in keys] + [place for key in keys for place in places(node[key])]


@settings(max_examples=400)
@given(st.data())
def test_any_json_is_taken_or_refused(data: st.DataObject) -> None:
    wrong = copy.deepcopy(RICH)
    for _ in range(data.draw(st.integers(1, 2))):
        container, key = data.draw(st.sampled_from(range(len(places(wrong)))).map(lambda at: places(wrong)[at]))
        container[key] = data.draw(ODD)
    told = cards.problem(wrong)
    assert told == "" or told.startswith("Failed to create card content")
    if not told:
        taps.tappables(wrong)


# -------------------------------------------------------------------- against Danju's own renderer and linter

WORDS = st.text(max_size=40)
TOKENS = st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=8, max_size=20)


@st.composite
def neutral_cards(draw: st.DrawFn) -> Card:
    tones = st.sampled_from(list(Tone))
    tokens = iter(draw(st.lists(TOKENS, min_size=9, max_size=9, unique=True)))
    columns = draw(st.lists(WORDS, min_size=1, max_size=6))
    row = st.tuples(*[WORDS for _ in columns])
    choices = tuple(
        Choice(f"c{at}", draw(WORDS), next(tokens), tuple(Option(draw(WORDS), f"v{n}") for n in range(3)))
        for at in range(draw(st.integers(0, 3)))
    )
    buttons = tuple(
        Button(draw(WORDS), next(tokens), draw(st.sampled_from(list(Style))), draw(st.none() | WORDS))
        for _ in range(draw(st.integers(0, 6)))
    )
    return Card(
        title=draw(WORDS),
        tone=draw(tones),
        subtitle=draw(WORDS),
        fields=tuple(Field(draw(WORDS), draw(WORDS), draw(tones)) for _ in range(draw(st.integers(0, 8)))),
        table=Table(tuple(columns), tuple(draw(st.lists(row, max_size=12)))) if draw(st.booleans()) else None,
        notes=tuple(Note(draw(WORDS), draw(tones)) for _ in range(draw(st.integers(0, 3)))),
        choices=choices,
        inputs=tuple(Input(f"i{at}", draw(WORDS), draw(WORDS), draw(WORDS)) for at in range(draw(st.integers(0, 3)))),
        buttons=buttons,
        link=draw(st.none() | st.just("https://example.com/d/1")),
        hint=draw(WORDS),
    )


@given(neutral_cards())
def test_what_danju_renders_is_taken_and_its_buttons_bring_their_token_back(card: Card) -> None:
    rendered = render(card).card
    assert cards.problem(rendered) == ""
    wire = json.loads(json.dumps(rendered))
    for tappable in taps.tappables(wire):
        action, complaint = taps.action(tappable, _picked(tappable))
        assert complaint == ""
        if tappable.value is None:
            continue  # opens a link
        token, values = tapped({"action": action, "operator": {}, "context": {}})
        assert taps.find([wire], token).part == tappable.part
        assert all(isinstance(value, str) for value in values.values())


def _picked(tappable: taps.Tappable) -> dict[str, str]:
    options = tappable.part.get("options")
    return {"picked": options[0]["value"]} if options and tappable.form is None else {}


@pytest.mark.parametrize("name", BAD)
def test_danjus_linter_refuses_what_the_platform_refuses(name: str) -> None:
    if name == "picture":
        pytest.skip("only the platform knows which pictures it has")
    wrong = BAD[name][0]
    if isinstance(wrong, dict):
        assert card_lint.problems(wrong)
