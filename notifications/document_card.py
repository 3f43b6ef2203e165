"""The card of a document: a pure function of its view. Doubtful things come first, sure things are one table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from inventory_core.views import DocumentView, Kind, LineView, Problem, State
from notifications import supplier_card, texts
from notifications.asking import PARTY_CODES, Asked, Names, asked, line_of, must, packed
from notifications.card import Button, Card, Choice, Field, Input, Note, Option, Style, Table, Tone

MAX_BUTTONS = 6
MAX_ANSWERS = 4  # answers that stand as buttons beside 改 and 取消
MAX_ANSWER = 10  # characters a button carries everywhere
MAX_NOTES = 6
MAX_ROWS = 40  # a Feishu card ends at 30 KB

# Their prices are what the firm pays.
COST_KINDS = (Kind.GOODS_RECEIPT, Kind.PURCHASE_ORDER, Kind.SUPPLIER_QUOTE, Kind.OPENING)
_SELLING_NUMBERS = ("XS-", "SH-")
_DEAD = (State.EXPIRED, State.VOID, State.REVERSED, State.REJECTED)


class ActionToken(Protocol):
    """Gives the opaque token of an action on one version of one document."""

    def __call__(self, document_id: int, version: int, action: str, **args: str | int) -> str: ...


@dataclass(frozen=True, slots=True)
class Audience:
    """For whom a copy is made. Roles are checked in the core whatever a card shows."""

    cost: bool = True  # may see purchase prices; never true in a group
    approves: bool = True  # sees 同意 / 驳回
    ships: bool = True  # sees 发货
    creates_goods: bool = True  # is offered 新建商品


def document_card(
    view: DocumentView,
    action_token: ActionToken,
    names: Names | None = None,
    audience: Audience | None = None,
) -> Card:
    """The card of this version of the document, within the budget every platform can carry."""
    names = names or Names()
    audience = audience or Audience()
    if not _shows_prices(view, audience):
        view = supplier_card.without_prices(view)

    def token(action: str, **args: str | int) -> str:
        return action_token(view.id, view.version, action, **args)

    question = asked(view, names) if view.state is State.DRAFT else None
    tapped = _answer_buttons(view, question, token)
    choices = () if tapped else _choices(view, question, token)
    inputs = _inputs(view, question, audience)
    return Card(
        title=texts.title(view),
        tone=_tone(view),
        subtitle=_subtitle(view),
        fields=_fields(view, audience),
        table=_table(view, audience),
        notes=_notes(view, question, told=bool(choices)),
        choices=choices,
        inputs=inputs,
        buttons=tuple([*tapped, *_buttons(view, audience, token, with_inputs=bool(inputs))][:MAX_BUTTONS]),
        hint=_hint(view, question, audience),
    )


def replaced_card(view: DocumentView) -> Card:
    """What stays of a card once a newer one stands below it: no buttons, so nobody taps the wrong one."""
    return Card(title=f"{view.kind.label} {view.label}", notes=(Note(texts.REPLACED),))


# ---------------------------------------------------------------- head


def _tone(view: DocumentView) -> Tone:
    if view.state is State.DRAFT:
        return Tone.WARN if view.blocking else Tone.INFO
    if view.state is State.PENDING:
        return Tone.WARN
    if view.state in (State.APPROVED, State.POSTED, State.SETTLED):
        return Tone.GOOD
    return Tone.BAD if view.state in (State.REJECTED, State.FROZEN) else Tone.NEUTRAL


def _subtitle(view: DocumentView) -> str:
    words = [view.author]
    if view.source_number:
        words.append(f"来自 {view.source_number}")
    if view.shipments:
        words.append("送货单 " + " ".join(view.shipments))
    if view.extra.get("reversal"):
        words.append(f"冲销单 {view.extra['reversal']}")
    return " · ".join(words)


def _fields(view: DocumentView, audience: Audience) -> tuple[Field, ...]:
    who = texts.partner_word(view.kind)
    if view.partner is not None:
        fields = [Field(who, view.partner.name)]
    else:
        fields = [Field(who, f"“{view.partner_said}”？" if view.partner_said else "还没定", Tone.WARN)]
    if supplier_card.is_one(view):
        return supplier_card.fields(view, fields[0], prices=_shows_prices(view, audience))
    if view.delivery_date is not None:
        word = "到货" if view.kind in COST_KINDS else "送货"
        fields.append(Field(word, texts.day(view.delivery_date, view.business_date)))
    if _shows_prices(view, audience):
        total = "价格没定" if view.total is None else f"{texts.money(view.total)}元"
        fields.append(Field("合计", total, Tone.WARN if view.total is None else Tone.NEUTRAL))
    if view.discount_rate is not None:
        fields.append(Field("折扣", f"{texts.number(view.discount_rate * 10)}折"))
    if view.tax_rate is not None:
        fields.append(Field("税率", f"{texts.number(view.tax_rate * 100)}%"))
    place = " ".join(part for part in (view.contact, view.phone, view.address) if part)
    if place:
        fields.append(Field("收货", place))
    if view.note:
        fields.append(Field("备注", view.note))
    return tuple(fields[:MAX_BUTTONS])


def shows_cost(view: DocumentView) -> bool:
    """Whether the prices on this document are what the firm pays. A mirrored document bears those of its original."""
    if view.kind is Kind.REVERSAL:
        return not (view.source_number or "").startswith(_SELLING_NUMBERS)
    return view.kind in COST_KINDS


def _shows_prices(view: DocumentView, audience: Audience) -> bool:
    return audience.cost or not shows_cost(view)


# ---------------------------------------------------------------- lines


def doubtful_first(view: DocumentView) -> list[LineView]:
    """Lines with a problem before the others, each group in its own order."""
    troubled = {problem.line_no for problem in view.problems if problem.line_no is not None}
    return sorted(view.lines, key=lambda line: (line.line_no not in troubled, line.line_no))


def _table(view: DocumentView, audience: Audience) -> Table | None:
    if not view.lines:
        return None
    prices = _shows_prices(view, audience)
    shown = doubtful_first(view)[:MAX_ROWS]
    if supplier_card.is_one(view):
        return supplier_card.table(view, shown, _tones(view, shown), prices=prices)
    stock = view.kind is Kind.SALES_ORDER and view.state not in _DEAD
    columns = ["行", "货品", "数量", *(["单价"] if prices else []), *(["可发"] if stock else [])]
    rows: list[tuple[str, ...]] = []
    for line in shown:
        cells = [str(line.line_no), _goods(line), _quantity(line)]
        if prices:
            cells.append(_price(line))
        if stock:
            cells.append(_stock(view, line))
        rows.append(tuple(cells))
    return Table(tuple(columns), tuple(rows), _tones(view, shown))


def _tones(view: DocumentView, lines: Sequence[LineView]) -> tuple[Tone, ...]:
    """How loud every line is; none where all are quiet."""
    blocking = {problem.line_no for problem in view.problems if problem.blocking}
    warned = {problem.line_no for problem in view.problems}
    tones = tuple(
        Tone.BAD if line.line_no in blocking else Tone.WARN if line.line_no in warned else Tone.NEUTRAL
        for line in lines
    )
    return tones if any(tone is not Tone.NEUTRAL for tone in tones) else ()


def _goods(line: LineView) -> str:
    name = line.product.label if line.product else f"“{texts.brief(line.said)}”？" if line.said else "货品没定"
    extras = [word for word in ("赠品" if line.gift else "", line.note or "") if word]
    return f"{name}（{'，'.join(extras)}）" if extras else name


def _quantity(line: LineView) -> str:
    if line.qty is None:
        return "多少？"
    return f"{texts.number(line.qty)}{line.unit or (line.product.base_unit if line.product else '')}"


def _price(line: LineView) -> str:
    if line.gift:
        return "赠"
    if line.price is None:
        return "多少？"
    unit = f"/{line.price_unit}" if line.price_unit and line.price_unit != line.unit else ""
    tax = {True: "含税", False: "未税", None: ""}[line.tax_incl]
    source = f"({line.price_source.label})" if line.price_source else ""
    return f"{texts.number(line.price)}{unit}{tax}{source}"


def _stock(view: DocumentView, line: LineView) -> str:
    if view.state in (State.APPROVED, State.POSTED, State.SETTLED) and line.base_qty is not None:
        if line.shipped >= line.base_qty:
            return "已发"
        if line.shipped:
            return f"已发{texts.in_unit(line.shipped, line)}"
        return "已留" if line.reserved >= line.base_qty else f"已留{texts.in_unit(line.reserved, line)}"
    return "" if line.available is None else texts.in_unit(max(line.available, Decimal(0)), line)


# ---------------------------------------------------------------- questions


def _choices(view: DocumentView, question: Asked | None, token: _Token) -> tuple[Choice, ...]:
    """The question as a select: too many answers, or too long ones, for buttons."""
    if question is None or not question.answers:
        return ()
    if question.problem.code in PARTY_CODES:
        options = tuple(Option(one.label, str(one.partner_id)) for one in question.answers)
        return (Choice("partner", question.text, token("pick_partner"), options),)
    line = line_of(view, question.problem)
    if line is None:
        return ()
    name = f"line{line.id}"
    if all(len(one.picks) == 1 and len(one.picks[0][1]) == 1 for one in question.answers):
        options = tuple(Option(one.label, str(one.picks[0][1][0])) for one in question.answers)
        return (Choice(name, question.text, token("pick_product", line_id=line.id, name=name), options),)
    options = tuple(Option(one.label, str(at)) for at, one in enumerate(question.answers))
    every = "|".join(packed(one.picks) for one in question.answers)
    return (Choice(name, question.text, token("pick", line_id=line.id, name=name, every=every), options),)


def _answer_buttons(view: DocumentView, question: Asked | None, token: _Token) -> list[Button]:
    """The question's answers as buttons, where they are few and short."""
    if question is None or question.problem.code in PARTY_CODES or not 2 <= len(question.answers) <= MAX_ANSWERS:
        return []
    if any(len(one.label) > MAX_ANSWER for one in question.answers):
        return []
    return [Button(one.label, token("pick", picks=packed(one.picks))) for one in question.answers]


