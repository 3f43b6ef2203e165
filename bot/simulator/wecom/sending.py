"""message/send, message/update_template_card and message/recall of the self-built app."""

from __future__ import annotations

import hashlib
import re
import secrets
import time
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.simulator.parts import Message, Pace, Shown
from bot.simulator.wecom import card_rules
from bot.simulator.wecom.config import WecomConfig
from bot.simulator.wecom.desk import Refused, body_of
from bot.simulator.wecom.media import Media
from bot.simulator.wecom.quota import Quota

TEXT_BYTES = 2048
CODE_SECONDS = 72 * 3600.0
RECALL_SECONDS = 24 * 3600.0
_DUPLICATE_DEFAULT, _DUPLICATE_MOST = 1800, 14_400
_PER_MEMBER = ((30, 60.0), (1000, 3600.0))
_ESCAPE = re.compile(rb"(?<!\\)(?:\\\\)*\\u(?!00[01][0-9a-fA-F])")  # control characters have no other form
_MEDIA = ("image", "voice", "video", "file")


def cut(text: str, most: int = TEXT_BYTES) -> str:
    """At most so many bytes of UTF-8, never half a character."""
    return text.encode("utf-8", "replace")[:most].decode("utf-8", "ignore")


@dataclass(slots=True)
class Task:
    """A sent card: each recipient has a copy of its own (account → ref)."""

    task_id: str
    copies: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Code:
    """A response code: good once, for 72 hours."""

    task: Task
    born: float
    spent: bool = False


@dataclass(slots=True)
class Sent:
    """One accepted message/send."""

    msgid: str
    answer: dict[str, Any]
    refs: list[str]
    at: float


