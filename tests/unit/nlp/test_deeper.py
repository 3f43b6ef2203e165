"""Rules about Chinese and trade that silent errors taught, each in its smallest form."""

from __future__ import annotations

from typing import Any

import pytest

from nlp import Context, Lexicon, Understanding, understand
from nlp.findings import Intent

NOW = "2026-11-24T09:30:00+08:00"


def _product(sku: str, name: str, spec: str, price: str | None, units: dict[str, str], *aliases: str) -> dict[str, Any]:
    return {
        "sku": sku, "name": name, "spec": spec, "base_unit": next(iter(units)), "units": units,
        "default_unit": list(units)[-1], "list_price": price, "aliases": list(aliases),
    }  # fmt: skip


LEXICON = Lexicon.build(
    {
        "products": [
            _product("CEM", "水泥", "P.O 42.5", "26", {"袋": "1", "吨": "20"}, "425水泥"),
            _product("LOW", "水泥", "P.C 32.5R", "22", {"袋": "1", "吨": "20"}),
            _product("BAR12", "螺纹钢", "12mm", "3.9", {"kg": "1", "吨": "1000"}),
            _product("BAR16", "螺纹钢", "16mm", "3.8", {"kg": "1", "吨": "1000"}),
            _product("BRICK", "红砖", "240*115", "0.55", {"块": "1"}),
            _product("GLUE", "瓷砖胶", "20kg", "28", {"袋": "1"}),
            _product("MSG", "味精", "1kg", "11", {"袋": "1", "箱": "10"}),
            _product("OIL", "机油", "10W-40 4L", "98", {"桶": "1", "箱": "6"}),
        ],
        "customers": [{"id": "C1", "name": "鼎盛建筑工程有限公司", "aliases": ["鼎盛"]}],
        "suppliers": [{"id": "S1", "name": "青龙山水泥厂", "aliases": ["青龙山"]}],
    }
)
DRAFT: dict[str, Any] = {
    "doc_no": "草稿1", "intent": "sales_order", "party": "C1", "delivery_date": None,
    "lines": [{"line_no": 1, "sku": "GLUE", "qty": "8", "unit": "袋"}],
}  # fmt: skip


def said(text: str, role: str = "sales", **context: Any) -> Understanding:
    return understand(text, Context(sender_role=role, datetime=NOW, **context), LEXICON)


def rows(understood: Understanding) -> list[tuple[str | None, str | None, str | None, str | None]]:
    return [(line.sku, line.qty, line.unit, line.unit_price) for doc in understood.docs for line in doc.lines]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("鼎盛 螺纹钢12的3吨 16的5吨半", [("BAR12", "3", "吨", None), ("BAR16", "5.5", "吨", None)]),
        ("鼎盛 螺纹钢12和16的各2吨", [("BAR12", "2", "吨", None), ("BAR16", "2", "吨", None)]),
        ("鼎盛 螺纹钢12/16各2吨", [("BAR12", "2", "吨", None), ("BAR16", "2", "吨", None)]),
        ("鼎盛 42.5的水泥100袋 25一袋", [("CEM", "100", "袋", "25")]),
        ("鼎盛 10W40机油2箱", [("OIL", "2", "箱", None)]),
        ("鼎盛 味精1kg5袋", [("MSG", "5", "袋", None)]),
        ("鼎盛 红砖两万块 五毛五一块", [("BRICK", "20000", "块", "0.55")]),
        ("鼎盛 味晶5袋", [("MSG", "5", "袋", None)]),
    ],
)
def test_numbers_that_say_which_one(text: str, lines: list[tuple[str, ...]]) -> None:
    understood = said(text)
    assert rows(understood) == lines
    assert not understood.ask


