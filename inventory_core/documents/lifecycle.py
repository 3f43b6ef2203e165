"""Confirm, approve, reject, void, expire, reopen, settle."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from inventory_core import approvals, firm, history, numbering, prices, reservations, sql, states
from inventory_core.documents import drafts, moving, reading, rights, rows
from inventory_core.documents.agreed import record_deals
from inventory_core.documents.sheet import Paper, sealed
from inventory_core.errors import NotAllowed, Refused, SecondTap, Stale
from inventory_core.views import DocumentView, Kind, Shortage, State


def _expect(paper: Paper, version: int, state: State, doing: str) -> None:
    if paper.state is not state:
        label = states.label(paper.kind, paper.state)
        hint = "先重新打开" if paper.state is State.EXPIRED else f"不用再{doing}"
        raise Stale(f"{paper.label}{label}，{hint}。")
    if paper.version != version:
        raise Stale(f"{paper.label}已经改过了，请看最新的卡片再{doing}。")


def confirm(
    session: Session,
    document_id: int,
    expect_version: int,
    actor_id: int,
    now: datetime,
    shortage: Shortage | None = None,
) -> DocumentView:
    """Turn a draft into a numbered document.

    A sales order reserves its stock, then waits for approval (待审核) or is approved (已审核); a goods receipt is
    posted at once; purchase orders and supplier quotes are approved.

    Args:
        shortage: answers shortage problems: 只发现有 cuts the order (version n+1), 欠货 keeps the quantity and reserves
            what there is.

    Raises:
        Stale: another version, or no draft any more.
        NotAllowed: not the person's own draft, or not a kind the roles may make.
        Refused: blocking problems, all in ``.problems``.
    """
    paper = rows.load(session, document_id)
    person = rights.actor(session, actor_id)
    rights.must_own(person, paper, "确认")
    rights.must_have(person, rights.CREATORS[paper.kind], f"确认{paper.kind.label}")
    _expect(paper, expect_version, State.DRAFT, "确认")
    sheet = drafts.fitted(session, paper, shortage)
    if sheet != paper.sheet:
        rows.update(session, paper, sheet, history.changes(paper.sheet, sheet), actor_id, now, paper.expires_at)
        paper = rows.load(session, document_id)
    paper = _numbered(session, paper, now)
    if paper.kind is Kind.SALES_ORDER:
        drafts.reserve(session, paper, now)
        drafts.settle_state(session, paper, State.DRAFT, actor_id, now)
    elif paper.kind is Kind.GOODS_RECEIPT:
        moving.post_receipt(session, paper, actor_id, now)
        record_deals(session, paper, now)
        states.move(session, paper.id, paper.kind, State.DRAFT, State.POSTED, paper.version, actor_id, now)
    else:
        states.move(session, paper.id, paper.kind, State.DRAFT, State.APPROVED, paper.version, actor_id, now)
    return reading.get(session, document_id)


def _numbered(session: Session, paper: Paper, now: datetime) -> Paper:
    """The document with its number, given once and for good, and the business date of its first confirmation."""
    if paper.number is not None:
        return paper
    number = numbering.next_number(session, paper.kind)
    day = firm.business_date(session, now)
    sql.run(
        session,
        "UPDATE document SET number = :number, business_date = :day WHERE id = :id AND number IS NULL",
        id=paper.id,
        number=number,
        day=day.isoformat(),
    )
    return replace(paper, number=number, business_date=day)


def approve(
    session: Session,
    document_id: int,
    expect_version: int,
    actor_id: int,
    now: datetime,
    comment: str = "",
    second_tap: bool = False,
) -> DocumentView:
    """同意: the order keeps its stock and is approved. Bound to the version and content the request was made for.

    Raises:
        NotAllowed: neither supervisor nor boss, or one's own order in a firm that does not allow that.
        SecondTap: one's own order where the firm allows it; call again with ``second_tap=True``.
        Stale: another version, content or state.
    """
    paper, row = _decidable(session, document_id, expect_version, actor_id, "同意")
    own = actor_id in (paper.author_id, row["requested_by"])
    if own:
        if not firm.firm(session).self_approval:
            raise NotAllowed(f"{paper.label}是你自己提交的，要另一位主管或老板来审。")
        if not second_tap:
            raise SecondTap(f"{paper.label}是你自己提交的单，再点一次「同意」才算数。")
    approvals.decide(session, row["id"], "approved", actor_id, comment, now, self_approved=own)
    record_deals(session, paper, now)
    states.move(session, paper.id, paper.kind, State.PENDING, State.APPROVED, paper.version, actor_id, now, comment)
    return reading.get(session, document_id)


def reject(
    session: Session,
    document_id: int,
    expect_version: int,
    actor_id: int,
    now: datetime,
    comment: str = "",
    second_tap: bool = False,
) -> DocumentView:
    """驳回: the stock is free again; the author may change the order, which makes it a draft under the same number.

    ``second_tap`` is accepted for symmetry and means nothing: rejecting one's own order harms nobody.

    Raises:
        NotAllowed, Stale: as for ``approve``.
    """
    paper, row = _decidable(session, document_id, expect_version, actor_id, "驳回")
    approvals.decide(session, row["id"], "rejected", actor_id, comment, now)
    reservations.free_all(session, paper.id, now)
    states.move(session, paper.id, paper.kind, State.PENDING, State.REJECTED, paper.version, actor_id, now, comment)
    return reading.get(session, document_id)


def _decidable(
    session: Session, document_id: int, expect_version: int, actor_id: int, doing: str
) -> tuple[Paper, sql.Row]:
    paper = rows.load(session, document_id)
    rights.must_have(rights.actor(session, actor_id), approvals.APPROVERS, "审核")
    _expect(paper, expect_version, State.PENDING, doing)
    row = approvals.pending(session, document_id)
    if row is None or row["version"] != paper.version or row["hash"] != sealed(paper.sheet)[1]:
        raise Stale(f"{paper.label}的内容已经变了，请看最新的卡片再{doing}。")
    return paper, row


def void(session: Session, document_id: int, actor_id: int, now: datetime, reason: str = "") -> DocumentView:
    """撤销. A draft is dropped; a confirmed order nothing was shipped of is 作废 and frees its stock; where goods
    moved, they are moved back by a mirrored document (``view.extra["reversal"]``). A shipment that is taken back
    leaves its order open, with the goods reserved for it again.

    Raises:
        NotAllowed: neither the author nor supervisor or boss; for orders with shipments, and for goods that moved on
            an earlier day, the latter only.
        Refused: the goods are no longer there, or the document is settled or void already.
    """
    paper = rows.load(session, document_id)
    person = rights.actor(session, actor_id)
    rights.must_own(person, paper, "撤销")
    if paper.kind is Kind.REVERSAL or paper.state in (State.VOID, State.REVERSED, State.SETTLED):
        raise Refused(f"{paper.label}{states.label(paper.kind, paper.state)}，不能再撤销。")
    if paper.kind is Kind.SALES_ORDER:
        _void_order(session, paper, person.has(*rights.LEADERS), actor_id, now, reason)
    elif paper.state is State.POSTED:
        if paper.business_date < firm.business_date(session, now) and not person.has(*rights.LEADERS):
            raise NotAllowed(f"{paper.label}不是今天的单，撤销要{rights.words(rights.LEADERS)}，请找他们操作。")
        moving.reverse(session, paper, actor_id, now, reason)
    else:
        states.move(session, paper.id, paper.kind, paper.state, State.VOID, paper.version, actor_id, now, reason)
    return reading.get(session, document_id)


def _void_order(session: Session, paper: Paper, leads: bool, actor_id: int, now: datetime, reason: str) -> None:
    shipments = [
        document_id
        for document_id, kind, _, state in sql.run(session, sql.RELATED, id=paper.id)
        if kind == Kind.SHIPMENT and state == State.POSTED
    ]
    if shipments and not leads:
        raise NotAllowed(f"{paper.label}已经发货，撤销要{rights.words(rights.LEADERS)}，请找他们操作。")
    for shipment_id in reversed(shipments):
        moving.reverse(session, rows.load(session, shipment_id), actor_id, now, reason or "撤销")
    state = reading.position(session, paper.id)[1]
    if paper.number is not None:
        reservations.free_all(session, paper.id, now)
        approvals.withdraw(session, paper.id, now)
        prices.drop_deals(session, paper.id)
    target = State.REVERSED if shipments else State.VOID
    states.move(session, paper.id, paper.kind, state, target, paper.version, actor_id, now, reason)


def expire(session: Session, document_id: int, now: datetime) -> DocumentView:
    """A draft, or an order nobody decided on, whose time is up; others stay as they are (see ``due_to_expire``)."""
    paper = rows.load(session, document_id)
    due = paper.expires_at is not None and paper.expires_at <= now
    if not due or paper.state not in (State.DRAFT, State.PENDING):
        return reading.view(session, paper)
    if paper.number is not None:
        reservations.free_all(session, paper.id, now)
        approvals.withdraw(session, paper.id, now)
    states.move(session, paper.id, paper.kind, paper.state, State.EXPIRED, paper.version, None, now)
    return reading.get(session, document_id)


def reopen(session: Session, document_id: int, actor_id: int, now: datetime) -> DocumentView:
    """An expired document is a draft again, for another day.

    Raises:
        NotAllowed: not the person's own.
        Stale: it is not expired.
    """
    paper = rows.load(session, document_id)
    rights.must_own(rights.actor(session, actor_id), paper, "重新打开")
    _expect(paper, paper.version, State.EXPIRED, "重新打开")
    states.move(
        session,
        paper.id,
        paper.kind,
        State.EXPIRED,
        State.DRAFT,
        paper.version,
        actor_id,
        now,
        "重新打开",
        now + drafts.DRAFT_LIFE,
    )
    return reading.get(session, document_id)


def settle(session: Session, document_id: int, actor_id: int, now: datetime) -> DocumentView:
    """结算: paid in full; it no longer counts against the customer's credit.

    Raises:
        NotAllowed: neither finance nor boss.
        Refused: the goods have not moved yet.
    """
    paper = rows.load(session, document_id)
    rights.must_have(rights.actor(session, actor_id), rights.SETTLERS, "结算")
    if paper.state is not State.POSTED:
        raise Refused(f"{paper.label}{states.label(paper.kind, paper.state)}，出入库以后才能结算。")
    states.move(session, paper.id, paper.kind, State.POSTED, State.SETTLED, paper.version, actor_id, now)
    return reading.get(session, document_id)
