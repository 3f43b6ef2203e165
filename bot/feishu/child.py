"""The process of Feishu's long connection: ``python -m bot.feishu.child``, started by :mod:`bot.feishu.long`.

The only place that imports ``lark_oapi``: its import takes seconds and 170 MB, and it blocks its loop for discovery. It
never opens the database and knows nothing of what it carries. Orders come as frames on standard input, the app's secret
with the first one; reports go to what was standard output. It ends when its input closes.

====================  ==================================================================================
order                 meaning
====================  ==================================================================================
hello                 app_id, app_secret, base_url; answered by ``ready`` when everything is loaded
connect               connect once; answered by ``connected`` or ``refused``
answer                n, code, and for clicks data: what frame n is to be acknowledged with
stop                  answer what is in work, close the connection, end
====================  ==================================================================================

====================  ==================================================================================
report                meaning
====================  ==================================================================================
ready                 waiting for ``connect``
connected             ping: seconds between two pings
refused               kind (client, server or network), code, say: why no connection came about
frame                 n, type (event or card), payload: to be answered
seen                  ping: something else came in, such as a pong
lost                  code, say: the connection is gone
====================  ==================================================================================
"""

from __future__ import annotations

import asyncio
import base64
import gc
import json
import os
import queue
import signal
import sys
import threading
import time
from importlib import import_module
from typing import TYPE_CHECKING, Any

from bot.feishu.fragments import FRAGMENT_SECONDS, Fragments
from bot.workers import frames

ANSWER_SECONDS = 2.8  # Feishu waits three
DISCOVERY_SECONDS = 15.0  # for each of connecting and reading; the SDK itself would wait for ever
WHOLE_DISCOVERY_SECONDS = 30.0  # an answer that trickles in byte by byte
MAX_IN_WORK = 2000  # frames waiting for an answer; more are refused, and come again later
AUTH_FAILED, TOO_MANY = 514, 1000040350
PING_SECONDS = (1, 600)  # what an interval may be; the platform says 120

Message = dict[str, Any]

if TYPE_CHECKING:
    _Client = Any
else:
    _Client = object


class Pipe:
    """Both ways to the service. Reading and writing block, so each has a thread: the loop never waits for a pipe."""

    def __init__(self, source: Any, sink: Any) -> None:
        self._source = source
        self._sink = sink
        self._outgoing: queue.SimpleQueue[Message] = queue.SimpleQueue()

    def hello(self) -> Message | None:
        """The first order, before there is a loop."""
        return frames.read_blocking(self._source)

    def start(self, loop: asyncio.AbstractEventLoop, orders: asyncio.Queue[Message | None]) -> None:
        threading.Thread(target=self._read, args=(loop, orders), daemon=True).start()
        threading.Thread(target=self._write, daemon=True).start()

    def send(self, op: str, **fields: Any) -> None:
        self._outgoing.put({"op": op, **fields})

    def _read(self, loop: asyncio.AbstractEventLoop, orders: asyncio.Queue[Message | None]) -> None:
        order: Message | None = {}
        while order is not None:
            try:
                order = frames.read_blocking(self._source)
            except (OSError, ValueError):
                order = None
            loop.call_soon_threadsafe(orders.put_nowait, order)

    def _write(self) -> None:
        while True:
            try:
                self._sink.write(frames.encode(self._outgoing.get()))
                self._sink.flush()
            except OSError:
                os._exit(0)  # the service is gone; there is nothing to be tidied up


