"""What goes out: rows of the outbox become requests, and requests become messages, within everybody's limits."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Iterable
from datetime import datetime

import structlog

from bot.channel import CardGone, NotYet, Outgoing, SendFailed
from bot.clock import Clock
from bot.feishu import card_lint, cards, resources, wire
from bot.feishu.api import FeishuApi
from bot.feishu.errors import CardRefused, ResourceRefused, TooOften
from bot.feishu.pacing import CardPace, Pace, SlowDown, keep
from bot.limits import Limiter, Rule
from notifications import card_json
from notifications.card import Card

log = structlog.get_logger(__name__)

#: The platform's are 5 a second in a chat (which other bots share), 50 a second and 1000 a minute in an app.
RULES = (Rule(4, 1.0), Rule(45, 1.0, "all"), Rule(900, 60.0, "all"))


class Desk:
    """One per channel. ``cards`` knows which card somebody is tapping."""

    def __init__(
        self, api: FeishuApi, uploads: resources.Uploads, card_pace: CardPace, clock: Clock, pace: Pace
    ) -> None:
        self._api = api
        self._uploads = uploads
        self._cards = card_pace
        self._limiter = Limiter(RULES, clock)
        self._slow = SlowDown(pace)
        self._done: OrderedDict[str, str] = OrderedDict()  # uuid → message id: parts of rows that need no second send

    def remember(self, sends: Iterable[tuple[str, datetime]]) -> None:
        """What went out lately counts against the limits."""
        self._limiter.remember(sends)

    async def prepare(self, item: Outgoing) -> str:
        """The row's requests as text. Pictures and files are uploaded here.

        Raises:
            SendFailed: as ``send``.
        """
        try:
            if item.kind == "text":
                requests = wire.texts(item, cards.harmless(item.body))
            elif item.kind in ("card", "card_update"):
                requests = await self._card_requests(item)
            elif item.kind == "file":
                requests = await self._file_requests(item)
            else:
                raise SendFailed(f"不认识的消息种类：{item.kind}", permanent=True)
        except TooOften as refusal:
            raise NotYet(self._slow.refused(item.chat, refusal), str(refusal)) from refusal
        return wire.dumps(requests)

    async def send(self, item: Outgoing) -> str:
        """Send the row's requests in order; the message id of the last, for an update that of the card.

        Raises:
            CardGone: the card to update can be changed no more.
            NotYet: a limit, ours or the platform's, or somebody is tapping the card.
            SendFailed: anything else.
        """
        try:
            ref = await self._deliver(item)
        except TooOften as refusal:
            raise NotYet(self._slow.refused(item.chat, refusal), str(refusal)) from refusal
        self._slow.passed(item.chat)
        return ref

    async def _deliver(self, item: Outgoing) -> str:
        requests = wire.loads(item.wire if item.wire is not None else await self.prepare(item))
        if any(request.change for request in requests):
            self._check_free(item.target_ref)  # before anything of the row goes out
        ref = ""
        for place, request in enumerate(requests):
            try:
                if request.change:
                    await self._change(item, request)
                else:
                    ref = await self._one(item, request, item.reply_to if place == 0 else None)
            except SendFailed as failure:
                failure.no_effect = failure.no_effect and place == 0
                raise
        return item.target_ref if item.kind == "card_update" and item.target_ref else ref

    async def _one(self, item: Outgoing, request: wire.Request, reply_to: str | None) -> str:
        if request.words and (spare := self._done.get(request.spare_uuid)):
            return spare
        try:
            return await self._message(item, request.msg_type, request.content, request.uuid, reply_to)
        except CardRefused as refusal:
            if not request.words:
                raise
            log.error("feishu_card_refused", outbox=item.id, reason=str(refusal))
            return await self._words(item, request, reply_to)

    async def _words(self, item: Outgoing, request: wire.Request, reply_to: str | None) -> str:
        """The card's words, because the platform does not take the card."""
        first, *more = wire.pieces(request.words)
        ref = await self._message(item, "text", wire.text_content(first), request.spare_uuid, reply_to)
        for number, piece in enumerate(more):
            await self._message(item, "text", wire.text_content(piece), f"{request.spare_uuid[:36]}-{number}", None)
        return ref

    async def _message(self, item: Outgoing, msg_type: str, content: str, uuid: str, reply_to: str | None) -> str:
        sent = self._done.get(uuid)
        if sent is not None:
            return sent
        self._spend(item.chat)
        if reply_to:
            try:
                ref = await self._api.reply(reply_to, msg_type, content, uuid)
            except CardGone:  # recalled meanwhile: the answer is still wanted
                self._spend(item.chat)
                ref = await self._api.send(item.chat, msg_type, content, uuid)
        else:
            ref = await self._api.send(item.chat, msg_type, content, uuid)
        keep(self._done, uuid, ref)
        return ref

    async def _change(self, item: Outgoing, request: wire.Request) -> None:
        if request.uuid in self._done:
            return  # it went out as words
        target = self._check_free(item.target_ref)
        self._spend(target)
        self._cards.changed(target)
        try:
            await self._api.change_card(target, request.content)
        except CardRefused as refusal:
            log.error("feishu_card_refused", outbox=item.id, reason=str(refusal))
            await self._words(item, request, target)
            keep(self._done, request.uuid, target)

    def _check_free(self, target: str | None) -> str:
        if not target:
            raise SendFailed("卡片更新没有指明是哪一张", permanent=True)
        seconds = self._cards.wait(target)
        if seconds > 0:
            raise NotYet(seconds, "card is locked")
        return target

    def _spend(self, chat: str) -> None:
        """Count one request, or raise NotYet. No ``await`` lies between the question and the count."""
        seconds = max(self._slow.wait(), self._limiter.wait(chat))
        if seconds > 0:
            raise NotYet(seconds)
        self._limiter.spend(chat)

    # -- what exactly is sent ------------------------------------------------------------------------------------------

    async def _card_requests(self, item: Outgoing) -> list[wire.Request]:
        card = card_json.loads(item.body)
        replaces = item.replaces is not None
        image_key = await self._uploads.picture(card.picture) if card.picture else None
        words = wire.card_words(card, replaces=replaces)
        rendered = in_form(card, image_key, replaces=replaces)
        if rendered is None:
            return wire.texts(item, words)
        requests = wire.texts(item, rendered.overflow) if rendered.overflow else []
        made = wire.Request(
            "interactive",
            cards.content(rendered.card),
            wire.uuid(item, str(len(requests))),
            change=item.kind == "card_update",
            words=words,
            spare_uuid=wire.uuid(item, "words"),
        )
        return [*requests, made]

    async def _file_requests(self, item: Outgoing) -> list[wire.Request]:
        try:
            body = json.loads(item.body)
            name, sha256 = str(body["name"]), str(body["sha256"])
        except (ValueError, KeyError, TypeError) as error:
            raise SendFailed("文件消息缺少 sha256 或 name", permanent=True) from error
        data = await self._uploads.read(sha256)
        instead = resources.too_much(name, len(data))
        if instead is not None:
            return wire.texts(item, instead)
        try:
            msg_type, key = await self._uploads.file(name, data)
        except ResourceRefused as refusal:
            log.warning("feishu_file_refused", outbox=item.id, reason=str(refusal))
            return wire.texts(item, resources.not_taken(name, str(refusal)))
        return [wire.Request(msg_type, wire.key_content(msg_type, key), wire.uuid(item, "0"))]


def in_form(card: Card, image_key: str | None, *, replaces: bool) -> cards.Rendered | None:
    """The card in Feishu's form; None when it would break the platform's rules: words are better than a card that
    comes to nobody."""
    try:
        rendered = cards.render(card, image_key=image_key, replaces=replaces)
    except ValueError as error:
        log.error("feishu_card_not_rendered", title=card.title, reason=str(error))
        return None
    problems = card_lint.problems(rendered.card)
    if problems:
        log.error("feishu_card_broken", title=card.title, problems=problems[:5])
        return None
    return rendered
