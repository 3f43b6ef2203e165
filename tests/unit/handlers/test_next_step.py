"""Every answer leads on: what a person reads can be followed, and what it tells them to say is understood."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.sender import reader
from tests.support.chat import Firm, fresh_firm, labels


@pytest.fixture
def shop() -> Iterator[Firm]:
    yield from fresh_firm()


@pytest.mark.parametrize("said", ["大富豪酒店", "客户是大富豪酒店", "客户：大富豪酒店"])
def test_an_unknown_name_given_when_asked_for_is_offered_for_creation(shop: Firm, said: str) -> None:
    shop.say("销售", "生料带 5卷")
    shop.say("销售", said)
    card = shop.card("销售").card
    assert "新建客户" in labels(card)
    assert card.inputs[0].value == "大富豪酒店"
    shop.press("销售", "新建客户", values={"name": "大富豪酒店"})
    view = shop.document("草稿1")
    assert view.partner is not None
    assert view.partner.name == "大富豪酒店"


@pytest.mark.parametrize("said", ["等一下", "好的", "可以吗", "谢谢"])
def test_small_talk_is_no_customer(shop: Firm, said: str) -> None:
    shop.say("销售", "生料带 5卷")
    shop.say("销售", said)
    assert shop.document("草稿1").partner_said == ""


def test_confirming_with_too_little_stock_shows_the_ways_out(shop: Firm) -> None:
    shop.say("销售", "东风机电 M8*30外六角螺栓 80盒")
    assert shop.say("销售", "确认").kind == "asked"
    card = shop.card("销售").card
    assert labels(card)[:2] == ["只发现有", "欠货"]
    assert card.hint is not None
    assert "只发现有 / 欠货" in card.hint
    example = card.hint.rsplit("如：", 1)[1]
    assert example == "第1行改成50盒"
    shop.say("销售", example)
    assert shop.say("销售", "确认").kind == "confirmed"


def test_the_example_under_a_card_fits_its_own_lines(shop: Firm) -> None:
    shop.say("销售", "东风机电 生料带 5卷")
    hint = shop.card("销售").card.hint
    assert hint == "直接回复修改，如：第1行改成6卷"
    shop.say("销售", "第1行改成6卷")
    assert shop.document("草稿1").lines[0].qty == 6


def test_new_goods_are_offered_to_those_who_may_create_them(shop: Firm) -> None:
    shop.say("销售", "东风机电 无影胶水 5瓶")
    card = shop.card("销售").card
    assert "新建商品" not in labels(card)
    assert not card.inputs
    assert card.hint is not None
    assert "采购" in card.hint
    shop.say("老板", "东风机电 无影胶水 5瓶")
    assert "新建商品" in labels(shop.card("老板").card)


@pytest.mark.parametrize(
    ("said", "paper", "prices", "name"),
    [
        ("打印 XS-0001", "A4", True, "销售单XS-0001.pdf"),
        ("打印 XS-0001 241", "241", True, "销售单XS-0001-241.pdf"),
        ("打印 XS-0001 不带价", "A4", False, "销售单XS-0001-无价.pdf"),
        ("打印XS-0001，针式纸，不要价格", "241", False, "销售单XS-0001-241-无价.pdf"),
        ("打印 不印金额 XS-0001", "A4", False, "销售单XS-0001-无价.pdf"),
    ],
)
def test_paper_and_prices_are_chosen_in_words(shop: Firm, said: str, paper: str, prices: bool, name: str) -> None:
    shop.say("销售", "东风机电 生料带 5卷")
    shop.say("销售", "确认")
    assert shop.say("销售", said).kind == "printed"
    (file,) = shop.files("销售")
    assert (file["paper"], file["prices"], file["name"]) == (paper, prices, name)


def test_a_shipment_s_card_tells_how_to_print_it_otherwise(shop: Firm) -> None:
    shop.say("销售", "东风机电 生料带 5卷")
    shop.say("销售", "确认")
    shop.say("仓管", "发货 XS-0001")
    hint = shop.card("仓管").card.hint
    assert hint is not None
    for words in hint.split("；"):
        assert shop.say("仓管", words.split("：")[1]).kind == "printed"


def test_what_names_a_document_and_is_not_understood_shows_the_document(shop: Firm) -> None:
    shop.say("销售", "东风机电 生料带 5卷")
    shop.say("销售", "确认")
    assert shop.say("销售", "XS-0001客户说味道不对").kind == "kept"
    assert "没全看懂" in shop.texts("销售")[-1]
    assert "撤销" in labels(shop.card("销售").card)


@pytest.mark.parametrize("said", ["你好", "在吗？", "怎么用"])
def test_a_greeting_is_answered_with_what_can_be_said(shop: Firm, said: str) -> None:
    shop.say("销售", said)
    assert "开单助手" in shop.texts("销售")[-1]


@pytest.mark.parametrize("said", ["审批", "待审批", "审核", "待审核的单"])
def test_asking_what_waits_decides_nothing(shop: Firm, said: str) -> None:
    shop.say("销售", "东风机电 M8*30外六角螺栓 5盒 单价30")
    shop.say("销售", "确认")
    assert shop.document("XS-0001").state_label == "待审核"
    shop.say("主管", said)
    assert shop.document("XS-0001").state_label == "待审核"
    assert "同意" in labels(shop.card("主管").card)


def test_a_verdict_of_somebody_who_decides_nothing_is_answered(shop: Firm) -> None:
    shop.say("销售", "东风机电 M8*30外六角螺栓 5盒 单价30")
    shop.say("销售", "同意")
    assert "主管或老板" in shop.texts("销售")[-1]


def test_what_waits_to_be_shipped_is_listed_and_nothing_leaves(shop: Firm) -> None:
    shop.say("仓管", "待发货")
    assert "没有等发货的单" in shop.texts("仓管")[-1]
    for customer in ("东风机电", "海棠门窗"):
        shop.say("销售", f"{customer} 生料带 5卷")
        shop.say("销售", "确认")
    shop.say("仓管", "待发货")
    assert "等发货的有2张" in shop.texts("仓管")[-1]
    assert shop.document("XS-0001").shipments == ()


def test_stock_without_goods_asks_which(shop: Firm) -> None:
    shop.say("销售", "库存")
    answer = shop.texts("销售")[-1]
    assert answer.startswith("要查哪个货品")
    shop.say("销售", answer.split("：", 1)[1])
    assert "可发" in shop.texts("销售")[-1]


def test_an_order_of_somebody_else_is_not_called_a_draft(shop: Firm) -> None:
    shop.say("销售", "东风机电 生料带 5卷")
    shop.say("销售", "确认")
    shop.say("仓管", "XS-0001 第1行改成9卷")
    assert shop.texts("仓管")[-1] == "XS-0001 是小周开的单，要改请小周来，或请主管处理"


def test_who_waits_for_an_approval_is_not_told_to_approve(shop: Firm) -> None:
    shop.say("销售", "东风机电 M8*30外六角螺栓 5盒 单价30")
    shop.say("销售", "确认")
    mine, theirs = shop.card("销售").card.hint, shop.card("主管").card.hint
    assert mine == "等主管或老板同意。要改直接回复，如：第1行改成6盒，改了重新审批"
    assert theirs == "也可以回复：同意 XS-0001 / 驳回 XS-0001 原因"
    shop.say("销售", "第1行改成6盒")
    assert shop.document("XS-0001").lines[0].qty == 6


def test_each_is_told_what_they_can_do_with_an_order(shop: Firm) -> None:
    shop.say("销售", "东风机电 M8*30外六角螺栓 5盒")
    shop.say("销售", "确认")
    assert shop.card("销售").card.hint == "也可以说：第1行改成6盒 / 撤销 XS-0001"
    hint = shop.card("仓管").card.hint
    assert hint == "也可以说：发货 XS-0001，只发一部分：发货 XS-0001 第1行 5盒"
    assert shop.say("仓管", hint.rsplit("：", 1)[1]).kind == "shipped"


def test_the_first_card_of_who_has_never_written_has_a_reader(shop: Firm) -> None:
    shop.say("销售", "东风机电 M8*30外六角螺栓 5盒 单价30")
    shop.say("销售", "确认")
    card = shop.card("主管")
    assert reader(shop.session, card.id) == (shop.document("XS-0001").id, shop.person("主管").id)
    shop.say("销售", "海棠门窗 生料带 5卷", chat="g1", to_bot=True)
    assert shop.sent[-1].chat == "g1"
    assert reader(shop.session, shop.sent[-1].id) is None


def test_print_without_a_number_means_what_one_has_just_made(shop: Firm) -> None:
    assert shop.say("销售", "打印").kind == "asked"
    shop.say("销售", "东风机电 生料带 5卷")
    shop.say("销售", "确认")
    assert shop.say("销售", "打印 241").kind == "printed"
    assert shop.say("销售", "给客户的文字").note == "XS-0001"
    shop.say("仓管", "发货 XS-0001")
    assert shop.say("仓管", "打印 不带价").kind == "printed"
    assert [file["name"] for who in ("销售", "仓管") for file in shop.files(who)] == [
        "销售单XS-0001-241.pdf",
        "送货单SH-0001-无价.pdf",
    ]


def test_an_answer_goes_to_the_one_draft_that_asks(shop: Firm) -> None:
    shop.say("销售", "东风机电 生料带 5卷")
    shop.say("销售", "海棠门窗 M8螺母 2盒 平垫片 3盒")
    shop.say("销售", "大成装饰 螺栓 10盒")
    assert shop.say("销售", "M10*30").kind == "answered"
    line = shop.document("草稿3").lines[0]
    assert line.product is not None
    assert line.product.sku == "LS1030"
    assert line.qty == 10


def test_an_answer_that_fits_two_drafts_is_asked_about(shop: Firm) -> None:
    shop.say("销售", "东风机电 螺栓 5盒")
    shop.say("销售", "大成装饰 螺栓 10盒")
    shop.later(minutes=10)
    assert shop.say("销售", "M10*30").kind == "asked"
    assert all(shop.document(label).lines[0].product is None for label in ("草稿1", "草稿2"))
