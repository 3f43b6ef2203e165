"""The console as a channel: what the outbox sends becomes rows of ``console_message``."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session

from bot.channel import Outgoing, SendFailed
from bot.console import files, messages
from bot.console.hub import Hub
from bot.console.ports import AttachmentPort, StorePort
from inventory_core.errors import NotFound

PLATFORM = "console"


def utc_now() -> datetime:
    return datetime.now(UTC)


class ConsoleChannel:
    """Implements ``bot.channel.Channel``. A send is one committed row, so its idempotency has no window."""

    platform = PLATFORM

    def __init__(
        self,
        store: StorePort,
        attachments: AttachmentPort,
        hub: Hub,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._store = store
        self._attachments = attachments
        self._hub = hub
        self._clock = clock

    async def send(self, item: Outgoing) -> str:
        """Put the item into its room; returns the message's ref.

        Raises:
            SendFailed: permanently, when the body cannot be read or the card to update is not there.
        """
        if item.kind == "card_update":
            ref = await self._update(item)
        else:
            ref = await self._insert(item)
        self._hub.wake()
        return ref

    async def fetch(self, ref: str) -> bytes:
        """The bytes of an attachment; on the console its ref is its sha256.

        Raises:
            NotFound: no such attachment.
        """
        return await asyncio.to_thread(self._attachments.get, ref)

    async def _insert(self, item: Outgoing) -> str:
        kind, body = await self._content(item)
        quoted = int(item.reply_to) if item.reply_to and item.reply_to.isdecimal() else None
        now = self._clock()

        def unit(session: Session) -> int:
            return messages.add(
                session,
                room=item.chat,
                sender=None,
                kind=kind,
                body=body,
                key=f"out:{item.key}",
                now=now,
                quoted=quoted,
            )

        return str(await self._store.write(unit))

    async def _content(self, item: Outgoing) -> tuple[str, str]:
        if item.kind == "text":
            return "text", json.dumps({"text": item.body}, ensure_ascii=False)
        if item.kind == "card":
            _object(item)
            return "card", item.body
        if item.kind == "file":
            data = _object(item)
            sha256, name = data.get("sha256"), data.get("name")
            if not isinstance(sha256, str) or not isinstance(name, str):
                raise SendFailed("文件消息缺少 sha256 或 name", permanent=True)
            try:
                content = await self.fetch(sha256)
            except NotFound as error:
                raise SendFailed(str(error), permanent=True) from error
            described = files.describe(sha256, name, content)
            return described.kind, json.dumps({"files": [described.public()]}, ensure_ascii=False)
        raise SendFailed(f"不认识的消息种类：{item.kind}", permanent=True)

    async def _update(self, item: Outgoing) -> str:
        _object(item)
        target = item.target_ref or ""
        if not target.isdecimal():
            raise SendFailed("卡片更新没有指明是哪一张", permanent=True)
        try:
            await self._store.write(lambda session: messages.replace_body(session, int(target), item.body))
        except NotFound as error:
            raise SendFailed(str(error), permanent=True) from error
        return target


def _object(item: Outgoing) -> dict[str, Any]:
    try:
        data = json.loads(item.body)
    except ValueError as error:
        raise SendFailed("消息内容不是合法的 JSON", permanent=True) from error
    if not isinstance(data, dict):
        raise SendFailed("消息内容不是一个 JSON 对象", permanent=True)
    return data