def _notes(view: DocumentView, question: Asked | None, *, told: bool) -> tuple[Note, ...]:
    """``told``: the question stands above its own choice already."""
    notes: list[Note] = []
    if view.changes and _just_changed(view):
        notes.append(Note(texts.CHANGED.format(changes="；".join(view.changes)), Tone.INFO))
    if question is not None and not told:
        notes.append(Note(question.text, Tone.BAD))
    if question is not None and question.left:
        notes.append(Note(texts.MORE_QUESTIONS.format(count=question.left), Tone.WARN))
    for problem in view.problems:
        if question is not None and problem.blocking and problem.code != "shortage" and must(view, problem):
            continue  # asked in its turn
        if len(notes) < MAX_NOTES:
            notes.append(Note(problem.text, Tone.BAD if problem.blocking else Tone.WARN))
    approval = view.approval
    if approval is not None and view.state in (State.PENDING, State.REJECTED, State.APPROVED):
        if approval.state == "pending":
            notes.append(Note("要审批：" + "；".join(approval.reasons), Tone.WARN))
        elif approval.state == "rejected" and view.state is State.REJECTED:
            notes.append(Note(f"{approval.approver or ''}驳回：{approval.comment or '没写原因'}", Tone.BAD))
        elif approval.state == "approved" and approval.version == view.version:
            comment = f"：{approval.comment}" if approval.comment else ""
            notes.append(Note(f"{approval.approver or ''}已同意{comment}", Tone.GOOD))
    if view.state is State.VOID and view.transitions and view.transitions[-1].reason:
        notes.append(Note(view.transitions[-1].reason))
    return (*notes, *supplier_card.notes(view))


