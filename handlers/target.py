"""Which document a message is about. The same question is answered twice: by ``prepare`` before understanding, and inside the
transaction, where a different answer means that something moved in between."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from handlers import sql
from handlers.turn import Basis, Said
from inventory_core import documents
from inventory_core.errors import NotFound, Stale
from inventory_core.views import DocumentView, PersonView, State
from notifications import outbox

_REF = re.compile(r"草稿\s*\d+|(?<![A-Za-z0-9])(?:XS|SH|RK|CG|BJ|QC|CX)-?\s*\d+", re.IGNORECASE)
# Words by which people mean the order they have just finished, not a new one.
_LAST_ORDER = re.compile(r"刚才|刚刚|上一?单|那[张个]?单|这[张个]?单|前面那|第[0-9一二三四五六七八九十两]+行")
_LAST_ORDER_AGE = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Target:
    """``named``: the message itself names the document (a quote, a number, an answer to "which one?"), so that no other can be
    meant. ``open_ids``: the author's open drafts of this conversation, newest first."""

    view: DocumentView | None
    named: bool
    open_ids: tuple[int, ...]

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
        """Several drafts are open and nothing says which is meant."""
        return not self.named and len(self.open_ids) > 1


def choose(session: Session, said: Said, person: PersonView, now: datetime) -> Target:
    """The document this message is about, as far as anybody can tell without understanding it."""
    drafts = open_drafts(session, said, person)
    open_ids = tuple(view.id for view in drafts)
    named = _answered(session, said) or _written(session, said) or _quoted(session, said)
    if named is not None:
        return Target(named, True, open_ids)
    if drafts:
        return Target(drafts[0], False, open_ids)
    if _LAST_ORDER.search(said.text):
        since = sql.micros(now - _LAST_ORDER_AGE)
        found = sql.value(session, sql.LAST_ORDER, person_id=person.id, since=since)
        if found is not None:
            return Target(documents.get(session, found), False, ())
    return Target(None, False, ())


def open_drafts(session: Session, said: Said, person: PersonView) -> list[DocumentView]:
    """The author's open drafts of this conversation, the one last touched first."""
    found = documents.open_drafts(session, person.id, said.chat)
    return sorted(found, key=lambda view: (view.updated_at, view.id), reverse=True)


def refs_in(text: str) -> list[str]:
    """Document numbers and draft names as written, without blanks, each once: ["XS-0012", "草稿3"]."""
    return list(dict.fromkeys(re.sub(r"\s+", "", match.group()).upper() for match in _REF.finditer(text)))


def find(session: Session, text: str) -> DocumentView | None:
    """The document called so, or None."""
    try:
        return documents.find(session, text)
    except NotFound:
        return None


def check(basis: Basis, now_target: Target) -> None:
    """Compare what an understanding relied on with what is true inside the transaction.

    Raises:
        Stale: another draft is meant by now, or it has another version.
    """
    view = now_target.view
    current = (view.id, view.version) if view else (None, None)
    if (basis.draft_id, basis.draft_version) != current:
        raise Stale("单子刚刚变了，我按最新的再看一遍。")


def _answered(session: Session, said: Said) -> DocumentView | None:
    rows = sql.run(session, sql.QUESTION, inbox_id=said.inbox_id)
    if rows and rows[0][3] == "answered" and rows[0][4] is not None:
        return documents.get(session, rows[0][4])
    return None


def _written(session: Session, said: Said) -> DocumentView | None:
    refs = refs_in(said.text)
    return find(session, refs[0]) if len(refs) == 1 else None


def _quoted(session: Session, said: Said) -> DocumentView | None:
    if said.quoted_ref is None:
        return None
    document_id = outbox.document_of(session, said.platform, said.quoted_ref)
    if document_id is None:
        found = {row[0] for row in sql.run(session, sql.LINKS_OF_REF, platform=said.platform, ref=said.quoted_ref)}
        if len(found) != 1:
            return None
        document_id = found.pop()
    return documents.get(session, document_id)


def changeable(view: DocumentView) -> bool:
    """Whether a sentence may still change this document (the core has the last word)."""
    return view.state in (State.DRAFT, State.PENDING, State.APPROVED, State.REJECTED)