class Passing(_Client):  # type: ignore[misc]  # no types without the import that this module exists to confine
    """The SDK's client, with its handling of frames, discovery and reconnection replaced by ours.

    What is relied on is pinned by tests/unit/feishu/test_in_sdk.py.
    """

    def __init__(self, pipe: Pipe, app_id: str, app_secret: str, base_url: str) -> None:
        silent = import_module("lark_oapi.core.enum").LogLevel.CRITICAL  # its logs quote addresses with tickets
        super().__init__(app_id, app_secret, log_level=silent, domain=base_url)
        self.pipe = pipe
        self.fragments = Fragments()
        self.waiting: dict[int, asyncio.Future[Message]] = {}
        self.working: set[asyncio.Future[Any]] = set()
        self.draining = False
        self._number = 0
        self._found_url = ""
        self._pinging: asyncio.Task[None] | None = None
        self._closed = (0, "")

    # -- connecting ------------------------------------------------------------------------------------------------

    async def open(self) -> None:
        """Connect once, and begin to ping."""
        self._found_url = ""
        discovery = asyncio.to_thread(super()._get_conn_url)
        self._found_url = await asyncio.wait_for(discovery, WHOLE_DISCOVERY_SECONDS)
        await self._connect()
        self._pinging = asyncio.get_running_loop().create_task(self._ping_loop())

    def _get_conn_url(self) -> str:
        return self._found_url  # found before, on a thread: the SDK would stop the loop for it

    def _configure(self, conf: Any) -> None:
        interval = conf.PingInterval
        if isinstance(interval, int) and not isinstance(interval, bool):
            self._ping_interval = min(max(interval, PING_SECONDS[0]), PING_SECONDS[1])

    @property
    def ping(self) -> int:
        """Seconds between two pings."""
        return int(self._ping_interval)

    async def _disconnect(self) -> None:
        conn = self._conn
        await super()._disconnect()
        self._closed = (getattr(conn, "close_code", None) or 0, getattr(conn, "close_reason", None) or "")

    async def _reconnect(self) -> None:
        """The SDK calls this when the connection is gone. When to connect again the service decides."""
        if self._pinging is not None:
            self._pinging.cancel()
        if not self.draining:
            self.pipe.send("lost", code=self._closed[0], say=str(self._closed[1])[:200])

    async def close(self) -> None:
        """Acknowledge what is in work, then close."""
        self.draining = True
        if self.working:
            await asyncio.wait(self.working, timeout=ANSWER_SECONDS)
        if self._conn is not None:  # without one the SDK's lock may be held by a handshake that takes its time
            await self._disconnect()

    def code_of(self, error: Any) -> int:
        """What the platform meant. At the handshake the SDK says "too many connections" with the code that discovery
        has for a wrong secret."""
        code = error.code if isinstance(error.code, int) else 0  # an answer that is none has no code either
        return TOO_MANY if self._found_url and code == AUTH_FAILED else code

    # -- frames ----------------------------------------------------------------------------------------------------

    async def _handle_message(self, msg: bytes) -> None:
        self.pipe.send("seen", ping=self.ping)
        await super()._handle_message(msg)

    async def _handle_data_frame(self, frame: Any) -> None:
        """Pass a frame on and acknowledge it with what the service says, or with 500: then it comes again."""
        began = time.monotonic()
        headers = {header.key: header.value for header in frame.headers}
        kind = headers["type"]
        if kind not in ("event", "card"):
            return
        count, index = int(headers.get("sum") or 1), int(headers.get("seq") or 0)
        payload = self.fragments.join(headers["message_id"], count, index, frame.payload, began)
        if payload is None:
            asyncio.get_running_loop().call_later(FRAGMENT_SECONDS, self._expire)
            return
        task = asyncio.current_task()
        assert task is not None
        self.working.add(task)
        task.add_done_callback(self.working.discard)
        acknowledgement = await self._ask(kind, payload)
        header = frame.headers.add()
        header.key, header.value = "biz_rt", str(int((time.monotonic() - began) * 1000))
        frame.payload = json.dumps(acknowledgement).encode()
        await self._write_message(frame.SerializeToString())

    def _expire(self) -> None:
        self.fragments.expire(time.monotonic())

    async def _ask(self, kind: str, payload: bytes) -> Message:
        refused: Message = {"code": 500}
        if self.draining or len(self.waiting) >= MAX_IN_WORK:
            return refused
        self._number += 1
        number = self._number
        answer: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        self.waiting[number] = answer
        try:
            self.pipe.send("frame", n=number, type=kind, payload=payload.decode("utf-8"))
            told = await asyncio.wait_for(answer, ANSWER_SECONDS)
        except (TimeoutError, UnicodeDecodeError):
            return refused
        finally:
            del self.waiting[number]
        if told.get("code") != 200:
            return refused
        if "data" not in told:
            return {"code": 200}
        data = json.dumps(told["data"], ensure_ascii=False, separators=(",", ":")).encode()
        return {"code": 200, "data": base64.b64encode(data).decode("ascii")}


def client_class(sdk: Any) -> type[Any]:
    """The client on top of ``sdk``, the module ``lark_oapi.ws.client``."""
    return type("Client", (Passing, sdk.Client), {})


async def obey(client: Any, pipe: Pipe, errors: Any, orders: asyncio.Queue[Message | None]) -> None:
    """Carry orders out until there are none."""
    tasks: set[asyncio.Task[None]] = set()
    while (order := await orders.get()) is not None:
        match order.get("op"):
            case "answer":
                answer = client.waiting.get(order.get("n"))
                if answer is not None and not answer.done():
                    answer.set_result(order)
            case "connect":
                task = asyncio.create_task(_connect(client, pipe, errors))
                tasks.add(task)
                task.add_done_callback(tasks.discard)
            case "stop":
                closing = asyncio.create_task(client.close())
                closing.add_done_callback(lambda _task: orders.put_nowait(None))
                tasks.add(closing)


async def _connect(client: Any, pipe: Pipe, errors: Any) -> None:
    try:
        await client.open()
    except errors.ClientException as error:
        pipe.send("refused", kind="client", code=client.code_of(error), say=str(error)[:200])
    except errors.ServerException as error:
        pipe.send("refused", kind="server", code=error.code or 0, say=str(error)[:200])
    except Exception as error:  # noqa: BLE001  boundary: whatever SDK, requests and websockets raise is no connection
        pipe.send("refused", kind="network", code=0, say=type(error).__name__)
    else:
        pipe.send("connected", ping=client.ping)


class Timed:
    """``requests`` for the SDK, which calls ``post`` without a timeout."""

    def __init__(self, requests: Any) -> None:
        self._requests = requests

    def post(self, *args: Any, **kwargs: Any) -> Any:
        return self._requests.post(*args, timeout=(DISCOVERY_SECONDS, DISCOVERY_SECONDS), **kwargs)


def main() -> None:
    source = sys.stdin.buffer
    sink = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints must not get into the pipe
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, signal.SIG_IGN)  # they reach the whole group; the service decides when we end
    pipe = Pipe(source, sink)
    hello = pipe.hello()
    if hello is None:
        return
    sdk: Any = import_module("lark_oapi.ws.client")
    sdk.requests = Timed(sdk.requests)
    sdk.loop.close()  # made while importing; nothing ran on it yet
    sdk.loop = loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    gc.collect()
    gc.freeze()  # eleven thousand modules need not be looked at again
    loop.run_until_complete(_run(sdk, pipe, hello))
    sink.flush()
    os._exit(0)  # a discovery that hangs on its thread would keep the interpreter


async def _run(sdk: Any, pipe: Pipe, hello: Message) -> None:
    orders: asyncio.Queue[Message | None] = asyncio.Queue()
    pipe.start(asyncio.get_running_loop(), orders)
    client = client_class(sdk)(pipe, hello["app_id"], hello["app_secret"], hello["base_url"])
    pipe.send("ready")
    await obey(client, pipe, import_module("lark_oapi.ws.exception"), orders)


if __name__ == "__main__":
    main()
