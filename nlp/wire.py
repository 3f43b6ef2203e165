"""Context and Understanding as JSON-able dictionaries, because they cross a pipe to the parsing process and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nlp.findings import Context, Doc, Intent, Line, Span, Tier, Understanding, Verb


def context_to_wire(context: Context) -> dict[str, Any]:
    """The dictionary form of a context."""
    return {
        "sender_role": context.sender_role,
        "datetime": context.datetime,
        "chat_type": context.chat_type,
        "chat_customer": context.chat_customer,
        "chat_supplier": context.chat_supplier,
        "draft": None if context.draft is None else dict(context.draft),
        "usual": None if context.usual is None else dict(context.usual),
    }


def context_from_wire(raw: Mapping[str, Any]) -> Context:
    """Read a context back. Missing keys take their defaults; TypeError on values of the wrong kind."""
    draft, usual = raw.get("draft"), raw.get("usual")
    if not all(one is None or isinstance(one, Mapping) for one in (draft, usual)):
        raise TypeError("draft must be an object")
    return Context(
        sender_role=str(raw.get("sender_role") or "sales"),
        datetime=str(raw.get("datetime") or ""),
        chat_type=str(raw.get("chat_type") or "direct"),
        chat_customer=_text(raw.get("chat_customer")),
        chat_supplier=_text(raw.get("chat_supplier")),
        draft=draft,
        usual=usual,
    )


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _spans_out(spans: Mapping[str, Span]) -> dict[str, list[int]]:
    return {name: [start, end] for name, (start, end) in spans.items()}


def _spans_in(raw: Any) -> dict[str, Span]:
    return {str(name): (int(pair[0]), int(pair[1])) for name, pair in (raw or {}).items()}


def line_to_wire(line: Line) -> dict[str, Any]:
    """The dictionary form of a line: the specification's keys plus ours (line_no, said, words, learns …)."""
    return {
        "sku": line.sku,
        "candidates": list(line.candidates),
        "qty": line.qty,
        "unit": line.unit,
        "unit_price": line.unit_price,
        "price_unit": line.price_unit,
        "tax_incl": line.tax_incl,
        "gift": line.gift,
        "tiers": [{"min_qty": t.min_qty, "price": t.price, "unit": t.unit} for t in line.tiers] or None,
        "note": line.note,
        "line_no": line.line_no,
        "said": line.said,
        "words": line.words,
        "learns": line.learns,
        "spans": _spans_out(line.spans),
        "doubts": list(line.doubts),
    }


def line_from_wire(raw: Mapping[str, Any]) -> Line:
    """Read a line back."""
    number = raw.get("line_no")
    return Line(
        sku=_text(raw.get("sku")),
        candidates=tuple(raw.get("candidates") or ()),
        qty=_text(raw.get("qty")),
        unit=_text(raw.get("unit")),
        unit_price=_text(raw.get("unit_price")),
        price_unit=_text(raw.get("price_unit")),
        tax_incl=raw.get("tax_incl"),
        gift=bool(raw.get("gift")),
        tiers=tuple(Tier(str(t["min_qty"]), str(t["price"]), _text(t.get("unit"))) for t in raw.get("tiers") or ()),
        note=_text(raw.get("note")),
        line_no=int(number) if number is not None else None,
        said=str(raw.get("said") or ""),
        words=str(raw.get("words") or ""),
        learns=str(raw.get("learns") or ""),
        spans=_spans_in(raw.get("spans")),
        doubts=tuple(raw.get("doubts") or ()),
    )


_DOC_TEXTS = ("party", "delivery_date", "tax_rate", "discount_rate", "price_basis", "address", "phone", "contact",
              "ref", "reason", "note", "valid_from", "valid_until")  # fmt: skip


def doc_to_wire(doc: Doc) -> dict[str, Any]:
    """The dictionary form of a document."""
    wire: dict[str, Any] = {"intent": doc.intent.value, "lines": [line_to_wire(line) for line in doc.lines]}
    wire.update({name: getattr(doc, name) for name in _DOC_TEXTS})
    wire.update(
        party_candidates=list(doc.party_candidates),
        party_said=doc.party_said,
        spans=_spans_out(doc.spans),
        doubts=list(doc.doubts),
    )
    return wire


def doc_from_wire(raw: Mapping[str, Any]) -> Doc:
    """Read a document back."""
    return Doc(
        intent=Intent(raw["intent"]),
        lines=tuple(line_from_wire(line) for line in raw.get("lines") or ()),
        party_candidates=tuple(raw.get("party_candidates") or ()),
        party_said=str(raw.get("party_said") or ""),
        spans=_spans_in(raw.get("spans")),
        doubts=tuple(raw.get("doubts") or ()),
        **{name: _text(raw.get(name)) for name in _DOC_TEXTS},
    )


def understanding_to_wire(understanding: Understanding) -> dict[str, Any]:
    """The dictionary form of an understanding."""
    return {
        "intent": understanding.intent.value,
        "verb": None if understanding.verb is None else understanding.verb.value,
        "docs": [doc_to_wire(doc) for doc in understanding.docs],
        "ask": understanding.ask,
        "ask_about": list(understanding.ask_about),
        "question": understanding.question,
        "confidence": understanding.confidence,
        "refs": list(understanding.refs),
        "unused": [list(span) for span in understanding.unused],
        "answer_candidates": list(understanding.answer_candidates),
        "same_again": understanding.same_again,
    }


def understanding_from_wire(raw: Mapping[str, Any]) -> Understanding:
    """Read an understanding back."""
    verb = raw.get("verb")
    return Understanding(
        intent=Intent(raw["intent"]),
        verb=None if verb is None else Verb(verb),
        docs=tuple(doc_from_wire(doc) for doc in raw.get("docs") or ()),
        ask=bool(raw.get("ask")),
        ask_about=tuple(raw.get("ask_about") or ()),
        question=_text(raw.get("question")),
        confidence=float(raw.get("confidence") or 0.0),
        refs=tuple(raw.get("refs") or ()),
        unused=tuple((int(a), int(b)) for a, b in raw.get("unused") or ()),
        answer_candidates=tuple(raw.get("answer_candidates") or ()),
        same_again=bool(raw.get("same_again")),
    )
