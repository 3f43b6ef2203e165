"""The intelligent bot over its long connection, as a simulated platform."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Iterable, Mapping
from pathlib import PurePath
from typing import Any

from aiohttp import web

from bot.simulator.faults import Faults
from bot.simulator.parts import ClickAnswer, Message, Pace, Shown, WireLog
from bot.simulator.wecom import taps
from bot.simulator.wecom.addresses import Addresses
from bot.simulator.wecom.config import BotConfig
from bot.simulator.wecom.gateway import Gateway, Push
from bot.simulator.wecom.media import Media
from bot.simulator.wecom.pieces import Uploads
from bot.simulator.wecom.replies import Asked, Replies

_PICTURES = (".jpg", ".jpeg", ".png", ".gif", ".bmp", ".webp")


class BotSim:
    """One bot of one firm. Implements :class:`bot.simulator.parts.Platform`. May be looked at and turned while it
    runs: ``courier`` (the gateway: connections, lost events), ``replies`` (quotas, card views), ``addresses``,
    ``faults.profile``."""

    name = "wecombot"

    def __init__(
        self,
        config: BotConfig | None = None,
        *,
        users: Mapping[str, str] | None = None,
        faults: Faults | None = None,
        pace: Pace | None = None,
        wire: WireLog | None = None,
        shown: Shown | None = None,
        seed: int = 0,
    ) -> None:
        """``users``: userid → name; whoever acts without being in it is added."""
        self.config = config or BotConfig()
        self.users = dict(users or {})
        self.faults, self.pace, self.wire = faults or Faults(seed), pace or Pace(), wire or WireLog()
        self.shown = shown or Shown(self.name)
        self.media = Media(self.pace)
        self.group_names: dict[str, str] = {}
        self._originals: dict[str, bytes] = {}  # by message id: a quotation brings the picture again
        self.addresses = Addresses(self.config, self.pace)
        self.uploads = Uploads(self.media, self.pace)
        self.replies = Replies(self.config, self.shown, self.media, self.pace)
        self.courier = Gateway(self.config, self.pace, self.faults, self.wire)
        self.courier.commands = {
            "aibot_respond_msg": self.replies.respond,
            "aibot_respond_welcome_msg": self.replies.welcome,
            "aibot_respond_update_msg": self.replies.update,
            "aibot_send_msg": self.replies.send,
            "aibot_upload_media_init": lambda _req_id, body: self.uploads.init(body),
            "aibot_upload_media_chunk": lambda _req_id, body: self.uploads.piece(body),
            "aibot_upload_media_finish": lambda _req_id, body: self.uploads.finish(body),
        }

    # ---------------------------------------------------------------- life

    def routes(self) -> list[web.RouteDef]:
        return [*self.courier.routes(), *self.addresses.routes()]

    async def start(self) -> None:
        """Nothing to begin: whoever connects is served."""

    async def stop(self) -> None:
        await self.courier.stop()

    def acknowledged(self) -> set[str]:
        return set(self.courier.acknowledged)

    def pending(self) -> int:
        return self.courier.pending()

    @property
    def lost(self) -> list[str]:
        """Keys of events that nobody was there for."""
        return self.courier.lost

    async def connections(self, do: str, code: int = 1000) -> int:
        """Do something to the long connections: close (with ``code``), abort, silent, deaf (new ones silent too),
        speak, evict, refuse (every handshake with HTTP ``code``; 853000: every subscription; 0: no longer), count.
        Returns how many were concerned.

        Raises:
            ValueError: there is no such thing to do.
        """
        gateway = self.courier
        match do:
            case "close":
                return await gateway.close(code)
            case "abort":
                return gateway.abort()
            case "silent" | "deaf":
                return gateway.go_silent(True, new_ones_too=do == "deaf")
            case "speak":
                return gateway.go_silent(False)
            case "evict":
                return await gateway.evict()
            case "refuse":
                gateway.refuse = code
                return len(gateway.connections)
            case "count":
                return len(gateway.connections)
        raise ValueError("do is one of close, abort, silent, deaf, speak, evict, refuse, count")

    # ---------------------------------------------------------------- groups

    def add_group(self, name: str, members: Iterable[str]) -> str:
        """A new group with the bot in it; returns its chat id."""
        chat = f"wr{secrets.token_urlsafe(20)}"
        self.group_names[chat] = name
        self.replies.groups[chat] = list(dict.fromkeys(members))
        return chat

    # ---------------------------------------------------------------- what users do

    async def say(self, account: str, text: str, chat: str | None = None, quote: str | None = None) -> str:
        """A text. In a group it reaches the bot only when it names it (``@`` and its name)."""
        reaches = not self._is_group(account, chat) or self._named(text)
        return self._message(account, chat, "text", {"content": text}, text, quote=quote, reaches=reaches)

    async def send_file(self, account: str, name: str, data: bytes, chat: str | None = None) -> str:
        """A picture, video (.mp4) or file, by the name's ending. In groups these do not reach the bot."""
        ending = PurePath(name).suffix.lower()
        kind = "image" if ending in _PICTURES else "video" if ending == ".mp4" else "file"
        part = self.addresses.give_out(name, data)
        shown = {"name": name, "bytes": len(data)}
        reaches = not self._is_group(account, chat)
        return self._message(account, chat, kind, part, shown, reaches=reaches, data=data)

    async def send_mixed(self, account: str, text: str, pictures: Mapping[str, bytes], chat: str | None = None) -> str:
        """Text and pictures (name → bytes) in one message."""
        items: list[dict[str, Any]] = [{"msgtype": "text", "text": {"content": text}}]
        for name, data in pictures.items():
            items.append({"msgtype": "image", "image": self.addresses.give_out(name, data)})
        reaches = not self._is_group(account, chat) or self._named(text)
        shown = {"text": text, "pictures": list(pictures)}
        return self._message(account, chat, "mixed", {"msg_item": items}, shown, reaches=reaches)

    async def send_voice(self, account: str, words: str) -> str:
        """A voice message; it arrives as what the platform understood."""
        return self._message(account, None, "voice", {"content": words}, words)

    async def enter(self, account: str) -> bool:
        """A user opens the chat for the first time that day. Whether anybody was connected to hear of it."""
        req_id = secrets.token_urlsafe(16)
        self.replies.asked[req_id] = Asked("enter", account, account)
        there = self.courier.live is not None
        self.send_event(account, {"eventtype": "enter_chat"}, req_id=req_id)
        return there

    def send_event(
        self, account: str, event: dict[str, Any], chat: str | None = None, *, req_id: str = ""
    ) -> dict[str, Any]:
        """Any event, such as feedback_event; ``event`` has its eventtype. Never delivered twice, never kept. Returns
        the callback's body."""
        group = chat if chat in self.replies.groups else None
        body = {**self.courier.event_body(event), **self._place(account, group)}
        push = Push(self._key(body), "aibot_event_callback", body, req_id or secrets.token_urlsafe(16), keep=False)
        self.courier.push(push, repeats=False)
        return body

    async def click(self, account: str, ref: str, token: str, values: dict[str, str] | None = None) -> ClickAnswer:
        """Tap the button with key ``token``. ``values``: question key → option id. Waits for the update, at most for
        the click's window."""
        message = self.shown.messages.get(ref)
        if message is None or message.kind != "card" or account not in self._audience(message.chat):
            return ClickAnswer(error="this person has no such card")
        try:
            card = taps.version_with([*message.versions, self.replies.seen(ref, account)], token)
            chosen = taps.selected(card, values)
        except taps.CannotTap as problem:
            return ClickAnswer(error=str(problem))
        tap: dict[str, Any] = {"card_type": card["card_type"], "event_key": token, "task_id": ref}
        if chosen:
            items = [{"question_key": question, "option_ids": {"option_id": ids}} for question, ids in chosen]
            tap["selected_items"] = {"selected_item": items}
        event = {"eventtype": "template_card_event", "template_card_event": tap}
        req_id, began = secrets.token_urlsafe(16), time.monotonic()
        updated = asyncio.get_running_loop().create_future()
        self.replies.asked[req_id] = Asked("click", message.chat, account, ref, updated=updated)
        body = self.send_event(account, event, message.chat, req_id=req_id)
        try:
            async with asyncio.timeout(self.config.click_seconds):
                seen = await updated
        except TimeoutError:
            lost = self._key(body) in self.courier.lost
            error = "nobody was connected" if lost else "no update within the click's window"
            return ClickAnswer(seconds=time.monotonic() - began, error=error)
        return ClickAnswer(card=seen, seconds=time.monotonic() - began)

    # ---------------------------------------------------------------- inside

    def _audience(self, chat: str) -> list[str]:
        return self.replies.groups.get(chat, [chat])

    def _is_group(self, account: str, chat: str | None) -> bool:
        self.users.setdefault(account, account)
        if chat in (None, account):
            return False
        if account not in self.replies.groups.get(str(chat), []):
            raise ValueError("not a member of that group")
        return True

    def _named(self, text: str) -> bool:
        return f"@{self.config.bot_name}" in text

    def _place(self, account: str, group: str | None) -> dict[str, Any]:
        where = {"chatid": group, "chattype": "group"} if group else {"chattype": "single"}
        return {**where, "from": {"userid": account}}

    def _key(self, body: Mapping[str, Any]) -> str:
        return f"wecombot:{self.config.bot_id}:{body['msgid']}"

    def _message(
        self,
        account: str,
        chat: str | None,
        kind: str,
        part: dict[str, Any],
        shown: Any,
        *,
        quote: str | None = None,
        reaches: bool = True,
        data: bytes | None = None,
    ) -> str:
        group = chat if chat in self.replies.groups else None
        place, msgid, req_id = group or account, secrets.token_urlsafe(24), secrets.token_urlsafe(16)
        self.shown.add(Message(msgid, place, account, kind, shown, time.time(), reply_to=quote))
        if data is not None:
            self._originals[msgid] = data
        if not reaches:
            return msgid
        self.replies.spoken.add(place)
        self.replies.asked[req_id] = Asked("message", place, account)
        body = {
            "msgid": msgid,
            "create_time": int(time.time()),
            "aibotid": self.config.bot_id,
            **self._place(account, group),
            "msgtype": kind,
            kind: part,
        }
        if quote is not None:
            body["quote"] = self._quoted(quote)
        self.courier.push(Push(self._key(body), "aibot_msg_callback", body, req_id, keep=True))
        return msgid

    def _quoted(self, ref: str) -> dict[str, Any]:
        """The quoted message's content; its id is not told."""
        message = self.shown.messages[ref]
        if message.kind in ("text", "markdown", "voice"):
            return {"msgtype": "text", "text": {"content": message.body}}
        if message.kind == "card":
            return {"msgtype": "text", "text": {"content": message.body.get("main_title", {}).get("title", "")}}
        if message.kind == "mixed":
            return {"msgtype": "text", "text": {"content": message.body["text"]}}
        data = self._originals.get(ref)
        if data is None:  # one of the bot's own
            medium = self.media.get(message.body["media_id"])
            data = medium.data if medium is not None else b""
        part = self.addresses.give_out(message.body["name"], data)
        return {"msgtype": message.kind, message.kind: part}
