"""One firm's places in one message: a list of its branches is one order, each line with the place it is for."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace

from nlp.catalogue.firms import is_branch
from nlp.findings import Doc, Intent, Line
from nlp.grammar.entries import Entry
from nlp.layout.recognise import Layout
from nlp.scanning.text import Folded
from nlp.scanning.tokens import Token


def of_firm(party: Token | None, before: Sequence[Doc]) -> str | None:
    """Whose place 河滨店 is behind a line of a known firm; None when it may be a firm of its own."""
    if party is None or party.parties or not is_branch(party.text):
        return None
    known = list(dict.fromkeys(doc.party for doc in before if doc.party is not None))
    return known[0] if len(known) == 1 else None


def noted(doc: Doc, party: Token | None) -> Doc:
    """The document with the place as a remark on its lines."""
    if party is None or party.parties or not is_branch(party.text) or doc.party is None:
        return doc
    return replace(doc, lines=tuple(line if line.note else replace(line, note=party.text) for line in doc.lines))


def placed(
    lines: tuple[Line, ...], entries: Sequence[Entry], layout: Layout, text: str, folded: Folded
) -> tuple[Line, ...]:
    """Lines with the place their row begins with as a remark, those of a place that wants what another one wants
    (3号楼:同1号楼) included; ``entries``: what each of them was read from."""
    if not layout.houses:
        return lines
    starts = [place for place, _ in layout.houses]
    names = [text[slice(*folded.span(*place))] for place in layout.houses]
    found: list[tuple[int, Line]] = []
    for line, entry in zip(lines, entries, strict=True):
        words = [*(w.start for w in (*entry.item.words, *entry.item.strange)), *(a for a, _ in entry.spans.values())]
        number = bisect_right(starts, max(words, default=0)) - 1
        found.append((number, replace(line, note=names[number]) if number >= 0 and not line.note else line))
    for number, model in layout.alike:
        found += [(number, replace(line, note=names[number])) for place, line in found if place == model]
    return tuple(line for _, line in sorted(found, key=lambda pair: pair[0]))


def joined(docs: Sequence[Doc]) -> list[Doc]:
    """Documents of one kind, party and day as one."""
    found: list[Doc] = []
    for doc in docs:
        same = next((at for at, other in enumerate(found) if _alike(doc, other)), None)
        if same is None:
            found.append(doc)
            continue
        other = found[same]
        doubts = tuple(dict.fromkeys((*other.doubts, *doc.doubts)))
        found[same] = replace(other, lines=(*other.lines, *doc.lines), doubts=doubts)
    return found


def _alike(one: Doc, other: Doc) -> bool:
    heads = [(d.intent, d.party, d.delivery_date, d.address, d.tax_rate, d.discount_rate) for d in (one, other)]
    return one.party is not None and one.intent is Intent.SALES_ORDER and heads[0] == heads[1]
