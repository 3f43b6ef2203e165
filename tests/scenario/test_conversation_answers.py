"""The card asks, and a word or a tap answers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from handlers.turn import Attachment
from tests.support.chat import Firm, fresh_firm, labels


@pytest.fixture
def shop() -> Iterator[Firm]:
    yield from fresh_firm()


def test_the_size_alone_settles_the_line(shop: Firm) -> None:
    shop.say("销售", "东风机电 螺栓 5盒")
    assert "确认" not in labels(shop.card("销售").card)
    shop.say("销售", "M10*30")
    line = shop.document("草稿1").lines[0]
    assert line.product is not None
    assert line.product.sku == "LS1030"
    assert line.qty == 5
    assert "确认" in labels(shop.card("销售").card)


def test_picking_from_the_list_settles_the_line(shop: Firm) -> None:
    shop.say("销售", "东风机电 螺栓 5盒")
    assert shop.choose("销售", "M8*40").toast == "选好了：外六角螺栓 M8*40"
    assert "确认" in labels(shop.card("销售").card)


def test_an_option_can_be_named_by_its_number(shop: Firm) -> None:
    shop.say("销售", "东风机电 螺栓 5盒")
    first = labels(shop.card("销售").card)[0]
    assert shop.say("销售", "1").kind == "answered"
    line = shop.document("草稿1").lines[0]
    assert line.product is not None
    assert line.product.spec == first


def test_the_customer_s_name_is_enough(shop: Firm) -> None:
    shop.say("销售", "生料带 5卷")
    assert shop.say("销售", "东风").kind == "answered"
    view = shop.document("草稿1")
    assert view.partner is not None
    assert view.partner.name == "东风机电"


def test_a_walk_in_needs_no_name(shop: Firm) -> None:
    shop.say("销售", "生料带 5卷")
    shop.press("销售", "散客")
    assert shop.say("销售", "确认").kind == "confirmed"


def test_a_quantity_answers_how_many(shop: Firm) -> None:
    shop.say("销售", "东风机电 生料带 七八卷")
    shop.say("销售", "8卷")
    assert shop.document("草稿1").lines[0].qty == 8
    assert "确认" in labels(shop.card("销售").card)


def test_a_new_customer_in_one_line(shop: Firm) -> None:
    shop.say("销售", "生料带 5卷")
    assert shop.say("销售", "新建客户 城东五金 13800000000").kind == "created"
    view = shop.document("草稿1")
    assert view.partner is not None
    assert (view.partner.name, view.partner.phone) == ("城东五金", "13800000000")


def test_a_new_product_in_one_line_is_the_buyer_s_to_make(shop: Firm) -> None:
    assert shop.say("销售", "新建商品 膨胀螺丝 M6*60 个 1").kind == "refused"
    assert shop.say("采购", "新建商品 膨胀螺丝 M6*60 个 1").kind == "created"
    assert shop.say("销售", "东风机电 膨胀螺丝 M6*60 5个").kind == "drafted"


def test_confirming_what_is_still_open_shows_what_is_missing(shop: Firm) -> None:
    shop.say("销售", "东风机电 螺栓 5盒")
    assert shop.say("销售", "确认").kind == "asked"
    assert labels(shop.card("销售").card) == ["M8*30", "M8*40", "M10*30", "改", "取消"]


def test_a_picture_is_kept_and_said_so(shop: Firm) -> None:
    picture = Attachment("单.jpg", "picture", "0" * 64, 10)
    assert shop.say("销售", "", kind="picture", files=(picture,)).kind == "kept"
    assert "图片收到了" in shop.texts("销售")[-1]


@pytest.mark.parametrize("talk", ["老板好", "发票什么时候开", "在不在", "等我问问", "明天几点送", "谢谢师傅"])
def test_talk_is_no_customers_name(shop: Firm, talk: str) -> None:
    shop.say("销售", "M8*40外六角螺栓 3盒")
    shop.later(minutes=5)
    shop.say("销售", talk)
    assert shop.document("草稿1").partner_said == ""


@pytest.mark.parametrize("name", ["红星五金", "好又多超市", "老王", "客户是新华建材店"])
def test_a_name_is_taken_as_one(shop: Firm, name: str) -> None:
    shop.say("销售", "M8*40外六角螺栓 3盒")
    shop.later(minutes=5)
    shop.say("销售", name)
    assert shop.document("草稿1").partner_said == name.removeprefix("客户是")
