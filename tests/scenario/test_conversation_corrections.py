"""A person changes their mind in a sentence."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.chat import Firm, fresh_firm, labels


@pytest.fixture
def shop() -> Iterator[Firm]:
    yield from fresh_firm()


def order(shop: Firm, text: str = "海棠门窗 M8*40外六角螺栓 3盒 六角螺母M8 2盒") -> None:
    shop.say("销售", text)
    shop.later(minutes=5)


def test_a_row_is_changed_and_the_diff_is_told(shop: Firm) -> None:
    order(shop)
    assert shop.say("销售", "第2行改成5盒").kind == "corrected"
    old, new = shop.said_to("销售")[-2:]
    assert (old.kind, new.kind) == ("card_update", "card")
    assert labels(old.card) == []
    assert new.card.notes[0].text == "本次修改：第2行 2盒 → 5盒"


def test_with_two_drafts_open_it_asks_which(shop: Firm) -> None:
    order(shop)
    order(shop, "东风机电 M8*30外六角螺栓 5盒")
    shop.later(minutes=10)
    assert shop.say("销售", "第1行改成6盒").kind == "asked"
    assert labels(shop.card("销售").card) == ["草稿2", "草稿1"]
    shop.press("销售", "草稿1")
    assert shop.document("草稿1").lines[0].qty == 6
    assert shop.document("草稿2").lines[0].qty == 5


def test_which_can_be_answered_in_words(shop: Firm) -> None:
    order(shop)
    order(shop, "东风机电 M8*30外六角螺栓 5盒")
    shop.later(minutes=10)
    shop.say("销售", "第1行改成6盒")
    assert shop.say("销售", "草稿2").kind == "corrected"
    assert shop.document("草稿2").lines[0].qty == 6


def test_a_quoted_card_decides(shop: Firm) -> None:
    order(shop)
    first = shop.card("销售")
    order(shop, "东风机电 M8*30外六角螺栓 5盒")
    assert shop.say("销售", "第1行改成6盒", quote=first.ref).kind == "corrected"
    assert shop.document("草稿1").lines[0].qty == 6


def test_a_number_in_the_sentence_decides(shop: Firm) -> None:
    order(shop)
    order(shop, "东风机电 M8*30外六角螺栓 5盒")
    assert shop.say("销售", "草稿1 第1行改成6盒").kind == "corrected"
    assert shop.document("草稿1").lines[0].qty == 6


def test_the_order_just_confirmed_takes_two_more(shop: Firm) -> None:
    order(shop)
    shop.press("销售", "确认")
    shop.later(minutes=1)
    assert shop.say("销售", "刚才那单再加两盒M10*30外六角螺栓").kind == "corrected"
    view = shop.document("XS-0001")
    assert len(view.lines) == 3
    assert view.version == 2
    assert shop.available("LS1030") == 4800


def test_nothing_to_change_is_said(shop: Firm) -> None:
    assert shop.say("销售", "草稿9 第2行改成5盒").kind in ("asked", "kept", "drafted")
    assert shop.texts("销售")


def test_a_late_sentence_is_asked_about_and_then_applied(shop: Firm) -> None:
    order(shop)
    assert shop.say("销售", "第1行改成9盒", late=True).kind == "asked"
    assert shop.document("草稿1").lines[0].qty == 3
    assert shop.press("销售", "加进去").tone == "good"
    assert shop.document("草稿1").lines[0].qty == 9


def test_a_late_sentence_may_be_dropped_in_words(shop: Firm) -> None:
    order(shop)
    shop.say("销售", "第1行改成9盒", late=True)
    assert shop.say("销售", "不要").kind == "dropped"
    assert shop.document("草稿1").lines[0].qty == 3
    assert shop.document("草稿1").version == 1


def test_a_question_about_stock_is_answered_however_late(shop: Firm) -> None:
    assert shop.say("销售", "库存 M8*30", late=True).kind == "answered"
    assert shop.texts("销售")[-1] == "外六角螺栓 M8*30：可发50盒，价目50元/盒"


def test_the_draft_is_cancelled_in_words(shop: Firm) -> None:
    order(shop)
    assert shop.say("销售", "取消 草稿1").kind == "cancelled"
    assert shop.card("销售").card.title == "销售单 草稿1 · 已取消"
    assert shop.say("销售", "草稿").kind == "answered"
    assert "手上没有草稿" in shop.texts("销售")[-1]


def test_an_order_is_undone_and_its_stock_is_free(shop: Firm) -> None:
    order(shop)
    shop.press("销售", "确认")
    assert shop.say("销售", "撤销 XS-0001").kind == "voided"
    assert shop.available("LM08") == 5000
    assert shop.document("XS-0001").state.value == "void"


def test_a_message_taken_back_takes_its_draft_with_it(shop: Firm) -> None:
    shop.say("销售", "海棠门窗 生料带 3卷", ref="gone")
    assert shop.recall("销售", "gone").kind == "cancelled"
    assert shop.document("草稿1").state.value == "void"


def test_a_message_taken_back_out_of_a_burst_takes_only_its_lines(shop: Firm) -> None:
    shop.say("销售", "海棠门窗 生料带 3卷")
    shop.later(seconds=9)
    shop.say("销售", "六角螺母M8 2盒", ref="gone")
    assert shop.recall("销售", "gone").kind == "corrected"
    assert len(shop.document("草稿1").lines) == 1


def test_a_message_taken_back_after_confirming_changes_nothing(shop: Firm) -> None:
    shop.say("销售", "海棠门窗 生料带 3卷", ref="gone")
    shop.press("销售", "确认")
    assert shop.recall("销售", "gone").kind == "asked"
    assert "撤销 XS-0001" in shop.texts("销售")[-1]
    assert shop.available("SLD") == 97


def test_a_number_that_does_not_exist_changes_nothing_else(shop: Firm) -> None:
    order(shop)
    for text in ("草稿9 第2行改成5盒", "确认 草稿9", "取消 草稿9", "撤销 XS-0009"):
        assert shop.say("销售", text).kind == "asked", text
    assert shop.document("草稿1").version == 1
    assert shop.document("草稿1").state.value == "draft"
    assert "没有 草稿9 这张单" in shop.texts("销售")[0]


def test_two_numbers_at_once_are_not_half_done(shop: Firm) -> None:
    order(shop)
    order(shop, "东风机电 M8*30外六角螺栓 5盒")
    for ref in ("草稿1", "草稿2"):
        shop.say("销售", f"确认 {ref}")
    shop.say("仓管", "发货 XS-0001 XS-0002")
    assert not shop.document("XS-0001").shipments
    assert shop.texts("仓管")[-1] == "一次说一张单就好，请分开发"


def test_the_same_customer_said_again_is_asked_about(shop: Firm) -> None:
    shop.say("销售", "海棠门窗 生料带 3卷")
    shop.later(seconds=30)
    assert shop.say("销售", "海棠门窗 六角螺母M8 2盒").kind in ("asked", "drafted")
    assert len(shop.document("草稿1").lines) == 1


def test_a_shipped_order_is_taken_back_by_the_supervisor_and_all_cards_follow(shop: Firm) -> None:
    order(shop)
    shop.press("销售", "确认")
    shop.press("仓管", "发货")
    assert shop.say("销售", "撤销 XS-0001").kind == "refused"
    assert shop.say("主管", "撤销 XS-0001").kind == "voided"
    assert shop.available("LM08") == 5000
    assert shop.card("销售").card.title == "销售单 XS-0001 · 已冲销"
    assert shop.card("仓管").card.title == "送货单 SH-0001 · 已冲销"


def test_a_change_that_took_too_long_to_understand_is_asked_about(shop: Firm) -> None:
    order(shop)
    assert shop.say("销售", "第1行改成9盒", slow=True).kind == "asked"
    shop.press("销售", "加进去")
    assert shop.document("草稿1").lines[0].qty == 9


def test_the_customer_s_name_decides_among_drafts(shop: Firm) -> None:
    order(shop)
    order(shop, "东风机电 M8*30外六角螺栓 5盒")
    assert shop.say("销售", "海棠门窗第1行改成9盒").kind == "corrected"
    assert shop.document("草稿1").lines[0].qty == 9


def test_a_remark_is_kept_and_shown(shop: Firm) -> None:
    shop.say("销售", "大成装饰 M8*30外六角螺栓 3盒")
    shop.say("销售", "备注：送到后门")
    card = shop.card("销售").card
    assert ("备注", "送到后门") in [(field.label, field.value) for field in card.fields]
    assert any("送到后门" in note.text for note in card.notes)
    shop.say("销售", "再加个备注：先打电话")
    assert "送到后门；先打电话" in [field.value for field in shop.card("销售").card.fields]