class Sending:
    """Keeps what was sent. ``dropped`` holds (account, body) of what the platform swallowed without a word because of
    the quota per member; ``clipped`` what a phone would not show whole."""

    def __init__(self, config: WecomConfig, users: dict[str, str], shown: Shown, media: Media, pace: Pace) -> None:
        self.config, self.users, self.shown, self.media, self.pace = config, users, shown, media, pace
        self.tasks: dict[str, Task] = {}
        self.codes: dict[str, Code] = {}
        self.dropped: list[tuple[str, Any]] = []
        self.clipped: list[str] = []
        self._sent: dict[str, Sent] = {}
        self._bodies: dict[bytes, str] = {}
        self._quota = Quota(_PER_MEMBER)

    # ---------------------------------------------------------------- send

    async def send(self, request: web.Request) -> dict[str, Any]:
        raw, body = await body_of(request)
        if _ESCAPE.search(raw):
            raise Refused(40033, "invalid charset: \\uxxxx is not allowed")
        self._check_agent(body)
        interval = self._interval(body)
        digest = hashlib.sha256(raw).digest()
        if interval and (before := self._repeat_of(digest, interval)):
            return before
        users, invalid = self._recipients(body)
        kind, content = self._content(body)
        task = self._task_of(content) if kind == "card" else None
        msgid = secrets.token_urlsafe(24)
        sent = Sent(msgid, {"errcode": 0, "errmsg": "ok", "msgid": msgid}, [], time.time())
        if invalid:
            sent.answer["invaliduser"] = "|".join(name.lower() for name in invalid)
        ref = task.task_id if task else msgid
        for user in users:
            own = ref if len(users) == 1 else f"{ref}|{user}"
            if task:
                task.copies[user] = own
            if self.pace.limits and not self._quota.spend(user):
                self.dropped.append((user, content))  # errcode stays 0: nobody is told
                continue
            self.shown.add(Message(own, user, "bot", kind, content, sent.at))
            sent.refs.append(own)
        if task:
            self.tasks[task.task_id] = task
            if content["card_type"] in card_rules.INTERACTIVE or content.get("action_menu"):
                sent.answer["response_code"] = self.new_code(task)  # a card that only tells cannot be changed
        if interval:
            self._bodies[digest] = msgid
        self._sent[msgid] = sent
        return sent.answer

    def _check_agent(self, body: dict[str, Any]) -> None:
        if str(body.get("agentid")) != self.config.agent_id:
            raise Refused(40056, "invalid agentid")

    def _interval(self, body: dict[str, Any]) -> float:
        if body.get("enable_duplicate_check") != 1:
            return 0.0
        wanted = body.get("duplicate_check_interval", _DUPLICATE_DEFAULT)
        if not isinstance(wanted, int) or not 0 < wanted <= _DUPLICATE_MOST:
            raise Refused(40058, "invalid Request Parameter: duplicate_check_interval")
        return self.pace.seconds(wanted)

    def _repeat_of(self, digest: bytes, interval: float) -> dict[str, Any] | None:
        first = self._sent.get(self._bodies.get(digest, ""))
        if first is None or time.time() - first.at > interval:
            return None
        for ref in first.refs:
            self.shown.messages[ref].hidden_repeats += 1
        return {k: v for k, v in first.answer.items() if k != "response_code" or self.config.repeat_brings_code}

    def _recipients(self, body: dict[str, Any]) -> tuple[list[str], list[str]]:
        wanted = str(body.get("touser") or "")
        if not (wanted or body.get("toparty") or body.get("totag")):
            raise Refused(82001, "touser, toparty and totag are all empty")
        if wanted == "@all":
            return list(self.users), []
        names = list(dict.fromkeys(name for name in wanted.split("|") if name))
        if len(names) > 1000:
            raise Refused(40058, "invalid Request Parameter: touser, at most 1000")
        known = {user.lower(): user for user in self.users}
        found = list(dict.fromkeys(known[name.lower()] for name in names if name.lower() in known))
        invalid = [name for name in names if name.lower() not in known]
        if not found:
            more = {"invaliduser": "|".join(name.lower() for name in invalid)} if invalid else {}
            raise Refused(81013, "user & party & tag all invalid", **more)
        return found, invalid

    def _content(self, body: dict[str, Any]) -> tuple[str, Any]:
        kind = body.get("msgtype")
        part = body.get(kind) if isinstance(kind, str) else None
        if kind not in ("text", "markdown", "textcard", "template_card", *_MEDIA):
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
        if kind == "textcard":
            if not all(part.get(name) for name in ("title", "description", "url")):
                raise Refused(41016, "missing title")
            return kind, {**part, "title": cut(part["title"], 128), "description": cut(part["description"], 512)}
        text = part.get("content")
        if not isinstance(text, str) or not text:
            raise Refused(44004, "text content is empty")
        if kind == "markdown" and len(text.encode("utf-8", "replace")) > TEXT_BYTES:
            raise Refused(45002, "content size out of limit")
        return kind, cut(text)

    # ---------------------------------------------------------------- cards

    def _card(self, part: dict[str, Any]) -> dict[str, Any]:
        try:
            card = card_rules.check(part, card_rules.APP, has_callback=bool(self.config.callback_url))
        except card_rules.CardRefused as refused:
            raise Refused(refused.code, str(refused)) from refused
        self.clipped += card_rules.cut_off(card)
        return card

    def _task_of(self, card: dict[str, Any]) -> Task | None:
        task_id = card.get("task_id")
        if task_id is None:
            return None
        if task_id in self.tasks:
            raise Refused(42014, "invalid task_id: already used by this app")
        return Task(task_id)

    def new_code(self, task: Task) -> str:
        code = secrets.token_urlsafe(32)
        self.codes[code] = Code(task, time.time())
        return code

    def copy_of(self, ref: str, account: str) -> str | None:
        """The ref of this person's own copy of a card; None: it was never shown to them."""
        for own in (ref, f"{ref}|{account}"):
            message = self.shown.messages.get(own)
            if message is not None and message.chat == account:
                return own
        return None

    def replace_button(self, ref: str, text: str) -> None:
        """Grey the buttons of one copy."""
        self.shown.change(ref, {**self.shown.messages[ref].body, "replace_text": text})

    async def update(self, request: web.Request) -> dict[str, Any]:
        _raw, body = await body_of(request)
        self._check_agent(body)
        code = self.codes.get(str(body.get("response_code")))
        if code is None or code.spent or time.time() - code.born > self.pace.seconds(CODE_SECONDS):
            raise Refused(40058, "invalid Request Parameter: response_code is used, expired or unknown")
        button, card = body.get("button"), body.get("template_card")
        if (button is None) == (card is None):
            raise Refused(40058, "invalid Request Parameter: either button or template_card")
        text = button.get("replace_name") if isinstance(button, dict) else None
        if card is None and not (isinstance(text, str) and text):
            raise Refused(40058, "invalid Request Parameter: button.replace_name")
        if card is not None:
            card = self.replacement(code.task, card)
        users = list(code.task.copies) if body.get("atall") == 1 else body.get("userids") or []
        if not isinstance(users, list) or not users or len(users) > 1000:
            raise Refused(40058, "invalid Request Parameter: userids, partyids, tagids or atall")
        code.spent = True
        known = {user.lower(): ref for user, ref in code.task.copies.items()}
        invalid = [str(user) for user in users if str(user).lower() not in known]
        for user in users:
            ref = known.get(str(user).lower())
            if ref is not None and ref in self.shown.messages:  # else it fell to the quota
                self.replace_button(ref, str(text)) if card is None else self.shown.change(ref, card)
        return {"errcode": 0, "errmsg": "ok", "invaliduser": [name.lower() for name in invalid]}

    def replacement(self, task: Task, card: Any) -> dict[str, Any]:
        """The card that takes the place of a task's; its task_id may be left out, but not be another.

        Raises:
            Refused: the platform does not take it.
        """
        if not isinstance(card, dict):
            raise Refused(40058, "invalid Request Parameter: template_card is not an object")
        if card.get("task_id") not in (None, task.task_id):
            raise Refused(42014, "invalid task_id: not the card of this response_code")
        return self._card({**card, "task_id": task.task_id})

    # ---------------------------------------------------------------- recall

    async def recall(self, request: web.Request) -> dict[str, Any]:
        _raw, body = await body_of(request)
        sent = self._sent.get(str(body.get("msgid")))
        if sent is None or time.time() - sent.at > self.pace.seconds(RECALL_SECONDS):
            raise Refused(40058, "invalid Request Parameter: msgid")
        for ref in sent.refs:
            message = self.shown.messages[ref]
            message.recalled = True
            self.shown.change(ref, message.body)
        return {"errcode": 0, "errmsg": "ok"}
