"""Messages nobody would write; see tests/fuzz. The long run is ``make bench-fuzz ARGS="--part language"``."""

from __future__ import annotations

from datetime import date

import pytest

from nlp import Context, understand
from nlp.scanning.dates import date_at
from nlp.scanning.text import fold
from tests.fuzz.language import Fuzz
from tests.fuzz.language_numbers import is_plain, says, stream
from tests.unit.nlp.phenomena_support import NOW, lexicon_of

CASES = 2_000
SEED = 11


def test_two_thousand_odd_messages() -> None:
    report = Fuzz().run(SEED, 0, CASES)
    assert report.faults == []
    assert report.cases == CASES
    assert sum(report.offered.values()) > CASES / 20  # else nothing was judged
    assert report.offered["sales_order"] > 50
    assert report.offered["correction"] > 20


def test_a_case_is_its_seed_and_number() -> None:
    fuzz = Fuzz()
    assert fuzz.case(1, 7) == Fuzz().case(1, 7) != fuzz.case(1, 8)


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("三十二盒12.5元", "32125"),
        ("十二", "12"),
        ("二十", "2"),
        ("12块5", "125"),
        ("两箱半", "25"),
        ("１０", "10"),
        ("七\u202e十二块五", "725"),
    ],
)
def test_the_judge_reads_digits_by_itself(text: str, digits: str) -> None:
    assert stream(text) == digits


def test_the_judge_knows_a_number_nobody_said() -> None:
    assert says(stream("一百二十盒"), "120")
    assert says(stream("来盒水"), "1")
    assert not says(stream("12盒"), "13")
    assert is_plain("12.5")
    assert not is_plain("1E+2")
    assert not is_plain("-3")


# -- what it found -----------------------------------------------------------------------------------------------------


def test_a_field_left_open_in_a_form_points_nowhere() -> None:
    found = understand("收货人:，大宇 雨衣3套", Context(sender_role="sales", datetime=NOW), lexicon_of("w"))
    assert found.docs
    assert "contact" not in found.docs[0].spans
    assert found.docs[0].contact is None


def test_an_amount_in_words_among_sizes_is_no_run_of_sizes() -> None:
    understand("劳保鞋 1,200万 黑色", Context(sender_role="sales", datetime=NOW), lexicon_of("w"))


def test_a_price_for_a_unit_the_goods_are_not_sold_by_is_asked_about() -> None:
    found = understand("大宇 雨衣3套 每盒按0.017元算", Context(sender_role="sales", datetime=NOW), lexicon_of("w"))
    assert found.ask
    assert "price_abnormal" in found.ask_about


def test_an_unseen_letter_between_two_numbers_changes_nothing() -> None:
    assert fold("335，\u20602\u200b15").text == fold("335，215").text == "335、215"


def test_a_place_after_a_blank_is_found_where_it_stands() -> None:
    draft = {"doc_no": "草稿1", "intent": "sales_order", "party": "W1", "delivery_date": None, "lines": [
        {"line_no": 1, "sku": "SHB40", "qty": "5", "unit": "双", "unit_price": None, "price_unit": None}]}  # fmt: skip
    text = "送到 三号门"
    found = understand(text, Context(sender_role="sales", datetime=NOW, draft=draft), lexicon_of("w"))
    assert found.docs[0].address == "三号门"
    assert text[slice(*found.docs[0].spans["address"])] == "三号门"


def test_a_message_may_end_where_a_second_day_is_looked_for() -> None:
    understand("PVC管报价18一根，下午两点到", Context(sender_role="supplier", datetime=NOW), lexicon_of("w"))
    assert date_at("明天", 2, date(2026, 11, 24)) is None


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("鋰電池兩個", "锂电池两个"),
        ("餛飩皮、饅頭、薺菜", "馄饨皮、馒头、荠菜"),
        ("海參", "海参"),
        ("纏繞膜 鍾記", "缠绕膜 钟记"),
        ("乾貨 裡脊 麵條", "干货 里脊 面条"),
    ],
)
def test_traditional_characters_of_any_trade_are_read(said: str, plain: str) -> None:
    assert fold(said).text == fold(plain).text == plain
    assert len(fold(said).offsets) == len(said) + 1


def test_a_table_row_whose_quantity_is_no_number_is_asked_about() -> None:
    for heading in ("数量", "量数"):
        text = f"大宇\n品名\t规格\t{heading}\t单价\t金额\n分体雨衣\t均码 藏青\tx\t48\t144"
        found = understand(text, Context(sender_role="sales", datetime=NOW), lexicon_of("w"))
        assert "144" not in {line.qty for doc in found.docs for line in doc.lines}, heading
        assert found.ask or not found.docs, heading


def test_more_at_the_very_beginning_is_found_where_it_stands() -> None:
    draft = {"doc_no": "草稿1", "intent": "sales_order", "party": "W1", "delivery_date": None, "lines": [
        {"line_no": 1, "sku": "SHB40", "qty": "5", "unit": "双", "unit_price": None, "price_unit": None}]}  # fmt: skip
    text = "加10双鞋"
    found = understand(text, Context(sender_role="sales", datetime=NOW, draft=draft), lexicon_of("w"))
    assert found.docs[0].lines[0].qty == "15"
    assert text[slice(*found.docs[0].lines[0].spans["qty"])] == "加10双"
