"""The simulated platform as tests, the page and the load driver use it."""

from __future__ import annotations

import json
import random
import re
import time
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any

from aiohttp import web

from bot.simulator.faults import Faults
from bot.simulator.feishu import cards, events, taps
from bot.simulator.feishu.api import Api
from bot.simulator.feishu.config import FeishuConfig
from bot.simulator.feishu.courier import Courier
from bot.simulator.feishu.directory import Directory
from bot.simulator.feishu.gateway import Gateway
from bot.simulator.feishu.limits import Limits
from bot.simulator.feishu.media import Media
from bot.simulator.feishu.messages import Messages
from bot.simulator.feishu.transport import Fate, Outcome, Transport
from bot.simulator.feishu.webhook import Webhook
from bot.simulator.feishu.world import Chat, Resource, Sent, World
from bot.simulator.parts import ClickAnswer, Pace, Shown, WireLog

_IMAGES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".ico", ".tiff", ".heic"})
_AUDIO = frozenset({".opus", ".m4a", ".amr"})
_VIDEO = frozenset({".mp4", ".mov"})
_MENTION = re.compile(r"@([^\s@，。,：:]+)")


class FeishuSim:
    """One app of one tenant. Implements :class:`bot.simulator.parts.Platform`.

    ``users`` maps open_id to name; whoever acts without being in it is added. Give a seed through ``faults`` and
    ``seed`` to replay a run.
    """

    name = "feishu"

    def __init__(
        self,
        config: FeishuConfig | None = None,
        *,
        users: Mapping[str, str] | None = None,
        faults: Faults | None = None,
        pace: Pace | None = None,
        wire: WireLog | None = None,
        shown: Shown | None = None,
        seed: int = 0,
    ) -> None:
        self.config = config or FeishuConfig()
        self.users: dict[str, str] = dict(users or {})
        self.faults = faults or Faults(seed)
        self.pace = pace or Pace()
        self.wire = wire or WireLog()
        self.shown = shown or Shown(self.name)
        self.world = World(self.config, self.shown, self.users)
        chance = random.Random(seed)
        self.gateway = Gateway(self.config, self.pace, self.wire, random.Random(chance.random()))
        self.webhook = Webhook(self.config, self.wire)
        self.courier = Courier(self._transport, self.faults, self.pace, random.Random(chance.random()))
        self._media = Media(self.world)
        self._messages = Messages(self.world, Limits(self.world.now, self.pace.limits))
        self._directory = Directory(self.world, self.faults)

    def _transport(self) -> Transport:
        return self.gateway if self.config.mode == "ws" else self.webhook

    # ---------------------------------------------------------------- life

    def routes(self) -> list[web.RouteDef]:
        api = Api(self.world, self.faults, self.wire)
        parts = (self._messages, self._media, self._directory)
        return [route for part in parts for route in part.routes(api)] + self.gateway.routes()

    async def start(self) -> None:
        await self.webhook.start()

    async def stop(self) -> None:
        await self.courier.stop()
        await self.gateway.close(1001)
        await self.webhook.stop()

    def acknowledged(self) -> set[str]:
        return set(self.courier.acknowledged)

    def pending(self) -> int:
        return self.courier.pending()

    @property
    def lost(self) -> list[str]:
        """Keys of events that were given up after the last redelivery."""
        return list(self.courier.lost)

    async def settled(self) -> None:
        """Wait until every event is acknowledged or given up."""
        await self.courier.settled()

    def set_callback(self, url: str) -> None:
        """Push events and clicks to this address instead of over long connections; empty: over those again."""
        self.config.mode = "webhook" if url else "ws"
        self.config.callback_url = url

    async def connections(self, do: str, code: int = 1000) -> int:
        """Do something to the long connections: close (with ``code``), abort, silent, deaf (new ones silent too),
        speak, evict, refuse (discovery answers ``code``; 0: no longer), count. Returns how many were concerned.

        Raises:
            ValueError: there is no such thing to do.
        """
        gateway = self.gateway
        match do:
            case "close":
                return await gateway.close(code)
            case "abort":
                return gateway.abort()
            case "silent" | "deaf":
                return gateway.go_silent(new_ones_too=do == "deaf")
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

    # ---------------------------------------------------------------- chats

    def direct_chat(self, account: str) -> str:
        """The id of the person's chat with the bot."""
        self.world.meet(account)
        return self.world.direct(account).id

    def add_group(self, name: str, members: Sequence[str], *, has_bot: bool = True, chat: str = "") -> str:
        """A group chat. Returns its id; ``has_bot`` False: the bot can neither read nor write there."""
        for account in members:
            self.world.meet(account)
        chat_id = chat or self.world.new_id("oc_")
        self.world.chats[chat_id] = Chat(chat_id, "group", list(members), name, has_bot)
        return chat_id

    def resource(self, key: str) -> Resource:
        """An uploaded or sent image or file.

        Raises:
            KeyError: there is none.
        """
        return self.world.resources[key]

    def show_card(self, account: str, card: dict[str, Any]) -> str:
        """A card of the bot in the person's direct chat, as if the app had sent it; returns its message id.

        Raises:
            bot.simulator.feishu.answers.Refused: the platform would not take the card.
        """
        cards.check(card)
        chat = self.world.chats[self.direct_chat(account)]
        sent = Sent(self.world.new_id("om_"), chat, "bot", "interactive", _json(card), self.world.send_time())
        return self.world.add(sent, card, "card").id

    # ---------------------------------------------------------------- what people do

    async def say(self, account: str, text: str, chat: str | None = None, quote: str | None = None) -> str:
        sent = self._make(account, "text", chat, quote)
        wire_text, sent.mentions = self._mentions(text)
        sent.content = _json({"text": wire_text})
        self._send(sent, text, "text")
        return sent.id

    async def send_file(self, account: str, name: str, data: bytes, chat: str | None = None) -> str:
        ending = PurePath(name).suffix.lower()
        kind = (
            "image" if ending in _IMAGES else "audio" if ending in _AUDIO else "media" if ending in _VIDEO else "file"
        )
        resource = self._media.keep("image" if kind == "image" else "file", name, data, account)
        sent = self._make(account, kind, chat, None)
        sent.resources.add(resource.key)
        body: dict[str, Any] = {"image_key" if kind == "image" else "file_key": resource.key}
        if kind in ("file", "media"):
            body["file_name"] = name
        if kind in ("audio", "media"):
            body["duration"] = 3000
        sent.content = _json(body)
        self._send(sent, {**body, "name": name, "size": len(data)}, kind)
        return sent.id

    async def send_post(
        self,
        account: str,
        text: str,
        pictures: Sequence[tuple[str, bytes]] = (),
        chat: str | None = None,
        *,
        title: str = "",
        quote: str | None = None,
    ) -> str:
        """A rich text: a photo with a caption arrives like this. ``pictures`` are (name, bytes)."""
        sent = self._make(account, "post", chat, quote)
        sent.mentions = self._mentions(text)[1]
        rows: list[list[dict[str, Any]]] = [self._post_row(line, sent.mentions) for line in text.split("\n") if line]
        for name, data in pictures:
            resource = self._media.keep("image", name, data, account)
            sent.resources.add(resource.key)
            rows.append([{"tag": "img", "image_key": resource.key, "width": 800, "height": 600}])
        content = {"title": title, "content": rows}
        sent.content = _json(content)
        self._send(sent, content, "post")
        return sent.id

    async def forward(self, account: str, refs: Sequence[str], chat: str | None = None) -> str:
        """Forward messages as one chat record (merge_forward); children are read with GET messages/:id."""
        outer = self._make(account, "merge_forward", chat, None)
        outer.content = _json({"content": "Merged and Forwarded Message"})
        for ref in refs:
            source = self.world.messages[ref]
            child = Sent(self.world.new_id("om_"), source.chat, source.sender, source.kind, source.content, source.at)
            child.upper, child.resources, child.mentions = outer.id, set(source.resources), source.mentions
            self.world.messages[child.id] = child
            outer.children.append(child.id)
        self._send(outer, {"forwarded": list(refs)}, "merge_forward")
        return outer.id

    async def send_other(self, account: str, kind: str, content: dict[str, Any], chat: str | None = None) -> str:
        """A message of any other type (sticker, location, share_user, interactive …) with this content."""
        sent = self._make(account, kind, chat, None)
        sent.content = _json(content)
        self._send(sent, content, kind)
        return sent.id

    async def recall(self, account: str, ref: str) -> None:
        """The author takes the message back.

        Raises:
            PermissionError: it is somebody else's.
        """
        sent = self.world.messages[ref]
        if sent.sender != account:
            raise PermissionError("only the author recalls a message")
        sent.deleted = True
        self.shown.messages[ref].recalled = True
        if self._bot_sees(sent):
            self.courier.push(events.recalled(self.world, sent))

    async def enter(self, account: str) -> None:
        """The person opens the chat with the bot."""
        self.world.meet(account)
        self.courier.push(events.entered(self.world, account))

    async def menu(self, account: str, event_key: str) -> None:
        """The person picks an entry of the bot's menu."""
        self.world.meet(account)
        self.courier.push(events.menu(self.world, account, event_key))

    async def invite_bot(self, account: str, chat: str) -> None:
        """Somebody adds the bot to a group."""
        self.world.chats[chat].has_bot = True
        self.courier.push(events.bot_added(self.world, chat, account))

    def push_other(self, event_type: str, body: dict[str, Any]) -> str:
        """Any other event. Returns its key."""
        event = events.other(self.world, event_type, body)
        self.courier.push(event)
        return event.key

    # ---------------------------------------------------------------- clicks

    async def click(self, account: str, ref: str, token: str, values: dict[str, str] | None = None) -> ClickAnswer:
        """Newer versions of the card are looked at first; a token that only an older one showed is a tap on a screen
        that has not been refreshed.

        Raises:
            KeyError: no such message.
            bot.simulator.feishu.taps.NoSuchButton: no version of the card carries the token, or a value fits no field.
        """
        tappable = taps.find(reversed(self.shown.messages[ref].versions), token)
        action, complaint = taps.action(tappable, values or {})
        if complaint:
            return ClickAnswer(toast=complaint, tone="error", error="client")
        return await self.tap(account, ref, action)

    async def tap(self, account: str, ref: str, action: dict[str, Any]) -> ClickAnswer:
        """A tap that sends exactly this ``event.action``, also one that the card never offered."""
        self.world.meet(account)
        sent = self.world.messages[ref]
        event = events.click(self.world, account, sent, action)
        begun = time.monotonic()
        sent.busy += 1
        try:
            outcome = await self._transport().deliver(event, click=True)
        finally:
            sent.busy -= 1
            sent.locked_until = self.world.now() + self.config.card_lock_seconds
        seconds = time.monotonic() - begun
        judged = self._judge(outcome)
        if not judged.error:
            self.courier.acknowledged.add(event.key)
        if judged.card is not None and not sent.deleted:
            self._messages.show_card(sent, judged.card)
        return ClickAnswer(judged.toast, judged.tone, judged.card, seconds, judged.error)

    def _judge(self, outcome: Outcome) -> taps.Judged:
        if outcome.fate is Fate.ANSWERED:
            return taps.judge(outcome.reply)
        if outcome.fate is Fate.EMPTY:
            return taps.Judged(error=taps.EMPTY_ACK if self.config.mode == "ws" else taps.BAD_ANSWER)
        codes = {Fate.LATE: taps.TOO_LATE, Fate.REFUSED: taps.BAD_STATUS, Fate.GARBAGE: taps.BAD_ANSWER}
        return taps.Judged(error=codes.get(outcome.fate, taps.NOT_CONFIGURED))

    # ---------------------------------------------------------------- inside

    def _make(self, account: str, kind: str, chat: str | None, quote: str | None) -> Sent:
        self.world.meet(account)
        where = self.world.direct(account) if chat is None else self.world.chats[chat]
        if where.kind == "group" and account not in where.members:
            raise PermissionError(f"{account} is not in the group")
        sent = Sent(self.world.new_id("om_"), where, account, kind, "", self.world.send_time())
        if quote is not None:
            sent.parent, sent.root = quote, self.world.messages[quote].root or quote
        return sent

    def _send(self, sent: Sent, body: Any, show: str) -> None:
        self.world.add(sent, body, show)
        if self._bot_sees(sent):
            self.courier.push(events.message(self.world, sent))

    def _bot_sees(self, sent: Sent) -> bool:
        """Direct chats; in groups only what names the bot."""
        if sent.chat.kind == "p2p":
            return True
        bot = self.config.bot_open_id
        return sent.chat.has_bot and any(mention["id"].get("open_id") == bot for mention in sent.mentions)

    def _mentions(self, text: str) -> tuple[str, list[dict[str, Any]]]:
        """The wire's text with @_user_n in place of @name, and who they are."""
        known = {name: account for account, name in self.users.items()}
        found: list[dict[str, Any]] = []

        def replace(match: re.Match[str]) -> str:
            name = match[1]
            if name == "所有人":
                return "@_all"
            if name == self.config.app_name:
                ids = {"open_id": self.config.bot_open_id, "union_id": "", "user_id": ""}
            elif name in known:
                ids = {**self.world.ids(known[name]), "user_id": ""}
            else:
                return match[0]
            key = f"@_user_{len(found) + 1}"
            found.append({"key": key, "id": ids, "name": name, "tenant_key": self.config.tenant_key})
            return key

        return _MENTION.sub(replace, text), found

    @staticmethod
    def _post_row(line: str, mentions: list[dict[str, Any]]) -> list[dict[str, Any]]:
        row: list[dict[str, Any]] = []
        rest = line
        for mention in mentions:
            before, at, after = rest.partition(f"@{mention['name']}")
            if not at:
                continue
            if before:
                row.append({"tag": "text", "text": before, "style": []})
            row.append({"tag": "at", "user_id": mention["key"], "user_name": mention["name"], "style": []})
            rest = after
        if rest:
            row.append({"tag": "text", "text": rest, "style": []})
        return row


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
