"""What buyers do with quotes and purchase orders, and what others see of them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest

from inventory_core import checks, partners, sql
from inventory_core.views import Kind, State
from notifications.card import Card
from tests.support.chat import Firm, fresh_firm, labels

QUOTE = "永固报价 生料带 1.1一卷，100卷起1.05，500卷以上0.98，不含税"
GROUP = "group:buying"


@pytest.fixture
def shop() -> Iterator[Firm]:
    yield from fresh_firm()


def rows(card: Card) -> list[tuple[str, ...]]:
    assert card.table is not None
    return [card.table.columns, *card.table.rows]


def fields(card: Card) -> dict[str, str]:
    return {field.label: field.value for field in card.fields}


def moved(shop: Firm) -> list[object]:
    """All that a paper without effect must leave alone."""
    tables = ("balance", "ledger", "reservation", "posting", "deal", "approval")
    return [[tuple(row) for row in sql.run(shop.session, f"SELECT * FROM {table}")] for table in tables]


def test_a_quote_is_shown_corrected_and_kept(shop: Firm) -> None:
    before = moved(shop)
    assert shop.say("采购", QUOTE).kind == "drafted"
    card = shop.card("采购").card
    assert card.title == "报价单 草稿1 · 待确认"
    assert fields(card) == {"供应商": "永固紧固件", "日期": "11月24日(周二)", "价税": "不含税"}
    assert rows(card) == [
        ("行", "货品", "单价", "阶梯"),
        ("1", "生料带", "1.1/卷", "100卷起1.05、500卷起0.98"),
    ]
    for words, change in (
        ("单价改成1.2", "第1行 单价 1.1元/卷 → 1.2元/卷"),
        ("不含税改含税", "第1行 含税"),
        ("100卷起改成1.1", "第1行 阶梯 100卷起1.05、500卷起0.98 → 100卷起1.1、500卷起0.98"),
        ("有效期到12月底", "有效到 12月31日"),
    ):
        assert shop.say("采购", words).note == change
    assert shop.say("采购", "确认").kind == "confirmed"
    card = shop.card("采购").card
    assert card.title == "报价单 BJ-0001 · 已存档"
    assert [note.text for note in card.notes] == ["报价已存档 BJ-0001，只留底备查，不改售价和库存"]
    assert fields(card)["有效"] == "到12月31日(周四)"
    assert labels(card) == ["打印", "撤销"]
    assert moved(shop) == before
    assert checks.check(shop.session) == []


def test_a_click_confirms_it_too(shop: Firm) -> None:
    shop.say("采购", QUOTE)
    assert shop.press("采购", "确认").toast == "报价已存档 BJ-0001，只留底备查，不改售价和库存"


def test_a_purchase_is_shown_corrected_and_kept(shop: Firm) -> None:
    before = moved(shop)
    shop.say("采购", "向永固采购 生料带 200卷 1.1一卷 12月1日到货")
    card = shop.card("采购").card
    assert fields(card) == {"供应商": "永固紧固件", "到货": "12月1日(周二)", "合计": "220.00元"}
    assert rows(card)[1:] == [("1", "生料带", "200卷", "1.1/卷", "220.00")]
    shop.say("采购", "第1行改成300卷")
    shop.say("采购", "再加M8*30外六角螺栓 10盒")
    card = shop.card("采购").card
    assert rows(card)[1:] == [
        ("1", "生料带", "300卷", "1.1/卷", "330.00"),
        ("2", "外六角螺栓 M8*30", "10盒", "没定", ""),
    ]
    assert "合计" not in fields(card)
    assert shop.say("采购", "确认").kind == "confirmed"
    card = shop.card("采购").card
    assert card.title == "采购单 CG-0001 · 已确认"
    assert "不算库存" in card.notes[0].text
    assert "永固紧固件到货" in card.notes[0].text
    assert moved(shop) == before


@pytest.mark.parametrize("who", ["销售", "仓管"])
@pytest.mark.parametrize(("text", "kind"), [(QUOTE, "报价单"), ("向永固采购 生料带 200卷", "采购单")])
def test_who_does_not_buy_hears_who_does(shop: Firm, who: str, text: str, kind: str) -> None:
    assert shop.say(who, text).kind == "refused"
    assert shop.texts(who) == [f"{kind}要阿芳（采购）来开，请把这条转过去"]
    assert sql.value(shop.session, "SELECT count(*) FROM document WHERE number IS NULL") == 0


@pytest.mark.parametrize("who", ["采购", "主管", "老板"])
def test_who_buys_or_leads_makes_them(shop: Firm, who: str) -> None:
    assert shop.say(who, QUOTE).kind == "drafted"
    assert shop.say(who, "向永固采购 生料带 200卷").kind == "drafted"


def test_every_supplier_gets_a_paper_of_its_own(shop: Firm) -> None:
    partners.add_partner(shop.session, name="金螺不锈钢", kind="supplier", now=shop.now, aliases=("金螺",))
    shop.say("采购", "永固报价：生料带1.1一卷\n金螺报价：M8*30外六角螺栓 35一盒")
    first, second = shop.document("草稿1"), shop.document("草稿2")
    assert [view.partner.name for view in (first, second) if view.partner] == ["永固紧固件", "金螺不锈钢"]
    assert [view.lines[0].price for view in (first, second)] == [Decimal("1.1"), Decimal(35)]
    assert shop.say("采购", "确认").kind == "asked"  # which of the two?


def test_goods_that_follow_soon_extend_the_quote(shop: Firm) -> None:
    shop.say("采购", "永固报价 生料带 1.1一卷")
    shop.later(minutes=1)
    assert shop.say("采购", "M8*30外六角螺栓 35一盒").kind == "extended"
    assert [str(line.price) for line in shop.document("草稿1").lines] == ["1.1", "35"]


def test_a_quote_never_extends_an_order_that_is_being_written(shop: Firm) -> None:
    shop.say("老板", "东风机电 生料带 5卷")
    shop.say("老板", "永固报价 生料带 1.1一卷")
    assert (shop.document("草稿1").kind, shop.document("草稿2").kind) == (Kind.SALES_ORDER, Kind.SUPPLIER_QUOTE)


def test_an_open_question_is_answered_by_its_word(shop: Firm) -> None:
    shop.say("采购", "报价单：生料带 1.1一卷")
    assert shop.document("草稿1").partner is None
    shop.say("采购", "永固")
    view = shop.document("草稿1")
    assert view.partner is not None
    assert view.partner.name == "永固紧固件"


def test_the_last_paper_is_not_stepped_over(shop: Firm) -> None:
    shop.say("采购", "向永固采购 生料带 200卷")
    shop.say("采购", "确认")
    shop.say("采购", "刚才那单改成100卷")
    assert shop.texts("采购")[-1].startswith("CG-0001 已确认，不能直接改。要改先回复“撤销 CG-0001”")
    assert shop.say("采购", "撤销").kind == "asked"
    assert shop.say("采购", "撤销 CG-0001").kind == "voided"
    assert shop.document("CG-0001").state is State.VOID


def test_drafts_expire_and_come_back(shop: Firm) -> None:
    from inventory_core import documents

    shop.say("采购", QUOTE)
    shop.later(hours=25)
    documents.expire(shop.session, shop.document("草稿1").id, shop.now)
    assert shop.say("采购", "继续 草稿1").kind == "reopened"
    assert shop.say("采购", "草稿").kind == "answered"
    assert shop.card("采购").card.title == "报价单 草稿1 · 待确认"


def test_words_for_the_supplier(shop: Firm) -> None:
    shop.say("采购", "向永固采购 生料带 200卷 1.1一卷含税 12月1日到货")
    shop.say("采购", "确认")
    shop.say("采购", "文本 CG-0001")
    assert shop.texts("采购")[-1] == (
        "【启明五金】采购单 CG-0001\n供应商：永固紧固件\n1. 生料带 200卷，1.1元/卷，220.00元\n"
        "合计：220.00元\n到货：12月1日(周二)\n价税：含税"
    )
    shop.press("采购", "给供应商的文字")
    assert shop.texts("采购")[-1] == shop.texts("采购")[-2]


# ---------------------------------------------------------------- what is paid stays inside


@pytest.mark.parametrize("who", ["销售", "仓管"])
@pytest.mark.parametrize("confirmed", [False, True])
def test_no_price_reaches_who_may_not_see_it(shop: Firm, who: str, confirmed: bool) -> None:
    shop.say("采购", "永固报价 生料带 1.37一卷，100卷起1.29，含税13个点")
    shop.say("采购", "第1行单价改成1.41")
    shop.say("采购", "备注：最低1.37元")
    if confirmed:
        shop.say("采购", "确认")
    name = "BJ-0001" if confirmed else "草稿1"
    start = len(shop.said_to(who))
    for words in (name, f"文本 {name}", f"打印 {name}", f"库存 生料带 {name}", f"怎么看出来的 {name}"):
        shop.say(who, words)
    told = "".join(one.body for one in shop.said_to(who)[start:])
    assert "生料带" in told
    for secret in ("1.37", "1.41", "1.29", "13%", "含税", "阶梯"):
        assert secret not in told, secret
    for file in shop.files(who):
        assert file["prices"] is False


def test_a_doubtful_line_hides_the_words_it_was_said_in(shop: Firm) -> None:
    shop.say("采购", "永固报价 螺栓 36.66一盒，10盒起35.55")
    assert "36.66" in shop.card("采购").body
    shop.say("销售", "草稿1")
    card = shop.card("销售")
    assert "36.66" not in card.body
    assert "35.55" not in card.body
    assert "货品没定" in card.body


def test_in_a_group_the_card_goes_to_its_author_alone(shop: Firm) -> None:
    shop.say("采购", "你好")
    assert shop.say("采购", f"@单据 {QUOTE}", chat=GROUP, to_bot=True).kind == "drafted"
    assert shop.texts(GROUP) == ["记成草稿1了。进价不在群里显示，卡片单独发您了，在那边核对、确认"]
    assert [one.kind for one in shop.said_to(GROUP)] == ["text"]
    assert shop.card("采购").card.title == "报价单 草稿1 · 待确认"
    assert shop.say("采购", "第1行单价改成1.2").kind == "corrected"
    assert shop.say("采购", "确认").kind == "confirmed"


def test_group_talk_about_prices_is_left_alone(shop: Firm) -> None:
    for who in ("采购", "销售"):
        assert shop.say(who, QUOTE, chat=GROUP).kind == "kept"
    assert shop.said_to(GROUP) == []


def test_a_message_that_comes_late_asks_before_it_counts(shop: Firm) -> None:
    assert shop.say("采购", QUOTE, late=True).kind == "asked"
    assert sql.value(shop.session, "SELECT count(*) FROM document WHERE kind = 'supplier_quote'") == 0


def test_a_quote_taken_back_takes_its_draft_along(shop: Firm) -> None:
    shop.say("采购", QUOTE, ref="q1")
    assert shop.recall("采购", "q1").kind == "cancelled"
    assert shop.document("草稿1").state is State.VOID


def test_a_word_without_goods_is_asked_back(shop: Firm) -> None:
    shop.say("采购", "永固报价来了")
    assert "报价" in shop.texts("采购")[-1] or shop.texts("采购")[-1].startswith("这句我没看懂")


def test_help_tells_a_buyer_a_purchase_that_works(shop: Firm) -> None:
    shop.say("采购", "帮助")
    [example] = [row for row in shop.texts("采购")[0].splitlines() if "采购" in row]
    assert shop.say("采购", example.removeprefix("· ")).kind == "drafted"
    assert shop.document("草稿1").kind is Kind.PURCHASE_ORDER
    assert shop.document("草稿1").blocking == ()


def test_every_field_of_a_quote_can_be_asked_about(shop: Firm) -> None:
    shop.say("采购", "永固报价 生料带 1.37一卷，100卷起1.29，含税，12月1日起执行")
    shop.say("采购", "第1行500卷起1.2，有效期到月底")
    shop.say("采购", "怎么看出来的")
    told = shop.texts("采购")[-1]
    for part in (
        "单价 1.37元 ← “1.37一卷”",
        "阶梯 100卷起1.29、500卷起1.2 ← “500卷起1.2”",
        "含税 ← “含税”",
        "生效 12月1日(周二) ← “12月1日起执行”",
        "有效到 11月30日(周一) ← “有效期到月底”",
    ):
        assert part in told, told


def test_the_words_between_goods_and_quantity_may_be_a_price(shop: Firm) -> None:
    shop.say("采购", "向永固采购 生料带 1.37一卷 200卷")
    shop.say("仓管", "怎么看出来的 草稿1")
    assert "生料带" in shop.texts("仓管")[-1]
    assert "1.37" not in shop.texts("仓管")[-1]


@pytest.mark.parametrize(
    ("messages", "kept"),
    [
        (("向永固采购 生料带 200卷 1.37一卷", "数量翻倍，单价改成1.37"), "数量 400卷 ← 原话里有价格，略"),
        (("向永固采购 生料带 200卷 137一卷", "数量减半，价格137"), "数量 100卷 ← 原话里有价格，略"),
        (("永固到货 外六角螺栓 20盒 单价137",), "数量 20盒 ← “20盒”"),
        (("永固到货 外六角螺栓 20盒 单价137", "M8*30"), "M8*30"),
    ],
)
@pytest.mark.parametrize("who", ["仓管", "小周"])
def test_whole_sentences_tell_no_price_either(shop: Firm, messages: tuple[str, ...], kept: str, who: str) -> None:
    for text in messages:
        shop.say("采购", text)
    shop.say(who, "怎么看出来的 草稿1")
    told = shop.texts(who)[-1]
    shop.say(who, "草稿1")
    card = shop.sent[-1].body
    assert kept in told, told
    assert "137" not in told + card
    assert "1.37" not in told + card
    shop.say("采购", "怎么看出来的 草稿1")
    assert "37" in shop.texts("采购")[-1]


def test_who_counts_the_goods_is_asked_in_his_own_words(shop: Firm) -> None:
    shop.say("仓管", "永固到货 外六角螺栓 20盒")
    assert "M8*30" in shop.card("仓管").card.notes[0].text
    assert "外六角螺栓" in rows(shop.card("仓管").card)[1][1]
