"""Reading documents."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from inventory_core.views import DocumentView, DraftContent, State


def get(session: Session, document_id: int) -> DocumentView:
    raise NotImplementedError


def find(session: Session, text: str) -> DocumentView:
    """ "XS-0012", "xs12", "草稿3". Raises NotFound."""
    raise NotImplementedError


def position(session: Session, document_id: int) -> tuple[int, State]:
    """(version, state) in one cheap statement; raises NotFound."""
    raise NotImplementedError


def open_drafts(session: Session, author_id: int, chat: str | None = None) -> list[DocumentView]:
    """Newest first; of one conversation, or of all when chat is None."""
    raise NotImplementedError


def open_draft_ids(session: Session, author_id: int, chat: str | None = None) -> list[int]:
    """Ids of ``open_drafts`` in one cheap statement."""
    raise NotImplementedError


def due_to_expire(session: Session, now: datetime) -> list[int]:
    """Ids of documents whose time is up."""
    raise NotImplementedError


def pending_approvals(session: Session) -> list[DocumentView]:
    """Documents that wait for a supervisor, oldest first."""
    raise NotImplementedError


def versions(session: Session, document_id: int) -> list[tuple[int, datetime, str, tuple[str, ...]]]:
    """(version, when, who, changes in words), oldest first."""
    raise NotImplementedError


def content_of(view: DocumentView) -> DraftContent:
    """The content of a document, to be changed and given back to ``change``."""
    raise NotImplementedError
