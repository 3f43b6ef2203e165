"""The risk–coverage report: how the silent error rate falls as the threshold for asking rises.

Every labelled message is read as if no question were allowed; it would be offered when its confidence reaches the
threshold, and anything material wrong in an offered reading is a silent error. Rates carry counts and Wilson 95 %
intervals; the tables are Markdown. Confidence in one folder is calibrated on the other folders only, so that nothing
is judged by itself; a folder alone takes the counts that the product ships (:mod:`nlp.calibration`).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import sqrt
from pathlib import Path
from typing import Any

from nlp.catalogue.lexicon import Lexicon
from nlp.confidence import confidence, evidence
from nlp.evaluate import context_of, prediction
from nlp.understanding import understand

_DOCUMENTS = ("sales_order", "purchase_order", "supplier_quote", "correction")
_INQUIRIES = ("price_inquiry", "stock_query")
THRESHOLDS = (0.0, 0.3, 0.5, 0.7, 0.8, 0.85, 0.9, 0.93, 0.95, 0.97, 0.98, 0.99)


@dataclass(frozen=True, slots=True)
class Sample:
    """One labelled message as read: its evidence, whether it was right, whether the parser itself asks."""

    folder: str
    kinds: frozenset[str]
    right: bool
    asks: bool
    document: bool = True  # read as an order, a quote or a correction, not as a question, a verdict or nothing


def wilson(hits: int, of: int) -> tuple[float, float]:
    """The Wilson 95 % interval of a rate; (0, 1) when nothing was counted."""
    if of == 0:
        return 0.0, 1.0
    z = 1.959964
    rate = hits / of
    middle = rate + z * z / (2 * of)
    spread = z * sqrt(rate * (1 - rate) / of + z * z / (4 * of * of))
    scale = 1 + z * z / of
    return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)


def _base(line: Mapping[str, Any], lexicon: Lexicon) -> tuple[Any, ...]:
    product = lexicon.by_sku(line["sku"])
    size = (product.factor(line["unit"] or product.default_unit) if product else None) or 1
    quantity = None if line["qty"] is None else (Decimal(line["qty"]) * size).normalize()
    per = (product.factor(line["price_unit"] or line["unit"] or product.default_unit) if product else None) or 1
    price = None if line["unit_price"] is None else round(Decimal(line["unit_price"]) / per, 6)
    return line["sku"], quantity, price, bool(line["gift"])


def right(label: Mapping[str, Any], said: Mapping[str, Any], lexicon: Lexicon) -> bool:
    """Whether a reading could be offered without a question: nothing material differs, and nothing had to be asked."""
    if label["must_ask"] or said["intent"] not in (label["intent"], *label["intent_alt"]):
        return False
    if said["intent"] in _INQUIRIES:
        return _named(label) == _named(said)
    if said["intent"] not in _DOCUMENTS or label["intent"] not in _DOCUMENTS:
        return True

    def told(doc: Mapping[str, Any]) -> tuple[Any, ...]:
        lines = [_base(line, lexicon) for line in doc["lines"]]
        if doc["intent"] == "supplier_quote":
            lines = [(sku, None, price, gift) for sku, _, price, gift in lines]
        return str(doc["party"]), str(doc["delivery_date"]), tuple(sorted(map(str, lines)))

    return sorted(map(told, label["docs"])) == sorted(map(told, said["docs"]))


def _named(reading: Mapping[str, Any]) -> set[str]:
    lines = [line for doc in reading["docs"] for line in doc["lines"]]
    return {sku for line in lines for sku in ([line["sku"]] if line["sku"] else line["candidates"])}


def samples(folders: Iterable[Path]) -> list[Sample]:
    """Read every labelled message of the folders (``catalog.json`` and ``messages.jsonl`` each)."""
    found = []
    every = list(folders)
    for folder in every:
        alike = sum(other.name == folder.name for other in every) > 1
        name = f"{folder.resolve().parent.name}/{folder.name}" if alike else folder.name
        lexicon = Lexicon.build(json.loads((folder / "catalog.json").read_text(encoding="utf-8")))
        for raw in (folder / "messages.jsonl").read_text(encoding="utf-8").splitlines():
            message = json.loads(raw)
            understood = understand(message["text"], context_of(message), lexicon)
            said = prediction(message["id"], understood)
            kinds = evidence(understood, message["text"], lexicon)
            good = right(message["label"], said, lexicon)
            found.append(Sample(name, kinds, good, said["ask"], said["intent"] in _DOCUMENTS))
    return found


def counts(found: Iterable[Sample]) -> dict[str, tuple[int, int]]:
    """For every kind of evidence: readings that were right, and all that stood on it."""
    seen: Counter[str] = Counter()
    good: Counter[str] = Counter()
    for sample in found:
        seen.update(sample.kinds)
        if sample.right:
            good.update(sample.kinds)
    return {kind: (good[kind], seen[kind]) for kind in sorted(seen)}


def scored(found: Sequence[Sample]) -> list[tuple[float, Sample]]:
    """Each sample with the confidence that the other folders' counts give it."""
    names = {sample.folder for sample in found}
    if len(names) == 1:
        return [(confidence(sample.kinds), sample) for sample in found]
    others = {name: counts(s for s in found if s.folder != name) for name in names}
    return [(confidence(sample.kinds, others[sample.folder]), sample) for sample in found]


def _rate(wrong: int, of: int) -> str:
    low, high = wilson(wrong, of)
    return f"{wrong / of if of else 0.0:.2%} ({wrong}/{of}), {low:.2%} – {high:.2%}"


def _row(name: str, offered: Sequence[Sample], of: int) -> str:
    papers = [sample for sample in offered if sample.document]
    covered = len(offered) / of if of else 0.0
    all_of, of_papers = (_rate(sum(not s.right for s in some), len(some)) for some in (offered, papers))
    return f"| {name} | {covered:.1%} ({len(offered)}/{of}) | {all_of} | {of_papers} |"


def _head(first: str) -> list[str]:
    return [f"| {first} | offered without a question | wrong among them, 95 % | documents wrong, 95 % |",
            "|---|---|---|---|"]  # fmt: skip


def report(folders: Sequence[Path]) -> str:
    """Two Markdown tables: by threshold over all folders, and as built by folder."""
    rated = scored(samples(folders))
    built = [sample for _, sample in rated if not sample.asks]
    lines = _head("confidence at least")
    for threshold in THRESHOLDS:
        lines.append(_row(f"{threshold:.2f}", [s for sure, s in rated if sure >= threshold], len(rated)))
    lines.append(_row("as built: it asks when in doubt", built, len(rated)))
    for threshold in (0.9, 0.95, 0.97):
        both = [s for sure, s in rated if not s.asks and sure >= threshold]
        lines.append(_row(f"as built, and {threshold:.2f}", both, len(rated)))
    lines += ["", *_head("as built, by folder")]
    for name in dict.fromkeys(sample.folder for _, sample in rated):
        own = sum(sample.folder == name for _, sample in rated)
        lines.append(_row(name, [s for s in built if s.folder == name], own))
    return "\n".join(lines) + "\n"


def calibration(folders: Sequence[Path]) -> str:
    """The source text of ``nlp/calibration.py``."""
    body = "".join(f'    "{kind}": {pair},\n' for kind, pair in counts(samples(folders)).items())
    return (
        '"""Kind of evidence: readings that were right, readings that stood on it. Written by\n'
        "``python -m nlp.evaluate --report FOLDERS --calibrate nlp/calibration.py``; never by hand."
        f'"""\n\nCOUNTS: dict[str, tuple[int, int]] = {{\n{body}}}\n'
    )