@pytest.mark.parametrize("text", ["鼎盛 水泥 42 50袋", "鼎盛 螺纹钢14的2吨", "鼎盛 螺纹钢12/18各2吨"])
def test_a_size_that_is_not_there_asks(text: str) -> None:
    assert said(text).ask


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("鼎盛 瓷砖胶每10袋送1袋，要30袋", [("30", False), ("3", True)]),
        ("鼎盛 瓷砖胶30袋 每10送1", [("30", False), ("3", True)]),
        ("鼎盛 瓷砖胶35袋，买10送1", [("35", False), ("3", True)]),
        ("鼎盛 瓷砖胶买10袋送1袋", [("10", False), ("1", True)]),
        ("鼎盛 瓷砖胶5袋 满10送1", [("5", False)]),
    ],
)
def test_so_many_free_with_so_many(text: str, lines: list[tuple[str, bool]]) -> None:
    understood = said(text)
    assert [(line.qty, line.gift) for line in understood.docs[0].lines] == lines
    assert not understood.ask


@pytest.mark.parametrize(
    ("text", "prices"),
    [
        ("鼎盛 味精5袋，瓷砖胶5袋，分别11和28", ["11", "28"]),
        ("鼎盛 味精、瓷砖胶 11/28 一袋，各5袋", ["11", "28"]),
        ("鼎盛 味精5袋11，瓷砖胶5袋28", ["11", "28"]),
    ],
)
def test_prices_one_by_one(text: str, prices: list[str]) -> None:
    understood = said(text)
    assert [row[3] for row in rows(understood)] == prices
    assert not understood.ask


TABLE = "品名\t单位\t规格\t单价\t数量\t金额\n水泥\t袋\t42.5\t25\t100\t2500\n瓷砖胶\t袋\t20kg\t28\t{}\t{}\n"


def test_columns_are_read_by_their_headings() -> None:
    understood = said(TABLE.format("10", "280") + "合计\t\t\t\t\t2780", chat_customer="C1")
    assert rows(understood) == [("CEM", "100", "袋", "25"), ("GLUE", "10", "袋", "28")]
    assert not understood.ask


def test_a_row_left_open_is_no_line_and_a_sum_that_disagrees_is_asked_about() -> None:
    assert rows(said(TABLE.format("", ""), chat_customer="C1")) == [("CEM", "100", "袋", "25")]
    assert rows(said(TABLE.format("0", "0"), chat_customer="C1")) == [("CEM", "100", "袋", "25")]
    assert said(TABLE.format("10", "290"), chat_customer="C1").ask
    assert said(TABLE.format("10", "280") + "合计\t\t\t\t\t2800", chat_customer="C1").ask


def test_columns_set_apart_by_spaces() -> None:
    understood = said("品名 规格 数量 单价\n水泥 42.5 100 25\n螺纹钢 12mm 3 3900", chat_customer="C1")
    assert [row[:2] for row in rows(understood)] == [("CEM", "100"), ("BAR12", "3")]


def test_a_remark_behind_a_line_is_its_note() -> None:
    line = said("鼎盛 瓷砖胶5袋（要新日期）").docs[0].lines[0]
    assert (line.sku, line.qty, line.note) == ("GLUE", "5", "要新日期")


@pytest.mark.parametrize(
    "text",
    [
        "鼎盛 425水泥100袋 先送60袋，剩下的过两天",
        "鼎盛 425水泥100袋，周四送60袋，周六送40袋",
        "鼎盛 425水泥100袋 分两次送",
    ],
)
def test_a_split_delivery_asks_and_adds_no_lines(text: str) -> None:
    understood = said(text)
    assert rows(understood) == [("CEM", "100", "袋", None)]
    assert "delivery_uneven" in understood.ask_about


@pytest.mark.parametrize(
    "text", ["有货的话鼎盛要50袋425水泥", "没425的话鼎盛要50袋瓷砖胶", "鼎盛 瓷砖胶5袋，没味精的话再来2袋大米"]
)
def test_a_condition_asks(text: str) -> None:
    assert "conditional" in said(text).ask_about


def test_politeness_is_no_condition() -> None:
    assert not said("方便的话给鼎盛送5袋瓷砖胶").ask


def test_as_usual_and_more_asks_for_the_usual() -> None:
    understood = said("老样子，再加5袋瓷砖胶", "customer", chat_customer="C1")
    assert (understood.intent, understood.ask) == (Intent.SALES_ORDER, True)


