"""What the bot says over its connection: replies, welcomes, card updates and messages of its own accord."""

from __future__ import annotations

import asyncio
import secrets
import time
from dataclasses import dataclass, field
from typing import Any

from bot.simulator.parts import Message, Pace, Shown
from bot.simulator.wecom import card_rules
from bot.simulator.wecom.config import BotConfig
from bot.simulator.wecom.desk import Refused
from bot.simulator.wecom.media import Media
from bot.simulator.wecom.quota import Quota

TEXT_BYTES = 20_480
BAD_REQ_ID, STREAM_OVER, OVER_QUOTA = 846605, 846608, 45009
#: Per conversation, replies and messages together (facts 3.2).
RULES = ((30, 60.0), (1000, 3600.0))
_MEDIA = ("file", "image", "voice", "video")


@dataclass(slots=True)
class Asked:
    """One callback that may be answered under its req_id."""

    kind: str  # message|enter|click
    chat: str
    account: str
    task_id: str = ""
    born: float = field(default_factory=time.monotonic)
    spent: bool = False
    carded: bool = False
    updated: asyncio.Future[Any] | None = None  # a click: the card as the clicking user sees it then


@dataclass(slots=True)
class _Stream:
    ref: str
    born: float
    finished: bool = False


class Replies:
    """``asked``: req_id → callback. ``spoken``: conversations in which a user has written to the bot. ``views``: what
    one person of a group sees instead of the card everybody sees, (ref, account) → card."""

    def __init__(self, config: BotConfig, shown: Shown, media: Media, pace: Pace) -> None:
        self.config, self.shown, self.media, self.pace = config, shown, media, pace
        self.asked: dict[str, Asked] = {}
        self.spoken: set[str] = set()
        self.groups: dict[str, list[str]] = {}  # chat id → members
        self.views: dict[tuple[str, str], dict[str, Any]] = {}
        self.clipped: list[str] = []
        self._streams: dict[tuple[str, str], _Stream] = {}
        self._quota = Quota(RULES)

    # ---------------------------------------------------------------- commands

    def respond(self, req_id: str, body: dict[str, Any]) -> dict[str, Any]:
        """aibot_respond_msg: any number of answers to a message, for a day."""
        asked = self._asked(req_id, "message", self.pace.seconds(self.config.reply_seconds))
        kind = body.get("msgtype")
        if kind == "stream":
            self._stream(req_id, asked, body.get("stream"))
        elif kind == "stream_with_template_card":
            card = self._card(body["template_card"]) if body.get("template_card") is not None else None
            if card is not None and asked.carded:
                raise Refused(40058, "invalid Request Parameter: one card per message")
            self._stream(req_id, asked, body.get("stream"))
            if card is not None:
                asked.carded = True
                self._show(asked.chat, "card", card)
        else:
            kind, content = self._content(body, ("markdown", "template_card", *_MEDIA))
            self._spend(asked.chat)
            self._show(asked.chat, kind, content)
        return {}

    def welcome(self, req_id: str, body: dict[str, Any]) -> dict[str, Any]:
        """aibot_respond_welcome_msg: once, soon after somebody entered."""
        asked = self._asked(req_id, "enter", self.config.welcome_seconds)
        kind, content = self._content(body, ("text", "template_card"))
        self._spend(asked.chat)
        asked.spent = True
        self._show(asked.chat, kind, content)
        return {}

    def update(self, req_id: str, body: dict[str, Any]) -> dict[str, Any]:
        """aibot_respond_update_msg: once, within the click's window, for some people's cards or everybody's."""
        asked = self._asked(req_id, "click", self.config.click_seconds)
        if body.get("response_type") != "update_template_card":
            raise Refused(40058, "invalid Request Parameter: response_type")
        users = body.get("userids") or []
        if not isinstance(users, list) or not all(isinstance(user, str) for user in users):
            raise Refused(40058, "invalid Request Parameter: userids")
        card = self._check(body.get("template_card"))
        if card.get("task_id") != asked.task_id:
            raise Refused(42014, "invalid task_id: not the card that was clicked")
        asked.spent = True
        self._replace(asked, card, users)
        if asked.updated is not None and not asked.updated.done():
            asked.updated.set_result(self.seen(asked.task_id, asked.account))
        return {}

    def send(self, _req_id: str, body: dict[str, Any]) -> dict[str, Any]:
        """aibot_send_msg: of its own accord, where a user has spoken before."""
        chat, kind = body.get("chatid"), body.get("chat_type", 0)
        if not isinstance(chat, str) or not chat or kind not in (0, 1, 2):
            raise Refused(40058, "invalid Request Parameter: chatid, chat_type")
        if kind != 0 and (kind == 2) != (chat in self.groups):
            raise Refused(93006, "invalid chatid")
        if chat not in self.spoken:
            raise Refused(93006, "invalid chatid: no user has spoken to the bot there")
        shown_as, content = self._content(body, ("markdown", "template_card", *_MEDIA))
        self._spend(chat)
        self._show(chat, shown_as, content)
        return {}

    # ---------------------------------------------------------------- cards

    def seen(self, ref: str, account: str) -> Any:
        """The card as this person sees it."""
        return self.views.get((ref, account), self.shown.messages[ref].body)

    def _replace(self, asked: Asked, card: dict[str, Any], users: list[str]) -> None:
        chat = self.shown.messages[asked.task_id].chat
        concerned = self.groups.get(chat, [chat])
        named = [user for user in concerned if user in users] if users else concerned
        if len(named) < len(concerned):
            for user in named:
                self.views[asked.task_id, user] = card
            return
        for user in concerned:
            self.views.pop((asked.task_id, user), None)
        self.shown.change(asked.task_id, card)

    def _check(self, part: Any) -> dict[str, Any]:
        try:
            card = card_rules.check(part, card_rules.BOT)
        except card_rules.CardRefused as refused:
            raise Refused(refused.code, str(refused)) from refused
        self.clipped += card_rules.cut_off(card)
        return card

    def _card(self, part: Any) -> dict[str, Any]:
        card = self._check(part)
        if card.get("task_id") in self.shown.messages:
            raise Refused(42014, "invalid task_id: already used by this bot")
        return card

    # ---------------------------------------------------------------- contents

    def _asked(self, req_id: str, kind: str, seconds: float) -> Asked:
        asked = self.asked.get(req_id)
        if asked is None or asked.kind != kind or asked.spent or time.monotonic() - asked.born > seconds:
            raise Refused(BAD_REQ_ID, "invalid req_id")
        return asked

    def _spend(self, chat: str) -> None:
        if self.pace.limits and not self._quota.spend(chat):
            raise Refused(OVER_QUOTA, "api freq out of limit")

    def _text(self, value: Any, *, empty: bool = False) -> str:
        if not isinstance(value, str) or not (value or empty):
            raise Refused(44004, "content is empty")
        if len(value.encode("utf-8", "replace")) > TEXT_BYTES:
            raise Refused(45002, "content size out of limit")
        return value

    def _content(self, body: dict[str, Any], kinds: tuple[str, ...]) -> tuple[str, Any]:
        kind = body.get("msgtype")
        part = body.get(kind) if isinstance(kind, str) else None
        if kind not in kinds:
            raise Refused(40008, "invalid message type")
        if not isinstance(part, dict):
            raise Refused(40058, f"invalid Request Parameter: {kind} is missing")
        if kind == "template_card":
            return "card", self._card(part)
        if kind in _MEDIA:
            medium = self.media.get(str(part.get("media_id")))
            if medium is None or medium.kind != kind:
                raise Refused(40007, "invalid media_id")
            return kind, {"name": medium.name, "media_id": medium.media_id, "bytes": len(medium.data)}
        return str(kind), self._text(part.get("content"))

    def _show(self, chat: str, kind: str, content: Any) -> str:
        task_id = content.get("task_id") if kind == "card" else None
        ref = str(task_id or f"bot-{secrets.token_hex(12)}")
        self.shown.add(Message(ref, chat, "bot", kind, content, time.time()))
        return ref

    def _stream(self, req_id: str, asked: Asked, part: Any) -> None:
        """One message that is shown anew with every frame: contents are snapshots, not additions."""
        if not isinstance(part, dict) or not isinstance(part.get("id"), str) or not part["id"]:
            raise Refused(40058, "invalid Request Parameter: stream.id")
        content = self._text(part.get("content", ""), empty=True)
        items = part.get("msg_item") or []
        if items and (not part.get("finish") or not isinstance(items, list) or len(items) > 10):
            raise Refused(40058, "invalid Request Parameter: stream.msg_item")
        stream = self._streams.get((req_id, part["id"]))
        if stream is None:
            self._spend(asked.chat)
            stream = _Stream(self._show(asked.chat, "markdown", content), time.monotonic())
            self._streams[req_id, part["id"]] = stream
        elif stream.finished or time.monotonic() - stream.born > self.pace.seconds(self.config.stream_seconds):
            raise Refused(STREAM_OVER, "stream message update expired")
        else:
            self.shown.change(stream.ref, content)
        stream.finished = bool(part.get("finish"))
