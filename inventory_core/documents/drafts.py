"""Drafts: from understood content to a document row, and every later change of content."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from inventory_core.views import DocumentView, DraftContent, Shortage


def create_draft(
    session: Session, content: DraftContent, author_id: int, now: datetime, chat: str = "", platform: str = ""
) -> DocumentView:
    """A new draft with the next firm-wide draft number; what is open in it shows in ``view.problems``."""
    raise NotImplementedError


def change(
    session: Session,
    document_id: int,
    expect_version: int,
    content: DraftContent,
    actor_id: int,
    now: datetime,
    shortage: Shortage | None = None,
) -> DocumentView:
    """Give a draft, or a confirmed order nothing was shipped of, new content: version n+1."""
    raise NotImplementedError
