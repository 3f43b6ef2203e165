"""The token call, people, chats and the bot itself (facts/feishu.md §3)."""

from __future__ import annotations

import secrets
from typing import Any

from aiohttp import web

from bot.simulator.faults import Faults
from bot.simulator.feishu.answers import Refused, Reply, ok
from bot.simulator.feishu.api import Api, Call
from bot.simulator.feishu.world import World

_MEMBER_PAGE = 100
_ID_TYPES = frozenset({"open_id", "union_id", "user_id"})


class Directory:
    def __init__(self, world: World, faults: Faults) -> None:
        self._world = world
        self._faults = faults

    def routes(self, api: Api) -> list[web.RouteDef]:
        return [
            api.route("POST", "/open-apis/auth/v3/tenant_access_token/internal", self.token, token=False),
            api.route("GET", "/open-apis/bot/v3/info", self.bot),
            api.route("POST", "/open-apis/contact/v3/users/batch_get_id", self.batch_get_id),
            api.route("GET", "/open-apis/contact/v3/users/{user_id}", self.user),
            api.route("GET", "/open-apis/im/v1/chats/{chat_id}", self.chat),
            api.route("GET", "/open-apis/im/v1/chats/{chat_id}/members", self.members),
        ]

    async def token(self, call: Call) -> Reply:
        config = self._world.config
        app_id, secret = call.body.get("app_id"), call.body.get("app_secret")
        if not isinstance(app_id, str) or not isinstance(secret, str) or not app_id or app_id != config.app_id:
            raise Refused(10003, "invalid param", plain=True, status=400)
        if not secrets.compare_digest(secret.encode("utf-8", "replace"), config.app_secret.encode()):
            raise Refused(10015, "app secret invalid", plain=True, status=400)
        token, left = self._world.token(self._faults.profile.revoke_token_seconds)
        return Reply({"code": 0, "msg": "ok", "tenant_access_token": token, "expire": left})

    async def bot(self, call: Call) -> Reply:
        config = self._world.config
        info = {
            "activate_status": 2,
            "app_name": config.app_name,
            "avatar_url": "",
            "ip_white_list": [],
            "open_id": config.bot_open_id,
        }
        return Reply({"code": 0, "msg": "ok", "bot": info})

    async def user(self, call: Call) -> Reply:
        id_type = call.query.get("user_id_type", "open_id")
        account = self._world.account_of(call.params["user_id"], id_type)
        if account is None:
            raise Refused(99992351, f"id not exist, not a valid {id_type}")
        if account in self._world.left:
            raise Refused(41050, "no user authority error")
        user: dict[str, Any] = {**self._world.ids(account), "name": self._world.users[account], "en_name": ""}
        if account in self._world.mobiles:
            user["mobile"] = "+86" + self._world.mobiles[account].removeprefix("+86")
        return ok({"user": user})

    async def batch_get_id(self, call: Call) -> Reply:
        id_type = call.query.get("user_id_type", "open_id")
        if id_type not in _ID_TYPES:
            raise Refused(99992402, "field validation failed: user_id_type")
        found: list[dict[str, str]] = []
        for field, name, known in (
            ("mobiles", "mobile", self._world.mobiles),
            ("emails", "email", self._world.emails),
        ):
            asked = call.body.get(field) or []
            if not isinstance(asked, list) or len(asked) > 50:
                raise Refused(40001, "param error", plain=True)
            for value in asked:
                entry = {name: str(value)}
                account = next((who for who, theirs in known.items() if theirs == value), None)
                if account is not None and account not in self._world.left:
                    entry["user_id"] = self._world.ids(account)[id_type]
                found.append(entry)
        return ok({"user_list": found})

    async def chat(self, call: Call) -> Reply:
        chat = self._world.chats.get(call.params["chat_id"])
        if chat is None or not chat.has_bot:
            raise Refused(232011, "Operator can NOT be out of the chat.")
        return ok({"name": chat.name, "chat_mode": chat.kind, "user_count": str(len(chat.members)), "bot_count": "1"})

    async def members(self, call: Call) -> Reply:
        chat = self._world.chats.get(call.params["chat_id"])
        if chat is None or not chat.has_bot:
            raise Refused(232011, "Operator can NOT be out of the chat.")
        id_type = call.query.get("member_id_type", "open_id")
        size, start = call.query.get("page_size", "20"), call.query.get("page_token", "") or "0"
        numbers = all(word.isascii() and word.isdigit() and len(word) < 10 for word in (size, start))
        if not numbers or not 1 <= int(size) <= _MEMBER_PAGE or id_type not in _ID_TYPES:
            raise Refused(99992402, "field validation failed: page_size, page_token")
        first, last = int(start), int(start) + int(size)
        items = [
            {
                "member_id_type": id_type,
                "member_id": self._world.ids(account)[id_type],
                "name": self._world.users[account],
                "tenant_key": self._world.config.tenant_key,
            }
            for account in chat.members[first:last]
        ]
        more = last < len(chat.members)
        page = {"items": items, "has_more": more, "page_token": str(last) if more else ""}
        return ok(page | {"member_total": len(chat.members)})
