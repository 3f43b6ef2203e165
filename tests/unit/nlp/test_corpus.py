"""The labelled corpus, scored. Floors rise with each improvement and never fall."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.nlp_score import score_folder

CORPUS = Path(__file__).parents[2] / "corpus"
TRADES = sorted(path.name for path in CORPUS.iterdir() if (path / "messages.jsonl").exists())


@pytest.mark.parametrize("trade", TRADES)
def test_the_parser_reaches_its_floors(trade: str) -> None:
    score = score_folder(CORPUS / trade)
    told = f"wrong {score.wrong}, silent {score.silent}"
    assert score.intent_accuracy >= 0.995, told
    assert score.line_f1 >= 0.995, told
    assert score.exact_rate >= 0.97, told
    assert score.silent_rate == 0, told
    assert score.ask_recall == 1, told
    assert score.over_asking <= 0.025, told


@pytest.mark.parametrize("trade", TRADES)
def test_labels_name_only_what_the_catalogue_has(trade: str) -> None:
    catalog = json.loads((CORPUS / trade / "catalog.json").read_text(encoding="utf-8"))
    skus = {product["sku"] for product in catalog["products"]}
    parties = {party["id"] for party in catalog["customers"] + catalog["suppliers"]}
    messages = [json.loads(raw) for raw in (CORPUS / trade / "messages.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len({message["id"] for message in messages}) == len(messages)
    for message in messages:
        for doc in message["label"]["docs"]:
            assert doc["party"] is None or doc["party"] in parties, message["id"]
            for line in doc["lines"]:
                assert {line["sku"], *line["candidates"]} - {None} <= skus, message["id"]
