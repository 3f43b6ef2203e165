"""Looks at lark-oapi in a process of its own and prints what bot/feishu/child.py relies on, as JSON."""

from __future__ import annotations

import asyncio
import inspect
import json
import sys
from importlib import import_module
from types import SimpleNamespace
from typing import Any

METHODS = (
    "_connect",
    "_disconnect",
    "_reconnect",
    "_ping_loop",
    "_receive_message_loop",
    "_handle_message",
    "_handle_data_frame",
    "_handle_control_frame",
    "_write_message",
    "_configure",
    "_get_conn_url",
)


class Socket:
    """Gives what it was given, then fails as a closed connection."""

    close_code = 1001
    close_reason = "going away"

    def __init__(self, *incoming: bytes) -> None:
        self.incoming = list(incoming)
        self.sent: list[bytes] = []

    async def recv(self) -> bytes:
        await asyncio.sleep(0)
        if self.incoming:
            return self.incoming.pop(0)
        await asyncio.sleep(0.05)
        raise ConnectionError("closed")

    async def send(self, data: bytes) -> None:
        self.sent.append(data)

    async def close(self) -> None:
        """Nothing to close."""


def frame(sdk: Any, kind: str, method: int, payload: bytes = b"{}") -> bytes:
    built = sdk.Frame()
    built.service, built.method, built.SeqID, built.LogID, built.payload = 1, method, 1, 1, payload
    headers = {"type": kind, "message_id": "m", "sum": "1", "seq": "0", "trace_id": "t"}
    for key, value in headers.items():
        header = built.headers.add()
        header.key, header.value = key, value
    data: bytes = built.SerializeToString()
    return data


async def calls(sdk: Any) -> list[str]:
    """The order in which a connection's end and its frames reach the methods we replace."""
    seen: list[str] = []

    class Client(sdk.Client):  # type: ignore[misc]  # no types without the import
        async def _handle_data_frame(self, frame: Any) -> None:
            seen.append(f"data {type(frame).__name__}")

        async def _disconnect(self) -> None:
            seen.append("disconnect")
            await super()._disconnect()

        async def _reconnect(self) -> None:
            seen.append(f"reconnect {self._conn}")

        def _configure(self, conf: Any) -> None:
            seen.append(f"configure {conf.PingInterval}")

    client = Client("cli_0123456789abcdef", "secret", domain="http://127.0.0.1:1")
    client._conn = Socket(frame(sdk, "card", 1), frame(sdk, "pong", 0, b'{"PingInterval":7}'))
    await client._receive_message_loop()
    return seen


async def card_is_dropped(sdk: Any) -> bool:
    client = sdk.Client("cli_0123456789abcdef", "secret", domain="http://127.0.0.1:1")
    client._conn = Socket()
    await client._handle_message(frame(sdk, "card", 1))
    return not client._conn.sent


async def opened(sdk: Any) -> dict[str, Any]:
    """What connecting does with the address ``_get_conn_url`` returns."""
    asked: list[str] = []

    async def connect(url: str, **_options: Any) -> Socket:
        asked.append(url)
        return Socket()

    class Client(sdk.Client):  # type: ignore[misc]  # no types without the import
        def _get_conn_url(self) -> str:
            return "ws://127.0.0.1:1/?device_id=d&service_id=7"

        async def _receive_message_loop(self) -> None:
            asked.append("receiving")

    sdk.websockets = SimpleNamespace(connect=connect)
    client = Client("cli_0123456789abcdef", "secret", domain="http://127.0.0.1:1")
    await client._connect()
    await asyncio.sleep(0)
    return {"asked": asked, "locked": client._lock.locked(), "service": client._service_id}


def discovered(sdk: Any) -> dict[str, Any]:
    """How discovery asks, and with what errors it answers."""
    posts: list[Any] = []

    def post(url: str, **options: Any) -> Any:
        posts.append([url, sorted(options), options["json"]])
        return SimpleNamespace(status_code=200, content=b'{"code":1000040350,"msg":"too many"}')

    sdk.requests = SimpleNamespace(post=post)
    client = sdk.Client("cli_0123456789abcdef", "secret", domain="http://127.0.0.1:1")
    try:
        client._get_conn_url()
    except import_module("lark_oapi.ws.exception").ClientException as error:
        return {"posts": posts, "code": error.code}
    return {}


async def main() -> None:
    sdk: Any = import_module("lark_oapi.ws.client")
    sdk.loop = asyncio.get_running_loop()
    found = {
        "version": import_module("importlib.metadata").version("lark-oapi"),
        "coroutines": {name: inspect.iscoroutinefunction(getattr(sdk.Client, name)) for name in METHODS},
        "parameters": list(inspect.signature(sdk.Client.__init__).parameters),
        "attributes": sorted(vars(sdk.Client("a", "b")).keys() & {"_conn", "_ping_interval", "_lock"}),
        "errors": [name for name in ("ClientException", "ServerException") if hasattr(sdk, name)],
        "silent": import_module("lark_oapi.core.enum").LogLevel.CRITICAL.value,
        "calls": await calls(sdk),
        "card_is_dropped": await card_is_dropped(sdk),
        "opened": await opened(sdk),
        "discovered": discovered(sdk),
    }
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    asyncio.run(main())
