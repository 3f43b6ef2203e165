"""Document numbers, handed out inside the transaction that uses them: unique, and without gaps."""

from __future__ import annotations

import re
import unicodedata

from sqlmodel import Session

from inventory_core import sql
from inventory_core.views import Kind

PREFIXES = {
    Kind.SALES_ORDER: "XS",
    Kind.SHIPMENT: "SH",
    Kind.GOODS_RECEIPT: "RK",
    Kind.PURCHASE_ORDER: "CG",
    Kind.SUPPLIER_QUOTE: "BJ",
    Kind.OPENING: "QC",
    Kind.REVERSAL: "CX",
}

_NUMBER = re.compile(r"([A-Z]{2})[-_ ]*(\d{1,12})")
_DRAFT = re.compile(r"草稿\s*[#号]?\s*(\d{1,12})")


def next_value(session: Session, name: str) -> int:
    """The next value of a counter, from 1."""
    return int(sql.value(session, sql.NEXT_NUMBER, name=name))


def next_number(session: Session, kind: Kind) -> str:
    """The next number of a kind, e.g. XS-0001."""
    prefix = PREFIXES[kind]
    return f"{prefix}-{next_value(session, prefix):04d}"


def parse(text: str) -> tuple[str | None, int | None]:
    """(number, draft number) as a person writes it: "xs12" is XS-0012, "草稿 3" is draft 3; else (None, None)."""
    folded = unicodedata.normalize("NFKC", text).strip().upper()
    if draft := _DRAFT.fullmatch(folded):
        return None, int(draft.group(1))
    found = _NUMBER.fullmatch(folded)
    if found and found.group(1) in PREFIXES.values():
        return f"{found.group(1)}-{int(found.group(2)):04d}", None
    return None, None
