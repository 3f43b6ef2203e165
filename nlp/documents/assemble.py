"""From a reading to documents: one per party, each field with its evidence, every doubt noted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import pairwise

from nlp.catalogue.firms import is_branch
from nlp.catalogue.itemwords import as_said, in_order, learns
from nlp.catalogue.lexicon import CUSTOMER, SUPPLIER, Lexicon
from nlp.documents import branches, makers, totals
from nlp.documents.deliverydays import delivery, errand, heads_list, refused, uniform
from nlp.documents.lines import finish
from nlp.documents.partydays import OTHERS, by_party, unhurried, waits
from nlp.findings import Context, Doc, Intent, Line
from nlp.grammar.entries import Entry, Reading
from nlp.layout.recognise import Layout
from nlp.scanning.numbers import plain
from nlp.scanning.text import Folded
from nlp.scanning.tokens import T, Token

_OWN_DISCOUNT = Decimal("0.7")
_BUYING = (Intent.PURCHASE_ORDER, Intent.SUPPLIER_QUOTE)


def party_of(
    tokens: list[Token], kind: str, default: str | None, stranger: Token | None = None, *, own_chat: bool = False
) -> tuple[str | None, tuple[str, ...], str, str | None]:
    """Party id, candidates, the words, and a doubt. The chat's own party decides a shared alias; ``own_chat``: it is
    that party itself who writes, so that a strange name is one of its places."""
    for token in tokens:
        fitting = [p for p in token.parties if p.kind == kind]
        if not fitting:
            continue
        ids = tuple(dict.fromkeys(p.id for p in fitting))
        if len(ids) == 1:
            return ids[0], (), token.text, None
        if default in ids:
            return default, (), token.text, None
        said = {p.id for other in tokens if other is not token for p in other.parties if p.kind == kind}
        both = [i for i in ids if i in said]
        if len(both) == 1:  # 吴经理(金桥宾馆)
            return both[0], (), token.text, None
        return None, ids, token.text, "party_ambiguous"
    unknown = next((token for token in tokens if not token.parties), None)
    if unknown is not None and (default is None or not (own_chat or is_branch(unknown.text))):
        return None, (), unknown.text, "party_unknown"
    if default is not None:
        return default, (), "", None
    if stranger is not None:
        return None, (), stranger.text, "party_unknown"
    other = next((token for token in tokens if token.parties), None)
    if other is not None:
        return None, (), other.text, "party_implausible"
    return None, (), "", "party_missing"


def build(
    intent: Intent, reading: Reading, context: Context, lexicon: Lexicon, folded: Folded, original: str, layout: Layout
) -> tuple[Doc, ...]:
    """Documents of an order, a purchase, a quote or an inquiry."""
    kind = SUPPLIER if intent in _BUYING else CUSTOMER
    default = context.chat_supplier if kind == SUPPLIER else context.chat_customer
    needs_qty = intent in (Intent.SALES_ORDER, Intent.PURCHASE_ORDER)
    sections = sorted({entry.section for entry in reading.entries}) or [0]
    docs: list[Doc] = []
    ordered = in_order(reading.tokens)
    given = by_party(reading, folded, original) if len(sections) > 1 else {}
    slow = unhurried(reading) if len(sections) > 1 else frozenset()
    for number in sections:
        own = reading.sections[number]
        entries = [e for e in reading.entries if e.section == number and not (e.qty == 0 and not e.approx)]
        if own.party is not None:
            tokens = [own.party]
        else:
            tokens = reading.parties if len(sections) == 1 else []
        if len(sections) == 1 and own.party is not None:
            tokens = [own.party, *reading.parties]
        if kind == SUPPLIER:
            maker = party_of(tokens, kind, default, reading.stranger, own_chat=context.sender_role == "supplier")
            for entry in entries:
                entry.item.found = makers.own_brand(lexicon, maker[0], entry.item.found)
        lines = tuple(
            _named(finish(e, lexicon, folded, original, needs_qty=needs_qty, buying=intent in _BUYING), e,
                   as_said(e.item, ordered, folded, original))
            for e in entries
        )  # fmt: skip
        lines = branches.placed(lines, entries, layout, original, folded)
        later = [reading.sections[n] for n in sections if n > number]
        following = _clause_start(reading, later[0].party) if later else None
        day, competing = delivery(reading, _clause_start(reading, own.party) if number else 0, following)
        if day is None and number:
            day = _for_all(reading)
        if day is None and number != sections[-1] and not _own_days(reading, sections):
            day, competing = delivery(reading, reading.sections[sections[-1]].start)
        if len(sections) > 1 and (common := uniform(reading)) is not None:
            day, competing = common, False
        if given:
            ids = [p.id for p in own.party.parties] if own.party is not None else []
            day, competing = (
                (
                    next((given[i] for i in ids if i in given), None)
                    or given.get(OTHERS)
                    or (None if day in given.values() else day)
                ),
                False,
            )
        uneven = "delivery_uneven" in reading.doubts  # which part comes when is to be asked
        if intent not in (Intent.SALES_ORDER, Intent.PURCHASE_ORDER) or uneven or waits(own.party, slow):
            day, competing = None, False
        own_chat = context.sender_role == ("supplier" if kind == SUPPLIER else "customer")
        place = branches.of_firm(own.party, docs)
        party = party_of(tokens, kind, default or place, reading.stranger, own_chat=own_chat)
        doc = _document(intent, tokens, party, lines, day, competing, reading, folded, original, layout)
        doc = _own_discount(doc, reading, context)
        doc = _from_maker(doc, lexicon, folded.text)
        if intent is Intent.PURCHASE_ORDER and makers.unlikely(lexicon, doc.party, lines):
            doc = replace(doc, doubts=(*doc.doubts, "party_implausible"))
        docs.append(branches.noted(doc, own.party))
    if len(joined := branches.joined(docs)) < len(docs) and not reading.totals:
        return tuple(joined)
    if needs_qty:
        docs = _with_totals(docs, [reading.sections[number].start for number in sections], reading, lexicon)
    return tuple(docs)


def _from_maker(doc: Doc, lexicon: Lexicon, text: str) -> Doc:
    """A purchase that names nobody but the maker of all its goods is bought from them."""
    if doc.intent is not Intent.PURCHASE_ORDER or "party_missing" not in doc.doubts:
        return doc
    owner = makers.of_brand(lexicon, doc.lines, text)
    if owner is None:
        return doc
    return replace(doc, party=owner, doubts=tuple(d for d in doc.doubts if d != "party_missing"))


def _own_days(reading: Reading, sections: list[int]) -> bool:
    """Whether one of the parties but the last has a day of its own, so that the last one's is nobody else's."""
    starts = [_clause_start(reading, reading.sections[n].party) if n else 0 for n in sections]
    return any(delivery(reading, one, other)[0] is not None for one, other in pairwise(starts))


def _own_discount(doc: Doc, reading: Reading, context: Context) -> Doc:
    """Who buys does not set half prices: 所有商品5折 of a customer is asked about."""
    told = reading.discount is not None and reading.discount < _OWN_DISCOUNT and context.sender_role == "customer"
    return replace(doc, doubts=(*doc.doubts, "price_abnormal")) if told else doc


def _named(line: Line, entry: Entry, words: str) -> Line:
    return replace(line, words=words, learns=learns(entry.item, words, line.sku))


def _clause_start(reading: Reading, party: Token | None) -> int:
    """Where the clause begins in which a party is named: 后天给三建送… is about 三建 from 后天 on."""
    if party is None:
        return 0
    for token in reversed(reading.tokens[: party.at]):
        if token.kind in (T.COMMA, T.STOP):
            return token.end
        if token.kind in (T.QTY, T.PRICE, T.ITEM, T.PARTY):
            return party.start
    return 0


def _for_all(reading: Reading) -> Token | None:
    """The day at the head of a list (明天配送: …), which holds for every customer of it."""
    first = reading.sections[0].party
    if first is None:
        return None
    days = [t for t in reading.dates if t.day is not None and not t.past and t.start < first.start]
    if len(days) != 1 or refused(reading.tokens, days[0]) or heads_list(reading.tokens, days[0]):
        return None
    if errand(reading.tokens, days[0]):
        return None
    between = reading.tokens[days[0].at + 1 : first.at]
    return days[0] if any(t.kind in (T.COLON, T.STOP) for t in between) else None


def _with_totals(docs: list[Doc], starts: list[int], reading: Reading, lexicon: Lexicon) -> list[Doc]:
    """Note what the totals said disagree with; a total belongs to the document in whose part it stands."""
    every = [line for doc in docs for line in doc.lines]
    found = []
    for at, doc in enumerate(docs):
        end = starts[at + 1] if at + 1 < len(starts) else None
        own = [t for t in reading.totals if (at == 0 or t.start >= starts[at]) and (end is None or t.start < end)]
        found.append(replace(doc, doubts=(*doc.doubts, *totals.check(own, doc.lines, every, reading, lexicon))))
    return found


def _document(
    intent: Intent, tokens: list[Token], found: tuple[str | None, tuple[str, ...], str, str | None],
    lines: tuple[Line, ...], day: Token | None, competing: bool, reading: Reading, folded: Folded, original: str,
    layout: Layout,
) -> Doc:  # fmt: skip
    party, choices, said, doubt = found
    doubts = []
    if doubt == "party_ambiguous" or (
        doubt and intent in (Intent.SALES_ORDER, Intent.PURCHASE_ORDER, Intent.SUPPLIER_QUOTE)
    ):
        doubts.append(doubt)
    if competing:
        doubts.append("date_ambiguous")
    spans = {}
    if day is not None:
        spans["delivery_date"] = folded.span(day.start, day.end)
    party_token = next((t for t in (*tokens, reading.stranger) if t is not None and t.text == said), None)
    if party_token is not None:
        spans["party"] = folded.span(party_token.start, party_token.end)
    texts: dict[str, str | None] = {}
    for name in ("address", "contact"):
        if name in layout.fields:
            start, end = folded.span(*layout.fields[name])
            said = original[start:end].strip()
            if said:  # a form's field may be left open
                start = original.index(said, start)
                texts[name], spans[name] = said, (start, start + len(said))
    phone = None
    if reading.phone is not None:
        spans["phone"] = folded.span(reading.phone.start, reading.phone.end)
        phone = "".join(ch for ch in reading.phone.text if ch.isdigit() or ch == "-").replace(" ", "")
    found_day: date | None = day.day if day is not None else None
    return Doc(
        intent=intent,
        party=party,
        party_candidates=choices,
        party_said=original[slice(*spans["party"])] if "party" in spans else "",
        lines=lines,
        delivery_date=None if found_day is None else found_day.isoformat(),
        tax_rate=None if reading.tax_rate is None else plain(reading.tax_rate),
        discount_rate=None if reading.discount is None else plain(reading.discount),
        price_basis="last" if reading.last_price else None,
        address=texts.get("address"),
        contact=texts.get("contact"),
        phone=phone,
        spans=spans,
        doubts=tuple(doubts),
    )


def unused(reading: Reading, entries: list[Entry]) -> list[Token]:
    """The residual rule: numbers no rule accounted for."""
    return [t for t in reading.unused if not t.used]