def _just_changed(view: DocumentView) -> bool:
    """Whether the last thing that happened was a change of content, not a step onwards."""
    if view.version == 1:
        return False
    if view.state is State.DRAFT or not view.transitions:
        return view.state is State.DRAFT
    last = view.transitions[-1]
    return last.version < view.version or (last.target is State.PENDING and last.source is not State.DRAFT)


def _inputs(view: DocumentView, question: Asked | None, audience: Audience) -> tuple[Input, ...]:
    if view.state is State.PENDING and audience.approves:
        return (Input("reason", "驳回原因", "驳回时要写，同意可不写"),)
    if question is None:
        return ()
    if question.problem.code == "party_unknown":
        who = texts.partner_word(view.kind)
        return (
            Input("name", f"{who}名称", "", view.partner_said),
            Input("phone", "电话", "可不填", view.phone or ""),
            Input("address", "地址", "可不填", view.address or ""),
        )
    line = line_of(view, question.problem)
    if question.problem.code == "sku_unknown" and line is not None and audience.creates_goods:
        return (
            Input("name", "商品名称", "如：内六角螺栓", texts.brief(line.said, 30)),
            Input("spec", "规格", "如：M8*30，可不填"),
            Input("unit", "单位", "如：个、盒", line.unit or ""),
            Input("price", "售价", "每单位多少元，可不填"),
        )
    return ()


