"""老样子: a customer's last confirmed order again, shown as such, with what is different this time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from inventory_core import documents
from inventory_core.views import PriceSource
from tests.support.chat import Firm, fresh_firm, lines


@pytest.fixture
def shop() -> Iterator[Firm]:
    """东风机电 had bolts and nuts, then a draft that was never confirmed; 海棠门窗 had an order that was voided."""
    for firm in fresh_firm():
        firm.say("销售", "东风机电 M8*30外六角螺栓 5盒 单价45 六角螺母M8 3盒")
        firm.say("销售", "确认")
        firm.say("销售", "海棠门窗 生料带 5卷")
        firm.say("销售", "确认")
        firm.say("销售", "撤销 XS-0002")
        firm.later(minutes=30)
        firm.say("销售", "东风机电 生料带 9卷")
        firm.say("销售", "取消")
        firm.later(hours=1)
        yield firm


@pytest.mark.parametrize("said", ["东风 老样子", "东风机电，照上次再来一份", "东风跟上回一样", "给东风机电再来一份吧"])
def test_the_last_order_again(shop: Firm, said: str) -> None:
    outcome = shop.say("销售", said)
    assert outcome.kind == "drafted"
    assert lines(shop, outcome.note) == [("LS0830", 5), ("LM08", 3)]
    view = shop.document(outcome.note)
    assert view.number is None
    assert "照 XS-0001（11月24日）的内容，请核对" in [note.text for note in shop.card("销售").card.notes]


def test_prices_are_those_of_a_new_order(shop: Firm) -> None:
    fresh = shop.say("销售", "东风机电 M8*30外六角螺栓 5盒 六角螺母M8 3盒")
    again = shop.say("销售", "东风 老样子")
    priced = [[(line.price, line.price_source) for line in shop.document(one.note).lines] for one in (fresh, again)]
    assert priced[0] == priced[1]
    assert all(source is not PriceSource.SAID for _, source in priced[1])


def test_it_is_confirmed_like_any_other(shop: Firm) -> None:
    shop.say("销售", "东风 老样子")
    assert shop.say("销售", "确认").kind == "confirmed"
    again = shop.say("销售", "东风 老样子，明天送")
    assert "照 XS-0003" in " ".join(note.text for note in shop.card("销售").card.notes)
    assert shop.document(again.note).delivery_date is not None


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("东风 照上次再来一份，螺母多10盒", [("LS0830", 5), ("LM08", 13)]),
        ("东风老样子，螺母不要", [("LS0830", 5)]),
        ("东风 老样子，第1行改成8盒", [("LS0830", 8), ("LM08", 3)]),
        ("东风 老样子，另外生料带 5卷", [("LS0830", 5), ("LM08", 3), ("SLD", 5)]),
    ],
)
def test_what_is_different_this_time(shop: Firm, said: str, wanted: list[tuple[str, int]]) -> None:
    drafted = shop.say("销售", said)
    assert lines(shop, drafted.note) == wanted


def test_without_a_customer_it_asks_and_the_answer_fills_the_draft(shop: Firm) -> None:
    drafted = shop.say("销售", "老样子")
    assert "这是哪家客户的" in " ".join(note.text for note in shop.card("销售").card.notes)
    shop.say("销售", "东风机电")
    assert lines(shop, drafted.note) == [("LS0830", 5), ("LM08", 3)]
    assert "照 XS-0001" in " ".join(note.text for note in shop.card("销售").card.notes)


def test_a_customer_without_a_standing_order_is_told_so(shop: Firm) -> None:
    assert shop.say("销售", "海棠 老样子").kind == "asked"
    assert "还没有确认过的单" in shop.texts("销售")[-1]
    drafted = shop.say("销售", "老样子")
    shop.say("销售", "大成装饰")
    assert lines(shop, drafted.note) == []
    assert "没有“上次”可照" in " ".join(note.text for note in shop.card("销售").card.notes)


def test_changes_without_a_customer_are_asked_for_again(shop: Firm) -> None:
    assert shop.say("销售", "照上次再来一份，螺母多10盒").kind == "asked"
    assert "照哪家的上次" in shop.texts("销售")[-1]


def test_a_quoted_order_again(shop: Firm) -> None:
    shop.say("销售", "XS-0001")
    drafted = shop.say("销售", "再来一份", quote=shop.card("销售").ref)
    assert lines(shop, drafted.note) == [("LS0830", 5), ("LM08", 3)]


def test_a_question_for_the_old_price_is_no_order(shop: Firm) -> None:
    assert shop.say("销售", "东风 M8*30外六角螺栓 老价格多少").kind == "answered"
    with pytest.raises(Exception, match="草稿4"):
        shop.document("草稿4")


def test_rows_left_as_they_are_are_no_new_order(shop: Firm) -> None:
    shop.say("销售", "东风机电 生料带 9卷")
    shop.say("销售", "第1行改成8卷，其他照旧")
    assert lines(shop, "草稿4") == [("SLD", 8)]


@pytest.mark.parametrize(
    "said",
    [
        "东风和大成老样子",
        "东风老样子，大成平垫片6盒",
        "东风老样子\n大成 平垫片 6盒",
        "大成装饰 平垫片 6盒，东风机电照上次",
        "东风、大成都照上次来一份",
    ],
)
def test_of_several_customers_none_is_taken_for_another(shop: Firm, said: str) -> None:
    assert shop.say("销售", said).kind == "asked"
    assert "请分开发" in shop.texts("销售")[-1]
    assert documents.open_drafts(shop.session, shop.person("销售").id) == []


def test_two_orders_at_last_times_price_are_two_orders(shop: Firm) -> None:
    assert shop.say("销售", "东风 M8*30螺栓 5盒 按上次价\n大成 平垫片 6盒").kind == "drafted"
    parties = [
        view.partner.name for view in documents.open_drafts(shop.session, shop.person("销售").id) if view.partner
    ]
    assert sorted(parties) == ["东风机电", "大成装饰"]
