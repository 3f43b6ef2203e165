"""One message in, one :class:`Understanding` out. Never raises on odd input; never slow."""

from __future__ import annotations

from nlp.findings import Context, Doc, Intent, Line, Understanding
from nlp.lexicon import CUSTOMER, Lexicon
from nlp.numbers import number_at, plain
from nlp.text import fold


def understand(text: str, context: Context, lexicon: Lexicon) -> Understanding:
    """What a message says, given who says it and which draft is open."""
    folded = fold(text).text
    party = context.chat_customer
    lines: list[Line] = []
    for words in (part.split() for part in folded.replace(",", "\n").split("\n")):
        product = qty = unit = None
        for word in words:
            known = [p for p in lexicon.parties(word.strip(":")) if p.kind == CUSTOMER]
            found = lexicon.exact(word) or lexicon.postings(word)
            number = number_at(word, 0)
            if known and len(known) == 1:
                party = known[0].id
            elif number is not None:
                qty, unit = plain(number[1]), word[number[0] :] or None
            elif found:
                product = found
        if product:
            skus = lexicon.skus(product)
            line = (
                Line(sku=skus[0], qty=qty, unit=unit) if len(skus) == 1 else Line(candidates=skus, qty=qty, unit=unit)
            )
            lines.append(line)
    if not lines:
        return Understanding()
    doubts = tuple(
        dict.fromkeys(
            (["party_missing"] if party is None else [])
            + [
                "sku_ambiguous" if line.sku is None else "qty_missing"
                for line in lines
                if line.sku is None or line.qty is None
            ]
        )
    )
    doc = Doc(intent=Intent.SALES_ORDER, party=party, lines=tuple(lines), doubts=doubts)
    return Understanding(intent=Intent.SALES_ORDER, docs=(doc,), ask=bool(doubts), ask_about=doubts, confidence=0.5)