def unknown_product_line(view: DocumentView) -> LineView | None:
    """The first line whose goods are in no catalogue."""
    problem = _first(view, "sku_unknown")
    if problem is None or problem.line_no is None:
        return None
    return next((line for line in view.lines if line.line_no == problem.line_no), None)


def _first(view: DocumentView, code: str) -> Problem | None:
    return next((problem for problem in view.problems if problem.code == code), None)


# ---------------------------------------------------------------- buttons


class _Token(Protocol):
    def __call__(self, action: str, **args: str | int) -> str: ...


def _buttons(view: DocumentView, audience: Audience, token: _Token, *, with_inputs: bool) -> tuple[Button, ...]:
    buttons: Sequence[Button]
    match view.state:
        case State.DRAFT:
            buttons = _draft_buttons(view, token, with_inputs=with_inputs)
        case State.EXPIRED:
            buttons = [Button("重新打开", token("reopen"), Style.PRIMARY)]
        case State.REJECTED:
            buttons = [
                Button("改", token("edit"), Style.PRIMARY),
                Button("撤销", token("undo"), confirm=f"撤销 {view.label}？"),
            ]
        case State.PENDING:
            buttons = [Button("撤销", token("undo"), confirm=f"撤销 {view.label}？")]
            if audience.approves:
                buttons = [
                    Button("同意", token("approve"), Style.PRIMARY),
                    Button("驳回", token("reject"), Style.DANGER),
                    *buttons,
                ]
        case State.APPROVED | State.POSTED:
            buttons = _done_buttons(view, audience, token)
        case State.SETTLED:
            buttons = [Button("打印", token("print"))]
        case _:
            buttons = []
    return tuple(buttons[:MAX_BUTTONS])


def _draft_buttons(view: DocumentView, token: _Token, *, with_inputs: bool) -> list[Button]:
    codes = {problem.code for problem in view.problems}
    stopping = {problem.code for problem in view.blocking} - {"shortage"}
    buttons: list[Button] = []
    if not stopping and "shortage" in codes:
        buttons += [
            Button("只发现有", token("only_available"), Style.PRIMARY),
            Button("欠货", token("backorder")),
        ]
    elif not stopping:
        buttons.append(Button("确认", token("confirm"), Style.PRIMARY))
    if stopping and acceptable(view):
        buttons.append(Button("就这样", token("accept"), Style.PRIMARY))
    if "party_unknown" in codes and with_inputs:
        label = "新建客户" if view.kind is Kind.SALES_ORDER else "新建供应商"
        buttons.append(Button(label, token("new_partner")))
    elif "sku_unknown" in codes and with_inputs:
        line = unknown_product_line(view)
        if line is not None:
            buttons.append(Button("新建商品", token("new_product", line_id=line.id)))
    if view.partner is None and view.kind is Kind.SALES_ORDER:
        buttons.append(Button("散客", token("walk_in")))
    buttons += [Button("改", token("edit")), Button("取消", token("cancel"), confirm=f"取消 {view.label}？")]
    return buttons


def acceptable(view: DocumentView) -> bool:
    """Whether everything that stops 确认, too little stock aside, is a doubt the person may wave through."""
    return all(problem.code == "shortage" or not (must(view, problem) or _absurd(problem)) for problem in view.blocking)


def _absurd(problem: Problem) -> bool:
    """A price far from any sense: the core will not take it, whatever anybody says."""
    return problem.code == "price_abnormal" and problem.line_no is not None


def unshipped(view: DocumentView) -> bool:
    """Whether an approved order still has goods to leave the house."""
    return (
        view.kind is Kind.SALES_ORDER
        and view.state is State.APPROVED
        and any(line.base_qty is not None and line.shipped < line.base_qty for line in view.lines)
    )


