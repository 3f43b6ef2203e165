"""The card of a document is a pure function of its view, within every platform's budget."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from inventory_core.views import (
    ApprovalView,
    DocumentView,
    Kind,
    LineView,
    PartnerView,
    PriceSource,
    Problem,
    ProductView,
    State,
)
from notifications import card_json
from notifications.asking import Names
from notifications.card import Card, Tone
from notifications.document_card import Audience, document_card, replaced_card
from notifications.plain_text import plain_text

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
UNITS = {"个": (1, 1), "盒": (100, 1)}


def bolt(key: int, spec: str) -> ProductView:
    return ProductView(key, f"LS{key}", "外六角螺栓", spec, "个", "盒", UNITS)


def line(no: int, **fields: object) -> LineView:
    base = LineView(
        id=no * 10,
        line_no=no,
        said="螺栓",
        product=bolt(1, "M8*30"),
        candidates=(),
        qty=Decimal(5),
        unit="盒",
        base_qty=Decimal(500),
        price=Decimal(50),
        price_unit="盒",
        price_source=PriceSource.LIST,
        tax_incl=None,
        amount=25000,
        gift=False,
        note=None,
        available=Decimal(3000),
        reserved=Decimal(0),
        shipped=Decimal(0),
    )
    return replace(base, **fields)  # type: ignore[arg-type]


def view(**fields: object) -> DocumentView:
    base = DocumentView(
        id=7,
        kind=Kind.SALES_ORDER,
        draft_no=3,
        number=None,
        version=2,
        state=State.DRAFT,
        state_label="草稿",
        author_id=1,
        author="小周",
        partner=PartnerView(1, "C0001", "东风机电", "customer"),
        partner_said="东风",
        lines=(line(1),),
        total=25000,
        delivery_date=date(2026, 11, 25),
        business_date=date(2026, 11, 24),
        created_at=NOW,
        updated_at=NOW,
    )
    return replace(base, **fields)  # type: ignore[arg-type]


def token(document_id: int, version: int, action: str, **args: str | int) -> str:
    return f"{document_id}.{version}.{action}" + "".join(f".{value}" for value in args.values())


def labels(card: Card) -> list[str]:
    return [button.label for button in card.buttons]


def test_a_clear_draft_offers_confirm_change_cancel() -> None:
    card = document_card(view(), token)
    assert card.title == "销售单 草稿3 · 待确认"
    assert labels(card) == ["确认", "改", "取消"]
    assert [(field.label, field.value) for field in card.fields] == [
        ("客户", "东风机电"),
        ("送货", "11月25日(周三)"),
        ("合计", "250.00元"),
    ]
    assert card.table is not None
    assert card.table.columns == ("行", "货品", "数量", "单价", "可发")
    assert card.table.rows == (("1", "外六角螺栓 M8*30", "5盒", "50(价目)", "30盒"),)
    assert "第1行改成6盒" in card.hint


def test_doubtful_lines_stand_first_and_offer_their_candidates() -> None:
    unsure = line(2, product=None, candidates=(4, 5), price=None, amount=None, base_qty=None, available=None)
    problem = Problem("sku_ambiguous", "第2行“螺栓”有2种，请选一种", 2, (4, 5))
    names = Names({4: bolt(4, "M8*40"), 5: bolt(5, "M8*50")})
    card = document_card(view(lines=(line(1), unsure), problems=(problem,), total=None), token, names)
    assert card.tone is Tone.WARN
    assert card.title.endswith("还有1处要定")
    assert card.table is not None
    assert [row[0] for row in card.table.rows] == ["2", "1"]
    assert card.table.tones == (Tone.BAD, Tone.NEUTRAL)
    (choice,) = card.choices
    assert [option.label for option in choice.options] == ["外六角螺栓 M8*40", "外六角螺栓 M8*50"]
    assert choice.token == "7.2.pick_product.20.line20"
    assert "确认" not in labels(card)
    assert "M8*40" in card.hint


def test_too_little_stock_offers_what_there_is_or_owing_the_rest() -> None:
    problem = Problem("shortage", "第1行 只有2盒，差3盒", 1)
    card = document_card(view(problems=(problem,)), token)
    assert labels(card) == ["只发现有", "欠货", "改", "取消"]
    assert [note.text for note in card.notes] == ["第1行 只有2盒，差3盒"]


def test_an_unknown_customer_can_be_created_on_the_card_or_be_a_walk_in() -> None:
    problem = Problem("party_unknown", "没有叫“城东”的客户")
    card = document_card(view(partner=None, partner_said="城东", problems=(problem,)), token)
    assert labels(card) == ["新建客户", "散客", "改", "取消"]
    assert [(one.name, one.value) for one in card.inputs] == [("name", "城东"), ("phone", ""), ("address", "")]


def test_an_unknown_product_can_be_created_on_the_card() -> None:
    unknown = line(1, product=None, said="内六角 M5", price=None, amount=None, available=None)
    problem = Problem("sku_unknown", "第1行没找到", 1)
    card = document_card(view(lines=(unknown,), problems=(problem,), total=None), token)
    assert labels(card) == ["新建商品", "改", "取消"]
    assert [one.name for one in card.inputs] == ["name", "spec", "unit", "price"]


def test_words_left_unused_are_shown_and_can_be_waved_through() -> None:
    problem = Problem("unused_words", "「老地方」没看懂")
    assert labels(document_card(view(problems=(problem,)), token)) == ["就这样", "改", "取消"]


def test_the_last_change_is_told_on_the_card() -> None:
    card = document_card(view(changes=("第1行 3盒 → 5盒",)), token)
    assert card.notes[0].text == "本次修改：第1行 3盒 → 5盒"


def test_an_approver_sees_verdicts_and_others_do_not() -> None:
    waiting = view(
        state=State.PENDING,
        state_label="待审核",
        number="XS-0001",
        approval=ApprovalView(1, 2, "pending", ("总额超过1000元",)),
    )
    assert labels(document_card(waiting, token)) == ["同意", "驳回", "撤销"]
    assert [one.name for one in document_card(waiting, token).inputs] == ["reason"]
    assert labels(document_card(waiting, token, audience=Audience(approves=False))) == ["撤销"]
    assert "要审批：总额超过1000元" in [note.text for note in document_card(waiting, token).notes]


def test_an_approved_order_can_be_shipped_printed_and_undone() -> None:
    card = document_card(view(state=State.APPROVED, state_label="已审核", number="XS-0001"), token)
    assert card.title == "销售单 XS-0001 · 已审核"
    assert labels(card) == ["发货", "打印", "给客户的文字", "撤销"]
    keeper_only = document_card(
        view(state=State.APPROVED, state_label="已审核", number="XS-0001"), token, audience=Audience(ships=False)
    )
    assert "发货" not in labels(keeper_only)


def test_what_the_firm_pays_is_shown_only_to_those_who_may_know() -> None:
    receipt = view(kind=Kind.GOODS_RECEIPT, partner=PartnerView(9, "S0001", "永固紧固件", "supplier"))
    open_card = card_json.dumps(document_card(receipt, token))
    closed = card_json.dumps(document_card(receipt, token, audience=Audience(cost=False)))
    assert "250.00" in open_card
    assert "50(价目)" in open_card
    assert "250.00" not in closed
    assert "50(" not in closed


@pytest.mark.parametrize("state", list(State))
def test_every_state_keeps_within_the_budget(state: State) -> None:
    problems = tuple(
        [Problem("party_unknown", "没有这个客户"), Problem("unused_words", "没看懂"), Problem("shortage", "差3盒", 1)]
        + [Problem("sku_ambiguous", f"第{no}行", no, tuple(range(1, 15))) for no in range(1, 9)]
    )
    lines = tuple(line(no, product=None, candidates=tuple(range(1, 15))) for no in range(1, 60))
    names = Names({key: bolt(key, f"M{key}") for key in range(1, 15)})
    card = document_card(
        view(state=state, state_label=state.value, lines=lines, problems=problems, partner=None), token, names
    )
    assert len(card.buttons) <= 6
    assert len(card.choices) <= 3
    assert all(len(choice.options) <= 10 for choice in card.choices)
    assert len(card.fields) <= 6
    assert len(card_json.dumps(card).encode()) < 30_000
    assert card_json.loads(card_json.dumps(card)) == card


def test_the_same_version_gives_the_same_bytes() -> None:
    assert card_json.dumps(document_card(view(), token)) == card_json.dumps(document_card(view(), token))


def test_a_replaced_card_has_nothing_left_to_press() -> None:
    card = replaced_card(view())
    assert card.buttons == ()
    assert card.choices == ()


def test_plain_text_for_the_customer() -> None:
    text = plain_text(view(number="XS-0001", state=State.APPROVED), "启明五金")
    assert text.splitlines() == [
        "【启明五金】销售单 XS-0001",
        "客户：东风机电",
        "1. 外六角螺栓 M8*30 5盒，50元/盒，250.00元",
        "合计：250.00元",
        "送货：11月25日(周三)",
    ]
    assert "元" not in plain_text(view(number="XS-0001"), "启明五金", prices=False)
