"""A small Feishu long-connection gateway on loopback, written from the protocol's description, with every way to
fail."""

from __future__ import annotations

import asyncio
import base64
import itertools
import json
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

Json = dict[str, Any]


# ---------------------------------------------------------------- protobuf, by hand


@dataclass
class Frame:
    """pbbp2.Frame; only what is used."""

    service: int = 1
    method: int = 1  # 0 control, 1 data
    headers: dict[str, str] = field(default_factory=dict)
    payload: bytes = b""
    seq_id: int = 0
    log_id: int = 0


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def _block(tag: int, data: bytes) -> bytes:
    return _varint(tag << 3 | 2) + _varint(len(data)) + data


def encode(frame: Frame) -> bytes:
    numbers = (frame.seq_id, frame.log_id, frame.service, frame.method)
    out = b"".join(_varint(tag << 3) + _varint(number) for tag, number in enumerate(numbers, 1))
    for key, value in frame.headers.items():
        out += _block(5, _block(1, key.encode()) + _block(2, value.encode()))
    return out + (_block(8, frame.payload) if frame.payload else b"")


def _fields(data: bytes) -> list[tuple[int, Any]]:
    found: list[tuple[int, Any]] = []
    at = 0

    def varint() -> int:
        nonlocal at
        number = shift = 0
        while True:
            byte = data[at]
            at += 1
            number |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return number

    while at < len(data):
        tag = varint()
        if tag & 7 == 0:
            found.append((tag >> 3, varint()))
        else:
            size = varint()
            found.append((tag >> 3, data[at : at + size]))
            at += size
    return found


def decode(data: bytes) -> Frame:
    frame = Frame()
    for tag, value in _fields(data):
        match tag:
            case 1:
                frame.seq_id = value
            case 2:
                frame.log_id = value
            case 3:
                frame.service = value
            case 4:
                frame.method = value
            case 5:
                header = dict(_fields(value))
                frame.headers[header[1].decode()] = header[2].decode()
            case 8:
                frame.payload = value
    return frame


# ---------------------------------------------------------------- the gateway


class Gateway:
    """Discovery and sockets. ``send`` delivers one payload and returns its acknowledgement."""

    def __init__(self, app_id: str, secret: str, ping: int = 120) -> None:
        self.app_id = app_id
        self.secret = secret
        self.ping = ping
        self.answers: list[Json] = []  # discovery answers to give before the usual one
        self.handshake: dict[str, str] | None = None  # headers of a refused handshake
        self.hangs = False  # discovery never answers
        self.silent = False  # no pongs
        self.discoveries = 0
        self.pings = 0
        self.sockets: list[web.WebSocketResponse] = []
        self.acks: dict[str, asyncio.Future[tuple[Frame, Json]]] = {}
        self._requests: dict[int, web.Request] = {}
        self._numbers = itertools.count(1)
        self._runner: web.AppRunner | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.url = ""

    async def __aenter__(self) -> Gateway:
        app = web.Application()
        app.add_routes([web.post("/callback/ws/endpoint", self._discover), web.get("/ws", self._socket)])
        self._runner = web.AppRunner(app, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_exc: object) -> None:
        assert self._runner is not None
        for socket in self.sockets:
            self._transport(socket).abort()
        await self._runner.cleanup()

    async def _discover(self, request: web.Request) -> web.Response:
        self.discoveries += 1
        asked = await request.json()
        if self.hangs:
            await asyncio.sleep(3600)
        if self.answers:
            return web.json_response(self.answers.pop(0))
        if (asked["AppID"], asked["AppSecret"]) != (self.app_id, self.secret):
            return web.json_response({"code": 1000040344, "msg": "invalid credential"})
        config = {"ReconnectCount": -1, "ReconnectInterval": 120, "ReconnectNonce": 30, "PingInterval": self.ping}
        url = f"{self.url.replace('http', 'ws')}/ws?device_id=d1&service_id=7&ticket=secret-ticket"
        return web.json_response({"code": 0, "msg": "", "data": {"URL": url, "ClientConfig": config}})

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        if self.handshake is not None:
            return web.Response(status=403, headers=self.handshake)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.sockets.append(socket)
        self._requests[id(socket)] = request
        async for message in socket:
            if message.type is WSMsgType.BINARY:
                await self._came(socket, decode(message.data))
        return socket

    async def _came(self, socket: web.WebSocketResponse, frame: Frame) -> None:
        if frame.method == 0:
            self.pings += 1
            assert frame.headers == {"type": "ping"}
            assert frame.service == 7
            if not self.silent:
                pong = json.dumps({"ReconnectCount": -1, "PingInterval": self.ping}).encode()
                await socket.send_bytes(encode(Frame(service=7, method=0, headers={"type": "pong"}, payload=pong)))
            return
        waiting = self.acks.pop(frame.headers["message_id"], None)
        if waiting is not None and not waiting.done():
            waiting.set_result((frame, json.loads(frame.payload)))

    # -- delivering ----------------------------------------------------------------------------------------------------

    async def send(self, payload: Json | bytes, kind: str = "event", parts: int = 1, message_id: str = "") -> Json:
        """Deliver and wait for the acknowledgement."""
        _frame, acknowledgement = await self.begin(payload, kind, parts, message_id)
        return acknowledgement

    def begin(
        self, payload: Json | bytes, kind: str = "event", parts: int = 1, message_id: str = ""
    ) -> asyncio.Future[tuple[Frame, Json]]:
        data = payload if isinstance(payload, bytes) else json.dumps(payload, ensure_ascii=False).encode()
        message_id = message_id or f"m{next(self._numbers)}"
        waiting = self.acks[message_id] = asyncio.get_running_loop().create_future()
        size = -(-len(data) // parts) or 1
        for number in reversed(range(parts)):
            self.post(self.frame(data[number * size : (number + 1) * size], kind, message_id, parts, number))
        return waiting

    def frame(self, payload: bytes, kind: str, message_id: str, count: int, number: int) -> bytes:
        headers = {"type": kind, "message_id": message_id, "sum": str(count), "seq": str(number), "trace_id": "t"}
        return encode(Frame(service=7, headers=headers, payload=payload, seq_id=3, log_id=2**63))

    def post(self, data: bytes) -> None:
        task = asyncio.ensure_future(self.socket.send_bytes(data))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    @property
    def socket(self) -> web.WebSocketResponse:
        return self.sockets[-1]

    def abort(self) -> None:
        """Cut the TCP connection without a word."""
        self._transport(self.socket).abort()

    def _transport(self, socket: web.WebSocketResponse) -> asyncio.Transport:
        transport = self._requests[id(socket)].transport
        return transport if transport is not None else _Gone()

    async def reached(self, count: int) -> None:
        """Wait for so many connections since the start."""
        while len(self.sockets) < count:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


class _Gone(asyncio.Transport):
    def abort(self) -> None:
        """Closed already."""


def reply(acknowledgement: Json) -> Json:
    """The body inside the acknowledgement of a click."""
    decoded: Json = json.loads(base64.b64decode(acknowledgement["data"]))
    return decoded
