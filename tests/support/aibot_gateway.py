"""A small WeCom gateway for intelligent bots on loopback, with switches for the ways it fails.

Written from the protocol facts, not from our client: frames {"cmd", "headers": {"req_id"}, "body"}, answers with the
same req_id, ``errcode`` and no cmd.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import itertools
import json
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from aiohttp import WSMsgType, web
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

Frame = dict[str, Any]


FILE_KEY = bytes(range(32))


def encrypted(data: bytes, key: bytes = FILE_KEY) -> bytes:
    """A file as the platform serves it: AES-256-CBC, IV of the key's first half, padded to 32 bytes."""
    pad = 32 - len(data) % 32
    encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return encryptor.update(data + bytes([pad]) * pad) + encryptor.finalize()


class AibotGateway:
    """One bot's gateway. Several connections may be open; the last that subscribed is the live one."""

    def __init__(self, bot_id: str = "bot-1", secret: str = "s3cret") -> None:
        self.bot_id = bot_id
        self.secret = secret
        self.pongs = True
        self.accepts_connections = True
        self.answers_subscriptions = True
        self.chat_type_needed = True  # it may be left out; ours never does, the vendor's SDK always
        self.declines: dict[str, list[int]] = defaultdict(list)  # cmd → error codes of its next requests
        self.silent: dict[str, int] = defaultdict(int)  # cmd → how many of its next requests take effect unanswered
        self.requests: list[Frame] = []  # everything asked, pings and subscriptions too
        self.shown: list[Frame] = []  # bodies of aibot_send_msg that took effect
        self.updates: list[Frame] = []
        self.files: dict[str, bytes] = {}  # media_id → bytes
        self.subscriptions = 0
        self.tries = 0  # connections asked for
        self.transport_pongs: list[bytes] = []  # what our WebSocket pings were answered with
        self.port = 0
        self.served: dict[str, tuple[bytes, dict[str, str]]] = {}  # path → download
        self._live: web.WebSocketResponse | None = None
        self._open: set[web.WebSocketResponse] = set()
        self._uploads: dict[str, dict[str, Any]] = {}
        self._numbers = itertools.count(1)
        self._runner: web.AppRunner | None = None
        self._changed = asyncio.Event()

    # -- life ----------------------------------------------------------------------------------------------------------

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/ws"

    @property
    def http(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self, port: int = 0) -> None:
        app = web.Application(client_max_size=8 * 1024 * 1024)
        app.router.add_get("/ws", self._serve)
        app.router.add_get("/file/{name}", self._download)
        self._runner = web.AppRunner(app, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        self.port = int(self._runner.addresses[0][1])

    async def stop(self) -> None:
        for ws in list(self._open):
            self._abort(ws)
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    # -- what a test does ----------------------------------------------------------------------------------------------

    async def until(self, holds: Callable[[], bool], seconds: float = 10.0) -> None:
        """Wait for something that requests or connections bring about."""
        async with asyncio.timeout(seconds):
            while not holds():
                self._changed.clear()
                if holds():
                    return
                waiting = asyncio.ensure_future(self._changed.wait())
                await asyncio.wait({waiting}, timeout=0.02)
                waiting.cancel()

    async def subscribed(self, count: int) -> None:
        """Wait for the ``count``-th subscription ever."""
        await self.until(lambda: self.subscriptions >= count and self._live is not None)

    async def push(self, cmd: str, body: Any, req_id: str | None = None) -> str:
        """Send a callback to the live connection; returns its req_id."""
        req_id = req_id or f"cb-{next(self._numbers)}"
        await self.raw(json.dumps({"cmd": cmd, "headers": {"req_id": req_id}, "body": body}, ensure_ascii=False))
        return req_id

    async def raw(self, text: str) -> None:
        assert self._live is not None
        await self._live.send_str(text)

    async def raw_bytes(self, data: bytes) -> None:
        assert self._live is not None
        await self._live.send_bytes(data)

    async def ping(self, data: bytes) -> None:
        """A ping of WebSocket itself, not of the protocol above it."""
        assert self._live is not None
        await self._live.ping(data)

    async def say(self, userid: str, text: str, msgid: str | None = None, **more: Any) -> str:
        msgid = msgid or f"msg-{next(self._numbers)}"
        body = {"msgid": msgid, "aibotid": self.bot_id, "chattype": "single", "from": {"userid": userid}}
        await self.push("aibot_msg_callback", body | {"msgtype": "text", "text": {"content": text}} | more)
        return msgid

    async def click(self, userid: str, task_id: str, key: str, **more: Any) -> str:
        event = {"eventtype": "template_card_event"}
        event_body = {"card_type": "button_interaction", "event_key": key, "task_id": task_id} | more
        body = {"msgid": f"ev-{next(self._numbers)}", "aibotid": self.bot_id, "from": {"userid": userid}}
        body |= {"chattype": "single", "msgtype": "event", "event": event | {"template_card_event": event_body}}
        return await self.push("aibot_event_callback", body)

    async def close(self, code: int) -> None:
        """The server closes the connection in good order."""
        assert self._live is not None
        ws, self._live = self._live, None
        await ws.close(code=code)

    def abort(self) -> None:
        """The connection breaks without a word."""
        assert self._live is not None
        ws, self._live = self._live, None
        self._abort(ws)

    async def evict(self) -> None:
        """Somebody else subscribed with the same bot."""
        ws = self._live
        assert ws is not None
        await self.push("aibot_event_callback", {"msgtype": "event", "event": {"eventtype": "disconnected_event"}})
        self._live = None
        await ws.close(code=1000)

    def of(self, cmd: str) -> list[Frame]:
        return [frame for frame in self.requests if frame.get("cmd") == cmd]

    def serve(self, name: str, data: bytes, **headers: str) -> str:
        """Offer a download; returns its address."""
        self.served[name] = (data, headers)
        return f"{self.http}/file/{name}"

    # -- the server ----------------------------------------------------------------------------------------------------

    def _abort(self, ws: web.WebSocketResponse) -> None:
        transport = getattr(ws, "_req").transport  # noqa: B009
        if transport is not None:
            transport.abort()

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        self.tries += 1
        self._changed.set()
        if not self.accepts_connections:
            return web.Response(status=503)
        ws = web.WebSocketResponse(max_msg_size=4 * 1024 * 1024, autoping=False)
        await ws.prepare(request)
        self._open.add(ws)
        try:
            async for message in ws:
                if message.type is WSMsgType.TEXT:
                    await self._take(ws, json.loads(message.data))
                elif message.type is WSMsgType.PING:
                    await ws.pong(message.data)
                elif message.type is WSMsgType.PONG:
                    self.transport_pongs.append(bytes(message.data))
                self._changed.set()
        finally:
            self._open.discard(ws)
            if self._live is ws:
                self._live = None
        return ws

    async def _take(self, ws: web.WebSocketResponse, frame: Frame) -> None:
        self.requests.append(frame)
        cmd, req_id, body = frame.get("cmd", ""), frame["headers"]["req_id"], frame.get("body") or {}
        if cmd == "ping":
            if self.pongs:
                await self._answer(ws, req_id)
            return
        if cmd == "aibot_subscribe":
            await self._subscribe(ws, req_id, body)
            return
        if self._live is not ws:
            await self._answer(ws, req_id, 846609, "not subscribed")
            return
        if self.declines[cmd]:
            await self._answer(ws, req_id, self.declines[cmd].pop(0), "declined")
            return
        answer = getattr(self, f"_on_{cmd}", lambda _body: (40008, "bad cmd", None))(body)
        if self.silent[cmd] > 0:
            self.silent[cmd] -= 1
            return
        await self._answer(ws, req_id, *answer)

    async def _subscribe(self, ws: web.WebSocketResponse, req_id: str, body: Frame) -> None:
        if not self.answers_subscriptions:
            return
        if (body.get("bot_id"), body.get("secret")) != (self.bot_id, self.secret):
            await self._answer(ws, req_id, 853000, "invalid bot_id or secret")
            return
        if self.declines["aibot_subscribe"]:
            await self._answer(ws, req_id, self.declines["aibot_subscribe"].pop(0), "declined")
            return
        if self._live is not None and self._live is not ws:
            await self.evict()
        self._live = ws
        self.subscriptions += 1
        await self._answer(ws, req_id)

    async def _answer(
        self, ws: web.WebSocketResponse, req_id: str, code: int = 0, message: str = "ok", body: Any = None
    ) -> None:
        answer: Frame = {"headers": {"req_id": req_id}, "errcode": code, "errmsg": message}
        if body is not None:
            answer["body"] = body
        await ws.send_str(json.dumps(answer))

    def _on_aibot_send_msg(self, body: Frame) -> tuple[int, str, Any]:
        kind = body.get("msgtype")
        typed = body.get("chat_type") in (1, 2) or not self.chat_type_needed
        if kind == "text" or kind not in body or not typed or not body.get("chatid"):
            return 40008, "invalid message type", None
        self.shown.append(body)
        return 0, "ok", None

    def _on_aibot_respond_welcome_msg(self, body: Frame) -> tuple[int, str, Any]:
        return (0, "ok", None) if body.get("msgtype") in ("text", "template_card") else (40008, "invalid", None)

    def _on_aibot_respond_update_msg(self, body: Frame) -> tuple[int, str, Any]:
        if body.get("response_type") != "update_template_card":
            return 40008, "invalid", None
        self.updates.append(self.requests[-1])
        return 0, "ok", None

    def _on_aibot_upload_media_init(self, body: Frame) -> tuple[int, str, Any]:
        if not 1 <= body["total_chunks"] <= 100 or body["total_size"] <= 5:
            return 40006, "invalid size", None
        upload_id = f"up-{next(self._numbers)}"
        self._uploads[upload_id] = body | {"chunks": {}}
        return 0, "ok", {"upload_id": upload_id}

    def _on_aibot_upload_media_chunk(self, body: Frame) -> tuple[int, str, Any]:
        data = base64.b64decode(body["base64_data"], validate=True)
        held = self._uploads[body["upload_id"]]
        if len(data) > 512 * 1024 or not 0 <= body["chunk_index"] < held["total_chunks"]:
            return 40006, "invalid chunk", None
        held["chunks"][body["chunk_index"]] = data
        return 0, "ok", None

    def _on_aibot_upload_media_finish(self, body: Frame) -> tuple[int, str, Any]:
        held = self._uploads.pop(body["upload_id"])
        data = b"".join(held["chunks"][number] for number in sorted(held["chunks"]))
        whole = len(held["chunks"]) == held["total_chunks"] and len(data) == held["total_size"]
        if not whole or hashlib.md5(data, usedforsecurity=False).hexdigest() != held["md5"]:
            return 40007, "md5 differs", None
        media_id = f"media-{next(self._numbers)}"
        self.files[media_id] = data
        return 0, "ok", {"type": held["type"], "media_id": media_id, "created_at": "1"}

    async def _download(self, request: web.Request) -> web.Response:
        found = self.served.get(request.match_info["name"])
        if found is None:
            return web.Response(status=403)
        return web.Response(body=found[0], headers=found[1])
