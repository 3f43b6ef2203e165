"""A spreadsheet sent to the bot by an administrator is imported. It goes on beside the conversation; killed half way,
the message is taken up again, and importing what is there already changes nothing."""

from __future__ import annotations

from functools import partial
from pathlib import PurePath

import structlog
from sqlmodel import Session

from bot import wording
from bot.attachments import Attachments
from bot.clock import Clock
from bot.importing import service
from bot.importing.faults import BadFile, Rejected
from bot.importing.run import in_words
from bot.inbound import InboundFile
from bot.inbox import Waiting
from bot.replies import answer, say
from bot.store import Store
from bot.workers.pool import Pool, WorkerDied, WorkerError
from handlers.turn import Outcome
from inventory_core.errors import Refused
from inventory_core.views import PersonView, Role

log = structlog.get_logger(__name__)

ENDINGS = (".xlsx", ".xls", ".csv")
IMPORTERS = (Role.ADMIN, Role.BOSS)


def workbooks(item: Waiting) -> list[InboundFile]:
    """The spreadsheets of a message to the bot alone, when it holds nothing else and all of them could be stored."""
    files = item.inbound.files
    fits = (file.sha256 is not None and PurePath(file.name.lower()).suffix in ENDINGS for file in files)
    return list(files) if files and item.inbound.chat_kind == "direct" and all(fits) else []


class Imports:
    """Brings spreadsheets in, one message at a time."""

    def __init__(self, store: Store, press: Pool, attachments: Attachments, clock: Clock) -> None:
        self._store = store
        self._press = press
        self._attachments = attachments
        self._clock = clock

    async def begin(self, item: Waiting, person: PersonView) -> Outcome | None:
        """Refuse, or say that it begins; the outcome when that was all."""
        name = "、".join(file.name for file in workbooks(item))
        if not person.has(*IMPORTERS):
            text = wording.IMPORT_DENIED.format(name=name)
            return await self._answer(item, text, Outcome("kept", note="no right to import"))
        await self._store.write(partial(_say_begun, item=item, name=name, clock=self._clock))
        return None

    async def finish(self, item: Waiting, person: PersonView) -> Outcome | None:
        """Import every file of the message and tell what came of it.

        Raises:
            WorkerDied: the child was killed; to be tried again.
        """
        told = []
        for file in workbooks(item):
            assert file.sha256 is not None
            text = await self._import(file.name, self._attachments.get(file.sha256), person)
            told.append(f"{file.name}：{text}")
        return await self._answer(item, "\n".join(told), Outcome("imported"))

    async def _import(self, name: str, data: bytes, person: PersonView) -> str:
        try:
            report = await service.import_file(self._store, self._press, data, name, self._clock, person.id)
        except (Rejected, BadFile, Refused) as error:
            return str(error)
        except WorkerDied:
            raise
        except WorkerError as error:
            log.warning("import_too_heavy", file=name, error=str(error))
            return wording.IMPORT_TOO_HEAVY.format(name=name)
        return in_words(report)

    async def _answer(self, item: Waiting, text: str, outcome: Outcome) -> Outcome | None:
        return await self._store.write(partial(answer, item=item, text=text, outcome=outcome, now=self._clock()))


def _say_begun(session: Session, item: Waiting, name: str, clock: Clock) -> None:
    say(session, item, wording.IMPORTING.format(name=name), clock(), key=f"importing:{item.id}")
