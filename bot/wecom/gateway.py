"""The intelligent bot's long connection: one WebSocket that is opened again after every end, whatever ended it.

Facts: shared/facts/wecom.md §3.2. The protocol has no acknowledgement for callbacks, so whoever takes one commits it at
once. One live connection per bot: a newer subscription evicts the older one, which is told by ``disconnected_event``;
two programs that both came back at once would evict each other for ever, so an evicted one waits long, tries once, and
when it is evicted again stays away for half a day.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import time
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import aiohttp
import structlog

from bot.wecom.endings import FORESEEN, REAL, End, Evicted, Idle, Pace, Pauses, Silent, State
from bot.wecom.exchange import Declined, Frame, NoAnswer, NotConnected, Requests, new_id, req_id_of, verdict
from bot.wecom.lanes import Handle, Lanes

log = structlog.get_logger(__name__)

NOT_SUBSCRIBED = 846609
MAX_FRAME_BYTES = 4 * 1024 * 1024

Note = Callable[[str, str], Awaitable[None]]


class Gateway:
    """Built once, started once, stopped once.

    ``on_message`` and ``on_event`` take whole frames; messages of one chat one after the other, in order of arrival,
    events beside everything else. ``note(key, value)`` is told ``connected``, ``inbound`` and ``error`` (a sentence in
    Chinese; empty when all is well again).
    """

    def __init__(
        self,
        url: str,
        bot_id: str,
        secret: str,
        http: Callable[[], aiohttp.ClientSession],
        on_message: Handle,
        on_event: Handle,
        note: Note,
        *,
        pace: Pace = REAL,
        chance: random.Random | None = None,
    ) -> None:
        self.state = State.STOPPED
        self.trouble = ""  # the last error told, in Chinese; empty while live
        self.connections = 0  # subscriptions that succeeded
        self._url = url
        self._bot_id = bot_id
        self._secret = secret
        self._http = http
        self._on_message = on_message
        self._on_event = on_event
        self._note = note
        self._pace = pace
        self._lanes = Lanes()
        self._requests = Requests()
        self._live = asyncio.Event()
        self._ws: aiohttp.ClientWebSocketResponse | None = None
        self._loop: asyncio.Task[None] | None = None
        self._asides: set[asyncio.Task[None]] = set()
        self._pauses = Pauses(pace, chance or random.Random())
        self._live_since = 0.0  # monotonic; 0.0: this connection never was
        self._heard_at = 0.0
        self._inbound_noted = float("-inf")

    # -- life ----------------------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Begin to connect; returns at once and never raises, however unreachable the platform is."""
        if self._loop is None:
            self.state = State.CONNECTING
            self._loop = asyncio.create_task(self._run(), name="wecom-bot")

    async def stop(self) -> None:
        """Close, and let what came in before be handled."""
        if self._loop is not None:
            self._loop.cancel()
            await asyncio.gather(self._loop, return_exceptions=True)
            self._loop = None
        await self._lanes.finish(self._pace.finish)
        for task in (asides := tuple(self._asides)):
            task.cancel()
        await asyncio.gather(*asides, return_exceptions=True)
        self.state = State.STOPPED

    async def wait_live(self, seconds: float | None = None) -> None:
        """Wait until the bot is subscribed.

        Raises:
            NotConnected: it is not, after ``seconds``.
        """
        try:
            async with asyncio.timeout(seconds):
                await self._live.wait()
        except TimeoutError:
            raise NotConnected(self.trouble or "no connection") from None

    async def ask(self, cmd: str, body: Frame, *, req_id: str | None = None, seconds: float | None = None) -> Frame:
        """Send a request and return the body of its answer. ``req_id`` is given where a callback is replied to.

        Raises:
            NotConnected: nothing was sent.
            NoAnswer: it was sent; whether it took effect is unknown.
            Declined: the platform refused.
        """
        for attempt in range(3):
            if self.state in (State.BAD_SECRET, State.EVICTED, State.STOPPED):
                raise NotConnected(self.trouble or "stopped")
            await self.wait_live(self._pace.patience)
            ws = self._ws
            if ws is None or ws.closed:
                raise NotConnected(self.trouble or "no connection")
            frame = await self._exchange(ws, cmd, body, req_id or new_id(cmd), seconds or self._pace.answer)
            try:
                return verdict(frame)
            except Declined as declined:
                if declined.code != NOT_SUBSCRIBED:
                    raise
            # Seen for a moment after a reconnect: the subscription has not reached all of their machines yet.
            await asyncio.sleep(self._pace.not_subscribed * (attempt + 1))
        if (ws := self._ws) is not None:
            await self._drop(ws)  # it really is not subscribed: begin anew
        raise NotConnected(f"{NOT_SUBSCRIBED} not subscribed")

    # -- one connection after the other --------------------------------------------------------------------------------

    async def _run(self) -> None:
        while True:
            self.state = State.CONNECTING
            self._live_since = 0.0
            error: Exception | None = None
            code: int | None = None
            try:
                code = await self._connection()
            except Exception as caught:  # boundary of one connection: whatever broke it, the next one is made
                error = caught
                if not isinstance(caught, FORESEEN):
                    log.exception("wecom_bot_connection_failed")
            held = time.monotonic() - self._live_since if self._live_since else None
            end = self._pauses.after(error, code=code, held=held)
            await self._tell(end)
            await asyncio.sleep(end.pause)

    async def _connection(self) -> int | None:
        """Connect, subscribe and read until the other side closes (returns its code); raises what ended it
        otherwise."""
        async with asyncio.timeout(self._pace.connect):
            ws = await self._http().ws_connect(
                self._url,
                max_msg_size=MAX_FRAME_BYTES,
                autoping=False,
                timeout=aiohttp.ClientWSTimeout(ws_close=self._pace.close),
            )
        self._ws = ws
        reading = asyncio.create_task(self._read(ws))
        watching = asyncio.create_task(self._watch(ws))
        try:
            await asyncio.wait({reading, watching}, return_when=asyncio.FIRST_COMPLETED)
            if reading.done():
                reading.result()
            if watching.done():
                watching.result()
            return ws.close_code
        finally:
            self._live.clear()
            self._ws = None
            for task in (reading, watching):
                task.cancel()
            self._requests.lost()
            await asyncio.gather(reading, watching, return_exceptions=True)
            await self._drop(ws)

    async def _watch(self, ws: aiohttp.ClientWebSocketResponse) -> None:
        """Subscribe, then ping for as long as pings are answered."""
        body = {"bot_id": self._bot_id, "secret": self._secret}
        verdict(await self._exchange(ws, "aibot_subscribe", body, new_id("aibot_subscribe"), self._pace.subscribe))
        self.connections += 1
        self._live_since = time.monotonic()
        self.state, self.trouble = State.LIVE, ""
        self._live.set()
        log.info("wecom_bot_connected", connections=self.connections)
        await self._quietly("connected", str(self.connections))
        await self._quietly("error", "")
        missed = 0
        while True:
            pinged = time.monotonic()
            try:
                await self._exchange(ws, "ping", None, new_id("ping"), self._pace.ping)
                missed = 0
            except NoAnswer:
                missed += 1
                if missed >= 2:
                    raise Silent from None
            if time.monotonic() - max(self._live_since, self._heard_at) >= self._pace.idle:
                raise Idle
            await asyncio.sleep(max(0.0, pinged + self._pace.ping - time.monotonic()))

    async def _exchange(
        self, ws: aiohttp.ClientWebSocketResponse, cmd: str, body: Frame | None, req_id: str, seconds: float
    ) -> Frame:
        frame: Frame = {"cmd": cmd, "headers": {"req_id": req_id}}
        if body is not None:
            frame["body"] = body
        future = self._requests.begin(req_id)
        try:
            async with asyncio.timeout(seconds):
                await ws.send_str(json.dumps(frame, ensure_ascii=False, separators=(",", ":")))
                return await future
        except TimeoutError:
            raise NoAnswer(f"no answer to {cmd} in {seconds:g} s") from None
        except (aiohttp.ClientError, OSError, RuntimeError) as error:
            raise NoAnswer(f"{cmd}: {error}") from error  # part of it may have gone out
        finally:
            self._requests.forget(req_id, future)

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._asides.add(task)
        task.add_done_callback(self._asides.discard)

    async def _drop(self, ws: aiohttp.ClientWebSocketResponse) -> None:
        with contextlib.suppress(aiohttp.ClientError, OSError, RuntimeError):
            await ws.close()

    # -- coming in -----------------------------------------------------------------------------------------------------

    async def _read(self, ws: aiohttp.ClientWebSocketResponse) -> None:
        async for message in ws:  # ends without an exception at every close, also at 1000 and 1001
            if message.type is aiohttp.WSMsgType.PING:
                self._later(self._pong(ws, message.data))
                continue
            if message.type is aiohttp.WSMsgType.PONG:
                continue
            if message.type is not aiohttp.WSMsgType.TEXT:
                log.warning("wecom_bot_odd_frame", type=message.type.name)
                continue
            try:
                frame = json.loads(message.data)
            except (ValueError, RecursionError):
                frame = None
            if isinstance(frame, dict):
                await self._take(frame)
            else:
                log.warning("wecom_bot_odd_frame", size=len(message.data))
        log.info("wecom_bot_closed", code=ws.close_code)
        error = ws.exception()
        if isinstance(error, Exception):
            raise error if isinstance(error, aiohttp.ClientError | OSError) else OSError(str(error))

    async def _pong(self, ws: aiohttp.ClientWebSocketResponse, data: bytes) -> None:
        """Answer a ping of the transport when everything that came before it is handled: whoever takes the answer for
        an acknowledgement is not told a lie."""
        if await self._lanes.settled(self._pace.settle):
            with contextlib.suppress(aiohttp.ClientError, OSError, RuntimeError):
                await ws.pong(data)

    async def _take(self, frame: Frame) -> None:
        cmd = frame.get("cmd")
        if not cmd:
            self._requests.answered(req_id_of(frame), frame)
        elif cmd == "aibot_msg_callback":
            await self._lanes.room()
            self._lanes.put(lane_of(frame), frame, self._on_message)
            self._heard()
        elif cmd == "aibot_event_callback":
            if event_type(frame) == "disconnected_event":
                raise Evicted
            await self._lanes.room()
            self._lanes.put("", frame, self._on_event)
            self._heard()
        elif cmd != "pong":
            log.info("wecom_bot_unknown_cmd", cmd=str(cmd)[:60])

    def _heard(self) -> None:
        now = self._heard_at = time.monotonic()
        if now - self._inbound_noted >= 60.0:
            self._inbound_noted = now
            self._later(self._quietly("inbound", ""))

    # -- telling -------------------------------------------------------------------------------------------------------

    async def _tell(self, end: End) -> None:
        self.state, self.trouble = end.state, end.trouble
        level = log.warning if end.state is State.WAITING else log.error
        level("wecom_bot_offline", state=end.state.value, trouble=end.trouble)
        await self._quietly("error", end.trouble)

    async def _quietly(self, key: str, value: str) -> None:
        try:
            await self._note(key, value)
        except Exception:  # boundary: a note that cannot be written must not end the connection
            log.exception("note_failed", key=key)


def lane_of(frame: Frame) -> str:
    """The chat a message belongs to: the group, else its sender. Empty when it names neither."""
    body = frame.get("body")
    if not isinstance(body, dict):
        return ""
    sender = body.get("from")
    for found in (body.get("chatid"), sender.get("userid") if isinstance(sender, dict) else None):
        if isinstance(found, str) and found:
            return found
    return ""


def event_type(frame: Frame) -> str:
    body = frame.get("body")
    event = body.get("event") if isinstance(body, dict) else None
    found = event.get("eventtype") if isinstance(event, dict) else None
    return found if isinstance(found, str) else ""
