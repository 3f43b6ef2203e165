"""How sure a reading is, from the evidence its fields stand on, and how often evidence of that kind was right.

Nothing here is felt: each kind of evidence (a product by its whole name, an amount without a unit, a party taken from
the chat, a doubt of some kind …) has the counts of ``calibration``, measured on labelled messages by
``python -m nlp.evaluate --report``. A reading is as sure as its weakest evidence, by the rule of succession.
"""

from __future__ import annotations

from collections.abc import Mapping

from nlp.calibration import COUNTS
from nlp.catalogue.lexicon import Lexicon
from nlp.catalogue.terms import full_key
from nlp.findings import Doc, Intent, Line, Understanding
from nlp.scanning.text import fold_key, is_han

_DOCUMENTS = (Intent.SALES_ORDER, Intent.PURCHASE_ORDER, Intent.SUPPLIER_QUOTE, Intent.CORRECTION)


def evidence(understood: Understanding, text: str, lexicon: Lexicon) -> frozenset[str]:
    """The kinds of evidence an understanding stands on."""
    if understood.ask:  # a doubt explains whatever is wrong; the other fields would take the blame for it
        return frozenset(f"doubt:{doubt}" for doubt in understood.ask_about or ("other",))
    found = {f"intent:{understood.intent}"}
    if understood.intent not in _DOCUMENTS:
        return frozenset(found)
    if len(understood.docs) > 1:
        found.add("documents:several")
    for doc in understood.docs:
        found.update(_of_document(doc))
        for line in doc.lines:
            found.update(_of_line(line, text, lexicon))
    found.add(_rest(understood, text))
    return frozenset(found)


def _of_document(doc: Doc) -> set[str]:
    found = {"party:said" if "party" in doc.spans else "party:chat"}
    if doc.delivery_date is not None and "delivery_date" in doc.spans:
        found.add("date:said")
    for name in ("tax_rate", "discount_rate", "price_basis"):
        if getattr(doc, name) is not None:
            found.add(f"terms:{name}")
    if len(doc.lines) > 8:
        found.add("lines:many")
    return found


def _of_line(line: Line, text: str, lexicon: Lexicon) -> set[str]:
    found = set()
    if "sku" in line.spans:
        found.add(_of_product(line, fold_key(text[slice(*line.spans["sku"])]), lexicon))
    if "qty" in line.spans:
        said = text[slice(*line.spans["qty"])]
        found.add(
            "qty:unit" if said and not (said[-1].isdigit() or said[-1] in "一二两三四五六七八九十百") else "qty:bare"
        )
    if line.unit_price is not None and "unit_price" in line.spans:
        said = text[slice(*line.spans["unit_price"])]
        bare = said.replace(".", "").isdigit()
        found.add("price:bare" if bare else "price:unit")
    if line.gift:
        found.add("gift")
    if line.tiers:
        found.add("tiers")
    return found


def _of_product(line: Line, said: str, lexicon: Lexicon) -> str:
    product = lexicon.by_sku(line.sku)
    if product is None:
        return "sku:none"
    if lexicon.number(product.sku) in lexicon.exact(full_key(said)):
        return "sku:whole"
    known = fold_key(product.name + product.spec)
    strange = [char for char in said if is_han(char) and char not in known and char not in "的个款要和各那种"]
    if len(strange) > 1:
        return "sku:alias"  # other words than its own
    if strange:
        return "sku:slip"
    return "sku:words" if len(said) > 3 else "sku:short"


def _rest(understood: Understanding, text: str) -> str:
    """How much of the message no field stands on."""
    used: set[int] = set()
    for doc in understood.docs:
        for spans in (doc.spans, *(line.spans for line in doc.lines)):
            for start, end in spans.values():
                used.update(range(start, end))
    told = [at for at, char in enumerate(text) if char.isalnum()]
    left = sum(at not in used for at in told)
    if left * 4 <= len(told):
        return "rest:little"
    return "rest:half" if left * 3 <= len(told) * 2 else "rest:much"


def confidence(kinds: frozenset[str], counts: Mapping[str, tuple[int, int]] = COUNTS) -> float:
    """Between 0 and 1: the weakest evidence's share of right readings, (right + 1) / (seen + 2); evidence never seen
    counts one half."""
    shares = [(counts[kind][0] + 1) / (counts[kind][1] + 2) if kind in counts else 0.5 for kind in kinds]
    return min(shares, default=0.5)
