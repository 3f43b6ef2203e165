"""The self-built app as a channel: encrypted XML comes in at /wecom/callback, everything goes out by the server API."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

import structlog
from aiohttp import web

from bot.channel import CardGone, NotYet, Outgoing, SendFailed
from bot.inbound import InboundKind
from bot.kit import Kit
from bot.limits import Limiter, Rule
from bot.wecom import codes, media, outgoing
from bot.wecom.api import WecomApi, dumps
from bot.wecom.app_inbound import PLATFORM, card_code, translate
from bot.wecom.app_requests import Requests
from bot.wecom.callback import Callback
from bot.wecom.errors import SETTINGS, Refusal
from bot.wecom.guards import Guard, Untrusted
from bot.wecom.outgoing import SEND, UPDATE, Step

log = structlog.get_logger(__name__)

PER_MINUTE, PER_HOUR = 25, 900  # of 30 and 1000 to one person; WeCom drops the rest without a word
REDELIVERS_SECONDS = 10

_NO_CODE = "这张卡片没有可用的更新码了"
_ACCOUNT = re.compile(r"[0-9A-Za-z][0-9A-Za-z_.@-]{0,63}")
#: Refusals after which the code is still good: nothing about the card was looked at.
_CODE_KEPT = frozenset(SETTINGS) | {-1, 60020, 40014, 42001}


class WecomAppChannel:
    """Implements RunningChannel, PreparingChannel, KnowsNames and Limited of ``bot.channel``."""

    platform = PLATFORM
    redelivers_seconds = REDELIVERS_SECONDS
    window_seconds = outgoing.WINDOW_SECONDS

    def __init__(self, kit: Kit) -> None:
        settings = kit.settings
        self._kit = kit
        self._agent_id = settings.wecom_agent_id.strip()
        self._agent = int(self._agent_id) if self._agent_id.isascii() and self._agent_id.isdigit() else 0
        self._problem = ""
        self._callback = Callback(self._guard(), self._take, partial(kit.note, PLATFORM))
        self._limiter = Limiter([Rule(PER_MINUTE, 60), Rule(PER_HOUR, 3600)], kit.clock)
        self._parts_out: dict[tuple[int, datetime], int] = {}
        self.api = WecomApi(
            kit.http,
            settings.wecom_base_url,
            corp_id=settings.wecom_corp_id.strip(),
            secret=settings.wecom_secret.get_secret_value(),
            note=partial(kit.note, PLATFORM),
        )
        self._requests = Requests(kit, self.api, self._agent)

    def _guard(self) -> Guard | None:
        settings = self._kit.settings
        token = settings.wecom_token.get_secret_value()
        try:
            if not token:
                raise Untrusted("token", "还没有填企业微信回调的 Token；运行 danju setup wecom")
            if not self._agent:
                raise Untrusted(
                    "agent_id", "AgentId 应当是一个数字，在企业微信后台的应用详情页上；运行 danju setup wecom"
                )
            return Guard(
                token=token,
                aes_key=settings.wecom_aes_key.get_secret_value(),
                corp_id=settings.wecom_corp_id.strip(),
                agent_id=self._agent_id,
            )
        except Untrusted as problem:
            self._problem = str(problem)
            return None

    # -- life ----------------------------------------------------------------------------------------------------------

    def mount(self, app: web.Application) -> None:
        """Add /wecom/callback."""
        self._callback.mount(app)

    async def start(self) -> None:
        """Nothing connects; unusable settings go on record."""
        if self._problem:
            log.error("wecom_not_set_up", reason=self._problem)
            await self._kit.note(PLATFORM, "callback_key", self._problem)

    async def stop(self) -> None:
        """Take nothing more."""
        await self._callback.close()
        await self.api.tokens.close()

    # -- in ------------------------------------------------------------------------------------------------------------

    async def _take(self, fields: dict[str, Any]) -> None:
        """Commit what came. A click's code is on disk before the click is."""
        inbound = translate(fields, agent_id=self._agent_id)
        if inbound is None:
            return
        if inbound.kind is not InboundKind.CLICK:
            await self._kit.door.accept(inbound)
            return
        code = card_code(fields)
        if code is not None:
            unit = partial(
                codes.card_clicked,
                task_id=code.task_id,
                account=code.account,
                code=code.code,
                event_key=inbound.event_key,
                now=self._kit.clock(),
            )
            await self._kit.store.write(unit, urgent=True)
        await self._kit.door.accept(replace(inbound, toasts=False))

    async def fetch(self, ref: str) -> bytes:
        """The bytes of an attachment; see ``bot.wecom.media.fetch``."""
        return await media.fetch(self.api, ref)

    async def name_of(self, account: str) -> str:
        """What WeCom calls a member; empty outside the visible range."""
        try:
            return await self.api.user_name(account)
        except SendFailed as failure:
            log.info("name_not_known", reason=str(failure))
            return ""

    # -- out -----------------------------------------------------------------------------------------------------------

    def remember(self, sends: Iterable[tuple[str, datetime]]) -> None:
        """What went out in the last hour counts."""
        self._limiter.remember(sends)

    async def prepare(self, item: Outgoing) -> str:
        """The requests of an item, byte for byte; files are uploaded.

        Raises:
            SendFailed: permanently where the item cannot be sent at all.
        """
        if not _ACCOUNT.fullmatch(item.chat):
            raise SendFailed("收件人不是一个企业微信账号", permanent=True)
        self._parts_out.pop((item.id, item.created_at), None)
        try:
            return outgoing.dump(await self._requests.make(item))
        except SendFailed as failure:
            failure.no_effect = True  # an upload shows nothing
            raise

    async def send(self, item: Outgoing) -> str:
        """Make the requests of ``item.wire`` in order. A card's ref is its task id, a text's the last message's id.

        Raises:
            NotYet: the person has had as many as WeCom delivers.
            CardGone: a card that can be changed no more.
            SendFailed: see ``bot.wecom.errors``.
        """
        steps = outgoing.load(item.wire if item.wire is not None else await self.prepare(item))
        row = (item.id, item.created_at)
        if item.kind == "card_update" and len(steps) > 1:
            await self._must_be_changeable(steps[-1].task)  # before the list that stands above it goes out
        ref = ""
        for number, step in enumerate(steps):
            if number < self._parts_out.get(row, 0):
                continue  # it went out in an earlier try of this process
            try:
                ref = await (self._update(step) if step.path == UPDATE else self._send(item, step))
            except SendFailed as failure:
                failure.no_effect = failure.no_effect and number == 0
                raise
            self._note_part(row, number + 1)
        self._parts_out.pop(row, None)
        if item.kind == "card_update":
            return item.target_ref or ref
        return steps[-1].task or ref or item.key

    def _note_part(self, row: tuple[int, datetime], count: int) -> None:
        self._parts_out[row] = count
        while len(self._parts_out) > 1000:
            self._parts_out.pop(next(iter(self._parts_out)))

    async def _send(self, item: Outgoing, step: Step) -> str:
        if step.path != SEND:
            raise SendFailed("存下的请求读不了", permanent=True)
        wait = self._limiter.wait(item.chat)
        if wait > 0:
            raise NotYet(wait, "给这个人发得够多了，企业微信会悄悄丢掉再多的，等一会儿再发")
        self._limiter.spend(item.chat)
        answer = await self.api.send_message(step.body)
        if step.task:
            code = answer.text("response_code") or None
            unit = partial(codes.card_sent, task_id=step.task, account=item.chat, code=code, now=self._kit.clock())
            await self._kit.store.write(unit)
        return answer.text("msgid")

    async def _must_be_changeable(self, task: str) -> None:
        if not await self._kit.store.read(partial(codes.usable, task_id=task, now=self._kit.clock())):
            raise CardGone(_NO_CODE)

    async def _update(self, step: Step) -> str:
        spent = await self._kit.store.write(partial(codes.spend, task_id=step.task, now=self._kit.clock()))
        if spent is None:
            raise CardGone(_NO_CODE)
        body = dumps(
            {
                "userids": [spent.account],
                "agentid": self._agent,
                "response_code": spent.code,
                "template_card": step.card,
            }
        )
        try:
            answer = await self.api.update_card(body)
        except SendFailed as failure:
            looked_at = isinstance(failure, Refusal) and failure.code not in _CODE_KEPT
            if not failure.no_effect or looked_at:
                # It may have been changed or not, or the code is not good: gone either way.
                raise CardGone(str(failure)) from None
            await self._kit.store.write(partial(codes.give_back, task_id=step.task, spent=spent))
            raise
        more = answer.text("response_code")
        if more:
            unit = partial(codes.card_sent, task_id=step.task, account=spent.account, code=more, now=self._kit.clock())
            await self._kit.store.write(unit)
        return step.task
