"""Where a field was said, for fields the readers do not mark themselves: tax, discount, prices as last time, gifts.

Run on a finished reading: what a field says is known, and its words are looked for where they can stand. Evidence to
be shown to people, nothing rests on it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from nlp.findings import Doc, Line, Span, Understanding
from nlp.scanning import cues as c
from nlp.scanning.text import Folded, fold

_KINDS = {kind: sorted((w for w, k in c.CUES.items() if kind in k), key=len, reverse=True)
          for kind in (c.TAX_IN, c.TAX_EX, c.LAST_PRICE, c.GIFT)}  # fmt: skip
_RATE = re.compile(
    r"(?:税率|税点|专票|普票|开票|含税|加税|税|票)?[:是按 ]{0,2}\d{1,2}(?:\.\d{1,2})?(?:%|个?点)|\d{1,2}%?税"
)
_DISCOUNT = re.compile(r"(?:打|按|算|统一|整单)?[0-9.一二三四五六七八九]{1,4}折|折扣[:是 ]{0,2}[0-9.]{1,4}%?")


def completed(found: Understanding, text: str) -> Understanding:
    """The understanding with spans for every field that has words of its own."""
    if not any(map(_wants, found.docs)):
        return found
    folded = fold(text)
    return replace(found, docs=tuple(_document(doc, folded) for doc in found.docs))


def _wants(doc: Doc) -> bool:
    head = doc.tax_rate or doc.discount_rate or doc.price_basis
    return head is not None or any(map(_marked, doc.lines))


def _document(doc: Doc, folded: Folded) -> Doc:
    spans = dict(doc.spans)
    for name, value, places in (
        ("tax_rate", doc.tax_rate, _matches(_RATE, folded)),
        ("discount_rate", doc.discount_rate, _matches(_DISCOUNT, folded)),
        ("price_basis", doc.price_basis, _said(c.LAST_PRICE, folded)),
    ):
        if value is not None and name not in spans and places:
            spans[name] = places[0]
    said = {kind: _said(kind, folded) for kind in _KINDS} if any(map(_marked, doc.lines)) else {}
    return replace(doc, spans=spans, lines=tuple(_line(line, said) for line in doc.lines))


def _marked(line: Line) -> bool:
    return line.tax_incl is not None or line.gift


def _line(line: Line, said: Mapping[str, list[Span]]) -> Line:
    if not line.spans:
        return line  # nothing of it was said in this message
    spans = dict(line.spans)
    if line.tax_incl is not None and "tax_incl" not in spans:
        _nearest(spans, "tax_incl", said[c.TAX_IN if line.tax_incl else c.TAX_EX])
    if line.gift and "gift" not in spans:
        _nearest(spans, "gift", said[c.GIFT])
    return replace(line, spans=spans)


def _nearest(spans: dict[str, Span], name: str, places: list[Span]) -> None:
    """The place next to what else is said of the line; behind it when two are as near."""
    if places:
        end = max(stop for _, stop in spans.values())
        spans[name] = min(places, key=lambda place: (abs(place[0] - end), -place[0]))


def _said(kind: str, folded: Folded) -> list[Span]:
    found: list[Span] = []
    taken: set[int] = set()
    for word in _KINDS[kind]:  # long words first: 不含税 is no 含税
        at = folded.text.find(word)
        while at >= 0:
            if not taken.intersection(range(at, at + len(word))) and not _denied(kind, folded.text, at):
                taken.update(range(at, at + len(word)))
                found.append(folded.span(at, at + len(word)))
            at = folded.text.find(word, at + len(word))
    return sorted(found)


def _denied(kind: str, text: str, at: int) -> bool:
    return kind == c.TAX_IN and text[max(0, at - 1) : at] in ("不", "未", "没")


def _matches(pattern: re.Pattern[str], folded: Folded) -> list[Span]:
    places: Iterable[re.Match[str]] = pattern.finditer(folded.text)
    return [folded.span(match.start(), match.end()) for match in places]
