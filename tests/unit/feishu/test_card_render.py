"""Any card becomes a Feishu card that may be sent, says everything, and gives its clicks back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.card_words import ABOVE, clean, flat, row_line
from bot.feishu import card_lint, cards
from notifications.card import Button, Card, Choice, Field, Input, Note, Style, Table, Tone
from tests.support import odd_cards

# Where words may stand, and all else that a card says: names of properties, colours, tokens.
PLACES = ("content", "text", "display_name", "default_value")


def objects(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for item in value.values():
            yield from objects(item)
    elif isinstance(value, list):
        for item in value:
            yield from objects(item)


def shown(card: dict[str, Any]) -> list[str]:
    """Every word that a person sees on the card."""
    found = [card["config"]["summary"]["content"]]
    for item in objects(card["header"]):
        found += [item["content"]] if "content" in item else []
    for item in objects(card["body"]):
        found += [item[key] for key in PLACES if isinstance(item.get(key), str)]
        for row in item.get("rows", ()):
            found += [cell if isinstance(cell, str) else cell[0]["text"] for cell in row.values()]
    return found


def tagged(card: dict[str, Any], tag: str) -> list[dict[str, Any]]:
    return [item for item in objects(card) if item.get("tag") == tag]


def row_cells(card: dict[str, Any]) -> list[list[str]]:
    return [
        [cell if isinstance(cell, str) else cell[0]["text"] for cell in row.values()]
        for table in tagged(card, "table")
        for row in table["rows"]
    ]


@settings(max_examples=80)
@given(odd_cards.cards(), st.booleans(), st.sampled_from([None, "img_v3_x"]))
@example(Card(""), False, None)
@example(Card("x", buttons=(Button("好", '"' * 256),) * 15, choices=(Choice("n", "l", '"' * 256, ()),)), True, None)
def test_any_card_may_be_sent_and_says_everything(card: Card, replaces: bool, key: str | None) -> None:
    made = cards.render(card, image_key=key, replaces=replaces)
    problems = card_lint.problems(made.card)
    assert not problems, problems
    again = cards.render(card, image_key=key, replaces=replaces)
    assert (cards.content(made.card), made.overflow) == (cards.content(again.card), again.overflow)
    assert cards.size(made.card) <= cards.MAX_BYTES

    seen = "\n".join(shown(made.card))
    everything = cards.harmless(seen) + "\n" + made.overflow
    for text in map(cards.harmless, map(flat, [card.title, card.subtitle, *(item.label for item in card.inputs)])):
        assert text in everything or all(part in everything for part in text.rsplit(" · ", 1))
    for field in card.fields:
        label, value = flat(field.label), clean(field.value)
        words = f"{label}：{value}" if label and value else label or value
        assert cards.harmless(words) in everything
    for note in card.notes:
        assert cards.harmless(clean(note.text)) in everything
    assert cards.harmless(clean(card.hint)) in everything
    for choice in card.choices:
        first = {option.value: option.label for option in reversed(choice.options)}  # two of one value: one answer
        for label in first.values():
            assert cards.harmless(flat(label)) in everything
    for button in card.buttons:
        assert cards.harmless(flat(button.label)) in everything
    said = [line.strip() for line in made.overflow.split("\n")]
    on_card = {row_line(cells) for cells in row_cells(made.card)}
    for row in card.table.rows if card.table else ():
        assert row_line(row) in on_card or cards.harmless(row_line(row)) in said
    assert bool(made.overflow) == (ABOVE in seen) or ABOVE in card.title + card.hint


@settings(max_examples=60)
@given(odd_cards.cards())
def test_no_words_become_anything_but_words(card: Card) -> None:
    made = cards.render(card).card
    allowed = {"plain_text", "text_tag", "div", "column_set", "column", "table", "select_static", "input", "button"}
    assert {item["tag"] for item in objects(made) if "tag" in item} <= allowed | {"form"}
    for table in tagged(made, "table"):
        assert {column["data_type"] for column in table["columns"]} <= {"text", "options"}
    links = [item["default_url"] for item in objects(made) if "default_url" in item]
    assert set(links) <= {clean(card.link or "")}


@settings(max_examples=60)
@given(odd_cards.cards())
def test_what_a_tap_brings_back(card: Card) -> None:
    made = cards.render(card).card
    tokens = {button.token for button in card.buttons}
    for button in tagged(made, "button"):
        if button["behaviors"][0]["type"] == "open_url":
            continue
        value = button["behaviors"][0]["value"]
        assert value["token"] in tokens
        typed = {item["name"]: "写的" for item in tagged(made, "input")}
        given_values: list[Any] = [value, json.dumps(value), value["token"], None, {}]
        for given_value in given_values:
            action = {"tag": "button", "name": button["name"], "value": given_value, "form_value": typed}
            assert cards.tapped({"action": action}) == (value["token"], typed)
    for select in tagged(made, "select_static"):
        value = select["behaviors"][0]["value"]
        action = {
            "tag": "select_static",
            "value": value,
            "option": select["options"][0]["value"],
            "name": select["name"],
        }
        name = value["name"] or select["name"]
        assert cards.tapped({"action": action}) == (value["token"], {name: select["options"][0]["value"]})


def test_dates_and_lists_lose_their_wrapping() -> None:
    form = {
        "day": "2024-04-01 +0800",
        "moment": "2024-04-29 07:07 +0800",
        "time": "00:00 +0800",
        "many": ["a", "b"],
        "said": "2024-04-01 +0800 送",
        "yes": True,
        "odd": {"x": 1},
        "": "no name",
    }
    token, values = cards.tapped({"action": {"value": {"token": "t"}, "form_value": form}})
    assert token == "t"
    assert values == {
        "day": "2024-04-01",
        "moment": "2024-04-29 07:07",
        "time": "00:00",
        "many": "a,b",
        "said": "2024-04-01 +0800 送",
        "yes": "true",
    }


def test_fields_outside_a_form() -> None:
    value = {"token": "t", "name": "qty"}
    assert cards.tapped({"action": {"value": value, "input_value": "5"}}) == ("t", {"qty": "5"})
    assert cards.tapped({"action": {"value": value, "options": ["1", "2"]}}) == ("t", {"qty": "1,2"})
    assert cards.tapped({"action": {"value": {"token": "t"}, "name": "agree", "checked": False}}) == (
        "t",
        {"agree": "false"},
    )


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(exclude_categories=()), max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["action", "value", "token", "name", "form_value", "option", "options", "x", "input_value"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(JSON)
@example({"action": {"value": "[" * 100_000}})
@example({"action": {"value": {"token": ["t"]}, "name": "t0_"}})
@example({"action": {"value": {"token": "\ud800"}}})
def test_a_malformed_click_is_nobodys(event: Any) -> None:
    token, values = cards.tapped(event)
    assert isinstance(token, str)
    assert token or not values
    assert {type(word) for pair in values.items() for word in pair} <= {str}


def test_rows_that_do_not_fit_are_moved_and_the_card_says_so() -> None:
    rows = tuple((str(n), f"外六角螺栓 M8*{n} 镀锌", f"{n}盒", "12.5") for n in range(1, 501))
    made = cards.render(Card("销售订单 草稿3 · 待确认", table=Table(("行", "货品", "数量", "单价"), rows)))
    on_card = len(row_cells(made.card))
    assert on_card == 100
    assert made.overflow.split("\n")[:2] == ["销售订单 草稿3 · 待确认", "101 外六角螺栓 M8*101 镀锌 101盒 12.5"]
    assert len(made.overflow.split("\n")) == 401
    assert made.card["body"]["elements"][0]["text"]["content"] == "还有400行，明细另发一条"
    assert tagged(made.card, "table")[0]["page_size"] == 10


def test_the_locked_screen_tells_what_it_is_about() -> None:
    card = Card(
        "销售订单 XS-0012 · 待审核",
        Tone.WARN,
        fields=(Field("客户", "永固五金"), Field("合计", "1240.50元")),
        notes=(Note("要审批：超过1000元", Tone.WARN),),
    )
    made = cards.render(card, replaces=True).card
    assert made["config"]["summary"]["content"] == (
        "销售订单 XS-0012 · 待审核，客户 永固五金，合计 1240.50元，要审批：超过1000元"
    )
    assert made["header"]["template"] == "orange"
    assert [tag["text"]["content"] for tag in made["header"]["text_tag_list"]] == ["待审核", "替代前面那张"]
    assert made["header"]["title"]["content"] == "销售订单 XS-0012"


def test_inputs_and_buttons_are_one_form() -> None:
    card = Card(
        "x",
        inputs=(Input("reason", "驳回原因", "驳回时要写"), Input("reason", "再写一次")),
        buttons=(Button("同意", "a", Style.PRIMARY), Button("驳回", "b", Style.DANGER, "驳回 XS-0012？")),
    )
    made = cards.render(card).card
    (form,) = tagged(made, "form")
    assert form in made["body"]["elements"]
    assert [item["name"] for item in tagged(form, "input")] == ["reason", "reason__2"]
    agree, refuse = tagged(form, "button")
    assert (agree["type"], refuse["type"]) == ("primary_filled", "danger")
    assert {agree["form_action_type"], refuse["form_action_type"]} == {"submit"}
    assert refuse["confirm"]["text"]["content"] == "驳回 XS-0012？"
    assert agree["name"] == "t0_a"


@pytest.mark.parametrize("link", ["javascript:alert(1)", "https://a.example/\nx", "ftp://a", 'https://a"b'])
def test_only_web_addresses_become_a_link(link: str) -> None:
    made = cards.render(Card("x", link=link))
    assert tagged(made.card, "button") == []
    assert made.overflow
