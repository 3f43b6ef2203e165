"""Goods leave and arrive."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from handlers import jobs
from tests.support.chat import Firm, fresh_firm, labels


@pytest.fixture
def shop() -> Iterator[Firm]:
    yield from fresh_firm()


@pytest.fixture
def ordered(shop: Firm) -> Firm:
    shop.say("销售", "东风机电 M8*30外六角螺栓 10盒 生料带 5卷")
    shop.press("销售", "确认")
    return shop


def test_the_keeper_ships_by_number(ordered: Firm) -> None:
    assert ordered.say("仓管", "发货 XS-0001").kind == "shipped"
    assert ordered.card("仓管").card.title == "送货单 SH-0001 · 已出库"


def test_the_keeper_ships_the_only_order_without_a_number(ordered: Firm) -> None:
    assert ordered.say("仓管", "发货").kind == "shipped"


def test_a_part_is_shipped_and_the_rest_stays(ordered: Firm) -> None:
    assert ordered.say("仓管", "发货 XS-0001 第1行 4盒").kind == "shipped"
    lines = ordered.document("XS-0001").lines
    assert [line.shipped for line in lines] == [400, 0]
    assert "还有" in ordered.texts("销售")[-1]
    assert ordered.say("仓管", "发货 XS-0001").kind == "shipped"
    assert ordered.document("XS-0001").state.value == "posted"


def test_a_salesperson_ships_nothing(ordered: Firm) -> None:
    assert ordered.say("销售", "发货 XS-0001").kind == "refused"
    assert ordered.document("XS-0001").state.value == "approved"


def test_a_shipment_is_printed_and_pasted(ordered: Firm) -> None:
    ordered.press("仓管", "发货")
    ordered.press("仓管", "打印")
    assert ordered.files("仓管")[-1]["name"] == "送货单SH-0001.pdf"
    ordered.press("仓管", "给客户的文字")
    assert ordered.texts("仓管")[-1].startswith("【启明五金】送货单 SH-0001")


def test_goods_arrive_by_sentence(shop: Firm) -> None:
    assert shop.say("采购", "永固到货 M8*30外六角螺栓 20盒 单价12").kind == "drafted"
    assert shop.card("采购").card.title.startswith("入库单 草稿1")
    assert shop.press("采购", "确认").toast == "已确认：RK-0001"
    assert shop.available("LS0830") == 7000


def test_a_salesperson_receives_nothing(shop: Firm) -> None:
    assert shop.say("销售", "永固到货 M8*30外六角螺栓 20盒 单价12").kind == "refused"


def test_what_was_paid_never_reaches_a_keeper_or_a_group(shop: Firm) -> None:
    shop.say("仓管", "永固到货 M8*30外六角螺栓 20盒 单价12.34")
    assert "12.34" not in shop.card("仓管").body
    shop.later(minutes=10)
    shop.say("采购", "永固到货 M8*30外六角螺栓 20盒 单价12.34", chat="group:all")
    assert all("12.34" not in one.body for one in shop.sent)
    shop.later(minutes=10)
    shop.say("采购", "永固到货 M8*30外六角螺栓 20盒 单价12.34")
    assert "12.34" in shop.card("采购").body
    shop.press("采购", "确认")
    shop.say("仓管", "RK-0001")
    assert "12.34" not in shop.card("仓管").body
    shop.press("仓管", "打印")
    assert shop.files("仓管")[-1]["prices"] is False


def test_stock_at_its_minimum_is_told_to_the_buyer_once(shop: Firm) -> None:
    shop.say("销售", "东风机电 M8*30外六角螺栓 46盒")
    shop.press("销售", "确认")
    shop.press("仓管", "发货")
    assert [text for text in shop.texts("采购") if "M8*30 可用400个" in text]
    count = len(shop.texts("采购"))
    assert jobs.low_stock(shop.session, shop.now) == 0
    shop.say("采购", "永固到货 M8*30外六角螺栓 20盒 单价12")
    shop.press("采购", "确认")
    shop.later(minutes=10)
    jobs.low_stock(shop.session, shop.now)
    shop.say("销售", "东风机电 M8*30外六角螺栓 20盒")
    shop.press("销售", "确认")
    shop.press("仓管", "发货")
    assert len(shop.texts("采购")) == count + 1


def test_drafts_expire_by_day_and_come_back_by_one_tap(shop: Firm) -> None:
    shop.say("销售", "东风机电 生料带 5卷")
    shop.later(hours=24)
    assert jobs.expire_drafts(shop.session, shop.now.replace(hour=14)) == 0  # 22:00 in Shanghai
    assert jobs.expire_drafts(shop.session, shop.now) == 1
    shop.deliver()
    assert labels(shop.card("销售").card) == ["重新打开"]
    shop.press("销售", "重新打开")
    assert shop.say("销售", "确认").kind == "confirmed"


def test_several_expired_drafts_are_told_in_one_line(shop: Firm) -> None:
    shop.say("销售", "东风机电 生料带 5卷")
    shop.say("销售", "海棠门窗 生料带 6卷")
    shop.later(hours=25)
    assert jobs.expire_drafts(shop.session, shop.now) == 2
    shop.deliver()
    assert len([text for text in shop.texts("销售") if "放了一天没确认" in text]) == 1
    assert shop.say("销售", "继续 草稿1").kind == "reopened"


def test_goods_that_arrive_are_told_to_whoever_owes_them(shop: Firm) -> None:
    shop.say("销售", "海棠门窗 M8*30外六角螺栓 500盒")
    shop.press("销售", "欠货")
    order = shop.document("XS-0001")
    held = order.lines[0].reserved
    shop.later(minutes=30)
    shop.say("采购", "永固到货 M8*30外六角螺栓 20盒 单价12")
    shop.press("采购", "确认")
    told = [text for text in shop.texts("销售") if "欠的货可以补" in text]
    assert len(told) == 1
    assert "XS-0001" in told[0]
    assert "现有20盒可发" in told[0]
    assert shop.document("XS-0001").lines[0].reserved == held
