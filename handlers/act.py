"""The one short transaction in which a message takes effect. The routes are a value: the first that fits has the
message."""

from __future__ import annotations

from collections.abc import Callable

from sqlmodel import Session

from handlers import (
    answers,
    approval,
    asides,
    buying,
    cancel,
    confirm,
    correction,
    drafts,
    evidence,
    helping,
    newcomers,
    nicknames,
    order,
    other,
    question,
    recall,
    receipt,
    ship,
    staff,
    stock_question,
    talk,
    target,
    todo,
    typed,
    usual,
)
from handlers.turn import Outcome, Turn
from inventory_core import documents, firm
from inventory_core.errors import Stale
from inventory_core.views import Kind, Role
from nlp.findings import Intent, Verb
from nlp.intents import sayings
from notifications import outbox, texts

Fits = Callable[[Session, Turn], bool]
Handle = Callable[[Session, Turn], Outcome]
Route = tuple[Fits, Handle]

# What changes nothing is answered whatever moved meanwhile, and however late it comes.
_HARMLESS_INTENTS = (Intent.STOCK_QUERY, Intent.PRICE_INQUIRY, Intent.NONE)
# They begin something of their own.
_NEW_PAPERS = (Intent.SALES_ORDER, Intent.PURCHASE_ORDER, Intent.SUPPLIER_QUOTE)
# What moves goods or gives numbers, so that a question must never be taken for it.
_DEEDS = (Verb.CONFIRM, Verb.UNDO, Verb.SHIP, Verb.RECEIVE)
_HARMLESS_VERBS = (Verb.HELP, Verb.DRAFTS, Verb.SHOW, Verb.TEXT)


def act(session: Session, turn: Turn) -> Outcome:
    """Let a message take effect and say what there is to say.

    Raises:
        Stale: what the understanding relied on has moved; understand again.
        Refused: a rule says no; its words are for the person who wrote.
    """
    said = turn.said
    outbox.see_chat(session, said.platform, said.chat, said.chat_kind, turn.person.id, turn.now)
    for fits, handle in ROUTES:
        if fits(session, turn):
            outcome = handle(session, turn)
            if outcome.document_id is not None and handle is not _take_card_answer:
                evidence.keep(session, turn)
            return outcome
    return other.not_understood(session, turn)


# ---------------------------------------------------------------- what fits


def _kind(kind: str) -> Fits:
    return lambda session, turn: turn.said.kind == kind


def _verb(verb: Verb) -> Fits:
    return lambda session, turn: turn.understanding is not None and turn.understanding.verb is verb


def _intent(*intents: Intent) -> Fits:
    return lambda session, turn: (
        turn.understanding is not None and turn.understanding.verb is None and turn.understanding.intent in intents
    )


def _no_words(session: Session, turn: Turn) -> bool:
    return turn.understanding is None and not turn.said.text.strip()


def _answers_question(session: Session, turn: Turn) -> bool:
    return question.typed(session, turn) is not None


def _changes_something(turn: Turn) -> bool:
    understanding = turn.understanding
    if understanding is None:
        return False
    if understanding.verb is not None:
        return understanding.verb not in _HARMLESS_VERBS
    return understanding.intent not in _HARMLESS_INTENTS


def _late(session: Session, turn: Turn) -> bool:
    if not (turn.late or _overtaken(turn) or target.was_touched_later(session, turn)):
        return False
    if not (_changes_something(turn) or any(fits(session, turn) for fits in _FEW_WORDS)):
        return False
    return not question.waived(session, turn.said.inbox_id)


def _overtaken(turn: Turn) -> bool:
    """Understanding took so long that the conversation has gone on: a new paper stands by itself, a change does not."""
    return turn.slow and turn.understanding is not None and turn.understanding.intent not in _NEW_PAPERS


def _moved(session: Session, turn: Turn) -> bool:
    """Never fits; raises when the ground has moved under an understanding that something is about to rest on."""
    understanding = turn.understanding
    if understanding is None:
        return False
    rests_on_catalog = any(doc.lines or doc.party or doc.party_candidates for doc in understanding.docs)
    if rests_on_catalog or understanding.answer_candidates:
        version = firm.catalog_version(session)
        if turn.basis.lexicon_version != version:
            raise Stale("货品或客户资料刚更新过，我按最新的再看一遍。")
    if _changes_something(turn) or (understanding.verb is None and understanding.intent is Intent.NONE):
        target.check(session, turn)
    return False


