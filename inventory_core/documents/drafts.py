"""Drafts: from understood content to a document row, and every later change of content."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from sqlmodel import Session

from inventory_core import approvals, firm, history, numbering, partners, prices, products, reservations, states
from inventory_core.documents import problems as asking
from inventory_core.documents import reading, rights, rows
from inventory_core.documents.agreed import record_deals
from inventory_core.documents.sheet import ARRANGED, SALES, Line, Paper, Sheet, amounts, resolve
from inventory_core.errors import Refused, Stale
from inventory_core.ledger import held_by
from inventory_core.views import DocumentView, DraftContent, Kind, PartnerView, PriceSource, Shortage, State

#: A draft nobody touches for that long expires; an order nobody decides on gives its stock back after the longer time.
DRAFT_LIFE = timedelta(hours=24)
PENDING_LIFE = timedelta(days=7)

_DRAFTED = frozenset({Kind.SALES_ORDER, Kind.GOODS_RECEIPT, Kind.PURCHASE_ORDER, Kind.SUPPLIER_QUOTE})


def create_draft(
    session: Session, content: DraftContent, author_id: int, now: datetime, chat: str = "", platform: str = ""
) -> DocumentView:
    """A new draft with the next firm-wide draft number; what is open in it shows in ``view.problems``.

    Raises:
        NotAllowed: the author's roles do not make this kind of document.
        NotFound: a product or partner id that does not exist.
    """
    if content.kind not in _DRAFTED:
        raise ValueError(f"a {content.kind} is never drafted")
    author = rights.actor(session, author_id)
    rights.must_have(author, rights.CREATORS[content.kind], f"开{content.kind.label}")
    settings = firm.firm(session)
    sheet = _resolved(session, replace(content, lines=tuple(replace(line, line_id=None) for line in content.lines)))
    document_id, _ = rows.insert(
        session,
        sheet,
        state=State.DRAFT,
        author_id=author_id,
        now=now,
        business_date=firm.day_in(settings, now),
        draft_no=numbering.next_value(session, "draft"),
        platform=platform,
        chat=chat,
        expires_at=now + DRAFT_LIFE,
    )
    states.born(session, document_id, content.kind, State.DRAFT, author_id, now)
    known = {line.product.id: line.product for line in sheet.lines if line.product}
    return reading.view(session, rows.load(session, document_id, known, sheet.partner), settings)


def _resolved(session: Session, content: DraftContent) -> Sheet:
    partner = None if content.partner_id is None else partners.partner(session, content.partner_id)
    wanted = {line.product_id for line in content.lines if line.product_id is not None}
    known = products.by_ids(session, wanted)
    for product_id in wanted - known.keys():
        products.product(session, product_id)  # raises NotFound
    return resolve(content, partner, known, _deals(session, content, partner, wanted))


def _deals(
    session: Session, content: DraftContent, partner: PartnerView | None, product_ids: set[int]
) -> Mapping[int, prices.Deal]:
    if content.kind in ARRANGED and not content.use_last_price:
        return {}
    # 散客 is a different person every time: there is no last time with him.
    if partner is None or partner.walk_in or not product_ids:
        return {}
    return prices.last_prices(session, partner.id, product_ids, "sale" if content.kind in SALES else "purchase")


def change(
    session: Session,
    document_id: int,
    expect_version: int,
    content: DraftContent,
    actor_id: int,
    now: datetime,
    shortage: Shortage | None = None,
) -> DocumentView:
    """Give a draft, or a confirmed order nothing was shipped of, new content: version n+1.

    A confirmed order keeps its number; its reservation follows in the same transaction, its approval is void and the
    rules run again. A rejected order becomes a draft again. Content that says the same changes nothing, not even the
    version.

    Args:
        shortage: for confirmed orders that want more than there is: 欠货 keeps the quantity, 只发现有 cuts it.

    Raises:
        Stale: another version or state than expected.
        NotAllowed: not the person's own document.
        Refused: goods have moved, or (confirmed orders) blocking problems, all in ``.problems``.
    """
    paper = rows.load(session, document_id)
    person = rights.actor(session, actor_id)
    rights.must_own(person, paper, "改单")
    if content.kind is not paper.kind:
        raise Refused(f"{paper.label}是{paper.kind.label}，不能改成{content.kind.label}；请另开一张。")
    if paper.version != expect_version:
        raise Stale(f"{paper.label}已经改过了，请看最新的卡片再改。")
    _changeable(paper)
    sheet = _kept_prices(paper, content, _resolved(session, _own_lines(paper, content)))
    if paper.state in (State.DRAFT, State.REJECTED):
        return _change_draft(session, paper, sheet, actor_id, now)
    return _change_order(session, paper, sheet, actor_id, now, shortage)


def _changeable(paper: Paper) -> None:
    if paper.state in (State.DRAFT, State.REJECTED):
        return
    if paper.kind is Kind.SALES_ORDER and paper.state in (State.PENDING, State.APPROVED):
        if any(line.shipped for line in paper.sheet.lines):
            raise Refused(f"{paper.label}已经发过货，不能改；要加货请另开一单。")
        return
    if paper.state is State.EXPIRED:
        raise Stale(f"{paper.label}已经过期，先重新打开再改。")
    raise Stale(f"{paper.label}{states.label(paper.kind, paper.state)}，不能再改；需要的话另开一单。")


def _own_lines(paper: Paper, content: DraftContent) -> DraftContent:
    """Line ids that are not this document's (or come twice) would overwrite other papers; such lines are new ones."""
    own = {line.id for line in paper.sheet.lines}
    taken: set[int] = set()
    lines = []
    for line in content.lines:
        if line.line_id is None or line.line_id not in own or line.line_id in taken:
            lines.append(replace(line, line_id=None))
        else:
            taken.add(line.line_id)
            lines.append(line)
    return replace(content, lines=tuple(lines))


