"""Confidence is measured: the counts, the interval, the report."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from nlp import Context, Lexicon, understand
from nlp.confidence import confidence
from nlp.evaluate import main
from nlp.report import Sample, counts, scored, wilson


def test_the_wilson_interval_of_known_rates() -> None:
    assert wilson(0, 0) == (0.0, 1.0)
    low, high = wilson(0, 300)
    assert low == pytest.approx(0)
    assert high == pytest.approx(0.01264, abs=1e-4)
    assert wilson(50, 100) == pytest.approx((0.4038, 0.5962), abs=1e-4)


def test_a_reading_is_as_sure_as_its_weakest_evidence() -> None:
    seen = {"good": (98, 98), "poor": (1, 2)}
    assert confidence(frozenset({"good"}), seen) == pytest.approx(0.99)
    assert confidence(frozenset({"good", "poor"}), seen) == 0.5
    assert confidence(frozenset({"good", "new"}), seen) == 0.5


def test_a_folder_is_never_calibrated_on_itself() -> None:
    one = Sample("a", frozenset({"k"}), right=False, asks=False)
    other = Sample("b", frozenset({"k"}), right=True, asks=False)
    assert counts([one, other]) == {"k": (1, 2)}
    assert [round(sure, 3) for sure, _ in scored([one, other])] == [0.667, 0.333]


def test_a_folder_alone_takes_the_counts_that_are_shipped() -> None:
    kinds = frozenset({"intent:sales_order"})
    assert scored([Sample("a", kinds, right=True, asks=False)])[0][0] == confidence(kinds) > 0.9


def test_folders_of_one_name_are_told_apart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for parent in ("new", "old"):
        folder = tmp_path / parent / "goods"
        folder.mkdir(parents=True)
        (folder / "catalog.json").write_text('{"products": [], "customers": [], "suppliers": []}', encoding="utf-8")
        label = {"intent": "none", "intent_alt": [], "must_ask": False, "docs": []}
        message = {"id": "1", "text": "大家好", "sender_role": "sales", "datetime": "2026-11-24T10:00:00+08:00"}
        (folder / "messages.jsonl").write_text(json.dumps({**message, "label": label}) + "\n", encoding="utf-8")
    assert main(["--report", str(tmp_path / "new" / "goods"), str(tmp_path / "old" / "goods")]) == 0
    told = capsys.readouterr().out
    assert "| new/goods | 100.0% (1/1) |" in told
    assert "| old/goods | 100.0% (1/1) | 0.00% (0/1), 0.00% – 79.35% | 0.00% (0/0), 0.00% – 100.00% |" in told


def test_the_report_counts_every_message(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    product = {"sku": "A", "name": "蜡烛", "spec": "", "base_unit": "支", "units": {"支": "1"}, "default_unit": "支"}
    catalog = {"products": [product], "customers": [{"id": "C", "name": "望江楼", "aliases": []}], "suppliers": []}
    line: dict[str, object] = {"sku": "A", "qty": "3", "unit": "支", "unit_price": None, "gift": False}
    line |= {"price_unit": None, "candidates": []}
    doc = {"intent": "sales_order", "party": "C", "delivery_date": None, "lines": [line]}
    label = {"intent": "sales_order", "intent_alt": [], "must_ask": False, "docs": [doc]}
    message = {"id": "1", "text": "望江楼 蜡烛3支", "sender_role": "sales", "datetime": "2026-11-24T10:00:00+08:00"}
    (tmp_path / "catalog.json").write_text(json.dumps(catalog), encoding="utf-8")
    (tmp_path / "messages.jsonl").write_text(json.dumps({**message, "label": label}) + "\n", encoding="utf-8")
    assert main(["--report", str(tmp_path), "--calibrate", str(tmp_path / "counts.py")]) == 0
    told = capsys.readouterr().out
    assert "| as built: it asks when in doubt | 100.0% (1/1) | 0.00% (0/1), 0.00% – 79.35% | 0.00% (0/1)" in told
    assert f"| {tmp_path.name} | 100.0% (1/1) |" in told
    assert '"qty:unit": (1, 1)' in (tmp_path / "counts.py").read_text(encoding="utf-8")


def test_a_question_makes_a_reading_less_sure() -> None:
    products = [
        {"sku": s, "name": "蜡烛", "spec": s, "base_unit": "支", "units": {"支": "1"}, "default_unit": "支"}
        for s in ("红色", "白色")
    ]
    lexicon = Lexicon.build({"products": products, "customers": [{"id": "C", "name": "望江楼"}], "suppliers": []})
    context = Context(sender_role="sales", datetime="2026-11-24T10:00:00+08:00")
    clear = understand("望江楼 红色蜡烛3支", context, lexicon)
    open_ = understand("望江楼 蜡烛3支", context, lexicon)
    assert clear.confidence > 0.8 > 0.3 > open_.confidence
