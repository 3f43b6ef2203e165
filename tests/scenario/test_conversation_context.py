"""Bursts, quoted messages and several open drafts are read with what stands around them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from handlers.prepare import words
from nlp.intents import sayings
from tests.support.chat import Firm, fresh_firm, labels, lines


@pytest.fixture
def shop() -> Iterator[Firm]:
    yield from fresh_firm()


@pytest.fixture
def two(shop: Firm) -> Firm:
    """Two open drafts."""
    shop.say("销售", "东风机电 M8*30外六角螺栓 5盒")
    shop.later(minutes=10)
    shop.say("销售", "海棠门窗 生料带 6卷")
    shop.later(minutes=10)
    return shop


@pytest.mark.parametrize("head", ["东风机电", "东风机电下单：", "东风要货"])
def test_the_customer_first_and_then_the_goods(shop: Firm, head: str) -> None:
    assert shop.say("销售", head).kind == "drafted"
    assert "还没有商品，请写上商品和数量" in [note.text for note in shop.card("销售").card.notes]
    shop.later(seconds=20)
    shop.say("销售", "M8*30外六角螺栓 5盒")
    shop.later(seconds=20)
    shop.say("销售", "生料带10卷")
    shop.later(seconds=20)
    shop.say("销售", "明天送到")
    view = shop.document("草稿1")
    assert view.partner is not None
    assert view.partner.name == "东风机电"
    assert lines(shop, "草稿1") == [("LS0830", 5), ("SLD", 10)]
    assert view.delivery_date is not None


def test_the_customer_last(shop: Firm) -> None:
    for said in ("M8*30外六角螺栓 5盒", "生料带 10卷", "东风机电的，明天送"):
        shop.say("销售", said)
        shop.later(seconds=30)
    view = shop.document("草稿1")
    assert view.partner is not None
    assert (lines(shop, "草稿1"), view.partner.name) == ([("LS0830", 5), ("SLD", 10)], "东风机电")


def test_who_has_said_all_sees_the_card_to_confirm(shop: Firm) -> None:
    shop.say("销售", "东风机电 生料带 5卷")
    shop.say("销售", "就这些")
    assert labels(shop.card("销售").card)[0] == "确认"


def test_a_keeper_s_word_for_a_customer_begins_nothing(shop: Firm) -> None:
    assert shop.say("仓管", "东风机电").kind == "kept"


@pytest.mark.parametrize("answer", ["东风", "东风的", "东风机电那张"])
def test_which_draft_is_answered_with_the_customer(two: Firm, answer: str) -> None:
    assert two.say("销售", "第1行改成8盒").kind == "asked"
    assert two.say("销售", answer).kind == "corrected"
    assert lines(two, "草稿1") == [("LS0830", 8)]


@pytest.mark.parametrize("said", ["确认东风的", "确认东风机电", "东风的确认", "东风那单确认"])
def test_one_of_several_drafts_is_confirmed_by_its_customer(two: Firm, said: str) -> None:
    assert two.say("销售", said).kind == "confirmed"
    assert two.document("XS-0001").partner_said == "东风机电"
    assert two.document("草稿2").number is None


def test_a_confirmation_for_somebody_without_a_draft_confirms_nothing(two: Firm) -> None:
    two.say("销售", "确认大成的")
    two.say("销售", "确认大成装饰")
    assert [two.document(name).number for name in ("草稿1", "草稿2")] == [None, None]


def test_a_quoted_message_means_the_lines_it_brought(shop: Firm) -> None:
    shop.say("销售", "东风机电 M8*30外六角螺栓 5盒", ref="first")
    shop.later(minutes=1)
    shop.say("销售", "生料带 6卷", ref="second")
    shop.later(minutes=5)
    shop.say("销售", "这个改成9卷", quote="second")
    assert lines(shop, "草稿1") == [("LS0830", 5), ("SLD", 9)]
    shop.say("销售", "这个不要了", quote="first")
    assert lines(shop, "草稿1") == [("SLD", 9)]
    assert shop.document("草稿1").state.value == "draft"


def test_a_quoted_message_that_is_the_whole_order_is_cancelled_as_such(shop: Firm) -> None:
    shop.say("销售", "东风机电 生料带 6卷", ref="only")
    assert shop.say("销售", "这个不要了", quote="only").kind == "cancelled"


def test_a_row_named_beside_a_quote_counts(shop: Firm) -> None:
    shop.say("销售", "东风机电 M8*30外六角螺栓 5盒", ref="first")
    shop.say("销售", "生料带 6卷", ref="second")
    shop.say("销售", "第1行改成8盒", quote="second")
    assert lines(shop, "草稿1") == [("LS0830", 8), ("SLD", 6)]


@pytest.mark.parametrize("said", ["开单", "麻烦录一下这个", "帮我下单吧，谢谢"])
def test_an_order_is_made_of_what_is_quoted(shop: Firm, said: str) -> None:
    shop.say("销售", said, quoted_text="东风机电 生料带 5卷", chat="group:all", to_bot=True)
    assert lines(shop, "草稿1") == [("SLD", 5)]


def test_an_order_of_quoted_goods_for_a_named_customer(shop: Firm) -> None:
    shop.say("销售", "东风机电 开单", quoted_text="生料带 5卷，M8六角螺母 3盒")
    view = shop.document("草稿1")
    assert view.partner is not None
    assert (view.partner.name, lines(shop, "草稿1")) == ("东风机电", [("SLD", 5), ("LM08", 3)])


def test_a_quoted_document_is_no_order_to_be_taken_down() -> None:
    assert words("开单", "销售单 草稿3 · 待确认") == "开单"
    assert words("改成5盒", "东风机电 生料带 5卷") == "改成5盒"
    assert sayings.takes_down("生料带5卷 开单") is None


def test_a_record_of_several_people_is_one_order_for_one_customer(shop: Firm) -> None:
    shop.say("销售", "张伟 10:01\n东风机电要 M8*30外六角螺栓 5盒\n李娜 10:02\n再加生料带 10卷\n张伟 10:03\n明天送")
    assert lines(shop, "草稿1") == [("LS0830", 5), ("SLD", 10)]


def test_a_record_of_two_customers_is_two_orders(shop: Firm) -> None:
    shop.say("销售", "[聊天记录]\n东风机电 10:01\nM8*30外六角螺栓 5盒\n海棠门窗 10:02\n生料带 10卷")
    assert (lines(shop, "草稿1"), lines(shop, "草稿2")) == ([("LS0830", 5)], [("SLD", 10)])
