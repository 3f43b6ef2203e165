"""What the self-built app is asked to send, made of rows of the outbox: texts cut, cards rendered and linted, files
uploaded."""

from __future__ import annotations

import asyncio
from zoneinfo import ZoneInfo

import structlog

from bot.channel import CardGone, Outgoing, SendFailed
from bot.kit import Kit
from bot.wecom import outgoing
from bot.wecom.api import WecomApi
from bot.wecom.app_inbound import PLATFORM
from bot.wecom.card_lint import problems
from bot.wecom.cards import render
from bot.wecom.outgoing import SEND, UPDATE, Step
from inventory_core.sql import value

log = structlog.get_logger(__name__)

_SHOWN = """
SELECT body FROM outbox WHERE platform = :platform AND chat = :chat AND id < :id AND state = 'sent'
AND (target_ref = :ref OR platform_ref = :ref) ORDER BY id DESC LIMIT 1
"""


class Requests:
    """One per channel; ``agent`` is the app's id as the API wants it."""

    def __init__(self, kit: Kit, api: WecomApi, agent: int) -> None:
        self._store = kit.store
        self._attachments = kit.attachments
        self._zone = ZoneInfo(kit.settings.timezone)
        self._api = api
        self._agent = agent

    async def make(self, item: Outgoing) -> list[Step]:
        """The requests of an item, in order.

        Raises:
            CardGone: the new state of a card is one that WeCom would not take.
            SendFailed: permanently where the item cannot be sent at all; else as an upload does.
        """
        if item.kind == "text":
            return self._texts(item, item.body)
        if item.kind == "card":
            return self._card(item)
        if item.kind == "card_update":
            return await self._card_update(item)
        if item.kind == "file":
            return await self._file(item)
        raise SendFailed(f"不认识的消息种类：{item.kind}", permanent=True)

    def _texts(self, item: Outgoing, text: str) -> list[Step]:
        return outgoing.texts_for(item.chat, self._agent, text, outgoing.repeat_mark(item, self._zone))

    def _card(self, item: Outgoing) -> list[Step]:
        card = outgoing.read_card(item)
        task = outgoing.task_id(item)
        rendered = render(card, task_id=task, surface="app", replaces=item.replaces is not None)
        wrong = problems(rendered.card, "app")
        if wrong:
            log.warning("card_not_sendable", problems=wrong)
            return self._texts(item, outgoing.card_as_text(card))
        body = outgoing.message_body(item.chat, self._agent, "template_card", rendered.card)
        return [*self._overflow(item, rendered.overflow), Step(SEND, body, task)]

    async def _card_update(self, item: Outgoing) -> list[Step]:
        card, task = outgoing.read_card(item), item.target_ref or ""
        if not task:
            raise SendFailed("卡片更新没有指明是哪一张", permanent=True)
        rendered = render(card, task_id=task, surface="app")
        if problems(rendered.card, "app"):
            raise CardGone("卡片的新样子企业微信不收")
        overflow: list[Step] = []
        if rendered.overflow and _rows(rendered.overflow) != _rows(await self._overflow_shown(item)):
            overflow = self._overflow(item, rendered.overflow)
        return [*overflow, Step(UPDATE, task=task, card=rendered.card)]

    async def _overflow_shown(self, item: Outgoing) -> str:
        """The list that stands above the card already: what did not fit its last state."""
        shown = await self._store.read(
            lambda session: value(session, _SHOWN, platform=PLATFORM, chat=item.chat, id=item.id, ref=item.target_ref)
        )
        if not isinstance(shown, str):
            return ""
        try:
            card = outgoing.read_card(Outgoing(0, "", "", "card", shown))
        except SendFailed:
            return ""
        return str(render(card, task_id=item.target_ref or "", surface="app").overflow)

    def _overflow(self, item: Outgoing, text: str) -> list[Step]:
        """The list above a card. The same list may stand above two cards of an afternoon: each says when."""
        if not text:
            return []
        asked = item.created_at.astimezone(self._zone).strftime("%H:%M:%S")
        return outgoing.texts_for(item.chat, self._agent, text, f"\n（{asked}）")

    async def _file(self, item: Outgoing) -> list[Step]:
        name, sha256 = outgoing.read_file(item)
        data = await asyncio.to_thread(outgoing.stored, self._attachments, sha256)
        refused = outgoing.no_file(name, len(data))
        if refused is not None:
            return self._texts(item, refused)
        kind = outgoing.file_kind(data)
        media_id = await self._api.upload(kind, name, data)
        return [Step(SEND, outgoing.message_body(item.chat, self._agent, kind, {"media_id": media_id}))]


def _rows(overflow: str) -> str:
    """A list without its first line, which names the document's state as well."""
    return overflow.partition("\n")[2]
