"""Reading documents: the view as of this transaction, lists, and the way back from a view to content."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from sqlmodel import Session

from inventory_core import approvals, firm, ledger, numbering, sql, states, stock, units
from inventory_core.columns import micros, moment
from inventory_core.documents import problems as asking
from inventory_core.documents import rows
from inventory_core.documents.sheet import Line, Paper
from inventory_core.errors import NotFound
from inventory_core.views import (
    ApprovalView,
    DocumentView,
    DraftContent,
    DraftLine,
    Kind,
    LineView,
    PriceSource,
    Problem,
    State,
    Transition,
)

_UNCONFIRMED = frozenset({State.DRAFT, State.EXPIRED, State.REJECTED})
_WATCHING_STOCK = _UNCONFIRMED | {State.PENDING, State.APPROVED}


def get(session: Session, document_id: int) -> DocumentView:
    """One document.

    Raises:
        NotFound: no such document.
    """
    return view(session, rows.load(session, document_id))


def view(session: Session, paper: Paper, settings: firm.FirmView | None = None) -> DocumentView:
    """The view of a loaded document; ``settings`` spares a statement to callers who have them."""
    sheet = paper.sheet
    held = _held(session, paper)
    per_line = _free(session, paper, held)
    related = sql.run(session, sql.RELATED, id=paper.id) if paper.number is not None else []
    reversal = next((number for _, kind, number, _ in related if kind == Kind.REVERSAL), None)
    partly = any(line.shipped for line in sheet.lines)
    return DocumentView(
        id=paper.id,
        kind=sheet.kind,
        draft_no=paper.draft_no,
        number=paper.number,
        version=paper.version,
        state=paper.state,
        state_label="已取消"
        if paper.state is State.VOID and paper.number is None
        else states.label(sheet.kind, paper.state, partly_shipped=partly),
        author_id=paper.author_id,
        author=paper.author,
        partner=sheet.partner,
        partner_said=sheet.partner_said,
        lines=tuple(_line(line, per_line, held) for line in sheet.lines),
        total=sheet.total,
        delivery_date=sheet.delivery_date,
        business_date=paper.business_date,
        created_at=paper.created_at,
        updated_at=paper.updated_at,
        tax_rate=sheet.tax_rate,
        discount_rate=sheet.discount_rate,
        use_last_price=sheet.use_last_price,
        address=sheet.address,
        phone=sheet.phone,
        contact=sheet.contact,
        note=sheet.note,
        expires_at=paper.expires_at,
        source_id=paper.source_id,
        source_number=paper.source_number,
        doubts=sheet.doubts,
        unused=sheet.unused,
        problems=_problems(session, paper, per_line, settings),
        approval=_approval(session, paper),
        changes=paper.changes,
        transitions=_transitions(session, paper.id),
        shipments=tuple(
            number for _, kind, number, state in related if kind == Kind.SHIPMENT and state != State.REVERSED
        ),
        extra={"reversal": reversal} if reversal else {},
        valid_from=sheet.valid_from,
        valid_until=sheet.valid_until,
    )


def _held(session: Session, paper: Paper) -> Mapping[int, tuple[int, int]]:
    """Line id → (product id, held now). Drafts that never had a number never held anything."""
    if paper.kind is not Kind.SALES_ORDER or paper.number is None:
        return {}
    found: dict[int, tuple[int, int]] = {}
    for held in ledger.held_by(session, paper.id):
        if held.pending:
            _, before = found.get(held.line_id, (0, 0))
            found[held.line_id] = (held.key.product_id, before + held.pending)
    return found


def _free(session: Session, paper: Paper, held: Mapping[int, tuple[int, int]]) -> dict[int, int] | None:
    """Line number → what it may take now, or None where stock does not matter."""
    if paper.kind is not Kind.SALES_ORDER or paper.state not in _WATCHING_STOCK:
        return None
    return free_for(session, paper, held)


def free_for(session: Session, paper: Paper, held: Mapping[int, tuple[int, int]]) -> dict[int, int]:
    """Line number → 10^-scale base units it may take: what is free plus what the document holds itself."""
    wanted = paper.sheet.product_ids()
    levels = stock.levels(session, wanted) if wanted else {}
    free = {product_id: level.available for product_id, level in levels.items()}
    for product_id, qty in held.values():
        free[product_id] = free.get(product_id, 0) + qty
    return asking.free_per_line(paper.sheet, free)


def _line(line: Line, per_line: Mapping[int, int] | None, held: Mapping[int, tuple[int, int]]) -> LineView:
    scale = line.product.qty_scale if line.product else 0
    _, reserved = held.get(line.id or 0, (0, 0))
    there = None if per_line is None else per_line.get(line.line_no)
    return LineView(
        id=line.id or 0,
        line_no=line.line_no,
        said=line.said,
        product=line.product,
        candidates=line.candidates,
        qty=line.qty,
        unit=line.unit,
        base_qty=None if line.base_qty is None else units.from_base(line.base_qty, scale),
        price=line.price,
        price_unit=line.price_unit,
        price_source=line.price_source,
        tax_incl=line.tax_incl,
        amount=line.amount,
        gift=line.gift,
        note=line.note,
        available=None if there is None else units.from_base(there, scale),
        reserved=units.from_base(reserved, scale),
        shipped=units.from_base(line.shipped, scale),
        doubts=line.doubts,
        tiers=line.tiers,
    )


def _problems(
    session: Session, paper: Paper, per_line: Mapping[int, int] | None, settings: firm.FirmView | None
) -> tuple[Problem, ...]:
    if paper.state in _UNCONFIRMED:
        found = asking.open_questions(paper.sheet)
        if per_line is not None:
            found += asking.shortages(paper.sheet, per_line)
        if paper.kind is Kind.SALES_ORDER:
            because = approvals.reasons(session, paper.sheet, settings or firm.firm(session), paper.id)
            found += [
                Problem(item.code, f"{item.text}，确认后要主管同意", item.line_no, blocking=False) for item in because
            ]
        return tuple(found)
    if paper.state in (State.PENDING, State.APPROVED) and per_line is not None:
        return tuple(
            Problem("shortage", f"{item.text}，到货后再发", item.line_no, blocking=False)
            for item in asking.shortages(paper.sheet, per_line)
        )
    return ()


def _approval(session: Session, paper: Paper) -> ApprovalView | None:
    if paper.kind is not Kind.SALES_ORDER or paper.number is None:
        return None
    row = sql.one(session, sql.APPROVAL, id=paper.id)
    if row is None:
        return None
    return ApprovalView(
        id=row["id"],
        version=row["version"],
        state=row["state"],
        reasons=tuple(json.loads(row["reasons"])),
        approver=row["approver"],
        decided_at=None if row["decided_at"] is None else moment(row["decided_at"]),
        comment=row["comment"],
    )


def _transitions(session: Session, document_id: int) -> tuple[Transition, ...]:
    return tuple(
        Transition(
            at=moment(at),
            actor=actor,
            source=None if source is None else State(source),
            target=State(target),
            version=version,
            reason=reason,
        )
        for at, actor, source, target, version, reason in sql.run(session, sql.TRANSITIONS, id=document_id)
    )


def find(session: Session, text: str) -> DocumentView:
    """By what people call it: "XS-0012", "xs12", "草稿3".

    Raises:
        NotFound: no such document, or not a name of one.
    """
    number, draft_no = numbering.parse(text)
    found = sql.value(
        session,
        "SELECT id FROM document WHERE number = :number OR draft_no = :draft_no LIMIT 1",
        number=number,
        draft_no=draft_no,
    )
    if found is None:
        raise NotFound(f"没有找到「{text.strip()}」，发「草稿」看看还有哪些。")
    return get(session, found)


def position(session: Session, document_id: int) -> tuple[int, State]:
    """(version, state) in one cheap statement.

    Raises:
        NotFound: no such document.
    """
    found = sql.run(session, "SELECT version, state FROM document WHERE id = :id", id=document_id)
    if not found:
        raise NotFound("没有这张单据，发「草稿」看看还有哪些。")
    return found[0][0], State(found[0][1])


def open_draft_ids(session: Session, author_id: int, chat: str | None = None) -> list[int]:
    """Ids of open drafts, the one touched last first; of one conversation, or of all when ``chat`` is None."""
    found = sql.run(
        session,
        "SELECT id FROM document WHERE author_id = :author_id AND state = 'draft' AND (:chat IS NULL OR chat = :chat)"
        " ORDER BY +updated_at DESC, id DESC",  # sorted by hand: not through everything the author ever did
        author_id=author_id,
        chat=chat,
    )
    return [row[0] for row in found]


def open_drafts(session: Session, author_id: int, chat: str | None = None) -> list[DocumentView]:
    """The documents of ``open_draft_ids``."""
    return [get(session, document_id) for document_id in open_draft_ids(session, author_id, chat)]


def due_to_expire(session: Session, now: datetime) -> list[int]:
    """Ids of documents whose time is up, the oldest first."""
    found = sql.run(
        session,
        "SELECT id FROM document WHERE state IN ('draft', 'pending') AND expires_at <= :at ORDER BY expires_at, id",
        at=micros(now),
    )
    return [row[0] for row in found]


def pending_ids(session: Session) -> list[tuple[int, int]]:
    """(document id, author id) of the orders that wait for a decision, oldest first: there may be hundreds."""
    return sql.run(session, "SELECT id, author_id FROM document WHERE state = 'pending' ORDER BY updated_at, id")


def versions(session: Session, document_id: int) -> list[tuple[int, datetime, str, tuple[str, ...]]]:
    """(version, when, who, what changed in words), oldest first."""
    found = sql.run(
        session,
        """SELECT v.version, v.at, p.name, v.changes FROM document_version v JOIN person p ON p.id = v.actor_id
           WHERE v.document_id = :id ORDER BY v.version""",
        id=document_id,
    )
    return [(version, moment(at), who, tuple(json.loads(changes))) for version, at, who, changes in found]


def content_of(document: DocumentView) -> DraftContent:
    """The content of a document, to be changed and given back to ``change``. Lines keep their ids; a price nobody said
    is left out, so that it is looked up again."""
    return DraftContent(
        kind=document.kind,
        partner_id=document.partner.id if document.partner else None,
        partner_said=document.partner_said,
        lines=tuple(
            DraftLine(
                said=line.said,
                product_id=line.product.id if line.product else None,
                candidates=line.candidates,
                qty=line.qty,
                unit=line.unit,
                price=_said(line),
                price_unit=line.price_unit if _said(line) is not None else None,
                tax_incl=line.tax_incl,
                gift=line.gift,
                note=line.note,
                doubts=line.doubts,
                line_id=line.id,
                tiers=line.tiers,
            )
            for line in document.lines
        ),
        partner_candidates=tuple(
            candidate
            for problem in document.problems
            if problem.code in ("party_ambiguous", "party_unknown")
            for candidate in problem.candidates
        ),
        delivery_date=document.delivery_date,
        tax_rate=document.tax_rate,
        discount_rate=document.discount_rate,
        use_last_price=document.use_last_price,
        address=document.address,
        phone=document.phone,
        contact=document.contact,
        note=document.note,
        doubts=document.doubts,
        unused=document.unused,
        valid_from=document.valid_from,
        valid_until=document.valid_until,
    )


def _said(line: LineView) -> Decimal | None:
    return line.price if line.price_source is PriceSource.SAID and not line.gift else None
