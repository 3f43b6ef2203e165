"""Documents that move goods: shipments, receipts, opening stock, and their mirrored reversals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from sqlmodel import Session

from inventory_core import firm, ledger, numbering, prices, products, reservations, sql, states, units
from inventory_core.documents import reading, rights, rows
from inventory_core.documents.sheet import MAX_BASE_QTY, Line, Paper, Sheet, renumbered
from inventory_core.errors import Refused, Stale
from inventory_core.prices import half_up
from inventory_core.stock import OpeningItem
from inventory_core.views import DocumentView, Kind, Problem, State


def posting_day(session: Session, now: datetime) -> date:
    """The business date of a posting.

    Raises:
        Refused: the period is closed.
    """
    settings = firm.firm(session)
    day = firm.day_in(settings, now)
    if settings.closed_through is not None and day <= settings.closed_through:
        raise Refused(f"{settings.closed_through.isoformat()}以前已经结账，不能再入账，请找财务。")
    return day


def _refuse(problems: tuple[Problem, ...]) -> None:
    if problems:
        raise Refused("；".join(problem.text for problem in problems) + "。", problems)


def ship(
    session: Session, order_id: int, actor_id: int, now: datetime, lines: Mapping[int, Decimal] | None = None
) -> DocumentView:
    """Ship an approved order; returns the shipment (送货单), posted.

    Args:
        lines: line_no → base units; None ships everything that is still open and can be shipped (a line on 欠货 goes
        as far
            as stock reaches).

    Raises:
        NotAllowed: neither keeper nor boss.
        Stale: the order is not approved, or nothing is left to ship.
        Refused: more than is open or there, all lines in ``.problems``.
    """
    paper = rows.load(session, order_id)
    person = rights.actor(session, actor_id)
    rights.must_have(person, rights.SHIPPERS, "发货")
    if paper.kind is not Kind.SALES_ORDER or paper.state is not State.APPROVED:
        hint = "审核后才能发货" if paper.state is State.PENDING else "不能发货"
        raise Stale(f"{paper.label}{states.label(paper.kind, paper.state)}，{hint}。")
    wanted = _wanted(session, paper, lines)
    day = posting_day(session, now)
    used = reservations.take_out(session, paper.id, {line.id or 0: qty for line, qty in wanted}, now)
    sheet = replace(
        paper.sheet,
        kind=Kind.SHIPMENT,
        lines=renumbered(_shipped_line(line, qty) for line, qty in wanted),
        doubts=(),
        unused=(),
    )
    shipment_id, seal = rows.insert(
        session,
        sheet,
        state=State.POSTED,
        author_id=actor_id,
        now=now,
        business_date=day,
        number=numbering.next_number(session, Kind.SHIPMENT),
        platform=paper.platform,
        chat=paper.chat,
        source_id=paper.id,
    )
    states.born(session, shipment_id, Kind.SHIPMENT, State.POSTED, actor_id, now)
    moves = [
        ledger.Move(
            number,
            line.product.id,
            ledger.MAIN,
            ledger.CUSTOMER,
            qty,
            held=used.get(line.id or 0, 0),
            label=line.label,
        )
        for number, (line, qty) in enumerate(wanted, start=1)
        if line.product is not None
    ]
    _post(session, shipment_id, moves, sheet, seal, day, actor_id, now)
    _count_shipped(session, {line.id or 0: qty for line, qty in wanted})
    if all(line.shipped >= (line.base_qty or 0) for line in rows.load(session, order_id).sheet.lines):
        states.move(session, paper.id, paper.kind, State.APPROVED, State.POSTED, paper.version, actor_id, now, "发完")
    return reading.get(session, shipment_id)


def _wanted(session: Session, paper: Paper, lines: Mapping[int, Decimal] | None) -> list[tuple[Line, int]]:
    """(order line, 10^-scale base units) to ship now."""
    held = {
        held.line_id: (held.key.product_id, held.pending) for held in ledger.held_by(session, paper.id) if held.pending
    }
    possible = _possible(session, paper, held)
    by_no = {line.line_no: line for line in paper.sheet.lines}
    found: list[tuple[Line, int]] = []
    if lines is None:
        for line in paper.sheet.lines:
            qty = min((line.base_qty or 0) - line.shipped, possible[line.line_no])
            if qty > 0:
                found.append((line, qty))
        if not found:
            raise Refused(f"{paper.label}没有能发的货了，等到货再发。")
        return found
    problems: list[Problem] = []
    for number, asked in sorted(lines.items()):
        known = by_no.get(number)
        if known is None or known.product is None:
            problems.append(Problem("line_missing", f"{paper.label}没有第{number}行，请核对", number))
            continue
        base = units.base_int(asked, known.product.qty_scale) if asked.is_finite() else None
        left = (known.base_qty or 0) - known.shipped
        if base is None or base <= 0:
            problems.append(Problem("qty_not_whole", f"第{number}行 数量要大于0，不能拆零", number))
        elif base > left:
            text = f"第{number}行 {known.label}只剩{units.words(known.product, left)}没发，请改数量"
            problems.append(Problem("over_order", text, number))
        elif base > possible[number]:
            there = possible[number]
            have = f"只能发{units.words(known.product, there)}" if there else "没有货可发"
            problems.append(Problem("shortage", f"第{number}行 {known.label}{have}", number))
        else:
            found.append((known, base))
    _refuse(tuple(problems))
    if not found:
        raise Refused("没说发哪几行，请写「发货 单号」或写上第几行发多少。")
    return found


def _possible(session: Session, paper: Paper, held: Mapping[int, tuple[int, int]]) -> dict[int, int]:
    """Line number → what can leave now: each line has its own reservation for sure, and shares what is free."""
    levels = ledger.balances(session, paper.sheet.product_ids())
    free = {key.product_id: row.on_hand - row.reserved for key, row in levels.items() if key.place == ledger.MAIN}
    found: dict[int, int] = {}
    for line in paper.sheet.lines:
        if line.product is None:
            continue
        own = held.get(line.id or 0, (0, 0))[1]
        gap = max((line.base_qty or 0) - line.shipped - own, 0)
        extra = min(gap, max(free.get(line.product.id, 0), 0))
        free[line.product.id] = free.get(line.product.id, 0) - extra
        found[line.line_no] = own + extra
    return found


def _shipped_line(line: Line, qty: int) -> Line:
    """The shipment's line of an order line: in the ordered unit where that comes out even, else in base units.

    Amounts are cut from the order line's amount, so that the shipments of an order add up to it to the fen.
    """
    product = line.product
    if product is None:
        raise AssertionError("an unresolved line is never shipped")
    scale = product.qty_scale
    unit = units.Unit(line.unit or product.base_unit, *(line.ratio or (1, 1)))
    written = units.in_unit(qty, unit, scale)
    if written is None:
        unit, written = units.Unit(product.base_unit, 1, 1), units.from_base(qty, scale)
    amount = None
    if line.amount is not None and line.base_qty:
        amount = half_up(Fraction(line.amount * (line.shipped + qty), line.base_qty)) - half_up(
            Fraction(line.amount * line.shipped, line.base_qty)
        )
    return replace(
        line,
        id=None,
        qty=written,
        unit=unit.name,
        ratio=(unit.num, unit.den),
        base_qty=qty,
        amount=amount,
        shipped=0,
        source_line_id=line.id,
        candidates=(),
        doubts=(),
    )


def _count_shipped(session: Session, by_line: Mapping[int, int]) -> None:
    sql.many(
        session,
        "UPDATE document_line SET shipped = shipped + :qty WHERE id = :id",
        [{"id": line_id, "qty": qty} for line_id, qty in sorted(by_line.items())],
    )


def _post(
    session: Session,
    document_id: int,
    moves: Sequence[ledger.Move],
    sheet: Sheet,
    seal: str,
    day: date,
    actor_id: int,
    now: datetime,
    version: int = 1,
) -> bool:
    plan = ledger.plan(moves, ledger.balances(session, sheet.product_ids()))
    _refuse(plan.problems)
    return ledger.post(
        session,
        plan.entries,
        document_id=document_id,
        version=version,
        seal=seal,
        effective_date=day,
        actor_id=actor_id,
        now=now,
    )


def post_receipt(session: Session, paper: Paper, actor_id: int, now: datetime) -> None:
    """Post a confirmed goods receipt: the goods come from the supplier at the value of their line.

    A document version is posted once; posting it again changes nothing.
    """
    day = posting_day(session, now)
    moves = [
        ledger.Move(
            line.line_no,
            line.product.id,
            ledger.SUPPLIER,
            ledger.MAIN,
            line.base_qty,
            line.amount or 0,
            label=line.label,
        )
        for line in paper.sheet.lines
        if line.product is not None and line.base_qty
    ]
    if _post(session, paper.id, moves, paper.sheet, paper.hash, day, actor_id, now, paper.version):
        sql.run(
            session,
            "UPDATE document_line SET shipped = base_qty WHERE document_id = :id AND base_qty IS NOT NULL",
            id=paper.id,
        )


def post_opening(
    session: Session, items: Sequence[OpeningItem], actor_id: int, now: datetime, note: str = ""
) -> DocumentView:
    """Post the stock a firm starts with as one document QC-…, from the place 期初.

    Raises:
        NotAllowed: neither keeper, administrator nor boss.
        Refused: a quantity that is not whole or has an unknown unit, all lines in ``.problems``.
    """
    rights.must_have(rights.actor(session, actor_id), rights.CREATORS[Kind.OPENING], "录期初库存")
    day = posting_day(session, now)
    known = products.by_ids(session, {item.product_id for item in items})
    lines: list[Line] = []
    problems: list[Problem] = []
    for number, item in enumerate(items, start=1):
        product = known.get(item.product_id) or products.product(session, item.product_id)
        unit = units.find(product, item.unit or product.base_unit)
        base = None if unit is None or not item.qty.is_finite() else units.to_base(item.qty, unit, product.qty_scale)
        if unit is None:
            text = f"第{number}行 {product.label}没有「{item.unit}」这个单位"
            problems.append(Problem("unit_unknown", text, number))
        elif base is None or not 0 < base <= MAX_BASE_QTY:
            problems.append(Problem("qty_not_whole", f"第{number}行 {product.label}的数量不对，请改成整数", number))
        else:
            value = 0
            if item.cost is not None:
                value = prices.line_amount(item.cost, unit.num, unit.den, base, product.qty_scale)
            lines.append(
                Line(
                    line_no=number,
                    product=product,
                    qty=item.qty,
                    unit=unit.name,
                    ratio=(unit.num, unit.den),
                    base_qty=base,
                    price=item.cost,
                    price_unit=None if item.cost is None else unit.name,
                    price_ratio=None if item.cost is None else (unit.num, unit.den),
                    amount=value,
                    shipped=base,
                )
            )
    _refuse(tuple(problems))
    if not lines:
        raise Refused("期初库存里没有商品，请写上商品和数量。")
    sheet = Sheet(kind=Kind.OPENING, lines=tuple(lines), note=note or None)
    document_id, seal = rows.insert(
        session,
        sheet,
        state=State.POSTED,
        author_id=actor_id,
        now=now,
        business_date=day,
        number=numbering.next_number(session, Kind.OPENING),
    )
    states.born(session, document_id, Kind.OPENING, State.POSTED, actor_id, now, note)
    moves = [
        ledger.Move(line.line_no, line.product.id, ledger.OPENING, ledger.MAIN, line.base_qty, line.amount)
        for line in lines
        if line.product is not None and line.base_qty
    ]
    _post(session, document_id, moves, sheet, seal, day, actor_id, now)
    return reading.get(session, document_id)


def reverse(session: Session, paper: Paper, actor_id: int, now: datetime, reason: str) -> int:
    """The mirrored document of a posted one, at most one; returns its id. A shipment's order is open again afterwards.

    Raises:
        Refused: the goods are no longer there.
        Stale: it was reversed before.
    """
    day = posting_day(session, now)
    labels = {line.line_no: line.label for line in paper.sheet.lines}
    plan = ledger.plan_reversal(
        ledger.entries_of(session, paper.id), ledger.balances(session, paper.sheet.product_ids()), labels
    )
    _refuse(plan.problems)
    states.move(session, paper.id, paper.kind, State.POSTED, State.REVERSED, paper.version, actor_id, now, reason)
    sheet = replace(
        paper.sheet,
        kind=Kind.REVERSAL,
        lines=tuple(
            replace(line, id=None, shipped=line.base_qty or 0, source_line_id=None) for line in paper.sheet.lines
        ),
        note=reason or None,
    )
    reversal_id, seal = rows.insert(
        session,
        sheet,
        state=State.POSTED,
        author_id=actor_id,
        now=now,
        business_date=day,
        number=numbering.next_number(session, Kind.REVERSAL),
        platform=paper.platform,
        chat=paper.chat,
        source_id=paper.id,
    )
    states.born(session, reversal_id, Kind.REVERSAL, State.POSTED, actor_id, now, reason)
    ledger.post(
        session,
        plan.entries,
        document_id=reversal_id,
        version=1,
        seal=seal,
        effective_date=day,
        actor_id=actor_id,
        now=now,
    )
    prices.drop_deals(session, paper.id)
    if paper.kind is Kind.SHIPMENT and paper.source_id is not None:
        _give_back(session, paper, paper.source_id, actor_id, now)
    return reversal_id


def _give_back(session: Session, shipment: Paper, order_id: int, actor_id: int, now: datetime) -> None:
    """The order owes the goods again and has them reserved."""
    returned = {
        line.source_line_id: (line.product.id, line.base_qty)
        for line in shipment.sheet.lines
        if line.source_line_id is not None and line.product is not None and line.base_qty
    }
    _count_shipped(session, {line_id: -qty for line_id, (_, qty) in returned.items()})
    for line_id, (product_id, qty) in sorted(returned.items(), key=lambda item: (item[1][0], item[0])):
        if not ledger.hold(session, order_id, line_id, ledger.Key(product_id, ledger.MAIN), qty, now):
            raise Stale("库存刚刚变了，请再试一次。")
    version, state = reading.position(session, order_id)
    if state is State.POSTED:
        states.move(session, order_id, Kind.SALES_ORDER, State.POSTED, State.APPROVED, version, actor_id, now, "冲回")
