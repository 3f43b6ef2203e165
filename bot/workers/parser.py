"""The parser's child: holds one lexicon and understands one message at a time."""

from __future__ import annotations

from typing import Any

from nlp import Lexicon, understand, wire

_lexicon: Lexicon | None = None


def load(job: dict[str, Any]) -> dict[str, Any]:
    """Build the lexicon anew from a whole catalogue."""
    global _lexicon  # noqa: PLW0603  the child's one piece of state
    _lexicon = Lexicon.build(job["catalog"])
    return {}


def overlay(job: dict[str, Any]) -> dict[str, Any]:
    """Lay changed products, partners and aliases over it."""
    global _lexicon  # noqa: PLW0603
    _lexicon = _loaded().with_overlay(job["changes"])
    return {}


def parse(job: dict[str, Any]) -> dict[str, Any]:
    """Understand one message."""
    found = understand(job["text"], wire.context_from_wire(job["context"]), _loaded())
    return {"understanding": wire.understanding_to_wire(found)}


def _loaded() -> Lexicon:
    if _lexicon is None:
        raise RuntimeError("no catalogue was loaded")
    return _lexicon


HANDLERS = {"load": load, "overlay": overlay, "parse": parse}
