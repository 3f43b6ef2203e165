"""Our own small scorer for labelled messages, with the definitions of the language specification: lines compared
in base units, a silent error is anything material wrong in a document offered without a question.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from nlp import Lexicon
from nlp.evaluate import predict

DOCUMENTS = frozenset({"sales_order", "purchase_order", "supplier_quote", "correction"})
INQUIRIES = frozenset({"price_inquiry", "stock_query"})
VERDICTS = frozenset({"approve", "reject", "cancel"})


@dataclass
class Score:
    """Counts over a set of messages."""

    messages: int = 0
    intents: int = 0
    exact: int = 0
    exact_of: int = 0
    offered: int = 0
    silent: list[str] = field(default_factory=list)
    asked: int = 0
    ask_of: int = 0
    over_asked: int = 0
    hits: int = 0
    extra: int = 0
    missing: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def intent_accuracy(self) -> float:
        return self.intents / self.messages

    @property
    def line_f1(self) -> float:
        return 2 * self.hits / max(1, 2 * self.hits + self.extra + self.missing)

    @property
    def exact_rate(self) -> float:
        return self.exact / max(1, self.exact_of)

    @property
    def silent_rate(self) -> float:
        return len(self.silent) / max(1, self.offered)

    @property
    def ask_recall(self) -> float:
        return self.asked / max(1, self.ask_of)

    @property
    def over_asking(self) -> float:
        return self.over_asked / max(1, self.messages - self.ask_of)


def base_quantity(line: dict[str, Any], lexicon: Lexicon) -> Decimal | str | None:
    """A line's quantity in base units."""
    if line["qty"] is None:
        return None
    product = lexicon.by_sku(line["sku"])
    quantity = Decimal(line["qty"])
    size = None if product is None else product.factor(line["unit"] or product.default_unit)
    return f"{quantity} {line['unit']}" if size is None else (quantity * size).normalize()


def base_price(line: dict[str, Any], lexicon: Lexicon) -> Decimal | None:
    """A line's price per base unit, rounded to six places."""
    if line["unit_price"] is None:
        return None
    product = lexicon.by_sku(line["sku"])
    unit = line["price_unit"] or line["unit"]
    size = product.factor(unit) if product is not None and unit else None
    return (Decimal(line["unit_price"]) / (size or 1)).quantize(Decimal("0.000001"))


def _line_keys(lines: list[dict[str, Any]], lexicon: Lexicon, *, quote: bool) -> Counter[Any]:
    return Counter(
        (line["sku"], None if quote else base_quantity(line, lexicon), bool(line["gift"]))
        for line in lines
        if line["sku"]
    )


def _material(gold: dict[str, Any], said: dict[str, Any], lexicon: Lexicon) -> bool:
    """Whether party, date and prices agree."""
    prices = [
        Counter((line["sku"], base_price(line, lexicon)) for line in doc["lines"] if line["sku"] and not line["gift"])
        for doc in (gold, said)
    ]
    return prices[0] == prices[1] and all(gold[k] == said[k] for k in ("party", "delivery_date"))


def _documents(score: Score, label: dict[str, Any], said: dict[str, Any], lexicon: Lexicon) -> bool:
    """Compare lines; returns whether everything material agrees."""
    gold_docs = label["docs"] if label["intent"] in DOCUMENTS else []
    said_docs = list(said["docs"]) if said["intent"] in DOCUMENTS else []
    right = len(gold_docs) == len(said_docs)
    for gold in gold_docs:
        match = next((d for d in said_docs if d["party"] == gold["party"]), said_docs[0] if said_docs else None)
        if match is not None:
            said_docs.remove(match)
        if label["must_ask"]:
            continue
        quote = gold["intent"] == "supplier_quote"
        want = _line_keys(gold["lines"], lexicon, quote=quote)
        have = _line_keys(match["lines"], lexicon, quote=quote) if match else Counter()
        hits = sum((want & have).values())
        score.hits += hits
        score.missing += sum(want.values()) - hits
        score.extra += sum(have.values()) - hits
        right = right and want == have and match is not None and _material(gold, match, lexicon)
    for extra in said_docs:
        score.extra += sum(1 for line in extra["lines"] if line["sku"])
    return right


def _inquired(docs: list[dict[str, Any]]) -> set[str]:
    return {
        sku for doc in docs for line in doc["lines"] for sku in ([line["sku"]] if line["sku"] else line["candidates"])
    }


def score_folder(folder: Path) -> Score:
    """Score every message of ``folder/messages.jsonl`` against ``folder/catalog.json``."""
    lexicon = Lexicon.build(json.loads((folder / "catalog.json").read_text(encoding="utf-8")))
    score = Score()
    for raw in (folder / "messages.jsonl").read_text(encoding="utf-8").splitlines():
        message = json.loads(raw)
        _score_one(score, message["id"], message["label"], predict(raw, lexicon), lexicon)
    return score


def _score_one(score: Score, identity: str, label: dict[str, Any], said: dict[str, Any], lexicon: Lexicon) -> None:
    intent_right = said["intent"] == label["intent"] or said["intent"] in label["intent_alt"]
    right = True
    if label["intent"] in DOCUMENTS or said["intent"] in DOCUMENTS:
        right = _documents(score, label, said, lexicon)
    elif label["intent"] in INQUIRIES:
        right = _inquired(label["docs"]) == _inquired(said["docs"])
    elif label["intent"] in VERDICTS and not label["must_ask"]:
        right = bool(said["docs"]) and said["docs"][0]["ref"] == label["docs"][0]["ref"]
    score.messages += 1
    score.intents += intent_right
    handled = said["ask"] if label["must_ask"] else intent_right and right and not said["ask"]
    if not handled:
        score.wrong.append(identity)
    if label["must_ask"]:
        score.ask_of += 1
        score.asked += said["ask"]
    else:
        score.over_asked += said["ask"]
        if label["intent"] in DOCUMENTS:
            score.exact_of += 1
            score.exact += handled
    acts = said["intent"] in VERDICTS or (said["intent"] in DOCUMENTS and any(d["lines"] for d in said["docs"]))
    if acts and not said["ask"]:
        score.offered += 1
        if not handled:
            score.silent.append(identity)
