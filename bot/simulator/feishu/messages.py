"""Sending, replying, updating, recalling, reading messages (facts/feishu.md §3)."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web

from bot.simulator.feishu import cards
from bot.simulator.feishu.answers import Refused, Reply, bad_parameter, card_refused, ok
from bot.simulator.feishu.api import Api, Call
from bot.simulator.feishu.config import CARD_DAYS, DAY
from bot.simulator.feishu.events import ms
from bot.simulator.feishu.limits import Limits
from bot.simulator.feishu.world import Chat, Sent, World

_TEXT_BYTES = 150 * 1024
_POST_BYTES = 30 * 1024
_EDITABLE = frozenset({"text", "post"})
_ID_TYPES = frozenset({"open_id", "user_id", "union_id", "email", "chat_id"})
_PREFIX = {"open_id": "ou_", "union_id": "on_"}
_BASE = "/open-apis/im/v1/messages"


class Messages:
    def __init__(self, world: World, limits: Limits) -> None:
        self._world = world
        self._limits = limits

    def routes(self, api: Api) -> list[web.RouteDef]:
        one = _BASE + "/{message_id}"
        return [
            api.route("POST", _BASE, self.send),
            api.route("POST", one + "/reply", self.reply),
            api.route("PATCH", one, self.patch),
            api.route("PUT", one, self.edit),
            api.route("DELETE", one, self.recall),
            api.route("GET", one, self.get),
            api.route("POST", one + "/reactions", self.react),
        ]

    # ---------------------------------------------------------------- endpoints

    async def send(self, call: Call) -> Reply:
        id_type = call.query.get("receive_id_type", "")
        if id_type not in _ID_TYPES:
            raise Refused(99992402, "field validation failed: receive_id_type")
        chat = self._chat(call.text("receive_id"), id_type)
        return self._create(call, chat, None)

    async def reply(self, call: Call) -> Reply:
        parent = self._there(call.params["message_id"])
        return self._create(call, parent.chat, parent)

    async def patch(self, call: Call) -> Reply:
        sent = self._there(call.params["message_id"])
        if sent.sender != "bot" or sent.kind != "interactive":
            raise bad_parameter("only cards sent by this app can be updated")
        if self._world.now() - sent.at > CARD_DAYS * DAY:
            raise Refused(230031, "The message is older than 14 days and can not be updated.")
        card = _parsed(call.text("content"))
        cards.check(card, self._has_image)
        if not (_shared(json.loads(sent.content)) and _shared(card)):
            raise bad_parameter("config.update_multi of the old and the new card must be true")
        if sent.busy or self._world.now() < sent.locked_until:
            raise card_refused(cards.TOO_MUCH, "card action is lock")
        self._limits.spend("patch", sent.id)
        self.show_card(sent, card)
        return ok()

    async def edit(self, call: Call) -> Reply:
        """PUT edits texts and rich texts; a card sent here is a bad parameter (PATCH is the call for cards)."""
        sent = self._there(call.params["message_id"])
        kind = call.text("msg_type")
        if sent.sender != "bot" or sent.kind not in _EDITABLE or kind != sent.kind:
            raise bad_parameter("only texts and posts sent by this app can be edited")
        content = call.text("content")
        body, _ = self._content(kind, content)
        self._limits.spend("edit", sent.id)
        sent.content, sent.updated = content, self._world.now()
        self._world.shown.change(sent.id, body)
        return ok(self.as_item(sent))

    async def recall(self, call: Call) -> Reply:
        sent = self._there(call.params["message_id"])
        if sent.sender != "bot":
            raise Refused(230026, "No permission to recall this message.")
        sent.deleted = True
        self._world.shown.messages[sent.id].recalled = True
        return ok()

    async def get(self, call: Call) -> Reply:
        sent = self._world.message(call.params["message_id"])
        found = [sent, *(self._world.messages[child] for child in sent.children)]
        return ok({"items": [self.as_item(one) for one in found]})

    async def react(self, call: Call) -> Reply:
        sent = self._world.message(call.params["message_id"])
        kind = call.body.get("reaction_type")
        emoji = kind.get("emoji_type") if isinstance(kind, dict) else None
        if not isinstance(emoji, str) or not emoji:
            raise Refused(231001, "reaction type is invalid.")
        reaction_id = self._world.new_id("")
        sent.reactions[reaction_id] = emoji
        operator = {"operator_id": self._world.config.app_id, "operator_type": "app"}
        return ok(
            {
                "reaction_id": reaction_id,
                "operator": operator,
                "action_time": ms(self._world.now()),
                "reaction_type": {"emoji_type": emoji},
            }
        )

    # ---------------------------------------------------------------- inside

    def _there(self, message_id: str) -> Sent:
        known = self._world.messages.get(message_id)
        if known is not None and known.deleted:
            raise Refused(230011, "The message has been recalled.")
        return self._world.message(message_id)

    def _chat(self, receive_id: str, id_type: str) -> Chat:
        world = self._world
        if id_type == "chat_id":
            chat = world.chats.get(receive_id)
            if chat is None:
                raise Refused(230034, "The receive_id is invalid.")
            if not chat.has_bot:
                raise Refused(230002, "Bot can NOT be out of the chat.")
            if chat.kind == "p2p" and chat.members[0] in world.left:
                raise Refused(230013, "Bot has NO availability to this user.")
            return chat
        if not receive_id.startswith(_PREFIX.get(id_type, "")):
            raise Refused(99992351, f"id not exist: {id_type} is invalid")
        account = world.account_of(receive_id, id_type)
        if account is None:
            raise Refused(99992361 if id_type == "open_id" else 230034, "open_id cross app")
        if account in world.left:
            raise Refused(230013, "Bot has NO availability to this user.")
        return world.direct(account)

    def _create(self, call: Call, chat: Chat, parent: Sent | None) -> Reply:
        kind, content = call.text("msg_type"), call.text("content")
        uuid = call.text("uuid", required=False)
        if len(uuid) > 50:
            raise bad_parameter("uuid is longer than 50")
        body, resource = self._content(kind, content)
        self._limits.spend("send", chat.id)
        if uuid:
            same = self._world.same_uuid(uuid)
            if same is not None:
                self._world.shown.messages[same.id].hidden_repeats += 1
                return ok(self.as_item(same))
        sent = Sent(self._world.new_id("om_"), chat, "bot", kind, content, self._world.send_time())
        if parent is not None:
            sent.parent, sent.root = parent.id, parent.root or parent.id
        if resource:
            sent.resources.add(resource)
        self._world.add(sent, body, {"interactive": "card"}.get(kind, kind))
        if uuid:
            self._world.keep_uuid(uuid, sent.id)
        return ok(self.as_item(sent))

    def _content(self, kind: str, content: str) -> tuple[Any, str]:
        """What is shown, and the key of the resource it carries."""
        size = len(content.encode("utf-8", "surrogatepass"))
        if kind == "interactive":
            card = _parsed(content)
            cards.check(card, self._has_image)
            return card, ""
        parsed = _parsed(content)
        if not isinstance(parsed, dict):
            raise bad_parameter("content is not an object in JSON")
        if size > (_POST_BYTES if kind == "post" else _TEXT_BYTES):
            raise Refused(230025, "The length of the message content reaches its limit.")
        if kind == "text":
            if not isinstance(parsed.get("text"), str) or not parsed["text"]:
                raise bad_parameter("text is empty")
            return parsed["text"], ""
        if kind == "post":
            if not parsed or not all(isinstance(one, dict) and "content" in one for one in parsed.values()):
                raise bad_parameter("post has no content in any language")
            return parsed, ""
        if kind in ("image", "file"):
            key = parsed.get(f"{kind}_key")
            resource = self._world.resources.get(key) if isinstance(key, str) else None
            if resource is None or resource.kind != kind:
                raise bad_parameter(f"{kind}_key is invalid")
            if resource.owner != "bot":
                raise Refused(230017, "The bot is not the owner of the resource.")
            return {f"{kind}_key": key, "name": resource.name, "size": len(resource.data)}, resource.key
        raise bad_parameter(f"msg_type {kind[:20]} is not supported")

    def _has_image(self, key: str) -> bool:
        resource = self._world.resources.get(key)
        return resource is not None and resource.kind == "image" and resource.owner == "bot"

    def show_card(self, sent: Sent, card: dict[str, Any]) -> None:
        """The card looks like this from now on, for everybody."""
        sent.content = json.dumps(card, ensure_ascii=False)
        sent.updated = self._world.now()
        self._world.shown.change(sent.id, card)

    def as_item(self, sent: Sent) -> dict[str, Any]:
        config = self._world.config
        by_bot = sent.sender == "bot"
        item: dict[str, Any] = {
            "message_id": sent.id,
            "msg_type": sent.kind,
            "create_time": ms(sent.at),
            "update_time": ms(sent.updated or sent.at),
            "deleted": sent.deleted,
            "updated": bool(sent.updated),
            "chat_id": sent.chat.id,
            "sender": {
                "id": config.app_id if by_bot else sent.sender,
                "id_type": "app_id" if by_bot else "open_id",
                "sender_type": "app" if by_bot else "user",
                "tenant_key": config.tenant_key,
            },
            "body": {"content": sent.content},
        }
        if sent.parent:
            item |= {"root_id": sent.root, "parent_id": sent.parent}
        if sent.upper:
            item["upper_message_id"] = sent.upper
        if sent.mentions:
            item["mentions"] = [
                {"key": m["key"], "id": m["id"]["open_id"], "id_type": "open_id", "name": m["name"]}
                for m in sent.mentions
            ]
        return item


def _parsed(content: str) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        raise bad_parameter("content is not a string in json format") from error


def _shared(card: Any) -> bool:
    config = card.get("config") if isinstance(card, dict) else None
    return isinstance(config, dict) and config.get("update_multi") is True
