"""A salesperson writes orders the way salespeople do."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.chat import Firm, fresh_firm, labels


@pytest.fixture
def shop() -> Iterator[Firm]:
    yield from fresh_firm()


def test_an_order_becomes_a_card_a_number_and_a_delivery(shop: Firm) -> None:
    outcome = shop.say("销售", "东风机电 M8*30外六角螺栓 10盒 生料带 5卷 明天送")
    assert outcome.kind == "drafted"
    card = shop.card("销售").card
    assert card.title == "销售单 草稿1 · 待确认"
    assert [(one.label, one.value) for one in card.fields] == [
        ("客户", "东风机电"),
        ("送货", "11月25日(周三)"),
        ("合计", "510.00元"),
    ]
    assert shop.press("销售", "确认").toast == "已确认：XS-0001"
    assert shop.card("销售").card.title == "销售单 XS-0001 · 已审核"
    assert shop.available("LS0830") == 4000  # reserved
    assert shop.press("仓管", "发货").toast == "XS-0001 已发货，送货单 SH-0001"
    assert shop.card("销售").card.title == "销售单 XS-0001 · 已出库"
    assert shop.texts("销售") == ["东风机电的 XS-0001 已由老郑发货（SH-0001）：外六角螺栓 M8*30 10盒、生料带 5卷"]
    assert shop.document("SH-0001").source_number == "XS-0001"


def test_an_order_in_three_messages_is_one_draft_and_one_card(shop: Firm) -> None:
    shop.say("销售", "海棠门窗 M8*40外六角螺栓 3盒")
    shop.later(seconds=40)
    assert shop.say("销售", "六角螺母M8 2盒").kind == "extended"
    shop.later(seconds=40)
    assert shop.say("销售", "生料带 5卷").kind == "extended"
    assert [one.kind for one in shop.said_to("销售")] == ["card", "card_update", "card_update"]
    view = shop.document("草稿1")
    assert [line.product.sku for line in view.lines if line.product] == ["LS0840", "LM08", "SLD"]


def test_messages_sent_before_the_card_went_out_still_give_one_card(shop: Firm) -> None:
    deliver, shop.deliver = shop.deliver, lambda: None  # type: ignore[method-assign]
    shop.say("销售", "海棠门窗 M8*40外六角螺栓 3盒")
    shop.say("销售", "六角螺母M8 2盒")
    deliver()
    assert [one.kind for one in shop.said_to("销售")] == ["card"]
    assert "六角螺母" in shop.said_to("销售")[0].body


def test_two_customers_never_mix(shop: Firm) -> None:
    shop.say("销售", "海棠门窗 M8*40外六角螺栓 3盒")
    shop.later(seconds=20)
    assert shop.say("销售", "东风机电 六角螺母M8 2盒").kind == "drafted"
    shop.later(seconds=20)
    assert shop.say("销售", "生料带 5卷").kind == "extended"
    assert len(shop.document("草稿1").lines) == 1
    second = shop.document("草稿2")
    assert second.partner is not None
    assert second.partner.name == "东风机电"
    assert len(second.lines) == 2


def test_one_message_for_two_customers_makes_two_drafts(shop: Firm) -> None:
    shop.say("销售", "东风机电：M8*30外六角螺栓 10盒\n海棠门窗：六角螺母M8 5盒")
    names = [view.partner.name for view in map(shop.document, ("草稿1", "草稿2")) if view.partner]
    assert names == ["东风机电", "海棠门窗"]
    assert len(shop.said_to("销售")) == 2


def test_goods_without_a_customer_long_after_are_asked_about(shop: Firm) -> None:
    shop.say("销售", "海棠门窗 M8*40外六角螺栓 3盒")
    shop.later(minutes=20)
    assert shop.say("销售", "生料带 5卷").kind == "asked"
    assert labels(shop.card("销售").card) == ["草稿1", "另开一张"]
    shop.press("销售", "另开一张")
    assert len(shop.document("草稿1").lines) == 1
    assert [one.code for one in shop.document("草稿2").problems] == ["party_missing"]


def test_too_little_stock_is_cut_to_what_there_is(shop: Firm) -> None:
    shop.say("销售", "大成装饰 M8*30外六角螺栓 60盒")
    assert labels(shop.card("销售").card)[:2] == ["只发现有", "欠货"]
    shop.press("销售", "只发现有")
    assert shop.document("XS-0001").lines[0].qty == 50
    assert shop.available("LS0830") == 0


def test_too_little_stock_may_be_owed_in_words(shop: Firm) -> None:
    shop.say("销售", "大成装饰 M8*30外六角螺栓 60盒")
    assert shop.say("销售", "欠货").kind == "confirmed"
    line = shop.document("XS-0001").lines[0]
    assert line.qty == 60
    assert line.reserved == 5000
    assert shop.available("LS0830") == 0


def test_thanks_need_no_answer_and_riddles_get_an_honest_one(shop: Firm) -> None:
    assert shop.say("销售", "好的，谢谢").kind in ("ignored", "kept")
    before = shop.count()
    assert shop.say("销售", "谢谢").kind == "ignored"
    assert shop.count() == before
    assert shop.say("销售", "今天天气怎么样呀朋友们").kind == "kept"
    assert "没看懂" in shop.texts("销售")[-1]


def test_help_gives_examples_that_work(shop: Firm) -> None:
    shop.say("销售", "帮助")
    examples = [row[2:] for row in shop.texts("销售")[0].splitlines() if row.startswith("· ")]
    assert len(examples) == 3
    kinds = [shop.say("销售", example).kind for example in examples]
    assert kinds == ["drafted", "answered", "answered"]
    assert shop.say("销售", "确认").kind == "confirmed"
