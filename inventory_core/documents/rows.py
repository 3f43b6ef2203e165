"""Documents to rows and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlmodel import Session

from inventory_core import partners, products, sql
from inventory_core.columns import dumps, micros, moment, plain
from inventory_core.documents.sheet import Line, Paper, Sheet, sealed, tier_rows
from inventory_core.errors import NotFound, Stale
from inventory_core.views import Kind, PartnerView, PriceSource, PriceTier, ProductView, State


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _text(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)


def _list(values: tuple[Any, ...]) -> str:
    return dumps(values) if values else "[]"


def _items(text: str) -> tuple[Any, ...]:
    return () if text == "[]" else tuple(json.loads(text))


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _iso(value: date | None) -> str | None:
    return None if value is None else value.isoformat()


def _tiers(text: str) -> tuple[PriceTier, ...]:
    return tuple(PriceTier(Decimal(row["min_qty"]), Decimal(row["price"]), row["unit"]) for row in _items(text))


def _flag(value: bool | None) -> int | None:
    return None if value is None else int(value)


def _bool(value: int | None) -> bool | None:
    return None if value is None else bool(value)


def head(session: Session, document_id: int) -> sql.Row:
    """The bare row.

    Raises:
        NotFound: no such document.
    """
    row = sql.one(session, sql.DOCUMENT, id=document_id)
    if row is None:
        raise NotFound("没有这张单据，发「草稿」看看还有哪些。")
    return row


def load(
    session: Session,
    document_id: int,
    known: Mapping[int, ProductView] | None = None,
    partner: PartnerView | None = None,
) -> Paper:
    """The whole document as it is now. ``known`` and ``partner`` spare statements to callers who have just read them.

    Raises:
        NotFound: no such document.
    """
    row = head(session, document_id)
    lines = sql.rows(session, sql.LINES, id=document_id)
    if known is None:
        known = products.by_ids(session, {line["product_id"] for line in lines if line["product_id"] is not None})
    if row["partner_id"] is None:
        partner = None
    elif partner is None or partner.id != row["partner_id"]:
        partner = partners.find(session, row["partner_id"])
    return paper_of(row, tuple(line_of(line, known) for line in lines), partner)


def paper_of(row: sql.Row, lines: tuple[Line, ...], partner: PartnerView | None) -> Paper:
    """A row of ``sql.DOCUMENT`` with its lines and partner as a value."""
    return Paper(
        id=row["id"],
        sheet=Sheet(
            kind=Kind(row["kind"]),
            partner=partner,
            partner_said=row["partner_said"],
            partner_candidates=_items(row["partner_candidates"]),
            lines=lines,
            delivery_date=_day(row["delivery_date"]),
            tax_rate=_decimal(row["tax_rate"]),
            discount_rate=_decimal(row["discount_rate"]),
            use_last_price=bool(row["use_last_price"]),
            address=row["address"],
            phone=row["phone"],
            contact=row["contact"],
            note=row["note"],
            doubts=_items(row["doubts"]),
            unused=_items(row["unused"]),
            valid_from=_day(row["valid_from"]),
            valid_until=_day(row["valid_until"]),
        ),
        draft_no=row["draft_no"],
        number=row["number"],
        version=row["version"],
        state=State(row["state"]),
        author_id=row["author_id"],
        author=row["author"],
        platform=row["platform"],
        chat=row["chat"],
        hash=row["hash"],
        business_date=date.fromisoformat(row["business_date"]),
        created_at=moment(row["created_at"]),
        updated_at=moment(row["updated_at"]),
        expires_at=None if row["expires_at"] is None else moment(row["expires_at"]),
        source_id=row["source_id"],
        source_number=row["source_number"],
        changes=_items(row["changes"] or "[]"),
    )


def line_of(row: sql.Row, known: Mapping[int, ProductView]) -> Line:
    """A row of ``document_line`` as a value; its numbers are those of the time it was written."""
    return Line(
        line_no=row["line_no"],
        id=row["id"],
        said=row["said"],
        product=known.get(row["product_id"]),
        candidates=_items(row["candidates"]),
        qty=_decimal(row["qty"]),
        unit=row["unit"],
        ratio=None if row["ratio_num"] is None else (row["ratio_num"], row["ratio_den"]),
        base_qty=row["base_qty"],
        price=_decimal(row["price"]),
        price_unit=row["price_unit"],
        price_ratio=None if row["price_num"] is None else (row["price_num"], row["price_den"]),
        price_source=None if row["price_source"] is None else PriceSource(row["price_source"]),
        price_cmp=row["price_cmp"],
        tax_incl=_bool(row["tax_incl"]),
        amount=row["amount"],
        gift=bool(row["gift"]),
        note=row["note"],
        doubts=_items(row["doubts"]),
        shipped=row["shipped"],
        source_line_id=row["source_line_id"],
        tiers=_tiers(row["tiers"]),
    )


def _content_params(sheet: Sheet, seal: str) -> dict[str, Any]:
    return {
        "partner_id": sheet.partner.id if sheet.partner else None,
        "partner_said": sheet.partner_said,
        "partner_candidates": _list(sheet.partner_candidates),
        "delivery_date": _iso(sheet.delivery_date),
        "tax_rate": _text(sheet.tax_rate),
        "discount_rate": _text(sheet.discount_rate),
        "use_last_price": int(sheet.use_last_price),
        "address": sheet.address,
        "phone": sheet.phone,
        "contact": sheet.contact,
        "note": sheet.note,
        "doubts": _list(sheet.doubts),
        "unused": _list(sheet.unused),
        "total": sheet.total,
        "hash": seal,
        "valid_from": _iso(sheet.valid_from),
        "valid_until": _iso(sheet.valid_until),
    }


def _line_params(document_id: int, line: Line) -> dict[str, Any]:
    return {
        "id": line.id,
        "document_id": document_id,
        "line_no": line.line_no,
        "said": line.said,
        "product_id": line.product.id if line.product else None,
        "candidates": _list(line.candidates),
        "qty": _text(line.qty),
        "unit": line.unit,
        "ratio_num": line.ratio[0] if line.ratio else None,
        "ratio_den": line.ratio[1] if line.ratio else None,
        "base_qty": line.base_qty,
        "price": _text(line.price),
        "price_unit": line.price_unit,
        "price_num": line.price_ratio[0] if line.price_ratio else None,
        "price_den": line.price_ratio[1] if line.price_ratio else None,
        "price_source": line.price_source.value if line.price_source else None,
        "price_cmp": line.price_cmp,
        "tax_incl": _flag(line.tax_incl),
        "amount": line.amount,
        "gift": int(line.gift),
        "note": line.note,
        "doubts": _list(line.doubts),
        "shipped": line.shipped,
        "source_line_id": line.source_line_id,
        "tiers": _list(tuple(tier_rows(line.tiers))),
    }


def insert(
    session: Session,
    sheet: Sheet,
    *,
    state: State,
    author_id: int,
    now: datetime,
    business_date: date,
    draft_no: int | None = None,
    number: str | None = None,
    platform: str = "",
    chat: str = "",
    source_id: int | None = None,
    expires_at: datetime | None = None,
) -> tuple[int, str]:
    """A new document with its first version; returns (id, hash)."""
    content, seal = sealed(sheet)
    document_id = int(
        sql.value(
            session,
            sql.INSERT_DOCUMENT,
            **_content_params(sheet, seal),
            kind=sheet.kind.value,
            draft_no=draft_no,
            number=number,
            state=state.value,
            author_id=author_id,
            platform=platform,
            chat=chat,
            business_date=business_date.isoformat(),
            source_id=source_id,
            expires_at=None if expires_at is None else micros(expires_at),
            at=micros(now),
        )
    )
    sql.many(session, sql.INSERT_LINE, [_line_params(document_id, line) for line in sheet.lines])
    _insert_version(session, document_id, 1, content, seal, (), author_id, now)
    return document_id, seal


def update(
    session: Session,
    paper: Paper,
    sheet: Sheet,
    changes: tuple[str, ...],
    actor_id: int,
    now: datetime,
    expires_at: datetime | None,
) -> int:
    """The next version of a document; lines keep their ids. Returns the version.

    Raises:
        Stale: the document has moved on.
    """
    content, seal = sealed(sheet)
    version = sql.value(
        session,
        sql.UPDATE_DOCUMENT,
        **_content_params(sheet, seal),
        id=paper.id,
        version=paper.version,
        state=paper.state.value,
        expires_at=None if expires_at is None else micros(expires_at),
        at=micros(now),
    )
    if version is None:
        raise Stale("单据刚刚变了，请看最新的卡片再操作。")
    sql.run(session, "DELETE FROM document_line WHERE document_id = :id", id=paper.id)
    sql.many(session, sql.INSERT_LINE, [_line_params(paper.id, line) for line in sheet.lines])
    _insert_version(session, paper.id, int(version), content, seal, changes, actor_id, now)
    return int(version)


def _insert_version(
    session: Session,
    document_id: int,
    version: int,
    content: str,
    seal: str,
    changes: tuple[str, ...],
    actor_id: int,
    now: datetime,
) -> None:
    sql.run(
        session,
        sql.INSERT_VERSION,
        id=document_id,
        version=version,
        content=content,
        hash=seal,
        changes=_list(changes),
        actor_id=actor_id,
        at=micros(now),
    )
