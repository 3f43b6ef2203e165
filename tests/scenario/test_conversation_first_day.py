"""What people met on their first day with it: answers that said nothing, and steps that led nowhere."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from tests.support.chat import Firm, fresh_firm, labels


@pytest.fixture
def shop() -> Iterator[Firm]:
    yield from fresh_firm()


def order(shop: Firm, words: str = "海棠门窗 M8*40外六角螺栓 3盒 六角螺母M8 2盒") -> None:
    shop.say("销售", words)
    shop.later(minutes=5)


# ---------------------------------------------------------------- a sentence that was not understood


def test_a_correction_of_which_nothing_was_understood_leaves_the_draft_alone(shop: Firm) -> None:
    order(shop)
    before = shop.document("草稿1")
    assert shop.say("销售", "便宜5分钱那样").kind in ("asked", "kept")
    after = shop.document("草稿1")
    assert (after.version, after.unused, after.blocking) == (before.version, (), ())


def test_goods_of_nobody_knows_where_ask_with_the_draft_named(shop: Firm) -> None:
    order(shop)
    shop.say("销售", "天气真好")
    assert "草稿1 没有动" in shop.texts("销售")[-1]
    assert "第2行改成5盒" in shop.texts("销售")[-1]


@pytest.mark.parametrize(
    "words", ["谢谢啦", "好的呀", "收到了", "好哒", "嗯嗯好的", "👍👍", "辛苦啦~", "好的谢谢", "🙏"]
)
def test_courtesies_in_every_form_need_no_answer(shop: Firm, words: str) -> None:
    before = shop.count()
    assert shop.say("销售", words).kind == "ignored"
    assert shop.count() == before


# ---------------------------------------------------------------- 确认 that cannot be


def test_confirming_what_is_short_says_why_nothing_happened(shop: Firm) -> None:
    order(shop, "东风机电 M8*30外六角螺栓 80盒")
    shop.say("销售", "确认")
    assert shop.texts("销售")[-1] == "草稿1 还不能确认：货不够。回复“只发现有”或“欠货”，或者改数量"


def test_confirming_what_is_still_asked_says_so(shop: Firm) -> None:
    order(shop, "外六角螺栓M8*30 5盒")
    shop.say("销售", "确认")
    assert shop.texts("销售")[-1] == "草稿1 还不能确认：先答卡片上问的，答完再确认"
    assert shop.document("草稿1").number is None


def test_confirming_what_is_doubted_says_what_may_be_answered(shop: Firm) -> None:
    order(shop, "海棠门窗 M8*40外六角螺栓 3盒 另外88")
    assert shop.document("草稿1").unused == ("88",)
    shop.say("销售", "确认")
    assert shop.texts("销售")[-1] == "草稿1 还不能确认：有话没看懂。没问题就回复“就这样”，有问题再说清楚些"


# ---------------------------------------------------------------- papers that are kept


def quote(shop: Firm) -> None:
    shop.say("采购", "永固报价 M8*30外六角螺栓 40一盒")
    shop.say("采购", "确认")


def test_a_kept_quote_says_how_to_change_it(shop: Firm) -> None:
    quote(shop)
    shop.say("采购", "BJ-0001 第1行单价改成38")
    assert shop.texts("采购")[-1] == "BJ-0001 已存档，不能直接改。要改先回复“撤销 BJ-0001”，再把新报价发一遍"


def test_a_kept_purchase_order_says_how_to_change_it(shop: Firm) -> None:
    shop.say("采购", "向永固采购 M8*30外六角螺栓 20盒 40一盒")
    shop.say("采购", "确认")
    shop.say("采购", "CG-0001 第1行改成30盒")
    assert shop.texts("采购")[-1] == "CG-0001 已确认，不能直接改。要改先回复“撤销 CG-0001”，再把采购单重新发一遍"


def test_a_shipped_order_says_how_to_change_it(shop: Firm) -> None:
    order(shop)
    shop.say("销售", "确认")
    shop.say("仓管", "发货 XS-0001")
    shop.say("销售", "XS-0001 第1行改成5盒")
    assert shop.texts("销售")[-1] == "XS-0001 已出库，不能直接改。少了就另开一张；发错了先回复“撤销 SH-0001”冲掉送货单"


# ---------------------------------------------------------------- papers that are void


@pytest.mark.parametrize("words", ["给供应商的文字 CG-0001", "打印 CG-0001"])
def test_nobody_gets_a_void_paper_to_send(shop: Firm, words: str) -> None:
    shop.say("采购", "向永固采购 M8*30外六角螺栓 20盒 40一盒")
    shop.say("采购", "确认")
    shop.say("采购", "撤销 CG-0001")
    before = len(shop.files("采购"))
    shop.say("采购", words)
    assert shop.texts("采购")[-1] == "CG-0001 已作废，不能再打印或发出去"
    assert len(shop.files("采购")) == before


# ---------------------------------------------------------------- which one


def test_a_customer_of_several_drafts_is_enough_to_go_on(shop: Firm) -> None:
    order(shop, "东风机电 M8*30外六角螺栓 5盒")
    order(shop, "海棠门窗 M8*40外六角螺栓 3盒")
    assert shop.say("销售", "东风的那张").document_id == shop.document("草稿1").id
    assert shop.card("销售").card.title.startswith("销售单 草稿1")


def test_undo_without_a_number_asks_about_the_one_it_can_be(shop: Firm) -> None:
    order(shop)
    shop.say("销售", "确认")
    shop.say("销售", "撤销")
    card = shop.card("销售").card
    assert card.title == "是要动这张吗？"
    assert labels(card) == ["XS-0001"]


def test_thats_all_shows_the_draft_before_ones_eyes(shop: Firm) -> None:
    order(shop, "东风机电 M8*30外六角螺栓 5盒")
    shop.say("销售", "海棠门窗 M8*40外六角螺栓 3盒")
    assert shop.say("销售", "没别的了").note == "草稿2"


# ---------------------------------------------------------------- a firm without goods


def without_goods(shop: Firm) -> None:
    shop.session.connection().execute(text("UPDATE product SET active = 0"))


def test_help_in_an_empty_firm_names_only_what_one_may_do(shop: Firm) -> None:
    without_goods(shop)
    shop.say("销售", "帮助")
    told = shop.texts("销售")[-1]
    assert "新建商品 内" not in told
    assert "新建客户" in told
    assert told.endswith("还没有商品资料，现在开不了单。请阿芳（采购）先导入资料或新建商品")


def test_help_in_an_empty_firm_for_those_who_may(shop: Firm) -> None:
    without_goods(shop)
    shop.say("老板", "帮助")
    assert "新建商品 内六角螺栓" in shop.texts("老板")[-1]
    assert "开不了单" not in shop.texts("老板")[-1]


# ---------------------------------------------------------------- the answer the card asks for


def test_what_is_asked_is_what_the_hint_answers(shop: Firm) -> None:
    order(shop, "海棠门窗 M8*40外六角螺栓 六角螺母M8 2盒")
    card = shop.card("销售").card
    assert any(note.text.endswith("要多少？") for note in card.notes)
    assert card.hint == "回复数量就行，如：5盒"
    shop.say("销售", "5盒")
    assert shop.document("草稿1").lines[0].qty == 5


def test_a_unit_goods_do_not_have_is_answered_with_another(shop: Firm) -> None:
    order(shop, "海棠门窗 M8*40外六角螺栓 3桶")
    assert [one.code for one in shop.document("草稿1").blocking] == ["unit_unknown"]
    shop.say("销售", "3盒")
    line = shop.document("草稿1").lines[0]
    assert line.qty == 3
    assert line.unit == "盒"
    assert not shop.document("草稿1").blocking


def test_thats_it_settles_no_question(shop: Firm) -> None:
    order(shop, "外六角螺栓M8*30 5盒")
    shop.say("销售", "就这样")
    assert shop.texts("销售")[-1] == "草稿1 还不能确认：先答卡片上问的，答完再确认"


def test_an_unknown_customer_is_made_with_two_words(shop: Firm) -> None:
    order(shop, "大发五金 外六角螺栓M8*30 5盒")
    assert shop.card("销售").card.hint.startswith("回复“新建客户”就按这个名字建")
    shop.say("销售", "新建客户")
    assert shop.card("销售").card.fields[0].value == "大发五金"


# ---------------------------------------------------------------- asking about an order


@pytest.mark.parametrize("words", ["这单多少钱", "一共多少钱", "合计多少"])
def test_what_an_order_comes_to(shop: Firm, words: str) -> None:
    order(shop)
    shop.say("销售", words)
    assert shop.texts("销售")[-1] == "草稿1 海棠门窗 合计220.00元"


@pytest.mark.parametrize("words", ["发货了吗", "XS-0001发了没", "到哪了"])
def test_how_far_an_order_is(shop: Firm, words: str) -> None:
    order(shop)
    shop.say("销售", "确认")
    shop.say("销售", words)
    assert shop.texts("销售")[-1] == "XS-0001 现在是“已审核”"
    assert shop.card("销售").card.title.startswith("销售单 XS-0001")
    assert shop.document("XS-0001").shipments == ()


def test_the_keeper_ships_what_is_left(shop: Firm) -> None:
    order(shop)
    shop.say("销售", "确认")
    shop.say("仓管", "发货 XS-0001 第1行 1盒")
    shop.say("仓管", "XS-0001剩下的发了")
    assert len(shop.document("XS-0001").shipments) == 2
    assert shop.document("XS-0001").state.value == "posted"


def test_a_question_of_the_same_words_ships_nothing(shop: Firm) -> None:
    order(shop)
    shop.say("销售", "确认")
    shop.say("仓管", "XS-0001剩下的发了吗")
    assert shop.document("XS-0001").shipments == ()


# ---------------------------------------------------------------- what is something by itself


def test_a_list_with_a_head_of_its_own_is_not_added_unasked(shop: Firm) -> None:
    shop.say("销售", "海棠门窗 M8*40外六角螺栓 3盒")
    shop.say("销售", "#接龙\n1. 小王 M8*30外六角螺栓 2盒\n2. 小张 六角螺母M8 3盒")
    assert len(shop.document("草稿1").lines) == 1
    assert shop.card("销售").card.title == "加到哪张，还是另开一张？"


@pytest.mark.parametrize(
    ("who", "how"),
    [
        ("销售", "要下单请写“客户 货品 数量”"),
        ("采购", "到货请写“供应商到货 货品 数量 单价”"),
        ("仓管", "发货请写“发货 单号”"),
    ],
)
def test_who_was_not_understood_hears_what_their_own_work_needs(shop: Firm, who: str, how: str) -> None:
    for words in ("天气真好", "草稿", "确认"):
        shop.say(who, words)
        assert how in shop.texts(who)[-1]


# ---------------------------------------------------------------- the one before one's eyes


def confirmed_beside_an_old_draft(shop: Firm) -> None:
    order(shop, "东风机电 M8*30外六角螺栓 5盒")
    shop.later(hours=1)
    shop.say("销售", "海棠门窗 M8*40外六角螺栓 3盒 六角螺母M8 2盒")
    shop.say("销售", "确认")


def test_what_was_just_confirmed_is_what_is_printed(shop: Firm) -> None:
    confirmed_beside_an_old_draft(shop)
    shop.say("销售", "打印 241 不带价")
    assert shop.files("销售")[-1]["name"] == "销售单XS-0001-241-无价.pdf"


def test_this_order_is_the_one_just_shown(shop: Firm) -> None:
    confirmed_beside_an_old_draft(shop)
    shop.say("销售", "这单螺母不要了")
    assert [line.product.sku for line in shop.document("XS-0001").lines if line.product] == ["LS0840"]
    assert len(shop.document("草稿1").lines) == 1


def test_several_are_not_confirmed_unseen(shop: Firm) -> None:
    order(shop, "东风机电 M8*30外六角螺栓 5盒")
    order(shop)
    shop.say("销售", "两张都确认")
    assert shop.texts("销售")[-1].startswith("一次确认一张，看过再确认。请回复“确认 草稿2”：")
    assert shop.document("草稿2").number is None


def test_an_order_of_no_chat_is_put_right_by_its_author(shop: Firm) -> None:
    order(shop, "海棠门窗 M8*40外六角螺栓 3盒 单价40")
    shop.say("销售", "确认")
    shop.session.connection().execute(text("UPDATE document SET chat = '', platform = ''"))
    shop.say("主管", "驳回 XS-0001 太便宜")
    assert shop.say("销售", "单价改成58").kind == "corrected"
    assert shop.document("XS-0001").total == 17400


# ---------------------------------------------------------------- orders that owe goods


def test_the_price_of_an_order_that_owes_goods_can_be_changed(shop: Firm) -> None:
    order(shop, "东风机电 M8*30外六角螺栓 80盒")
    shop.say("销售", "欠货")
    assert shop.say("销售", "刚才那单打95折").kind == "corrected"
    assert shop.document("XS-0001").total == 380000
    assert shop.document("XS-0001").lines[0].qty == 80


def test_more_of_what_is_short_says_what_to_do(shop: Firm) -> None:
    order(shop, "东风机电 M8*30外六角螺栓 5盒")
    shop.say("销售", "确认")
    shop.say("销售", "刚才那单M8*30改成80盒")
    assert shop.texts("销售")[-1].endswith("XS-0001 没有改：少要一些，缺的另开一张选“欠货”")
    assert shop.document("XS-0001").lines[0].qty == 5


def test_a_quote_begins_beside_another_paper(shop: Firm) -> None:
    shop.say("采购", "向永固采购 M8*30外六角螺栓 20盒")
    shop.later(minutes=20)
    shop.say("采购", "恒达报价 M8*40外六角螺栓 40一盒")
    card = shop.card("采购").card
    assert card.title.startswith("报价单 草稿2")
    assert card.fields[0].value == "“恒达”？"


def test_the_form_for_a_supplier_is_one_for_suppliers(shop: Firm) -> None:
    shop.say("采购", "新建供应商")
    assert shop.texts("采购")[-1].startswith("请这样写：新建供应商 名称")


def test_blanks_are_no_file(shop: Firm) -> None:
    shop.say("销售", "   ")
    assert "文件" not in shop.texts("销售")[-1]


def test_no_it_is_so_many(shop: Firm) -> None:
    order(shop, "海棠门窗 M8*40外六角螺栓 3盒")
    shop.say("销售", "第一行 10盒")
    assert shop.say("销售", "不对，是8盒").kind == "corrected"
    assert shop.document("草稿1").lines[0].qty == 8
