"""The long connection's server side: discovery, frames, one random connection per event (facts/feishu.md §2)."""

from __future__ import annotations

import asyncio
import base64
import binascii
import itertools
import json
import random
import secrets
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from bot.simulator.feishu.config import MAX_CONNECTIONS, FeishuConfig
from bot.simulator.feishu.events import CLICK, Event
from bot.simulator.feishu.frames import CONTROL, DATA, BadFrame, Frame, decode, encode
from bot.simulator.feishu.transport import Fate, Outcome
from bot.simulator.feishu.webhook import compact
from bot.simulator.feishu.wiring import blanked, event_without_token
from bot.simulator.parts import Exchange, Pace, WireLog

BUSY = 1
FORBIDDEN = 403
AUTH_FAILED = 514
NO_CREDENTIAL = 1000040344
TOO_MANY_CONNECTIONS = 1000040350
_SOCKET = "/callback/ws/connect"


@dataclass(slots=True)
class Connection:
    """One open socket."""

    id: str
    service: int
    socket: web.WebSocketResponse
    request: web.Request
    waiting: dict[str, asyncio.Future[bytes]] = field(default_factory=dict)
    silent: bool = False  # open, but nothing comes through any more, not even a pong
    pings: int = 0


class Gateway:
    """Accepts connections and pushes over them. ``refuse`` makes discovery answer that code instead of an address."""

    def __init__(self, config: FeishuConfig, pace: Pace, wire: WireLog, chance: random.Random) -> None:
        self._config = config
        self._pace = pace
        self._wire = wire
        self._chance = chance
        self._numbers = itertools.count(1)
        self._tickets: dict[str, str] = {}  # device id → ticket
        self.connections: dict[str, Connection] = {}
        self.refuse: int = 0
        self.silent = False  # new connections are silent too
        self.accepted = 0  # connections since the start
        self.bad_frames = 0

    def routes(self) -> list[web.RouteDef]:
        return [web.post("/callback/ws/endpoint", self._discover), web.get(_SOCKET, self._connect)]

    def _client_config(self) -> dict[str, int]:
        interval, nonce = self._config.reconnect_interval, self._config.reconnect_nonce
        return {
            "ReconnectCount": -1,
            "ReconnectInterval": max(1, round(self._pace.seconds(interval))),
            "ReconnectNonce": round(self._pace.seconds(nonce)),
            "PingInterval": max(1, round(self._pace.seconds(self._config.ping_interval))),
        }

    # ---------------------------------------------------------------- discovery and handshake

    def _found(self, asked: Any, host: str) -> dict[str, Any]:
        if self.refuse:
            return {"code": self.refuse, "msg": "system busy" if self.refuse == BUSY else "refused"}
        if not isinstance(asked, dict) or not asked.get("AppID") or not asked.get("AppSecret"):
            return {"code": NO_CREDENTIAL, "msg": "no credential"}
        right = secrets.compare_digest(str(asked["AppSecret"]).encode(), self._config.app_secret.encode())
        if asked["AppID"] != self._config.app_id or not right:
            return {"code": AUTH_FAILED, "msg": "app_id or app_secret is invalid"}
        if len(self.connections) >= MAX_CONNECTIONS:
            return {"code": TOO_MANY_CONNECTIONS, "msg": "the number of connections exceeded the limit"}
        device, ticket = str(self._chance.getrandbits(60)), secrets.token_hex(16)
        self._tickets[device] = ticket
        query = f"device_id={device}&service_id={next(self._numbers)}&access_key={secrets.token_hex(8)}&ticket={ticket}"
        return {
            "code": 0,
            "msg": "",
            "data": {"URL": f"ws://{host}{_SOCKET}?{query}", "ClientConfig": self._client_config()},
        }

    async def _discover(self, request: web.Request) -> web.StreamResponse:
        try:
            asked = json.loads(await request.read())
        except ValueError:
            asked = None
        answer = self._found(asked, request.host)
        self._note("out", "POST /callback/ws/endpoint", blanked(asked), None, blanked(answer), 200)
        return web.json_response(answer)

    async def _connect(self, request: web.Request) -> web.StreamResponse:
        device = request.query.get("device_id", "")
        ticket = self._tickets.pop(device, None)
        service = request.query.get("service_id", "")
        if ticket is None or ticket != request.query.get("ticket") or not (service.isascii() and service.isdigit()):
            return _no_handshake(AUTH_FAILED, "ticket is invalid", NO_CREDENTIAL)
        if len(self.connections) >= MAX_CONNECTIONS:
            return _no_handshake(AUTH_FAILED, "too many connections", TOO_MANY_CONNECTIONS)
        socket = web.WebSocketResponse(max_msg_size=1 << 22, timeout=2.0)
        await socket.prepare(request)
        connection = Connection(device, int(service), socket, request, silent=self.silent)
        self.connections[device] = connection
        self.accepted += 1
        self._note("out", "ws open", {"device_id": device}, None, None, 101)
        try:
            async for message in socket:
                if message.type is WSMsgType.BINARY and not connection.silent:
                    await self._read(connection, message.data)
        finally:
            self.connections.pop(device, None)
            for future in connection.waiting.values():
                if not future.done():
                    future.set_exception(ConnectionResetError())
            self._note("out", "ws closed", {"device_id": device}, None, None, socket.close_code or 0)
        return socket

    # ---------------------------------------------------------------- frames

    async def _read(self, connection: Connection, data: bytes) -> None:
        try:
            frame = decode(data)
        except BadFrame:
            self.bad_frames += 1
            return
        if frame.method == CONTROL and frame.kind == "ping":
            connection.pings += 1
            pong = Frame(CONTROL, connection.service, headers={"type": "pong"}, payload=compact(self._client_config()))
            await connection.socket.send_bytes(encode(pong))
        elif frame.method == DATA:
            future = connection.waiting.get(frame.headers.get("message_id", ""))
            if future is not None and not future.done():
                future.set_result(frame.payload)

    def _frames(self, connection: Connection, message_id: str, kind: str, payload: bytes) -> list[bytes]:
        size = self._config.fragment_bytes or max(1, len(payload))
        pieces = [payload[at : at + size] for at in range(0, len(payload), size)]
        trace = secrets.token_hex(16)
        return [
            encode(
                Frame(
                    DATA,
                    connection.service,
                    seq_id=self._chance.getrandbits(62),
                    log_id=self._chance.getrandbits(63),
                    headers={
                        "type": kind,
                        "message_id": message_id,
                        "sum": str(len(pieces)),
                        "seq": str(number),
                        "trace_id": trace,
                    },
                    payload=piece,
                )
            )
            for number, piece in enumerate(pieces)
        ]

    async def deliver(self, event: Event, *, click: bool = False) -> Outcome:
        outcome = await self._deliver(event, click)
        self._note(
            "in",
            f"ws {event.type}",
            {"connections": len(self.connections), "frame": self._kind(click)},
            event_without_token(event.envelope),
            outcome.reply if outcome.reply is not None else outcome.fate.value,
            outcome.status,
        )
        return outcome

    def _kind(self, click: bool) -> str:
        return self._config.card_frames if click else "event"

    async def _deliver(self, event: Event, click: bool) -> Outcome:
        open_now = [connection for connection in self.connections.values() if not connection.socket.closed]
        if not open_now:
            return Outcome(Fate.NOBODY)
        connection = self._chance.choice(open_now)
        message_id = secrets.token_hex(16)
        future: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        connection.waiting[message_id] = future
        try:
            async with asyncio.timeout(self._config.deadline_seconds):
                if not connection.silent:
                    for data in self._frames(connection, message_id, self._kind(click), compact(event.envelope)):
                        await connection.socket.send_bytes(data)
                payload = await future
        except TimeoutError:
            return Outcome(Fate.LATE)
        except ConnectionError:
            return Outcome(Fate.NOBODY)
        finally:
            connection.waiting.pop(message_id, None)
            future.cancel()
        return _acknowledged(payload, event.type == CLICK)

    # ---------------------------------------------------------------- what tests do to connections

    async def close(self, code: int = 1000) -> int:
        """Close every connection with this WebSocket code. Returns how many there were."""
        found = list(self.connections.values())
        await asyncio.gather(*(connection.socket.close(code=code, message=b"") for connection in found))
        return len(found)

    def abort(self) -> int:
        """Reset every connection's TCP."""
        found = list(self.connections.values())
        for connection in found:
            self._abort(connection)
        return len(found)

    @staticmethod
    def _abort(connection: Connection) -> None:
        if connection.request.transport is not None:
            connection.request.transport.abort()

    def go_silent(self, silent: bool = True, *, new_ones_too: bool = False) -> int:
        """Keep the sockets open and say nothing more, not even pong."""
        self.silent = silent and new_ones_too
        for connection in self.connections.values():
            connection.silent = silent
        return len(self.connections)

    async def evict(self) -> int:
        """Close the oldest connection, as the platform does when another one takes its place."""
        for connection in list(self.connections.values())[:1]:
            await connection.socket.close(code=1008, message=b"connection replaced")
            return 1
        return 0

    async def send_raw(self, data: bytes) -> int:
        """Bytes of any kind to every connection (garbage, fragments that never complete)."""
        for connection in list(self.connections.values()):
            await connection.socket.send_bytes(data)
        return len(self.connections)

    async def cut(self) -> None:
        if self.connections:
            self._abort(self._chance.choice(list(self.connections.values())))
            await asyncio.sleep(0)

    def _note(self, direction: str, what: str, request: Any, event: Any, answer: Any, status: int) -> None:
        self._wire.add(Exchange("feishu", direction, what, request, event, answer, status))


def _no_handshake(status: int, message: str, code: int) -> web.Response:
    headers = {"handshake-status": str(status), "handshake-msg": message, "handshake-autherrcode": str(code)}
    return web.Response(status=403, headers=headers, text=message)


def _acknowledged(payload: bytes, click: bool) -> Outcome:
    """What the ack's payload says: ``{"code":200,"data":base64}``."""
    try:
        answer = json.loads(payload)
    except ValueError:
        return Outcome(Fate.REFUSED, "the ack is no JSON")
    code = answer.get("code") if isinstance(answer, dict) else None
    if code != 200:
        return Outcome(Fate.REFUSED, answer, code if isinstance(code, int) else 0)
    data = answer.get("data")
    if not data:
        return Outcome(Fate.EMPTY, None, 200)
    try:
        return Outcome(Fate.ANSWERED, json.loads(base64.b64decode(data, validate=True)), 200)
    except (ValueError, TypeError, binascii.Error):
        return Outcome(Fate.GARBAGE if click else Fate.EMPTY, None, 200)