def _command(session: Session, turn: Turn) -> bool:
    return typed.is_command(turn)


def _form(session: Session, turn: Turn) -> bool:
    return newcomers.is_form(turn)


def _lists_approvals(session: Session, turn: Turn) -> bool:
    return approval.is_list(turn)


def _lists_shipments(session: Session, turn: Turn) -> bool:
    return ship.is_list(turn)


def _asks_todo(session: Session, turn: Turn) -> bool:
    return todo.is_todo(turn)


def _answers_card(session: Session, turn: Turn) -> bool:
    return answers.find(session, turn) is not None


_NAMED_INTENTS = (Intent.CORRECTION, Intent.CANCEL, Intent.APPROVE, Intent.REJECT)


def _names_wrongly(session: Session, turn: Turn) -> bool:
    """A document is named that does not exist, or several are: no other may be taken in its place."""
    understanding = turn.understanding
    if understanding is None or not understanding.refs:
        return False
    if understanding.verb is None and understanding.intent not in _NAMED_INTENTS:
        return False
    return len(understanding.refs) > 1 or target.find(session, understanding.refs[0]) is None


def _bare_cancel(session: Session, turn: Turn) -> bool:
    """取消 with nothing open is still understood: the answer is that there is nothing to cancel."""
    return turn.said.text.strip().rstrip("。.!！") in ("取消", "取消吧", "取消了")


def _confirms_named(session: Session, turn: Turn) -> bool:
    """确认东风的: the draft of the customer named, when there is one."""
    name = sayings.confirms_of(turn.said.text)
    if name is None or turn.understanding is None or turn.understanding.verb is not None:
        return False
    chosen = target.choose(session, turn.said, turn.person, turn.now)
    view = documents.get(session, chosen.open_ids[0]) if len(chosen.open_ids) == 1 else None
    return view is not None and view.partner is not None and name in (view.partner.name, *view.partner.aliases)


def _said_all(session: Session, turn: Turn) -> bool:
    """就这些 behind an order: its card again, to be confirmed."""
    if not sayings.is_all(turn.said.text) or not talk.for_the_bot(turn):
        return False
    return bool(target.choose(session, turn.said, turn.person, turn.now).open_ids)


def _bare_receive(session: Session, turn: Turn) -> bool:
    words = turn.said.text.strip().rstrip("。.!！")
    return words in ("到货", "收货", "入库", "来货") and turn.person.has(*receipt.RECEIVERS)


def _bare_ship(session: Session, turn: Turn) -> bool:
    """发货 without a number: the only order that waits, or the one whose card is quoted."""
    words = turn.said.text.strip().rstrip("。.!！")
    for ref in sayings.refs_in(turn.said.text):
        words = words.replace(ref, "").strip()
    rest = words in (
        "剩下的发了",
        "剩下的都发了",
        "剩下的全发了",
        "剩下的发货",
        "剩下的发走",
        "其余的发了",
        "都发了",
        "发了",
    )
    bare = words in ("发货", "出库", "全部发货", "全发", "发走")
    return (bare or (rest and bool(sayings.refs_in(turn.said.text)))) and turn.person.has(Role.KEEPER, Role.BOSS)


def _asks_about_deed(session: Session, turn: Turn) -> bool:
    """XS-0012发货了吗: the card of the document named says so; nothing is done to it."""
    understanding = turn.understanding
    if understanding is None or understanding.verb not in _DEEDS or not sayings.refs_in(turn.said.text):
        return False
    return sayings.only_asks(turn.said.text)


def _more_goods(session: Session, turn: Turn) -> bool:
    """Bought goods without a supplier, right after a receipt draft was begun: they belong to it."""
    understanding = turn.understanding
    if understanding is None or understanding.intent is not Intent.PURCHASE_ORDER or len(understanding.docs) != 1:
        return False
    doc = understanding.docs[0]
    if doc.party or doc.party_said or not doc.lines:
        return False
    running = order.burst(session, turn)
    return running is not None and running.kind is Kind.GOODS_RECEIPT