def _kept_prices(paper: Paper, content: DraftContent, sheet: Sheet) -> Sheet:
    """A price that was shown stays, as long as nothing it depends on was changed: neither a new price list nor a newer
    deal may slip into a line nobody spoke of."""
    before = paper.sheet
    if (before.partner and before.partner.id) != (sheet.partner and sheet.partner.id):
        return sheet
    if before.use_last_price != sheet.use_last_price:
        return sheet
    old = {line.id: line for line in before.lines}
    lines: list[Line] = []
    for said, line in zip(content.lines, sheet.lines, strict=True):
        earlier = old.get(line.id) if line.id is not None else None
        if (
            earlier is not None
            and said.price is None
            and not said.gift
            and not earlier.gift
            and earlier.price_source in (PriceSource.LIST, PriceSource.LAST)
            and (earlier.product and earlier.product.id) == (line.product and line.product.id)
        ):
            kept = replace(
                line,
                price=earlier.price,
                price_unit=earlier.price_unit,
                price_ratio=earlier.price_ratio,
                price_source=earlier.price_source,
            )
            lines.append(amounts(kept, sheet.discount_rate))
        else:
            lines.append(line)
    return replace(sheet, lines=tuple(lines))


def _change_draft(session: Session, paper: Paper, sheet: Sheet, actor_id: int, now: datetime) -> DocumentView:
    if sheet == paper.sheet and paper.state is State.DRAFT:
        return reading.view(session, paper)
    expires = now + DRAFT_LIFE
    version = rows.update(session, paper, sheet, history.changes(paper.sheet, sheet), actor_id, now, expires)
    if paper.state is State.REJECTED:
        states.move(session, paper.id, paper.kind, State.REJECTED, State.DRAFT, version, actor_id, now, "改单", expires)
    return reading.get(session, paper.id)


def _change_order(
    session: Session, paper: Paper, sheet: Sheet, actor_id: int, now: datetime, shortage: Shortage | None
) -> DocumentView:
    if sheet == paper.sheet:
        return reading.view(session, paper)
    draft = replace(paper, sheet=sheet)
    sheet = fitted(session, draft, shortage)
    changes = history.changes(paper.sheet, sheet)
    version = rows.update(session, paper, sheet, changes, actor_id, now, None)
    approvals.withdraw(session, paper.id, now)
    changed = rows.load(session, paper.id)
    reserve(session, changed, now)
    settle_state(session, replace(changed, version=version), paper.state, actor_id, now, "改单")
    return reading.get(session, paper.id)


def fitted(session: Session, paper: Paper, shortage: Shortage | None) -> Sheet:
    """The paper's sheet, ready to be confirmed: 只发现有 is cut to what there is.

    Raises:
        Refused: blocking problems, all of them.
    """
    held = {held.line_id: (held.key.product_id, held.pending) for held in held_by(session, paper.id) if held.pending}
    per_line = reading.free_for(session, paper, held) if paper.kind is Kind.SALES_ORDER else {}
    found = [problem for problem in asking.open_questions(paper.sheet) if problem.blocking]
    short = asking.shortages(paper.sheet, per_line)
    if shortage is None:
        found += short
    if found:
        text = "；".join(problem.text for problem in found[:5])
        raise Refused(f"{text}。" if len(found) <= 5 else f"{text}……还有{len(found) - 5}处。", tuple(found))
    if shortage is not Shortage.ONLY_AVAILABLE or not short:
        return paper.sheet
    return asking.cut(paper.sheet, per_line)


def reserve(session: Session, paper: Paper, now: datetime) -> None:
    """Hold for every line what it wants, as far as it is free; the rest is owed (欠货)."""
    held = {held.line_id: (held.key.product_id, held.pending) for held in held_by(session, paper.id) if held.pending}
    per_line = reading.free_for(session, paper, held)
    targets = {
        line.id: (line.product.id, min((line.base_qty or 0) - line.shipped, per_line[line.line_no]))
        for line in paper.sheet.lines
        if line.product is not None and line.id is not None
    }
    reservations.adjust(session, paper.id, targets, now)


def settle_state(session: Session, paper: Paper, source: State, actor_id: int, now: datetime, reason: str = "") -> None:
    """Run the rules on a sales order whose content is in place: 待审核 with an approval request, or 已审核."""
    because = approvals.reasons(session, paper.sheet, firm.firm(session), paper.id)
    target = State.PENDING if because else State.APPROVED
    if because:
        prices.drop_deals(session, paper.id)
        approvals.request(session, paper.id, paper.version, paper.hash, because, actor_id, now)
    else:
        record_deals(session, paper, now)
    if target is source:
        states.touch(session, paper.id, source, paper.version, now, now + PENDING_LIFE if because else None)
        return
    states.move(
        session,
        paper.id,
        paper.kind,
        source,
        target,
        paper.version,
        actor_id,
        now,
        reason or "；".join(problem.text for problem in because),
        now + PENDING_LIFE if because else None,
    )
