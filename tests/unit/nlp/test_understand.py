"""The door of the room: commands, evidence, limits, and that odd input always gets an answer."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp import Context, Lexicon, Understanding, understand
from nlp.evaluate import main
from nlp.findings import Intent, Verb
from nlp.wire import context_from_wire, context_to_wire, understanding_from_wire, understanding_to_wire

CORPUS = Path(__file__).parents[2] / "corpus"
NOW = "2026-11-24T09:30:00+08:00"


def _lexicon(trade: str = "hardware") -> Lexicon:
    return Lexicon.build(json.loads((CORPUS / trade / "catalog.json").read_text(encoding="utf-8")))


LEXICON = _lexicon()
DRAFT = {
    "doc_no": "XS-0101", "intent": "sales_order", "party": "K01", "delivery_date": None,
    "lines": [
        {"line_no": 1, "sku": "SLD20", "candidates": [], "qty": "2", "unit": "盒", "said": "生料带2盒"},
        {"line_no": 2, "sku": None, "candidates": ["LS0830Z", "LS0830B"], "qty": "10", "unit": "盒", "said": "螺栓"},
    ],
}  # fmt: skip


def said(text: str, role: str = "sales", **context: object) -> Understanding:
    return understand(text, Context(sender_role=role, datetime=NOW, **context), LEXICON)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "verb", "refs"),
    [
        ("帮助", Verb.HELP, ()),
        ("草稿", Verb.DRAFTS, ()),
        ("继续", Verb.RESUME, ()),
        ("继续 草稿3", Verb.RESUME, ("草稿3",)),
        ("确认", Verb.CONFIRM, ()),
        ("确认 草稿3", Verb.CONFIRM, ("草稿3",)),
        ("xs12", Verb.SHOW, ("XS-0012",)),
        ("打印 XS-0012", Verb.SHOW, ("XS-0012",)),
        ("文本 XS-0012", Verb.TEXT, ("XS-0012",)),
        ("发货 XS-0012", Verb.SHIP, ("XS-0012",)),
        ("撤销", Verb.UNDO, ()),
    ],
)
def test_commands(text: str, verb: Verb, refs: tuple[str, ...]) -> None:
    understood = said(text)
    assert (understood.verb, understood.refs, understood.intent, understood.ask) == (verb, refs, Intent.NONE, False)


def test_part_of_an_order_ships_row_by_row() -> None:
    understood = said("发货 XS-0012 第1行发5箱，第3行发2盒", "warehouse")
    assert understood.verb is Verb.SHIP
    assert [(line.line_no, line.qty, line.unit) for line in understood.docs[0].lines] == [
        (1, "5", "箱"),
        (3, "2", "盒"),
    ]


def test_goods_that_came_are_a_receipt() -> None:
    understood = said("永固到货 M8*30镀锌 20盒 单价12", "warehouse")
    assert (understood.verb, understood.intent, understood.ask) == (Verb.RECEIVE, Intent.NONE, False)
    assert understood.docs[0].party == "V01"
    line = understood.docs[0].lines[0]
    assert (line.sku, line.qty, line.unit, line.unit_price, line.price_unit) == ("LS0830Z", "20", "盒", "12", "盒")


def test_voiding_a_numbered_document_is_undo() -> None:
    understood = said("作废 XS-0012 客户不要了")
    assert (understood.verb, understood.docs[0].ref) == (Verb.UNDO, "XS-0012")


def test_a_verdict_on_a_number_keeps_its_reason() -> None:
    understood = said("驳回 XS-0012 价格不对", "boss")
    assert understood.intent is Intent.REJECT
    assert (understood.docs[0].ref, understood.docs[0].reason) == ("XS-0012", "价格不对")


@pytest.mark.parametrize("answer", ["不锈钢的", "M8*30不锈钢那个", "304不锈钢"])
def test_an_answer_fills_the_open_line(answer: str) -> None:
    understood = said(answer, draft=DRAFT)
    assert understood.intent is Intent.CORRECTION
    assert [(line.line_no, line.sku, line.qty) for line in understood.docs[0].lines] == [
        (1, "SLD20", "2"),
        (2, "LS0830B", "10"),
    ]
    assert not understood.ask


def test_a_quantity_answers_for_the_only_line_without_one() -> None:
    draft = {**DRAFT, "lines": [DRAFT["lines"][0], {"line_no": 2, "sku": "PD08", "qty": None, "unit": None}]}  # type: ignore[index]
    understood = said("10包", draft=draft)
    assert [(line.sku, line.qty, line.unit) for line in understood.docs[0].lines][1] == ("PD08", "10", "包")


def test_more_of_the_order_just_made() -> None:
    understood = said("刚才那单生料带再加两盒", draft={**DRAFT, "lines": DRAFT["lines"][:1]})  # type: ignore[index]
    assert understood.intent is Intent.CORRECTION
    assert understood.docs[0].lines[0].qty == "4"


def test_evidence_points_into_the_original_text() -> None:
    text = "老周五金：生料带 ３ 盒，明天送"
    understood = said(text)
    line = understood.docs[0].lines[0]
    assert text[slice(*line.spans["sku"])] == "生料带"
    assert text[slice(*line.spans["qty"])] == "３ 盒"
    assert text[slice(*understood.docs[0].spans["delivery_date"])] == "明天送"[:2]
    assert understood.docs[0].delivery_date == "2026-11-25"


def test_spec_numbers_are_never_taken_for_their_neighbours() -> None:
    understood = said("M8*35镀锌螺栓5盒", chat_customer="K01")
    assert understood.ask
    assert understood.docs[0].lines[0].sku is None


def test_an_overlay_counts_in_the_next_message() -> None:
    changed = LEXICON.with_overlay({"aliases": [{"sku": "SLD20", "alias": "白带子"}], "removed": ["QF15"]})
    assert changed.by_sku("QF15") is None
    assert LEXICON.by_sku("QF15") is not None
    understood = understand("老周 白带子5盒", Context(datetime=NOW), changed)
    assert understood.docs[0].lines[0].sku == "SLD20"
    again = changed.with_overlay(
        {"products": [{"sku": "NEW", "name": "手电筒", "units": {"把": "1"}, "base_unit": "把"}]}
    )
    both = understand("老周 白带子5盒 手电筒2把", Context(datetime=NOW), again)
    assert [line.sku for line in both.docs[0].lines] == ["SLD20", "NEW"]


def test_shared_names_and_single_letter_aliases_do_no_harm() -> None:
    product = {"name": "垫片", "spec": "", "base_unit": "个", "units": {"个": "1"}, "aliases": ["片", "垫"]}
    lexicon = Lexicon.build({"products": [{**product, "sku": "A"}, {**product, "sku": "B"}], "customers": []})
    understood = understand("垫片5个", Context(sender_role="customer", chat_customer="K", datetime=NOW), lexicon)
    assert understood.docs[0].lines[0].candidates == ("A", "B")
    assert "sku_ambiguous" in understood.ask_about


@pytest.mark.parametrize("text", ["x" * 10_001, "行\n" * 501])
def test_too_long_asks_for_a_spreadsheet(text: str) -> None:
    understood = said(text)
    assert understood.ask_about == ("too_long",)
    assert "表格" in (understood.question or "")


def test_both_values_cross_the_pipe_unchanged() -> None:
    context = Context(sender_role="buyer", datetime=NOW, chat_type="group", draft=DRAFT)
    assert context_from_wire(json.loads(json.dumps(context_to_wire(context)))) == context
    for text in ("恒达 生料带3盒 1.5一卷 明天送", "M8*30的螺栓来10盒", "永固报价 M8*30镀锌0.16/个 100盒以上0.15"):
        understood = said(text)
        assert understanding_from_wire(json.loads(json.dumps(understanding_to_wire(understood)))) == understood


def test_evaluate_answers_every_line(tmp_path: Path) -> None:
    messages = tmp_path / "messages.jsonl"
    messages.write_text(
        '{"id": "1", "text": "三建 生料带3盒", "datetime": "' + NOW + '"}\nnot json\n{"id": "3"}\n', "utf-8"
    )
    out = tmp_path / "out.jsonl"
    arguments = ["--catalog", str(CORPUS / "hardware" / "catalog.json"), "--messages", str(messages), "--out", str(out)]
    assert main(arguments) == 0
    answers = [json.loads(raw) for raw in out.read_text("utf-8").splitlines()]
    assert [answer["id"] for answer in answers] == ["1", None, "3"]
    assert answers[0]["docs"][0]["lines"][0]["sku"] == "SLD20"
    assert answers[1]["ask"]
    assert "error" in answers[1]


_WORDS = st.sampled_from(
    [
        "生料带",
        "M8*30",
        "螺栓",
        "不锈钢",
        "盒",
        "箱",
        "3",
        "十二",
        "两",
        "半",
        "块",
        "元",
        "各",
        "送",
        "不要",
        "改成",
        "换成",
        "第2行",
        "明天",
        "下周三",
        "周工",
        "老周",
        ":",
        ",",
        "\n",
        "\t",
        "含税",
        "单价",
        "每",
        "100",
        "13个点",
        "九五折",
        "对调",
        "再加",
        "以上",
        "到货",
        "报价",
        "多少钱",
        "库存",
        "同意",
        "驳回",
        "取消",
        "XS-0101",
        "草稿3",
        "13800138000",
        "(",
        ")",
        "\u200b",
        "\u202e",
        "×",
        "😀",
        "㎏",
        "Ⅳ",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.text(max_size=60), st.lists(_WORDS, max_size=14).map("".join)), st.booleans(),
       st.sampled_from(["customer", "sales", "buyer", "supplier", "boss", "warehouse"]))  # fmt: skip
def test_any_text_gets_an_answer(text: str, drafting: bool, role: str) -> None:
    understood = said(text, role, draft=DRAFT if drafting else None)
    assert understood.ask == bool(understood.ask_about) or understood.verb is not None
    for doc in understood.docs:
        for line in doc.lines:
            for start, end in line.spans.values():
                assert 0 <= start <= end <= len(text)
    assert understanding_from_wire(understanding_to_wire(understood)) == understood


def test_building_a_lexicon_loads_what_a_message_may_need() -> None:
    code = (
        "import sys\nfrom nlp import Lexicon\n"
        "Lexicon.build({'products': [{'sku': 'A', 'name': '生料带', 'units': {'卷': '1'}, 'base_unit': '卷'}]})\n"
        "assert 'pypinyin' in sys.modules"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, cwd=CORPUS.parents[1]).returncode == 0
