"""Documents on paper: the service reads the document, the press prints it."""

from __future__ import annotations

import base64
from functools import partial
from typing import Any

import structlog
from sqlmodel import Session

from bot.attachments import Attachments
from bot.store import Store
from bot.workers.pool import Limits, Pool
from inventory_core import documents, firm
from inventory_core.views import DocumentView
from notifications.paper import wire
from notifications.paper.options import Paper, Size

log = structlog.get_logger(__name__)

IDLE_SECONDS = 60.0


def paper_for(session: Session, size: Size = Size.A4, *, prices: bool = True) -> Paper:
    """The firm's paper: its name, phone and address from the settings."""
    view = firm.firm(session)
    return Paper(
        firm=view.name,
        size=size,
        prices=prices,
        phone=view.phone,
        address=view.address,
    )


class Printer:
    """Prints in a child that is started when first needed and ended after a minute of rest."""

    def __init__(self, store: Store, attachments: Attachments) -> None:
        self._store = store
        self._attachments = attachments
        self.pool = Pool("press", 1, Limits(memory_mb=2048, seconds=60.0), idle_seconds=IDLE_SECONDS)

    async def pdf(self, view: DocumentView, paper: Paper) -> bytes:
        """The document as PDF.

        Raises:
            WorkerDied, JobTimedOut, JobFailed: it could not be printed.
        """
        job = {"view": wire.view_to_wire(view), "paper": wire.paper_to_wire(paper)}
        answer = await self.pool.run("draw", job)
        if answer["missing"]:
            log.warning("characters_missing_in_font", document=view.label, characters=answer["missing"])
        return base64.b64decode(answer["pdf"])

    async def for_outbox(self, body: dict[str, Any]) -> str:
        """Print what an outbox row of kind ``file`` names; returns the sha256 of the stored PDF."""
        view, paper = await self._store.read(partial(_what, body=body))
        return self._attachments.put(await self.pdf(view, paper))

    async def close(self) -> None:
        await self.pool.close()


def _what(session: Session, body: dict[str, Any]) -> tuple[DocumentView, Paper]:
    view = documents.get(session, int(body["document_id"]))
    return view, paper_for(session, Size(body.get("paper") or Size.A4), prices=bool(body.get("prices", True)))
