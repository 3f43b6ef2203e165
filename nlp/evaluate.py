"""``python -m nlp.evaluate --catalog catalog.json --messages messages.jsonl --out predictions.jsonl``

Runs the parser the product uses over a file of messages. Every input line gives one output line with the same id; a
message that fails inside is reported in its own line and never ends the run. Timing goes to stderr.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nlp.catalogue.lexicon import Lexicon
from nlp.findings import Context, Understanding
from nlp.understanding import understand
from nlp.wire import doc_to_wire

_LINE_KEYS = ("sku", "candidates", "qty", "unit", "unit_price", "price_unit", "tax_incl", "gift", "tiers", "note")
_DOC_KEYS = (
    "intent", "party", "lines", "delivery_date", "tax_rate", "discount_rate", "price_basis", "address", "phone",
    "contact", "ref", "reason",
)  # fmt: skip


def context_of(message: Mapping[str, Any]) -> Context:
    """The context of a message of the specification's shape."""
    raw = message.get("context") or {}
    return Context(
        sender_role=str(message.get("sender_role") or "sales"),
        datetime=str(message.get("datetime") or ""),
        chat_type=str(raw.get("chat_type") or "direct"),
        chat_customer=raw.get("chat_customer"),
        chat_supplier=raw.get("chat_supplier"),
        draft=raw.get("draft"),
    )


def prediction(identity: Any, understood: Understanding) -> dict[str, Any]:
    """An understanding in the specification's shape, without our own fields."""
    docs = []
    for doc in understood.docs if understood.verb is None or understood.intent != "none" else ():
        wire = doc_to_wire(doc)
        wire["lines"] = [{key: line[key] for key in _LINE_KEYS} for line in wire["lines"]]
        docs.append({key: wire[key] for key in _DOC_KEYS})
    return {
        "id": identity,
        "intent": understood.intent.value,
        "ask": understood.ask and not (understood.verb is not None and understood.intent == "none"),
        "ask_about": list(understood.ask_about),
        "question": understood.question,
        "confidence": round(understood.confidence, 3),
        "docs": docs,
    }


def predict(raw: str, lexicon: Lexicon) -> dict[str, Any]:
    """One message line to one prediction."""
    identity: Any = None
    try:
        message = json.loads(raw)
        identity = message.get("id")
        return prediction(identity, understand(str(message.get("text") or ""), context_of(message), lexicon))
    except Exception as error:  # noqa: BLE001 - the run's named boundary: one bad message must not end it
        return {"id": identity, "intent": "none", "ask": True, "docs": [], "error": f"{type(error).__name__}: {error}"}


def _tuned() -> list[Path]:
    """The labelled folders of this checkout that rules were tuned on; folders in folders are not looked into."""
    return sorted(path for path in Path("tests/corpus").glob("*") if (path / "messages.jsonl").exists())


def _report(folders: list[Path], calibrate: Path | None) -> int:
    from nlp import report  # it reads with this module's functions

    if not folders:
        sys.stderr.write("no folder with catalog.json and messages.jsonl\n")
        return 2
    sys.stdout.write(report.report(folders))
    if calibrate is not None:
        calibrate.write_text(report.calibration(folders), encoding="utf-8")
    return 0


def main(arguments: list[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m nlp.evaluate", description=__doc__.splitlines()[0])
    parser.add_argument("--catalog", type=Path)
    parser.add_argument("--messages", type=Path)
    parser.add_argument("--out", type=Path)
    parser.add_argument(
        "--report", nargs="*", type=Path, metavar="FOLDER", help="risk and coverage on labelled folders"
    )
    parser.add_argument("--calibrate", type=Path, metavar="FILE", help="with --report: write the counts it measured")
    options = parser.parse_args(arguments)
    if options.report is not None:
        return _report(options.report or _tuned(), options.calibrate)
    if options.catalog is None or options.messages is None or options.out is None:
        parser.error("--catalog, --messages and --out are needed (or --report)")
    begun = time.perf_counter()
    lexicon = Lexicon.build(json.loads(options.catalog.read_text(encoding="utf-8")))
    built = time.perf_counter() - begun
    count, total, worst = 0, 0.0, 0.0
    with options.messages.open(encoding="utf-8") as source, options.out.open("w", encoding="utf-8") as out:
        for raw in source:
            if not raw.strip():
                continue
            started = time.perf_counter()
            result = predict(raw, lexicon)
            spent = time.perf_counter() - started
            out.write(json.dumps(result, ensure_ascii=False) + "\n")
            count, total, worst = count + 1, total + spent, max(worst, spent)
    mean = total / count * 1000 if count else 0.0
    timing = f"lexicon {built:.2f} s, {count} messages, mean {mean:.2f} ms, worst {worst * 1000:.1f} ms\n"
    sys.stderr.write(timing)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
