"""First contact at the door: the name a platform gives, the row of the inbox that is finished, and what strangers wrote
put back in line once their account has an owner. What is said and decided is ``handlers.strangers``."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import structlog
from sqlmodel import Session

from bot import inbox
from bot.channel import Channel
from bot.failures import describe
from bot.inbound import Inbound, InboundKind
from bot.inbox import Waiting
from bot.settings import Settings
from bot.store import Store
from handlers import contact_book, staff, strangers
from handlers.strangers import Stranger
from handlers.turn import Outcome
from inventory_core import people
from inventory_core.columns import micros
from inventory_core.errors import Stale
from inventory_core.sql import run

log = structlog.get_logger(__name__)

NAME_SECONDS = 2.0
STILL_MEANT = timedelta(hours=1)  # what was written longer ago is asked for again instead of done
PUT_BACK = 5  # messages of one stranger that are handled after all
_SILENT = (InboundKind.RECALL, InboundKind.ENTER, InboundKind.OTHER)


class Contacts:
    """What first contact needs of the running service. ``twins``: both WeCom doors are configured, so that one userid
    is one person at both."""

    def __init__(self, settings: Settings | None = None, channels: Mapping[str, Channel] | None = None) -> None:
        self._channels = channels if channels is not None else {}
        self.twins = settings is not None and settings.has_wecom_app and settings.has_wecom_bot

    async def name_of(self, store: Store, inbound: Inbound) -> str:
        """What the platform calls the writer, asked only where a new contact begins; empty when it does not say."""
        if inbound.kind in _SILENT or (inbound.chat_kind == "group" and not inbound.to_bot):
            return ""
        ask = getattr(self._channels.get(inbound.platform), "name_of", None)
        if ask is None:
            return ""
        begins = partial(strangers.needs_name, platform=inbound.platform, account=inbound.sender)
        if not await store.read(begins):
            return ""
        try:
            async with asyncio.timeout(NAME_SECONDS):
                return str(await ask(inbound.sender))
        except Exception as error:  # noqa: BLE001  boundary: a platform that tells no name must not cost the message
            log.info("name_not_told", platform=inbound.platform, reason=describe(error))
            return ""


# -- inside transactions -----------------------------------------------------------------------------------------------


def meet(session: Session, item: Waiting, name: str, now: datetime) -> Outcome | None:
    """Finish a stranger's message; None when it was finished before.

    Raises:
        Stale: the account has an owner by now.
    """
    if not inbox.still_new(session, item.id):
        return None
    inbound = item.inbound
    if people.person_of(session, inbound.platform, inbound.sender) is not None:
        raise Stale("刚刚登记好，我接着办。")
    who = Stranger(
        inbox_id=item.id,
        platform=inbound.platform,
        account=inbound.sender,
        chat=inbound.chat,
        chat_kind=inbound.chat_kind,
        text=inbound.text,
        message_ref=inbound.message_ref,
        to_bot=inbound.to_bot,
        name=name,
    )
    if inbound.kind in _SILENT:
        outcome = Outcome("stranger", note=inbound.kind.value)
    else:
        outcome = strangers.meet(session, who, now)
    outcome = put_back(session, outcome, now)
    inbox.done(session, item, outcome, now=now)
    return outcome


def bind_twin(session: Session, item: Waiting, now: datetime) -> bool:
    """Bind an account whose userid is known at the firm's other WeCom door; True when it has an owner now."""
    inbound = item.inbound
    if people.person_of(session, inbound.platform, inbound.sender) is not None:
        return True
    person = strangers.twin(session, inbound.platform, inbound.sender)
    if person is None:
        return False
    who = Stranger(item.id, inbound.platform, inbound.sender, inbound.chat, inbound.chat_kind, inbound.text)
    strangers.give_twin(session, who, person, now)
    return people.person_of(session, inbound.platform, inbound.sender) is not None


def left(session: Session, item: Waiting, now: datetime) -> Outcome | None:
    """The platform says that the sender has left the firm; None when that was handled before."""
    if not inbox.still_new(session, item.id):
        return None
    outcome = staff.account_left(session, item.inbound.platform, item.inbound.sender, now)
    inbox.done(session, item, outcome, now=now)
    return outcome


def put_back(session: Session, outcome: Outcome, now: datetime) -> Outcome:
    """After a binding: what the new colleague wrote in the last hour is handled now, and they are told so. Every other
    outcome stays as it is."""
    if outcome.kind != strangers.BOUND:
        return outcome
    contact = contact_book.by_id(session, int(outcome.note))
    person = people.person_of(session, contact.platform, contact.account)
    assert person is not None
    rows = run(
        session,
        # By the time alone: there is an index of all that came over a platform, but an hour is little.
        "SELECT id, kind FROM inbox WHERE platform || '' = :platform AND sender = :sender AND state = 'done'"
        " AND outcome = 'stranger' AND kind <> 'click' AND received_at >= :since ORDER BY sent_at, id",
        platform=contact.platform,
        sender=contact.account,
        since=micros(now - STILL_MEANT),
    )
    texts = [int(row[0]) for row in rows if row[1] == InboundKind.TEXT][-PUT_BACK:]
    resend = any(row[1] in (InboundKind.PICTURE, InboundKind.FILE, InboundKind.MIXED) for row in rows)
    for inbox_id in texts:
        run(
            session,
            "UPDATE inbox SET state = 'new', again = 1, attempts = 0, done_at = NULL WHERE id = :id",
            id=inbox_id,
        )
    if contact.chat or rows:  # who has never written is not written to: some platforms refuse it
        strangers.welcome(session, contact, person, bool(texts), resend, now)
    return replace(outcome, more=tuple(texts))
