"""When an order needs a second pair of eyes, and the decision rows bound to one version and one content."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from inventory_core import prices, sql
from inventory_core.columns import dumps, micros
from inventory_core.documents.sheet import Sheet
from inventory_core.errors import Stale
from inventory_core.firm import FirmView
from inventory_core.prices import yuan
from inventory_core.views import Kind, Problem, Role

APPROVERS = (Role.SUPERVISOR, Role.BOSS)


def outstanding(session: Session, partner_id: int, except_document: int | None) -> int:
    """Fen of the partner's confirmed sales orders that are not settled, one document left out."""
    return int(
        sql.value(
            session,
            """SELECT coalesce(sum(total), 0) FROM document
               WHERE partner_id = :partner_id AND kind = 'sales_order' AND state IN ('pending', 'approved', 'posted')
                 AND id IS NOT :id""",
            partner_id=partner_id,
            id=except_document,
        )
    )


def reasons(session: Session, sheet: Sheet, firm: FirmView, document_id: int | None) -> list[Problem]:
    """Why a sales order needs approval: warnings while it is a draft, the approval's reasons once it is confirmed."""
    if sheet.kind is not Kind.SALES_ORDER:
        return []
    found: list[Problem] = []
    total = sheet.total or 0
    if firm.order_limit is not None and total > firm.order_limit:
        text = f"金额{yuan(total)}元，超过{yuan(firm.order_limit)}元"
        found.append(Problem("over_limit", text, blocking=False))
    for line in sheet.lines:
        if line.gift or line.product is None or line.product.floor_price is None or line.price_cmp is None:
            continue
        if line.price_cmp < prices.comparing(line.product.floor_price, 1, 1):
            text = f"第{line.line_no}行 {line.label}单价低于底价"
            found.append(Problem("below_floor", text, line.line_no, blocking=False))
    partner = sheet.partner
    if partner is not None and partner.credit_limit is not None and total:
        owed = outstanding(session, partner.id, document_id) + total
        if owed > partner.credit_limit:
            text = f"{partner.name}未结{yuan(owed)}元，超过信用额度{yuan(partner.credit_limit)}元"
            found.append(Problem("credit", text, blocking=False))
    return found


def request(
    session: Session,
    document_id: int,
    version: int,
    seal: str,
    because: Sequence[Problem],
    requested_by: int,
    now: datetime,
) -> None:
    """Ask for a decision on this version and content."""
    sql.insert(
        session,
        "approval",
        {
            "document_id": document_id,
            "version": version,
            "hash": seal,
            "state": "pending",
            "reasons": dumps([problem.text for problem in because]),
            "requested_by": requested_by,
            "self_approved": 0,
            "created_at": micros(now),
        },
    )


def withdraw(session: Session, document_id: int, now: datetime) -> None:
    """Void whatever was asked or granted: the content it was bound to is no more."""
    sql.run(
        session,
        "UPDATE approval SET state = 'void', decided_at = coalesce(decided_at, :at)"
        " WHERE document_id = :id AND state IN ('pending', 'approved')",
        id=document_id,
        at=micros(now),
    )


def pending(session: Session, document_id: int) -> sql.Row | None:
    """The open request of a document."""
    return sql.one(session, "SELECT * FROM approval WHERE document_id = :id AND state = 'pending'", id=document_id)


def decide(
    session: Session,
    approval_id: int,
    state: str,
    approver_id: int,
    comment: str,
    now: datetime,
    *,
    self_approved: bool = False,
) -> None:
    """Record the decision, once.

    Raises:
        Stale: it was decided already.
    """
    if not sql.run(
        session,
        "UPDATE approval SET state = :state, approver_id = :approver_id, comment = :comment, decided_at = :at,"
        " self_approved = :self_approved WHERE id = :id AND state = 'pending' RETURNING id",
        id=approval_id,
        state=state,
        approver_id=approver_id,
        comment=comment or None,
        at=micros(now),
        self_approved=int(self_approved),
    ):
        raise Stale("这张单已经有人审过了，请看最新的卡片。")