@pytest.mark.parametrize(
    ("text", "day"), [("今日接龙：\n1.鼎盛 瓷砖胶5袋", None), ("今日送货：鼎盛 瓷砖胶5袋", "2026-11-24")]
)
def test_the_date_of_a_list_is_no_delivery(text: str, day: str | None) -> None:
    assert said(text).docs[0].delivery_date == day


def test_a_full_width_comma_between_digits_parts_two_numbers() -> None:
    understood = said("青龙山来价：瓷砖胶 23，425水泥 21，味精 9", "buyer")
    assert understood.intent is Intent.SUPPLIER_QUOTE
    assert [row[3] for row in rows(understood)] == ["23", "21", "9"]


def test_enough_sets_and_a_bare_amount_asks() -> None:
    assert rows(said("5袋就够了", draft=DRAFT)) == [("GLUE", "5", "袋", None)]
    assert said("5袋", draft=DRAFT).ask


@pytest.mark.parametrize("text", ["都减半", "全部翻倍"])
def test_all_lines_at_once(text: str) -> None:
    understood = said(text, draft=DRAFT)
    assert rows(understood)[0][1] in ("4", "16")
    assert not understood.ask


@pytest.mark.parametrize("text", ["味精款520已经付了", "水泥款8600转过去了"])
def test_money_for_goods_is_no_order(text: str) -> None:
    assert said(text, "customer", chat_customer="C1").intent is Intent.NONE


@pytest.mark.parametrize("extra", ["运费50", "另加运费30元", "优惠20元", "定金500", "不是20袋"])
def test_money_and_numbers_beside_the_goods_ask(extra: str) -> None:
    understood = said(f"鼎盛 瓷砖胶10袋 {extra}")
    assert rows(understood) == [("GLUE", "10", "袋", None)]
    assert "unused" in understood.ask_about


@pytest.mark.parametrize("place", ["3楼", "送3号楼2单元", "8栋"])
def test_a_floor_or_a_house_is_no_price(place: str) -> None:
    understood = said(f"鼎盛 瓷砖胶10袋 {place}")
    assert rows(understood) == [("GLUE", "10", "袋", None)]
    assert not understood.ask


TWO: dict[str, Any] = {
    **DRAFT,
    "lines": [
        {"line_no": 1, "sku": "GLUE", "qty": "8", "unit": "袋", "unit_price": "28", "price_unit": "袋"},
        {"line_no": 2, "sku": "MSG", "qty": "5", "unit": "袋"},
    ],
}


@pytest.mark.parametrize(
    ("text", "quantities", "price", "ask"),
    [
        ("瓷砖胶单价28改27", ["8", "5"], "27", False),
        ("瓷砖胶降价2块", ["8", "5"], "26", False),
        ("瓷砖胶降到26", ["8", "5"], "26", False),
        ("瓷砖胶和味精都加2袋", ["10", "7"], "28", False),
        ("瓷砖胶和味精加2袋", ["8", "5"], "28", True),
        ("第1行9袋第2行6袋", ["9", "6"], "28", False),
        ("瓷砖胶别要那么多 1袋", ["8", "5"], "28", True),
    ],
)
def test_corrections_that_must_not_slip(text: str, quantities: list[str], price: str, ask: bool) -> None:
    understood = said(text, draft=TWO)
    lines = understood.docs[0].lines
    assert ([line.qty for line in lines], understood.ask) == (quantities, ask), understood.ask_about
    assert lines[0].unit_price == price


def test_a_phone_is_changed_by_saying_it() -> None:
    understood = said("电话改成13900001111", draft=TWO)
    assert (understood.docs[0].phone, understood.ask) == ("13900001111", False)


def test_a_day_on_which_nothing_shall_come_is_no_delivery_date() -> None:
    understood = said("明天不送了", draft=TWO)
    assert (understood.docs[0].delivery_date, understood.ask) == (None, True)
    assert said("明天先别送，后天上午送", draft=TWO).docs[0].delivery_date == "2026-11-26"
    assert said("鼎盛 瓷砖胶10袋 明天不送 后天送").docs[0].delivery_date == "2026-11-26"


def test_somebody_elses_price_is_not_ours() -> None:
    assert "unused" in said("鼎盛 瓷砖胶10袋 别人家25块").ask_about
