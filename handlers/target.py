"""Which document a message is about. The same question is answered twice: by ``prepare`` before understanding, and
inside the transaction, where a different answer means that something moved in between."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from handlers import sql
from handlers.turn import Basis, Said, Turn
from inventory_core import documents
from inventory_core.errors import NotFound, Stale
from inventory_core.views import DocumentView, Kind, PersonView, State
from nlp.catalogue.strangernames import offers
from nlp.intents.sayings import means_last_order, points_at_quote, points_at_rows, points_at_this, refs_in
from notifications import outbox

LAST_ORDER_AGE = timedelta(hours=24)
FRESH = timedelta(minutes=3)  # how long a card is what people have before their eyes


@dataclass(frozen=True, slots=True)
class Target:
    """``named``: the message itself names the document (a quote, a number, an answer to "which one?"), so that no
    other can be meant. ``open_ids``: the author's open drafts of this conversation, newest first;
    ``editable_ids``: those and the orders that were rejected lately, which their author is about to put right.
    ``before_eyes``: of several, the first is the one whose card the author was just shown, alone."""

    view: DocumentView | None
    named: bool
    open_ids: tuple[int, ...]
    editable_ids: tuple[int, ...]
    before_eyes: bool = False

    def basis(self, lexicon_version: int) -> Basis:
        """What an understanding made now relies on."""
        return Basis(
            lexicon_version=lexicon_version,
            draft_id=self.view.id if self.view else None,
            draft_version=self.view.version if self.view else None,
            draft_quoted=self.named,
            open_drafts=self.open_ids,
        )

    @property
    def unsure(self) -> bool:
        """Several documents could be changed and nothing says which is meant."""
        return not self.named and not self.before_eyes and len(self.editable_ids) > 1

    @property
    def unsure_draft(self) -> bool:
        """Several drafts are open and nothing says which is meant."""
        return not self.named and not self.before_eyes and len(self.open_ids) > 1

    def draft(self, session: Session) -> DocumentView | None:
        """What a word about drafts (确认, 取消) means: what was named, else the newest draft."""
        if self.named or self.view is None:
            return self.view
        if not self.open_ids:
            return self.view if self.view.state is not State.REJECTED else None
        return self.view if self.view.id == self.open_ids[0] else documents.get(session, self.open_ids[0])


def choose(session: Session, said: Said, person: PersonView, now: datetime) -> Target:
    """The document this message is about, as far as anybody can tell without understanding it."""
    document_id, named, editable = _choose(session, said, person, now)
    view = None if document_id is None else documents.get(session, document_id)
    drafts = tuple(one for one, state in editable if state == "draft")
    before_eyes = len(editable) > 1 and _before_eyes(session, said, now) == editable[0][0]
    return Target(view, named, drafts, tuple(one for one, _ in editable), before_eyes)


def _choose(
    session: Session, said: Said, person: PersonView, now: datetime
) -> tuple[int | None, bool, list[tuple[int, str]]]:
    since = sql.micros(now - LAST_ORDER_AGE)
    here = {"platform": said.platform, "chat": said.chat, "alone": int(said.chat_kind == "direct")}
    editable = [(row[0], row[1]) for row in sql.run(session, sql.EDITABLE, person_id=person.id, since=since, **here)]
    if len(editable) > 1:
        editable = _of_named_partner(session, said.text, editable)
    if len(editable) > 1:
        shown = _before_eyes(session, said, now)
        editable.sort(key=lambda pair: pair[0] != shown)
    answered = _answered(session, said)
    if answered == 0:
        return None, True, []  # "a new one", said the author
    named = answered or _written(session, said) or _quoted(session, said)
    if named is not None:
        return named, True, editable
    if means_last_order(said.text):
        last = _last_touched(session, said, person.id, since, now)
        if last is not None:
            return last, True, editable
    if points_at_this(said.text) and (shown := _before_eyes(session, said, now)) is not None:
        return shown, True, editable  # what stands just above, even with an older draft still open
    if editable and offers(said.text):  # a price list begins a quote, whatever else is open
        editable = [pair for pair in editable if documents.get(session, pair[0]).kind is Kind.SUPPLIER_QUOTE]
    if editable:
        return editable[0][0], False, editable
    if points_at_rows(said.text):
        # Of this conversation: what its author confirmed in a group meanwhile is not what stands above these words.
        return sql.value(session, sql.LAST_ORDER, person_id=person.id, since=since, **here), False, []
    return None, False, []


def find(session: Session, text: str) -> DocumentView | None:
    """The document called so, or None."""
    try:
        return documents.find(session, text)
    except NotFound:
        return None


def check(session: Session, turn: Turn) -> None:
    """Compare what an understanding relied on with what is true inside the transaction.

    Raises:
        Stale: another draft is meant by now, or it has another version.
    """
    document_id, _, _ = _choose(session, turn.said, turn.person, turn.now)
    version = None if document_id is None else documents.position(session, document_id)[0]
    if (turn.basis.draft_id, turn.basis.draft_version) != (document_id, version):
        raise Stale("单子刚刚变了，我按最新的再看一遍。")


def was_touched_later(session: Session, turn: Turn) -> bool:
    """Whether its author, perhaps in another chat, has already said something later about the document this message is
    about; the order of one chat alone would not show that."""
    document_id, named, _ = _choose(session, turn.said, turn.person, turn.now)
    if document_id is None or (named and not means_last_order(turn.said.text)):
        return False  # what is named by number or quote is meant, whenever it was said
    touched = sql.run(session, sql.LAST_TOUCH, document_id=document_id, person_id=turn.person.id)
    return bool(touched) and touched[0][0] > _latest(turn.said.sent_at)


def _latest(sent_at: datetime) -> int:
    """The latest moment a message can have been sent at, in microseconds. WeCom tells whole seconds and Feishu
    milliseconds: within one second nobody knows which came first, and then the order of arrival stands."""
    moment = sql.micros(sent_at)
    return moment if moment % 1_000_000 else moment + 999_999


def _last_touched(session: Session, said: Said, person_id: int, since: int, now: datetime) -> int | None:
    """The author's last document, or the one just shown to them; of the customer the message names, when it names one
    of theirs (东风那单)."""
    recent = [int(row[0]) for row in sql.run(session, sql.LAST_TOUCHED, person_id=person_id, since=since)]
    names = sql.run(session, sql.PARTNER_NAMES, ids=sql.dumps(recent)) if len(recent) > 1 else []
    meant = {int(document_id) for document_id, name in names if name and name in said.text}
    if not meant and (shown := _before_eyes(session, said, now)) in recent:
        return shown
    return next((one for one in recent if one in meant), recent[0] if recent else None)


def _of_named_partner(session: Session, text: str, editable: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Only the one whose customer the message names, if it is one; else all."""
    names = sql.run(session, sql.PARTNER_NAMES, ids=sql.dumps([one for one, _ in editable]))
    meant = {document_id for document_id, name in names if name and name in text}
    return [pair for pair in editable if pair[0] in meant] if len(meant) == 1 else editable