def _done_buttons(view: DocumentView, audience: Audience, token: _Token) -> list[Button]:
    buttons: list[Button] = []
    if unshipped(view) and audience.ships:
        buttons.append(Button("发货", token("ship"), Style.PRIMARY, confirm=f"{view.label} 全部发货？"))
    buttons.append(Button("打印", token("print")))
    if view.kind in (Kind.SALES_ORDER, Kind.SHIPMENT):
        buttons.append(Button("给客户的文字", token("text")))
    if view.kind is Kind.PURCHASE_ORDER and audience.cost:
        buttons.append(Button("给供应商的文字", token("text")))
    if view.kind is not Kind.REVERSAL:
        buttons.append(Button("撤销", token("undo"), confirm=f"撤销 {view.label}？"))
    return buttons


def _hint(view: DocumentView, question: Asked | None, audience: Audience) -> str:
    match view.state:
        case State.DRAFT:
            if question is not None and question.answers:
                return texts.HINT_PICK.format(example=question.answers[0].label)
            return _question_hint(view, question) or _draft_hint(view, audience)
        case State.PENDING if audience.approves:
            return texts.HINT_PENDING.format(label=view.label)
        case State.PENDING:
            return texts.HINT_WAITS.format(example=_example(view))
        case State.APPROVED if unshipped(view) and audience.ships:
            return _ship_hint(view)
        case State.APPROVED if unshipped(view):
            return texts.HINT_ORDER.format(example=_example(view), label=view.label)
        case State.APPROVED | State.POSTED if view.kind is Kind.SHIPMENT:
            return texts.HINT_PAPER.format(label=view.label)
        case State.EXPIRED:
            return texts.HINT_EXPIRED.format(label=view.label)
        case State.REJECTED:
            return texts.HINT_REJECTED.format(example=_example(view))
        case _:
            return ""


def _question_hint(view: DocumentView, question: Asked | None) -> str:
    """How the question asked now is answered, where that is another way than correcting a line; else empty."""
    code = question.problem.code if question is not None else ""
    line = line_of(view, question.problem) if question is not None else None
    if code in ("qty_missing", "qty_approximate", "unit_unknown") and line is not None and line.product is not None:
        unit = line.unit if line.unit in line.product.units else line.product.default_unit
        return texts.HINT_QTY.format(example=f"5{unit}")
    if code == "party_unknown":
        return texts.HINT_NEW_PARTY.format(who=texts.partner_word(view.kind))
    return ""


def _ship_hint(view: DocumentView) -> str:
    """How to ship, with a line of this order that has yet to leave and what may leave of it."""
    line = next(one for one in view.lines if one.base_qty is not None and one.shipped < one.base_qty)
    left = (line.base_qty or Decimal(0)) - line.shipped
    qty = texts.in_unit(min(left, line.reserved) if line.reserved else left, line)
    return texts.HINT_SHIP.format(label=view.label, line=line.line_no, qty=qty)


def _draft_hint(view: DocumentView, audience: Audience) -> str:
    """The next step for what is still open, in words that fit this draft's own lines."""
    codes = {problem.code for problem in view.blocking}
    if codes == {"shortage"}:
        return texts.HINT_SHORTAGE.format(example=_example(view))
    if "sku_unknown" in codes and not audience.creates_goods:
        return texts.HINT_NO_GOODS
    if codes == {"price_missing"}:
        lines = [problem.line_no for problem in view.blocking]
        return texts.HINT_PRICE if len(lines) == 1 else texts.HINT_PRICES.format(line=lines[0])
    if view.blocking and acceptable(view):
        return texts.HINT_ACCEPT
    return texts.HINT_DRAFT.format(example=example(view))


def example(view: DocumentView) -> str:
    """A correction that works on this document and changes it."""
    return supplier_card.example(view) if view.kind is Kind.SUPPLIER_QUOTE else _example(view)


def _example(view: DocumentView) -> str:
    """A correction that works on this document: its first line that is short, else its last, with another quantity."""
    short = next((problem.line_no for problem in view.blocking if problem.code == "shortage"), None)
    if not view.lines:
        return "明天送"
    line = next((one for one in view.lines if one.line_no == short), view.lines[-1])
    unit = line.unit or (line.product.base_unit if line.product else "")
    qty = Decimal(6 if line.qty == 5 else 5)
    if short is not None and line.available is not None:
        if line.available <= 0:
            return f"不要第{line.line_no}行"
        return f"第{line.line_no}行改成{texts.in_unit(line.available, line)}"
    return f"第{line.line_no}行改成{texts.number(qty)}{unit}"
