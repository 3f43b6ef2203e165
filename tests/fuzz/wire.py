"""HTTP without sockets: bytes go straight into the server's own protocol, which parses, routes and answers them as if
they had come over the network."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from aiohttp import web

PEER = ("127.0.0.1", 50000)


@dataclass(frozen=True, slots=True)
class Answer:
    """``status`` 0: the connection was closed without an answer."""

    status: int
    body: bytes = b""


class _Transport(asyncio.Transport):
    """Keeps what is written."""

    def __init__(self, loop: asyncio.AbstractEventLoop, port: int) -> None:
        super().__init__({"peername": PEER, "sockname": ("127.0.0.1", port)})
        self._loop = loop
        self.protocol: Any = None
        self.written = bytearray()
        self.news = asyncio.Event()
        self.closed = False

    def write(self, data: Any) -> None:
        self.written += data
        self.news.set()

    def writelines(self, parts: Any) -> None:
        self.write(b"".join(parts))

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        if not self.closed:
            self.closed = True
            self.news.set()
            self._loop.call_soon(self.protocol.connection_lost, None)

    abort = close

    def pause_reading(self) -> None:
        """Nothing more comes by itself."""

    def resume_reading(self) -> None:
        """Nothing more comes by itself."""

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        """Everything is taken at once."""

    def get_write_buffer_size(self) -> int:
        return 0

    def can_write_eof(self) -> bool:
        return False

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        self.protocol = protocol

    def get_protocol(self) -> Any:
        return self.protocol


class Line:
    """One connection, kept alive from case to case and made anew when it ended."""

    def __init__(self, server: web.Server, port: int) -> None:
        self._server = server
        self._port = port
        self._transport: _Transport | None = None

    async def ask(self, wire: bytes, *, broken: bool = False) -> Answer:
        """Send bytes and wait for the whole answer. ``broken``: the other side hangs up when they are sent."""
        transport = self._transport
        if transport is None or transport.closed:
            transport = _Transport(asyncio.get_running_loop(), self._port)
            transport.protocol = self._server()
            transport.protocol.connection_made(transport)
            self._transport = transport
        transport.written.clear()
        transport.news.clear()
        transport.protocol.data_received(wire)
        if broken:
            await asyncio.sleep(0)
            return self._hang_up(transport)
        while (answer := _whole(transport.written)) is None:
            if transport.closed:
                return Answer(_status(transport.written))
            transport.news.clear()
            await transport.news.wait()
        return answer

    def _hang_up(self, transport: _Transport) -> Answer:
        status = _status(transport.written)
        transport.close()
        self._transport = None
        return Answer(status)

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()


def _status(written: bytearray) -> int:
    return int(written[9:12]) if written.startswith(b"HTTP/1.") and len(written) > 12 else 0


def _whole(written: bytearray) -> Answer | None:
    end = written.find(b"\r\n\r\n")
    if end < 0:
        return None
    head, body = bytes(written[:end]).lower(), bytes(written[end + 4 :])
    status = _status(written)
    at = head.find(b"\r\ncontent-length:")
    if at >= 0:
        length = int(head[at + 17 :].split(b"\r\n", 1)[0])
        return Answer(status, body) if len(body) >= length else None
    if b"transfer-encoding: chunked" in head:
        return Answer(status, body) if body.endswith(b"0\r\n\r\n") else None
    return Answer(status, body)


def request(method: str, target: str, headers: dict[str, str], body: bytes = b"") -> bytes:
    """A request's bytes."""
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    if body or method == "POST":
        lines.append(f"Content-Length: {len(body)}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8", "surrogateescape") + body
