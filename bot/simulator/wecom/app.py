"""The self-built app and the group webhooks, as one simulated platform."""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import json
import secrets
import time
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

from aiohttp import web

from bot.simulator.faults import Faults
from bot.simulator.parts import ClickAnswer, Message, Pace, Shown, WireLog
from bot.simulator.wecom import media_api, passive, taps
from bot.simulator.wecom.callbacks import Callbacks, Outcome
from bot.simulator.wecom.config import WecomConfig
from bot.simulator.wecom.desk import Desk, Refused
from bot.simulator.wecom.group import GroupWebhooks
from bot.simulator.wecom.media import Media, looks_like
from bot.simulator.wecom.sending import Sending, cut

#: What tells one event from another (facts 1.3), since events have no id; in the order of Danju's key for them.
EVENT_FIELDS = (
    *("FromUserName", "CreateTime", "Event", "EventKey", "TaskId"),
    *("ChangeType", "AgentID", "UserID", "ResponseCode"),
)
_THUMBNAIL = b"\xff\xd8\xff\xd9"
_PICTURES = (".jpg", ".jpeg", ".png", ".gif", ".bmp", ".webp")


class WecomSim:
    """One firm with one app. All parts may be looked at and turned while it runs: ``desk`` (tokens, trusted address,
    refusals), ``sending`` (quotas, codes, cards), ``courier`` (lost events, refused replies), ``faults.profile``."""

    name = "wecom"

    def __init__(
        self,
        config: WecomConfig | None = None,
        *,
        users: Mapping[str, str] | None = None,
        faults: Faults | None = None,
        pace: Pace | None = None,
        wire: WireLog | None = None,
        shown: Shown | None = None,
        seed: int = 0,
    ) -> None:
        """``users``: userid → name; whoever acts without being in it is added."""
        self.config = config or WecomConfig()
        self.users = dict(users or {})
        self.faults, self.pace, self.wire = faults or Faults(seed), pace or Pace(), wire or WireLog()
        self.shown = shown or Shown(self.name)
        self.media = Media(self.pace)
        self.desk = Desk(self.name, self.pace, self.faults, self.wire)
        self.sending = Sending(self.config, self.users, self.shown, self.media, self.pace)
        self.groups = GroupWebhooks(self.config.webhooks, self.shown, self.media, self.pace)
        self.courier = Callbacks(self.config, self.pace, self.faults, self.wire)
        self._msg_ids = itertools.count(secrets.randbelow(2**61) + 2**61)
        self._followers: set[asyncio.Task[Any]] = set()

    # ---------------------------------------------------------------- life

    async def verify_callback(self) -> str:
        """Save the address as in the administration page: empty when it is taken, else the page's complaint."""
        return await self.courier.verify()

    def routes(self) -> list[web.RouteDef]:
        route, api = self.desk.route, "/cgi-bin"
        return [
            route("GET", f"{api}/gettoken", self._gettoken, token=False),
            route("POST", f"{api}/message/send", self.sending.send),
            route("POST", f"{api}/message/update_template_card", self.sending.update),
            route("POST", f"{api}/message/recall", self.sending.recall),
            route("POST", f"{api}/media/upload", lambda request: media_api.take_upload(request, self.media)),
            route("GET", f"{api}/media/get", lambda request: media_api.give(request, self.media)),
            route("GET", f"{api}/user/get", self._user),
            route("GET", f"{api}/user/simplelist", self._members),
            route("GET", f"{api}/getcallbackip", self._addresses),
            route("GET", f"{api}/get_api_domain_ip", self._addresses),
            route("POST", f"{api}/webhook/send", self.groups.send, token=False),
            route("POST", f"{api}/webhook/upload_media", self.groups.upload, token=False),
            web.get("/wecom-picture/{media_id}", self._picture),
        ]

    async def start(self) -> None:
        await self.courier.start()

    async def stop(self) -> None:
        for task in tuple(self._followers):
            task.cancel()
        await asyncio.gather(*self._followers, return_exceptions=True)
        await self.courier.stop()

    # ---------------------------------------------------------------- small APIs

    async def _gettoken(self, request: web.Request) -> dict[str, Any]:
        if request.query.get("corpid") != self.config.corp_id:
            raise Refused(40013, "invalid corpid")
        if request.query.get("corpsecret") != self.config.secret:
            raise Refused(40001, "invalid credential")
        token, seconds = self.desk.tokens.issue()
        return {"errcode": 0, "errmsg": "ok", "access_token": token, "expires_in": seconds}

    async def _user(self, request: web.Request) -> dict[str, Any]:
        wanted = request.query.get("userid", "").lower()
        for account, name in self.users.items():
            if account.lower() == wanted:
                one = {"userid": account, "name": name, "department": [1], "position": "", "status": 1}
                return {"errcode": 0, "errmsg": "ok", **one}
        raise Refused(60111, "userid not found")

    async def _members(self, request: web.Request) -> dict[str, Any]:
        if not request.query.get("department_id", "").isdigit():
            raise Refused(40058, "invalid Request Parameter: department_id")
        found = [{"userid": account, "name": name, "department": [1]} for account, name in self.users.items()]
        return {"errcode": 0, "errmsg": "ok", "userlist": found}

    async def _addresses(self, _request: web.Request) -> dict[str, Any]:
        return {"errcode": 0, "errmsg": "ok", "ip_list": ["127.0.0.1"]}

    async def _picture(self, request: web.Request) -> web.Response:
        medium = self.media.get(request.match_info["media_id"])
        if medium is None:
            raise web.HTTPNotFound
        return web.Response(body=medium.data, content_type=looks_like(medium.data))

    # ---------------------------------------------------------------- what users do

    def send_message(self, account: str, kind: str, fields: Mapping[str, Any], shown: Any) -> str:
        """Any message type, with the documented fields. Returns its MsgId; delivery goes on by itself."""
        msg_id = next(self._msg_ids)
        tree = {**self._common(account, kind), **fields, "MsgId": msg_id, "AgentID": int(self.config.agent_id)}
        self.shown.add(Message(str(msg_id), account, account, kind, shown, time.time()))
        task = self.courier.post(tree, f"wecom:{self.config.agent_id}:{msg_id}")
        self._follow(self._after(task, tree, None))
        return str(msg_id)

    def send_event(self, account: str, event: str, **fields: Any) -> asyncio.Task[Outcome]:
        """Any event, such as ``enter_agent``, ``subscribe``, ``unsubscribe``, ``LOCATION``."""
        tree = self._event(account, event, fields)
        task = self.courier.post(tree, self._event_key(tree))
        self._follow(self._after(task, tree, None))
        return task

    def change_contact(self, change: str, account: str, **fields: Any) -> asyncio.Task[Outcome]:
        """The address book changed: ``delete_user``, ``update_user`` …; comes from nobody, for the account."""
        if change == "delete_user":
            self.users.pop(account, None)
        tree = self._event("sys", "change_contact", {"ChangeType": change, "UserID": account, **fields})
        del tree["AgentID"]
        return self.courier.post(tree, self._event_key(tree))

    async def say(self, account: str, text: str, chat: str | None = None, quote: str | None = None) -> str:
        """A text in the app's chat. A quotation does not reach a self-built app.

        Raises:
            ValueError: ``chat`` is a group; messages of groups never reach a self-built app.
        """
        self._direct(account, chat)
        ref = self.send_message(account, "text", {"Content": text}, text)
        self.shown.messages[ref].reply_to = quote
        return ref

    async def send_file(self, account: str, name: str, data: bytes, chat: str | None = None) -> str:
        """A picture, a voice message (.amr), a video (.mp4) or a file, by the name's ending."""
        self._direct(account, chat)
        ending = PurePath(name).suffix.lower()
        kind = "image" if ending in _PICTURES else {".amr": "voice", ".mp4": "video"}.get(ending, "file")
        medium = self.media.add(kind, name, data)
        fields: dict[str, Any] = {"MediaId": medium.media_id}
        if kind == "image":
            fields = {"PicUrl": f"{self.desk.base_url}/wecom-picture/{medium.media_id}", **fields}
        elif kind == "voice":
            fields["Format"] = "amr"
        elif kind == "video":
            fields["ThumbMediaId"] = self.media.add("image", f"{name}.jpg", _THUMBNAIL).media_id
        else:
            fields |= {"FileName": name, "FileSize": len(data)}
        shown = {"name": name, "media_id": medium.media_id, "bytes": len(data)}
        if kind == "file" and not self.config.delivers_files:
            ref = str(next(self._msg_ids))
            self.shown.add(Message(ref, account, account, kind, shown, time.time()))
            return ref
        return self.send_message(account, kind, fields, shown)

    async def click(self, account: str, ref: str, token: str, values: dict[str, str] | None = None) -> ClickAnswer:
        """Tap the button with key ``token`` on this person's own copy of a card. ``values``: question key → option
        id."""
        own = self.sending.copy_of(ref, account)
        if own is None:
            return ClickAnswer(error="this person has no such card")
        try:
            card = taps.version_with(self.shown.messages[own].versions, token)
            chosen = taps.selected(card, values)
        except taps.CannotTap as problem:
            return ClickAnswer(error=str(problem))
        task_id = str(card["task_id"])
        code = self.sending.new_code(self.sending.tasks[task_id])
        fields: dict[str, Any] = {
            "EventKey": token,
            "TaskId": task_id,
            "CardType": card["card_type"],
            "ResponseCode": code,
        }
        if chosen:
            items = [{"QuestionKey": question, "OptionIds": {"OptionId": ids}} for question, ids in chosen]
            fields["SelectedItems"] = {"SelectedItem": items}
        menu = token in taps.menu_keys(card)
        tree = self._event(account, "template_card_menu_event" if menu else "template_card_event", fields)
        task = self.courier.post(tree, self._event_key(tree))
        versions = len(self.shown.messages[own].versions)
        outcome = await self._after(task, tree, own)
        message = self.shown.messages[own]
        changed = message.body if len(message.versions) > versions else None
        if outcome.reply and changed is not None and self.config.passive_spends_code:
            self.sending.codes[code].spent = True
        return ClickAnswer(card=changed, seconds=outcome.seconds, error=outcome.error)

    # ---------------------------------------------------------------- what became of it

    def acknowledged(self) -> set[str]:
        return set(self.courier.acknowledged)

    def pending(self) -> int:
        return self.courier.pending()

    async def settled(self) -> None:
        """Until nothing is to be delivered any more and every reply has been shown."""
        await self.courier.settled()
        if self._followers:
            await asyncio.wait(self._followers)

    @property
    def lost(self) -> list[str]:
        """Keys of events that three deliveries did not bring home."""
        return self.courier.lost

    # ---------------------------------------------------------------- inside

    def _direct(self, account: str, chat: str | None) -> None:
        self.users.setdefault(account, account)
        if chat not in (None, account):
            raise ValueError("a self-built app has no group chats")

    def _common(self, account: str, kind: str) -> dict[str, Any]:
        return {
            "ToUserName": self.config.corp_id,
            "FromUserName": account,
            "CreateTime": int(time.time()),
            "MsgType": kind,
        }

    def _event(self, account: str, event: str, fields: Mapping[str, Any]) -> dict[str, Any]:
        return {**self._common(account, "event"), "Event": event, **fields, "AgentID": int(self.config.agent_id)}

    def _event_key(self, tree: Mapping[str, Any]) -> str:
        parts = json.dumps([str(tree.get(name, "")) for name in EVENT_FIELDS], ensure_ascii=True)
        return f"wecom:{self.config.agent_id}:{hashlib.sha256(parts.encode()).hexdigest()}"

    def _follow(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._followers.add(task)
        task.add_done_callback(self._followers.discard)

    async def _after(self, task: asyncio.Task[Outcome], tree: dict[str, Any], own: str | None) -> Outcome:
        """Show what the passive reply says; what the platform cannot accept is noted, not shown."""
        outcome = await task
        if outcome.reply:
            try:
                self._apply(outcome.reply, tree, own)
            except (ValueError, Refused) as problem:
                outcome.error = f"passive reply: {problem}"
                self.courier.bad_replies.append(outcome.error)
        return outcome

    def _apply(self, reply: dict[str, Any], tree: dict[str, Any], own: str | None) -> None:
        kind = passive.check(reply, tree)
        if kind == "update_button":
            text = (reply.get("Button") or {}).get("ReplaceName")
            if not isinstance(text, str) or not text or own is None:
                raise ValueError("Button/ReplaceName")
            self.sending.replace_button(own, text)
        elif kind == "update_template_card":
            inner = reply.get("TemplateCard")
            if not isinstance(inner, dict) or own is None:
                raise ValueError("TemplateCard")
            card = passive.card_of(inner)
            self.shown.change(own, self.sending.replacement(self.sending.tasks[str(tree["TaskId"])], card))
        else:
            body = cut(str(reply.get("Content", ""))) if kind == "text" else reply.get(kind.capitalize())
            if not body:
                raise ValueError("empty")
            ref = f"passive-{secrets.token_hex(12)}"
            self.shown.add(Message(ref, str(tree["FromUserName"]), "bot", kind, body, time.time()))