def _before_eyes(session: Session, said: Said, now: datetime) -> int | None:
    """The document whose card the chat was shown last, by itself and before these words were written: whoever says
    确认 a moment later means that one. None when it was long ago, or the words are older than the card."""
    found = outbox.last_shown(session, said.platform, said.chat, now - FRESH)
    return found[0] if found is not None and sql.micros(found[1]) <= _latest(said.sent_at) else None


def _answered(session: Session, said: Said) -> int | None:
    rows = sql.run(session, sql.QUESTION, inbox_id=said.inbox_id)
    return rows[0][4] if rows and rows[0][3] == "answered" else None


def _written(session: Session, said: Said) -> int | None:
    refs = refs_in(said.text)
    if len(refs) != 1:
        return None
    view = find(session, refs[0])
    return None if view is None else view.id


def _quoted(session: Session, said: Said) -> int | None:
    if said.quoted_ref is None:
        return _in_quoted_text(session, said.quoted_text)
    document_id = outbox.document_of(session, said.platform, said.quoted_ref)
    if document_id is not None:
        return document_id
    found = {row[0] for row in sql.run(session, sql.LINKS_OF_REF, platform=said.platform, ref=said.quoted_ref)}
    return found.pop() if len(found) == 1 else None


def _in_quoted_text(session: Session, text: str) -> int | None:
    """The document a quoted message is about where only its words are known: the one it names, or the one its head
    names; a list of several names none."""
    head, _, _ = text.strip().partition("\n")
    for words in (text, head):
        refs = refs_in(words)
        if len(refs) == 1:
            view = find(session, refs[0])
            return None if view is None else view.id
    return None


def last(session: Session, turn: Turn) -> DocumentView | None:
    """The author's last document of the day, for words that change nothing."""
    since = sql.micros(turn.now - LAST_ORDER_AGE)
    found = sql.value(session, sql.LAST_TOUCHED, person_id=turn.person.id, since=since)
    return None if found is None else documents.get(session, found)


def changeable(view: DocumentView) -> bool:
    """Whether a sentence may still change this document (the core has the last word)."""
    if view.kind is not Kind.SALES_ORDER:
        return view.state is State.DRAFT
    return view.state in (State.DRAFT, State.PENDING, State.APPROVED, State.REJECTED)


def pointed(session: Session, said: Said, view: DocumentView) -> frozenset[int]:
    """The lines a sentence about a quoted message means: those that message brought to the document, when it also has
    others and the sentence names nothing itself. Empty when the whole document is meant."""
    if said.quoted_ref is None or not points_at_quote(said.text):
        return frozenset()
    if outbox.document_of(session, said.platform, said.quoted_ref) is not None:
        return frozenset()
    links = sql.run(session, sql.LINKS_OF_REF, platform=said.platform, ref=said.quoted_ref)
    brought = {int(one) for row in links if row[0] == view.id for one in json.loads(row[2])}
    own = {line.id for line in view.lines}
    return frozenset(brought & own) if brought & own != own else frozenset()
