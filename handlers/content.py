"""From findings to what a document should contain: new content, content joined to an open draft, content after a
correction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation

from sqlmodel import Session

from inventory_core import documents, partners, products
from inventory_core.errors import Stale
from inventory_core.views import DocumentView, DraftContent, DraftLine, Kind, LineView, PriceSource, PriceTier
from nlp.findings import Doc, Line, Understanding

# The core finds these by itself from what is missing; carried along they would outlive the answer.
_DERIVED_LINE = frozenset(("sku_ambiguous", "sku_unknown", "qty_missing", "unit_unknown", "price_missing"))
_DERIVED = _DERIVED_LINE | frozenset(
    ("party_missing", "party_ambiguous", "party_unknown", "qty_approximate", "price_abnormal", "no_lines")
)


def new(session: Session, doc: Doc, kind: Kind, unused: Sequence[str] = ()) -> DraftContent:
    """What a fresh document of this kind should contain."""
    ids = _ids(session, doc)
    partner_id = ids.partner(doc.party)
    return DraftContent(
        kind=kind,
        partner_id=partner_id,
        partner_said=doc.party_said,
        partner_candidates=() if partner_id is not None else _all(ids.partner, doc.party_candidates),
        lines=tuple(_draft_line(ids, line) for line in doc.lines),
        delivery_date=_date(doc.delivery_date),
        tax_rate=_decimal(doc.tax_rate),
        discount_rate=_decimal(doc.discount_rate),
        use_last_price=doc.price_basis == "last",
        address=doc.address,
        phone=doc.phone,
        contact=doc.contact,
        note=doc.note,
        doubts=_doubts(doc.doubts, _DERIVED),
        unused=tuple(unused),
        valid_from=_date(doc.valid_from),
        valid_until=_date(doc.valid_until),
    )


def extended(session: Session, view: DocumentView, doc: Doc, unused: Sequence[str] = ()) -> DraftContent:
    """The open draft with what a further message brings: its lines after the others, its date and place over the old
    ones."""
    base = documents.content_of(view)
    more = new(session, doc, view.kind, unused)
    return replace(
        base,
        partner_id=base.partner_id if base.partner_id is not None else more.partner_id,
        partner_said=base.partner_said or more.partner_said,
        partner_candidates=base.partner_candidates or more.partner_candidates,
        lines=base.lines + more.lines,
        delivery_date=more.delivery_date or base.delivery_date,
        tax_rate=more.tax_rate if more.tax_rate is not None else base.tax_rate,
        discount_rate=more.discount_rate if more.discount_rate is not None else base.discount_rate,
        use_last_price=base.use_last_price or more.use_last_price,
        address=more.address or base.address,
        phone=more.phone or base.phone,
        contact=more.contact or base.contact,
        note=_remarks(base.note, more.note),
        doubts=tuple(dict.fromkeys(base.doubts + more.doubts)),
        unused=tuple(dict.fromkeys(base.unused + more.unused)),
        valid_from=more.valid_from or base.valid_from,
        valid_until=more.valid_until or base.valid_until,
    )


def corrected(session: Session, view: DocumentView, doc: Doc, unused: Sequence[str] = ()) -> DraftContent:
    """The document after a correction. ``doc`` holds the whole document as it shall be; what it continues keeps its
    line id, and a price nobody has said stays one that nobody has said."""
    ids = _ids(session, doc)
    base = documents.content_of(view)
    by_no = {line.line_no: line for line in view.lines}
    said = {line.id: old for line, old in zip(view.lines, base.lines, strict=True)}
    lines: list[DraftLine] = []
    for line in doc.lines:
        old = by_no.pop(line.line_no, None) if line.line_no is not None else None
        fresh = _draft_line(ids, line)
        lines.append(fresh if old is None else _continue(old, said[old.id], line, fresh))
    partner_id, partner_said, partner_candidates = base.partner_id, base.partner_said, base.partner_candidates
    named = ids.partner(doc.party)
    if named is not None and named != partner_id:
        partner_id, partner_said, partner_candidates = named, doc.party_said, ()
    elif named is None and (doc.party_candidates or (doc.party_said and doc.party_said != base.partner_said)):
        partner_id, partner_said = None, doc.party_said
        partner_candidates = _all(ids.partner, doc.party_candidates)
    return replace(
        base,
        partner_id=partner_id,
        partner_said=partner_said,
        partner_candidates=partner_candidates,
        lines=tuple(lines),
        delivery_date=_date(doc.delivery_date) or base.delivery_date,
        tax_rate=_decimal(doc.tax_rate) if doc.tax_rate is not None else base.tax_rate,
        discount_rate=_decimal(doc.discount_rate) if doc.discount_rate is not None else base.discount_rate,
        use_last_price=base.use_last_price or doc.price_basis == "last",
        address=doc.address or base.address,
        phone=doc.phone or base.phone,
        contact=doc.contact or base.contact,
        note=_remarks(base.note, doc.note),
        doubts=tuple(dict.fromkeys(base.doubts + _doubts(doc.doubts, _DERIVED))),
        unused=tuple(dict.fromkeys(base.unused + tuple(unused))),
        valid_from=_date(doc.valid_from) or base.valid_from,
        valid_until=_date(doc.valid_until) or base.valid_until,
    )


def _remarks(old: str | None, new: str | None) -> str | None:
    """Both remarks; nobody who adds one takes the other back."""
    if not old or not new or new in old:
        return old or new
    return f"{old}；{new}"


def _continue(old: LineView, base: DraftLine, line: Line, fresh: DraftLine) -> DraftLine:
    """A line the correction kept or changed."""
    untouched = line.sku is None and not line.candidates and old.product is None
    same_price = (
        old.price is not None and fresh.price == old.price and (line.price_unit or old.price_unit) == old.price_unit
    )
    carried = same_price and old.price_source is not PriceSource.SAID
    same_goods = fresh.product_id == base.product_id and fresh.qty == base.qty and fresh.unit == base.unit
    return replace(
        fresh,
        line_id=old.id,
        said=fresh.said or base.said,
        candidates=base.candidates if untouched else fresh.candidates,
        price=None if carried else fresh.price,
        price_unit=None if carried else fresh.price_unit,
        doubts=tuple(dict.fromkeys(base.doubts + fresh.doubts)) if same_goods else fresh.doubts,
    )


def _draft_line(ids: _Ids, line: Line) -> DraftLine:
    """One line as the core takes it."""
    return DraftLine(
        said=line.said,
        product_id=ids.product(line.sku),
        candidates=() if line.sku is not None else _all(ids.product, line.candidates),
        qty=_decimal(line.qty),
        unit=line.unit,
        price=_decimal(line.unit_price),
        price_unit=line.price_unit,
        tax_incl=line.tax_incl,
        gift=line.gift,
        note=line.note,
        doubts=_doubts(line.doubts, _DERIVED_LINE),
        tiers=tuple(PriceTier(Decimal(tier.min_qty), Decimal(tier.price), tier.unit) for tier in line.tiers),
    )


def unused_words(text: str, understanding: Understanding) -> tuple[str, ...]:
    """The words no rule accounted for, as written."""
    words = (text[start:end].strip() for start, end in understanding.unused)
    return tuple(dict.fromkeys(word for word in words if word))


def only_adds(base: DraftContent, wanted: DraftContent) -> bool:
    """Whether the wanted content has everything the base has, and more lines."""
    kept = len(base.lines)
    return len(wanted.lines) > kept and wanted.lines[:kept] == base.lines and wanted.partner_id == base.partner_id


def with_partner(content: DraftContent, partner_id: int) -> DraftContent:
    """The same content for this partner; what was doubted about the party is settled."""
    doubts = tuple(code for code in content.doubts if not code.startswith("party_"))
    return replace(content, partner_id=partner_id, partner_candidates=(), doubts=doubts)


def with_product(content: DraftContent, line_id: int, product_id: int) -> DraftContent:
    """The same content with one line's product settled."""

    def settle(line: DraftLine) -> DraftLine:
        doubts = tuple(code for code in line.doubts if not code.startswith("sku_"))
        return replace(line, product_id=product_id, candidates=(), doubts=doubts)

    return with_line(content, line_id, settle)


