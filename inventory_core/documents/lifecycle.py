"""Confirm, approve, reject, void, expire, reopen, settle."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from inventory_core.views import DocumentView, Shortage


def confirm(
    session: Session,
    document_id: int,
    expect_version: int,
    actor_id: int,
    now: datetime,
    shortage: Shortage | None = None,
) -> DocumentView:
    raise NotImplementedError


def approve(
    session: Session,
    document_id: int,
    expect_version: int,
    actor_id: int,
    now: datetime,
    comment: str = "",
    second_tap: bool = False,
) -> DocumentView:
    raise NotImplementedError


def reject(
    session: Session,
    document_id: int,
    expect_version: int,
    actor_id: int,
    now: datetime,
    comment: str = "",
    second_tap: bool = False,
) -> DocumentView:
    raise NotImplementedError


def void(session: Session, document_id: int, actor_id: int, now: datetime, reason: str = "") -> DocumentView:
    raise NotImplementedError


def expire(session: Session, document_id: int, now: datetime) -> DocumentView:
    raise NotImplementedError


def reopen(session: Session, document_id: int, actor_id: int, now: datetime) -> DocumentView:
    raise NotImplementedError


def settle(session: Session, document_id: int, actor_id: int, now: datetime) -> DocumentView:
    raise NotImplementedError
