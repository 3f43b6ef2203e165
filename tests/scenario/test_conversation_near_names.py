"""A customer or supplier is called by a name nobody registered, or nearly by one that is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from inventory_core import partners
from tests.support.chat import START, Firm, fresh_firm, labels


@pytest.fixture
def shop() -> Iterator[Firm]:
    for firm in fresh_firm():
        partners.add_partner(firm.session, name="瑞针器械厂", kind="supplier", now=START, aliases=("瑞针",))
        yield firm


def notes(shop: Firm, who: str) -> list[str]:
    card = shop.card(who).card
    return [note.text for note in card.notes] + [choice.label for choice in card.choices]


def party(shop: Firm, who: str) -> str:
    return shop.card(who).card.fields[0].value


# ---------------------------------------------------------------- nobody is called so


@pytest.mark.parametrize(
    "text",
    [
        "恒达报价 外六角螺栓M8*30 40一盒",
        "恒达今天报价：外六角螺栓M8*30 40一盒",
        "向恒达采购 外六角螺栓M8*30 20盒 40一盒",
        "恒达到货 外六角螺栓M8*30 20盒 单价40",
    ],
)
def test_an_unknown_supplier_keeps_the_name_that_was_said(shop: Firm, text: str) -> None:
    shop.say("采购", text)
    assert party(shop, "采购") == "“恒达”？"
    assert "没有叫「恒达」的供应商，换个叫法或新建供应商" in notes(shop, "采购")
    assert "新建供应商" in labels(shop.card("采购").card)


@pytest.mark.parametrize(
    "text",
    [
        "大发要外六角螺栓M8*30 5盒",
        "给大发送外六角螺栓M8*30 5盒",
        "大发：\n外六角螺栓M8*30 5盒",
        "大发那边要外六角螺栓M8*30 5盒",
    ],
)
def test_an_unknown_customer_too(shop: Firm, text: str) -> None:
    shop.say("销售", text)
    assert party(shop, "销售") == "“大发”？"
    assert "新建客户" in labels(shop.card("销售").card)


@pytest.mark.parametrize(
    "text",
    ["要外六角螺栓M8*30 5盒", "明天要外六角螺栓M8*30 5盒", "螺栓要M8*30外六角的 5盒", "客户要外六角螺栓M8*30 5盒",
     "还要外六角螺栓M8*30 5盒", "我这边要外六角螺栓M8*30 5盒"],
)  # fmt: skip
def test_what_is_no_name_is_none(shop: Firm, text: str) -> None:
    shop.say("销售", text)
    assert party(shop, "销售") == "还没定"


def test_another_customer_never_joins_the_order_being_written(shop: Firm) -> None:
    shop.say("销售", "东风机电 外六角螺栓M8*30 5盒")
    assert shop.say("销售", "大发要外六角螺栓M8*40 3盒").kind == "asked"
    assert len(shop.document("草稿1").lines) == 1
    shop.press("销售", "另开一张")
    assert shop.document("草稿2").partner_said == "大发"
    assert len(shop.document("草稿1").lines) == 1


# ---------------------------------------------------------------- somebody is called nearly so


def test_a_name_that_begins_like_a_known_one_is_offered(shop: Firm) -> None:
    shop.say("采购", "永固五金报价 外六角螺栓M8*30 40一盒")
    assert "没有叫「永固五金」的供应商，是下面这家吗？不是就新建供应商" in notes(shop, "采购")
    shop.choose("采购", "永固紧固件")
    assert party(shop, "采购") == "永固紧固件"
    assert labels(shop.card("采购").card)[0] == "确认"


@pytest.mark.parametrize("answer", ["是的", "永固紧固件", "永固", "对"])
def test_it_can_be_answered_in_words(shop: Firm, answer: str) -> None:
    shop.say("采购", "永固五金报价 外六角螺栓M8*30 40一盒")
    shop.say("采购", answer)
    assert party(shop, "采购") == "永固紧固件"


def test_a_name_that_sounds_like_a_known_one_is_offered(shop: Firm) -> None:
    shop.say("采购", "瑞真到货 外六角螺栓M8*30 20盒 单价40")
    assert party(shop, "采购") == "“瑞真”？"
    shop.choose("采购", "瑞针器械厂")
    assert party(shop, "采购") == "瑞针器械厂"


def test_it_may_be_a_new_one_all_the_same(shop: Firm) -> None:
    shop.say("采购", "永固五金报价 外六角螺栓M8*30 40一盒")
    shop.press("采购", "新建供应商", values={"name": "永固五金", "phone": "", "address": ""})
    assert party(shop, "采购") == "永固五金"


def test_another_name_is_looked_up_anew(shop: Firm) -> None:
    shop.say("采购", "永固五金报价 外六角螺栓M8*30 40一盒")
    shop.say("采购", "供应商是白云")
    assert "没有叫「白云」的供应商，换个叫法或新建供应商" in notes(shop, "采购")
    assert not shop.card("采购").card.choices
