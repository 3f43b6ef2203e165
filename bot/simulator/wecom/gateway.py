"""The intelligent bot's gateway: one live WebSocket per bot, events pushed over it, commands answered on it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from bot.simulator.faults import CallFate, Faults
from bot.simulator.parts import Exchange, Pace, WireLog
from bot.simulator.wecom.addresses import absolute
from bot.simulator.wecom.config import BotConfig
from bot.simulator.wecom.desk import Refused, blanked

PATH = "/aibot"
BAD_PAIR, NOT_SUBSCRIBED = 853000, 846609
_LARGEST_FRAME = 4 * 1024 * 1024
_WRITE_SECONDS = 5.0

Command = Callable[[str, dict[str, Any]], dict[str, Any]]


@dataclass(slots=True, eq=False)
class Push:
    """One event on its way. ``keep``: it waits for a connection, for a while."""

    key: str
    cmd: str
    body: dict[str, Any]
    req_id: str
    keep: bool
    born: float = field(default_factory=time.monotonic)


@dataclass(slots=True, eq=False)
class Connection:
    """One socket. ``silent``: the network took it away; nothing comes through in either direction."""

    socket: web.WebSocketResponse
    request: web.Request
    subscribed_at: float = float("-inf")
    silent: bool = False
    unconfirmed: dict[bytes, Push] = field(default_factory=dict)


class Gateway:
    """``refuse``: 0; an HTTP status that answers every handshake; or 853000 for every subscription. For
    ``acknowledged`` see :class:`BotConfig`."""

    def __init__(self, config: BotConfig, pace: Pace, faults: Faults, wire: WireLog) -> None:
        self.config, self.pace, self.faults, self.wire = config, pace, faults, wire
        self.commands: dict[str, Command] = {}
        self.connections: list[Connection] = []
        self.live: Connection | None = None
        self.refuse = 0
        self.new_ones_silent = False
        self.subscriptions = 0
        self.base_url = ""
        self.acknowledged: set[str] = set()
        self._given_up: dict[str, None] = {}
        self._waiting: list[Push] = []
        self._delayed = 0
        self._tasks: set[asyncio.Task[Any]] = set()
        self._order = asyncio.Lock()
        self._timeouts = 0

    # ---------------------------------------------------------------- life

    def routes(self) -> list[web.RouteDef]:
        return [web.get(PATH, self._connect), web.get(f"{PATH}/", self._connect)]

    async def stop(self) -> None:
        await self.close(1001)
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def pending(self) -> int:
        unconfirmed = {push.key for connection in self.connections for push in connection.unconfirmed.values()}
        return self._delayed + len(self._waiting) + len(unconfirmed - self.acknowledged)

    @property
    def lost(self) -> list[str]:
        """Keys of events nobody got, or of which nobody knows whether anybody did, in the order of being given up."""
        return [key for key in self._given_up if key not in self.acknowledged]

    def _spawn(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # ---------------------------------------------------------------- one connection

    async def _connect(self, request: web.Request) -> web.StreamResponse:
        if 400 <= self.refuse < 600:
            return web.Response(status=self.refuse)
        socket = web.WebSocketResponse(max_msg_size=_LARGEST_FRAME, autoping=False, timeout=2.0)
        await socket.prepare(request)
        self.base_url = f"{request.scheme}://{request.host}"
        connection = Connection(socket, request, silent=self.new_ones_silent)
        self.connections.append(connection)
        try:
            async for message in socket:
                if connection.silent:
                    continue
                if message.type is WSMsgType.TEXT:
                    await self._read(connection, message.data)
                elif message.type is WSMsgType.PING:
                    await socket.pong(message.data)
                elif message.type is WSMsgType.PONG:
                    self._confirm(connection, bytes(message.data))
        finally:
            self.connections.remove(connection)
            if self.live is connection:
                self.live = None
            for push in dict.fromkeys(connection.unconfirmed.values()):
                self._again(push)
        return socket

    def _confirm(self, connection: Connection, mark: bytes) -> None:
        push = connection.unconfirmed.pop(mark, None)
        if push is not None:
            self.acknowledged.add(push.key)

    def _again(self, push: Push) -> None:
        """Nobody knows whether it was read: once more, if it is young enough."""
        if push.key not in self.acknowledged and push not in self._waiting:
            self._wait(push)

    async def _read(self, connection: Connection, text: str) -> None:
        try:
            frame = json.loads(text)
            req_id, cmd = str(frame["headers"]["req_id"]), str(frame["cmd"])
            body = frame.get("body") or {}
        except (ValueError, TypeError, KeyError):
            return  # nothing an answer could be addressed to
        exchange = Exchange("wecombot", "out", f"ws {cmd}", blanked(frame))
        fate = CallFate.OK
        try:
            if not isinstance(body, dict):
                raise Refused(40058, "invalid Request Parameter: body")
            if cmd == "aibot_subscribe":
                await self._subscribe(connection, body)
                answer: dict[str, Any] = {}
            elif cmd == "ping":
                answer = {}
            else:
                fate = self.faults.call()
                answer = self._command(connection, cmd, req_id, body, fate)
            reply: dict[str, Any] = {"headers": {"req_id": req_id}, "errcode": 0, "errmsg": "ok"}
            if answer:
                reply["body"] = answer
        except Refused as refused:
            fate = CallFate.OK
            reply = {"headers": {"req_id": req_id}, **refused.answer}
        exchange.answer, exchange.status = blanked(reply), int(reply["errcode"])
        if fate is CallFate.TIMEOUT:
            exchange.answer = {"lost": exchange.answer}
            self.wire.add(exchange)
            self._timeouts += 1
            if self._timeouts % 8 == 1:
                self._abort(connection)  # now and then the connection goes with the answer
            return
        if cmd != "ping":
            self.wire.add(exchange)
        await self._write(connection, reply)
        if cmd == "aibot_subscribe" and self.live is connection:
            await self._flush()

    def _command(
        self, connection: Connection, cmd: str, req_id: str, body: dict[str, Any], fate: CallFate
    ) -> dict[str, Any]:
        hesitant = time.monotonic() - connection.subscribed_at < self.config.hesitant_seconds
        if self.live is not connection or hesitant:
            raise Refused(NOT_SUBSCRIBED, "bot not subscribed")
        if fate is CallFate.TOO_MANY:
            raise Refused(45009, "api freq out of limit")
        work = self.commands.get(cmd)
        if work is None:
            raise Refused(40058, "invalid Request Parameter: cmd")
        return work(req_id, body)

    async def _subscribe(self, connection: Connection, body: dict[str, Any]) -> None:
        right = secrets.compare_digest(str(body.get("secret")).encode(), self.config.secret.encode())
        if body.get("bot_id") != self.config.bot_id or not right or self.refuse == BAD_PAIR:
            raise Refused(BAD_PAIR, "invalid bot_id or secret")
        old, self.live = self.live, connection
        connection.subscribed_at = time.monotonic()
        self.subscriptions += 1
        if old is not None and old is not connection:
            await self._send_off(old)

    async def _send_off(self, connection: Connection) -> None:
        """Tell an evicted connection, then close it."""
        body = self.event_body({"eventtype": "disconnected_event"})
        frame = {"cmd": "aibot_event_callback", "headers": {"req_id": secrets.token_urlsafe(16)}, "body": body}
        self.wire.add(Exchange("wecombot", "in", "ws disconnected_event", frame))
        await self._write(connection, frame)
        self._spawn(self._close(connection, 1000))

    def event_body(self, event: dict[str, Any]) -> dict[str, Any]:
        """What all events of the bot have in common."""
        return {
            "msgid": secrets.token_urlsafe(24),
            "create_time": int(time.time()),
            "aibotid": self.config.bot_id,
            "msgtype": "event",
            "event": event,
        }

    async def _write(self, connection: Connection, frame: dict[str, Any]) -> bool:
        if connection.silent or connection.socket.closed:
            return False
        try:
            async with asyncio.timeout(_WRITE_SECONDS):
                await connection.socket.send_str(json.dumps(frame, ensure_ascii=False))
        except ConnectionError:  # it went away meanwhile
            return False
        except TimeoutError:  # nobody reads any more
            self._abort(connection)
            return False
        return True

    # ---------------------------------------------------------------- pushing

    def push(self, push: Push, *, repeats: bool = True) -> None:
        """Deliver with faults. ``repeats`` False: never twice."""
        fate = self.faults.push()
        self._delayed += 1
        self._spawn(self._push(push, fate.delay, fate.cut, fate.copies if repeats else 1))

    async def _push(self, push: Push, delay: float, cut: bool, copies: int) -> None:
        try:
            if delay:
                await asyncio.sleep(delay)
            if cut and self.live is not None:
                self._abort(self.live)
            for _copy in range(copies):
                if not await self._deliver(push):
                    self._wait(push)
                    break
        finally:
            self._delayed -= 1

    async def _deliver(self, push: Push) -> bool:
        async with self._order:
            connection = self.live
            frame = {"cmd": push.cmd, "headers": {"req_id": push.req_id}, "body": absolute(push.body, self.base_url)}
            if connection is None or not await self._write(connection, frame):
                return False
        said = push.body.get("event", {}).get("eventtype") or push.body["msgtype"]
        self.wire.add(Exchange("wecombot", "in", f"ws {push.cmd} {said}", blanked(frame)))
        mark = secrets.token_bytes(8)
        connection.unconfirmed[mark] = push
        self._spawn(self._ask(connection, mark))
        return True

    async def _ask(self, connection: Connection, mark: bytes) -> None:
        """A WebSocket ping behind the event: its pong says that the event was read before."""
        if self.config.confirm_seconds:
            await asyncio.sleep(self.config.confirm_seconds)
        if not connection.silent and not connection.socket.closed:
            with contextlib.suppress(ConnectionError):
                await connection.socket.ping(mark)

    def _wait(self, push: Push) -> None:
        left = push.born + self.pace.seconds(self.config.keep_seconds) - time.monotonic()
        if not push.keep or left <= 0:
            self._lose(push)
            return
        self._waiting.append(push)
        self._spawn(self._expire(push, left))

    async def _expire(self, push: Push, seconds: float) -> None:
        await asyncio.sleep(seconds)
        if push in self._waiting:
            self._waiting.remove(push)
            self._lose(push)

    def _lose(self, push: Push) -> None:
        self._given_up[push.key] = None

    async def _flush(self) -> None:
        waiting, self._waiting = sorted(self._waiting, key=lambda push: push.born), []
        for push in waiting:
            if not await self._deliver(push):
                self._wait(push)

    # ---------------------------------------------------------------- what can happen to a connection

    def _abort(self, connection: Connection) -> None:
        if self.live is connection:
            self.live = None
        if connection.request.transport is not None:
            connection.request.transport.abort()

    async def _close(self, connection: Connection, code: int) -> None:
        if self.live is connection:
            self.live = None
        await connection.socket.close(code=code)

    async def close(self, code: int) -> int:
        """Close all connections; returns how many there were."""
        concerned = list(self.connections)
        for connection in concerned:
            if connection.silent:
                self._abort(connection)
            else:
                await self._close(connection, code)
        return len(concerned)

    def abort(self) -> int:
        """Cut all connections without a word."""
        concerned = list(self.connections)
        for connection in concerned:
            self._abort(connection)
        return len(concerned)

    def go_silent(self, silent: bool, *, new_ones_too: bool = False) -> int:
        """Let nothing through any more, or again."""
        self.new_ones_silent = silent and new_ones_too
        for connection in self.connections:
            connection.silent = silent
            if silent and self.live is connection:
                self.live = None
            elif not silent and connection.subscribed_at > 0:
                self.live = connection
        return len(self.connections)

    async def evict(self) -> int:
        """Another program subscribes with the same pair."""
        old, self.live = self.live, None
        if old is None:
            return 0
        await self._send_off(old)
        return 1
