"""Group webhooks: send-only, one name in DANJU_WECOM_GROUP_WEBHOOKS per group. The key in the address is a secret.

There is no idempotency here: a send whose result is unknown is marked 补发 by the sender and goes out again. A card
cannot be changed; its newer state is a new card that says it replaces the old.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import structlog
from aiohttp import web

from bot.channel import CardGone, NotYet, Outgoing, SendFailed
from bot.kit import Kit
from bot.limits import Limiter, Rule
from bot.wecom import outgoing, texts
from bot.wecom.api import UPLOAD_SECONDS, Wire, dumps, multipart
from bot.wecom.card_lint import problems
from bot.wecom.cards import render
from bot.wecom.errors import Refusal, Unknown
from bot.wecom.outgoing import Step

log = structlog.get_logger(__name__)

PLATFORM = "wecomgroup"
PER_MINUTE = 18  # of 20 for one webhook
IMAGE_LIMIT = 2 * 1024 * 1024
SEND = "webhook/send"


class WecomGroupChannel:
    """Implements RunningChannel, PreparingChannel and Limited of ``bot.channel``."""

    platform = PLATFORM
    window_seconds = 0

    def __init__(self, kit: Kit) -> None:
        self._kit = kit
        self._keys = kit.settings.group_webhooks
        self._limiter = Limiter([Rule(PER_MINUTE, 60)], kit.clock)
        # A limit is per webhook: the silence one group asks for is not the others'.
        self._wires = {name: Wire(kit.http, kit.settings.wecom_base_url) for name in self._keys}
        self._parts_out: dict[tuple[int, datetime], int] = {}

    def mount(self, app: web.Application) -> None:
        """Nothing comes in."""

    async def start(self) -> None:
        """Nothing connects."""

    async def stop(self) -> None:
        """Nothing connects."""

    def remember(self, sends: Iterable[tuple[str, datetime]]) -> None:
        """What went out lately counts."""
        self._limiter.remember(sends)

    async def fetch(self, ref: str) -> bytes:
        """Raises:
        SendFailed: always; nothing comes in here.
        """
        raise SendFailed("群机器人只发不收，没有附件可取", permanent=True)

    async def prepare(self, item: Outgoing) -> str:
        """The requests of an item, byte for byte; files are uploaded.

        Raises:
            CardGone: a change of a card, which a webhook cannot make.
            SendFailed: permanently where it cannot be sent at all.
        """
        self._key(item.chat)
        self._parts_out.pop((item.id, item.created_at), None)
        if item.kind == "text":
            return outgoing.dump(self._texts(item.body))
        if item.kind == "card":
            return outgoing.dump(self._card(item))
        if item.kind == "card_update":
            raise CardGone("群机器人发的卡片不能改，另发一张")
        if item.kind == "file":
            try:
                return outgoing.dump(await self._file(item))
            except SendFailed as failure:
                failure.no_effect = True  # an upload shows nothing
                raise
        raise SendFailed(f"不认识的消息种类：{item.kind}", permanent=True)

    async def send(self, item: Outgoing) -> str:
        """Make the requests of ``item.wire`` in order. The ref is our own: a webhook gives none.

        Raises:
            NotYet: the group has had as many as a webhook may send.
            SendFailed: see ``bot.wecom.errors``.
        """
        steps = outgoing.load(item.wire if item.wire is not None else await self.prepare(item))
        key, row = self._key(item.chat), (item.id, item.created_at)
        for number, step in enumerate(steps):
            if number < self._parts_out.get(row, 0):
                continue  # it went out in an earlier try of this process
            if step.path != SEND:
                raise SendFailed("存下的请求读不了", permanent=True)
            wait = self._limiter.wait(item.chat)
            if wait > 0:
                raise NotYet(wait, "这个群这一分钟发得够多了，等一会儿再发")
            self._limiter.spend(item.chat)
            try:
                await self._post(item.chat, SEND, {"key": key}, step.body.encode())
            except SendFailed as failure:
                failure.no_effect = failure.no_effect and number == 0
                raise
            self._parts_out[row] = number + 1
            while len(self._parts_out) > 1000:
                self._parts_out.pop(next(iter(self._parts_out)))
        self._parts_out.pop(row, None)
        return steps[-1].task or outgoing.task_id(item)

    async def _post(self, chat: str, path: str, params: dict[str, str], body: bytes, **options: Any) -> str:
        """POST; returns the answer's media id, if any."""
        try:
            answer = await self._wires[chat].ask(path, params, body, **options)
        except Refusal as refusal:
            if refusal.code in (93000, 93008, 93019):
                await self._kit.note(PLATFORM, "error", f"{chat}：{refusal}")
            raise
        return answer.text("media_id")

    def _key(self, name: str) -> str:
        key = self._keys.get(name)
        if key is None:
            raise SendFailed(
                f"没有设置名叫“{name}”的群机器人：在 DANJU_WECOM_GROUP_WEBHOOKS 里写上 {name}=key 再重启",
                permanent=True,
            )
        return key

    # -- making requests -----------------------------------------------------------------------------------------------

    def _texts(self, text: str) -> list[Step]:
        return [Step(SEND, dumps({"msgtype": "text", "text": {"content": part}})) for part in texts.parts(text)]

    def _card(self, item: Outgoing) -> list[Step]:
        card, task = outgoing.read_card(item), outgoing.task_id(item)
        rendered = render(card, task_id=task, surface="group", replaces=item.replaces is not None)
        above = self._texts(rendered.overflow) if rendered.overflow else []
        if not rendered.card and above:
            return above  # without an address to open there is no card for a group: the words are all of it
        wrong = problems(rendered.card, "group")
        if wrong:
            log.warning("card_not_sendable", problems=wrong)
            return self._texts(outgoing.card_as_text(card))
        body = dumps({"msgtype": "template_card", "template_card": rendered.card})
        return [*above, Step(SEND, body, task)]

    async def _file(self, item: Outgoing) -> list[Step]:
        name, sha256 = outgoing.read_file(item)
        data = await asyncio.to_thread(outgoing.stored, self._kit.attachments, sha256)
        refused = outgoing.no_file(name, len(data))
        if refused is not None:
            return self._texts(refused)
        if outgoing.file_kind(data, IMAGE_LIMIT) == "image":
            digest = hashlib.md5(data, usedforsecurity=False).hexdigest()
            image = {"base64": base64.b64encode(data).decode(), "md5": digest}
            return [Step(SEND, dumps({"msgtype": "image", "image": image}))]
        content_type, body = multipart(name, data)
        params = {"key": self._key(item.chat), "type": "file"}
        media_id = await self._post(
            item.chat, "webhook/upload_media", params, body, content_type=content_type, seconds=UPLOAD_SECONDS
        )
        if not media_id:
            raise Unknown("企业微信收了文件却没有给编号，会再试")
        return [Step(SEND, dumps({"msgtype": "file", "file": {"media_id": media_id}}))]