# ---------------------------------------------------------------- what is done


def _take_answer(session: Session, turn: Turn) -> Outcome:
    found = question.typed(session, turn)
    assert found is not None
    outcome = question.take(session, found[0], turn.person.id, found[1], turn.now)
    assert outcome is not None
    if outcome.again is None:
        talk.answer(session, turn, texts.DROPPED)
    return outcome


def _say_which_exist(session: Session, turn: Turn) -> Outcome:
    assert turn.understanding is not None
    refs = turn.understanding.refs
    missing = [ref for ref in refs if target.find(session, ref) is None]
    text = texts.NO_SUCH.format(ref="、".join(missing)) if missing else texts.ONE_AT_A_TIME
    return talk.answer(session, turn, text, "asked")


def _take_card_answer(session: Session, turn: Turn) -> Outcome:
    answer = answers.find(session, turn)
    assert answer is not None
    chosen = target.choose(session, turn.said, turn.person, turn.now)
    open_ids = {*chosen.open_ids, *(() if chosen.view is None else (chosen.view.id,))}
    before = {one: documents.get(session, one) for one in open_ids}
    outcome = answer(session, turn)
    if outcome.document_id in before:
        evidence.answered(session, turn, before[outcome.document_id])
    return outcome


def _take_more_goods(session: Session, turn: Turn) -> Outcome:
    assert turn.understanding is not None
    return order.open_or_extend(session, turn, list(turn.understanding.docs), Kind.GOODS_RECEIPT)


def _unread(session: Session, turn: Turn) -> bool:
    return turn.understanding is None


# Words that do something though the reader finds no deed in them.
_FEW_WORDS: tuple[Fits, ...] = (
    _command, _form, _confirms_named, _bare_cancel, _bare_ship, _bare_receive, _answers_card, order.is_head,
)  # fmt: skip

ROUTES: tuple[Route, ...] = (
    (_kind("recall"), recall.recall),
    (_kind("enter"), helping.greet),
    (_no_words, other.attachment),
    (_answers_question, _take_answer),
    (staff.is_command, staff.command),
    (nicknames.is_command, nicknames.command),
    (_late, question.late),
    (_command, typed.command),
    (_form, newcomers.form),
    (_lists_approvals, approval.list_waiting),
    (_lists_shipments, ship.list_waiting),
    (_asks_todo, todo.list_todo),
    (evidence.asks, evidence.tell),
    (_unread, other.not_understood),
    (_moved, other.not_understood),
    (_names_wrongly, _say_which_exist),
    (_asks_about_deed, drafts.show_document),
    (_verb(Verb.HELP), helping.explain),
    (_verb(Verb.DRAFTS), drafts.list_drafts),
    (_verb(Verb.RESUME), drafts.resume),
    (_verb(Verb.SHOW), drafts.show_document),
    (_verb(Verb.TEXT), drafts.plain),
    (_verb(Verb.CONFIRM), confirm.confirm),
    (_confirms_named, confirm.confirm),
    (confirm.is_all, confirm.one_by_one),
    (_said_all, drafts.resume),
    (drafts.is_one, drafts.show_one),
    (_verb(Verb.UNDO), cancel.cancel),
    (_bare_cancel, cancel.cancel),
    (_verb(Verb.SHIP), ship.ship),
    (_bare_ship, ship.ship),
    (_bare_receive, receipt.receive),
    (_verb(Verb.RECEIVE), receipt.receive),
    (usual.names_several, usual.one_at_a_time),
    (usual.is_one, usual.order),
    (_answers_card, _take_card_answer),
    (stock_question.asks_total, stock_question.tell_total),
    (asides.is_one, asides.answer),
    (order.is_head, order.begin),
    (_more_goods, _take_more_goods),
    (_intent(Intent.SALES_ORDER), order.order),
    (_intent(Intent.CORRECTION), correction.correct),
    (_intent(Intent.CANCEL), cancel.cancel),
    (_intent(Intent.APPROVE, Intent.REJECT), approval.decide),
    (_intent(Intent.STOCK_QUERY, Intent.PRICE_INQUIRY), stock_question.answer),
    (_intent(Intent.SUPPLIER_QUOTE, Intent.PURCHASE_ORDER), buying.paper),
)