def with_line(content: DraftContent, line_id: int, change: Callable[[DraftLine], DraftLine]) -> DraftContent:
    """The same content with one line changed."""
    lines = tuple(change(line) if line.line_id == line_id else line for line in content.lines)
    return replace(content, lines=lines)


def accepted(content: DraftContent) -> DraftContent:
    """The same content after the person said it is right as it stands: nothing is doubted any more."""
    return replace(content, doubts=(), unused=(), lines=tuple(replace(line, doubts=()) for line in content.lines))


# ---------------------------------------------------------------- names into ids


@dataclass(frozen=True, slots=True)
class _Ids:
    """The reader names goods by code and parties by code; the core by id."""

    products: Mapping[str, int]
    partners: Mapping[str, int]

    def product(self, sku: str | None) -> int | None:
        return None if sku is None else self._known(self.products, sku)

    def partner(self, code: str | None) -> int | None:
        return None if code is None else self._known(self.partners, code)

    @staticmethod
    def _known(ids: Mapping[str, int], code: str) -> int:
        if code not in ids:
            # The reader's catalogue knew it; ours does not any more.
            raise Stale("资料刚更新过，我按最新的再看一遍。")
        return ids[code]


def _ids(session: Session, doc: Doc) -> _Ids:
    skus = {sku for line in doc.lines for sku in (line.sku, *line.candidates) if sku is not None}
    codes = {code for code in (doc.party, *doc.party_candidates) if code is not None}
    return _Ids(
        products.ids_by_sku(session, skus) if skus else {}, partners.ids_by_code(session, codes) if codes else {}
    )


def _all(lookup: Callable[[str], int | None], codes: Sequence[str]) -> tuple[int, ...]:
    return tuple(found for found in map(lookup, codes) if found is not None)


def _decimal(text: str | None) -> Decimal | None:
    if text is None:
        return None
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise ValueError(f"not a decimal number: {text!r}") from error


def _date(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _doubts(codes: Sequence[str], derived: frozenset[str]) -> tuple[str, ...]:
    return tuple(code for code in codes if code not in derived)
