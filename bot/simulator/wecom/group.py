"""Group webhooks: a key in the address, twenty messages a minute, nothing comes back."""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets
import time
from typing import Any

from aiohttp import web

from bot.simulator.parts import Message, Pace, Shown
from bot.simulator.wecom import card_rules
from bot.simulator.wecom.desk import Refused, body_of
from bot.simulator.wecom.media import MEGABYTE, Media
from bot.simulator.wecom.media_api import take_upload
from bot.simulator.wecom.quota import Quota

_BYTES = {"text": 2048, "markdown": 4096, "markdown_v2": 4096}
_PER_WEBHOOK = ((20, 60.0),)


class GroupWebhooks:
    """``keys``: the group's name → key. What arrives is shown in the chat of that name."""

    def __init__(self, keys: dict[str, str], shown: Shown, media: Media, pace: Pace) -> None:
        self.keys, self.shown, self.media, self.pace = keys, shown, media, pace
        self._quota = Quota(_PER_WEBHOOK)

    def _group(self, request: web.Request) -> str:
        for name, key in self.keys.items():
            if secrets.compare_digest(key.encode(), request.query.get("key", "").encode()):
                return name
        raise Refused(93000, "invalid webhook url")

    async def send(self, request: web.Request) -> dict[str, Any]:
        group = self._group(request)
        _raw, body = await body_of(request)
        kind, content = self._content(body)
        if self.pace.limits and not self._quota.spend(group):
            raise Refused(45009, "api freq out of limit")
        self.shown.add(Message(f"group-{secrets.token_hex(12)}", group, "bot", kind, content, time.time()))
        return {"errcode": 0, "errmsg": "ok"}

    async def upload(self, request: web.Request) -> dict[str, Any]:
        self._group(request)
        return await take_upload(request, self.media, ("file", "voice"))

    def _content(self, body: dict[str, Any]) -> tuple[str, Any]:
        kind = body.get("msgtype")
        part = body.get(kind) if isinstance(kind, str) else None
        if not isinstance(kind, str) or not isinstance(part, dict):
            raise Refused(40008, "invalid message type")
        if kind in _BYTES:
            text = part.get("content")
            if not isinstance(text, str) or not text:
                raise Refused(93017, "empty content")
            if len(text.encode("utf-8", "replace")) > _BYTES[kind]:
                raise Refused(40058, f"content exceed max length {_BYTES[kind]}")
            return kind, text
        if kind == "template_card":
            try:
                return "card", card_rules.check(part, card_rules.GROUP)
            except card_rules.CardRefused as refused:
                raise Refused(refused.code, str(refused)) from refused
        if kind == "image":
            return kind, self._picture(part)
        if kind in ("file", "voice"):
            medium = self.media.get(str(part.get("media_id")))
            if medium is None or medium.kind != kind:
                raise Refused(40007, "invalid media_id")
            return kind, {"name": medium.name, "media_id": medium.media_id, "bytes": len(medium.data)}
        if kind == "news":
            articles = part.get("articles")
            if not isinstance(articles, list) or not 1 <= len(articles) <= 8:
                raise Refused(40058, "articles: 1 to 8")
            return kind, articles
        raise Refused(40008, "invalid message type")

    def _picture(self, part: dict[str, Any]) -> dict[str, Any]:
        try:
            data = base64.b64decode(str(part.get("base64")), validate=True)
        except binascii.Error as error:
            raise Refused(40058, "image.base64") from error
        if len(data) > 2 * MEGABYTE:
            raise Refused(93018, "image too large")
        if not data.startswith((b"\x89PNG", b"\xff\xd8\xff")):
            raise Refused(40004, "invalid image format")
        if hashlib.md5(data, usedforsecurity=False).hexdigest() != part.get("md5"):
            raise Refused(40058, "image.md5")
        medium = self.media.add("image", "image", data)
        return {"media_id": medium.media_id, "bytes": len(data)}
