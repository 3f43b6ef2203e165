"""One message or click from the inbox to its effect: prepare, understand, act.

``prepare`` reads who speaks and which draft is meant; ``understand`` runs in the parser's process; ``act`` is one short
transaction that also finishes the inbox row, so that either all of it happened or none.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

import structlog
from sqlmodel import Session

from bot import contacts, inbox, wording
from bot.clock import Clock, utc_now
from bot.contacts import Contacts
from bot.dispatcher import FAILED_TOAST, Later
from bot.inbound import Inbound, InboundKind
from bot.inbox import Waiting
from bot.parsing import Parser
from bot.replies import answer, say, say_toast
from bot.store import Store
from bot.workbooks import Imports, workbooks
from handlers.act import act
from handlers.clicks import click
from handlers.prepare import context as prepare_context
from handlers.prepare import words
from handlers.turn import Attachment, Basis, Click, ClickResult, Outcome, Said, Turn
from inventory_core import firm, people
from inventory_core.errors import Refused, Stale
from inventory_core.views import PersonView
from nlp.findings import Context, Understanding
from nlp.wire import understanding_to_wire
from notifications import texts

log = structlog.get_logger(__name__)

SLOW_SECONDS = 2.0
UNDERSTANDINGS = 3

Found = tuple[Understanding, int]


@dataclass(frozen=True, slots=True)
class Prepared:
    """What was read before understanding."""

    said: Said
    person: PersonView | None
    context: Context
    basis: Basis
    catalog_version: int


class Turns:
    """Carries messages from the inbox to their effect."""

    def __init__(
        self,
        store: Store,
        parser: Parser,
        imports: Imports,
        clock: Clock = utc_now,
        strangers: Contacts | None = None,
    ) -> None:
        self._store = store
        self._strangers = strangers or Contacts()
        self._parser = parser
        self._imports = imports
        self._clock = clock

    async def take(self, item: Waiting, *, spawn: Later) -> Outcome | None:
        """See one message through; None when it was finished before, or goes on by itself as a slow turn.

        Raises:
            whatever understanding or acting raises; the dispatcher decides about trying again.
        """
        for _ in range(UNDERSTANDINGS):
            prepared = await self._prepare(item)
            if item.inbound.kind is InboundKind.LEFT:
                return await self._store.write(partial(contacts.left, item=item, now=self._clock()))
            if prepared.person is None:
                met = await self._meet(item)
                if met is not None:
                    return met
                if await self._store.read(partial(inbox.one_waiting, inbox_id=item.id)) is None:
                    return None
                continue  # the account got an owner in this very moment
            if workbooks(item):
                refused = await self._imports.begin(item, prepared.person)
                if refused is None:
                    spawn(partial(self._imports.finish, item, prepared.person), item)
                return refused
            found: Found | None = None
            understood_at: datetime | None = None
            if _has_words(item.inbound):
                understanding = asyncio.ensure_future(self._parser.understand(prepared.said.text, prepared.context))
                try:
                    found = await asyncio.wait_for(asyncio.shield(understanding), SLOW_SECONDS)
                except TimeoutError:
                    if not understanding.done():
                        await self._store.write(partial(_say_working, item=item, now=self._clock()))
                        spawn(partial(self._take_slow, item, prepared, understanding, spawn), item)
                        return None
                    found = understanding.result()  # it came, or failed by itself, in this very moment
                understood_at = self._clock()
            try:
                return await self._act(item, prepared, found, understood_at)
            except Stale:
                log.info("understood_again")
        return await self._store.write(partial(_ask_to_repeat, item=item, now=self._clock()))

    def blame(self, session: Session, item: Waiting, error: str, now: datetime) -> int | None:
        """Count a failure; at the third set the message aside, tell its sender, and return None."""
        attempts = inbox.failed(session, item.id, error)
        if attempts < inbox.MAX_ATTEMPTS:
            return attempts
        inbox.set_aside(session, item.id, now)
        if item.inbound.kind is not InboundKind.CLICK:
            say(session, item, wording.set_aside(item.inbound.text), now)
        else:
            say_toast(session, item, FAILED_TOAST, now)
        return None

    async def _prepare(self, item: Waiting) -> Prepared:
        prepared = await self._store.read(partial(_prepare, item=item, now=self._clock()))
        self._parser.want(prepared.catalog_version)
        return prepared

    async def _meet(self, item: Waiting) -> Outcome | None:
        """First contact; None when the message is finished already, or the account has an owner by now."""
        name = await self._strangers.name_of(self._store, item.inbound)
        now = self._clock()
        if self._strangers.twins and await self._store.write(partial(contacts.bind_twin, item=item, now=now)):
            return None
        try:
            return await self._store.write(partial(contacts.meet, item=item, name=name, now=now))
        except Stale:
            return None

    async def _act(
        self,
        item: Waiting,
        prepared: Prepared,
        found: Found | None,
        understood_at: datetime | None,
        *,
        slow: bool = False,
    ) -> Outcome | None:
        assert prepared.person is not None
        understanding, version = found or (None, prepared.catalog_version)
        turn = Turn(
            said=prepared.said,
            person=prepared.person,
            now=self._clock(),
            understanding=understanding,
            basis=replace(prepared.basis, lexicon_version=version),
            slow=slow,
        )
        unit = partial(_act, item=item, turn=turn, understood_at=understood_at)
        try:
            return await self._store.write(unit)
        except Stale:
            raise
        except Refused as refusal:
            return await self._store.write(
                partial(answer, item=item, text=str(refusal), outcome=Outcome("refused"), now=self._clock())
            )

    async def _take_slow(
        self, item: Waiting, prepared: Prepared, understanding: asyncio.Future[Found], spawn: Later
    ) -> Outcome | None:
        if understanding.done() and (understanding.cancelled() or understanding.exception() is not None):
            understanding = asyncio.ensure_future(self._parser.understand(prepared.said.text, prepared.context))
        found = await asyncio.shield(understanding)
        for _ in range(UNDERSTANDINGS):
            try:
                return await self._act(item, prepared, found, self._clock(), slow=True)
            except Stale:
                prepared = await self._prepare(item)
                if prepared.person is None:  # left while it was read: from the start, as any stranger's
                    return await self.take(item, spawn=spawn)
                found = await self._parser.understand(prepared.said.text, prepared.context)
        return await self._store.write(partial(_ask_to_repeat, item=item, now=self._clock()))


class Clicks:
    """Carries clicks from the inbox to their effect; they need no understanding."""

    def __init__(self, store: Store, clock: Clock = utc_now) -> None:
        self._store = store
        self._clock = clock

    async def take(self, item: Waiting) -> ClickResult | None:
        """Carry a click out; None when it had been finished before."""
        unit = partial(_click, item=item, now=self._clock())
        try:
            return await self._store.write(unit, urgent=True)
        except Refused as refusal:
            result = ClickResult(str(refusal), "warn", Outcome("refused", note=str(refusal)))
            return await self._store.write(partial(_finish_click, item=item, result=result, now=self._clock()))


# -- inside transactions -----------------------------------------------------------------------------------------------


def _prepare(session: Session, item: Waiting, now: datetime) -> Prepared:
    inbound = item.inbound
    said = _said(item)
    person = people.person_of(session, inbound.platform, inbound.sender)
    version = firm.catalog_version(session)
    if person is None or not _has_words(inbound):
        return Prepared(said, person, Context(), Basis(), version)
    context, basis = prepare_context(session, said, person, now)
    return Prepared(said, person, context, basis, version)


def _act(session: Session, item: Waiting, turn: Turn, understood_at: datetime | None) -> Outcome | None:
    if not inbox.still_new(session, item.id):
        return None
    if people.person_of(session, turn.said.platform, turn.said.sender) != turn.person:
        raise Stale("角色或账号刚变过，我按最新的再看一遍。")  # rights end at once, also for what is being read
    if inbox.is_late(session, item):
        turn = replace(turn, late=True)
    outcome = contacts.put_back(session, act(session, turn), turn.now)
    if _has_words(item.inbound):  # without words the handler itself tells
        for problem in dict.fromkeys(file.problem for file in item.inbound.files if file.problem):
            say(session, item, problem, turn.now, key=f"file:{item.id}:{problem}")
    understanding = None if turn.understanding is None else understanding_to_wire(turn.understanding)
    inbox.done(session, item, outcome, now=turn.now, understood_at=understood_at, understanding=understanding)
    return outcome


def _click(session: Session, item: Waiting, now: datetime) -> ClickResult | None:
    if not inbox.still_new(session, item.id):
        return None
    inbound = item.inbound
    person = people.person_of(session, inbound.platform, inbound.sender)
    if person is None:
        result = ClickResult(texts.STRANGER, "warn", Outcome("stranger"))
    else:
        result = click(
            session,
            Click(
                inbox_id=item.id,
                platform=inbound.platform,
                chat=inbound.chat,
                sender=inbound.sender,
                person=person,
                token=inbound.token,
                values=inbound.values,
                now=now,
                message_ref=inbound.message_ref,
            ),
        )
    return _finish_click(session, item, result, now)


def _finish_click(session: Session, item: Waiting, result: ClickResult, now: datetime) -> ClickResult | None:
    if not inbox.still_new(session, item.id):
        return None
    outcome = contacts.put_back(session, result.outcome, now)
    say_toast(session, item, result, now)
    inbox.done(session, item, replace(outcome, note=result.toast), now=now)
    return replace(result, outcome=outcome)


def _ask_to_repeat(session: Session, item: Waiting, now: datetime) -> Outcome | None:
    return answer(session, item, wording.KEEPS_MOVING, Outcome("asked", note="stale"), now)


def _say_working(session: Session, item: Waiting, now: datetime) -> None:
    text = wording.READING_PICTURE if item.inbound.files else wording.WORKING
    say(session, item, text, now, key=f"working:{item.id}")


# -- values ------------------------------------------------------------------------------------------------------------


def _has_words(inbound: Inbound) -> bool:
    return bool(inbound.text.strip()) and inbound.kind in (InboundKind.TEXT, InboundKind.MIXED)


def _said(item: Waiting) -> Said:
    inbound = item.inbound
    return Said(
        inbox_id=item.id,
        platform=inbound.platform,
        chat=inbound.chat,
        chat_kind=inbound.chat_kind,
        sender=inbound.sender,
        kind=inbound.kind.value,
        text=words(inbound.text, inbound.quoted_text),
        sent_at=inbound.sent_at,
        received_at=item.received_at,
        message_ref=inbound.message_ref,
        quoted_ref=inbound.quoted_ref,
        attachments=tuple(
            Attachment(name=f.name, kind=f.kind, sha256=f.sha256, problem=f.problem) for f in inbound.files
        ),
        to_bot=inbound.to_bot,
        quoted_text=inbound.quoted_text,
    )
