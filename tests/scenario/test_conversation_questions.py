"""A draft asks one question at a time, after what the goods differ in, and an answer fills the same draft."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest

from inventory_core import products
from notifications.card import Card
from tests.support.chat import Firm, fresh_firm, labels


@pytest.fixture
def shop() -> Iterator[Firm]:
    for firm in fresh_firm():
        for name, sizes in (("内六角螺栓", ("M6*20", "M6*30")), ("法兰螺母", ("M6", "M8"))):
            for size in sizes:
                for made in ("镀锌", "不锈钢304"):
                    products.add_product(
                        firm.session, name=name, spec=f"{size} {made}", base_unit="个", default_unit="盒",
                        conversions={"盒": (100, 1)}, list_price=Decimal("0.3"), now=firm.now,
                    )  # fmt: skip
        yield firm


def told(card: Card) -> list[str]:
    return [note.text for note in card.notes]


def goods(shop: Firm) -> list[str]:
    return [line.product.label if line.product else "?" for line in shop.document("草稿1").lines]


def test_the_attribute_that_differs_is_asked_for_with_buttons(shop: Firm) -> None:
    shop.say("销售", "东风 内六角M6*30 20盒")
    card = shop.card("销售").card
    assert labels(card)[:2] == ["镀锌", "不锈钢304"]
    assert told(card) == ["“内六角M6*30”要镀锌还是不锈钢304？"]
    shop.press("销售", "不锈钢304")
    assert goods(shop) == ["内六角螺栓 M6*30 不锈钢304"]
    assert shop.document("草稿1").lines[0].qty == 20


@pytest.mark.parametrize("said", ["不锈钢", "不锈钢的", "304的", "第2个", "2", "要不锈钢的吧"])
def test_the_answer_can_be_typed(shop: Firm, said: str) -> None:
    shop.say("销售", "东风 内六角M6*30 20盒")
    shop.later(minutes=5)
    assert shop.say("销售", said).kind == "answered"
    assert goods(shop) == ["内六角螺栓 M6*30 不锈钢304"]


def test_several_attributes_are_asked_one_after_the_other(shop: Firm) -> None:
    shop.say("销售", "东风 内六角螺栓 20盒")
    first = labels(shop.card("销售").card)[:2]
    assert first in (["镀锌", "不锈钢304"], ["M6*20", "M6*30"])
    shop.press("销售", first[1])
    card = shop.card("销售").card
    assert "还有1处要定" in card.title
    assert labels(card)[:2] == (["M6*20", "M6*30"] if first[0] == "镀锌" else ["镀锌", "不锈钢304"])
    shop.press("销售", labels(card)[1])
    assert goods(shop) == ["内六角螺栓 M6*30 不锈钢304"]


def test_one_answer_settles_every_line_that_asks_the_same(shop: Firm) -> None:
    shop.say("销售", "东风 内六角M6*30 20盒 法兰螺母M6 5盒")
    card = shop.card("销售").card
    assert labels(card)[:4] == ["镀锌", "不锈钢304", "都是镀锌", "都是不锈钢304"]
    assert "答完这个，还有1处要问" in told(card)
    shop.press("销售", "都是不锈钢304")
    assert goods(shop) == ["内六角螺栓 M6*30 不锈钢304", "法兰螺母 M6 不锈钢304"]


def test_one_typed_answer_for_all_of_them(shop: Firm) -> None:
    shop.say("销售", "东风 内六角M6*30 20盒 法兰螺母M6 5盒")
    assert shop.say("销售", "都要镀锌的").kind == "answered"
    assert goods(shop) == ["内六角螺栓 M6*30 镀锌", "法兰螺母 M6 镀锌"]


def test_one_question_stands_on_the_card_at_a_time(shop: Firm) -> None:
    shop.say("销售", "内六角M6*30 法兰螺母M6 5盒")
    card = shop.card("销售").card
    assert [note for note in told(card) if "要问" not in note] == ["这是哪家客户的？回复客户名称就行"]
    assert "还有3处要问" in " ".join(told(card))
    shop.say("销售", "东风机电")
    assert "第1行“内六角M6*30”要镀锌还是不锈钢304？" in told(shop.card("销售").card)
    shop.say("销售", "镀锌")
    assert "第2行“法兰螺母M6”要镀锌还是不锈钢304？" in told(shop.card("销售").card)
    shop.say("销售", "镀锌")
    assert "第1行 内六角螺栓 M6*30 镀锌要多少？" in told(shop.card("销售").card)
    shop.say("销售", "3盒")
    assert labels(shop.card("销售").card)[:2] == ["只发现有", "欠货"]


def test_an_old_answer_button_is_stale(shop: Firm) -> None:
    shop.say("销售", "东风 内六角M6*30 20盒")
    old = shop.card("销售")
    shop.say("销售", "镀锌")
    assert shop.press("销售", "不锈钢304", card=old).tone == "warn"
    assert goods(shop) == ["内六角螺栓 M6*30 镀锌"]


def test_more_kinds_than_a_card_can_show_are_asked_for_in_words(shop: Firm) -> None:
    for number in range(1, 15):
        products.add_product(shop.session, name="水砂纸", spec=f"{number}00目", base_unit="张", now=shop.now)
    shop.say("销售", "东风 水砂纸 20张")
    card = shop.card("销售").card
    assert "有14种，说一下规格就行" in told(card)[0]
    assert shop.say("销售", "1200目").kind in ("answered", "corrected", "extended")
    assert goods(shop) == ["水砂纸 1200目"]
